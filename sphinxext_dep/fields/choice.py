"""Fields that hold one word of a closed list: a field's own choices, the statuses, the categories."""

from __future__ import annotations

import abc
import re
from collections.abc import Container, Mapping, Sequence
from typing import Any

from sphinxext_dep.fields.base import (
    ORDERED,
    WRONG,
    Among,
    Cleaner,
    Key,
    Reading,
    TermError,
    Test,
    TextBased,
    in_quotes,
)
from sphinxext_dep.fields.placeholders import MAX_CHARS, bare
from sphinxext_dep.fields.text import parse_tags
from sphinxext_dep.model.messages import closest
from sphinxext_dep.model.proposal import FieldValue, RawField, Value
from sphinxext_dep.model.schema import Field, Schema, StatusKind, fold
from sphinxext_dep.model.source import Source

# `by`, `in`, `via` and punctuation join a status and the words behind it: `superseded by 7`.
_JOINT = re.compile(r"\s*[:,.–—-]?\s*(?:(?:by|in|via)\b)?:?\s*", re.IGNORECASE)


class Choice(TextBased):
    """One of the words that the field's ``choices`` list."""

    name = "choice"
    doc = "one of the words that the schema lists"
    keys = frozenset(("choices", "many"))
    has_facet = True

    def words(self, field: Field, schema: Schema) -> tuple[str, ...]:
        return field.choices

    def canonical(self, word: str, field: Field, schema: Schema) -> str | None:
        folded = fold(word)
        return next((choice for choice in self.words(field, schema) if fold(choice) == folded), None)

    def read(self, raw: RawField, source: Source, field: Field, schema: Schema) -> Reading:
        if field.many:
            words = (self.canonical(word, field, schema) for word in parse_tags(raw.value))
            return Reading(tuple(word for word in words if word is not None))
        # As written first: a word of the process may hold what looks like markup.
        written = self.canonical(raw.value.strip(), field, schema)
        return Reading(written or self.canonical(bare(raw.value), field, schema))

    def leading(self, text: str, field: Field, schema: Schema) -> int:
        """Return the number of characters of the word that begins *text*: ``**Progress**`` is the word."""
        if field.many or self.canonical(bare(text[:MAX_CHARS]), field, schema) is not None:
            return len(text)
        names = (*self.words(field, schema), *self.aliases(field, schema))
        for name in sorted(names, key=len, reverse=True):
            words = r"[-_ ]+".join(map(re.escape, fold(name).split()))
            match = re.match(rf"(?:[-*+] +)?(?P<mark>\*{{1,3}}|_{{1,3}}|`?){words}(?P=mark)(?!\w)", text, re.IGNORECASE)
            if match is not None:
                return match.end()
        return len(text)

    def unknown_words(self, value: FieldValue, field: Field, schema: Schema) -> list[str]:
        """The words of a value that are none of :meth:`words`."""
        if not field.many:
            return [value.raw] if value.value is None else []
        return [word for word in parse_tags(value.raw) if self.canonical(word, field, schema) is None]

    def all_from_json(self, given: Any, field: Field, schema: Schema, clean: Cleaner) -> tuple[Value, str]:
        value, text = super().all_from_json(given, field, schema, clean)
        several: Any = value
        return (value if field.many else next(iter(several), None)), text

    def sample(self, field: Field, schema: Schema) -> str:
        """Left as it is, it is reported as a placeholder."""
        return " | ".join(self.words(field, schema))

    def key(self, item: str, field: Field | None, schema: Schema) -> Key:
        assert field is not None
        words = self.words(field, schema)
        # Another project may have published a word that it does not list.
        return Key(item, (ORDERED, words.index(item)) if item in words else (WRONG, item.casefold()), item)

    def test(self, word: str, field: Field | None, schema: Schema) -> Test:
        assert field is not None
        if (name := self.canonical(word, field, schema)) is not None:
            return Among((name,))
        words = self.words(field, schema)
        raise unknown_word(word, (*words, *self.aliases(field, schema)), self._described(field), listed=len(words))

    def _described(self, field: Field) -> str:
        return f"choice of '{field.key}'"


class _SchemaWord(Choice, abc.ABC):
    """A word of a list that every process has."""

    keys = frozenset()
    is_single = True
    is_translated = True

    def _described(self, field: Field) -> str:
        return self.name


class Category(_SchemaWord):
    """One of the categories."""

    name = "category"
    doc = "one of the [categories](#categories)"

    def words(self, field: Field, schema: Schema) -> tuple[str, ...]:
        return tuple(schema.categories)

    def aliases(self, field: Field, schema: Schema) -> Mapping[str, str]:
        return {alias: item.name for item in schema.categories.values() for alias in item.aliases}

    def canonical(self, word: str, field: Field, schema: Schema) -> str | None:
        category = schema.category_names.get(fold(word))
        return category.name if category else None


class Status(_SchemaWord):
    """One of the statuses."""

    name = "status"
    doc = "one of the [statuses](#statuses)"

    def words(self, field: Field, schema: Schema) -> tuple[str, ...]:
        """The lifecycle comes first."""
        return schema.status_order

    def aliases(self, field: Field, schema: Schema) -> Mapping[str, str]:
        return {alias: item.name for item in schema.statuses.values() for alias in (*item.aliases, *item.synonyms)}

    def canonical(self, word: str, field: Field, schema: Schema) -> str | None:
        folded = fold(word)
        status = schema.status_names.get(folded) or schema.status_aliases.get(folded)
        return status.name if status else None

    def sample(self, field: Field, schema: Schema) -> str:
        return schema.lifecycle[0] if schema.lifecycle else "…"

    def read(self, raw: RawField, source: Source, field: Field, schema: Schema) -> Reading:
        reading = super().read(raw, source, field, schema)
        return reading if reading.value is not None else Reading(split_status(raw.value, schema)[0])

    def leading(self, text: str, field: Field, schema: Schema) -> int:
        """Return the number of characters of the status, the words behind it, and the fields in lines below it."""
        first, *others = text[:MAX_CHARS].split("\n")
        if split_status(first, schema)[0] is not None or self.canonical(bare(first), field, schema) is not None:
            end = len(first)
            for line in others:
                if not lines_below(f"{first}\n{line}", schema):
                    break
                end += len(line) + 1
            return end
        return super().leading(text, field, schema)

    def test(self, word: str, field: Field | None, schema: Schema) -> Test:
        """A kind means all its statuses."""
        assert field is not None
        folded = fold(word)
        if self.canonical(word, field, schema) is None:
            if folded in tuple(StatusKind):
                return Among(schema.statuses_of(StatusKind(folded)))
            words = self.words(field, schema)
            known = (*words, *StatusKind, *self.aliases(field, schema))
            raise unknown_word(word, known, self.name, listed=len(words))
        return super().test(word, field, schema)

    def facet_words(self, value: FieldValue | None) -> list[str]:
        """Return the status; a text that is no status is returned as written."""
        raw = " ".join(value.raw.split()) if value is not None else ""
        return super().facet_words(value) or ([raw] if raw else [])


def with_words(raw: str, status: str, schema: Schema) -> tuple[str, str]:
    """*status* in place of the one that begins *raw*, and the words behind that one if they get lost.

    The words stay where both statuses have them state the same field: ``Accepted via [5](…)``, ``Final via [5](…)``.
    """
    before, words = split_status(raw, schema)
    if before is None or not words:
        return status, ""
    known = schema.statuses[before]
    if known.note and known.note == schema.statuses[status].note:
        for name in (known.name, *known.aliases, *known.synonyms):
            if raw.strip().casefold().startswith(name.casefold()):
                return f"{status}{raw.strip()[len(name) :]}", ""
    return status, words


def split_status(raw: str, schema: Schema) -> tuple[str | None, str]:
    """The status that begins a value such as ``**Superseded by [7](0007-x.md)**``, and what the words behind it state.

    Only statuses with a *note* can have words behind them. Below the status there can be lines that begin with the
    label of a field (:func:`lines_below`).
    """
    first, others = _lines(raw)
    text = bare(first.replace("**", ""))
    if others:
        status = schema.status_names.get(fold(text)) or schema.status_aliases.get(fold(text))
        if len(lines_below(raw, schema)) < len(others):
            return None, ""
        if status is not None:
            return status.name, ""
    for folded, status in sorted((schema.status_names | schema.status_aliases).items(), reverse=True):
        if not status.note:
            continue
        match = re.match(rf"{'[-_ ]+'.join(map(re.escape, folded.split()))}\b", text, re.IGNORECASE)
        if match is not None:
            return status.name, _note(text[match.end() :].strip())
    return None, ""


def _note(text: str) -> str:
    """The words behind a status; the parentheses around the first of them are none: ``(Swift 5.2), in part``."""
    if not text.startswith("("):
        joint = _JOINT.match(text)
        return text[joint.end() :] if joint else text
    depth = 0
    for index, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if not depth:
            return f"{text[1:index].strip()}{text[index + 1 :]}"
    return text


def lines_below(raw: str, schema: Schema) -> list[tuple[Field, str]]:
    """The fields that lines below a status state, such as ``Amended by [7](0007-x.md)``, each with its value."""
    found: list[tuple[Field, str]] = []
    for line in _lines(raw)[1]:
        words = line.split()
        for count in range(len(words) - 1, 0, -1):
            field = schema.field_names.get(fold(" ".join(words[:count]).rstrip(":")))
            if field is not None:
                found.append((field, " ".join(words[count:])))
                break
    return found


def without_lines(raw: str, schema: Schema, keys: Container[str] | None = None) -> str:
    """*raw* without the lines below the status that state a field: one of *keys*, which are folded, or any."""
    first, *others = raw.split("\n")
    kept = []
    for line in others:
        stated = lines_below(f"{first}\n{line}", schema)
        if not stated or (keys is not None and fold(stated[0][0].key) not in keys):
            kept.append(line)
    return "\n".join([first, *kept]).strip()


def _lines(raw: str) -> tuple[str, list[str]]:
    """The first line of a value, and those below it that are not blank."""
    lines = [line.strip() for line in raw.strip().split("\n") if line.strip()]
    return lines[0] if lines else "", lines[1:]


def unknown_word(word: str, known: Sequence[str], description: str, *, listed: int | None = None) -> TermError:
    """The error for a word of a query that is none of *known*, of which the first *listed* are shown."""
    near = closest(word, known)
    if near is None:
        help = f"write one of {', '.join(known[:listed])}" if known else ""
    else:
        help = f"did you mean '{near}'?" if near.isalnum() else f"did you mean '\"{near}\"'?"
    return TermError(f"{in_quotes(word)} is not a {description}", help)

"""Terms: a name and its values become a filter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from sphinxext_dep.model.numbers import normalise_key
from sphinxext_dep.model.schema import FieldType, Schema, StatusKind, fold
from sphinxext_dep.model.suggest import closest
from sphinxext_dep.query.errors import QueryError, quoted
from sphinxext_dep.query.filters import (
    Filter,
    Given,
    HasPerson,
    HasTag,
    Holds,
    Invalid,
    OneOf,
    Overdue,
    RefersTo,
    Words,
    any_of,
    negated,
    person_key,
)
from sphinxext_dep.query.names import Subject, subject
from sphinxext_dep.query.ranges import date_range, number_range

QUALIFIERS = ("is", "has", "no")
STATES = ("invalid", "numbered", "overdue")


class Word(msgspec.Struct, frozen=True):
    """A name or a value as it stands in the query: its text without quotation marks, and its offsets with them."""

    text: str
    start: int
    end: int

    def error(self, message: str, help: str = "") -> QueryError:
        """What to raise when this word is wrong."""
        return QueryError(message, help, self.start, self.end)


def phrase(word: Word, schema: Schema) -> Filter:
    """The filter for a word or phrase without a field."""
    text = " ".join(word.text.casefold().split())
    if not text:
        raise word.error("there is nothing between the quotation marks", "write words, or leave them out")
    searched = (FieldType.PEOPLE, FieldType.TAGS)
    fields = tuple(field.key for field in schema.fields.values() if field.type in searched)
    return Words(text, schema.prefix.casefold(), fields)


def term(name: Word, values: Sequence[Word], schema: Schema) -> Filter:
    """The filter for ``name:value,value``: any of the values.

    :raises QueryError: when the name, or one of the values, means nothing.
    """
    for value in values:
        if not value.text.strip():
            raise value.error("a value is missing", f"write no:{name.text} for proposals without one")
    qualifier = name.text.casefold()
    if qualifier == "is":
        return any_of(_state(value, schema) for value in values)
    if qualifier in QUALIFIERS:
        given = [Given(subject(value.text, schema, value.start, value.end).key) for value in values]
        return any_of(given if qualifier == "has" else map(negated, given))
    return _of_type(subject(name.text, schema, name.start, name.end), values, schema)


def _of_type(about: Subject, values: Sequence[Word], schema: Schema) -> Filter:
    key = about.key
    match about.type:
        case FieldType.NUMBER:
            return any_of(number_range(value.text, value.start, value.end, schema.prefix) for value in values)
        case FieldType.DATE:
            return any_of(date_range(key, value.text, value.start, value.end) for value in values)
        case FieldType.STATUS:
            return OneOf(key, _distinct(name for value in values for name in _statuses(value, schema)))
        case FieldType.CATEGORY:
            names = {word: category.name for word, category in schema.category_names.items()}
            return OneOf(key, _distinct(_known(value, names, "category") for value in values))
        case FieldType.CHOICE:
            names = {fold(choice): choice for choice in schema.fields[key].choices}
            return OneOf(key, _distinct(_known(value, names, f"choice of '{key}'") for value in values))
        case FieldType.PEOPLE:
            return HasPerson(key, _distinct(_person(value) for value in values))
        case FieldType.TAGS:
            return HasTag(key, _distinct(fold(value.text) for value in values))
        case FieldType.REFERENCES:
            return RefersTo(key, _distinct(_reference(value, schema) for value in values))
        case _:
            return Holds(key, _distinct(" ".join(value.text.casefold().split()) for value in values))


def _state(value: Word, schema: Schema) -> Filter:
    """The filter for ``is:value``."""
    match fold(value.text):
        case "invalid":
            return Invalid()
        case "numbered":
            return Given("number")
        case "overdue":
            due = schema.review_date
            if due is None:
                raise value.error("nothing can be overdue: the process has no date field 'review-date'")
            return Overdue(due.key, _of_kind("open", schema))
        case folded if folded in tuple(StatusKind):
            raise value.error(f"'is:{folded}' means nothing", f"did you mean 'status:{folded}'?")
    raise _unknown(value, STATES, "state that can be asked for")


def _statuses(value: Word, schema: Schema) -> tuple[str, ...]:
    """The canonical names that a status, an alias of one, or a kind stands for; a name wins over a kind."""
    folded = fold(value.text)
    status = schema.status_names.get(folded) or schema.status_aliases.get(folded)
    if status is not None:
        return (status.name,)
    if folded in tuple(StatusKind):
        return _of_kind(folded, schema)
    aliases = (alias for status in schema.statuses.values() for alias in status.aliases)
    raise _unknown(value, (*schema.statuses, *StatusKind, *aliases), "status", shown=len(schema.statuses))


def _of_kind(kind: str, schema: Schema) -> tuple[str, ...]:
    return tuple(status.name for status in schema.statuses.values() if status.kind == kind)


def _known(value: Word, names: Mapping[str, str], what: str) -> str:
    """The canonical name that *value* stands for."""
    if (name := names.get(fold(value.text))) is not None:
        return name
    known = tuple(dict.fromkeys(names.values()))
    raise _unknown(value, (*known, *names), what, shown=len(known))


def _unknown(value: Word, known: Sequence[str], what: str, *, shown: int | None = None) -> QueryError:
    """What to raise when *value* is none of *known*, of which the first *shown* are worth listing."""
    near = closest(value.text, known)
    if near is None:
        mend = f"write one of {', '.join(known[:shown])}" if known else ""
    else:
        mend = f"did you mean '{near}'?" if near.isalnum() else f"did you mean '\"{near}\"'?"
    return value.error(f"{quoted(value.text)} is not a {what}", mend)


def _person(value: Word) -> str:
    key = person_key(value.text)
    if not key:
        raise value.error("there is no name behind the '@'", "write a handle, such as '@octo', or a name")
    return key


def _reference(value: Word, schema: Schema) -> str:
    key = normalise_key(value.text.lower(), schema.prefix)
    if key is None:
        raise value.error(f"{quoted(value.text)} cannot name a proposal", "write a number, such as '12', or a slug")
    return key


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))

"""YAML front matter as a header: its raw text, event by event.

Nothing is constructed: ``007`` stays ``007``, ``no`` stays ``no``, a date stays text, an alias is never expanded and a
tag never obeyed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from sphinxext_dep.core.field import HeaderProblem, Part, RawField, Spelling
from sphinxext_dep.core.outline_md import front_matter_end, with_plain_newlines
from sphinxext_dep.core.schema import Field, FieldType, Schema, fold
from sphinxext_dep.core.text import Source

_NOT_OURS = frozenset(
    (
        "author", "blogpost", "category", "date", "description", "excerpt", "external", "file format", "html meta",
        "image", "jupytext", "kernelspec", "keywords", "language", "layout", "location", "myst", "mystnb",
        "no search", "nocomments", "orphan", "redirect", "slug", "static", "subject", "substitutions", "template",
        "theme", "title", "tocdepth", "version",
    )
)  # fmt: skip
"""Keys (folded) that Sphinx, MyST, notebooks and blogs give a meaning: never a misspelled field."""

_STANDARD_TAG = re.compile(r"tag:yaml\.org,2002:(?:str|int|float|bool|null|timestamp|seq|map)\Z")
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_COMMENT = re.compile(r"[ \t]*:[ \t]*#")
_LOST = re.compile(r"[ \t]+#\w")
_FIRST_KEY = re.compile(r"-{3,}[ \t]*\n\s*([\w-]+(?:[ \t][\w-]+)*)[ \t]*:(?:\s|\Z)")
_CLOSE = 2
"""How many slips (letters missing, wrong, too many or swapped) a misspelled key may have; half of that when short."""


class FrontMatter(msgspec.Struct, frozen=True):
    """What front matter contributes.

    :param part: its fields, if they count.
    :param is_header: whether it is a header by itself: with a status (however misspelled), or with a number and at
        least one more field. Else its fields count only beside another spelling, for a page's ``author:`` or ``tags:``
        do not make a proposal of it.
    :param unreadable: the problems of the YAML itself, which are also among those of *part*.
    """

    part: Part = Part()
    is_header: bool = False
    unreadable: tuple[HeaderProblem, ...] = ()


class _Entry(msgspec.Struct):
    """One key of the mapping; places are offsets in the page.

    :param field: the field that the key names or, when *near*, the one that it nearly names.
    """

    key: str
    key_start: int
    key_end: int
    value: str = ""
    start: int = 0
    end: int = 0
    note: str = ""
    problem: tuple[str, str] | None = None
    field: Field | None = None
    near: bool = False


def read_front_matter(source: Source, schema: Schema) -> FrontMatter:
    """Read the front matter of a Markdown page."""
    if not source.text.startswith("---") or source.suffix == ".rst":
        return FrontMatter()
    text = with_plain_newlines(source.text)
    found = front_matter_end(text)
    if found is None:
        problems = _unclosed(source, text, schema)
        return FrontMatter(Part(problems=problems), unreadable=problems)
    closing, body_start = found
    reader = _Reader(source, text.index("\n") + 1, closing)
    entries = reader.read()
    _recognise(entries, schema)
    known = [entry for entry in entries if entry.field is not None and not entry.near]
    types = {entry.field.type for entry in entries if entry.field is not None and not entry.near}
    nearly = {entry.field.type for entry in entries if entry.field is not None}
    is_header = FieldType.STATUS in nearly or (FieldType.NUMBER in types and len(types) > 1)
    ours = [entry for entry in entries if entry.field is not None and (not entry.near or known or is_header)]
    end = len(text[:body_start].rstrip())
    return FrontMatter(
        Part(
            fields=tuple(_field(source, entry) for entry in ours),
            span=source.span(0, end) if ours else None,
            problems=(
                *reader.problems,
                *(HeaderProblem(source.span(e.start, e.end), *e.problem) for e in ours if e.problem is not None),
            ),
        ),
        is_header,
        tuple(reader.problems),
    )


def _field(source: Source, entry: _Entry) -> RawField:
    return RawField(
        label=entry.key,
        value=entry.value,
        span=source.span(entry.start, entry.end),
        label_span=source.span(entry.key_start, entry.key_end),
        spelling=Spelling.FRONT_MATTER,
        note=entry.note,
    )


def _recognise(entries: list[_Entry], schema: Schema) -> None:
    """Find the field that each key names or, short of a slip or two, was meant to name."""
    names = schema.field_names
    strangers: list[tuple[_Entry, str]] = []
    for entry in entries:
        name = fold(entry.key)
        entry.field = names.get(name)
        if entry.field is None and name not in _NOT_OURS and 3 < len(name) < 40:
            strangers.append((entry, name))
    if not strangers:
        return
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    choices = [name for name in names if len(name) > 3]
    for entry, name in strangers:
        slips = _CLOSE if len(name) > 4 else _CLOSE // 2
        best = process.extractOne(name, choices, scorer=OSA.distance, score_cutoff=slips)
        if best is not None:
            entry.field = names[best[0]]
            entry.near = True


def _unclosed(source: Source, text: str, schema: Schema) -> tuple[HeaderProblem, ...]:
    """A page that starts like front matter with a field, but never ends it."""
    match = _FIRST_KEY.match(text)
    if match is None or fold(match[1]) not in schema.field_names:
        return ()
    return (
        HeaderProblem(
            source.span(0, 3),
            "the front matter is never closed",
            "write `---` on a line of its own behind its last key",
        ),
    )


class _Reader:
    """Reads the mapping between two offsets of a page."""

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.source = source
        self.start = start
        self.text = source.text[start:end]
        self.problems: list[HeaderProblem] = []
        self.reported: set[str] = set()

    def read(self) -> list[_Entry]:
        """The entries up to the first error."""
        import yaml

        entries: list[_Entry] = []
        # libyaml, where PyYAML was built with it, is twenty times faster and gives the same events.
        events = yaml.parse(self.text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        try:
            self._document(events, entries)
        except yaml.reader.ReaderError as error:
            self._problem(error.position, "the front matter holds a character that YAML does not allow", "remove it")
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            index = mark.index if mark else 0
            self._problem(index, f"the front matter is not valid YAML: {_reason(error)}", self._mend(index))
        except UnicodeError:
            self._problem(0, "the front matter holds a character that cannot be encoded", "remove it")
        return entries

    def _document(self, events: Iterator[Any], entries: list[_Entry]) -> None:
        documents = 0
        for event in events:
            name = type(event).__name__
            if name == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    self._problem(
                        event.start_mark.index,
                        "the front matter holds more than one YAML document",
                        "keep one mapping between the two `---` lines",
                    )
                    return
            elif name == "MappingStartEvent":
                self._mapping(events, entries)
            elif name in ("ScalarEvent", "SequenceStartEvent", "AliasEvent"):
                self._problem(
                    event.start_mark.index,
                    "the front matter is not a mapping of keys to values",
                    "write one `key: value` per line, or a blank line above a `---` that is no front matter",
                )
                return

    def _mapping(self, events: Iterator[Any], entries: list[_Entry]) -> None:
        """Read the pairs of the top-level mapping."""
        for key in events:
            if type(key).__name__ == "MappingEndEvent":
                return
            self._judge(key)
            if type(key).__name__ != "ScalarEvent":
                self._skip(key, events)
                self._skip(next(events), events)
                continue
            start, end = self._inside(key)
            entry = _Entry(key.value, start, end)
            value = next(events)
            self._judge(value)
            self._value(entry, value, events, key.end_mark.index)
            entries.append(entry)

    def _value(self, entry: _Entry, value: Any, events: Iterator[Any], key_end: int) -> None:
        name = type(value).__name__
        if name == "ScalarEvent":
            entry.start, entry.end = self._inside(value)
            plain = value.implicit[0]
            entry.value = "" if plain and value.value in _NULL else value.value
            behind = value.end_mark.index
            comment = _LOST.match(self.text, behind) if value.value else _COMMENT.match(self.text, key_end)
            entry.note = "comment" if comment and plain else ""
            return
        entry.start = value.start_mark.index + self.start
        if name == "SequenceStartEvent":
            words, end, nested = self._sequence(events)
            entry.value = ", ".join(words)
        else:
            end = self._skip(value, events)
            nested = True
        entry.end = self.start + len(self.text[:end].rstrip())
        if name == "AliasEvent":
            entry.problem = None  # reported for the whole front matter
        elif nested:
            entry.problem = (
                f"the value of `{entry.key}` is nested",
                f"write `{entry.key}` as text, or as a list of texts",
            )

    def _sequence(self, events: Iterator[Any]) -> tuple[list[str], int, bool]:
        """The texts of a list, the index of its end, and whether it holds anything else."""
        words: list[str] = []
        nested = False
        for event in events:
            name = type(event).__name__
            if name == "SequenceEndEvent":
                return words, event.end_mark.index, nested
            self._judge(event)
            if name == "ScalarEvent":
                words.append(event.value)
            else:
                nested = nested or name != "AliasEvent"
                self._skip(event, events)
        return words, len(self.text), nested

    def _skip(self, event: Any, events: Iterator[Any]) -> int:
        """Pass over the rest of the node that *event* starts; the index of its end."""
        depth = 0
        while True:
            self._judge(event)
            name = type(event).__name__
            if name in ("MappingStartEvent", "SequenceStartEvent"):
                depth += 1
            elif name in ("MappingEndEvent", "SequenceEndEvent"):
                depth -= 1
            if depth <= 0:
                return int(event.end_mark.index)
            event = next(events)

    def _judge(self, event: Any) -> None:
        """Report aliases and tags, once each: they have no place in metadata, and loading them can be an attack."""
        tag = getattr(event, "tag", None)
        if type(event).__name__ == "AliasEvent":
            kind, message = "alias", f"the front matter holds an alias, `*{event.anchor}`"
            mend = "write the value itself: aliases are not expanded"
        elif tag is not None and not _STANDARD_TAG.match(tag) and tag != "!":
            kind, message = "tag", f"the front matter holds a tag, `{tag}`"
            mend = "remove the tag: values are read as text"
        else:
            return
        if kind not in self.reported:
            self.reported.add(kind)
            self._problem(event.start_mark.index, message, mend, event.end_mark.index)

    def _inside(self, event: Any) -> tuple[int, int]:
        """Offsets of a scalar's text, without tag, anchor and quotes; of the lines of a block scalar."""
        first, last = event.start_mark.index, event.end_mark.index
        written = self.text[first:last].rstrip()
        last = first + len(written)
        if event.style in ("|", ">"):
            newline = written.find("\n")
            inner = written[newline + 1 :] if newline >= 0 else ""
            return self.start + last - len(inner.lstrip()), self.start + last
        if event.style in ("'", '"'):
            return self.start + first + written.index(event.style) + 1, self.start + last - 1
        if (event.tag or event.anchor) and written.endswith(event.value):
            first = last - len(event.value)
        return self.start + first, self.start + last

    def _problem(self, start: int, message: str, help: str, end: int = 0) -> None:
        first = min(start, len(self.text))
        last = max(first, min(end or first + 1, len(self.text)))
        self.problems.append(HeaderProblem(self.source.span(self.start + first, self.start + last), message, help))

    def _mend(self, index: int) -> str:
        """How to mend the YAML error at *index*."""
        char = self.text[index : index + 1]
        if char and char in "@`%":
            return f"put quotes around a value that starts with {char}"
        if char == "\t":
            return "write spaces instead of the tab"
        if char == ":":
            return "put quotes around a value that holds a colon and a space"
        return "put quotes around the value, or write one `key: value` per line"


def _reason(error: Any) -> str:
    return str(error.problem or error.context or "it cannot be read").strip()

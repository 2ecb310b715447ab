"""The options of a directive, and of a command: one field's filter, an order, a group, columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sphinxext_dep.model.schema import FieldType, Schema
from sphinxext_dep.query.errors import QueryError, quoted
from sphinxext_dep.query.filters import Filter
from sphinxext_dep.query.names import subject
from sphinxext_dep.query.order import SortKey
from sphinxext_dep.query.terms import Word, term

_PARTS = re.compile(r'"[^"]*"|[^",]+|[",]')


def match_option(key: str, value: str, schema: Schema) -> Filter:
    """The filter that ``:key: value`` means: any of the values, which commas separate.

    The same as the term ``key:value`` of an expression, but that a value need not be quoted to hold spaces; quote one
    that holds a comma.

    :raises QueryError: when *key* or a value means nothing; offsets are into *value*.
    """
    # The key stands outside of the value: that it is unknown concerns the whole of it.
    return term(Word(key, 0, len(value)), list(_values(value)), schema)


def parse_sort(text: str, schema: Schema) -> tuple[SortKey, ...]:
    """What ``-review-date, number`` sorts by: fields, separated by commas, those with ``-`` descending.

    :raises QueryError: when a name is no field, or stands there twice.
    """
    keys: dict[str, SortKey] = {}
    for word in _values(text):
        name = word.text.removeprefix("-").lstrip()
        field = subject(name, schema, word.end - len(name), word.end).key
        if field in keys:
            raise word.error(f"{quoted(name)} stands here twice")
        keys[field] = SortKey(field, descending=word.text.startswith("-"))
    return tuple(keys.values())


def parse_group(text: str, schema: Schema) -> str:
    """The key of the one field that *text* names.

    :raises QueryError: when it is no field, or several.
    """
    first, *others = _values(text)
    if others:
        raise others[0].error("proposals are grouped by one field only")
    return subject(first.text, schema, first.start, first.end).key


def default_columns(schema: Schema) -> tuple[str, ...]:
    """What a table of proposals shows unless it is told: number, title, status, category and authors, as far as the
    process has fields for them, whatever it calls these.
    """
    number = schema.field_of_type(FieldType.NUMBER)
    fields = map(schema.field_of_type, (FieldType.STATUS, FieldType.CATEGORY, FieldType.PEOPLE))
    return (number.key if number else "number", "title", *(field.key for field in fields if field))


def parse_columns(text: str, schema: Schema) -> tuple[str, ...]:
    """The keys of the fields that *text* names, separated by commas.

    :raises QueryError: when a name is no field, or stands there twice.
    """
    columns: list[str] = []
    for word in _values(text):
        about = subject(word.text, schema, word.start, word.end)
        number = schema.field_of_type(FieldType.NUMBER)
        # A number has a field of its own only for its label.
        key = number.key if about.type is FieldType.NUMBER and number is not None else about.key
        if key in columns:
            raise word.error(f"{quoted(word.text)} stands here twice")
        columns.append(key)
    return tuple(columns)


def _values(text: str) -> Iterator[Word]:
    """The values that commas separate, without the space and the quotation marks around them.

    :raises QueryError: when there is nothing between two commas, or a quotation mark where none can be.
    """
    parts: list[re.Match[str]] = []
    for part in _PARTS.finditer(text):
        if part.group() == ",":
            yield _value(parts, text, part.start())
            parts = []
        else:
            parts.append(part)
    yield _value(parts, text, len(text))


def _value(parts: list[re.Match[str]], text: str, end: int) -> Word:
    """The value that *parts* make up; *end* is where it ends."""
    solid = [part for part in parts if not part.group().isspace()]
    if not solid:
        start = parts[0].start() if parts else end
        raise QueryError("a value is missing", "write one, or take the comma out", start, end)
    marks = [part for part in solid if part.group().startswith('"')]
    for mark in marks:
        if mark.group() == '"':
            raise QueryError(
                "the quotation mark is not closed", "write another one behind the value", mark.start(), end
            )
        if len(solid) > 1:
            raise QueryError(
                "there is something beside the quotation marks", "put them around the whole value", mark.start(), end
            )
    start, stop = solid[0].start(), solid[-1].end()
    value = text[start:stop]
    if marks:
        return Word(value[1:-1], start, stop)
    stripped = value.strip()
    start += len(value) - len(value.lstrip())
    return Word(stripped, start, start + len(stripped))

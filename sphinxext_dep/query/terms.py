"""Terms and options: names and values of columns, read into filters, orders, groups and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from sphinxext_dep.fields import type_of
from sphinxext_dep.fields.base import TermError, in_quotes
from sphinxext_dep.fields.choice import unknown_word
from sphinxext_dep.model.messages import closest
from sphinxext_dep.model.schema import Schema, StatusKind, fold
from sphinxext_dep.query.columns import DERIVED, FALLBACK, Column, column
from sphinxext_dep.query.filters import Filter, Given, Invalid, Matches, Overdue, QueryError, Words, any_of, negated
from sphinxext_dep.query.order import SortKey

QUALIFIERS = ("is", "has", "no")
STATES = ("invalid", "numbered", "overdue", "unmerged")

_PARTS = re.compile(r'"[^"]*"|[^",]+|[",]')


class Word(msgspec.Struct, frozen=True):
    """A name or a value in a query: its text without quotation marks, and its offsets with them."""

    text: str
    start: int
    end: int

    def error(self, message: str, help: str = "") -> QueryError:
        """Return the error to raise when this word is wrong."""
        return QueryError(message, help, self.start, self.end)


def find_column(name: str, schema: Schema, start: int, end: int) -> Column:
    """Return the column called *name*: by a field's key, label or alias in any case, in the singular too.

    :param start: offset of the name, for the error; *end* is just behind it.
    :raises QueryError: when there is none.
    """
    folded = fold(name)
    derived = DERIVED.get(folded)
    if derived is not None and not derived.prefers_field:
        return derived
    if (exact := schema.field_names.get(folded)) is not None:
        return column(exact.key, schema)
    if derived is not None:
        return derived
    # `author` for `authors`, `reviewer` for `required-reviewers`, whatever aliases a project gives its fields.
    for form in (f"{folded}s", f"required {folded}", f"required {folded}s"):
        if (field := schema.field_names.get(form)) is not None:
            return column(field.key, schema)
    if (key := folded.replace(" ", "-")) in FALLBACK:
        return FALLBACK[key]
    known = [*schema.fields, *DERIVED]
    near = closest(name, known)
    help = f"did you mean '{near}'?" if near else f"fields are {', '.join(dict.fromkeys(known))}"
    raise QueryError(f"there is no field '{name}'", help, start, end)


def phrase(word: Word, schema: Schema) -> Filter:
    """The filter for a word or phrase without a field."""
    text = " ".join(word.text.casefold().split())
    if not text:
        raise word.error("there is nothing between the quotation marks", "write words, or leave them out")
    fields = tuple((field.key, field.type) for field in schema.fields.values() if type_of(field).is_searched)
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
        given = [Given(find_column(value.text, schema, value.start, value.end).key) for value in values]
        return any_of(given if qualifier == "has" else map(negated, given))
    found = find_column(name.text, schema, name.start, name.end)
    tests = []
    for value in values:
        try:
            tests.append(found.type.test(value.text, found.field, schema))
        except TermError as error:
            raise value.error(error.message, error.help) from None
    return Matches(found.key, found.type.name, tuple(dict.fromkeys(tests)))


def _state(value: Word, schema: Schema) -> Filter:
    """The filter for ``is:value``."""
    match fold(value.text):
        case "invalid":
            return Invalid()
        case "numbered":
            return Given("number")
        case "unmerged":
            return Given("ref")
        case "overdue":
            due = schema.review_date
            if due is None:
                raise value.error("nothing can be overdue: the process has no date field 'review-date'")
            return Overdue(due.key, schema.statuses_of(StatusKind.OPEN))
        case folded if folded in tuple(StatusKind):
            raise value.error(f"'is:{folded}' means nothing", f"did you mean 'status:{folded}'?")
    error = unknown_word(value.text, STATES, "state that can be asked for")
    raise value.error(error.message, error.help)


def match_option(key: str, value: str, schema: Schema) -> Filter:
    """The filter that ``:key: value`` means: any of the values, which commas separate.

    The same as the term ``key:value`` of an expression, but a value with spaces needs no quotation marks; one with a
    comma does.

    :raises QueryError: when *key* or a value means nothing; offsets are into *value*.
    """
    # The key is not in the value: an unknown key is an error of the whole option.
    return term(Word(key, 0, len(value)), list(_values(value)), schema)


def parse_sort(text: str, schema: Schema) -> tuple[SortKey, ...]:
    """Read an order such as ``-review-date, number``: columns, separated by commas, those with ``-`` descending.

    :raises QueryError: when a name is no field, or is listed twice.
    """
    keys: dict[str, SortKey] = {}
    for word in _values(text):
        name = word.text.removeprefix("-").lstrip()
        field = find_column(name, schema, word.end - len(name), word.end).key
        if field in keys:
            raise word.error(f"{in_quotes(name)} is listed twice")
        keys[field] = SortKey(field, descending=word.text.startswith("-"))
    return tuple(keys.values())


def parse_group(text: str, schema: Schema) -> str:
    """The key of the one field that *text* names.

    :raises QueryError: when it is no field, or several.
    """
    first, *others = _values(text)
    if others:
        raise others[0].error("proposals are grouped by one field only")
    return find_column(first.text, schema, first.start, first.end).key


def default_columns(schema: Schema) -> tuple[str, ...]:
    """The columns of a table that names none: number, title, status, category and authors, as far as the process has
    fields for them.
    """
    number = schema.number_field
    fields = (schema.status_field, schema.category_field, schema.authors_field)
    return (number.key if number else "number", "title", *(field.key for field in fields if field))


def parse_columns(text: str, schema: Schema) -> tuple[str, ...]:
    """The keys of the fields that *text* names, separated by commas.

    :raises QueryError: when a name is no field, or is listed twice.
    """
    columns: list[str] = []
    number = schema.number_field
    for word in _values(text):
        key = find_column(word.text, schema, word.start, word.end).key
        # The field of the number has its label.
        key = number.key if key == "number" and number is not None else key
        if key in columns:
            raise word.error(f"{in_quotes(word.text)} is listed twice")
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

"""The query language, read: terms and expressions into filters, options into orders, groups and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, cast

import msgspec

from sphinxext_dep.fields import type_of
from sphinxext_dep.fields.base import TermError, in_quotes
from sphinxext_dep.fields.choice import unknown_word
from sphinxext_dep.model.messages import closest
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Condition, Schema, StatusKind, fold
from sphinxext_dep.query.columns import DERIVED, FALLBACK, Column, Context, column
from sphinxext_dep.query.filters import (
    Filter,
    Given,
    Invalid,
    Matches,
    Overdue,
    QueryError,
    SortKey,
    Words,
    all_of,
    any_of,
    negated,
)

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

QUALIFIERS = ("is", "has", "no")
STATES = ("invalid", "numbered", "overdue", "unmerged")

_PARTS = re.compile(r'"[^"]*"|[^",]+|[",]')
_QUOTED = re.compile(r'"([^"]*)"')
"""A part of a value: ``"2026-01-01"..2026-06`` is the value ``2026-01-01..2026-06``."""


class Word(msgspec.Struct, frozen=True):
    """A name or a value in a query: its text without quotation marks, and its offsets with them."""

    text: str
    start: int
    end: int

    def error(self, message: str, help: str = "") -> QueryError:
        """Return the error to raise when this word is wrong."""
        return QueryError(message, help, self.start, self.end)


def short_names(name: str) -> list[str]:
    """Return what a folded name may be shortened to: `author` for `authors`, `reviewer` for `required reviewers`."""
    bare = name.removeprefix("required ")
    return list(dict.fromkeys((name.removesuffix("s"), bare, bare.removesuffix("s"))))


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
    for form, field in schema.field_names.items():
        if folded in short_names(form):
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
    start, stop = solid[0].start(), solid[-1].end()
    for mark in (part for part in solid if part.group().startswith('"')):
        if mark.group() == '"':
            raise QueryError(
                "the quotation mark is not closed", "write another one behind the value", mark.start(), end
            )
        before, behind = text[mark.start() - 1 : mark.start()], text[mark.end() : mark.end() + 1]
        if (mark.start() > start and before.isspace()) or (mark.end() < stop and behind.isspace()):
            raise QueryError(
                "there is something beside the quotation marks", "put them around the whole value", mark.start(), end
            )
    value = text[start:stop]
    stripped = value.strip()
    start += len(value) - len(value.lstrip())
    return Word(_QUOTED.sub(r"\1", stripped), start, start + len(stripped))


MAX_DEPTH = 50
"""The depth to which parentheses may be nested: deeper than in any real query, and far from Python's own limit."""

GRAMMAR = r"""
start: alternatives?
alternatives: conjunction (_OR conjunction)*
conjunction: factor (_AND? factor)*
factor: NOT* (_OPEN alternatives _CLOSE | term | WORD | PHRASE)
term: NAME VALUE (_COMMA VALUE)*

_OR.3: /or(?=[\s()"]|$)/i
_AND.3: /and(?=[\s()"]|$)/i
NOT.3: /not(?=[\s()"]|$)/i | /-(?=\S)/
NAME.2: /[^\W\d][\w-]*:/
WORD: /(?!-|(?:or|and|not)(?=[\s()"]|$))[^\s()",]+/i
VALUE: /(?:[<>]=?\s*)?(?:"[^"]*"|[^\s()",])+/
PHRASE: /"[^"]*"/
_OPEN: "("
_CLOSE: ")"
_COMMA: ","
%ignore /\s+/
"""
"""The grammar, for lark. Which of ``WORD``, ``NAME`` and ``VALUE`` is meant depends on the text before."""

_BRACKETS = re.compile(r'"[^"]*(?:"|\Z)|[()]')
_FIRST_WORD = re.compile(r"\w{1,40}")
_LAST_WORD = re.compile(r'[^\s()"]*\Z')
_TAIL = 60
"""The longest part (characters) of an expression that is searched for the word before an error."""


def parse(expression: str, schema: Schema) -> Filter:
    """Read an expression; an empty one matches every proposal.

    :raises QueryError: when it means nothing, with the offsets of the part that does not.
    """
    if not expression.strip():
        return all_of(())
    _check_brackets(expression)
    # Loading the library takes longer than checking a hundred proposals: only expressions pay for it.
    from lark.exceptions import UnexpectedInput, UnexpectedToken

    try:
        tree = _parser().parse(expression)
    except UnexpectedInput as error:
        at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        # Declared as `None` on the common base class.
        position = cast("int | None", error.pos_in_stream)
        raise _syntax_error(expression, len(expression) if at_end or position is None else position) from None
    return _alternatives(cast("Tree[Token]", tree.children[0]), schema)


@cache
def _parser() -> Lark:
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)


def _alternatives(tree: Tree[Token], schema: Schema) -> Filter:
    return any_of([_conjunction(cast("Tree[Token]", child), schema) for child in tree.children])


def _conjunction(tree: Tree[Token], schema: Schema) -> Filter:
    return all_of([_factor(cast("Tree[Token]", child), schema) for child in tree.children])


def _factor(tree: Tree[Token], schema: Schema) -> Filter:
    *nots, item = tree.children
    if isinstance(item, str):
        found = phrase(_word(item), schema)
    elif item.data == "term":
        name, *values = (_word(cast("Token", child)) for child in item.children)
        found = term(name, values, schema)
    else:
        found = _alternatives(item, schema)
    return negated(found) if len(nots) % 2 else found


def _word(token: Token) -> Word:
    start = token.start_pos or 0
    match token.type:
        case "NAME":
            return Word(token[:-1], start, start + len(token) - 1)
        case "PHRASE":
            return Word(token[1:-1], start, start + len(token))
        case _:
            return Word(_QUOTED.sub(r"\1", token), start, start + len(token))


def _check_brackets(expression: str) -> None:
    """Parentheses and quotation marks must be closed, and not nested without end.

    :raises QueryError: at the mark that is too many.
    """
    opened: list[int] = []
    for found in _BRACKETS.finditer(expression):
        mark, start = found.group(), found.start()
        if mark == "(":
            opened.append(start)
            if len(opened) > MAX_DEPTH:
                message = f"parentheses are nested more than {MAX_DEPTH} deep"
                raise QueryError(message, "most of them can be left out", start, start + 1)
        elif mark == ")":
            if not opened:
                raise QueryError("')' closes nothing", "take it out, or open it with '('", start, start + 1)
            opened.pop()
        elif mark == '"' or not mark.endswith('"'):
            raise QueryError(
                "the quotation mark is not closed", "write another one behind the words", start, found.end()
            )
    if opened:
        raise QueryError("the parenthesis is not closed", "add ')'", opened[-1], opened[-1] + 1)


def _syntax_error(expression: str, position: int) -> QueryError:
    """The error at *position*, the first place at which no expression can go on."""
    before, after = expression[:position].rstrip(), expression[position:]
    # The last word is enough, and the text may be of any length.
    last = _LAST_WORD.findall(before[-_TAIL:])[0]
    start, end = len(before) - len(last), len(before)
    if last.endswith(":"):
        help = f"write {last}value, or quote the word to search for it"
        return QueryError(f"{in_quotes(last)} needs a value", help, start, end)
    if before.endswith(","):
        return QueryError("a value is missing behind the comma", "write one, or take the comma out", end - 1, end)
    if after.startswith(","):
        help = "commas separate the values of a field, as in status:Draft,Approved"
        return QueryError("a comma is not allowed here", help, position, position + 1)
    if after.startswith("-"):
        help = "write what is excluded right behind it, or quote it"
        return QueryError("'-' needs something behind it", help, position, position + 1)
    word = _FIRST_WORD.match(after)
    if last == "-" or last.casefold().removeprefix("-") in ("or", "and", "not"):
        return QueryError(f"{in_quotes(last)} needs something behind it", "quote it to search for it", start, end)
    if word is not None and word.group().casefold() in ("or", "and"):
        message = f"{in_quotes(word.group())} needs something in front of it"
        return QueryError(message, "quote it to search for it", position, position + len(word.group()))
    # The parentheses are balanced, so all that is left is an empty pair.
    return QueryError("there is nothing between the parentheses", "take them out", position, position + 1)


_Parsed = tuple[tuple[Condition, Filter], ...]
_NOW = Context()
"""Conditions do not depend on the day: a proposal that is valid stays valid."""


def conditions_of(proposal: Proposal, schema: Schema) -> tuple[Condition, ...]:
    """The conditions of *schema* that hold for *proposal*, in the order of the configuration."""
    if not schema.conditions:
        return ()
    parsed = cast("_Parsed | None", schema.derived.get(__name__))
    if parsed is None:
        parsed = tuple((condition, parse(condition.when, schema)) for condition in schema.conditions.values())
        schema.derived[__name__] = parsed
    return tuple(condition for condition, holds in parsed if holds.matches(proposal, _NOW))

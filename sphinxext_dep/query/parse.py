"""Expressions: the grammar of the query language, read into filters; and the conditions of a process."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, cast

from sphinxext_dep.fields.base import in_quotes
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Condition, Schema
from sphinxext_dep.query.columns import Context
from sphinxext_dep.query.filters import Filter, QueryError, all_of, any_of, negated
from sphinxext_dep.query.terms import Word, phrase, term

if TYPE_CHECKING:
    from lark import Lark, Token, Tree


MAX_DEPTH = 50
"""The depth to which parentheses may be nested: deeper than in any real query, and far from Python's own limit."""

GRAMMAR = r"""
start: alternatives?
alternatives: conjunction (_OR conjunction)*
conjunction: factor (_AND? factor)*
factor: NOT* (_OPEN alternatives _CLOSE | term | WORD | PHRASE)
term: NAME (VALUE | PHRASE) (_COMMA (VALUE | PHRASE))*

_OR.3: /or(?=[\s()"]|$)/i
_AND.3: /and(?=[\s()"]|$)/i
NOT.3: /not(?=[\s()"]|$)/i | /-(?=\S)/
NAME.2: /[^\W\d][\w-]*:/
WORD: /(?!-|(?:or|and|not)(?=[\s()"]|$))[^\s()",]+/i
VALUE: /[<>]=?\s*[^\s()",]+|[^\s()",]+/
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
            return Word(str(token), start, start + len(token))


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
    if last.casefold() in ("or", "and", "not", "-"):
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

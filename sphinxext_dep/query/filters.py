"""Filters and orders: what a query is read into. Plain records, so that they can be stored, compared and printed.

A filter holds no schema: names were resolved when it was read, and are read again when the schema changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Protocol

import msgspec

from sphinxext_dep.fields import TYPES
from sphinxext_dep.fields.base import WRONG, Key, Test
from sphinxext_dep.model.proposal import Proposal, State
from sphinxext_dep.model.schema import Schema
from sphinxext_dep.query.columns import Context, changed, column, derived


class QueryError(Exception):
    """A query, or an option of one, that means nothing.

    :param message: what is wrong, without a final full stop.
    :param help: the fix; may be empty.
    :param start: offset (characters) into the text at which the wrong part begins.
    :param end: offset just behind it.
    """

    def __init__(self, message: str, help: str = "", start: int = 0, end: int = 0) -> None:
        super().__init__(message, help, start, end)
        self.message = message
        self.help = help
        self.start = start
        self.end = end

    def __str__(self) -> str:
        return f"{self.message}; {self.help}" if self.help else self.message


class Filter(Protocol):
    """The members of every filter."""

    def matches(self, proposal: Proposal, context: Context) -> bool:
        """Return whether *proposal* satisfies it."""

    @property
    def reads(self) -> frozenset[str]:
        """The data that the result depends on: keys of columns, ``today``, ``invalid``."""


class All(msgspec.Struct, frozen=True):
    """Every one of *filters*; without any, every proposal."""

    filters: tuple[Filter, ...] = ()

    def matches(self, proposal: Proposal, context: Context) -> bool:
        """See :meth:`Filter.matches`."""
        return all(item.matches(proposal, context) for item in self.filters)

    @property
    def reads(self) -> frozenset[str]:
        """See :attr:`Filter.reads`."""
        return frozenset().union(*(item.reads for item in self.filters))


class AnyOf(msgspec.Struct, frozen=True):
    """At least one of *filters*."""

    filters: tuple[Filter, ...]

    def matches(self, proposal: Proposal, context: Context) -> bool:
        """See :meth:`Filter.matches`."""
        return any(item.matches(proposal, context) for item in self.filters)

    @property
    def reads(self) -> frozenset[str]:
        """See :attr:`Filter.reads`."""
        return frozenset().union(*(item.reads for item in self.filters))


class Not(msgspec.Struct, frozen=True):
    """Not *filter*."""

    filter: Filter

    def matches(self, proposal: Proposal, context: Context) -> bool:
        """See :meth:`Filter.matches`."""
        return not self.filter.matches(proposal, context)

    @property
    def reads(self) -> frozenset[str]:
        """See :attr:`Filter.reads`."""
        return self.filter.reads


class _OfKey(msgspec.Struct, frozen=True):
    """A filter that looks at one column.

    :param key: a field's key, or one of :data:`~sphinxext_dep.query.columns.DERIVED`.
    """

    key: str

    @property
    def reads(self) -> frozenset[str]:
        """See :attr:`Filter.reads`."""
        return frozenset({self.key})


class Given(_OfKey, frozen=True):
    """There is a value, right or wrong."""

    def matches(self, proposal: Proposal, context: Context) -> bool:
        """See :meth:`Filter.matches`."""
        if (column := derived(self.key, proposal)) is not None:
            return column.is_given(proposal, context)
        field = proposal.fields.get(self.key)
        return field is not None and field.state is State.GIVEN


class Matches(_OfKey, frozen=True):
    """The value passes one of *tests*.

    :param type: the name of the column's type.
    """

    type: str
    tests: tuple[Test, ...]

    def matches(self, proposal: Proposal, context: Context) -> bool:
        """See :meth:`Filter.matches`."""
        if (column := derived(self.key, proposal)) is not None:
            kind, items = column.type, column.items(proposal, context)
        else:
            kind = TYPES[self.type]
            items = kind.items(proposal.fields.get(self.key))
        return any(test.accepts(kind, items) for test in self.tests)


class Words(msgspec.Struct, frozen=True):
    """*words* (in lower case) are somewhere in the number, the title, the summary, or one of *fields*.

    :param prefix: of the process, in lower case; ``dep-0012`` and ``dep-12`` both find number 12.
    :param fields: key of each field to look at → the name of its type.
    """

    words: str
    prefix: str
    fields: tuple[tuple[str, str], ...]

    def matches(self, proposal: Proposal, context: Context) -> bool:
        """See :meth:`Filter.matches`."""
        texts = [proposal.title, proposal.summary]
        if (number := proposal.number) is not None:
            texts += [f"{self.prefix}-{number:04d}", f"{self.prefix}-{number}"]
        for key, name in self.fields:
            kind = TYPES[name]
            texts += (text for item in kind.items(proposal.fields.get(key)) for text in kind.searched(item))
        return self.words in "\n".join(texts).casefold()

    @property
    def reads(self) -> frozenset[str]:
        """See :attr:`Filter.reads`."""
        return frozenset({"number", "title", "summary", *(key for key, _type in self.fields)})


class Invalid(msgspec.Struct, frozen=True):
    """It has errors."""

    def matches(self, proposal: Proposal, context: Context) -> bool:
        """See :meth:`Filter.matches`."""
        return proposal.path in context.invalid

    @property
    def reads(self) -> frozenset[str]:
        """See :attr:`Filter.reads`."""
        return frozenset({"invalid"})


class Overdue(_OfKey, frozen=True):
    """Its status is one of *statuses* (the open ones) and the date of the field is past."""

    statuses: tuple[str, ...]

    def matches(self, proposal: Proposal, context: Context) -> bool:
        """See :meth:`Filter.matches`."""
        day = proposal.date(self.key)
        return (
            context.today is not None and day is not None and day < context.today and proposal.status in self.statuses
        )

    @property
    def reads(self) -> frozenset[str]:
        """See :attr:`Filter.reads`."""
        return frozenset({self.key, "status", "today"})


def all_of(filters: Iterable[Filter]) -> Filter:
    """The filter that asks for all of *filters*; nested ones are taken apart, so that equal questions are equal."""
    flat = tuple(part for item in filters for part in (item.filters if isinstance(item, All) else (item,)))
    return flat[0] if len(flat) == 1 else All(flat)


def any_of(filters: Iterable[Filter]) -> Filter:
    """The filter that asks for at least one of *filters*, of which there is one or more."""
    parts = (part for item in filters for part in (item.filters if isinstance(item, AnyOf) else (item,)))
    distinct = tuple(dict.fromkeys(parts))
    return distinct[0] if len(distinct) == 1 else AnyOf(distinct)


def negated(filter: Filter) -> Filter:
    """The opposite of *filter*."""
    return filter.filter if isinstance(filter, Not) else Not(filter)


NO_CONTEXT = Context()


class SortKey(msgspec.Struct, frozen=True):
    """A column to sort by."""

    field: str
    descending: bool = False


DEFAULT_ORDER = (SortKey("number"),)
"""By number; proposals without one come last, by slug."""


def sort(
    proposals: Iterable[Proposal], keys: Sequence[SortKey], schema: Schema, context: Context = NO_CONTEXT
) -> list[Proposal]:
    """*proposals* by the first of *keys*, equal ones by the next, and in the end by number, slug and path.

    Statuses are in the order of the lifecycle, then the others in the schema's; categories and choices in the
    schema's. What has no value, or a wrong one, comes last in both directions. The result does not depend on the order
    in which *proposals* come.
    """
    ordered = sorted(proposals, key=_default_rank)
    # Python's sort is stable, so the least of the keys goes first.
    for key in reversed(keys):
        sign = -1 if key.descending else 1
        # Behind all others, in both directions.
        last = len(ordered)
        found = places(ordered, key.field, schema, context)
        ranked = [(last if place is None else sign * place, item) for place, item in zip(found, ordered, strict=True)]
        ordered = [item for _place, item in sorted(ranked, key=itemgetter(0))]
    return ordered


def places(proposals: Sequence[Proposal], key: str, schema: Schema, context: Context = NO_CONTEXT) -> list[int | None]:
    """The place of each of *proposals* in the order of the column *key*; equal ones have the same.

    What has no value, or a wrong one, has no place.
    """
    by = column(key, schema)
    ranks = [tuple(found.rank for found in by.sort_keys(item, schema, context)) for item in proposals]
    order = {rank: place for place, rank in enumerate(sorted({rank for rank in ranks if rank and rank[0][0] != WRONG}))}
    return [order.get(rank) for rank in ranks]


def newest_first(proposals: Iterable[Proposal], context: Context = NO_CONTEXT) -> list[Proposal]:
    """*proposals*, the last changed first, and those of one day by number, the highest first.

    What was never committed is newer than all commits, what has no number yet newer than all numbers. So without a
    history the order is that of the numbers.
    """
    ordered = sorted(proposals, key=lambda item: (item.slug, item.path))
    ordered.sort(key=lambda item: (item.number is None, item.number or 0), reverse=True)
    days = {item.path: changed(item, context) for item in ordered}
    ordered.sort(key=lambda item: (not days[item.path], days[item.path]), reverse=True)
    return ordered


def newest_order(proposals: Iterable[Proposal], context: Context = NO_CONTEXT) -> tuple[SortKey, ...]:
    """The column that :func:`newest_first` sorts *proposals* by."""
    by_day = any(changed(item, context) for item in proposals)
    return (SortKey("changed" if by_day else "number", descending=True),)


def group(
    proposals: Iterable[Proposal], field: str, schema: Schema, context: Context = NO_CONTEXT, *, none: str = "None"
) -> list[tuple[str, list[Proposal]]]:
    """*proposals* by the value of *field*, as pairs of heading and members; members keep their order.

    Groups of a status, category or choice are in the schema's order, numbers and dates by value, others by the
    alphabet. A wrong value has a group of its own behind them, under the words that were written. A proposal with
    several people, tags, links or references is in the group of each.

    :param none: the heading of the last group, of proposals without a value.
    """
    by = column(field, schema)
    members: dict[str, list[Proposal]] = {}
    headings: dict[str, Key] = {}
    missing: list[Proposal] = []
    for proposal in proposals:
        keys = list(by.sort_keys(proposal, schema, context))
        for key in keys:
            within = members.setdefault(key.identity, [])
            # A person who is named twice is one person.
            if not within or within[-1] is not proposal:
                within.append(proposal)
            if key.weight > headings.setdefault(key.identity, key).weight:
                headings[key.identity] = key
        if not keys:
            missing.append(proposal)
    ordered = sorted(headings.values(), key=lambda key: (key.rank, key.identity))
    groups = [(key.heading, members[key.identity]) for key in ordered]
    return [*groups, (none, missing)] if missing else groups


def _default_rank(proposal: Proposal) -> tuple[bool, int, str, str]:
    return (proposal.number is None, proposal.number or 0, proposal.slug, proposal.path)

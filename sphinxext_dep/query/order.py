"""Sorting and grouping proposals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from sphinxext_dep.fields.base import WRONG, Key
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Schema
from sphinxext_dep.query.columns import Context, changed, column

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
        by = column(key.field, schema)
        ranked = [(tuple(found.rank for found in by.sort_keys(item, schema, context)), item) for item in ordered]
        present = [pair for pair in ranked if _is_present(pair[0])]
        present.sort(key=lambda pair: pair[0], reverse=key.descending)
        missing = [pair for pair in ranked if not _is_present(pair[0])]
        ordered = [item for _ranks, item in (*present, *missing)]
    return ordered


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


def _is_present(ranks: tuple[tuple[int, object], ...]) -> bool:
    """True if there is a value, and not a wrong one."""
    return bool(ranks) and ranks[0][0] != WRONG


def _default_rank(proposal: Proposal) -> tuple[bool, int, str, str]:
    return (proposal.number is None, proposal.number or 0, proposal.slug, proposal.path)

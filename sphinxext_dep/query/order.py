"""Sorting and grouping proposals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import FieldType, Schema, fold
from sphinxext_dep.model.values import Date, Link, Person, Reference, State
from sphinxext_dep.query.filters import person_key
from sphinxext_dep.query.names import INTRINSIC

_ORDERED, _ALPHABETICAL, _WRONG = 0, 1, 2

Rank = tuple[int, int | str]
"""What is compared: values that have a place of their own stand before those of the alphabet, and wrong ones last."""


class SortKey(msgspec.Struct, frozen=True):
    """What to sort by.

    :param field: a field's key, or ``number``, ``title``, ``slug``, ``path``, ``summary``.
    """

    field: str
    descending: bool = False


DEFAULT_ORDER = (SortKey("number"),)
"""By number; proposals without one come last, by slug."""


def sort(proposals: Iterable[Proposal], keys: Sequence[SortKey], schema: Schema) -> list[Proposal]:
    """*proposals* by the first of *keys*, equal ones by the next, and in the end by number, slug and path.

    Statuses stand in the order of the lifecycle, then the others in the schema's; categories and choices in the
    schema's. What has no value, or a wrong one, comes last in both directions. The result does not depend on the order
    in which *proposals* come.
    """
    ordered = sorted(proposals, key=_default_rank)
    # Python's sort is stable, so the least of the keys goes first.
    for key in reversed(keys):
        positions = _positions(key.field, schema)
        ranked = [
            (tuple(place.rank for place in _places(item, key.field, positions, schema)), item) for item in ordered
        ]
        present = [pair for pair in ranked if _is_present(pair[0])]
        present.sort(key=lambda pair: pair[0], reverse=key.descending)
        missing = [pair for pair in ranked if not _is_present(pair[0])]
        ordered = [item for _ranks, item in (*present, *missing)]
    return ordered


def group(
    proposals: Iterable[Proposal], field: str, schema: Schema, *, none: str = "None"
) -> list[tuple[str, list[Proposal]]]:
    """*proposals* by the value of *field*, as pairs of heading and members; members keep their order.

    Groups of a status, category or choice stand in the schema's order, numbers and dates by value, others by the
    alphabet. A wrong value has a group of its own behind them, under the words that were written. A proposal with
    several people, tags, links or references is in the group of each.

    :param none: the heading of the last group, of proposals without a value.
    """
    positions = _positions(field, schema)
    members: dict[str, list[Proposal]] = {}
    headings: dict[str, _Place] = {}
    missing: list[Proposal] = []
    for proposal in proposals:
        places = list(_places(proposal, field, positions, schema))
        for place in places:
            within = members.setdefault(place.identity, [])
            # Somebody named twice is one person.
            if not within or within[-1] is not proposal:
                within.append(proposal)
            if place.weight > headings.setdefault(place.identity, place).weight:
                headings[place.identity] = place
        if not places:
            missing.append(proposal)
    ordered = sorted(headings.values(), key=lambda place: (place.rank, place.identity))
    groups = [(place.heading, members[place.identity]) for place in ordered]
    return [*groups, (none, missing)] if missing else groups


class _Place(NamedTuple):
    """Where one value of a proposal puts it.

    :param identity: equal for values that mean the same.
    :param weight: of several headings for the same, the heaviest is shown: a person's name, else ``@handle``.
    """

    identity: str
    rank: Rank
    heading: str
    weight: int = 0


def _is_present(ranks: tuple[Rank, ...]) -> bool:
    """Whether there is a value, and not a wrong one."""
    return bool(ranks) and ranks[0][0] != _WRONG


def _default_rank(proposal: Proposal) -> tuple[bool, int, str, str]:
    return (proposal.number is None, proposal.number or 0, proposal.slug, proposal.path)


def _positions(key: str, schema: Schema) -> Mapping[str, int] | None:
    """Value → its place in the schema, for fields whose values have one."""
    field = schema.fields.get(key)
    if field is None or key in INTRINSIC:
        return None
    match field.type:
        case FieldType.STATUS:
            names = tuple(dict.fromkeys((*schema.lifecycle, *schema.statuses)))
        case FieldType.CATEGORY:
            names = tuple(schema.categories)
        case FieldType.CHOICE:
            names = field.choices
        case _:
            return None
    return {name: index for index, name in enumerate(names)}


def _places(proposal: Proposal, key: str, positions: Mapping[str, int] | None, schema: Schema) -> Iterator[_Place]:
    """The places of every value that *proposal* has for *key*; none when it has no value."""
    if key in INTRINSIC:
        value = getattr(proposal, key)
        if value not in (None, ""):
            yield _place_of(value, schema)
        return
    field = proposal.fields.get(key)
    if field is None or field.state is not State.GIVEN:
        return
    value = field.value
    if positions is not None and isinstance(value, str) and value in positions:
        yield _Place(value, (_ORDERED, positions[value]), value)
    elif positions is not None or value in (None, "", ()) or (isinstance(value, Date) and value.iso is None):
        raw = " ".join(field.raw.split())
        if raw:
            yield _Place(f"raw {fold(raw)}", (_WRONG, raw.casefold()), raw)
    elif isinstance(value, tuple):
        yield from (_place_of(item, schema) for item in value)
    else:
        yield _place_of(value, schema)


def _place_of(value: object, schema: Schema) -> _Place:
    match value:
        case int():
            return _Place(str(value), (_ORDERED, value), schema.label(value))
        case Person(name=name, handle=None):
            return _Place(person_key(name), (_ALPHABETICAL, person_key(name)), name)
        case Person(name=name, handle=str(handle)):
            named = person_key(name) != person_key(handle)
            shown = name if named else f"@{handle}"
            return _Place(person_key(handle), (_ALPHABETICAL, person_key(shown)), shown, 2 if named else 1)
        case Reference(key=key) if key.isascii() and key.isdigit():
            return _Place(key, (_ORDERED, int(key)), schema.label(int(key)))
        case Reference(key=key, text=text):
            return _Place(key or text, (_ALPHABETICAL, (key or text).casefold()), key or text)
        case Link(url=url, text=text):
            return _Place(url, (_ALPHABETICAL, url.casefold()), text or url)
        case Date(iso=iso):
            return _Place(iso or "", (_ALPHABETICAL, iso or ""), iso or "")
        case _:
            text = str(value)
            return _Place(fold(text), (_ALPHABETICAL, text.casefold()), text)

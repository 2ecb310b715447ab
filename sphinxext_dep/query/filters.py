"""Filters: what a query was read into. Plain frozen records, so that they can be stored, compared and printed.

A filter holds no schema: names were resolved when it was read, and are read again when the schema changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec

from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import fold
from sphinxext_dep.model.values import Link, Person, State
from sphinxext_dep.query.names import INTRINSIC


class Context(msgspec.Struct, frozen=True):
    """What a filter may ask beyond the proposal itself.

    :param today: in ISO 8601; without it nothing is overdue.
    :param invalid: the paths of the proposals that have errors.
    """

    today: str | None = None
    invalid: frozenset[str] = frozenset()


class Filter(Protocol):
    """What all filters can do."""

    def matches(self, proposal: Proposal, context: Context) -> bool:
        """Whether *proposal* satisfies it."""

    @property
    def reads(self) -> frozenset[str]:
        """What the answer depends on: keys of fields, attributes of the record, ``today``, ``invalid``."""


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
    """A filter that looks at one field, or one attribute of the record."""

    key: str

    @property
    def reads(self) -> frozenset[str]:
        """See :attr:`Filter.reads`."""
        return frozenset({self.key})


class Given(_OfKey, frozen=True):
    """There is a value, right or wrong."""

    def matches(self, proposal: Proposal, context: Context) -> bool:
        """See :meth:`Filter.matches`."""
        if self.key in INTRINSIC:
            return getattr(proposal, self.key) not in (None, "")
        field = proposal.fields.get(self.key)
        return field is not None and field.state is State.GIVEN


class OneOf(_OfKey, frozen=True):
    """The value is one of *values*, in their canonical form (status, category, choice)."""

    values: tuple[str, ...]

    def matches(self, proposal: Proposal, context: Context) -> bool:
        """See :meth:`Filter.matches`."""
        return _value(proposal, self.key) in self.values


class NumberBetween(_OfKey, frozen=True):
    """The number is from *low* to *high*, both included; ``None`` is no limit."""

    low: int | None
    high: int | None

    def matches(self, proposal: Proposal, context: Context) -> bool:
        """See :meth:`Filter.matches`."""
        number = proposal.number
        if number is None:
            return False
        return (self.low is None or self.low <= number) and (self.high is None or number <= self.high)


class DateBetween(_OfKey, frozen=True):
    """The date is from *low* to *high* (ISO 8601), both included; ``None`` is no limit. Unclear dates are never."""

    low: str | None
    high: str | None

    def matches(self, proposal: Proposal, context: Context) -> bool:
        """See :meth:`Filter.matches`."""
        day = proposal.date(self.key)
        if day is None:
            return False
        return (self.low is None or self.low <= day) and (self.high is None or day <= self.high)


class HasPerson(_OfKey, frozen=True):
    """One of *people* (see :func:`person_key`) is among those of the field."""

    people: tuple[str, ...]

    def matches(self, proposal: Proposal, context: Context) -> bool:
        """See :meth:`Filter.matches`."""
        return any(
            person_key(name) in self.people
            for person in proposal.people(self.key)
            for name in (person.name, person.handle or "")
        )


class HasTag(_OfKey, frozen=True):
    """One of *tags* (folded) is among those of the field."""

    tags: tuple[str, ...]

    def matches(self, proposal: Proposal, context: Context) -> bool:
        """See :meth:`Filter.matches`."""
        value = _value(proposal, self.key)
        return isinstance(value, tuple) and any(isinstance(tag, str) and fold(tag) in self.tags for tag in value)


class RefersTo(_OfKey, frozen=True):
    """One of *proposals* (normalised keys, see :class:`~sphinxext_dep.model.values.Reference`) is referred to."""

    proposals: tuple[str, ...]

    def matches(self, proposal: Proposal, context: Context) -> bool:
        """See :meth:`Filter.matches`."""
        return any(reference.key.casefold() in self.proposals for reference in proposal.references(self.key))


class Holds(_OfKey, frozen=True):
    """One of *words* (in lower case) is somewhere in the text or the links."""

    words: tuple[str, ...]

    def matches(self, proposal: Proposal, context: Context) -> bool:
        """See :meth:`Filter.matches`."""
        text = "\n".join(_texts(_value(proposal, self.key))).casefold()
        return any(word in text for word in self.words)


class Words(msgspec.Struct, frozen=True):
    """*words* (in lower case) are somewhere in the number, the title, the summary, or one of *fields*.

    :param prefix: of the process, in lower case; ``dep-0012`` and ``dep-12`` both find number 12.
    :param fields: keys of the people and tags to look at.
    """

    words: str
    prefix: str
    fields: tuple[str, ...]

    def matches(self, proposal: Proposal, context: Context) -> bool:
        """See :meth:`Filter.matches`."""
        texts = [proposal.title, proposal.summary]
        if (number := proposal.number) is not None:
            texts += [f"{self.prefix}-{number:04d}", f"{self.prefix}-{number}"]
        for key in self.fields:
            texts += _texts(_value(proposal, key))
        return self.words in "\n".join(texts).casefold()

    @property
    def reads(self) -> frozenset[str]:
        """See :attr:`Filter.reads`."""
        return frozenset({"number", "title", "summary", *self.fields})


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


def person_key(name: str) -> str:
    """The form in which people are compared: lower case, single spaces, no ``@``."""
    return " ".join(name.casefold().split()).removeprefix("@")


def _value(proposal: Proposal, key: str) -> object:
    """The value of a field, or of an attribute of the record."""
    if key in INTRINSIC:
        return getattr(proposal, key)
    field = proposal.fields.get(key)
    return field.value if field is not None else None


def _texts(value: object) -> Iterator[str]:
    """Every text in *value*, which is a text, tags, people or links, as one would search for it."""
    items = value if isinstance(value, tuple) else (value,)
    for item in items:
        match item:
            case str():
                yield item
            case Person():
                yield item.name
                yield f"@{item.handle}" if item.handle else ""
            case Link():
                yield item.url
                yield item.text

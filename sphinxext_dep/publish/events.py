"""What happened to proposals: the events of the feed.

New proposals and new statuses are known from git (:mod:`~sphinxext_dep.history`); without it there are none of
these. That a review is due is known from the proposal itself, on the day and after it, until the proposal is decided.
"""

from __future__ import annotations

import datetime
import enum

import msgspec

from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Schema, StatusKind
from sphinxext_dep.publish.site import Site

MAX_EVENTS = 100
"""So many of the latest are told: whoever follows a feed asks more often than that."""


class Kind(enum.StrEnum):
    """What happened."""

    NEW = "new"
    STATUS = "status"
    DUE = "due"


class Event(msgspec.Struct, frozen=True):
    """One event.

    :param time: UTC.
    :param before: the status it had, if that is known; for :attr:`Kind.STATUS`.
    :param after: the status it got; for :attr:`Kind.NEW` the first. As written where it is none of the process.
    :param mark: tells it from every other event of the proposal, today and in any later build.
    """

    kind: Kind
    proposal: Proposal
    time: datetime.datetime
    mark: str
    before: str = ""
    after: str = ""


def open_review(proposal: Proposal, schema: Schema) -> str | None:
    """The day (ISO 8601) on which the review of a proposal that is not decided is due; ``None`` without one."""
    if proposal.status is None or schema.statuses[proposal.status].kind is not StatusKind.OPEN:
        return None
    field = schema.review_date
    return proposal.date(field.key) if field is not None else None


def midnight(day: str) -> datetime.datetime:
    """The beginning of *day* (ISO 8601) in UTC."""
    return datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.UTC)


def events(site: Site) -> list[Event]:
    """The latest events, the last first."""
    found = [event for proposal in site.judgement.catalog.proposals for event in _of(proposal, site)]
    found.sort(key=lambda event: (event.time, event.proposal.path, event.kind, event.mark), reverse=True)
    return found[:MAX_EVENTS]


def _of(proposal: Proposal, site: Site) -> list[Event]:
    found: list[Event] = []
    past = site.history.of(proposal.path)
    if past is not None:
        before = ""
        for place, change in enumerate(past.statuses):
            after = change.status or change.raw
            # Where a shallow clone ends, nobody knows what was new.
            if change.commit.exact and (place or change.commit.id == past.created.id):
                moment = datetime.datetime.fromtimestamp(change.commit.time, datetime.UTC)
                kind = Kind.STATUS if place else Kind.NEW
                found.append(Event(kind, proposal, moment, change.commit.id[:12], before, after))
            before = after
    day = open_review(proposal, site.schema)
    if day is not None and day <= site.today:
        found.append(Event(Kind.DUE, proposal, midnight(day), "due"))
    return found

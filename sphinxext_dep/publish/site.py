"""The data that is published: all proposals, the addresses of their pages, and the events of the feed.

Every exporter writes from a :class:`Site` and nothing else. New proposals and new statuses are known from git
(:mod:`~sphinxext_dep.history`); without it there are no such events. That a review is due is known from the proposal.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from sphinxext_dep.check.check import Judgement
from sphinxext_dep.check.unmerged import Draft, Listing
from sphinxext_dep.history.reading import History
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Schema, StatusKind

LLMS = "llms.txt"
"""The name of the list for language models, in the root of every HTML site that has no other file of that name."""

UrlOf = Callable[[str], str | None]
"""The URL of the page with a path, relative to the output's root; ``None`` when it has none."""


class UnmergedSite(NamedTuple):
    """The proposals that are not merged, on a built site.

    :param url_of: the URL of the page of a draft, by its name.
    :param links: name → the address of the pull request or branch.
    """

    listing: Listing
    url_of: UrlOf
    links: dict[str, str]


class Site(msgspec.Struct, frozen=True):
    """A built site.

    :param name: what the project calls itself.
    :param url_of: the URL of the page with a path, relative to the site's root; ``None`` when it has none.
    :param source_of: the URL of the source of a page with a path, as text, relative to the site's root; ``None`` when
        the site has no copy of it.
    :param base_url: where the site is published: an absolute URL that ends with ``/``, or empty when it is not known.
    :param today: ISO date.
    :param history: the past of all proposals.
    :param attention: what needs attention today.
    :param unmerged: the proposals that are not merged; ``None`` when the project does not ask for them.
    :param language: of the documentation, as in BCP 47: ``en``, ``pt-BR``.
    :param gettext: a word in that language.
    :param term: a word of the schema in that language, as readers see it.
    """

    name: str
    judgement: Judgement
    schema: Schema
    url_of: UrlOf
    source_of: UrlOf
    base_url: str
    today: str
    history: History
    attention: tuple[Diagnostic, ...]
    unmerged: UnmergedSite | None
    language: str
    gettext: Callable[[str], str]
    term: Callable[[str], str]


FEED = "deps.atom"
CALENDAR = "deps.ics"


def write_file(file: Path, data: bytes) -> None:
    """Let *file* hold *data*. An unchanged file keeps its time; a reader never sees half of one.

    :raises OSError: with the name of the file, which Python leaves out when a disk is full.
    """
    if file.is_file() and file.read_bytes() == data:
        return
    new = file.with_name(f".{file.name}.new")
    with naming(file):
        new.write_bytes(data)
        new.replace(file)


@contextmanager
def naming(file: Path) -> Iterator[None]:
    """Give an error that names no file the name of *file*."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(file)
        raise


MAX_EVENTS = 100
"""The number of latest events in the feed; readers of a feed ask more often than that."""


class Kind(enum.StrEnum):
    """The kind of an event."""

    NEW = "new"
    STATUS = "status"
    DUE = "due"
    OPENED = "opened"
    """A branch brings a proposal that is not merged."""
    CHANGED = "changed"
    """A commit on that branch, the last one."""


class Event(msgspec.Struct, frozen=True):
    """One event.

    :param time: UTC.
    :param before: the status it had, if that is known; for :attr:`Kind.STATUS`.
    :param after: the status it got; for :attr:`Kind.NEW` the first. As written where it is none of the process.
    :param mark: tells it from every other event of the proposal, today and in any later build.
    :param draft: of a proposal that is not merged; its path is the name of that.
    """

    kind: Kind
    proposal: Proposal
    time: datetime.datetime
    mark: str
    before: str = ""
    after: str = ""
    draft: Draft | None = None


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
    found += _unmerged(site)
    found.sort(key=lambda event: (event.time, event.proposal.path, event.kind, event.mark), reverse=True)
    return found[:MAX_EVENTS]


def _unmerged(site: Site) -> list[Event]:
    """The events of proposals that are not merged: the first commit of the branch, the last one, and reviews."""
    if site.unmerged is None:
        return []
    found: list[Event] = []
    listing = site.unmerged.listing
    for proposal in listing.proposals:
        draft = listing.drafts[proposal.path]
        first, last = draft.branch.commits[-1], draft.branch.commits[0]
        kinds = {Kind.OPENED: first} if first == last else {Kind.OPENED: first, Kind.CHANGED: last}
        for kind, commit in kinds.items():
            moment = datetime.datetime.fromtimestamp(max(commit.time, 0), datetime.UTC)
            found.append(Event(kind, proposal, moment, commit.id[:12], draft=draft))
        day = open_review(proposal, site.schema)
        if day is not None and day <= site.today:
            found.append(Event(Kind.DUE, proposal, midnight(day), "due", draft=draft))
    return found


def url_of(proposal: Proposal, draft: Draft | None, site: Site) -> str | None:
    """The address of the page of a proposal, relative to the root or absolute; ``None`` when it has none.

    Of one that is not merged and has no page, it is that of the pull request.
    """
    if draft is None or site.unmerged is None:
        return site.url_of(proposal.path)
    return site.unmerged.url_of(proposal.path) or site.unmerged.links.get(proposal.path) or None


def _of(proposal: Proposal, site: Site) -> list[Event]:
    found: list[Event] = []
    past = site.history.of(proposal.path)
    if past is not None:
        before = ""
        for place, change in enumerate(past.statuses):
            after = change.status or change.raw
            # Where a shallow clone ends, it is not known what was new.
            if change.commit.exact and (place or change.commit.id == past.created.id):
                moment = datetime.datetime.fromtimestamp(change.commit.time, datetime.UTC)
                kind = Kind.STATUS if place else Kind.NEW
                found.append(Event(kind, proposal, moment, change.commit.id[:12], before, after))
            before = after
    day = open_review(proposal, site.schema)
    if day is not None and day <= site.today:
        found.append(Event(Kind.DUE, proposal, midnight(day), "due"))
    return found

"""The calendar: an iCalendar file (RFC 5545) of the days on which reviews are due.

Imported only when one is written: `icalendar` comes with the extra `feed`.
"""

from __future__ import annotations

import datetime
import unicodedata
import uuid
from pathlib import Path
from urllib.parse import urljoin

from icalendar import Calendar
from icalendar import Event as CalendarEvent

from sphinxext_dep.check.unmerged import Draft
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.publish.site import CALENDAR, Site, midnight, open_review, url_of, write_file

_PRODUCT = "-//sphinxext_dep//deps.ics//EN"
_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "https://pypi.org/project/sphinxext-dep/#calendar")


def write(site: Site, outdir: Path) -> None:
    """Write the calendar into *outdir*, when it would change."""
    write_file(outdir / CALENDAR, icalendar(site))


def icalendar(site: Site) -> bytes:
    """The calendar, as a function of *site* alone: the reviews of proposals that are not decided."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", _PRODUCT)
    # RFC 7986 gave calendars a name; most programs still ask for the older one.
    _ = site.gettext
    name = _text(_("%s: reviews of proposals") % site.name)
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    for proposal in site.judgement.catalog.proposals:
        day = open_review(proposal, site.schema)
        if day is not None:
            calendar.add_component(_event(proposal, day, site))
    listing = site.unmerged.listing if site.unmerged is not None else None
    for proposal in listing.proposals if listing is not None else ():
        day = open_review(proposal, site.schema)
        if day is not None and listing is not None:
            calendar.add_component(_event(proposal, day, site, listing.drafts[proposal.path]))
    data: bytes = calendar.to_ical()
    return data


def _event(proposal: Proposal, day: str, site: Site, draft: Draft | None = None) -> CalendarEvent:
    _ = site.gettext
    label = site.judgement.catalog.label(proposal)
    event = CalendarEvent()
    event.add("uid", _uid(proposal, site, draft))
    # When what it says last changed; of what is not committed, a day that no clock has a say in.
    past = site.history.of(proposal.path)
    moment = datetime.datetime.fromtimestamp(past.changed.time, datetime.UTC) if past else midnight(day)
    if draft is not None:
        moment = datetime.datetime.fromtimestamp(max(draft.branch.commits[0].time, 0), datetime.UTC)
        label = f"{_('not merged')}, {draft.branch.name}: {label}"
    event.add("dtstamp", moment)
    event.add("dtstart", datetime.date.fromisoformat(day))
    event.add("summary", _text(_("Review of %s") % f"{label} {proposal.title}".rstrip()))
    if proposal.summary:
        event.add("description", _text(proposal.summary))
    event.add("categories", [_text(word) for word in (proposal.status, proposal.category) if word])
    # A review that is due does not make the day busy.
    event.add("transp", "TRANSPARENT")
    url = url_of(proposal, draft, site)
    if site.base_url and url is not None:
        event.add("url", urljoin(site.base_url, url))
    return event


def _uid(proposal: Proposal, site: Site, draft: Draft | None) -> str:
    """A UUID (RFC 7986, 5.3) that stays when the date is moved, the site is moved, or a number is assigned."""
    same = site.judgement.catalog.candidates(proposal.slug) if proposal.slug else ()
    name = proposal.slug if len(same) == 1 and draft is None else proposal.path
    return str(uuid.uuid5(_IDS, f"{site.name}\n{name}"))


def _text(text: str) -> str:
    """*text* on one line, without control characters: the format has no way to write them."""
    return "".join(" " if unicodedata.category(char) == "Cc" else char for char in " ".join(text.split()))

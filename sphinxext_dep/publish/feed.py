"""The feed: an Atom document (RFC 4287) of what happened to proposals.

Imported only when one is written: `feedgenerator` comes with the extra `feed`.
"""

from __future__ import annotations

import datetime
import io
import re
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from feedgenerator import Atom1Feed

from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.publish.site import FEED, Event, Kind, Site, events, url_of, write_file

_NEVER = datetime.datetime.fromtimestamp(0, datetime.UTC)
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that no XML document may hold (XML 1.0, 2.2)."""


def write(site: Site, outdir: Path) -> None:
    """Write the feed into *outdir*, when it would change. Without a base URL there is none: its links are absolute."""
    if site.base_url:
        write_file(outdir / FEED, atom(site))


def atom(site: Site) -> bytes:
    """The feed, as a function of *site* alone."""
    url = urljoin(site.base_url, FEED)
    _ = site.gettext
    title = _("%s: proposals") % site.name
    feed = _Feed(
        title=_text(title), link=site.base_url, description="", feed_url=url, feed_guid=url, language=site.language,
        author_name=_text(site.name),
    )  # fmt: skip
    for event in events(site):
        feed.add_item(**_entry(event, site))
    out = io.StringIO()
    feed.write(out, "utf-8")
    return f"{out.getvalue()}\n".encode()


class _Feed(Atom1Feed):  # type: ignore[misc]  # feedgenerator has no types
    """A feed whose entries have all their authors, and that never looks at the clock."""

    def latest_post_date(self) -> datetime.datetime:
        return max((item["updateddate"] for item in self.items), default=_NEVER)

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name in item["names"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")


def _entry(event: Event, site: Site) -> dict[str, Any]:
    proposal, authors = event.proposal, site.schema.authors_field
    names = [_text(person.name) for person in proposal.people(authors.key)] if authors else []
    url = url_of(proposal, event.draft, site)
    return {
        "title": _text(_title(event, site)),
        # A page that could not be built has no address of its own.
        "link": urljoin(site.base_url, url) if url is not None else site.base_url,
        "description": _summary(proposal),
        "unique_id": _id(event, site),
        "pubdate": event.time,
        "updateddate": event.time,
        "categories": [_text(word) for word in (proposal.status, proposal.category) if word],
        "names": [name for name in names if name],
    }


def _title(event: Event, site: Site) -> str:
    _ = site.gettext
    label = site.judgement.catalog.label(event.proposal)
    name = f"{label} {event.proposal.title}".rstrip()
    if event.draft is not None:
        name = f"{name} ({event.draft.branch.name})"
    match event.kind:
        case Kind.OPENED:
            return _("%s: proposed, not merged") % name
        case Kind.CHANGED:
            return _("%s: changed, not merged") % name
        case Kind.NEW:
            return _("%s: new, %s") % (name, site.term(event.after) or _("no status"))
        case Kind.STATUS:
            nothing = _("no status")
            return f"{name}: {site.term(event.before) or nothing} → {site.term(event.after) or nothing}"
        case Kind.DUE:
            return _("%s: review is due") % name


def _summary(proposal: Proposal) -> str | None:
    return f"<p>{escape(_text(proposal.summary))}</p>" if proposal.summary else None


def _id(event: Event, site: Site) -> str:
    """A tag URI (RFC 4151): the host owned its name on the day of the event.

    A slug stays when a number is assigned, and the mark is a commit's name, so that no later build gives another one.
    """
    parts = urlsplit(site.base_url)
    proposal = event.proposal
    if event.draft is not None:
        return (
            f"tag:{parts.hostname},{event.time.date()}:{quote(parts.path)}{quote(proposal.path, safe='/')}:{event.mark}"
        )
    same = site.judgement.catalog.candidates(proposal.slug) if proposal.slug else ()
    name = proposal.slug if len(same) == 1 else proposal.path
    return f"tag:{parts.hostname},{event.time.date()}:{quote(parts.path)}{quote(name, safe='/')}:{event.mark}"


def _text(text: str) -> str:
    return _NO_XML.sub(" ", " ".join(text.split()))

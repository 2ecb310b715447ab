"""Status banners that commands write: in step with the status, and as the other proposals have theirs."""

from __future__ import annotations

import enum
import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from sphinxext_dep.edit.workspace import Workspace
from sphinxext_dep.headers.banner import edits_for, like
from sphinxext_dep.headers.change import edited_page
from sphinxext_dep.model.proposal import Banner, Page, Proposal
from sphinxext_dep.model.schema import Status

_SYMBOL = re.compile(r"[^\w\s*_`:\uff1a]+[ \t]*")
_MARKS = ("**", "__", "`", "*", "_")
_FENCE = re.compile(r"[ \t]*(?:`{3,}|~{3,}|:{3,})[ \t]*")


class Place(enum.Enum):
    """The place of a banner in the pages of a project."""

    ABOVE_TITLE = enum.auto()
    ABOVE_HEADER = enum.auto()
    BELOW_HEADER = enum.auto()


class NewBanner(NamedTuple):
    """A banner for a new proposal. *text* has no line break at its end."""

    text: str
    place: Place


def in_step(page: Page, workspace: Workspace) -> Page:
    """*page* with banners that state the status of its header; what else they say stays.

    :raises RefusedError: when that would change anything else.
    """
    status = page.schema.statuses.get(page.proposal.status or "")
    if status is None or not page.proposal.banners:
        return page
    others = (other for other in workspace.catalog.proposals if other.path != page.source.path)
    kinds = _kinds(status, others)
    edits = edits_for(page, status, kinds)
    if not edits:
        return page
    return edited_page(page, edits, (), lambda after: not edits_for(after, status, kinds))


def says_more(page: Page) -> Banner | None:
    """The first banner that says more than the status."""
    text = page.source.text
    return next(
        (one for one in page.proposal.banners if re.search(r"\w", text[one.status_span.end : one.span.end])), None
    )


def as_neighbours(workspace: Workspace, path: str, status: Status) -> NewBanner | None:
    """A banner that states *status* as the other proposals do; ``None`` if most of them have none.

    :param path: of the new proposal; only proposals in the same markup count.
    """
    markup_of = workspace.schema.markup_of
    others = [other for other in workspace.catalog.proposals if markup_of(other.path) is markup_of(path)]
    having = [other for other in others if other.banners]
    if 2 * len(having) <= len(others):
        return None
    same = [other for other in having if other.status == status.name]
    model = (same or having)[-1]
    page, banner = workspace.page(model.path), model.banners[0]
    text = page.source.text.replace("\r", " ")
    written = text[banner.kind_span.start : banner.kind_span.end]
    kind = next(iter(_kinds(status, others)), status.usual_banner) if banner.kind else written
    words = _SYMBOL.sub("", text[banner.lead : banner.status_span.start])
    closing = "".join(mark for mark in _MARKS if _is_open(words, mark))
    raw = text[banner.status_span.start : banner.status_span.end]
    lines = [
        text[banner.span.start : banner.kind_span.start],
        like(written, kind),
        text[banner.kind_span.end : banner.lead],
        words,
        like(raw, status.name),
        closing,
    ]
    last = text[banner.span.start : banner.span.end].rpartition("\n")[2]
    if _FENCE.fullmatch(last):
        lines.append(f"\n{last}")
    whole = "\n".join(line.rstrip() for line in "".join(lines).split("\n"))
    return NewBanner(whole, _place(model, banner))


def _kinds(status: Status, others: Iterable[Proposal]) -> list[str]:
    """The kinds of the banners of *others* with *status*, the usual one first; only those that fit it."""
    if status.banner is not None:
        return [status.banner]
    counts = Counter(
        banner.kind
        for other in others
        for banner in other.banners
        if other.status == banner.status == status.name and banner.kind and status.fits_banner(banner.kind)
    )
    return [kind for kind, _ in counts.most_common()]


def _is_open(words: str, mark: str) -> bool:
    """True if the last *mark* in *words* opens something: ``**Status: ``."""
    for longer in _MARKS:
        if len(longer) > len(mark) and mark in longer:
            words = words.replace(longer, "")
    return words.count(mark) % 2 == 1


def _place(proposal: Proposal, banner: Banner) -> Place:
    title, header = proposal.title_span, proposal.header_span
    if title is not None and banner.span.start < title.start:
        return Place.ABOVE_TITLE
    is_above = header is not None and not header.is_beside and banner.span.start < header.start
    return Place.ABOVE_HEADER if is_above else Place.BELOW_HEADER

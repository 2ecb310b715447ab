"""Shown items as inline nodes: people, dates, links, references and badges look the same wherever they stand."""

from __future__ import annotations

from collections.abc import Iterable

from docutils import nodes
from sphinx import addnodes

from sphinxext_dep.sphinx.components.view import (
    DateItem,
    Item,
    LinkItem,
    PersonItem,
    ProposalItem,
    ProposalShown,
    ReferenceItem,
    StatusItem,
    StatusShown,
    TermItem,
    TextItem,
)
from sphinxext_dep.sphinx.html.nodes import Time
from sphinxext_dep.sphinx.html.places import RegistryLink
from sphinxext_dep.sphinx.html.words import _, term


def tooltip(proposal: ProposalShown) -> str:
    """What a link to *proposal* says on hover: title and status."""
    if not proposal.status.kind:
        return proposal.title
    status = proposal.status.shown or _("no status")
    return f"{proposal.title} ({status})" if proposal.title else status


def badge(status: StatusShown) -> nodes.inline:
    """A status as a coloured word; the word carries the meaning, not the colour."""
    text = status.shown or _("no status")
    if status.kind == "unknown" and status.name:
        text = _("%s (not a status)") % shortened(status.name)
    return nodes.inline("", text, classes=["dep-badge", f"dep-{status.colour}", f"dep-kind-{status.kind}"])


def badges(status: StatusShown) -> list[nodes.Node]:
    """The badge behind something; nothing when nothing is known of a status."""
    return [nodes.Text(" "), badge(status)] if status.kind else []


def shortened(text: str, length: int = 30) -> str:
    """*text* in at most *length* characters, cut between words where one ends in its last third.

    What was written instead of a status can be of any length.
    """
    words = " ".join(text.split())
    if len(words) <= length:
        return words
    end = words.rfind(" ", 2 * length // 3, length)
    return words[: end if end > 0 else length - 1].rstrip() + "…"


def quoted(message: str) -> list[nodes.Node]:
    """A diagnostic's message, what stands between backticks as literal text."""
    parts = message.split("`")
    if len(parts) % 2 == 0:
        return [nodes.Text(message)]
    return [nodes.literal("", part) if index % 2 else nodes.Text(part) for index, part in enumerate(parts) if part]


def link(proposal: ProposalShown, text: str, docname: str, *, anchor: str = "") -> nodes.Element:
    """A reference to the page of *proposal*, resolved by the domain when the page of *docname* is written.

    To a proposal of another project it is resolved already; without an address it is just the text.
    """
    if proposal.url:
        # Relative to the root of this site, as intersphinx reads a mapping that is.
        up = "" if "://" in proposal.url else "../" * docname.count("/")
        words = nodes.inline("", text)
        return nodes.reference("", "", words, internal=False, refuri=up + proposal.url, reftitle=tooltip(proposal))
    if not proposal.docname:
        return nodes.inline("", text)
    return _to_page(text, proposal.docname, anchor, docname, tooltip(proposal))


def entry_link(name: str, page: str, anchor: str, docname: str) -> addnodes.pending_xref:
    """A reference to an entry of the people page."""
    return _to_page(name, page, anchor, docname, "")


def _to_page(text: str, page: str, anchor: str, docname: str, title: str) -> addnodes.pending_xref:
    return addnodes.pending_xref(
        "",
        nodes.inline("", text),
        refdoc=docname,
        refdomain="dep",
        reftype="page",
        reftarget=page,
        refexplicit=True,
        refwarn=False,
        dep_anchor=anchor,
        dep_title=title,
    )


def registry_link(link: RegistryLink | None, content: nodes.Element, docname: str) -> nodes.Element:
    """*content*, as a reference to a table narrowed to what it counts; without a table just *content*."""
    if link is None:
        return content
    return addnodes.pending_xref(
        "",
        content,
        refdoc=docname,
        refdomain="dep",
        reftype="registry",
        reftarget=link.docname,
        refexplicit=True,
        refwarn=False,
        dep_query=link.query,
    )


def inline(item: Item, docname: str) -> list[nodes.Node]:
    """The nodes that show *item* on the page of *docname*."""
    match item:
        case TextItem(text, wrong):
            return [nodes.inline("", text, classes=["dep-wrong"])] if wrong else [nodes.Text(text)]
        case TermItem(name):
            return [nodes.Text(term(name))]
        case PersonItem(name, _url, page, anchor) if page:
            return [entry_link(name, page, anchor, docname)]
        case PersonItem(name, url) | LinkItem(url, name):
            return [nodes.reference("", name, refuri=url, internal=False)] if url else [nodes.Text(name)]
        case DateItem(iso):
            return [Time("", iso, iso=iso)]
        case StatusItem(status):
            return [badge(status)]
        case ProposalItem(proposal, text, invalid):
            shown: list[nodes.Node] = [link(proposal, text, docname)]
            if invalid:
                shown += [nodes.Text(" "), nodes.inline("", _("invalid"), classes=["dep-badge", "dep-invalid"])]
            return shown
        case ReferenceItem(proposal, note, _derived):
            words = (
                f"{proposal.label} {proposal.title}".rstrip() if proposal.label != proposal.title else proposal.label
            )
            shown = [link(proposal, words, docname), *badges(proposal.status)]
            if note:
                shown.append(nodes.Text(f" ({note})"))
            return shown


def deadline(due: str, *, overdue: bool) -> list[nodes.Node]:
    """The day on which something is due, and whether it is past: a word says so, not only a colour."""
    shown: list[nodes.Node] = [Time("", due, iso=due)]
    if overdue:
        shown += [nodes.Text(" "), nodes.inline("", _("overdue"), classes=["dep-badge", "dep-overdue", "dep-red"])]
    return shown


def series(items: Iterable[Item], docname: str) -> list[nodes.Node]:
    """Several items, separated by commas."""
    shown: list[nodes.Node] = []
    for item in items:
        if shown:
            shown.append(nodes.Text(", "))
        shown += inline(item, docname)
    return shown

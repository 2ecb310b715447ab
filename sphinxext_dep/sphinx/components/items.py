"""Values as plain data, for the models of components, and as inline nodes: they look the same in every component."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlencode

import msgspec
from docutils import nodes
from msgspec.structs import replace
from sphinx import addnodes

from sphinxext_dep.fields import type_of
from sphinxext_dep.model.schema import Field
from sphinxext_dep.sphinx.html.nodes import MENTION_STATUS, Block, Fold, Time
from sphinxext_dep.sphinx.html.words import _, term

MAX_SUMMARY = 240
"""Characters of the summary in a hover card: three or four lines."""
LONGEST_QUERY = 1500
"""Characters. Servers may refuse longer addresses."""


class RegistryLink(msgspec.Struct, frozen=True):
    """A link to a table, narrowed by *query* as the script writes it into the address."""

    docname: str
    query: str


class RegistryTable(msgspec.Struct, frozen=True):
    """A table that readers can narrow, as a target of links.

    :param docname: its page.
    :param prefix: the prefix of its parameters in the address: ``2.`` for the second table of a page.
    """

    docname: str
    prefix: str = ""

    def narrowed(self, chosen: Iterable[tuple[str, str]]) -> RegistryLink | None:
        """A link to the table, narrowed to *chosen*: pairs of a facet's key and a value, which is empty for *none*.

        ``None`` when the address would be too long.
        """
        query = urlencode([(f"{self.prefix}{key}", value) for key, value in chosen], errors="replace")
        return RegistryLink(self.docname, query) if len(query) <= LONGEST_QUERY else None


RESERVED = ("q", "sort", "view", "text", "summary", "is", "order")
"""Names that the script uses in addresses and rows for other things; a field with such a key has no facet."""


class StatusModel(msgspec.Struct, frozen=True):
    """A status as readers see it.

    :param name: the canonical name, or what was written when that is no status, or empty.
    :param kind: ``open``, ``decided``, ``closed``, or ``unknown``; empty when it is not known, as of a proposal from an
        inventory.
    """

    name: str
    kind: str
    colour: str
    description: str = ""

    @property
    def text(self) -> str:
        """The name as readers see it, in the language of the documentation."""
        return self.name if self.kind == "unknown" else term(self.name)

    @property
    def words(self) -> str:
        """The name, or the words for any proposal without a valid one: the same wherever it is shown."""
        return _("No valid status") if self.kind == "unknown" else term(self.name)


class ProposalLink(msgspec.Struct, frozen=True):
    """A link to a proposal.

    :param docname: its page; empty when it is one of another project.
    :param url: of the page of another project's proposal, absolute or relative to this site; may be empty.
    """

    docname: str
    label: str
    title: str
    status: StatusModel
    url: str = ""

    @property
    def text(self) -> str:
        """Label and title."""
        return f"{self.label} {self.title}".rstrip() if self.label != self.title else self.label


class HoverModel(msgspec.Struct, frozen=True):
    """Everything that a card shows.

    :param branch: of a proposal that is not merged: its branch or pull request.
    """

    proposal: ProposalLink
    summary: str
    branch: str = ""


def hover_model(proposal: ProposalLink, summary: str, branch: str = "") -> HoverModel:
    """The card of *proposal*."""
    return HoverModel(proposal, shortened(summary, MAX_SUMMARY), branch)


class TextItem(msgspec.Struct, frozen=True, tag="text"):
    """Plain text; ``wrong`` when a rule objects to it."""

    text: str
    wrong: bool = False


class TermItem(msgspec.Struct, frozen=True, tag="term"):
    """A category: a word of the schema, translated when it is shown."""

    name: str


class PersonItem(msgspec.Struct, frozen=True, tag="person"):
    """A person, linked to their entry on the people page, else to a profile, when there is one.

    :param page: the document of the people page; empty when the person has no entry.
    :param anchor: the id of the entry.
    :param note: what is written behind the person, such as a company.
    """

    name: str
    url: str
    page: str = ""
    anchor: str = ""
    note: str = ""


class DateItem(msgspec.Struct, frozen=True, tag="date"):
    """A date in ISO 8601, and where it leads."""

    iso: str
    url: str = ""


class LinkItem(msgspec.Struct, frozen=True, tag="link"):
    """A link to elsewhere."""

    url: str
    text: str


class ReferenceItem(msgspec.Struct, frozen=True, tag="reference"):
    """A reference to another proposal.

    :param is_missing: whether only the other one states the relation, which this one should state as well.
    """

    proposal: ProposalLink
    note: str = ""
    is_missing: bool = False


class StatusItem(msgspec.Struct, frozen=True, tag="status"):
    """A status badge."""

    status: StatusModel


class ProposalItem(msgspec.Struct, frozen=True, tag="proposal"):
    """A proposal's label or title, linked to its page.

    :param text: what is linked.
    :param invalid: whether the proposal has errors.
    """

    proposal: ProposalLink
    text: str
    invalid: bool = False


Item = TextItem | TermItem | PersonItem | DateItem | LinkItem | ReferenceItem | StatusItem | ProposalItem


class CardModel(msgspec.Struct, frozen=True):
    """Everything that a card shows."""

    proposal: ProposalLink
    summary: str
    people: list[Item]
    people_label: str
    invalid: bool


def tooltip(proposal: ProposalLink) -> str:
    """The tooltip of a link to *proposal*: title and status."""
    if not proposal.status.kind:
        return proposal.title
    status = proposal.status.words
    return f"{proposal.title} ({status})" if proposal.title else status


def badge(status: StatusModel) -> nodes.inline:
    """A status as a coloured word; the word carries the meaning, not the colour."""
    return nodes.inline("", status.words, classes=["dep-badge", f"dep-{status.colour}", f"dep-kind-{status.kind}"])


def warning(status: StatusModel) -> list[nodes.Node]:
    """The status behind a reference in a sentence, when it is one: a reader may take what is decided as it is."""
    if status.kind not in ("open", "closed", "unknown"):
        return []
    return [nodes.Text(" "), nodes.inline("", f"({status.words})", classes=[MENTION_STATUS])]


def badges(status: StatusModel) -> list[nodes.Node]:
    """The badge behind something; nothing when nothing is known of a status."""
    return [nodes.Text(" "), badge(status)] if status.kind else []


def invalid_badge() -> list[nodes.Node]:
    """The badge of a proposal with errors."""
    return [nodes.Text(" "), nodes.inline("", _("invalid"), classes=["dep-badge", "dep-invalid"])]


def error_paragraph(text: str) -> nodes.paragraph:
    """A paragraph in place of what cannot be shown."""
    return nodes.paragraph("", "", nodes.inline("", text, classes=["dep-wrong"]))


def missing_proposal(key: str) -> nodes.paragraph:
    """A paragraph in place of the proposal *key*, which does not exist."""
    return error_paragraph(_("There is no proposal %s.") % key)


def empty_paragraph(text: str) -> nodes.paragraph:
    """A paragraph in place of an empty list."""
    return nodes.paragraph("", text, classes=["dep-empty"])


def caption(text: str, name: str = "dep-caption") -> nodes.paragraph:
    """A heading that is no section, with the class *name*."""
    return nodes.paragraph("", "", nodes.strong("", text), classes=[name])


AT_ONCE = 7
"""So many entries of a list are shown; the others are folded."""


def folded(items: list[nodes.list_item], classes: list[str]) -> list[nodes.Node]:
    """The entries as a list, of which a part is folded when there are many."""
    if len(items) <= AT_ONCE + 1:
        return [nodes.bullet_list("", *items, classes=classes)]
    more = nodes.bullet_list("", *items[AT_ONCE:], classes=classes)
    return [
        nodes.bullet_list("", *items[:AT_ONCE], classes=classes),
        Fold("", more, summary=_("%d more") % (len(items) - AT_ONCE), classes=["dep-rest"]),
    ]


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
    """A diagnostic's message, with text between backticks as literals."""
    parts = message.split("`")
    if len(parts) % 2 == 0:
        return [nodes.Text(message)]
    return [nodes.literal("", part) if index % 2 else nodes.Text(part) for index, part in enumerate(parts) if part]


def linked(proposal: ProposalLink, docname: str) -> list[nodes.Node]:
    """A link to *proposal* by label and title, and its status badge."""
    return [link(proposal, proposal.text, docname), *badges(proposal.status)]


def link(proposal: ProposalLink, text: str, docname: str, anchor: str = "") -> nodes.Element:
    """A reference to the page of *proposal*, resolved by the domain when the page of *docname* is written.

    To a proposal of another project it is resolved already; without an address it is just the text.

    :param anchor: the id of a place on the page.
    """
    if proposal.url:
        # Relative to the root of this site, as intersphinx reads a mapping that is.
        up = "" if "://" in proposal.url else "../" * docname.count("/")
        words = nodes.inline("", text)
        uri = f"{up}{proposal.url}#{quote(anchor)}" if anchor and "#" not in proposal.url else up + proposal.url
        return nodes.reference("", "", words, internal=False, refuri=uri, reftitle=tooltip(proposal))
    if not proposal.docname:
        return nodes.inline("", text)
    words = nodes.inline("", text)
    return _reference("page", proposal.docname, words, docname, dep_anchor=anchor, dep_title=tooltip(proposal))


def _reference(
    reftype: str, target: str, content: nodes.Element, docname: str, **attributes: str
) -> addnodes.pending_xref:
    """A reference to the page *target* that the domain resolves when the page of *docname* is written."""
    return addnodes.pending_xref(
        "",
        content,
        refdoc=docname,
        refdomain="dep",
        reftype=reftype,
        reftarget=target,
        refexplicit=True,
        refwarn=False,
        **attributes,
    )


def registry_link(link: RegistryLink | None, content: nodes.Element, docname: str) -> nodes.Element:
    """*content*, as a reference to a table narrowed to what it counts; without a table just *content*."""
    return content if link is None else _reference("registry", link.docname, content, docname, dep_query=link.query)


def inline(item: Item, docname: str) -> list[nodes.Node]:
    """The nodes that show *item* on the page of *docname*."""
    match item:
        case TextItem(text, wrong):
            return [nodes.inline("", text, classes=["dep-wrong"])] if wrong else [nodes.Text(text)]
        case TermItem(name):
            return [nodes.Text(term(name))]
        case PersonItem(note=note) if note:
            return [*inline(replace(item, note=""), docname), nodes.Text(f" ({note})")]
        case PersonItem(name, _url, page, anchor) if page:
            words = nodes.inline("", name)
            return [_reference("page", page, words, docname, dep_anchor=anchor, dep_title="")]
        case PersonItem(name, url) | LinkItem(url, name):
            return [nodes.reference("", name, refuri=url, internal=False)] if url else [nodes.Text(name)]
        case DateItem(iso, url):
            time = Time("", iso, iso=iso)
            return [nodes.reference("", "", time, refuri=url, internal=False) if url else time]
        case StatusItem(status):
            return [badge(status)]
        case ProposalItem(proposal, text, invalid):
            return [link(proposal, text, docname), *(invalid_badge() if invalid else ())]
        case ReferenceItem(proposal, note, is_missing):
            shown = linked(proposal, docname)
            note = _("stated there only") if is_missing else note
            if note:
                shown.append(nodes.Text(f" ({note})"))
            return shown


def deadline(due: str, *, overdue: bool) -> list[nodes.Node]:
    """The day on which something is due; a past one has a badge with a word, since colour alone is not enough."""
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


def without_notes(items: Iterable[Item]) -> Iterator[Item]:
    """*items* without what is written behind people: only a page's header has room for it."""
    return (replace(item, note="") if isinstance(item, PersonItem) else item for item in items)


SHORT = 2
"""So many people are named where there is room for one line."""


def dated(words: str, iso: str) -> list[nodes.Node]:
    """*words*, which hold the day *iso* or none: that is a date, and is not broken at its hyphens."""
    if not iso:
        return [nodes.Text(words)]
    before, _day, after = words.partition(iso)
    return [nodes.Text(before), Time("", iso, iso=iso), nodes.Text(after)]


def short_series(items: list[Item], docname: str) -> list[nodes.Node]:
    """The same with at most two people named: ``Ada, Grace, +3``. HTML and paper have the others in an abbreviation."""
    if not items or not all(isinstance(item, PersonItem) for item in items):
        return series(items, docname)
    shown = series(without_notes(items[:SHORT]), docname)
    others = [item.name for item in items[SHORT:] if isinstance(item, PersonItem)]
    if others:
        more = nodes.abbreviation("", f"+{len(others)}", explanation=", ".join(others))
        shown += [nodes.Text(", "), more]
    return shown


def card(shown: CardModel, docname: str) -> nodes.Node:
    """One card."""
    proposal = shown.proposal
    head = nodes.paragraph("", "", nodes.inline("", proposal.label, classes=["dep-number"]))
    head += badges(proposal.status)
    head += invalid_badge() if shown.invalid else []
    title = nodes.paragraph("", "", nodes.strong("", "", link(proposal, proposal.title or proposal.label, docname)))
    box = Block("", head, title, classes=["dep-card"])
    if shown.summary:
        box += nodes.paragraph("", shown.summary, classes=["dep-summary"])
    if shown.people:
        people = [nodes.Text(f"{shown.people_label}: "), *short_series(shown.people, docname)]
        box += nodes.paragraph("", "", *people, classes=["dep-people"])
    return box


def grid(cards: list[CardModel], docname: str) -> nodes.Node:
    """Cards side by side where there is room, below each other where there is not."""
    return Block("", *(card(shown, docname) for shown in cards), classes=["dep-cards"])


def is_facet(field: Field) -> bool:
    """True if readers can narrow tables by *field*."""
    return type_of(field).has_facet and field.key not in RESERVED

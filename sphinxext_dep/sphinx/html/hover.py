"""Hover cards: what a link to a proposal leads to, shown at the link by pointer or keyboard.

The card of a proposal stands once on a page, behind the first link to it; CSS shows it there. Further links to the same
proposal are described by the same card, and the script (``static/sphinxext_dep_hover.js``) takes it to the link that
is pointed at. Without the script they keep their ``title``. Only pages of HTML have cards: a book has no pointer.
"""

from __future__ import annotations

from html import escape
from typing import Any

import msgspec
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.transforms.post_transforms import ReferencesResolver, SphinxPostTransform

from sphinxext_dep.sphinx.components.inline import badge, shortened
from sphinxext_dep.sphinx.components.view import ProposalShown
from sphinxext_dep.sphinx.html.nodes import Note, every, notes

SETTING = "dep_hover_cards"
ATTRIBUTE = "dep_hover"
"""Where the domain leaves a :class:`HoverShown` on a resolved reference."""

MAX_SUMMARY = 240
"""Characters of the summary in a card: three or four lines. A card is read in passing, and weighs on the page."""


class HoverShown(msgspec.Struct, frozen=True):
    """Everything that a card shows."""

    proposal: ProposalShown
    summary: str


def hover_shown(proposal: ProposalShown, summary: str) -> HoverShown:
    """The card of *proposal*."""
    return HoverShown(proposal, shortened(summary, MAX_SUMMARY))


def shows_hover_cards(app: Sphinx) -> bool:
    """Whether links get cards: in HTML that is read in a browser, unless the project does not want them."""
    builder = app.builder
    return isinstance(builder, StandaloneHTMLBuilder) and builder.name != "epub" and bool(app.config[SETTING])


class Hover(nodes.Inline, nodes.TextElement):
    """Around a link that has a card: the card belongs to it, so that a pointer may go from the one to the other."""


class Described(nodes.reference):
    """A link that ``card``, the id of a card, describes."""


class Card(nodes.Inline, nodes.TextElement):
    """The card: ``shown`` holds it. It has no text of its own that a search index could take for the page's."""


class HoverCards(SphinxPostTransform):
    """Gives the links that the domain has marked their cards."""

    default_priority = ReferencesResolver.default_priority + 5
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Change the doctree in place; it is a copy, made for this writing."""
        domain: Any = self.env.get_domain("dep")  # our own, whose module knows this one
        if not domain.has_linked:
            return
        domain.has_linked = False
        known: dict[str, str] = {}
        for link in [node for node in every(self.document, nodes.reference) if ATTRIBUTE in node]:
            shown: HoverShown = link.attributes.pop(ATTRIBUTE)
            if not _may_have_card(link):
                continue
            docname = shown.proposal.docname
            is_first = docname not in known
            # No id that docutils makes of a title has two hyphens in a row.
            name = known.setdefault(docname, f"dep-hover--{len(known) + 1}")
            described = Described("", "", *link.children, **link.attributes, card=name)
            around = Hover("", "", described)
            if is_first:
                # The title would come up over the card.
                described.attributes.pop("reftitle", None)
                around += Card(shown=shown, name=name)
                notes(self.document).add(Note.CARDS)
            link.replace_self(around)


def _may_have_card(link: nodes.reference) -> bool:
    """Titles are repeated in navigation, where the card's id would be there twice; so are links within links."""
    parent = link.parent
    while parent is not None:
        if isinstance(parent, (nodes.title, nodes.reference)):
            return False
        parent = parent.parent
    return True


def _visit_hover(self: Any, node: Hover) -> None:
    self.body.append('<span class="dep-hover">')


def _depart_hover(self: Any, node: Hover) -> None:
    self.body.append("</span>")


def _visit_described(self: Any, node: Described) -> None:
    self.visit_reference(node)
    # Themes bring translators of their own; whatever tag theirs has written gets the attribute.
    self.body[-1] = self.body[-1].replace("<a ", f'<a aria-describedby="{node["card"]}" ', 1)


def _depart_described(self: Any, node: Described) -> None:
    self.depart_reference(node)


def _visit_card(self: Any, node: Card) -> None:
    shown: HoverShown = node["shown"]
    proposal = shown.proposal
    status = badge(proposal.status)
    classes = " ".join(status["classes"])
    # Spaces between the parts: without a style sheet it is one line of text.
    parts = [
        f'<span class="dep-number">{escape(proposal.label)}</span>',
        f'<span class="{escape(classes)}">{escape(status.astext())}</span>',
    ]
    if proposal.title:
        parts.append(f"<strong>{escape(proposal.title)}</strong>")
    if shown.summary:
        parts.append(f'<span class="dep-summary">{escape(shown.summary)}</span>')
    self.body.append(f'<span class="dep-hover-card" id="{node["name"]}" role="tooltip"> {" ".join(parts)}</span>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register the setting, the nodes and the transform."""
    # A change of it is seen in the stamps: pages without a link to a proposal need not be written for it.
    app.add_config_value(
        SETTING,
        True,
        "",
        bool,
        "Whether links to proposals show a card with title, status and summary when pointed at or focused.",
    )
    app.add_node(Hover, html=(_visit_hover, _depart_hover))
    app.add_node(Described, html=(_visit_described, _depart_described))
    app.add_node(Card, html=(_visit_card, None))
    app.add_post_transform(HoverCards)

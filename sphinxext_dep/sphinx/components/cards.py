"""Cards: one proposal at a glance, for an index or for a page of developer docs that the proposal describes."""

from __future__ import annotations

import msgspec
from docutils import nodes

from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.sphinx.components.inline import badges, link, series
from sphinxext_dep.sphinx.components.view import Item, ProposalShown, View
from sphinxext_dep.sphinx.html.nodes import Block
from sphinxext_dep.sphinx.html.words import _, term


class CardShown(msgspec.Struct, frozen=True):
    """Everything that a card shows."""

    proposal: ProposalShown
    summary: str
    people: list[Item]
    people_label: str
    invalid: bool


def card_shown(view: View, proposal: Proposal) -> CardShown:
    """The card of *proposal*."""
    field = next(iter(view.schema.people_fields), None)
    return CardShown(
        proposal=view.shown(proposal),
        summary=proposal.summary,
        people=view.items(proposal, field.key) if field else [],
        people_label=term(field.label) if field else "",
        invalid=bool(view.errors(proposal)),
    )


def card(shown: CardShown, docname: str) -> nodes.Node:
    """One card."""
    proposal = shown.proposal
    head = nodes.paragraph("", "", nodes.inline("", proposal.label, classes=["dep-number"]))
    head += badges(proposal.status)
    if shown.invalid:
        head += [nodes.Text(" "), nodes.inline("", _("invalid"), classes=["dep-badge", "dep-invalid"])]
    title = nodes.paragraph("", "", nodes.strong("", "", link(proposal, proposal.title or proposal.label, docname)))
    box = Block("", head, title, classes=["dep-card"])
    if shown.summary:
        box += nodes.paragraph("", shown.summary)
    if shown.people:
        people = [nodes.Text(f"{shown.people_label}: "), *series(shown.people, docname)]
        box += nodes.paragraph("", "", *people, classes=["dep-people"])
    return box


def grid(cards: list[CardShown], docname: str) -> nodes.Node:
    """Cards side by side where there is room, below each other where there is not."""
    return Block("", *(card(shown, docname) for shown in cards), classes=["dep-cards"])

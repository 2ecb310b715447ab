"""Cards: one proposal at a glance, for an index or for a page of developer docs that the proposal describes."""

from __future__ import annotations

import msgspec
from docutils import nodes
from sphinx_design.shared import create_component

from sphinxext_dep.core.proposal import Proposal
from sphinxext_dep.core.schema import FieldType
from sphinxext_dep.sphinx.inline import badges, link, series
from sphinxext_dep.sphinx.view import Item, ProposalShown, View
from sphinxext_dep.sphinx.words import _, term


class CardShown(msgspec.Struct, frozen=True):
    """Everything that a card shows."""

    proposal: ProposalShown
    summary: str
    people: list[Item]
    people_label: str
    invalid: bool


def card_shown(view: View, proposal: Proposal) -> CardShown:
    """The card of *proposal*."""
    field = view.schema.field_of_type(FieldType.PEOPLE)
    return CardShown(
        proposal=view.shown(proposal),
        summary=proposal.summary,
        people=view.items(proposal, field.key) if field else [],
        people_label=term(field.label) if field else "",
        invalid=bool(view.errors(proposal)),
    )


def card(shown: CardShown, docname: str) -> nodes.Node:
    """One card, as sphinx-design builds its own."""
    proposal = shown.proposal
    head = nodes.paragraph("", "", nodes.inline("", proposal.label, classes=["dep-number"]))
    head += badges(proposal.status)
    if shown.invalid:
        head += [nodes.Text(" "), nodes.inline("", _("invalid"), classes=["dep-badge", "dep-invalid"])]
    title = nodes.paragraph("", "", nodes.strong("", "", link(proposal, proposal.title or proposal.label, docname)))
    body = create_component("card-body", ["sd-card-body"], children=[head, title])
    if shown.summary:
        body += nodes.paragraph("", shown.summary)
    if shown.people:
        people = [nodes.Text(f"{shown.people_label}: "), *series(shown.people, docname)]
        body += nodes.paragraph("", "", *people, classes=["dep-people"])
    return create_component("card", ["sd-card", "sd-sphinx-override", "sd-shadow-sm", "dep-card"], children=[body])


def grid(cards: list[CardShown], docname: str) -> nodes.Node:
    """Cards side by side where there is room, below each other where there is not."""
    columns = [
        create_component("grid-item", ["sd-col", "sd-d-flex-row"], children=[card(shown, docname)]) for shown in cards
    ]
    classes = ["sd-row", "sd-row-cols-1", "sd-row-cols-xs-1", "sd-row-cols-sm-1", "sd-row-cols-md-2",
               "sd-row-cols-lg-2", "sd-g-3"]  # fmt: skip
    row = create_component("grid-row", classes, children=columns)
    return create_component(
        "grid-container", ["sd-container-fluid", "sd-sphinx-override", "sd-mb-4", "dep-cards"], children=[row]
    )

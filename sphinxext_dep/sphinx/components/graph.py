"""``dep-graph``: how proposals are related, drawn where Graphviz is there, and as a list in any case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import msgspec
from docutils import nodes

from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Schema
from sphinxext_dep.query import DEFAULT_ORDER, Filter, sort
from sphinxext_dep.sphinx.build.consumer import Consumer
from sphinxext_dep.sphinx.build.report import unknown_proposal
from sphinxext_dep.sphinx.components.chart import Fold
from sphinxext_dep.sphinx.components.drawing import Drawing, EdgeShown
from sphinxext_dep.sphinx.components.inline import badges, link
from sphinxext_dep.sphinx.components.view import ProposalShown, View
from sphinxext_dep.sphinx.html.nodes import Block
from sphinxext_dep.sphinx.html.words import _, ngettext, term

MAX_NODES, MAX_EDGES = 150, 300
"""More are not drawn: nobody can read it, and Graphviz takes half a second for so many, and a minute for 1,000."""


class GraphModel(msgspec.Struct, frozen=True):
    """Everything that a graph shows.

    :param proposals: those that have relations, in order; edges name them by their places.
    :param alone: how many were chosen and have no relations with the others.
    :param drawn: whether Graphviz is there.
    :param unknown: what was asked for, when there is no such proposal.
    """

    proposals: list[ProposalShown]
    edges: list[EdgeShown]
    center: int | None
    alone: int
    drawn: bool
    caption: str
    empty: str
    unknown: str


class Graph(Consumer, frozen=True, tag="graph", kw_only=True):
    """The relations among the proposals that a filter chooses, or around one.

    :param key: the proposal in the middle, normalised; empty for all that the filter chooses.
    :param depth: how many relations away from it a proposal may be.
    """

    is_drawing: ClassVar[bool] = True

    filter: Filter
    key: str = ""
    depth: int = 1
    caption: str = ""
    empty: str = ""

    def model(self, view: View) -> GraphModel:
        """See :meth:`Consumer.model`."""
        middle = view.catalog.resolve(self.key) if self.key else None
        everything = [] if self.key else list(view.catalog.proposals)
        around = self._around(view, middle) if middle is not None else everything
        chosen = [item for item in around if item is middle or self.filter.matches(item, view.context)]
        chosen = sort(chosen, DEFAULT_ORDER, view.schema)
        edges = _edges(view, chosen)
        related = {place for edge in edges for place in (edge.source, edge.target)}
        kept = [place for place, item in enumerate(chosen) if place in related or item is middle]
        places = {old: new for new, old in enumerate(kept)}
        return GraphModel(
            proposals=[view.shown(chosen[place]) for place in kept],
            edges=[EdgeShown(places[edge.source], places[edge.target], edge.label, edge.mutual) for edge in edges],
            center=next((new for new, old in enumerate(kept) if chosen[old] is middle), None),
            alone=len(chosen) - len(kept),
            drawn=view.draws,
            caption=self.caption,
            empty=self.empty,
            unknown=self.key if self.key and middle is None else "",
        )

    def _around(self, view: View, middle: Proposal) -> list[Proposal]:
        """The proposals that are not farther than *depth* from *middle*."""
        found = {middle.path: middle}
        edge = [middle]
        for _step in range(self.depth):
            next_edge = []
            for proposal in edge:
                for other in _neighbours(view, proposal):
                    if other.path not in found:
                        found[other.path] = other
                        next_edge.append(other)
            if not next_edge:
                break
            edge = next_edge
        return list(found.values())

    def render(self, model: GraphModel) -> list[nodes.Node]:
        """See :meth:`Consumer.render`."""
        box = Block(classes=["dep-graph"], label=model.caption or _("Relations between proposals"))
        if model.unknown:
            words = _("There is no proposal %s.") % model.unknown
            box += nodes.paragraph("", "", nodes.inline("", words, classes=["dep-wrong"]))
            return [box]
        if model.caption:
            box += nodes.paragraph("", "", nodes.strong("", model.caption), classes=["dep-caption"])
        if not model.edges:
            box += nodes.paragraph("", model.empty or _("No relations."), classes=["dep-empty"])
            return [box]
        listing: nodes.Element = self._list(model)
        if model.drawn and len(model.proposals) <= MAX_NODES and len(model.edges) <= MAX_EDGES:
            box += Drawing(proposals=model.proposals, edges=model.edges, center=model.center)
            listing = Fold("", listing, summary=_("The same as a list"))
        elif model.drawn:
            box += nodes.paragraph("", _("There are too many to be drawn."), classes=["dep-empty"])
        box += listing
        if model.alone and not self.key:
            words = ngettext("%d proposal has no relations.", "%d proposals have no relations.", model.alone)
            box += nodes.paragraph("", words % model.alone, classes=["dep-empty"])
        return [box]

    def _list(self, model: GraphModel) -> nodes.Element:
        """Each proposal with what it says of others: every relation once."""
        stated: dict[int, dict[str, list[int]]] = {}
        for edge in model.edges:
            stated.setdefault(edge.source, {}).setdefault(edge.label, []).append(edge.target)
        listing = nodes.bullet_list(classes=["dep-list"])
        for place, shown in enumerate(model.proposals):
            item = nodes.list_item("", nodes.paragraph("", "", *self._named(shown)))
            below = nodes.bullet_list()
            for label, targets in stated.get(place, {}).items():
                line = nodes.paragraph("", f"{label}: ")
                for number, target in enumerate(targets):
                    line += [nodes.Text(", ")] if number else []
                    line += self._named(model.proposals[target])
                below += nodes.list_item("", line)
            if len(below):
                item += below
            listing += item
        return listing

    def _named(self, shown: ProposalShown) -> list[nodes.Node]:
        words = f"{shown.label} {shown.title}" if shown.title and shown.title != shown.label else shown.label
        return [link(shown, words, self.docname), *badges(shown.status)]

    def complain(self, view: View) -> list[Diagnostic]:
        """See :meth:`Consumer.complain`."""
        if not self.key or view.catalog.resolve(self.key) is not None:
            return []
        return [unknown_proposal(self, self.key, view)]


def _neighbours(view: View, proposal: Proposal) -> Iterable[Proposal]:
    for field in view.schema.relation_fields:
        yield from (target for _reference, target in view.catalog.forward(proposal, field.key) if target is not None)
        yield from view.catalog.reverse(proposal, field.key)


def _drawn_as(schema: Schema) -> dict[str, tuple[str, bool, bool]]:
    """Key of a relation → its label, whether it is drawn backwards, whether it has no direction.

    A relation and its inverse are one: *B replaced by A* is drawn as *A replaces B*.
    """
    shapes: dict[str, tuple[str, bool, bool]] = {}
    for field in schema.relation_fields:
        if field.inverse and field.inverse != field.key and field.inverse in shapes:
            label, backwards, mutual = shapes[field.inverse]
            shapes[field.key] = (label, not backwards, mutual)
        else:
            shapes[field.key] = (term(field.label), False, field.inverse == field.key)
    return shapes


def _edges(view: View, chosen: list[Proposal]) -> list[EdgeShown]:
    """Every relation among *chosen* once, in order. A proposal that names itself is an error and no relation."""
    places = {proposal.path: place for place, proposal in enumerate(chosen)}
    shapes = _drawn_as(view.schema)
    found: dict[EdgeShown, None] = {}
    for proposal in chosen:
        for key, (label, backwards, mutual) in shapes.items():
            for _reference, target in view.catalog.forward(proposal, key):
                if target is None or target is proposal or target.path not in places:
                    continue
                ends = (places[proposal.path], places[target.path])
                source, goal = sorted(ends) if mutual else reversed(ends) if backwards else ends
                found[EdgeShown(source, goal, label, mutual)] = None
    return sorted(found, key=lambda edge: (edge.source, edge.target))

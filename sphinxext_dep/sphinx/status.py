"""``dep-status``: the dashboard of all proposals, or compact cards of a few."""

from __future__ import annotations

import msgspec
from docutils import nodes

from sphinxext_dep.core.diagnostics import Diagnostic
from sphinxext_dep.core.proposal import Proposal
from sphinxext_dep.core.schema import StatusKind
from sphinxext_dep.core.values import State
from sphinxext_dep.sphinx.cards import CardShown, card_shown, grid
from sphinxext_dep.sphinx.consumer import Consumer
from sphinxext_dep.sphinx.foreign import Origin
from sphinxext_dep.sphinx.foreign_view import cannot_be_read, view_of
from sphinxext_dep.sphinx.inline import badge, link
from sphinxext_dep.sphinx.nodes import Bar, Block
from sphinxext_dep.sphinx.report import unknown_proposal
from sphinxext_dep.sphinx.view import ProposalShown, StatusShown, View
from sphinxext_dep.sphinx.words import _, ngettext


class CountShown(msgspec.Struct, frozen=True):
    """How many proposals stand at one status."""

    status: StatusShown
    count: int


class AttentionShown(msgspec.Struct, frozen=True):
    """A proposal that waits for somebody, and why."""

    proposal: ProposalShown
    errors: int
    without: list[str]
    overdue: bool


class DashboardModel(msgspec.Struct, frozen=True):
    """Everything that the dashboard shows."""

    total: int
    counts: list[CountShown]
    attention: list[AttentionShown]
    unreadable: str = ""


class Dashboard(Consumer, frozen=True, tag="dashboard"):
    """Where all proposals stand, and what needs attention."""

    origin: Origin | None = None

    def model(self, view: View) -> DashboardModel:
        """See :meth:`Consumer.model`."""
        source = view_of(view, self.origin)
        if source is None:
            assert self.origin is not None
            return DashboardModel(0, [], [], cannot_be_read(self.origin))
        view = source
        counts = dict.fromkeys(view.schema.statuses, 0)
        unknown = 0
        attention = []
        for proposal in view.catalog.proposals:
            if proposal.status is None:
                unknown += 1
            else:
                counts[proposal.status] += 1
            needs = _attention(view, proposal)
            if needs.errors or needs.without or needs.overdue:
                attention.append(needs)
        shown = [CountShown(view.known_status(name), count) for name, count in counts.items()]
        if unknown:
            shown.append(CountShown(StatusShown("", "unknown", "grey"), unknown))
        return DashboardModel(len(view.catalog.proposals), shown, attention)

    def render(self, model: DashboardModel) -> list[nodes.Node]:
        """See :meth:`Consumer.render`."""
        if model.unreadable:
            return [nodes.paragraph("", "", nodes.inline("", model.unreadable, classes=["dep-wrong"]))]
        box = Block(classes=["dep-dashboard"], label=_("Status of all proposals"))
        total = ngettext("%d proposal", "%d proposals", model.total) % model.total
        box += nodes.paragraph("", "", nodes.strong("", total), classes=["dep-total"])
        if model.total:
            parts = [(item.count, item.status.colour, item.status.name) for item in model.counts if item.count]
            box += Bar(parts=parts)
            listing = nodes.bullet_list(classes=["dep-counts"])
            for item in model.counts:
                line = nodes.paragraph("", "", badge(item.status), nodes.Text(" "))
                line += nodes.inline("", str(item.count), classes=["dep-count"])
                listing += nodes.list_item("", line)
            box += listing
        box += nodes.paragraph("", "", nodes.strong("", _("Needs attention")), classes=["dep-caption"])
        if not model.attention:
            box += nodes.paragraph("", _("Nothing waits."), classes=["dep-empty"])
            return [box]
        listing = nodes.bullet_list(classes=["dep-attention"])
        for needs in model.attention:
            listing += nodes.list_item("", self._line(needs))
        box += listing
        return [box]

    def _line(self, needs: AttentionShown) -> nodes.paragraph:
        shown = needs.proposal
        words = f"{shown.label} {shown.title}" if shown.title else shown.label
        reasons = []
        if needs.errors:
            reasons.append(ngettext("invalid (%d error)", "invalid (%d errors)", needs.errors) % needs.errors)
        if needs.without:
            reasons.append(_("without %s") % ", ".join(needs.without))
        if needs.overdue:
            reasons.append(_("review date past"))
        line = nodes.paragraph("", "", link(shown, words, self.docname), nodes.Text(" "), badge(shown.status))
        line += nodes.Text(": " + "; ".join(reasons))
        return line


def _attention(view: View, proposal: Proposal) -> AttentionShown:
    is_open = proposal.status is None or view.schema.statuses[proposal.status].kind is StatusKind.OPEN
    sponsor = view.schema.fields.get("sponsor")
    value = proposal.fields.get("sponsor")
    without = is_open and sponsor is not None and (value is None or value.state is not State.GIVEN)
    return AttentionShown(
        proposal=view.shown(proposal),
        errors=len(view.errors(proposal)),
        without=[sponsor.label] if without and sponsor else [],
        overdue=view.is_overdue(proposal),
    )


class CardsModel(msgspec.Struct, frozen=True):
    """The cards, in the order asked for, and the keys that name no proposal."""

    cards: list[CardShown]
    unknown: list[str]
    unreadable: str = ""


class Cards(Consumer, frozen=True, tag="cards"):
    """Compact cards of the proposals *keys* (normalised: numbers without zeros, or slugs)."""

    keys: tuple[str, ...]
    origin: Origin | None = None

    def model(self, view: View) -> CardsModel:
        """See :meth:`Consumer.model`."""
        source = view_of(view, self.origin)
        if source is None:
            assert self.origin is not None
            return CardsModel([], [], cannot_be_read(self.origin))
        view = source
        found = [(key, view.catalog.resolve(key)) for key in self.keys]
        return CardsModel(
            cards=[card_shown(view, proposal) for _key, proposal in found if proposal is not None],
            unknown=[key for key, proposal in found if proposal is None],
        )

    def render(self, model: CardsModel) -> list[nodes.Node]:
        """See :meth:`Consumer.render`."""
        if model.unreadable:
            return [nodes.paragraph("", "", nodes.inline("", model.unreadable, classes=["dep-wrong"]))]
        shown: list[nodes.Node] = [grid(model.cards, self.docname)] if model.cards else []
        for key in model.unknown:
            words = _("There is no proposal %s.") % key
            shown.append(nodes.paragraph("", "", nodes.inline("", words, classes=["dep-wrong"])))
        return shown

    def complain(self, view: View) -> list[Diagnostic]:
        """See :meth:`Consumer.complain`."""
        source = view_of(view, self.origin)
        if source is None:
            return []
        return [unknown_proposal(self, key, source) for key in self.keys if source.catalog.resolve(key) is None]

"""``dep-status`` with numbers or slugs: compact cards of a few proposals."""

from __future__ import annotations

import msgspec
from docutils import nodes

from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.sphinx.build.consumer import Consumer
from sphinxext_dep.sphinx.build.foreign import Origin
from sphinxext_dep.sphinx.build.foreign_view import cannot_be_read, view_of
from sphinxext_dep.sphinx.build.report import unknown_proposal
from sphinxext_dep.sphinx.components.cards import CardShown, card_shown, grid
from sphinxext_dep.sphinx.components.view import View
from sphinxext_dep.sphinx.html.words import _


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

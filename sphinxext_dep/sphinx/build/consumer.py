"""A consumer is a page that shows other pages' proposals; each thing it shows is one :class:`Consumer` record."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import msgspec
from docutils import nodes

from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.sphinx.build.location import Location
from sphinxext_dep.sphinx.components.view import View


class Consumer(msgspec.Struct, frozen=True, gc=False):
    """Something on a page that shows proposals. Kept in the environment and in the page's placeholder.

    :param at: where it stands. Single-file builders resolve under the root document's name, so it is not to be had from
        them.
    """

    at: Location

    is_drawing: ClassVar[bool] = False
    """Whether it is drawn by Graphviz, where that is there."""

    @property
    def docname(self) -> str:
        """The page it stands on."""
        return self.at.docname

    @abstractmethod
    def model(self, view: View) -> msgspec.Struct:
        """Everything that will be shown, as plain data. What is not in it cannot be shown, what is in it is."""

    def modelled(self, view: View) -> Any:
        """The model, made once in a build: for the stamp, and if the page is written, for that."""
        model = view.models.get(self)
        if model is None:
            model = view.models[self] = self.model(view)
        return model

    def seen(self, view: View) -> object:
        """What of the model can change without the page being read again.

        What is in the page's source need not be here: Sphinx writes a page whose source has changed in any case.
        """
        return self.modelled(view)

    @abstractmethod
    def render(self, model: Any) -> list[nodes.Node]:
        """The nodes that show *model*; neutral, so that every builder can write them."""

    def complain(self, view: View) -> list[Diagnostic]:
        """What is wrong with it in the light of all proposals."""
        return []

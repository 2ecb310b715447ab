"""A consumer is a page that shows other pages' proposals; each thing it shows is one :class:`Consumer` record."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import msgspec
from docutils import nodes

from sphinxext_dep.core.diagnostics import Diagnostic
from sphinxext_dep.sphinx.view import View


class Consumer(msgspec.Struct, frozen=True):
    """Something on a page that shows proposals. Kept in the environment and in the page's placeholder.

    :param docname: the page it stands on. Single-file builders resolve under the root document's name, so it is not to
        be had from them.
    :param path: the page as diagnostics name it.
    :param line: 1-based line on the page.
    :param column: 1-based column.
    """

    docname: str
    path: str
    line: int
    column: int

    @abstractmethod
    def model(self, view: View) -> msgspec.Struct:
        """Everything that will be shown, as plain data. What is not in it cannot be shown, what is in it is."""

    @abstractmethod
    def render(self, model: Any) -> list[nodes.Node]:
        """The nodes that show *model*; neutral, so that every builder can write them."""

    def complain(self, view: View) -> list[Diagnostic]:
        """What is wrong with it in the light of all proposals."""
        return []

"""The outline of a page, by the reader of its markup."""

from __future__ import annotations

from sphinxext_dep.markup.markdown import read_markdown
from sphinxext_dep.markup.rst import read_rst
from sphinxext_dep.model.outline import Outline
from sphinxext_dep.model.source import Source


def read_outline(source: Source) -> Outline:
    """Read the outline of a Markdown page, or of a reStructuredText page when its suffix is ``.rst``.

    Every text has an outline: nothing is raised.
    """
    return read_rst(source) if source.suffix == ".rst" else read_markdown(source)

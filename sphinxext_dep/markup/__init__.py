"""Markdown and reStructuredText: the outline of a page, directives and their options, comments, YAML with positions."""

from __future__ import annotations

from sphinxext_dep.markup.markdown import read_markdown, with_plain_newlines
from sphinxext_dep.markup.rst import read_rst, with_rst_newlines
from sphinxext_dep.model.source import Outline, Source


def read_outline(source: Source) -> Outline:
    """Read the outline of a page in Markdown or reStructuredText.

    Every text has an outline: nothing is raised.
    """
    return read_rst(source) if source.is_rst else read_markdown(source)


def plain_newlines(source: Source) -> str:
    r"""The text of a page with ``\n`` for everything that ends a line in its markup, at the same offsets."""
    return with_rst_newlines(source.text) if source.is_rst else with_plain_newlines(source.text)

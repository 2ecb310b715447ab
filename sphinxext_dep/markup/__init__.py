"""Markdown and reStructuredText: the outline of a page, directives and their options, comments, YAML with positions."""

from __future__ import annotations

from sphinxext_dep.markup.markdown import markdown_paragraphs, markdown_text, read_markdown, with_plain_newlines
from sphinxext_dep.markup.plain import WINDOWS, plain_text, shortened
from sphinxext_dep.markup.rst import read_rst, rst_paragraphs, with_rst_newlines
from sphinxext_dep.model.source import Outline, Source, Span


def read_outline(source: Source) -> Outline:
    """Read the outline of a page in Markdown or reStructuredText.

    Every text has an outline: nothing is raised.
    """
    return read_rst(source) if source.is_rst else read_markdown(source)


def plain_newlines(source: Source) -> str:
    r"""The text of a page with ``\n`` for everything that ends a line in its markup, at the same offsets."""
    return with_rst_newlines(source.text) if source.is_rst else with_plain_newlines(source.text)


def shown_text(source: Source, text: str, prefix: str, *, is_html: bool = True) -> str:
    """The words that readers see of *text*, a title or a paragraph of the page.

    :param prefix: what numbers of proposals are called.
    :param is_html: whether tags in Markdown are HTML; in a value of a header they are text.
    """
    if source.is_rst:
        plain = plain_text(text, prefix, source.text)
    else:
        plain = markdown_text(text, prefix, source.text, is_html=is_html)
    return " ".join(plain.split())


def first_paragraph(source: Source, body: Span, prefix: str) -> str:
    """The words of the first paragraph in *body*; empty when there is none.

    :param prefix: what numbers of proposals are called.
    """
    for window in WINDOWS:
        end = min(body.end, body.start + window)
        text = source.text[body.start : end]
        paragraphs = rst_paragraphs(Source(source.path, text)) if source.is_rst else markdown_paragraphs(text)
        for paragraph in paragraphs:
            if words := shown_text(source, paragraph, prefix):
                if end < body.end and text.rstrip().endswith(paragraph[-20:]) and window != WINDOWS[-1]:
                    break  # it may go on
                return shortened(words)
        if end == body.end:
            break
    return ""

"""The outline of a page: its headings, the text below each, and where code and comments stand."""

from __future__ import annotations

import msgspec

from sphinxext_dep.core.text import Span


class Heading(msgspec.Struct, frozen=True):
    """A heading.

    :param level: 1–6; in reST, the order in which the adornments first appear.
    :param text: plain text, markup removed.
    :param span: the heading's text in the page (not the ``#`` or the underline).
    :param start: offset at which the heading's first line starts.
    :param end: offset just behind the heading's last line (underline included).
    """

    level: int
    text: str
    span: Span
    start: int
    end: int


class Outline(msgspec.Struct, frozen=True):
    """What a page consists of, at the level that proposals care about.

    :param headings: top-level headings in order (none inside quotes, lists or directives).
    :param comments: HTML comments (reST comments) outside code: whole comment, markers included.
    :param code: fenced and indented code blocks, directives included.
    :param body_start: offset behind the front matter, 0 without one.
    """

    headings: tuple[Heading, ...]
    comments: tuple[Span, ...]
    code: tuple[Span, ...]
    body_start: int = 0

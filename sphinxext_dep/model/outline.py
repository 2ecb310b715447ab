"""The outline of a page: its headings, and where code, comments and directives stand."""

from __future__ import annotations

import msgspec

from sphinxext_dep.model.source import Span


class Heading(msgspec.Struct, frozen=True):
    """A heading.

    :param level: 1–6; in reST, the order in which the adornments first appear.
    :param text: plain text, markup removed.
    :param span: the heading's text in the page (not the ``#`` or the underline).
    :param start: offset at which the heading's first line starts.
    :param end: offset just behind the heading's last line (underline included), before its newline.
    """

    level: int
    text: str
    span: Span
    start: int
    end: int


class DirectiveBlock(msgspec.Struct, frozen=True):
    """A top-level directive, whose inside has not been read yet (see :mod:`sphinxext_dep.markup.directive`).

    :param name: what stands in the braces, or before the ``::`` in reST; in lower case, as docutils looks it up.
    :param argument: offsets of the rest of the first line, without surrounding space.
    :param start: offset at which its first line starts.
    :param end: offset just behind its last line, before the newline.
    :param body: offsets of its inside: whole lines, between the fences or below the reST marker.
    :param indent: spaces before the opening fence, which are removed from each line inside.
    :param fence: the characters of the fence; ``..`` in reST.
    :param closed: whether the closing fence is there.
    """

    name: str
    argument: tuple[int, int]
    start: int
    end: int
    body: tuple[int, int]
    indent: int
    fence: str
    closed: bool = True


class Outline(msgspec.Struct, frozen=True):
    """What a page consists of, at the level that proposals care about.

    :param headings: top-level headings in order (none inside quotes, lists or directives).
    :param comments: HTML comments and MyST ``%`` lines (reST comments) outside code: whole comment, markers included.
    :param code: fenced and indented code blocks, directives included.
    :param body_start: offset behind the front matter, 0 without one.
    :param directives: top-level directives.
    """

    headings: tuple[Heading, ...]
    comments: tuple[Span, ...]
    code: tuple[Span, ...]
    body_start: int = 0
    directives: tuple[DirectiveBlock, ...] = ()

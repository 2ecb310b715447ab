"""Fields as they are written in a page, before they are interpreted."""

from __future__ import annotations

import msgspec

from sphinxext_dep.model.source import Span


class RawField(msgspec.Struct, frozen=True, gc=False):
    r"""One field as it stands in the page.

    :param label: the label or key as written, without markup and colon.
    :param value: the value's text as MyST or reST would hand it over: quotes and YAML comments resolved for the
        directive and front matter, HTML comments removed and continuation lines joined with ``\n`` for the block.
        A list in front matter is joined with ``, ``.
    :param span: where the value stands in the page, without quotes around it (empty span at the value's place when the
        value is empty).
    :param label_span: where the label stands.
    :param qualifier: the words between label and colon, as in ``**Replaces** (partially):``, without parentheses.
    :param spelling: the name of the spelling it is written in, a key of :data:`sphinxext_dep.headers.SPELLINGS`.
    :param note: how the value was lost, when it was: ``comment`` for ``:replaces: #12`` (a YAML comment in MyST), also
        when only its end was: ``:replaces: DEP-3, #12``.
    """

    label: str
    value: str
    span: Span
    label_span: Span
    spelling: str
    qualifier: str = ""
    note: str = ""


class HeaderProblem(msgspec.Struct, frozen=True):
    """Something that kept (part of) a header from being read: the rules word it as DEP002.

    :param message: what is wrong.
    :param help: how to fix it.
    """

    span: Span
    message: str
    help: str


class RawHeader(msgspec.Struct, frozen=True):
    """Every field of one page, duplicates kept, in page order.

    :param fields: all fields of all spellings.
    :param spans: where each spelling found stands (the whole directive, block or front matter): from the start of its
        first line to the end of its last, before the newline.
    :param problems: what could not be read.
    :param heading_style: spans of ``## Status``-like headings that look like a header written as sections (DEP101).
    """

    fields: tuple[RawField, ...] = ()
    spans: dict[str, Span] = {}
    problems: tuple[HeaderProblem, ...] = ()
    heading_style: tuple[Span, ...] = ()


class Part(msgspec.Struct, frozen=True):
    """What one spelling contributes to a :class:`RawHeader`.

    :param span: its span in the page; ``None`` when the page does not have this spelling.
    :param alone: its contribution when the page has no header in another spelling, if that is different.
    """

    fields: tuple[RawField, ...] = ()
    span: Span | None = None
    problems: tuple[HeaderProblem, ...] = ()
    alone: Part | None = None

"""Fields as they stand in a page, before anything is known about what they mean."""

from __future__ import annotations

import enum

import msgspec

from sphinxext_dep.model.source import Span


class Spelling(enum.StrEnum):
    """How a header is written."""

    DIRECTIVE = "directive"
    BLOCK = "block"
    FRONT_MATTER = "front matter"
    FIELD_LIST = "field list"
    """A reST field list, as in NumPy's NEPs: ``:Status: Draft``."""
    PREAMBLE = "preamble"
    """Headers as mail has them (RFC 2822), as in Python's PEPs: ``Status: Draft`` at the very start."""
    BULLETS = "bulleted list"
    """A list of labels, as in Rust's RFCs: ``- Start Date: 2026-01-15``."""
    SIDECAR = "sidecar file"
    """A YAML file beside the page, as in Kubernetes' KEPs."""
    SECTIONS = "sections"
    """Headings that are labels, as in Ray's REPs: the text below ``### Required Reviewers``."""

    @property
    def key(self) -> str:
        """How configuration and options write it: ``front-matter``."""
        return self.value.replace(" ", "-")

    @property
    def has_labels(self) -> bool:
        """Whether it names a field by its label, ``Review Date``; the others write the key, ``review-date``."""
        return self not in (Spelling.DIRECTIVE, Spelling.FRONT_MATTER, Spelling.SIDECAR)


DEFAULT_SPELLINGS = (Spelling.DIRECTIVE, Spelling.BLOCK, Spelling.FRONT_MATTER)
"""The spellings that a project reads unless it says otherwise; commands can write a whole header in each of them."""


EDITABLE = tuple(spelling for spelling in Spelling if spelling not in (Spelling.SIDECAR, Spelling.SECTIONS))
"""The spellings in which commands change values. In the others a value is more than a line, or in another file."""


WRITABLE = tuple(spelling for spelling in EDITABLE if spelling not in DEFAULT_SPELLINGS)
"""The other spellings in which a command can write the header of a new proposal."""


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
    :param spelling: which spelling it came from.
    :param note: how the value was lost, when it was: ``comment`` for ``:replaces: #12`` (a YAML comment in MyST), also
        when only its end was: ``:replaces: DEP-3, #12``.
    """

    label: str
    value: str
    span: Span
    label_span: Span
    spelling: Spelling
    qualifier: str = ""
    note: str = ""


class HeaderProblem(msgspec.Struct, frozen=True):
    """Something that kept (part of) a header from being read: the rules word it as DEP002.

    :param message: what is wrong.
    :param help: how to mend it.
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
    spans: dict[Spelling, Span] = {}
    problems: tuple[HeaderProblem, ...] = ()
    heading_style: tuple[Span, ...] = ()


class Part(msgspec.Struct, frozen=True):
    """What one spelling contributes to a :class:`RawHeader`.

    :param span: where it stands; ``None`` when the page does not have this spelling.
    """

    fields: tuple[RawField, ...] = ()
    span: Span | None = None
    problems: tuple[HeaderProblem, ...] = ()

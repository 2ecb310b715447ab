"""The record: one page becomes one frozen :class:`Proposal`, with its fields as written and their typed values.

Everything that front ends show is in the record; the text of the page is needed only by the page rules, which see it
as a :class:`Page`. The types that read values are in :mod:`sphinxext_dep.fields`. A reader never raises and never
guesses: what it cannot read has a ``problem``, which the rules report.

Records are ``gc=False``: they hold nothing that leads back to them, and a build that loads thousands of them would
otherwise spend more time looking for cycles than loading.
"""

from __future__ import annotations

import enum
from typing import Any

import msgspec

from sphinxext_dep.model.diagnostics import Suppression
from sphinxext_dep.model.schema import Field, Schema
from sphinxext_dep.model.source import Outline, Source, Span


class State(enum.StrEnum):
    """The kind of an author's statement about a field."""

    GIVEN = "given"
    """There is a value (it may still be wrong)."""
    NONE = "none"
    """``N/A``, ``None``, ``-``: there is none."""
    UNKNOWN = "unknown"
    """``TBD``, ``[TBD]``, an empty value: not known yet."""
    PLACEHOLDER = "placeholder"
    """Template text that was never replaced."""


class Person(msgspec.Struct, frozen=True, gc=False):
    """A person or a team.

    :param name: for people: the display name if one was written, else the handle without ``@``.
    :param handle: ``octo`` or ``org/team`` when an ``@`` or a profile link says so; never derived from a bare name.
    :param url: the profile link that was written, if it is http(s) or mailto.
    :param problem: what is wrong, or empty.
    :param note: what is written behind the person, such as a company.
    """

    name: str
    handle: str | None
    url: str | None
    span: Span
    problem: str = ""
    note: str = ""


class Link(msgspec.Struct, frozen=True, gc=False):
    """A link.

    :param url: the target, Markdown's escapes resolved; of what is no link, the text as written.
    :param text: the link's text when it has one, with the words around it: ``#22 (merged)``.
    :param problem: what is wrong, or empty; a link with a problem is shown as text, never as a link.
    """

    url: str
    text: str
    span: Span
    problem: str = ""


class Reference(msgspec.Struct, frozen=True, gc=False):
    """A reference to a proposal, not yet resolved.

    :param text: as written.
    :param key: the normalised key: a number without zeros (``12``) or a slug; empty when there is a problem.
    :param note: a qualifier such as ``partially``.
    :param problem: what is wrong, or empty.
    :param pages: for a path or an address: the paths of the pages that it can mean; one of them must exist.
    """

    text: str
    key: str
    span: Span
    note: str = ""
    problem: str = ""
    pages: tuple[str, ...] = ()


class Date(msgspec.Struct, frozen=True, gc=False):
    """A date.

    :param iso: the ISO 8601 form when there is exactly one reading, else ``None``.
    :param canonical: whether it was written in ISO 8601.
    :param readings: every possible reading in ISO form, sorted.
    """

    iso: str | None
    canonical: bool
    readings: tuple[str, ...]


class ListedDate(msgspec.Struct, frozen=True, gc=False):
    """A date in a list; the first three are those of :class:`Date`.

    :param text: as written.
    :param span: of *text*.
    :param url: its link, or empty.
    :param problem: what is wrong with the link, or empty.
    """

    iso: str | None
    canonical: bool
    readings: tuple[str, ...]
    text: str
    span: Span
    url: str = ""
    problem: str = ""


class RawField(msgspec.Struct, frozen=True, gc=False):
    r"""One field as written in the page.

    :param label: the label or key as written, without markup and colon.
    :param value: the value's text as MyST or reST would hand it over: quotes and YAML comments resolved for the
        directive and front matter, HTML comments removed and continuation lines joined with ``\n`` for the block.
        A list in front matter is joined with ``, ``.
    :param span: the place of the value in the page, without quotes around it (empty span at the value's place when the
        value is empty).
    :param label_span: the place of the label.
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
    :param spans: the place of each spelling that is found (the whole directive, block or front matter): from the start
        of its first line to the end of its last, before the newline.
    :param problems: what could not be read.
    :param heading_style: spans of ``## Status``-like headings that look like a header written as sections (DEP101).
    :param text: spans of the lines among the fields that are no part of the header: they stay in the page.
    """

    fields: tuple[RawField, ...] = ()
    spans: dict[str, Span] = {}
    problems: tuple[HeaderProblem, ...] = ()
    heading_style: tuple[Span, ...] = ()
    text: tuple[Span, ...] = ()


class Part(msgspec.Struct, frozen=True):
    """The part of one spelling in a :class:`RawHeader`.

    :param span: its span in the page; ``None`` when the page does not have this spelling.
    :param alone: its contribution when the page has no header in another spelling, if that is different.
    :param text: see :class:`RawHeader`.
    """

    fields: tuple[RawField, ...] = ()
    span: Span | None = None
    problems: tuple[HeaderProblem, ...] = ()
    alone: Part | None = None
    text: tuple[Span, ...] = ()


Value = str | int | Date | tuple[Any, ...] | None
"""A field's value as its type (:mod:`sphinxext_dep.fields`) reads it; ``None`` is what could not be read.

Types with several items have a tuple of them: texts, or records with a ``span``.
"""


class FieldValue(msgspec.Struct, frozen=True, gc=False):
    """One field of a proposal, read.

    :param key: the schema's key.
    :param raw: the value as written (see :class:`~sphinxext_dep.model.proposal.RawField`).
    :param value: the typed value; empty or ``None`` unless *state* is ``given``.
    :param more: for people: whether the value says that more are to come (``@octo, TBD``).
    """

    key: str
    label: str
    state: State
    raw: str
    value: Value
    span: Span
    label_span: Span
    spelling: str
    qualifier: str = ""
    more: bool = False


class SectionRecord(msgspec.Struct, frozen=True):
    """One heading that could be a section of the template: top-level, or directly under the title.

    :param name: the heading's text.
    :param canonical: the schema's name for it, or empty.
    :param level: of the heading.
    :param body: span of the text below it, up to the next heading of the same or a higher level.
    :param empty: whether there is nothing below it but comments and blank space; subsections count as content.
    """

    name: str
    canonical: str
    level: int
    span: Span
    body: Span
    empty: bool


class Banner(msgspec.Struct, frozen=True, gc=False):
    """A banner in the page whose first words state the status: a quotation, an alert of GitHub's, or an admonition.

    :param kind: ``note``, ``tip`` …; empty for an admonition with a title of its own and for a quotation that is no
        alert: they have none.
    :param kind_span: the word in the page that says the kind; of no length in a quotation that is no alert.
    :param status: canonical name, or ``None`` when the words are no status.
    :param status_raw: the status as written.
    :param status_span: its place.
    :param span: from the start of the first line to the end of the last.
    :param lead: offset at which the words begin: ``**Status**: ``.
    """

    kind: str
    kind_span: Span
    status: str | None
    status_raw: str
    status_span: Span
    span: Span
    lead: int


class Requirement(msgspec.Struct, frozen=True, gc=False):
    """A numbered requirement of a proposal.

    :param id: as it is named: ``REQ-1``.
    :param number: what tells it from the others: ``1``; for an id without a number, the id.
    :param title: plain text.
    :param level: one of :data:`LEVELS`, or empty when its text states none.
    :param span: of its heading, or of its id in a block of YAML.
    :param has_heading: false when it is only in a block, so that no place on the page is its own.
    """

    id: str
    number: str
    title: str
    level: str
    span: Span
    has_heading: bool = True

    @property
    def anchor(self) -> str:
        """The name by which it is linked to: ``req-1``."""
        return self.id.lower()

    @property
    def key(self) -> str:
        """The same for all notations of one number: ``req-1`` also for ``REQ-001``."""
        if not (self.number.isdecimal() and self.id.endswith(self.number)):
            return self.anchor
        return f"{self.anchor[: -len(self.number)]}{self.number.lstrip('0') or '0'}"

    @property
    def words(self) -> str:
        """Id and title."""
        return f"{self.id} {self.title}".rstrip()


LEVELS = ("MUST", "SHOULD", "MAY")
"""The levels of requirements (:rfc:`2119`), the strongest first; each stands for its other words, too."""


class Proposal(msgspec.Struct, frozen=True, gc=False):
    """One proposal.

    :param path: the page's path, relative to the root, with ``/``.
    :param number: the number, or ``None`` while it has none.
    :param numbers: every place that states a number, as ``(where, number, span)`` with *where* one of ``field``,
        ``file name`` and ``title``.
    :param slug: the file name without number and suffix.
    :param title: plain text without the ``DEP-NNNN:`` prefix; empty when the page has none.
    :param status: canonical name, or ``None`` when it is missing or not a status.
    :param fields: known fields by key; of duplicates the first.
    :param extra: fields that the schema does not know, shown verbatim: nothing is lost.
    :param summary: first paragraph of the Summary section as plain text; may be empty.
    :param requirements: in order of the page, each id once.
    :param original: the record in the language of the source, for programs, where titles or summary are translated.
    :param header_span: the header's place, for diagnostics about what is missing in it; ``None`` without a header.
    :param banners: those above the first section.
    """

    path: str
    number: int | None
    numbers: tuple[tuple[str, int, Span], ...]
    slug: str
    title: str
    title_span: Span | None
    status: str | None
    status_raw: str
    category: str | None
    category_raw: str
    fields: dict[str, FieldValue]
    extra: tuple[RawField, ...]
    sections: tuple[SectionRecord, ...]
    summary: str
    spellings: tuple[str, ...]
    header_span: Span | None
    suppressions: tuple[Suppression, ...]
    requirements: tuple[Requirement, ...] = ()
    has_heading: bool = False
    banners: tuple[Banner, ...] = ()
    original: Proposal | None = None

    @property
    def title_elsewhere(self) -> str:
        """The title, when the page has no heading for it; else empty."""
        return "" if self.has_heading else self.title

    @property
    def spelling(self) -> str:
        """The spelling for a field that is added to the header."""
        return self.spellings[0] if self.spellings else "directive"

    @property
    def key(self) -> str:
        """The name in references: the number without zeros, else the slug."""
        return self.slug if self.number is None else str(self.number)

    def people(self, key: str) -> tuple[Person, ...]:
        """The people of field *key*; empty when it is not given or has another type."""
        return tuple(item for item in self._items(key) if isinstance(item, Person))

    def links(self, key: str) -> tuple[Link, ...]:
        """The links of field *key*, those with problems included."""
        return tuple(item for item in self._items(key) if isinstance(item, Link))

    def references(self, key: str) -> tuple[Reference, ...]:
        """The references of field *key*, those with problems included."""
        return tuple(item for item in self._items(key) if isinstance(item, Reference))

    def date(self, key: str) -> str | None:
        """The ISO form of date field *key*, or ``None``."""
        field = self.fields.get(key)
        return field.value.iso if field is not None and isinstance(field.value, Date) else None

    def _items(self, key: str) -> tuple[object, ...]:
        field = self.fields.get(key)
        return field.value if field is not None and isinstance(field.value, tuple) else ()


class Page(msgspec.Struct, frozen=True):
    """A page with everything that was read from it: what page rules judge."""

    source: Source
    schema: Schema
    outline: Outline
    header: RawHeader
    proposal: Proposal

    def field_def(self, key: str) -> Field:
        """The schema's definition of field *key*."""
        return self.schema.fields[key]

"""The record: one page becomes one frozen :class:`Proposal`.

Everything that front ends show is in the record; the text of the page is needed only by the page rules, which see it
as a :class:`Page`.

Records are ``gc=False``: they hold nothing that leads back to them, and a build that loads thousands of them would
otherwise spend more time looking for cycles than loading.
"""

from __future__ import annotations

from typing import Any

import msgspec

from sphinxext_dep.model.diagnostics import Suppression
from sphinxext_dep.model.header import RawField, RawHeader
from sphinxext_dep.model.outline import Heading, Outline
from sphinxext_dep.model.schema import Field, Schema
from sphinxext_dep.model.source import Source, Span
from sphinxext_dep.model.values import Date, Link, Person, Reference, State

Value = str | int | Date | tuple[Any, ...] | None
"""A field's value as its type (:mod:`sphinxext_dep.fields`) reads it; ``None`` is what could not be read.

Types with several items have a tuple of them: texts, or records with a ``span``.
"""


class FieldValue(msgspec.Struct, frozen=True, gc=False):
    """One field of a proposal, read.

    :param key: the schema's key.
    :param raw: the value as written (see :class:`~sphinxext_dep.model.header.RawField`).
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
    :param header_span: the header's place, for diagnostics about what is missing in it; ``None`` without a header.
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

    @property
    def title_elsewhere(self) -> str:
        """The title, when the page has no heading for it; else empty."""
        span = self.title_span
        has_heading = span is not None and all(value.span != span for value in self.fields.values())
        return "" if has_heading else self.title

    @property
    def suffix(self) -> str:
        """The suffix of the page, in lower case: ``.md``."""
        return self.path[self.path.rfind(".") :].lower()

    @property
    def spelling(self) -> str:
        """The spelling for a field that is added to the header."""
        return self.spellings[0] if self.spellings else "directive"

    @property
    def key(self) -> str:
        """How references name it: the number without zeros, else the slug."""
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


__all__ = ["FieldValue", "Heading", "Page", "Proposal", "SectionRecord", "Value"]

"""Texts, and the title of a page that has no heading for it."""

from __future__ import annotations

from sphinxext_dep.fields.base import Reading, TextBased
from sphinxext_dep.model.proposal import RawField
from sphinxext_dep.model.schema import Field, Schema
from sphinxext_dep.model.source import Source


class Text(TextBased):
    """Any text."""

    name = "text"
    doc = "text"
    is_prose = True

    def read(self, raw: RawField, source: Source, field: Field, schema: Schema) -> Reading:
        return Reading(raw.value.strip())


class Title(TextBased):
    """The proposal's title."""

    name = "title"
    doc = "the title, for pages that have no heading for it"
    is_single = True

    def read(self, raw: RawField, source: Source, field: Field, schema: Schema) -> Reading:
        return Reading(" ".join(raw.value.split()))

"""Headers: the spellings a proposal's metadata can have, each read into the same :class:`RawHeader`."""

from __future__ import annotations

from sphinxext_dep.core.block import read_block
from sphinxext_dep.core.field import HeaderProblem, Part, RawField, RawHeader, Spelling
from sphinxext_dep.core.outline import Outline
from sphinxext_dep.core.schema import FieldType, Schema, fold
from sphinxext_dep.core.text import Source, Span

__all__ = ["HeaderProblem", "RawField", "RawHeader", "Spelling", "read_header"]


def read_header(source: Source, outline: Outline, schema: Schema) -> RawHeader:
    """Read every spelling that a page has. Never raises: what cannot be read is a :class:`HeaderProblem`."""
    parts: dict[Spelling, Part] = {}
    parts[Spelling.BLOCK] = read_block(source, outline, schema)
    spans = {spelling: part.span for spelling, part in parts.items() if part.span is not None}
    fields = tuple(sorted((f for part in parts.values() for f in part.fields), key=lambda f: f.label_span.start))
    problems = tuple(sorted((p for part in parts.values() for p in part.problems), key=lambda p: p.span.start))
    return RawHeader(
        fields=fields,
        spans=spans,
        problems=problems,
        heading_style=() if spans else _heading_style(outline, schema),
    )


def _heading_style(outline: Outline, schema: Schema) -> tuple[Span, ...]:
    """The headings that are field labels, if they are a header in disguise: a status and at least one more."""
    found = [
        (field, heading.span)
        for heading in outline.headings
        if (field := schema.field_names.get(fold(heading.text.rstrip(":"))))
    ]
    has_status = any(field.type is FieldType.STATUS for field, _ in found)
    return tuple(span for _, span in found) if has_status and len(found) > 1 else ()

"""A field list as a header: ``:Status: Draft`` lines, as in NumPy's NEPs, at the start of a page or below its title.

The rules are those of docutils (`Field Lists`_). In Markdown MyST reads the same with its extension ``fieldlist``.

.. _Field Lists: https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html#field-lists
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from sphinxext_dep.headers.spellings.lines import Label, Line, LineSpelling
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.proposal import Page, Part, RawField
from sphinxext_dep.model.schema import Schema, fold
from sphinxext_dep.model.source import Edit, Outline, Source, Span

_MAX_LABEL = 80
"""Characters. A longer one is a sentence between colons."""

_MARKER = re.compile(rf":(?P<label>[^\s:`](?:[^:\n`]{{0,{_MAX_LABEL}}}?[^\s:`])?):(?P<space>[ \t]*)(?P<rest>.?)")
_WITH_COLONS = re.compile(rf":(?P<label>[^\s:`][^\s`]{{0,{_MAX_LABEL}}}):(?P<space>[ \t]+|$)(?P<rest>.?)")
"""A name may have colons that no space follows: ``:og:image: x.png``."""

_BIBLIOGRAPHIC = frozenset(
    (
        "abstract", "address", "author", "authors", "contact", "copyright", "date", "dedication", "organization",
        "revision", "status", "version",
    )
)  # fmt: skip
"""https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html#bibliographic-fields"""


class FieldList(LineSpelling):
    """A field list."""

    name = "field list"
    form = "`:Status: Draft` lines, as in NumPy's NEPs, at the start of the page or below its title"
    correction = "write `:Label: value`, and indent the lines that continue a value"

    def is_metadata(self, label: str) -> bool:
        return fold(label) in _BIBLIOGRAPHIC or super().is_metadata(label)

    def read(self, source: Source, outline: Outline, schema: Schema) -> Part:
        part = super().read(source, outline, schema)
        return replace(part, fields=tuple(without_quotes(source, field) for field in part.fields))

    def label(self, line: Line) -> Label | None:
        match = _MARKER.match(line.text)
        if match is None or (match["rest"] == "`" and not match["space"]):
            return None  # `:role:`text`` is text
        problem = None
        if match["rest"] and not match["space"]:
            match = _WITH_COLONS.match(line.text) or match
        if match["rest"] and not match["space"]:
            value = line.text[match.start("rest") :].strip()
            message = f"there is no space behind the colon of `{match['label']}`"
            problem = (message, f"write `:{match['label']}: {value}`")
        return Label(*match.span("label"), match.start("rest"), problem)

    def is_slip(self, line: Line, schema: Schema) -> bool:
        # Behind a blank line text begins, and it may well begin with a colon.
        return not line.behind_blank and not (line.rst and line.text.startswith(".. "))

    def line(self, name: str, value: str, markup: Markup) -> str:
        return f":{name}: {value}"

    def replace(self, page: Page, raw: RawField, value: str) -> Edit:
        edit = super().replace(page, raw, value)
        text = page.source.text
        if _is_quoted(text, raw.span) and text[raw.span.end] in value:
            return Edit(raw.span.start - 1, raw.span.end + 1, value)
        return edit


def without_quotes(source: Source, field: RawField) -> RawField:
    """*field* without the quotes around its whole value: authors write them as in YAML."""
    value, span = field.value, field.span
    quote = value[:1]
    if len(value) < 2 or quote not in "\"'" or value[-1] != quote or quote in value[1:-1]:
        return field
    return replace(field, value=value[1:-1].strip(), span=_stripped(source, span.start + 1, span.end - 1))


def _stripped(source: Source, start: int, end: int) -> Span:
    text = source.text[start:end]
    lead = len(text) - len(text.lstrip())
    return source.span(start + lead, max(start + lead, start + len(text.rstrip())))


def _is_quoted(text: str, span: Span) -> bool:
    return span.start > 0 and text[span.start - 1] in "\"'" and text[span.start - 1] == text[span.end : span.end + 1]


SPELLING = FieldList()

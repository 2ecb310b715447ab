"""A list of labels as a header: ``- Start Date: 2026-01-15``, as in Rust's RFCs.

It stands at the start of a page or below its title. Items are those of CommonMark and of reStructuredText; a label may
be bold. What is indented below an item is part of its value.
"""

from __future__ import annotations

import re

from sphinxext_dep.headers.lines import Label, Line, LineReader
from sphinxext_dep.model.header import Part, Spelling
from sphinxext_dep.model.outline import Outline
from sphinxext_dep.model.schema import Schema
from sphinxext_dep.model.source import Source

_MAX_LABEL = 80
"""Characters. A longer one is a sentence that holds a colon."""

_ITEM = re.compile(r" {0,3}[-*+\u2022][ \t]+")
_LABEL = re.compile(
    r"(?P<bold>\*\*|__)?"
    rf"(?P<label>[^\s*_:`\[<](?:[^*:`\n]{{0,{_MAX_LABEL}}}?[^\s*_:`])?)[ \t]{{0,8}}"
    r"(?:(?(bold)(?P=bold)):|:(?(bold)(?P=bold)))(?:[ \t]+|\Z)"
)


def read_bullets(source: Source, outline: Outline, schema: Schema) -> Part:
    """Read the bulleted header of a page."""
    return _Bullets(source, outline, schema).read()


class _Bullets(LineReader):
    spelling = Spelling.BULLETS
    mend = "write `- Label: value`, and indent the lines that continue a value"

    def label(self, line: Line) -> Label | None:
        item = _ITEM.match(line.text)
        match = _LABEL.match(line.text, item.end()) if item else None
        return Label(*match.span("label"), match.end()) if match else None

    def goes_on(self, line: Line) -> bool:
        # In Markdown a paragraph goes on without an indent until a blank line.
        return line.text.startswith(("  ", "\t")) or not (line.behind_blank or self.rst or _ITEM.match(line.text))

    def is_slip(self, line: Line) -> bool:
        return _ITEM.match(line.text) is not None

"""A list of labels as a header: ``- Start Date: 2026-01-15``, as in Rust's RFCs.

It is at the start of a page or below its title. Items are those of CommonMark and of reStructuredText; a label may
be bold. What is indented below an item is part of its value.
"""

from __future__ import annotations

import re

from sphinxext_dep.headers.lines import Label, Line, LineSpelling
from sphinxext_dep.model.files import Markup

_MAX_LABEL = 80
"""Characters. A longer one is a sentence that holds a colon."""

_ITEM = re.compile(r" {0,3}[-*+\u2022][ \t]+")
_LABEL = re.compile(
    r"(?P<bold>\*\*|__)?"
    rf"(?P<label>[^\s*_:`\[<](?:[^*:`\n]{{0,{_MAX_LABEL}}}?[^\s*_:`])?)[ \t]{{0,8}}"
    r"(?:(?(bold)(?P=bold)):|:(?(bold)(?P=bold)))(?:[ \t]+|\Z|(?=[^\s/]))"
)


class Bullets(LineSpelling):
    """A list of labels."""

    name = "bulleted list"
    form = "`- Start Date: 2026-01-15`, as in Rust's RFCs, at the start of the page or below its title"
    correction = "write `- Label: value`, and indent the lines that continue a value"

    def label(self, line: Line) -> Label | None:
        item = _ITEM.match(line.text)
        match = _LABEL.match(line.text, item.end()) if item else None
        return Label(*match.span("label"), match.end()) if match else None

    def goes_on(self, line: Line) -> bool:
        # In Markdown a paragraph goes on without an indent until a blank line.
        return line.text.startswith(("  ", "\t")) or not (line.behind_blank or line.rst or _ITEM.match(line.text))

    def is_slip(self, line: Line) -> bool:
        return _ITEM.match(line.text) is not None

    def line(self, name: str, value: str, markup: Markup) -> str:
        return f"- {name}: {value}"


SPELLING = Bullets()

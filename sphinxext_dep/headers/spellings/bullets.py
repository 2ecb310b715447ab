"""A list of labels as a header: ``- Start Date: 2026-01-15``, as in Rust's RFCs.

It is at the start of a page or below its title. Items are those of CommonMark and of reStructuredText; a label may
be bold. What is indented below an item is part of its value. Other items, and footnotes, are text of the page.
"""

from __future__ import annotations

import re

from sphinxext_dep.headers.spellings.lines import Label, Line, LineSpelling
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.schema import Schema, fold
from sphinxext_dep.model.source import Outline

_MAX_LABEL = 80
"""Characters. A longer one is a sentence that holds a colon."""

_MAX_GAP = 4
"""Characters between the marker of an item and its text; behind more of them, CommonMark reads code."""

_ITEM = re.compile(r" {0,3}[-*+\u2022][ \t]+")
_FEWEST = 2
"""Known labels that make a header of a list that is below a paragraph; one can be a word of the text."""

_PARAGRAPH = re.compile(
    r"\s*+(?![-*+\u2022|#`~:.<(]|\[[^\]\n]*\](?:\(|:))[^\n]+\n(?:(?![ \t]*[-*+\u2022\n])[^\n]+\n){0,9}"
)
"""A paragraph of at most ten lines, in a quotation or not; other blocks are none."""

_DEFINITION = re.compile(r" {0,3}\[[^\]\n]+\]:(?:[ \t]|\Z)")
"""The start of a footnote, which needs no blank line above it, or of a link's definition."""

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

    def starts(self, text: str, outline: Outline) -> dict[int, int]:
        """Also below a paragraph at one of the usual places: some pages begin with their title as a plain line."""
        starts = super().starts(text, outline)
        headings = [heading.start for heading in outline.headings]
        for start in tuple(starts):
            paragraph = _PARAGRAPH.match(text, start)
            if paragraph and not any(start <= heading < paragraph.end() for heading in headings):
                starts.setdefault(paragraph.end(), _FEWEST)
        return starts

    def label(self, line: Line) -> Label | None:
        item = None if line.inside else _ITEM.match(line.text)
        match = _LABEL.match(line.text, item.end()) if item else None
        return Label(*match.span("label"), match.end(), indent=_indent(line)) if match else None

    def goes_on(self, line: Line) -> bool:
        if line.inside or line.text.startswith("\t"):
            return True
        if _ITEM.match(line.text) or (not line.rst and _DEFINITION.match(line.text)):
            return False
        # In Markdown a paragraph goes on without an indent until a blank line.
        return line.text.startswith("  ") or not (line.behind_blank or line.rst)

    def is_slip(self, line: Line, schema: Schema) -> bool:
        item = _ITEM.match(line.text)
        start = line.text[item.end() : item.end() + 2 * _MAX_LABEL] if item else ""
        words = start.replace("**", "").replace("__", "").split()
        for count in range(len(words), 0, -1):
            if fold(" ".join(words[:count])) in schema.field_names:
                # `- Status Draft`; `- Review threads on the forum` is text that begins with the same word.
                return not words[count:] or not words[count][0].islower()
        return False

    def is_text(self, line: Line) -> bool:
        return _ITEM.match(line.text) is not None or (not line.rst and _DEFINITION.match(line.text) is not None)

    def line(self, name: str, value: str, markup: Markup) -> str:
        return f"- {name}: {value}"


SPELLING = Bullets()


def _indent(line: Line) -> int:
    """The characters before the text of an item; the text is below the marker when there are more than four."""
    item = _ITEM.match(line.text)
    if item is None:
        return 0
    marker = len(item[0].rstrip())
    return item.end() if item.end() - marker <= _MAX_GAP else marker + 1

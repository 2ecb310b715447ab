"""Paragraphs as a header: ``Status: Draft``, each a paragraph or a line of one, as in Zarr's ZEPs.

They are at the start of a page or below its title. A list below a key, also behind a blank line, is its value. What
ends the header is the first paragraph without a label; a label that the process does not know, and that is like none
that it knows, begins the page's text when no known one follows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sphinxext_dep.headers.base import FieldLines, Item, Occurrence, Written, blank_lines_beside
from sphinxext_dep.headers.spellings.lines import Label, Line, LineSpelling, Run
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.messages import closest
from sphinxext_dep.model.proposal import Page, Part, RawField
from sphinxext_dep.model.schema import Schema, fold
from sphinxext_dep.model.source import Edit, Outline, Source, newline_of

_MAX_LABEL = 80
"""Characters. A longer one is a sentence that holds a colon."""

_LABEL = re.compile(
    rf"(?P<label>[^\W_](?:[^:*`\[\]<>\n]{{0,{_MAX_LABEL}}}?[^\s:*`\[\]<>])??)[ \t]{{0,8}}:(?:[ \t]+|\Z)"
)
_ITEM = re.compile(r" {0,3}(?:[-*+\u2022]|\d{1,9}[.)])[ \t]+")
# What ends a paragraph without a blank line, in CommonMark and in MyST.
_INTERRUPTION = re.compile(
    r" {0,3}(?:#{1,6}(?:[ \t]|\Z)|>|`{3,}|~{3,}|:{3,}|<[a-zA-Z/!?]|(?:[-*_][ \t]*){3,}\Z|\.\.[ \t])"
)


class Paragraphs(LineSpelling):
    """Paragraphs with labels."""

    name = "paragraphs"
    form = (
        "`Status: Draft` paragraphs, at the start of the page or below its title, as in Zarr's ZEPs; a list below a "
        "label is its value"
    )
    correction = "write `Label: value`"
    occurrence = Occurrence.PAGES

    def read_all(self, source: Source, outline: Outline, schema: Schema) -> Part:
        return self.read_run(source, outline, schema, all_labels=True)

    def label(self, line: Line) -> Label | None:
        match = _LABEL.match(line.text)
        return Label(*match.span("label"), match.end()) if match else None

    def goes_on(self, line: Line) -> bool:
        item = _ITEM.match(line.text)
        if not line.behind_blank:
            return item is not None or not _INTERRUPTION.match(line.text)
        in_list = _ITEM.match(line.first) is not None
        return in_list and line.text.startswith("  ") if item is None else in_list or not line.first

    def is_slip(self, line: Line, schema: Schema) -> bool:
        return False

    def finish(self, run: Run, schema: Schema) -> None:
        """Leave the labels behind the last known one, or misspelled one, to the page's text."""
        names = schema.field_names
        kept = len(run.fields)
        while kept:
            label = run.fields[kept - 1].label
            if fold(label) in names or self.is_metadata(label) or closest(label, names):
                break
            kept -= 1
        if kept < len(run.fields):
            del run.fields[kept:]
            run.end = run.ends[kept - 1] if kept else run.start

    def line(self, name: str, value: str, markup: Markup) -> str:
        return f"{name}: {value}"

    def write(self, items: Iterable[Item], markup: Markup, comments: Sequence[str] = ()) -> Written:
        return Written(super().write(items, markup, comments).header.replace("\n", "\n\n"))

    def replace(self, page: Page, raw: RawField, value: str) -> Edit:
        """Replace the value; where it is a list below the label, by a value behind it."""
        edit = super().replace(page, raw, value)
        text = page.source.text
        if "\n" in text[raw.label_span.end : raw.span.start]:
            colon = text.index(":", raw.label_span.end) + 1
            return Edit(colon, raw.span.end, f" {value}")
        return edit

    def insert_line(
        self, page: Page, lines: list[FieldLines], neighbour: FieldLines, line: str, *, behind: bool
    ) -> Edit:
        edit = super().insert_line(page, lines, neighbour, line, behind=behind)
        if not blank_lines_beside(page, lines, lines.index(neighbour)):
            return edit
        newline = newline_of(page.source, neighbour.start)
        return edit._replace(text=f"{newline}{edit.text}" if behind else f"{edit.text}{newline}")


SPELLING = Paragraphs()

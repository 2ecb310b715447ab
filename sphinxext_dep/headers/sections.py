"""Sections as a header: a heading that is a field's label, with the value as the text below it, as in Ray's REPs.

Only headings that name a field count, so the table of fields says which sections they are. The text stays in the page:
it is part of what people read.
"""

from __future__ import annotations

from sphinxext_dep.markup.comments import CommentMask
from sphinxext_dep.markup.markdown import with_plain_newlines
from sphinxext_dep.markup.rst import with_rst_newlines
from sphinxext_dep.model.header import Part, RawField, Spelling
from sphinxext_dep.model.outline import Heading, Outline
from sphinxext_dep.model.schema import Schema, fold
from sphinxext_dep.model.source import Source


def read_sections(source: Source, outline: Outline, schema: Schema) -> Part:
    """Read the sections of a page that are fields."""
    names = schema.field_names
    headings = outline.headings
    found = [index for index, heading in enumerate(headings) if fold(heading.text.rstrip(" :")) in names]
    if not found:
        return Part()
    reader = _Reader(source, outline)
    ends = [heading.start for heading in headings[1:]] + [len(reader.text)]
    fields = tuple(reader.field(headings[index], ends[index]) for index in found)
    return Part(fields, source.span(headings[found[0]].start, max(headings[found[-1]].end, fields[-1].span.end)))


class _Reader:
    """Reads the text below headings, in page order."""

    def __init__(self, source: Source, outline: Outline) -> None:
        self.source = source
        self.rst = source.suffix == ".rst"
        self.text = with_rst_newlines(source.text) if self.rst else with_plain_newlines(source.text)
        self.comments = CommentMask("" if self.rst else self.text)
        self.skipped = {span.start: span.end for span in outline.comments} if self.rst else {}

    def field(self, heading: Heading, end: int) -> RawField:
        """The field of *heading*; *end* is the offset of the next one."""
        source, pieces = self.source, self._pieces(heading.end, end)
        place = min(heading.end, len(self.text))
        return RawField(
            label=heading.text.rstrip(" :"),
            value="\n".join(self._without(first, last) for first, last in pieces),
            span=source.span(pieces[0][0], pieces[-1][1]) if pieces else source.span(place, place),
            label_span=heading.span,
            spelling=Spelling.SECTIONS,
        )

    def _pieces(self, position: int, end: int) -> list[tuple[int, int]]:
        """The offsets of what each line between two offsets says, comments left out."""
        pieces: list[tuple[int, int]] = []
        while position < end:
            newline = self.text.find("\n", self.skipped.get(position, position), end)
            last = end if newline < 0 else newline
            if position not in self.skipped:
                if not self.rst:
                    self.comments.scan(position, last)
                shown = self.text[position:last] if self.rst else self.comments.mask(position, last)
                if stripped := shown.strip():
                    first = position + len(shown) - len(shown.lstrip())
                    pieces.append((first, first + len(stripped)))
            position = last + 1
        return pieces

    def _without(self, first: int, last: int) -> str:
        return self.text[first:last] if self.rst else self.comments.without(first, last)

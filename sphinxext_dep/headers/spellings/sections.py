"""Sections as a header: a heading that is a field's label, with the value as the text below it, as in Ray's REPs.

Only headings that name a field count, so the table of fields says which sections they are. The text stays in the page:
it is part of what people read. In a project that does not read this spelling, a page with such headings has no header,
but ``convert`` can make one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sphinxext_dep.fields import type_of
from sphinxext_dep.fields.choice import without_lines
from sphinxext_dep.headers.base import Comments, Content, FieldLines, Item, Occurrence, Spelling, Written
from sphinxext_dep.markup import plain_newlines
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.proposal import Page, Part, RawField, RawHeader
from sphinxext_dep.model.schema import Field, Schema, fold
from sphinxext_dep.model.source import Edit, Heading, Outline, RefusedError, Source, line_end, newline_of

_MAX_VALUE = 2_000
"""Characters below a heading that can be a value for ``convert``: it is a line or two."""

_BULLET = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+", re.MULTILINE)
_MARKS = re.compile(r"(?:[-*+] +)?(?P<mark>[*_`]{0,3})(?P<inner>[^*_`]+)(?P=mark)")
"""A value of one line: the only item of a list, with emphasis or without."""
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_LEFT_BELOW = re.compile(r"(?:[ \t]*(?:-{3,}|\*{3,}|_{3,})?[ \t]*\n|<!--(?:(?!-->).)*-->)*", re.DOTALL)


class Sections(Spelling):
    """Headings that are labels."""

    name = "sections"
    form = (
        "a heading that is a field's label; the text below it is the value (where the value is a word, the first words "
        "of it), and stays in the page"
    )
    above_title = False
    title_may_follow = True
    occurrence = Occurrence.TEXT
    is_writable = False

    def read(self, source: Source, outline: Outline, schema: Schema) -> Part:
        """Read the sections of a page that are fields."""
        names = schema.field_names
        headings = outline.headings
        found = [index for index, heading in enumerate(headings) if fold(heading.text.rstrip(" :")) in names]
        if not found:
            return Part()
        reader = _Reader(source, outline)
        ends = [heading.start for heading in headings[1:]] + [len(reader.text)]
        fields = tuple(reader.field(headings[index], ends[index], schema) for index in found)
        # Words and marks behind the last value are in its line.
        last = line_end(source, max(headings[found[-1]].end, fields[-1].span.end))
        start = headings[found[0]].start
        problems = [
            problem
            for index, field in zip(found, fields, strict=True)
            # Of a section that goes on with prose, only the lines of the value are part of the header.
            for problem in reader.comments.problems(
                headings[index].end, line_end(source, field.span.end) if field.value else ends[index]
            )
        ]
        return Part(fields, source.span(start, start + len(source.text[start:last].rstrip())), tuple(problems))

    def blanked_lines(self, source: Source, outline: Outline, header: RawHeader) -> tuple[int, int] | None:
        return None

    def ranges(self, page: Page) -> list[tuple[int, int]]:
        """One range for each field.

        :raises RefusedError: when they are among other sections, whose place in a new page nothing says.
        """
        headings = [one for one in page.outline.headings if one.span != page.proposal.title_span]
        fields = [raw for raw in page.header.fields if raw.spelling == self.name]
        if [one.span for one in headings[: len(fields)]] != [raw.label_span for raw in fields]:
            raise RefusedError("the header is among the sections of the text", "copy the project's template")
        starts = [one.start for one in headings]
        return [(start, line_end(page.source, raw.span.end)) for start, raw in zip(starts, fields, strict=False)]

    def content(self, page: Page) -> Content:
        """The first paragraphs below the headings; other text below one of them is refused."""
        items: list[Item] = []
        ranges: list[tuple[int, int]] = []
        for found in heading_fields(page):
            rest = page.source.text[found.value_end : found.end].replace("\r\n", " \n")
            if not _LEFT_BELOW.fullmatch(f"{rest}\n"):
                line = page.source.line_of(found.start)
                raise RefusedError(
                    f"line {line}: there is more than a value below the heading `{found.field.label}`",
                    "move the rest into a section of its own",
                )
            items.append(Item(found.field, found.field.label, found.field.key, found.value))
            ranges.append((found.start, found.value_end + len(rest) - len(rest.lstrip())))
        return Content(tuple(items), (), tuple(ranges))

    def field_lines(self, page: Page) -> list[FieldLines]:
        raise RefusedError(
            f"{page.source.path}:{page.header.spans[self.name].line}: no command adds or moves a section",
            "write a heading with the field's label, and the value below it, by hand",
        )

    def insert(self, page: Page, field: Field, value: str) -> Edit:
        """Write a relation as a line below the status: ``Supersedes DEP-7``. Another field would be a section.

        :raises RefusedError: when it is another field, or there is no status.
        """
        status = page.proposal.fields.get(page.schema.status_field.key) if page.schema.status_field else None
        if status is None or status.spelling != self.name or not status.raw or not type_of(field).is_relation:
            return super().insert(page, field, value)
        place = line_end(page.source, status.span.end)
        return Edit(place, place, f"{newline_of(page.source, place) * 2}{field.label.capitalize()} {value}")

    def replace(self, page: Page, raw: RawField, value: str) -> Edit:
        """Replace a value of one line; lines below a status that state other fields stay.

        :raises RefusedError: when it has several lines, or none.
        """
        source, span = page.source, raw.span
        written = source.text[span.start : span.end]
        first = written.partition("\n")[0].rstrip()
        is_status = page.schema.field_names.get(fold(raw.label)) is page.schema.status_field
        if first and is_status and without_lines(written, page.schema) == first:
            return Edit(span.start, span.start + len(first), value)
        if not written or "\n" in written:
            raise RefusedError(
                f"{source.path}:{span.line}: the value of `{raw.label}` is not on one line",
                f"write `{value}` below the heading by hand",
            )
        return Edit(span.start, span.end, value)

    def line(self, name: str, value: str, markup: Markup) -> str:
        return f"{name}: {value}"

    def write(self, items: Iterable[Item], markup: Markup, comments: Sequence[str] = ()) -> Written:
        raise RefusedError("no command writes a header as sections", "write it by hand")


SPELLING = Sections()


class HeadingField(NamedTuple):
    """A heading that is a field's label, and the value below it; all positions are offsets.

    :param value: the first paragraph, on one line; the items of a list are separated by commas.
    :param start: the start of the heading's line.
    :param value_end: the end of the first paragraph.
    :param end: the start of the next heading.
    """

    field: Field
    value: str
    start: int
    value_end: int
    end: int


def heading_fields(page: Page) -> list[HeadingField]:
    """The fields of a header written as sections, in page order; empty when the page has another header."""
    headings, source = page.outline.headings, page.source
    places = {heading.span.start: place for place, heading in enumerate(headings)}
    labels = page.header.heading_style or tuple(
        raw.label_span for raw in page.header.fields if raw.spelling == Sections.name
    )
    found: list[HeadingField] = []
    for span in labels:
        place = places.get(span.start)
        field = None if place is None else page.schema.field_names.get(fold(headings[place].text.rstrip(" :")))
        if place is None or field is None:
            continue
        end = headings[place + 1].start if place + 1 < len(headings) else len(source.text)
        start = headings[place].end
        below = source.text[start : min(end, start + _MAX_VALUE)].replace("\r\n", " \n")
        lead = len(below) - len(below.lstrip())
        blank = _BLANK_LINE.search(below, lead)
        paragraph = below[lead : blank.start() if blank else len(below)].rstrip()
        value_end = start + lead + len(paragraph)
        found.append(HeadingField(field, _on_one_line(paragraph), headings[place].start, value_end, end))
    return found


def _on_one_line(paragraph: str) -> str:
    if _BULLET.match(paragraph):
        items = [" ".join(item.split()) for item in _BULLET.split(paragraph)]
        return ", ".join(item for item in items if item)
    return " ".join(paragraph.split())


class _Reader:
    """Reads the text below headings, in page order."""

    def __init__(self, source: Source, outline: Outline) -> None:
        self.source = source
        self.rst = source.is_rst
        self.text = plain_newlines(source)
        self.comments = Comments(source, self.text, rst=self.rst)
        self.skipped = {span.start: span.end for span in outline.comments} if self.rst else {}

    def field(self, heading: Heading, end: int, schema: Schema) -> RawField:
        """The field of *heading*; *end* is the offset of the next one."""
        source = self.source
        pieces = self._value(
            self._pieces(heading.end, end), schema.field_names[fold(heading.text.rstrip(" :"))], schema
        )
        place = min(heading.end, len(self.text))
        return RawField(
            label=heading.text.rstrip(" :"),
            value="\n".join(self.comments.without(first, last) for first, last in pieces),
            span=source.span(pieces[0][0], pieces[-1][1]) if pieces else source.span(place, place),
            label_span=heading.span,
            spelling=Sections.name,
        )

    def _value(self, pieces: list[tuple[int, int]], field: Field, schema: Schema) -> list[tuple[int, int]]:
        """The *pieces*, one a line, that are the value of *field*; the rest is prose."""
        lines = [self.comments.without(*piece) for piece in pieces]
        text = "\n".join(lines)
        length = type_of(field).leading(text, field, schema)
        if length < len(text):
            count = text.count("\n", 0, length)
            start, end = pieces[count]
            rest = length - sum(len(line) + 1 for line in lines[:count])
            # A line with a comment among its words is taken as a whole.
            pieces = [*pieces[:count], (start, start + rest if end - start == len(lines[count]) else end)]
        if len(pieces) == 1 and (marks := _MARKS.fullmatch(self.text, *pieces[0])):
            pieces = [marks.span("inner")]
        return pieces

    def _pieces(self, position: int, end: int) -> list[tuple[int, int]]:
        """The offsets of the text of each line between two offsets, comments left out."""
        pieces: list[tuple[int, int]] = []
        while position < end:
            newline = self.text.find("\n", self.skipped.get(position, position), end)
            last = end if newline < 0 else newline
            if position not in self.skipped:
                shown = self.comments.line(position, last)
                if stripped := shown.strip():
                    first = position + len(shown) - len(shown.lstrip())
                    pieces.append((first, first + len(stripped)))
            position = last + 1
        return pieces

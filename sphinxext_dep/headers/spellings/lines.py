"""The base class of the spellings in which a field is a line: a run of labels, values, and lines that go on."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from sphinxext_dep.headers.base import Comments, Content, Item, Spelling, Written
from sphinxext_dep.markup import plain_newlines
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.proposal import HeaderProblem, Page, Part, RawField
from sphinxext_dep.model.schema import Schema, fold
from sphinxext_dep.model.source import Outline, RefusedError, Source, Span, next_newline

_BLANK_LINES = re.compile(r"(?:[ \t]*\n)+")
_TARGET = re.compile(r" {0,3}(?:\.\.[ \t]+_[^\n]*:|\(.+\)=)[ \t]*\Z")


class Label(NamedTuple):
    """A label at the start of a line; indexes are those of characters in the line.

    :param value: the index at which the value begins.
    :param problem: a fault in it, and how to fix it; ``None`` when there is none.
    :param indent: the characters with which a later line must begin, to be inside of its list item; 0 when it is none.
    """

    start: int
    end: int
    value: int
    problem: tuple[str, str] | None = None
    indent: int = 0


class Line(NamedTuple):
    """One line of the page.

    :param text: without its newline, with spaces in place of comments.
    :param start: offset in the page.
    :param behind_blank: True if a blank line is above it.
    :param rst: True if the page is reStructuredText.
    :param inside: True if it is indented like the text of the list item above.
    :param first: the first line of the value that this line could go on with; empty if there is none yet.
    """

    text: str
    start: int
    behind_blank: bool
    rst: bool
    inside: bool = False
    first: str = ""


class LineSpelling(Spelling):
    """A spelling in which each field is a line. The subclasses know what a label looks like, and which lines go on."""

    above_title = False
    title_may_follow = False
    repeats_fields = True
    ends_at_blank = False
    """True if a blank line ends the header."""

    @property
    @abstractmethod
    def correction(self) -> str:
        """The help for a line that is no field."""

    @abstractmethod
    def label(self, line: Line) -> Label | None:
        """The label that *line* starts with; ``None`` when it starts with none."""

    def goes_on(self, line: Line) -> bool:
        """True if *line* belongs to the value above it."""
        return line.text[:1] in (" ", "\t")

    @abstractmethod
    def is_slip(self, line: Line, schema: Schema) -> bool:
        """True if *line*, which is no field, was meant to be one: it is reported, and reading goes on behind it."""

    def finish(self, run: Run, schema: Schema) -> None:
        """Correct what was read."""

    def is_text(self, line: Line) -> bool:
        """True if *line*, neither a field nor a slip, is text between two fields: it stays in the page."""
        return False

    def starts(self, text: str, outline: Outline) -> dict[int, int]:
        """Offsets at which the header can start, with the number of known labels that it must have there.

        They are the start of the page, and below its title.

        :param text: of the page, with line feeds only.
        """
        starts = {outline.body_start: 1}
        if outline.headings:
            starts[min(outline.headings[0].end + 1, len(text))] = 1
        return starts

    def read(self, source: Source, outline: Outline, schema: Schema) -> Part:
        """Read the page's header; a part without a span when it has none: no label is known."""
        return self.read_run(source, outline, schema, all_labels=False)

    def read_run(self, source: Source, outline: Outline, schema: Schema, *, all_labels: bool) -> Part:
        """Read a run of labels.

        :param all_labels: whether :meth:`finish` is left out.
        """
        text = plain_newlines(source)
        for start, fewest in self.starts(text, outline).items():
            run = Run(self, source, text, outline, schema, rst=source.is_rst)
            run.read(start, len(text))
            if not all_labels:
                self.finish(run, schema)
            if sum(fold(field.label) in schema.field_names for field in run.fields) >= fewest:
                own = tuple(span for span in run.others if run.start < span.start < run.end)
                return Part(tuple(run.fields), source.span(run.start, run.end), tuple(run.problems), text=own)
        return Part()

    def content(self, page: Page) -> Content:
        """The content of the header; a repeated field is one item."""
        found = super().content(page)
        items: dict[str, Item] = {}
        for item in found.items:
            earlier = items.get(item.key) if item.field is not None and item.field.many else None
            if earlier is None:
                items[item.key] = item
            else:
                value, comments = f"{earlier.flat_value}, {item.flat_value}", (*earlier.comments, *item.comments)
                items[item.key] = msgspec.structs.replace(earlier, value=value, comments=comments)
        return msgspec.structs.replace(found, items=tuple(items.values()))

    def write(self, items: Iterable[Item], markup: Markup, comments: Sequence[str] = ()) -> Written:
        items = list(items)
        if comments or any(item.comments or item.qualifier for item in items):
            raise RefusedError(f"a {self.name} has no place for comments", "write it by hand")
        lines = (self.line(self.written_name(item.label, item.key), item.flat_value, markup) for item in items)
        return Written("\n".join(line.rstrip() for line in lines))


class Run:
    """One run, read line by line.

    :param text: of the page, with line feeds only.
    :param rst: True if the lines are reStructuredText.
    :param indent: spaces at the start of a line that are no part of it.
    """

    def __init__(
        self,
        spelling: LineSpelling,
        source: Source,
        text: str,
        outline: Outline,
        schema: Schema,
        *,
        rst: bool,
        indent: int = 0,
    ) -> None:
        self.spelling = spelling
        self.schema = schema
        self.source = source
        self.text = text
        self.outline = outline
        self.rst = rst
        self.indent = indent
        self.fields: list[RawField] = []
        self.ends: list[int] = []  # where the last line of each field ends
        self.problems: list[HeaderProblem] = []
        self.start = self.end = 0
        self.comments = Comments(source, text, rst=rst)
        self.label: tuple[int, int, int] | None = None  # offsets of its start and end, and of the value
        self.pieces: list[tuple[int, int]] = []
        self.inside = 0  # the indent of the text of the last list item
        self.others: list[Span] = []  # the lines between fields that are text
        self.is_text = False  # true below such a line, until the next field

    def read(self, position: int, limit: int) -> None:
        """Read from offset *position* to the end of the run, or to offset *limit*."""
        text = self.text
        skipped = {
            span.start: span.end for span in self.outline.comments if self.rst or text.startswith("%", span.start)
        }
        headings = {heading.start for heading in self.outline.headings}
        directives = {directive.start: directive.end for directive in self.outline.directives}
        behind_blank = False
        while position < limit:
            start = position
            above = directives.get(start) if not self.fields and self.label is None else None
            if start in skipped or above:
                # Comments, and directives between the title and the header.
                position = next_newline(text, above or skipped[start]) + 1
                continue
            end = next_newline(text, start)
            position = end + 1
            shown = self.comments.line(start, end)
            spaces = min(self.indent, len(shown) - len(shown.lstrip(" ")))
            shown = shown[spaces:]
            inside = 0 < self.inside <= len(shown) - len(shown.lstrip())
            first = text[slice(*self.pieces[0])] if self.pieces else ""
            line = Line(shown, start + spaces, behind_blank, self.rst, inside, first)
            if not line.text.strip():
                if text[start:end].strip():
                    continue  # a comment
                if self.label and self.spelling.ends_at_blank:
                    break
                behind_blank = True
                blank = _BLANK_LINES.match(text, start)
                position = max(position, blank.end() if blank else 0)
                continue
            if start in headings or start in directives or not self._take(line, end):
                break
            behind_blank = False
        self._finish()
        self.problems += self.comments.problems(0, len(text))

    def _take(self, line: Line, end: int) -> bool:
        """Take *line*, which ends at offset *end*; false when it does not belong to the run."""
        label = self.spelling.label(line)
        if label is not None:
            self._finish()
            if not self.fields:
                self.start = line.start
            value = min(label.value, max(label.end, len(line.text.rstrip())))
            self.label = (line.start + label.start, line.start + label.end, line.start + value)
            self.inside, self.is_text = label.indent, False
            self._add(line.start + label.value, end)
            if label.problem:
                self._problem(line.start + label.start, line.start + label.end, *label.problem)
        elif self.is_text and self.spelling.goes_on(line):
            self.others.append(self.source.span(line.start, end))
            return True
        elif self.label is None and not self.is_text and not self.spelling.is_text(line):
            return _TARGET.match(line.text) is not None
        elif self.label is not None and self.spelling.goes_on(line):
            self._add(line.start, end)
        elif self.spelling.is_slip(line, self.schema):
            first = line.start + len(line.text) - len(line.text.lstrip())
            self._problem(
                first, line.start + len(line.text.rstrip()), "the line is not a field", self.spelling.correction
            )
        elif self.spelling.is_text(line):
            self._finish()
            self.others.append(self.source.span(line.start, end))
            self.is_text = True
            return True
        else:
            return False
        self.end = line.start + len(line.text.rstrip())
        return True

    def _problem(self, start: int, end: int, message: str, help: str) -> None:
        self.problems.append(HeaderProblem(self.source.span(start, end), message, help))

    def _add(self, start: int, end: int) -> None:
        """Add the text between two offsets to the value, without the space and the comments around it."""
        kept = self.comments.mask(start, end)
        stripped = kept.strip()
        if stripped:
            first = start + len(kept) - len(kept.lstrip())
            self.pieces.append((first, first + len(stripped)))

    def _finish(self) -> None:
        """Turn the label and the pieces of its value into a field."""
        if self.label is None:
            return
        source, (start, end, place) = self.source, self.label
        span = source.span(self.pieces[0][0], self.pieces[-1][1]) if self.pieces else source.span(place, place)
        self.fields.append(
            RawField(
                label=source.text[start:end],
                value="\n".join(self.comments.without(first, last) for first, last in self.pieces),
                span=span,
                label_span=source.span(start, end),
                spelling=self.spelling.name,
            )
        )
        self.ends.append(self.end)
        self.label = None
        self.pieces = []


def first_block(text: str, outline: Outline, position: int) -> int:
    """The offset of the first line at or behind *position* that is neither blank nor a comment nor a target.

    :param text: of the page, with line feeds only.
    """
    comments = {text.rfind("\n", 0, span.start) + 1: span.end for span in outline.comments}
    while position < len(text):
        end = next_newline(text, max(position, comments.get(position, 0)))
        if position not in comments and text[position:end].strip() and not _TARGET.match(text[position:end]):
            break
        position = end + 1
    return position

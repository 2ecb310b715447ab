"""What the spellings in which a field is a line have in common: a run of labels, values, and lines that go on."""

from __future__ import annotations

import re
from typing import ClassVar, NamedTuple

from sphinxext_dep.markup.comments import CommentMask
from sphinxext_dep.markup.markdown import with_plain_newlines
from sphinxext_dep.markup.rst import with_rst_newlines
from sphinxext_dep.model.header import HeaderProblem, Part, RawField, Spelling
from sphinxext_dep.model.outline import Outline
from sphinxext_dep.model.schema import Schema, fold
from sphinxext_dep.model.source import Source

_BLANK_LINES = re.compile(r"(?:[ \t]*\n)+")
_TARGET = re.compile(r" {0,3}(?:\.\.[ \t]+_[^\n]*:|\(.+\)=)[ \t]*\Z")


class Label(NamedTuple):
    """A label at the start of a line; indexes are those of characters in the line.

    :param value: where the value begins.
    :param problem: what is wrong with it, and how it is mended; ``None`` when nothing is.
    """

    start: int
    end: int
    value: int
    problem: tuple[str, str] | None = None


class Line(NamedTuple):
    """One line of the page.

    :param text: without its newline, with spaces in place of comments.
    :param start: offset in the page.
    :param behind_blank: whether a blank line stands above it.
    """

    text: str
    start: int
    behind_blank: bool


class LineReader:
    """Reads one run of fields. What a label looks like, and what goes on, is for the subclasses to say."""

    spelling: ClassVar[Spelling]
    mend: ClassVar[str]
    """How a line is written that is a field."""

    def __init__(self, source: Source, outline: Outline, schema: Schema) -> None:
        self.source = source
        self.outline = outline
        self.names = schema.field_names
        self.rst = source.suffix == ".rst"
        self.text = with_rst_newlines(source.text) if self.rst else with_plain_newlines(source.text)

    def label(self, line: Line) -> Label | None:
        """The label that *line* starts with; ``None`` when it starts none."""
        raise NotImplementedError

    def goes_on(self, line: Line) -> bool:
        """Whether *line* belongs to the value above it."""
        raise NotImplementedError

    def is_slip(self, line: Line) -> bool:
        """Whether *line*, which is no field, was meant to be one: it is reported, and reading goes on behind it."""
        raise NotImplementedError

    def ends_at_blank(self) -> bool:
        """Whether a blank line ends the run."""
        return False

    def starts(self) -> list[int]:
        """Offsets at which the run can start: where the page does, and below its title."""
        starts = [self.outline.body_start]
        if self.outline.headings:
            starts.append(min(self.outline.headings[0].end + 1, len(self.text)))
        return starts

    def read(self) -> Part:
        """Read the page's header; a part without a span when it has none: no label is known."""
        for start in self.starts():
            run = _Run(self)
            run.read(start)
            if any(fold(field.label) in self.names for field in run.fields):
                return Part(tuple(run.fields), self.source.span(run.start, run.end), tuple(run.problems))
        return Part()


class _Run:
    """One run, read line by line."""

    def __init__(self, reader: LineReader) -> None:
        self.reader = reader
        self.text = reader.text
        self.fields: list[RawField] = []
        self.problems: list[HeaderProblem] = []
        self.start = self.end = 0
        self.comments = CommentMask("" if reader.rst else reader.text)
        self.label: tuple[int, int, int] | None = None  # offsets of its start and end, and of the value
        self.pieces: list[tuple[int, int]] = []

    def read(self, position: int) -> None:
        """Read from offset *position* to the end of the run."""
        text, reader = self.text, self.reader
        skipped = {
            span.start: span.end for span in reader.outline.comments if reader.rst or text.startswith("%", span.start)
        }
        others = {heading.start for heading in reader.outline.headings}
        others |= {directive.start for directive in reader.outline.directives}
        behind_blank = False
        while position < len(text):
            start = position
            if start in skipped:
                position = _line_end(text, skipped[start]) + 1
                continue
            end = _line_end(text, start)
            position = end + 1
            line = Line(self._visible(start, end), start, behind_blank)
            if not line.text.strip():
                if text[start:end].strip():
                    continue  # a comment
                if self.label and reader.ends_at_blank():
                    break
                behind_blank = True
                blank = _BLANK_LINES.match(text, start)
                position = max(position, blank.end() if blank else 0)
                continue
            if start in others or not self._take(line, end):
                break
            behind_blank = False
        self._finish()
        for offset in self.comments.unclosed:
            span = reader.source.span(offset, offset + 4)
            self.problems.append(HeaderProblem(span, "the comment is never closed", "end it with `-->`"))

    def _visible(self, start: int, end: int) -> str:
        if self.reader.rst:
            return self.text[start:end]
        self.comments.scan(start, end)
        return self.comments.mask(start, end)

    def _take(self, line: Line, end: int) -> bool:
        """Take *line*, which ends at offset *end*; false when it does not belong to the run."""
        reader = self.reader
        label = reader.label(line)
        if label is not None:
            self._finish()
            if not self.fields:
                self.start = line.start
            value = min(label.value, max(label.end, len(line.text.rstrip())))
            self.label = (line.start + label.start, line.start + label.end, line.start + value)
            self._add(line.start + label.value, end)
            if label.problem:
                self._problem(line.start + label.start, line.start + label.end, *label.problem)
        elif self.label is None:
            return _TARGET.match(line.text) is not None
        elif reader.goes_on(line):
            self._add(line.start, end)
        elif reader.is_slip(line):
            first = line.start + len(line.text) - len(line.text.lstrip())
            self._problem(first, line.start + len(line.text.rstrip()), "the line is not a field", reader.mend)
        else:
            return False
        self.end = line.start + len(line.text.rstrip())
        return True

    def _problem(self, start: int, end: int, message: str, help: str) -> None:
        self.problems.append(HeaderProblem(self.reader.source.span(start, end), message, help))

    def _add(self, start: int, end: int) -> None:
        """Add what stands between two offsets to the value, without the space and the comments around it."""
        kept = self.text[start:end] if self.reader.rst else self.comments.mask(start, end)
        stripped = kept.strip()
        if stripped:
            first = start + len(kept) - len(kept.lstrip())
            self.pieces.append((first, first + len(stripped)))

    def _finish(self) -> None:
        """Turn the label and the pieces of its value into a field."""
        if self.label is None:
            return
        source, (start, end, place) = self.reader.source, self.label
        span = source.span(self.pieces[0][0], self.pieces[-1][1]) if self.pieces else source.span(place, place)
        without = self.text.__getitem__ if self.reader.rst else None
        self.fields.append(
            RawField(
                label=source.text[start:end],
                value="\n".join(
                    without(slice(first, last)) if without else self.comments.without(first, last)
                    for first, last in self.pieces
                ),
                span=span,
                label_span=source.span(start, end),
                spelling=self.reader.spelling,
            )
        )
        self.label = None
        self.pieces = []


def _line_end(text: str, position: int) -> int:
    """The offset of the newline at or behind *position*, or of the end of the text."""
    end = text.find("\n", position)
    return len(text) if end < 0 else end

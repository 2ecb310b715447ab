"""The outline of a reStructuredText page: a scanner for blocks that start at the left margin.

It follows docutils' state machine (``docutils.parsers.rst.states``) as far as sections, explicit markup and literal
blocks need; what is indented belongs to something else and is skipped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from sphinxext_dep.markup.plain import plain_text
from sphinxext_dep.model.source import DirectiveBlock, Heading, Outline, Source, Span

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1*[ \t]*\Z")
_EXPLICIT = re.compile(r"\.\.(?:[ \t]+|\Z)")
_NAME = r"(?:(?!_)\w)+(?:[-._+:](?:(?!_)\w)+)*"  # docutils' simplename
_DIRECTIVE = re.compile(rf"\.\.[ \t]+({_NAME})[ \t]?::(?:[ \t]+|\Z)")
_NOT_COMMENT = re.compile(r"\.\.[ \t]+(?:\[[^\]]+\](?:[ \t]|\Z)|_|\|)")
# Blocks whose first line cannot be a title: bullets, fields, line blocks, doctests and tables.
_OTHER_BLOCK = re.compile(
    r"[-+*\u2022\u2023\u2043](?:[ \t]|\Z)|:(?![: ])(?:[^:\\]|\\.|:(?![ `]|\Z))*(?<! ):(?: |\Z)|\|(?:[ \t]|\Z)"
    r"|>>>(?:[ \t]|\Z)|__(?:[ \t]|\Z)"
)
_TABLE = re.compile(r"\+-[-+]+-\+[ \t]*\Z|=+(?:[ ]+=+)+[ \t]*\Z")
_LITERAL = re.compile(r"(?<!\\)::\Z")
_ENUMERATOR = re.compile(r"\(?(?:[0-9]+|[a-zA-Z]|[ivxlcdmIVXLCDM]+|#)[.)](?:[ \t]|\Z)")
_OPTION = re.compile(r"(?:--?[a-zA-Z][\w-]*|/[A-Z])(?:[ =][\w<>-]+)?(?:,|[ \t]{2}|\Z)")
"""The beginning of a list of options."""

# What docutils takes for a line's end besides Markdown's newlines, and what it takes for a space.
_REST_SPACE = {0x0B: " ", 0x0C: " ", 0x1C: "\n", 0x1D: "\n", 0x1E: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}


def with_rst_newlines(text: str) -> str:
    r"""*text* with ``\n`` for everything that ends a line in reST, at the same offsets."""
    if "\r" in text:
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    return text.translate(_REST_SPACE)


def read_rst(source: Source) -> Outline:
    """Read the outline of a reStructuredText page."""
    return _Scanner(source).read()


def rst_paragraphs(source: Source) -> Iterator[str]:
    """The paragraphs of a reStructuredText page or of a part of one, at its left margin."""
    return _Scanner(source).paragraphs()


class _Scanner:
    """One pass over the lines; each ``_take_…`` returns the index of the line behind what it took."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.lines = with_rst_newlines(source.text).split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.styles: dict[tuple[str, bool], int] = {}
        self.headings: list[Heading] = []
        self.comments: list[Span] = []
        self.code: list[Span] = []
        self.directives: list[DirectiveBlock] = []
        self.taken: tuple[int, int] | None = None
        """The lines of the last paragraph: its first, and the one behind it."""

    def _take(self, index: int) -> int:
        line = self.lines[index]
        if not line.strip():
            return index + 1
        if line[0] in " \t":
            return self._behind_indented(index)
        if _EXPLICIT.match(line):
            return self._take_explicit(index)
        if _TABLE.match(line):
            return self._take_table(index)
        if _ADORNMENT.match(line):
            return self._take_adornment(index)
        if _OTHER_BLOCK.match(line):
            return index + 1
        return self._take_paragraph(index)

    def paragraphs(self) -> Iterator[str]:
        """The paragraphs at the left margin, without lists, quotations and the like."""
        index = 0
        while index < len(self.lines):
            first = index
            if self.lines[first].startswith((">>>", "|")):
                # A session of Python or a block of lines goes on to the next blank line.
                index = self._behind_block(first)
                continue
            index = self._take(first)
            if self.taken and not self._is_other(*self.taken):
                text = "\n".join(self.lines[slice(*self.taken)]).rstrip()
                if _LITERAL.search(text):
                    text = text[:-2].rstrip() if text[-3:-2].isspace() or len(text) == 2 else text[:-1]
                if text:
                    yield text
            self.taken = None

    def _is_other(self, first: int, behind: int) -> bool:
        """True if lines that look like a paragraph are an item of a list."""
        line, following = self.lines[first], self._line(first + 1)
        is_indented = following[:1] in (" ", "\t") and bool(following.strip())
        if behind == first + 1 and is_indented:
            return True  # a term and its definition
        ends = not following.strip() or is_indented or bool(_ENUMERATOR.match(following))
        return bool(_OPTION.match(line)) or (ends and bool(_ENUMERATOR.match(line)))

    def _behind_block(self, index: int) -> int:
        while index < len(self.lines) and self.lines[index].strip():
            index += 1
        return index

    def read(self) -> Outline:
        index = 0
        while index < len(self.lines):
            index = self._take(index)
        return Outline(
            headings=tuple(self.headings),
            comments=tuple(self.comments),
            code=tuple(self.code),
            directives=tuple(self.directives),
        )

    def _line(self, index: int) -> str:
        return self.lines[index] if index < len(self.lines) else ""

    def _span(self, first: int, behind: int) -> Span:
        """The span of lines *first* to *behind* (exclusive), without the blank lines at its end."""
        while behind > first + 1 and not self.lines[behind - 1].strip():
            behind -= 1
        return self.source.span(self.starts[first], self.starts[behind - 1] + len(self.lines[behind - 1].rstrip()))

    def _behind_indented(self, index: int) -> int:
        while index < len(self.lines) and (not self.lines[index].strip() or self.lines[index][0] in " \t"):
            index += 1
        return index

    def _take_explicit(self, index: int) -> int:
        line = self.lines[index]
        directive = _DIRECTIVE.match(line)
        if directive is None and not line[2:].strip() and not self._line(index + 1).strip():
            # An empty comment does not take what is indented below it.
            self.comments.append(self._span(index, index + 1))
            return index + 1
        behind = self._behind_indented(index + 1)
        span = self._span(index, behind)
        if directive is not None:
            self.code.append(span)
            argument = self.starts[index] + directive.end()
            self.directives.append(
                DirectiveBlock(
                    name=directive[1].lower(),
                    argument=(argument, max(argument, self.starts[index] + len(line.rstrip()))),
                    start=span.start,
                    end=span.end,
                    body=(min(self.starts[index + 1], span.end), span.end),
                    indent=0,
                    fence="..",
                )
            )
        elif not _NOT_COMMENT.match(line):
            self.comments.append(span)
        return behind

    def _take_table(self, index: int) -> int:
        """A simple table may hold blank lines: it ends with a border before a blank line."""
        simple = self.lines[index][0] == "="
        borders = 1
        while index < len(self.lines):
            line = self.lines[index]
            if not line.strip() and (not simple or borders >= 3):
                break
            index += 1
            if simple and _TABLE.match(self._line(index)):
                borders += 1
                if borders >= 3 or not self._line(index + 1).strip():
                    return index + 1
        return index

    def _take_adornment(self, index: int) -> int:
        """An overlined title, a transition, or text that looks like one."""
        over = self.lines[index].rstrip()
        title = self._line(index + 1)
        under = self._line(index + 2).rstrip()
        long_enough = len(over) >= 4 or _width(title.rstrip()) <= len(over)
        if title.strip() and under == over and long_enough and not _ADORNMENT.match(title):
            self._add_heading(over[0], True, index, index + 1, index + 3)
            return index + 3
        # A long line alone is a transition; a short one is text, such as the `::` above a literal block.
        return self._take_paragraph(index) if len(over) < 4 else index + 1

    def _take_paragraph(self, index: int) -> int:
        title = self.lines[index].rstrip()
        under = self._line(index + 1).rstrip()
        if under and _ADORNMENT.match(under) and (len(under) >= 4 or _width(title) <= len(under)):
            self._add_heading(under[0], False, index, index, index + 2)
            return index + 2
        first = index
        while index < len(self.lines) and self.lines[index].strip() and self.lines[index][0] not in " \t":
            index += 1
        self.taken = first, index
        if _LITERAL.search(self.lines[index - 1].rstrip()):
            return self._take_literal(index)
        return index

    def _take_literal(self, index: int) -> int:
        """The literal block below a paragraph that ends in ``::``: indented, or quoted at the margin."""
        first = index
        while first < len(self.lines) and not self.lines[first].strip():
            first += 1
        if first == len(self.lines):
            return first
        line = self.lines[first]
        if line[0] in " \t":
            behind = self._behind_indented(first)
        elif first > index and re.match(r"[!-/:-@\[-`{-~]", line):
            behind = first
            while behind < len(self.lines) and self.lines[behind].startswith(line[0]):
                behind += 1
        else:
            return first
        self.code.append(self._span(first, behind))
        return behind

    def _add_heading(self, char: str, overlined: bool, first: int, title: int, behind: int) -> None:
        level = self.styles.setdefault((char, overlined), len(self.styles) + 1)
        line = self.lines[title]
        start = self.starts[title] + len(line) - len(line.lstrip())
        end = self.starts[title] + len(line.rstrip())
        self.headings.append(
            Heading(
                level=level,
                text=" ".join(plain_text(line[start - self.starts[title] : end - self.starts[title]]).split()),
                span=self.source.span(start, end),
                start=self.starts[first],
                end=self.starts[behind - 1] + len(self.lines[behind - 1].rstrip()),
            )
        )


def _width(text: str) -> int:
    """Columns that *text* takes, as docutils counts them: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)

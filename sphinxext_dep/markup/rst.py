"""The outline of a reStructuredText page: a scanner for blocks that start at the left margin.

It follows docutils' state machine (``docutils.parsers.rst.states``) as far as sections, explicit markup and literal
blocks need; what is indented belongs to something else and is skipped.
"""

from __future__ import annotations

import re
import unicodedata

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
_INLINE = re.compile(
    r"``(?P<literal>[^`]+(?:`[^`]+)*)``"
    r"|(?::[\w:.+-]+:)?`(?P<quoted>[^`<]+?)(?:\s*<[^`>]*>)?`(?::[\w:.+-]+:|__?)?"
    r"|\*\*(?P<strong>[^*]+)\*\*"
    r"|\*(?P<emphasis>[^*\s][^*]*)\*"
    r"|(?<![\w])(?P<word>\w+)__?(?!\w)"
    r"|\\(?P<escaped>\S)|\\\s"
)

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

    def read(self) -> Outline:
        index = 0
        while index < len(self.lines):
            line = self.lines[index]
            if not line.strip():
                index += 1
            elif line[0] in " \t":
                index = self._behind_indented(index)
            elif _EXPLICIT.match(line):
                index = self._take_explicit(index)
            elif _TABLE.match(line):
                index = self._take_table(index)
            elif _ADORNMENT.match(line):
                index = self._take_adornment(index)
            elif _OTHER_BLOCK.match(line):
                index += 1
            else:
                index = self._take_paragraph(index)
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
        while index < len(self.lines) and self.lines[index].strip() and self.lines[index][0] not in " \t":
            index += 1
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
                text=" ".join(plain_text(self.source.text[start:end]).split()),
                span=self.source.span(start, end),
                start=self.starts[first],
                end=self.starts[behind - 1] + len(self.lines[behind - 1].rstrip()),
            )
        )


def plain_text(text: str) -> str:
    """Inline markup in *text* resolved to what a reader sees."""
    return _INLINE.sub(lambda match: match[match.lastgroup] if match.lastgroup else "", text)


def _width(text: str) -> int:
    """Columns that *text* takes, as docutils counts them: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)

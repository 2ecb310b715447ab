"""HTML comments among the lines of a field block, as their author meant them."""

from __future__ import annotations

import re
from bisect import bisect_right

_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_LABEL_LINE = re.compile(r"^[ \t]*(?:\*\*|__)[^*\n]{1,80}[*_:]", re.MULTILINE)


class CommentMask:
    r"""Finds comments line by line, and gives lines without them.

    A comment that starts a line ends at the first ``-->``, as in CommonMark. One behind other text may cross blank
    lines, which CommonMark does not allow, since nobody writes ``<!--`` for its looks; but it does not swallow another
    comment or a field: then its ``-->`` was forgotten.

    :param text: with ``\n`` as its only newline.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.ranges: list[tuple[int, int]] = []
        self.unclosed: list[int] = []
        self._next_close = -2  # where the first `-->` at or behind the last question is; -1: there is none

    @property
    def open_until(self) -> int:
        """Offset at which the last comment found ends."""
        return self.ranges[-1][1] if self.ranges else 0

    def scan(self, start: int, end: int) -> None:
        """Find the comments that begin on the line between offsets *start* and *end*; lines come in order."""
        text = self.text
        position = max(start, self.open_until)
        ticks = 0
        first = position == start
        while (at := text.find("<!--", position, end)) >= 0:
            ticks += text.count("`", position, at)
            if ticks % 2:  # in a code span
                position = at + 4
                continue
            alone = first and not text[start:at].strip()
            first = False
            close = self._close(at, alone=alone)
            if close < 0:
                self.unclosed.append(at)
                self.ranges.append((at, len(text) if alone else end))
                return
            self.ranges.append((at, close))
            position = close

    def _close(self, at: int, *, alone: bool) -> int:
        """Offset behind the ``-->`` of the comment at offset *at*; -1 when it has none."""
        text = self.text
        # `<!-->` and `<!--->` are whole comments. The answer is kept: a page of `<!--` must not take quadratic time.
        if self._next_close != -1 and self._next_close < at + 2:
            self._next_close = text.find("-->", at + 2)
        close = self._next_close
        if close < 0:
            return -1
        if not alone:
            if text.find("<!--", at + 4, close) >= 0:
                return -1
            if _BLANK_LINE.search(text, at, close) and _LABEL_LINE.search(text, at, close):
                return -1
        return close + 3

    def mask(self, start: int, end: int) -> str:
        """The text between two offsets, with spaces for comments."""
        if self.open_until <= start:
            return self.text[start:end]
        pieces: list[str] = []
        for first, last in self._within(start, end):
            pieces += (self.text[start:first], " " * (last - first))
            start = last
        return "".join((*pieces, self.text[start:end]))

    def without(self, start: int, end: int) -> str:
        """The text between two offsets, without comments, and with one space where there was one on both sides."""
        if self.open_until <= start:
            return self.text[start:end]
        result = ""
        for first, last in self._within(start, end):
            piece = self.text[start:first]
            result += piece.lstrip() if result[-1:].isspace() else piece
            start = last
        rest = self.text[start:end]
        return result + (rest.lstrip() if result[-1:].isspace() else rest)

    def _within(self, start: int, end: int) -> list[tuple[int, int]]:
        """The parts of comments that lie between two offsets."""
        found: list[tuple[int, int]] = []
        index = max(0, bisect_right(self.ranges, (start, start)) - 1)
        while index < len(self.ranges) and self.ranges[index][0] < end:
            first, last = self.ranges[index]
            if last > start:
                found.append((max(first, start), min(last, end)))
            index += 1
        return found

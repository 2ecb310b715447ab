"""Where the items of a value stand in the page.

A value's text is not always the page's text: quotes are resolved, comments removed, lines joined. So the places of its
items are found, not computed.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

from sphinxext_dep.model.source import Source, Span

_MAX_MISSES = 32
"""Searches that may fail in one value. Each costs a look at the whole value; without a limit, ten thousand items that
are not in the page as read would take quadratic time."""

_MAX_CUTS = 100
"""Hits in the middle of a word that one search passes over, for the same reason."""


class Places:
    """Finds the items of one value, from left to right.

    Each line of the value is first searched as a whole; in one that stands in the page as read (nearly every one does),
    offsets carry over exactly. Otherwise the text of each item is searched. What is not found has the value's place.

    :param raw: the value as read.
    :param span: where the value stands in *source*.
    """

    def __init__(self, raw: str, source: Source, span: Span) -> None:
        self._raw = raw
        self._source = source
        self._whole = span
        self._text = source.text
        self._start = max(0, min(span.start, len(self._text)))
        self._end = max(self._start, min(span.end, len(self._text)))
        self._misses = 0
        self._comments = self._find_comments()
        self._lines = [0]
        for line in raw.split("\n")[:-1]:
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._offsets = self._find_lines()
        self._misses = 0
        self._next = self._start

    def span(self, start: int, end: int) -> Span:
        """The place in the page of ``raw[start:end]``; ask for items in their order."""
        while start < end and self._raw[start].isspace():
            start += 1
        while end > start and self._raw[end - 1].isspace():
            end -= 1
        line = bisect_right(self._lines, start) - 1
        found = self._offsets[line]
        if found is not None:
            place = found + start
            # The line is one that was found, and the item does not reach into the next.
            if line + 1 == len(self._lines) or end <= self._lines[line + 1]:
                self._next = place + end - start
                return self._source.span(place, place + end - start)
            return self._whole
        place = self._find(self._raw[start:end], self._next)
        if place < 0:
            return self._whole
        self._next = place + end - start
        return self._source.span(place, self._next)

    def _find_lines(self) -> list[int | None]:
        """For each line of the value, what to add to an offset in it, or ``None`` when it is not in the page so."""
        offsets: list[int | None] = []
        position = self._start
        for start, end in pairwise([*self._lines, len(self._raw) + 1]):
            text = self._raw[start : end - 1].strip()
            place = self._find(text, position)
            if place < 0:
                offsets.append(None)
            else:
                offsets.append(place - self._raw.index(text, start))
                position = place + len(text)
        return offsets

    def _find(self, text: str, position: int) -> int:
        """Where *text* next stands in the page as words of its own and outside comments, or -1."""
        if not text or self._misses >= _MAX_MISSES:
            return -1
        cuts = 0
        while cuts < _MAX_CUTS and (place := self._text.find(text, position, self._end)) >= 0:
            comment = bisect_right(self._comments, (place, self._end)) - 1
            if comment >= 0 and place < self._comments[comment][1]:
                position = self._comments[comment][1]
            elif self._is_cut(place, place + len(text)):
                position = place + 1
                cuts += 1
            else:
                return place
        self._misses += 1
        return -1

    def _is_cut(self, start: int, end: int) -> bool:
        """Whether a word of the page reaches over *start* or *end*."""
        text = self._text
        before = start > self._start and text[start].isalnum() and text[start - 1].isalnum()
        return before or (end < self._end and text[end - 1].isalnum() and text[end].isalnum())

    def _find_comments(self) -> list[tuple[int, int]]:
        comments: list[tuple[int, int]] = []
        position = self._start
        while (start := self._text.find("<!--", position, self._end)) >= 0:
            close = self._text.find("-->", start, self._end)
            position = close + 3 if close >= 0 else self._end
            comments.append((start, position))
        return comments

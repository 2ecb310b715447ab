"""Text put together from pieces of a page, which knows where each of its characters stands in the page."""

from __future__ import annotations

from bisect import bisect_right

from sphinxext_dep.model.source import Source, Span


class TextMap:
    r"""Lines taken from a page, joined by ``\n``.

    :param source: the page.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.lines: list[str] = []
        self._starts: list[int] = []  # where each line starts in the joined text
        self._places: list[int | list[int]] = []  # where it starts in the page, or where each character stands
        self._length = 0

    def add(self, line: str, place: int | list[int]) -> None:
        """Add a line that stands at offset *place* of the page.

        A list holds the offset of each character and of the line's end: for lines whose tabs were expanded.
        """
        self.lines.append(line)
        self._starts.append(self._length)
        self._places.append(place)
        self._length += len(line) + 1

    @property
    def text(self) -> str:
        """The lines, joined."""
        return "\n".join(self.lines)

    def offset(self, index: int) -> int:
        """The page's offset of the character at *index* of the text; of the end of a line for its newline."""
        if not self.lines:
            return 0
        line = max(0, bisect_right(self._starts, index) - 1)
        column = min(index - self._starts[line], len(self.lines[line]))
        place = self._places[line]
        return place + column if isinstance(place, int) else place[column]

    def span(self, start: int, end: int) -> Span:
        """The page's span of the text between indexes *start* and *end*."""
        first = self.offset(start)
        return self.source.span(first, max(first, self.offset(end - 1) + 1) if end > start else first)


def expand_tabs(line: str, offset: int, width: int = 8) -> tuple[str, int | list[int]]:
    """*line* with its tabs expanded to columns that are multiples of *width*, and its place for :meth:`TextMap.add`."""
    if "\t" not in line:
        return line, offset
    text = ""
    places: list[int] = []
    for index, char in enumerate(line):
        piece = " " * (width - len(places) % width) if char == "\t" else char
        places += [offset + index] * len(piece)
        text += piece
    return text, [*places, offset + len(line)]

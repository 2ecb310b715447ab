"""The one door for text: page bytes become a :class:`Source`, places in it become a :class:`Span`.

Everything that points into a page (a field, a heading, a diagnostic) carries a :class:`Span`, so that a line and a
column never have to be computed from a guess later.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate, count
from operator import add
from pathlib import Path
from typing import NamedTuple

MAX_PAGE_BYTES = 4 * 1024 * 1024
"""Pages larger than this (bytes) are not read: no proposal is that long, and a generated file should not stall a build.

The longest PEP (PEP 484's archive of 20 years) is under 0.2 MB.
"""

_new_tuple = tuple.__new__

_NEWLINE = re.compile(r"\r\n|\n|\r")


class Span(NamedTuple):
    """A half-open range of a page's text, with the position of its start.

    ``start`` and ``end`` are character offsets into :attr:`Source.text`; ``line`` and ``column`` are 1-based and count
    characters (code points), as Python's own tracebacks and most editors do.
    """

    start: int
    end: int
    line: int
    column: int


class UnreadablePage(Exception):  # noqa: N818 - an outcome of reading, turned into a diagnostic, not a failure of ours
    """A page that cannot become text: missing, not UTF-8, too large, or holding NUL bytes.

    :param message: what is wrong, without the file's name.
    :param help: how to mend it.
    :param line: 1-based line of the offending byte, 1 when there is none.
    :param column: 1-based column of the offending byte.
    :param is_text: whether other tools could still read it as text.
    """

    def __init__(self, message: str, help: str, line: int = 1, column: int = 1, *, is_text: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.line = line
        self.column = column
        self.is_text = is_text


class Source:
    """The text of one page and where it came from.

    :param path: the page's path as diagnostics print it: relative to the project's root, with ``/``.
    :param text: the decoded text, newlines as they are in the file, without a byte order mark.
    :param bom: whether the file began with a byte order mark.
    """

    __slots__ = ("__dict__", "bom", "path", "text")

    def __init__(self, path: str, text: str, *, bom: bool = False) -> None:
        self.path = path
        self.text = text
        self.bom = bom

    @cached_property
    def line_starts(self) -> list[int]:
        """Offsets at which each line starts; ``line_starts[0] == 0``. Lines end with LF, CRLF or CR, as in Markdown."""
        if "\r" in self.text:
            return [0, *(match.end() for match in _NEWLINE.finditer(self.text))]
        # Every page needs this, and nearly none has a CR. A line starts behind the lengths of those before it and
        # as many newlines; written so, nothing is done for each line in Python.
        lengths = map(len, self.text.split("\n"))
        return list(map(add, accumulate(lengths, initial=0), count()))[:-1]

    @property
    def suffix(self) -> str:
        """The file name's suffix in lower case, such as ``.md``."""
        name = self.path.rpartition("/")[2]
        dot = name.rfind(".")
        return name[dot:].lower() if 0 < dot < len(name) - 1 else ""

    def line_of(self, offset: int) -> int:
        """The 1-based line that holds the character at *offset*."""
        return bisect_right(self.line_starts, offset)

    def span(self, start: int, end: int) -> Span:
        """The :class:`Span` from *start* to *end* (character offsets, half-open)."""
        starts = self.line_starts
        line = bisect_right(starts, start)
        # What Span(…) does, without a call in Python: a page has a hundred of them.
        return _new_tuple(Span, (start, end, line, start - starts[line - 1] + 1))

    def line_text(self, line: int) -> str:
        """The text of 1-based *line*, without its newline; empty beyond the end."""
        starts = self.line_starts
        if not 1 <= line <= len(starts):
            return ""
        end = starts[line] if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end].rstrip("\r\n")

    def excerpt(self, span: Span) -> str:
        """The source line of *span* with a marker (``^^^``) below it: two lines, no newline at the end."""
        line = self.line_text(span.line)
        width = max(1, min(span.end - span.start, len(line) - span.column + 1))
        # Tabs keep their width when the marker's padding repeats them.
        padding = "".join("\t" if char == "\t" else " " for char in line[: span.column - 1])
        return f"{line}\n{padding}{'^' * width}"


def _too_large(size: int) -> UnreadablePage:
    return UnreadablePage(
        f"the page is too large to be a proposal ({size:,} bytes; the limit is {MAX_PAGE_BYTES:,})",
        "move generated data and logs out of the proposal, or exclude the file with `exclude` in the configuration",
        is_text=True,
    )


def decode(path: str, data: bytes) -> Source:
    """Decode a page's bytes.

    :raises UnreadablePage: when the bytes are not UTF-8 text or too many.
    """
    if len(data) > MAX_PAGE_BYTES:
        raise _too_large(len(data))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        head = data[: error.start]
        line_start = max(head.rfind(b"\n"), head.rfind(b"\r")) + 1
        raise UnreadablePage(
            f"the page is not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}",
            "save the file as UTF-8 (in most editors: “Save with encoding”)",
            line=len(_NEWLINE.findall(head.decode("utf-8", "replace"))) + 1,
            column=len(head[line_start:].decode("utf-8", "replace")) + 1,
        ) from None
    bom = text.startswith("\ufeff")
    if bom:
        text = text[1:]
    nul = text.find("\0")
    if nul >= 0:
        where = Source(path, text).span(nul, nul + 1)
        raise UnreadablePage(
            f"the page holds a NUL character at offset {nul}",
            "save the file as plain UTF-8 text (UTF-16 files and binary files hold NUL characters)",
            line=where.line,
            column=where.column,
            is_text=True,
        )
    return Source(path, text, bom=bom)


def read_bytes(file: Path | str) -> bytes:
    """The bytes of the page *file*.

    :raises UnreadablePage: when it cannot be read, or is too large.
    """
    try:
        with open(file, "rb") as stream:  # noqa: PTH123 - a Path for each of 20,000 pages takes as long as reading them
            data = stream.read(MAX_PAGE_BYTES + 1)
            if len(data) > MAX_PAGE_BYTES:
                # Only the size is needed for the message, not the rest of the bytes.
                raise _too_large(stream.seek(0, 2))
    except OSError as error:
        raise UnreadablePage(
            f"the page cannot be read: {error.strerror or error}",
            "check that the file exists and that its permissions allow reading",
        ) from None
    return data


def read_source(file: Path, path: str) -> Source:
    """Read the page *file*; *path* is how diagnostics name it.

    :raises UnreadablePage: when it cannot be read as text.
    """
    return decode(path, read_bytes(file))

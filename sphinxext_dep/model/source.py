"""The text of a page (:class:`Source`), its parts (:class:`Span`), its structure (:class:`Outline`), its edits.

Everything that points into a page (a field, a heading, a diagnostic) carries a :class:`Span`, so that a line and a
column never have to be computed from a guess later.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import msgspec

from sphinxext_dep.model.files import (
    JOINT,
    MAX_PAGE_BYTES,
    Markup,
    UnreadablePage,
    markup_of,
    read_bytes,
    read_joined,
    too_large,
)

__all__ = ["MAX_PAGE_BYTES", "Source", "Span", "UnreadablePage", "decode", "read_bytes", "read_source"]

_NEWLINE = re.compile(r"\r\n|\n|\r")
_LINE_FEED = re.compile("\n")


BESIDE = 1 << 40
"""Added to the offsets of places that are in the file beside a page: more than any page has characters."""


class Span(msgspec.Struct, frozen=True, order=True, gc=False):
    """A half-open range of a page's text, with the position of its start.

    ``start`` and ``end`` are character offsets into :attr:`Source.text`; ``line`` and ``column`` are 1-based and count
    characters (code points), as Python's own tracebacks and most editors do. A record holds dozens of them, and every
    build loads all records: a struct that the garbage collector need not look at loads three times as fast as a tuple.
    """

    start: int
    end: int
    line: int
    column: int

    @property
    def is_beside(self) -> bool:
        """True if the place is in the file beside the page."""
        return self.start >= BESIDE

    @property
    def beside(self) -> Span:
        """A place in the text of the file beside a page, as places of the page name it."""
        return Span(self.start + BESIDE, self.end + BESIDE, self.line, self.column)

    @property
    def within(self) -> Span:
        """The other way round: offsets are those in that file's text."""
        return Span(self.start - BESIDE, self.end - BESIDE, self.line, self.column)


class Source:
    """The text of one page and where it came from.

    :param path: the page's path as diagnostics print it: relative to the project's root, with ``/``.
    :param text: the decoded text, newlines as they are in the file, without a byte order mark.
    :param bom: whether the file began with a byte order mark.
    :param beside: the file beside the page that holds its header, where the project has such files.
    :param markup: by default what the suffix of *path* means in every project.
    """

    __slots__ = ("__dict__", "beside", "bom", "markup", "path", "text")

    def __init__(
        self,
        path: str,
        text: str,
        *,
        bom: bool = False,
        beside: Source | None = None,
        markup: Markup | None = None,
    ) -> None:
        self.path = path
        self.text = text
        self.bom = bom
        self.beside = beside
        self.markup = markup_of(path) if markup is None else markup

    def with_text(self, text: str) -> Source:
        """The same page with another text."""
        return self.moved(self.path, text)

    def moved(self, path: str, text: str) -> Source:
        """The same page at another path, with another text."""
        return Source(path, text, bom=self.bom, beside=self.beside, markup=self.markup)

    @cached_property
    def line_starts(self) -> list[int]:
        """Offsets at which each line starts; ``line_starts[0] == 0``. Lines end with LF, CRLF or CR, as in Markdown."""
        newline = _NEWLINE if "\r" in self.text else _LINE_FEED  # nearly no page has a CR, and this is much faster
        return [0, *[match.end() for match in newline.finditer(self.text)]]

    @property
    def is_rst(self) -> bool:
        """True if the page is reStructuredText, false if it is Markdown."""
        return self.markup is Markup.RST

    def line_of(self, offset: int) -> int:
        """The 1-based line that holds the character at *offset*."""
        return bisect_right(self.line_starts, offset)

    def span(self, start: int, end: int) -> Span:
        """The :class:`Span` from *start* to *end* (character offsets, half-open)."""
        starts = self.line_starts
        line = bisect_right(starts, start)
        return Span(start, end, line, start - starts[line - 1] + 1)

    def line_text(self, line: int) -> str:
        """The text of 1-based *line*, without its newline; empty beyond the end."""
        starts = self.line_starts
        if not 1 <= line <= len(starts):
            return ""
        end = starts[line] if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end].rstrip("\r\n")

    def written(self, span: Span) -> str:
        """The text at *span*, which may be in the file beside the page."""
        if span.is_beside:
            return self.beside.written(span.within) if self.beside is not None else ""
        return self.text[span.start : span.end]

    def excerpt(self, span: Span) -> str:
        """The source line of *span* with a marker (``^^^``) below it: two lines, no newline at the end."""
        line = self.line_text(span.line)
        width = max(1, min(span.end - span.start, len(line) - span.column + 1))
        # Tabs keep their width when the marker's padding repeats them.
        padding = "".join("\t" if char == "\t" else " " for char in line[: span.column - 1])
        return f"{line}\n{padding}{'^' * width}"


def decode(path: str, data: bytes, sidecar: str = "", markup: Markup | None = None) -> Source:
    """Decode a page's bytes.

    :param sidecar: the path of the file beside the page whose bytes may follow (:func:`~.files.read_joined`).
    :param markup: by default what the suffix of *path* means in every project.
    :raises UnreadablePage: when the bytes are not UTF-8 text or too many.
    """
    if sidecar and JOINT in data:
        data, _, other = data.partition(JOINT)
        source = decode(path, data, markup=markup)
        try:
            source.beside = decode(sidecar, other)
        except UnreadablePage as error:
            error.is_beside = True
            raise
        return source
    if len(data) > MAX_PAGE_BYTES:
        raise too_large(len(data))
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
    return Source(path, text, bom=bom, markup=markup)


def read_source(file: Path, path: str, sidecar: str = "", markup: Markup | None = None) -> Source:
    """Read the page *file*; *path* is how diagnostics name it.

    :param sidecar: the path of the file beside it, relative to the same directory; empty when the project has none.
    :param markup: by default what the suffix of *path* means in every project.
    :raises UnreadablePage: when it cannot be read as text.
    """
    if not sidecar:
        return decode(path, read_bytes(file), markup=markup)
    return decode(path, read_joined(file, sidecar.rpartition("/")[2]), sidecar, markup)


class Heading(msgspec.Struct, frozen=True):
    """A heading.

    :param level: 1–6; in reST, the order in which the adornments first appear.
    :param text: plain text, markup removed.
    :param span: the heading's text in the page (not the ``#`` or the underline).
    :param start: offset at which the heading's first line starts.
    :param end: offset just behind the heading's last line (underline included), before its newline.
    """

    level: int
    text: str
    span: Span
    start: int
    end: int


class DirectiveBlock(msgspec.Struct, frozen=True):
    """A top-level directive, whose inside has not been read yet (see :mod:`sphinxext_dep.markup.directive`).

    :param name: the text in the braces, or before the ``::`` in reST; in lower case, as docutils looks it up.
    :param argument: offsets of the rest of the first line, without surrounding space.
    :param start: offset at which its first line starts.
    :param end: offset just behind its last line, before the newline.
    :param body: offsets of its inside: whole lines, between the fences or below the reST marker.
    :param indent: spaces before the opening fence, which are removed from each line inside.
    :param fence: the characters of the fence; ``..`` in reST.
    :param closed: whether the closing fence is there.
    """

    name: str
    argument: tuple[int, int]
    start: int
    end: int
    body: tuple[int, int]
    indent: int
    fence: str
    closed: bool = True


class Outline(msgspec.Struct, frozen=True):
    """The structure of a page, as far as proposals need it.

    :param headings: top-level headings in order (none inside quotes, lists or directives).
    :param comments: HTML comments and MyST ``%`` lines (reST comments) outside code: whole comment, markers included.
    :param code: fenced and indented code blocks, directives included.
    :param body_start: offset behind the front matter, 0 without one.
    :param directives: top-level directives.
    """

    headings: tuple[Heading, ...]
    comments: tuple[Span, ...]
    code: tuple[Span, ...]
    body_start: int = 0
    directives: tuple[DirectiveBlock, ...] = ()


_BOM = b"\xef\xbb\xbf"


class Edit(NamedTuple):
    """*text* in place of the text between two offsets of a page's text; an insertion when they are equal."""

    start: int
    end: int
    text: str


class ExplainedError(Exception):
    """An error that says how to fix it.

    :param message: what is wrong, in one sentence without a final full stop.
    :param help: the fix; may be empty.
    """

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class RefusedError(ExplainedError):
    """An edit that cannot be made without touching something that it must not touch."""


def apply_edits(source: Source, edits: Iterable[Edit]) -> Source:
    """The page with all *edits* made; offsets are those of *source*. Insertions at one place keep their order.

    :raises ValueError: when two edits overlap, or one reaches beyond the page: a fault of the caller.
    """
    pieces: list[str] = []
    position = 0
    for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
        if not position <= start <= end <= len(source.text):
            raise ValueError(f"the edit of characters {start} to {end} overlaps another, or reaches beyond the page")
        pieces += (source.text[position:start], text)
        position = end
    pieces.append(source.text[position:])
    return source.with_text("".join(pieces))


def encode(source: Source) -> bytes:
    """The bytes of a page: what :func:`~sphinxext_dep.model.source.decode` was given, when nothing was edited.

    Decoding is strict and keeps newlines, so both directions are exact.
    """
    return (_BOM if source.bom else b"") + source.text.encode("utf-8")


def newline_of(source: Source, offset: int = 0) -> str:
    """The newline that a line added at *offset* ends with: that of the line there, else that of the first line."""
    starts = source.line_starts
    line = source.line_of(offset)
    for number in (line, line - 1, 1):
        if 0 < number < len(starts):
            end = starts[number]
            return "\r\n" if source.text[end - 2 : end] == "\r\n" else source.text[end - 1]
    return "\n"


def line_start(source: Source, offset: int) -> int:
    """The offset at which the line of the character at *offset* starts."""
    return source.line_starts[source.line_of(offset) - 1]


def line_end(source: Source, offset: int) -> int:
    """The offset at which the line of the character at *offset* ends, before its newline."""
    line = source.line_of(offset)
    return source.line_starts[line - 1] + len(source.line_text(line))


def next_newline(text: str, position: int) -> int:
    """The offset of the newline at or behind *position*, or of the end of *text*."""
    end = text.find("\n", position)
    return len(text) if end < 0 else end

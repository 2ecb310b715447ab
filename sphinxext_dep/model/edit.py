"""Edits: text put in place of spans of a page, so that every other byte of its file stays.

Nothing is written here. :mod:`sphinxext_dep.edit.transaction` writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sphinxext_dep.model.source import Source

_BOM = b"\xef\xbb\xbf"


class Edit(NamedTuple):
    """*text* in place of what stands between two offsets of a page's text; an insertion when they are equal."""

    start: int
    end: int
    text: str


class RefusedError(Exception):
    """An edit that cannot be made without touching something that it must not touch.

    :param message: why, in one sentence without a final full stop.
    :param help: what to do instead; may be empty.
    """

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


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
    return Source(source.path, "".join(pieces), bom=source.bom, beside=source.beside)


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

"""Lists of days, of which each may be a link.

The forms are those of ``Post-History`` in 634 PEPs: 637 days alone and 336 as a link of reStructuredText, separated by
commas, line ends or both; and the same in Markdown: ``[2026-03-04](https://…)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sphinxext_dep.fields.date import parse_date
from sphinxext_dep.fields.links import url_problem
from sphinxext_dep.fields.placeholders import word_state
from sphinxext_dep.fields.tokens import MAX_VALUE_CHARS, Places
from sphinxext_dep.model.proposal import ListedDate
from sphinxext_dep.model.schema import Notation
from sphinxext_dep.model.source import Source, Span

_LINK = re.compile(
    r"`(?P<rst>[^`<]*?)\s*<(?P<rst_url>[^`>]*)>`_{1,2}"
    r"|\[(?P<md>[^\[\]]*)\]\(\s*<?(?P<md_url>[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)>?\s*\)"
    r"|(?P<plain>[^,;`\[\]<>()\n]+?)\s*(?:<(?P<auto>[a-z]+:[^\s<>]+)>|\((?P<aside>https?://[^\s()]+)\))"
)
_PIECE = re.compile(r"[^,;\n]+")
_SPACE = " \t\r\n,;"


def parse_dates(raw: str, source: Source, span: Span, notation: Notation) -> tuple[ListedDate, ...]:
    """Read a list of days, separated by commas, semicolons or lines; each may be the text of a link.

    What is no day, or has two readings, is in the list as it is written. ``TBD`` among days is left out.

    :param raw: the value as read.
    :param span: the place of the value in *source*.
    """
    if len(raw) > MAX_VALUE_CHARS:
        return (ListedDate(None, False, (), "", span, "", "the value is too long to be a list of dates"),)
    places = Places(raw, source, span)
    found = []
    for start, end, url in _pieces(raw, notation):
        text = raw[start:end]
        if word_state(text) is not None and not url:
            continue
        day = parse_date(text, notation)
        problem = url_problem(url) if url else ""
        place = places.span(start, end)
        found.append(ListedDate(day.iso, day.canonical, day.readings, text, place, "" if problem else url, problem))
    if raw.strip() and not found:
        found.append(ListedDate(None, False, (), raw.strip(), span, "", ""))
    return tuple(found)


def _pieces(raw: str, notation: Notation) -> Iterator[tuple[int, int, str]]:
    """The offsets of each day, and its link."""
    position = 0
    for match in _LINK.finditer(raw):
        yield from _plain(raw, position, match.start(), notation)
        kind = "rst" if match["rst"] is not None else "md" if match["md"] is not None else "plain"
        url = match["rst_url"] or match["md_url"] or match["auto"] or match["aside"] or ""
        start, end = _trimmed(raw, *match.span(kind))
        yield start, end, "".join(url.split())
        position = match.end()
    yield from _plain(raw, position, len(raw), notation)


def _plain(raw: str, start: int, end: int, notation: Notation) -> Iterator[tuple[int, int, str]]:
    """Days without a link; a comma can be inside one: ``Jan 31, 2026``."""
    pieces = [_trimmed(raw, *match.span()) for match in _PIECE.finditer(raw, start, end)]
    pieces = [(first, last) for first, last in pieces if first < last]
    index = 0
    while index < len(pieces):
        first, last = pieces[index]
        if index + 1 < len(pieces) and not parse_date(raw[first:last]).readings:
            _, further = pieces[index + 1]
            if "\n" not in raw[first:further] and parse_date(raw[first:further], notation).readings:
                last, index = further, index + 1
        yield first, last, ""
        index += 1


def _trimmed(raw: str, start: int, end: int) -> tuple[int, int]:
    text = raw[start:end]
    return start + len(text) - len(text.lstrip(_SPACE)), end - (len(text) - len(text.rstrip(_SPACE)))

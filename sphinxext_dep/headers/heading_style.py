"""Headers that were written as sections: a heading ``Status`` with the value below it."""

from __future__ import annotations

import re
from typing import NamedTuple

from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.schema import Field, fold

MAX_VALUE = 2_000
"""Characters below a heading that are looked at: a value is a line or two."""

_BULLET = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+", re.MULTILINE)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


class HeadingField(NamedTuple):
    """A heading that is a field's label, and the value below it; places are offsets.

    :param value: the first paragraph, on one line; the items of a list are separated by commas.
    :param start: where the heading's line starts.
    :param value_end: where the first paragraph ends.
    :param end: where the next heading starts.
    """

    field: Field
    value: str
    start: int
    value_end: int
    end: int


def heading_fields(page: Page) -> list[HeadingField]:
    """The fields of a header written as sections, in page order; empty when the page has a proper header."""
    headings, source = page.outline.headings, page.source
    places = {heading.span.start: place for place, heading in enumerate(headings)}
    found: list[HeadingField] = []
    for span in page.header.heading_style:
        place = places.get(span.start)
        if place is None:
            continue
        field = page.schema.field_names.get(fold(headings[place].text.rstrip(" :")))
        if field is None:
            continue
        end = headings[place + 1].start if place + 1 < len(headings) else len(source.text)
        start = headings[place].end
        below = source.text[start : min(end, start + MAX_VALUE)].replace("\r\n", " \n")
        lead = len(below) - len(below.lstrip())
        blank = _BLANK_LINE.search(below, lead)
        paragraph = below[lead : blank.start() if blank else len(below)].rstrip()
        value_end = start + lead + len(paragraph)
        found.append(HeadingField(field, _one_line(paragraph), headings[place].start, value_end, end))
    return found


def _one_line(paragraph: str) -> str:
    if _BULLET.match(paragraph):
        items = [" ".join(item.split()) for item in _BULLET.split(paragraph)]
        return ", ".join(item for item in items if item)
    return " ".join(paragraph.split())

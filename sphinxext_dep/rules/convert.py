"""The ``dep-header`` directive that a page without a header should have, with what the page says already."""

from __future__ import annotations

import re

from sphinxext_dep.core.outline import Heading
from sphinxext_dep.core.proposal import Page
from sphinxext_dep.core.schema import fold
from sphinxext_dep.core.text import Span
from sphinxext_dep.rules.wording import option_value, sample

MAX_VALUE = 2_000
"""Characters below a heading that are looked at: a value is a line or two."""

_BULLET = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+", re.MULTILINE)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


def directive(page: Page) -> str:
    """The directive for *page*, in the markup of the page.

    Headings such as ``## Status`` give the values. Without any, the directive has the fields that every proposal needs,
    to be completed.
    """
    schema, suffix = page.schema, page.source.suffix
    values = _heading_values(page)
    if not values and schema.lifecycle:
        required = schema.statuses[schema.lifecycle[0]].requires
        values = {key: sample(schema.fields[key], schema) for key in required if key in schema.fields}
    options = [f":{key}: {option_value(value, suffix)}".rstrip() for key, value in values.items()]
    if suffix == ".rst":
        return "\n   ".join([".. dep-header::", *options])
    return "\n".join(["```{dep-header}", *options, "```"])


def _heading_values(page: Page) -> dict[str, str]:
    """The value below each heading that names a field, by the field's key; the first heading of a field counts."""
    headings = page.outline.headings
    places = {heading.span.start: place for place, heading in enumerate(headings)}
    values: dict[str, str] = {}
    for span in page.header.heading_style:
        place = places.get(span.start)
        if place is None:
            continue
        field = page.schema.field_names.get(fold(headings[place].text.rstrip(" :")))
        if field is not None:
            values.setdefault(field.key, _first_paragraph(page, _below(page, headings, place)))
    return values


def _below(page: Page, headings: tuple[Heading, ...], place: int) -> Span:
    start = headings[place].end
    end = headings[place + 1].start if place + 1 < len(headings) else len(page.source.text)
    return page.source.span(start, min(end, start + MAX_VALUE))


def _first_paragraph(page: Page, span: Span) -> str:
    """The first paragraph as a value: on one line, the items of a list separated by commas."""
    paragraph = _BLANK_LINE.split(page.source.text[span.start : span.end].replace("\r\n", "\n").strip(), maxsplit=1)[0]
    if _BULLET.match(paragraph):
        items = [" ".join(item.split()) for item in _BULLET.split(paragraph)]
        return ", ".join(item for item in items if item)
    return " ".join(paragraph.split())

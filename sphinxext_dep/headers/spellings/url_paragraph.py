"""A paragraph that is only an address as a header, as the blueprint of OpenStack's specifications, below the title.

It is the value of the first field of the process that takes such an address. Everything else that is known of the
proposal comes from its path: ``paths`` of statuses and categories, ``path`` of fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sphinxext_dep.fields import type_of
from sphinxext_dep.fields.placeholders import word_state
from sphinxext_dep.headers.base import Content, FieldLines, Item, Occurrence, Spelling, Written
from sphinxext_dep.headers.spellings.lines import first_block
from sphinxext_dep.markup import plain_newlines
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.proposal import Page, Part, RawField
from sphinxext_dep.model.schema import Field, Schema, fold
from sphinxext_dep.model.source import Edit, Outline, RefusedError, Source, next_newline

_URL = re.compile(r" {0,3}(?:`?<)?(?P<url>https?://[^\s<>`]+)(?:>(?:`__?)?)?[ \t]*")
"""A line that is an address: bare, in angle brackets, or a link of reStructuredText without a text."""


class UrlParagraph(Spelling):
    """A paragraph that is only an address."""

    name = "URL paragraph"
    form = (
        "a paragraph below the title that is only an address, as in OpenStack's specifications: the value of the first "
        "field of type `links` that takes it"
    )
    above_title = False
    title_may_follow = False
    occurrence = Occurrence.TEXT
    is_writable = False
    begins_pages = True
    names_no_field = True

    def read(self, source: Source, outline: Outline, schema: Schema) -> Part:
        """Read the addresses, each a line, in the first paragraph below the title."""
        text = plain_newlines(source)
        below = outline.headings[0].end + 1 if outline.headings else outline.body_start
        position = first_block(text, outline, min(max(below, outline.body_start), len(text)))
        found: list[tuple[int, int]] = []
        field: Field | None = None
        end = position
        while position < len(text):
            end = next_newline(text, position)
            line = _URL.fullmatch(text, position, end)
            if line is None:
                break
            field = field or _field_of(line["url"], schema)
            found.append(line.span("url"))
            position = end + 1
        # More text in the same paragraph: it is no address alone.
        if field is None or not found or (position < len(text) and text[position:end].strip()):
            return Part()
        if len(found) > 1 and not field.many:
            return Part()
        value = "\n".join(text[slice(*place)] for place in found)
        span = source.span(found[0][0], found[-1][1])
        place = source.span(found[0][0], found[0][0])
        start = text.rfind("\n", 0, found[0][0]) + 1
        behind = len(text[: next_newline(text, found[-1][1])].rstrip())
        return Part((RawField(field.label, value, span, place, self.name),), source.span(start, behind))

    def field_lines(self, page: Page) -> list[FieldLines]:
        line = page.header.spans[self.name].line
        raise RefusedError(
            f"{page.source.path}:{line}: the header is an address, with no place for a field",
            "give the page another header by hand, or say in the configuration which paths have the value",
        )

    def content(self, page: Page) -> Content:
        span = page.header.spans[self.name]
        names = page.schema.field_names
        raw = next(raw for raw in page.header.fields if raw.spelling == self.name)
        item = self.item(FieldLines(raw, names.get(fold(raw.label)), span.start, span.end, ""), ())
        return Content((item,), (), ((span.start, span.end),))

    def replace(self, page: Page, raw: RawField, value: str) -> Edit:
        """Replace the address by another.

        :raises RefusedError: when it would be something else, or there are several.
        """
        if not _URL.fullmatch(value) or "\n" in page.source.text[raw.span.start : raw.span.end]:
            raise RefusedError(
                f"{page.source.path}:{raw.span.line}: the header is an address, and nothing else can be in its place",
                "edit it by hand",
            )
        return Edit(raw.span.start, raw.span.end, value)

    def append(self, page: Page, raw: RawField, added: str) -> Edit:
        raise RefusedError(f"{page.source.path}:{raw.span.line}: the header is an address", "edit it by hand")

    def line(self, name: str, value: str, markup: Markup) -> str:
        return value

    def write(self, items: Iterable[Item], markup: Markup, comments: Sequence[str] = ()) -> Written:
        """Write the address among *items*; what the path or the title says has no place, and needs none."""
        address = ""
        for item in items:
            field = item.field
            if not address and field is not None and type_of(field).takes_address(item.value, field):
                address = item.value
            elif (field is None or not (type_of(field).is_single or field.path)) and word_state(item.value) is None:
                raise RefusedError(
                    f"a header that is an address has no place for `{item.label}`", "write another header by hand"
                )
        return Written(address)


SPELLING = UrlParagraph()


def _field_of(url: str, schema: Schema) -> Field | None:
    """The first field that takes the address *url*."""
    return next((field for field in schema.fields.values() if type_of(field).takes_address(url, field)), None)

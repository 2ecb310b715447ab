"""A new proposal: from the sections of the schema, or from a template of the project."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from sphinxext_dep.edit.banners import NewBanner, Place
from sphinxext_dep.fields import type_of
from sphinxext_dep.headers.base import Item, Spelling, Written
from sphinxext_dep.headers.change import edited_page, says, set_field
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.proposal import Page, State
from sphinxext_dep.model.schema import Field, Schema, Section, fold
from sphinxext_dep.model.source import Edit, RefusedError, Source, apply_edits

NONE, UNKNOWN = "N/A", "TBD"
"""The values of fields that are not filled in: that of a relation, and that of any other field."""

SECTIONS = "sections"
"""The spelling in which a section is a field."""

_UNDERLINES = "=-~^\"'"
_MARKUP = re.compile(r"[\\`*_{}\[\]<>#&]")


def scaffold(
    path: str,
    title: str,
    values: Mapping[str, str],
    schema: Schema,
    spelling: Spelling,
    *,
    heading: str = "",
    above_title: bool | None = None,
    complete: bool,
    hidden: bool = False,
    banner: NewBanner | None = None,
) -> Page:
    """A proposal with the sections that the schema knows, each with its guidance.

    :param path: where it will be; its suffix says whether it is Markdown.
    :param values: of the header's fields, by key. The others that the template has are written, but not filled in.
    :param heading: the text of the heading, when it is not the title alone.
    :param above_title: whether the header is above the title; by default as *spelling* has it.
    :param complete: all sections; else those that are required, and those of the limited template.
    :param hidden: whether the guidance is written as comments: where it would be an error as text.
    :param banner: states the status once more.
    :raises RefusedError: when the title or a value cannot be written so that it is read again as it is.
    """
    markup = schema.markup_of(path)
    if schema.title_field is not None:
        values = {schema.title_field.key: title, **values}
    items = [
        Item(field, field.label, key, values.get(key, _unfilled(field)))
        for key, field in schema.fields.items()
        if key in values or field.order
    ]
    # What is a section in this process is written below its heading.
    below = {}
    if SECTIONS in schema.spellings and spelling.name != SECTIONS:
        below = {fold(item.label): item.value for item in items if fold(item.label) in schema.section_names}
    items = [item for item in items if fold(item.label) not in below]
    written = spelling.write(items, markup) if items else Written("")
    above = spelling.above_title if above_title is None else above_title

    def text(heading: str) -> str:
        header = spelling.enclosed(written.header)
        parts = [header, heading] if above else [heading, header]
        if banner is not None:
            # Nothing can be above a header that is above the title.
            first, last = int(above), len(parts)
            place = {Place.ABOVE_TITLE: first, Place.ABOVE_HEADER: max(first, 1), Place.BELOW_HEADER: last}
            parts.insert(place[banner.place], banner.text)
        sections = _sections(schema, markup, below, complete=complete, hidden=hidden, top=2 if heading else 1)
        return "\n\n".join(part for part in parts if part) + f"\n{''.join(sections)}"

    # Without a heading where a field states the title, or the name of the file does.
    headings = [""] if schema.title_field is not None or schema.title_from_name else []
    if schema.title_field is None:
        words = heading or title
        headings += [_heading(text, 1, markup) for text in (words, _escaped(words, markup))]
    pages = [read_page(Source(path, text(heading), markup=markup), schema) for heading in headings]
    for page in pages:
        if page.proposal.title == title and _has(page, values):
            return page
    raise _unwritable(pages[0], title, values)


def from_template(template: Source, path: str, title: str, values: Mapping[str, str], schema: Schema) -> Page:
    """A proposal made from a project's own template: its title and fields are filled in, everything else stays.

    :param template: its text.
    :raises RefusedError: when it has no header, or a value cannot be written.
    """
    page = read_page(Source(path, template.text, bom=template.bom, markup=schema.markup_of(path)), schema)
    span = page.proposal.title_span
    for words in (title, _escaped(title, page.source.markup)):
        edit = Edit(span.start, span.end, words) if span else Edit(page.outline.body_start, 0, f"# {words}\n\n")
        titled = read_page(apply_edits(page.source, [edit._replace(end=max(edit.start, edit.end))]), schema)
        if titled.proposal.title == title:
            break
    else:
        raise _unwritable(page, title, {})
    page = titled
    left = {
        key: _unfilled(schema.fields[key])
        for key, value in page.proposal.fields.items()
        if value.state is State.PLACEHOLDER
    }
    wanted = {**left, **values}
    for key, field in schema.fields.items():
        if key in wanted:
            page = edited_page(page, set_field(page, field, wanted[key]), (key,), says(field, wanted[key]))
    return page


def _unfilled(field: Field) -> str:
    return NONE if type_of(field).is_relation else UNKNOWN


def _has(page: Page, values: Mapping[str, str]) -> bool:
    fields = page.proposal.fields
    return all(key in fields and fields[key].raw == value for key, value in values.items())


def _unwritable(page: Page, title: str, values: Mapping[str, str]) -> RefusedError:
    fields = page.proposal.fields
    wrong = [value for key, value in values.items() if key not in fields or fields[key].raw != value] or [title]
    return RefusedError(f"`{wrong[0]}` cannot be written so that it is read as it is", "leave out the markup in it")


def _escaped(title: str, markup: Markup) -> str:
    """*title* with its characters standing for themselves."""
    return _MARKUP.sub(r"\\\g<0>", title) if markup is not Markup.RST else re.sub(r"[\\`*|_]", r"\\\g<0>", title)


def _heading(text: str, level: int, markup: Markup) -> str:
    if markup is Markup.RST:
        width = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
        return f"{text}\n{_UNDERLINES[min(level, len(_UNDERLINES)) - 1] * width}"
    return f"{'#' * min(level, 6)} {text}"


def _sections(
    schema: Schema, markup: Markup, values: Mapping[str, str], *, complete: bool, hidden: bool, top: int
) -> Iterator[str]:
    """The sections, each with its prompt, or with its value if it is a field; *top* is the level of the first."""
    chosen = [
        section
        for section in schema.sections.values()
        if complete or section.required or section.limited or fold(section.name) in values
    ]
    names = {section.name for section in chosen}
    children: dict[str, list[Section]] = {}
    for section in chosen:
        children.setdefault(section.parent if section.parent in names else "", []).append(section)

    def below(parent: str, level: int) -> Iterator[str]:
        for section in children.get(parent, ()):
            prompt = " ".join(section.prompt.split())
            if prompt and hidden:
                prompt = f".. {prompt}" if markup is Markup.RST else f"<!-- {prompt} -->"
            prompt = values.get(fold(section.name), prompt)
            yield f"\n{_heading(section.name, level, markup)}\n" + (f"\n{prompt}\n" if prompt else "")
            yield from below(section.name, level + 1)

    yield from below("", top)

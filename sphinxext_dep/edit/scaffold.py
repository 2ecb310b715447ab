"""A new proposal: from the sections of the schema, or from a template of the project."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from sphinxext_dep.edit.banners import NewBanner, Place
from sphinxext_dep.fields import type_of
from sphinxext_dep.headers.base import Item, Spelling
from sphinxext_dep.headers.change import edited_page, says, set_field
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.headers.spellings import SPELLINGS
from sphinxext_dep.markup import read_outline
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.proposal import Page, State
from sphinxext_dep.model.schema import Field, Schema, Section, fold, section_key
from sphinxext_dep.model.source import Edit, RefusedError, Source, apply_edits

NONE, UNKNOWN = "N/A", "TBD"
"""The values of fields that are not filled in: that of a relation, and that of any other field."""

SECTIONS = "sections"
"""The spelling in which a section is a field."""

_UNDERLINES = "=-~^\"'"
_ADORNMENT = re.compile(r"([^\w\s])\1+")
"""A line above or below a heading."""

_MARKUP = re.compile(r"[\\`*_{}\[\]<>#&]")


def scaffold(
    path: str,
    title: str,
    values: Mapping[str, str],
    schema: Schema,
    spelling: Spelling | None,
    *,
    complete: bool,
    hidden: bool = False,
    banner: NewBanner | None = None,
    neighbour: Page | None = None,
    number: int | None = None,
) -> Page:
    """A proposal with the sections that the schema knows, each with its guidance.

    :param path: where it will be; its suffix says whether it is Markdown.
    :param values: of the header's fields, by key. The others that the template has are written, but not filled in.
    :param complete: all sections; else those that are required, and those of the limited template.
    :param hidden: whether the guidance is written as comments: where it would be an error as text.
    :param banner: states the status once more.
    :param number: the number that the file gets; ``None`` while it has none.
    :param neighbour: another proposal, whose header is to be the pattern; without one, or where that cannot be, it is
        *spelling*.
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
    heads = []
    if neighbour is not None:
        wanted = {item.field.key: item.value for item in items if item.field is not None}
        heads += _like(neighbour, path, title, wanted, number)
    if spelling is not None:
        # Without a heading where a field states the title, or the name of the file does.
        headings = [""] if schema.title_field is not None or schema.title_from_name else []
        if schema.title_field is None:
            headings += [_heading(words, 1, markup) for words in (title, _escaped(title, markup))]
        # What is a section in this process is written below its heading.
        below = {}
        if SECTIONS in schema.spellings and spelling.name != SECTIONS:
            below = {fold(item.label): item.value for item in items if fold(item.label) in schema.section_names}
        items = [item for item in items if fold(item.label) not in below]
        written = spelling.enclosed(spelling.write(items, markup).header) if items else ""
        for heading in headings:
            parts = [written, heading] if spelling.above_title else [heading, written]
            heads.append(_Head(parts, int(spelling.above_title), below=below))
    pages = []
    for head in heads:
        text = head.with_banner(banner) + "".join(_sections(schema, markup, head, complete=complete, hidden=hidden))
        pages.append(read_page(Source(path, text, markup=markup), schema))
        if pages[-1].proposal.title == title and _has(pages[-1], values):
            return pages[-1]
    if not pages:
        raise RefusedError("a header as the other proposals have is written by hand", "copy the project's template")
    raise _unwritable(pages[0], title, values)


class _Head(NamedTuple):
    """The title and the header of a new page.

    :param parts: texts in the order of the page; one is empty if there is no heading.
    :param title: the place of the title among them.
    :param adornments: the characters below the headings of each level in reStructuredText, the highest level first.
    :param below: the values of the fields that are sections, by folded label.
    """

    parts: list[str]
    title: int
    adornments: str = ""
    below: Mapping[str, str] = MappingProxyType({})

    def with_banner(self, banner: NewBanner | None) -> str:
        """The text, with *banner* at its place."""
        parts = list(self.parts)
        if banner is not None:
            # Nothing can be above a header that is above the title.
            place = {Place.ABOVE_TITLE: self.title, Place.ABOVE_HEADER: max(self.title, 1)}
            parts.insert(place.get(banner.place, len(parts)), banner.text)
        return "\n\n".join(part for part in parts if part) + "\n"


def _like(model: Page, path: str, title: str, wanted: Mapping[str, str], number: int | None) -> list[_Head]:
    """The title and the header of a page that says *wanted*, in the form of *model*; empty if that cannot be.

    :param model: a proposal.
    :param wanted: the values of fields, by key.
    :param number: of the new proposal; ``None`` while it has none.
    """
    schema, lead = model.schema, title_lead(model)
    source = Source(path, model.source.text.replace("\r\n", "\n"), markup=schema.markup_of(path))
    model = read_page(source, schema)
    if not model.header.spans or any(SPELLINGS[name].in_other_file for name in model.header.spans):
        return []
    if (field := schema.number_field) and any(
        schema.field_names.get(fold(raw.label)) is field for raw in model.header.fields
    ):
        wanted = {field.key: UNKNOWN if number is None else str(number), **wanted}
    try:
        text = "\n\n".join(part for part, _ in _parts(model, wanted)) + "\n"
        page = _filled(read_page(source.with_text(text), schema), wanted)
    except RefusedError:
        return []
    stated = {raw.label_span for raw in page.header.fields}
    others = (value for key, value in page.proposal.fields.items() if key not in wanted and value.label_span in stated)
    if page.header.problems or page.outline.comments or any(others):
        return []
    parts = list(_parts(page))
    place = next((place for place, (_, is_title) in enumerate(parts) if is_title), -1)
    texts = [part for part, _ in parts]
    # The adornments of the first heading of each level; the usual ones for what has none.
    levels = {one.level: source.text[one.end - 1] for one in reversed(model.outline.headings)} if source.is_rst else {}
    adornments = "".join(levels[level] for level in sorted(levels))
    if place < 0:
        return [_Head(["", *texts], 0, adornments)]
    return [
        _Head(
            [*texts[:place], _titled(texts[place], page, f"{_numbered(lead, number)}{words}"), *texts[place + 1 :]],
            place,
            adornments,
        )
        for words in (title, _escaped(title, source.markup))
    ]


def _parts(page: Page, wanted: Container[str] | None = None) -> Iterator[tuple[str, bool]]:
    """The title and the parts of the header of *page*, in its order; with each, whether it is the title.

    :param wanted: the keys of the fields that a header with keys of other tools is written anew for, as those say
        something about this page only; by default it is taken as it is.
    """
    text, span = page.source.text, page.proposal.title_span
    parts = [(one.start, text[one.start : one.end], True) for one in page.outline.headings if one.span == span]
    for name in page.header.spans:
        spelling = SPELLINGS[name]
        if wanted is None or not spelling.holds_other_lines:
            parts += ((start, text[start:end], False) for start, end in spelling.ranges(page))
            continue
        own = (page.schema.field_names.get(fold(raw.label)) for raw in page.header.fields if raw.spelling == name)
        items = [Item(field, field.label, field.key, UNKNOWN) for field in own if field and field.key in wanted]
        header = spelling.enclosed(spelling.write(items, page.source.markup).header)
        parts.append((page.header.spans[name].start, header, False))
    for _, part, is_title in sorted(parts):
        yield part, is_title


def _filled(page: Page, wanted: Mapping[str, str]) -> Page:
    """*page*, which is a title and a header, with the values *wanted*, each once, and without other fields.

    :raises RefusedError: when its header cannot be changed so.
    """
    schema = page.schema
    keys = [field.key if (field := schema.field_names.get(fold(raw.label))) else "" for raw in page.header.fields]
    for place in reversed(range(len(keys))):
        if keys[place] not in wanted or keys[place] in keys[:place]:
            page = _without(page, place)
    for key, field in schema.fields.items():
        if key in wanted:
            page = edited_page(page, set_field(page, field, wanted[key]), (key,), says(field, wanted[key]))
    return page


def _without(page: Page, place: int) -> Page:
    """*page* without the field of its header that is at *place*.

    :raises RefusedError: when something else would change.
    """
    raw, source = page.header.fields[place], page.source
    spelling = SPELLINGS[raw.spelling]
    own = [other for other in page.header.fields if other.spelling == raw.spelling]
    ranges = spelling.ranges(page)
    if len(ranges) != len(own):
        ranges = [(line.start, line.line_end) for line in spelling.field_lines(page)]
    index = own.index(raw)
    start, end = ranges[index]
    if index + 1 < len(ranges):
        end = ranges[index + 1][0]
    elif index:
        start = ranges[index - 1][1]
    after = read_page(apply_edits(source, [Edit(start, end, "")]), page.schema)
    labels = [other.label for other in page.header.fields if other is not raw]
    if [other.label for other in after.header.fields] != labels:
        raise RefusedError(f"`{raw.label}` cannot be taken out of the header", "write the header by hand")
    return after


def title_lead(page: Page) -> str:
    """The number at the start of the title of *page* as it is written, with what is around it; empty if none is."""
    span = page.proposal.title_span
    written = page.source.text[span.start : span.end] if span else ""
    return written.removesuffix(page.proposal.title) if written.endswith(page.proposal.title) else ""


def _numbered(lead: str, number: int | None) -> str:
    """*lead* with another number, or with the place for one, ``0000``."""
    for digits in list(re.finditer(r"[0-9]+", lead))[-1:]:
        width = len(digits[0]) if digits[0].startswith("0") else 1
        text = "0000" if number is None else f"{number:0{width}d}"
        return f"{lead[: digits.start()]}{text}{lead[digits.end() :]}"
    return lead


def _titled(part: str, page: Page, title: str) -> str:
    """*part*, the heading that is the title of *page*, with another title."""
    span = page.proposal.title_span
    written = page.source.text[span.start : span.end] if span else ""
    lines = part.replace(written, title, 1).split("\n")
    width = _width(title)
    return "\n".join(line[0] * width if len(lines) > 1 and _ADORNMENT.fullmatch(line) else line for line in lines)


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


def _heading(text: str, level: int, markup: Markup, adornments: str = "") -> str:
    if markup is Markup.RST:
        usual = "".join(dict.fromkeys(adornments + _UNDERLINES))
        return f"{text}\n{usual[min(level, len(usual)) - 1] * _width(text)}"
    return f"{'#' * min(level, 6)} {text}"


def _width(text: str) -> int:
    """The columns that *text* takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _sections(schema: Schema, markup: Markup, head: _Head, *, complete: bool, hidden: bool) -> Iterator[str]:
    """The sections below *head* that it does not have yet, each with its prompt, or its value if it is a field."""
    source = Source("", head.with_banner(None), markup=markup)
    there = {section_key(one.text) for one in read_outline(source).headings}
    chosen = [
        section
        for section in schema.sections.values()
        if (complete or section.required or section.limited or fold(section.name) in head.below)
        and section_key(section.name) not in there
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
            prompt = head.below.get(fold(section.name), prompt)
            yield f"\n{_heading(section.name, level, markup, head.adornments)}\n" + (f"\n{prompt}\n" if prompt else "")
            yield from below(section.name, level + 1)

    yield from below("", 2 if head.parts[head.title] else 1)

"""One page becomes one record: the reader that every front end calls."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import cast

from msgspec.structs import replace

from sphinxext_dep.fields import type_of
from sphinxext_dep.fields.base import Reading
from sphinxext_dep.fields.choice import lines_below, split_status
from sphinxext_dep.headers.banner import find_banners, without_banners
from sphinxext_dep.headers.base import Occurrence, Spelling
from sphinxext_dep.headers.requirements import read_requirements
from sphinxext_dep.headers.spellings import DEFAULT_SPELLINGS, DIRECTIVE, SPELLINGS, UNMISTAKABLE
from sphinxext_dep.headers.spellings.front_matter import page_title
from sphinxext_dep.markup import first_paragraph, read_outline, shown_text
from sphinxext_dep.model.diagnostics import read_suppressions
from sphinxext_dep.model.files import matches
from sphinxext_dep.model.numbers import file_number, title_number, title_of_name
from sphinxext_dep.model.proposal import (
    Banner,
    FieldValue,
    Page,
    Part,
    Proposal,
    RawField,
    RawHeader,
    SectionRecord,
    State,
    Value,
)
from sphinxext_dep.model.schema import Field, Schema, StatusKind, fold, section_key
from sphinxext_dep.model.source import Heading, Outline, Source, Span

# When spellings disagree (DEP105) the record still needs one value: the one nearest to the form new proposals use.
_PRECEDENCE = {name: place for place, name in enumerate(SPELLINGS)}
_SIDECAR = "sidecar file"

_NUMBERED = re.compile(r"0*([0-9]{1,6})[.:)]\s+(\S.*)", re.DOTALL)
"""A title that begins with a number, which is the proposal's own when the file has the same: ``3. Retry``."""

_ZERO = re.compile(r"(?<![0-9])0(?![0-9])")
"""The number 0 as it is written; ``0000`` is the place for another number."""

_GLANCE = 200
"""Characters in which the text below nearly every heading begins, and needs no closer look."""

_QUOTE = re.compile(r"^ {0,3}>", re.MULTILINE)
_FEWEST = 2
"""Known labels that make a page's lines a header that nothing asked for; one can be a sentence between colons."""

_THEMATIC_BREAK = re.compile(r"^ {0,3}(?:-[ \t]*){3,}$|^ {0,3}(?:\*[ \t]*){3,}$|^ {0,3}(?:_[ \t]*){3,}$", re.MULTILINE)


def read_page(source: Source, schema: Schema) -> Page:
    """Read one page. Never raises: what is wrong with the page is in the record, for the rules to report."""
    outline = read_outline(source)
    banners = find_banners(source, outline, schema)
    header = _read_around(source, outline, banners, schema)
    proposal = _proposal(source, schema, outline, header)
    if banners:
        proposal = replace(proposal, banners=banners)
    return Page(source, schema, outline, header, proposal)


def _read_around(source: Source, outline: Outline, banners: tuple[Banner, ...], schema: Schema) -> RawHeader:
    """Read the header around *banners*. A banner ends it when no field of the process follows: ``**In short**: …``."""
    header = read_header(*without_banners(source, outline, banners), schema)
    last: dict[str, int] = {}
    last_known: dict[str, int] = {}
    for raw in header.fields if banners else ():
        last[raw.spelling] = raw.span.start
        if fold(raw.label) in schema.field_names:
            last_known[raw.spelling] = raw.span.start
    for place, banner in enumerate(banners):
        start = banner.span.start
        for name, span in header.spans.items():
            if max(span.start, last_known.get(name, 0)) < start < min(span.end, last.get(name, 0)):
                return read_header(*without_banners(source, outline, banners[:place]), schema)
    return header


_Reader = Callable[[Source, Outline, Schema], Part]


def read_header(source: Source, outline: Outline, schema: Schema) -> RawHeader:
    """Read the header of a page in every spelling that the project reads. Never raises: see :class:`HeaderProblem`."""
    wanted = {DIRECTIVE, *schema.spellings, *((_SIDECAR,) if source.beside is not None else ())}
    readers: dict[str, _Reader] = {name: SPELLINGS[name].read for name in SPELLINGS if name in wanted}
    if schema.spellings == DEFAULT_SPELLINGS:
        for name, marks in UNMISTAKABLE.items():
            if any(mark in source.text for mark in marks):
                readers[name] = SPELLINGS[name].read_unasked
    parts = {name: read(source, outline, schema) for name, read in readers.items()}
    if all(part.span is None or part.alone is not None for part in parts.values()):
        parts = {name: part if part.alone is None else part.alone for name, part in parts.items()}
    parts = _without_repeated(parts)
    if schema.spellings != DEFAULT_SPELLINGS or len(readers) > len(wanted):
        parts = _without_repeated(parts | _below(source, outline, schema, parts, readers))
    spans = {name: part.span for name, part in parts.items() if part.span is not None}
    fields = sorted(
        (field for part in parts.values() for field in part.fields), key=lambda field: field.label_span.start
    )
    problems = (problem for part in parts.values() for problem in part.problems)
    return RawHeader(
        tuple(sorted(fields, key=lambda field: field.label_span.start)),
        spans,
        tuple(sorted(problems, key=lambda problem: problem.span.start)),
        () if spans else _heading_style(outline, schema),
        tuple(span for part in parts.values() for span in part.text),
    )


def _heading_style(outline: Outline, schema: Schema) -> tuple[Span, ...]:
    """The headings that are field labels, if they look like a header: a status and at least one more."""
    found = [
        (field, heading.span)
        for heading in outline.headings
        if (field := schema.field_names.get(fold(heading.text.rstrip(":"))))
    ]
    has_status = any(field is schema.status_field for field, _ in found)
    return tuple(span for _, span in found) if has_status and len(found) > 1 else ()


def _below(
    source: Source, outline: Outline, schema: Schema, parts: dict[str, Part], readers: dict[str, _Reader]
) -> dict[str, Part]:
    """The headers in other spellings right below those that were found: a page may have two that disagree."""
    found: dict[str, Part] = {}
    ends = [part.span.end for part in parts.values() if part.span is not None and not part.span.is_beside]
    for name, read in readers.items():
        for end in ends if name in parts and parts[name].span is None and name != _SIDECAR else ():
            part = read(source, replace(outline, body_start=end), schema)
            if part.span is not None:
                found[name] = part
    return found


def _without_repeated(parts: dict[str, Part]) -> dict[str, Part]:
    """*parts* without those that share lines with one that begins before them, or that is longer.

    Two spellings can take the same lines for theirs, and a list below a label is its value. Sections share their lines
    with whatever stands between them.
    """
    spans = {
        name: part.span
        for name, part in parts.items()
        if part.span is not None and SPELLINGS[name].occurrence is not Occurrence.TEXT
    }
    if len(spans) < 2:
        return parts
    dropped: set[str] = set()
    last: Span | None = None
    # The sort is stable: of two that are the same, the one that comes first in the table counts.
    for name, span in sorted(spans.items(), key=lambda item: (item[1].start, -item[1].end)):
        if last is not None and span.start < last.end:
            dropped.add(name)
        else:
            last = span
    return {name: part for name, part in parts.items() if name not in dropped}


def blanked_lines(source: Source, outline: Outline, header: RawHeader, schema: Schema) -> Iterator[tuple[int, int]]:
    """The first and the last line of each part of a header that the parsers of Sphinx must not see."""
    text = {line for span in header.text for line in range(span.line, source.line_of(span.end) + 1)}
    for name in {*schema.spellings, *header.spans}:
        if lines := SPELLINGS[name].blanked_lines(source, outline, header):
            first = lines[0]
            for line in range(lines[0], lines[1] + 1) if text else ():
                if line in text:
                    yield first, line - 1
                    first = line + 1
            yield first, lines[1]


def page_metadata(header: RawHeader) -> dict[str, str]:
    """The metadata for Sphinx, docutils or a theme that is among the fields of a header, such as ``orphan``."""
    return {raw.label.lower(): raw.value for raw in header.fields if _is_metadata(raw)}


def _is_metadata(raw: RawField) -> bool:
    return SPELLINGS[raw.spelling].is_metadata(raw.label)


def find_unread(source: Source, outline: Outline, schema: Schema) -> tuple[Spelling, Part] | None:
    """The header that the page has in a spelling which the project does not read, if it has one."""
    for name, spelling in SPELLINGS.items():
        if name not in (*DEFAULT_SPELLINGS, *schema.spellings) and spelling.is_writable:
            part = spelling.read(source, outline, schema)
            if sum(fold(field.label) in schema.field_names for field in part.fields) >= _FEWEST:
                return spelling, part
    return None


def find_quoted(source: Source, outline: Outline, schema: Schema) -> Part:
    """The fields, the status among them, that the page has in a quotation; a part without fields when it has none."""
    if not source.is_rst and _QUOTE.search(source.text):
        without = source.with_text(_QUOTE.sub(lambda match: " " * len(match[0]), source.text))
        for spelling in SPELLINGS.values():
            if spelling.is_writable:
                part = spelling.read(without, outline, schema)
                if any(schema.field_names.get(fold(field.label)) is schema.status_field for field in part.fields):
                    return part
    return Part()


def unread_proposal(path: str, schema: Schema) -> Proposal:
    """The record of a page whose text cannot be read: what its file name says, so that it stays in every table."""
    number, slug = file_number(schema.name_of(path), schema.prefix)
    return Proposal(
        path=path, number=number or None, numbers=(), slug=slug, title="", title_span=None, status=None, status_raw="",
        category=None, category_raw="", fields={}, extra=(), sections=(), summary="", spellings=(), header_span=None,
        suppressions=(),
    )  # fmt: skip


def _proposal(source: Source, schema: Schema, outline: Outline, header: RawHeader) -> Proposal:
    fields, extra = _fields(source, schema, header)
    stated = _stated_title(fields, source, schema)
    heading = _title_heading(outline, header, schema, stated=stated is not None or schema.title_from_name)
    no_title = heading is None or heading.level > 1 or section_key(heading.text) in schema.section_names
    if stated is None and (no_title or schema.title_from_field):
        stated = page_title(source)
        heading = None if stated and no_title else heading
    is_heading = heading is not None and not (stated and schema.title_from_field)
    title = stated
    if heading and is_heading:
        title = shown_text(source, source.written(heading.span), schema.prefix), heading.span
    sections = _sections(source, schema, outline, heading)
    status = _text(fields, schema.status_field)
    category = _text(fields, schema.category_field)
    numbers, slug, title_text = _numbers(source, schema, fields, title, status[0])
    if schema.title_from_name and title is None:
        title_text = title_of_name(slug)
    opening = schema.opening_section
    summary = next((section for section in sections if section.canonical == opening), None)
    return Proposal(
        path=source.path,
        number=numbers[0][1] if numbers else None,
        numbers=numbers,
        slug=slug,
        title=title_text,
        title_span=title[1] if title else None,
        has_heading=is_heading,
        status=status[0],
        status_raw=status[1],
        category=category[0],
        category_raw=category[1],
        fields=fields,
        extra=extra,
        sections=sections,
        summary=first_paragraph(source, summary.body, schema.prefix) if summary else "",
        spellings=tuple(header.spans),
        header_span=next(iter(header.spans.values()), None),
        suppressions=read_suppressions(source, outline),
        requirements=read_requirements(source, outline, schema).together,
    )


def _fields(source: Source, schema: Schema, header: RawHeader) -> tuple[dict[str, FieldValue], tuple[RawField, ...]]:
    fields: dict[str, FieldValue] = {}
    extra: list[RawField] = []
    right = schema.agree_with
    for raw in sorted(header.fields, key=lambda raw: (raw.spelling != right, _PRECEDENCE[raw.spelling])):
        field = schema.field_names.get(fold(raw.label))
        if field is None:
            if not _is_metadata(raw):
                extra.append(raw)
        elif field.key not in fields:
            fields[field.key] = read_field(source, schema, field, raw)
        elif is_continued(field, raw, fields[field.key]):
            fields[field.key] = _joined(fields[field.key], read_field(source, schema, field, raw))
    if header.spans or schema.default_status or has_implied_status(source.path, schema):
        _add_implied(fields, source, schema, header)
    _add_note(fields, source, schema)
    return fields, tuple(extra)


def is_continued(field: Field, raw: RawField, earlier: RawField | FieldValue) -> bool:
    """True if *raw* adds values to *earlier*, which is the same field: docutils and mail let a field be repeated."""
    return field.many and raw.spelling == earlier.spelling and SPELLINGS[raw.spelling].repeats_fields


def _joined(one: FieldValue, other: FieldValue) -> FieldValue:
    """A repeated field as one value; a placeholder gives way to what is given."""
    if other.state is not State.GIVEN:
        return one
    if one.state is not State.GIVEN:
        return other
    if not isinstance(one.value, tuple) or not isinstance(other.value, tuple):
        return one
    value = cast("Value", one.value + other.value)
    return replace(one, raw=f"{one.raw}, {other.raw}", value=value, more=one.more or other.more)


def _add_implied(fields: dict[str, FieldValue], source: Source, schema: Schema, header: RawHeader) -> None:
    """Give a proposal what the process and its path say, where it states nothing itself."""
    path = source.path
    spelling, span = next(iter(header.spans.items()), (next(iter(schema.spellings), DIRECTIVE), Span(0, 0, 1, 1)))
    for field, name in implied(path, schema):
        if field.key not in fields:
            fields[field.key] = FieldValue(field.key, field.label, State.GIVEN, name, name, span, span, spelling)
    for field, text in from_path(path, schema):
        if field.key not in fields:
            fields[field.key] = read_field(source, schema, field, RawField(field.label, text, span, span, spelling))
    status = schema.status_field
    if status is not None and status.key not in fields and schema.default_status:
        field, name = status, schema.default_status
        fields[field.key] = FieldValue(field.key, field.label, State.GIVEN, name, name, span, span, spelling)


def implied(path: str, schema: Schema) -> Iterator[tuple[Field, str]]:
    """The status and the category that the pages at *path* have without saying so."""
    for field, entries in ((schema.status_field, schema.statuses), (schema.category_field, schema.categories)):
        found = next((entry.name for entry in entries.values() if matches(path, entry.paths)), None)
        if field is not None and found is not None:
            yield field, found


def has_implied_status(path: str, schema: Schema) -> bool:
    """True if the pages at *path* have a status without saying so."""
    return any(field is schema.status_field for field, _ in implied(path, schema))


def from_path(path: str, schema: Schema) -> Iterator[tuple[Field, str]]:
    """The fields whose values are names of directories in *path*, each with the name."""
    for field in schema.fields.values():
        if field.path and matches(path, (field.path.replace("{}", "*"),)):
            yield field, path.split("/")[field.path.split("/").index("{}")]


def _add_note(fields: dict[str, FieldValue], source: Source, schema: Schema) -> None:
    """Give a proposal the fields that the words behind and below its status state."""
    value = fields.get(schema.status_field.key) if schema.status_field else None
    status = schema.statuses.get(value.value) if value is not None and isinstance(value.value, str) else None
    if value is None or status is None:
        return
    stated = lines_below(value.raw, schema)
    if status.note and (text := split_status(value.raw, schema)[1]):
        stated.insert(0, (schema.fields[status.note], text))
    own = set(fields)
    for field, text in stated:
        if field.key in own or (field.key in fields and not field.many):
            continue
        raw = RawField(
            label=field.label, label_span=value.label_span, value=text, span=value.span, spelling=value.spelling
        )
        found = read_field(source, schema, field, raw)
        fields[field.key] = _joined(fields[field.key], found) if field.key in fields else found


def read_field(source: Source, schema: Schema, field: Field, raw: RawField) -> FieldValue:
    """Read one field's value by its type."""
    if source.beside is not None and raw.span.is_beside:
        here = replace(raw, span=raw.span.within, label_span=raw.label_span.within)
        return _beside(read_field(source.beside, schema, field, here))
    kind = type_of(field)
    raw = _without_placeholders(raw, schema)
    state = kind.state(raw.value, field, schema)
    reading = kind.read(raw, source, field, schema) if state is State.GIVEN else Reading(None)
    return FieldValue(
        key=field.key,
        label=raw.label,
        state=state,
        raw=raw.value,
        value=reading.value,
        span=raw.span,
        label_span=raw.label_span,
        spelling=raw.spelling,
        qualifier=raw.qualifier,
        more=reading.more,
    )


def _without_placeholders(raw: RawField, schema: Schema) -> RawField:
    """*raw* with spaces for the lines that are placeholders of the process, unless the whole value is one."""
    if not schema.placeholders or "\n" not in raw.value:
        return raw
    lines = [" " * len(line) if schema.is_placeholder(line) else line for line in raw.value.split("\n")]
    return replace(raw, value="\n".join(lines))


def _beside(value: FieldValue) -> FieldValue:
    """A value read from the file beside the page, with its places and those of its items as the page names them."""
    items = value.value
    if isinstance(items, tuple):
        items = tuple(item if isinstance(item, str) else replace(item, span=item.span.beside) for item in items)
    return replace(value, value=items, span=value.span.beside, label_span=value.label_span.beside)


def _text(fields: dict[str, FieldValue], field: Field | None) -> tuple[str | None, str]:
    """The canonical and the raw text of a status or category."""
    value = fields.get(field.key) if field else None
    if value is None:
        return None, ""
    return (value.value if isinstance(value.value, str) else None), value.raw


def _stated_title(fields: dict[str, FieldValue], source: Source, schema: Schema) -> tuple[str, Span] | None:
    """The title that a field states, and where. It is written in the markup of the page, and kept as plain text."""
    field = schema.title_field
    value = fields.get(field.key) if field else None
    if field is None or value is None or not isinstance(value.value, str):
        return None
    title = shown_text(source, value.value, schema.prefix, is_html=False)
    fields[field.key] = replace(value, value=title)
    return title, value.span


def _title_heading(outline: Outline, header: RawHeader, schema: Schema, *, stated: bool) -> Heading | None:
    """The first heading, unless it is plainly a section: then the title was forgotten, or a field states it.

    :param stated: whether something else does; a header before the first heading then leaves nothing to guess.
    """
    if not outline.headings:
        return None
    first = outline.headings[0]
    below = any(
        span.start < first.start and not SPELLINGS[name].title_may_follow for name, span in header.spans.items()
    )
    if (below or stated or schema.title_field) and section_key(first.text) in schema.section_names:
        return None
    return None if stated and (below or first.level > 1) else first


def _numbers(
    source: Source, schema: Schema, fields: dict[str, FieldValue], title: tuple[str, Span] | None, status: str | None
) -> tuple[tuple[tuple[str, int, Span], ...], str, str]:
    """Every statement of the number, in order of precedence, with the slug and the title freed of the number."""
    numbers: list[tuple[str, int, Span]] = []
    field = schema.number_field
    value = fields.get(field.key) if field else None
    if value is not None and isinstance(value.value, int):
        numbers.append(("field", value.value, value.span))
    in_name, slug = file_number(schema.name_of(source.path), schema.prefix)
    # `0000-` is how an open proposal says that it has no number yet; once decided, it is the number 0.
    is_decided = status is not None and schema.statuses[status].kind is not StatusKind.OPEN
    if in_name is not None and (in_name != 0 or is_decided):
        numbers.append(("file name", in_name, source.span(0, 0)))
    if title is None:
        return tuple(numbers), slug, ""
    in_title, text, length = _split_title(title[0], in_name, schema)
    # `XEP-0` is a number, however open it is: the place for one is written with its zeros.
    if in_title is not None and (in_title != 0 or is_decided or _ZERO.search(title[0], 0, length)):
        numbers.append(("title", in_title, title[1]))
    return tuple(numbers), slug, text


def _split_title(title: str, in_name: int | None, schema: Schema) -> tuple[int | None, str, int]:
    """The number in a title, the rest, and the number of characters in front of that.

    The prefix is no part of the title, whether it holds a number or, as in ``DEP-NNNN:``, the place for one.
    """
    number, text, length = title_number(title, schema.prefix)
    if number is None and (match := _NUMBERED.fullmatch(text)) and int(match[1]) == in_name:
        text = match[2]
    return number, text, length


def bare_title(title: str, path: str, schema: Schema) -> str:
    """*title*, the plain text of the heading of the page *path*, without the number."""
    return _split_title(title, file_number(schema.name_of(path), schema.prefix)[0], schema)[1]


def _sections(source: Source, schema: Schema, outline: Outline, title: Heading | None) -> tuple[SectionRecord, ...]:
    """The headings beside the title or directly under it (real files write both), with what is below each."""
    headings = outline.headings
    top = title.level if title else min((heading.level for heading in headings), default=1)
    records: list[SectionRecord] = []
    # The level that is "directly under the title" is that of the first heading after it; under a sibling of the title
    # there is none.
    direct: int | None = None
    under_title = True
    ends = _ends(headings, len(source.text))
    for index, heading in enumerate(headings):
        if heading is title:
            continue
        if heading.level <= top:
            under_title = False
        elif not under_title:
            # `# Drawbacks` among `##` sections: those that follow are meant to be its siblings.
            if heading.level != direct:
                continue
        else:
            direct = heading.level if direct is None else min(direct, heading.level)
            if heading.level != direct:
                continue
        following = headings[index + 1] if index + 1 < len(headings) else None
        end = ends[index]
        has_subsections = following is not None and following.start < end
        definition = schema.section_names.get(section_key(heading.text))
        body = source.span(heading.end, max(heading.end, end))
        records.append(
            SectionRecord(
                name=heading.text,
                canonical=definition.name if definition else "",
                level=heading.level,
                span=heading.span,
                body=body,
                empty=not has_subsections and _is_blank(source, body, outline),
            )
        )
    return tuple(records)


def _ends(headings: tuple[Heading, ...], length: int) -> list[int]:
    """The end of the text below each heading: the next heading of the same or a higher level."""
    ends = [length] * len(headings)
    open_ones: list[int] = []
    for index, heading in enumerate(headings):
        while open_ones and headings[open_ones[-1]].level >= heading.level:
            ends[open_ones.pop()] = heading.start
        open_ones.append(index)
    return ends


def _is_blank(source: Source, body: Span, outline: Outline) -> bool:
    """True if there is nothing in *body* but space, comments and thematic breaks."""
    if source.text[body.start : min(body.end, body.start + _GLANCE)].lstrip()[:1].isalnum():
        return False
    text = []
    position = body.start
    for index in range(bisect_right(outline.comments, position, key=lambda span: span.end), len(outline.comments)):
        comment = outline.comments[index]
        if comment.start >= body.end:
            break
        text.append(source.text[position : max(position, comment.start)])
        position = comment.end
    text.append(source.text[position : body.end])
    return not _THEMATIC_BREAK.sub("", "".join(text)).strip()

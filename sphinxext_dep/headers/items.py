"""A header taken out of its spelling: fields, what was said beside them, and the place that they took in the page."""

from __future__ import annotations

import re

import msgspec

from sphinxext_dep.headers.block import HEADER_DIRECTIVE
from sphinxext_dep.headers.field_lines import FieldLines, field_lines
from sphinxext_dep.headers.heading_style import heading_fields
from sphinxext_dep.markup.markdown import front_matter_end, with_plain_newlines
from sphinxext_dep.model.edit import RefusedError, line_end
from sphinxext_dep.model.header import RawField, Spelling
from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.schema import Field, fold

_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_RST_COMMENT = re.compile(r"\.\.[ \t]+(.*)", re.DOTALL)
_YAML_COMMENT = re.compile(r"[ \t]#[ \t]?(.*)")
_BESIDE = re.compile(r"(?P<key>[\w-]+): (?P<text>.*)", re.DOTALL)
_SUPPRESSION = re.compile(r"dep:\s*ignore\b", re.IGNORECASE)
_LEFT_BELOW = re.compile(r"(?:[ \t]*(?:-{3,}|\*{3,}|_{3,})?[ \t]*\n|<!--(?:(?!-->).)*-->)*", re.DOTALL)
_NOT_KEY = re.compile(r"[\W_]+")


class Item(msgspec.Struct, frozen=True):
    """One field.

    :param field: its definition, or ``None`` when the schema does not know it.
    :param label: as the field block writes it.
    :param key: as the other spellings write it.
    :param value: as read; lines are separated by newlines.
    :param comments: what was said beside it, without the marks of a comment.
    """

    field: Field | None
    label: str
    key: str
    value: str
    qualifier: str = ""
    comments: tuple[str, ...] = ()


class Header(msgspec.Struct, frozen=True):
    """A header, and the places in the page that it takes.

    :param comments: those that belong to no field, without their marks.
    :param ranges: offsets of everything that a header in another spelling takes the place of.
    """

    items: tuple[Item, ...]
    comments: tuple[str, ...]
    ranges: tuple[tuple[int, int], ...]


def read_items(page: Page) -> Header:
    """The header of *page*, which has one spelling, or is written as sections.

    :raises RefusedError: when a part of it would be lost.
    """
    header = page.header
    for problem in header.problems:
        raise RefusedError(f"line {problem.span.line}: {problem.message}", problem.help)
    for raw in header.fields:
        if raw.note:
            raise RefusedError(f"line {raw.span.line}: a comment took the value of `{raw.label}`", "put it in quotes")
    if len(header.spans) > 1:
        raise RefusedError(f"the page has its header in {len(header.spans)} spellings", "keep one, with all fields")
    if Spelling.BLOCK in header.spans:
        return _block(page)
    if Spelling.DIRECTIVE in header.spans:
        return _directive(page)
    if Spelling.FRONT_MATTER in header.spans:
        return _front_matter(page)
    if header.heading_style:
        return _sections(page)
    for spelling in header.spans:
        raise RefusedError(f"the header of {page.source.path} is written as {spelling}", "convert it by hand")
    raise RefusedError("the page has no header", "`sphinx-dep explain missing-header` says how to write one")


def _item(raw: RawField, field: Field | None, comments: list[str]) -> Item:
    if raw.spelling is Spelling.BLOCK:
        label, key = raw.label, field.key if field else _NOT_KEY.sub("-", raw.label.lower()).strip("-")
    else:
        label, key = field.label if field else raw.label.replace("-", " ").title(), raw.label
    return Item(field, label, key, raw.value, raw.qualifier, tuple(comments))


def _block(page: Page) -> Header:
    text = page.source.text
    span = page.header.spans[Spelling.BLOCK]
    lines = field_lines(page, Spelling.BLOCK)
    own = [[_bare(text[start:end]) for start, end in line.comments] for line in lines]
    loose: list[str] = []
    ends = [*(line.start for line in lines[1:]), span.end]
    for line, comments, end in zip(lines, own, ends, strict=True):
        for comment in _between(page, line.line_end, max(line.line_end, end)):
            beside = _BESIDE.fullmatch(comment) if page.source.suffix == ".rst" else None
            if beside and line.field is not None and line.field.key == beside["key"]:
                comments.append(beside["text"])
            else:
                loose.append(comment)
    items = [_item(line.raw, line.field, comments) for line, comments in zip(lines, own, strict=True)]
    return Header(tuple(items), tuple(loose), ((span.start, span.end),))


def _between(page: Page, start: int, end: int) -> list[str]:
    """The comments between two fields of a block; there is nothing else."""
    found: list[str] = []
    position = start
    for comment in page.outline.comments:
        if start <= comment.start < end:
            _refuse_text(page, position, comment.start)
            found.append(_bare(page.source.text[comment.start : comment.end]))
            position = comment.end
    _refuse_text(page, position, end)
    return found


def _refuse_text(page: Page, start: int, end: int) -> None:
    if text := page.source.text[start:end].strip():
        line = page.source.line_of(start + len(page.source.text[start:end]) - len(page.source.text[start:end].lstrip()))
        raise RefusedError(
            f"line {line}: `{text.splitlines()[0]}` is neither a field nor a comment", "move it below the header"
        )


def _directive(page: Page) -> Header:
    """The directive, and the comments below it that say which field they belong to, as :mod:`.convert` writes them."""
    text = page.source.text
    span = page.header.spans[Spelling.DIRECTIVE]
    lines = field_lines(page, Spelling.DIRECTIVE)
    own = {line.raw.label: _behind(page, line) for line in lines}
    block = next(block for block in page.outline.directives if block.name == HEADER_DIRECTIVE)
    loose = []
    position = line_end(page.source, block.start)
    for start, end in [*((line.start, line.line_end) for line in lines), (block.body[1], block.body[1])]:
        for row in text[position : max(position, start)].splitlines():
            written = row.strip().lstrip(":").strip()
            if written.startswith("#"):
                loose.append(written[1:].strip())
            elif written.strip("-"):
                raise RefusedError(f"`{written}` in the header is no option", "move it below the header")
        position = end
    end = span.end
    keys = {fold(line.raw.label): line.raw.label for line in lines}
    for comment in page.outline.comments:
        if comment.start < end:
            continue
        beside = _BESIDE.fullmatch(_bare(text[comment.start : comment.end]))
        if text[end : comment.start].strip() or not beside or fold(beside["key"]) not in keys:
            break
        own[keys[fold(beside["key"])]].append(beside["text"])
        end = comment.end
    items = [_item(line.raw, line.field, own[line.raw.label]) for line in lines]
    return Header(tuple(items), tuple(loose), ((span.start, end),))


def _behind(page: Page, line: FieldLines) -> list[str]:
    """The YAML comments behind the value of an option, or among the items of a list."""
    text, span = page.source.text, line.raw.span
    found: list[str] = []
    if line.raw.spelling is Spelling.FRONT_MATTER and text[span.start : span.start + 1] in ("-", "["):
        rows = text[span.start : span.end].splitlines()
        comments = (match[1].strip() for row in rows if (match := _YAML_COMMENT.search(row)))
        found += (comment for comment in comments if comment not in line.raw.value)
    rest = text[max(span.end, line.raw.label_span.end) : line.end].lstrip("\"':").strip()
    if rest.startswith("#"):
        found.append(rest[1:].strip())
    elif rest:
        raise RefusedError(f"line {span.line}: `{rest}` stands behind the value of `{line.raw.label}`", "remove it")
    return found


def _front_matter(page: Page) -> Header:
    """Our keys; those that other tools read stay where they are."""
    source = page.source
    lines = field_lines(page, Spelling.FRONT_MATTER)
    items = [_item(line.raw, line.field, _behind(page, line)) for line in lines]
    found = front_matter_end(with_plain_newlines(source.text))
    closing, behind = found or (0, 0)
    position = source.line_starts[1] if len(source.line_starts) > 1 else 0
    others = ""
    for line in lines:
        others += source.text[position : line.start]
        position = _next_line(page, line.line_end)
    others += source.text[position:closing]
    if all(not row.strip() or row.lstrip().startswith("#") for row in others.splitlines()):
        while source.text[behind : behind + 1] in ("\n", "\r"):
            behind += 1
        rows = (row.strip()[1:].strip() for row in others.splitlines() if row.strip())
        return Header(tuple(items), tuple(rows), ((0, behind),))
    return Header(tuple(items), (), tuple((line.start, _next_line(page, line.line_end)) for line in lines))


def _next_line(page: Page, offset: int) -> int:
    line = page.source.line_of(offset)
    starts = page.source.line_starts
    return starts[line] if line < len(starts) else len(page.source.text)


def _sections(page: Page) -> Header:
    """A header written as sections; of each only the heading and the value are taken."""
    items: list[Item] = []
    ranges: list[tuple[int, int]] = []
    for found in heading_fields(page):
        rest = page.source.text[found.value_end : found.end].replace("\r\n", " \n")
        if not _LEFT_BELOW.fullmatch(f"{rest}\n"):
            line = page.source.line_of(found.start)
            raise RefusedError(
                f"line {line}: there is more than a value below the heading `{found.field.label}`",
                "move the rest into a section of its own",
            )
        items.append(Item(found.field, found.field.label, found.field.key, found.value))
        blank = len(rest) - len(rest.lstrip())
        ranges.append((found.start, found.value_end + blank))
    return Header(tuple(items), (), tuple(ranges))


def _bare(comment: str) -> str:
    """The text of a comment without its marks."""
    match = _COMMENT.fullmatch(comment.strip()) or _RST_COMMENT.fullmatch(comment.strip())
    return (match[1] if match else comment.strip().lstrip("%")).strip()


def is_suppression(comment: str) -> bool:
    """Whether the text of a comment suppresses diagnostics: it does so as a comment of the page only."""
    return _SUPPRESSION.match(comment) is not None

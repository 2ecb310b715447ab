"""From one spelling of a header to another. Nothing is lost: what cannot be carried over is refused.

The result is read by the reader that reads every page, and has to say the same.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from sphinxext_dep.fields import type_of
from sphinxext_dep.headers.base import Content, Item, Spelling, Written
from sphinxext_dep.headers.page import read_field, read_page
from sphinxext_dep.headers.spellings import SPELLINGS
from sphinxext_dep.model.proposal import Date, FieldValue, Link, ListedDate, Page, Person, RawField, Reference
from sphinxext_dep.model.source import Edit, RefusedError, apply_edits, line_end, newline_of


def convert(page: Page, spelling: Spelling) -> Page:
    """The page with its header in *spelling*; the page itself when it has it already.

    :raises RefusedError: when something would be lost.
    """
    if list(page.header.spans) == [spelling.name]:
        return page
    if spelling.is_writable and not spelling.can_write(page.source.markup):
        raise RefusedError(f"reStructuredText has no {spelling.name}", "use --to directive, or --to block")
    header = _content(page)
    items = [item if spelling.keeps_lines else _flat(page, item) for item in header.items]
    written = spelling.write(items, page.source.markup, header.comments)
    after = read_page(apply_edits(page.source, _edits(page, header, written, spelling)), page.schema)
    _same(page, after, header, spelling)
    return after


def _content(page: Page) -> Content:
    """The header of *page*: all spellings that it has, or its sections.

    :raises RefusedError: when a part of it would be lost.
    """
    header = page.header
    for problem in header.problems:
        raise RefusedError(f"line {problem.span.line}: {problem.message}", problem.help)
    for raw in header.fields:
        if raw.note:
            raise RefusedError(f"line {raw.span.line}: a comment took the value of `{raw.label}`", "put it in quotes")
    names = list(header.spans) or (["sections"] if header.heading_style else [])
    if not names:
        raise RefusedError("the page has no header", "`sphinx-dep explain missing-header` says how to write one")
    contents = [SPELLINGS[name].content(page) for name in names]
    keys = [{item.key for item in content.items} for content in contents]
    if len(set().union(*keys)) < sum(map(len, keys)):
        raise RefusedError(f"the page has its header in {len(names)} spellings", "keep one, with all fields")
    items = tuple(item for content in contents for item in content.items)
    comments = tuple(comment for content in contents for comment in content.comments)
    return Content(items, comments, tuple(sorted(place for content in contents for place in content.ranges)))


def not_restored(page: Page, after: Page) -> list[str]:
    """The differences from *page* if *after* were converted back, one text for each; empty when there are none.

    Labels, blank lines and the places of comments are no part of what a header says, and can come back otherwise.
    """
    if not page.header.spans:
        return ["the headings: nothing converts back to sections"]
    try:
        back = convert(after, SPELLINGS[next(iter(page.header.spans))])
    except RefusedError as error:
        return [f"the header as a whole: {error.message}"]
    lines, others = (source.text.splitlines(keepends=True) for source in (page.source, back.source))
    found: list[str] = []
    for kind, start, end, first, last in difflib.SequenceMatcher(None, lines, others, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        was, now = "".join(lines[start:end]).strip(), "".join(others[first:last]).strip()
        place = f"line {start + 1}"
        if was == now:
            found.append(f"{place}: space at the end of {_quoted(was)}" if was else f"{place}: blank lines")
        elif was and now:
            found.append(f"{place}: {_quoted(was)} would come back as {_quoted(now)}")
        else:
            found.append(f"{place}: {_quoted(was or now)} would come back in another place")
    return found


def _quoted(text: str) -> str:
    text = " ".join(text.split())
    return f"`{text[:79]}…`" if len(text) > 80 else f"`{text}`"


def _flat(page: Page, item: Item) -> Item:
    """*item* for the spellings in which a field is a line, and has no qualifier."""
    value, comments = item.flat_value, item.comments
    if item.qualifier and item.field is not None and type_of(item.field).is_relation:
        references = page.proposal.references(item.field.key)
        noted = (f"{reference.text} ({reference.note or item.qualifier})" for reference in references)
        value = ", ".join(noted) or value
    elif item.qualifier:
        comments = (f"({item.qualifier})", *comments)
    return Item(item.field, item.label, item.key, value, "", comments)


def _edits(page: Page, header: Content, written: Written, spelling: Spelling) -> list[Edit]:
    """Take the old header out and put the new one in: in its place, above everything else, or below the title."""
    source = page.source
    newline = newline_of(source)

    def text(plain: str) -> str:
        return plain.replace("\n", newline) if newline != "\n" else plain

    was_above = any(SPELLINGS[name].above_title for name in page.header.spans)
    ranges = [(first, _before_newline(source.text, last)) for first, last in header.ranges]
    (start, end), *others = ranges
    if spelling.above_title:
        edits = [Edit(first, last, "") for first, last in others]
        if written.comments:
            edits.append(Edit(start, end, text(written.comments)))
        elif not page.header.spans or was_above:
            edits.append(Edit(start, end, ""))
        else:
            edits.append(_cut(page, start, end))
        above = spelling.insert_above(page, written.header)
        place = max((edit.end for edit in edits if edit.start < above.start < edit.end), default=above.start)
        return [Edit(place, place, text(above.text)), *edits]
    if page.header.spans and not was_above and len(ranges) == 1:
        return [Edit(start, end, text(written.together))]
    if was_above or len(ranges) > 1:
        blanks = [source.text[last:] for _, last in ranges]
        ranges = [
            (first, last + len(blank) - len(blank.lstrip("\r\n")))
            for (first, last), blank in zip(ranges, blanks, strict=True)
        ]
    edits = [Edit(first, last, "") for first, last in ranges]
    title = next((item for item in page.outline.headings if item.span == page.proposal.title_span), None)
    # A page without a title may begin with a section that is a field: it goes, and nothing can stand below it.
    if title is not None and not any(first <= title.start < last for first, last in ranges):
        below = line_end(source, title.end)
        return [*edits, Edit(below, below, text(f"\n\n{written.together}"))]
    place = max(page.outline.body_start, ranges[-1][1] if was_above else 0)
    return [*edits, Edit(place, place, text(f"{written.together}\n\n"))]


def _before_newline(text: str, end: int) -> int:
    """*end*; when it lies within a CRLF, as what counts a newline as one character sees it, the place before that."""
    return end - 1 if text[end - 1 : end + 1] == "\r\n" else end


def _cut(page: Page, start: int, end: int) -> Edit:
    """Take a header out of the body, with the blank lines that set it off from what is above it, or else below."""
    text = page.source.text
    above = len(text[:start].rstrip())
    if above > page.outline.body_start:
        return Edit(line_end(page.source, above - 1), end, "")
    return Edit(start, end + len(text[end:]) - len(text[end:].lstrip("\r\n")), "")


def _same(page: Page, after: Page, header: Content, spelling: Spelling) -> None:
    """Make sure that *after* says what *page* says.

    :raises RefusedError: when it does not.
    """
    gone = {start for start, _ in header.ranges}
    before_headings = [(item.level, item.text) for item in page.outline.headings if item.start not in gone]
    reason = ""
    if list(after.header.spans) != [spelling.name] or after.header.problems:
        reason = "it would not be read"
    elif (old := _said(page, header.items)) != (new := _said(after, header.items)):
        reason = next(f"`{key}` would become something else" for key in {**old, **new} if old.get(key) != new.get(key))
    elif before_headings != [(item.level, item.text) for item in after.outline.headings]:
        reason = "a heading would be lost"
    elif lost := next(filter(None, (_lost(text, after) for item in header.items for text in item.comments)), ""):
        reason = f"the comment `{lost}` would be lost"
    elif page.proposal.suppressions and len(page.proposal.suppressions) != len(after.proposal.suppressions):
        reason = "a comment that suppresses diagnostics would be lost"
    elif lost := _lost_field(header.items, after):
        reason = f"the field `{lost}` would be lost"
    if reason:
        message = f"the header of {page.source.path} cannot be written as {spelling.name}: {reason}"
        raise RefusedError(message, "change that part by hand")


def _lost(comment: str, after: Page) -> str:
    """The first line of *comment* that the page does not have; comments lose only the space around their lines."""
    return next((line for line in comment.splitlines() if line.strip() not in after.source.text), "")


def _lost_field(items: Iterable[Item], after: Page) -> str:
    """The first unknown field that the page does not have; in front matter it is a key that belongs to no header."""
    text = after.source.text.lower()
    unknown = (item for item in items if item.field is None)
    return next((item.label for item in unknown if item.key not in text and item.label.lower() not in text), "")


def _said(page: Page, items: Iterable[Item]) -> dict[str, object]:
    """The meaning of the known fields of a page that has, or had, *items*: values and states, without spans."""
    return {key: _meaning(value) for key, value in _values(page, items).items()}


def _values(page: Page, items: Iterable[Item]) -> dict[str, FieldValue]:
    if page.header.spans:
        return page.proposal.fields
    values: dict[str, FieldValue] = {}
    nowhere = page.source.span(0, 0)
    for item in items:
        if item.field is not None:
            raw = RawField(item.label, item.value, nowhere, nowhere, "sections")
            values.setdefault(item.field.key, read_field(page.source, page.schema, item.field, raw))
    return values


def _meaning(value: FieldValue) -> object:
    found = value.value
    if isinstance(found, tuple):
        return value.state, [_item_meaning(item, value.qualifier) for item in found]
    if isinstance(found, Date):
        return value.state, found
    # The text as well, for a value that the process does not know must not change either.
    return value.state, found, " ".join(value.raw.split())


def _item_meaning(item: Person | Link | Reference | ListedDate | str, qualifier: str) -> object:
    if isinstance(item, Reference):
        return item.key, item.note or qualifier, item.problem
    if isinstance(item, str):
        return item
    return [getattr(item, name) for name in item.__struct_fields__ if name != "span"]

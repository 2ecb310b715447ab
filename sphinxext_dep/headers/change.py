"""Edits of a header: a field gets a value, a relation one more reference, a header one more field.

The places come from the reader. What an edit did is read again by the same reader (:func:`edited_page`): an edit that
would change anything else is refused, so that no spelling, however odd, is ever damaged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator

from sphinxext_dep.headers.block import HEADER_DIRECTIVE
from sphinxext_dep.headers.field_lines import FieldLines, field_lines
from sphinxext_dep.headers.line import inside_quotes, label_line, name_in, option_value
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.model.edit import Edit, RefusedError, apply_edits, line_end, newline_of
from sphinxext_dep.model.header import EDITABLE, RawField, Spelling
from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.schema import Field, fold
from sphinxext_dep.model.values import State

_BETWEEN = re.compile(r"(?:\*\*|__)?[ \t]*:(?:\*\*|__)?[ \t]*\Z")
"""What stands between a label and its value."""

_ITEM = re.compile(r"[ \t]*(?:[-*+\u2022]|\d{1,9}[.)])[ \t]+")
_PLAIN = re.compile(r"[\w ().-]+")
"""Text that can be added to any value without quotes."""


def set_field(page: Page, field: Field, value: str) -> list[Edit]:
    """Give *field* the value *value* in every spelling that has it; when none has, add it.

    :param value: on one line.
    :raises RefusedError: when the page has no header, or the value cannot be replaced without losing a comment.
    """
    stated = _stated(page, field)
    return [replace_value(page, raw, value) for raw in stated] or [insert_field(page, field, value)]


def replace_value(page: Page, raw: RawField, value: str) -> Edit:
    """Put *value*, on one line, in place of the value that stands at *raw*.

    :raises RefusedError: when a comment stands inside it.
    """
    refuse_uneditable(page, raw.spelling)
    text = page.source.text
    start, end = raw.span.start, raw.span.end
    if raw.spelling.has_labels:
        if "<!--" in text[start:end] and "<!--" not in raw.value:
            raise RefusedError(
                f"{page.source.path}:{raw.span.line}: there is a comment inside the value of `{raw.label}`",
                "move it behind the value, then try again",
            )
        written = value
    else:
        written = option_value(value, page.source.suffix if raw.spelling is Spelling.DIRECTIVE else "")
        if start < end and (quote := text[start - 1]) in "\"'" and quote == text[end : end + 1]:
            written = inside_quotes(value, quote)
    if start == end and not text[start - 1].isspace():
        written = f" {written}"
    return Edit(start, end, written)


def add_reference(page: Page, field: Field, text: str) -> list[Edit]:
    """Add the reference *text* to the relation *field*, behind those that are there.

    :raises RefusedError: as :func:`set_field` does.
    """
    known = page.proposal.fields.get(field.key)
    if known is None or known.state is not State.GIVEN:
        return set_field(page, field, text)
    return [_appended(page, raw, text) for raw in _stated(page, field)]


def insert_field(page: Page, field: Field, value: str) -> Edit:
    """Add a line for *field*, where the template has it among the fields that are there.

    :raises RefusedError: when the page has no header.
    """
    if not page.proposal.spellings:
        raise RefusedError("the page has no header", "give it one: `sphinx-dep explain missing-header` says how")
    spelling = page.proposal.spellings[0]
    refuse_uneditable(page, spelling)
    lines = field_lines(page, spelling)
    label = name_in(field, spelling)
    if not lines:
        return _first_option(page, label, value)
    order = {key: place for place, key in enumerate(page.schema.fields)}
    before = [line for line in lines if line.field is not None and order[line.field.key] < order[field.key]]
    previous = max(before, key=lambda line: order[line.field.key] if line.field else -1) if before else None
    neighbour = previous or lines[0]
    return _line_beside(page, lines, neighbour, _like(page, neighbour, spelling, label, value), behind=bool(previous))


def refuse_uneditable(page: Page, spelling: Spelling) -> None:
    """Complain when no command can edit a header in *spelling*.

    :raises RefusedError: then.
    """
    if spelling not in EDITABLE:
        raise RefusedError(
            f"the header of {page.source.path} is written as {spelling}, which is edited by hand",
            f"commands edit these spellings: {', '.join(EDITABLE)}",
        )


def edited_page(
    page: Page,
    edits: Iterable[Edit],
    changed: Collection[str],
    expect: Callable[[Page], bool],
    solved: Collection[str] = (),
) -> Page:
    """The page with *edits* made, once it is sure that they did what they were meant to do and nothing else.

    :param changed: what may have become different: keys of fields, and labels that the schema does not know.
    :param expect: whether it is now what it should be.
    :param solved: messages of the header's problems that are gone now.
    :raises RefusedError: when anything else became different.
    """
    after = read_page(apply_edits(page.source, edits), page.schema)
    words = {fold(word) for word in changed}
    if _rest(page, words, solved) != _rest(after, words, ()) or not expect(after):
        raise RefusedError(
            f"{page.source.path} cannot be edited without changing something else in it",
            "edit its header by hand",
        )
    return after


Statement = tuple[Spelling, str, str, str]
"""Spelling, key, value and qualifier of a field that the schema knows."""


def statements(page: Page) -> Iterator[Statement]:
    """The fields of the header that the schema knows, in page order."""
    names = page.schema.field_names
    for raw in page.header.fields:
        if field := names.get(fold(raw.label)):
            yield raw.spelling, field.key, raw.value, raw.qualifier


def has_statements(wanted: Iterable[Statement]) -> Callable[[Page], bool]:
    """For :func:`edited_page`: whether the header states all that is *wanted*."""
    expected = frozenset(wanted)
    return lambda page: expected <= set(statements(page))


def says(field: Field, value: str) -> Callable[[Page], bool]:
    """For :func:`edited_page`: whether the page gives *field* the value *value* wherever it states it."""

    def check(page: Page) -> bool:
        stated = _stated(page, field)
        return bool(stated) and all(" ".join(raw.value.split()) == " ".join(value.split()) for raw in stated)

    return check


def also_names(before: Page, field: Field, key: str) -> Callable[[Page], bool]:
    """For :func:`edited_page`: whether the relation *field* names all that it named *before*, and then *key*."""
    known = [reference.key for reference in before.proposal.references(field.key)]

    def check(page: Page) -> bool:
        keys = [reference.key for reference in page.proposal.references(field.key)]
        return keys[: len(known)] == known and key in keys[len(known) :]

    return check


def _rest(page: Page, changed: Collection[str], solved: Collection[str]) -> object:
    """Everything in a page that an edit of the fields *changed* must leave as it is."""
    names = page.schema.field_names
    fields = [
        (raw.spelling, raw.label, raw.value, raw.qualifier, raw.note)
        for raw in page.header.fields
        if fold(field.key if (field := names.get(fold(raw.label))) else raw.label) not in changed
    ]
    problems = sorted(problem.message for problem in page.header.problems if problem.message not in solved)
    outline = [(heading.level, heading.text) for heading in page.outline.headings]
    comments = sorted(page.source.text[span.start : span.end] for span in page.outline.comments)
    return fields, problems, outline, comments, list(page.header.spans)


def _stated(page: Page, field: Field) -> list[RawField]:
    """Where the page states *field*: of each spelling the first, which is the one that counts."""
    found: dict[Spelling, RawField] = {}
    for raw in page.header.fields:
        if page.schema.field_names.get(fold(raw.label)) is field:
            found.setdefault(raw.spelling, raw)
    return list(found.values())


def _appended(page: Page, raw: RawField, added: str) -> Edit:
    """One more item of the list that *raw* holds, in the form of those before it."""
    refuse_uneditable(page, raw.spelling)
    source = page.source
    text, end = source.text, raw.span.end
    written = text[raw.span.start : end]
    if raw.spelling is Spelling.FRONT_MATTER and written.startswith("["):
        return Edit(end - 1, end - 1, f", {option_value(added, '')}")
    is_yaml_list = raw.spelling is Spelling.FRONT_MATTER and written.startswith("- ")
    last_line = source.line_starts[source.line_of(end) - 1]
    item = _ITEM.match(text, last_line)
    if is_yaml_list or (raw.spelling.has_labels and item and "\n" in raw.value):
        lines = next(line for line in field_lines(page, raw.spelling) if line.raw is raw)
        marker = item[0] if item else "- "
        new = option_value(added, "") if is_yaml_list else added
        return Edit(lines.end, lines.end, f"{newline_of(source, last_line)}{marker}{new}")
    if raw.spelling.has_labels or _PLAIN.fullmatch(added):
        return Edit(end, end, f", {added}")
    return replace_value(page, raw, f"{raw.value}, {added}")


def _like(page: Page, neighbour: FieldLines, spelling: Spelling, label: str, value: str) -> str:
    """A line that is indented, and marked as an option, as *neighbour* is."""
    lead = page.source.text[neighbour.start : neighbour.raw.label_span.start]
    if spelling is Spelling.BLOCK:
        return lead[: len(lead) - len(lead.lstrip())] + label_line(label, value, spelling, page.source.suffix)
    if spelling.has_labels:
        # The marks of the list, the space behind the colon: as the line beside it has them.
        between = page.source.text[neighbour.raw.label_span.end : neighbour.raw.span.start]
        return f"{lead}{label}{between if _BETWEEN.fullmatch(between) else ': '}{value}"
    written = option_value(value, page.source.suffix if spelling is Spelling.DIRECTIVE else "")
    return f"{lead.rstrip(chr(34) + chr(39))}{label}: {written}"


def _line_beside(page: Page, lines: list[FieldLines], neighbour: FieldLines, line: str, *, behind: bool) -> Edit:
    """Add *line* behind or before *neighbour*, set off as the fields are set off from one another."""
    newline = newline_of(page.source, neighbour.start)
    place = lines.index(neighbour)
    break_mark = ""
    if neighbour.raw.spelling is Spelling.BLOCK:
        if _has_blank_lines(page, lines, place):
            newline *= 2
        else:
            break_mark = next((other.tail for other in lines if other.tail.strip() or len(other.tail) > 1), "")
    if not behind:
        return Edit(neighbour.start, neighbour.start, f"{line}{break_mark}{newline}")
    is_last = place == len(lines) - 1
    if is_last and break_mark and not neighbour.tail:
        return Edit(neighbour.line_end, neighbour.line_end, f"{break_mark}{newline}{line}")
    return Edit(neighbour.line_end, neighbour.line_end, f"{newline}{line}{'' if is_last else break_mark}")


def _has_blank_lines(page: Page, lines: list[FieldLines], place: int) -> bool:
    """Whether fields are set off by blank lines: as those beside *place* are; a single one is."""
    if len(lines) == 1:
        return True
    first = min(place, len(lines) - 2)
    between = page.source.text[lines[first].end : lines[first + 1].start]
    return len(between.splitlines()) > 1


def _first_option(page: Page, label: str, value: str) -> Edit:
    """The first option of a directive that has none."""
    source = page.source
    block = next((block for block in page.outline.directives if block.name == HEADER_DIRECTIVE), None)
    if block is None:
        raise RefusedError(f"the header of {source.path} holds no field to add another to", "write the first by hand")
    first_line = line_end(source, block.start)
    indent = " " * (block.indent + (3 if source.suffix == ".rst" else 0))
    line = label_line(label, value, Spelling.DIRECTIVE, source.suffix)
    return Edit(first_line, first_line, f"{newline_of(source, block.start)}{indent}{line}")

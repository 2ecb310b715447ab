"""Changes to a header: set a field, add a field, add a relation on both of its pages.

The positions come from the reader. The changed page is read again by the same reader (:func:`edited_page`): a change
with any other effect is refused, so that no header, however odd, is ever damaged.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from sphinxext_dep.fields import type_of
from sphinxext_dep.fields.choice import without_lines
from sphinxext_dep.headers.base import Spelling
from sphinxext_dep.headers.page import is_continued, read_page
from sphinxext_dep.headers.spellings import SPELLINGS
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.proposal import Page, RawField, State
from sphinxext_dep.model.schema import Field, fold
from sphinxext_dep.model.source import Edit, RefusedError, apply_edits


def set_field(page: Page, field: Field, value: str) -> list[Edit]:
    """Give *field* the value *value* in every spelling that has it; when none has, add it.

    :param value: on one line.
    :raises RefusedError: when the page has no header, or the value cannot be replaced without losing a comment.
    """
    stated = _stated(page, field)
    for raw, *others in stated:
        if others and is_continued(field, others[0], raw):
            raise RefusedError(
                f"`{raw.label}` of {page.source.path} is on {len(others) + 1} lines",
                "write its values on one line, separated by commas, then try again",
            )
    return [replace_value(page, same[0], value) for same in stated] or [insert_field(page, field, value)]


def replace_value(page: Page, raw: RawField, value: str) -> Edit:
    """Replace the value of *raw* by *value*, which is on one line.

    :raises RefusedError: when there is a comment inside the value, or no command can edit the header.
    """
    return _editable(page, raw.spelling).replace(page, raw, value)


def add_reference(page: Page, field: Field, text: str) -> list[Edit]:
    """Add the reference *text* to the relation *field*, behind those that are there.

    :raises RefusedError: as :func:`set_field` does.
    """
    known = page.proposal.fields.get(field.key)
    if known is None or known.state is not State.GIVEN:
        return set_field(page, field, text)
    last = [same[-1] if is_continued(field, same[-1], same[0]) else same[0] for same in _stated(page, field)]
    if not last:
        # A line below the status states it, and another one can.
        return [insert_field(page, field, text)]
    return [_editable(page, raw.spelling).append(page, raw, text) for raw in last]


def insert_field(page: Page, field: Field, value: str) -> Edit:
    """Add a line for *field*, where the template has it among the fields that are there.

    :raises RefusedError: when the page has no header.
    """
    if not page.proposal.spellings:
        raise RefusedError("the page has no header", "give it one: `sphinx-dep explain missing-header` says how")
    name = page.proposal.spellings[0]
    status = page.proposal.fields.get(page.schema.status_field.key) if page.schema.status_field else None
    if status is not None and status.spelling in page.header.spans and type_of(field).is_relation:
        name = status.spelling  # of two headers in one page, the one with the status has the relations
    return _editable(page, name).insert(page, field, value)


def refuse_uneditable(page: Page, name: str) -> None:
    """Refuse to edit a header that commands cannot edit.

    :param name: of the spelling.
    :raises RefusedError: then.
    """
    _editable(page, name)


def _editable(page: Page, name: str) -> Spelling:
    spelling = SPELLINGS[name]
    if not spelling.is_editable:
        known = ", ".join(name for name, other in SPELLINGS.items() if other.is_editable)
        raise RefusedError(
            f"the header of {page.source.path} is written as {name}, which is edited by hand",
            f"commands edit these spellings: {known}",
        )
    return spelling


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


Statement = tuple[str, str, str, str]
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
        return bool(stated) and all(_own(page, field, same[0]).split() == value.split() for same in stated)

    return check


def also_names(before: Page, field: Field, key: str) -> Callable[[Page], bool]:
    """For :func:`edited_page`: whether the relation *field* names all that it named *before*, and then *key*."""
    known = [reference.key for reference in before.proposal.references(field.key)]

    def check(page: Page) -> bool:
        keys = [reference.key for reference in page.proposal.references(field.key)]
        return keys[: len(known)] == known and key in keys[len(known) :]

    return check


def _rest(page: Page, changed: Collection[str], solved: Collection[str]) -> object:
    """Everything in a page that a change of the fields *changed* must leave as it is."""
    names = page.schema.field_names
    fields = [
        (raw.spelling, raw.label, _own(page, names.get(fold(raw.label)), raw, changed), raw.qualifier, raw.note)
        for raw in page.header.fields
        if fold(field.key if (field := names.get(fold(raw.label))) else raw.label) not in changed
    ]
    problems = sorted(problem.message for problem in page.header.problems if problem.message not in solved)
    outline = [(heading.level, heading.text) for heading in page.outline.headings]
    comments = sorted(page.source.text[span.start : span.end] for span in page.outline.comments)
    return fields, problems, outline, comments, list(page.header.spans)


def _own(page: Page, field: Field | None, raw: RawField, keys: Collection[str] | None = None) -> str:
    """The value of *raw* without the lines below a status that state other fields: those in *keys*, or all."""
    is_status = field is not None and field is page.schema.status_field
    return without_lines(raw.value, page.schema, keys) if is_status and "\n" in raw.value else raw.value


def _stated(page: Page, field: Field) -> list[list[RawField]]:
    """The statements of *field* in the page, for each spelling; the first counts, unless the field is repeated."""
    found: dict[str, list[RawField]] = {}
    for raw in page.header.fields:
        if page.schema.field_names.get(fold(raw.label)) is field:
            found.setdefault(raw.spelling, []).append(raw)
    return list(found.values())


def relate(
    catalog: Catalog, page: Page, field: Field, target: Page, note: str = "", *, stating: Page | None = None
) -> tuple[Page, Page]:
    """Let *page* name *target* in *field*, and *target* name *page* in the inverse, where *field* has one.

    A page that does so already stays as it is.

    :param note: the remark on the relation, such as ``partially``.
    :param stating: *page* when another change of it makes it name *target*.
    :returns: *page* and *target*, changed.
    :raises RefusedError: when one of them cannot be changed, or shares its number or name with another proposal.
    """
    for proposal in (target.proposal, page.proposal):
        found = catalog.resolve(catalog.label(proposal))
        if found is None or found.path != proposal.path:
            raise RefusedError(
                f"{proposal.path} cannot be named: {catalog.label(proposal)} is another proposal too",
                "give one of them another number, or another name, first",
            )
    inverse = catalog.schema.fields.get(field.inverse)
    related = stating or _with_reference(catalog, page, field, target, note)
    return related, _with_reference(catalog, target, inverse, page, note) if inverse else target


def _with_reference(catalog: Catalog, page: Page, field: Field, target: Page, note: str) -> Page:
    if catalog.names(page.proposal, field.key, target.proposal):
        return page
    edits = add_reference(page, field, catalog.reference_to(target.proposal, page.source.path, note))
    return edited_page(page, edits, (field.key,), also_names(page, field, target.proposal.key))

"""The other side of a relation: what the page that a relation names should say about the page that states it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sphinxext_dep.headers.change import add_reference, edited_page, names
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.edit import RefusedError
from sphinxext_dep.model.proposal import Page, Proposal
from sphinxext_dep.model.schema import Field


class Answer(NamedTuple):
    """A reference that the page *path* should have in *field*.

    :param text: as it is to be written: ``DEP-0012 (partially)``.
    :param key: the key of the proposal that it names.
    """

    path: str
    field: Field
    text: str
    key: str


def answer_to(catalog: Catalog, proposal: Proposal, field: Field, target: Proposal, note: str = "") -> Answer | None:
    """What *target* should say when *proposal* names it in *field*; ``None`` when *field* has no inverse.

    :param note: what *proposal* says about the relation, such as ``partially``.
    """
    inverse = catalog.schema.fields.get(field.inverse)
    return Answer(target.path, inverse, noted(catalog.label(proposal), note), proposal.key) if inverse else None


def both_sides(catalog: Catalog, proposal: Proposal, field: Field, target: Proposal, note: str = "") -> list[Answer]:
    """What is missing on either page when *proposal* names *target* in *field*: both sides, one, or nothing.

    :raises RefusedError: when a page of the two has no number or name of its own to be named by.
    """
    for named in (target, proposal):
        found = catalog.resolve(catalog.label(named))
        if found is None or found.path != named.path:
            raise RefusedError(
                f"{named.path} cannot be named: {catalog.label(named)} is another proposal too",
                "give one of them another number, or another name, first",
            )
    wanted = [(proposal, Answer(proposal.path, field, noted(catalog.label(target), note), target.key), target)]
    if back := answer_to(catalog, proposal, field, target, note):
        wanted.append((target, back, proposal))
    return [
        answer
        for stating, answer, named in wanted
        if all(found is None or found.path != named.path for _, found in catalog.forward(stating, answer.field.key))
    ]


def noted(label: str, note: str) -> str:
    """A reference with a note behind it."""
    return f"{label} ({note})" if note else label


def missing_answers(catalog: Catalog, path: str, diagnostics: Iterable[Diagnostic]) -> list[tuple[Diagnostic, Answer]]:
    """The answers that are missing where *diagnostics*, all of the page *path*, found one-way relations."""
    proposal = catalog.by_path.get(path)
    if proposal is None:
        return []
    places = {
        (reference.span.start, reference.span.end): (field, reference, target)
        for field in catalog.schema.relation_fields
        for reference, target in catalog.forward(proposal, field.key)
        if target is not None
    }
    found: list[tuple[Diagnostic, Answer]] = []
    for item in diagnostics:
        if (item.start, item.end) in places:
            field, reference, target = places[item.start, item.end]
            note = reference.note or proposal.fields[field.key].qualifier
            if answer := answer_to(catalog, proposal, field, target, note):
                found.append((item, answer))
    return found


def with_answers(page: Page, answers: Iterable[Answer]) -> Page:
    """The page with references added to its relations; those that it has already are left out.

    :raises RefusedError: when that would change anything else.
    """
    by_field: dict[str, list[Answer]] = {}
    for answer in dict.fromkeys(answers):
        by_field.setdefault(answer.field.key, []).append(answer)
    for key, wanted in by_field.items():
        before = [reference.key for reference in page.proposal.references(key)]
        known = set(before)
        added = [answer for answer in wanted if answer.key not in known]
        if added:
            edits = add_reference(page, added[0].field, ", ".join(answer.text for answer in added))
            after = [*before, *(answer.key for answer in added)]
            page = edited_page(page, edits, (key,), names(added[0].field, after))
    return page

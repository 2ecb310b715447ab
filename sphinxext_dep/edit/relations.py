"""A relation between two proposals, written on both of their pages."""

from __future__ import annotations

from sphinxext_dep.headers.change import add_reference, also_names, edited_page
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.schema import Field
from sphinxext_dep.model.source import RefusedError


def relate(catalog: Catalog, page: Page, field: Field, target: Page, note: str = "") -> tuple[Page, Page]:
    """Let *page* name *target* in *field*, and *target* name *page* in the inverse, where *field* has one.

    A page that does so already stays as it is.

    :param note: the remark on the relation, such as ``partially``.
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
    related = _with_reference(catalog, page, field, target, note)
    return related, _with_reference(catalog, target, inverse, page, note) if inverse else target


def _with_reference(catalog: Catalog, page: Page, field: Field, target: Page, note: str) -> Page:
    if catalog.names(page.proposal, field.key, target.proposal):
        return page
    edits = add_reference(page, field, catalog.reference_to(target.proposal, note))
    return edited_page(page, edits, (field.key,), also_names(page, field, target.proposal.key))

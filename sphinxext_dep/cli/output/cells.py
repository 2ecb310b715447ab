"""What a field of a proposal says, as text: the cells of tables."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_dep.cli.output.plain import one_line
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.proposal import FieldValue, Proposal
from sphinxext_dep.model.schema import Field, FieldType
from sphinxext_dep.model.values import Date, Link, Person, Reference, State
from sphinxext_dep.query.names import INTRINSIC

_HEADINGS = {name: name.capitalize() for name in INTRINSIC}


def heading(key: str, catalog: Catalog) -> str:
    """What the column of *key* is called."""
    field = catalog.schema.fields.get(key)
    return field.label if field is not None else _HEADINGS[key]


def cell(proposal: Proposal, key: str, catalog: Catalog) -> str:
    """What *proposal* says in the field *key*, or as its number, title, slug, path or summary; on one line."""
    field = catalog.schema.fields.get(key)
    if key == "number" or (field is not None and field.type is FieldType.NUMBER):
        return one_line(catalog.label(proposal))
    if key in INTRINSIC:
        return one_line(str(getattr(proposal, key)))
    return one_line(", ".join(_texts(proposal, field, catalog))) if field is not None else ""


def person_text(person: Person) -> str:
    """A person as others would call them: by handle, else by name."""
    return f"@{person.handle}" if person.handle else person.name


def _texts(proposal: Proposal, field: Field, catalog: Catalog) -> Iterator[str]:
    if field.type is FieldType.STATUS:
        yield proposal.status or proposal.status_raw
        return
    value = proposal.fields.get(field.key)
    if field.type is FieldType.REFERENCES:
        yield from _relations(proposal, field, catalog)
    elif value is not None:
        yield from _values(value)


def _values(value: FieldValue) -> Iterator[str]:
    """What was written is shown where it means nothing: a table does not hide what is wrong."""
    match value.value if value.state is State.GIVEN else None:
        case tuple() as several:
            for item in several:
                match item:
                    case Person():
                        yield person_text(item)
                    case Link():
                        yield item.url or item.text
                    case _:
                        yield str(item)
        case Date(iso=str(iso)):
            yield iso
        case str() | int() as one:
            yield str(one)
        case _:
            yield value.raw


def _relations(proposal: Proposal, field: Field, catalog: Catalog) -> Iterator[str]:
    """What the proposal states, then what only the other side does."""
    stated = catalog.forward(proposal, field.key)
    for reference, target in stated:
        yield _noted(reference, catalog.label(target) if target is not None else reference.text)
    named = {target.path for _reference, target in stated if target is not None}
    derived = [other for other in catalog.related_both_ways(proposal, field.key) if other.path not in named]
    yield from map(catalog.label, derived)
    value = proposal.fields.get(field.key)
    # `N/A` beside a proposal that says otherwise would be two answers.
    if not stated and not derived and value is not None and value.raw.strip() and value.state is not State.GIVEN:
        yield value.raw


def _noted(reference: Reference, text: str) -> str:
    return f"{text} ({reference.note})" if reference.note else text

"""Proposals made by hand, for tests of what is done with them: no page is read."""

from __future__ import annotations

import re

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.model.proposal import Date, FieldValue, Link, Person, Proposal, Reference, State, Value
from sphinxext_dep.model.schema import Field, Schema, fold
from sphinxext_dep.model.source import Span

NOWHERE = Span(0, 0, 1, 1)

_STATES = {"N/A": State.NONE, "None": State.NONE, "-": State.NONE, "TBD": State.UNKNOWN, "": State.UNKNOWN}


def make_proposal(
    number: int | None = None,
    title: str = "A title",
    status: str = "Draft",
    *,
    slug: str = "",
    path: str = "",
    summary: str = "",
    schema: Schema = DEFAULT,
    **fields: str,
) -> Proposal:
    """A proposal with *fields*, written as an author would: ``authors="@octo, Ada"``, ``review_date="2026-01-01"``.

    People, links, references and tags are separated by commas; ``"@octo (Ada)"`` is a person with handle and name.
    ``N/A`` and ``TBD`` mean what they mean in a page. A status or category that the schema does not have is kept as
    written, and is no status.
    """
    slug = slug or re.sub(r"\W+", "-", title.lower()).strip("-")
    texts = {"status": status} | {key.replace("_", "-"): text for key, text in fields.items()}
    values = {key: _field(schema.fields[key], text, schema) for key, text in texts.items()}
    found = schema.category_names.get(fold(texts.get("category", "")))
    known = schema.status_names.get(fold(status))
    return Proposal(
        path=path or f"deps/{slug if number is None else f'{number:04d}-{slug}'}.md",
        number=number,
        numbers=(),
        slug=slug,
        title=title,
        title_span=NOWHERE,
        status=known.name if known else None,
        status_raw=status,
        category=found.name if found else None,
        category_raw=texts.get("category", ""),
        fields=values,
        extra=(),
        sections=(),
        summary=summary,
        spellings=("block",),
        header_span=NOWHERE,
        suppressions=(),
    )


def _field(field: Field, text: str, schema: Schema) -> FieldValue:
    state = _STATES.get(text, State.GIVEN)
    return FieldValue(
        key=field.key,
        label=field.label,
        state=state,
        raw=text,
        value=_value(field, text, schema) if state is State.GIVEN else None,
        span=NOWHERE,
        label_span=NOWHERE,
        spelling="block",
    )


def _value(field: Field, text: str, schema: Schema) -> Value:
    parts = [part.strip() for part in text.split(",")]
    match field.type:
        case "status":
            status = schema.status_names.get(fold(text))
            return status.name if status else None
        case "category":
            category = schema.category_names.get(fold(text))
            return category.name if category else None
        case "choice":
            return text if text in field.choices else None
        case "people":
            return tuple(_person(part) for part in parts)
        case "date":
            is_iso = re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is not None
            return Date(text, True, (text,)) if is_iso else Date(None, False, ())
        case "links":
            return tuple(Link(part, "", NOWHERE) for part in parts)
        case "references":
            keys = [re.sub(rf"(?i)^{schema.prefix}-0*(?=\d)", "", part) for part in parts]
            return tuple(Reference(part, key, NOWHERE) for part, key in zip(parts, keys, strict=True))
        case "tags":
            return tuple(parts)
        case "number":
            return int(text)
        case _:
            return text


def _person(text: str) -> Person:
    found = re.fullmatch(r"@(\S+)(?: \((.+)\))?", text)
    if found is None:
        return Person(text, None, None, NOWHERE)
    return Person(found[2] or found[1], found[1], None, NOWHERE)

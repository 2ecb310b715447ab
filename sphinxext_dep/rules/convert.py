"""The header that a page without one should have, with what the page says already."""

from __future__ import annotations

from collections.abc import Iterable

from sphinxext_dep.headers.heading_style import heading_fields
from sphinxext_dep.model.header import EDITABLE, RawField, Spelling
from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.schema import fold
from sphinxext_dep.rules.wording import field_line, option_value, sample


def directive(page: Page, fields: Iterable[RawField] = ()) -> str:
    """The directive for *page*, in the markup of the page.

    Headings such as ``## Status`` give the values. Without any, the directive has the fields that every proposal needs,
    to be completed.

    :param fields: what the page says elsewhere; they win over headings.
    """
    suffix = page.source.suffix
    values = _said(page, fields) or _heading_values(page) or _samples(page)
    options = [f":{key}: {option_value(value, suffix)}".rstrip() for key, value in values.items()]
    if suffix == ".rst":
        return "\n   ".join([".. dep-header::", *options])
    return "\n".join(["```{dep-header}", *options, "```"])


def where_it_goes(page: Page) -> str:
    """What is to be done with :func:`missing_header_text`."""
    match _usual_spelling(page):
        case Spelling.SIDECAR:
            return f"write one into `{page.schema.sidecar}` beside the page"
        case Spelling.PREAMBLE:
            return "begin the page with one"
        case _:
            return "add one below the title"


def missing_header_text(page: Page) -> str:
    """A header for *page* with nothing in it yet: in the spelling that the project asks for, else as a directive."""
    spelling = _usual_spelling(page)
    if spelling is Spelling.DIRECTIVE:
        return directive(page)
    fields, suffix = page.schema.fields, page.source.suffix
    return "\n".join(field_line(fields[key], value, spelling, suffix) for key, value in _samples(page).items())


def _usual_spelling(page: Page) -> Spelling:
    """The spelling of the project's headers, if it asks for one in which a field is a line."""
    if page.schema.sidecar:
        return Spelling.SIDECAR
    return next((item for item in page.schema.other_spellings if item in EDITABLE), Spelling.DIRECTIVE)


def _said(page: Page, fields: Iterable[RawField]) -> dict[str, str]:
    """The value of each of *fields*, by key; what the project has no field for keeps its name."""
    names = page.schema.field_names
    values: dict[str, str] = {}
    for field in fields:
        known = names.get(fold(field.label))
        values.setdefault(known.key if known else "-".join(field.label.split()), " ".join(field.value.split()))
    return values


def _samples(page: Page) -> dict[str, str]:
    """What the fields that every proposal needs look like, by key."""
    schema = page.schema
    required = schema.statuses[schema.lifecycle[0]].requires if schema.lifecycle else ()
    return {key: sample(schema.fields[key], schema) for key in required if key in schema.fields}


def _heading_values(page: Page) -> dict[str, str]:
    """The value below each heading that names a field, by the field's key; the first heading of a field counts."""
    values: dict[str, str] = {}
    for found in heading_fields(page):
        values.setdefault(found.field.key, found.value)
    return values

"""The ``dep-header`` directive that a page without a header should have, with what the page says already."""

from __future__ import annotations

from sphinxext_dep.core.heading_style import heading_fields
from sphinxext_dep.core.proposal import Page
from sphinxext_dep.rules.wording import option_value, sample


def directive(page: Page) -> str:
    """The directive for *page*, in the markup of the page.

    Headings such as ``## Status`` give the values. Without any, the directive has the fields that every proposal needs,
    to be completed.
    """
    schema, suffix = page.schema, page.source.suffix
    values = _heading_values(page)
    if not values and schema.lifecycle:
        required = schema.statuses[schema.lifecycle[0]].requires
        values = {key: sample(schema.fields[key], schema) for key in required if key in schema.fields}
    options = [f":{key}: {option_value(value, suffix)}".rstrip() for key, value in values.items()]
    if suffix == ".rst":
        return "\n   ".join([".. dep-header::", *options])
    return "\n".join(["```{dep-header}", *options, "```"])


def _heading_values(page: Page) -> dict[str, str]:
    """The value below each heading that names a field, by the field's key; the first heading of a field counts."""
    values: dict[str, str] = {}
    for found in heading_fields(page):
        values.setdefault(found.field.key, found.value)
    return values

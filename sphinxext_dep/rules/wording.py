"""The values of a field in messages: the words that it can hold, and what a value looks like."""

from __future__ import annotations

from sphinxext_dep.fields.placeholders import SAMPLES
from sphinxext_dep.model.schema import Field, FieldType, Notation, Schema


def allowed_values(field: Field, schema: Schema) -> tuple[str, ...]:
    """The words that *field* can hold; empty when it is free."""
    match field.type:
        case FieldType.STATUS:
            return tuple(schema.statuses)
        case FieldType.CATEGORY:
            return tuple(category.name for category in schema.categories.values())
        case FieldType.CHOICE:
            return field.choices
        case _:
            return ()


SAMPLE_DAYS = {Notation.ISO: "YYYY-MM-DD", Notation.DAY_MONTH_YEAR: "DD-Mon-YYYY"}
"""What a day looks like in each notation, where nobody knows which."""


def sample(field: Field, schema: Schema) -> str:
    """What a value of *field* looks like, for lines that an author completes."""
    match field.type:
        case FieldType.NUMBER:
            return "12"
        case FieldType.PEOPLE | FieldType.LINKS:
            return SAMPLES[field.type]
        case FieldType.DATE:
            return SAMPLE_DAYS[field.notation]
        case FieldType.REFERENCES:
            return schema.label(12)
        case FieldType.STATUS:
            return schema.lifecycle[0] if schema.lifecycle else "…"
        case FieldType.CATEGORY | FieldType.CHOICE:
            # What nobody chose is reported as a placeholder, and never taken for a choice.
            return " | ".join(allowed_values(field, schema))
        case _:
            return "…"

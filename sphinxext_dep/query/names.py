"""What the names in a query stand for: fields of the schema, and what every proposal has."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sphinxext_dep.model.schema import FieldType, Schema, fold
from sphinxext_dep.model.suggest import closest
from sphinxext_dep.query.errors import QueryError

INTRINSIC: Mapping[str, FieldType] = {
    "number": FieldType.NUMBER,
    "title": FieldType.TEXT,
    "slug": FieldType.TEXT,
    "path": FieldType.TEXT,
    "summary": FieldType.TEXT,
}
"""Attributes of the record that can be asked for like fields; they win over fields of the same name."""


class Subject(msgspec.Struct, frozen=True):
    """What a name stands for.

    :param key: a field's key, or one of :data:`INTRINSIC`.
    :param type: how its values are read.
    """

    key: str
    type: FieldType


def subject(name: str, schema: Schema, start: int, end: int) -> Subject:
    """What *name* stands for: a field's key, label or alias in any case, in the singular too.

    :param start: offset at which the name stands, for the error; *end* is just behind it.
    :raises QueryError: when it is no field.
    """
    folded = fold(name)
    if folded in INTRINSIC:
        return Subject(folded, INTRINSIC[folded])
    # `author` for `authors`, `reviewer` for `required-reviewers`, whatever aliases a project gives its fields.
    for form in (folded, f"{folded}s", f"required {folded}", f"required {folded}s"):
        if (field := schema.field_names.get(form)) is not None:
            return Subject("number" if field.type is FieldType.NUMBER else field.key, field.type)
    known = [*schema.fields, *INTRINSIC]
    near = closest(name, known)
    mend = f"did you mean '{near}'?" if near else f"fields are {', '.join(dict.fromkeys(known))}"
    raise QueryError(f"there is no field '{name}'", mend, start, end)

"""Field types: a module for each says how a value is read, written, compared, sorted, searched and exported.

A new type is a module here, and an entry of :data:`TYPES`; its look on a page is in
:data:`sphinxext_dep.sphinx.components.view.ITEMS`.
"""

from __future__ import annotations

from typing import Any

from sphinxext_dep.fields.base import FieldType
from sphinxext_dep.fields.choice import Category, Choice, Status
from sphinxext_dep.fields.date import DateType
from sphinxext_dep.fields.links import Links
from sphinxext_dep.fields.number import Number
from sphinxext_dep.fields.people import GroupType, PeopleType
from sphinxext_dep.fields.references import References
from sphinxext_dep.fields.text import Tags, Text, Title
from sphinxext_dep.fields.version import Version
from sphinxext_dep.model.schema import Field

__all__ = ["TYPES", "FieldType", "type_of"]

_ALL: tuple[FieldType[Any], ...] = (
    Text(), Title(), Number(), Status(), Category(), Choice(), PeopleType(), GroupType(), DateType(), Links(),
    References(), Tags(), Version(),
)  # fmt: skip

TYPES: dict[str, FieldType[Any]] = {item.name: item for item in _ALL}
"""Every type, by the name that the configuration gives it."""


def type_of(field: Field) -> FieldType[Any]:
    """Return the type of *field*."""
    return TYPES[field.type]

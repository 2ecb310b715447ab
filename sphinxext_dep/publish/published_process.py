"""The process of another project, as far as its ``deps.json`` describes it: enough to filter, sort, group and show."""

from __future__ import annotations

import contextlib
from typing import Annotated

import msgspec

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.fields import TYPES
from sphinxext_dep.model.schema import Category, Colour, Field, Schema, Status, StatusKind

_KEY = r"^[a-z][a-z0-9-]{0,63}$"
"""Keys become classes and names of attributes."""
_LABEL = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]

_COLOURS = {StatusKind.OPEN: Colour.BLUE, StatusKind.DECIDED: Colour.GREEN, StatusKind.CLOSED: Colour.GREY}
"""Of statuses whose colour the file does not say, as one of version 1.0."""


class PublishedStatus(msgspec.Struct):
    """One status. Kinds are a closed set within a version of the format, colours are not."""

    name: _LABEL
    kind: StatusKind
    description: str = ""
    colour: str = ""


class PublishedCategory(msgspec.Struct):
    """One category."""

    name: _LABEL
    description: str = ""


class PublishedField(msgspec.Struct):
    """One field; *name* is the key of its value in an entry."""

    key: Annotated[str, msgspec.Meta(pattern=_KEY)]
    name: _LABEL
    label: _LABEL
    type: str
    many: bool
    choices: tuple[str, ...] = ()
    inverse: str | None = None
    inverse_label: str | None = None
    description: str = ""


class Process(msgspec.Struct):
    """What the file says of itself; without *fields* (version 1.0) it is one of the default process."""

    prefix: _LABEL
    statuses: list[PublishedStatus]
    base_url: str | None = None
    lifecycle: list[str] = []
    categories: list[PublishedCategory] = []
    fields: list[PublishedField] | None = None


_TAKEN = {"number", "slug", "label", "title", "status", "status_raw", "category", "category_known", "summary", "path",
          "url", "valid", "diagnostics"}  # fmt: skip
"""Keys of an entry that are no fields."""


def process_schema(process: Process) -> Schema:
    """The schema that *process* describes. It has no sections and no rules: nothing is judged by it.

    :raises ValueError: when two fields claim one name.
    """
    statuses = {item.name: _status(item) for item in process.statuses}
    return Schema(
        prefix=process.prefix,
        statuses=statuses,
        lifecycle=tuple(name for name in dict.fromkeys(process.lifecycle) if name in statuses),
        fields=dict(DEFAULT.fields) if process.fields is None else _fields(process.fields),
        categories={item.name: Category(name=item.name, description=item.description) for item in process.categories},
        sections={},
        sources=(),
        exclude=(),
        severities={},
        status_severities={},
        profile_url="",
    )


def _status(item: PublishedStatus) -> Status:
    colour = _COLOURS[item.kind]
    if item.colour:
        with contextlib.suppress(ValueError):  # one that a later version has
            colour = Colour(item.colour)
    elif item.name in DEFAULT.statuses:
        colour = DEFAULT.statuses[item.name].colour
    return Status(name=item.name, kind=item.kind, colour=colour, description=item.description)


def _fields(published: list[PublishedField]) -> dict[str, Field]:
    """The fields by key; one of a type that a later version has is left out."""
    fields: dict[str, Field] = {}
    names: set[str] = set()
    single: set[str] = set()
    for item in published:
        kind = TYPES.get(item.type)
        if kind is None:
            continue
        if kind.is_single:
            if kind.name in single:
                raise ValueError(f"there are two fields of the type {kind.name}")
            single.add(kind.name)
        elif item.name in names | _TAKEN:
            raise ValueError(f"two fields have the name {item.name}")
        if item.key in fields:
            raise ValueError(f"two fields have the key {item.key}")
        names.add(item.name)
        fields[item.key] = Field(
            key=item.key, label=item.label, type=kind.name, many=item.many, json=item.name, choices=item.choices,
            inverse=item.inverse or "", inverse_label=item.inverse_label or "", description=item.description,
        )  # fmt: skip
    return fields

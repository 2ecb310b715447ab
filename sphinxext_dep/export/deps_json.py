"""``deps.json``: the catalogue for tools, and the JSON Schema beside it.

Within one ``version`` fields are added, never removed, and never given another meaning.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sphinxext_dep.core.check import Judgement
from sphinxext_dep.core.diagnostics import Diagnostic, Severity
from sphinxext_dep.core.proposal import Proposal
from sphinxext_dep.core.schema import Field, FieldType, Schema, fold
from sphinxext_dep.core.values import Date, Link, Person, Reference

FORMAT_VERSION = 1
FILE_NAME = "deps.json"
SCHEMA_FILE_NAME = "deps.schema.json"

UrlOf = Callable[[str], str | None]
"""The URL of the page with a path, relative to the output's root; ``None`` when it has none."""

# Shown by the proposal itself rather than by one of its fields.
_OWN = (FieldType.STATUS, FieldType.CATEGORY, FieldType.NUMBER)


def write(judgement: Judgement, schema: Schema, url_of: UrlOf, outdir: Path) -> None:
    """Write both files into *outdir*, leaving them untouched when they would not change."""
    for name, document in (
        (FILE_NAME, catalogue(judgement, schema, url_of)),
        (SCHEMA_FILE_NAME, json_schema(schema)),
    ):
        data = (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()
        file = outdir / name
        if not file.is_file() or file.read_bytes() != data:
            file.write_bytes(data)


def catalogue(judgement: Judgement, schema: Schema, url_of: UrlOf) -> dict[str, Any]:
    """The whole catalogue as JSON values, sorted by number, then slug, then path; those without a number come last."""
    found: dict[str, list[Diagnostic]] = {}
    for item in judgement.diagnostics:
        found.setdefault(item.path, []).append(item)
    proposals = sorted(
        judgement.catalog.proposals,
        key=lambda item: (item.number is None, item.number or 0, item.slug, item.path),
    )
    entry = _Entry(judgement, schema, url_of)
    return {
        "$schema": SCHEMA_FILE_NAME,
        "version": FORMAT_VERSION,
        "prefix": schema.prefix,
        "statuses": [
            {"name": item.name, "kind": item.kind.value, "description": item.description}
            for item in schema.statuses.values()
        ],
        "proposals": [entry.proposal(item, found.pop(item.path, [])) for item in proposals],
        # What is wrong on pages that are no proposals, such as a filter of an index.
        "diagnostics": [diagnostic_json(item) for path in sorted(found) for item in found[path]],
    }


def diagnostic_json(item: Diagnostic) -> dict[str, Any]:
    """One diagnostic; the command line's JSON has the same keys."""
    return {
        "code": item.code,
        "name": item.name,
        "severity": item.severity.value,
        "message": item.message,
        "help": item.help,
        "path": item.path,
        "line": item.line,
        "column": item.column,
    }


class _Entry:
    """Makes the entry of one proposal."""

    def __init__(self, judgement: Judgement, schema: Schema, url_of: UrlOf) -> None:
        self.catalog = judgement.catalog
        self.schema = schema
        self.url_of = url_of

    def proposal(self, proposal: Proposal, diagnostics: list[Diagnostic]) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "number": proposal.number,
            "slug": proposal.slug,
            "label": self.catalog.label(proposal),
            "title": proposal.title or None,
            "status": proposal.status,
            "status_raw": proposal.status_raw or None,
            "category": proposal.category or proposal.category_raw or None,
            "category_known": proposal.category is not None,
        }
        for field in self.schema.fields.values():
            if field.type not in _OWN:
                entry[field.json_name] = self._field(proposal, field)
                if field.inverse_label:
                    entry[_inverse_name(field)] = [
                        self._reference(None, other) for other in self.catalog.reverse(proposal, field.key)
                    ]
        entry |= {
            "summary": proposal.summary or None,
            "path": proposal.path,
            "url": self.url_of(proposal.path),
            "valid": not any(item.severity is Severity.ERROR for item in diagnostics),
            "diagnostics": [diagnostic_json(item) for item in diagnostics],
        }
        return entry

    def _field(self, proposal: Proposal, field: Field) -> Any:
        if field.type is FieldType.REFERENCES:
            return self._relations(proposal, field)
        value = proposal.fields.get(field.key)
        typed = value.value if value is not None else None
        match typed:
            case Date(iso=iso):
                return iso
            case str() | int():
                return typed
            case tuple():
                items = [converted for item in typed if (converted := _item(item)) is not None]
                return items if _is_list(field) else next(iter(items), None)
        return [] if _is_list(field) else None

    def _relations(self, proposal: Proposal, field: Field) -> list[dict[str, Any]]:
        stated = self.catalog.forward(proposal, field.key)
        relations = [self._reference(reference, target) for reference, target in stated if not reference.problem]
        known = {target.path for _reference, target in stated if target is not None}
        if field.inverse:
            relations += [
                self._reference(None, other)
                for other in self.catalog.reverse(proposal, field.inverse)
                if other.path not in known
            ]
        return relations

    def _reference(self, reference: Reference | None, target: Proposal | None) -> dict[str, Any]:
        return {
            "number": target.number if target else None,
            "slug": target.slug if target else None,
            "text": reference.text if reference else None,
            "note": (reference.note or None) if reference else None,
            "path": target.path if target else None,
            "url": self.url_of(target.path) if target else None,
        }


def _is_list(field: Field) -> bool:
    return field.many or field.type in (FieldType.PEOPLE, FieldType.REFERENCES, FieldType.TAGS)


def _inverse_name(field: Field) -> str:
    return fold(field.inverse_label).replace(" ", "_")


def _item(item: object) -> Any:
    match item:
        case Person():
            return {"name": item.name, "handle": item.handle, "url": item.url}
        case Link(problem=""):
            return item.url
        case str():
            return item
    return None


def json_schema(schema: Schema) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the catalogue; the fields are those of the project's process."""
    text, optional_text = {"type": "string"}, {"type": ["string", "null"]}
    optional_number = {"type": ["integer", "null"], "minimum": 0}
    types: dict[FieldType, dict[str, Any]] = {
        FieldType.TEXT: text,
        FieldType.CHOICE: text,
        FieldType.DATE: {"type": "string", "format": "date"},
        FieldType.PEOPLE: {"$ref": "#/$defs/person"},
        FieldType.LINKS: {"type": "string", "format": "uri"},
        FieldType.REFERENCES: {"$ref": "#/$defs/reference"},
        FieldType.TAGS: text,
    }
    properties: dict[str, Any] = {
        "number": optional_number,
        "slug": text,
        "label": text,
        "title": optional_text,
        "status": {"enum": [*schema.statuses, None]},
        "status_raw": optional_text,
        "category": optional_text,
        "category_known": {"type": "boolean"},
    }
    for field in schema.fields.values():
        if field.type in _OWN:
            continue
        one = types[field.type]
        value = {"type": "array", "items": one} if _is_list(field) else {"anyOf": [one, {"type": "null"}]}
        properties[field.json_name] = value | ({"description": field.description} if field.description else {})
        if field.inverse_label:
            properties[_inverse_name(field)] = {"type": "array", "items": types[FieldType.REFERENCES]}
    properties |= {
        "summary": optional_text,
        "path": text,
        "url": optional_text,
        "valid": {"type": "boolean"},
        "diagnostics": {"type": "array", "items": {"$ref": "#/$defs/diagnostic"}},
    }
    top = {
        "$schema": text,
        "version": {"const": FORMAT_VERSION},
        "prefix": text,
        "statuses": {"type": "array", "items": _object({"name": text, "kind": text, "description": text})},
        "proposals": {"type": "array", "items": _object(properties)},
        "diagnostics": {"type": "array", "items": {"$ref": "#/$defs/diagnostic"}},
    }
    definitions = {
        "person": _object({"name": text, "handle": optional_text, "url": optional_text}),
        "reference": _object(
            {
                "number": optional_number,
                "slug": optional_text,
                "text": optional_text,
                "note": optional_text,
                "path": optional_text,
                "url": optional_text,
            }
        ),
        "diagnostic": _object(
            {
                "code": text,
                "name": text,
                "severity": {"enum": [item.value for item in Severity if item is not Severity.OFF]},
                "message": text,
                "help": text,
                "path": text,
                "line": {"type": "integer", "minimum": 1},
                "column": {"type": "integer", "minimum": 1},
            }
        ),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Catalogue of enhancement proposals",
        **_object(top),
        "$defs": definitions,
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    # Readers must accept what a later version adds: additional properties stay allowed.
    return {"type": "object", "properties": properties, "required": list(properties)}


__all__ = ["FILE_NAME", "FORMAT_VERSION", "SCHEMA_FILE_NAME", "catalogue", "diagnostic_json", "json_schema", "write"]

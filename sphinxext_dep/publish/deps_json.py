"""``deps.json``: the catalogue for tools, and the JSON Schema beside it. The command line writes the same values.

Within one ``version`` keys are added, which raises ``minor``. None is removed, and none gets another type or meaning.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from sphinxext_dep.check.check import Judgement
from sphinxext_dep.check.unmerged import Draft
from sphinxext_dep.fields import TYPES, type_of
from sphinxext_dep.fields.base import JsonContext
from sphinxext_dep.model.catalog import Catalog, RelationEntry
from sphinxext_dep.model.diagnostics import Diagnostic, Severity
from sphinxext_dep.model.proposal import Proposal, Requirement
from sphinxext_dep.model.schema import Colour, Field, Schema, StatusKind, fold
from sphinxext_dep.publish.published import FILE_NAME
from sphinxext_dep.publish.site import Site, UrlOf, write_file

if TYPE_CHECKING:
    from sphinxext_dep.history.branches import Commit as BranchCommit
    from sphinxext_dep.history.reading import Commit, History, ProposalHistory


SOURCE = "source"
"""The key of the address of a proposal's source, unless the process has a field of that name."""
REQUIREMENTS = "requirements"
"""The key of a proposal's numbered requirements, unless the process has a field of that name."""
HISTORY = "history"
"""The key of a proposal's past, unless the process has a field of that name."""


def diagnostic_json(item: Diagnostic) -> dict[str, Any]:
    """One diagnostic; the command line's JSON has the same keys."""
    return {
        "code": item.code,
        "name": item.name,
        "severity": item.severity.value,
        "message": item.message,
        "help": item.help,
        "path": item.place,
        "line": item.line,
        "column": item.column,
    }


class Entries:
    """Makes the entries of proposals.

    :param url_of: the URL of the page with a path; ``None`` when it has none.
    :param history: the past of all proposals; entries say nothing of it when it was not asked for.
    """

    def __init__(self, judgement: Judgement, schema: Schema, url_of: UrlOf, history: History | None = None) -> None:
        self.history = history
        self.catalog = judgement.catalog
        self.schema = schema
        self.url_of = url_of
        self.context = JsonContext(schema, url_of)

    def proposal(self, proposal: Proposal, diagnostics: Iterable[Diagnostic]) -> dict[str, Any]:
        """The entry of *proposal*, with everything that is wrong with it."""
        found = list(diagnostics)
        # The catalogue is the same in every language of the site.
        source = proposal.original or proposal
        entry: dict[str, Any] = {
            "number": proposal.number,
            "slug": proposal.slug,
            "label": self.catalog.label(proposal),
            "title": source.title or None,
            "status": proposal.status,
            "status_raw": proposal.status_raw or None,
            "category": proposal.category or proposal.category_raw or None,
            "category_known": proposal.category is not None,
        }
        for field in self.schema.fields.values():
            kind = type_of(field)
            if not kind.is_single:
                entry[field.json_name] = kind.all_to_json(proposal, field, self.catalog, self.context)
                if field.inverse_label:
                    others = (RelationEntry(None, other) for other in self.catalog.reverse(proposal, field.key))
                    entry[inverse_name(field)] = [kind.to_json(other, self.context) for other in others]
        entry.setdefault(REQUIREMENTS, [_requirement(item) for item in source.requirements])
        if self.history is not None:
            entry.setdefault(HISTORY, _history(self.history.of(proposal.path)))
        entry |= {
            "summary": source.summary or None,
            "path": proposal.path,
            "url": self.url_of(proposal.path),
            "valid": not any(item.severity is Severity.ERROR for item in found),
            "diagnostics": [diagnostic_json(item) for item in found],
        }
        return entry

    def draft(self, proposal: Proposal, draft: Draft, url: str) -> dict[str, Any]:
        """The entry of a proposal that is not merged: that of a proposal, and where it comes from.

        :param proposal: its record in :attr:`sphinxext_dep.check.unmerged.Listing.proposals`.
        :param url: of the pull request or branch; may be empty.
        """
        branch = draft.branch
        page = self.url_of(proposal.path)
        entry = self.proposal(proposal, draft.diagnostics)
        return entry | {
            "path": draft.proposal.path,
            "url": page,
            "ref": branch.name,
            "refs": list(branch.refs),
            "pull_request_number": branch.pull,
            "link": url or None,
            "first_commit": _commit(branch.commits[-1]),
            "last_commit": _commit(branch.commits[0]),
            "committers": list(branch.authors),
            "changes": draft.changes or None,
            "companions": list(draft.companions),
        }


def _requirement(item: Requirement) -> dict[str, Any]:
    return {
        "id": item.id,
        "number": item.number,
        "title": item.title or None,
        "level": item.level or None,
        "anchor": item.anchor if item.has_heading else None,
    }


def _commit(commit: BranchCommit) -> dict[str, Any]:
    return {"id": commit.id, "date": commit.day}


def _history(past: ProposalHistory | None) -> dict[str, Any] | None:
    if past is None:
        return None
    return {
        "created": _day(past.created),
        "changed": _day(past.changed),
        "complete": past.is_complete,
        "statuses": [
            {
                "date": _day(change.commit),
                "commit": change.commit.id,
                "status": change.status,
                "status_raw": change.raw or None,
            }
            for change in past.statuses
        ],
    }


def _day(commit: Commit) -> str | None:
    return commit.date if commit.exact else None


def inverse_name(field: Field) -> str:
    """The key of a relation seen from its other side: ``extended_by``."""
    return fold(field.inverse_label).replace(" ", "_")


FORMAT_VERSION = 1
"""``version``: goes up when a key is removed, or gets another type or meaning."""
FORMAT_MINOR = 5
"""``minor``: goes up when keys are added."""
SCHEMA_FILE_NAME = "deps.schema.json"


def write(site: Site, outdir: Path) -> None:
    """Write both files into *outdir*, leaving them untouched when they would not change."""
    for name, document in ((FILE_NAME, catalogue(site)), (SCHEMA_FILE_NAME, json_schema(site.schema))):
        # The standard library indents in Python, which takes longer than judging all proposals.
        data = msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"
        write_file(outdir / name, data)


def catalogue(site: Site) -> dict[str, Any]:
    """The whole catalogue as JSON values, sorted by number, then slug, then path; those without a number come last."""
    judgement, schema = site.judgement, site.schema
    found: dict[str, list[Diagnostic]] = {}
    for item in judgement.diagnostics:
        found.setdefault(item.path, []).append(item)
    waiting: dict[str, list[Diagnostic]] = {}
    for item in site.attention:
        waiting.setdefault(item.path, []).append(item)
    entries = Entries(judgement, schema, site.url_of, site.history)
    return {
        "$schema": SCHEMA_FILE_NAME,
        "version": FORMAT_VERSION,
        "minor": FORMAT_MINOR,
        "base_url": site.base_url or None,
        "prefix": schema.prefix,
        "statuses": [
            {
                "name": item.name,
                "kind": item.kind.value,
                "description": item.description,
                "colour": item.colour.value,
            }
            for item in schema.statuses.values()
        ],
        "lifecycle": list(schema.lifecycle),
        "categories": [{"name": item.name, "description": item.description} for item in schema.categories.values()],
        "fields": [_field(field) for field in schema.fields.values()],
        "proposals": [
            {SOURCE: site.source_of(item.path)}
            | entries.proposal(item, found.pop(item.path, []))
            | _waits(waiting.get(item.path, []))
            for item in in_order(judgement.catalog)
        ],
        # What is wrong on pages that are no proposals, such as a filter of an index.
        "diagnostics": [diagnostic_json(item) for path in sorted(found) for item in found[path]],
        "unmerged": _unmerged(site),
    }


def in_order(catalog: Catalog) -> list[Proposal]:
    """The proposals by number, then slug, then path; those without a number come last."""
    return sorted(catalog.proposals, key=lambda item: (item.number is None, item.number or 0, item.slug, item.path))


def _unmerged(site: Site) -> list[dict[str, Any]]:
    """The proposals that are not merged, by branch, then by path; none when the project does not ask for them."""
    if site.unmerged is None:
        return []
    listing, url_of, links = site.unmerged
    entries = Entries(listing.judgement, site.schema, url_of)
    return [
        entries.draft(proposal, draft, links.get(proposal.path, ""))
        for proposal in listing.proposals
        for draft in [listing.drafts[proposal.path]]
    ]


def _waits(found: Iterable[Diagnostic]) -> dict[str, Any]:
    """The reasons why a proposal needs attention. Their messages count days, and the file would change every day."""
    return {"attention": [{"code": item.code, "name": item.name} for item in found]}


def _field(field: Field) -> dict[str, Any]:
    return {
        "key": field.key,
        "name": field.type if type_of(field).is_single else field.json_name,
        "label": field.label,
        "type": field.type,
        "many": field.many,
        "choices": list(field.choices),
        "inverse": field.inverse or None,
        "inverse_label": field.inverse_label or None,
        "description": field.description,
    }


def json_schema(schema: Schema) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the catalogue; the fields are those of the project's process."""
    text, optional_text = {"type": "string"}, {"type": ["string", "null"]}
    optional_date = {"type": ["string", "null"], "format": "date"}
    optional_number = {"type": ["integer", "null"], "minimum": 0}
    properties: dict[str, Any] = {
        "number": optional_number | {"description": "The proposal's number; null while it has none."},
        "slug": text | {"description": "The file name without number and suffix."},
        "label": text | {"description": f"How people name it: {schema.label(12)}, or the slug while it has no number."},
        "title": optional_text
        | {"description": "Plain text without the number, in the source's language; null when the page has no title."},
        "status": {
            "enum": [*schema.statuses, None],
            "description": "The canonical status; null when there is none or it is not one of the process.",
        },
        "status_raw": optional_text | {"description": "The status as it is written in the page."},
        "category": optional_text | {"description": "The canonical category, or what is written when it is not one."},
        "category_known": {"type": "boolean", "description": "Whether the category is one of the process."},
    }
    for field in schema.fields.values():
        kind = type_of(field)
        if kind.is_single:
            continue
        one = kind.json_schema_of(field)
        value = {"type": "array", "items": one} if kind.in_list(field) else {"anyOf": [one, {"type": "null"}]}
        properties[field.json_name] = value | ({"description": field.description} if field.description else {})
        if field.inverse_label:
            properties[inverse_name(field)] = {"type": "array", "items": one}
    # A process may have fields of these names.
    properties.setdefault(
        SOURCE,
        optional_text
        | {"description": "The page's source as text, relative to this file; null when it is not copied."},
    )
    properties.setdefault(
        REQUIREMENTS,
        {
            "type": "array",
            "items": {"$ref": "#/$defs/requirement"},
            "description": "Its numbered requirements, in order of the page.",
        },
    )
    if HISTORY not in properties:
        properties[HISTORY] = {
            "anyOf": [{"$ref": "#/$defs/history"}, {"type": "null"}],
            "description": "The past as git knows it; null when the proposal was never committed or git was not asked.",
        }
    properties |= {
        "summary": optional_text
        | {"description": "Plain text of the first paragraph of the template's first section, in the source language."},
        "path": text | {"description": "The page's source, relative to the project's root."},
        "url": optional_text | {"description": "The page, relative to this file; null when it could not be built."},
        "valid": {"type": "boolean", "description": "Whether no diagnostic of the proposal is an error."},
        "diagnostics": {"type": "array", "items": {"$ref": "#/$defs/diagnostic"}},
        "attention": {
            "type": "array",
            "items": {"$ref": "#/$defs/attention"},
            "description": "Why it needed attention on the day of the build; none of it makes it invalid.",
        },
    }
    top = {
        "$schema": text,
        "version": {"const": FORMAT_VERSION, "description": "Of the format: it changes when a reader must."},
        "minor": {"type": "integer", "minimum": FORMAT_MINOR, "description": "It changes when keys are added."},
        "base_url": optional_text
        | {"description": "Where the site is published: `html_baseurl`, with a final `/`; null when that is not set."},
        "prefix": text | {"description": "What numbers are called."},
        "statuses": {"type": "array", "items": _object(_STATUS), "description": "All that the process has."},
        "lifecycle": {"type": "array", "items": text, "description": "The statuses on the line, in order."},
        "categories": {"type": "array", "items": _object({"name": text, "description": text})},
        "fields": {"type": "array", "items": _object(_FIELD), "description": "What the process has, in order."},
        "proposals": {"type": "array", "items": _object(properties)},
        "diagnostics": {"type": "array", "items": {"$ref": "#/$defs/diagnostic"}},
        "unmerged": {
            "type": "array",
            "items": {"$ref": "#/$defs/draft"},
            "description": "Proposals on branches and pull requests; empty when the project does not ask for them.",
        },
    }
    merged = {key: value for key, value in properties.items() if key not in (HISTORY, SOURCE, "attention")}
    commit = _object({"id": text, "date": {"type": "string", "format": "date"}})
    definitions = {
        "draft": _object(
            merged
            | {
                "url": optional_text | {"description": "Its page, relative to this file; null when it has none."},
                "ref": text | {"description": "The short name of the branch or pull request: `pull/52`."},
                "refs": {"type": "array", "items": text, "description": "The full names of all refs at that commit."},
                "pull_request_number": optional_number | {"description": "Null for a branch."},
                "link": optional_text | {"description": "The address of the pull request or branch."},
                "first_commit": commit,
                "last_commit": commit,
                "committers": {"type": "array", "items": text, "description": "The first one first."},
                "changes": optional_text | {"description": "The path of the merged page that it changes."},
                "companions": {"type": "array", "items": text, "description": "Other pages that the branch brings."},
            }
        ),
        "person": _object({"name": text, "handle": optional_text, "url": optional_text}),
        "reference": _object(
            {
                "number": optional_number,
                "slug": optional_text,
                "text": optional_text,
                "note": optional_text,
                "path": optional_text,
                "url": optional_text,
                "stated": {
                    "type": "boolean",
                    "description": "Whether the page itself states it; false when only the other proposal does. "
                    "`text` is then null.",
                },
            }
        ),
        "history": _object(
            {
                "created": optional_date | {"description": "When its file was added; null where history is cut off."},
                "changed": optional_date | {"description": "When its file was last committed with a change."},
                "complete": {"type": "boolean", "description": "False where a shallow clone cuts the history off."},
                "statuses": {"type": "array", "items": {"$ref": "#/$defs/status_change"}},
            }
        ),
        "attention": _object({"code": text, "name": text}),
        "requirement": _object(
            {
                "id": text | {"description": "As it is named: `REQ-1`."},
                "number": text,
                "title": optional_text,
                "level": optional_text | {"description": "`MUST`, `SHOULD` or `MAY`; null when its text states none."},
                "anchor": optional_text
                | {"description": "The fragment of its address: `req-1`; null when it has no heading."},
            }
        ),
        "status_change": _object(
            {
                "date": optional_date | {"description": "Null where history is cut off: it was so then, or before."},
                "commit": text,
                "status": {"type": ["string", "null"], "description": "Null when it was none of the process."},
                "status_raw": optional_text,
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


_TEXT = {"type": "string"}
_STATUS = {
    "name": _TEXT,
    # What another version may add is no enumeration: readers must accept it.
    "kind": _TEXT | {"description": ", ".join(f"`{kind}`" for kind in StatusKind)},
    "description": _TEXT,
    "colour": _TEXT | {"description": ", ".join(f"`{colour}`" for colour in Colour)},
}
_FIELD = {
    "key": _TEXT | {"description": "As the directive's option is written."},
    "name": _TEXT | {"description": "The key of its value in a proposal."},
    "label": _TEXT,
    "type": _TEXT | {"description": ", ".join(f"`{kind}`" for kind in TYPES)},
    "many": {"type": "boolean"},
    "choices": {"type": "array", "items": _TEXT},
    "inverse": {"type": ["string", "null"], "description": "The key of the field for the other side of a relation."},
    "inverse_label": {"type": ["string", "null"], "description": "The label of the other side, if it has no field."},
    "description": _TEXT,
}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    # Readers must accept what a later version adds: additional properties stay allowed.
    return {"type": "object", "properties": properties, "required": list(properties)}

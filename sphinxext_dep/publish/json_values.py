"""Proposals and diagnostics as JSON values: ``deps.json`` and the command line write the same ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from sphinxext_dep.check.check import Judgement
from sphinxext_dep.model.diagnostics import Diagnostic, Severity
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Field, FieldType, Schema, fold
from sphinxext_dep.model.values import Date, Link, Person, Reference

if TYPE_CHECKING:
    from sphinxext_dep.history import Commit, History, ProposalHistory

UrlOf = Callable[[str], str | None]
"""The URL of the page with a path, relative to the output's root; ``None`` when it has none."""

OWN = (FieldType.STATUS, FieldType.CATEGORY, FieldType.NUMBER, FieldType.TITLE)
"""Types of fields that stand in an entry by themselves, above the other fields."""


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

    def proposal(self, proposal: Proposal, diagnostics: Iterable[Diagnostic]) -> dict[str, Any]:
        """The entry of *proposal*, with everything that is wrong with it."""
        found = list(diagnostics)
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
            if field.type not in OWN:
                entry[field.json_name] = self._field(proposal, field)
                if field.inverse_label:
                    entry[inverse_name(field)] = [
                        self._reference(None, other) for other in self.catalog.reverse(proposal, field.key)
                    ]
        if self.history is not None:
            entry.setdefault(HISTORY, _history(self.history.of(proposal.path)))
        entry |= {
            "summary": proposal.summary or None,
            "path": proposal.path,
            "url": self.url_of(proposal.path),
            "valid": not any(item.severity is Severity.ERROR for item in found),
            "diagnostics": [diagnostic_json(item) for item in found],
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
                items = [converted for item in typed if (converted := self._item(item)) is not None]
                return items if is_list(field) else next(iter(items), None)
        return [] if is_list(field) else None

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

    def _item(self, item: object) -> Any:
        match item:
            case Person():
                profile = item.url or (self.schema.profile(item.handle) if item.handle else "")
                return {
                    "name": item.name,
                    "handle": item.handle,
                    "url": (profile or None) if not item.problem else None,
                }
            case Link(problem=""):
                return item.url
            case str():
                return item
        return None


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


def is_list(field: Field) -> bool:
    """Whether the entry holds a list for *field*."""
    return field.many or field.type in (FieldType.PEOPLE, FieldType.REFERENCES, FieldType.TAGS)


def inverse_name(field: Field) -> str:
    """The key of a relation seen from its other side: ``extended_by``."""
    return fold(field.inverse_label).replace(" ", "_")

"""Proposals and diagnostics as JSON values: ``deps.json`` and the command line write the same ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from sphinxext_dep.check.check import Judgement
from sphinxext_dep.fields import type_of
from sphinxext_dep.fields.base import JsonContext
from sphinxext_dep.model.catalog import RelationEntry
from sphinxext_dep.model.diagnostics import Diagnostic, Severity
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Field, Schema, fold

if TYPE_CHECKING:
    from sphinxext_dep.history import Commit, History, ProposalHistory

UrlOf = Callable[[str], str | None]
"""The URL of the page with a path, relative to the output's root; ``None`` when it has none."""

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
            kind = type_of(field)
            if not kind.is_single:
                entry[field.json_name] = kind.all_to_json(proposal, field, self.catalog, self.context)
                if field.inverse_label:
                    others = (RelationEntry(None, other) for other in self.catalog.reverse(proposal, field.key))
                    entry[inverse_name(field)] = [kind.to_json(other, self.context) for other in others]
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

"""Five proposals to ask about, and a process that is not ours."""

from __future__ import annotations

from sphinxext_dep.model.schema import Category, Field, Schema, Status, StatusKind
from sphinxext_dep.query.columns import Context
from sphinxext_dep.query.filters import Filter
from tests.factory import make_proposal

PROPOSALS = {
    "1": make_proposal(
        1, "Cache the index", "Implemented", authors="@octo (Ada Lovelace), @bob", category="Architecture",
        sponsor="@bob", review_date="2025-07-09", tags="cache, wire format", implementation="https://forge.org/pull/15",
        summary="Fewer reads.",
    ),
    "3": make_proposal(3, "Replace the wire format", "Approved", authors="Grace Hopper", category="Process",
                       sponsor="N/A", review_date="2026-02-28", replaces="DEP-0001, old-one"),
    "7": make_proposal(7, "A code of conduct", "Under Review", authors="@org/team", category="guidelines",
                       review_date="2026-06-30", required_reviewers="@ada"),
    "12": make_proposal(12, "ÉCOLE", "Draft", authors="octo", sponsor="TBD", review_date="07/01/2025"),
    "x": make_proposal(None, "Drop the cache", "Aproved", authors="Ann Other", category="CI/CD", slug="drop-cache"),
}  # fmt: skip
CONTEXT = Context(today="2026-07-01", invalid=frozenset({PROPOSALS["x"].path}))


def matched(filter: Filter) -> str:
    return " ".join(key for key, item in PROPOSALS.items() if filter.matches(item, CONTEXT))


OTHER = Schema(
    prefix="RFC",
    statuses={
        name: Status(name=name, kind=kind)
        for name, kind in {"Open": StatusKind.DECIDED, "Talk": StatusKind.OPEN, "Dead": StatusKind.CLOSED}.items()
    },
    lifecycle=("Talk", "Open"),
    fields={
        "rfc": Field(key="rfc", label="RFC", type="number"),
        "status": Field(key="status", label="Status", type="status"),
        "authors": Field(key="authors", label="Authors", type="people", many=True),
        "required-reviewers": Field(key="required-reviewers", label="Required Reviewers", type="people"),
        "impact": Field(key="impact", label="Impact", type="choice", choices=("low", "Very High")),
    },
    categories={"Core": Category(name="Core")},
    sections={},
    sources=(),
    exclude=(),
    severities={},
    status_severities={},
    profile_url="",
)

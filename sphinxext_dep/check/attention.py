"""Proposals for which somebody has to act, on one day: what the rules of the scope ``attention`` judge."""

from __future__ import annotations

import datetime
import os

import msgspec

from sphinxext_dep.check.check import diagnostic, effective
from sphinxext_dep.check.rule import Registry
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.diagnostics import Diagnostic, Severity

STALE_AFTER = 90
"""Days without a commit after which a draft is called stalled, unless the caller says otherwise."""


class Moment(msgspec.Struct, frozen=True):
    """Everything that the rules of the scope ``attention`` judge.

    :param today: in ISO 8601.
    :param active: path → the day (ISO 8601) of the last change; empty where git does not know.
    :param stale_after: days without a change after which a draft is stalled.
    """

    catalog: Catalog
    today: str
    active: dict[str, str] = {}
    stale_after: int = STALE_AFTER


def today() -> str:
    """Today in UTC as an ISO date; reproducible runs set it with ``SOURCE_DATE_EPOCH`` (seconds since 1970)."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch.isdigit():
        return datetime.datetime.now(datetime.UTC).date().isoformat()
    try:
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        # Beyond the last year that there are dates for: as late as can be.
        return datetime.date.max.isoformat()


def days_between(earlier: str, later: str) -> int:
    """The days from one ISO date to another; negative when *later* is before *earlier*."""
    return (datetime.date.fromisoformat(later) - datetime.date.fromisoformat(earlier)).days


def find_attention(moment: Moment, rules: Registry) -> tuple[Diagnostic, ...]:
    """The findings of the attention rules, sorted by path and place, without those that a comment suppresses.

    They are information, whatever severity the configuration gives their rule: a day that passes is no fault of the
    page, and must not fail a build that passed yesterday. Only ``off`` counts.
    """
    catalog = moment.catalog
    found: list[Diagnostic] = []
    for rule in rules.of_scope("attention"):
        for finding in rule.check(moment):
            proposal = catalog.by_path[finding.path]
            if all(rules.find(item.code) is not rule for item in proposal.suppressions):
                found.append(diagnostic(rule, finding, finding.path, proposal.status, catalog.schema))
    return tuple(msgspec.structs.replace(item, severity=Severity.INFO) for item in effective(found))

"""All proposals on one day: what the rules judge that say what waits for somebody."""

from __future__ import annotations

import datetime
import os

import msgspec

from sphinxext_dep.model.catalog import Catalog

STALE_AFTER = 90
"""Days without a commit after which a draft is called stalled, unless the caller says otherwise."""


class Moment(msgspec.Struct, frozen=True):
    """Everything that the rules of the scope ``attention`` judge.

    :param today: in ISO 8601.
    :param active: path → the day (ISO 8601) of the last change; empty when nobody knows.
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
    """How many days lie between two ISO dates; negative when they are the other way round."""
    return (datetime.date.fromisoformat(later) - datetime.date.fromisoformat(earlier)).days

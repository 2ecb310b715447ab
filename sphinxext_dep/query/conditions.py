"""Conditions of a process: which of them hold for a proposal."""

from __future__ import annotations

from typing import cast

from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Condition, Schema
from sphinxext_dep.query.columns import Context
from sphinxext_dep.query.filters import Filter
from sphinxext_dep.query.parse import parse

_Parsed = tuple[tuple[Condition, Filter], ...]
_NOW = Context()
"""Conditions do not depend on the day: a proposal that is valid stays valid."""


def conditions_of(proposal: Proposal, schema: Schema) -> tuple[Condition, ...]:
    """The conditions of *schema* that hold for *proposal*, in the order of the configuration."""
    if not schema.conditions:
        return ()
    parsed = cast("_Parsed | None", schema.derived.get(__name__))
    if parsed is None:
        parsed = tuple((condition, parse(condition.when, schema)) for condition in schema.conditions.values())
        schema.derived[__name__] = parsed
    return tuple(condition for condition, holds in parsed if holds.matches(proposal, _NOW))

"""The rules: a rule is one function with a code, and a family of codes is one subject.

======= =========================================================================================================
family  modules
======= =========================================================================================================
DEP0xx  :mod:`~sphinxext_dep.rules.reading`: pages, suppressions and the directives that show proposals
DEP1xx  :mod:`~sphinxext_dep.rules.header`, :mod:`~sphinxext_dep.rules.spellings`: the header as a whole
DEP2xx  :mod:`~sphinxext_dep.rules.values`, :mod:`~sphinxext_dep.rules.identity`: single values, number and title
DEP3xx  :mod:`~sphinxext_dep.rules.sections`: the body
DEP4xx  :mod:`~sphinxext_dep.rules.relations`, :mod:`~sphinxext_dep.rules.standing`: proposals together
DEP5xx  :mod:`~sphinxext_dep.rules.lifecycle`: what a change does, against a git base
DEP6xx  :mod:`~sphinxext_dep.rules.attention`: what waits for somebody; never an error, and no part of a check
======= =========================================================================================================

A code is a public contract and is never reused.
"""

from __future__ import annotations

from sphinxext_dep.rules import (
    attention,
    header,
    identity,
    lifecycle,
    reading,
    relations,
    sections,
    spellings,
    standing,
    values,
)
from sphinxext_dep.rules.registry import RULES

__all__ = [
    "RULES",
    "attention",
    "header",
    "identity",
    "lifecycle",
    "reading",
    "relations",
    "sections",
    "spellings",
    "standing",
    "values",
]

# Whoever lists the rules lists them by code, in whatever order the modules hold them.
RULES.by_code = dict(sorted(RULES.by_code.items()))

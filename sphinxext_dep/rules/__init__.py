"""The rules: a rule is one function with a code; a family of codes is one module.

======= ===========================================================
family  module
======= ===========================================================
DEP0xx  :mod:`~sphinxext_dep.rules.reading`: pages and suppressions
DEP1xx  :mod:`~sphinxext_dep.rules.header`: the header as a whole
DEP2xx  :mod:`~sphinxext_dep.rules.values`: single values
DEP3xx  :mod:`~sphinxext_dep.rules.sections`: the body
DEP4xx  :mod:`~sphinxext_dep.rules.relations`: proposals together
DEP5xx  lifecycle: against a git base; reserved
DEP6xx  attention: time-based, never an error; reserved
======= ===========================================================

A code is a public contract and never reused.
"""

from __future__ import annotations

from sphinxext_dep.rules import header, reading, relations, sections, values
from sphinxext_dep.rules.registry import RULES

__all__ = ["RULES", "header", "reading", "relations", "sections", "values"]

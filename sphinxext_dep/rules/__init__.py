"""The rules: a rule is one function with a code, and a family of codes has one subject.

======= =========================================================================================================
family  modules
======= =========================================================================================================
DEP0xx  :mod:`~sphinxext_dep.rules.reading`: pages, suppressions and the directives that show proposals
DEP1xx  :mod:`~sphinxext_dep.rules.header`, :mod:`~sphinxext_dep.rules.spellings`: the header as a whole
DEP2xx  :mod:`~sphinxext_dep.rules.values`, :mod:`~sphinxext_dep.rules.identity`: single values, number and title
DEP3xx  :mod:`~sphinxext_dep.rules.sections`, :mod:`~sphinxext_dep.rules.requirements`: the body
DEP4xx  :mod:`~sphinxext_dep.rules.relations`, :mod:`~sphinxext_dep.rules.consistency`: proposals together
DEP5xx  :mod:`~sphinxext_dep.rules.lifecycle`: changes since a git base
DEP6xx  :mod:`~sphinxext_dep.rules.attention`: proposals for which somebody has to act; never an error
DEP7xx  :mod:`~sphinxext_dep.rules.mentions`: code and messages of commits that name proposals
======= =========================================================================================================

A code is a public contract and is never reused. Other packages import the rule itself
(``from sphinxext_dep.rules.reading import bad_option``) and read its ``code``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinxext_dep.check.rule import Registry

    RULES: Registry
    """Every rule, by code."""

__all__ = ["RULES"]

_MODULES = (
    "reading", "header", "spellings", "values", "identity", "sections", "requirements", "relations", "consistency",
    "lifecycle", "attention", "mentions",
)  # fmt: skip


def __getattr__(name: str) -> Any:
    """Make ``RULES`` when it is asked for (:pep:`562`): ``sphinx-dep mentions`` needs one module of them all."""
    if name != "RULES":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sphinxext_dep.check.rule import Registry

    modules = (importlib.import_module(f"{__name__}.{module}") for module in _MODULES)
    return globals().setdefault("RULES", Registry(*(module.RULES for module in modules)))

"""The one registry of rules, apart from the modules that fill it."""

from __future__ import annotations

from sphinxext_dep.check.rule import Registry

RULES = Registry()
"""Every rule. Import it from :mod:`sphinxext_dep.rules`, which imports the modules that fill it."""

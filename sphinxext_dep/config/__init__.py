"""Configuration: finds a project's TOML and reads it into a :class:`~sphinxext_dep.model.schema.Schema`.

The words live in ``dep.toml``, or in ``[tool.sphinxext-dep]`` of a ``pyproject.toml``, so that the command line and a
build read the same ones without executing ``conf.py``. The format itself is data: :data:`TABLES`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinxext_dep.config.find import find_config, find_docs
    from sphinxext_dep.config.load import (
        Config,
        default_config,
        discover,
        load_config,
        schema_digest,
        shipped_processes,
    )
    from sphinxext_dep.config.tables import TABLES, ConfigError, ConfigErrors, Key, Table

__all__ = [
    "TABLES",
    "Config",
    "ConfigError",
    "ConfigErrors",
    "Key",
    "Table",
    "default_config",
    "discover",
    "find_config",
    "find_docs",
    "load_config",
    "schema_digest",
    "shipped_processes",
]

_MODULES = {
    "find": ("find_config", "find_docs"),
    "load": ("Config", "default_config", "discover", "load_config", "schema_digest", "shipped_processes"),
    "tables": ("TABLES", "ConfigError", "ConfigErrors", "Key", "Table"),
}


def __getattr__(name: str) -> Any:
    """Import what is asked for (:pep:`562`).

    The command line finds the configuration before it needs to read it; reading it takes most of the schema with it.
    """
    for module, names in _MODULES.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

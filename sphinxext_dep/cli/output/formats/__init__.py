"""The formats of a report: each is a module with a function ``write`` that makes text of a report."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinxext_dep.cli.output.report import Report

FORMATS = ("text", "short", "json", "github", "sarif")
"""The names of all formats."""


def writer(name: str) -> Callable[[Report, bool], str]:
    """The function that makes text of a report; its second argument says whether the text may hold colours."""
    write: Callable[[Report, bool], str] = importlib.import_module(f"{__name__}.{name}").write
    return write

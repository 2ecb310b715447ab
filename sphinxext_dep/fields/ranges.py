"""Ranges in queries: ``10..20``, ``10..``, ``..20``, ``<=20``; a single value is the range of itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sphinxext_dep.fields.base import Between, TermError, in_quotes

Extent = tuple[Any, Any]
"""The first and the last value that a text such as ``12`` or ``2026-07`` means."""

_MAX_CHARS = 80
"""Longer texts (characters) are no ranges."""

_COMPARISON = re.compile(r"([<>]=?|=)\s*(.*)", re.DOTALL)


def read_range(text: str, read: Callable[[str], Extent | None], description: str, help: str) -> Between:
    """Read a range.

    :param read: returns what a single value covers; ``None`` for what is no value.
    :param description: what a value is called: ``number``.
    :param help: how to write one.
    :raises TermError: when *text* is no range, or one that runs backwards.
    """
    text = text.strip()
    found = _bounds(text, read) if len(text) <= _MAX_CHARS else None
    if found is None:
        raise TermError(f"{in_quotes(text)} is not a {description}", help)
    if found.low is not None and found.high is not None and found.low > found.high:
        raise TermError(f"the range {in_quotes(text)} runs backwards", "write the lower end first")
    return found


def _bounds(text: str, read: Callable[[str], Extent | None]) -> Between | None:
    if (comparison := _COMPARISON.fullmatch(text)) is not None:
        extent = read(comparison[2])
        return None if extent is None else _compared(comparison[1], extent)
    if (extent := read(text)) is not None:
        return _compared("=", extent)
    if ".." in text:
        low, _, high = (part.strip() for part in text.partition(".."))
        return _from_to(low, high, read)
    # `10-20`; every dash is tried, for `DEP-10-DEP-20` has three.
    for dash in re.finditer("[-–]", text):
        low, high = text[: dash.start()], text[dash.end() :]
        if low and high and (bounds := _from_to(low, high, read)) is not None:
            return bounds
    return None


def _from_to(low: str, high: str, read: Callable[[str], Extent | None]) -> Between | None:
    """Return the range from *low* to *high*, of which one may be empty."""
    first, last = read(low), read(high)
    if (low and first is None) or (high and last is None) or not (low or high):
        return None
    return Between((first[0], 0) if first else None, (last[1], 0) if last else None)


def _compared(sign: str, extent: Extent) -> Between:
    first, last = extent
    match sign:
        case "<":
            return Between(None, (first, -1))
        case "<=":
            return Between(None, (last, 0))
        case ">":
            return Between((last, 1), None)
        case ">=":
            return Between((first, 0), None)
        case _:
            return Between((first, 0), (last, 0))

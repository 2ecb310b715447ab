"""Ranges of numbers and of dates: ``10..20``, ``10..``, ``..20``, ``<=20``; a single value is the range of itself."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date

from sphinxext_dep.model.numbers import parse_number
from sphinxext_dep.query.errors import QueryError, quoted
from sphinxext_dep.query.filters import DateBetween, NumberBetween

Extent = tuple[int, int]
"""The first and the last number, or day (as an ordinal), that a text such as ``12`` or ``2026-07`` stands for."""

Bounds = tuple[int | None, int | None]
"""The lowest and the highest that a range allows; ``None`` is no limit."""

_MAX_CHARS = 80
"""Longer texts (characters) are no numbers and no dates."""

_COMPARISON = re.compile(r"([<>]=?|=)\s*(.*)", re.DOTALL)
# Not before 1000 nor after 2999: a year is written with four digits, and there is always a day before and after.
_DATE = re.compile(r"([12][0-9]{3})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def number_range(text: str, start: int, end: int, prefix: str) -> NumberBetween:
    """The filter for one range of numbers; ``10-20`` is one too, and ``DEP-10`` is number 10.

    :param start: offset at which *text* stands, for the error; *end* is just behind it.
    :raises QueryError: when it is no range of numbers.
    """

    def read(part: str) -> Extent | None:
        number = parse_number(part, prefix)
        return None if number is None else (number, number)

    bounds = _bounds(text, read)
    if bounds is None:
        mend = "write a number, such as '12', or a range, such as '10..20', '10..' or '<=20'"
        raise QueryError(f"{quoted(text)} is not a number", mend, start, end)
    _check_order(bounds, text, start, end)
    return NumberBetween("number", *bounds)


def date_range(key: str, text: str, start: int, end: int) -> DateBetween:
    """The filter for one range of dates in the field *key*; a year or a month is the range of its days.

    :param start: offset at which *text* stands, for the error; *end* is just behind it.
    :raises QueryError: when it is no range of dates.
    """
    bounds = _bounds(text, _days)
    if bounds is None:
        mend = "write it as YYYY-MM-DD, a year or a month, or a range, such as '2026-01..2026-06' or '<2026-07-01'"
        raise QueryError(f"{quoted(text)} is not a date", mend, start, end)
    _check_order(bounds, text, start, end)
    low, high = (None if bound is None else date.fromordinal(bound).isoformat() for bound in bounds)
    return DateBetween(key, low, high)


def _bounds(text: str, read: Callable[[str], Extent | None]) -> Bounds | None:
    """The bounds that *text* sets, or ``None`` when it means nothing."""
    text = text.strip()
    if len(text) > _MAX_CHARS:
        return None
    if (comparison := _COMPARISON.fullmatch(text)) is not None:
        extent = read(comparison[2])
        return None if extent is None else _compared(comparison[1], extent)
    if (extent := read(text)) is not None:
        return extent
    if ".." in text:
        low, _, high = (part.strip() for part in text.partition(".."))
        return _from_to(low, high, read)
    # `10-20`; every dash is tried, for `DEP-10-DEP-20` has three.
    for dash in re.finditer("[-–]", text):
        low, high = text[: dash.start()], text[dash.end() :]
        if low and high and (bounds := _from_to(low, high, read)) is not None:
            return bounds
    return None


def _from_to(low: str, high: str, read: Callable[[str], Extent | None]) -> Bounds | None:
    """The bounds from *low* to *high*, of which one may be empty."""
    first, last = read(low), read(high)
    if (low and first is None) or (high and last is None) or not (low or high):
        return None
    return (first[0] if first else None, last[1] if last else None)


def _compared(sign: str, extent: Extent) -> Bounds:
    first, last = extent
    match sign:
        case "<":
            return (None, first - 1)
        case "<=":
            return (None, last)
        case ">":
            return (last + 1, None)
        case ">=":
            return (first, None)
        case _:
            return extent


def _days(text: str) -> Extent | None:
    """The first and the last day of a date, a month or a year."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return (first.toordinal(), first.toordinal())
    last_month = month or 12
    return (first.toordinal(), date(year, last_month, calendar.monthrange(year, last_month)[1]).toordinal())


def _check_order(bounds: Bounds, text: str, start: int, end: int) -> None:
    low, high = bounds
    if low is not None and high is not None and low > high:
        raise QueryError(f"the range {quoted(text)} runs backwards", "write the lower end first", start, end)

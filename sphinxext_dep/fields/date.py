"""Dates, by a grammar: every form has all its readings, and none is preferred.

A library that parses dates picks one reading of ``07/01/2025``. Here it has two, and the author is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from sphinxext_dep.model.schema import Notation
from sphinxext_dep.model.values import Date

FIRST_YEAR, LAST_YEAR = 1970, 2999
"""Years outside this range are slips of the pen."""

_MAX_CHARS = 80
"""Longer values (characters) are prose."""

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_MONTH_NUMBERS = {name[:length]: number for number, name in enumerate(_MONTHS, 1) for length in (3, len(name))}
_MONTH_NUMBERS["sept"] = 9
_DAY_NUMBERS = {name[:length]: number for number, name in enumerate(_DAYS) for length in (3, len(name))}
_DAY_NUMBERS |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = r"(?:[01]?[0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?\s?(?:z|utc|gmt|[+-][0-9]{2}:?[0-9]{2})?"
_YEAR = r"(?P<y>[0-9]{4})"
_DAY = r"(?P<d>[0-9]{1,2})"
_ORDINAL = rf"{_DAY}(?:st|nd|rd|th)?"
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTH_NUMBERS, key=len, reverse=True))})\.?"

_WEEKDAY = re.compile(rf"(?P<weekday>{'|'.join(sorted(_DAY_NUMBERS, key=len, reverse=True))})\b\.?,?\s*")
_REMARK = re.compile(r"\s*\([^()]*\)$")
_DASHES = str.maketrans(dict.fromkeys("\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}", "-"))

_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_YEAR}-(?P<m>[0-9]{{2}})-(?P<d>[0-9]{{2}})(?:[t\s]\s?{_TIME})?",
        rf"{_YEAR}(?P<sep>[-/.])(?P<m>[0-9]{{1,2}})(?P=sep){_DAY}",
        rf"{_YEAR}(?P<m>[0-9]{{2}})(?P<d>[0-9]{{2}})",
        rf"(?P<one>[0-9]{{1,2}})(?P<sep>[-/.])(?P<two>[0-9]{{1,2}})(?P=sep){_YEAR}",
        rf"{_MONTH}\s*{_ORDINAL}(?:\s*,\s*|\s+){_YEAR}",
        rf"{_ORDINAL}\s*(?:of\s+)?{_MONTH}(?:\s*,\s*|\s*){_YEAR}",
        rf"{_YEAR},?\s*{_MONTH}\s*{_ORDINAL}",
        rf"{_DAY}(?P<sep>[-/.]){_MONTH}(?P=sep){_YEAR}",
        rf"{_YEAR}(?P<sep>[-/.]){_MONTH}(?P=sep){_DAY}",
    )
)


def write_date(iso: str, notation: Notation) -> str:
    """The day *iso* (``2026-01-31``) as a process writes it."""
    if notation is Notation.ISO:
        return iso
    day = date.fromisoformat(iso)
    return f"{day.day:02d}-{_MONTHS[day.month - 1][:3].capitalize()}-{day.year}"


def parse_date(raw: str, notation: Notation = Notation.ISO) -> Date:
    """Read a date, in any form; it is canonical in that of *notation*.

    ISO 8601 (``2025-07-09``) is read first. The other forms are those that English texts hold: a month by name in any
    usual order, year first, or three numbers, where day and month may be either as long as both are possible. A weekday
    in front must be the date's own. A remark in parentheses may follow, and a time is left out. Two-digit years, months
    without a day, impossible days and everything else have no reading.
    """
    if notation is not Notation.ISO:
        found = parse_date(raw)
        canonical = found.iso is not None and raw.strip() == write_date(found.iso, notation)
        return Date(found.iso, canonical, found.readings)
    text = raw.strip()
    if _ISO.fullmatch(text):
        readings = _readings(text)
        return Date(next(iter(readings), None), bool(readings), tuple(readings))
    if len(text) > _MAX_CHARS:
        return Date(None, False, ())
    text = text.strip("*_`\"' ").removeprefix("[").removesuffix("]")
    text = _REMARK.sub("", text).translate(_DASHES).strip(" .").casefold()
    weekday = _WEEKDAY.match(text)
    readings = _readings(text[weekday.end() :] if weekday else text)
    if weekday:
        wanted = _DAY_NUMBERS[weekday["weekday"]]
        readings = [reading for reading in readings if date.fromisoformat(reading).weekday() == wanted]
    return Date(readings[0] if len(readings) == 1 else None, False, tuple(readings))


def _readings(text: str) -> list[str]:
    """Every day that *text* can mean, in ISO form, sorted."""
    found: set[str] = set()
    for form in _FORMS:
        if match := form.fullmatch(text):
            found.update(_days(match.groupdict()))
    return sorted(found)


def _days(parts: dict[str, str | None]) -> Iterator[str]:
    year = int(parts["y"] or 0)
    month = parts.get("month")
    one, two = int(parts.get("one") or 0), int(parts.get("two") or 0)
    if month:
        candidates = {(_MONTH_NUMBERS[month], int(parts["d"] or 0))}
    elif one:
        candidates = {(one, two), (two, one)}
    else:
        candidates = {(int(parts.get("m") or 0), int(parts.get("d") or 0))}
    if FIRST_YEAR <= year <= LAST_YEAR:
        for number, day in candidates:
            try:
                yield date(year, number, day).isoformat()
            except ValueError:
                continue

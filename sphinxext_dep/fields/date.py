"""Dates, by a grammar: every form has all its readings, and none is preferred.

A library that parses dates picks one reading of ``07/01/2025``. Here it has two, and the author is asked.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

import msgspec

from sphinxext_dep.fields.base import ALPHABETICAL, NOWHERE, Cleaner, FieldType, JsonContext, Key, Reading, Test
from sphinxext_dep.fields.links import url_problem
from sphinxext_dep.fields.placeholders import word_state
from sphinxext_dep.fields.ranges import Extent, read_range
from sphinxext_dep.fields.tokens import MAX_VALUE_CHARS, Places, pieces
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.proposal import Date, FieldValue, ListedDate, Proposal, RawField, Value
from sphinxext_dep.model.schema import Field, Notation, Schema
from sphinxext_dep.model.source import Source, Span

FIRST_YEAR, LAST_YEAR = 1970, 2999
"""Years outside this range are mistakes."""

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


SAMPLES = {
    Notation.ISO: "YYYY-MM-DD",
    Notation.DAY_MONTH_YEAR: "DD-Mon-YYYY",
    Notation.MONTH_DAY_YEAR: "Mon DD, YYYY",
    Notation.WRITTEN_OUT: "DD Month YYYY",
}
"""A day in each notation, in letters."""

_WRITTEN = {
    Notation.DAY_MONTH_YEAR: re.compile(r"[0-9]{2}-[A-Z][a-z]{2}-[0-9]{4}"),
    Notation.MONTH_DAY_YEAR: re.compile(r"[A-Z][a-z]{2,8}\.? [0-9]{1,2},? [0-9]{4}"),
    Notation.WRITTEN_OUT: re.compile(r"[0-9]{1,2} [A-Z][a-z]{2,8}\.? [0-9]{4}"),
}
"""The texts that are in each notation, if they are days at all."""

TODAY = "today"
"""The word that commands accept for today's date."""

_IsoDay = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
"""A day in a ``deps.json``."""

_LISTED_ISO = re.compile(r"(?<![\w/.-])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![\w/.-])")
"""A day in a list; not one in an address."""

# Not before 1000 nor after 2999: a year is written with four digits.
_PERIOD = re.compile(r"([12][0-9]{3})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


class _DatedJson(msgspec.Struct):
    """A day of a list in a ``deps.json``."""

    date: _IsoDay | None
    text: str
    url: str | None = None


class DateType(FieldType[Date | ListedDate]):
    """A day, or a list of days, each of which may be a link."""

    name = "date"
    doc = "a day, as `2026-12-01`; with `many` a list, in which a day may be a link: `[2026-12-01](https://…)`"
    keys = frozenset(("notation", "many"))
    range_part = "-"

    def read(self, raw: RawField, source: Source, field: Field, schema: Schema) -> Reading:
        if field.many:
            return Reading(parse_dates(raw.value, source, raw.span, field.notation))
        return Reading(parse_date(raw.value.strip(), field.notation))

    def write(self, item: Date | ListedDate, field: Field, schema: Schema) -> str:
        day = write_date(item.iso, field.notation) if item.iso else getattr(item, "text", "")
        return f"[{day}]({url})" if (url := getattr(item, "url", "")) else day

    def expand(self, text: str, field: Field, today: str) -> str:
        if field.many and not text.lower().startswith(TODAY):
            return _LISTED_ISO.sub(
                lambda day: write_date(day[0], field.notation) if _readings(day[0]) else day[0], text
            )
        day = parse_date(today if text.lower() == TODAY else text)
        # A day in ISO 8601 has one meaning; any other form is left for the rules to judge.
        return write_date(day.iso, field.notation) if day.iso and day.canonical else text

    def leading(self, text: str, field: Field, schema: Schema) -> int:
        first = text.partition("\n")[0]
        return len(first) if parse_date(first).readings else len(text)

    def is_guidance(self, text: str) -> bool:
        return not parse_date(text).readings and super().is_guidance(text)

    def sample(self, field: Field, schema: Schema) -> str:
        return SAMPLES[field.notation]

    def items(self, value: FieldValue | None) -> tuple[Date | ListedDate, ...]:
        """Return the days that have exactly one reading."""
        return tuple(day for day in super().items(value) if day.iso)

    def displayed(self, proposal: Proposal, field: Field, catalog: Catalog) -> tuple[Any, ...]:
        value = proposal.fields.get(field.key)
        # What is no day in a list is shown among the others, as it is written.
        return super().items(value) if field.many else self.items(value)

    def text(self, item: Any, schema: Schema) -> str:
        return item.iso or str(getattr(item, "text", ""))

    def key(self, item: Date | ListedDate, field: Field | None, schema: Schema) -> Key:
        iso = item.iso or ""
        return Key(iso, (ALPHABETICAL, iso), iso)

    def test(self, word: str, field: Field | None, schema: Schema) -> Test:
        help = "write it as YYYY-MM-DD, a year or a month, or a range, such as '2026-01..2026-06' or '<2026-07-01'"
        return read_range(word, _period, "date", help)

    def extent(self, item: Date | ListedDate) -> tuple[Any, Any] | None:
        return (item.iso, item.iso)

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}

    json_type = _IsoDay

    def json_schema_of(self, field: Field) -> dict[str, Any]:
        if not field.many:
            return self.json_schema()
        properties = {
            "date": {"type": ["string", "null"], "format": "date"},
            "text": {"type": "string"},
            "url": {"type": ["string", "null"]},
        }
        return {"type": "object", "properties": properties, "required": [*properties]}

    def json_type_of(self, field: Field) -> Any:
        return _DatedJson if field.many else self.json_type

    def to_json(self, item: Any, context: JsonContext) -> Any:
        if isinstance(item, ListedDate):
            return {"date": item.iso, "text": item.text, "url": item.url or None}
        return item.iso

    def from_json(self, given: Any, clean: Cleaner) -> Date | ListedDate | None:
        if isinstance(given, _DatedJson):
            url = given.url if given.url is not None and clean.is_address(given.url) else ""
            readings = (given.date,) if given.date else ()
            return ListedDate(given.date, bool(given.date), readings, clean.plain(given.text), NOWHERE, url)
        return Date(given, canonical=True, readings=(given,))

    def all_from_json(self, given: Any, field: Field, schema: Schema, clean: Cleaner) -> tuple[Value, str]:
        value, text = super().all_from_json(given, field, schema, clean)
        return (value if field.many or not isinstance(value, tuple) else next(iter(value), None)), text


def _period(text: str) -> Extent | None:
    """Return the first and the last day of a date, a month or a year."""
    found = _PERIOD.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = found.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if day:
        return (first.isoformat(), first.isoformat())
    last = date(first.year, int(month or 12), monthrange(first.year, int(month or 12))[1])
    return (first.isoformat(), last.isoformat())


def write_date(iso: str, notation: Notation) -> str:
    """The day *iso* (``2026-01-31``) as a process writes it."""
    if notation is Notation.ISO:
        return iso
    day = date.fromisoformat(iso)
    month = _MONTHS[day.month - 1].capitalize()
    if notation is Notation.DAY_MONTH_YEAR:
        return f"{day.day:02d}-{month[:3]}-{day.year}"
    return (
        f"{month[:3]} {day.day}, {day.year}" if notation is Notation.MONTH_DAY_YEAR else f"{day.day} {month} {day.year}"
    )


def parse_date(raw: str, notation: Notation = Notation.ISO) -> Date:
    """Read a date, in any form; it is canonical in that of *notation*.

    ISO 8601 (``2025-07-09``) is read first. The other forms are those that English texts hold: a month by name in any
    usual order, year first, or three numbers, where day and month may be either as long as both are possible. A weekday
    in front must be the date's own. A remark in parentheses may follow, and a time is left out. Two-digit years, months
    without a day, impossible days and everything else have no reading.
    """
    if notation is not Notation.ISO:
        found = parse_date(raw)
        canonical = found.iso is not None and _WRITTEN[notation].fullmatch(raw.strip()) is not None
        return Date(found.iso, canonical, found.readings)
    text = raw.strip()
    if _ISO.fullmatch(text):
        readings = _readings(text)
        return Date(next(iter(readings), None), bool(readings), tuple(readings))
    if len(text) > _MAX_CHARS:
        return Date(None, False, ())
    text = text.strip("*_`\"' ").removeprefix("[").removesuffix("]")
    text = text[1:-1] if text.startswith("(") and text.endswith(")") else text
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


# --- lists of days ----------------------------------------------------------------------------------------------------

# The forms are those of ``Post-History`` in 634 PEPs: 637 days alone and 336 as a link of reStructuredText, separated
# by commas, line ends or both; and the same in Markdown: ``[2026-03-04](https://…)``.

_LINK = re.compile(
    r"`(?P<rst>[^`<]*?)\s*<(?P<rst_url>[^`>]*)>`_{1,2}"
    r"|\[(?P<md>[^\[\]]*)\]\(\s*<?(?P<md_url>[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)>?\s*\)"
    r"|(?P<plain>[^,;`\[\]<>()\n]+?)\s*(?:<(?P<auto>[a-z]+:[^\s<>]+)>|\((?P<aside>https?://[^\s()]+)\))"
)
_SPACE = " \t\r\n,;"


def parse_dates(raw: str, source: Source, span: Span, notation: Notation) -> tuple[ListedDate, ...]:
    """Read a list of days, separated by commas, semicolons or lines; each may be the text of a link.

    What is no day, or has two readings, is in the list as it is written. ``TBD`` among days is left out.

    :param raw: the value as read.
    :param span: the place of the value in *source*.
    """
    if len(raw) > MAX_VALUE_CHARS:
        return (ListedDate(None, False, (), "", span, "", "the value is too long to be a list of dates"),)
    places = Places(raw, source, span)
    found = []
    for start, end, url in _pieces(raw, notation):
        text = raw[start:end]
        if word_state(text) is not None and not url:
            continue
        day = parse_date(text, notation)
        problem = url_problem(url) if url else ""
        place = places.span(start, end)
        found.append(ListedDate(day.iso, day.canonical, day.readings, text, place, "" if problem else url, problem))
    if raw.strip() and not found:
        found.append(ListedDate(None, False, (), raw.strip(), span, "", ""))
    return tuple(found)


def _pieces(raw: str, notation: Notation) -> Iterator[tuple[int, int, str]]:
    """The offsets of each day, and its link."""
    position = 0
    for match in _LINK.finditer(raw):
        yield from _plain(raw, position, match.start(), notation)
        kind = "rst" if match["rst"] is not None else "md" if match["md"] is not None else "plain"
        url = match["rst_url"] or match["md_url"] or match["auto"] or match["aside"] or ""
        start, end = match.span(kind)
        if kind == "plain":
            start = next(pieces(raw, start, end), (start, end))[0]
        text = raw[start:end]
        start, end = end - len(text.lstrip(_SPACE)), start + len(text.rstrip(_SPACE))
        yield start, end, "".join(url.split())
        position = match.end()
    yield from _plain(raw, position, len(raw), notation)


def _plain(raw: str, start: int, end: int, notation: Notation) -> Iterator[tuple[int, int, str]]:
    """Days without a link; a comma can be inside one: ``Jan 31, 2026``."""
    found = list(pieces(raw, start, end))
    index = 0
    while index < len(found):
        first, last = found[index]
        if index + 1 < len(found) and not parse_date(raw[first:last]).readings:
            _, further = found[index + 1]
            if "\n" not in raw[first:further] and parse_date(raw[first:further], notation).readings:
                last, index = further, index + 1
        yield first, last, ""
        index += 1

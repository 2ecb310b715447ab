"""What RFC 5545 says of an iCalendar file, checked on its bytes; the library that wrote it is not asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAME = r"[A-Za-z0-9-]+"
_LINE = re.compile(rf'(?P<name>{_NAME})(?:;{_NAME}=(?:"[^"\x00-\x08]*"|[^";:,]*))*:(?P<value>.*)', re.DOTALL)
_DAY = re.compile(r"\d{8}")
_MOMENT = re.compile(r"\d{8}T\d{6}Z")


def faults(data: bytes) -> list[str]:
    """Every rule that the file breaks; the numbers are those of the sections."""
    return list(_faults(data))


def unfolded(data: bytes) -> list[str]:
    """The content lines."""
    return data.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")[:-1]


def _faults(data: bytes) -> Iterator[str]:
    if not data.endswith(b"\r\n") or re.search(rb"(?<!\r)\n|\r(?!\n)", data):
        yield "3.1: a line does not end with CRLF"
    if any(len(line) > 75 for line in data.split(b"\r\n")):
        yield "3.1: a line is longer than 75 octets"
    for octets in data.split(b"\r\n"):
        try:
            octets.decode("utf-8")
        except UnicodeDecodeError:
            yield "3.1: a character is divided"
    if re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", data):
        yield "3.1: control characters"
    lines = unfolded(data)
    if lines[:1] != ["BEGIN:VCALENDAR"] or lines[-1:] != ["END:VCALENDAR"]:
        yield "3.4: no calendar"
    events: list[dict[str, list[str]]] = []
    calendar: dict[str, list[str]] = {}
    here = calendar
    for line in lines[1:-1]:
        match = _LINE.fullmatch(line)
        if match is None:
            yield f"3.1: {line} is no content line"
        elif line == "BEGIN:VEVENT":
            here = {}
            events.append(here)
        elif line == "END:VEVENT":
            here = calendar
        else:
            here.setdefault(match["name"].upper(), []).append(match["value"])
    for name in ("PRODID", "VERSION"):
        if len(calendar.get(name, ())) != 1:
            yield f"3.6: {name} must be there once"
    if calendar.get("VERSION") != ["2.0"]:
        yield "3.7.4: the version is not 2.0"
    for event in events:
        for name in ("UID", "DTSTAMP", "DTSTART", "SUMMARY"):
            if len(event.get(name, ())) != 1:
                yield f"3.6.1: {name} must be there once"
        if not _MOMENT.fullmatch("".join(event.get("DTSTAMP", ()))):
            yield "3.8.7.2: DTSTAMP is no time in UTC"
        if not _DAY.fullmatch("".join(event.get("DTSTART", ()))):
            yield "3.3.4: DTSTART is no day"
        for name in ("SUMMARY", "DESCRIPTION"):
            if any(re.search(r"(?<!\\)(?:\\\\)*[,;]", value) for value in event.get(name, ())):
                yield f"3.3.11: {name} has an unescaped comma or semicolon"
    names = [value for event in events for value in event.get("UID", ())]
    if len(set(names)) < len(names):
        yield "3.8.4.7: two events have one UID"

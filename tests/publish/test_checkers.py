"""The checkers of the feed and the calendar find what is wrong: each rule is broken once."""

from __future__ import annotations

import pytest

from tests.publish import atom, ics

FEED = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>https://a.example/f</id>
<updated>2026-01-01T00:00:00Z</updated><author><name>A</name></author><link rel="self" href="https://a.example/f"/>
<entry><title>E</title><id>tag:a.example,2026:1</id><updated>2026-01-01T00:00:00+00:00</updated>
<link href="https://a.example/1"/><category term="x"/><summary type="html">s</summary></entry></feed>"""

CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:p\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
    b"DTSTART;VALUE=DATE:20260101\r\nSUMMARY:a\\, b\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_what_is_right():
    assert atom.faults(FEED) == []
    assert ics.faults(CALENDAR) == []


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        (b"<title>E</title>", b"", "4.1"),
        (b"<title>T</title>", b"<title>T</title><title>T</title>", "4.1"),
        (b"<id>tag:a.example,2026:1</id>", b"<id>1</id>", "4.2.6"),
        (b"+00:00</updated>", b"</updated>", "3.3"),
        (b'href="https://a.example/1"', b'href="1.html"', "4.2.7"),
        (b'<link href="https://a.example/1"/>', b"", "4.1.2"),
        (b"<author><name>A</name></author>", b"", "4.1.1"),
        (b"<name>A</name>", b"", "3.2"),
        (b'term="x"', b"", "4.2.2"),
        (b'type="html">s', b'type="plain">s', "3.1.1"),
        (b">s</summary>", b"><b>s</b></summary>", "3.1.1"),
        (b"<summary", b"<description/><summary", "4.1"),
        (b"</entry>", b"</entry><entry><title>E</title><id>tag:a.example,2026:1</id><updated>2026-01-02T00:00:00Z"
                      b"</updated><content>c</content></entry>", "4.2.6"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_feed(right, wrong, rule):
    assert right in FEED
    assert any(fault.startswith(rule) for fault in atom.faults(FEED.replace(right, wrong, 1)))


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        (b"VERSION:2.0\r\n", b"VERSION:2.0\n", "3.1"),
        (b"a\\, b", b"a" * 80, "3.1"),
        (b"a\\, b", b"a\x07", "3.1"),
        (b"a\\, b", b"a, b", "3.3.11"),
        (b"a\\, b", b"\xc3\r\n \xa4", "3.1"),
        (b"UID:1\r\n", b"", "3.6.1"),
        (b"UID:1", b"UID", "3.1"),
        (b"000000Z", b"000000", "3.8.7.2"),
        (b":20260101\r\nS", b":2026-01-01\r\nS", "3.3.4"),
        (b"PRODID:p\r\n", b"", "3.6"),
        (b"END:VEVENT\r\n", b"END:VEVENT\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n", "3.8.4.7"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_calendar(right, wrong, rule):
    assert right in CALENDAR
    assert any(fault.startswith(rule) for fault in ics.faults(CALENDAR.replace(right, wrong, 1)))

"""What RFC 4287 says of an Atom feed, checked rule by rule with nothing but an XML parser.

A second opinion beside feedparser's, which forgives much. The numbers are those of the sections.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.etree import ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_MEDIA_TYPE = re.compile(r".+/.+")

FEED = {"author": "*", "category": "*", "contributor": "*", "generator": "?", "icon": "?", "id": "1", "link": "*",
        "logo": "?", "rights": "?", "subtitle": "?", "title": "1", "updated": "1", "entry": "*"}  # fmt: skip
ENTRY = {"author": "*", "category": "*", "content": "?", "contributor": "*", "id": "1", "link": "*", "published": "?",
         "rights": "?", "source": "?", "summary": "?", "title": "1", "updated": "1"}  # fmt: skip
"""How often an element may stand there (4.1.1 and 4.1.2)."""


def faults(document: bytes) -> list[str]:
    """Every rule that *document* breaks."""
    return list(_feed(ElementTree.fromstring(document)))


def _feed(feed: ElementTree.Element) -> Iterator[str]:
    if feed.tag != f"{ATOM}feed":
        yield f"2: the document is a {feed.tag}"
        return
    yield from _counts(feed, FEED)
    yield from _parts(feed)
    entries = feed.findall(f"{ATOM}entry")
    if feed.find(f"{ATOM}author") is None and any(entry.find(f"{ATOM}author") is None for entry in entries):
        yield "4.1.1: neither the feed nor each of its entries has an author"
    if not any(link.get("rel") == "self" for link in feed.findall(f"{ATOM}link")):
        yield "4.1.1: it should link to itself"
    for entry in entries:
        yield from _counts(entry, ENTRY)
        yield from _parts(entry)
        if entry.find(f"{ATOM}content") is None and not list(_links(entry, "alternate")):
            yield "4.1.2: an entry without content has no alternate link"
    stamps = [(_of(entry, "id"), _of(entry, "updated")) for entry in entries]
    if len(set(stamps)) < len(stamps):
        yield "4.1.1: two entries have the same id and the same time"
    if len({name for name, _updated in stamps}) < len(stamps):
        yield "4.2.6: two entries have the same id"


def _counts(parent: ElementTree.Element, allowed: dict[str, str]) -> Iterator[str]:
    for child in parent:
        if child.tag.startswith(ATOM) and child.tag.removeprefix(ATOM) not in allowed:
            yield f"4.1: {child.tag} in {parent.tag}"
    for name, often in allowed.items():
        count = len(parent.findall(ATOM + name))
        if (often == "1" and count != 1) or (often == "?" and count > 1):
            yield f"4.1: {count} times {name} in {parent.tag}"
    alternates = [(link.get("type"), link.get("hreflang")) for link in _links(parent, "alternate")]
    if len(set(alternates)) < len(alternates):
        yield "4.1: two alternate links of one type and language"


def _parts(parent: ElementTree.Element) -> Iterator[str]:
    for name in ("updated", "published"):
        for date in parent.findall(ATOM + name):
            if not _DATE.fullmatch(date.text or ""):
                yield f"3.3: {date.text} is no date"
    for identity in parent.findall(f"{ATOM}id"):
        if not urlsplit(identity.text or "").scheme or (identity.text or "") != (identity.text or "").strip():
            yield f"4.2.6: {identity.text} is no IRI"
    for link in parent.findall(f"{ATOM}link"):
        if not urlsplit(link.get("href", "")).scheme:
            yield f"4.2.7: {link.get('href')} is no absolute address"
        if link.get("type") and not _MEDIA_TYPE.fullmatch(link.get("type", "")):
            yield f"4.2.7.3: {link.get('type')} is no media type"
    for category in parent.findall(f"{ATOM}category"):
        if not category.get("term"):
            yield "4.2.2: a category without a term"
    for kind in ("author", "contributor"):
        for person in parent.findall(ATOM + kind):
            names = person.findall(f"{ATOM}name")
            if len(names) != 1 or not (names[0].text or "").strip():
                yield "3.2: a person without a name"
    for name in ("title", "subtitle", "summary", "rights"):
        for text in parent.findall(ATOM + name):
            if text.get("type", "text") not in ("text", "html", "xhtml"):
                yield f"3.1.1: a text of the type {text.get('type')}"
            if text.get("type", "text") != "xhtml" and len(text):
                yield f"3.1.1: elements in {name}"


def _links(parent: ElementTree.Element, relation: str) -> Iterator[ElementTree.Element]:
    for link in parent.findall(f"{ATOM}link"):
        if link.get("rel", "alternate") == relation:
            yield link


def _of(parent: ElementTree.Element, name: str) -> str:
    return parent.findtext(ATOM + name) or ""

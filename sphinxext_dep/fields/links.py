"""Links: which addresses may become links, and the lists of them in a value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from msgspec.structs import replace

from sphinxext_dep.fields.base import ALPHABETICAL, NOWHERE, Cleaner, FieldType, Holds, JsonContext, Key, Reading, Test
from sphinxext_dep.fields.tokens import MAX_VALUE_CHARS, Group, Kind, Places, Token, groups, tokenize_list
from sphinxext_dep.model.messages import listed, quoted
from sphinxext_dep.model.proposal import Link, RawField
from sphinxext_dep.model.schema import Field, Schema
from sphinxext_dep.model.source import Source, Span

SCHEMES = ("http", "https", "mailto")
"""The schemes that may become links; others run code, read files, or lead nowhere."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*+):")
# Browsers take a backslash for a slash; the other characters are never in an address (RFC 3986, appendix A).
_FORBIDDEN = re.compile(r'[<>"\\`{}]')
_MAILBOX = re.compile(r"mailto:[^@\s/?]+@[^@\s/?]+(?:\?\S*)?", re.IGNORECASE)
_ANY_SITE = "https://host/site/"
_TARGETS = frozenset((Kind.LINK, Kind.URL, Kind.MAIL))
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
_BRACKETS = re.compile(r"[()\[\]]")
_PAIRS = {")": "(", "]": "["}
# What an author who did not write an address most likely meant as one: an issue, a path, a file, a host.
_WORD = re.compile(r"\S+")
_ATTEMPT = re.compile(
    r"#[0-9]+|\.{0,2}/\S*|[^\s/]+/\S+|\S+\.(?:md|markdown|rst|txt|html?)(?:#\S*)?|www\.\S+|\S+\.(?:com|org|io|dev)"
)


_SAMPLE = "https://…"


class Links(FieldType[Link]):
    """A list of links."""

    name = "links"
    doc = "links with `http`, `https` or `mailto`"
    keys = frozenset(("many", "hosts"))

    def read(self, raw: RawField, source: Source, field: Field, schema: Schema) -> Reading:
        links = parse_links(raw.value, source, raw.span)
        if field.hosts:
            problem = f"is not at {listed(f'`{host}`' for host in field.hosts)}"
            wrong = (not link.problem and not _is_at(link.url, field.hosts) for link in links)
            links = tuple(
                replace(link, problem=f"{quoted(link.url)} {problem}") if is_wrong else link
                for link, is_wrong in zip(links, wrong, strict=True)
            )
        return Reading(links)

    def takes_address(self, url: str, field: Field) -> bool:
        return not url_problem(url) and (not field.hosts or _is_at(url, field.hosts))

    def write(self, item: Link, field: Field, schema: Schema) -> str:
        return f"[{item.text}]({item.url})" if item.text else item.url

    def is_template(self, text: str, schema: Schema) -> bool:
        return text == _SAMPLE

    def is_guidance(self, text: str) -> bool:
        return "://" not in text and super().is_guidance(text)

    def sample(self, field: Field, schema: Schema) -> str:
        return _SAMPLE

    def text(self, item: Any, schema: Schema) -> str:
        return str(item.url or item.text)

    def key(self, item: Link, field: Field | None, schema: Schema) -> Key:
        return Key(item.url, (ALPHABETICAL, item.url.casefold()), item.text or item.url)

    def test(self, word: str, field: Field | None, schema: Schema) -> Test:
        return Holds(" ".join(word.casefold().split()))

    def searched(self, item: Link) -> Iterable[str]:
        return (item.url, item.text)

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "uri"}

    json_type = str

    def to_json(self, item: Any, context: JsonContext) -> Any:
        return None if item.problem else item.url

    def from_json(self, given: Any, clean: Cleaner) -> Link | None:
        return Link(given, "", NOWHERE) if clean.is_address(given) else Link(clean.plain(given), "", NOWHERE, "no link")


def _is_at(url: str, hosts: Iterable[str]) -> bool:
    """True when the address is that of one of *hosts*, or below it; a mail address is, when its domain is."""
    place = url.partition("@")[2] if url.startswith("mailto:") else url.partition("://")[2]
    return any(place == host or place.startswith((f"{host}/", f"{host}?", f"{host}#")) for host in hosts)


def url_problem(url: str) -> str:
    """Return the problem of an address, or an empty text. Nothing is repaired: it is a link as written, or none.

    An address is http or https with a host, or mailto with a mailbox, without white space, control characters (those
    that change the direction of text included) and brackets that are not in pairs.
    """
    if not url:
        return "the link has no target"
    if url.split(None, 1) != [url]:
        return f"{quoted(url)} holds white space"
    if not url.isprintable() and any(is_control(char) for char in url):
        return f"{quoted(url)} holds control characters"
    scheme = _SCHEME.match(url)
    if scheme is None:
        return f"{quoted(url)} is not a complete address: it has no `https://`"
    name = scheme[1].lower()
    if name not in SCHEMES:
        return f"{quoted(url)} has the scheme {quoted(name)}, which is none of {', '.join(SCHEMES)}"
    if _FORBIDDEN.search(url):
        return f"{quoted(url)} holds characters that no address has"
    if not is_balanced(url):
        return f"{quoted(url)} has brackets without a partner"
    if name == "mailto":
        return "" if _MAILBOX.fullmatch(url) else f"{quoted(url)} names no mailbox"
    try:
        parts = urlsplit(url)
        known = bool(parts.hostname) and url[len(name) :].startswith("://") and (parts.port is None or parts.port > 0)
    except ValueError:  # a port or an IPv6 host that cannot be, or a host that is not what it looks like
        known = False
    return "" if known else f"{quoted(url)} names no host"


def page_url(base_url: str, url: str) -> str:
    """The address of the page *url* of the site at *base_url*; empty when it is no page below it."""
    found = urljoin(_ANY_SITE, url) if is_relative(url) else ""
    return base_url + found.removeprefix(_ANY_SITE) if found.startswith(_ANY_SITE) else ""


def is_relative(url: str) -> bool:
    """True if *url* names neither a scheme nor a host, and holds nothing that no address has."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return url.isprintable() and not parts.scheme and not parts.netloc and not set(url) & set('\\ "<>')


def is_control(char: str) -> bool:
    """True if *char* is a control or formatting character.

    The joiners that Persian and Indic scripts and emoji need are none.
    """
    return unicodedata.category(char) in ("Cc", "Cf", "Cs") and char not in _JOINERS


def is_balanced(text: str) -> bool:
    """True if the round and square brackets in *text* are in pairs."""
    opened: list[str] = []
    for char in _BRACKETS.findall(text):
        if char in "([":
            opened.append(char)
        elif char in _PAIRS and (not opened or opened.pop() != _PAIRS[char]):
            return False
    return not opened


def parse_links(raw: str, source: Source, span: Span) -> tuple[Link, ...]:
    """Read a list of links: ``https://…``, ``<https://…>`` and ``[text](url)``, separated by commas, spaces or lines.

    Words around a link are kept in its text: of ``https://… (merged)`` the text is all of it. What is plainly meant as
    a link but is none (``#15``, ``docs/plan.md``), and a value that holds no link at all, are links with a problem.

    :param raw: the value as read.
    :param span: the place of the value in *source*.
    """
    if len(raw) > MAX_VALUE_CHARS:
        return (Link(raw[:MAX_VALUE_CHARS], "", span, "the value is too long to be a list of links"),)
    places = Places(raw, source, span)
    drafts: list[_Draft] = []
    # Words in front of the first link; words behind one go to the link before them.
    loose: list[str] = []
    for group in groups(list(tokenize_list(raw)), _TARGETS):
        found = _targets(group, places) or _attempts(group, raw, places)
        if found:
            drafts += found
        elif drafts:
            drafts[-1].words += (", ", _plain(group.tokens))
        else:
            loose.append(_plain(group.tokens))
    if not drafts or (loose and not any(draft.is_target for draft in drafts)):
        text = raw.strip()
        return (Link(text, "", span, f"{quoted(text)} is not a link"),) if text else ()
    drafts[0].words[:0] = [f"{words}, " for words in loose]
    return tuple(draft.link() for draft in drafts)


@dataclass(slots=True)
class _Draft:
    """A link in the making.

    :param words: the words around the link, in order, with the link itself as an empty text.
    :param is_target: whether it is an address, right or wrong, or only looks as if one was meant.
    """

    url: str
    text: str
    span: Span
    is_target: bool = True
    words: list[str] = field(default_factory=lambda: [""])

    def link(self) -> Link:
        words = "".join(self.words)
        text = self.text
        if any(char.isalnum() for char in words):
            text = " ".join("".join(word or self.text or self.url for word in self.words).split())
        problem = url_problem(self.url)
        if not problem and not is_balanced(words):
            problem = f"there are brackets without a partner around {quoted(self.url)}"
        return Link(self.url, text, self.span, problem)


def _targets(group: Group, places: Places) -> list[_Draft]:
    """The links in *group*, each with the words behind it, the first also with those in front."""
    drafts: list[_Draft] = []
    words: list[str] = []
    for token in group.tokens:
        if token.kind in _TARGETS:
            url = f"mailto:{token.text}" if token.kind is Kind.MAIL else token.url
            drafts.append(_Draft(url, token.text, places.span(token.start, token.end)))
            if words:
                drafts[-1].words = [*words, ""]
                words = []
        else:
            (drafts[-1].words if drafts else words).append(_plain([token]))
    return drafts


def _attempts(group: Group, raw: str, places: Places) -> list[_Draft]:
    """Return the texts that were meant as links, when *group* holds nothing else."""
    found = list(_WORD.finditer(raw, group.start, group.end))
    if not all(_ATTEMPT.fullmatch(word[0].strip("[]()`")) for word in found):
        return []
    return [_Draft(word[0].strip("[]()`"), "", places.span(*word.span()), is_target=False) for word in found]


def _plain(tokens: Sequence[Token]) -> str:
    """The text of *tokens* without markup."""
    forms = {Kind.BRACKET: "[{}]", Kind.HANDLE: "@{}", Kind.MARK: ""}
    return "".join(forms.get(token.kind, "{}").format(token.text) for token in tokens)

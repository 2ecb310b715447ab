"""The tokens of a value: links, handles, addresses, words, brackets and separators.

People, links and references are lists in the same loose Markdown, so one scanner cuts them all. It knows the inline
links of CommonMark (https://spec.commonmark.org/0.31.2/#links) with up to two levels of parentheses in the target,
its autolinks, the embedded addresses of reST, and the bare addresses of GitHub
(https://github.github.com/gfm/#autolinks-extension-). Its time is linear in the length of the value: a repeated
character is matched possessively or within bounds, the alternatives of a repeated group begin with different
characters, and no token is looked at twice. Groups are not repeated possessively: Python 3.11.4 and older match those
wrongly (https://github.com/python/cpython/issues/106052).
"""

from __future__ import annotations

import enum
import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from sphinxext_dep.model.source import Source, Span

MAX_VALUE_CHARS = 1_000_000
"""Longer values (characters) are not taken apart: ten thousand people with profile links are less than half of it."""


class Kind(enum.IntEnum):
    """The kind of a token. Members are integers because those are hashed in C, and every token is looked up in sets."""

    LINK = enum.auto()
    """``[text](url)``, in reST ```text <url>`__``: :attr:`Token.text` and :attr:`Token.url`.

    ``{dep}`text <3>``` is a link to ``dep:3``, and ``{doc}`text <0003-x>``` one to ``0003-x``.
    """
    URL = enum.auto()
    """``https://…`` or ``<https://…>``: :attr:`Token.url`."""
    MAIL = enum.auto()
    """``ada@example.org`` or ``<ada@example.org>``: :attr:`Token.text` is the address."""
    HANDLE = enum.auto()
    """``@octo``: :attr:`Token.text` is what follows the ``@``, whatever it is."""
    BRACKET = enum.auto()
    """``[text]`` without a target: :attr:`Token.text` is what is inside."""
    OPEN = enum.auto()
    CLOSE = enum.auto()
    WORD = enum.auto()
    SPACE = enum.auto()
    MARK = enum.auto()
    """Emphasis around something: no part of the value."""
    SENTENCE = enum.auto()
    """Prose: only the reader of people looks for it."""
    SEPARATOR = enum.auto()
    """A comma, a semicolon, ``and``, ``&``, a new line, ``<br>`` or the marker of a list item."""


class Token(NamedTuple):
    """A piece of a value.

    :param text: plain text, backslash escapes resolved.
    :param start: offset in the value.
    :param end: offset behind it.
    """

    kind: Kind
    text: str
    start: int
    end: int
    url: str = ""


_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]{0,30}+"
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_ENTITY = re.compile(r"&(?:[#][0-9]{1,7}|[#][xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TITLE = re.compile(r"""\s++(?:"[^"]*+"|'[^']*+'|\([^()]*+\))$""")
_ANGLED = re.compile(r"<([^<>]*+)>")
_IS_URL = re.compile(rf"{_SCHEME}:\S")
_IS_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}+@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)+")

_COMMAS = ",;\N{FULLWIDTH COMMA}\N{FULLWIDTH SEMICOLON}\N{IDEOGRAPHIC COMMA}\N{ARABIC COMMA}\N{ARABIC SEMICOLON}"

_SUFFIXES = r"Jr|Sr|Ph\.?D|M\.?D|Esq|II|III|IV|Inc|LLC|Ltd|GmbH"
"""What follows the comma within a name."""

_AT = re.compile(r" (?:at|\(at\)|\[at\]) ")
"""The form of ``@`` in the PEPs' older headers."""

_TOKEN = re.compile(
    rf"""
    (?P<marker>(?<![^\n\r])[ \t]*+(?:(?:[-*+•]|[0-9]{{1,3}}[.)])[ \t]++(?:\[[ xX]\][ \t]++(?=\S))?
      |\[[ xX]\][ \t]++(?=\[?[@\w])))
  | (?P<newline>[\n\r]++|(?i:<br[ ]?/?>))
  | (?P<space>[^\S\n\r]++)
  | (?P<and>(?<![^\s,;])(?:and|&(?:amp;)?)(?!\S))
  | (?P<suffix>,\ {{0,3}}(?:{_SUFFIXES})\b\.?(?=\s{{0,3}}(?:[,;<(\n\r]|(?:and|&)\s|$)))
  | (?P<comma>[{_COMMAS}])
  | "(?P<quoted>[^",\n\r]*+,[^"\n\r]*+)"(?=\s{{0,3}}[<(])
  | (?:\\<|&lt;)(?P<escaped>{_IS_MAIL.pattern})(?:\\>|&gt;)
  | (?P<entity>{_ENTITY.pattern})
  | \[(?P<text>(?:[^\[\]\\\n\r]|\\.|\[[^\[\]\n\r]*+\])*)\]
    \((?P<target>(?:[^()\n\r\\]|\\.|\((?:[^()\n\r\\]|\\.|\([^()\n\r]*+\))*\))*)\)
  | \[(?P<bracket>[^\[\]\n\r]*+)\]
  | [{{:](?P<role>[A-Za-z][A-Za-z0-9+.:-]{{0,30}}?)[}}:]`(?P<titled>[^`<>\n]*+)<(?P<named>[^`<>\s]++)>`
  | `(?P<shown>[^`<>]*+)<(?P<embedded>[^`<>\s]++)>`__?
  | <(?P<hidden>[A-Za-z0-9._%+-]{{1,64}}+\ (?:at|\(at\)|\[at\])\ [A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)+)>
  | <(?P<auto>[^<>\s]++)>
  | (?P<url>(?:{_SCHEME}://|(?i:mailto|javascript|vbscript|data|file|dep):)
      (?:[^\s<>,;]|[,;](?![\s@\[]|{_SCHEME}://|$))+)
  | (?P<mail>{_IS_MAIL.pattern}(?![\w@/-]|\.[A-Za-z0-9-]))
  | (?P<mark>(?<![^\s,;:(\[>])\*{{1,3}}(?=\S)|\*{{1,3}}(?![^\s,;.:<)\]]))
  | @(?P<handle>(?:[^\s,;()\[\]<>*"'`“”\\]|'(?=\w)|\\[!-/:-@\[-`{{-~])*)
  | (?P<open>\()
  | (?P<close>\))
  | (?P<escape>\\[!-/:-@\[-`{{-~])
  | (?P<word>[^\s{_COMMAS}()\[\]<>*:"'`“”\\&]++)
  | (?P<char>.)
    """,
    re.VERBOSE | re.DOTALL,
)

_SIMPLE = {
    "marker": Kind.SEPARATOR,
    "newline": Kind.SEPARATOR,
    "and": Kind.SEPARATOR,
    "comma": Kind.SEPARATOR,
    "space": Kind.SPACE,
    "mark": Kind.MARK,
    "open": Kind.OPEN,
    "close": Kind.CLOSE,
    "suffix": Kind.WORD,
    "word": Kind.WORD,
    "char": Kind.WORD,
}


def tokenize(raw: str) -> Iterator[Token]:
    """Cut *raw* into tokens that cover it without gaps. Raises nothing; what is nothing else is a word."""
    position = 0
    while match := _TOKEN.match(raw, position):
        token = _token(match)
        yield token
        position = token.end


def _token(match: re.Match[str]) -> Token:
    start, end = match.span()
    name = match.lastgroup or "char"
    text = match[name]
    if name in _SIMPLE:
        return Token(_SIMPLE[name], text, start, end)
    if name == "target":
        return Token(Kind.LINK, unescape(match["text"]).strip(), start, end, link_target(text))
    if name == "embedded":
        return Token(Kind.LINK, " ".join(match["shown"].split()), start, end, text)
    if name == "named":
        url = text if match["role"] == "doc" else f"{match['role']}:{text}"
        return Token(Kind.LINK, match["titled"].strip(), start, end, url)
    if name == "bracket":
        return Token(Kind.BRACKET, unescape(text).strip(), start, end)
    if name == "quoted":
        return Token(Kind.WORD, text.strip(), start, end)
    if name == "entity":
        return Token(Kind.WORD, _decoded(text), start, end)
    if name == "handle":
        return Token(Kind.HANDLE, unescape(text), start, end)
    if name in ("mail", "escaped"):
        return Token(Kind.MAIL, text, start, end)
    if name == "hidden":
        return Token(Kind.MAIL, _AT.sub("@", text, count=1), start, end)
    if name == "escape":
        return Token(Kind.WORD, text[1:], start, end)
    if name == "auto":
        if _IS_URL.match(text):
            return Token(Kind.URL, "", start, end, text)
        if _IS_MAIL.fullmatch(text):
            return Token(Kind.MAIL, text, start, end)
        return Token(Kind.WORD, match[0], start, end)
    url = _without_trailing_punctuation(text)
    return Token(Kind.URL, "", start, start + len(url), _decoded(url))


def _without_trailing_punctuation(url: str) -> str:
    """A bare address without the punctuation of the sentence that it ends, as GitHub reads it."""
    surplus = {")": url.count(")") - url.count("("), "]": url.count("]") - url.count("[")}
    end = len(url)
    while end:
        last = url[end - 1]
        if last in surplus:
            if surplus[last] <= 0:
                break
            surplus[last] -= 1
        elif last not in "?!.,:;*_~'\"`":
            break
        end -= 1
    # Nothing but punctuation behind the scheme: the whole is kept, and found wrong as a link.
    return url[:end] or url


def link_target(text: str) -> str:
    """The address in the parentheses of a link: without title and angle brackets, escapes and entities resolved."""
    text = text.strip()
    angled = _ANGLED.match(text)
    return _decoded(unescape(angled[1] if angled else _TITLE.sub("", text)))


def _decoded(text: str) -> str:
    """*text* with character references resolved. Those without ``;`` are none: ``?a=1&copy=2`` stays as it is."""
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text) if "&" in text else text


def unescape(text: str) -> str:
    r"""*text* without the backslashes of Markdown's escapes: ``foo\_bar`` is ``foo_bar``."""
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text


def tokenize_list(raw: str) -> Iterator[Token]:
    """As :func:`tokenize`, with the tokens inside brackets that hold a list, ``[1, 2]``, in place of the brackets."""
    for token in tokenize(raw):
        if token.kind is Kind.BRACKET and ("," in token.text or ";" in token.text):
            first = token.start + 1
            for inner in tokenize(raw[first : token.end - 1]):
                yield inner._replace(start=first + inner.start, end=first + inner.end)
        else:
            yield token


_SEPARATOR = re.compile(rf"[{_COMMAS}]|([\n\r]|<br ?/?>)", re.IGNORECASE)
_MARKER = re.compile(r"\s*(?:[-*+•]|[0-9]{1,3}[.)])(?:[ \t]+|$)")


def pieces(raw: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """The offsets of the texts between commas, semicolons and line ends in a value, or in a part of it.

    Space, the markers of list items, and the brackets around a whole list, ``[1.0, 2.0]``, belong to none of them.
    """
    list_start, list_end = _inside_brackets(raw)
    first, end = max(start, list_start), min(len(raw) if end is None else end, list_end)
    begins_line = not raw[:first].strip() or raw[first - 1] in "\n\r"
    for match in (*_SEPARATOR.finditer(raw, first, end), None):
        last = match.start() if match else end
        marker = _MARKER.match(raw, first, last) if begins_line else None
        text = raw[marker.end() if marker else first : last]
        if text.strip():
            yield last - len(text.lstrip()), last - len(text) + len(text.rstrip())
        if match:
            first, begins_line = match.end(), match[1] is not None


def _inside_brackets(raw: str) -> tuple[int, int]:
    text = raw.strip()
    if text.startswith("[") and text.endswith("]") and "[" not in text[1:] and "]" not in text[:-1]:
        start = raw.index("[")
        return start + 1, start + len(text) - 1
    return 0, len(raw)


class Group(NamedTuple):
    """Tokens between two separators, with no space at either end.

    :param inside: the number of parentheses around each token.
    """

    tokens: list[Token]
    inside: list[int]

    @property
    def start(self) -> int:
        """Offset in the value."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Offset behind the last token."""
        return self.tokens[-1].end


def groups(tokens: Sequence[Token], apart: frozenset[Kind] = frozenset()) -> Iterator[Group]:
    """The tokens between separators. A comma inside parentheses separates nothing: ``Ada (Example, Inc.)``.

    Parentheses match within a line; one without its partner is left as a token at depth 0.

    :param apart: when parentheses hold two or more tokens of these kinds, they are a list of their own, and the
        parentheses themselves separate; a mail address and one other token of them belong to what is before.
    """
    partner, separating = _parentheses(tokens, apart)
    current = Group([], [])
    depth = 0
    for index, token in enumerate(tokens):
        paired = index in partner
        if paired and token.kind is Kind.CLOSE:
            depth -= 1
        if index in separating or (token.kind is Kind.SEPARATOR and depth == 0):
            yield from _trimmed(current)
            current = Group([], [])
        else:
            current.tokens.append(token)
            current.inside.append(depth)
        if paired and token.kind is Kind.OPEN:
            depth += 1
    yield from _trimmed(current)


_ONE_PERSON = 2
"""A mail address and a handle in parentheses: ``Ada (ada@example.org, @ada)``."""


def _parentheses(tokens: Sequence[Token], apart: frozenset[Kind]) -> tuple[set[int], set[int]]:
    """The indexes of parentheses with a partner that only group, and of those that separate."""
    partner: set[int] = set()
    separating: set[int] = set()
    opened: list[tuple[int, int]] = []
    seen: list[Kind] = []
    for index, token in enumerate(tokens):
        if token.kind is Kind.OPEN:
            opened.append((index, len(seen)))
        elif token.kind is Kind.CLOSE and opened:
            start, before = opened.pop()
            inner = seen[before:]
            is_list = len(inner) > 1 and not (len(inner) == len(set(inner)) == _ONE_PERSON and Kind.MAIL in inner)
            (separating if is_list else partner).update((start, index))
        elif token.kind is Kind.SEPARATOR and token.text[:1] in "\n\r<":
            opened.clear()
        elif token.kind in apart:
            seen.append(token.kind)
    return partner, separating


def _trimmed(group: Group) -> Iterator[Group]:
    idle = (Kind.SPACE, Kind.MARK)
    first, last = 0, len(group.tokens)
    while first < last and group.tokens[first].kind in idle:
        first += 1
    while last > first and group.tokens[last - 1].kind in idle:
        last -= 1
    if first < last:
        yield Group(group.tokens[first:last], group.inside[first:last])


_MAX_MISSES = 32
"""Searches that may fail in one value. Each costs a look at the whole value; without a limit, ten thousand items that
are not in the page as read would take quadratic time."""

_MAX_CUTS = 100
"""Hits in the middle of a word that one search passes over, for the same reason."""


class Places:
    """Finds the items of one value, from left to right.

    Each line of the value is first searched as a whole; in one that is in the page as read (nearly every one is),
    offsets carry over exactly. Otherwise the text of each item is searched. What is not found has the value's place.

    :param raw: the value as read.
    :param span: the place of the value in *source*.
    """

    def __init__(self, raw: str, source: Source, span: Span) -> None:
        self._raw = raw
        self._source = source
        self._whole = span
        self._text = source.text
        self._start = max(0, min(span.start, len(self._text)))
        self._end = max(self._start, min(span.end, len(self._text)))
        self._misses = 0
        self._comments = self._find_comments()
        self._lines = [0]
        for line in raw.split("\n")[:-1]:
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._offsets = self._find_lines()
        self._misses = 0
        self._next = self._start

    def span(self, start: int, end: int) -> Span:
        """The place in the page of ``raw[start:end]``; ask for items in their order."""
        while start < end and self._raw[start].isspace():
            start += 1
        while end > start and self._raw[end - 1].isspace():
            end -= 1
        line = bisect_right(self._lines, start) - 1
        found = self._offsets[line]
        if found is not None:
            place = found + start
            # The line is one that was found, and the item does not reach into the next.
            if line + 1 == len(self._lines) or end <= self._lines[line + 1]:
                self._next = place + end - start
                return self._source.span(place, place + end - start)
            return self._whole
        place = self._find(self._raw[start:end], self._next)
        if place < 0:
            return self._whole
        self._next = place + end - start
        return self._source.span(place, self._next)

    def _find_lines(self) -> list[int | None]:
        """For each line of the value, what to add to an offset in it, or ``None`` when it is not in the page so."""
        offsets: list[int | None] = []
        position = self._start
        for start, end in pairwise([*self._lines, len(self._raw) + 1]):
            text = self._raw[start : end - 1].strip()
            place = self._find(text, position)
            if place < 0:
                offsets.append(None)
            else:
                offsets.append(place - self._raw.index(text, start))
                position = place + len(text)
        return offsets

    def _find(self, text: str, position: int) -> int:
        """Return the offset of the next *text* in the page, as words of its own and outside comments, or -1."""
        if not text or self._misses >= _MAX_MISSES:
            return -1
        cuts = 0
        while cuts < _MAX_CUTS and (place := self._text.find(text, position, self._end)) >= 0:
            comment = bisect_right(self._comments, (place, self._end)) - 1
            if comment >= 0 and place < self._comments[comment][1]:
                position = self._comments[comment][1]
            elif self._is_cut(place, place + len(text)):
                position = place + 1
                cuts += 1
            else:
                return place
        self._misses += 1
        return -1

    def _is_cut(self, start: int, end: int) -> bool:
        """True if a word of the page reaches over *start* or *end*."""
        text = self._text
        before = start > self._start and text[start].isalnum() and text[start - 1].isalnum()
        return before or (end < self._end and text[end - 1].isalnum() and text[end].isalnum())

    def _find_comments(self) -> list[tuple[int, int]]:
        comments: list[tuple[int, int]] = []
        position = self._start
        while (start := self._text.find("<!--", position, self._end)) >= 0:
            close = self._text.find("-->", start, self._end)
            position = close + 3 if close >= 0 else self._end
            comments.append((start, position))
        return comments

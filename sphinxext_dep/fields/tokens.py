"""What the text of a value consists of: links, handles, addresses, words, brackets and separators.

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
from collections.abc import Iterator, Sequence
from typing import NamedTuple

MAX_VALUE_CHARS = 1_000_000
"""Longer values (characters) are not taken apart: ten thousand people with profile links are less than half of it."""


class Kind(enum.IntEnum):
    """What a token is. Members are integers because those are hashed in C, and every token is looked up in sets."""

    LINK = enum.auto()
    """``[text](url)``, in reST ```text <url>`__``: :attr:`Token.text` and :attr:`Token.url`."""
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
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TITLE = re.compile(r"""\s++(?:"[^"]*+"|'[^']*+'|\([^()]*+\))$""")
_ANGLED = re.compile(r"<([^<>]*+)>")
_IS_URL = re.compile(rf"{_SCHEME}:\S")
_IS_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}+@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)+")

_AT = re.compile(r" (?:at|\(at\)|\[at\]) ")
"""How the PEPs' older headers write ``@``."""

_TOKEN = re.compile(
    rf"""
    (?P<marker>(?<![^\n\r])[ \t]*+(?:(?:[-*+•]|[0-9]{{1,3}}[.)])[ \t]++(?:\[[ xX]\][ \t]++(?=\S))?
      |\[[ xX]\][ \t]++(?=\[?[@\w])))
  | (?P<newline>[\n\r]++|(?i:<br[ ]?/?>))
  | (?P<space>[^\S\n\r]++)
  | (?P<and>(?<![^\s,;])(?:and|&)(?!\S))
  | (?P<suffix>,\ {{0,3}}(?:Jr|Sr|Ph\.?D|M\.?D|Esq|II|III|IV)\b\.?(?=\s{{0,3}}(?:[,;<(\n\r]|$)))
  | (?P<comma>[,;])
  | \[(?P<text>(?:[^\[\]\\\n\r]|\\.|\[[^\[\]\n\r]*+\])*)\]
    \((?P<target>(?:[^()\n\r\\]|\\.|\((?:[^()\n\r\\]|\\.|\([^()\n\r]*+\))*\))*)\)
  | \[(?P<bracket>[^\[\]\n\r]*+)\]
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
  | (?P<word>[^\s,;()\[\]<>*:"'`“”\\]++)
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
    if name == "bracket":
        return Token(Kind.BRACKET, unescape(text).strip(), start, end)
    if name == "handle":
        return Token(Kind.HANDLE, unescape(text), start, end)
    if name == "mail":
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


class Group(NamedTuple):
    """Tokens between two separators, with no space at either end.

    :param inside: how many parentheses each token stands in.
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
        parentheses themselves separate.
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


def _parentheses(tokens: Sequence[Token], apart: frozenset[Kind]) -> tuple[set[int], set[int]]:
    """The indexes of parentheses with a partner that only group, and of those that separate."""
    partner: set[int] = set()
    separating: set[int] = set()
    opened: list[tuple[int, int]] = []
    seen = 0
    for index, token in enumerate(tokens):
        if token.kind is Kind.OPEN:
            opened.append((index, seen))
        elif token.kind is Kind.CLOSE and opened:
            start, before = opened.pop()
            (separating if seen - before > 1 else partner).update((start, index))
        elif token.kind is Kind.SEPARATOR and token.text[:1] in "\n\r<":
            opened.clear()
        elif token.kind in apart:
            seen += 1
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

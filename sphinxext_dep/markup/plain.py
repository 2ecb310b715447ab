"""Plain text of inline markup: the words that a reader of the page sees, for titles and summaries.

A build asks docutils. Without one, this module knows what docutils, MyST and Sphinx show of the roles that every
project has; a role that is not known shows its text.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from sphinxext_dep.model.numbers import parse_number

MAX_LENGTH = 600
"""Characters; a longer paragraph is cut at a word and ends with ``…``. A tooltip or a card holds no more."""

WINDOWS = (2_048, 16_384)
"""Characters of a section in which its first paragraph is looked for, so that a huge one is not parsed for it."""

SCHEME = "dep:"
"""The scheme of links to proposals."""

_TITLED = re.compile(r"(?P<title>.*\S)\s*<[^<>]*>", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ACCELERATOR = re.compile(r"(?<!&)&(?![&\s])")
_BRACES = re.compile(r"\{([^{}]+)\}")
_EXPLANATION = re.compile(r"\s*\(.*\)$", re.DOTALL)

_LITERAL = frozenset((
    "abbr", "code", "command", "emphasis", "file", "guilabel", "kbd", "literal", "math", "menuselection", "samp",
    "strong", "sub", "subscript", "sup", "superscript",
))  # fmt: skip
"""Roles in which ``<…>`` is text."""
_CALLED = frozenset({"func", "meth"})
_OBJECTS = frozenset({"attr", "class", "const", "data", "exc", "func", "meth", "mod", "obj", "type"})
"""Roles in which ``~`` leaves only the last part of a name."""
_PREFIXES = {"pep": "PEP", "rfc": "RFC", "cve": "CVE", "cwe": "CWE", "pep-reference": "PEP", "rfc-reference": "RFC"}


def shortened(text: str) -> str:
    """*text* on one line, cut at :data:`MAX_LENGTH`."""
    words = " ".join(text.split())
    if len(words) <= MAX_LENGTH:
        return words
    return words[:MAX_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def html_text(tag: str) -> str:
    """The text in place of a tag of HTML: a space where a line ends, otherwise nothing."""
    return " " if _BREAK.fullmatch(tag) else ""


def mention(target: str, prefix: str) -> str:
    """How a link to the proposal *target* reads: ``DEP-0012`` for a number, a name as it is."""
    number = parse_number(target.partition("#")[0] or target, prefix)
    return target if number is None else f"{prefix}-{number:04d}"


def role_text(name: str, content: str, prefix: str) -> str:
    """The words that readers see of *content* in the role *name*, which may have a domain: ``py:func``.

    :param prefix: what numbers of proposals are called.
    """
    name = name.rpartition(":")[2].lower()
    if name in _SPECIAL:
        return _SPECIAL[name](content)
    if name in _LITERAL:
        return content
    if titled := _TITLED.fullmatch(content):
        return titled["title"]
    if name in ("dep", "dep-status"):
        return mention(content, prefix)
    if name in _PREFIXES:
        return f"{_PREFIXES[name]} {content}"
    is_plain = content.startswith("!")
    shown = content.removeprefix("!")
    if name in _OBJECTS:
        if not is_plain and shown.startswith("~"):
            shown = shown[1:].rpartition(".")[2]
        shown = shown.removeprefix(".")
        if name in _CALLED and not shown.endswith("()"):
            shown += "()"
    return shown


def _label(content: str) -> str:
    return _ACCELERATOR.sub("", content).replace("&&", "&")


_SPECIAL: dict[str, Callable[[str], str]] = {
    "abbr": lambda content: _EXPLANATION.sub("", content),
    "file": lambda content: _BRACES.sub(r"\1", content),
    "samp": lambda content: _BRACES.sub(r"\1", content),
    "guilabel": _label,
    "menuselection": lambda content: _label(content.replace("-->", "\N{TRIANGULAR BULLET}")),
}
"""Roles that show something else than their text; see ``sphinx.roles``."""


# --- reStructuredText -------------------------------------------------------------------------------------------------
#
# It follows ``docutils.parsers.rst.states.Inliner``, with its order of patterns and its rules of what may be around a
# start and an end: https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html#inline-markup-recognition-rules
# docutils itself would take longer to import than most pages take to check.

SIMPLE_NAME = r"(?:(?!_)\w)+(?:[-._+:](?:(?!_)\w)+)*"
"""The pattern of a name without quotes."""

_MARKED = re.compile(r"[*`|\\_]")
"""Without one of these characters, text is what it is."""
_PAIRS = {
    '"': '"', "'": "'", "(": ")", "[": "]", "{": "}", "<": ">", "\u00ab": "\u00bb", "\u2039": "\u203a",
    "\u2018": "\u2019\u201a", "\u201c": "\u201d\u201e", "\u201a": "\u2018\u2019", "\u201e": "\u201c\u201d",
    "\u00bb": "\u00ab\u00bb", "\u203a": "\u2039\u203a", "\u2019": "\u2018\u2019", "\u201d": "\u201c\u201d",
}  # fmt: skip
"""What may close what is opened by a quotation mark, in any language, or by a bracket."""
_MAX_DEPTH = 4
"""Substitutions in substitutions."""


class _Patterns(NamedTuple):
    initial: re.Pattern[str]
    ends: dict[str, re.Pattern[str]]


@cache
def _patterns() -> _Patterns:
    """The patterns, made when a page first needs them: the classes of characters are those of Unicode."""
    kinds: dict[str, list[str]] = {}
    for char in map(chr, (*range(0x80, 0x3100), *range(0xFD00, 0x10000))):
        kinds.setdefault(unicodedata.category(char), []).append(char)

    def chars(*names: str) -> str:
        return "".join(char for name in names for char in kinds[name])

    delimiters = r"\-/:" + chars("Pd", "Po")
    openers = "\"'(<\\[{" + chars("Ps", "Pi", "Pf")
    closers = "\"')>\\]}" + chars("Pe", "Pi", "Pf")
    before = rf"(?:^|(?<=[\s{openers}{delimiters}]))"
    after = rf"(?:$|(?=[\s\x00\\.,;!?{delimiters}{closers}]))"
    initial = (
        rf"{before}(?:(?P<start>(?:\*\*|\*(?!\*)|``|_`|\|(?!\|))(?!\s))"
        rf"|(?P<whole>(?P<refname>{SIMPLE_NAME})__?"
        rf"|\[(?P<label>[0-9]+|\#(?:{SIMPLE_NAME})?|\*|(?P<citation>{SIMPLE_NAME}))\]_){after}"
        rf"|(?P<role>(?::{SIMPLE_NAME}:)?)(?P<backquote>`(?!`))(?!\s))"
    )
    # A space that is escaped may be in front of an end.
    close = r"(?<![\s\x00])"
    ends = {
        "*": rf"{close}\*{after}",
        "**": rf"{close}\*\*{after}",
        "``": rf"(?<!\s)``{after}",
        "_`": rf"{close}`{after}",
        "|": rf"{close}\|_{{0,2}}{after}",
        "`": rf"(?<!(?<!\x00)[\s\x00])`(?P<suffix>(?::(?P<role>{SIMPLE_NAME}):)?(?P<refend>__?)?){after}",
    }
    return _Patterns(re.compile(initial), {start: re.compile(end) for start, end in ends.items()})


_EMBEDDED = re.compile(r"(?:[ \n]+|^)<(?!\s)(?P<target>(?:[^<>]|\x00[<>])+)(?<![\s\x00])>$")
_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)
_DEFINITION = (
    r"^\.\.[ \t]+\|{name}\|[ \t]+(?P<kind>replace|unicode|image)::[ \t]*(?P<value>[^\n]*(?:\n[ \t]+\S[^\n]*)*)"
)
_GAP = re.compile(r"(?:\x00?\s)+\Z")
"""Spaces in front of the mark of a note."""
_ALT = re.compile(r"^[ \t]+:alt:[ \t]*(.*(?:\n(?![ \t]+:)[ \t]+\S.*)*)", re.MULTILINE)
_CODE = re.compile(r"(?:0x|x|\\x|U\+?|\\u|&#x)(?P<hex>[0-9a-f]+);?|(?P<decimal>[0-9]+)", re.IGNORECASE)
_TRIM = re.compile(r"^[ \t]+:(l?)(r?)trim:[ \t]*$", re.MULTILINE)


def plain_text(text: str, prefix: str = "", page: str = "") -> str:
    """The words that readers see of *text*.

    :param prefix: what numbers of proposals are called.
    :param page: the whole page, which may define the substitutions in *text*; others are kept as they are written.
    """
    if _MARKED.search(text) is None:
        return text
    return _Reader(prefix, page).read(text)


def _unescaped(text: str) -> str:
    return text.replace("\0 ", "").replace("\0\n", "").replace("\0", "")


class _Reader:
    def __init__(self, prefix: str, page: str, depth: int = 0) -> None:
        self.prefix = prefix
        self.page = page
        self.depth = depth

    def read(self, text: str) -> str:
        """See :func:`plain_text`."""
        rest = _ESCAPE.sub("\0\\1", text)
        initial, ends = _patterns()
        parts: list[str] = []
        hopeless: set[str] = set()  # starts that nothing ends in the rest of the text
        while match := initial.search(rest):
            before, behind = rest[: match.start()], rest[match.end() :]
            if match["refname"]:
                parts += (before, match["refname"])
                rest = behind
                continue
            if match["label"]:
                # The mark of a note leads to the end of the page. As where docutils makes a title part of the contents.
                parts += (before, f"[{match['citation']}]") if match["citation"] else (_GAP.sub("", before),)
                rest = behind
                continue
            start = match["start"] or "`"
            end = None
            if match["role"] or not _is_quoted(rest, match.start(), match.end()):
                end = ends[start].search(behind) if start not in hopeless else None
                if end is None:
                    hopeless.add(start)
            if end is None or not end.start():
                # Text after all, or a mistake, which docutils shows as it is written.
                parts.append(rest[: match.end()])
                rest = behind
                continue
            done = match.end() + end.end()
            shown = self._shown(start, (match["role"] or "").strip(":"), behind[: end.start()], end)
            parts += (rest[:done],) if shown is None else (before, shown)
            rest = rest[done:]
        parts.append(rest)
        return _unescaped("".join(parts))

    def _shown(self, start: str, role: str, content: str, end: re.Match[str]) -> str | None:
        """The text of one construct, still with escapes; ``None`` for a mistake."""
        if start == "``":
            return content.replace("\0", "\0\\")
        if start == "|":
            return self._substituted(_unescaped(content), content)
        if start != "`":
            return content
        if role and end["suffix"]:
            return None
        if end["refend"]:
            return None if end["role"] else self._reference(content)
        role = role or end["role"] or ""
        if not role:
            return content
        # Backslashes belong to the language of formulas.
        text = content.replace("\0", "\\") if role == "math" else _unescaped(content)
        return role_text(role, text, self.prefix)

    def _reference(self, content: str) -> str:
        embedded = _EMBEDDED.search(content)
        if embedded is None:
            return content
        target = embedded["target"]
        text = content[: embedded.start()]
        if text:
            return text
        return mention(target[len(SCHEME) :], self.prefix) if target.startswith(SCHEME) else target

    def _substituted(self, name: str, content: str) -> str:
        """The text of a substitution that the page defines. What Sphinx or its configuration define is kept."""
        words = r"\s+".join(map(re.escape, name.split()))
        pattern = re.compile(_DEFINITION.format(name=words), re.MULTILINE | re.IGNORECASE)
        found = pattern.search(self.page) if words and self.depth < _MAX_DEPTH else None
        if found is None:
            return f"|{content}|"
        value = found["value"]
        if found["kind"] == "image":
            alt = _ALT.search(value)
            return " ".join(alt[1].split()) if alt else name
        if found["kind"] == "unicode":
            return _unicode(value)
        text = " ".join(value.split())
        return _Reader(self.prefix, self.page, self.depth + 1).read(text)


def _unicode(value: str) -> str:
    """The characters that a directive ``unicode`` names."""
    trim = _TRIM.search(value)
    codes = re.split(r"(?:^| )\.\. ", value[: trim.start()] if trim else value)[0].split()
    text = ""
    for code in codes:
        match = _CODE.fullmatch(code)
        number = (int(match["hex"], 16) if match["hex"] else int(match["decimal"])) if match else -1
        text += chr(number) if 0 <= number <= sys.maxunicode else code
    return text


def _is_quoted(text: str, start: int, end: int) -> bool:
    """True if a start string is between quotation marks or brackets that belong together: ``"*"``."""
    if not start:
        return False
    return end >= len(text) or text[end] in _PAIRS.get(text[start - 1], "")

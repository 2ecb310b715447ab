"""Plain text of reStructuredText's inline markup.

It follows ``docutils.parsers.rst.states.Inliner``, with its order of patterns and its rules of what may be around a
start and an end: https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html#inline-markup-recognition-rules
docutils itself would take longer to import than most pages take to check.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache
from typing import NamedTuple

from sphinxext_dep.markup.plain import SCHEME, mention, role_text

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

"""Words in place of a value: ``N/A`` (there is none), ``TBD`` (not known yet), and text left from the template."""

from __future__ import annotations

import re
from collections.abc import Callable

from sphinxext_dep.fields.tokens import unescape
from sphinxext_dep.model.proposal import State
from sphinxext_dep.model.schema import fold

MAX_CHARS = 2_000
"""Longer values (characters) are neither one word nor a line of the template."""

_MAX_NAME_WORDS = 4
"""``[Ada King of Lovelace]`` could be a person in brackets; five words are guidance."""

_NONE = frozenset(("n/a", "n.a", "none", "nil", "not applicable", "-", "--", "---", "–", "—", "NA", "na"))
_UNKNOWN = frozenset(
    ("", "tbd", "tba", "tbc", "t.b.d", "todo", "unknown", "to be determined", "to be announced", "...", "…")
)
# "Na" and "Nil" are names: what only its capitals tell from a name is looked up as written.
_AS_WRITTEN = frozenset(("NA", "na", "Na", "Nil"))

_SLASH = re.compile(r"\s+/\s*|/\s+")

_WORD = r"(?P<word>to be determined|not applicable|n ?/ ?a|[^\s(:–—,;]{1,20}?)"
# A comma does not begin a remark: it separates the items of a list.
_REMARKS = (
    # `TBD (after review)`
    re.compile(rf"{_WORD}\s*\((?:[^()]|\([^()]*\))*\)\.?", re.IGNORECASE),
    # `N/A - new proposal`, `TODO: add the link`, but not `TBD - soon, @octo`
    re.compile(rf"{_WORD}(?:\s*[:–—]|\s+--?\s|\.\s)(?:(?![,;]\s*[@\[])[^\n])*", re.IGNORECASE),
    # Only abbreviations are followed by plain words, `TBD after review`: "None of these" and "unknown to us" are prose.
    re.compile(r"(?P<word>N/A|n/a|TBD|TBA|TODO)\s+[a-z](?:(?!://)[^@\[,;\n])*"),
)

_LIST_MARKER = re.compile(r"^[-*+]\s+(?=\S)")
_TRAILING_BREAK = re.compile(r"<br ?/?>$", re.IGNORECASE)
_WRAPPERS = ("***", "**", "*", "__", "_", "~~", "`", '"', "'")

_MARKUP_STARTS = frozenset("-*+_~`\"'")
"""The first characters of a list marker and of the wrappers."""

_BRACKETED = re.compile(r"\[([^\[\]]*)\]")
_BRACKETS = re.compile(rf"(?:{_BRACKETED.pattern}[\s,;]*)+")
# `<url> (required for Accepted | Rejected)`; an address or a mailbox in such brackets holds `:` or `@`.
_ANGLED = re.compile(r"<\s*[A-Za-z][^<>@:]*>(?:\s*\([^()]*\))?")
_IN_PARENTHESES = re.compile(r"\(([^()]*)\)")
_DATE_PATTERN = re.compile(r"(?:y{2,4}|m{1,3}|d{1,2})(?:[-/. ](?:y{2,4}|m{1,3}|d{1,2})){2}", re.IGNORECASE)
_UNNUMBERED = re.compile(r"0*N{2,}|0*X{2,}|0+N|0+X")
_BOX = re.compile(r"\|+|\[[ xX]?\]")

# How the lines of the template begin, and those that are a single word.
_GUIDANCE = re.compile(
    r"names?(?:\s*/\s*\w+|\s.*)?|links? (?:of|to|for)\b.*|dates? (?:of|for)\b.*", re.IGNORECASE | re.DOTALL
)
_GUIDANCE_WORDS = frozenset(("author", "authors", "date", "handle", "link", "team", "title", "url", "yyyy mm dd"))
_PARTICLES = frozenset(
    {"al", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "ibn", "la", "le", "of", "ter"}
    | {"und", "van", "von", "y", "zu"}
)


def word_state(text: str) -> State | None:
    """``NONE`` for ``N/A`` and its like, ``UNKNOWN`` for ``TBD`` and its like, ``None`` for everything else.

    :param text: a value, or one item of it.
    """
    if len(text) > MAX_CHARS:
        return None
    text = bare(text)
    inner = _BRACKETED.fullmatch(text)
    if inner or (text.startswith("(") and text.endswith(")")):
        text = bare(text[1:-1])
    if state := _word(text):
        return state
    for remark in _REMARKS:
        if (match := remark.fullmatch(text)) and (state := _word(match["word"])):
            return state
    return None


def _word(text: str) -> State | None:
    text = _SLASH.sub("/", text.rstrip(".!") or text)
    word = text if text in _AS_WRITTEN else " ".join(text.casefold().split())
    if word in _NONE:
        return State.NONE
    return State.UNKNOWN if word in _UNKNOWN or not word.strip("?") else None


def is_guidance(text: str, *, names: bool = True) -> bool:
    """True if *text*, found in brackets without a link, is a line of the template: ``Name/Team``, ``Link to …``, prose.

    :param names: whether three or four words with capitals are a name instead, ``Ada King Lovelace``.
    """
    text = " ".join(text.split())
    if _GUIDANCE.fullmatch(text) or fold(text) in _GUIDANCE_WORDS:
        return True
    words = text.split(" ")
    return len(words) >= 3 and not (names and _is_name(words))


def bare(text: str) -> str:
    """Return *text* without the Markdown around it: emphasis, code, quotes, escapes, a list marker, ``<br>``."""
    text = text.strip()
    if len(text) > MAX_CHARS:
        return text
    if text[:1] not in _MARKUP_STARTS and text[-1:] != ">":
        # Nearly every value: nothing is around it.
        return unescape(text)
    before = None
    while text != before:
        before = text
        text = _LIST_MARKER.sub("", _TRAILING_BREAK.sub("", text), count=1).strip()
        for mark in _WRAPPERS:
            if len(text) > 2 * len(mark) and text.startswith(mark) and text.endswith(mark):
                text = text[len(mark) : -len(mark)].strip()
    return unescape(text)


def is_selection(text: str, is_word: Callable[[str], bool]) -> bool:
    """Return whether all the words of the process are still there to choose from: ``[x] Draft | Under Review | …``."""
    parts = _BOX.split(text) if "|" in text or "[" in text else []
    return len(parts) > 1 and sum(is_word(part.strip("*+-,\\ \n\t")) for part in parts) > 1


def is_template_text(text: str) -> bool:
    """Return whether *text* is a placeholder in a field of any type: ``<Title>``, ``(link to …)``, ``YYYY-MM-DD``."""
    inner = _IN_PARENTHESES.fullmatch(text)
    if inner and _GUIDANCE.fullmatch(" ".join(inner[1].split())):
        return True
    return bool(_ANGLED.fullmatch(text) or _DATE_PATTERN.fullmatch(text))


def template_brackets(text: str) -> list[str]:
    """Return the texts in brackets of which *text* consists; none when there is anything else."""
    return _BRACKETED.findall(text) if _BRACKETS.fullmatch(text) else []


def is_unnumbered(text: str, prefix: str) -> bool:
    """Return whether *text* is a number yet to be given: ``NNNN``, ``DEP-000N``, ``#XXXX``."""
    if prefix and text.casefold().startswith(prefix.casefold()):
        text = text[len(prefix) :]
    return _UNNUMBERED.fullmatch(text.lstrip("-# ")) is not None


def _is_name(words: list[str]) -> bool:
    """True if *words* are written as a name is: capitals, with particles such as ``van der`` between."""
    if len(words) > _MAX_NAME_WORDS or words[-1] in _PARTICLES:
        return False
    return all(word in _PARTICLES or (word[0].isalpha() and not word[0].islower()) for word in words)

"""Plain text of inline markup: the words that a reader of the page sees, for titles and summaries.

A build asks docutils. Without one, this module knows what docutils, MyST and Sphinx show of the roles that every
project has; a role that is not known shows its text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

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

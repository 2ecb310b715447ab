"""Which pages are proposals: the globs of ``sources`` and ``exclude``."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinxext_dep.core.schema import Schema

SUFFIXES = (".md", ".markdown", ".rst")
"""The suffixes of pages that can be proposals; pictures and data may lie beside them. Case counts, as for Sphinx."""


def is_source(path: str, schema: Schema) -> bool:
    """Whether the page *path* (relative to the root, with ``/``) is a proposal.

    It is when a glob of ``sources`` matches the path and none of ``exclude`` does. In a glob ``**`` crosses
    directories, ``*`` and ``?`` do not, ``[abc]`` and ``[!abc]`` are one character. ``exclude`` ignores case, and looks
    at the file name alone unless the glob holds ``/``.
    """
    if not path.endswith(SUFFIXES):
        return False
    included, excluded_names, excluded_paths = _compiled(schema.sources, schema.exclude)
    return bool(
        included.fullmatch(path)
        and not excluded_names.fullmatch(path.rpartition("/")[2])
        and not excluded_paths.fullmatch(path)
    )


@lru_cache(maxsize=8)
def _compiled(sources: tuple[str, ...], exclude: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    names = tuple(glob for glob in exclude if "/" not in glob)
    paths = tuple(glob for glob in exclude if "/" in glob)
    return (_any_of(sources), _any_of(names, re.IGNORECASE), _any_of(paths, re.IGNORECASE))


def _any_of(globs: tuple[str, ...], flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """A pattern that matches what any of *globs* does; without globs, nothing."""
    return re.compile("|".join(f"(?:{''.join(_regex(glob))})" for glob in globs) or r"(?!)", re.DOTALL | flags)


_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[!?[^/][^\]/]*\]|.", re.DOTALL)
_RANGE = re.compile(r"(.)-(.)|.", re.DOTALL)


def _regex(glob: str) -> Iterator[str]:
    """Translate a glob.

    Not :mod:`pathspec`: in its gitignore patterns ``*.md`` matches at any depth and ``deps`` means everything below it,
    and a published list of proposals should not depend on such rules. :func:`glob.translate` needs Python 3.13.
    """
    for match in _TOKEN.finditer(glob):
        part = match.group()
        if part == "**/":
            yield "(?:[^/]+/)*"
        elif part == "**":
            yield ".*"
        elif part == "*":
            yield "[^/]*"
        elif part == "?":
            yield "[^/]"
        elif len(part) > 1:
            yield _character_class(part[1:-1])
        else:
            yield re.escape(part)


def _character_class(body: str) -> str:
    """The inside of ``[…]`` as a pattern of one character, never ``/``; a range that runs backwards holds nothing."""
    negated = len(body) > 1 and body.startswith("!")
    ranges = _RANGE.finditer(body[1:] if negated else body)
    parts = (
        re.escape(found.group()) if found[1] is None else f"{re.escape(found[1])}-{re.escape(found[2])}"
        for found in ranges
        if found[1] is None or found[1] <= found[2]
    )
    inside = "".join(parts)
    if not inside:
        return "[^/]" if negated else "(?!)"
    return f"(?!/)[{'^' if negated else ''}{inside}]"

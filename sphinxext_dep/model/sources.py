"""Which pages are proposals: the globs of ``sources`` and ``exclude``."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from sphinxext_dep.model.files import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NO_PAGES = frozenset(
    (".git", ".hg", ".svn", ".nox", ".tox", ".venv", "__pycache__", "_build", "_sources", "node_modules")
)
"""Directories that never hold a proposal, wherever they are and whatever the globs say.

Sphinx is told of them in ``exclude_patterns``, which nobody can read without executing ``conf.py``.
"""


class Globs(Protocol):
    """What says which pages are proposals: a :class:`~sphinxext_dep.model.schema.Schema`, or what is kept of one."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Globs of pages that are proposals."""

    @property
    def exclude(self) -> tuple[str, ...]:
        """Globs of pages that are not."""


def is_source(path: str, globs: Globs) -> bool:
    """Whether the page *path* (relative to the root, with ``/``) is a proposal.

    It is when a glob of ``sources`` matches the path and none of ``exclude`` does. In a glob ``**`` crosses
    directories, ``*`` and ``?`` do not, ``[abc]`` and ``[!abc]`` are one character. ``exclude`` ignores case, and looks
    at the file name alone unless the glob holds ``/``. Nothing in one of :data:`NO_PAGES` is a proposal.
    """
    if not path.endswith(SUFFIXES):
        return False
    included, excluded_names, excluded_paths = _compiled(globs.sources, globs.exclude)
    return bool(
        included.fullmatch(path)
        and not excluded_names.fullmatch(path.rpartition("/")[2])
        and not excluded_paths.fullmatch(path)
        and NO_PAGES.isdisjoint(path.split("/")[:-1])
    )


def matches(path: str, globs: tuple[str, ...]) -> bool:
    """Whether one of *globs* matches *path*, as in ``sources``."""
    return bool(globs) and _compiled(globs, ())[0].fullmatch(path) is not None


def is_set_aside(path: str, globs: Globs) -> bool:
    """Whether *path* would be a proposal, were it not for ``exclude`` or :data:`NO_PAGES`: a template, most likely."""
    matched = path.endswith(SUFFIXES) and _compiled(globs.sources, globs.exclude)[0].fullmatch(path)
    return bool(matched) and not is_source(path, globs)


def is_excluded_name(path: str, globs: Globs) -> bool:
    """Return whether the name of the file *path* is one that ``exclude`` names, in any directory."""
    return bool(_compiled(globs.sources, globs.exclude)[1].fullmatch(path.rpartition("/")[2]))


def directory_filter(globs: Globs) -> Callable[[str], bool]:
    """A function that says whether the directory *path* (relative to the root, with ``/``) can hold a proposal."""
    routes = [
        tuple(_any_of((part,)) if "**" not in part else None for part in glob.split("/")) for glob in globs.sources
    ]

    def may_hold(path: str) -> bool:
        return any(_leads(route, path.split("/")) for route in routes)

    return may_hold


def _leads(route: tuple[re.Pattern[str] | None, ...], directories: list[str]) -> bool:
    """Whether a glob's parts, of which ``None`` crosses directories and the last is a file name, lead through these."""
    for index, name in enumerate(directories):
        part = route[index] if index < len(route) else None
        if index < len(route) and part is None:
            return True
        if part is None or index == len(route) - 1 or not part.fullmatch(name):
            return False
    return True


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

"""Finds the configuration file and the directory of the docs, without executing either."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "dep.toml"
PYPROJECT = "pyproject.toml"
TOOL = "sphinxext-dep"

_MAX_BYTES = 1_000_000
"""Of a file of git's that is read."""

# https://git-scm.com/docs/git-config and https://git-scm.com/docs/git-clone#_git_urls; a password is left out.
_REMOTE = re.compile(r'^\[remote "[^"\n]*"\][^\[]*?^\s*url\s*=\s*(.+)$', re.MULTILINE)
_REMOTE_URL = re.compile(
    r"(?:(?:https?|ssh|git)://(?:[^@/]*@)?(?P<h>[\w.-]+)(?::[0-9]+)?/|(?:[^@/\s]+@)?(?P<s>[\w.-]+):(?!/))(?P<path>\S+)"
)

_DOCS = (".", "docs", "doc", "docs/source", "doc/source", "source")
"""The directories that may hold ``conf.py``, in the order in which they are tried."""


def find_config(start: Path) -> Path | None:
    """The configuration file that holds for *start* (a directory, or a file in it), or ``None``.

    It is ``dep.toml``, else a ``pyproject.toml`` with a table ``[tool.sphinxext-dep]``, in the nearest directory that
    has either: *start* or one above it, up to the first that holds ``.git``.
    """
    for directory in _upwards(start):
        if (file := directory / NAME).is_file():
            return file
        if (file := directory / PYPROJECT).is_file() and _is_configured(file):
            return file
    return None


def find_docs(start: Path) -> Path:
    """The directory of the docs that *start* belongs to: the one that holds ``conf.py``.

    Tried are *start*, then ``docs``, ``doc``, ``docs/source``, ``doc/source`` and ``source`` below it, then the same
    for each directory above, up to the first that holds ``.git``. Without any ``conf.py`` it is *start*.
    """
    for directory in _upwards(start):
        for name in _DOCS:
            if (directory / name / "conf.py").is_file():
                return directory / name
    return _directory(start)


def find_repository(start: Path) -> tuple[Path | None, tuple[str, ...]]:
    """The top of the git repository that *start* is in, and the web addresses of its remotes.

    The repository's configuration is read as text, and git is not started. Without a repository there is neither.
    """
    top = list(_upwards(start))[-1]
    place = top / ".git"
    try:
        if place.is_file():  # a worktree or a submodule names the directory
            place = top / _text(place).removeprefix("gitdir:").strip()
            common = place / "commondir"
            place = place / _text(common).strip() if common.is_file() else place
        elif not place.is_dir():
            return None, ()
        return top, tuple(filter(None, map(_web_address, _REMOTE.findall(_text(place / "config")))))
    except OSError:
        return top, ()


def _text(file: Path) -> str:
    with file.open("rb") as opened:
        return opened.read(_MAX_BYTES).decode("utf-8", "replace")


def _web_address(remote: str) -> str:
    """The address, for people, of the repository that git knows as *remote*; empty when there is none."""
    found = _REMOTE_URL.fullmatch(remote.strip().strip('"'))
    return f"https://{found['h'] or found['s']}/{found['path'].strip('/').removesuffix('.git')}" if found else ""


def _upwards(start: Path) -> Iterator[Path]:
    """The directory of *start* and those above it; a repository's root is the last."""
    directory = _directory(start)
    for parent in (directory, *directory.parents):
        yield parent
        # A file in worktrees and submodules, a directory in other cases.
        if (parent / ".git").exists():
            return


def _directory(start: Path) -> Path:
    absolute = start.resolve()
    return absolute.parent if absolute.is_file() else absolute


def _is_configured(file: Path) -> bool:
    """True if a ``pyproject.toml`` has our table.

    One that names us but cannot be parsed counts: :func:`~sphinxext_dep.config.load_config` then says why, where
    passing over it would quietly check against the wrong process.
    """
    try:
        text = file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return False
    if TOOL not in text:
        # Most have nothing to do with us, and need no parser.
        return False
    import tomllib

    try:
        return TOOL in tomllib.loads(text).get("tool", {})
    except (ValueError, RecursionError):
        return f"[tool.{TOOL}" in text

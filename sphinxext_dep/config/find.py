"""Where things are: the configuration file, and the directory of the docs. Nothing that is found is executed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "dep.toml"
PYPROJECT = "pyproject.toml"
TOOL = "sphinxext-dep"

_DOCS = (".", "docs", "doc", "docs/source", "doc/source", "source")
"""Where a project keeps its ``conf.py``, in the order in which they are tried."""


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


def _upwards(start: Path) -> Iterator[Path]:
    """The directory of *start* and those above it; a repository's root is the last."""
    directory = _directory(start)
    for parent in (directory, *directory.parents):
        yield parent
        # A file in worktrees and submodules, a directory elsewhere.
        if (parent / ".git").exists():
            return


def _directory(start: Path) -> Path:
    absolute = start.resolve()
    return absolute.parent if absolute.is_file() else absolute


def _is_configured(file: Path) -> bool:
    """Whether a ``pyproject.toml`` has our table.

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

"""The pages of a project that ``sources`` matches, found on disk: what a build finds, without Sphinx."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sphinxext_dep.core.config.sources import NO_PAGES, directory_filter, is_source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sphinxext_dep.core.config.sources import Globs


def find_pages(root: Path, globs: Globs) -> list[str]:
    """The paths, relative to *root* and sorted, of every page below it that *globs* match.

    Only directories are entered that can hold one. Links are followed, as Sphinx does, but not in circles.

    :param globs: anything with ``sources`` and ``exclude``: the schema.
    """
    found: list[str] = []
    may_hold = directory_filter(globs)
    waiting = [(str(root), "")]
    while waiting:
        directory, prefix = waiting.pop()
        try:
            entries = list(os.scandir(directory))
        except OSError:
            # It vanished, or may not be read; Sphinx passes over it too.
            continue
        for entry in entries:
            path = prefix + entry.name
            if is_source(path, globs) and entry.is_file():
                found.append(path)
            elif _is_open(entry, path, may_hold):
                waiting.append((entry.path, f"{path}/"))
    found.sort()
    return found


def _is_open(entry: os.DirEntry[str], path: str, may_hold: Callable[[str], bool]) -> bool:
    """Whether *entry* is a directory to look into."""
    if entry.name in NO_PAGES or not may_hold(path) or not entry.is_dir():
        return False
    if not entry.is_symlink():
        return True
    # A link to a directory that holds it would never end.
    target, here = (os.path.realpath(name) for name in (entry.path, os.path.dirname(entry.path)))  # noqa: PTH120 - speed
    return not f"{here}/".startswith(f"{target.rstrip('/')}/")

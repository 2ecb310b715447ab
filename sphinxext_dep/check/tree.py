"""The pages of a project that ``sources`` matches, found on disk: what a build finds, without Sphinx."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sphinxext_dep.model.files import NO_PAGES, directory_filter, is_source

if TYPE_CHECKING:
    from pathlib import Path

    from sphinxext_dep.model.files import Globs


def find_pages(root: Path, globs: Globs) -> list[str]:
    """The paths, relative to *root* and sorted, of every page below it that *globs* match.

    Only directories are entered that can hold one. Links are followed, as Sphinx does, but not in circles.

    :param globs: anything with ``sources`` and ``exclude``: the schema.
    """
    found: list[str] = []
    may_hold = directory_filter(globs)
    waiting: list[tuple[str, str, tuple[str, ...]]] = [(str(root), "", ())]
    while waiting:
        directory, prefix, above = waiting.pop()
        try:
            entries = list(os.scandir(directory))
        except OSError:
            # It vanished, or may not be read; Sphinx passes over it too.
            continue
        for entry in entries:
            path = prefix + entry.name
            try:
                if is_source(path, globs) and entry.is_file():
                    found.append(path)
                elif entry.name not in NO_PAGES and may_hold(path) and entry.is_dir():
                    links = _followed(entry, above) if entry.is_symlink() else above
                    if links is not None:
                        waiting.append((entry.path, f"{path}/", links))
            except OSError:
                # A link that leads to itself is neither.
                continue
    found.sort()
    return found


def _followed(entry: os.DirEntry[str], above: tuple[str, ...]) -> tuple[str, ...] | None:
    """The directories that hold the links on the way into *entry*, a link; ``None`` when it leads back into one.

    :param above: those on the way to it.
    """
    target, here = (os.path.realpath(name) for name in (entry.path, os.path.dirname(entry.path)))  # noqa: PTH120 - speed
    links = (*above, here)
    return None if any(f"{link}/".startswith(f"{target.rstrip('/')}/") for link in links) else links

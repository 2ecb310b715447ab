"""Where proposals lie in git's eyes: in which repository, and under which name there.

A build sees a path below its root. Git sees the file itself: a link to a directory elsewhere in the repository, or a
submodule, which is a repository of its own, make the two differ.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from sphinxext_dep.history.git import top_of

_MAX_DIRECTORIES = 32
"""Git compares every path of every commit with each of them: of more, those above are taken."""


class Places(NamedTuple):
    """The proposals in one repository.

    :param top: its working tree.
    :param paths: path below the project's root → path below *top*, with ``/``.
    :param within: the directories that hold them, and those that lie at the top; relative to *top*.
    """

    top: Path
    paths: dict[str, str]
    within: tuple[str, ...]


def find_places(root: Path, paths: Iterable[str]) -> list[Places]:
    """The repositories that hold the proposals *paths* (relative to *root*); those that are in none are left out."""
    tops: dict[str, str | None] = {}
    real: dict[str, str] = {}
    found: dict[str, dict[str, str]] = {}
    base = str(root)
    for path in sorted(paths):
        head, _, name = path.rpartition("/")
        directory = real.get(head)
        if directory is None:
            directory = real[head] = os.path.realpath(f"{base}/{head}")
        file = f"{directory}/{name}"
        if os.path.islink(file):  # noqa: PTH114 - asked for each of thousands of proposals
            file = os.path.realpath(file)
            directory = os.path.dirname(file)  # noqa: PTH120 - as above
        top = top_of(directory, tops)
        if top is not None:
            inside = os.path.relpath(file, top) if os.sep == "\\" else file.removeprefix(top).lstrip("/")
            found.setdefault(top, {})[path] = inside.replace(os.sep, "/")
    return [Places(Path(top), known, _outermost(known.values())) for top, known in sorted(found.items())]


def covers(within: Iterable[str], path: str) -> bool:
    """Whether *path* is one of *within*, or lies below one."""
    return any(path == known or path.startswith(f"{known}/") for known in within)


def _outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """What of the tree holds *paths*: the outermost of their directories, and the files that lie at the top."""
    files = {path for path in paths if "/" not in path}
    found = _not_nested({path.rpartition("/")[0] for path in paths} - {""})
    while len(found) > _MAX_DIRECTORIES:
        above = {directory.rpartition("/")[0] or directory for directory in found}
        if above == set(found):
            break
        found = _not_nested(above)
    return (*found, *sorted(files))


def _not_nested(directories: set[str]) -> list[str]:
    """*directories* without those that lie in another."""
    found: list[str] = []
    # Sorted by their parts, what lies in a directory follows it at once.
    for directory in sorted(directories, key=lambda name: name.split("/")):
        if not found or not covers(found[-1:], directory):
            found.append(directory)
    return found

"""Text in the files of a work tree, and the messages of commits: found by git, faster than Python opens files.

``git grep`` reads the files of the work tree as they are: no filter and no converter of the repository runs. It leaves
out what is no regular file, what is binary, and what git ignores.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from sphinxext_dep.history.git import GitError, complaint, list_files, run_git, try_git

_GREP = (
    "grep",
    # One thread takes two thirds of the time of several: almost all of it is the system's, for opening files.
    "--threads=1",
    "--untracked",
    "--no-recurse-submodules",
    "--no-textconv",
    "--no-color",
    "--no-column",
    "--full-name",
    "-I",
    "-n",
    "-z",
)
_BATCH = 200
"""Files that one log follows: the length of a command line is limited."""

_HIT = re.compile(rb"([^\0]+)\0([0-9]+)[\0:]([^\n]*)\n?")
"""A line of the output; older versions of git write a colon behind the number."""

_MESSAGE = re.compile(rb"\n?([0-9a-f]{40,64})\0([^\0]*)\0")


class Line(NamedTuple):
    """A line that was found.

    :param path: of the file, relative to the top of the work tree, with ``/``.
    :param number: from 1.
    """

    path: str
    number: int
    text: bytes


def search_files(top: Path, pattern: str, below: Sequence[str] = (".",)) -> Iterator[Line]:
    """The lines of files that *pattern* finds, by path and number, as git lists them.

    :param top: the top of a work tree.
    :param pattern: a regular expression that POSIX (ERE) and Perl read alike.
    :param below: files and directories, relative to *top*.
    :raises GitError: when git fails.
    """
    done = try_git(top, *_GREP, "-P", "-e", pattern, "--", *below)
    if done.returncode not in (0, 1):
        # Perl's regular expressions are faster; not every git has them.
        done = try_git(top, *_GREP, "-E", "-e", pattern, "--", *below)
    if done.returncode not in (0, 1):
        raise GitError(f"git: {complaint(done) or 'grep failed'}")
    for match in _HIT.finditer(done.stdout):
        yield Line(os.fsdecode(match[1]), int(match[2]), match[3])


def tracked_but_ignored(top: Path, below: Sequence[str] = (".",)) -> list[str]:
    """The files that the index has although they match what is ignored, relative to *top*: no search finds them.

    :raises GitError: when git fails.
    """
    data = run_git(top, "ls-files", "-z", "--cached", "--ignored", "--exclude-standard", "--", *below)
    return [os.fsdecode(name) for name in data.split(b"\0") if name]


def read_messages(top: Path, revisions: str) -> Iterator[tuple[str, bytes]]:
    """Object name and message, in UTF-8, of every commit in *revisions*, the newest first.

    :param revisions: a revision, such as ``HEAD``, or a range, such as ``origin/main..``.
    :raises GitError: when there is no such commit.
    """
    options = ("--format=%H%x00%B%x00", "--encoding=UTF-8", "--no-patch", "--no-color", "--no-mailmap")
    output = run_git(top, "log", *options, "--end-of-options", revisions, "--")
    for match in _MESSAGE.finditer(output):
        yield match[1].decode(), match[2]


class LastChange(NamedTuple):
    """The last change of a file.

    :param blob: object name of the text that it has since.
    """

    commit: str
    blob: str


def last_changes(top: Path, head: str, paths: Sequence[str]) -> dict[str, LastChange]:
    """The last commit, up to *head*, that gave each of *paths* the text that it has there; without those not committed.

    :param paths: relative to *top*, with ``/``.
    :raises GitError: when git fails.
    """
    from sphinxext_dep.history.log import OPTIONS, read_log

    blobs: dict[str, str] = {}
    found: dict[str, LastChange] = {}
    for start in range(0, len(paths), _BATCH):
        batch = paths[start : start + _BATCH]
        blobs |= list_files(top, head, batch)
        output = run_git(top, "log", *OPTIONS, "--no-renames", "--date-order", head, "--", *batch)
        for commit in read_log(output):
            for change in commit.changes:
                path, blob = change.after
                if path not in found and blob and blob == blobs.get(path):
                    found[path] = LastChange(commit.id, blob)
    return found

"""What git is asked about a repository: where it stands, which files are committed, and what became of each."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path, PurePosixPath

import msgspec

from sphinxext_dep.history.git import GitError, complaint, run_git, try_git
from sphinxext_dep.history.log import OPTIONS, read_log
from sphinxext_dep.history.trace import Trace, born
from sphinxext_dep.history.work_trees import Places, covers

_ROUNDS = 5
"""So often a proposal is followed into one more place that its files came from."""

_MAX_FILES = 64
"""Git compares every path of every commit with each of those that it is asked for: of more, directories are taken."""


class Head(msgspec.Struct, frozen=True):
    """Where a repository stands.

    :param commit: what ``HEAD`` names; empty before the first commit, and when git cannot say.
    :param edge: the commits at which a shallow clone ends.
    :param problem: why git could not say.
    """

    commit: str
    edge: tuple[str, ...] = ()
    problem: str = ""


def read_head(top: Path) -> Head:
    """Where the repository with the working tree *top* stands, with one call."""
    try:
        done = try_git(top, "rev-parse", "--git-path", "shallow", "--verify", "HEAD^{commit}")
    except GitError as error:
        return Head("", problem=error.message)
    lines = done.stdout.decode(errors="surrogateescape").splitlines()
    if done.returncode:
        unborn = bool(lines) and "single revision" in complaint(done)
        return Head("", problem="" if unborn else f"git: {complaint(done)}")
    edge: tuple[str, ...] = ()
    with contextlib.suppress(OSError):
        edge = tuple((top / lines[0]).read_text(encoding="ascii", errors="replace").split())
    return Head(lines[-1], edge)


def committed(places: Places, head: Head, paths: Collection[str]) -> dict[str, str]:
    """Path → blob of every one of *paths* that is committed."""
    output = run_git(places.top, "ls-tree", "-r", "-z", "--full-tree", head.commit, "--", *places.within)
    files: dict[str, str] = {}
    for entry in output.split(b"\0"):
        meta, _, name = entry.partition(b"\t")
        path = name.decode(errors="surrogateescape")
        if path in paths and meta.startswith(b"100"):
            files[path] = meta.split()[2].decode()
    return files


def objects(top: Path) -> frozenset[str]:
    """The objects that a partial clone holds. Git gives up when it is asked for another one and may not fetch it."""
    output = run_git(top, "cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)")
    return frozenset(output.decode().split())


def follow(places: Places, head: Head, files: Mapping[str, str], renames: tuple[str, ...]) -> Trace:
    """The versions of *files*, also from before they were brought here from other directories."""
    directories = list(places.within)
    trace = _trace(places.top, head, directories, renames)
    for _ in range(_ROUNDS):
        elsewhere = {
            origin for origin in _origins(places.top, born(trace, files), renames) if not covers(directories, origin)
        }
        if not elsewhere:
            break
        directories += sorted(elsewhere)
        trace = _trace(places.top, head, directories, renames)
    return trace


def _trace(top: Path, head: Head, directories: Iterable[str], renames: tuple[str, ...]) -> Trace:
    output = run_git(
        top, "log", *OPTIONS, *renames, "--date-order", "--reverse", "--parents", head.commit, "--", *directories
    )
    return Trace(read_log(output))


def _origins(top: Path, births: Mapping[str, set[str]], renames: tuple[str, ...]) -> set[str]:
    """Where files that seem to be new in a commit (*births*: commit → paths) were moved from."""
    if not births:
        return set()
    names = "\n".join(births).encode() + b"\n"
    output = run_git(top, "log", *OPTIONS, *renames, "--no-walk=unsorted", "--diff-filter=R", "--stdin", stdin=names)
    found: set[str] = set()
    for commit in read_log(output):
        for change in commit.changes:
            if change.after.path in births[commit.id]:
                found.add(change.before[0].path)
    if len(found) <= _MAX_FILES:
        return found
    return {str(PurePosixPath(path).parent) if "/" in path else path for path in found}

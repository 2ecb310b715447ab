"""Reads ``git log --raw -z``: commits, the files that each changed, and the versions of each file.

Branches are followed side by side, as a file may be edited on one while another renames it. A status changed where a
commit's file differs from *its own* parent's, not from what another branch committed shortly before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

FORMAT = "--format=%x01%H%x00%P%x00%ct"
"""The format that :func:`read_log` reads: each commit's name, its parents and the committer's date."""

OPTIONS = (
    FORMAT,
    "--raw",
    "-z",
    "--no-abbrev",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-relative",
    "-O/dev/null",
    # Of a merge, only its own changes, and the name of the file in each parent.
    "-c",
    "--combined-all-paths",
)
"""Options of ``git log`` for output that :func:`read_log` reads, the same on every machine."""

RENAMES = ("-M50%", "-l1000")
"""Find renames as git does by default, whatever the user's configuration says."""

EXACT_RENAMES = ("-M100%",)
"""Find renames of files that did not change: git needs no text for that."""


class Side(NamedTuple):
    """A file before a change, or after it.

    :param path: relative to the repository's top, with ``/``.
    :param blob: object name of its text; empty when there was no file.
    """

    path: str
    blob: str


class FileChange(NamedTuple):
    """The change of one file by a commit.

    :param before: the file in each parent; one, unless the commit is a merge.
    """

    before: tuple[Side, ...]
    after: Side


class LoggedCommit(NamedTuple):
    """A commit.

    :param parents: the nearest ancestors that are in the log as well.
    :param time: committer's date in seconds since 1970.
    """

    id: str
    parents: tuple[str, ...]
    time: int
    changes: tuple[FileChange, ...]


def read_log(output: bytes) -> Iterator[LoggedCommit]:
    """The commits in *output*, which ``git log`` printed with :data:`OPTIONS`, in its order.

    A path can hold anything but a NUL, so that it may look like the beginning of a commit. It is never taken for one:
    the number of paths that follow is known.

    :raises ValueError: when *output* has another form.
    """
    tokens = iter(output.split(b"\0"))
    head: tuple[str, tuple[str, ...], int] | None = None
    changes: list[FileChange] = []
    for token in tokens:
        text = token.lstrip(b"\n")
        if text.startswith(b"\x01"):
            if head is not None:
                yield LoggedCommit(*head, tuple(changes))
            parents, time = next(tokens, b""), next(tokens, b"")
            head, changes = (text[1:].decode(), tuple(parents.decode().split()), _time(time)), []
        elif text.startswith(b":"):
            changes.append(_change(text.decode(), tokens))
        elif text:
            raise ValueError(f"not the output of git log: {text[:80]!r}")
    if head is not None:
        yield LoggedCommit(*head, tuple(changes))


def _time(text: bytes) -> int:
    """Seconds since 1970, limited to what a date can be: a commit may claim any time, or none."""
    return min(max(int(text or b"0"), 0), 253_402_300_799)


def _change(meta: str, tokens: Iterator[bytes]) -> FileChange:
    """One file: ``:`` per parent, modes, object names, and letters; then its paths."""
    parents = len(meta) - len(meta.lstrip(":"))
    words = meta[parents:].split(" ")
    if len(words) != 2 * parents + 3:
        raise ValueError(f"not the output of git log: {meta[:80]!r}")
    modes, names, letters = words[: parents + 1], words[parents + 1 : -1], words[-1]
    # A merge names the file in each parent and in itself; another commit names it once, unless it renamed it.
    count = parents + 1 if parents > 1 else 2 if letters[:1] in "RC" else 1
    paths = [next(tokens, b"").decode(errors="surrogateescape") for _ in range(count)]
    before = paths[:-1] or paths
    sides = [Side(path, _blob(mode, name)) for path, mode, name in zip([*before, paths[-1]], modes, names, strict=True)]
    return FileChange(tuple(sides[:-1]), sides[-1])


def _blob(mode: str, name: str) -> str:
    return name if mode.startswith("100") and name.strip("0") else ""


# --- versions of files ------------------------------------------------------------------------------------------------


class Version:
    """A file as one commit made it.

    :param order: the index of the commit in the log, parents first.
    :param path: the file's name.
    :param blob: object name of its text; empty when the commit deleted it.
    :param before: the versions that it was made from: none for a new file, several for a merge.
    """

    __slots__ = ("before", "blob", "commit", "order", "path")

    def __init__(self, commit: LoggedCommit, order: int, path: str, blob: str, before: tuple[Version, ...]) -> None:
        self.commit = commit
        self.order = order
        self.path = path
        self.blob = blob
        self.before = before


Candidates = tuple[Version, ...]
"""The versions that a path may have after a merge. A log leaves out a file that is the same as in one of the parents;
the text that the next change starts from shows which parent it was."""

Tree = dict[str, Candidates]
"""Path → its versions. Paths that a merge dropped may be left; they are not looked up again."""


class Trace:
    """The versions of every file.

    :param commits: parents before their children.
    """

    def __init__(self, commits: Iterable[LoggedCommit]) -> None:
        self._commits = list(commits)
        self._gone: dict[str, Version] = {}
        self._trees: dict[str, Tree] = {}
        self._children: dict[str, int] = {}
        for commit in self._commits:
            for parent in commit.parents:
                self._children[parent] = self._children.get(parent, 0) + 1
        self.head: Tree = {}
        """The tree of the last commit."""
        for order, commit in enumerate(self._commits):
            self.head = self._tree_of(commit, order)
            self._trees[commit.id] = self.head

    def versions(self, path: str, blob: str) -> list[Version]:
        """All versions of the file that is called *path* and holds *blob* in the last commit, oldest first."""
        found: dict[int, Version] = {}
        waiting = list(_choose(self.head.get(path, ()), blob))
        while waiting:
            version = waiting.pop()
            if id(version) not in found:
                found[id(version)] = version
                waiting += version.before
        return sorted(found.values(), key=lambda version: version.order)

    def _tree_of(self, commit: LoggedCommit, order: int) -> Tree:
        trees = [self._take(parent) for parent in commit.parents if parent in self._trees]
        tree = trees[0] if trees else {}
        for other in trees[1:]:
            # Most is the same in both.
            for path, theirs in other.items() - tree.items():
                tree[path] = tuple(dict.fromkeys((*tree.get(path, ()), *theirs)))
        made = [self._version(commit, order, change, trees) for change in commit.changes]
        for change in commit.changes:
            for side in change.before:
                tree.pop(side.path, None)
        for version in made:
            if version.blob:
                tree[version.path] = (version,)
            else:
                self._gone[version.path] = version
        return tree

    def _take(self, parent: str) -> Tree:
        """The tree of *parent*: its own when no other child needs it, else a copy."""
        self._children[parent] -= 1
        return self._trees[parent].copy() if self._children[parent] else self._trees.pop(parent)

    def _version(self, commit: LoggedCommit, order: int, change: FileChange, trees: list[Tree]) -> Version:
        before: dict[Version, None] = {}
        for index, side in enumerate(change.before):
            if side.blob and trees:
                # A parent whose changes did not survive is not in the log: the first then has what it had.
                tree = trees[index] if index < len(trees) else trees[0]
                before.update(dict.fromkeys(_choose(tree.get(side.path, ()), side.blob)))
        if not before and not any(side.blob for side in change.before):
            # A file that was deleted and comes back is the same proposal.
            gone = self._gone.get(change.after.path)
            before.update(dict.fromkeys([gone] if gone else []))
        return Version(commit, order, change.after.path, change.after.blob, tuple(before))


def _choose(candidates: Candidates, blob: str) -> Candidates:
    """The one of *candidates* that holds *blob*; as git does, of several the first parent's."""
    for version in candidates:
        if version.blob == blob:
            return (version,)
    return candidates[:1]


def added(trace: Trace, files: Mapping[str, str]) -> dict[str, set[str]]:
    """Commit → the paths that it added of *files* (path → blob), apart from merges: some may be renames."""
    found: dict[str, set[str]] = {}
    for path, blob in files.items():
        for version in trace.versions(path, blob):
            if not version.before and len(version.commit.parents) < 2:
                found.setdefault(version.commit.id, set()).add(version.path)
    return found

"""Files followed through the commits of a log, under all their names: the versions of each.

Branches are followed side by side, as a file may be edited on one while another renames it. A status changed where a
commit's file differs from *its own* parent's, not from what another branch committed shortly before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sphinxext_dep.history.log import FileChange, LoggedCommit


class Version:
    """A file as one commit made it.

    :param path: its name.
    :param blob: its text; empty when the commit deleted it.
    :param before: what it was made from: nothing when it is new, several versions when a merge brought them together.
    :param order: the commit's place in the log, parents first.
    """

    __slots__ = ("before", "blob", "commit", "order", "path")

    def __init__(self, commit: LoggedCommit, order: int, path: str, blob: str, before: tuple[Version, ...]) -> None:
        self.commit = commit
        self.order = order
        self.path = path
        self.blob = blob
        self.before = before


Candidates = tuple[Version, ...]
"""What a path may be after a merge: a log says nothing of a file that is the same as in one of the parents, and not in
which. The text that the next change starts from tells."""

Tree = dict[str, Candidates]
"""Path → what it holds. Paths that a merge dropped may be left; they are not looked up again."""


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


def born(trace: Trace, files: Mapping[str, str]) -> dict[str, set[str]]:
    """Commit → the paths that *files* (path → blob) began with there, apart from merges: where a rename may hide."""
    found: dict[str, set[str]] = {}
    for path, blob in files.items():
        for version in trace.versions(path, blob):
            if not version.before and len(version.commit.parents) < 2:
                found.setdefault(version.commit.id, set()).add(version.path)
    return found

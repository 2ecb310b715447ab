"""What a git repository knows: few calls, each for all files at once. Nothing here changes a repository."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from sphinxext_dep.cli.errors import Impossible
from sphinxext_dep.history.git import GitError, read_blobs, run_git, work_tree


class Repository:
    """The repository that a project is in.

    :param root: the project's root; paths given and returned are relative to it, with ``/``.
    :raises Impossible: when it is in none, or there is no git.
    """

    def __init__(self, root: Path) -> None:
        top = work_tree(root)
        if top is None:
            raise Impossible(f"git: not a git repository: {root}")
        self.top = top
        # With a slash at the end; empty when the project's root is the repository's.
        inside = Path(os.path.realpath(root)).relative_to(top).as_posix()
        self.prefix = "" if inside == "." else f"{inside}/"

    def resolve(self, revision: str) -> str:
        """The commit that *revision* names.

        :raises Impossible: when there is no such commit.
        """
        # What begins with a dash would be an option of git's.
        if not revision.startswith("-"):
            try:
                return self._run("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode().strip()
            except Impossible:
                pass
        raise Impossible(f"git knows no commit '{revision}'", "fetch it first, or name another with --base")

    def merge_base(self, commit: str) -> str:
        """The commit at which the working tree's branch left that of *commit*; *commit* itself when nobody knows."""
        try:
            return self._run("merge-base", commit, "HEAD").decode().strip()
        except Impossible:
            # A shallow clone, or no commit yet.
            return commit

    def files(self, commit: str) -> dict[str, str]:
        """Path → object name of every file of *commit* below the project's root."""
        found: dict[str, str] = {}
        for entry in self._run("ls-tree", "-r", "-z", "--full-tree", commit, "--", self.prefix or ".").split(b"\0"):
            if not entry:
                continue
            meta, _, name = entry.partition(b"\t")
            _mode, kind, sha = meta.decode().split()
            path = name.decode(errors="surrogateescape")
            if kind == "blob" and path.startswith(self.prefix):
                found[path.removeprefix(self.prefix)] = sha
        return found

    def read(self, names: Collection[str]) -> dict[str, bytes]:
        """Object name → bytes of every blob in *names*, with one call."""
        try:
            return read_blobs(self.top, names)
        except GitError as error:
            raise Impossible(error.message, error.help) from None

    def _run(self, *arguments: str) -> bytes:
        """The output of a git command.

        :raises Impossible: when it fails.
        """
        try:
            return run_git(self.top, *arguments)
        except GitError as error:
            raise Impossible(error.message, error.help) from None

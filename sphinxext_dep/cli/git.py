"""What a git repository knows: few calls, each for all files at once. Nothing here changes a repository."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Iterable
from hashlib import sha1, sha256
from pathlib import Path

from sphinxext_dep.cli.errors import Impossible


class Repository:
    """The repository that a project is in.

    :param root: the project's root; paths given and returned are relative to it, with ``/``.
    :raises Impossible: when it is in none, or there is no git.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        # With a slash at the end; empty when the project's root is the repository's.
        self.prefix = self._run("rev-parse", "--show-prefix").decode(errors="surrogateescape").removesuffix("\n")

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
        ordered = sorted(names)
        if not ordered:
            return {}
        output = self._run("cat-file", "--batch", stdin="\n".join(ordered).encode() + b"\n")
        found: dict[str, bytes] = {}
        position = 0
        for name in ordered:
            end = output.index(b"\n", position)
            header = output[position:end].split()
            position = end + 1
            if header[-1] != b"missing":
                size = int(header[2])
                found[name] = output[position : position + size]
                position += size + 1
        return found

    def last_changes(self, paths: Collection[str]) -> dict[str, int]:
        """Path → time (seconds since 1970) of the last commit of those of *paths* that have one.

        Files that differ from the last commit are left out: somebody works on them.
        """
        waiting = set(paths)
        waiting -= self._modified()
        found: dict[str, int] = {}
        command = ["log", "--no-renames", "--name-only", "-z", "--format=format:%x01%ct", "HEAD", "--", "."]
        with self._start(*command) as process:
            assert process.stdout is not None
            when = 0
            rest = b""
            while waiting and (chunk := process.stdout.read(65_536)):
                *parts, rest = (rest + chunk).replace(b"\n", b"\0").split(b"\0")
                for part in parts:
                    if part.startswith(b"\x01"):
                        when = int(part[1:])
                    elif part:
                        path = part.decode(errors="surrogateescape").removeprefix(self.prefix)
                        if path in waiting:
                            found[path] = when
                            waiting.discard(path)
            process.kill()
        return found

    def _modified(self) -> set[str]:
        output = self._run("status", "--porcelain", "-z", "--untracked-files=no", "--no-renames", "--", ".")
        names = (entry[3:].decode(errors="surrogateescape") for entry in output.split(b"\0") if entry)
        return {name.removeprefix(self.prefix) for name in names}

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - a fixed program, no shell
            _command(arguments), cwd=self.root, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def _run(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """The output of a git command.

        :raises Impossible: when it fails.
        """
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program, no shell
                _command(arguments), cwd=self.root, env=_environment(), input=stdin, capture_output=True, check=False
            )
        except OSError as error:
            raise Impossible(f"git cannot be run: {error.strerror or error}", "install git") from None
        if done.returncode:
            lines = done.stderr.decode(errors="replace").strip().splitlines() or [f"git {arguments[0]} failed"]
            raise Impossible(f"git: {lines[0].removeprefix('fatal: ')}")
        return done.stdout


def blob_name(data: bytes, like: str) -> str:
    """The object name that git would give *data*, in the kind of hash that *like* is."""
    digest = sha256 if len(like) > 40 else sha1
    return digest(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _command(arguments: Iterable[str]) -> list[str]:
    return ["git", "-c", "core.quotepath=off", *arguments]


def _environment() -> dict[str, str]:
    # Messages in English, and no lock: another git may be at work.
    return os.environ | {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}

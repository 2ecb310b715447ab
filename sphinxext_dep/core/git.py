"""The one place that runs git, so that nothing else gets to run with it.

A repository's own configuration can name programs (a pager, a differ, a signature checker) and can change what is
printed. Nothing of that is wanted: a build must not run what it builds, and the same commit must give the same output.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection
from hashlib import sha1, sha256
from pathlib import Path

_FIXED = {
    "LC_ALL": "C",  # messages in English
    "GIT_OPTIONAL_LOCKS": "0",  # another git may be at work
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",  # what a partial clone does not have is not fetched: no network
    "GIT_LITERAL_PATHSPECS": "1",  # a directory may be called `[x]`
}
_DROPPED = (
    # Which repository is meant is said by the directory. A hook sets these for its own repository, and a submodule is
    # another one.
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    # These contradict literal pathspecs.
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
)
_OPTIONS = (
    "--no-pager",
    # Replacements are local to a clone: another clone of the same commit has none.
    "--no-replace-objects",
    "-c", "core.quotepath=off",
    "-c", "core.fsmonitor=false",
    "-c", "log.showSignature=false",
    "-c", "log.showRoot=true",
    "-c", "log.follow=false",
    "-c", "protocol.allow=never",
)  # fmt: skip


class GitError(Exception):
    """Git is missing, or says no.

    :param message: why, in git's words where there are any.
    :param help: how to mend it; may be empty.
    """

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


def run_git(directory: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """What a git command prints.

    :param directory: where it runs; says which repository is meant.
    :raises GitError: when it fails, or there is no git.
    """
    done = try_git(directory, *arguments, stdin=stdin)
    if done.returncode:
        raise GitError(f"git: {complaint(done) or f'{arguments[0]} failed'}")
    return done.stdout


def try_git(directory: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """A git command that may fail, when it has ended.

    :raises GitError: when there is no git.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _DROPPED} | _FIXED
    try:
        return subprocess.run(  # noqa: S603 - a fixed program, no shell
            ["git", *_OPTIONS, *arguments],  # noqa: S607 - where it is installed is the user's choice
            cwd=directory,
            env=environment,
            input=stdin,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror or error}", "install git") from None


def complaint(done: subprocess.CompletedProcess[bytes]) -> str:
    """The first line that says what went wrong; empty when git said nothing."""
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    fatal = [line for line in lines if line.startswith("fatal: ")]
    return (fatal or lines or [""])[0].removeprefix("fatal: ")


def read_blobs(directory: Path, names: Collection[str]) -> dict[str, bytes]:
    """Object name → bytes of every blob in *names* that there is, with one call.

    :raises GitError: when git fails.
    """
    ordered = sorted(names)
    if not ordered:
        return {}
    output = run_git(directory, "cat-file", "--batch", stdin="\n".join(ordered).encode() + b"\n")
    found: dict[str, bytes] = {}
    position = 0
    for name in ordered:
        end = output.find(b"\n", position)
        if end < 0:
            break
        header = output[position:end].split()
        position = end + 1
        if header[-1] != b"missing":
            size = int(header[2])
            found[name] = output[position : position + size]
            position += size + 1
    return found


def blob_name(data: bytes, like: str) -> str:
    """The object name that git would give *data*, in the kind of hash that *like* is."""
    digest = sha256 if len(like) > 40 else sha1
    return digest(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()

"""What ``git log --raw -z`` prints, read into commits and the files that each changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

FORMAT = "--format=%x01%H%x00%P%x00%ct"
"""What :func:`read_log` expects of each commit: its name, its parents and the committer's date."""

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
    # Of a merge only what it changed itself, and under which name each parent had it.
    "-c",
    "--combined-all-paths",
)
"""Options of ``git log`` for output that :func:`read_log` reads, the same on every machine."""

RENAMES = ("-M50%", "-l1000")
"""Renames as git finds them by itself, whatever the user's configuration says of it."""

EXACT_RENAMES = ("-M100%",)
"""Renames that show without a look at the texts."""


class Side(NamedTuple):
    """A file before a change, or after it.

    :param path: relative to the repository's top, with ``/``.
    :param blob: object name of its text; empty when there was no file.
    """

    path: str
    blob: str


class FileChange(NamedTuple):
    """What a commit did to one file.

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
    how many paths follow is known beforehand.

    :raises ValueError: when that is not what it is.
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
            raise ValueError(f"not what git log prints: {text[:80]!r}")
    if head is not None:
        yield LoggedCommit(*head, tuple(changes))


def _time(text: bytes) -> int:
    """Seconds since 1970 within what a date can be. A commit can claim any; where it claims none, git says nothing."""
    return min(max(int(text or b"0"), 0), 253_402_300_799)


def _change(meta: str, tokens: Iterator[bytes]) -> FileChange:
    """One file: ``:`` per parent, modes, object names, and letters; then its paths."""
    parents = len(meta) - len(meta.lstrip(":"))
    words = meta[parents:].split(" ")
    if len(words) != 2 * parents + 3:
        raise ValueError(f"not what git log prints: {meta[:80]!r}")
    modes, names, letters = words[: parents + 1], words[parents + 1 : -1], words[-1]
    # A merge names the file in each parent and in itself; another commit names it once, unless it renamed it.
    count = parents + 1 if parents > 1 else 2 if letters[:1] in "RC" else 1
    paths = [next(tokens, b"").decode(errors="surrogateescape") for _ in range(count)]
    before = paths[:-1] or paths
    sides = [Side(path, _blob(mode, name)) for path, mode, name in zip([*before, paths[-1]], modes, names, strict=True)]
    return FileChange(tuple(sides[:-1]), sides[-1])


def _blob(mode: str, name: str) -> str:
    return name if mode.startswith("100") and name.strip("0") else ""

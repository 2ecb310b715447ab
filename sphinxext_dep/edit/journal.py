"""The journal: what a command is about to write, on the disk before the first file changes.

It is also the lock that keeps two commands from writing at once. It lies in the tree, where anybody's changes arrive,
so it is not trusted. It must say which file it is on this disk, which nobody can know who only sends one; and it can
only put text in place that was prepared beside a file, under the name that such text has, and never where git's own is.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec

JOURNAL = ".sphinx-dep-journal"
"""The name of the journal, in the root of the project. It exists while a command writes, or when one was killed."""

PREPARED = ".sphinx-dep-new"
"""The suffix of prepared files, which lie beside the files that they will replace."""

PREPARED_NAME = re.compile(rf"(?:[^\0]*/)?\.[^/\0]+\.[0-9a-f]{{8}}{re.escape(PREPARED)}")


class WriteError(Exception):
    """A change that could not be written. The message says which file is in which state."""


class Step(msgspec.Struct, frozen=True):
    """One file of a change: paths relative to the root, hashes of the content before (empty: no file) and after."""

    file: str
    prepared: str
    before: str
    after: str


class Journal(msgspec.Struct, frozen=True):
    """A change: the files that get new content, then a file that gets a new name.

    :param inode: the number of the journal's own file, by which it is known to have been written here.
    """

    steps: list[Step]
    move: tuple[str, str] | None = None
    inode: int = 0


@contextlib.contextmanager
def written_journal(home: Path, journal: Journal) -> Iterator[None]:
    """Keep *journal* on the disk while the body runs.

    :raises WriteError: when another command has one there, or it cannot be written.
    """
    file = home / JOURNAL
    try:
        stream = create(file)
    except FileExistsError:
        raise WriteError(f"nothing was written: another command is writing here ({file} exists)") from None
    except OSError as error:
        raise WriteError(f"nothing was written: {file} cannot be written: {error.strerror}") from None
    try:
        try:
            if not lock(stream):
                raise WriteError("nothing was written: another command is writing here")
            inode = os.fstat(stream.fileno()).st_ino
            stream.write(msgspec.json.encode(msgspec.structs.replace(journal, inode=inode)))
            stream.flush()
            os.fsync(stream.fileno())
        except OSError as error:
            raise WriteError(f"nothing was written: {file} cannot be written: {error.strerror}") from None
        sync(home)
        yield
    finally:
        # Everything is done or undone: what fails now is only the tidying up.
        with contextlib.suppress(OSError):
            stream.close()
        remove(file)


@contextlib.contextmanager
def left_journal(home: Path) -> Iterator[Journal | None]:
    """The journal that a killed command left, locked while the body runs and removed behind it; ``None`` without one.

    It stays when the body raises.

    :raises WriteError: when the command is still running.
    """
    file = home / JOURNAL
    try:
        stream = file.open("rb+")
    except OSError:
        yield None
        return
    with stream:
        if not lock(stream):
            raise WriteError("another command is writing here; try again when it has ended")
        yield read_journal(file, stream)
    remove(file)


def read_journal(file: Path, stream: IO[bytes]) -> Journal:
    """The journal in *stream*, which is *file*.

    :raises WriteError: when it was not written here.
    """
    try:
        journal = msgspec.json.decode(stream.read(), type=Journal)
    except msgspec.DecodeError:
        # It is complete before anything else is written: this one was killed before that.
        return Journal([])
    if journal.inode != os.fstat(stream.fileno()).st_ino:
        raise WriteError(f"{file} was not written on this disk, but came here with somebody's files; delete it")
    for step in journal.steps:
        if not PREPARED_NAME.fullmatch(step.prepared) or step.prepared != prepared_path(step.file, step.prepared):
            raise WriteError(f"{file} names {step.prepared}, which no command prepared; delete it")
    return journal


def prepared_path(file: str, like: str) -> str:
    """Where the new text of *file* is prepared, with the random part of *like*: a hidden file beside it."""
    place = PurePosixPath(file)
    return str(place.with_name(f".{place.name}.{like[-len(PREPARED) - 8 : -len(PREPARED)]}{PREPARED}"))


def lock(stream: IO[bytes]) -> bool:
    """Take the journal's lock, which ends with the process; ``False`` when a living process holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def create(file: Path) -> IO[bytes]:
    """Open a file that must not be there yet, whatever stands under its name: a link is not followed.

    :raises FileExistsError: when something does.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(file, flags, 0o666), "wb")


def sync(directory: Path) -> None:
    """Make a rename last beyond a power cut, where directories can be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove(file: Path) -> None:
    """Remove a file if that is possible."""
    with contextlib.suppress(OSError):
        file.unlink()


def digest(file: Path) -> str:
    """The hash of a file's content, as :class:`Step` has it; empty when it is not there."""
    try:
        return sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""


def relative(home: Path, file: Path) -> str:
    """The path of *file* as the journal writes it.

    :raises WriteError: when it is not below *home*.
    """
    if not file.is_relative_to(home):
        raise WriteError(f"nothing was written: {file} is outside the project, {home}")
    return file.relative_to(home).as_posix()


def inside(home: Path, path: str) -> Path:
    """The file that the journal calls *path*.

    :raises WriteError: when it is not below *home*.
    """
    file = (home / path).parent.resolve() / PurePosixPath(path).name
    if not file.is_relative_to(home):
        raise WriteError(f"{home / JOURNAL} names a file outside the project; delete it")
    if any(part.casefold() == ".git" for part in file.relative_to(home).parts):
        raise WriteError(f"{home / JOURNAL} names a file of git's own; delete it")
    return file

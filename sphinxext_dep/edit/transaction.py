"""Writes files so that all of them are new or all of them are old, whatever happens.

One file is replaced by a rename, which is atomic. Several are replaced one by one: if a step fails, what was replaced
is put back; if the process is killed, a journal stays, and :mod:`sphinxext_dep.edit.recovery` goes on from there.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path, PurePosixPath

import msgspec

from sphinxext_dep.edit.journal import (
    PREPARED,
    Journal,
    Step,
    WriteError,
    create,
    relative,
    remove,
    sync,
    written_journal,
)

Rename = Callable[[Path, Path], None]
"""Moves a file to a name that is free; raises :class:`OSError` when it cannot."""


class Write(msgspec.Struct, frozen=True):
    """New content for a file.

    :param file: below the project's root.
    :param before: the bytes that the change was made from; ``None`` for a file that is not there yet.
    """

    file: Path
    before: bytes | None
    after: bytes


class Move(msgspec.Struct, frozen=True):
    """A new name for a file, given after everything was written."""

    old: Path
    new: Path


def plain_rename(old: Path, new: Path) -> None:
    """Move a file.

    :raises FileExistsError: when *new* is taken.
    """
    if os.path.lexists(new):
        raise FileExistsError(17, f"{new.name} exists")
    old.rename(new)


def commit(
    root: Path,
    writes: Sequence[Write],
    move: Move | None = None,
    rename: Rename = plain_rename,
    still_true: Callable[[], bool] = lambda: True,
) -> None:
    """Write all of *writes*, then make *move*.

    Symbolic links are followed; permissions are kept. Signals that end the process wait until the last file is
    written. A file that is no longer what ``before`` says is somebody else's: then nothing is written.

    :param root: the project's root; the journal lies there.
    :param still_true: whether what the change rests on, beside the files themselves, is still so; asked when no other
        command can write any more.
    :raises WriteError: when nothing was written, or not everything could be put back.
    """
    home = root.resolve()
    todo = [msgspec.structs.replace(write, file=write.file.resolve()) for write in writes]
    for write in todo:
        _check(write)
    steps = [_step(home, write) for write in todo]
    ends = (relative(home, move.old.resolve()), relative(home, move.new.resolve())) if move else None
    with _signals_wait(), written_journal(home, Journal(steps, ends)):
        if not still_true():
            raise WriteError("nothing was written: another command added or renamed proposals meanwhile; try again")
        _replace_all(home, todo, steps, move, rename)


def _check(write: Write) -> None:
    """Refuse what must not or cannot be written.

    :raises WriteError: then.
    """
    try:
        now = write.file.read_bytes()
    except FileNotFoundError:
        now = None
    except OSError as error:
        raise WriteError(f"nothing was written: {write.file.name} cannot be read: {error.strerror}") from None
    if now != write.before:
        how = "exists already" if write.before is None else "was changed by someone else at the same time"
        raise WriteError(f"nothing was written: {write.file.name} {how}")
    # Replacing needs write access to the directory only; but who made a file read-only meant it.
    if now is not None and not os.access(write.file, os.W_OK):
        raise WriteError(f"nothing was written: {write.file.name} is read-only")


def _step(home: Path, write: Write) -> Step:
    file = relative(home, write.file)
    prepared = PurePosixPath(file).with_name(_prepared_name(write))
    before = "" if write.before is None else sha256(write.before).hexdigest()
    return Step(file, str(prepared), before, sha256(write.after).hexdigest())


def _prepared_name(write: Write) -> str:
    """A hidden file beside the other: of the same file system, and never taken for a page."""
    return f".{write.file.name}.{secrets.token_hex(4)}{PREPARED}"


def _replace_all(home: Path, writes: Sequence[Write], steps: Sequence[Step], move: Move | None, rename: Rename) -> None:
    done: list[Write] = []
    current = ""
    try:
        for write, step in zip(writes, steps, strict=True):
            current = step.file
            _prepare(home / step.prepared, write)
        for write, step in zip(writes, steps, strict=True):
            current = step.file
            _put(home / step.prepared, write)
            done.append(write)
        if move is not None:
            current = relative(home, move.old.resolve())
            rename(move.old, move.new)
            sync(move.new.parent)
    except BaseException as error:
        left = _undo(home, done)
        for step in steps:
            remove(home / step.prepared)
        if not left and not isinstance(error, OSError):
            raise
        reason = (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__
        if not left:
            raise WriteError(f"nothing was written: {current}: {reason}") from error
        old = ", ".join(step.file for step in steps if step.file not in left) or "no file"
        raise WriteError(
            f"{current}: {reason}. What was written before could not be put back: "
            f"{', '.join(left)} has the new text, {old} the old"
        ) from error


def _prepare(prepared: Path, write: Write) -> None:
    """Write the new content to a file of its own, down to the disk, with the permissions of the old one."""
    with create(prepared) as stream:
        stream.write(write.after)
        stream.flush()
        os.fsync(stream.fileno())
    if write.before is not None:
        _copy_permissions(write.file, prepared)


def _copy_permissions(old: Path, new: Path) -> None:
    stat = old.stat()
    if hasattr(os, "chown") and (stat.st_uid, stat.st_gid) != (new.stat().st_uid, new.stat().st_gid):
        # Only the superuser can give files away; for anyone else the file becomes theirs, as in an editor.
        with contextlib.suppress(PermissionError):
            os.chown(new, stat.st_uid, stat.st_gid)
    # Behind the owner: a change of owner takes the set-user-ID bit away.
    shutil.copymode(old, new)


def _put(prepared: Path, write: Write) -> None:
    """Put the prepared file in place."""
    if write.before is None and os.path.lexists(write.file):
        raise FileExistsError(17, "it exists already")
    prepared.replace(write.file)
    sync(write.file.parent)


def _undo(home: Path, done: Sequence[Write]) -> list[str]:
    """Put back what was written; the paths of the files for which that failed."""
    left: list[str] = []
    for write in reversed(done):
        prepared = write.file.with_name(_prepared_name(write))
        try:
            if write.before is None:
                write.file.unlink()
            else:
                _prepare(prepared, msgspec.structs.replace(write, after=write.before))
                prepared.replace(write.file)
        except OSError:
            left.append(relative(home, write.file))
            remove(prepared)
    return left


@contextlib.contextmanager
def _signals_wait() -> Iterator[None]:
    """Hold back the signals with which people and job runners end a process."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

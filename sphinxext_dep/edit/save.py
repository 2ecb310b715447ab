"""Saves changed files: each one as a whole, and several of them all or none while the process runs.

All new texts are written to files beside the old ones first; then each takes the place of the old one with
:func:`os.replace`, which is atomic. When a step raises, the files that were replaced get their old text back. A process
that is killed between two files leaves some of them new and some old, each as a whole: the files are in git.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sphinxext_dep.history.git import GitError, record_rename, work_tree


class SaveError(Exception):
    """Files could not be saved. The message says which file is in which state."""


class Change(NamedTuple):
    """New content for a file.

    :param before: the bytes that the change was made from; ``None`` for a file that does not exist yet.
    :param new_name: the file is renamed to it, also in git's index when git knows it; its directory may be missing.
    """

    file: Path
    before: bytes | None
    after: bytes
    new_name: Path | None = None


class _Step(NamedTuple):
    """How a change is made: *old* is renamed to *new*, then *prepared*, which holds the new text, replaces *file*.

    *file* is *new*, or the file that it is a link to.
    """

    change: Change
    old: Path
    new: Path
    file: Path
    prepared: Path


def save(root: Path, changes: Sequence[Change]) -> None:
    """Save all of *changes*.

    Renames come first: what refers to a file by its new name is never there without the file. Symbolic links are
    followed, permissions are kept. A file that does not hold ``before`` any more was changed by another program; then
    nothing is saved.

    :param root: the project's root; files outside it, and git's own, are not written.
    :raises SaveError: when nothing was saved, or the old state could not be restored.
    """
    home = root.resolve()
    # The renamed first, then the others in their order.
    steps = sorted((_planned(home, change) for change in changes), key=lambda step: step.old == step.new)
    done: list[_Step] = []
    current = steps[0] if steps else None
    try:
        for current in steps:
            current.prepared.parent.mkdir(parents=True, exist_ok=True)
            _prepare(current.prepared, current.change.after, current.change.file)
        for current in steps:
            done.append(current)
            _rename(current.old, current.new)
            if current.change.before is None and os.path.lexists(current.file):
                raise FileExistsError(errno.EEXIST, "it exists already")
            current.prepared.replace(current.file)
        for current in steps:
            _record_in_git(current.old, current.new)
    except BaseException as error:
        stuck = [step.file for step in reversed(done) if not _undone(step)]
        for step in steps:
            _remove(step.prepared)
        if current is None or (not stuck and not isinstance(error, OSError)):
            raise
        name = current.old.relative_to(home).as_posix()
        reason = (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__
        if not stuck:
            raise SaveError(f"nothing was written: {name}: {reason}") from error
        new = ", ".join(file.relative_to(home).as_posix() for file in stuck)
        raise SaveError(f"{name}: {reason}. The old text could not be put back into {new}") from error


def _planned(home: Path, change: Change) -> _Step:
    """The step that makes *change*.

    :raises SaveError: when the change must not be made, or cannot.
    """
    # Git does not look behind links: the directory may be one.
    directory = change.file.parent.resolve()
    old = directory / change.file.name
    new = old if change.new_name is None else change.new_name.parent.resolve() / change.new_name.name
    file = old.resolve() if old.is_symlink() else new
    for path in (old, new, file):
        if not path.is_relative_to(home):
            raise SaveError(f"nothing was written: {path} is outside the project, {home}")
        if any(part.casefold() == ".git" for part in path.relative_to(home).parts):
            raise SaveError(f"nothing was written: {path} is a file of git's own")
    try:
        now = old.read_bytes()
    except FileNotFoundError:
        now = None
    except OSError as error:
        raise SaveError(f"nothing was written: {old.name} cannot be read: {error.strerror}") from None
    if now != change.before:
        how = "exists already" if change.before is None else "was changed by another program at the same time"
        raise SaveError(f"nothing was written: {old.name} {how}")
    # Replacing needs write access to the directory only; but the author of a read-only file wants it to stay.
    if now is not None and not os.access(old, os.W_OK):
        raise SaveError(f"nothing was written: {old.name} is read-only")
    # A hidden file beside the other: of the same file system, and never taken for a page.
    return _Step(change, old, new, file, file.with_name(f".{file.name}.{secrets.token_hex(4)}.new"))


def _prepare(prepared: Path, text: bytes, like: Path) -> None:
    """Write *text* to a new file, down to the disk, with the permissions of the file *like* if there is one."""
    with prepared.open("xb") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    if not like.exists():
        return
    old, new = like.stat(), prepared.stat()
    if hasattr(os, "chown") and (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
        # Only the superuser can give files away; for anyone else the file becomes theirs, as in an editor.
        with contextlib.suppress(PermissionError):
            os.chown(prepared, old.st_uid, old.st_gid)
    # After the owner: a change of owner clears the set-user-ID bit.
    shutil.copymode(like, prepared)


def _rename(old: Path, new: Path) -> None:
    if old != new:
        if os.path.lexists(new):
            raise FileExistsError(errno.EEXIST, f"{new.name} exists")
        old.rename(new)


def _record_in_git(old: Path, new: Path) -> None:
    """Tell git's index of a rename, when the file is in a repository and git knows it."""
    top = work_tree(old.parent) if old != new else None
    if top is None:
        return
    try:
        record_rename(top, old.relative_to(top).as_posix(), new.relative_to(top).as_posix())
    except GitError as error:
        raise OSError(errno.EIO, f"the file cannot be renamed in git's index: {error.message}") from None


def _undone(step: _Step) -> bool:
    """Undo *step*, however far it came; false when that fails."""
    try:
        if not step.prepared.exists():
            if step.change.before is None:
                step.file.unlink()
                return True
            _prepare(step.prepared, step.change.before, step.file)
            step.prepared.replace(step.file)
        if not os.path.lexists(step.old) and step.change.before is not None:
            _rename(step.new, step.old)
    except OSError:
        return False
    return True


def _remove(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink()

"""Goes on where a killed command left off: the change is completed, or discarded when no file had been replaced yet.

Every editing command begins with it. It says what it did, and touches no file that was changed in between: then it
names the state of each.
"""

from __future__ import annotations

import enum
from pathlib import Path

from sphinxext_dep.edit.journal import (
    JOURNAL,
    Journal,
    Step,
    WriteError,
    digest,
    inside,
    left_journal,
    read_journal,
    remove,
)
from sphinxext_dep.edit.transaction import Rename, plain_rename


class _State(enum.Enum):
    """What a file of the change holds; the value is what messages say."""

    NEW = "the new text"
    OLD = "the old text"
    UNPREPARED = "still the old text"
    """The new text was never completed, or is gone."""
    CHANGED = "neither the old nor the new text"


def unfinished(root: Path) -> str:
    """What a killed command left half-way, in words: the state of each file; an empty text when there is nothing.

    Nothing is changed: for commands that only read.
    """
    home = root.resolve()
    try:
        with (home / JOURNAL).open("rb") as stream:
            journal = read_journal(home / JOURNAL, stream)
        states = {step.file: _state(home, step) for step in journal.steps}
    except (OSError, WriteError):
        return ""
    if _State.NEW not in states.values() or set(states.values()) == {_State.NEW}:
        return ""
    return f"a command was killed half-way: {_listing(states)}. The next one that edits completes it"


def recover(root: Path, rename: Rename = plain_rename) -> str:
    """Complete or discard what a killed command left behind; what was done, in words, or an empty text.

    :raises WriteError: when a command is writing right now, or when files were changed since.
    """
    home = root.resolve()
    with left_journal(home) as journal:
        return "" if journal is None else _complete(home, journal, rename)


def _complete(home: Path, journal: Journal, rename: Rename) -> str:
    states = {step.file: _state(home, step) for step in journal.steps}
    old, new = (inside(home, path) for path in journal.move) if journal.move else (None, None)
    moved = old is not None and new is not None and not old.exists() and new.exists()
    if moved:
        # Everything had been written by then; and where the file was, there is none.
        states = dict.fromkeys(states, _State.NEW)
    begun = moved or _State.NEW in states.values()
    if begun and {_State.CHANGED, _State.UNPREPARED} & set(states.values()):
        raise WriteError(
            f"an earlier command was killed half-way, and files were changed since: {_listing(states)}. "
            f"Put this right by hand, then delete {home / JOURNAL}"
        )
    try:
        if begun:
            for step in journal.steps:
                if states[step.file] is _State.OLD:
                    inside(home, step.prepared).replace(inside(home, step.file))
            if old is not None and new is not None and not moved:
                rename(old, new)
    except OSError as error:
        reason = error.strerror or error
        raise WriteError(f"what a killed command left ({_listing(states)}) cannot be completed: {reason}") from error
    for step in journal.steps:
        remove(inside(home, step.prepared))
    if not begun:
        return "an earlier command was killed before it changed any file"
    return f"an earlier command was killed: {_listing(states)}. It was completed, and all is new now"


def _state(home: Path, step: Step) -> _State:
    now = digest(inside(home, step.file))
    if now == step.after:
        return _State.NEW
    if now != step.before:
        return _State.CHANGED
    return _State.OLD if digest(inside(home, step.prepared)) == step.after else _State.UNPREPARED


def _listing(states: dict[str, _State]) -> str:
    return ", ".join(f"{file} has {state.value}" for file, state in states.items())

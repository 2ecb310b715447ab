"""The history of proposals in git: when each was created and changed, the statuses that it had, and what branches add.

A build has it as ``view.history`` (:class:`~sphinxext_dep.sphinx.components.view.View`), read when it is first used; a
command makes a :class:`GitHistory`. Both give a :class:`History`::

    known = view.history.of(proposal.path)  # a ProposalHistory, or None: not committed, or no repository
    known.created.date, known.changed.date  # "2026-01-05", UTC
    for change in known.statuses:           # oldest first
        change.status, change.raw, change.commit.time, change.commit.id

A consumer (see :mod:`sphinxext_dep.sphinx.build.consumer`) that shows any of it is rewritten when a new commit changes
that. Nothing here comes from the clock.

:mod:`.reading` makes these records, :mod:`.log` reads the output of ``git log``, :mod:`.branches` reads what is not
merged, :mod:`.search` finds text in files and in messages of commits, and :mod:`.git` is the only module that starts
git.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinxext_dep.history.reading import (
        UNKNOWN,
        Commit,
        GitHistory,
        History,
        ProposalHistory,
        StatusChange,
        last_activity,
    )

__all__ = ["UNKNOWN", "Commit", "GitHistory", "History", "ProposalHistory", "StatusChange", "last_activity"]


def __getattr__(name: str) -> Any:
    """Import what is asked for (:pep:`562`): a search in files needs nothing that reads proposals."""
    if name in __all__:
        return getattr(importlib.import_module(f"{__name__}.reading"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

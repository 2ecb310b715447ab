"""The history of proposals: when each was created and last changed, and the statuses it went through, as git knows.

A build has it as ``view.history`` (:class:`~sphinxext_dep.sphinx.components.view.View`), read when it is first asked
for; a command makes a :class:`GitHistory`. Both give a :class:`History`::

    known = view.history.of(proposal.path)  # a ProposalHistory, or None: not committed, or no repository
    known.created.date, known.changed.date  # "2026-01-05", UTC
    for change in known.statuses:           # oldest first
        change.status, change.raw, change.commit.time, change.commit.id

A model that shows anything of it (see :mod:`sphinxext_dep.sphinx.build.consumer`) is rewritten when a new commit
changes that, like any other consumer. Nothing here comes from the clock.

The parts: :mod:`.record` is what there is to know; :mod:`.log` reads what ``git log`` printed; :mod:`.trace` follows
each file through it; :mod:`.texts` and :mod:`.statuses` say what each version held; :mod:`.ask` is what git is asked,
and :mod:`.repository` asks it and keeps the answer.
"""

from __future__ import annotations

from sphinxext_dep.history.record import UNKNOWN, Commit, History, ProposalHistory, StatusChange
from sphinxext_dep.history.repository import GitHistory

__all__ = ["UNKNOWN", "Commit", "GitHistory", "History", "ProposalHistory", "StatusChange"]

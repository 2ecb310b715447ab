"""The history of proposals in git: when each was created and changed, the statuses that it had, and what branches add.

A build has it as ``view.history`` (:class:`~sphinxext_dep.sphinx.components.view.View`), read when it is first used; a
command makes a :class:`GitHistory`. Both give a :class:`History`::

    known = view.history.of(proposal.path)  # a ProposalHistory, or None: not committed, or no repository
    known.created.date, known.changed.date  # "2026-01-05", UTC
    for change in known.statuses:           # oldest first
        change.status, change.raw, change.commit.time, change.commit.id

A consumer (see :mod:`sphinxext_dep.sphinx.components.view`) that shows any of it is rewritten when a new commit changes
that. Nothing here comes from the clock.

:mod:`.reading` makes these records, :mod:`.log` reads the output of ``git log``, :mod:`.branches` reads what is not
merged, :mod:`.search` finds text in files and in messages of commits, and :mod:`.git` is the only module that starts
git.
"""

"""When somebody last worked on each proposal that is still being written: what ``stalled`` judges."""

from __future__ import annotations

from pathlib import Path

from sphinxext_dep.core.catalog import Catalog
from sphinxext_dep.core.files import UnreadablePage, read_bytes
from sphinxext_dep.core.git import blob_name
from sphinxext_dep.core.history.record import History, ProposalHistory


def last_activity(history: History, root: Path, catalog: Catalog) -> dict[str, str]:
    """Path → day (ISO 8601) of the last commit of every proposal with the first status of the lifecycle.

    One whose file differs from what is committed is left out: somebody works on it. So is one that was last changed
    before a shallow clone begins: that may have been yesterday or years ago.
    """
    first = catalog.schema.lifecycle[:1]
    return {
        proposal.path: past.changed.date
        for proposal in catalog.proposals
        if proposal.status in first
        and (past := history.of(proposal.path)) is not None
        and past.changed.exact
        and is_committed(root / proposal.path, past)
    }


def is_committed(file: Path, past: ProposalHistory) -> bool:
    """Whether *file* holds what was committed last, line ends aside: a checkout may have changed those."""
    try:
        data = read_bytes(file)
    except UnreadablePage:
        return False
    return any(blob_name(text, past.blob) == past.blob for text in (data, data.replace(b"\r\n", b"\n")))

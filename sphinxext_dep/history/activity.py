"""When somebody last worked on each proposal that is still being written: what ``stalled`` judges."""

from __future__ import annotations

from pathlib import Path

from sphinxext_dep.history.git import blob_name
from sphinxext_dep.history.record import History, ProposalHistory
from sphinxext_dep.history.texts import blobs_of
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.files import JOINT, UnreadablePage, read_joined


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
        and is_committed(root / proposal.path, past, catalog.schema.sidecar)
    }


def is_committed(file: Path, past: ProposalHistory, sidecar: str = "") -> bool:
    """Whether *file* holds what was committed last, line ends aside: a checkout may have changed those.

    :param sidecar: the name of the file beside it that holds its header, if the process has one.
    """
    try:
        parts = read_joined(file, sidecar).split(JOINT)
    except UnreadablePage:
        return False
    names = blobs_of(past.blob)
    return len(parts) == len(names) and all(
        name in (blob_name(data, name), blob_name(data.replace(b"\r\n", b"\n"), name))
        for data, name in zip(parts, names, strict=True)
    )

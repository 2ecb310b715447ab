"""The history of proposals, as records."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

import msgspec

from sphinxext_dep.history.git import blob_name
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.files import JOINT, UnreadablePage, read_joined

SIDECAR_SEPARATOR = "+"
"""Between the object names of a page and of the file beside it."""


class Commit(msgspec.Struct, frozen=True, gc=False):
    """The commit that made a change.

    :param id: the full object name.
    :param time: seconds since 1970, UTC: the *committer's* date. It is when the change became part of this history, and
        it never runs backwards along it. An author's date survives rebasing: by it, a decision that was merged today
        could be a year old.
    :param exact: false where a shallow clone ends: the change was made by this commit or an earlier one.
    """

    id: str
    time: int
    exact: bool = True

    @property
    def date(self) -> str:
        """The day in UTC, in ISO 8601."""
        return datetime.datetime.fromtimestamp(self.time, datetime.UTC).date().isoformat()


class StatusChange(msgspec.Struct, frozen=True, gc=False):
    """From this commit on the proposal had this status.

    :param status: the canonical name; ``None`` when the page had none, or it is not one of the process (any more).
    :param raw: as it was written then, on one line; empty when the page had none.
    """

    commit: Commit
    status: str | None
    raw: str

    @property
    def date(self) -> str:
        """The day in UTC, in ISO 8601."""
        return self.commit.date


class ProposalHistory(msgspec.Struct, frozen=True, gc=False):
    """The history of one proposal, under all the names that its file had.

    :param created: the commit that added the first of its files.
    :param changed: the last commit that touched it: text, name, or both. A merge counts only where it changed the file
        itself.
    :param statuses: oldest first, never the same twice in a row; the first is the status it was created with. Every
        change on every branch that was merged is there, in the order of the history.
    :param blob: object name of the text that is committed now; with ``+`` and that of the file beside it, if any.
    """

    created: Commit
    changed: Commit
    statuses: tuple[StatusChange, ...]
    blob: str

    @property
    def is_complete(self) -> bool:
        """False if a shallow clone cuts off its beginning."""
        return self.created.exact


class History(msgspec.Struct, frozen=True):
    """The history of all proposals of a project.

    :param proposals: by the proposal's path. One that was never committed has none.
    :param notes: what is not known and why, as sentences for a person; each once.
    :param known: true if there is a repository that git could read.
    """

    proposals: Mapping[str, ProposalHistory]
    notes: tuple[str, ...] = ()
    known: bool = True

    def of(self, path: str) -> ProposalHistory | None:
        """The history of the proposal *path*; ``None`` when it was never committed, or nothing is known."""
        return self.proposals.get(path)


UNKNOWN = History({}, (), known=False)
"""The history of a project that is in no repository, or has switched histories off."""


def last_activity(history: History, root: Path, catalog: Catalog) -> dict[str, str]:
    """Path → day (ISO 8601) of the last commit of every proposal with the first status of the lifecycle.

    A proposal whose file differs from what is committed is left out: it is being edited. So is one that was last
    changed before a shallow clone begins: that may have been yesterday or years ago.
    """
    first = catalog.schema.lifecycle[:1]
    return {
        proposal.path: known.changed.date
        for proposal in catalog.proposals
        if proposal.status in first
        and (known := history.of(proposal.path)) is not None
        and known.changed.exact
        and _is_committed(root / proposal.path, known, catalog.schema.sidecar)
    }


def _is_committed(file: Path, history: ProposalHistory, sidecar: str) -> bool:
    """True if *file* holds what was committed last, line ends aside: a checkout may have changed those.

    :param sidecar: the name of the file beside it that holds its header, if the process has one.
    """
    try:
        parts = read_joined(file, sidecar).split(JOINT)
    except UnreadablePage:
        return False
    names = history.blob.split(SIDECAR_SEPARATOR)
    return len(parts) == len(names) and all(
        name in (blob_name(data, name), blob_name(data.replace(b"\r\n", b"\n"), name))
        for data, name in zip(parts, names, strict=True)
    )

"""What is known of the past of proposals."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import msgspec


class Commit(msgspec.Struct, frozen=True, gc=False):
    """When something happened.

    :param id: the commit's full object name.
    :param time: seconds since 1970, UTC: the *committer's* date. It is when the change became part of this history, and
        it never runs backwards along it. An author's date survives rebasing: by it, a decision that was merged today
        could be a year old.
    :param exact: false for the edge of a shallow clone, where all that is known is that it happened then or earlier.
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
    """The past of one proposal, under all the names its file had.

    :param created: the commit that brought the first of its files.
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
        """Whether it is known from its beginning: false where a shallow clone ends."""
        return self.created.exact


class History(msgspec.Struct, frozen=True):
    """The past of all proposals of a project.

    :param proposals: by the proposal's path. One that was never committed has none.
    :param notes: what could not be known and why, for a person; each is said once.
    :param known: whether there is a repository at all, and git could read it.
    """

    proposals: Mapping[str, ProposalHistory]
    notes: tuple[str, ...] = ()
    known: bool = True

    def of(self, path: str) -> ProposalHistory | None:
        """The past of the proposal *path*; ``None`` when it was never committed, or nothing is known."""
        return self.proposals.get(path)


UNKNOWN = History({}, (), known=False)
"""Of a project that is in no repository, or does not want to know."""

"""Versions of a file become the history of a proposal, with the status that each states: read by the one reader."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePosixPath

from sphinxext_dep.headers.page import read_page
from sphinxext_dep.history.record import Commit, ProposalHistory, StatusChange
from sphinxext_dep.history.trace import Version
from sphinxext_dep.model.files import SUFFIXES
from sphinxext_dep.model.schema import Schema
from sphinxext_dep.model.source import UnreadablePage, decode

Said = tuple[str | None, str]
"""What a text says of the status: its canonical name and how it is written."""

_LONGEST = 200
"""Characters of a status as written that are kept; more is no status."""


def read_status(data: bytes, path: str, schema: Schema) -> Said:
    """What the page *path* said of its status when it held *data*. Never raises: what cannot be read says nothing."""
    try:
        proposal = read_page(decode(path, data, schema.sidecar_of(path)), schema).proposal
    except UnreadablePage:
        return None, ""
    return proposal.status, " ".join(proposal.status_raw.split())[:_LONGEST]


def name_of(version: Version, path: str) -> str:
    """The name that says how *version* of the proposal *path* is spelt: its own, or today's if that was no page's."""
    return version.path if PurePosixPath(version.path).suffix in SUFFIXES else path


def proposal_history(
    versions: Sequence[Version], said: Mapping[str, Said], path: str, edge: Collection[str]
) -> ProposalHistory | None:
    """The history that *versions* (oldest first) make up.

    :param said: :func:`key_of` → what that text says; without what could not be had, as in a partial clone.
    :param path: the proposal's path today.
    :param edge: the commits whose parents are cut off.
    """
    if not versions:
        return None
    statuses: list[StatusChange] = []
    for version in versions:
        now = said.get(key_of(version, path))
        if now is None:
            continue
        before = {said[key] for item in version.before if (key := key_of(item, path)) in said}
        # A merge may settle which of two statuses it is to be.
        if (now not in before or len(before) > 1) and (not statuses or now != (statuses[-1].status, statuses[-1].raw)):
            statuses.append(StatusChange(_commit(version, edge), *now))
    return ProposalHistory(
        created=_commit(versions[0], edge),
        changed=_commit(versions[-1], edge),
        statuses=tuple(_merged(statuses)),
        blob=versions[-1].blob,
    )


def key_of(version: Version, path: str) -> str:
    """Suffix and blob: all that decides what *version* of the proposal *path* says."""
    return f"{PurePosixPath(name_of(version, path)).suffix}:{version.blob}"


def _merged(statuses: Sequence[StatusChange]) -> list[StatusChange]:
    """*statuses* without those that only spell the one before in another way."""
    kept: list[StatusChange] = []
    for change in statuses:
        if not kept or change.status is None or change.status != kept[-1].status:
            kept.append(change)
    return kept


def _commit(version: Version, edge: Collection[str]) -> Commit:
    return Commit(version.commit.id, version.commit.time, version.commit.id not in edge)

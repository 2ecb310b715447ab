"""Asks git for the history of all proposals at once, and keeps the answer for as long as nothing is committed.

Two calls bring it, however many proposals there are: a log, and the texts of their versions. A second pair follows
proposals that were brought from another directory. Nothing is asked again while ``HEAD`` is the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from sphinxext_dep.history.ask import Head, committed, follow, objects, read_head
from sphinxext_dep.history.git import GitError, try_git
from sphinxext_dep.history.log import EXACT_RENAMES, RENAMES
from sphinxext_dep.history.record import UNKNOWN, History, ProposalHistory
from sphinxext_dep.history.statuses import Said, key_of, proposal_history
from sphinxext_dep.history.texts import joined, read_texts
from sphinxext_dep.history.trace import Version
from sphinxext_dep.history.work_trees import Places, find_places
from sphinxext_dep.model.schema import Schema


class _Kept(msgspec.Struct):
    """What is kept between runs.

    :param key: of what it was made.
    :param asked: the paths that were looked for.
    :param said: suffix and blob → what that text says of its status.
    """

    key: str
    asked: frozenset[str]
    history: History
    said_by: str
    said: dict[str, Said]


class GitHistory:
    """The history of the proposals of a project, as far as git has it.

    :param root: what the proposals' paths are relative to.
    :param paths: the proposals.
    :param salt: changes when the same text would be read otherwise: another version, another process.
    :param kept: a file to keep the answer in.
    """

    def __init__(self, root: Path, paths: Iterable[str], salt: str, kept: Path | None = None) -> None:
        self.paths = frozenset(paths)
        self._salt = salt
        self._file = kept
        self._places: list[Places] = find_places(root, self.paths)
        self._heads = [read_head(places.top) for places in self._places]

    @property
    def key(self) -> str:
        """Changes whenever the history could, apart from which proposals there are. It costs one call of git."""
        state = [(str(places.top), head) for places, head in zip(self._places, self._heads, strict=True)]
        return hashlib.blake2b(msgspec.msgpack.encode((self._salt, state)), digest_size=16).hexdigest()

    def read(self, schema: Schema) -> History:
        """The history; asked of git only when what was kept does not hold any more."""
        if not self._places:
            return UNKNOWN
        kept = self._load()
        if kept is not None and kept.key == self.key and kept.asked >= self.paths:
            return kept.history
        said = kept.said if kept is not None and kept.said_by == self._salt else {}
        found: dict[str, ProposalHistory] = {}
        used: dict[str, Said] = {}
        notes: list[str] = []
        known = False
        for places, head in zip(self._places, self._heads, strict=True):
            try:
                proposals, note = _read_repository(places, head, schema, said, used)
            except (GitError, ValueError) as error:
                notes.append(f"the history of proposals is not known: {error}")
                continue
            known = True
            found |= proposals
            notes += note
        history = History(found, tuple(dict.fromkeys(notes)), known)
        if known:
            self._save(_Kept(self.key, self.paths, history, self._salt, used))
        return history

    def _load(self) -> _Kept | None:
        with contextlib.suppress(OSError, msgspec.DecodeError, msgspec.ValidationError):
            if self._file is not None:
                return msgspec.msgpack.decode(self._file.read_bytes(), type=_Kept)
        return None

    def _save(self, kept: _Kept) -> None:
        # Not being able to keep it is no misfortune; a name that is no Unicode cannot be written.
        with contextlib.suppress(OSError, ValueError):
            if self._file is not None:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                data = msgspec.msgpack.encode(kept)
                partial = self._file.with_name(f"{self._file.name}.{os.getpid()}")
                partial.write_bytes(data)
                partial.replace(self._file)


def _read_repository(
    places: Places, head: Head, schema: Schema, said: Mapping[str, Said], used: dict[str, Said]
) -> tuple[dict[str, ProposalHistory], list[str]]:
    """The history of the proposals in one repository, by their paths, and what is to be said about it.

    :param said: what is known of texts from an earlier run.
    :param used: takes what of it still matters, and what is new.
    :raises GitError: when git fails.
    """
    if head.problem:
        raise GitError(head.problem)
    if not head.commit:
        return {}, []
    is_partial = bool(try_git(places.top, "config", "--get-regexp", r"^remote\..*\.promisor$").stdout)
    beside = {inside: schema.sidecar_of(inside) for inside in places.paths.values()} if schema.sidecar else {}
    files = committed(places, head, {*places.paths.values(), *beside.values()})
    trace = follow(places, head, files, EXACT_RENAMES if is_partial else RENAMES)
    versions: dict[str, list[Version]] = {}
    for path, inside in places.paths.items():
        if inside in files:
            versions[path] = trace.versions(inside, files[inside])
            if (other := beside.get(inside)) in files and other is not None:
                versions[path] = joined(versions[path], trace.versions(other, files[other]))
    here = objects(places.top) if is_partial else None
    read_texts(places.top, versions, schema, said, used, here)
    edge = frozenset(head.edge)
    found = {
        path: history
        for path, items in versions.items()
        if (history := proposal_history(items, used, path, edge)) is not None
    }
    notes = []
    if any(not history.is_complete for history in found.values()):
        notes.append(
            "the repository is a shallow clone: what happened before it begins is not known, nor when "
            "proposals that are older were created"
        )
    if not is_partial and any(
        item.blob and key_of(item, path) not in used for path, items in versions.items() for item in items
    ):
        notes.append(
            "the repository is damaged: statuses in texts that it has lost are not known; `git fsck` tells more"
        )
    if is_partial:
        notes.append(
            "the repository is a partial clone: statuses in texts that it does not hold are not known, nor is "
            "what a file was called before it was renamed and changed at once"
        )
    return found, notes

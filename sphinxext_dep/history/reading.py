"""The history of proposals: its records, and their reader, which keeps them for as long as nothing is committed.

Two calls read it, however many proposals there are: a log, and the texts of their versions. A second pair follows
proposals that were moved here from another directory. Nothing is read again while ``HEAD`` is the same.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

import msgspec

from sphinxext_dep.headers.page import read_page
from sphinxext_dep.history.git import (
    GitError,
    blob_name,
    complaint,
    held_objects,
    is_partial,
    list_files,
    read_blobs,
    run_git,
    try_git,
)
from sphinxext_dep.history.log import EXACT_RENAMES, OPTIONS, RENAMES, Trace, Version, added, read_log
from sphinxext_dep.history.repositories import Repository, find_repositories, is_within
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.files import JOINT, PAGE_SUFFIXES, UnreadablePage, read_joined
from sphinxext_dep.model.schema import Schema

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


StatedStatus = tuple[str | None, str]
"""The status in a text: its canonical name, and as it is written."""

_MAX_FILES = 64
"""Files that are followed one by one; of more, their directories are."""

_ROUNDS = 5
"""The number of times that a proposal is followed into another directory."""

_BATCH = 200
"""Texts that are in memory at once: those of all versions could fill it."""

_MAX_STATUS = 200
"""Characters of a status as written that are kept; more is no status."""


class _Cached(msgspec.Struct):
    """The content of the cache file.

    :param key: of the repositories' states.
    :param paths: the proposals that were looked for.
    :param reader: the ``salt`` with which *statuses* were read.
    :param statuses: suffix and blob → the status in that text.
    """

    key: str
    paths: frozenset[str]
    history: History
    reader: str
    statuses: dict[str, StatedStatus]


class GitHistory:
    """The history of the proposals of a project, as far as git has it.

    :param root: the directory that the proposals' paths are relative to.
    :param paths: the proposals.
    :param salt: changes when the same text would be read otherwise: another version, another process.
    :param cache: a file to keep the history in.
    """

    def __init__(self, root: Path, paths: Iterable[str], salt: str, cache: Path | None = None) -> None:
        self.paths = frozenset(paths)
        self._root = os.path.realpath(root)
        self._salt = salt
        self._file = cache
        self._repositories = find_repositories(root, self.paths)
        self._heads = [read_head(repository.top) for repository in self._repositories]

    @property
    def key(self) -> str:
        """Changes whenever the history could, other than by which proposals there are."""
        state = [
            (str(repository.top), repository.links(self._root), head)
            for repository, head in zip(self._repositories, self._heads, strict=True)
        ]
        return hashlib.blake2b(msgspec.msgpack.encode((self._salt, state)), digest_size=16).hexdigest()

    def read(self, schema: Schema) -> History:
        """The history; from the cache when nothing was committed since."""
        if not self._repositories:
            return UNKNOWN
        cached = self._load()
        if cached is not None and cached.key == self.key and cached.paths >= self.paths:
            return cached.history
        known = cached.statuses if cached is not None and cached.reader == self._salt else {}
        found: dict[str, ProposalHistory] = {}
        statuses: dict[str, StatedStatus] = {}
        notes: list[str] = []
        is_known = False
        for repository, head in zip(self._repositories, self._heads, strict=True):
            try:
                proposals, remarks = _read_repository(repository, head, schema, known, statuses)
            except (GitError, ValueError) as error:
                notes.append(f"the history of proposals is not known: {error}")
                continue
            is_known = True
            found |= proposals
            notes += remarks
        history = History(found, tuple(dict.fromkeys(notes)), is_known)
        if is_known:
            self._save(_Cached(self.key, self.paths, history, self._salt, statuses))
        return history

    def _load(self) -> _Cached | None:
        with contextlib.suppress(OSError, msgspec.DecodeError, msgspec.ValidationError):
            if self._file is not None:
                return msgspec.msgpack.decode(self._file.read_bytes(), type=_Cached)
        return None

    def _save(self, cached: _Cached) -> None:
        # Without a cache the next run is slower. A name that is no Unicode cannot be written.
        with contextlib.suppress(OSError, ValueError):
            if self._file is not None:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                data = msgspec.msgpack.encode(cached)
                partial = self._file.with_name(f"{self._file.name}.{os.getpid()}")
                partial.write_bytes(data)
                partial.replace(self._file)


def _read_repository(
    repository: Repository,
    head: Head,
    schema: Schema,
    known: Mapping[str, StatedStatus],
    statuses: dict[str, StatedStatus],
) -> tuple[dict[str, ProposalHistory], list[str]]:
    """The histories of the proposals in one repository, by their paths, and remarks for a person.

    :param known: the statuses in texts that an earlier run read.
    :param statuses: takes the statuses in the texts of this history.
    :raises GitError: when git fails.
    """
    if head.problem:
        raise GitError(head.problem)
    if not head.commit:
        return {}, []
    partial = is_partial(repository.top)
    names = repository.paths.values()
    sidecars = {name: schema.sidecar_of(name) for name in names} if schema.sidecar else {}
    wanted = {*names, *sidecars.values()}
    files = list_files(repository.top, head.commit, repository.directories)
    files = {path: blob for path, blob in files.items() if path in wanted}
    trace = _follow(repository, head, files, EXACT_RENAMES if partial else RENAMES)
    versions: dict[str, list[Version]] = {}
    for path, name in repository.paths.items():
        if name in files:
            versions[path] = trace.versions(name, files[name])
            if (sidecar := sidecars.get(name)) in files and sidecar is not None:
                versions[path] = _with_sidecar(versions[path], trace.versions(sidecar, files[sidecar]))
    available = held_objects(repository.top) if partial else None
    _read_statuses(repository.top, versions, schema, known, statuses, available)
    found = {path: _proposal_history(items, statuses, path, head.shallow) for path, items in versions.items() if items}
    notes = []
    if any(not history.is_complete for history in found.values()):
        notes.append(
            "the repository is a shallow clone: what happened before it begins is not known, nor when "
            "proposals that are older were created"
        )
    if partial:
        notes.append(
            "the repository is a partial clone: statuses in texts that it does not hold are not known, nor is "
            "what a file was called before it was renamed and changed at once"
        )
    elif any(item.blob and _key(item, path) not in statuses for path, items in versions.items() for item in items):
        notes.append("the repository is damaged: statuses in texts that it has lost are not known; see `git fsck`")
    return found, notes


# --- heads ------------------------------------------------------------------------------------------------------------


class Head(msgspec.Struct, frozen=True):
    """The commit that is checked out.

    :param commit: empty before the first commit, and when git fails.
    :param shallow: the commits at which a shallow clone ends.
    :param problem: the error, when git fails.
    """

    commit: str
    shallow: tuple[str, ...] = ()
    problem: str = ""


def read_head(top: Path) -> Head:
    """The head of the repository with the work tree *top*, with one call."""
    try:
        done = try_git(top, "rev-parse", "--git-path", "shallow", "--verify", "HEAD^{commit}")
    except GitError as error:
        return Head("", problem=error.message)
    lines = done.stdout.decode(errors="surrogateescape").splitlines()
    if done.returncode:
        is_unborn = bool(lines) and "single revision" in complaint(done)
        return Head("", problem="" if is_unborn else f"git: {complaint(done)}")
    shallow: tuple[str, ...] = ()
    with contextlib.suppress(OSError):
        shallow = tuple((top / lines[0]).read_text(encoding="ascii", errors="replace").split())
    return Head(lines[-1], shallow)


# --- versions of files ------------------------------------------------------------------------------------------------


def _follow(repository: Repository, head: Head, files: Mapping[str, str], renames: tuple[str, ...]) -> Trace:
    """The versions of *files*, also from before they were moved here from other directories."""
    directories = list(repository.directories)
    trace = _trace(repository.top, head, directories, renames)
    for _ in range(_ROUNDS):
        origins = _origins(repository.top, added(trace, files), renames)
        others = {origin for origin in origins if not is_within(origin, directories)}
        if not others:
            break
        directories += sorted(others)
        trace = _trace(repository.top, head, directories, renames)
    return trace


def _trace(top: Path, head: Head, directories: Iterable[str], renames: tuple[str, ...]) -> Trace:
    order = ("--date-order", "--reverse", "--parents")
    return Trace(read_log(run_git(top, "log", *OPTIONS, *renames, *order, head.commit, "--", *directories)))


def _origins(top: Path, additions: Mapping[str, set[str]], renames: tuple[str, ...]) -> set[str]:
    """The paths, or their directories, from which *additions* (commit → added paths) were moved."""
    if not additions:
        return set()
    names = "\n".join(additions).encode() + b"\n"
    output = run_git(top, "log", *OPTIONS, *renames, "--no-walk=unsorted", "--diff-filter=R", "--stdin", stdin=names)
    found: set[str] = set()
    for commit in read_log(output):
        for change in commit.changes:
            if change.after.path in additions[commit.id]:
                found.add(change.before[0].path)
    if len(found) <= _MAX_FILES:
        return found
    return {str(PurePosixPath(path).parent) if "/" in path else path for path in found}


def _with_sidecar(page: Sequence[Version], sidecar: Sequence[Version]) -> list[Version]:
    """The versions of a page and of the file beside it that holds its header, as those of one text.

    Each is made from the one before: which branch a file came from does not matter to the other, and both together have
    one line of history.
    """
    made: list[Version] = []
    blobs = {True: "", False: ""}
    steps = [(item, True) for item in page] + [(item, False) for item in sidecar]
    for version, is_page in sorted(steps, key=lambda step: (step[0].order, not step[1])):
        blobs[is_page] = version.blob
        blob = SIDECAR_SEPARATOR.join(part for part in (blobs[True], blobs[False]) if part) if blobs[True] else ""
        path = version.path if is_page else made[-1].path if made else version.path
        if made and made[-1].order == version.order:
            made.pop()
        made.append(Version(version.commit, version.order, path, blob, tuple(made[-1:])))
    return made


# --- statuses ---------------------------------------------------------------------------------------------------------


def _read_statuses(
    top: Path,
    versions: Mapping[str, list[Version]],
    schema: Schema,
    known: Mapping[str, StatedStatus],
    statuses: dict[str, StatedStatus],
    available: frozenset[str] | None,
) -> None:
    """Read into *statuses* the status in every version.

    :param available: the texts that can be read; ``None`` for all.
    """
    wanted: dict[str, set[str]] = {}
    for path, items in versions.items():
        for item in items:
            key = _key(item, path)
            if key in known:
                statuses[key] = known[key]
            elif key not in statuses and item.blob:
                wanted.setdefault(item.blob, set()).add(_name(item, path))
    blobs = sorted(blob for blob in wanted if available is None or available.issuperset(blob.split(SIDECAR_SEPARATOR)))
    for start in range(0, len(blobs), _BATCH):
        batch = blobs[start : start + _BATCH]
        texts = read_blobs(top, {part for blob in batch for part in blob.split(SIDECAR_SEPARATOR)})
        for blob in batch:
            parts = [texts[part] for part in blob.split(SIDECAR_SEPARATOR) if part in texts]
            if len(parts) <= blob.count(SIDECAR_SEPARATOR):
                continue  # the repository is damaged: the status is not known, which is not the same as none
            for name in wanted[blob]:
                statuses[f"{PurePosixPath(name).suffix}:{blob}"] = _read_status(JOINT.join(parts), name, schema)


def _read_status(data: bytes, path: str, schema: Schema) -> StatedStatus:
    """The status in the page *path* when it held *data*; none when it cannot be read."""
    try:
        proposal = read_page(schema.decode(path, data), schema).proposal
    except UnreadablePage:
        return None, ""
    return proposal.status, " ".join(proposal.status_raw.split())[:_MAX_STATUS]


def _name(version: Version, path: str) -> str:
    """The name by which *version* of the proposal *path* is read: its own, or today's if that was no page's."""
    return version.path if version.path.endswith((*PAGE_SUFFIXES, PurePosixPath(path).suffix)) else path


def _key(version: Version, path: str) -> str:
    """Suffix and blob of *version* of the proposal *path*: they decide how it is read."""
    return f"{PurePosixPath(_name(version, path)).suffix}:{version.blob}"


def _proposal_history(
    versions: Sequence[Version], statuses: Mapping[str, StatedStatus], path: str, shallow: Collection[str]
) -> ProposalHistory:
    """The history of the proposal *path* from its versions, oldest first; at least one.

    :param statuses: :func:`_key` → status; without those that are not known, as in a partial clone.
    :param shallow: the commits whose parents are cut off.
    """
    changes: list[StatusChange] = []
    for version in versions:
        now = statuses.get(_key(version, path))
        if now is None:
            continue
        before = {statuses[key] for item in version.before if (key := _key(item, path)) in statuses}
        # A merge may settle which of two statuses it is to be.
        if (now not in before or len(before) > 1) and (not changes or now != (changes[-1].status, changes[-1].raw)):
            changes.append(StatusChange(_commit(version, shallow), *now))
    kept: list[StatusChange] = []
    for change in changes:
        # Another way to write the same status is no change.
        if not kept or change.status is None or change.status != kept[-1].status:
            kept.append(change)
    return ProposalHistory(
        _commit(versions[0], shallow), _commit(versions[-1], shallow), tuple(kept), versions[-1].blob
    )


def _commit(version: Version, shallow: Collection[str]) -> Commit:
    return Commit(version.commit.id, version.commit.time, version.commit.id not in shallow)

"""Asks git for the history of all proposals at once, and keeps the answer for as long as nothing is committed.

Two calls bring it, however many proposals there are: a log, and the texts of their versions. A second pair follows
proposals that were brought from another directory. Nothing is asked again while ``HEAD`` is the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path, PurePosixPath

import msgspec

from sphinxext_dep.core.git import GitError, complaint, read_blobs, run_git, try_git
from sphinxext_dep.core.history.log import EXACT_RENAMES, OPTIONS, RENAMES, read_log
from sphinxext_dep.core.history.places import Places, covers, find_places
from sphinxext_dep.core.history.record import UNKNOWN, History, ProposalHistory
from sphinxext_dep.core.history.statuses import Said, key_of, name_of, proposal_history, read_status, with_sidecars
from sphinxext_dep.core.history.trace import Trace, Version, born
from sphinxext_dep.core.schema import Schema

_ROUNDS = 5
"""So often a proposal is followed into one more directory that its files came from."""

_BATCH = 200
"""Texts that are held at once while statuses are read: those of all versions could fill the memory."""


class _Head(msgspec.Struct, frozen=True):
    """Where a repository stands.

    :param commit: what ``HEAD`` names; empty before the first commit, and when git cannot say.
    :param edge: the commits at which a shallow clone ends.
    :param problem: why git could not say.
    """

    commit: str
    edge: tuple[str, ...] = ()
    problem: str = ""


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
        self._heads = [_read_head(places.top) for places in self._places]

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


def _read_head(top: Path) -> _Head:
    try:
        done = try_git(top, "rev-parse", "--git-path", "shallow", "--verify", "HEAD^{commit}")
    except GitError as error:
        return _Head("", problem=error.message)
    lines = done.stdout.decode(errors="surrogateescape").splitlines()
    if done.returncode:
        unborn = bool(lines) and "single revision" in complaint(done)
        return _Head("", problem="" if unborn else f"git: {complaint(done)}")
    edge: tuple[str, ...] = ()
    with contextlib.suppress(OSError):
        edge = tuple((top / lines[0]).read_text(encoding="ascii", errors="replace").split())
    return _Head(lines[-1], edge)


def _read_repository(
    places: Places, head: _Head, schema: Schema, said: Mapping[str, Said], used: dict[str, Said]
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
    names = dict(places.paths)
    if schema.sidecar:
        names |= {schema.sidecar_of(path): schema.sidecar_of(inside) for path, inside in places.paths.items()}
    files = _committed(places, head, set(names.values()))
    trace = _follow(places, head, files, EXACT_RENAMES if is_partial else RENAMES)
    versions = {path: trace.versions(inside, files[inside]) for path, inside in names.items() if inside in files}
    here = _objects(places.top) if is_partial else None
    _read_texts(places, versions, schema, said, used, here)
    edge = frozenset(head.edge)
    found = {
        path: history
        for path, items in versions.items()
        if (history := proposal_history(items, used, path, edge)) is not None
    }
    if schema.sidecar:
        found = with_sidecars(found, places.paths, schema)
    notes = []
    if any(not history.is_complete for history in found.values()):
        notes.append(
            "the repository is a shallow clone: what happened before it begins is not known, nor when "
            "proposals that are older were created"
        )
    if is_partial:
        notes.append(
            "the repository is a partial clone: statuses in texts that it does not hold are not known, nor is "
            "what a file was called before it was renamed and changed at once"
        )
    return found, notes


def _committed(places: Places, head: _Head, wanted: Collection[str]) -> dict[str, str]:
    """Path → blob of every file of *wanted* that is committed."""
    output = run_git(places.top, "ls-tree", "-r", "-z", "--full-tree", head.commit, "--", *places.within)
    files: dict[str, str] = {}
    for entry in output.split(b"\0"):
        meta, _, name = entry.partition(b"\t")
        path = name.decode(errors="surrogateescape")
        if path in wanted and meta.startswith(b"100"):
            files[path] = meta.split()[2].decode()
    return files


def _objects(top: Path) -> frozenset[str]:
    """The objects that a partial clone holds. Git gives up when it is asked for another one and may not fetch it."""
    output = run_git(top, "cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)")
    return frozenset(output.decode().split())


def _follow(places: Places, head: _Head, files: Mapping[str, str], renames: tuple[str, ...]) -> Trace:
    """The versions of *files*, also from before they were brought here from other directories."""
    directories = list(places.within)
    trace = _trace(places.top, head, directories, renames)
    for _ in range(_ROUNDS):
        elsewhere = {
            origin for origin in _origins(places.top, born(trace, files), renames) if not covers(directories, origin)
        }
        if not elsewhere:
            break
        directories += sorted(elsewhere)
        trace = _trace(places.top, head, directories, renames)
    return trace


def _trace(top: Path, head: _Head, directories: Iterable[str], renames: tuple[str, ...]) -> Trace:
    output = run_git(
        top, "log", *OPTIONS, *renames, "--date-order", "--reverse", "--parents", head.commit, "--", *directories
    )
    return Trace(read_log(output))


def _origins(top: Path, births: Mapping[str, set[str]], renames: tuple[str, ...]) -> set[str]:
    """Where files that seem to be new in a commit (*births*: commit → paths) were moved from."""
    if not births:
        return set()
    names = "\n".join(births).encode() + b"\n"
    output = run_git(top, "log", *OPTIONS, *renames, "--no-walk=unsorted", "--diff-filter=R", "--stdin", stdin=names)
    found: set[str] = set()
    for commit in read_log(output):
        for change in commit.changes:
            if change.after.path in births[commit.id]:
                source = change.before[0].path
                directory = str(PurePosixPath(source).parent)
                # What lay at the top is followed by its name: all of the repository is not.
                found.add(source if directory == "." else directory)
    return found


def _read_texts(
    places: Places,
    versions: Mapping[str, list[Version]],
    schema: Schema,
    said: Mapping[str, Said],
    used: dict[str, Said],
    here: frozenset[str] | None,
) -> None:
    """Read into *used* what every version says of its status.

    :param here: the texts that can be read; ``None`` when all can.
    """
    wanted: dict[str, set[str]] = {}
    for path, items in versions.items():
        for item in items:
            key = key_of(item, path)
            if key in said:
                used[key] = said[key]
            elif key not in used and item.blob:
                wanted.setdefault(item.blob, set()).add(name_of(item, path))
    names = sorted(wanted if here is None else wanted.keys() & here)
    for start in range(0, len(names), _BATCH):
        chunk = names[start : start + _BATCH]
        for blob, data in read_blobs(places.top, chunk).items():
            for name in wanted[blob]:
                used[f"{PurePosixPath(name).suffix}:{blob}"] = read_status(data, name, schema)

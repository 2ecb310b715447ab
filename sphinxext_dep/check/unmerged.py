"""Proposals that are not merged yet: the pages of branches and pull requests, judged as they would be on merging.

A draft is the page of one branch. Its record is the same :class:`~sphinxext_dep.model.proposal.Proposal` as that of a
merged page. It is judged by the same rules, among the proposals of the base and of its branch. Everything on a branch
is untrusted, and nothing on it makes a build fail.
"""

from __future__ import annotations

import contextlib
import datetime
import enum
import hashlib
import operator
import os
import pickle
import re
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import msgspec

from sphinxext_dep.check.check import Checked, Judgement, check_bytes, diagnostic, effective, judge
from sphinxext_dep.check.rule import Registry, Role
from sphinxext_dep.fields import type_of
from sphinxext_dep.fields.base import NOWHERE
from sphinxext_dep.fields.links import url_problem
from sphinxext_dep.history.branches import (
    FETCH_ALL,
    NOTHING_KNOWN,
    Branch,
    Branches,
    ChangedFile,
    Known,
    Ref,
    read_base,
    read_branches,
    read_refs,
)
from sphinxext_dep.history.git import GitError, is_partial, read_blobs
from sphinxext_dep.history.repositories import Place as RepositoryPlace
from sphinxext_dep.history.repositories import ProposalRepositories, ProposalRepository
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.config import Config, Forge, UnmergedSettings, schema_digest
from sphinxext_dep.model.diagnostics import Diagnostic, Severity
from sphinxext_dep.model.files import JOINT, MAX_PAGE_BYTES, is_excluded_name, is_set_aside, is_source, lead_of
from sphinxext_dep.model.numbers import digits_of, file_number
from sphinxext_dep.model.proposal import FieldValue, Person, Proposal, RawField, State
from sphinxext_dep.model.schema import Schema
from sphinxext_dep.model.source import Source, Span
from sphinxext_dep.query.columns import Origin
from sphinxext_dep.version import __version__

_NAMED = 5
"""So many branches with pages that cannot be read are named."""
_DIGITS = re.compile(r"[0-9]+")


class Place(enum.StrEnum):
    """The place of a draft's page in the repository."""

    PROPOSALS = "proposals"
    """A page that would be a proposal on the base."""
    TEMPLATE = "template"
    """A template, edited into a proposal."""
    OTHER = "other"
    """Outside the directories of proposals."""


class Draft(msgspec.Struct, frozen=True, gc=False):
    """A proposal on a branch.

    :param diagnostics: as they would be on merging, but never errors.
    :param has_header: false for a page without any field, in the directory of proposals.
    :param changes: the path of the merged page that it changes; empty for a new proposal.
    :param removed: the paths of pages that its branch removes, or gives another name.
    :param companions: the paths of other pages that the branch brings.
    :param elsewhere: the names of other branches with a page of the same path.
    :param top: the work tree of its repository.
    :param forge: where its repository is on the web, if that is known.
    """

    branch: Branch
    proposal: Proposal
    diagnostics: tuple[Diagnostic, ...]
    place: Place
    blob: str
    has_header: bool = True
    changes: str = ""
    removed: frozenset[str] = frozenset()
    companions: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    top: str = ""
    forge: Forge | None = None

    @property
    def name(self) -> str:
        """The branch and the path, as git names a file of a commit: ``pull/52:deps/0012-retry.md``."""
        return f"{self.branch.name}:{self.proposal.path}"

    @property
    def title(self) -> str:
        """The title of the page, else that of the pull request, else the words of the file's name."""
        request = self.branch.request
        return self.proposal.title or (request.title if request is not None else "") or self.proposal.slug

    @property
    def begun(self) -> str:
        """The day of the first commit (ISO 8601, UTC)."""
        return self.branch.begun

    @property
    def changed(self) -> str:
        """The day of the last commit (ISO 8601, UTC): those who have to review wait since then."""
        return self.branch.changed

    @property
    def waits_for(self) -> tuple[Person, ...]:
        """The people whose turn it is.

        These are the reviewers whom the pull request asks, else the required reviewers of the proposal; the authors
        while the pull request is marked as a draft.
        """
        request = self.branch.request
        if request is not None and request.is_draft:
            return self.proposal.people("authors")
        if request is not None and request.review_requests:
            accounts = (item for item in request.review_requests if item.handle)
            return tuple(Person(item.name or item.handle, item.handle, None, NOWHERE) for item in accounts)
        return self.proposal.people("required-reviewers")

    def url(self, settings: UnmergedSettings) -> str:
        """The address of the pull request or the branch: by the configuration, the list of pull requests, or where the
        repository is; empty when none of them says it.
        """
        branch = self.branch
        if branch.pull is not None:
            url = settings.pull_request_url.replace("{number}", str(branch.pull))
            url = url or (branch.request.url if branch.request is not None else "")
        else:
            url = settings.branch_url.replace("{branch}", quote(branch.name))
        if not url and self.forge is not None:
            is_remote = branch.pull is None and branch.refs[0].startswith("refs/remotes/")
            url = self.forge.pull(branch.pull) if branch.pull is not None else ""
            url = self.forge.branch(branch.name) if is_remote else url
        return "" if not url or url_problem(url) else url


class Unmerged(msgspec.Struct, frozen=True):
    """All drafts.

    :param drafts: by branch, then by path.
    :param old: the names of branches that are older than the limit.
    :param notes: what could not be read, for people.
    :param key: changes whenever a draft could.
    """

    drafts: tuple[Draft, ...] = ()
    old: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    key: str = ""

    def changing(self, path: str) -> tuple[Draft, ...]:
        """The drafts that change the merged page *path*."""
        return tuple(draft for draft in self.drafts if draft.changes == path)


class Listing(msgspec.Struct, frozen=True):
    """Drafts as proposals that can be listed: their paths are their names, so that each is there once.

    :param drafts: name (:attr:`Draft.name`) → draft.
    :param judgement: of the drafts and of the merged proposals that they may refer to.
    :param proposals: of the drafts alone.
    :param urls: name → the address of the pull request or branch; may be empty.
    """

    drafts: dict[str, Draft]
    judgement: Judgement
    proposals: tuple[Proposal, ...]
    urls: dict[str, str]

    @property
    def origins(self) -> dict[str, Origin]:
        """Path → origin, for the columns of queries."""
        return {
            name: Origin(
                draft.branch.name,
                draft.branch.pull is not None,
                draft.begun,
                draft.changed,
                "" if draft.branch.pull is None else self.urls[name],
            )
            for name, draft in self.drafts.items()
        }


def list_drafts(
    unmerged: Unmerged, schema: Schema, settings: UnmergedSettings, merged: Iterable[Proposal] = ()
) -> Listing:
    """Make proposals of drafts, each with its title and, where the process has that field, its pull request.

    :param merged: the proposals that the drafts may refer to.
    """
    drafts = {draft.name: draft for draft in unmerged.drafts}
    proposals = tuple(
        msgspec.structs.replace(
            _with_pull_request(draft.proposal, draft.url(settings), schema), path=name, title=draft.title
        )
        for name, draft in drafts.items()
    )
    found = [msgspec.structs.replace(item, path=name) for name, draft in drafts.items() for item in draft.diagnostics]
    urls = {name: draft.url(settings) for name, draft in drafts.items()}
    return Listing(drafts, Judgement(Catalog((*proposals, *merged), schema), tuple(found)), proposals, urls)


def _with_pull_request(proposal: Proposal, url: str, schema: Schema) -> Proposal:
    """*proposal*, with *url* in its field for the pull request when that says nothing."""
    field = schema.fields.get("pull-request")
    if not url or field is None:
        return proposal
    value = proposal.fields.get(field.key)
    if value is not None and value.state is State.GIVEN:
        return proposal
    raw = RawField(field.label, url, Span(0, len(url), 1, 1), NOWHERE, proposal.spelling)
    read = type_of(field).read(raw, Source(proposal.path, url), field, schema)
    value = FieldValue(
        field.key, field.label, State.GIVEN, url, read.value, NOWHERE, NOWHERE, proposal.spelling, "", read.more
    )
    return msgspec.structs.replace(proposal, fields={**proposal.fields, field.key: value})


class Drafts(msgspec.Struct, frozen=True):
    """All drafts, for the rules of the scope ``unmerged``, which judge one draft among them.

    :param catalog: the proposals of the base.
    :param claims: number → the drafts that state it.
    """

    catalog: Catalog
    claims: dict[int, list[Draft]]


def read_unmerged(
    config: Config, merged: Iterable[Checked], rules: Registry, day: str, cache: Path | None = None
) -> Unmerged:
    """Read and judge everything that is not merged. Raises nothing: what cannot be read is a note.

    :param merged: the proposals of the project, each judged by itself.
    :param day: today (ISO 8601), for branches that are too old.
    :param cache: a file that keeps what was read: the answer until something changes, and then each branch that is the
        same, as long as the configuration is, and those merged proposals that the branch has to do with.
    """
    settings = config.unmerged
    if settings is None:
        return Unmerged()
    known = list(merged)
    scope, process = _scope(known), _process(config, settings, known)
    parts: list[Unmerged] = []
    for repository in ProposalRepositories(config).work_trees(item.proposal.path for item in known):
        file = cache
        if parts and cache is not None:
            name = hashlib.blake2b(str(repository.top).encode(errors="surrogateescape"), digest_size=4).hexdigest()
            file = cache.with_name(f"{cache.name}-{name}")
        parts.append(_of_repository(repository, config, settings, known, rules, day, scope, process, file))
    if len(parts) == 1:
        return parts[0]
    return Unmerged(
        tuple(draft for part in parts for draft in part.drafts),
        tuple(name for part in parts for name in part.old),
        tuple(dict.fromkeys(note for part in parts for note in part.notes)),
        " ".join(part.key for part in parts),
    )


def _of_repository(
    repository: ProposalRepository,
    config: Config,
    settings: UnmergedSettings,
    known: list[Checked],
    rules: Registry,
    day: str,
    scope: str,
    process: tuple[str, ...],
    cache: Path | None,
) -> Unmerged:
    """As :func:`read_unmerged`, for one of the repositories that proposals are in."""
    top = repository.top
    assert top is not None
    kept = _load(cache)
    try:
        refs, base = read_refs(top, settings), read_base(top, settings)
        key = _key((scope, *process), settings, refs, base, f"{day} {repository.place} {repository.forge}")
        if kept.key == key and (drafts := kept.answer) is not None:
            return Unmerged(drafts, kept.old, kept.notes, key)
        now = int(datetime.datetime.fromisoformat(f"{day}T23:59:59+00:00").timestamp())
        said = kept.known
        suffixes, sidecar = config.schema.page_suffixes, config.schema.sidecar
        branches = read_branches(top, settings, suffixes, now, refs=refs, base=base, known=said, sidecar=sidecar)
        collector = _Collector(known, config.schema, rules, repository, others=settings.other_directories)
        digests = [_digest(branch) for branch in branches.branches]
        judged = kept.judged if kept.process == process else {}
        if kept.scope != scope:
            # Other proposals are merged now: what was judged among the same ones still holds.
            judged = {digest: item for digest, item in judged.items() if item[1] == collector.around(item[0])}
        missing = [branch for digest, branch in zip(digests, branches.branches, strict=True) if digest not in judged]
        files = [file for branch in missing for file in branch.files]
        texts = read_blobs(top, {name for file in files for name in (file.blob, file.beside) if name})
    except GitError as error:
        help = error.help or (FETCH_ALL if is_partial(top) else "")
        help = f"; {help}" if help else ""
        note = f"branches cannot be read: {error.message}{help}"
        return Unmerged(notes=(note,), key=note)
    small = {name: text for name, text in texts.items() if len(text) <= MAX_PAGE_BYTES}
    found: list[Part] = []
    notes, unread = list(branches.notes), list[str]()
    now_judged: dict[bytes, tuple[Part, bytes]] = {}
    for digest, branch in zip(digests, branches.branches, strict=True):
        if digest in judged:
            found.append(judged[digest][0])
            now_judged[digest] = judged[digest]
            continue
        part, note = collector.drafts(branch, small)
        found.append(part)
        if note:
            # What is missing may be fetched later: such a branch is read again.
            unread.append(note)
        else:
            now_judged[digest] = (part, collector.around(part))
    notes += unread[:_NAMED]
    if len(unread) > _NAMED:
        notes.append(f"{len(unread) - _NAMED} more branches have pages that are empty or cannot be read")
    compared = collector.compared(branches, found)
    drafts = tuple(draft for part in compared for draft in part)
    if cache is not None:
        others = {
            digest: part
            for digest, part, before in zip(digests, compared, found, strict=True)
            if part is not before or digest not in now_judged
        }
        _save(cache, _Kept(
            key, scope, process, branches.old, tuple(notes), digests, pickle.dumps(others, protocol=5),
            _chunks(now_judged, kept), msgspec.Raw(msgspec.msgpack.encode(branches.known)),
        ))  # fmt: skip
    return Unmerged(drafts, branches.old, tuple(notes), key)


Part = tuple[Draft, ...]
"""The drafts of one branch."""

_CHUNK = 16
"""Branches that are pickled together: one by one takes half as long again, and all at once means all again."""


class _Chunk(msgspec.Struct):
    """The drafts of some branches, before they were compared with those of others.

    :param around: of each branch a digest of the merged proposals that it was judged among.
    :param parts: pickled.
    """

    digests: list[bytes]
    around: list[bytes]
    parts: bytes


class _Kept(msgspec.Struct, dict=True):
    """The content of the cache.

    :param key: a digest of everything that the answer depends on.
    :param scope: a digest of the merged proposals.
    :param process: what the judgement of a branch depends on beside these.
    :param digests: of the branches, in their order.
    :param others: digest → drafts, pickled, of those that are not in *chunks*, or were changed by the comparison.
    :param git: what git has said.
    """

    key: str = ""
    scope: str = ""
    process: tuple[str, ...] = ()
    old: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    digests: list[bytes] = []
    others: bytes = b""
    chunks: list[_Chunk] = []
    git: msgspec.Raw = msgspec.Raw(b"")

    @property
    def known(self) -> Known:
        """The answers of git."""
        with contextlib.suppress(msgspec.MsgspecError):
            return msgspec.msgpack.decode(self.git, type=Known)
        return NOTHING_KNOWN

    @cached_property
    def judged(self) -> dict[bytes, tuple[Part, bytes]]:
        """Digest of a branch → its drafts, and the digest of what they were judged among."""
        found: dict[bytes, tuple[Part, bytes]] = {}
        for chunk in self.chunks:
            parts: list[Part] = _unpickled(chunk.parts) or []
            found |= dict(zip(chunk.digests, zip(parts, chunk.around, strict=False), strict=False))
        return found

    @property
    def answer(self) -> Part | None:
        """The drafts that were returned; ``None`` when they cannot be read."""
        others: dict[bytes, Part] | None = _unpickled(self.others)
        if others is None:
            return None
        judged = self.judged
        if not all(digest in others or digest in judged for digest in self.digests):
            return None
        parts = (others[digest] if digest in others else judged[digest][0] for digest in self.digests)
        return tuple(draft for part in parts for draft in part)


def _chunks(judged: Mapping[bytes, tuple[Part, bytes]], kept: _Kept) -> list[_Chunk]:
    """*judged* in chunks; those that *kept* holds already are not made again."""
    before = kept.judged
    same = {digest for digest, item in judged.items() if before.get(digest, ())[:1] == item[:1]}
    found = [
        chunk
        for chunk in kept.chunks
        if same.issuperset(chunk.digests) and all(judged[digest][0] is before[digest][0] for digest in chunk.digests)
    ]
    for chunk in found:
        chunk.around = [judged[digest][1] for digest in chunk.digests]
    done = {digest for chunk in found for digest in chunk.digests}
    rest = [digest for digest in judged if digest not in done]
    for start in range(0, len(rest), _CHUNK):
        digests = rest[start : start + _CHUNK]
        parts = pickle.dumps([judged[digest][0] for digest in digests], protocol=5)
        found.append(_Chunk(digests, [judged[digest][1] for digest in digests], parts))
    return found


def _process(config: Config, settings: UnmergedSettings, merged: Iterable[Checked]) -> tuple[str, ...]:
    """Everything that the judgement of a branch depends on, beside the branch and the merged proposals around it."""
    names = [item.proposal.path for item in merged if item.proposal.number is not None]
    digits = digits_of(names, config.schema.prefix) if names else 0
    return (
        __version__, schema_digest(config.schema), str(config.root), str(settings.other_directories), str(digits),
    )  # fmt: skip


def _scope(merged: Iterable[Checked]) -> str:
    return _encoded([item.proposal for item in merged]).hex()


def _encoded(state: object) -> bytes:
    return hashlib.blake2b(msgspec.msgpack.encode(state), digest_size=16).digest()


def _key(scope: tuple[str, ...], settings: UnmergedSettings, refs: Iterable[Ref], base: str, day: str) -> str:
    """A digest of everything that :func:`read_unmerged` depends on."""
    file = settings.pull_requests
    state = (
        scope, settings.refs, settings.exclude, settings.base, settings.merged_subject, settings.max_age, base, day,
        file is not None and (file.read_bytes() if file.is_file() else file.exists()),
        [(ref.name, ref.commit) for ref in refs],
    )  # fmt: skip
    return _encoded(state).hex()


def _digest(branch: Branch) -> bytes:
    return _encoded(branch)


def _load(cache: Path | None) -> _Kept:
    """The content of *cache*; nothing when it cannot be read."""
    if cache is None:
        return _Kept()
    try:
        return msgspec.msgpack.decode(cache.read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError):
        return _Kept()


def _unpickled(data: bytes) -> Any:
    """The objects that are pickled in a part of the cache; ``None`` when they cannot be read.

    The cache lies beside Sphinx's own pickles or in the user's cache directory, and only we write it.
    """
    try:
        return pickle.loads(data) if data else None  # noqa: S301 - only from directories that Sphinx or the user owns
    except Exception:
        return None


def _save(cache: Path, kept: _Kept) -> None:
    # A cache that cannot be written costs time only.
    with contextlib.suppress(OSError):
        cache.parent.mkdir(parents=True, exist_ok=True)
        partial = cache.with_name(f"{cache.name}.{os.getpid()}")
        partial.write_bytes(msgspec.msgpack.encode(kept))
        partial.replace(cache)


def collect_drafts(
    branches: Branches,
    texts: Mapping[str, bytes],
    merged: Iterable[Checked],
    schema: Schema,
    rules: Registry,
    repository: ProposalRepository | None = None,
    *,
    others: bool = True,
) -> Unmerged:
    """Make drafts of the pages that branches bring.

    :param texts: object name → bytes of each page.
    :param merged: the proposals of the base, each judged by itself.
    :param repository: where the branches are; by default the project's root is its top.
    :param others: whether pages outside the directories of proposals count, when they have a header.
    """
    repository = repository or ProposalRepository(None, RepositoryPlace("", ""), None, is_own=True)
    collector = _Collector(merged, schema, rules, repository, others=others)
    read = [collector.drafts(branch, texts) for branch in branches.branches]
    compared = collector.compared(branches, [part for part, _note in read])
    notes = (*branches.notes, *(note for _part, note in read if note))
    return Unmerged(tuple(draft for part in compared for draft in part), branches.old, notes)


class _Collector:
    """Makes drafts; see :func:`collect_drafts`."""

    def __init__(
        self,
        merged: Iterable[Checked],
        schema: Schema,
        rules: Registry,
        repository: ProposalRepository,
        *,
        others: bool,
    ) -> None:
        known = list(merged)
        self._base = Catalog((item.proposal for item in known), schema)
        self._pages = {item.proposal.path: item for item in known}
        self._rules = rules
        self._repository = repository
        self._others = others

    def drafts(self, branch: Branch, texts: Mapping[str, bytes]) -> tuple[tuple[Draft, ...], str]:
        """The drafts of *branch*, not yet compared with those of others, and a note of what could not be read."""
        found = _of_branch(branch, texts, self._base, self._rules, self._repository.place, others=self._others)
        unread = [
            file.path for file in branch.files if any(name and name not in texts for name in (file.blob, file.beside))
        ]
        note = ""
        if unread:
            note = f"{branch.name}: {unread[0]} is larger than {MAX_PAGE_BYTES:,} bytes, or git cannot read it"
        rows = _rows(found, self._base.schema)
        if not rows:
            empty = next((file.path for file in branch.files if not texts.get(file.blob, b"-").strip()), "")
            return (), note or (f"{branch.name}: {empty} is empty" if empty else "")
        companions = self._companions(found, rows)
        removed = frozenset(map(self._repository.place.in_project, branch.removed))
        judged = _judge(rows, self._base, self._pages, removed, self._rules)
        drafts = tuple(
            Draft(
                branch=branch,
                proposal=row.checked.proposal,
                diagnostics=judged[row.path],
                place=row.place,
                blob=row.file.blob,
                has_header=row.has_header,
                changes=row.changes,
                removed=removed,
                companions=tuple(companions[row.path]),
                top=str(self._repository.top or ""),
                forge=self._repository.forge,
            )
            for row in rows
        )
        return drafts, note

    def _companions(self, pages: list[_Page], rows: list[_Page]) -> dict[str, list[str]]:
        """The path of each of *rows* → the other pages that come with it.

        A page belongs to the proposal whose name its directory has or its own name begins with, else to the only one in
        its directory, else to the first of the branch.
        """
        leads = set(map(lead_of, self._base.schema.sources))
        directories = [f"{PurePosixPath(row.path).parent}/" for row in rows]
        starts: dict[str, str] = {}
        for row, directory in zip(rows, directories, strict=True):
            stem = str(PurePosixPath(row.path).with_suffix(""))
            starts |= {f"{stem}{sign}": row.path for sign in "/-_."}
            if directory not in leads and directories.count(directory) == 1:
                starts.setdefault(directory, row.path)
        found: dict[str, list[str]] = {row.path: [] for row in rows}
        for page in pages:
            if page.path not in found:
                known = [start for start in starts if page.path.startswith(start)]
                found[starts[max(known, key=len)] if known else rows[0].path].append(page.path)
        return found

    def around(self, part: Part) -> bytes:
        """A digest of the merged proposals among which the drafts of a branch are judged."""
        base = self._base
        if not part:
            return b""
        near = sorted(_neighbours([draft.proposal for draft in part], base))
        old = [self._repository.place.in_project(file.old_path) for file in part[0].branch.files if file.old_path]
        changed = [path for path in old if path in base.by_path]
        return _encoded(([base.by_path[path] for path in near], changed))

    def compared(self, branches: Branches, parts: list[tuple[Draft, ...]]) -> list[tuple[Draft, ...]]:
        """*parts*, one for each branch, with what is only seen beside the other branches; the same where nothing is."""
        names: dict[str, list[str]] = {}
        for branch in branches.branches:
            for file in branch.files:
                names.setdefault(self._repository.place.in_project(file.path), []).append(branch.name)
        claims: dict[int, list[Draft]] = {}
        for draft in (draft for part in parts for draft in part):
            if draft.proposal.number is not None:
                claims.setdefault(draft.proposal.number, []).append(draft)
        everything = Drafts(self._base, claims)
        compared = []
        for part in parts:
            drafts = tuple(self._compared(draft, everything, names) for draft in part)
            compared.append(part if all(map(operator.is_, drafts, part)) else drafts)
        return compared

    def _compared(self, draft: Draft, everything: Drafts, names: Mapping[str, list[str]]) -> Draft:
        path, status, schema = draft.proposal.path, draft.proposal.status, self._base.schema
        elsewhere = tuple(name for name in names[path] if name != draft.branch.name)
        found = [
            _as_information(diagnostic(rule, finding, path, status, schema))
            for rule in self._rules.of_scope("unmerged")
            for finding in rule.check(draft, everything)
        ]
        if not elsewhere and not found:
            return draft
        diagnostics = effective((*draft.diagnostics, *found))
        return msgspec.structs.replace(draft, diagnostics=diagnostics, elsewhere=elsewhere)


class _Page(msgspec.Struct, frozen=True):
    """A page of a branch.

    :param path: relative to the project's root.
    :param size: of its text (bytes), without space around it.
    """

    file: ChangedFile
    path: str
    checked: Checked
    place: Place
    size: int
    has_header: bool
    changes: str


def _of_branch(
    branch: Branch, texts: Mapping[str, bytes], base: Catalog, rules: Registry, root: RepositoryPlace, *, others: bool
) -> list[_Page]:
    """The pages of *branch* that are proposals, or lie in a directory of proposals."""
    schema = base.schema
    found: list[_Page] = []
    for file in branch.files:
        data = texts.get(file.blob)
        if data is None:
            continue
        path = root.in_project(file.path)
        place = _place(path, file, schema)
        if place is Place.OTHER and not others:
            continue
        if file.is_only_beside and place is not Place.PROPOSALS:
            continue
        if place is not Place.OTHER and file.beside in texts:
            data = JOINT.join((data, texts[file.beside]))
        checked = check_bytes(data, path, schema, rules)
        if checked is None:
            continue
        checked = msgspec.structs.replace(checked, proposal=_named(checked.proposal, base))
        has_header = bool(checked.proposal.spellings)
        if place is not Place.PROPOSALS and not _states_status(checked.proposal, schema):
            has_header = False
        if not has_header and place is not Place.PROPOSALS and not _in_directory(path, schema):
            continue
        changes = root.in_project(file.old_path) if file.old_path else ""
        found.append(
            _Page(file, path, checked, place, len(data.strip()), has_header, changes if changes in base.by_path else "")
        )
    return found


def _place(path: str, file: ChangedFile, schema: Schema) -> Place:
    """The place of the page *path*: a new one called ``NNNN-retry.md`` is a draft, one that was there a template."""
    if is_source(path, schema):
        return Place.PROPOSALS
    is_excluded = is_set_aside(path, schema) or is_excluded_name(path, schema)
    if is_excluded and file.old_path:
        return Place.TEMPLATE
    return Place.PROPOSALS if is_set_aside(path, schema) else Place.OTHER


def _named(proposal: Proposal, base: Catalog) -> Proposal:
    """*proposal* without a number that only its file's name states, in fewer digits than the merged proposals have.

    In a project whose files are called ``0012-retry.md``, the draft ``001-cache.md`` numbers its author's own notes.
    """
    digits = _DIGITS.match(base.schema.name_of(proposal.path))
    if digits is None or [source for source, _, _ in proposal.numbers] != ["file name"]:
        return proposal
    names = [item.path for item in base.proposals if item.number is not None]
    if not names or len(digits[0]) >= digits_of(names, base.schema.prefix):
        return proposal
    return msgspec.structs.replace(proposal, number=None, numbers=(), slug=PurePosixPath(proposal.path).stem.lower())


def _rows(pages: list[_Page], schema: Schema) -> list[_Page]:
    """Those of a branch's pages that are proposals: all with a header, else the longest in the proposals' directory."""
    rows = [page for page in pages if page.has_header]
    if rows:
        return rows
    inside = [page for page in pages if page.size and (is_source(page.path, schema) or _waits_for_number(page, schema))]
    return [max(inside, key=lambda page: (page.size, page.path))] if inside else []


def _waits_for_number(page: _Page, schema: Schema) -> bool:
    """Whether *page*, that is excluded as templates are, has the place of a number in its name: ``NNNN-retry.md``."""
    stem = PurePosixPath(page.path).stem.lower()
    return page.place is Place.PROPOSALS and file_number(schema.name_of(page.path), schema.prefix)[1].lower() != stem


def _states_status(proposal: Proposal, schema: Schema) -> bool:
    """Whether the page's header states a status: outside the directory of proposals, front matter alone says little.

    A template with all its choices states none.
    """
    field = proposal.fields.get(schema.status_field.key) if schema.status_field else None
    return field is not None and field.state is State.GIVEN


def _judge(
    rows: list[_Page], base: Catalog, pages: Mapping[str, Checked], removed: Collection[str], rules: Registry
) -> dict[str, tuple[Diagnostic, ...]]:
    """Path → the diagnostics that merging the branch would bring, as information."""
    own, schema = {row.path: row.checked for row in rows}, base.schema
    replaced = {row.changes for row in rows if row.changes}
    near = _neighbours([row.checked.proposal for row in rows], base).difference(own, replaced, removed)
    judgement: Judgement = judge([*own.values(), *(pages[path] for path in sorted(near))], schema, rules)
    found: dict[str, list[Diagnostic]] = {path: [] for path in own}
    shared = rules.with_role(Role.SHARED_NUMBER).code  # said by the rule that knows the other drafts as well
    for item in judgement.diagnostics:
        if item.path in found and item.code != shared:
            found[item.path].append(_as_information(item))
    return {path: tuple(items) for path, items in found.items()}


def _neighbours(drafts: Iterable[Proposal], base: Catalog) -> set[str]:
    """The paths of the merged proposals that a rule could look at beside *drafts*.

    These are the proposals with the same number or slug, and all that are connected with them by relations. A judgement
    among these is the same as one among all, and takes a time that does not grow with the project.
    """
    waiting: list[Proposal] = []
    for draft in drafts:
        keys = {draft.slug.casefold()} | ({str(draft.number)} if draft.number is not None else set())
        keys |= {item.key for field in base.schema.relation_fields for item in draft.references(field.key)}
        waiting += (proposal for key in keys for proposal in (*base.candidates(key), *base.by_slug.get(key, ())))
    found: set[str] = set()
    while waiting:
        proposal = waiting.pop()
        if proposal.path in found:
            continue
        found.add(proposal.path)
        for field in base.schema.relation_fields:
            waiting += (target for _, target in base.forward(proposal, field.key) if target is not None)
            waiting += base.reverse(proposal, field.key)
    return found


def _as_information(item: Diagnostic) -> Diagnostic:
    return item if item.severity is Severity.OFF else msgspec.structs.replace(item, severity=Severity.INFO)


def _in_directory(path: str, schema: Schema) -> bool:
    """Whether *path* lies below a directory that a glob of ``sources`` names."""
    return any(lead and path.startswith(lead) for lead in map(lead_of, schema.sources))

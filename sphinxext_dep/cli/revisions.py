"""Proposals at a git base, on branches and in pull requests: for ``--base``, ``--ref``, ``--unmerged``, new numbers."""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import msgspec

from sphinxext_dep.check.check import (
    Baseline,
    Change,
    Checked,
    Comparison,
    Judgement,
    check_bytes,
    introduced,
    judge,
    pair,
    today,
)
from sphinxext_dep.check.unmerged import Draft, Listing, Unmerged, list_drafts, read_unmerged
from sphinxext_dep.cli.cache import cache_directory
from sphinxext_dep.cli.output import display_path
from sphinxext_dep.cli.project import Impossible, check_pages, judge_project, note, open_baseline, read_pages
from sphinxext_dep.edit.workspace import Workspace
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.history.branches import pull_number, read_base
from sphinxext_dep.history.git import (
    GitError,
    blob_name,
    list_files,
    main_branch,
    merge_base,
    read_blobs,
    recorded,
    resolve,
    work_tree,
)
from sphinxext_dep.history.repositories import ProposalRepositories, ProposalRepository
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.config import Config, UnmergedSettings
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.files import JOINT, MAX_PAGE_BYTES, is_source, too_large
from sphinxext_dep.model.messages import closest
from sphinxext_dep.model.proposal import Page, Proposal
from sphinxext_dep.model.source import UnreadablePage
from sphinxext_dep.rules import RULES

_SHOWN = 5


def settings_of(config: Config) -> UnmergedSettings:
    """The ``[unmerged]`` table; its defaults when there is none."""
    return config.unmerged or UnmergedSettings()


def read_drafts(config: Config, merged: Iterable[Checked]) -> Unmerged:
    """Everything that is not merged; what could not be read is printed. Cached in the user's cache directory.

    :param merged: the proposals of the project, each judged by itself.
    """
    known = list(merged)
    if not ProposalRepositories(config).work_trees(item.proposal.path for item in known):
        return Unmerged(notes=("the project is in no git repository",))
    name = hashlib.blake2b(bytes(config.root), digest_size=16).hexdigest()
    try:
        cache: Path | None = cache_directory() / f"unmerged-{name}"
    except RuntimeError:
        cache = None
    asked = msgspec.structs.replace(config, unmerged=settings_of(config))
    return read_unmerged(asked, known, RULES, today(), cache)


def judge_with_drafts(config: Config, *, unmerged: bool) -> tuple[Judgement, Listing]:
    """All merged proposals, and the others.

    :param unmerged: whether the others are read; without it there are none.
    :raises BadConfiguration: when the baseline cannot be read.
    """
    if not unmerged:
        return judge_project(config), list_drafts(Unmerged(), config.schema, settings_of(config))
    baseline = open_baseline(config)
    checked = list(check_pages(config, read_pages(config)))
    judgement = judge(checked, config.schema, RULES, baseline=baseline)
    found = read_drafts(config, checked)
    for text in found.notes:
        note(text)
    if found.old:
        note(f"{len(found.old)} branches are older than {settings_of(config).max_age} days, and left out")
    return judgement, list_drafts(found, config.schema, settings_of(config), judgement.catalog.proposals)


def find_draft(word: str, listing: Listing) -> Proposal:
    """The one draft that *word* names: a branch (``pull/52``, ``#52``), a number, a slug, or a file.

    :raises Impossible: when there is none, or more than one.
    """
    found = [item for item in listing.proposals if word in _names(listing.drafts[item.path])]
    if not found:
        candidates = {item.path for item in listing.judgement.catalog.candidates(word)}
        found = [item for item in listing.proposals if item.path in candidates]
    if len(found) == 1:
        return found[0]
    names = [item.path for item in found]
    if found:
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        raise Impossible(f"'{word}' may be any of {', '.join(names[:_SHOWN])}{more}", "name one of these")
    known = [name for draft in listing.drafts.values() for name in _names(draft)]
    near = closest(word, known)
    help = f"did you mean '{near}'?" if near else "see sphinx-dep list --unmerged"
    raise Impossible(f"there is no proposal '{word}' that is not merged", help)


def _names(draft: Draft) -> set[str]:
    pull = draft.branch.pull
    names = {draft.name, draft.proposal.path, draft.branch.name, *draft.branch.refs}
    return names | ({f"#{pull}"} if pull is not None else set())


def pages_of_merge(config: Config, ref: str, base: str | None) -> tuple[str, list[tuple[str, bytes | UnreadablePage]]]:
    """The base, and the pages that it will have when *ref* is merged: the commit, and path and bytes of each page.

    Files that only one side changed are that side's. Those that both changed are taken from *ref*, and named: git would
    report a conflict, or put both changes together.

    :param base: a revision; by default the one that the configuration names, else the remote's main branch.
    :raises Impossible: when git does not know one of them.
    """
    here = dict(read_pages(config))
    repositories = ProposalRepositories(config).work_trees(here)
    if not repositories:
        raise Impossible(f"git: not a git repository: {config.root}")
    try:
        known = ((item, _resolve(item.top, ref)) for item in repositories if item.top is not None)
        repository, tip = next(((item, tip) for item, tip in known if tip is not None), (repositories[0], None))
        top, place = repository.top, repository.place
        assert top is not None
        onto = resolve(top, base) if base else read_base(top, settings_of(config))
        if tip is None or not onto:
            raise Impossible(f"git knows no commit '{base if tip and base else ref}'", "fetch it first")
        start = merge_base(top, onto, tip)
        before = list_files(top, start) if start else {}
        ours, theirs = list_files(top, onto), list_files(top, tip)
        merged = {
            path: ours.get(path) if theirs.get(path) == before.get(path) else theirs.get(path)
            for path in ours.keys() | theirs.keys()
        }
        files = {place.in_project(path): blob for path, blob in merged.items() if blob}
        schema = config.schema
        pages = {path: [blob] for path, blob in sorted(files.items()) if is_source(path, schema)}
        for path, blobs in pages.items():
            if schema.sidecar and (beside := files.get(schema.sidecar_of(path))):
                blobs.append(beside)
        texts = read_blobs(top, {blob for blobs in pages.values() for blob in blobs})
    except GitError as error:
        raise Impossible(error.message, error.help) from None
    for path in pages:
        old, our, their = (side.get(place.in_repository(path)) for side in (before, ours, theirs))
        if our not in (old, their) and their != old:
            note(f"{path} was changed on both sides: it is judged as it is on {ref}")
    # The proposals of other repositories are as they are here.
    others = {path: data for path, data in here.items() if not place.holds(path)}
    judged = others | {path: _page([texts.get(blob) for blob in blobs]) for path, blobs in pages.items()}
    return onto, sorted(judged.items(), key=operator.itemgetter(0))


def _page(parts: list[bytes | None]) -> bytes | UnreadablePage:
    """The bytes of a page, joined with those of the file beside it."""
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return UnreadablePage("the repository does not hold its text", "fetch it: this is a partial clone")
    size = max(map(len, found))
    return too_large(size) if size > MAX_PAGE_BYTES else JOINT.join(found)


def _resolve(top: Path, ref: str) -> str | None:
    """The commit of a revision, of ``pull/52`` or ``#52``, or of a branch of the remote."""
    number = ref.removeprefix("#") if ref.startswith("#") else str(pull_number(f"refs/{ref}/head") or "")
    names = [ref, f"refs/remotes/origin/{ref}"]
    if number.isascii() and number.isdigit():
        names.insert(0, f"refs/pull/{number}/head")
    return next((commit for name in names if (commit := resolve(top, name)) is not None), None)


class Base:
    """The proposals of a project at a git revision, and at its merge base with the working directory's branch.

    :param revision: the value of ``--base``; without it, in each repository of proposals, the main branch of its
        remote; those that have none are left out.
    :param pages: path → bytes of every page in the working directory.
    :param checked: the proposals among them, each checked by itself; what is the same at the base is not read again.
    :param head: the revision whose merge base with *revision* counts.
    :raises Impossible: when there is no repository, or no such commit.
    """

    def __init__(
        self,
        config: Config,
        revision: str | None,
        pages: Mapping[str, bytes | UnreadablePage],
        checked: Iterable[Checked],
        head: str = "HEAD",
    ) -> None:
        self.config = config
        self._checked_now = {page.proposal.path: page for page in checked}
        self._pages = {path: data for path, data in pages.items() if isinstance(data, bytes)}
        repositories = ProposalRepositories(config).work_trees(self._pages, with_copies=True)
        if not repositories:
            raise Impossible(f"git: not a git repository: {config.root}")
        self._tip: dict[str, str] = {}
        self._base: dict[str, str] = {}
        self._tops: dict[str, Path] = {}
        with _git_errors():
            found = [_points(repository, revision, head) for repository in repositories]
            for repository, points in zip(repositories, found, strict=True):
                # After a merge that is only thought of, other repositories are as they are.
                is_needed = head == "HEAD" and any(map(repository.place.holds, self._pages))
                if points is None and revision is not None and (is_needed or not any(found)):
                    where = f" in {display_path(repository.top)}" if repository.top and len(repositories) > 1 else ""
                    message = f"git knows no commit '{revision}'{where}"
                    raise Impossible(message, "fetch it first, or name another with --base")
                tip, base = points or ("", "")
                self._tip |= self._sources(repository, tip) if tip else {}
                self._base |= self._sources(repository, base) if base else {}
        if revision is not None and self._pages and not self._tip:
            note(f"git has no proposals at {revision}: there is nothing to compare with")

    @cached_property
    def pairs(self) -> dict[str, str]:
        """Path now → path at the merge base, of the proposals that existed there."""
        return pair(self._base, self._pages, self.config.schema)

    @property
    def proposals(self) -> Iterator[Checked]:
        """The proposals at the revision itself."""
        return self._proposals(self._tip)

    def compare(self, catalog: Catalog) -> Comparison:
        """The comparison that the rules of the scope ``base`` judge."""
        changes = [
            Change(old, new)
            for path in sorted(self.pairs)
            if path in catalog.by_path and self._differs(path)
            if (old := self._read(self.pairs[path], self._data(self._base[self.pairs[path]]))) is not None
            and (new := self._read(path, self._pages[path])) is not None
        ]
        return Comparison(catalog, tuple(changes), tuple(page.proposal for page in self.proposals))

    def introduced(self, now: Judgement, baseline: Baseline | None) -> list[Diagnostic]:
        """The diagnostics of *now* that the merge base does not have, with the same rules and the same baseline."""
        before = judge(list(self._proposals(self._base)), self.config.schema, RULES, baseline=baseline)
        return introduced(now.diagnostics, before.diagnostics, self.pairs)

    def _sources(self, repository: ProposalRepository, commit: str) -> dict[str, str]:
        """Path → object name of every page of *commit* that ``sources`` matches, and of the file beside it."""
        schema, place = self.config.schema, repository.place
        assert repository.top is not None
        listed = list_files(repository.top, commit, [f"{place.inside}/"] if place.inside else [])
        files = {place.in_project(path): name for path, name in listed.items()}
        self._tops |= dict.fromkeys(files.values(), repository.top)
        found = {path: name for path, name in files.items() if is_source(path, schema)}
        if schema.sidecar:
            found = {path: f"{name} {files.get(schema.sidecar_of(path), '')}".strip() for path, name in found.items()}
        return found

    @cached_property
    def _blobs(self) -> dict[str, bytes]:
        """Object name → bytes of every file at either commit; git is asked for those that differ from today's."""
        wanted = {name for names in (*self._tip.values(), *self._base.values()) for name in names.split()}
        like = next(iter(wanted), "")
        here = {blob_name(data, like): data for page in self._pages.values() for data in page.split(JOINT, 1)}
        missing: dict[Path, set[str]] = {}
        for name in wanted - here.keys():
            missing.setdefault(self._tops[name], set()).add(name)
        with _git_errors():
            for top, names in missing.items():
                here |= read_blobs(top, names)
        return here

    def _data(self, names: str) -> bytes | None:
        """The bytes of a page, joined with those of the file beside it; ``None`` when the repository lacks them."""
        found = [self._blobs.get(name) for name in names.split()]
        return JOINT.join(data for data in found if data is not None) if all(d is not None for d in found) else None

    def _differs(self, path: str) -> bool:
        before = self.pairs[path]
        return before != path or self._data(self._base[before]) != self._pages[path]

    def _read(self, path: str, data: bytes | None) -> Page | None:
        try:
            schema = self.config.schema
            return None if data is None else read_page(schema.decode(path, data), schema)
        except UnreadablePage:
            return None

    def _proposals(self, commit: Mapping[str, str]) -> Iterator[Checked]:
        """The proposals among the pages of a commit, each checked by itself."""
        for path, names in commit.items():
            data = self._data(names)
            if data is not None and data == self._pages.get(path):
                checked = self._checked_now.get(path)
            else:
                checked = None if data is None else check_bytes(data, path, self.config.schema, RULES)
            if checked is not None:
                yield checked


def proposals_on_base(workspace: Workspace, base: str | None = None) -> tuple[Proposal, ...]:
    """The proposals on the tip of the base branch; none when there is no base.

    :raises Impossible: when the base that was asked for cannot be read.
    """
    trees = ProposalRepositories(workspace.config).work_trees(workspace.checked, with_copies=True)
    if not base and not any(main_branch(item.top) for item in trees if item.top is not None):
        note("there is no remote branch to look at: only the numbers here are known to be taken")
        return ()
    pages = dict(read_pages(workspace.config))
    base_proposals = Base(workspace.config, base, pages, workspace.checked.values()).proposals
    return tuple(page.proposal for page in base_proposals)


def _points(repository: ProposalRepository, revision: str | None, head: str) -> tuple[str, str] | None:
    """The commits of *repository* at *revision*, and where *head* left it; ``None`` when there is no such commit.

    Of a submodule, a revision of the repository around it means the commits that are recorded there. They are empty
    while it was none yet. Of a submodule in a submodule, the revision is one of the repository that is worked in.

    :param revision: by default the main branch of the remote.
    :raises Impossible: when a submodule does not hold a commit that is recorded.
    """
    top = repository.top
    assert top is not None
    chain = _chain(top) if revision is not None else [top]
    tip = resolve(chain[0], revision) if revision is not None and len(chain) > 1 else None
    if tip is not None:
        # In a shallow clone, or before the first commit, there is none.
        both = (tip, merge_base(chain[0], tip, head) or tip)
        return _recorded(chain, both[0]), _recorded(chain, both[1])
    tip = resolve(top, main_branch(top) if revision is None else revision)
    return None if tip is None else (tip, merge_base(top, tip, head) or tip)


def _chain(top: Path) -> list[Path]:
    """The repository that is worked in, the submodules of it on the way to *top*, and *top*.

    Without that it is the repository around *top*, if *top* is a submodule.
    """
    chain = [top]
    while (around := work_tree(chain[0].parent)) and recorded(around, chain[0].relative_to(around).as_posix()):
        chain.insert(0, around)
    here = work_tree(Path.cwd())
    return chain[chain.index(here) :] if here in chain[:-1] else chain[-2:]


def _recorded(chain: list[Path], commit: str) -> str:
    """The commit of the last of *chain*, each a submodule of the one before, that *commit* of the first records.

    Empty while it was no submodule.

    :raises Impossible: when a submodule does not hold what is recorded.
    """
    for around, top in pairwise(chain):
        commit = recorded(around, top.relative_to(around).as_posix(), commit)
        if not commit:
            return ""
        if resolve(top, commit) is None:
            how = f"git -C {display_path(top)} fetch origin {commit}"
            raise Impossible(f"the submodule {display_path(top)} does not hold the commit {commit[:10]}", how)
    return commit


def free_number(workspace: Workspace, others: Iterable[Proposal], wanted: int | None = None) -> int:
    """The number *wanted*, else the one after the highest that is taken: no gap is filled with something else.

    The numbers on branches and pull requests that are not merged are taken as well.

    :param others: the proposals on the base.
    :raises Impossible: when *wanted* is taken.
    """
    taken = {
        number: f"{draft.proposal.path} on {draft.branch.name}"
        for draft in read_drafts(workspace.config, workspace.checked.values()).drafts
        for _, number, _ in draft.proposal.numbers
    }
    taken |= {
        number: display_path(workspace.file(item.path))
        for item in (*others, *workspace.catalog.proposals)
        for _, number, _ in item.numbers
    }
    if wanted is None:
        return max(taken, default=0) + 1
    if wanted in taken:
        raise Impossible(f"{workspace.schema.label(wanted)} is {taken[wanted]}", "leave --number out")
    return wanted


@contextmanager
def _git_errors() -> Iterator[None]:
    """Turn an error of git into one of the command.

    :raises Impossible: then.
    """
    try:
        yield
    except GitError as error:
        raise Impossible(error.message, error.help) from None

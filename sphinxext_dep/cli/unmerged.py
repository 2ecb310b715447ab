"""Proposals on branches and pull requests: for ``--unmerged``, for ``check --ref``, and for numbers that are taken."""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Iterable
from pathlib import Path

import msgspec

from sphinxext_dep.check.attention import today
from sphinxext_dep.check.check import Checked, Judgement, judge
from sphinxext_dep.check.unmerged import Draft, Listing, Unmerged, list_drafts, read_unmerged
from sphinxext_dep.cli.cache import cache_directory
from sphinxext_dep.cli.project import Impossible, check_pages, judge_project, note, open_baseline, read_pages
from sphinxext_dep.config import Config
from sphinxext_dep.config.load import UnmergedSettings
from sphinxext_dep.history.branches import pull_number, read_base
from sphinxext_dep.history.git import GitError, list_files, merge_base, read_blobs, resolve
from sphinxext_dep.history.repositories import ProposalRepositories
from sphinxext_dep.model.files import JOINT, MAX_PAGE_BYTES, is_source, too_large
from sphinxext_dep.model.messages import closest
from sphinxext_dep.model.proposal import Proposal
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

"""Branches and pull requests that are not merged, and the pages that each of them adds or changes.

Everything is read from git's objects, never from the work tree: one ``for-each-ref``, one walk over the commits, one
comparison of trees. Nothing is fetched, and nothing is checked out. Names of refs and of people are untrusted text.

A ref is merged, in this order:

1. when its tip is on the base;
2. when the subject of a commit on the base ends with the number of its pull request, as ``Retry requests (#32)`` (a
   squash merge); and so is every ref whose tip is that pull request's, or is contained in it;
3. page by page: when the same text is or was on the base, under whatever name.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from sphinxext_dep.history.git import GitError, is_partial, read_blobs, run_git, try_git
from sphinxext_dep.history.log import EXACT_RENAMES, RENAMES
from sphinxext_dep.history.pull_requests import PullRequest, PullRequests, outdated, read_pull_requests
from sphinxext_dep.model.config import UnmergedSettings

_PULL = re.compile(r"/(?:pull|pulls|pr|merge-requests|pull-requests)/(?P<number>[0-9]{1,9})(?:/|$)")
_MERGE_OF_PULL = re.compile(r"^refs/.*/[0-9]+/merge$")
_DAY = 86_400
_REF_FORMAT = "%(refname)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00%(symref)"
FETCH_ALL = "fetch the texts that it does not hold, as with `git fetch --refetch --no-filter`"
_RECORD, _UNIT = b"\x01", b"\x00"


class Commit(msgspec.Struct, frozen=True, gc=False):
    """A commit.

    :param time: of the committer, in seconds since 1970 (UTC).
    :param author: a name, as written.
    """

    id: str
    time: int
    author: str
    subject: str

    @property
    def day(self) -> str:
        """Its day (ISO 8601, UTC)."""
        return datetime.datetime.fromtimestamp(self.time, datetime.UTC).date().isoformat()


class ChangedFile(msgspec.Struct, frozen=True, gc=False):
    """A file that a branch adds, changes or removes.

    :param path: relative to the top of the repository, with ``/``; empty when the branch removes it.
    :param blob: the object name of its text; empty when the branch removes it.
    :param old_path: its path where the branch began; empty when it is new.
    :param old_blob: its text there; empty when it is new.
    :param beside: the text of the file beside the page that holds its header; empty when there is none.
    :param old_beside: that text where the branch began.
    """

    path: str
    blob: str
    old_path: str = ""
    old_blob: str = ""
    beside: str = ""
    old_beside: str = ""

    @property
    def is_only_beside(self) -> bool:
        """Whether the page is the same, and only the file beside it is another one."""
        return self.blob == self.old_blob


class Branch(msgspec.Struct, frozen=True, gc=False):
    """A branch or a pull request that is not merged; one for all refs with the same tip.

    :param refs: their full names, sorted; a pull request's comes first.
    :param pull: the number of the pull request; ``None`` when no ref is one.
    :param tip: the commit that the refs name.
    :param start: the commit on the base that it began at; empty without a common history.
    :param commits: those that are not on the base, the newest first.
    :param files: files that it adds or changes, without those that a branch inside it has in the same text.
    :param removed: paths of files that it removes, or gives another name.
    :param inside: the tips of other unmerged pull requests that this one is built upon.
    :param request: what the forge knows of the pull request; ``None`` when it says nothing.
    """

    refs: tuple[str, ...]
    pull: int | None
    tip: str
    start: str
    commits: tuple[Commit, ...]
    files: tuple[ChangedFile, ...]
    removed: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    request: PullRequest | None = None

    @property
    def name(self) -> str:
        """The short name of the first ref: ``pull/52``, ``ada/retry``."""
        return short_name(self.refs[0])

    @property
    def changed(self) -> str:
        """The day of the last commit (ISO 8601, UTC)."""
        return self.commits[0].day

    @property
    def begun(self) -> str:
        """The day of the first commit (ISO 8601, UTC)."""
        return self.commits[-1].day

    @property
    def authors(self) -> tuple[str, ...]:
        """The names of those who committed, each once, the first one first."""
        return tuple(dict.fromkeys(commit.author for commit in reversed(self.commits)))


class Known(msgspec.Struct, frozen=True):
    """Answers of git that need not be asked for again: they hold for ever, since objects do not change.

    :param files: two trees and the suffixes that count → what differs.
    :param base: the commit whose objects *objects* are.
    :param objects: the names of everything that is or was on the base, on lines.
    """

    files: dict[str, tuple[ChangedFile, ...]] = {}
    base: str = ""
    objects: bytes = b""


NOTHING_KNOWN = Known()


class Branches(msgspec.Struct, frozen=True):
    """All that is not merged.

    :param base: the commit that it is compared with; empty when there is none.
    :param branches: sorted by name.
    :param old: the names of those that are older than the limit.
    :param notes: what could not be read, for people.
    :param known: what git has said, for the next time.
    """

    base: str = ""
    branches: tuple[Branch, ...] = ()
    old: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    known: Known = NOTHING_KNOWN


class Ref(msgspec.Struct, frozen=True, gc=False):
    """The name of a commit."""

    name: str
    commit: str


def short_name(ref: str) -> str:
    """The name of a ref for people: ``refs/pull/52/head`` is ``pull/52``, ``refs/remotes/origin/x`` is ``x``."""
    if number := pull_number(ref):
        return f"pull/{number}"
    for lead in ("refs/heads/", "refs/tags/", "refs/"):
        if ref.startswith(lead):
            name = ref.removeprefix(lead)
            return name.split("/", 2)[2] if name.startswith("remotes/") and name.count("/") > 1 else name
    return ref


def pull_number(ref: str) -> int | None:
    """The number of the pull request, or merge request, that *ref* is the head of; ``None`` for other refs."""
    match = _PULL.search(ref)
    return int(match["number"]) if match else None


def read_refs(top: Path, settings: UnmergedSettings) -> list[Ref]:
    """The refs that the settings choose, by name, without those that stand for others and merges made for testing.

    :raises GitError: when git fails.
    """
    wanted, excluded = _globs(settings.refs), _globs(settings.exclude)
    leads = sorted({pattern.partition("*")[0].rpartition("/")[0] or "refs" for pattern in settings.refs})
    output = run_git(
        top, "for-each-ref", f"--format={_REF_FORMAT}", "--", *leads,
    )  # fmt: skip
    found: dict[str, str] = {}
    for line in output.splitlines():
        name, kind, object_name, tagged_kind, tagged, target = line.decode(errors="replace").split("\0")
        if target or not wanted.match(name) or excluded.match(name) or _MERGE_OF_PULL.match(name):
            continue
        if commit := object_name if kind == "commit" else tagged if tagged_kind == "commit" else "":
            found[name] = commit
    return [Ref(name, commit) for name, commit in sorted(found.items())]


def read_base(top: Path, settings: UnmergedSettings) -> str:
    """The commit that branches are compared with; empty before the first commit.

    :raises GitError: when the configured base does not exist.
    """
    names = [settings.base] if settings.base else ["refs/remotes/origin/HEAD", "HEAD"]
    for name in names:
        if name.startswith("-"):
            break
        done = try_git(top, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if not done.returncode:
            return done.stdout.decode().strip()
    if settings.base:
        raise GitError(f"git knows no commit '{settings.base}'", "fetch it, or correct `base` below `[unmerged]`")
    return ""


def read_branches(
    top: Path,
    settings: UnmergedSettings,
    suffixes: tuple[str, ...],
    now: int,
    *,
    refs: Sequence[Ref] = (),
    base: str = "",
    known: Known = NOTHING_KNOWN,
    sidecar: str = "",
) -> Branches:
    """Read what is not merged.

    :param suffixes: of the files that count; others of a branch are companions, which are read when they are shown.
    :param now: seconds since 1970, for what is too old.
    :param refs: by default those that the settings choose.
    :param base: by default the one that the settings choose.
    :param known: what git has said before.
    :param sidecar: the name of the file beside each page that holds its header, if there is one.
    :raises GitError: when git fails.
    """
    refs = refs or read_refs(top, settings)
    base = base or read_base(top, settings)
    if not base or not refs:
        return Branches(base)
    graph = _Graph(_walk(top, [base, *{ref.commit for ref in refs}]), base)
    notes: list[str] = []
    if missing := [ref.name for ref in refs if ref.commit not in graph.commits]:
        notes.append(f"{len(missing)} refs name commits that the repository does not hold, such as {missing[0]}")
    if _is_shallow(top):
        notes.append("the repository is a shallow clone: what was merged before it begins looks unmerged")
    if is_partial(top):
        notes.append(f"the repository is a partial clone: {FETCH_ALL}")
    requests = read_pull_requests(settings.pull_requests)
    refs = _open([ref for ref in refs if ref.commit in graph.commits], requests)
    notes += requests.notes
    if note := outdated(requests, ((number, ref.commit) for ref in refs if (number := pull_number(ref.name)))):
        notes.append(note)
    found, squashed = _unmerged(graph, refs, settings)
    limit = now - settings.max_age * _DAY if settings.max_age else 0
    old = {tip for tip in found if graph.commits[tip].time < limit}
    recent = {tip: names for tip, names in found.items() if tip not in old}
    # What a branch has in common with a merged one that it is built upon is merged, although its commits are not.
    below = [tip for tip in squashed if any(tip in graph.own(name) for name in recent)]
    counting = (*suffixes, sidecar) if sidecar else suffixes
    files, said = _changed_files(top, graph, [*recent, *below], counting, known.files)
    objects = (known.objects if known.base == base else _objects_on_base(top, base)) if files else b""
    on_base = frozenset(objects.decode().split())
    others = {*recent, *below}
    branches = [
        _branch(graph, tip, names, files, recent.keys(), others, on_base, requests) for tip, names in recent.items()
    ]
    if sidecar:
        branches = _with_sidecars(top, branches, suffixes, sidecar)
    return Branches(
        base,
        tuple(sorted(branches, key=lambda branch: _order(branch.refs[0]))),
        tuple(sorted(short_name(found[tip][0]) for tip in old)),
        tuple(notes),
        Known(said, base if files else "", objects),
    )


def _branch(
    graph: _Graph,
    tip: str,
    names: tuple[str, ...],
    files: Mapping[str, Sequence[ChangedFile]],
    recent: Collection[str],
    others: Collection[str],
    known: Collection[str],
    requests: PullRequests,
) -> Branch:
    """The branch with the commit *tip*.

    :param recent: the tips that are not merged.
    :param others: the tips whose files are not those of a branch that is built upon them.
    :param known: the objects of the base.
    """
    own = graph.own(tip)
    pull = next((number for name in names if (number := pull_number(name)) is not None), None)
    below = [commit for commit in own if commit in others and commit != tip]
    theirs = {(file.path, file.blob) for other in below for file in files.get(other, ())}
    changed = files.get(tip, ())
    return Branch(
        refs=names,
        pull=pull,
        tip=tip,
        start=graph.start(tip),
        commits=tuple(sorted((graph.commits[commit].shown for commit in own), key=lambda item: (-item.time, item.id))),
        files=tuple(
            file for file in changed if file.blob and file.blob not in known and (file.path, file.blob) not in theirs
        ),
        removed=tuple(file.old_path for file in changed if file.old_path and file.old_path != file.path),
        inside=tuple(sorted(commit for commit in below if commit in recent)),
        request=None if pull is None else requests.by_number.get(pull),
    )


def _with_sidecars(top: Path, branches: list[Branch], suffixes: tuple[str, ...], sidecar: str) -> list[Branch]:
    """*branches*, where each page has the file called *sidecar* beside it, which is no page of its own.

    A branch that changes only that file changes the pages beside it.
    """
    folders = {(branch.tip, file.path.rpartition("/")[0]) for branch in branches for file in branch.files}
    texts = read_blobs(top, {f"{tip}:{folder}" for tip, folder in folders if "\n" not in folder})
    trees = {name: _tree(data, len(name.partition(":")[0]) // 2) for name, data in texts.items()}
    found = []
    for branch in branches:
        files: dict[str, ChangedFile] = {}
        changed = {file.path: file for file in branch.files}
        for file in branch.files:
            folder, slash, name = file.path.rpartition("/")
            around = trees.get(f"{branch.tip}:{folder}", {})
            own = changed.get(f"{folder}{slash}{sidecar}")
            beside = around.get(sidecar, "")
            old_beside = own.old_blob if own is not None else beside
            pages = {name: file} if name != sidecar else {
                other: ChangedFile(path, blob, path, blob)
                for other, blob in around.items()
                if other.endswith(suffixes) and (path := f"{folder}{slash}{other}") not in changed
            }  # fmt: skip
            for page in pages.values():
                files[page.path] = msgspec.structs.replace(page, beside=beside, old_beside=old_beside)
        found.append(msgspec.structs.replace(branch, files=tuple(files.values())))
    return found


def _tree(data: bytes, size: int) -> dict[str, str]:
    """Name → object name of the files in a tree, as git stores it: mode, name, NUL, and *size* bytes of the name."""
    found: dict[str, str] = {}
    position = 0
    while (end := data.find(b"\0", position)) >= 0:
        mode, _, name = data[position:end].partition(b" ")
        position = end + 1 + size
        if mode.startswith(b"100"):
            found[name.decode(errors="replace")] = data[end + 1 : position].hex()
    return found


def _order(ref: str) -> tuple[int, int, str]:
    """Pull requests by number, then branches by name."""
    number = pull_number(ref)
    return (0, number, "") if number is not None else (1, 0, ref)


class _Node:
    """A commit of the walk."""

    __slots__ = ("author", "id", "parents", "place", "subject", "time", "tree")

    def __init__(self, place: int, fields: Sequence[bytes]) -> None:
        name, parents, tree, time, author, subject = (field.decode(errors="replace") for field in fields)
        self.place = place
        self.id, self.tree, self.subject, self.author = name, tree, subject, author
        self.parents = parents.split()
        self.time = int(time or 0)

    @property
    def shown(self) -> Commit:
        return Commit(self.id, self.time, self.author, self.subject)


class _Graph:
    """The commits of the base and of all refs. Children have a smaller place than their parents."""

    def __init__(self, commits: dict[str, _Node], base: str) -> None:
        self.commits = commits
        self.on_base = self._ancestors([base])
        self._own: dict[str, frozenset[str]] = {}

    def own(self, tip: str) -> frozenset[str]:
        """The commits of *tip* that are not on the base."""
        if tip not in self._own:
            self._own[tip] = frozenset(self._ancestors([tip], self.on_base))
        return self._own[tip]

    def start(self, tip: str) -> str:
        """The newest merge base of *tip*; empty without a common history."""
        parents = {parent for commit in self.own(tip) for parent in self.commits[commit].parents}
        candidates = sorted(parents & self.on_base, key=lambda commit: self.commits[commit].place)
        last = self.commits[candidates[-1]].place if candidates else 0
        while len(candidates) > 1:
            older = self._ancestors(self.commits[candidates[0]].parents, last=last)
            remaining = [commit for commit in candidates[1:] if commit not in older]
            if len(remaining) == len(candidates) - 1:
                break  # none of them is older than another: several merge bases, of which git takes the first as well
            candidates = [candidates[0], *remaining]
        return candidates[0] if candidates else ""

    def _ancestors(self, starts: Iterable[str], without: Collection[str] = (), last: int | None = None) -> set[str]:
        """*starts* and everything before them.

        :param without: commits that end the search.
        :param last: the place of the last commit that is of interest.
        """
        found: set[str] = set()
        waiting = list(starts)
        while waiting:
            name = waiting.pop()
            node = self.commits.get(name)
            if node is None or name in found or name in without or (last is not None and node.place > last):
                continue
            found.add(name)
            waiting += node.parents
        return found


def _walk(top: Path, starts: Iterable[str]) -> dict[str, _Node]:
    """Every commit that *starts* lead to, children first."""
    output = run_git(
        top, "log", "--stdin", "--ignore-missing", "--topo-order", "--no-color", "--encoding=UTF-8",
        "--no-show-signature", "--format=%x01%H%x00%P%x00%T%x00%ct%x00%an%x00%s",
        stdin="\n".join(starts).encode() + b"\n",
    )  # fmt: skip
    nodes = (_Node(place, record.rstrip(b"\n").split(_UNIT)) for place, record in enumerate(_records(output)))
    return {node.id: node for node in nodes}


def _records(output: bytes) -> Iterator[bytes]:
    """Each commit's fields. A subject may hold a control character, so that only a record with six fields is one."""
    for record in re.split(rb"\x01(?=[0-9a-f]{40,64}\x00)", output):
        if record.count(_UNIT) >= 5:
            *fields, subject = record.split(_UNIT, 5)
            yield _UNIT.join((*fields, subject.replace(_UNIT, b" ")))


def _open(refs: list[Ref], requests: PullRequests) -> list[Ref]:
    """*refs* without those of pull requests that are closed or merged, and the branches that they came from."""
    closed = [request for request in requests.by_number.values() if request.is_over]
    numbers = {request.number for request in closed}
    pulls = {ref.name: number for ref in refs if (number := pull_number(ref.name)) is not None}
    over = {request.head_ref_oid for request in closed} | {ref.commit for ref in refs if pulls.get(ref.name) in numbers}
    # The same commit may have been proposed again.
    over -= {ref.commit for ref in refs if ref.name in pulls and pulls[ref.name] not in numbers}
    return [ref for ref in refs if pulls.get(ref.name) not in numbers and (ref.name in pulls or ref.commit not in over)]


def _unmerged(
    graph: _Graph, refs: Sequence[Ref], settings: UnmergedSettings
) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Tip → the refs that name it, of everything that rules 1 and 2 leave; and the tips that rule 2 takes away."""
    pattern = re.compile(settings.merged_subject)
    subjects = (graph.commits[commit].subject for commit in graph.on_base)
    numbers = {int(match["number"]) for subject in subjects if (match := pattern.search(subject))}
    merged = [ref.commit for ref in refs if pull_number(ref.name) in numbers and ref.commit not in graph.on_base]
    squashed = {commit for tip in merged for commit in graph.own(tip)}
    tips: dict[str, list[str]] = {}
    for ref in refs:
        if ref.commit not in graph.on_base and ref.commit not in squashed:
            tips.setdefault(ref.commit, []).append(ref.name)
    # A branch that lies inside another is an earlier state of it; a pull request inside another has its own reviewers.
    contained = {commit for tip in tips for commit in graph.own(tip) if commit in tips and commit != tip}
    found = {
        tip: tuple(sorted(names, key=_order))
        for tip, names in tips.items()
        if tip not in contained or any(pull_number(name) is not None for name in names)
    }
    return found, merged


def _changed_files(
    top: Path,
    graph: _Graph,
    tips: Iterable[str],
    suffixes: tuple[str, ...],
    known: Mapping[str, tuple[ChangedFile, ...]],
) -> tuple[dict[str, Sequence[ChangedFile]], dict[str, tuple[ChangedFile, ...]]]:
    """Tip → what it adds, changes or removes beside where it began, as files; links and submodules are none.

    :param known: the answers of git that :class:`Known` holds; the second result are those of now.
    """
    pairs: dict[tuple[str, str], list[str]] = {}
    empty = ""
    for tip in tips:
        start = graph.start(tip)
        if not start:
            empty = empty or run_git(top, "hash-object", "-t", "tree", "--stdin").decode().strip()
        pairs.setdefault((graph.commits[start].tree if start else empty, graph.commits[tip].tree), []).append(tip)
    wanted = {f"{old} {new} {','.join(suffixes)}": tips for (old, new), tips in pairs.items()}
    said = {key: known[key] for key in wanted if key in known}
    missing = [pair for pair, key in zip(pairs, wanted, strict=True) if key not in said]
    said |= _differences(top, missing, suffixes) if missing else {}
    return {tip: said[key] for key, tips in wanted.items() for tip in tips if said[key]}, said


def _differences(
    top: Path, pairs: Sequence[tuple[str, str]], suffixes: tuple[str, ...]
) -> dict[str, tuple[ChangedFile, ...]]:
    """The answer of git for each of *pairs* of trees, as in :class:`Known`."""
    output = run_git(
        top, "diff-tree", "--stdin", "-r", "-z", "--raw", "--no-abbrev", "--no-ext-diff", "--no-textconv",
        "--no-relative", "--no-color", *(EXACT_RENAMES if is_partial(top) else RENAMES),
        stdin="".join(f"{old} {new}\n" for old, new in pairs).encode(),
    )  # fmt: skip
    found: dict[tuple[str, str], list[ChangedFile]] = {pair: [] for pair in pairs}
    tokens = iter(output.split(b"\0"))
    current: list[ChangedFile] = []
    for token in tokens:
        # Before the first change of a pair there is a line with the pair.
        header, _, change = token.rpartition(b"\n")
        if header:
            old, new = header.decode().split("\n")[-1].split()
            current = found[old, new]
        if not change:
            continue
        old_mode, mode, old_blob, blob, status = change.decode().removeprefix(":").split()
        old_path = next(tokens).decode(errors="replace")
        path = next(tokens).decode(errors="replace") if status[0] in "RC" else old_path
        was_file = old_mode.startswith("100") and old_path.endswith(suffixes)
        is_file = mode.startswith("100") and path.endswith(suffixes)
        if is_file or was_file:
            is_new = not old_blob.strip("0")
            after = (path, blob) if is_file else ("", "")
            before = ("", "") if is_new else (old_path, old_blob)
            current.append(ChangedFile(*after, *before))
    return {f"{old} {new} {','.join(suffixes)}": tuple(files) for (old, new), files in found.items()}


def _objects_on_base(top: Path, base: str) -> bytes:
    """The names of everything that is or was on the base, on lines. A partial clone need not hold the objects."""
    return run_git(top, "rev-list", "--objects", "--no-object-names", "--missing=allow-any", base)


def _is_shallow(top: Path) -> bool:
    return try_git(top, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"


def _globs(patterns: Iterable[str]) -> re.Pattern[str]:
    """Patterns in which ``*`` stands for any characters."""
    parts = ["".join(".*" if char == "*" else re.escape(char) for char in pattern) for pattern in patterns]
    return re.compile(rf"(?:{'|'.join(parts)})\Z" if parts else r"(?!)", re.DOTALL)

"""Finds the proposals of a project that has no configuration yet.

Pages with several known labels, or a status, or a number and a header are proposals; the directories and the names that
these have in common become the globs.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import msgspec

from sphinxext_dep.edit.adopt.looks import FEW, Look, Vocabulary, letters_of, look_at, name_of, number_of, only_main
from sphinxext_dep.edit.adopt.places import Bare, Everything, are_directories, exclude_of, kinds_of, sources_of
from sphinxext_dep.headers.base import Occurrence
from sphinxext_dep.headers.spellings import SPELLINGS
from sphinxext_dep.history.git import GitError, list_work_tree, work_tree
from sphinxext_dep.model.files import NO_PAGES, SUFFIXES, is_source
from sphinxext_dep.model.numbers import file_number
from sphinxext_dep.model.schema import fold

MAX_READ = 3_000
"""Pages that are read in search of proposals."""

PER_DIRECTORY = 30
"""Pages of a directory that are read in search of proposals: others of the same directory are like them."""

MAX_FILES = 200_000
"""Files of a project that are looked at, by their names."""

_FEWEST = 3
"""Pages that make a kind of their own."""


_OTHER_PAGES = (".mediawiki", ".adoc", ".asciidoc", ".org", ".tex", ".textile")
"""Suffixes of pages that proposals can have and that are not read."""


class Survey(msgspec.Struct):
    """The proposals of a project, as far as their places and headers say.

    :param root: the directory that paths are relative to.
    :param pages: the paths of all pages that *sources* and *exclude* select.
    :param looks: those that were read: all, or some of each directory.
    :param spellings: how many pages have each, the most frequent first; a page can have two.
    :param named_directories: whether numbers and names are those of directories.
    :param sidecar: the name of the YAML file beside each page.
    :param status_directories: the word of a status → the globs of the pages in directories with this name.
    :param others: a glob → how many pages, of what also looks like proposals and is left out.
    :param unread: suffix → the pages beside the proposals that have it and cannot be read.
    :param cut: whether there was more than what was looked at.
    """

    root: Path
    vocabulary: Vocabulary
    pages: list[str]
    looks: list[Look]
    sources: list[str]
    exclude: list[str]
    spellings: dict[str, int]
    named_directories: bool
    sidecar: str
    status_directories: dict[str, list[str]]
    others: dict[str, int]
    unread: dict[str, list[str]]
    cut: bool


class Nothing(NamedTuple):
    """The outcome when nothing looks like proposals.

    :param unread: suffix → pages with a number in their name that have it and cannot be read.
    """

    unread: dict[str, list[str]]


def survey(root: Path, vocabulary: Vocabulary) -> Survey | Nothing:
    """Look at the pages below *root*."""
    files, cut = _files(root)
    pages = [path for path in files if is_source(path, Everything())]
    sidecar = _sidecar(files, pages)
    looks = only_main(look_at(root, _sampled(pages, MAX_READ), vocabulary, sidecar))
    kinds = kinds_of(looks, pages)
    if not kinds:
        return Nothing(unread_beside(files))
    main = max(kinds, key=lambda kind: kind.weight)
    mine = [look for look in looks if main.holds(look.path)]
    with_headers = {look.path.rpartition("/")[0] for look in mine if look.strong}
    chosen = [look for look in mine if main.is_proposal(look)]
    # Beside a proposal that is called as its directory is, other pages are parts of it.
    chosen = [
        look
        for look in chosen
        if look.strong
        or number_of(name_of(look.path)) is not None
        or look.path.rpartition("/")[0] not in with_headers
        or main.bare is not Bare.NOTHING
    ]
    proposals = {look.path for look in chosen}
    inside = [path for path in pages if main.holds(path)]
    named_directories = are_directories(chosen)
    exclude = exclude_of(inside, proposals)
    sources = sources_of(chosen, inside, proposals, exclude)
    globs = Everything(tuple(sources), tuple(exclude))
    # An index is no proposal, unless it has the header of one.
    selected = [path for path in pages if is_source(path, globs) and (path in proposals or not _is_index(path))]
    taken = set(selected)
    read = [look for look in looks if look.path in taken]
    missing = taken - {look.path for look in read}
    if missing:
        read += look_at(root, _sampled(sorted(missing), MAX_READ - len(read)), vocabulary, sidecar)
    read.sort(key=lambda look: look.path)
    spellings = spellings_of(read)
    return Survey(
        root=root,
        vocabulary=vocabulary,
        pages=selected,
        looks=read,
        sources=sources,
        exclude=exclude,
        spellings=spellings,
        named_directories=named_directories,
        sidecar=sidecar if any(SPELLINGS[name].in_other_file for name in spellings) else "",
        status_directories=status_directories(selected, vocabulary),
        others={f"{kind.glob}": kind.strong for kind in kinds if kind is not main and kind.strong},
        unread=unread_beside(path for path in files if main.holds(path) and path not in taken),
        cut=cut or len(pages) > len(looks),
    )


def _is_index(path: str) -> bool:
    return PurePosixPath(path).stem.lower() == "index"


def _files(root: Path) -> tuple[list[str], bool]:
    """The paths of the files below *root* that git does not ignore, and whether there are more than are looked at."""
    top = work_tree(root)
    if top is not None:
        folder = Path(os.path.realpath(root)).relative_to(top).as_posix()
        prefix = "" if folder == "." else f"{folder}/"
        try:
            listed = list_work_tree(top, prefix.rstrip("/"))
        except GitError:
            listed = None
        if listed is not None:
            found = [path.removeprefix(prefix) for path in listed if path.startswith(prefix)]
            return found[:MAX_FILES], len(found) > MAX_FILES
    found = []
    for directory, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in NO_PAGES and not name.startswith("."))
        here = Path(directory).relative_to(root).as_posix()
        found += (name if here == "." else f"{here}/{name}" for name in names)
        if len(found) > MAX_FILES:
            return sorted(found[:MAX_FILES]), True
    return sorted(found), False


def _sidecar(files: Iterable[str], pages: Iterable[str]) -> str:
    """The name of a YAML file that is beside one page in each of several directories; empty when there is none."""
    directories = Counter(path.rpartition("/")[0] for path in pages)
    names: Counter[str] = Counter()
    for path in files:
        folder, _, name = path.rpartition("/")
        if name.endswith((".yaml", ".yml")) and not name.startswith(".") and folder and directories[folder]:
            names[name] += 1
    name, count = next(iter(names.most_common(1)), ("", 0))
    return name if count >= _FEWEST and count * 2 > sum(names.values()) else ""


def _sampled(pages: Sequence[str], limit: int) -> list[str]:
    """Some pages of each directory, spread evenly over it."""
    folders: dict[str, list[str]] = defaultdict(list)
    for path in pages:
        folders[path.rpartition("/")[0]].append(path)
    chosen = []
    for paths in folders.values():
        step = max(1, len(paths) / PER_DIRECTORY)
        chosen += [paths[int(place * step)] for place in range(min(len(paths), PER_DIRECTORY))]
    if len(chosen) > limit:
        chosen = [chosen[int(place * len(chosen) / limit)] for place in range(limit)]
    return chosen


def spellings_of(looks: Sequence[Look]) -> dict[str, int]:
    """The spellings of the headers, with the number of pages that have each; those of a single page in many go."""
    counts: Counter[str] = Counter(name for look in looks for name in look.strong)
    # A page can state some fields in another spelling than the rest.
    if not counts:
        unnamed = [name for name, spelling in SPELLINGS.items() if spelling.names_no_field]
        counts.update(name for look in looks for name in look.parts if name in unnamed)
        return {name: count for name, count in counts.items() if count * 2 > len(looks)}
    in_text = [name for name, spelling in SPELLINGS.items() if spelling.occurrence is Occurrence.TEXT]
    beside = Counter(name for look in looks for name in look.parts if name not in (*look.strong, *in_text))
    for name, count in beside.items():
        if count * 4 >= len(looks):
            counts[name] += count
    # A heading `Status` is the header of a page that has no other.
    for name in in_text:
        alone = sum(look.strong == (name,) for look in looks)
        if alone * 10 < sum(bool(look.strong) for look in looks) - alone:
            del counts[name]
    order = list(SPELLINGS)
    for name in list(counts):
        others = (other for other in counts if other != name and _covers(looks, other, name))
        if any(not _covers(looks, name, other) or order.index(other) < order.index(name) for other in others):
            del counts[name]
    # A page without another header is not left unread; on many pages a single other one is an accident.
    needed = {look.strong[0] for look in looks if look.strong and not any(name in counts for name in look.strong[1:])}
    least = 1 if len(looks) < FEW else 2
    return {name: count for name, count in counts.most_common() if count >= least or name in needed}


def _covers(looks: Sequence[Look], one: str, other: str) -> bool:
    """True if the spelling *one* reads everything that *other* reads, as one reads the lines of a preamble."""
    for look in looks:
        if other in look.parts:
            part = look.parts.get(one)
            read = {field.label_span for field in part.fields} if part else set()
            if not {field.label_span for field in look.parts[other].fields} <= read:
                return False
    return True


def status_directories(pages: Iterable[str], vocabulary: Vocabulary) -> dict[str, list[str]]:
    """Directories that are called as statuses are, when nearly all pages are in one."""
    found: dict[str, set[str]] = defaultdict(set)
    all_pages = list(pages)
    inside = 0
    for path in all_pages:
        parts = path.split("/")[:-1]
        for place in range(len(parts) - 1, -1, -1):
            if fold(parts[place]) in vocabulary.statuses:
                above = "**/" if place else ""
                found[parts[place]].add(f"{above}{parts[place]}/**")
                inside += 1
                break
    return {word: sorted(globs) for word, globs in sorted(found.items())} if inside * 2 > len(all_pages) else {}


def unread_beside(files: Iterable[str]) -> dict[str, list[str]]:
    """Suffix → those of *files* that have a number in their name, and are pages that cannot be read."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in files:
        name = name_of(path)
        suffix = PurePosixPath(name).suffix.lower()
        is_other = suffix in _OTHER_PAGES or (suffix == ".txt" and not path.endswith(tuple(SUFFIXES)))
        stem = name.removesuffix(suffix)
        if is_other and file_number(stem, letters_of(stem))[0] is not None:
            found[suffix].append(path)
    return dict(found)

"""The places of a project's proposals: directories that belong together, and the globs for their pages."""

from __future__ import annotations

import enum
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.edit.adopt.looks import Look, is_readme, letters_of, name_of, number_of, title_parts
from sphinxext_dep.model.files import SUFFIXES, is_source, matches
from sphinxext_dep.model.numbers import file_number
from sphinxext_dep.model.schema import fold

_FEWEST = 3
"""Pages that make a kind of their own."""

_TRIAL = re.compile(
    r"(?:^|[-_])(?:tests?|testing|fixtures?|templates?|samples?|vendor|assets)(?:$|[-_])", re.IGNORECASE
)
"""Directories of pages that are no proposals of this project."""

_PLACES = re.compile(
    r"adrs?|decisions|rfcs?|proposals|enhancements?|enhancement[-_]proposals|specs|[a-z]{1,6}[ei]ps", re.IGNORECASE
)
"""Names of directories in which pages with numbers are proposals, even without any header."""

_NO_PROPOSAL = re.compile(
    r"^(?:readme|index|contributing|security|changelog|license)\.|(?:^|-)(?:N{4,}|X{4,})(?:[-.]|$)", re.IGNORECASE
)
_TEMPLATE = re.compile(r"template\.\w+$", re.IGNORECASE)


class Everything(NamedTuple):
    """Globs that select all pages."""

    sources: tuple[str, ...] = ("**",)
    exclude: tuple[str, ...] = ()
    page_suffixes: tuple[str, ...] = tuple(SUFFIXES)


Weights = tuple[float, float, "Bare"]
"""How many pages of a directory look like proposals, how many have the name of one, and what says so."""


class Bare(enum.Enum):
    """Signs that a page is a proposal when none of its directory has a header."""

    NOTHING = enum.auto()
    NUMBER = enum.auto()
    PLACE = enum.auto()


class Kind(NamedTuple):
    """Directories whose pages belong together.

    :param strong: how many pages look like proposals.
    """

    folders: frozenset[str]
    strong: int
    weight: float
    bare: Bare

    def holds(self, path: str) -> bool:
        """True if the file *path* is in one of the directories."""
        return path.rpartition("/")[0] in self.folders

    def is_proposal(self, look: Look) -> bool:
        """True if a page in one of the directories is a proposal."""
        if look.strong or _is_other(look.path):
            return bool(look.strong)
        if self.bare is Bare.NUMBER:
            return _counts_alone(look)
        return self.bare is Bare.PLACE or look.number is not None

    @property
    def glob(self) -> str:
        """Their pages."""
        if len(self.folders) == 1:
            return f"{next(iter(self.folders))}/*".lstrip("/")
        common = os.path.commonpath(self.folders) if all(self.folders) else ""
        return f"{common}/**".lstrip("/").replace("\\", "/")


def _is_other(path: str) -> bool:
    """True if the name is that of no proposal: a template, a README."""
    name = name_of(path)
    return bool(_NO_PROPOSAL.search(name)) or (bool(_TEMPLATE.search(name)) and number_of(path) in (None, 0, 9999))


def kinds_of(looks: Iterable[Look], pages: Iterable[str]) -> list[Kind]:
    """The kinds of pages that may be proposals."""
    total = Counter(path.rpartition("/")[0] for path in pages)
    seen: dict[str, list[Look]] = defaultdict(list)
    for look in looks:
        if not _is_other(look.path) or look.strong:
            seen[look.path.rpartition("/")[0]].append(look)
    groups: dict[tuple[str, ...], dict[str, Weights]] = defaultdict(dict)
    for folder, found in seen.items():
        strong = sum(bool(look.strong) for look in found)
        numbered = sum(look.number is not None for look in found)
        plain = sum(_counts_alone(look) for look in found)
        scale = total[folder] / len(found)
        known_place = any(_PLACES.fullmatch(part) for part in folder.split("/"))
        is_bare = not strong and plain * (2 if known_place else 1.2) > len(found)
        enough = strong * 3 > len(found) or strong >= _FEWEST or (strong and numbered * 2 > len(found)) or is_bare
        if enough and not any(map(_TRIAL.search, folder.split("/"))):
            bare = Bare.NUMBER if is_bare else Bare.NOTHING
            groups[_family(folder)][folder] = (strong * scale, plain * scale, bare)
    for family, places in (_by_status(total) | ({} if groups else _by_place(total))).items():
        groups.setdefault(family, places)
    kinds = []
    for places in groups.values():
        strong_pages = round(sum(strong for strong, _, _ in places.values()))
        if not strong_pages and sum(plain for _, plain, _ in places.values()) < _FEWEST:
            continue
        weight = strong_pages + 0.3 * sum(plain for _, plain, _ in places.values())
        bares = {bare for _, _, bare in places.values()}
        kinds.append(Kind(frozenset(places), strong_pages, weight, bares.pop() if len(bares) == 1 else Bare.NOTHING))
    return kinds


def _counts_alone(look: Look) -> bool:
    """True if the name alone says that the page is a proposal: ``0012-…``, or ``rfc-12…`` with the title ``RFC 12``."""
    name, title = name_of(look.path), title_parts(look.heading)
    letters = letters_of(name)
    if letters:
        return title is not None and fold(title[0]) == fold(letters)
    return look.number is not None and re.match(r"[0-9]{3,}(?![0-9])", name) is not None


def _family(folder: str) -> tuple[str, ...]:
    """The directories that belong together have the same family."""
    parts = folder.split("/")
    if len(parts) == 1:
        if fold(parts[0]) in _STATUS_WORDS:
            return ("", "/")
        # `0012-title/…` in the root.
        return ("",) if not parts[0] or number_of(f"{parts[0]}/") is not None else (parts[0],)
    last = next((place for place, part in enumerate(parts) if _PLACES.fullmatch(part)), None)
    return tuple(parts[: last + 1]) if last is not None else tuple(parts[:2] if len(parts) > 2 else parts[:1])


_STATUS_WORDS = frozenset(
    {fold(status.name) for status in DEFAULT.statuses.values()}
    | {"accepted", "active", "draft", "drafts", "final", "proposed", "superseded", "withdrawn"}
)
"""Names of directories that are statuses."""


def _by_status(total: Mapping[str, int]) -> dict[tuple[str, ...], dict[str, Weights]]:
    """Directories that are called by statuses, as in ``specs/2024.2/implemented``: their pages need no header."""
    groups: dict[tuple[str, ...], dict[str, Weights]] = defaultdict(dict)
    for folder, count in total.items():
        if fold(name_of(folder)) in _STATUS_WORDS:
            groups[_family(folder)][folder] = (0, count, Bare.PLACE)
    return {
        family: found
        for family, found in groups.items()
        if sum(plain for _, plain, _ in found.values()) >= _FEWEST and len({name_of(name) for name in found}) > 1
    }


def _by_place(total: Mapping[str, int]) -> dict[tuple[str, ...], dict[str, Weights]]:
    """Directories for proposals, by their names, when there is nothing else to go by."""
    groups: dict[tuple[str, ...], dict[str, Weights]] = defaultdict(dict)
    for folder, count in total.items():
        if any(_PLACES.fullmatch(part) for part in folder.split("/")) and not any(
            map(_TRIAL.search, folder.split("/"))
        ):
            groups[_family(folder)][folder] = (0, 0.1 * count, Bare.PLACE)
    return groups


def are_directories(looks: Sequence[Look]) -> bool:
    """True if proposals are called as their directories are."""
    above = files = 0
    folders = Counter(look.path.rpartition("/")[0] for look in looks)
    for look in looks:
        folder, _, name = look.path.rpartition("/")
        parent = folder.rpartition("/")[2]
        if file_number(name, letters_of(name))[0] is not None:
            files += 1
        elif file_number(parent, letters_of(parent))[0] is not None or (folders[folder] == 1 and is_readme(name)):
            above += 1
    return above > files


def exclude_of(inside: Iterable[str], proposals: set[str]) -> list[str]:
    """Globs for templates and the like; those that every process excludes are among them."""
    exclude = [glob for glob in DEFAULT.exclude if not any(_is_excluded(path, glob) for path in proposals)]
    # A template has a header too, which is that of no proposal.
    for path in sorted({*inside, *proposals}):
        is_template = _TEMPLATE.search(name_of(path)) and number_of(path) in (None, 0, 9999)
        if is_template and not any(_is_excluded(path, glob) for glob in exclude):
            exclude.append(name_of(path))
    return exclude


def _is_excluded(path: str, glob: str) -> bool:
    return not is_source(path, Everything(exclude=(glob,)))


def sources_of(chosen: Sequence[Look], inside: Sequence[str], proposals: set[str], exclude: Sequence[str]) -> list[str]:
    """Globs that select the proposals: the simplest that select all of them, and as few others as can be."""
    everything = Everything(exclude=tuple(exclude))
    mine = [look.path for look in chosen if is_source(look.path, everything)] or [look.path for look in chosen]
    # An index is no proposal anyway.
    others = (path for path in inside if path not in proposals and PurePosixPath(path).stem.lower() != "index")
    sampled_others = {path for path in others if is_source(path, everything)}
    folders = sorted({path.rpartition("/")[0] for path in mine})
    best: tuple[float, list[str]] | None = None
    for tier, directories in enumerate(_directories(folders)):
        for rank, names in enumerate(_names(mine)):
            globs = [f"{folder}/{name}".lstrip("/") for folder in directories for name in names]
            kept = tuple(globs)
            missed = sum(not matches(path, kept) for path in mine)
            # A page with the number of a proposal is one, whether its header is read or not.
            extra = sum(matches(path, kept) and number_of(name_of(path)) is None for path in sampled_others)
            cost = 3 * missed + extra + 0.01 * len(globs) + 0.001 * rank + 0.002 * tier
            if best is None or cost < best[0]:
                best = (cost, globs)
    assert best is not None
    return best[1]


def _directories(folders: Sequence[str]) -> Iterator[list[str]]:
    """Ways to name directories in globs: one by one, with `*` for what differs, with `**`."""
    if len(folders) <= 12:
        yield list(folders)
    depths = {folder.count("/") for folder in folders}
    patterns = []
    for depth in sorted(depths):
        rows = [folder.split("/") for folder in folders if folder.count("/") == depth]
        columns = [sorted(set(column)) for column in zip(*rows, strict=True)]
        patterns.append("/".join(_common(column) for column in columns))
    yield patterns
    common = os.path.commonpath(folders).replace("\\", "/") if all(folders) else ""
    if len(folders) > 1:
        yield [f"{common}/**".lstrip("/")]


def _common(words: Sequence[str]) -> str:
    """The word, or a pattern for several."""
    if len(words) == 1:
        return words[0]
    letters = {letters_of(word) for word in words}
    if all(re.match(r"[0-9]", word) for word in words):
        return "[0-9]*"
    return f"{next(iter(letters))}*" if len(letters) == 1 and "" not in letters else "*"


def _names(paths: Sequence[str]) -> Iterator[list[str]]:
    """Ways to name files in globs: with a suffix only, or with what names begin with."""
    names = [name_of(path) for path in paths]
    suffixes = sorted({PurePosixPath(name).suffix for name in names})
    yield [f"*{suffix}" for suffix in suffixes]
    usual, count = Counter(names).most_common(1)[0]
    if count > 1 and count >= 0.97 * len(names):
        yield [usual]
    heads = (re.match(r"[A-Za-z]*[-_ ]?(?=[0-9])", name) for name in names if number_of(name) is not None)
    letters = Counter(head[0] for head in heads if head is not None)
    first = next(iter(letters.most_common(1)), ("", 0))[0]
    if first:
        yield [f"{first}*{suffix}" for suffix in suffixes]
        yield [f"{first}[0-9]*{suffix}" for suffix in suffixes]
    else:
        yield [f"[0-9]*{suffix}" for suffix in suffixes]

"""The repositories that the proposals of a project come from: on the disk, and on a forge.

Documentation may show the proposals of another repository: as a submodule, as a clone, through a symbolic link, or as
a plain copy. What belongs to a proposal (its history, the address where it is edited, branches, a base to compare with)
is that of its own repository, never that of the documentation.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Collection, Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sphinxext_dep.config.find import find_repository
from sphinxext_dep.history.git import main_branch, run_or_nothing, top_of
from sphinxext_dep.model.config import Forge, forge_at
from sphinxext_dep.model.files import lead_of

if TYPE_CHECKING:
    from sphinxext_dep.model.config import Config, RepositorySettings

_MAX_DIRECTORIES = 32
"""Git compares every path of every commit with each directory that it is given: instead of more, their parents are."""


class Repository(NamedTuple):
    """The proposals in one work tree. A link, or a submodule, gives a file another path there than in the project.

    :param top: the work tree.
    :param paths: path below the project's root → path below *top*, with ``/``.
    :param directories: the directories that hold them, and those of them at the top; relative to *top*.
    """

    top: Path
    paths: dict[str, str]
    directories: tuple[str, ...]

    def links(self, root: str) -> list[tuple[str, str]]:
        """Those of :attr:`paths` that lead out of their place below the project's *root*, which is a real path."""
        return [(path, inside) for path, inside in self.paths.items() if f"{self.top}/{inside}" != f"{root}/{path}"]


def find_repositories(root: Path, paths: Iterable[str]) -> list[Repository]:
    """The repositories that hold the proposals *paths* (relative to *root*); those that are in none are left out."""
    tops: dict[str, str | None] = {}
    real: dict[str, str] = {}
    found: dict[str, dict[str, str]] = {}
    for path in sorted(paths):
        file, top = located(str(root), path, real, tops)
        if top is not None:
            found.setdefault(top, {})[path] = below(file, top)
    return [Repository(Path(top), known, _directories(known.values())) for top, known in sorted(found.items())]


def located(root: str, path: str, real: dict[str, str], tops: dict[str, str | None]) -> tuple[str, str | None]:
    """The real path of the page *path*, and the top of the work tree that it is in, if any.

    :param real, tops: what is known of directories; are added to.
    """
    parent, _, name = path.rpartition("/")
    directory = real.get(parent)
    if directory is None:
        directory = real[parent] = os.path.realpath(f"{root}/{parent}")
    file = f"{directory}/{name}"
    if os.path.islink(file):  # noqa: PTH114 - asked for each of thousands of proposals
        file = os.path.realpath(file)
        directory = os.path.dirname(file)  # noqa: PTH120 - as above
    return file, top_of(directory, tops)


def below(file: str, top: str) -> str:
    """The path of *file* relative to *top*, with ``/``."""
    inside = os.path.relpath(file, top) if os.sep == "\\" else file.removeprefix(top).lstrip("/")
    return inside.replace(os.sep, "/")


def _directories(paths: Collection[str]) -> tuple[str, ...]:
    """The outermost directories of *paths*, and those of them that are in none."""
    files = {path for path in paths if "/" not in path}
    found = _outermost({path.rpartition("/")[0] for path in paths} - {""})
    while len(found) > _MAX_DIRECTORIES:
        parents = {directory.rpartition("/")[0] or directory for directory in found}
        if parents == set(found):
            break
        found = _outermost(parents)
    return (*found, *sorted(files))


def _outermost(directories: set[str]) -> list[str]:
    """*directories* without those that are in another."""
    found: list[str] = []
    # Sorted by their parts, what is in a directory follows it at once.
    for directory in sorted(directories, key=lambda name: name.split("/")):
        if not found or not is_within(directory, found[-1:]):
            found.append(directory)
    return found


def is_within(path: str, directories: Iterable[str]) -> bool:
    """True if *path* is one of *directories*, or below one."""
    return any(path == known or path.startswith(f"{known}/") for known in directories)


class Place(NamedTuple):
    """A directory of the project that is a directory of a repository; both relative, with ``/``, empty for the top."""

    directory: str
    inside: str

    def in_repository(self, path: str) -> str:
        """The path in the repository of the file that the project calls *path*; begins with ``../`` outside of it."""
        return _moved(path, self.directory, self.inside)

    def in_project(self, path: str) -> str:
        """The path in the project of the file that the repository calls *path*."""
        return _moved(path, self.inside, self.directory)

    def holds(self, path: str) -> bool:
        """True if the project's *path* is in this directory."""
        return not self.directory or is_within(path, [self.directory])


def _moved(path: str, old: str, new: str) -> str:
    return posixpath.normpath(posixpath.join(new, posixpath.relpath(path, old or ".")))


class ProposalRepository:
    """A repository that proposals come from.

    :param top: its work tree; ``None`` for a copy of its files.
    :param place: where it is in the project.
    :param settings: what the configuration says of it.
    :param is_own: whether it is the repository of the documentation.
    """

    def __init__(self, top: Path | None, place: Place, settings: RepositorySettings | None, *, is_own: bool) -> None:
        self.top = top
        self.place = place
        self.settings = settings
        self.is_own = is_own

    @property
    def is_linked(self) -> bool:
        """True if pages link to it: it is another one than that of the documentation, or the configuration asks for it.

        Of its own repository, a site has what its theme's settings say, and the files that Sphinx copies.
        """
        return not self.is_own or self.settings is not None

    @cached_property
    def forge(self) -> Forge | None:
        """The repository on the web, by the configuration, else by its remote; ``None`` when neither says it."""
        if self.settings is not None and self.settings.url:
            return forge_at(self.settings.url, self.settings.forge)
        addresses = find_repository(self.top)[1] if self.top is not None else ()
        return forge_at(addresses[0], self.settings.forge if self.settings is not None else None) if addresses else None

    @cached_property
    def branch(self) -> str:
        """The branch that “Edit” leads to."""
        if self.settings is not None and self.settings.branch:
            return self.settings.branch
        return (main_branch(self.top).partition("/")[2] if self.top is not None else "") or "main"

    @cached_property
    def commit(self) -> str:
        """The commit, tag or branch that is shown."""
        if self.top is None:
            return (self.settings.commit if self.settings is not None else "") or self.branch
        return run_or_nothing(self.top, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").decode().strip()

    @cached_property
    def _files(self) -> frozenset[str]:
        """The paths of all files at the commit."""
        if self.top is None or not self.commit:
            return frozenset()
        listed = run_or_nothing(self.top, "ls-tree", "-r", "-z", "--name-only", "--full-tree", self.commit)
        return frozenset(name.decode(errors="surrogateescape") for name in listed.split(b"\0") if name)

    @cached_property
    def _folders(self) -> frozenset[str]:
        """The paths of all directories at the commit; of the top, empty."""
        found = {""}
        for path in self._files:
            while (path := path.rpartition("/")[0]) and path not in found:
                found.add(path)
        return frozenset(found)

    def address(self, path: str) -> str:
        """The address of the file or directory *path* of the repository, at the commit that is shown; empty when it is
        not there, or nothing says where the repository is. Of a copy it is not known what is there.
        """
        forge = self.forge
        if forge is None or not self.commit or path.startswith("../"):
            return ""
        path = "" if path == "." else path
        if self.top is None:
            return forge.file(self.commit, path) if path else forge.directory(self.commit, "")
        if path in self._files:
            return forge.file(self.commit, path)
        return forge.directory(self.commit, path) if path in self._folders else ""


class ProposalRepositories:
    """All repositories that the pages of a project come from.

    :param home: the directory of the documentation; by default the project's root.
    """

    def __init__(self, config: Config, home: Path | None = None) -> None:
        self._config = config
        self._home = home or config.root
        self._tops: dict[str, str | None] = {}
        self._real: dict[str, str] = {}
        self._known: dict[tuple[Path | None, Place], ProposalRepository] = {}

    def of(self, path: str, *, with_copies: bool = False) -> ProposalRepository | None:
        """The repository of the page *path*, relative to the root; ``None`` when it is in none.

        :param with_copies: take a copy for a part of the repository that it was copied into.
        """
        config = self._config
        settings = config.settings_for(path) if config.repositories else None
        if settings is not None and settings.is_copy and not with_copies:
            # A link stays one: it is in the documentation where it is.
            directory = os.path.relpath(settings.directory, os.path.abspath(config.root))  # noqa: PTH100
            place = Place("" if directory == "." else directory.replace(os.sep, "/"), settings.folder)
            return self._repository(None, place, settings)
        real, top = located(str(config.root), path, self._real, self._tops)
        if top is None:
            return None
        return self._repository(Path(top), place_of(path, below(real, top)), settings)

    def work_trees(self, paths: Iterable[str], *, with_copies: bool = False) -> list[ProposalRepository]:
        """The repositories of the proposals *paths* that git knows, each once.

        The directories that ``sources`` names count as well: a repository may have its first proposal on a branch. A
        repository that is only reached by links to single files is not found.
        """
        directories = {path.rpartition("/")[0] for path in paths}
        directories |= {lead_of(glob).rstrip("/") for glob in self._config.schema.sources}
        by_top: dict[Path, ProposalRepository] = {}
        for directory in sorted(directories):
            found = self.of(f"{directory}/-" if directory else "-", with_copies=with_copies)
            if found is not None and found.top is not None:
                by_top.setdefault(found.top, found)
        return [found for _top, found in sorted(by_top.items())]

    def _repository(self, top: Path | None, place: Place, settings: RepositorySettings | None) -> ProposalRepository:
        if (top, place) not in self._known:
            is_own = top is not None and str(top) == top_of(os.path.realpath(self._home), self._tops)
            self._known[top, place] = ProposalRepository(top, place, settings, is_own=is_own)
        return self._known[top, place]


def place_of(path: str, inside: str) -> Place:
    """The outermost directory that is the same in the project and in the repository, from a file's path in both."""
    here, there = path.split("/"), inside.split("/")
    while here and there and here[-1] == there[-1]:
        here.pop()
        there.pop()
    return Place("/".join(here), "/".join(there))

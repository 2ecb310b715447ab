"""The configuration of a project: its process, and where its proposals, branches and pull requests are.

Also the addresses that a forge (GitHub, GitLab, Gitea, Bitbucket) gives to the files and branches of a repository.
"""

from __future__ import annotations

import enum
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

import msgspec

from sphinxext_dep.model.schema import Schema


class ForgeKind(enum.StrEnum):
    """The software of a forge: it decides what addresses look like."""

    GITHUB = "github"
    GITLAB = "gitlab"
    GITEA = "gitea"
    BITBUCKET = "bitbucket"


_HOSTS: Mapping[str, ForgeKind] = {
    "github": ForgeKind.GITHUB,
    "gitlab": ForgeKind.GITLAB,
    "codeberg": ForgeKind.GITEA,
    "gitea": ForgeKind.GITEA,
    "forgejo": ForgeKind.GITEA,
    "bitbucket": ForgeKind.BITBUCKET,
}
"""A part of a host's name → its software: ``github.com``, ``gitlab.example.org``."""

_PATHS: Mapping[ForgeKind, Mapping[str, str]] = {
    ForgeKind.GITHUB: {
        "file": "blob/{at}/{path}", "directory": "tree/{at}/{path}", "edit": "edit/{at}/{path}",
        "history": "commits/{at}/{path}", "pull": "pull/{at}", "branch": "tree/{at}",
    },
    ForgeKind.GITLAB: {
        "file": "-/blob/{at}/{path}", "directory": "-/tree/{at}/{path}", "edit": "-/edit/{at}/{path}",
        "history": "-/commits/{at}/{path}", "pull": "-/merge_requests/{at}", "branch": "-/tree/{at}",
    },
    ForgeKind.GITEA: {
        "file": "src/{kind}/{at}/{path}", "directory": "src/{kind}/{at}/{path}", "edit": "_edit/{at}/{path}",
        "history": "commits/{kind}/{at}/{path}", "pull": "pulls/{at}", "branch": "src/branch/{at}",
    },
    ForgeKind.BITBUCKET: {
        "file": "src/{at}/{path}", "directory": "src/{at}/{path}", "edit": "src/{at}/{path}?mode=edit",
        "history": "history-node/{at}/{path}", "pull": "pull-requests/{at}", "branch": "src/{at}",
    },
}  # fmt: skip

_HASH_LENGTHS = (40, 64)


class Forge(msgspec.Struct, frozen=True, gc=False):
    """A repository on a forge.

    :param url: its address, without a final ``/``.
    """

    kind: ForgeKind
    url: str

    def file(self, revision: str, path: str) -> str:
        """The page that shows the file *path* at a commit or on a branch."""
        return self._address("file", revision, path)

    @property
    def lines(self) -> str:
        """The address of a line of a file at a commit, with ``{commit}``, ``{path}`` and ``{line}`` in their places."""
        path = _PATHS[self.kind]["file"].format(at="{commit}", path="{path}", kind="commit")
        return f"{self.url}/{path}#{'lines-' if self.kind is ForgeKind.BITBUCKET else 'L'}{{line}}"

    def directory(self, revision: str, path: str) -> str:
        """The page that lists the directory *path*; the top when it is empty."""
        return self._address("directory", revision, path)

    def edit(self, branch: str, path: str) -> str:
        """The page on which the file *path* is edited."""
        return self._address("edit", branch, path)

    def history(self, branch: str, path: str) -> str:
        """The commits that changed the file *path*."""
        return self._address("history", branch, path)

    def pull(self, number: int) -> str:
        """The pull request, or merge request, with that number."""
        return self._address("pull", str(number))

    def branch(self, name: str) -> str:
        """The branch called *name*."""
        return self._address("branch", name)

    def _address(self, page: str, at: str, path: str = "") -> str:
        is_hash = len(at) in _HASH_LENGTHS and not set(at) - set("0123456789abcdef")
        written = _PATHS[self.kind][page].format(
            at=quote(at), path=quote(path, errors="surrogateescape"), kind="commit" if is_hash else "branch"
        )
        return f"{self.url}/{written}".rstrip("/")


def forge_at(url: str, kind: ForgeKind | None = None) -> Forge | None:
    """The forge of the repository at *url*; ``None`` when its kind is not given and its host does not say it.

    Without a kind the address is not guessed: a wrong link is worse than none.
    """
    host = (urlsplit(url).hostname or "") if url.startswith("https://") else ""
    kind = kind or next((_HOSTS[part] for part in host.split(".") if part in _HOSTS), None)
    return None if kind is None or not url else Forge(kind, url.rstrip("/"))


class UnmergedSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The table ``[unmerged]``: which branches and pull requests are read, and how they become links.

    :data:`~sphinxext_dep.config.tables.UNMERGED` says what each key means.

    :param max_age: days; 0 for no limit.
    :param pull_requests: the JSON file; ``None`` without one.
    """

    refs: tuple[str, ...] = ("refs/remotes/origin/*", "refs/pull/*/head")
    exclude: tuple[str, ...] = ()
    base: str = ""
    merged_subject: str = r"\(#(?P<number>[0-9]+)\)$"
    max_age: int = 365
    pull_request_url: str = ""
    branch_url: str = ""
    pull_requests: Path | None = None
    other_directories: bool = True


class RepositorySettings(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the table ``[repositories]``: where proposals come from.

    :data:`~sphinxext_dep.config.tables.REPOSITORIES` says what each key means.

    :param directory: absolute.
    :param is_own: whether it is the repository of the documentation itself.
    """

    directory: Path
    url: str = ""
    branch: str = ""
    commit: str = ""
    folder: str = ""
    forge: ForgeKind | None = None
    is_own: bool = False

    @property
    def is_copy(self) -> bool:
        """True if the files are a copy: git knows nothing of their own repository."""
        return not self.is_own and not (self.directory / ".git").exists()


class Config(msgspec.Struct, frozen=True):
    """A project's configuration.

    :param root: the directory that the globs of ``sources``, and the paths of proposals, are relative to.
    :param file: where the words come from, or ``None`` when there is no file.
    :param schema: the process.
    :param baseline: the file that exempts what was wrong when it was written
        (:mod:`~sphinxext_dep.check.baseline`), or ``None``.
    :param templates: files that a new proposal can start from.
    :param unmerged: which branches are looked at; ``None`` when none are.
    :param mentions: where mentions of proposals are looked for: directories, each with a glob of files below it, or
        with an empty text for all.
    :param source_url: the address of a line of a file at a commit; empty when its host is to say it.
    :param repositories: where proposals come from, as far as the configuration says it.
    """

    root: Path
    file: Path | None
    schema: Schema
    baseline: Path | None = None
    templates: tuple[Path, ...] = ()
    unmerged: UnmergedSettings | None = None
    mentions: tuple[tuple[str, str], ...] = ()
    source_url: str = ""
    repositories: tuple[RepositorySettings, ...] = ()

    @property
    def directory(self) -> Path:
        """The directory of the configuration file, absolute; without a file the root."""
        return (self.root if self.file is None else self.file.parent).resolve()

    def settings_for(self, path: str) -> RepositorySettings | None:
        """The entry of ``[repositories]`` for the page *path*, relative to the root: that of the nearest directory."""
        file = Path(os.path.abspath(self.root / path))  # noqa: PTH100 - a link is in the documentation where it is
        near = [item for item in self.repositories if file.is_relative_to(item.directory)]
        return max(near, key=lambda item: len(item.directory.parts), default=None)

    def is_copied(self, path: str) -> bool:
        """True if the page *path* is a copy from another repository, which git knows nothing of here."""
        settings = self.settings_for(path) if self.repositories else None
        return settings is not None and settings.is_copy


def schema_digest(schema: Schema) -> str:
    """A hexadecimal digest of everything in *schema*, the order of its entries included.

    Equal schemas have equal digests in every run and on every machine: pages are read again when it changes.
    """
    return hashlib.sha256(msgspec.json.encode(schema)).hexdigest()

"""Mentions of proposals in code, in a build: which files name each proposal, and links to their lines.

A link leads to the last commit that changed the file, not to the one that is checked out: it stays as it is while the
file does, so that a commit makes only those pages stale whose mentions it changes. A file that was changed since, or
was never committed, has no link: its lines may be others.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

import msgspec
from sphinx.application import Sphinx
from sphinx.util import logging

from sphinxext_dep.check.mentions import Mention, find_in_globs
from sphinxext_dep.config.find import find_repository
from sphinxext_dep.history.git import GitError, blob_name, work_tree
from sphinxext_dep.history.search import LastChange, last_changes
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.config import forge_at
from sphinxext_dep.rules.mentions import names_of
from sphinxext_dep.sphinx.build.project import Project, without_controls

logger = logging.getLogger(__name__)


class CodeFile(msgspec.Struct, frozen=True):
    """A file that names a proposal.

    :param path: relative to the top of its repository, else to the project's root; with ``/``.
    :param url: the address of a line, with ``{line}`` in its place; empty when there is none.
    """

    path: str
    lines: tuple[int, ...]
    url: str

    def address(self, line: int) -> str:
        """The address of *line*; empty when there is none."""
        return self.url.replace("{line}", str(line))


class _Cached(msgspec.Struct):
    """The content of the cache file: for each repository its head and the files asked about, and the answers."""

    known: dict[str, tuple[str, dict[str, LastChange | None]]]


def find_code(app: Sphinx, project: Project, catalog: Catalog) -> Mapping[str, tuple[CodeFile, ...]]:
    """The files that name each proposal, by its path. What could not be searched is logged as a warning."""
    config = project.config
    notes: list[str] = []
    names = names_of(catalog, config.root, config.mentions)
    made = tuple(f"{os.path.realpath(directory)}{os.sep}" for directory in (app.outdir, app.doctreedir))
    found: list[Mention] = []
    try:
        found += (item for item in find_in_globs(names, notes) if not item.file.startswith(made))
        files = _Files(config.source_url, config.root, Path(app.doctreedir) / f"{project.lead}dep-code".lower())
        shown = files.read({item.file for item in found if item.name is not None})
    except GitError as error:
        notes.append(f"what names proposals is not known: {error.message}")
        shown = {}
    for note in dict.fromkeys(notes):
        logger.warning("%s", without_controls(note), type="dep", subtype="mentions")
    lines: dict[str, dict[str, dict[int, None]]] = {}
    for item in found:
        if item.name is not None and item.file in shown:
            lines.setdefault(item.name.path, {}).setdefault(item.file, {})[item.line] = None
    return {
        path: tuple(
            sorted(
                (CodeFile(*shown[file][:1], tuple(sorted(numbers)), shown[file][1]) for file, numbers in files.items()),
                key=lambda file: file.path,
            )
        )
        for path, files in lines.items()
    }


class _Files:
    """The name of each file, and the address of its lines.

    :param template: ``source-url`` of the configuration; empty when the host says it.
    :param root: of the project.
    :param cache: a file to keep in what was asked of git.
    """

    def __init__(self, template: str, root: Path, cache: Path) -> None:
        self._template = template
        self._root = root
        self._file = cache
        self._cached = _Cached({})
        with contextlib.suppress(OSError, msgspec.DecodeError, msgspec.ValidationError):
            self._cached = msgspec.msgpack.decode(cache.read_bytes(), type=_Cached)

    def read(self, files: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Name and address of each of *files*, which are real paths.

        :raises GitError: when git fails.
        """
        below: dict[Path | None, list[str]] = {}
        tops: dict[str, Path | None] = {}
        for file in sorted(files):
            directory = os.path.dirname(file)  # noqa: PTH120 - as below
            if directory not in tops:
                tops[directory] = work_tree(Path(directory))
            below.setdefault(tops[directory], []).append(file)
        shown: dict[str, tuple[str, str]] = {}
        for top, known in below.items():
            start = self._root if top is None else top
            paths = {file: os.path.relpath(file, start).replace(os.sep, "/") for file in known}
            urls = {} if top is None else self._urls(top, paths)
            shown |= {file: (without_controls(path), urls.get(file, "")) for file, path in paths.items()}
        self._save()
        return shown

    def _urls(self, top: Path, paths: Mapping[str, str]) -> dict[str, str]:
        forges = filter(None, map(forge_at, find_repository(top)[1]))
        template = self._template or next((forge.lines for forge in forges), "")
        if not template:
            return {}
        changes = self._changes(top, tuple(paths.values()))
        urls = {}
        for file, path in paths.items():
            change = changes.get(path)
            if change is not None and _is_same(file, change.blob):
                address = template.replace("{path}", quote(os.fsencode(path))).replace("{commit}", change.commit)
                urls[file] = address
        return urls

    def _changes(self, top: Path, paths: tuple[str, ...]) -> Mapping[str, LastChange | None]:
        from sphinxext_dep.history.reading import read_head

        head = read_head(top).commit
        if not head:
            return {}
        known, answers = self._cached.known.get(str(top), ("", {}))
        missing = [path for path in paths if known != head or path not in answers]
        if missing:
            found = last_changes(top, head, missing)
            kept = answers if known == head else {}
            answers = kept | {path: found.get(path) for path in missing}
            self._cached.known[str(top)] = (head, answers)
        return answers

    def _save(self) -> None:
        # Without a cache the next build is slower. A name that is no Unicode cannot be written.
        with contextlib.suppress(OSError, ValueError):
            data = msgspec.msgpack.encode(self._cached)
            if self._cached.known and (not self._file.is_file() or self._file.read_bytes() != data):
                self._file.parent.mkdir(parents=True, exist_ok=True)
                self._file.write_bytes(data)


def _is_same(file: str, blob: str) -> bool:
    """True if *file* holds what is committed, line ends aside: a checkout may have changed those."""
    try:
        data = Path(file).read_bytes()
    except OSError:
        return False
    return blob in (blob_name(data, blob), blob_name(data.replace(b"\r\n", b"\n"), blob))

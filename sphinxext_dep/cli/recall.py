"""What a check said the last time: said again when nothing that it depends on has changed.

Everything counts: the options, the configuration, the baseline, the name and every byte of every page, this package and
what it reads Markdown and YAML with. Times and sizes of pages do not, since a checkout changes the one and an edit may
keep the other.

The answers lie in the user's cache directory, not in the project: a pull request must not be able to bring one along.
This module imports little, since what it saves is imports as much as anything.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from sphinxext_dep.check.tree import find_pages
from sphinxext_dep.config.find import find_config, find_docs
from sphinxext_dep.model.files import UnreadablePage, read_joined
from sphinxext_dep.version import __version__

DIRECTORY = "SPHINX_DEP_CACHE_DIR"
"""Environment variable that sets the cache directory."""

KEPT_DAYS = 30
"""Answers that nobody asked for in this time are removed."""

_LARGEST = 16 * 1024 * 1024
"""Characters of an answer that is worth keeping."""


class Answer(NamedTuple):
    """What a check said.

    :param text: for standard output.
    :param note: for standard error.
    """

    text: str
    note: str
    code: int


class Seen(NamedTuple):
    """Where an answer comes from, so that the same pages can be found again without reading the configuration.

    :param root: the project's root.
    :param baseline: the baseline's file, or empty.
    :param sidecar: the name of the file beside each page that holds its header, or empty.
    """

    root: str
    sources: tuple[str, ...]
    exclude: tuple[str, ...]
    baseline: str
    sidecar: str = ""


class Memory:
    """The answer to one request in one project.

    :param start: where the project is looked for.
    :param request: every option that changes what is said.
    """

    def __init__(self, start: Path, request: tuple[object, ...]) -> None:
        docs = find_docs(start)
        self._config = find_config(docs)
        self._about = repr((__version__, str(Path.cwd()), str(docs), str(self._config), request))
        self._file = _place(f"{_digest([self._about.encode(errors='surrogateescape')])}.json")

    def recall(self) -> Answer | None:
        """What was said, or ``None`` when that may no longer be true."""
        try:
            kept = json.loads(self._file.read_bytes())
            root, sources, exclude, baseline, sidecar = kept["seen"]
            seen = Seen(root, tuple(sources), tuple(exclude), baseline, sidecar)
            answer = Answer(*kept["answer"])
            if kept["stamp"] != self.stamp(seen, read_all(seen)):
                return None
            # So that it is not removed while it is in use.
            os.utime(self._file)
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return answer

    def keep(self, seen: Seen, stamp: str, answer: Answer) -> None:
        """Remember *answer*; not being able to is no misfortune."""
        if len(answer.text) > _LARGEST:
            return
        data = json.dumps({"seen": seen, "stamp": stamp, "answer": answer})
        partial = self._file.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError, ValueError):
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            partial.write_text(data, encoding="utf-8")
            partial.replace(self._file)
            _remove_old(self._file.parent)

    def stamp(self, seen: Seen, pages: Iterable[tuple[str, bytes | UnreadablePage]]) -> str:
        """A digest of all that an answer depends on."""
        parts = [self._about.encode(), _code().encode(), _content(self._config), _content(seen.baseline)]
        for path, data in pages:
            parts.append(path.encode(errors="surrogateescape"))
            parts.append(data if isinstance(data, bytes) else data.message.encode())
        return _digest(parts)


def read_all(seen: Seen) -> Iterable[tuple[str, bytes | UnreadablePage]]:
    """Path and bytes of every page, by path."""
    for path in find_pages(Path(seen.root), seen):
        try:
            yield path, read_joined(f"{seen.root}/{path}", seen.sidecar)
        except UnreadablePage as error:
            yield path, error


def _place(name: str) -> Path:
    """Where the answer *name* is kept; where nobody knows the user's home, nowhere."""
    try:
        return cache_directory() / name
    except RuntimeError:
        return Path(os.devnull, name)


def cache_directory() -> Path:
    """Where answers are kept: the user's cache directory, as each system has it."""
    if given := os.environ.get(DIRECTORY):
        return Path(given)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "sphinx-dep"


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.blake2b(digest_size=20)
    for part in parts:
        # The length keeps one part from looking like two.
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def _content(file: Path | str | None) -> bytes:
    try:
        return Path(file).read_bytes() if file else b""
    except OSError as error:
        return repr(error).encode()


def _code() -> str:
    """A text that changes when this package does, or a package that decides how pages are read.

    It holds names and times of files.
    """
    package = Path(__file__).parents[1]
    stamps = [(str(file), file.stat().st_mtime_ns) for file in package.rglob("*.py")]
    for name in ("pyromark", "yaml", "msgspec"):
        found = importlib.util.find_spec(name)
        if found is not None and found.origin:
            stamps.append((found.origin, os.stat(found.origin).st_mtime_ns))  # noqa: PTH116 - origin is a str
    return repr(sorted(stamps))


def _remove_old(directory: Path) -> None:
    limit = time.time() - KEPT_DAYS * 86_400
    for entry in os.scandir(directory):
        if entry.is_file() and entry.stat().st_mtime < limit:
            Path(entry.path).unlink()

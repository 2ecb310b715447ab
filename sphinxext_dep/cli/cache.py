"""The cache of ``check`` and ``mentions``: their last answers, each used while all that it depends on is the same.

The key covers the options, the configuration, the baseline, the remotes of the repository, the name and every byte of
every page, every module of this package, and the libraries that it reads pages with. Times and sizes of pages are not
enough: a checkout changes the one, and an edit may keep the other.

The cache is in the user's cache directory, not in the project: a pull request must not be able to bring one along. This
module imports little, since the time that it saves is as much that of imports as of checking.
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
from typing import TYPE_CHECKING, NamedTuple

from sphinxext_dep.config.find import find_config, find_docs, find_repository
from sphinxext_dep.model.files import PAGE_SUFFIXES, UnreadablePage, find_pages, read_joined
from sphinxext_dep.version import __version__

if TYPE_CHECKING:
    from sphinxext_dep.model.config import Config

DIRECTORY = "SPHINX_DEP_CACHE_DIR"
"""Environment variable that sets the cache directory."""

KEPT_DAYS = 30
"""Answers that were not used for so long are removed."""

_LARGEST = 16 * 1024 * 1024
"""Characters of the longest answer that is kept."""

_LIBRARIES = ("pyromark", "yaml", "msgspec", "lark", "rapidfuzz")
"""Packages that decide how pages are read, and what messages say."""


class Request(NamedTuple):
    """The options of ``check``.

    :param colour: true if the text may hold colours.
    """

    paths: tuple[str, ...]
    output_format: str
    select: str
    ignore: str
    severity: str
    fail_on: str
    exit_zero: bool
    statistics: bool
    baseline: str | None
    write_baseline: bool
    base: str | None
    ref: str | None
    new_only: bool
    fix: bool
    diff: bool
    colour: bool

    @property
    def is_cacheable(self) -> bool:
        """True if the answer depends on the pages and the options alone."""
        return not (self.write_baseline or self.base or self.ref or self.fix or self.diff)


class Answer(NamedTuple):
    """The output of ``check``.

    :param text: for standard output.
    :param note: for standard error.
    :param code: the exit code.
    """

    text: str
    note: str
    code: int


class Inputs(NamedTuple):
    """The files that an answer was made from, so that they can be found without reading the configuration.

    :param root: the project's root.
    :param baseline: the baseline's file, or empty.
    :param sidecar: the name of the file beside each page that holds its header, or empty.
    :param config: the file that the process is read from, which another may name.
    """

    root: str
    sources: tuple[str, ...]
    exclude: tuple[str, ...]
    baseline: str
    sidecar: str = ""
    page_suffixes: tuple[str, ...] = PAGE_SUFFIXES
    config: str = ""

    @classmethod
    def of(cls, config: Config, baseline: str = "") -> Inputs:
        """Those of the project with *config*."""
        schema = config.schema
        file = str(config.file or "")
        return cls(
            str(config.root), schema.sources, schema.exclude, baseline, schema.sidecar, schema.page_suffixes, file
        )


Pages = Iterable[tuple[str, bytes | UnreadablePage]]


class Cache:
    """The cached answer to one request in one project.

    :param start: the directory or file in which the project is looked for.
    :param request: a :class:`Request`, or what another command calls its own.
    """

    def __init__(self, start: Path, request: tuple[object, ...]) -> None:
        docs = find_docs(start)
        self._config = find_config(docs)
        self._request = repr((__version__, str(Path.cwd()), str(docs), str(self._config), tuple(request)))
        name = f"{_digest([self._request.encode(errors='surrogateescape')])}.json"
        try:
            self._file = cache_directory() / name
        except RuntimeError:
            # The user has no home directory: nothing is kept.
            self._file = Path(os.devnull, name)

    def load(self) -> Answer | None:
        """The cached answer; ``None`` when there is none, or something that it depends on has changed."""
        try:
            kept = json.loads(self._file.read_bytes())
            root, sources, exclude, baseline, sidecar, suffixes, config = kept["inputs"]
            inputs = Inputs(root, tuple(sources), tuple(exclude), baseline, sidecar, tuple(suffixes), config)
            answer = Answer(*kept["answer"])
            if kept["key"] != self._key(inputs, read_inputs(inputs)):
                return None
            # So that it is not removed while it is in use.
            os.utime(self._file)
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return answer

    def save(self, inputs: Inputs, pages: Pages, answer: Answer) -> None:
        """Keep *answer*, if that is possible."""
        if len(answer.text) > _LARGEST:
            return
        data = json.dumps({"inputs": inputs, "key": self._key(inputs, pages), "answer": answer})
        partial = self._file.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError, ValueError):
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            partial.write_text(data, encoding="utf-8")
            partial.replace(self._file)
            _remove_old(self._file.parent)

    def _key(self, inputs: Inputs, pages: Pages) -> str:
        """A digest of everything that an answer depends on."""
        parts = [self._request.encode(errors="surrogateescape"), _code().encode()]
        parts += [_content(self._config), _content(inputs.config), _content(inputs.baseline)]
        # A link below the address of a remote names a proposal.
        parts.append(repr(find_repository(Path(inputs.root))).encode())
        for path, data in pages:
            parts.append(path.encode(errors="surrogateescape"))
            parts.append(data if isinstance(data, bytes) else data.message.encode())
        return _digest(parts)


def cache_directory() -> Path:
    """The directory of all caches: in the user's cache directory, as each system has it.

    ``platformdirs`` would say the same; importing it takes half as long as importing click.

    :raises RuntimeError: when the user has no home directory.
    """
    if given := os.environ.get(DIRECTORY):
        return Path(given)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "sphinx-dep"


def read_inputs(inputs: Inputs) -> Pages:
    """Path and bytes of every page, by path."""
    for path in find_pages(Path(inputs.root), inputs):
        try:
            yield path, read_joined(f"{inputs.root}/{path}", inputs.sidecar)
        except UnreadablePage as error:
            yield path, error


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
    """Names and times of the files of this package and of the libraries that read pages: changes when one does."""
    package = Path(__file__).parents[1]
    stamps = [(str(file), file.stat().st_mtime_ns) for file in package.rglob("*.py")]
    for name in _LIBRARIES:
        found = importlib.util.find_spec(name)
        if found is not None and found.origin:
            stamps.append((found.origin, os.stat(found.origin).st_mtime_ns))  # noqa: PTH116 - origin is a str
    return repr(sorted(stamps))


def _remove_old(directory: Path) -> None:
    limit = time.time() - KEPT_DAYS * 86_400
    for entry in os.scandir(directory):
        if entry.is_file() and entry.stat().st_mtime < limit:
            Path(entry.path).unlink()

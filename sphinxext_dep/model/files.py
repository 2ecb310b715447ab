"""Files of pages: which are proposals (the globs of ``sources`` and ``exclude``), and their bytes, within limits.

It imports nothing else of the package: a front end that only asks whether pages have changed needs no more.
"""

from __future__ import annotations

import enum
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path


class Markup(enum.StrEnum):
    """The markup of a page, by the word that Sphinx has for it in ``source_suffix``."""

    MARKDOWN = "markdown"
    RST = "restructuredtext"


SUFFIXES = {".md": Markup.MARKDOWN, ".markdown": Markup.MARKDOWN, ".rst": Markup.RST}
"""The suffixes that pages have in every project, and what they mean; a project's ``suffixes`` adds to them, or says
otherwise. Pictures and data may lie beside pages. Case counts, as for Sphinx.
"""

PAGE_SUFFIXES = tuple(SUFFIXES)


def markup_of(path: str, suffixes: Mapping[str, Markup] = SUFFIXES) -> Markup:
    """The markup of the page *path*; Markdown when its suffix says nothing."""
    name = path.rpartition("/")[2].lower()
    known = [suffix for suffix in suffixes if name.endswith(suffix.lower())]
    return suffixes[max(known, key=len)] if known else Markup.MARKDOWN


MAX_PAGE_BYTES = 4 * 1024 * 1024
"""Pages larger than this (bytes) are not read: no proposal is that long, and a generated file should not stall a build.

The longest PEP (PEP 484's archive of 20 years) is under 0.2 MB.
"""


class UnreadablePage(Exception):  # noqa: N818 - an outcome of reading, turned into a diagnostic, not a failure of ours
    """A page that cannot become text: missing, not UTF-8, too large, or holding NUL bytes.

    :param message: what is wrong, without the file's name.
    :param help: the fix.
    :param line: 1-based line of the offending byte, 1 when there is none.
    :param column: 1-based column of the offending byte.
    :param is_text: whether other tools could still read it as text.
    """

    def __init__(self, message: str, help: str, line: int = 1, column: int = 1, *, is_text: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.line = line
        self.column = column
        self.is_text = is_text
        self.is_beside = False
        """True if it is the file beside the page that cannot become text; set by the caller that reads both."""


def too_large(size: int) -> UnreadablePage:
    """The outcome for a page of *size* bytes."""
    return UnreadablePage(
        f"the page is too large to be a proposal ({size:,} bytes; the limit is {MAX_PAGE_BYTES:,})",
        "move generated data and logs out of the proposal, or exclude the file with `exclude` in the configuration",
        is_text=True,
    )


def read_bytes(file: Path | str) -> bytes:
    """The bytes of the page *file*.

    :raises UnreadablePage: when it cannot be read, or is too large.
    """
    try:
        # A buffer of the largest size allowed would take as long as reading the pages.
        with open(file, "rb", buffering=0) as stream:  # noqa: PTH123 - so would a Path for each of 20,000 pages
            is_small = 0 < os.fstat(stream.fileno()).st_size <= MAX_PAGE_BYTES
            data = stream.readall() if is_small else stream.read(MAX_PAGE_BYTES + 1)
            if len(data) > MAX_PAGE_BYTES:
                # Only the size is needed for the message, not the rest of the bytes.
                raise too_large(stream.seek(0, 2))
    except OSError as error:
        raise UnreadablePage(
            f"the page cannot be read: {error.strerror or error}",
            "check that the file exists and that its permissions allow reading",
        ) from None
    return data


JOINT = b"\0beside\0"
"""Between the bytes of a page and those of the file beside it. A page that holds a NUL character is no page."""


def read_joined(file: Path | str, sidecar: str) -> bytes:
    """The bytes of the page *file* and, behind :data:`JOINT`, those of the file called *sidecar* beside it, if any.

    Whatever looks at a page's bytes (to check it, to compare it with another version, to see whether it changed) looks
    at both files so.

    :param sidecar: a file's name; without it there is no such file.
    :raises UnreadablePage: when one of them cannot be read, or is too large.
    """
    data = read_bytes(file)
    if not sidecar:
        return data
    other = os.path.join(os.path.dirname(file), sidecar)  # noqa: PTH118, PTH120 - a Path for each page takes long
    if b"\0" in data or not os.path.isfile(other):  # noqa: PTH113 - as above
        return data
    try:
        return JOINT.join((data, read_bytes(other)))
    except UnreadablePage as error:
        error.is_beside = True
        raise


NO_PAGES = frozenset(
    (".git", ".hg", ".svn", ".nox", ".tox", ".venv", "__pycache__", "_build", "_sources", "node_modules")
)
"""Directories that never hold a proposal, wherever they are and whatever the globs say.

Sphinx is told of them in ``exclude_patterns``, which can be read only by executing ``conf.py``.
"""


class Globs(Protocol):
    """The globs that select proposals: of a :class:`~sphinxext_dep.model.schema.Schema`, or of a cached part of one."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Globs of pages that are proposals."""

    @property
    def exclude(self) -> tuple[str, ...]:
        """Globs of pages that are not."""

    @property
    def page_suffixes(self) -> tuple[str, ...]:
        """The suffixes of pages."""


def is_source(path: str, globs: Globs) -> bool:
    """True if the page *path* (relative to the root, with ``/``) is a proposal.

    It is when a glob of ``sources`` matches the path and none of ``exclude`` does. In a glob ``**`` crosses
    directories, ``*`` and ``?`` do not, ``[abc]`` and ``[!abc]`` are one character. ``exclude`` ignores case, and looks
    at the file name alone unless the glob holds ``/``. Nothing in one of :data:`NO_PAGES` is a proposal, nor outside of
    the root.
    """
    if not path.endswith(globs.page_suffixes) or path.startswith("../"):
        return False
    included, excluded_names, excluded_paths = _compiled(globs.sources, globs.exclude)
    return bool(
        included.fullmatch(path)
        and not excluded_names.fullmatch(path.rpartition("/")[2])
        and not excluded_paths.fullmatch(path)
        and NO_PAGES.isdisjoint(path.split("/")[:-1])
    )


_WILDCARD = re.compile(r"[*?\[]")


def lead_of(glob: str) -> str:
    """The directories at the start of *glob* that hold no wildcard: ``deps/`` of ``deps/**``; may be empty."""
    directory = _WILDCARD.split(glob, maxsplit=1)[0].rpartition("/")[0]
    return f"{directory}/" if directory else ""


def matches(path: str, globs: tuple[str, ...]) -> bool:
    """True if one of *globs* matches *path*, as in ``sources``."""
    return bool(globs) and _compiled(globs, ())[0].fullmatch(path) is not None


def is_set_aside(path: str, globs: Globs) -> bool:
    """True if *path* would be a proposal, were it not for ``exclude`` or :data:`NO_PAGES`: a template, most likely."""
    matched = path.endswith(globs.page_suffixes) and _compiled(globs.sources, globs.exclude)[0].fullmatch(path)
    return bool(matched) and not is_source(path, globs)


_TEMPLATE = re.compile(r"(?:n{3,}|x{3,}|0{3}n)(?![^\W_])|template|.*[-_]template(?:[-_.]|$)", re.IGNORECASE)


def may_be_template(path: str) -> bool:
    """True if *path* could be that of a template: a quick look at each of its names."""
    return any(map(_TEMPLATE.match, path.split("/")))


def is_template(path: str, name: str, globs: Globs) -> bool:
    """True if the page *path* would be a proposal, were it not for ``exclude``, and is called as templates are.

    :param name: that of its file, or of its directory where directories have the names of proposals.
    """
    return _TEMPLATE.match(name) is not None and is_set_aside(path, globs)


def is_excluded_name(path: str, globs: Globs) -> bool:
    """Return whether the name of the file *path* is one that ``exclude`` names, in any directory."""
    return bool(_compiled(globs.sources, globs.exclude)[1].fullmatch(path.rpartition("/")[2]))


def directory_filter(globs: Globs) -> Callable[[str], bool]:
    """A function that says whether the directory *path* (relative to the root, with ``/``) can hold a proposal."""
    routes = [
        tuple(_any_of((part,)) if "**" not in part else None for part in glob.split("/")) for glob in globs.sources
    ]

    def may_hold(path: str) -> bool:
        return any(_leads(route, path.split("/")) for route in routes)

    return may_hold


def _leads(route: tuple[re.Pattern[str] | None, ...], directories: list[str]) -> bool:
    """True if a glob's parts, of which ``None`` crosses directories and the last is a file name, lead through these."""
    for index, name in enumerate(directories):
        part = route[index] if index < len(route) else None
        if index < len(route) and part is None:
            return True
        if part is None or index == len(route) - 1 or not part.fullmatch(name):
            return False
    return True


@lru_cache(maxsize=8)
def _compiled(sources: tuple[str, ...], exclude: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    names = tuple(glob for glob in exclude if "/" not in glob)
    paths = tuple(glob for glob in exclude if "/" in glob)
    return (_any_of(sources), _any_of(names, re.IGNORECASE), _any_of(paths, re.IGNORECASE))


def _any_of(globs: tuple[str, ...], flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """A pattern that matches what any of *globs* does; without globs, nothing."""
    return re.compile("|".join(f"(?:{''.join(_regex(glob))})" for glob in globs) or r"(?!)", re.DOTALL | flags)


_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[!?[^/][^\]/]*\]|.", re.DOTALL)
_RANGE = re.compile(r"(.)-(.)|.", re.DOTALL)


def _regex(glob: str) -> Iterator[str]:
    """Translate a glob.

    Not :mod:`pathspec`: in its gitignore patterns ``*.md`` matches at any depth and ``deps`` means everything below it,
    and a published list of proposals should not depend on such rules. :func:`glob.translate` needs Python 3.13.
    """
    for match in _TOKEN.finditer(glob):
        part = match.group()
        if part == "**/":
            yield "(?:[^/]+/)*"
        elif part == "**":
            yield ".*"
        elif part == "*":
            yield "[^/]*"
        elif part == "?":
            yield "[^/]"
        elif len(part) > 1:
            yield _character_class(part[1:-1])
        else:
            yield re.escape(part)


def _character_class(body: str) -> str:
    """The inside of ``[…]`` as a pattern of one character, never ``/``; a range that runs backwards holds nothing."""
    negated = len(body) > 1 and body.startswith("!")
    ranges = _RANGE.finditer(body[1:] if negated else body)
    parts = (
        re.escape(found.group()) if found[1] is None else f"{re.escape(found[1])}-{re.escape(found[2])}"
        for found in ranges
        if found[1] is None or found[1] <= found[2]
    )
    inside = "".join(parts)
    if not inside:
        return "[^/]" if negated else "(?!)"
    return f"(?!/)[{'^' if negated else ''}{inside}]"


def find_pages(root: Path, globs: Globs) -> list[str]:
    """The paths, relative to *root* and sorted, of every page below it that *globs* match.

    Only directories are entered that can hold one. Links are followed, as Sphinx does, but not in circles.

    :param globs: anything with ``sources`` and ``exclude``: the schema.
    """
    found: list[str] = []
    may_hold = directory_filter(globs)
    waiting: list[tuple[str, str, tuple[str, ...]]] = [(str(root), "", ())]
    while waiting:
        directory, prefix, above = waiting.pop()
        try:
            entries = list(os.scandir(directory))
        except OSError:
            # It vanished, or may not be read; Sphinx passes over it too.
            continue
        for entry in entries:
            path = prefix + entry.name
            try:
                if is_source(path, globs) and entry.is_file():
                    found.append(path)
                elif entry.name not in NO_PAGES and may_hold(path) and entry.is_dir():
                    links = _followed(entry, above) if entry.is_symlink() else above
                    if links is not None:
                        waiting.append((entry.path, f"{path}/", links))
            except OSError:
                # A link that leads to itself is neither.
                continue
    found.sort()
    return found


def _followed(entry: os.DirEntry[str], above: tuple[str, ...]) -> tuple[str, ...] | None:
    """The directories that hold the links on the way into *entry*, a link; ``None`` when it leads back into one.

    :param above: those on the way to it.
    """
    target, here = (os.path.realpath(name) for name in (entry.path, os.path.dirname(entry.path)))  # noqa: PTH120 - speed
    links = (*above, here)
    return None if any(f"{link}/".startswith(f"{target.rstrip('/')}/") for link in links) else links

"""Finds the configuration file and the directory of the docs, without executing either."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from sphinxext_dep.model.files import PAGE_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "dep.toml"
CONF = "conf.py"
PYPROJECT = "pyproject.toml"
TOOL = "sphinxext-dep"

_MAX_DIRECTORIES = 200
"""Directories in which pages are looked for: one that holds only a configuration has few."""

_MAX_BYTES = 1_000_000
"""Of a file of git's that is read."""

# https://git-scm.com/docs/git-config and https://git-scm.com/docs/git-clone#_git_urls; a password is left out.
_REMOTE = re.compile(r'^\[remote "([^"\n]*)"\][^\[]*?^\s*url\s*=\s*(.+)$', re.MULTILINE)
_SUBMODULE = re.compile(r"^\s*path\s*=\s*(.+?)\s*$", re.MULTILINE)
_REMOTE_URL = re.compile(
    r"(?:(?P<scheme>https?|ssh|git)://(?:[^/]*@)?(?P<host>[\w.-]+)(?::[0-9]+)?/"
    r"|(?:[^@/\s]+@)?(?P<ssh>[\w.-]+):(?!/))(?P<path>\S+)"
)
_DOMAIN = re.compile(r"[\w.-]+\.(?:[A-Za-z]+|xn--[\w-]+|[0-9]+)")
_SSH_HOSTS = {
    "ssh.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
    "altssh.bitbucket.org": "bitbucket.org",
}
"""Hosts of forges that take SSH at the port of HTTPS, and those of their pages."""

_INDEX = tuple(f"index{suffix}" for suffix in (*PAGE_SUFFIXES, ".txt"))
"""The first page of a project. It is found before the configuration that could say which suffixes pages have."""

_DOCS = (".", "docs", "doc", "docs/source", "doc/source", "source")
"""The directories that may hold ``conf.py``, in the order in which they are tried."""


def find_config(start: Path, confdir: Path | None = None) -> Path | None:
    """The configuration file that holds for *start* (a directory, or a file in it), or ``None``.

    It is ``dep.toml``, else a ``pyproject.toml`` with a table ``[tool.sphinxext-dep]``, in the nearest directory that
    has either: *start* or one above it, up to the first that holds ``.git``. A file beside a ``conf.py`` that is not in
    the source directory (``sphinx-build -c``) comes before those.

    :param confdir: the directory of ``conf.py``, when it is known; else it is looked for beside each directory.
    """
    confdir = _confdir_of(start) if confdir is None else confdir
    if confdir is not None:
        apart = () if confdir.resolve() == _directory(start) else (confdir.resolve(),)
        places = [*apart, *_upwards(start), *(_upwards(confdir) if apart else ())]
        return next((file for place in places if (file := _configured(place))), None)
    has_own = (_directory(start) / CONF).is_file()
    for directory in _upwards(start):
        if file := _configured(directory):
            return file
        # A conf.py beside the pages says that no other one is for them.
        has_own = has_own or (directory / CONF).is_file()
        if not has_own and _is_project(directory, start) and (found := _confdir_apart(directory)):
            return _configured(found)
    return None


def _confdir_of(start: Path) -> Path | None:
    """The directory that configures the pages in *start*, and no others, from beside or inside it; as a build knows it.

    Outside a repository a neighbour may be anybody's: then *start* must be the only one that it can be for.
    """
    docs = _directory(start)
    for directory in (docs, docs.parent):
        if (directory / CONF).is_file():
            return None
        if (found := _confdir_apart(directory)) and docs in (places := _places_beside(found)):
            return found if len(places) == 1 or _is_project(directory, start) else None
    return None


def _configured(directory: Path) -> Path | None:
    """The configuration file in *directory*."""
    if (file := directory / NAME).is_file():
        return file
    if (file := directory / PYPROJECT).is_file() and _is_configured(file):
        return file
    return None


def _is_project(directory: Path, start: Path) -> bool:
    """True if *directory* belongs to the project of *start*: outside a repository, what is above may be anybody's."""
    return directory == _directory(start) or any((place / ".git").exists() for place in (directory, *directory.parents))


def _confdir_apart(directory: Path) -> Path | None:
    """The directory in *directory* that configures pages elsewhere."""
    return next(filter(is_apart, _children(directory)), None)


def is_apart(directory: Path) -> bool:
    """True if *directory* holds ``conf.py``, and it or the one above our configuration, but no pages."""
    is_ours = (directory / CONF).is_file() and any(map(_configured, (directory, directory.parent)))
    return is_ours and not _has_pages(directory)


def _has_pages(directory: Path) -> bool:
    """True if *directory* holds pages at any depth, other than a README of its own that says what is in it."""
    waiting = [directory]
    for _ in range(_MAX_DIRECTORIES):
        if not waiting:
            return False
        place = waiting.pop()
        try:
            names = [entry.name.lower() for entry in place.iterdir()]
        except OSError:
            continue
        if any(
            name.endswith(PAGE_SUFFIXES) and (place != directory or not name.startswith("readme.")) for name in names
        ):
            return True
        # The first directories are looked at first.
        waiting += reversed(_children(place))
    return True


def _children(directory: Path) -> list[Path]:
    try:
        return sorted(entry for entry in directory.iterdir() if not entry.name.startswith(".") and entry.is_dir())
    except OSError:
        return []


def find_docs(start: Path) -> Path:
    """The directory of the docs that *start* belongs to: the one that holds ``conf.py``.

    Tried are *start*, then ``docs``, ``doc``, ``docs/source``, ``doc/source`` and ``source`` below it, then the same
    for each directory above, up to the first that holds ``.git``. Without any ``conf.py`` it is *start*.

    A directory that holds ``conf.py`` and the configuration but no pages is for pages beside it (``sphinx-build -c``),
    also when the configuration is in the directory above: those of the only directory there that has an index page.
    When there are several, it is the one that *start* is in; else the directory of ``conf.py``, in which no proposal is
    found.
    """
    for directory in _upwards(start):
        for name in _DOCS:
            found = directory / name
            if (found / CONF).is_file():
                return _docs_beside(found, start) if is_apart(found) else found
        if _is_project(directory, start) and (confdir := _confdir_apart(directory)):
            return _docs_beside(confdir, start)
    return _directory(start)


def _places_beside(confdir: Path) -> list[Path]:
    places = (confdir.parent, *_children(confdir.parent))
    return [place for place in places if any((place / name).is_file() for name in _INDEX)]


def _docs_beside(confdir: Path, start: Path) -> Path:
    directory, docs = confdir.parent, _places_beside(confdir)
    if len(docs) != 1:
        around = (_directory(start), *_directory(start).parents)
        docs = [place for place in docs if place in around and place != directory]
    return docs[0] if len(docs) == 1 else confdir


def find_repository(start: Path) -> tuple[Path | None, tuple[str, ...]]:
    """The top of the git repository that *start* is in, and the web addresses of its remotes.

    The first is that of ``upstream``, of which the user's own is a fork, else of ``origin``. The repository's
    configuration is read as text, and git is not started. Without a repository there is neither.
    """
    top = list(_upwards(start))[-1]
    place = top / ".git"
    try:
        if place.is_file():  # a worktree or a submodule names the directory
            place = top / _text(place).removeprefix("gitdir:").strip()
            common = place / "commondir"
            place = place / _text(common).strip() if common.is_file() else place
        elif not place.is_dir():
            return None, ()
        remotes = _REMOTE.findall(_text(place / "config"))
        remotes.sort(key=lambda found: (found[0] != "upstream", found[0] != "origin"))
        return top, tuple(filter(None, (_web_address(url) for _name, url in remotes)))
    except OSError:
        return top, ()


def start_of(path: Path) -> Path:
    """The directory in which the project of *path*, a file or directory that a command was given, is looked for.

    It is *path*; but the working directory when *path* is in a repository below it, such as a submodule: naming one
    proposal of the project that is worked in must not make it one of another project.
    """
    here, top = Path.cwd().resolve(), list(_upwards(path))[-1]
    return Path.cwd() if top != here and top.is_relative_to(here) and (top / ".git").exists() else path


def own_docs(directory: Path) -> Path:
    """As :func:`find_docs`, without looking above *directory*."""
    return next((found for name in _DOCS if ((found := directory / name) / CONF).is_file()), directory)


def empty_submodule(directory: Path) -> str:
    """The submodule that *directory* is or would be in, when it is not checked out; else an empty text.

    :returns: its path below the top of the repository, with ``/``.
    """
    place = Path(os.path.abspath(directory))  # noqa: PTH100 - resolve() would follow a link out of the submodule
    while not place.is_dir() and place != place.parent:
        place = place.parent
    try:
        if any(place.iterdir()):
            return ""
        top = next((above for above in place.parents if (above / ".git").exists()), None)
        if top is None:
            return ""
        inside = place.relative_to(top).as_posix()
        return inside if inside in _SUBMODULE.findall(_text(top / ".gitmodules")) else ""
    except OSError:
        return ""


def _text(file: Path) -> str:
    with file.open("rb") as opened:
        return opened.read(_MAX_BYTES).decode("utf-8", "replace")


def _web_address(remote: str) -> str:
    """The address, for people, of the repository that git knows as *remote*; empty when it is not known."""
    found = _REMOTE_URL.fullmatch(remote.strip().strip('"'))
    if found is None:
        return ""
    host = found["host"] or found["ssh"]
    if found["scheme"] in (None, "ssh"):
        host = _SSH_HOSTS.get(host.lower(), host)
        if not _DOMAIN.fullmatch(host):
            # A name from somebody's configuration of SSH, such as `github.com-work`.
            return ""
    return f"https://{host}/{found['path'].strip('/').removesuffix('.git')}"


def _upwards(start: Path) -> Iterator[Path]:
    """The directory of *start* and those above it; a repository's root is the last."""
    directory = _directory(start)
    for parent in (directory, *directory.parents):
        yield parent
        # A file in worktrees and submodules, a directory in other cases.
        if (parent / ".git").exists():
            return


def _directory(start: Path) -> Path:
    absolute = start.resolve()
    return absolute.parent if absolute.is_file() else absolute


def _is_configured(file: Path) -> bool:
    """True if a ``pyproject.toml`` has our table.

    One that names us but cannot be parsed counts: :func:`~sphinxext_dep.config.load_config` then says why, where
    passing over it would quietly check against the wrong process.
    """
    try:
        text = file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return False
    if TOOL not in text:
        # Most have nothing to do with us, and need no parser.
        return False
    import tomllib

    try:
        return TOOL in tomllib.loads(text).get("tool", {})
    except (ValueError, RecursionError):
        return f"[tool.{TOOL}" in text

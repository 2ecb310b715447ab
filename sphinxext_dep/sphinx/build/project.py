"""The project that is built, and the locations of directives and references in its files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from docutils import nodes
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util.docutils import SphinxDirective

from sphinxext_dep.check.rule import Registry
from sphinxext_dep.history.repositories import ProposalRepositories
from sphinxext_dep.model.config import Config
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.files import is_source
from sphinxext_dep.model.schema import Schema

Result = TypeVar("Result")


class Project:
    """The configuration of a build, and the paths of its documents.

    :param config: the project's configuration.
    :param rules: the rules that check it.
    :param digest: changes whenever a change of the configuration could change what is read from a page.
    :param home: the source directory; by default the root of the proposals.
    """

    def __init__(self, config: Config, rules: Registry, digest: str, home: Path | None = None) -> None:
        self.config = config
        self.repositories = ProposalRepositories(config, home)
        self.rules = rules
        self.digest = digest
        self._paths: dict[Path, str] = {}

    @property
    def schema(self) -> Schema:
        """The proposal process of this project."""
        return self.config.schema

    def path_of(self, env: BuildEnvironment, docname: str) -> str:
        """The path of *docname* in diagnostics and ``deps.json``: relative to the project's root, with ``/``."""
        file = env.doc2path(docname)
        path = self._paths.get(file)
        if path is None:
            # Asked for several times for each page that is read, and not cheap.
            path = self._paths[file] = Path(os.path.relpath(file, self.config.root)).as_posix()
        return path

    def is_source(self, env: BuildEnvironment, docname: str) -> bool:
        """True if *docname* is among the pages that ``sources`` matches."""
        return is_source(self.path_of(env, docname), self.schema)

    def file(self, path: str) -> Path:
        """The file with this *path* in diagnostics."""
        return self.config.root / path


class Location(msgspec.Struct, frozen=True, gc=False):
    """A line on a page, or in a file that the page includes. Kept in the environment.

    :param docname: the page.
    :param path: the path of the page.
    :param line: 1-based line.
    :param file: the path of the included file that the line is in; empty when it is in the page itself.
    """

    docname: str
    path: str
    line: int = 1
    file: str = ""

    @property
    def place(self) -> str:
        """The path of the file that ``line`` is in."""
        return self.file or self.path

    def put(self, item: Diagnostic) -> Diagnostic:
        """*item*, a diagnostic of the page at this line, in the right file."""
        return msgspec.structs.replace(item, file=self.file) if self.file else item


def of_directive(directive: SphinxDirective, project: Project) -> Location:
    """The location of *directive*."""
    env = directive.env
    docname, path = env.docname, project.path_of(env, env.docname)
    # docutils counts the lines that ``rst_prolog`` and includes put in front of it, too.
    source, line = directive.get_source_info()
    if not line or _is_made_up(source):
        return Location(docname, path, directive.lineno)
    return Location(docname, path, line, _file(source, path, project))


def of_node(node: nodes.Element, docname: str, path: str, project: Project) -> Location:
    """The location of *node*, a reference in prose: that of the nearest element around it.

    The reference has the line of its paragraph, too, and it can be wrong: MyST takes it from reStructuredText further
    up, and in a translated paragraph it is counted in the translation.
    """
    element: nodes.Element | None = node.parent
    while element is not None:
        if element.line and element.source and not _is_made_up(element.source):
            return Location(docname, path, int(element.line), _file(element.source, path, project))
        element = element.parent
    return Location(docname, path)


def _is_made_up(source: str) -> bool:
    """True if *source* is no file, but text of the configuration (``rst_prolog``) or of an extension."""
    return not source or source.startswith("<") or ":<" in source


def _file(source: str, path: str, project: Project) -> str:
    try:
        # docutils names included files as seen from the working directory, and so does relpath().
        named = Path(os.path.relpath(source, project.config.root)).as_posix()
    except ValueError:
        # On another drive than the project, where there are drives.
        return Path(source).as_posix()
    return "" if named == path else named


class DepError(SphinxError):
    """The build cannot go on."""

    category = "sphinxext_dep"


@contextmanager
def explaining() -> Iterator[None]:
    """Turn what keeps a file from being written into an error for people, which names the file and what to do.

    :raises DepError: then. Sphinx would show a traceback, or say which handler of an event threw an exception.
    """
    try:
        yield
    except OSError as error:
        name = without_controls(os.fsdecode(error.filename)) if error.filename else "a file"
        raise DepError(
            f"{name}: {error.strerror or error}; make room for it, or allow writing there, and build again"
        ) from error


def or_explain(handler: Callable[..., Result]) -> Callable[..., Result]:
    """*handler* of an event, with :func:`explaining` around it."""

    @wraps(handler)
    def explained(*arguments: Any, **options: Any) -> Result:
        with explaining():
            return handler(*arguments, **options)

    return explained


def without_controls(text: str) -> str:
    """*text*, such as the name of a file, with U+FFFD for every control character: a terminal would obey those."""
    return text if text.isprintable() else "".join(char if char.isprintable() else "\ufffd" for char in text)

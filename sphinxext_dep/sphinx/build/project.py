"""The project that is built, and the locations of directives and references in its files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
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
from sphinxext_dep.model.numbers import normalise_key, parse_number
from sphinxext_dep.model.schema import Schema

Result = TypeVar("Result")


class Project:
    """The configuration of one process in a build, and the paths of its documents.

    :param config: the project's configuration.
    :param rules: the rules that check it.
    :param digest: changes whenever a change of the configuration could change what is read from a page.
    :param home: the source directory; by default the root of the proposals.
    :param lead: the text in front of its names where those of all processes meet; empty for the first process.
    """

    def __init__(self, config: Config, rules: Registry, digest: str, home: Path | None = None, lead: str = "") -> None:
        self.config = config
        self.repositories = ProposalRepositories(config, home)
        self._home = home or config.root
        self.rules = rules
        self.digest = digest
        self.lead = lead
        self._paths: dict[Path, str] = {}

    @property
    def schema(self) -> Schema:
        """The proposal process of this project."""
        return self.config.schema

    @property
    def name(self) -> str:
        """The name of the process: its prefix."""
        return self.schema.prefix

    @property
    def directory(self) -> str:
        """The directory of what is published and cached of it, among that of all processes; empty for the first."""
        return self.name.lower() if self.lead else ""

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
        file = self.config.root / path
        if path.startswith("../") and (plain := Path(os.path.normpath(file))).is_relative_to(self._home):
            return plain
        return file


class Projects:
    """The projects of a build, one for each process; nearly always one.

    :param members: in the order of the configuration; their names are different in any case.
    """

    def __init__(self, members: Sequence[Project]) -> None:
        self.members = members
        self.first = members[0]
        self._of: dict[str, Project] = {}

    @property
    def are_several(self) -> bool:
        """True if pages may be of different processes."""
        return len(self.members) > 1

    @property
    def digest(self) -> str:
        """Changes whenever a change of the configuration could change what is read from a page."""
        return "\0".join(project.digest for project in self.members)

    def of(self, env: BuildEnvironment, docname: str) -> Project:
        """The project of *docname*: the one whose proposal it is, else that of the nearest directory around it."""
        if not self.are_several:
            return self.first
        project = self._of.get(docname)
        if project is None:
            file = Path(env.doc2path(docname))
            found = [item for item in self.members if item.is_source(env, docname)]
            near = [item for item in self.members if file.is_relative_to(item.config.directory)]
            near.sort(key=lambda item: -len(item.config.directory.parts))
            project = self._of[docname] = (*found, *near, self.first)[0]
        return project

    def named(self, name: str) -> Project | None:
        """The project whose process is called *name*, in any case."""
        return next((item for item in self.members if item.name.lower() == name.lower()), None)

    def refer(self, key: str, own: Project) -> tuple[Project, str]:
        """The project of the proposal that *key* names on a page of *own*, and its key there, normalised.

        A bare number or slug is one of *own*; ``KEP-12`` and, in capitals as the prefix is, ``KEP-some-slug`` are not.
        ``project:12`` names one of another project, as in intersphinx.
        """
        if self.are_several:
            for project in self.members:
                if key.startswith(f"{project.name}-") or (
                    key.lower().startswith(project.name.lower()) and parse_number(key, project.name) is not None
                ):
                    slug = key.removeprefix(f"{project.name}-")
                    return project, normalise_key(key, project.name) or normalise_key(slug, project.name) or key
        if found := normalise_key(key, own.name):
            return own, found
        other, colon, rest = key.partition(":")
        return (self.first, f"{other}:{normalise_key(rest, own.name) or rest.strip()}") if colon else (own, key)

    def names(self, target: str) -> bool:
        """True if *target* names a proposal as such: ``dep:12``, ``DEP-12``."""
        return target.lower().startswith((SCHEME, *(f"{item.name.lower()}-" for item in self.members)))


SCHEME = "dep:"
"""The scheme of links to proposals."""


class Location(msgspec.Struct, frozen=True, gc=False):
    """A line on a page, or in a file that the page includes. Kept in the environment.

    :param docname: the page.
    :param path: the path of the page.
    :param line: 1-based line.
    :param file: the path of the included file that the line is in; empty when it is in the page itself.
    :param process: the name of the process whose proposals are meant there.
    """

    docname: str
    path: str
    line: int = 1
    file: str = ""
    process: str = ""

    @property
    def place(self) -> str:
        """The path of the file that ``line`` is in."""
        return self.file or self.path

    def put(self, item: Diagnostic) -> Diagnostic:
        """*item*, a diagnostic of the page at this line, in the right file."""
        return msgspec.structs.replace(item, file=self.file) if self.file else item


def of_directive(directive: SphinxDirective, project: Project, process: str) -> Location:
    """The location of *directive*, on a page of *project*."""
    env = directive.env
    docname, path = env.docname, project.path_of(env, env.docname)
    # docutils counts the lines that ``rst_prolog`` and includes put in front of it, too.
    source, line = directive.get_source_info()
    if not line or _is_made_up(source):
        return Location(docname, path, directive.lineno, process=process)
    return Location(docname, path, line, _file(source, path, project), process)


def of_node(node: nodes.Element, docname: str, path: str, project: Project, process: str) -> Location:
    """The location of *node*, a reference in prose on a page of *project*: that of the nearest element around it.

    The reference has the line of its paragraph, too, and it can be wrong: MyST takes it from reStructuredText further
    up, and in a translated paragraph it is counted in the translation.
    """
    element: nodes.Element | None = node.parent
    while element is not None:
        if element.line and element.source and not _is_made_up(element.source):
            return Location(docname, path, int(element.line), _file(element.source, path, project), process)
        element = element.parent
    return Location(docname, path, process=process)


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

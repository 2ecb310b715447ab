"""Where something stands that a page shows: on the page, or in a file that the page includes."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.sphinx.build.project import Project


class Location(msgspec.Struct, frozen=True, gc=False):
    """A place on a page. Kept in the environment.

    :param docname: the page.
    :param path: the page as diagnostics name it.
    :param line: 1-based line.
    :param file: the file that the line is in, as diagnostics name it, when the page includes it; empty otherwise.
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
    """Where *directive* stands."""
    env = directive.env
    docname, path = env.docname, project.path_of(env, env.docname)
    # docutils counts the lines that ``rst_prolog`` and includes put in front of it, too.
    source, line = directive.get_source_info()
    if not line or _is_made_up(source):
        return Location(docname, path, directive.lineno)
    return Location(docname, path, line, _file(source, path, project))


def of_node(node: nodes.Element, docname: str, path: str, project: Project) -> Location:
    """Where *node*, a reference in prose, stands: where the nearest element around it says that it is.

    What the reference says itself is its paragraph's line, too, and can be wrong: MyST takes it from reStructuredText
    that stands further up, and in a translated paragraph it is counted in the translation.
    """
    element: nodes.Element | None = node.parent
    while element is not None:
        if element.line and element.source and not _is_made_up(element.source):
            return Location(docname, path, int(element.line), _file(element.source, path, project))
        element = element.parent
    return Location(docname, path)


def _is_made_up(source: str) -> bool:
    """Whether *source* is no file, but text of the configuration (``rst_prolog``) or of an extension."""
    return not source or source.startswith("<") or ":<" in source


def _file(source: str, path: str, project: Project) -> str:
    try:
        # docutils names included files as seen from the working directory, and so does relpath().
        named = Path(os.path.relpath(source, project.config.root)).as_posix()
    except ValueError:
        # On another drive than the project, where there are drives.
        return Path(source).as_posix()
    return "" if named == path else named

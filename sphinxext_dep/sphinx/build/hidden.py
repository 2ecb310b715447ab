"""A ``dep-header`` that the text reader and the build do not both see (DEP003): why, and where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from docutils.parsers.rst.states import RSTState
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from sphinxext_dep.check.check import diagnostic
from sphinxext_dep.model.diagnostics import Diagnostic, Finding
from sphinxext_dep.markup.directive import find_directives
from sphinxext_dep.headers.read import RawHeader, Spelling
from sphinxext_dep.markup.outline import read_outline
from sphinxext_dep.model.source import Source, Span, UnreadablePage, read_source
from sphinxext_dep.rules.reading import HiddenBy
from sphinxext_dep.sphinx.build.location import of_directive
from sphinxext_dep.sphinx.build.project import Project

_KEY = "sphinxext_dep.header"


class Place(NamedTuple):
    """Where the text reader found the directive in the text that the parser gets.

    :param line: its first line, 1-based; 0 when there is none.
    :param colons: whether its fence is of colons.
    """

    line: int = 0
    colons: bool = False


def note_place(env: BuildEnvironment, source: Source, header: RawHeader) -> None:
    """Note where the page that is being read has its directive."""
    span = header.spans.get(Spelling.DIRECTIVE)
    if span is not None:
        colons = source.line_text(span.line).lstrip().startswith(":::")
        env.temp_data[_KEY] = Place(span.line, colons)


def noted_place(env: BuildEnvironment) -> Place:
    """What :func:`note_place` noted about the page that is being read."""
    place: Place = env.temp_data.get(_KEY) or Place()
    return place


def hidden_header(reason: HiddenBy, path: str, line: int, project: Project) -> Diagnostic:
    """DEP003 at *line* of the page *path*."""
    rule = project.rules.by_code["DEP003"]
    span = Span(0, 0, line, 1)
    finding: Finding = next(iter(rule.check(reason, span)))
    return diagnostic(rule, finding, path, None, project.schema)


def why_hidden(directive: SphinxDirective, path: str, project: Project) -> Diagnostic | None:
    """DEP003 for a *directive* that the build runs and the text reader does not see.

    ``None`` for one that it sees, and on a page that it cannot read at all, which is reported as that.

    :param path: the page as diagnostics name it.
    """
    env = directive.env
    at = of_directive(directive, project)
    source = _source(project, path)
    if at.file:
        reason = HiddenBy.INCLUDE if project.is_source(env, env.docname) else HiddenBy.OUTSIDE
        return hidden_header(reason, path, _line_of_include(source, Path(at.file).name), project)
    line = at.line
    if not project.is_source(env, env.docname):
        return hidden_header(HiddenBy.OUTSIDE, path, line, project)
    if source is None or line == noted_place(env).line:
        return None
    if Path(path).suffix != ".rst" and isinstance(directive.state, RSTState):
        return hidden_header(HiddenBy.EVAL_RST, path, line, project)
    if directive.name not in source.line_text(line):
        # MyST counts from the line behind the substitution.
        line = line - 1 if "{{" in source.line_text(line - 1) else line
        return hidden_header(HiddenBy.SUBSTITUTION, path, line, project)
    return hidden_header(HiddenBy.NESTED, path, line, project)


def _source(project: Project, path: str) -> Source | None:
    try:
        return read_source(project.file(path), path)
    except UnreadablePage:
        return None


def _line_of_include(source: Source | None, name: str) -> int:
    """The line of the page that includes the file *name*; the first when that is not plain to see."""
    if source is None:
        return 1
    includes = find_directives(source, read_outline(source), ("include",))
    return next((found.line for found in includes if Path(found.argument.strip()).name == name), 1)

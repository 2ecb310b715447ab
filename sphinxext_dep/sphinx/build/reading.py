"""Reading pages: which are proposals, which are read again, and what the parsers get to see of a header."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.matching import Matcher

from sphinxext_dep.check.check import Checked, check_page, is_proposal, unreadable
from sphinxext_dep.check.tree import find_pages
from sphinxext_dep.headers import DIRECTIVE
from sphinxext_dep.headers.page import blanked_lines, page_metadata, read_page
from sphinxext_dep.model.proposal import Page, RawHeader
from sphinxext_dep.model.source import Source, UnreadablePage, read_source
from sphinxext_dep.sphinx.build.domain import domain_of
from sphinxext_dep.sphinx.build.project import Project
from sphinxext_dep.sphinx.html.nodes import every

logger = logging.getLogger(__name__)

_FIXES = {
    ".md": "add `myst_parser` to `extensions` in conf.py",
    ".rst": "add `.rst` to `source_suffix` in conf.py",
}
"""Per suffix of a proposal, what makes Sphinx read it."""


def changed_by_configuration(env: BuildEnvironment) -> list[str]:
    """Documents to read again because the project's TOML file changed: those it can matter to, and no others."""
    domain = domain_of(env)
    project = domain.project
    if domain.data["digest"] == project.digest:
        return []
    domain.data["digest"] = project.digest
    known = {*domain.data["sources"], *domain.data["consumers"], *domain.data["diagnostics"]}
    return sorted(known | {docname for docname in env.found_docs if project.is_source(env, docname)})


def changed_elsewhere(env: BuildEnvironment) -> set[str]:
    """Documents to read again because what they show of another project has changed."""
    domain = domain_of(env)
    return {
        docname
        for docname, origins in domain.data["origins"].items()
        if any(domain.origins.digest(origin) != digest for origin, digest in origins.items())
    }


def set_aside_unreadable(env: BuildEnvironment, docnames: list[str]) -> dict[str, Checked]:
    """Take the proposals that Sphinx could not read as text out of *docnames*; it would end the build at the first.

    They are not kept in the environment: Sphinx tries them anew in every build, and so does this.
    """
    domain = domain_of(env)
    project = domain.project
    aside: dict[str, Checked] = {}
    for docname in list(docnames):
        if not project.is_source(env, docname):
            continue
        path = project.path_of(env, docname)
        try:
            project.schema.read_source(project.file(path), path)
        except UnreadablePage as error:
            if (error.is_text or error.is_beside) and _decodes(project.file(path)):
                continue
            docnames.remove(docname)
            # As Sphinx does for a page that was deleted.
            env.events.emit("env-purge-doc", env, docname)
            env.clear_doc(docname)
            env.project.docnames.discard(docname)
            aside[docname] = unreadable(path, error, project.schema, project.rules)
    return aside


def _decodes(file: Path) -> bool:
    try:
        file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return True


def read(app: Sphinx, docname: str, content: list[str]) -> None:
    """Read and judge a proposal's page as Sphinx reads it, and take its header out of the text.

    The header's lines are blanked, not removed: every other line keeps its number, and the parsers never see metadata,
    so that nothing in it can upset them or end up as markup.
    """
    env = app.env
    domain = domain_of(env)
    project = domain.project
    if not project.is_source(env, docname):
        return
    domain.data["sources"][docname] = True
    path = project.path_of(env, docname)
    try:
        source = read_source(project.file(path), path, _note_sidecar(env, project, path))
    except UnreadablePage as error:
        domain.data["pages"][docname] = unreadable(path, error, project.schema, project.rules)
        return
    page = read_page(source, project.schema)
    if not is_proposal(page):
        return
    domain.data["pages"][docname] = _kept(check_page(page, project.rules))
    _keep_metadata(env, docname, page.header)
    text = content[0]
    if text != _universal_newlines(source.text):
        # Another extension changed the text first; what is blanked must be found in what it made of it.
        page = read_page(source.with_text(text), project.schema)
    note_place(env, page.source, page.header)
    content[0] = blank_header(page, text)


def _keep_metadata(env: BuildEnvironment, docname: str, header: RawHeader) -> None:
    """Give Sphinx the metadata of the page, such as ``:orphan:``, that is in lines which its parsers do not see."""
    metadata: dict[str, Any] = {**page_metadata(header)}
    if _DEPTH in metadata:
        # As Sphinx reads it.
        depth = metadata[_DEPTH].strip()
        metadata[_DEPTH] = int(depth) if depth.isdecimal() else 0
    if metadata:
        env.metadata[docname].update(metadata)


_DEPTH = "tocdepth"
_KEY = "sphinxext_dep.header"


class Place(NamedTuple):
    """The place of the directive in the text that the parser gets, as the text reader found it.

    :param line: its first line, 1-based; 0 when there is none.
    :param colons: whether its fence is of colons.
    """

    line: int = 0
    colons: bool = False


def note_place(env: BuildEnvironment, source: Source, header: RawHeader) -> None:
    """Note where the page that is being read has its directive."""
    span = header.spans.get(DIRECTIVE)
    if span is not None:
        colons = source.line_text(span.line).lstrip().startswith(":::")
        env.temp_data[_KEY] = Place(span.line, colons)


def noted_place(env: BuildEnvironment) -> Place:
    """The result of :func:`note_place` for the page that is being read."""
    place: Place = env.temp_data.get(_KEY) or Place()
    return place


def _note_sidecar(env: BuildEnvironment, project: Project, path: str) -> str:
    """The path of the file beside the page *path*, if there is one; the page is read again when it changes."""
    sidecar = project.schema.sidecar_of(path)
    if sidecar and project.file(sidecar).is_file():
        # Sphinx would read a page with a missing dependency in every build.
        env.note_dependency(str(project.file(sidecar)))
    return sidecar


def new_sidecars(env: BuildEnvironment) -> list[str]:
    """Documents whose file beside them has come since they were read; it can make a proposal of any of them."""
    project = domain_of(env).project
    if not project.schema.sidecar:
        return []
    return [
        docname
        for docname in env.found_docs
        if project.is_source(env, docname)
        and (file := project.file(project.schema.sidecar_of(project.path_of(env, docname)))).is_file()
        and file not in map(Path, env.dependencies.get(docname, ()))
    ]


def _kept(checked: Checked) -> Checked:
    """The part of *checked* that the environment keeps: sections are only for the rules of one page."""
    return msgspec.structs.replace(checked, proposal=msgspec.structs.replace(checked.proposal, sections=()))


def _universal_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def blank_header(page: Page, text: str) -> str:
    """*text*, which is that of *page*, with the lines of the header emptied."""
    lines = text.split("\n")
    for first, last in blanked_lines(page.source, page.outline, page.header, page.schema):
        for number in range(first, min(last, len(lines)) + 1):
            lines[number - 1] = ""
    return "\n".join(lines)


def note_anchors(app: Sphinx, doctree: nodes.document) -> None:
    """``doctree-read``: note every name under which a place on a proposal's page can be linked to, and its id.

    A section has many: the ids that docutils makes of its title and of the labels above it, those labels as they are
    written, and with ``myst_heading_anchors`` the slug that MyST makes of its title.
    """
    docname = app.env.docname
    domain = domain_of(app.env)
    if docname not in domain.data["pages"]:
        return
    anchors: dict[str, str] = {}
    for node in every(doctree, nodes.Element):
        ids: list[str] = node.get("ids", [])
        anchors.update(zip(ids, ids, strict=True))
        if ids and node.get("slug"):
            # MyST before 6 does not make an id of it.
            anchors.setdefault(str(node["slug"]), ids[0])
    for label, is_explicit in doctree.nametypes.items():
        if is_explicit and (target := doctree.nameids.get(label)):
            anchors.setdefault(str(label), str(target))
    domain.data["anchors"][docname] = anchors


def warn_of_unparsed(app: Sphinx, project: Project) -> None:
    """Warn once per suffix that Sphinx does not know and proposals have.

    What ``exclude_patterns`` leaves out is left out on purpose.
    """
    missing = [suffix for suffix in _FIXES if suffix not in app.config.source_suffix]
    if not missing:
        return
    included, excluded = Matcher(app.config.include_patterns), Matcher(app.config.exclude_patterns)
    places = [(path, _place(app, project.file(path))) for path in find_pages(project.config.root, project.schema)]
    for suffix in missing:
        files = [
            project.file(path)
            for path, place in places
            if path.endswith(suffix) and not place.startswith("../") and included(place) and not excluded(place)
        ]
        if files:
            others = f" (and {len(files) - 1} more)" if len(files) > 1 else ""
            logger.warning(
                "no parser reads `%s`: this proposal%s is not in the build; %s", suffix, others, _FIXES[suffix],
                location=f"{files[0]}:1:1", type="dep", subtype="no-parser",
            )  # fmt: skip


def _place(app: Sphinx, file: Path) -> str:
    """*file* as the patterns of the configuration name it."""
    return os.path.relpath(file, app.srcdir).replace(os.sep, "/")

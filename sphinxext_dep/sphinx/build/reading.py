"""Reading pages: which are proposals, which are read again, and what the parsers get to see of a header."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from docutils import nodes
from docutils.parsers.rst import Parser as RstParser
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.matching import Matcher

from sphinxext_dep.check.check import Checked, check_page, is_proposal, unreadable
from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.config.find import empty_submodule
from sphinxext_dep.headers.page import blanked_lines, page_metadata, read_page
from sphinxext_dep.headers.requirements import requirement_anchor
from sphinxext_dep.headers.spellings import DIRECTIVE
from sphinxext_dep.model.files import Markup, find_pages, is_template, lead_of, may_be_template
from sphinxext_dep.model.proposal import Page, RawHeader
from sphinxext_dep.model.source import UnreadablePage
from sphinxext_dep.sphinx.build.domain import Condition, Conditions, DepDomain, FileState, conditions, domain_of
from sphinxext_dep.sphinx.build.project import Project, Projects, without_controls
from sphinxext_dep.sphinx.html.nodes import every

logger = logging.getLogger(__name__)


def changed_by_configuration(env: BuildEnvironment) -> list[str]:
    """Documents to read again because the project's TOML file changed: those it can matter to, and no others."""
    domain = domain_of(env)
    projects = domain.projects
    if domain.data["digest"] == projects.digest:
        return []
    domain.data["digest"] = projects.digest
    known = {*domain.data["sources"], *domain.data["consumers"], *domain.data["diagnostics"]}
    return sorted(known | {name for name in env.found_docs if projects.of(env, name).is_source(env, name)})


def changed_files(env: BuildEnvironment) -> list[str]:
    """Documents to read again because the file of a page, or the one beside it, is another one than was read.

    Sphinx reads a page again when its file is newer. A symbolic link may be switched to a file that is older, a file
    may be replaced by one, and a file beside a page may come.
    """
    domain = domain_of(env)
    real = cache(os.path.realpath)
    return [
        docname
        for docname, known in domain.data["sources"].items()
        if docname in env.found_docs and _files(env, domain.project_of(docname), docname, real) != known
    ]


def _files(
    env: BuildEnvironment, project: Project, docname: str, real: Callable[[Path], str] = os.path.realpath
) -> tuple[FileState, ...]:
    """The state of the file of *docname*, and of the one beside it that may hold its header."""
    path = project.path_of(env, docname)
    names = (path, project.schema.sidecar_of(path))
    return tuple(_state(project.file(name), real) for name in names if name)


def _state(file: Path, real: Callable[[Path], str]) -> FileState:
    try:
        found = file.stat()
    except OSError:
        return FileState()
    place = real(file) if file.is_symlink() else os.path.join(real(file.parent), file.name)  # noqa: PTH118 - a Path is slow
    return FileState(found.st_mtime_ns, found.st_size, place)


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
    aside: dict[str, Checked] = {}
    for docname in list(docnames):
        project = domain.project_of(docname)
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
    project = domain.project_of(docname)
    if not project.is_source(env, docname):
        return
    domain.data["sources"][docname] = _files(env, project, docname)
    path = project.path_of(env, docname)
    try:
        source = project.schema.read_source(project.file(path), path)
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
    note_place(env, page)
    content[0] = blank_header(page, text, colon_fences=_reads_colon_fences(env))


def _reads_colon_fences(env: BuildEnvironment) -> bool:
    return "myst_enable_extensions" in env.config and "colon_fence" in env.config.myst_enable_extensions


def _keep_metadata(env: BuildEnvironment, docname: str, header: RawHeader) -> None:
    """Give Sphinx the metadata of the page, such as ``:orphan:``, that is in lines which its parsers do not see."""
    metadata: dict[str, Any] = {**page_metadata(header)}
    if _DEPTH in metadata:
        # As Sphinx reads it.
        depth = metadata[_DEPTH].strip()
        metadata[_DEPTH] = int(depth) if depth.isdecimal() else 0
    if metadata:
        env.metadata[docname].update(metadata)


MARK = "in-the-text"
"""The argument that the directive gets when the text reader has seen it: the build knows it by that. A line number
would not do, for parsers of notebooks count in a way of their own.
"""

_TEMPLATE = "a template of proposals"
"""The value of the metadata that :func:`set_templates_aside` gives a page, unlike any that its author wrote."""

_DEPTH = "tocdepth"
_KEY = "sphinxext_dep.header"


class Place(NamedTuple):
    """The place of the directive in the text that the parser gets, as the text reader found it.

    :param line: its first line, 1-based; 0 when there is none.
    :param colons: whether its fence is of colons.
    :param behind: the line that the front matter ends in, 0 without any.
    """

    line: int = 0
    colons: bool = False
    behind: int = 0


def note_place(env: BuildEnvironment, page: Page) -> None:
    """Note where the page that is being read has its directive."""
    span = page.header.spans.get(DIRECTIVE)
    line = span.line if span is not None else 0
    colons = page.source.line_text(line).lstrip().startswith(":::")
    behind = page.source.line_of(page.outline.body_start - 1) if page.outline.body_start else 0
    env.temp_data[_KEY] = Place(line, colons, behind)


def noted_place(env: BuildEnvironment) -> Place:
    """The result of :func:`note_place` for the page that is being read."""
    place: Place = env.temp_data.get(_KEY) or Place()
    return place


def _kept(checked: Checked) -> Checked:
    """The part of *checked* that the environment keeps: sections are only for the rules of one page."""
    return msgspec.structs.replace(checked, proposal=msgspec.structs.replace(checked.proposal, sections=()))


def _universal_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def blank_header(page: Page, text: str, *, colon_fences: bool = True) -> str:
    """*text*, that of *page*, with the lines of the header emptied, and the directive marked (:data:`MARK`).

    Banners among these lines stay.

    :param colon_fences: whether MyST reads ``:::{note}``; if not, a banner that is written so becomes ``~~~{note}``.
    """
    source, lines = page.source, text.split("\n")
    spans = (banner.span for banner in page.proposal.banners)
    kept = {number for span in spans for number in range(span.line, source.line_of(span.end) + 1)}
    for first, last in blanked_lines(source, page.outline, page.header, page.schema):
        for number in range(first, min(last, len(lines)) + 1):
            if number not in kept:
                lines[number - 1] = ""
    if span := page.header.spans.get(DIRECTIVE):
        lines[span.line - 1] = f"{lines[span.line - 1].rstrip()} {MARK}"
    starts = {banner.span.start for banner in page.proposal.banners}
    for block in page.outline.directives if starts and not colon_fences else ():
        if block.start in starts and block.fence.startswith(":"):
            ends = [source.line_of(block.start), *([source.line_of(block.end)] if block.closed else [])]
            for number in ends:
                lines[number - 1] = _FENCE.sub(lambda match: "~" * len(match[0]), lines[number - 1], count=1)
    return "\n".join(lines)


_FENCE = re.compile(r":{3,}")


_HTML_ID = re.compile(r"""<[^<>]*\s(?:id|name)\s*=\s*["']?([^\s"'>]+)""", re.IGNORECASE)

_HTML_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


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
    left_out: dict[str, Conditions] = {}
    for node in every(doctree, nodes.Element):
        ids: list[str] = node.get("ids", [])
        anchors.update(zip(ids, ids, strict=True))
        if ids and (found := conditions(node)):
            left_out.update(dict.fromkeys(ids, found))
        if ids and node.get("slug"):
            # MyST before 6 does not make an id of it.
            anchors.setdefault(str(node["slug"]), ids[0])
        if isinstance(node, nodes.raw) and "html" in node.get("format", "").split():
            for name in map(unescape, _HTML_ID.findall(_HTML_COMMENT.sub("", node.astext()))):
                anchors.setdefault(name, name)
                left_out.setdefault(name, (*conditions(node), Condition("only", "html")))
    for label, is_explicit in doctree.nametypes.items():
        if is_explicit and (target := doctree.nameids.get(label)):
            anchors.setdefault(str(label), str(target))
    _note_requirements(doctree, domain, docname, anchors)
    domain.data["anchors"][docname] = anchors
    if left_out:
        domain.data["left_out"][docname] = left_out


def _note_requirements(doctree: nodes.document, domain: DepDomain, docname: str, anchors: dict[str, str]) -> None:
    """Give the section of each requirement the id by which the requirement is known, such as ``req-1``.

    It stays the same when the title is changed; the id of the title comes first.
    """
    requirements = domain.data["pages"][docname].proposal.requirements
    wanted = {item.anchor for item in requirements}
    schema = domain.project_of(docname).schema
    for section in doctree.findall(nodes.section) if wanted else ():
        title = section.next_node(nodes.title)
        # Of a translated heading, the number may be written in another way.
        words = (title.rawsource if title.get("translated") else title.astext()) if title is not None else ""
        anchor = requirement_anchor(words, schema)
        if anchor in wanted:
            wanted.discard(anchor)
            if anchor not in doctree.ids:
                section["ids"].append(anchor)
                doctree.ids[anchor] = section
            anchors.setdefault(anchor, section["ids"][0])
    for item in requirements:
        # One that is only in a block of YAML has no place of its own.
        anchors[item.id] = anchors.setdefault(item.anchor, "")


def set_templates_aside(env: BuildEnvironment, projects: Projects) -> list[str]:
    """Let no warning, and no search, lead to a template beside proposals, unless a toctree does.

    It gets the metadata that its author could give it, ``orphan`` and ``nosearch``, and stays what it is otherwise: an
    ordinary page, to which others can link. In a toctree it is there for readers, and has none of it.

    :returns: the pages to write again, for their place in the search index.
    """
    in_toctrees = {docname for docnames in env.toctree_includes.values() for docname in docnames}
    named = {env.path2doc(file) for project in projects.members for file in project.config.templates}
    changed = []
    for docname in env.all_docs:
        if docname not in named and not may_be_template(docname):
            continue
        project = projects.of(env, docname)
        path, schema = project.path_of(env, docname), project.schema
        if docname not in named and not is_template(path, schema.name_of(path), schema):
            continue
        metadata = env.metadata[docname]
        for key in ("orphan", "nosearch"):
            if docname in in_toctrees and metadata.get(key) == _TEMPLATE:
                del metadata[key]
                changed.append(docname)
            elif docname not in in_toctrees and key not in metadata:
                metadata[key] = _TEMPLATE
                changed.append(docname)
    return sorted(set(changed))


def compare_suffixes(app: Sphinx, project: Project) -> None:
    """Warn once per suffix that conf.py and the project's TOML file do not see in the same way.

    That is a suffix of proposals that no parser reads, one that a parser of another markup reads, and one of pages
    among the proposals that only Sphinx knows. What ``exclude_patterns`` leaves out is left out on purpose.
    """
    schema = project.schema
    parsed = {suffix: markup for suffix in app.config.source_suffix if (markup := _parsed_as(app, suffix)) is not None}
    more = tuple(suffix for suffix in parsed if suffix not in schema.page_suffixes)
    included, excluded = Matcher(app.config.include_patterns), Matcher(app.config.exclude_patterns)
    found: dict[str, list[str]] = {}
    globs = _MoreSuffixes(schema.sources, schema.exclude, (*schema.page_suffixes, *more))
    for path in find_pages(project.config.root, globs):
        place = _place(app, project.file(path))
        if not place.startswith("../") and included(place) and not excluded(place):
            suffix = max((known for known in globs.page_suffixes if path.endswith(known)), key=len)
            found.setdefault(suffix, []).append(path)
    for suffix, paths in sorted(found.items()):
        others = f" (and {len(paths) - 1} more)" if len(paths) > 1 else ""
        if suffix in more:
            says = f"`suffixes = {{ {suffix!r} = '{parsed[suffix]}' }}`"
            problem = f"`{suffix}` is no suffix of proposals: this page{others} is none; add {says} to the "
            problem += "configuration of proposals, or name the page in its `exclude`"
        elif suffix not in app.config.source_suffix:
            problem = f"no parser reads `{suffix}`: this proposal{others} is not in the build; "
            loads_myst = Markup.MARKDOWN in parsed.values() or "myst_parser" in app.extensions
            needs_myst = schema.markup_of(suffix) is Markup.MARKDOWN and not loads_myst
            fix = "`myst_parser` to `extensions`" if needs_myst else f"`{suffix}` to `source_suffix`"
            problem += f"add {fix} in conf.py"
        elif parsed.get(suffix, markup := schema.markup_of(suffix)) is not markup:
            problem = f"conf.py reads `{suffix}` as {parsed[suffix]}, the configuration of proposals as {markup}: the "
            problem += (
                f"header of this proposal{others} may be lost; write {suffix!r} = '{parsed[suffix]}' in `suffixes`"
            )
        else:
            continue
        logger.warning(
            "%s", problem, location=f"{project.file(paths[0])}:1:1", type="dep", subtype="no-parser"
        )  # fmt: skip


class _MoreSuffixes(NamedTuple):
    """The globs of a project, with other suffixes."""

    sources: tuple[str, ...]
    exclude: tuple[str, ...]
    page_suffixes: tuple[str, ...]


def _parsed_as(app: Sphinx, suffix: str) -> Markup | None:
    """The markup of the parser that Sphinx has for *suffix*; ``None`` for notebooks, and for one that is not known."""
    filetype = app.config.source_suffix[suffix] or Markup.RST
    parser = app.registry.source_parsers.get(filetype)
    if parser is None or suffix == ".ipynb":
        # JSON, whoever reads it: myst-nb, nbsphinx and others.
        return None
    if issubclass(parser, RstParser):
        return Markup.RST
    # Not imported: a project may do without.
    of_myst = any(f"{base.__module__}.".startswith("myst_parser.") for base in parser.__mro__)
    return Markup.MARKDOWN if of_myst else None


def warn_of_no_proposals(project: Project) -> None:
    """Warn once when the site would silently have no proposals, or not all, and nothing would be checked.

    That is when some are in a submodule that is not checked out, or when no directory is where ``sources`` looks. A
    project that has not said where its proposals are may have none yet.
    """
    leads = dict.fromkeys(map(lead_of, project.schema.sources))
    for lead in leads:
        if submodule := empty_submodule(project.file(lead)):
            logger.warning(
                "the submodule %s is not checked out, so that its proposals are not in the build; "
                "run git submodule update --init %s",
                without_controls(submodule), without_controls(submodule), type="dep", subtype="no-proposals",
            )  # fmt: skip
            return
    is_default = any(lead.endswith(lead_of(default)) for lead in leads for default in DEFAULT.sources)
    if leads and not is_default and not any(project.file(lead).is_dir() for lead in leads):
        location = f"{project.config.file}:1:1"
        logger.warning(
            "there is no directory `%s`, so that no proposal is in the build; correct `sources` in the configuration",
            without_controls(next(iter(leads))), location=location, type="dep", subtype="no-proposals",
        )  # fmt: skip


def _place(app: Sphinx, file: Path) -> str:
    """*file* as the patterns of the configuration name it."""
    return os.path.relpath(file, app.srcdir).replace(os.sep, "/")

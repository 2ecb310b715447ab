"""A site beyond its pages: style sheets, scripts, metadata, and the files that it publishes for programs.

Assets are copied once and linked only from pages that need them. Metadata are the tags of https://ogp.me/ and the
``description`` of https://html.spec.whatwg.org/multipage/semantics.html#standard-metadata-names
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.errors import ConfigError
from sphinx.util import logging
from sphinx.util.osutil import relative_uri

from sphinxext_dep.check.unmerged import Listing
from sphinxext_dep.model.numbers import names_number
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.publish import Exporter
from sphinxext_dep.publish.site import Site, UnmergedSite, write_file
from sphinxext_dep.sphinx.build.domain import domain_of
from sphinxext_dep.sphinx.build.project import Project, Projects, or_explain
from sphinxext_dep.sphinx.components.items import shortened
from sphinxext_dep.sphinx.components.view import View
from sphinxext_dep.sphinx.html.nodes import Note, is_site, notes
from sphinxext_dep.sphinx.html.words import _, term

logger = logging.getLogger(__name__)


def base_url(app: Sphinx) -> str:
    """The address of the published site, with a final ``/``; empty when it is not set, or is no address of a site.

    Sphinx itself takes any text. Others who read what is published here cannot do anything with part of an address.
    """
    url: str = app.config.html_baseurl
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port or a host that cannot be
        return ""
    if not is_address or "?" in url or "#" in url or " " in url or not url.isprintable():
        return ""
    return url.rstrip("/") + "/"


class Publications:
    """The files that the exporters write."""

    def __init__(self, exporters: Sequence[Exporter]) -> None:
        self._exporters = exporters

    def setup(self, app: Sphinx) -> None:
        """Register the settings and the events with *app*."""
        for exporter in self._exporters:
            if exporter.setting:
                # Not "html": the setting of a project that knows nothing of it would be part of its `.buildinfo`.
                app.add_config_value(exporter.setting, exporter.default, "", bool, exporter.doc)
        app.connect("builder-inited", self.check)
        app.connect("html-page-context", self.link)

    def settings(self, app: Sphinx, views: Iterable[View]) -> str:
        """Everything that is published besides proposals; when it changes, no page need be stale.

        The addresses of pages are asked of the builder: more than one setting changes them.
        """
        config = app.config
        settings = {exporter.setting: exporter.default for exporter in self._exporters if exporter.setting}
        # Other builders publish nothing, and not all of them have addresses.
        asked = [name for name, default in settings.items() if config[name] != default] if is_site(app) else []
        docnames = [docname for view in views for docname in view.docnames.values()] if is_site(app) else []
        addresses = sorted(map(app.builder.get_target_uri, docnames))
        copies = f"{config.html_copy_source} {config.html_sourcelink_suffix}"
        return "\0".join((config.project, config.language or "", base_url(app), copies, *asked, *addresses))

    def linked(self, app: Sphinx, projects: Projects) -> str:
        """The links to published files in the head of every page: a change of it makes all pages stale."""
        return "\n".join(name for _title, name, _exporter in self._links(app, projects))

    def _links(self, app: Sphinx, projects: Projects) -> list[tuple[str, str, Exporter]]:
        """Title and name, in the output, of each file that pages link to, with its exporter."""
        site = app.config.project
        return [
            (f"{site} {project.name}" if project.lead else site, _name(exporter.files[0], project), exporter)
            for project in projects.members
            for exporter in self._written(app, project)
            if exporter.media_type
        ]

    def check(self, app: Sphinx) -> None:
        """``builder-inited``: say at once what is missing.

        :raises ConfigError: when a package is not installed.
        """
        for exporter in self._wanted(app):
            # It is only looked for: a build that writes nothing does not import it.
            if exporter.package and find_spec(exporter.package) is None:
                raise ConfigError(
                    f"{exporter.setting} needs the package {exporter.package}: install it with "
                    "`pip install 'sphinxext-dep[feed]'`, or set it to False"
                )
            if exporter.media_type and not base_url(app):
                effect = "is not written" if exporter.needs_base else "has no links"
                why, fix = "the address of the published site is not set", ""
                if url := app.config.html_baseurl:
                    why = f"html_baseurl {url!r} is no address of a site"
                    fix = " to one such as `https://example.org/docs/`"
                message = "%s: %s, so %s %s; set `html_baseurl` in conf.py%s"
                what = (exporter.setting, why, exporter.files[0], effect, fix)
                logger.warning(message, *what, type="dep", subtype="no-base-url")

    def link(
        self, app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
    ) -> None:
        """``html-page-context``: let browsers and readers of feeds find the files."""
        for name, file, exporter in self._links(app, domain_of(app.env).projects):
            title = escape(_("%s: proposals") % name)
            href = escape(relative_uri(app.builder.get_target_uri(pagename), file))
            link = f'<link rel="alternate" type="{exporter.media_type}" title="{title}" href="{href}" />'
            context["metatags"] = f"{context.get('metatags', '')}\n    {link}"

    def write(self, app: Sphinx, project: Project, view: View, *, unchanged: bool) -> None:
        """Write what may be new of *project*, and what is not there; remove what was turned off."""
        outdir = Path(app.outdir) / project.directory
        for exporter in self._exporters:
            if exporter.setting and exporter.signature and not app.config[exporter.setting]:
                for name in exporter.files:
                    if _is_ours(outdir / name, exporter):
                        (outdir / name).unlink()
        due = [
            exporter
            for exporter in self._written(app, project)
            if not unchanged or not all((outdir / name).is_file() for name in exporter.files)
        ]
        if not due:
            # Who asks for the history asks git.
            return
        outdir.mkdir(exist_ok=True)
        site = Site(
            name=app.config.project,
            judgement=view.judgement,
            schema=view.schema,
            url_of=_url_of(app, view),
            source_of=_source_of(app, view),
            base_url=base_url(app),
            today=view.today,
            history=view.history,
            attention=view.attention,
            unmerged=_unmerged(app, view),
            language=(app.config.language or "en").replace("_", "-"),
            gettext=_,
            term=term,
        )
        for exporter in due:
            exporter.write(site, outdir)

    def _wanted(self, app: Sphinx) -> list[Exporter]:
        """Those that this build writes, or would write."""
        if not is_site(app):
            return []
        return [exporter for exporter in self._exporters if not exporter.setting or app.config[exporter.setting]]

    def _written(self, app: Sphinx, project: Project) -> list[Exporter]:
        return [
            exporter
            for exporter in self._wanted(app)
            if (base_url(app) or not exporter.needs_base) and not _gives_way(exporter, app, project)
        ]


def _name(file: str, project: Project) -> str:
    """The name of a published *file* of *project*, relative to the output's root."""
    return f"{project.directory}/{file}" if project.directory else file


def _gives_way(exporter: Exporter, app: Sphinx, project: Project) -> bool:
    """True if the project has a file of its own with the name of one that *exporter* would write."""
    if not exporter.signature:
        return False
    extra = [Path(app.confdir) / path for path in app.config.html_extra_path]
    for name in (_name(file, project) for file in exporter.files):
        if any(path.name == name if path.is_file() else (path / name).is_file() for path in extra):
            return True
        file = Path(app.outdir) / name
        if file.is_file() and not _is_ours(file, exporter):
            return True
    return False


def _is_ours(file: Path, exporter: Exporter) -> bool:
    """True if *exporter* wrote *file*, in this build or an earlier one."""
    return file.is_file() and exporter.signature in file.read_text(encoding="utf-8", errors="replace")


def _unmerged(app: Sphinx, view: View) -> UnmergedSite | None:
    drafts = view.unmerged
    if drafts is None:
        return None

    def url_of(name: str) -> str | None:
        docname = drafts.link(drafts.catalog.by_path[name]).docname if name in drafts.drafts else ""
        return app.builder.get_target_uri(docname) if docname else None

    urls = {name: drafts.branch_url(name) for name in drafts.drafts}
    return UnmergedSite(Listing(dict(drafts.drafts), drafts.judgement, drafts.catalog.proposals, urls), url_of, urls)


def _url_of(app: Sphinx, view: View) -> Callable[[str], str | None]:
    def url_of(path: str) -> str | None:
        docname = view.docnames.get(path)
        return app.builder.get_target_uri(docname) if docname in app.env.all_docs else None

    return url_of


def _source_of(app: Sphinx, view: View) -> Callable[[str], str | None]:
    """The addresses of the copies of the sources that Sphinx's HTML builders make: see ``html_copy_source``."""
    config, builder = app.config, app.builder
    copied = bool(config.html_copy_source and getattr(builder, "copysource", False))

    def source_of(path: str) -> str | None:
        docname = view.docnames.get(path)
        if not copied or docname not in app.env.all_docs:
            return None
        suffix = str(app.env.doc2path(docname, False))[len(docname) :]
        link_suffix = "" if suffix == config.html_sourcelink_suffix else config.html_sourcelink_suffix
        return quote(f"_sources/{docname}{suffix}{link_suffix}")

    return source_of


STYLE_SHEET = "sphinxext_dep.css"
SCRIPT = "sphinxext_dep.js"
HOVER_SCRIPT = "sphinxext_dep_hover.js"
NAVIGATION_STYLE_SHEET = "sphinxext_dep_navigation.css"

_SITE = (STYLE_SHEET, SCRIPT, HOVER_SCRIPT, NAVIGATION_STYLE_SHEET)

_STATIC = Path(__file__).parents[2] / "static"
_BOOKS = Path(__file__).parents[2] / "books"


def copy_static_files(app: Sphinx, builder: Builder) -> None:
    """``write-started``: copy the files; before pages are written, because links have their checksums.

    They are not added to ``html_static_path``: that would be a change of the project's configuration, which Sphinx
    reports, and which would depend on where the extension is installed.
    """
    if builder.format != "html":
        return
    target = Path(app.outdir) / "_static"
    target.mkdir(parents=True, exist_ok=True)
    # A book has no scripts, nothing to point with, a navigation that is the reader's own, and a style sheet of its own
    # under the same name.
    book = builder.name == "epub"
    for name in (STYLE_SHEET,) if book else _SITE:
        write_file(target / name, ((_BOOKS if book else _STATIC) / name).read_bytes())


def add_page_assets(
    app: Sphinx, pagename: str, doctree: nodes.document | None, *, has_badges: bool, is_draft: bool = False
) -> None:
    """Link the style sheets from pages that show proposals, and the rest where it is needed.

    :param has_badges: whether the navigation shows status badges.
    :param is_draft: whether it is the page of a proposal that is not merged: it has no doctree of Sphinx.
    """
    noted = set() if doctree is None else notes(doctree)
    # Links to proposals in the text are consumers too, and nothing was put in their place.
    shows = is_draft or Note.SHOWS in noted or pagename in domain_of(app.env).data["consumers"]
    if shows or (has_badges and app.builder.name != "epub"):
        app.add_css_file(STYLE_SHEET)
    if has_badges:
        app.add_css_file(NAVIGATION_STYLE_SHEET)
    if app.builder.name != "epub" and Note.REGISTRY in noted:
        app.add_js_file(SCRIPT, loading_method="defer")
    if app.builder.name != "epub" and noted & {Note.CARDS, Note.HEADER}:
        app.add_js_file(HOVER_SCRIPT, loading_method="defer")


MAX_DESCRIPTION = 200
"""Characters; search engines and chats show less, and cut it themselves."""

_OPENGRAPH = "sphinxext.opengraph"
_SILENT = ("epub", "singlehtml")
"""Builders whose pages have no addresses of their own."""


def describe(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """``html-page-context``: give a proposal's page a description and a title, unless it has them already.

    The page's own metadata come first. With sphinxext-opengraph, that writes all tags of OpenGraph, and gets the
    description as page metadata: by itself it would take the text of the header.
    """
    if doctree is None or app.builder.name in _SILENT or pagename not in app.env.all_docs:
        return
    view = domain_of(app.env).view_of(pagename)
    proposal = view.by_docname.get(pagename)
    if proposal is None:
        return
    own = dict(context.get("meta") or {})
    present = str(context.get("metatags") or "")
    # The number is part of the name: in the tab of the browser, in bookmarks, and in the breadcrumbs of some themes.
    label = view.label(proposal)
    title = str(context.get("title") or "")
    if proposal.number is not None and title and not names_number(title, label, proposal.number, view.schema.prefix):
        context["title"] = f"{escape(label)}: {title}"
    description = shortened(proposal.summary, MAX_DESCRIPTION)
    tags = []
    if description and not _says(present, "name", "description"):
        tags.append(_tag("name", "description", description))
    if _OPENGRAPH in app.extensions:
        if description:
            context["meta"] = {"og:description": description, **own}
    else:
        graph = {"og:title": _title(view, proposal), "og:type": "article", "og:description": description}
        tags += [
            _tag("property", name, text)
            for name, text in graph.items()
            if text and name not in own and not _says(present, "property", name)
        ]
    context["metatags"] = "\n".join(filter(None, (present.rstrip("\n"), *tags))) + "\n"


def _title(view: View, proposal: Proposal) -> str:
    label = view.label(proposal)
    return f"{label}: {proposal.title}" if proposal.number is not None and proposal.title else proposal.title or label


def _says(tags: str, attribute: str, name: str) -> bool:
    return re.search(rf'\b{attribute}="{re.escape(name)}"', tags) is not None


def _tag(attribute: str, name: str, text: str) -> str:
    return f'<meta {attribute}="{name}" content="{escape(" ".join(text.split()))}" />'


def setup(app: Sphinx) -> None:
    """Connect the events that copy the assets and add the metadata."""
    app.connect("write-started", or_explain(copy_static_files))
    # Before others write metadata, so that they find ours.
    app.connect("html-page-context", describe, priority=400)

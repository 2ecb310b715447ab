"""The head of an HTML page: style sheets, scripts, and the metadata of proposals for search engines and chats.

Files are copied once and linked only from pages that need them. Metadata are the tags of https://ogp.me/ and the
``description`` of https://html.spec.whatwg.org/multipage/semantics.html#standard-metadata-names.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder

from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.sphinx.build.domain import domain_of
from sphinxext_dep.sphinx.components.items import shortened
from sphinxext_dep.sphinx.components.view import View
from sphinxext_dep.sphinx.html.nodes import Note, notes

COLOURS = "sphinxext_dep_colours.css"
STYLE_SHEET = "sphinxext_dep.css"
SCRIPT = "sphinxext_dep.js"
HOVER_STYLE_SHEET = "sphinxext_dep_hover.css"
HOVER_SCRIPT = "sphinxext_dep_hover.js"
NAVIGATION_STYLE_SHEET = "sphinxext_dep_navigation.css"

_SITE = (COLOURS, STYLE_SHEET, SCRIPT, HOVER_STYLE_SHEET, HOVER_SCRIPT, NAVIGATION_STYLE_SHEET)

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
        data = ((_BOOKS if book else _STATIC) / name).read_bytes()
        if not (target / name).is_file() or (target / name).read_bytes() != data:
            (target / name).write_bytes(data)


def add_page_assets(app: Sphinx, pagename: str, doctree: nodes.document | None, *, has_badges: bool) -> None:
    """Link the style sheets from pages that show proposals, and the rest where it is needed.

    :param has_badges: whether the navigation shows status badges.
    """
    noted = set() if doctree is None else notes(doctree)
    # Links to proposals in the text are consumers too, and nothing was put in their place.
    shows = Note.SHOWS in noted or pagename in domain_of(app.env).data["consumers"]
    if (shows or has_badges) and app.builder.name != "epub":
        app.add_css_file(COLOURS)
    if shows:
        app.add_css_file(STYLE_SHEET)
    if has_badges:
        app.add_css_file(NAVIGATION_STYLE_SHEET)
    if app.builder.name != "epub" and Note.REGISTRY in noted:
        app.add_js_file(SCRIPT, loading_method="defer")
    if Note.CARDS in noted:
        app.add_css_file(HOVER_STYLE_SHEET)
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
    view = domain_of(app.env).view
    proposal = view.by_docname.get(pagename)
    if proposal is None or doctree is None or app.builder.name in _SILENT:
        return
    own = dict(context.get("meta") or {})
    present = str(context.get("metatags") or "")
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
    app.connect("write-started", copy_static_files)
    # Before others write metadata, so that they find ours.
    app.connect("html-page-context", describe, priority=400)

"""The style sheets and the scripts: copied once, linked only from pages that have something for them."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder

from sphinxext_dep.sphinx.build.domain import domain_of
from sphinxext_dep.sphinx.html.nodes import Note, notes

COLOURS = "sphinxext_dep_colours.css"
STYLE_SHEET = "sphinxext_dep.css"
SCRIPT = "sphinxext_dep.js"
HOVER_STYLE_SHEET = "sphinxext_dep_hover.css"
HOVER_SCRIPT = "sphinxext_dep_hover.js"
PILLS_STYLE_SHEET = "sphinxext_dep_navigation.css"

_SITE = (COLOURS, STYLE_SHEET, SCRIPT, HOVER_STYLE_SHEET, HOVER_SCRIPT, PILLS_STYLE_SHEET)

_STATIC = Path(__file__).parents[2] / "static"
_BOOKS = Path(__file__).parents[2] / "books"


def copy_static_files(app: Sphinx, builder: Builder) -> None:
    """``write-started``: put the files where pages will look for them; before, because links carry their checksums.

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


def add_page_assets(app: Sphinx, pagename: str, doctree: nodes.document | None, *, has_pills: bool) -> None:
    """Link the style sheets from pages that show proposals, and the rest where it is needed.

    :param has_pills: whether the navigation shows proposals.
    """
    noted = set() if doctree is None else notes(doctree)
    # Links to proposals in the text are consumers too, and nothing was put in their place.
    shows = Note.SHOWS in noted or pagename in domain_of(app.env).data["consumers"]
    if (shows or has_pills) and app.builder.name != "epub":
        app.add_css_file(COLOURS)
    if shows:
        app.add_css_file(STYLE_SHEET)
    if has_pills:
        app.add_css_file(PILLS_STYLE_SHEET)
    if app.builder.name != "epub" and Note.REGISTRY in noted:
        app.add_js_file(SCRIPT, loading_method="defer")
    if Note.CARDS in noted:
        app.add_css_file(HOVER_STYLE_SHEET)
        app.add_js_file(HOVER_SCRIPT, loading_method="defer")

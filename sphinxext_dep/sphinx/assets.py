"""The style sheet and the script: copied once, linked only from pages that have something for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from sphinxext_dep.sphinx.domain import domain_of
from sphinxext_dep.sphinx.nodes import Block

STYLE_SHEET = "sphinxext_dep.css"
SCRIPT = "sphinxext_dep.js"


def add_static_path(app: Sphinx) -> None:
    """Let Sphinx copy the extension's static files with the project's own."""
    # A new list: the old one may be Sphinx's own default, which other builds in the process share.
    app.config.html_static_path = [*app.config.html_static_path, str(Path(__file__).parent.parent / "static")]


def add_page_assets(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """``html-page-context``: link the style sheet from pages that show proposals, the script where there is a table."""
    boxes = [] if doctree is None else list(doctree.findall(Block))
    # The one page of a single-file builder holds what other pages show.
    if boxes or pagename in domain_of(app.env).data["consumers"]:
        app.add_css_file(STYLE_SHEET)
    if app.builder.name != "epub" and any(box.get("registry") for box in boxes):
        app.add_js_file(SCRIPT, type="module")

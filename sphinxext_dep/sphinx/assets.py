"""The style sheet and the script: copied once, linked only from pages that have something for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder

from sphinxext_dep.sphinx.domain import domain_of
from sphinxext_dep.sphinx.nodes import Block

STYLE_SHEET = "sphinxext_dep.css"
SCRIPT = "sphinxext_dep.js"

_STATIC = Path(__file__).parent.parent / "static"


def copy_static_files(app: Sphinx, builder: Builder) -> None:
    """``write-started``: put the files where pages will look for them; before, because links carry their checksums.

    They are not added to ``html_static_path``: that would be a change of the project's configuration, which Sphinx
    reports, and which would depend on where the extension is installed.
    """
    if builder.format != "html":
        return
    target = Path(app.outdir) / "_static"
    target.mkdir(parents=True, exist_ok=True)
    # A book has no scripts.
    for name in (STYLE_SHEET,) if builder.name == "epub" else (STYLE_SHEET, SCRIPT):
        data = (_STATIC / name).read_bytes()
        if not (target / name).is_file() or (target / name).read_bytes() != data:
            (target / name).write_bytes(data)


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

"""Enhancement proposals as Rust writes them: Markdown below a bulleted list, which states the title as well."""

from __future__ import annotations

project = "Oxide"
extensions = ["myst_parser", "sphinxext_dep"]
html_theme = "basic"
# MyST 4 links to headings only when it is told to.
myst_heading_anchors = 2

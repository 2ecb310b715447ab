"""Enhancement proposals as pandas writes them: Markdown with a bulleted list."""

from __future__ import annotations

project = "Frames"
extensions = ["myst_parser", "sphinxext_dep"]
html_theme = "basic"

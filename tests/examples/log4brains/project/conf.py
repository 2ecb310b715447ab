"""Decisions as Log4brains writes them: Markdown with a list below the title."""

from __future__ import annotations

project = "Kestrel"
extensions = ["myst_parser", "sphinxext_dep"]
html_theme = "basic"

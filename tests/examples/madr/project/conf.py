"""Decisions as MADR writes them: Markdown with front matter that may be missing."""

from __future__ import annotations

project = "Kestrel"
extensions = ["myst_parser", "sphinxext_dep"]
html_theme = "basic"

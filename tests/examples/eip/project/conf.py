"""Proposals as Ethereum writes them: Markdown with front matter, which states the title."""

from __future__ import annotations

project = "Copper"
extensions = ["myst_parser", "sphinxext_dep"]
html_theme = "basic"
# The title is in the front matter, and the pages begin with headings of level 2.
suppress_warnings = ["myst.header"]

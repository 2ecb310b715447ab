"""Proposals as Swift writes them: Markdown below a list of labels, the status in bold."""

from __future__ import annotations

project = "Swallow"
extensions = ["myst_parser", "sphinxext_dep"]
html_theme = "basic"

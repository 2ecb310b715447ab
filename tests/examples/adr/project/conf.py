"""Decisions as adr-tools writes them: the status in a section."""

from __future__ import annotations

project = "Kestrel"
extensions = ["myst_parser", "sphinxext_dep"]
html_theme = "basic"

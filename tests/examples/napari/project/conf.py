"""Enhancement proposals as napari writes them: MyST with a field list in a fence."""

from __future__ import annotations

project = "Viewer"
extensions = ["myst_parser", "sphinxext_dep"]
html_theme = "basic"

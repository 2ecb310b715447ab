"""Enhancement proposals as Jupyter writes them: MyST with front matter, a directory for each."""

from __future__ import annotations

project = "Notebooks"
extensions = ["myst_parser", "sphinxext_dep"]
html_theme = "basic"

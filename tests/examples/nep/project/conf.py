"""Enhancement proposals as NumPy writes them: reStructuredText with field lists."""

from __future__ import annotations

project = "Shapes"
extensions = ["sphinxext_dep"]
html_theme = "basic"

"""Enhancement proposals as conda writes them: Markdown with a table in HTML."""

from __future__ import annotations

project = "Packages"
extensions = ["myst_parser", "sphinxext_dep"]
html_theme = "basic"
exclude_patterns = ["cep-0000.md"]  # the template

"""The project's own site: its documentation (``docs/``) and its own proposals (``deps/``), built with itself."""

from __future__ import annotations

import sphinxext_dep

project = "sphinxext_dep"
author = "The sphinxext_dep maintainers"
copyright = author
version = release = sphinxext_dep.__version__

extensions = ["myst_parser", "sphinx_design", "sphinxext_dep"]

# The root is the source directory, so that a page in docs/ and a proposal in deps/ are in one site. Only these are
# pages; the directories below them that hold none are named as well, since Sphinx would walk through them.
include_patterns = ["index.md", "CHANGELOG.md", "docs/**", "deps/**"]
exclude_patterns = [".*", "bench", "build", "changes", "dist", "sphinxext_dep", "tests", "**/_*"]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"sphinxext_dep {version}"

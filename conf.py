"""The project's own site: its documentation (``docs/``) and its own proposals (``deps/``), built with itself."""

from __future__ import annotations

import sys
from pathlib import Path

import sphinxext_dep

sys.path.insert(0, str(Path(__file__).parent / "docs" / "_ext"))

project = "sphinxext_dep"
author = "The sphinxext_dep maintainers"
copyright = author
version = release = sphinxext_dep.__version__

extensions = ["myst_parser", "sphinx_design", "sphinxext_dep", "code_reference"]

# The root is the source directory, so that a page in docs/ and a proposal in deps/ are in one site. Only these are
# pages; the directories below them that hold none are named as well, since Sphinx would walk through them.
include_patterns = ["index.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/**", "deps/**"]
exclude_patterns = [".*", "bench", "build", "changes", "dist", "sphinxext_dep", "tests", "**/_*"]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"sphinxext_dep {version}"

# Its fonts have arrows and the lines of diagrams, which those of pdfLaTeX lack.
latex_engine = "xelatex"
latex_elements = {"papersize": "a4paper"}

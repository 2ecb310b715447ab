"""The project's own site: its documentation (``docs/``) and its own proposals (``deps/``), built with itself."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

import sphinxext_dep

project = "sphinxext_dep"
author = "The sphinxext_dep maintainers"
copyright = author
version = release = sphinxext_dep.__version__

extensions = ["myst_parser", "sphinx_design", "sphinxext_dep"]

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


def fit_tables(app: Sphinx, doctree: nodes.document) -> None:
    """Let the wide tables of the reference fit on a page of the PDF."""
    if app.env.docname.startswith("docs/reference/"):
        for table in doctree.findall(nodes.table):
            table["classes"].append("dep-fitted")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-read", fit_tables)
    return {"parallel_read_safe": True}

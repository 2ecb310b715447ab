"""Enhancement proposals as Kubernetes writes them: a directory each, with a README.md and a kep.yaml."""

from __future__ import annotations

project = "Harbour"
extensions = ["myst_parser", "sphinxext_dep"]
exclude_patterns = ["**/NNNN-*"]
html_theme = "basic"
# MyST 4 links to headings only when it is told to.
myst_heading_anchors = 2

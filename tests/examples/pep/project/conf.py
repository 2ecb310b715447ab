"""Enhancement proposals as Python writes them: reStructuredText below a preamble of mail-like headers."""

from __future__ import annotations

project = "Cobra"
extensions = ["sphinxext_dep"]
html_theme = "basic"

"""Enhancement proposals as Ray writes them: prose sections, and no header at all."""

from __future__ import annotations

project = "Beam"
extensions = ["myst_parser", "sphinxext_dep"]
html_theme = "basic"
# The pages begin with a heading of the second level.
suppress_warnings = ["myst.header"]

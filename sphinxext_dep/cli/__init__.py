"""The command line, ``sphinx-dep``."""

from __future__ import annotations

PROGRAM = "sphinx-dep"
"""The name of the program."""

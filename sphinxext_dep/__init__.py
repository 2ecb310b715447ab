"""Enhancement proposals for Sphinx: metadata read, validated, rendered, tabulated and cross-referenced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sphinxext_dep.version import __version__

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["__version__", "setup"]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx. The adapter is imported only here: the command line never needs it."""
    from sphinxext_dep.publish import EXPORTERS
    from sphinxext_dep.sphinx.extension import setup as setup_extension

    return setup_extension(app, EXPORTERS)

"""Enhancement proposals for Sphinx: metadata read, validated, rendered, tabulated and cross-referenced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__version__ = "0.1.0"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx. The adapter is imported only here, so that the command line never needs it."""
    from sphinxext_dep.export.deps_json import write as write_deps_json
    from sphinxext_dep.sphinx.extension import setup as setup_extension

    return setup_extension(app, write_deps_json)

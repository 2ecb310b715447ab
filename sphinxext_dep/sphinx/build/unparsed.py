"""Proposals in a markup that no parser of the project reads: Sphinx passes over them, and nobody would notice."""

from __future__ import annotations

import os
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.matching import Matcher

from sphinxext_dep.check.tree import find_pages
from sphinxext_dep.sphinx.build.project import Project

logger = logging.getLogger(__name__)

_MENDS = {
    ".md": "add `myst_parser` to `extensions` in conf.py",
    ".rst": "add `.rst` to `source_suffix` in conf.py",
}
"""Per suffix of a proposal, what makes Sphinx read it."""


def warn_of_unparsed(app: Sphinx, project: Project) -> None:
    """Warn once per suffix that Sphinx does not know and proposals have.

    What ``exclude_patterns`` leaves out is left out on purpose.
    """
    missing = [suffix for suffix in _MENDS if suffix not in app.config.source_suffix]
    if not missing:
        return
    included, excluded = Matcher(app.config.include_patterns), Matcher(app.config.exclude_patterns)
    places = [(path, _place(app, project.file(path))) for path in find_pages(project.config.root, project.schema)]
    for suffix in missing:
        files = [
            project.file(path)
            for path, place in places
            if path.endswith(suffix) and not place.startswith("../") and included(place) and not excluded(place)
        ]
        if files:
            others = f" (and {len(files) - 1} more)" if len(files) > 1 else ""
            logger.warning(
                "no parser reads `%s`: this proposal%s is not in the build; %s", suffix, others, _MENDS[suffix],
                location=f"{files[0]}:1:1", type="dep", subtype="no-parser",
            )  # fmt: skip


def _place(app: Sphinx, file: Path) -> str:
    """*file* as the patterns of the configuration name it."""
    return os.path.relpath(file, app.srcdir).replace(os.sep, "/")

"""The extension: the setup of every part. Nothing else happens here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from sphinxext_dep.publish import Exporter
from sphinxext_dep.sphinx.build import events, external, rebuild, shown
from sphinxext_dep.sphinx.build.domain import DepDomain
from sphinxext_dep.sphinx.components import (
    base,
    graph,
    header,
    index,
    people,
    requirements,
    role,
    source,
    status,
    timeline,
)
from sphinxext_dep.sphinx.html import latex, navigation, nodes, site
from sphinxext_dep.sphinx.html.site import Publications
from sphinxext_dep.sphinx.html.words import CATALOG
from sphinxext_dep.version import __version__


def setup(app: Sphinx, exporters: Sequence[Exporter]) -> dict[str, Any]:
    """Register everything with *app*."""
    app.add_message_catalog(CATALOG, str(Path(__file__).parent.parent / "locale"))
    app.add_domain(DepDomain)
    publications = Publications(exporters)
    publications.setup(app)
    nodes.setup(app)
    base.setup(app)
    for component in (graph, header, index, people, requirements, role, source, status, timeline):
        component.setup(app)
    for part in (site, latex, navigation, external, rebuild, shown):
        part.setup(app)
    events.setup(app, publications)
    return {
        "version": __version__,
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }

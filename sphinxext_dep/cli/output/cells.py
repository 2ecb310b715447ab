"""The cells of tables: columns of a proposal as text on one line."""

from __future__ import annotations

from sphinxext_dep.cli.output.plain import one_line
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.query import Context, column

_NO_CONTEXT = Context()


def heading(key: str, catalog: Catalog) -> str:
    """The heading of the column *key*."""
    return column(key, catalog.schema).label(catalog.schema)


def cell(proposal: Proposal, key: str, catalog: Catalog, context: Context = _NO_CONTEXT) -> str:
    """The cell of *proposal* in the column *key*."""
    return one_line(", ".join(column(key, catalog.schema).texts(proposal, catalog, context)))

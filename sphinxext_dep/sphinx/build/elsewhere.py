"""Proposals of other projects, which intersphinx finds by their inventories."""

from __future__ import annotations

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment


def known_elsewhere(env: BuildEnvironment) -> frozenset[str]:
    """The proposals that other projects' inventories name, when the project uses intersphinx."""
    inventory = getattr(env, "intersphinx_inventory", None) or {}
    return frozenset(inventory.get("dep:proposal", ()))


def resolve_with_anchor(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.TextElement
) -> nodes.reference | None:
    """``missing-reference``: let intersphinx find the page, and lead to the section that it knows nothing about."""
    anchor = node.get("dep_anchor")
    if node.get("refdomain") != "dep" or not anchor or "sphinx.ext.intersphinx" not in app.extensions:
        return None
    from sphinx.ext.intersphinx import resolve_reference_detect_inventory

    found = resolve_reference_detect_inventory(env, node, contnode)
    if found is not None and "#" not in found["refuri"]:
        found["refuri"] += f"#{anchor}"
    return found


def is_reported(app: Sphinx, domain: Domain | None, node: pending_xref) -> bool | None:
    """``warn-missing-reference``, in nitpicky builds: a proposal that nobody has is DEP402 already."""
    return True if node.get("refdomain") == "dep" else None

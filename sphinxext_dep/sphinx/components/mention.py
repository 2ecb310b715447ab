"""References to a proposal inside prose: the roles ``dep`` and ``dep-status``, and links such as ``[](dep:12)``."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from docutils import nodes
from docutils.nodes import Node, system_message
from sphinx import addnodes
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import ReferenceRole

from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.numbers import normalise_key
from sphinxext_dep.model.suggest import closest
from sphinxext_dep.sphinx.build.consumer import Consumer
from sphinxext_dep.sphinx.build.location import of_node
from sphinxext_dep.sphinx.build.project import Project
from sphinxext_dep.sphinx.build.report import consumer_diagnostic, unknown_proposal
from sphinxext_dep.sphinx.components.view import ProposalShown, View
from sphinxext_dep.sphinx.html.hover import HoverShown, hover_shown

SCHEME = "dep:"

LINKS = (nodes.reference, addnodes.pending_xref)
"""What may be a link to a proposal, in a page as it was read."""


class MentionModel(msgspec.Struct, frozen=True):
    """What a reference shows: label, and title and status in its tooltip; or all that is in its card."""

    proposal: ProposalShown | HoverShown | None


class Mention(Consumer, frozen=True, tag="mention"):
    """A reference in prose. It stands in the doctree as a ``pending_xref``, not as a placeholder.

    :param key: normalised, see :func:`~sphinxext_dep.model.values.normalise_key`.
    :param anchor: the id of a section, or empty.
    :param maybe: whether it is a reference to anything (``{any}`DEP-12```), which may mean something else.
    """

    key: str
    anchor: str = ""
    maybe: bool = False

    def model(self, view: View) -> MentionModel:
        """See :meth:`Consumer.model`."""
        proposal = view.catalog.resolve(self.key)
        if proposal is None:
            return MentionModel(None)
        shown = view.shown(proposal)
        return MentionModel(hover_shown(shown, proposal.summary) if view.hover_cards else shown)

    def render(self, model: MentionModel) -> list[nodes.Node]:
        """Nothing: the domain resolves the reference in place."""
        return []

    def complain(self, view: View) -> list[Diagnostic]:
        """See :meth:`Consumer.complain`."""
        if self.maybe:
            # Sphinx says what is wrong with it.
            return []
        proposal = view.catalog.resolve(self.key)
        if proposal is None:
            return [] if self.key in view.elsewhere else [unknown_proposal(self, self.key, view)]
        if not self.anchor:
            return []
        anchors = view.anchors(view.docnames[proposal.path])
        if self.anchor not in anchors:
            nearest = closest(self.anchor, sorted(anchors))
            mend = f"did you mean `#{nearest}`?" if nearest else "sections of a page are named by their headings' ids"
            message = f"{view.label(proposal)} has no section `#{self.anchor}`"
            return [consumer_diagnostic(self, "DEP402", message, mend, view)]
        return []


def split_target(target: str) -> tuple[str, str]:
    """``12#motivation`` → ``("12", "motivation")``; the ``#`` of ``#12`` belongs to the number."""
    target = target.strip()
    key, _separator, anchor = target[1:].partition("#")
    return (target[:1] + key).strip(), anchor.strip()


def named_key(target: str, prefix: str) -> tuple[str, str] | None:
    """Key and section of *target* when it says that it is a proposal: ``dep:12``, ``DEP-12``."""
    if not target.lower().startswith((SCHEME, f"{prefix.lower()}-")):
        return None
    key, anchor = split_target(target.removeprefix(SCHEME))
    return normalise_key(key, prefix) or key, anchor


class ProposalRole(ReferenceRole):
    """``{dep}`12```, ``{dep}`text <DEP-12#motivation>```: a link that shows number and status, title as its tooltip."""

    reftype = "ref"

    def run(self) -> tuple[list[Node], list[system_message]]:
        """The reference, to be resolved by the domain when the page is written."""
        key, anchor = split_target(self.target)
        prefix = self.env.get_domain("dep").project.schema.prefix  # type: ignore[attr-defined]  # our own domain
        node = addnodes.pending_xref(
            self.rawtext,
            nodes.inline(self.rawtext, self.title, classes=["xref", "dep", f"dep-{self.reftype}"]),
            refdoc=self.env.docname,
            refdomain="dep",
            reftype=self.reftype,
            reftarget=normalise_key(key, prefix) or key,
            refexplicit=self.has_explicit_title,
            refwarn=False,
            dep_anchor=anchor,
        )
        self.set_source_info(node)
        return [node], []


class StatusRole(ProposalRole):
    """``{dep-status}`12```: a badge with the proposal's status, linked to it."""

    reftype = "status"


def adopt_links(found: Iterable[nodes.Element], docname: str, prefix: str) -> list[addnodes.pending_xref]:
    """Turn links with the scheme ``dep:`` into references of the domain; all references of the page, in order.

    MyST hands an unknown scheme on as a reference to anything, or, as reST does, as a link to elsewhere (``<dep:12>``);
    which page shows which proposal must be known when the page is read, or its title would go stale.
    """
    references = []
    for link in found:
        if isinstance(link, addnodes.pending_xref):
            references.append(link)
            if link.get("refdomain") == "dep" or not str(link.get("reftarget", "")).startswith(SCHEME):
                continue
            node = link
        elif not isinstance(link, nodes.reference):
            continue
        else:
            target = str(link.get("refuri", ""))
            if not target.startswith(SCHEME):
                continue
            explicit = link.astext() != target
            node = addnodes.pending_xref("", *link.children, reftarget=target, refdoc=docname, refexplicit=explicit)
            node.source, node.line = link.source, link.line
            link.replace_self(node)
            references.append(node)
        key, anchor = split_target(str(node["reftarget"]).removeprefix(SCHEME))
        node["refdomain"], node["reftype"], node["refwarn"] = "dep", "ref", False
        node["reftarget"] = normalise_key(key, prefix) or key
        node["dep_anchor"] = anchor
        node["refexplicit"] = bool(node.get("refexplicit"))
    return references


def mentions(
    references: Iterable[addnodes.pending_xref], docname: str, env: BuildEnvironment, project: Project
) -> list[Mention]:
    """Those of the *references* of a page that are to a proposal of this project."""
    found = []
    path, prefix = project.path_of(env, docname), project.schema.prefix
    for node in references:
        if node.get("intersphinx"):
            continue
        if node.get("refdomain") == "dep" and node["reftype"] in ("ref", "status"):
            at = of_node(node, docname, path, project)
            found.append(Mention(at, node["reftarget"], node.get("dep_anchor", "")))
        elif node.get("reftype") == "any" and (named := named_key(str(node["reftarget"]), prefix)):
            found.append(Mention(of_node(node, docname, path, project), *named, maybe=True))
    return found

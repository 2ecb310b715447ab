"""References in prose: the roles ``dep`` and ``dep-status``, links such as ``[](dep:12)``, and their hover cards.

The card of a proposal is once on a page, behind the first link to it; CSS shows it there. Further links to the same
proposal are described by the same card, and the script (``static/sphinxext_dep_hover.js``) moves it to the link that
is pointed at. Without the script they keep their ``title``. Only pages of HTML have cards: a book has no pointer.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any
from urllib.parse import unquote

import msgspec
from docutils import nodes
from docutils.nodes import Node, system_message
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import ReferencesResolver, SphinxPostTransform
from sphinx.util.docutils import ReferenceRole

from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.messages import closest
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.rules.relations import unknown_proposal
from sphinxext_dep.sphinx.build.domain import CARD, split_target
from sphinxext_dep.sphinx.build.external import OtherReferences
from sphinxext_dep.sphinx.build.project import SCHEME, Projects, of_node
from sphinxext_dep.sphinx.components.items import HoverModel, ProposalLink, badge, hover_model
from sphinxext_dep.sphinx.components.view import Consumer, View
from sphinxext_dep.sphinx.html.nodes import Note, every, notes
from sphinxext_dep.sphinx.html.words import _

LINKS = (nodes.reference, addnodes.pending_xref)
"""The nodes that may be links to proposals, in a page as it was read."""


class ReferenceModel(msgspec.Struct, frozen=True):
    """The data of a reference: label, and title and status for its tooltip; or those of its card.

    :param anchor: the id that it leads to; empty when it leads to the page.
    :param requirement: id and title of the requirement that it leads to.
    """

    proposal: ProposalLink | HoverModel | None
    anchor: str = ""
    requirement: str = ""


class ProseReference(Consumer, frozen=True, tag="mention"):
    """A reference in prose. It is in the doctree as a ``pending_xref``, not as a placeholder.

    :param key: normalised, see :func:`~sphinxext_dep.model.proposal.normalise_key`.
    :param anchor: a name of a section: an id, a label or a slug of MyST; or empty.
    :param role: the full name of the role.
    :param maybe: whether it is a reference to anything (``{any}`DEP-12```), which may mean something else.
    """

    key: str
    anchor: str = ""
    maybe: bool = False
    role: str = "dep:ref"

    def model(self, view: View) -> ReferenceModel:
        """See :meth:`Consumer.model`."""
        proposal = view.catalog.resolve(self.key)
        if proposal is None:
            draft = None if self.maybe else view.draft(self.key)
            if draft is None or view.unmerged is None:
                return ReferenceModel(None)
            shown = view.unmerged.link(draft)
            return ReferenceModel(draft_card(view, draft) if view.hover_cards and shown.docname else shown)
        shown = view.link(proposal)
        found = view.anchor(shown.docname, self.anchor) if self.anchor else ""
        anchor = self.anchor if found is None else found
        requirement = view.requirement(proposal, self.anchor)
        return ReferenceModel(hover_model(shown, proposal.summary) if view.hover_cards else shown, anchor, requirement)

    def render(self, model: ReferenceModel) -> list[nodes.Node]:
        """Nothing: the domain resolves the reference in place."""
        return []

    def complain(self, view: View) -> list[Diagnostic]:
        """See :meth:`Consumer.complain`."""
        if self.maybe:
            # Sphinx reports it.
            return []
        proposal = view.catalog.resolve(self.key)
        if proposal is None:
            return self._unknown(view) if view.draft(self.key) is None else []
        if not self.anchor:
            return []
        docname = view.docnames[proposal.path]
        if view.anchor(docname, self.anchor) is None:
            nearest = closest(self.anchor, sorted(view.anchors(docname)))
            fix = f"did you mean `#{nearest}`?" if nearest else "sections of a page are named by their headings' ids"
            message = f"{view.label(proposal)} has no section `#{self.anchor}`"
            return [self.diagnostic(unknown_proposal, message, fix, view)]
        return []

    def _unknown(self, view: View) -> list[Diagnostic]:
        """The diagnostic of a reference that this project cannot resolve, unless intersphinx does, or it is ignored."""
        others = view.others
        number = (view.schema.label(int(self.key)), f"{view.schema.prefix}-{self.key}") if self.key.isdigit() else ()
        if others is None or others.is_ignored(self.role, self.key, *number):
            return []
        owner = others.owner(f"{view.lead}{self.key}")
        if not owner:
            return [self.unknown_proposal(self.key, view)]
        if not others.are_disabled or self.key.startswith(f"{owner}:"):
            return []
        label = number[0] if number else self.key
        fix = (
            f"{owner} has one: write `{{external+{owner}:dep:ref}}`, since `intersphinx_disabled_reftypes` keeps other "
            "references to this project"
        )
        return [self.diagnostic(unknown_proposal, f"there is no proposal `{label}`", fix, view)]


def draft_card(view: View, draft: Proposal) -> HoverModel:
    """The card of *draft*, a proposal that is not merged."""
    assert view.unmerged is not None
    return hover_model(view.unmerged.link(draft), draft.summary, view.unmerged.drafts[draft.path].branch.name)


class ProposalRole(ReferenceRole):
    """``{dep}`12```, ``{dep}`text <DEP-12#motivation>```: a link that shows number and status, title as its tooltip."""

    reftype = "ref"

    def run(self) -> tuple[list[Node], list[system_message]]:
        """The reference, to be resolved by the domain when the page is written."""
        key, anchor = split_target(self.target)
        domain: Any = self.env.get_domain("dep")  # our own, whose module knows this one
        project, key = domain.projects.refer(key, domain.project_of(self.env.docname))
        node = addnodes.pending_xref(
            self.rawtext,
            nodes.inline(self.rawtext, self.title, classes=["xref", "dep", f"dep-{self.reftype}"]),
            refdoc=self.env.docname,
            refdomain="dep",
            reftype=self.reftype,
            reftarget=f"{project.lead}{key}",
            refexplicit=self.has_explicit_title,
            refwarn=False,
            dep_anchor=anchor,
            dep_process=project.name,
            dep_bare="" if self.target.lower().startswith(project.name.lower()) else key,
        )
        self.set_source_info(node)
        return [node], []


class StatusRole(ProposalRole):
    """``{dep-status}`12```: a badge with the proposal's status, linked to it."""

    reftype = "status"


def adopt_links(found: Iterable[nodes.Element], env: BuildEnvironment) -> list[addnodes.pending_xref]:
    """Turn links with the scheme ``dep:`` into references of the domain; all references of the page, in order.

    MyST hands an unknown scheme on as a reference to anything, or, as reST does, as a link to elsewhere (``<dep:12>``);
    which page shows which proposal must be known when the page is read, or its title would go stale.
    """
    docname, references = env.docname, []
    domain: Any = env.get_domain("dep")  # our own, whose module knows this one
    for link in found:
        if isinstance(link, addnodes.pending_xref):
            references.append(link)
            if link.get("intersphinx") and link.get("dep_bare"):
                # The other project has processes of its own.
                link["reftarget"], link["dep_process"] = link["dep_bare"], domain.projects.first.name
            if link.get("intersphinx") and link.get("dep_anchor"):
                # Intersphinx would drop the section; see `resolve_with_anchor`.
                owner = link["inventory"] or OtherReferences(env).owner(link["reftarget"])
                if owner:
                    del link["intersphinx"]
                    link["reftarget"] = f"{owner}:{link['reftarget']}"
            if link.get("refdomain") == "dep" or not str(link.get("reftarget", "")).startswith(SCHEME):
                continue
            node = link
        elif not isinstance(link, nodes.reference):
            continue
        else:
            written = str(link.get("refuri", ""))
            if not written.startswith(SCHEME):
                continue
            target = unquote(written)
            explicit = unquote(link.astext()) != target
            node = addnodes.pending_xref("", *link.children, reftarget=target, refdoc=docname, refexplicit=explicit)
            node.source, node.line = link.source, link.line
            link.replace_self(node)
            references.append(node)
        if not node.astext():
            # Without a text of its own, an unresolved link would be empty.
            node[:] = [nodes.inline("", str(node["reftarget"]), classes=["xref", "dep", "dep-ref"])]
        key, anchor = split_target(str(node["reftarget"]).removeprefix(SCHEME))
        project, key = domain.projects.refer(key, domain.project_of(docname))
        node["refdomain"], node["reftype"], node["refwarn"] = "dep", "ref", False
        node["reftarget"], node["dep_process"] = f"{project.lead}{key}", project.name
        node["dep_anchor"] = anchor
        node["refexplicit"] = bool(node.get("refexplicit"))
    return references


def prose_references(
    references: Iterable[addnodes.pending_xref], env: BuildEnvironment, projects: Projects
) -> list[ProseReference]:
    """Those of the *references* of a page that are to a proposal of this project."""
    found = []
    docname, own = env.docname, projects.of(env, env.docname)
    path = own.path_of(env, docname)
    for node in references:
        if node.get("intersphinx"):
            continue
        if node.get("refdomain") == "dep" and node["reftype"] in ("ref", "status"):
            project = projects.named(node.get("dep_process", "")) or own
            at, key = of_node(node, docname, path, own, project.name), node["reftarget"].removeprefix(project.lead)
            found.append(ProseReference(at, key, node.get("dep_anchor", ""), role=f"dep:{node['reftype']}"))
        elif node.get("reftype") == "any" and projects.names(target := str(node["reftarget"])):
            key, anchor = split_target(target.removeprefix(SCHEME))
            project, key = projects.refer(key, own)
            found.append(ProseReference(of_node(node, docname, path, own, project.name), key, anchor, maybe=True))
    return found


SETTING = "dep_hover_cards"


def shows_hover_cards(app: Sphinx) -> bool:
    """True if links get cards: in HTML for browsers, unless the project has turned them off."""
    builder = app.builder
    return isinstance(builder, StandaloneHTMLBuilder) and builder.name != "epub" and bool(app.config[SETTING])


class Hover(nodes.Inline, nodes.TextElement):
    """Around a link that has a card: the card belongs to it, so that a pointer may go from the one to the other."""


class Described(nodes.reference):
    """A link that ``card``, the id of a card, describes."""


class Card(nodes.Inline, nodes.TextElement):
    """The card: ``shown`` holds it. It has no text of its own that a search index could take for the page's."""


class HoverCards(SphinxPostTransform):
    """Gives the links that the domain has marked their cards."""

    default_priority = ReferencesResolver.default_priority + 5
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Change the doctree in place; it is a copy, made for this writing."""
        domain: Any = self.env.get_domain("dep")  # our own, whose module knows this one
        if not domain.has_linked:
            return
        domain.has_linked = False
        known: dict[str, str] = {}
        for link in [node for node in every(self.document, nodes.reference) if CARD in node]:
            shown: HoverModel = link.attributes.pop(CARD)
            if not _may_have_card(link):
                continue
            docname = shown.proposal.docname
            is_first = docname not in known
            # No id that docutils makes of a title has two hyphens in a row.
            name = known.setdefault(docname, f"dep-hover--{len(known) + 1}")
            described = Described("", "", *link.children, **link.attributes, card=name)
            around = Hover("", "", described)
            if is_first:
                # The title would come up over the card.
                described.attributes.pop("reftitle", None)
                around += Card(shown=shown, name=name)
                notes(self.document).add(Note.CARDS)
            link.replace_self(around)


def _may_have_card(link: nodes.reference) -> bool:
    """Titles are repeated in navigation, where the card's id would be there twice; so are links within links."""
    parent = link.parent
    while parent is not None:
        if isinstance(parent, (nodes.title, nodes.reference)):
            return False
        parent = parent.parent
    return True


def _visit_hover(self: Any, node: Hover) -> None:
    self.body.append('<span class="dep-hover">')


def _depart_hover(self: Any, node: Hover) -> None:
    self.body.append("</span>")


def _visit_described(self: Any, node: Described) -> None:
    self.visit_reference(node)
    # Themes bring translators of their own; whatever tag theirs has written gets the attribute.
    self.body[-1] = self.body[-1].replace("<a ", f'<a aria-describedby="{node["card"]}" ', 1)


def _depart_described(self: Any, node: Described) -> None:
    self.depart_reference(node)


def _visit_card(self: Any, node: Card) -> None:
    shown: HoverModel = node["shown"]
    proposal = shown.proposal
    status = badge(proposal.status)
    classes = " ".join(status["classes"])
    # Spaces between the parts: without a style sheet it is one line of text.
    parts = [
        f'<span class="dep-number">{escape(proposal.label)}</span>',
        f'<span class="{escape(classes)}">{escape(status.astext())}</span>',
    ]
    if shown.branch:
        parts.append(f'<span class="dep-not-merged">{escape(_("not merged"))}: {escape(shown.branch)}</span>')
    if proposal.title:
        parts.append(f"<strong>{escape(proposal.title)}</strong>")
    if shown.summary:
        parts.append(f'<span class="dep-summary">{escape(shown.summary)}</span>')
    self.body.append(f'<span class="dep-hover-card" id="{node["name"]}" role="tooltip"> {" ".join(parts)}</span>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register the roles, and the setting, the nodes and the transform of hover cards."""
    for name, in_domain, role in (("dep", "ref", ProposalRole()), ("dep-status", "status", StatusRole())):
        app.add_role(name, role)
        app.add_role_to_domain("dep", in_domain, role)
    # A change of it is seen in the stamps: pages without a link to a proposal need not be written for it.
    app.add_config_value(
        SETTING,
        True,
        "",
        bool,
        "Whether links to proposals show a card with title, status and summary when pointed at or focused.",
    )
    app.add_node(Hover, html=(_visit_hover, _depart_hover))
    app.add_node(Described, html=(_visit_described, _depart_described))
    app.add_node(Card, html=(_visit_card, None))
    app.add_post_transform(HoverCards)

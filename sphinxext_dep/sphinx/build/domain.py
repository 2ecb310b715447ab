"""The domain: the data of every page, cross-references to proposals, and the inventory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, TypedDict, cast

from docutils import nodes
from docutils.nodes import Element
from sphinx.addnodes import only, pending_xref
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.builders.latex import LaTeXBuilder
from sphinx.builders.singlehtml import SingleFileHTMLBuilder
from sphinx.builders.texinfo import TexinfoBuilder
from sphinx.domains import Domain, ObjType
from sphinx.environment import BuildEnvironment
from sphinx.ext.ifconfig import ifconfig, process_ifconfig_nodes
from sphinx.util import logging
from sphinx.util.docutils import new_document
from sphinx.util.nodes import make_refnode

from sphinxext_dep.check.check import Checked
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.sphinx.build.external import Origin, Origins
from sphinxext_dep.sphinx.build.project import SCHEME, Project, Projects
from sphinxext_dep.sphinx.components.items import badge, hover_model, tooltip, warning
from sphinxext_dep.sphinx.components.view import Consumer, View
from sphinxext_dep.sphinx.html.nodes import MENTION_STATUS, registry_id, takes_queries
from sphinxext_dep.sphinx.html.words import _

TARGET_PAGE = "dep_target_page"
"""The attribute of a resolved reference with the document that it leads to, where one file holds several."""

CARD = "dep_hover"
"""The attribute of a resolved reference with its :class:`HoverModel`."""


class Condition(NamedTuple):
    """A directive that some builds leave out with its content.

    :param kind: ``only`` or ``ifconfig``.
    """

    kind: str
    expression: str


Conditions = tuple[Condition, ...]
"""Those of the directives around something, which is shown if all hold."""


def conditions(node: nodes.Node) -> Conditions:
    """The conditions on which *node*, or what it stands for, is shown."""
    found, above = [], node.parent
    while above is not None:
        if isinstance(above, (only, ifconfig)):
            found.append(Condition(type(above).__name__, str(above["expr"])))
        above = above.parent
    return tuple(found)


def keeps(app: Sphinx, condition: Condition) -> bool:
    """Whether the build of *app* keeps what is under *condition*, as Sphinx decides it."""
    if condition.kind == "only":
        try:
            return bool(app.tags.eval_condition(condition.expression))
        except Exception:
            return True
    document = new_document("")
    document += ifconfig("", nodes.paragraph(), expr=condition.expression)
    # Sphinx reports it on the page.
    with logging.suppress_logging():
        process_ifconfig_nodes(app, document, "")
    return isinstance(document.next_node(), nodes.paragraph)


class FileState(NamedTuple):
    """When a file was changed (nanoseconds), its size (bytes), and its real path; zeros and nothing without a file."""

    changed: int = 0
    size: int = 0
    real: str = ""


class Data(TypedDict):
    """The data in the environment; all of it by document, so that purging and merging are exact.

    ``sources``: the pages that ``sources`` matched, and the state of their files, when they were read. ``pages``:
    proposals, read and checked by themselves. ``consumers``: the components and references of a page that show
    proposals. ``diagnostics``: those of the directives on a page. ``origins``: other projects whose proposals a page
    shows, each with the digest of its data. ``anchors``: the ids on a proposal's page, by every name that they can be
    linked by. ``conditions``: by its place in ``consumers``, the conditions on which a component is shown.
    ``left_out``: by its id, those of a place on the page. ``words``: title and summary as the page shows them.
    ``digest``: that of the configuration under which all this was read.
    """

    sources: dict[str, tuple[FileState, ...]]
    pages: dict[str, Checked]
    consumers: dict[str, tuple[Consumer, ...]]
    diagnostics: dict[str, tuple[Diagnostic, ...]]
    origins: dict[str, dict[Origin, str]]
    anchors: dict[str, dict[str, str]]
    conditions: dict[str, dict[int, Conditions]]
    left_out: dict[str, dict[str, Conditions]]
    words: dict[str, Any]
    digest: str


_BY_DOCUMENT = (
    "sources", "pages", "consumers", "diagnostics", "origins", "anchors", "conditions", "left_out", "words",
)  # fmt: skip
"""The parts of :class:`Data` that are by document."""


class DepDomain(Domain):
    """Enhancement proposals."""

    name = "dep"
    label = "Enhancement proposals"
    object_types: ClassVar[dict[str, ObjType]] = {"proposal": ObjType("proposal", "ref", "status")}
    initial_data: ClassVar[dict[str, Any]] = {
        "sources": {},
        "pages": {},
        "consumers": {},
        "diagnostics": {},
        "origins": {},
        "anchors": {},
        "conditions": {},
        "left_out": {},
        "words": {},
        "digest": "",
    }
    data_version = 8

    data: Data  # type: ignore[assignment]  # Sphinx types it as dict[str, Any]

    projects: Projects
    """The projects that are built; set when the builder is ready."""
    origins: Origins
    """Reads the proposals of other projects; set with them."""
    keeps: Callable[[Condition], bool]
    """Whether this build keeps what is under a condition; set with them."""
    makes_catalogs: bool = False
    """True if this build makes catalogs for translators."""
    views: Mapping[str, View] = MappingProxyType({})
    """All proposals of each process, by its name; set when everything has been read, before anything is written."""
    has_linked: bool = False
    """True if a link that may get a card was made since the last page: most pages have none, and need no search."""

    def clear_doc(self, docname: str) -> None:
        """Forget what *docname* held."""
        for part in _BY_DOCUMENT:
            cast("dict[str, Any]", self.data)[part].pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Add the data that another process read."""
        for part in _BY_DOCUMENT:
            mine, other = cast("dict[str, Any]", self.data)[part], otherdata[part]
            mine.update({docname: other[docname] for docname in docnames if docname in other})

    def project_of(self, docname: str) -> Project:
        """The project of *docname*."""
        return self.projects.of(self.env, docname)

    def view_of(self, docname: str) -> View:
        """The proposals of the process of *docname*."""
        return self.views[self.project_of(docname).name]

    def add_consumers(self, docname: str, *consumers: Consumer) -> None:
        """Note that the page of *docname* shows *consumers*."""
        known = self.data["consumers"].get(docname, ())
        self.data["consumers"][docname] = known + consumers

    def replace_consumer(self, docname: str, old: Consumer, new: Consumer) -> None:
        """Show *new* in place of *old*, the very object, on the page of *docname*."""
        known = self.data["consumers"].get(docname, ())
        self.data["consumers"][docname] = tuple(new if item is old else item for item in known)

    @property
    def shown(self) -> dict[str, tuple[Consumer, ...]]:
        """The consumers of every page that this build does not leave out by an ``only`` directive."""
        shown = dict(self.data["consumers"])
        for docname, conditions in self.data["conditions"].items():
            left_out = {place for place, found in conditions.items() if not self.is_shown(found)}
            shown[docname] = tuple(item for place, item in enumerate(shown.get(docname, ())) if place not in left_out)
        return shown

    def is_shown(self, conditions: Conditions) -> bool:
        """True if this build keeps what is under all these *conditions*."""
        return all(map(self.keeps, conditions))

    def anchors(self, docname: str) -> dict[str, str]:
        """The ids on a proposal's page, by every name that they can be linked by; empty for what is left out of it."""
        anchors = self.data["anchors"].get(docname, {})
        left_out = {
            anchor for anchor, found in self.data["left_out"].get(docname, {}).items() if not self.is_shown(found)
        }
        return {name: "" if anchor in left_out else anchor for name, anchor in anchors.items()} if left_out else anchors

    def add_origin(self, docname: str, origin: Origin) -> None:
        """Note that the page of *docname* shows what *origin* holds now."""
        self.data["origins"].setdefault(docname, {})[origin] = self.origins.digest(origin)

    def add_diagnostic(self, docname: str, item: Diagnostic) -> None:
        """Note what is wrong with a directive or role on the page of *docname*."""
        known = self.data["diagnostics"].get(docname, ())
        self.data["diagnostics"][docname] = (*known, item)

    def get_objects(self) -> Iterable[tuple[str, str, str, str, str, int]]:
        """Every proposal by number, and by slug, for ``objects.inv``: a slug that was linked to outlives numbering."""
        for view in self.views.values():
            for proposal in view.catalog.proposals:
                docname = view.docnames[proposal.path]
                label = view.label(proposal)
                shown = f"{label}: {proposal.title}" if proposal.title else label
                if proposal.number is not None and view.catalog.resolve(proposal.key) is proposal:
                    yield (f"{view.lead}{proposal.key}", shown, "proposal", docname, "", 1)
                if view.catalog.resolve(proposal.slug) is proposal:
                    priority = 0 if proposal.number is None else -1
                    yield (f"{view.lead}{proposal.slug}", shown, "proposal", docname, "", priority)

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: Element,
    ) -> nodes.reference | None:
        """A link; ``None`` for what this project does not have, so that intersphinx is asked."""
        if typ in ("page", "registry"):
            # Made by a component. The page of a proposal that could not be read is not there.
            drafts = [view.unmerged for view in self.views.values() if view.unmerged is not None]
            if target not in env.all_docs and not any(target in view.by_docname for view in drafts):
                return None
            make = self._page_reference if typ == "page" else self._table_reference
            return _inside(make(builder, fromdocname, target, node, contnode), target, builder)
        view = self.views.get(node.get("dep_process", "")) or self.views[self.projects.first.name]
        key = target.removeprefix(view.lead)
        proposal = self._resolve(env, view, key)
        if proposal is not None:
            link = self._proposal_reference(builder, fromdocname, typ, view, proposal, node, contnode)
            return _inside(link, view.docnames[proposal.path], builder)
        draft = view.draft(key)
        return None if draft is None else self._draft_reference(builder, fromdocname, typ, view, draft, node, contnode)

    def _resolve(self, env: BuildEnvironment, view: View, key: str) -> Proposal | None:
        """The proposal *key* of *view*, if its page was read."""
        proposal = view.catalog.resolve(key)
        return proposal if proposal is not None and view.docnames[proposal.path] in env.all_docs else None

    def _page_reference(
        self, builder: Builder, fromdocname: str, target: str, node: pending_xref, contnode: Element
    ) -> nodes.reference:
        return _refnode(builder, fromdocname, target, node["dep_anchor"], [contnode], node["dep_title"])

    def _table_reference(
        self, builder: Builder, fromdocname: str, target: str, node: pending_xref, contnode: Element
    ) -> nodes.reference:
        """A link to a table, narrowed where there are addresses and scripts; elsewhere to its page."""
        anchor = registry_id(builder, target)
        if builder.name == "singlehtml":
            return nodes.reference("", "", contnode, internal=True, refuri=f"#{anchor}")
        if not takes_queries(builder):
            return make_refnode(builder, fromdocname, target, "", contnode)
        query = f"?{node['dep_query']}" if node["dep_query"] else ""
        uri = builder.get_relative_uri(fromdocname, target)
        return nodes.reference("", "", contnode, internal=True, refuri=f"{uri}{query}#{anchor}")

    def _proposal_reference(
        self,
        builder: Builder,
        fromdocname: str,
        typ: str,
        view: View,
        proposal: Proposal,
        node: pending_xref,
        contnode: Element,
    ) -> nodes.reference:
        shown = view.link(proposal)
        content: list[nodes.Node] = [contnode]
        if typ == "status":
            content = [badge(shown.status)]
        elif not node.get("refexplicit"):
            label = nodes.inline("", shown.label, classes=["xref", "dep", "dep-ref"])
            label["classes"].append("dep-number")
            requirement = view.requirement(proposal, node.get("dep_anchor", ""))
            words = [nodes.Text(" "), nodes.inline("", requirement, classes=["dep-requirement"])] if requirement else []
            content = [label, *words, *warning(shown.status)]
        written = node.get("dep_anchor", "")
        anchor = view.anchor(shown.docname, written)
        anchor = written if anchor is None else anchor
        link = _refnode(builder, fromdocname, shown.docname, anchor, content, tooltip(shown))
        if view.hover_cards:
            link[CARD] = hover_model(shown, proposal.summary)
            self.has_linked = True
        return link

    def _draft_reference(
        self,
        builder: Builder,
        fromdocname: str,
        typ: str,
        view: View,
        proposal: Proposal,
        node: pending_xref,
        contnode: Element,
    ) -> nodes.reference:
        """A link to the page of a proposal that is not merged, else to its pull request; it says that it is not."""
        assert view.unmerged is not None
        shown = view.unmerged.link(proposal)
        content: list[nodes.Node] = [contnode]
        if typ == "status":
            content = [badge(shown.status)]
        elif not node.get("refexplicit"):
            content = [nodes.inline("", shown.label, classes=["xref", "dep", "dep-ref"])]
        note = _("not merged")
        words = nodes.inline("", f" ({note})", classes=[MENTION_STATUS, "dep-not-merged"])
        content.append(words)
        if shown.docname:
            page = make_refnode(builder, fromdocname, shown.docname, "", content, tooltip(shown))
            if view.hover_cards:
                name = view.unmerged.drafts[proposal.path].branch.name
                page[CARD] = hover_model(shown, proposal.summary, name)
                self.has_linked = True
            return page
        link = nodes.reference("", "", *content, internal=False)
        if shown.url:
            link["refuri"] = shown.url
        return link

    def resolve_any_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: Element,
    ) -> list[tuple[str, nodes.reference]]:
        """``{any}`dep:12``` and ``{any}`DEP-12```; a bare number or word is not claimed."""
        if not self.projects.names(target):
            return []
        key, anchor = split_target(target.removeprefix(SCHEME))
        project, key = self.projects.refer(key, self.project_of(node.get("refdoc", fromdocname)))
        view = self.views[project.name]
        proposal = self._resolve(env, view, key)
        if proposal is None:
            return []
        node["dep_anchor"] = anchor
        link = self._proposal_reference(builder, fromdocname, "ref", view, proposal, node, contnode)
        return [("dep:ref", _inside(link, view.docnames[proposal.path], builder))]

    def get_full_qualified_name(self, node: Element) -> str | None:
        """The name under which intersphinx looks for the target of *node*."""
        target: str | None = node.get("reftarget")
        return target


def _inside(link: nodes.reference, docname: str, builder: Builder) -> nodes.reference:
    """*link* to *docname*, with a note of it if *builder* writes several documents into one file, but maybe not all."""
    if isinstance(builder, (SingleFileHTMLBuilder, LaTeXBuilder, TexinfoBuilder)):
        link[TARGET_PAGE] = docname
    return link


def _refnode(
    builder: Builder, fromdocname: str, docname: str, anchor: str, content: Sequence[nodes.Node], title: str
) -> nodes.reference:
    """As Sphinx makes it, but in one file with an address that is there: not ``#document-PAGE#ANCHOR``."""
    link = make_refnode(builder, fromdocname, docname, anchor, [*content], title)
    if anchor and builder.name == "singlehtml" and "refuri" in link:
        link["refuri"] = f"#{anchor}"
    return link


def domain_of(env: BuildEnvironment) -> DepDomain:
    """The domain of *env*."""
    return cast("DepDomain", env.domains[DepDomain.name])


def split_target(target: str) -> tuple[str, str]:
    """``12#motivation`` → ``("12", "motivation")``; the ``#`` of ``#12`` belongs to the number."""
    target = target.strip()
    key, _separator, anchor = target[1:].partition("#")
    return (target[:1] + key).strip(), anchor.strip()

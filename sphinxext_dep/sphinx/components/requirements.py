"""``dep-requirements``: the numbered requirements of proposals, as a table."""

from __future__ import annotations

import msgspec
from docutils import nodes
from sphinx.application import Sphinx

from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.proposal import LEVELS, Proposal, Requirement
from sphinxext_dep.query.filters import DEFAULT_ORDER, Filter, SortKey, sort
from sphinxext_dep.sphinx.build.external import Origin
from sphinxext_dep.sphinx.components.base import ChoosingDirective, keys_in
from sphinxext_dep.sphinx.components.items import (
    ProposalLink,
    badge,
    empty_paragraph,
    error_paragraph,
    link,
    missing_proposal,
)
from sphinxext_dep.sphinx.components.view import Consumer, View, cannot_be_read
from sphinxext_dep.sphinx.html.nodes import Block
from sphinxext_dep.sphinx.html.words import _


class RequirementModel(msgspec.Struct, frozen=True):
    """One row.

    :param anchor: the id that its link leads to; empty for the page itself.
    """

    proposal: ProposalLink
    id: str
    title: str
    level: str
    anchor: str


class RequirementsModel(msgspec.Struct, frozen=True):
    """The rows, and the keys that name no proposal.

    :param alone: whether all are of one proposal, so that it need not be named in every row.
    """

    rows: list[RequirementModel]
    unknown: list[str]
    alone: bool
    unreadable: str = ""


class Requirements(Consumer, frozen=True, tag="requirements"):
    """The requirements of the proposals that are chosen.

    :param keys: the proposals, by their normalised keys; empty for all that the filter finds.
    :param levels: those that are shown; empty for all. A dash stands for none.
    """

    filter: Filter
    order: tuple[SortKey, ...] = DEFAULT_ORDER
    keys: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    origin: Origin | None = None

    def model(self, view: View) -> RequirementsModel:
        """See :meth:`Consumer.model`."""
        source = view.of(self.origin)
        if source is None:
            return RequirementsModel([], [], False, cannot_be_read(self.origin))
        named = [(key, source.catalog.resolve(key)) for key in self.keys]
        chosen = [item for _key, item in named if item is not None] if self.keys else source.catalog.proposals
        found = [item for item in chosen if self.filter.matches(item, source.context)]
        if not self.keys:
            found = sort(found, self.order, source.schema, source.context)
        rows = [
            _row(source, proposal, item)
            for proposal in found
            for item in proposal.requirements
            if not self.levels or (item.level or NONE) in self.levels
        ]
        unknown = [key for key, item in named if item is None]
        return RequirementsModel(rows, unknown, alone=len(self.keys) == 1 and len(named) == 1)

    def render(self, model: RequirementsModel) -> list[nodes.Node]:
        """See :meth:`Consumer.render`."""
        if model.unreadable:
            return [error_paragraph(model.unreadable)]
        missing: list[nodes.Node] = [missing_proposal(key) for key in model.unknown]
        if not model.rows:
            return missing or [empty_paragraph(_("No requirements."))]
        labels = [_("Requirement"), _("Level")]
        if not model.alone:
            labels += [_("Proposal"), _("Status")]
        table = nodes.table(classes=["dep-table", "colwidths-auto"])
        group = nodes.tgroup("", *(nodes.colspec(colwidth=100 // len(labels)) for _label in labels), cols=len(labels))
        # As in the table of an index; a title would take the room of the others.
        classes: tuple[list[str], ...] = ([], ["dep-nowrap"], [], ["dep-column-status"])
        head = nodes.row("", *(nodes.entry("", nodes.paragraph("", label)) for label in labels))
        body = nodes.tbody()
        for row in model.rows:
            words = f"{row.id} {row.title}".rstrip()
            name = link(row.proposal, words, self.docname, row.anchor)
            cells: list[nodes.Node] = [name, nodes.Text(row.level or "–")]
            if not model.alone:
                cells += [link(row.proposal, row.proposal.text, self.docname), badge(row.proposal.status)]
            entries = (
                nodes.entry("", nodes.paragraph("", "", cell), classes=of)
                for cell, of in zip(cells, classes, strict=False)
            )
            body += nodes.row("", *entries)
        group += [nodes.thead("", head), body]
        table += group
        scroll = Block("", table, classes=["dep-scroll", "dep-requirements"])
        return [Block("", scroll, classes=["dep-index"]), *missing]

    def complain(self, view: View) -> list[Diagnostic]:
        """See :meth:`Consumer.complain`."""
        source = view.of(self.origin)
        if source is None:
            return []
        return [self.unknown_proposal(key, source) for key in self.keys if source.catalog.resolve(key) is None]


NONE = "-"
"""The word for requirements without a level."""


def _row(view: View, proposal: Proposal, item: Requirement) -> RequirementModel:
    shown = view.link(proposal)
    anchor = item.anchor if item.has_heading else ""
    if shown.docname:
        # The id of the title is the only one of its kind in a book, too.
        anchor = view.anchor(shown.docname, anchor) or ""
    return RequirementModel(shown, item.id, item.title, item.level, anchor)


class DepRequirementsDirective(ChoosingDirective):
    """``dep-requirements``: the numbered requirements of proposals, as a table.

    With numbers or slugs of those; with a filter of what it chooses, without both of all proposals. It takes the
    filters of ``dep-index``.

    :level: some of ``MUST``, ``SHOULD`` and ``MAY``; ``-`` stands for those without a level.
    :sort: the order of the proposals, as in ``dep-index``; requirements have the order of their page.
    :source: another project, whose requirements are shown: its ``deps.json`` as a file, or its name in
        ``intersphinx_mapping``.
    """

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """A placeholder."""
        origin, schema = self.origin()
        self.choose_from(schema or self.shown.schema, origin)
        self.unknown_options(("source", "level", "sort", *self.filter_options))
        keys = keys_in(self.arguments[0], self.schema.prefix) if self.arguments else ()
        known = (*LEVELS, NONE)
        words = [word.strip().upper() for word in self.given("level").split(",") if word.strip()]
        levels = tuple(
            word for word in words if self.choice("level", word, known, f"there is no level `{word}`", "there are")
        )
        return self.place(Requirements(self.at, self.filter(), self.order(), keys, levels, origin))


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("dep-requirements", DepRequirementsDirective)

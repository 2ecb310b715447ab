"""``dep-index``: a table, cards or a list of proposals."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from docutils import nodes

from sphinxext_dep.fields import type_of
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.query import Filter, SortKey, group, sort
from sphinxext_dep.sphinx.build.consumer import Consumer
from sphinxext_dep.sphinx.build.foreign import Origin
from sphinxext_dep.sphinx.build.foreign_view import ForeignView, cannot_be_read, view_of
from sphinxext_dep.sphinx.components.cards import CardShown, card_shown, grid
from sphinxext_dep.sphinx.components.inline import badges, link, series
from sphinxext_dep.sphinx.components.view import Item, ProposalShown, View, columns_label
from sphinxext_dep.sphinx.html.nodes import Block, Row
from sphinxext_dep.sphinx.html.registry import Facet, Hidden, description, facets, hidden
from sphinxext_dep.sphinx.html.words import _, term

FORMATS = ("table", "cards", "list")


class RowShown(msgspec.Struct, frozen=True):
    """One proposal of a table."""

    docname: str
    cells: list[list[Item]]
    hidden: Hidden


class GroupShown(msgspec.Struct, frozen=True):
    """The proposals below one heading; the heading is empty when they are not grouped."""

    heading: str
    rows: list[RowShown]
    cards: list[CardShown]
    entries: list[ProposalShown]


class IndexModel(msgspec.Struct, frozen=True):
    """Everything that an index shows; ``target`` when other pages lead to it."""

    columns: list[str]
    facets: list[Facet]
    groups: list[GroupShown]
    caption: str
    empty: str
    target: bool = False
    note: str = ""
    unreadable: str = ""


class Index(Consumer, frozen=True, tag="index", kw_only=True):
    """An index of proposals; see the directive's options."""

    filter: Filter
    order: tuple[SortKey, ...]
    group_by: str = ""
    columns: tuple[str, ...] = ()
    limit: int | None = None
    format: str = "table"
    caption: str = ""
    empty: str = ""
    toctree: bool = False
    origin: Origin | None = None

    def select(self, view: View) -> list[Proposal]:
        """The proposals it shows, in order."""
        chosen = [item for item in view.catalog.proposals if self.filter.matches(item, view.context)]
        return sort(chosen, self.order, view.schema)[: self.limit]

    def pages(self, view: View) -> list[str]:
        """The documents it puts into the navigation; never its own page."""
        documents = (view.docnames[item.path] for item in self.select(view))
        return [docname for docname in documents if docname != self.docname] if self.toctree else []

    def model(self, view: View) -> IndexModel:
        """See :meth:`Consumer.model`."""
        source = view_of(view, self.origin)
        if source is None:
            assert self.origin is not None
            return IndexModel([], [], [], self.caption, "", unreadable=cannot_be_read(self.origin))
        view = source
        chosen = self.select(view)
        groups = group(chosen, self.group_by, view.schema, none=_("None")) if self.group_by else [("", chosen)]
        table = self.format == "table"
        offered = facets(view.schema) if table else []
        return IndexModel(
            columns=columns_label(view.schema, self.columns) if table else [],
            facets=offered,
            groups=[self._group(view, heading, members, offered) for heading, members in groups if members],
            caption=self.caption,
            empty=self.empty,
            note=view.note if isinstance(view, ForeignView) else "",
            target=table and view.landmarks.is_target(self),
        )

    def _group(self, view: View, heading: str, members: Sequence[Proposal], offered: Sequence[Facet]) -> GroupShown:
        table, cards = self.format == "table", self.format == "cards"
        return GroupShown(
            heading=self._heading(view, heading),
            rows=[self._row(view, item, offered) for item in (members if table else ())],
            cards=[card_shown(view, item) for item in (members if cards else ())],
            entries=[view.shown(item) for item in (members if not table and not cards else ())],
        )

    def _heading(self, view: View, heading: str) -> str:
        field = view.schema.fields.get(self.group_by)
        is_term = field is not None and type_of(field).is_translated
        return term(heading) if is_term else heading

    def _row(self, view: View, item: Proposal, offered: Sequence[Facet]) -> RowShown:
        return RowShown(
            docname=view.docnames[item.path],
            cells=[view.items(item, key) for key in self.columns],
            hidden=hidden(view, item, offered, self.columns),
        )

    def render(self, model: IndexModel) -> list[nodes.Node]:
        """See :meth:`Consumer.render`."""
        box = Block(classes=["dep-index", f"dep-index-{self.format}"])
        if model.unreadable:
            box += nodes.paragraph("", "", nodes.inline("", model.unreadable, classes=["dep-wrong"]))
            return [box]
        if not model.groups:
            box += nodes.paragraph("", model.empty or _("No proposals."), classes=["dep-empty"])
            return [box]
        if model.caption and self.format != "table":
            box += nodes.paragraph("", "", nodes.strong("", model.caption), classes=["dep-caption"])
        if self.format == "table":
            box["registry"] = description(self.columns, model.facets)
            box["target"] = self.docname if model.target else ""
            # The box holds the script's controls as well: only the table may scroll sideways.
            box += Block("", self._table(model), classes=["dep-scroll"])
        else:
            for part in model.groups:
                if part.heading:
                    box += nodes.paragraph("", "", nodes.strong("", part.heading), classes=["dep-group"])
                box += grid(part.cards, self.docname) if self.format == "cards" else self._list(part.entries)
        if model.note:
            box += nodes.paragraph("", model.note, classes=["dep-note"])
        return [box]

    def _table(self, model: IndexModel) -> nodes.Node:
        table = nodes.table(classes=["dep-table", "colwidths-auto"])
        if model.caption:
            # Sphinx numbers tables that have a caption, and wants to link to them.
            table["ids"].append(nodes.make_id(f"dep-index-{self.at.file}-{self.at.line}"))
            table += nodes.title("", model.caption)
        width = len(model.columns)
        body = nodes.tgroup("", *(nodes.colspec(colwidth=100 // width) for _column in model.columns), cols=width)
        table += body
        head = nodes.row("", *(nodes.entry("", nodes.paragraph("", label)) for label in model.columns))
        body += nodes.thead("", head)
        rows = nodes.tbody()
        for part in model.groups:
            if part.heading:
                # One table keeps its columns aligned across groups; a spanning row is a heading that every builder has.
                heading = nodes.paragraph("", "", nodes.strong("", part.heading))
                rows += nodes.row("", nodes.entry("", heading, morecols=width - 1), classes=["dep-group"])
            for shown in part.rows:
                cells = zip(self.columns, shown.cells, strict=True)
                rows += Row("", *(self._cell(key, items) for key, items in cells), data=shown.hidden.attributes())
        body += rows
        return table

    def _cell(self, key: str, items: list[Item]) -> nodes.entry:
        return nodes.entry("", nodes.paragraph("", "", *series(items, self.docname)), classes=[f"dep-column-{key}"])

    def _list(self, entries: list[ProposalShown]) -> nodes.Node:
        listing = nodes.bullet_list(classes=["dep-list"])
        for shown in entries:
            words = f"{shown.label} {shown.title}" if shown.title else shown.label
            line = nodes.paragraph("", "", link(shown, words, self.docname), *badges(shown.status))
            listing += nodes.list_item("", line)
        return listing

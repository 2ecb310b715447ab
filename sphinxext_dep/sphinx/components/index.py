"""``dep-index``: a table, cards or a list of proposals, whose pages it may put into the navigation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from sphinxext_dep.fields import type_of
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Field, Schema
from sphinxext_dep.query.columns import Context, column
from sphinxext_dep.query.filters import (
    DEFAULT_ORDER,
    Filter,
    SortKey,
    all_of,
    group,
    newest_first,
    newest_order,
    places,
    sort,
)
from sphinxext_dep.query.parse import default_columns, parse_columns, parse_group, short_names
from sphinxext_dep.sphinx.build.domain import domain_of
from sphinxext_dep.sphinx.build.external import Origin
from sphinxext_dep.sphinx.components.base import ChoosingDirective
from sphinxext_dep.sphinx.components.items import (
    RESERVED,
    CardModel,
    DateItem,
    Item,
    PersonItem,
    ProposalLink,
    RegistryTable,
    TermItem,
    TextItem,
    caption,
    empty_paragraph,
    error_paragraph,
    grid,
    is_facet,
    linked,
    short_series,
)
from sphinxext_dep.sphinx.components.view import Consumer, Translated, View, cannot_be_read, columns_label
from sphinxext_dep.sphinx.html.nodes import Block, Row
from sphinxext_dep.sphinx.html.words import _, term

FORMATS = ("table", "cards", "list")
TOCTREE_OPTIONS = ("maxdepth", "numbered", "titlesonly")
UNMERGED = ("exclude", "include", "only")
"""Values of the option ``unmerged``."""
OPTIONS = (
    "source",
    "unmerged",
    "sort",
    "group-by",
    "columns",
    "limit",
    "format",
    "caption",
    "empty",
    "toctree",
    *TOCTREE_OPTIONS,
    "wide",
    "toolbar",
)
"""The options that are no filters."""


class Facet(msgspec.Struct, frozen=True):
    """A field by whose values readers narrow the table.

    :param order: the values in the order of the process; empty when they have none, as names of people.
    :param names: value → what readers see, where that is another word. Addresses hold the values, in every language.
    """

    key: str
    label: str
    order: list[str]
    names: dict[str, str] = {}


class Range(msgspec.Struct, frozen=True):
    """A column whose terms in a query are ranges.

    :param order: the ends of all values in the table, in the order of their type; see ``FieldType.limit``.
    :param part: see ``FieldType.range_part``.
    """

    order: list[str]
    part: str


class Language(msgspec.Struct, frozen=True):
    """The parts of the query language that the script needs; see ``docs/reference/query.md``.

    :param names: every folded name of a field that the rows hold, in the singular too → its key.
    :param ranges: by the key of the column.
    :param kinds: ``open``, ``decided``, ``closed`` → the statuses of that kind.
    """

    names: dict[str, str] = {}
    ranges: dict[str, Range] = {}
    kinds: dict[str, list[str]] = {}


class Hidden(msgspec.Struct, frozen=True):
    """The data by which a row is found and sorted, and which it does not show.

    :param values: key of a facet → the proposal's values; an empty list when it has none. Key of a :class:`Range` → for
        each value the place in its order, or the places of the first and last that it covers: ``3``, ``3 7``.
    :param text: more words for the search, such as tags.
    :param order: for each column the place in its order; empty when the proposal has none, and comes last.
    :param states: ``invalid``, ``numbered``, ``overdue``, as far as they hold.
    """

    values: dict[str, list[str]]
    text: str
    summary: str
    order: list[str] = []
    states: list[str] = []

    def attributes(self) -> dict[str, str]:
        """The ``data-`` attributes of the row. Several values are lines: no value holds a line break."""
        values = {key: "\n".join(several) for key, several in self.values.items()}
        more = {"text": self.text, "summary": self.summary, "is": " ".join(self.states)}
        # A comma, since the value of an attribute may lose spaces at its ends.
        order = ",".join(self.order)
        return {name: value for name, value in {**values, **more, "order": order}.items() if value}


def facets(schema: Schema) -> list[Facet]:
    """The facets of every table, in the order of the fields."""
    return [_facet(schema, field) for field in schema.fields.values() if is_facet(field)]


def hidden(view: View, proposal: Proposal, offered: Sequence[Facet], columns: Sequence[str], places: Places) -> Hidden:
    """The data that the row of *proposal* needs besides its cells, in a table with *columns*."""
    parts = [] if "number" in columns else [view.label(proposal)]
    if "title" not in columns:
        parts.append(proposal.title)
    for field in view.schema.fields.values():
        kind = type_of(field)
        if kind.is_searched and not kind.has_facet and field.key not in columns:
            parts += _words(proposal, field)
    states = {
        "invalid": bool(view.errors(proposal)),
        "numbered": proposal.number is not None,
        "overdue": view.is_overdue(proposal),
    }
    values = {facet.key: _words(proposal, view.schema.fields[facet.key]) for facet in offered}
    return Hidden(
        values={**values, **{key: covered.get(proposal.path, []) for key, covered in places.covered.items()}},
        text=" ".join(part for part in parts if part),
        summary=proposal.summary,
        order=["" if (at := order[proposal.path]) is None else str(at) for order in places.sorted],
        states=[name for name, holds in states.items() if holds],
    )


class Places(NamedTuple):
    """The places of all proposals of a table in the order of its columns, by their paths.

    :param sorted: of each column, for sorting.
    :param covered: see :attr:`Hidden.values`, by the key of a :class:`Range`.
    """

    sorted: list[dict[str, int | None]]
    covered: dict[str, dict[str, list[str]]]
    ranges: dict[str, Range]


def _context_of(views: Sequence[View]) -> Context:
    """The data that columns need of the proposals of all *views*: the day of a draft is that of its branch."""
    contexts = [view.context for view in views]
    return msgspec.structs.replace(
        contexts[0],
        invalid=frozenset().union(*(item.invalid for item in contexts)),
        origins={path: origin for item in contexts for path, origin in item.origins.items()},
    )


def find_places(schema: Schema, context: Context, proposals: Sequence[Proposal], columns: Sequence[str]) -> Places:
    """The places of *proposals*, in a table with *columns*; types say what comes before what."""
    paths = [item.path for item in proposals]
    orders = [places(proposals, key, schema, context) for key in columns]
    found = Places([dict(zip(paths, order, strict=True)) for order in orders], {}, {})
    for key in dict.fromkeys(["number", *schema.fields, *columns]):
        shown = column(key, schema)
        part = shown.type.range_part
        if part is None or key in RESERVED or shown.key != key:
            continue
        extents = {
            item.path: [extent for value in shown.items(item, context) if (extent := shown.type.extent(value))]
            for item in proposals
        }
        ends = sorted({end for several in extents.values() for extent in several for end in extent if end is not None})
        place = {end: number for number, end in enumerate(ends)}
        found.ranges[key] = Range([shown.type.limit(end) for end in ends], part)
        found.covered[key] = {
            path: [
                str(place[first]) if first == last else f"{place.get(first, -1)} {place.get(last, len(ends))}"
                for first, last in several
            ]
            for path, several in extents.items()
        }
    return found


def language(schema: Schema, ranges: dict[str, Range]) -> Language:
    """The part of the query language of *schema* that the script knows."""
    held = {*ranges, *(field.key for field in schema.fields.values() if is_facet(field))}
    kinds: dict[str, list[str]] = {}
    for status in schema.statuses.values():
        kinds.setdefault(status.kind.value, []).append(status.name)
    names = {name: column(field.key, schema).key for name, field in schema.field_names.items()}
    for name, key in list(names.items()):
        for short in short_names(name):
            names.setdefault(short, key)
    return Language({name: key for name, key in names.items() if key in held}, ranges, kinds)


def description(
    columns: Sequence[str],
    offered: Sequence[Facet],
    language: Language,
    order: Sequence[SortKey],
    *,
    listed: str,
    toolbar: bool,
) -> str:
    """JSON for the script: the columns, the facets, the query language, and every word that it puts on the page.

    :param order: the order of the rows.
    :param listed: what readers call it; empty when a column shows it.
    :param toolbar: the table has a toolbar of its own, even if others are on the page.
    """
    words = {
        "all": _("Show all {total}"),
        "ascending": _("sorted by {column}, ascending"),
        "cards": _("Cards"),
        "clear": _("Clear all"),
        "compact": _("Compact"),
        "count": _("{shown} of {total} proposals"),
        "descending": _("sorted by {column}, descending"),
        "example": _("Search, or status:open …"),
        "filter": _("Filter"),
        "find": _("Find in {facet}"),
        "label": _("Find proposals"),
        "listed": listed or _("As listed"),
        "maybe": _("Did you mean “{word}”?"),
        "nofield": _("There is no field “{name}”. There are: {fields}."),
        "none": _("None"),
        "nothing": _("No proposal matches."),
        "noword": _("“{word}” is in no proposal."),
        "remove": _("Remove {name}"),
        "rows": _("Rows"),
        "search": _("Search"),
        "sort": _("Sort by"),
        "summary": _("Summary"),
        "text": _("Also"),
        "unknown": _("{facet}: there is no “{value}”."),
        "view": _("View"),
    }
    first = order[0] if order else None
    sort = ("-" if first.descending else "") + first.field if first is not None and first.field in columns else ""
    parts = {"columns": columns, "facets": offered, "language": language, "sort": sort, "words": words}
    return msgspec.json.encode({**parts, "toolbar": True} if toolbar else parts).decode()


def _facet(schema: Schema, field: Field) -> Facet:
    kind = type_of(field)
    order = list(kind.words(field, schema))
    terms = order if kind.is_translated else []
    return Facet(field.key, term(field.label), order, {name: shown for name in terms if (shown := term(name)) != name})


def _words(proposal: Proposal, field: Field) -> list[str]:
    """The words by which readers find a proposal: ``TBD``, ``N/A``, a placeholder and a broken value are none."""
    found = type_of(field).facet_words(proposal.fields.get(field.key))
    return [word for word in dict.fromkeys(" ".join(word.split()) for word in found) if word]


FEW = 5
"""The script gives a table of so few rows no controls; for others the style sheet keeps room for them."""

WIDTHS: dict[type, float] = {DateItem: 6, TermItem: 7, PersonItem: 13}
"""The usual width (rem) of a column by what is in it; of others it is 9."""

STEPS = (40, 44, 48, 52, 57, 68)
"""The widths (rem) of a table below which the style sheet drops a column of the class ``dep-from-…``."""


class RowModel(msgspec.Struct, frozen=True):
    """One proposal of a table."""

    docname: str
    cells: list[list[Item]]
    hidden: Hidden


class GroupModel(msgspec.Struct, frozen=True):
    """The proposals below one heading; the heading is empty when they are not grouped."""

    heading: str
    rows: list[RowModel]
    cards: list[CardModel]
    entries: list[ProposalLink]


class IndexModel(msgspec.Struct, frozen=True):
    """Everything that an index shows; ``target`` when other pages lead to it, ``status`` the column of statuses,
    ``is_default`` when the author has not chosen columns; ``order`` is that of the rows;
    ``listed`` names it when no column does.
    """

    columns: list[str]
    facets: list[Facet]
    groups: list[GroupModel]
    caption: str
    empty: str
    language: Language = Language()
    status: str = ""
    is_default: bool = True
    target: bool = False
    listed: str = ""
    note: str = ""
    unreadable: str = ""
    is_new: bool = False
    order: tuple[SortKey, ...] = ()


class Index(Consumer, frozen=True, tag="index", kw_only=True):
    """An index of proposals; see the directive's options.

    :param order: empty where the author names none: the newest first, and in the navigation by number, so that it does
        not change with every commit.
    """

    filter: Filter
    order: tuple[SortKey, ...]
    group_by: str = ""
    columns: tuple[str, ...] = ()
    limit: int | None = None
    format: str = "table"
    caption: str = ""
    empty: str = ""
    toctree: bool = False
    maxdepth: int = 1
    numbered: int = 0
    titlesonly: bool = False
    wide: bool = True
    toolbar: bool = False
    origin: Origin | None = None
    unmerged: str = "exclude"

    def select(self, view: View) -> list[Proposal]:
        """The merged proposals it shows, in order."""
        return self._chosen([view])[0] if self.unmerged != "only" else []

    def _sorted(self, chosen: Iterable[Proposal], schema: Schema, context: Context) -> list[Proposal]:
        """*chosen* in order, as many as it shows."""
        ordered = sort(chosen, self.order, schema, context) if self.order else newest_first(chosen, context)
        return ordered[: self.limit]

    def _chosen(self, views: Sequence[View]) -> tuple[list[Proposal], dict[str, View]]:
        """The proposals of *views* that it shows, in order, and the view of each by its path."""
        of_path: dict[str, View] = {}
        chosen: list[Proposal] = []
        for view in views:
            found = [item for item in view.catalog.proposals if self.filter.matches(item, view.context)]
            of_path |= {item.path: view for item in found}
            chosen += found
        return (self._sorted(chosen, views[0].schema, _context_of(views)) if views else []), of_path

    def _views(self, view: View) -> list[View]:
        """The views whose proposals it shows: the merged ones, the drafts, or both."""
        drafts = [view.unmerged] if view.unmerged is not None and self.unmerged != "exclude" else []
        return drafts if self.unmerged == "only" else [view, *drafts]

    @property
    def table_id(self) -> str:
        """The id of its table, when that has a caption."""
        return nodes.make_id(f"dep-index-{self.at.file}-{self.at.line}")

    @property
    def table_caption(self) -> str:
        """See :attr:`Consumer.table_caption`."""
        return self.caption if self.format == "table" else ""

    @property
    def is_complete(self) -> bool:
        """True if it shows all proposals."""
        return self.filter == all_of(()) and self.limit is None and self.unmerged != "only"

    def pages(self, view: View) -> list[str]:
        """The documents in its toctree; never its own page."""
        # Every page asks for it, for its navigation.
        found: list[str] | None = view.pages.get(self)
        if found is None:
            chosen = self.select(view) if self.toctree else []
            if not self.order:
                chosen = sort(chosen, DEFAULT_ORDER, view.schema)
            documents = (view.docnames[item.path] for item in chosen)
            found = view.pages[self] = [docname for docname in documents if docname != self.docname]
        return found

    def model(self, view: View) -> IndexModel:
        """See :meth:`Consumer.model`."""
        source = view.of(self.origin)
        if source is None:
            return IndexModel([], [], [], self.caption, "", unreadable=cannot_be_read(self.origin))
        view = source
        views = self._views(view)
        context = _context_of(views or [view])
        chosen, of_path = self._chosen(views)
        groups = [("", chosen)]
        if self.group_by:
            groups = group(chosen, self.group_by, view.schema, context, none=_("None"))
        table = self.format == "table"
        offered = facets(view.schema) if table else []
        found = find_places(view.schema, context, chosen, self.columns) if table else Places([], {}, {})
        order = () if self.group_by else self.order or newest_order(chosen, context)
        listed = ""
        if table and order and order[0].field not in self.columns:
            listed = f"{columns_label(view.schema, [order[0].field])[0]} {'↓' if order[0].descending else '↑'}"
        return IndexModel(
            columns=columns_label(view.schema, self.columns) if table else [],
            facets=offered,
            groups=[
                self._group(view, of_path, heading, members, offered, found) for heading, members in groups if members
            ],
            caption=self.caption,
            empty=self.empty,
            language=language(view.schema, found.ranges) if table else Language(),
            status=view.schema.status_field.key if view.schema.status_field is not None else "",
            is_default=self.columns == default_columns(view.schema),
            is_new=not view.catalog.proposals,
            note=view.note,
            target=self.docname in view.tables and view.tables[self.docname][0] == self,
            order=order,
            listed=listed,
        )

    def _group(
        self,
        view: View,
        of_path: Mapping[str, View],
        heading: str,
        members: Sequence[Proposal],
        offered: Sequence[Facet],
        places: Places,
    ) -> GroupModel:
        table, cards = self.format == "table", self.format == "cards"
        return GroupModel(
            heading=self._heading(view, heading),
            rows=[self._row(of_path[item.path], item, offered, places) for item in (members if table else ())],
            cards=[of_path[item.path].card(item) for item in (members if cards else ())],
            entries=[of_path[item.path].link(item) for item in (members if not table and not cards else ())],
        )

    def _heading(self, view: View, heading: str) -> str:
        field = view.schema.fields.get(self.group_by)
        is_term = field is not None and type_of(field).is_translated
        return term(heading) if is_term else heading

    def _row(self, view: View, item: Proposal, offered: Sequence[Facet], places: Places) -> RowModel:
        return RowModel(
            docname=view.docnames[item.path],
            cells=[view.items(item, key) for key in self.columns],
            hidden=hidden(view, item, offered, self.columns, places),
        )

    def render(self, model: IndexModel) -> list[nodes.Node]:
        """See :meth:`Consumer.render`."""
        box = Block(classes=["dep-index", f"dep-index-{self.format}"])
        if self.wide and self.format == "table":
            box["classes"].append("dep-wide")
        if model.unreadable:
            box += error_paragraph(model.unreadable)
            return [box]
        if not model.groups:
            nothing = self._nothing(model)
            # A caption has a number, or other tables would have other numbers when the first proposal comes.
            box += _captioned(model.caption, nothing) if model.caption and self.format == "table" else nothing
            return [box]
        if model.caption and self.format != "table":
            box += caption(model.caption)
        if self.format == "table":
            box["registry"] = description(
                self.columns, model.facets, model.language, model.order, listed=model.listed, toolbar=self.toolbar
            )
            box["target"] = self.docname if model.target else ""
            if sum(len(part.rows) for part in model.groups) > FEW:
                box["classes"].append("dep-many")
            # The box holds the script's controls as well: only the table may scroll sideways.
            box += Block("", self._table(model), classes=["dep-scroll"])
        else:
            for part in model.groups:
                if part.heading:
                    box += caption(part.heading, "dep-group")
                box += grid(part.cards, self.docname) if self.format == "cards" else self._list(part.entries)
        if model.note:
            box += nodes.paragraph("", model.note, classes=["dep-note"])
        return [box]

    def _nothing(self, model: IndexModel) -> nodes.paragraph:
        """A paragraph in place of the proposals. A project without any is told how to begin."""
        if model.empty or not model.is_new or self.origin is not None:
            return empty_paragraph(model.empty or _("No proposals."))
        paragraph = empty_paragraph(_("No proposals yet. Create the first one:") + " ")
        paragraph += nodes.literal("", 'sphinx-dep new "…"')
        return paragraph

    def _table(self, model: IndexModel) -> nodes.Node:
        table = nodes.table(classes=["dep-table", "colwidths-auto"])
        if model.caption:
            table += nodes.title("", model.caption)
        width = len(model.columns)
        body = nodes.tgroup("", *(nodes.colspec(colwidth=100 // width) for _column in model.columns), cols=width)
        table += body
        classes = self._classes(model)
        headings = zip(model.columns, classes, strict=True)
        head = nodes.row("", *(nodes.entry("", nodes.paragraph("", label), classes=names) for label, names in headings))
        body += nodes.thead("", head)
        rows = nodes.tbody()
        for part in model.groups:
            if part.heading:
                # One table keeps its columns aligned across groups; a spanning row is a heading that every builder has.
                heading = nodes.paragraph("", "", nodes.strong("", part.heading))
                rows += nodes.row("", nodes.entry("", heading, morecols=width - 1), classes=["dep-group"])
            for shown in part.rows:
                cells = zip(shown.cells, classes, strict=True)
                rows += Row("", *(self._cell(items, names) for items, names in cells), data=shown.hidden.attributes())
        body += rows
        return table

    def _classes(self, model: IndexModel) -> list[list[str]]:
        """The classes of the cells of each column.

        A table that is too narrow drops columns from the last, but never number, title and status. A title gets more
        room in the default columns than in those that an author chose.
        """
        needed = 13.0 + (24 if model.is_default else 15)
        cells = [row.cells for part in model.groups for row in part.rows]
        classes = []
        for place, key in enumerate(self.columns):
            names = [f"dep-column-{key}"]
            if key == model.status != "status":
                names.append("dep-column-status")
            if key not in ("number", "title", model.status):
                kind = next((type(row[place][0]) for row in cells if row[place]), TextItem)
                needed += WIDTHS.get(kind, 9)
                names += ["dep-nowrap"] if kind is PersonItem else []
                names.append(f"dep-from-{next((step for step in STEPS if step >= needed), STEPS[-1])}")
            classes.append(names)
        return classes

    def _cell(self, items: list[Item], classes: list[str]) -> nodes.entry:
        return nodes.entry("", nodes.paragraph("", "", *short_series(items, self.docname)), classes=classes)

    def _list(self, entries: list[ProposalLink]) -> nodes.Node:
        listing = nodes.bullet_list(classes=["dep-list"])
        for shown in entries:
            listing += nodes.list_item("", nodes.paragraph("", "", *linked(shown, self.docname)))
        return listing


def _captioned(title: str, content: nodes.paragraph) -> nodes.table:
    """A table with a caption and one cell."""
    body = nodes.tbody("", nodes.row("", nodes.entry("", content)))
    group = nodes.tgroup("", nodes.colspec(colwidth=100), body, cols=1)
    return nodes.table("", nodes.title("", title), group, classes=["dep-table", "colwidths-auto"])


class IndexToctree(Translated, addnodes.toctree):
    """The toctree of an index.

    Sphinx collects toctrees while it reads pages, before all proposals are known. So the toctree in a page's doctree is
    stored without entries; it has them as soon as they are known.
    """

    tagname = "toctree"
    """Themes look for it by its name, too."""

    def __getitem__(self, key: Any) -> Any:
        """An attribute; entries are those of the index now."""
        if key in ("entries", "includefiles") and self.document is not None:
            views = domain_of(self.document.settings.env).views
            if views:
                return toctree_attributes(self.shown.pages(self.shown.view_in(views)))[key]
        return super().__getitem__(key)

    def get(self, key: str, failobj: Any = None) -> Any:
        """See :meth:`__getitem__`."""
        return self[key] if key in self.attributes else failobj

    def copy(self) -> IndexToctree:
        """A copy, which may be in no document."""
        copied: IndexToctree = super().copy()
        copied.attributes.update({key: self[key] for key in toctree_attributes(())})
        return copied

    def preserve_original_messages(self) -> None:
        """See :meth:`Translated.preserve_original_messages`."""
        super().preserve_original_messages()
        # Builders that put pages together read what a toctree keeps.
        addnodes.toctree.preserve_original_messages(self)

    def apply_translated_message(self, original_message: str, translated_message: str) -> None:
        """See :meth:`Translated.apply_translated_message`."""
        super().apply_translated_message(original_message, translated_message)
        self["caption"] = self.shown.caption or None

    @property
    def shown(self) -> Index:
        """The index whose pages it holds."""
        shown: Index = self.attributes["consumer"]
        return shown


def toctree_attributes(docnames: Sequence[str]) -> dict[str, Any]:
    """The attributes of a toctree with *docnames*."""
    return {"entries": [(None, docname) for docname in docnames], "includefiles": list(docnames)}


def empty_toctree(index: Index) -> nodes.Element:
    """The toctree in the doctree of the page of *index*."""
    toctree = IndexToctree(
        parent=index.docname,
        **toctree_attributes(()),
        maxdepth=index.maxdepth,
        caption=index.caption or None,
        # Sphinx sets it before it translates one, and needs it.
        rawcaption=index.caption or None,
        glob=False,
        hidden=True,
        includehidden=False,
        numbered=index.numbered,
        titlesonly=index.titlesonly,
        consumer=index,
    )
    return nodes.compound("", toctree, classes=["toctree-wrapper"])


def fill_navigation(
    env: BuildEnvironment, consumers: Mapping[str, Sequence[Consumer]], views: Mapping[str, View]
) -> None:
    """Fill every index's toctree in the environment, before Sphinx uses it."""
    for docname, shown in consumers.items():
        found = [item for item in shown if isinstance(item, Index) and item.toctree]
        indexes = {index: index.pages(index.view_in(views)) for index in found}
        if indexes and docname in env.tocs:
            _fill_page(env, docname, indexes)


def _fill_page(env: BuildEnvironment, docname: str, indexes: Mapping[Index, list[str]]) -> None:
    included: list[str] = []
    for toctree in env.tocs[docname].findall(addnodes.toctree):
        if isinstance(toctree, IndexToctree):
            toctree.attributes.update(toctree_attributes(indexes[toctree.shown]))
        included += toctree["includefiles"]
    for child in set(env.toctree_includes.get(docname, ())) - set(included):
        parents = env.files_to_rebuild.get(child, set())
        parents.discard(docname)
        if not parents:
            env.files_to_rebuild.pop(child, None)
    for child in included:
        env.files_to_rebuild.setdefault(child, set()).add(docname)
    env.toctree_includes[docname] = included


class DepIndexDirective(ChoosingDirective):
    """``dep-index``: an index of the proposals that its filters choose.

    :source: another project, whose proposals are listed: its ``deps.json`` as a file, or its name in
        ``intersphinx_mapping``.
    :status: statuses, separated by commas; ``open``, ``decided`` and ``closed`` name all of a kind.
    :category: categories, separated by commas.
    :author: people, by handle or name, separated by commas; ``:sponsor:`` and ``:reviewer:`` alike.
    :tag: tags, separated by commas.
    :number: numbers and ranges: ``1, 5-9, 20..``.
    :filter: an expression of the query language.
    :sort: fields, separated by commas; ``-`` before one sorts it descending. By default the last changed come first,
        and without a history those with the highest numbers; pages of ``:toctree:`` are in the order of the numbers.
    :group-by: a field; groups stand in the schema's order.
    :columns: fields, separated by commas.
    :limit: how many proposals at most.
    :format: ``table``, ``cards`` or ``list``.
    :caption: a caption; with ``:toctree:`` also that of its pages in the navigation.
    :name: a label, for ``ref`` and, with a caption, ``numref``.
    :empty: what to say when there are none.
    :unmerged: proposals on branches and pull requests: ``exclude`` (the default), ``include``, or ``only`` these.
    :toctree: puts the pages of merged proposals into the navigation.
    :maxdepth: with ``:toctree:`` as in a ``toctree``; by default ``1``. ``:numbered:`` and ``:titlesonly:`` alike.
    :wide: ``no`` keeps a table as narrow as text; by default it takes the room that the theme leaves beside it.
    :toolbar: gives the table search and facets of its own; by default all tables of a page share those of the first.
    """

    def run(self) -> list[nodes.Node]:
        """A placeholder, and with ``:toctree:`` a toctree that is filled when all proposals are known."""
        origin, schema = self.origin()
        if schema is None:
            # Whether the other options are right cannot be known.
            return self.place(Index(self.at, filter=all_of([]), order=(), origin=origin))
        self.choose_from(schema, origin)
        self.unknown_options((*self.filter_options, *OPTIONS))
        index = Index(
            self.at,
            filter=self.filter(),
            origin=origin,
            order=self.order(()),
            group_by=self.parsed("group-by", lambda text: parse_group(text, schema), ""),
            columns=self.parsed("columns", lambda text: parse_columns(text, schema), default_columns(schema)),
            limit=self.limit(),
            format=self._format(),
            caption=self.given("caption"),
            empty=self.given("empty"),
            toctree=self._toctree(origin),
            unmerged=self._unmerged(origin),
            maxdepth=self._depth("maxdepth", 1, 1),
            numbered=self._depth("numbered", 0, 999),
            titlesonly="titlesonly" in self.options,
            wide=self._wide(),
            toolbar="toolbar" in self.options,
        )
        # With `numfig` Sphinx counts tables that have a caption when pages are read.
        placed = self.place(index, [index.table_id] if index.table_caption else [])
        if index.toctree:
            toctree = empty_toctree(index)
            self.set_source_info(toctree)
            placed.append(toctree)
        return placed

    def _toctree(self, origin: Origin | None) -> bool:
        if "toctree" in self.options and origin is not None:
            message = "pages of another project cannot be part of the navigation"
            self.complain("toctree", message, "take the option out", at_key=True)
            return False
        for option in TOCTREE_OPTIONS if "toctree" not in self.options else ():
            if option in self.options:
                self.complain(option, f"`{option}` is an option of a toctree", "add `:toctree:`", at_key=True)
        return "toctree" in self.options

    def _unmerged(self, origin: Origin | None) -> str:
        text = self.given("unmerged") or UNMERGED[0]
        if not self.choice("unmerged", text, UNMERGED, f"`{text}` is not a choice", "write one of"):
            return UNMERGED[0]
        if text != UNMERGED[0] and origin is not None:
            self.complain("unmerged", "branches of another project cannot be read", "take the option out", at_key=True)
            return UNMERGED[0]
        if text != UNMERGED[0] and self.shown.config.unmerged is None:
            fix = "add a table `[unmerged]` to the configuration"
            self.complain("unmerged", "the configuration does not say which branches to look at", fix, at_key=True)
        return text

    def _depth(self, option: str, default: int, empty: int) -> int:
        """The depth of a toctree, as Sphinx reads it."""
        text = self.options.get(option, str(default)).strip()
        try:
            return int(text) if text else empty
        except ValueError:
            self.complain(option, f"`{text}` is not a number of levels", "write a whole number, such as `2`")
            return default

    def _wide(self) -> bool:
        text = self.options.get("wide", "").strip() or "yes"
        known = ("yes", "no")
        return not self.choice("wide", text, known, f"`{text}` is not `yes` or `no`", "write one of") or text == "yes"

    def _format(self) -> str:
        text = self.given("format") or FORMATS[0]
        return text if self.choice("format", text, FORMATS, f"`{text}` is not a format", "write one of") else FORMATS[0]


def find_tables(
    consumers: Mapping[str, Sequence[Consumer]], views: Mapping[str, View], process: str
) -> tuple[RegistryTable | None, dict[str, tuple[Consumer, RegistryTable]]]:
    """The table of all proposals of *process*, and for each page with such tables the one that others may lead to.

    On a page that is the first table of all proposals, or the first of all. The table of all proposals is the one that
    also holds their pages in its toctree, or the first by document.

    :param consumers: by document.
    """
    found: dict[str, tuple[Consumer, RegistryTable]] = {}
    complete: list[tuple[bool, str]] = []
    for docname, shown in consumers.items():
        tables = [item for item in shown if isinstance(item, Index) and item.format == "table"]
        own = [item for item in tables if item.origin is None and item.at.process == process]
        if own:
            main = next((item for item in own if item.is_complete), own[0])
            # The script does not count tables without proposals.
            before = sum(bool(item.cached_model(item.view_in(views)).groups) for item in tables[: tables.index(main)])
            prefix = f"{before + 1}." if before and main.toolbar else ""
            found[docname] = (main, RegistryTable(docname, prefix))
            if main.is_complete:
                complete.append((not main.toctree, docname))
    return (found[min(complete)[1]][1] if complete else None), found


def setup(app: Sphinx) -> None:
    """Register the directive and its toctree."""
    app.add_node(IndexToctree)
    app.add_directive("dep-index", DepIndexDirective)

"""The directives. They take every option as text: values are judged by the engine, each at its own line."""

from __future__ import annotations

from docutils import nodes
from sphinx.util import docname_join

from sphinxext_dep.config.sources import is_set_aside
from sphinxext_dep.model.numbers import normalise_key
from sphinxext_dep.model.suggest import closest
from sphinxext_dep.query import (
    all_of,
    default_columns,
    parse_columns,
    parse_group,
)
from sphinxext_dep.sphinx.build.foreign import Origin
from sphinxext_dep.sphinx.build.hidden import why_hidden
from sphinxext_dep.sphinx.components.choosing import DOWNLOAD, ChoosingDirective, keys_in
from sphinxext_dep.sphinx.components.dashboard import PARTS, Dashboard
from sphinxext_dep.sphinx.components.directive import DepDirective
from sphinxext_dep.sphinx.components.graph import Graph
from sphinxext_dep.sphinx.components.header import Header
from sphinxext_dep.sphinx.components.index import FORMATS, Index
from sphinxext_dep.sphinx.components.people import People
from sphinxext_dep.sphinx.components.status import Cards
from sphinxext_dep.sphinx.components.timeline import Timeline
from sphinxext_dep.sphinx.html.navigation import empty_toctree

_INDEX_OPTIONS = ("source", "sort", "group-by", "columns", "limit", "format", "caption", "empty", "toctree")


class DepHeaderDirective(DepDirective):
    """``dep-header``: the metadata of the page, which the engine has read from its text, and where it is shown."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """A placeholder; the options were read, judged and blanked before the parser saw the page."""
        docname = self.env.docname
        if is_set_aside(self.path, self.dep.project.schema):
            # A template shows how a header is written; it is not meant to be one.
            return []
        hidden = why_hidden(self, self.path, self.dep.project)
        if hidden is None:
            return self.place(Header(self.at))
        checked = self.dep.data["pages"].get(docname)
        # A second one below the first was seen, and is reported as what it is.
        if checked is None or not any(
            item.code == "DEP002" and item.line == hidden.line for item in checked.diagnostics
        ):
            self.dep.add_diagnostic(docname, hidden)
        return []


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
    :sort: fields, separated by commas; ``-`` before one sorts it descending. By default ``number``.
    :group-by: a field; groups stand in the schema's order.
    :columns: fields, separated by commas.
    :limit: how many proposals at most.
    :format: ``table``, ``cards`` or ``list``.
    :caption: a caption.
    :empty: what to say when there are none.
    :toctree: puts the pages into the navigation.
    """

    def run(self) -> list[nodes.Node]:
        """A placeholder, and with ``:toctree:`` a toctree that is filled when all proposals are known."""
        origin, schema = self.origin()
        if schema is None:
            # Whether the other options are right cannot be known.
            return self.place(Index(self.at, filter=all_of([]), order=(), origin=origin))
        self.choose_from(schema, origin)
        self.unknown_options((*self.filter_options, *_INDEX_OPTIONS))
        index = Index(
            self.at,
            filter=self.filter(),
            origin=origin,
            order=self.order(),
            group_by=self.parsed("group-by", lambda text: parse_group(text, schema), ""),
            columns=self.parsed("columns", lambda text: parse_columns(text, schema), default_columns(schema)),
            limit=self.limit(),
            format=self._format(),
            caption=self.given("caption"),
            empty=self.given("empty"),
            toctree=self._toctree(origin),
        )
        placed = self.place(index)
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
        return "toctree" in self.options

    def _format(self) -> str:
        text = self.given("format") or FORMATS[0]
        if text in FORMATS:
            return text
        nearest = closest(text, FORMATS)
        self.complain(
            "format",
            f"`{text}` is not a format",
            f"did you mean `{nearest}`?" if nearest else f"write one of {', '.join(FORMATS)}",
        )
        return FORMATS[0]


class DepStatusDirective(DepDirective):
    """``dep-status``: without an argument a dashboard of all proposals, with numbers or slugs cards of those.

    :source: another project, whose proposals are shown: its ``deps.json`` as a file, or its name in
        ``intersphinx_mapping``.
    :show: the parts of the dashboard: some of ``counts``, ``calendar``, ``attention`` and ``changed`` (what git knows),
        in any order; by default all that the project has.
    :registry: the page with the table that the numbers lead to; by default the one with the table of all proposals.
    """

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """A placeholder."""
        is_dashboard = not self.arguments or not self.arguments[0].strip()
        self.unknown_options(("source", *(("show", "registry") if is_dashboard else ())))
        origin, schema = self.origin()
        if is_dashboard:
            if schema is not None and schema.status_field is None:
                message = "an inventory does not say where proposals stand"
                self.complain("source", message, DOWNLOAD)
            return self.place(Dashboard(self.at, origin, self._parts(), self._registry(origin)))
        prefix = (schema or self.dep.project.schema).prefix
        keys = keys_in(self.arguments[0], prefix)
        return self.place(Cards(self.at, keys, origin))

    def _registry(self, origin: Origin | None) -> str:
        page = self.given("registry").removesuffix(".md").removesuffix(".rst")
        if page and origin is not None:
            message = "the table on a page of this project does not show another project's numbers"
            self.complain("registry", message, "take the option out", at_key=True)
            return ""
        return docname_join(self.env.docname, page) if page else ""

    def _parts(self) -> tuple[str, ...]:
        parts = dict.fromkeys(word for part in self.given("show").split(",") if (word := part.strip()))
        for part in parts:
            if part not in PARTS:
                nearest = closest(part, PARTS)
                mend = f"did you mean `{nearest}`?" if nearest else f"it has {', '.join(PARTS)}"
                self.complain("show", f"the dashboard has no part `{part}`", mend)
        return tuple(part for part in parts if part in PARTS)


class DepPeopleDirective(ChoosingDirective):
    """``dep-people``: everybody whom proposals name, with what they have to review, and what they author and sponsor.

    :status: only people of proposals with one of these statuses; so with all filters that ``dep-index`` has.
    :filter: an expression of the query language.
    :empty: what to say when there is nobody.
    """

    def run(self) -> list[nodes.Node]:
        """A placeholder."""
        self.choose_from(self.dep.project.schema)
        self.unknown_options((*self.filter_options, "empty"))
        return self.place(People(self.at, filter=self.filter(), empty=self.given("empty")))


class DepTimelineDirective(ChoosingDirective):
    """``dep-timeline``: the statuses that proposals went through, and when.

    With numbers or slugs of those; with a filter, an order or a limit, of what they choose; with neither of the
    proposal on the page, and on any other page of all. It takes the filters of ``dep-index``.

    :sort: fields, separated by commas; ``-`` before one sorts it descending. By default ``number``.
    :limit: how many proposals at most.
    :caption: a caption.
    :empty: what to say when there are none.
    """

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """A placeholder."""
        self.choose_from(self.dep.project.schema)
        choosing = (*self.filter_options, "sort", "limit")
        self.unknown_options((*choosing, "caption", "empty"))
        keys = keys_in(self.arguments[0], self.schema.prefix) if self.arguments else ()
        timeline = Timeline(
            self.at,
            keys=keys,
            own=not keys and not any(option in self.options for option in choosing),
            filter=self.filter(),
            order=self.order(),
            limit=self.limit(),
            caption=self.given("caption"),
            empty=self.given("empty"),
        )
        return self.place(timeline)


class DepGraphDirective(ChoosingDirective):
    """``dep-graph``: how proposals are related: what replaces, extends, or belongs to what.

    With a number or slug it shows that proposal and those around it; without, all that its filters choose and that have
    relations with each other. It takes the filters of ``dep-index``. Where Graphviz is installed it is drawn; the same
    is below the drawing as a list.

    :depth: with a proposal: how many relations away from it another may be. By default ``1``.
    :filter: an expression of the query language.
    :caption: a caption.
    :empty: what to say when there are no relations.
    """

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """A placeholder."""
        self.choose_from(self.dep.project.schema)
        argument = self.arguments[0].strip() if self.arguments else ""
        self.unknown_options((*self.filter_options, *(("depth",) if argument else ()), "caption", "empty"))
        graph = Graph(
            self.at,
            filter=self.filter(),
            key=normalise_key(argument, self.schema.prefix) or argument,
            depth=self._depth() if argument else 1,
            caption=self.given("caption"),
            empty=self.given("empty"),
        )
        return self.place(graph)

    def _depth(self) -> int:
        text = self.given("depth")
        if text and text.isascii() and text.isdigit() and len(text) <= 3 and int(text):
            return int(text)
        if text:
            self.complain("depth", f"`{text}` is not a number of relations", "write a whole number, such as `2`")
        return 1

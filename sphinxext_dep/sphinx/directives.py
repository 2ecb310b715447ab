"""The directives. They take every option as text: values are judged by the engine, each at its own line."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import docname_join
from sphinx.util.docutils import SphinxDirective

from sphinxext_dep.core.check import diagnostic
from sphinxext_dep.core.config.sources import is_set_aside
from sphinxext_dep.core.diagnostics import Finding, Severity
from sphinxext_dep.core.directive import find_directives
from sphinxext_dep.core.numbers import normalise_key
from sphinxext_dep.core.outline import read_outline
from sphinxext_dep.core.published import PublishedError
from sphinxext_dep.core.query import (
    DEFAULT_ORDER,
    Filter,
    QueryError,
    all_of,
    match_option,
    parse,
    parse_columns,
    parse_group,
    parse_sort,
)
from sphinxext_dep.core.query.names import INTRINSIC
from sphinxext_dep.core.schema import FieldType, Schema
from sphinxext_dep.core.suggest import closest
from sphinxext_dep.core.text import Source, Span, UnreadablePage, read_source
from sphinxext_dep.core.tokens import shown
from sphinxext_dep.sphinx.consumer import Consumer
from sphinxext_dep.sphinx.dashboard import PARTS, Dashboard
from sphinxext_dep.sphinx.domain import DepDomain, domain_of
from sphinxext_dep.sphinx.foreign import Origin
from sphinxext_dep.sphinx.header import Header
from sphinxext_dep.sphinx.hidden import why_hidden
from sphinxext_dep.sphinx.index import DEFAULT_COLUMNS, FORMATS, Index
from sphinxext_dep.sphinx.navigation import empty_toctree
from sphinxext_dep.sphinx.nodes import Placeholder
from sphinxext_dep.sphinx.people import People
from sphinxext_dep.sphinx.status import Cards


class AnyOption(dict[str, Callable[[str], Any]]):
    """An ``option_spec`` that takes every option: an unknown one is the engine's to report, with a did-you-mean."""

    def __bool__(self) -> bool:
        # An empty dictionary is false, and both parsers then look for no options at all.
        return True

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> Callable[[str], Any]:
        return directives.unchanged


class DepDirective(SphinxDirective):
    """What the directives share: where they stand, and diagnostics at the line of an option."""

    has_content = False
    option_spec: ClassVar[Any] = AnyOption()

    @property
    def dep(self) -> DepDomain:
        """The domain."""
        return domain_of(self.env)

    @property
    def path(self) -> str:
        """The page as diagnostics name it."""
        return self.dep.project.path_of(self.env, self.env.docname)

    def complain(
        self,
        option: str,
        message: str,
        mend: str,
        start: int = 0,
        end: int = 0,
        *,
        at_key: bool = False,
        severity: Severity | None = None,
    ) -> None:
        """Report DEP006 at *option*'s value (*start* and *end* are offsets in it), or at its key."""
        project = self.dep.project
        rule = project.rules.by_code["DEP006"]
        span = self._option_span(option, start, end, at_key)
        for finding in rule.check(message, mend, span):
            weighed = Finding(span, finding.message, finding.help, severity)
            item = diagnostic(rule, weighed, self.path, None, project.schema)
            self.dep.add_diagnostic(self.env.docname, item)

    def _option_span(self, option: str, start: int, end: int, at_key: bool) -> Span:
        """Where *option*'s value or key stands. The page is read again for it, but only to report what is wrong."""
        try:
            source: Source | None = read_source(self.dep.project.file(self.path), self.path)
        except UnreadablePage:
            source = None
        if source is not None:
            for found in find_directives(source, read_outline(source), (self.name,)):
                if found.line != self.lineno:
                    continue
                for field in found.options:
                    if field.label == option:
                        if at_key:
                            return field.label_span
                        value = field.span
                        plain = source.text[value.start : value.end] == field.value
                        return source.span(value.start + start, value.start + end) if plain and end else value
        return Span(0, 0, self.lineno, 1)

    def place(self, consumer: Consumer) -> list[nodes.Node]:
        """A placeholder for *consumer*, noted in the environment."""
        self.dep.add_consumers(self.env.docname, consumer)
        placeholder = Placeholder(consumer=consumer)
        self.set_source_info(placeholder)
        return [placeholder]

    def unknown_options(self, known: tuple[str, ...]) -> None:
        """Report the options that the directive does not have."""
        for option in self.options:
            if option not in known:
                nearest = closest(option, known)
                mend = f"did you mean `:{nearest}:`?" if nearest else f"it takes {', '.join(known)}"
                self.complain(option, f"`{self.name}` has no option `{option}`", mend, at_key=True)

    def given(self, option: str) -> str:
        """The value of *option*; empty when it is not there. One without a value is reported."""
        value: str = self.options.get(option, "").strip()
        if option in self.options and not value:
            # A filter that lost its value to a comment (`:tag: #x`) would choose everything.
            self.complain(option, f"`{option}` has no value", "write one, or take the option out", at_key=True)
        return value

    def origin(self) -> tuple[Origin | None, Schema | None]:
        """What ``:source:`` names, and the process of its proposals; ``None`` when they cannot be had.

        Without it, it is this project.
        """
        text = self.given("source")
        if not text:
            return None, self.dep.project.schema
        origin = self.dep.origins.origin(text, self.env.docname)
        self.dep.add_origin(self.env.docname, origin)
        try:
            foreign = self.dep.origins.read(origin)
        except PublishedError as error:
            self.complain("source", f"{shown(text)} has no proposals to show: {error.message}", error.help)
            return origin, None
        for problem in foreign.published.problems:
            self.complain("source", f"in {shown(text)} {problem}", "tell the project that publishes it")
        if foreign.whole and not foreign.base_url:
            message = f"{shown(text)} does not say where its pages are, so that nothing leads to them"
            mend = "set `html_baseurl` in that project, or add it to `intersphinx_mapping` and name it as there"
            self.complain("source", message, mend, severity=Severity.WARNING)
        return origin, foreign.published.schema


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
            return self.place(Header(docname, self.path, self.lineno, 1))
        checked = self.dep.data["pages"].get(docname)
        # A second one below the first was seen, and is reported as what it is.
        if checked is None or not any(
            item.code == "DEP002" and item.line == hidden.line for item in checked.diagnostics
        ):
            self.dep.add_diagnostic(docname, hidden)
        return []


def _matched(option: str, schema: Schema, text: str) -> Filter:
    return match_option(option, text, schema)


class FilteringDirective(DepDirective):
    """What directives share whose options choose proposals: a filter for each field, and one for all questions."""

    schema: Schema
    """The process of the proposals that are shown."""
    whole = True
    """Whether more is known of them than number and title."""

    @property
    def filters(self) -> tuple[str, ...]:
        """The options that choose proposals."""
        return (*_SIMPLE_FILTERS, *(key for key in self.schema.fields if key not in _SIMPLE_FILTERS))

    def parsed(self, option: str, parser: Callable[[str], Any], default: Any) -> Any:
        """What *parser* makes of the value; *default* when there is none, or a wrong one, which is reported."""
        if not self.given(option):
            return default
        try:
            return parser(self.options[option])
        except QueryError as error:
            mend = error.help if self.whole else f"an inventory holds numbers and titles only; {_DOWNLOAD}"
            self.complain(option, error.message, mend, error.start, error.end)
            return default

    def filter(self) -> Filter:
        """What all filters together choose."""
        schema = self.schema
        chosen = [self.parsed(option, partial(_matched, option, schema), None) for option in self.filters]
        chosen.append(self.parsed("filter", lambda text: parse(text, schema), None))
        return all_of([item for item in chosen if item is not None])


_SIMPLE_FILTERS = ("status", "category", "author", "sponsor", "reviewer", "tag", "number")
_INDEX_OPTIONS = ("source", "filter", "sort", "group-by", "columns", "limit", "format", "caption", "empty", "toctree")


_DOWNLOAD = "put the `deps.json` of that project beside its inventory"


class DepIndexDirective(FilteringDirective):
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
            return self.place(Index(self.env.docname, self.path, self.lineno, 1, filter=all_of([]), order=(),
                                    origin=origin))  # fmt: skip
        self.schema, self.whole = schema, origin is None or schema.field_of_type(FieldType.STATUS) is not None
        self.unknown_options((*self.filters, *_INDEX_OPTIONS))
        index = Index(
            self.env.docname, self.path, self.lineno, 1,
            filter=self.filter(),
            origin=origin,
            order=self.parsed("sort", lambda text: parse_sort(text, schema), DEFAULT_ORDER),
            group_by=self.parsed("group-by", lambda text: parse_group(text, schema), ""),
            columns=self.parsed("columns", lambda text: parse_columns(text, schema), self._default_columns()),
            limit=self._limit(),
            format=self._format(),
            caption=self.given("caption"),
            empty=self.given("empty"),
            toctree=self._toctree(origin),
        )  # fmt: skip
        placed = self.place(index)
        if index.toctree:
            toctree = empty_toctree(index)
            self.set_source_info(toctree)
            placed.append(toctree)
        return placed

    def _default_columns(self) -> tuple[str, ...]:
        known = (*self.schema.fields, *INTRINSIC)
        return tuple(key for key in DEFAULT_COLUMNS if key in known)

    def _toctree(self, origin: Origin | None) -> bool:
        if "toctree" in self.options and origin is not None:
            message = "pages of another project cannot be part of the navigation"
            self.complain("toctree", message, "take the option out", at_key=True)
            return False
        return "toctree" in self.options

    def _limit(self) -> int | None:
        text = self.given("limit")
        if not text:
            return None
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            self.complain("limit", f"`{text}` is not a number of proposals", "write a whole number, such as `10`")
            return None
        return int(text)

    def _format(self) -> str:
        text = self.given("format") or FORMATS[0]
        if text in FORMATS:
            return text
        nearest = closest(text, FORMATS)
        self.complain("format", f"`{text}` is not a format", f"did you mean `{nearest}`?" if nearest else
                      f"write one of {', '.join(FORMATS)}")  # fmt: skip
        return FORMATS[0]


class DepStatusDirective(DepDirective):
    """``dep-status``: without an argument a dashboard of all proposals, with numbers or slugs cards of those.

    :source: another project, whose proposals are shown: its ``deps.json`` as a file, or its name in
        ``intersphinx_mapping``.
    :show: the parts of the dashboard: some of ``counts``, ``calendar`` and ``attention``, in any order; by default all.
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
            if schema is not None and schema.field_of_type(FieldType.STATUS) is None:
                message = "an inventory does not say where proposals stand"
                self.complain("source", message, _DOWNLOAD)
            place = (self.env.docname, self.path, self.lineno, 1)
            return self.place(Dashboard(*place, origin, self._parts(), self._registry(origin)))
        prefix = (schema or self.dep.project.schema).prefix
        words = [word.strip() for word in self.arguments[0].replace("\n", ",").split(",")]
        if len(words) == 1 and all(part.isdigit() for part in words[0].split()):
            words = words[0].split()
        keys = tuple(normalise_key(word, prefix) or word for word in words if word)
        return self.place(Cards(self.env.docname, self.path, self.lineno, 1, keys, origin))

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
        return tuple(part for part in parts if part in PARTS) or PARTS


class DepPeopleDirective(FilteringDirective):
    """``dep-people``: everybody whom proposals name, with what they have to review, and what they author and sponsor.

    :status: only people of proposals with one of these statuses; so with all filters that ``dep-index`` has.
    :filter: an expression of the query language.
    :empty: what to say when there is nobody.
    """

    def run(self) -> list[nodes.Node]:
        """A placeholder."""
        self.schema = self.dep.project.schema
        self.unknown_options((*self.filters, "filter", "empty"))
        place = (self.env.docname, self.path, self.lineno, 1)
        return self.place(People(*place, filter=self.filter(), empty=self.given("empty")))

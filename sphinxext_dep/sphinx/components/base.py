"""The base classes of the directives, and the transform that expands their placeholders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.parsers.rst.states import RSTState
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import ENUM
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from sphinxext_dep.check.check import diagnostic
from sphinxext_dep.markup import read_outline
from sphinxext_dep.markup.directive import find_directives
from sphinxext_dep.model.diagnostics import Finding, Severity
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.messages import closest, quoted
from sphinxext_dep.model.numbers import names_number, normalise_key
from sphinxext_dep.model.schema import Schema
from sphinxext_dep.model.source import Source, Span, UnreadablePage
from sphinxext_dep.publish.published import PublishedError
from sphinxext_dep.query.filters import DEFAULT_ORDER, Filter, QueryError, SortKey, all_of
from sphinxext_dep.query.parse import match_option, parse, parse_sort
from sphinxext_dep.rules.reading import bad_option
from sphinxext_dep.sphinx.build.domain import TARGET_PAGE, Conditions, DepDomain, conditions, domain_of
from sphinxext_dep.sphinx.build.external import Origin
from sphinxext_dep.sphinx.build.project import Location, Project, of_directive
from sphinxext_dep.sphinx.components.view import Consumer, Placeholder
from sphinxext_dep.sphinx.html.nodes import Block, Note, every, notes

PROCESS = "process"
"""The option that names one of several processes."""


class AnyOption(dict[str, Callable[[str], Any]]):
    """An ``option_spec`` that takes every option: unknown ones are reported by us, with a suggestion."""

    def __bool__(self) -> bool:
        # An empty dictionary is false, and both parsers then look for no options at all.
        return True

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> Callable[[str], Any]:
        return directives.unchanged


class DepDirective(SphinxDirective):
    """A directive: its location, its options, and diagnostics at the line of an option."""

    has_content = False
    option_spec: ClassVar[Any] = AnyOption()

    @property
    def dep(self) -> DepDomain:
        """The domain."""
        return domain_of(self.env)

    @property
    def project(self) -> Project:
        """The project of the page."""
        return self.dep.project_of(self.env.docname)

    @cached_property
    def shown(self) -> Project:
        """The project whose proposals are shown: that of ``:process:``, else that of the page."""
        projects, name = self.dep.projects, self.given(PROCESS) if self.takes_process else ""
        if not name:
            return self.project
        if (found := projects.named(name)) is None:
            names = [project.name for project in projects.members]
            self.choice(PROCESS, name, names, f"there is no process `{name}`", "the configuration names")
        return found or self.project

    @property
    def takes_process(self) -> bool:
        """True if it has the option ``:process:``; with one process, that may be a field of proposals."""
        return self.dep.projects.are_several

    @property
    def path(self) -> str:
        """The path of the page in diagnostics."""
        return self.project.path_of(self.env, self.env.docname)

    @property
    def at(self) -> Location:
        """Its location."""
        return of_directive(self, self.project, self.shown.name)

    def complain(
        self,
        option: str,
        message: str,
        fix: str,
        start: int = 0,
        end: int = 0,
        *,
        at_key: bool = False,
        severity: Severity | None = None,
    ) -> None:
        """Report a bad option at *option*'s value (*start* and *end* are offsets in it), or at its key."""
        project = self.project
        rule = bad_option
        at = of_directive(self, project, project.name)
        span = self._option_span(at, option, start, end, at_key)
        for finding in rule.check(message, fix, span):
            weighed = Finding(span, finding.message, finding.help, severity)
            item = diagnostic(rule, weighed, at.path, None, project.schema)
            self.dep.add_diagnostic(self.env.docname, at.put(item))

    def _option_span(self, at: Location, option: str, start: int, end: int, at_key: bool) -> Span:
        """The place of *option*'s value or key. The text is read again for it, but only to report a problem."""
        source = self._source(at)
        if source is not None:
            named = find_directives(source, read_outline(source), (self.name,))
            # The only one is meant wherever the parser sees it: that of notebooks counts in a way of its own.
            for found in named:
                if found.line != at.line and len(named) > 1:
                    continue
                for field in found.options:
                    if field.label == option:
                        if at_key:
                            return field.label_span
                        value = field.span
                        plain = source.text[value.start : value.end] == field.value
                        return source.span(value.start + start, value.start + end) if plain and end else value
        return Span(0, 0, at.line, 1)

    def _source(self, at: Location) -> Source | None:
        """The text of the file that the directive is in."""
        try:
            source = self.project.schema.read_source(self.project.file(at.place), at.place)
        except UnreadablePage:
            return None
        # The name of an included file does not say how it is read.
        state: object = self.state  # MyST has one of its own
        markup = Markup.RST if isinstance(state, RSTState) else Markup.MARKDOWN
        return Source(at.place, source.text, markup=markup) if at.file else source

    def place(self, consumer: Consumer, ids: Sequence[str] = ()) -> list[nodes.Node]:
        """A placeholder for *consumer*, noted in the environment.

        :param ids: those of what will be in its place, if Sphinx counts it and the author does not name it.
        """
        self.dep.add_consumers(self.env.docname, consumer)
        placeholder = Placeholder(consumer=consumer)
        self.set_source_info(placeholder)
        self.add_name(placeholder)
        placeholder["ids"] += () if placeholder["ids"] else ids
        return [placeholder]

    def choice(self, option: str, text: str, known: Sequence[str], message: str, listed: str) -> bool:
        """True if *text* is one of *known*; otherwise it is reported with the nearest of them, or all."""
        if text in known:
            return True
        nearest = closest(text, known)
        self.complain(option, message, f"did you mean `{nearest}`?" if nearest else f"{listed} {', '.join(known)}")
        return False

    def unknown_options(self, known: tuple[str, ...]) -> None:
        """Report the options that the directive does not have. All have a ``name``, as those of docutils do."""
        known = (*known, "name")
        for option in self.options:
            if option not in known and not (option == PROCESS and self.takes_process):
                nearest = closest(option, known)
                fix = f"did you mean `:{nearest}:`?" if nearest else f"it takes {', '.join(known)}"
                self.complain(option, f"`{self.name}` has no option `{option}`", fix, at_key=True)

    def given(self, option: str) -> str:
        """The value of *option*; empty when it is not there. One without a value is reported."""
        value: str = self.options.get(option, "").strip()
        if option in self.options and not value:
            # A filter that lost its value to a comment (`:tag: #x`) would choose everything.
            self.complain(option, f"`{option}` has no value", "write one, or take the option out", at_key=True)
        return value

    def origin(self) -> tuple[Origin | None, Schema | None]:
        """The project that ``:source:`` names, by default this one, and its process; ``None`` if it cannot be read."""
        text = self.given("source")
        if not text:
            return None, self.shown.schema
        origin = self.dep.origins.origin(text, self.env.docname)
        self.dep.add_origin(self.env.docname, origin)
        try:
            foreign = self.dep.origins.read(origin)
        except PublishedError as error:
            self.complain("source", f"{quoted(text)} has no proposals to show: {error.message}", error.help)
            return origin, None
        for problem in foreign.published.problems:
            self.complain("source", f"in {quoted(text)} {problem}", "tell the project that publishes it")
        if foreign.whole and not foreign.base_url:
            message = f"{quoted(text)} does not say where its pages are, so that nothing leads to them"
            fix = "set `html_baseurl` in that project, or add it to `intersphinx_mapping` and name it as there"
            self.complain("source", message, fix, severity=Severity.WARNING)
        return origin, foreign.published.schema


DOWNLOAD = "put the `deps.json` of that project beside its inventory"
"""The fix where an inventory does not hold enough of another project."""

SIMPLE_FILTERS = ("status", "category", "author", "sponsor", "reviewer", "tag", "number")
"""Filters that every process has, by their short names."""


class ChoosingDirective(DepDirective):
    """A directive that shows the proposals that its options choose."""

    schema: Schema
    """The process of the proposals that are chosen from."""
    whole: bool = True
    """False when only numbers and titles are known, from an inventory."""

    def choose_from(self, schema: Schema, origin: Origin | None = None) -> None:
        """Set the process of the proposals that are chosen from, before any option is read."""
        self.schema = schema
        self.whole = origin is None or schema.status_field is not None

    @property
    def filter_options(self) -> tuple[str, ...]:
        """The options that are filters."""
        return (*SIMPLE_FILTERS, "filter", *(key for key in self.schema.fields if key not in SIMPLE_FILTERS))

    def filter(self) -> Filter:
        """All filters together."""
        options = [option for option in self.filter_options if option != "filter"]
        chosen = [self.parsed(option, partial(match_option, option, schema=self.schema), None) for option in options]
        chosen.append(self.parsed("filter", lambda text: parse(text, self.schema), None))
        return all_of([item for item in chosen if item is not None])

    def order(self, default: tuple[SortKey, ...] = DEFAULT_ORDER) -> tuple[SortKey, ...]:
        """The order of the proposals; *default* where the author names none."""
        order: tuple[SortKey, ...] = self.parsed("sort", lambda text: parse_sort(text, self.schema), default)
        return order

    def limit(self) -> int | None:
        """The largest number of proposals that are shown; ``None`` for all."""
        return self.whole_number("limit", "proposals", None)

    def whole_number(self, option: str, of: str, default: int | None) -> int | None:
        """The value of *option*, a number *of* something."""
        text = self.given(option)
        if not text or (text.isascii() and text.isdigit() and len(text) < 10 and (int(text) or option == "limit")):
            return int(text) if text else default
        self.complain(option, f"`{text}` is not a number of {of}", "write a whole number, such as `10`")
        return default

    def parsed(self, option: str, parser: Callable[[str], Any], default: Any) -> Any:
        """The value of *option* as *parser* reads it; *default* when there is none, or it is wrong."""
        if not self.given(option):
            return default
        try:
            return parser(self.options[option])
        except QueryError as error:
            fix = error.help if self.whole else f"an inventory holds numbers and titles only; {DOWNLOAD}"
            self.complain(option, error.message, fix, error.start, error.end)
            return default


def keys_in(argument: str, prefix: str) -> tuple[str, ...]:
    """The proposals that a directive's *argument* names, by their normalised keys: ``1, DEP-3, some-slug``, ``1 2``."""
    words = [word.strip() for word in argument.replace("\n", ",").split(",")]
    if len(words) == 1 and all(part.isdigit() for part in words[0].split()):
        words = words[0].split()
    return tuple(normalise_key(word, prefix) or word for word in words if word)


HEADING_SETTING = "dep_heading_number"
HEADINGS = ("eyebrow", "prefix", "none")


def note_conditions(app: Sphinx, doctree: nodes.document) -> None:
    """``doctree-read``: note which components some builds leave out, so that no link leads to one of them."""
    domain, docname = domain_of(app.env), app.env.docname
    if docname not in domain.data["consumers"]:
        return
    places = {id(item): place for place, item in enumerate(domain.data["consumers"][docname])}
    found: dict[int, Conditions] = {}
    for node in every(doctree, Placeholder):
        around = conditions(node)
        if around and (place := places.get(id(node.consumer))) is not None:
            found[place] = around
    if found:
        domain.data["conditions"][docname] = found


class HeadingNumber(SphinxPostTransform):
    """Puts the number of a proposal into the heading of its page, which is all that readers see of it in print."""

    default_priority = 5
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Change the doctree in place; it is a copy, made for this writing."""
        view = domain_of(self.env).view_of(self.env.docname)
        proposal = view.by_docname.get(self.env.docname)
        heading = self.document.next_node(nodes.title)
        style = self.config[HEADING_SETTING]
        if proposal is None or proposal.number is None or heading is None or style == "none":
            return
        label = view.label(proposal)
        if not names_number(heading.astext(), label, proposal.number, view.schema.prefix):
            text = f"{label}: " if style == "prefix" else f"{label} "
            heading.insert(0, nodes.inline("", text, classes=[f"dep-{style}"]))


class Expand(SphinxPostTransform):
    """Replaces every placeholder by what it shows, in the builder's own time."""

    # The references that components make must still be resolved by Sphinx, at priority 10.
    default_priority = 5

    def run(self, **kwargs: object) -> None:
        """Change the doctree in place; it is a copy, made for this writing."""
        if domain_of(self.env).makes_catalogs:
            # Only the words that authors wrote are for translators.
            return
        views = domain_of(self.env).views
        taken = set(self.document.ids)
        found: list[Placeholder] = every(self.document, Placeholder)
        for node in found:
            if not domain_of(self.env).is_shown(conditions(node)):
                # Sphinx removes it later; until then it would take the ids of what stays.
                node.parent.remove(node)
                continue
            made = node.consumer.render(node.consumer.cached_model(node.consumer.view_in(views)))
            _take_ids(node, made)
            if node.children:
                node.consumer.enclose(made, list(node.children))
            _keep_first_ids(made, taken)
            notes(self.document).add(Note.SHOWS)
            if any(isinstance(box, Block) and box.get("registry") for box in made):
                notes(self.document).add(Note.REGISTRY)
            if any(isinstance(box, Block) and "dep-header" in box["classes"] for box in made):
                notes(self.document).add(Note.HEADER)
            node.replace_self(made)


class LinksInside(SphinxPostTransform):
    """Leaves the text of links to documents that are not in the file that is written, where that holds several.

    Such a builder leaves out what is in no toctree, and what is in a toctree of an ``only`` directive.
    """

    # After references are resolved (10), before they get cards (15).
    default_priority = 12

    def run(self, **kwargs: object) -> None:
        """Change the doctree in place; it is a copy, made for this writing."""
        links = [node for node in every(self.document, nodes.reference) if TARGET_PAGE in node]
        if not links:
            return
        domain = domain_of(self.env)
        inside = {self.env.docname, self.document.get("docname")}
        for part in every(self.document, addnodes.start_of_file):
            if domain.is_shown(conditions(part)):
                inside.add(part["docname"])
        for link in links:
            if link.attributes.pop(TARGET_PAGE) not in inside:
                link.replace_self(link.children)


def _caption(node: nodes.Node) -> Any:
    """The caption in place of a placeholder: with one, ``numfig`` counts it as a table; ``None`` without one.

    Sphinx would give an empty one an id.
    """
    return (node.consumer.table_caption or None) if isinstance(node, Placeholder) else None


class IdsOfTables(SphinxPostTransform):
    """Leaves the ids of an index to its table: Furo gives those of each table to the box around it as well."""

    # After Furo, at priority 500.
    default_priority = 501
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Change the doctree in place; it is a copy, made for this writing."""
        for table in self.document.findall(nodes.table):
            if "dep-table" in table["classes"] and "table-wrapper" in table.parent["classes"]:
                table.parent["ids"] = []


def _take_ids(placeholder: Placeholder, made: list[nodes.Node]) -> None:
    """Give the ids of *placeholder*, which links and ``numfig`` know, to the table with a caption in *made*."""
    ids, placeholder["ids"] = placeholder["ids"], []
    for box in made:
        for table in box.findall(nodes.table):
            if isinstance(table.children[0], nodes.title):
                table["ids"] += ids
                return
    if ids:
        made.insert(0, nodes.target("", "", ids=ids))


def _keep_first_ids(made: Iterable[nodes.Node], taken: set[str]) -> None:
    """Leave each id once on a page: links to a person with several entries lead to the first.

    :param taken: the ids on the page; those of *made* are added.
    """
    for box in made:
        for entry in box.findall(nodes.term):
            entry["ids"] = [anchor for anchor in entry["ids"] if anchor not in taken]
            taken.update(entry["ids"])


def setup(app: Sphinx) -> None:
    """Register the placeholder and its expansion."""
    # There is no visitor on purpose: a placeholder that reaches a writer is a defect of ours.
    app.add_enumerable_node(Placeholder, "table", _caption)
    app.connect("doctree-read", note_conditions)
    app.add_post_transform(Expand)
    app.add_post_transform(IdsOfTables)
    app.add_post_transform(LinksInside)
    app.add_post_transform(HeadingNumber)
    app.add_config_value(
        HEADING_SETTING,
        HEADINGS[0],
        "",
        ENUM(*HEADINGS),
        "Where the heading of a proposal's page has its number: in a line above (``eyebrow``), in front of the title"
        " (``prefix``), or nowhere (``none``).",
    )

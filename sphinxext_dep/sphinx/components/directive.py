"""What every directive of the extension is: where it stands, what it was given, and how it says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.parsers.rst.states import RSTState
from sphinx.util.docutils import SphinxDirective

from sphinxext_dep.check.check import diagnostic
from sphinxext_dep.markup.directive import find_directives
from sphinxext_dep.markup.outline import read_outline
from sphinxext_dep.model.diagnostics import Finding, Severity
from sphinxext_dep.model.messages import quoted
from sphinxext_dep.model.schema import Schema
from sphinxext_dep.model.source import Source, Span, UnreadablePage, read_source
from sphinxext_dep.model.suggest import closest
from sphinxext_dep.publish.published import PublishedError
from sphinxext_dep.sphinx.build.consumer import Consumer
from sphinxext_dep.sphinx.build.domain import DepDomain, domain_of
from sphinxext_dep.sphinx.build.foreign import Origin
from sphinxext_dep.sphinx.build.location import Location, of_directive
from sphinxext_dep.sphinx.html.nodes import Placeholder


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

    @property
    def at(self) -> Location:
        """Where it stands."""
        return of_directive(self, self.dep.project)

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
        at = self.at
        span = self._option_span(at, option, start, end, at_key)
        for finding in rule.check(message, mend, span):
            weighed = Finding(span, finding.message, finding.help, severity)
            item = diagnostic(rule, weighed, at.path, None, project.schema)
            self.dep.add_diagnostic(self.env.docname, at.put(item))

    def _option_span(self, at: Location, option: str, start: int, end: int, at_key: bool) -> Span:
        """Where *option*'s value or key stands. The text is read again for it, but only to report what is wrong."""
        source = self._source(at)
        if source is not None:
            for found in find_directives(source, read_outline(source), (self.name,)):
                if found.line != at.line:
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
        """The text that the directive stands in."""
        try:
            source = read_source(self.dep.project.file(at.place), at.place)
        except UnreadablePage:
            return None
        # The name of an included file does not say how it is read.
        state: object = self.state  # MyST has one of its own
        suffix = ".rst" if isinstance(state, RSTState) else ".md"
        return Source(f"{at.place}{suffix}", source.text) if at.file else source

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
            self.complain("source", f"{quoted(text)} has no proposals to show: {error.message}", error.help)
            return origin, None
        for problem in foreign.published.problems:
            self.complain("source", f"in {quoted(text)} {problem}", "tell the project that publishes it")
        if foreign.whole and not foreign.base_url:
            message = f"{quoted(text)} does not say where its pages are, so that nothing leads to them"
            mend = "set `html_baseurl` in that project, or add it to `intersphinx_mapping` and name it as there"
            self.complain("source", message, mend, severity=Severity.WARNING)
        return origin, foreign.published.schema

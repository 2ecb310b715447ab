"""What a rule is: one function, one code, one name; its docstring is its documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal

import msgspec

from sphinxext_dep.model.diagnostics import Finding, Severity

if TYPE_CHECKING:
    from sphinxext_dep.model.catalog import Catalog
    from sphinxext_dep.model.proposal import Page

Scope = Literal["page", "catalog", "reading", "base", "attention"]
PageCheck = Callable[["Page"], Iterable[Finding]]
CatalogCheck = Callable[["Catalog"], Iterable[Finding]]
AnyCheck = Callable[..., Iterable[Finding]]


class Rule(msgspec.Struct, frozen=True):
    """A rule of the contract between the checker and its users.

    :param code: ``DEPnnn``; never reused.
    :param name: kebab-case; the warning subtype in Sphinx.
    :param severity: the default severity.
    :param scope: what its function sees. ``page``: one page; ``catalog``: all proposals; ``base``: all proposals beside
        those of a git base (:class:`~sphinxext_dep.check.comparison.Comparison`); ``attention``: all proposals on a day
        (:class:`~sphinxext_dep.check.attention.Moment`). ``reading`` rules only word what the reader or a front end
        reports.
    :param check: the function; its docstring documents the rule.
    """

    code: str
    name: str
    severity: Severity
    scope: Scope
    check: AnyCheck

    @property
    def doc(self) -> str:
        """The rule's documentation: Markdown with the headings *What it does*, *Why*, *Example*."""
        import inspect

        return inspect.getdoc(self.check) or ""


class Registry:
    """All rules, by code. Codes and names are unique: a second rule with either is a programming error.

    :raises ValueError: from :meth:`add`, when a code or a name is taken.
    """

    def __init__(self) -> None:
        self.by_code: dict[str, Rule] = {}
        self.by_name: dict[str, Rule] = {}

    def add(self, rule: Rule) -> None:
        """Register *rule*."""
        if rule.code in self.by_code or rule.name in self.by_name:
            raise ValueError(f"rule {rule.code} ({rule.name}) is already registered")
        self.by_code[rule.code] = rule
        self.by_name[rule.name] = rule

    def page(self, code: str, name: str, severity: Severity = Severity.ERROR) -> Callable[[PageCheck], PageCheck]:
        """Decorator for a rule that judges one page."""

        def register(check: PageCheck) -> PageCheck:
            self.add(Rule(code, name, severity, "page", check))
            return check

        return register

    def catalog(
        self, code: str, name: str, severity: Severity = Severity.ERROR
    ) -> Callable[[CatalogCheck], CatalogCheck]:
        """Decorator for a rule that judges all proposals together."""

        def register(check: CatalogCheck) -> CatalogCheck:
            self.add(Rule(code, name, severity, "catalog", check))
            return check

        return register

    def reading(self, code: str, name: str, severity: Severity = Severity.ERROR) -> Callable[[AnyCheck], AnyCheck]:
        """Decorator for a rule whose findings come from reading: a front end calls it to word the finding."""
        return self._of_scope("reading", code, name, severity)

    def base(self, code: str, name: str, severity: Severity = Severity.ERROR) -> Callable[[AnyCheck], AnyCheck]:
        """Decorator for a rule that judges what was changed since a git base."""
        return self._of_scope("base", code, name, severity)

    def attention(self, code: str, name: str) -> Callable[[AnyCheck], AnyCheck]:
        """Decorator for a rule that says what waits for somebody; that is never an error."""
        return self._of_scope("attention", code, name, Severity.INFO)

    def _of_scope(self, scope: Scope, code: str, name: str, severity: Severity) -> Callable[[AnyCheck], AnyCheck]:
        def register(check: AnyCheck) -> AnyCheck:
            self.add(Rule(code, name, severity, scope, check))
            return check

        return register

    @property
    def codes(self) -> dict[str, str]:
        """Every code and every name → its code."""
        return {word: rule.code for rule in self.by_code.values() for word in (rule.code, rule.name)}

    def find(self, code_or_name: str) -> Rule | None:
        """The rule with this code or name (any case), or ``None``."""
        return self.by_code.get(code_or_name.upper()) or self.by_name.get(code_or_name.lower())

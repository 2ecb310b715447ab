"""Rules and their registry. A rule is one function with a code and a name; its docstring is its documentation."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from sphinxext_dep.model.diagnostics import Finding, Severity

if TYPE_CHECKING:
    from sphinxext_dep.model.catalog import Catalog
    from sphinxext_dep.model.diagnostics import Diagnostic
    from sphinxext_dep.model.proposal import Page, RawField
    from sphinxext_dep.model.schema import Schema
    from sphinxext_dep.model.source import Edit

Scope = Literal["page", "catalog", "reading", "base", "attention", "unmerged"]
PageCheck = Callable[["Page"], Iterable[Finding]]
CatalogCheck = Callable[["Catalog"], Iterable[Finding]]
AnyCheck = Callable[..., Iterable[Finding]]


class FixStep(enum.IntEnum):
    """The order of fixes: a fix may bring problems to light that a later step fixes, but no others."""

    LABELS = enum.auto()
    LABEL_FORM = enum.auto()
    VALUES = enum.auto()
    ORDER = enum.auto()
    OTHER_PAGES = enum.auto()


class Fix(msgspec.Struct, frozen=True):
    """The change that fixes one diagnostic.

    :param page: the page that is changed.
    :param changed: the fields that become different, by key; and labels that the schema does not know.
    :param expect: true for the page as it must be afterwards.
    :param solved: messages of the header's problems that are gone afterwards.
    """

    page: Page
    edits: Sequence[Edit]
    changed: Collection[str]
    expect: Callable[[Page], bool]
    solved: Collection[str] = ()


class Project(Protocol):
    """The pages that a fix may read."""

    @property
    def catalog(self) -> Catalog:
        """All proposals."""

    def page(self, path: str) -> Page:
        """The page *path*."""

    def editable_field(self, item: Diagnostic) -> tuple[Page, RawField] | None:
        """The field with the label or the value at which *item* is reported, and its page.

        :raises RefusedError: when no command can edit the header.
        """


FieldFix = Callable[["Page", "RawField", "Diagnostic"], "Fix | None"]
ProjectFix = Callable[[Project, "Diagnostic"], "Fix | None"]


class Role(enum.Enum):
    """The part of a rule in the check itself, which finds the problem, or has to know the finding."""

    UNREADABLE_PAGE = enum.auto()
    BAD_SUPPRESSION = enum.auto()
    UNUSED_SUPPRESSION = enum.auto()
    UNUSED_EXEMPTION = enum.auto()
    SHARED_NUMBER = enum.auto()
    MALFORMED_HEADER = enum.auto()


class Rule(msgspec.Struct, eq=False):
    """A rule of the contract between the checker and its users.

    :param code: ``DEPnnn``; never reused.
    :param name: kebab-case; the warning subtype in Sphinx.
    :param severity: the default severity.
    :param scope: the argument of its function. ``page``: one page; ``catalog``: all proposals; ``base``: all proposals
        and those of a git base (:class:`~sphinxext_dep.check.check.Comparison`); ``attention``: all proposals on a
        day (:class:`~sphinxext_dep.check.check.Moment`); ``unmerged``: a draft on a branch, among
        all (:class:`~sphinxext_dep.check.unmerged.Drafts`). The check runs these. A ``reading`` rule only words what
        its caller (the check, or the Sphinx extension) finds; its arguments are its own.
    :param check: the function; its docstring documents the rule.
    :param draft: the default severity on proposals with the first status of the lifecycle, if it is another one.
    :param fix_step: when findings of the rule are fixed; ``None`` for a rule without a fix.
    :param find_fix: the fix of a diagnostic; ``None`` if it has none.
    :param heading: for ``attention``: the heading of its findings in a report.
    :param waits_for: for ``attention``: the keys of the fields with the people who have to act.
    """

    code: str
    name: str
    severity: Severity
    scope: Scope
    check: AnyCheck
    draft: Severity | None = None
    role: Role | None = None
    fix_step: FixStep | None = None
    find_fix: ProjectFix = lambda project, item: None
    heading: str = ""
    waits_for: tuple[str, ...] = ()

    def fix(self, step: FixStep) -> Callable[[FieldFix], FieldFix]:
        """Decorator for the fix of the rule, a function of the page, the field at the diagnostic, and the diagnostic.

        It returns ``None`` for a diagnostic that has not exactly one right answer, and raises
        :class:`~sphinxext_dep.model.source.RefusedError` when something in the page is in the way of the fix.
        """

        def register(fix: FieldFix) -> FieldFix:
            def find_fix(project: Project, item: Diagnostic) -> Fix | None:
                found = project.editable_field(item)
                return None if found is None else fix(*found, item)

            self.fix_in_project(step)(find_fix)
            return fix

        return register

    def fix_in_project(self, step: FixStep) -> Callable[[ProjectFix], ProjectFix]:
        """The same for a fix that looks at other pages than that of the diagnostic, and perhaps changes another."""

        def register(fix: ProjectFix) -> ProjectFix:
            self.fix_step, self.find_fix = step, fix
            return fix

        return register

    @property
    def doc(self) -> str:
        """The rule's documentation: Markdown with the headings *What it does*, *Why*, *Example*."""
        import inspect

        return inspect.getdoc(self.check) or ""

    @property
    def summary(self) -> str:
        """The first line of the documentation, without its full stop: the problem that the rule reports."""
        return self.doc.partition("\n")[0].rstrip(".")

    @property
    def is_fixable(self) -> bool:
        """True if ``sphinx-dep check --fix`` fixes findings of the rule, though not necessarily all of them."""
        return self.fix_step is not None

    @property
    def facts(self) -> str:
        """The default severities, and whether findings can be fixed, in words."""
        facts = [self.severity.value]
        facts += [f"{self.draft} while the proposal is a draft"] if self.draft else []
        fixable = " `sphinx-dep check --fix` fixes it where there is one right answer." if self.is_fixable else ""
        return f"Severity: {'; '.join(facts)}.{fixable}"

    def severity_on(self, schema: Schema, status: str | None, found: Severity | None = None) -> Severity:
        """The severity on a proposal with the canonical *status*: the configuration wins over the defaults.

        :param found: the severity of the finding, where it has one of its own.
        """
        default = self.draft if self.draft and schema.is_draft(status) else self.severity
        return schema.severity(self.code, status, found or default)


class Registry:
    """Rules by code and by name, sorted by code. Codes and names are unique.

    Its methods are decorators: the function below them becomes a :class:`Rule`.

    :param others: registries whose rules this one has, too.
    :raises ValueError: when two rules have the same code or name: a programming error. So does every decorator.
    """

    def __init__(self, *others: Registry) -> None:
        self.by_code: dict[str, Rule] = {}
        self.by_name: dict[str, Rule] = {}
        for rule in sorted((rule for other in others for rule in other.by_code.values()), key=lambda rule: rule.code):
            self.add(rule)

    def add(self, rule: Rule) -> None:
        """Register *rule*."""
        if rule.code in self.by_code or rule.name in self.by_name:
            raise ValueError(f"rule {rule.code} ({rule.name}) is already registered")
        self.by_code[rule.code] = rule
        self.by_name[rule.name] = rule

    def page(
        self,
        code: str,
        name: str,
        severity: Severity = Severity.ERROR,
        *,
        draft: Severity | None = None,
        role: Role | None = None,
    ) -> Callable[[PageCheck], Rule]:
        """Decorator for a rule that judges one page."""
        return self._decorator(partial(Rule, code, name, severity, "page", draft=draft, role=role))

    def catalog(
        self, code: str, name: str, severity: Severity = Severity.ERROR, *, role: Role | None = None
    ) -> Callable[[CatalogCheck], Rule]:
        """Decorator for a rule that judges all proposals together."""
        return self._decorator(partial(Rule, code, name, severity, "catalog", role=role))

    def reading(
        self, code: str, name: str, severity: Severity = Severity.ERROR, *, role: Role | None = None
    ) -> Callable[[AnyCheck], Rule]:
        """Decorator for a rule that words what its caller finds."""
        return self._decorator(partial(Rule, code, name, severity, "reading", role=role))

    def base(self, code: str, name: str, severity: Severity = Severity.ERROR) -> Callable[[AnyCheck], Rule]:
        """Decorator for a rule that judges what was changed since a git base."""
        return self._decorator(partial(Rule, code, name, severity, "base"))

    def attention(self, code: str, name: str, heading: str, waits_for: tuple[str, ...]) -> Callable[[AnyCheck], Rule]:
        """Decorator for a rule that lists proposals for which somebody has to act. Its findings are information."""
        return self._decorator(
            partial(Rule, code, name, Severity.INFO, "attention", heading=heading, waits_for=waits_for)
        )

    def unmerged(self, code: str, name: str) -> Callable[[AnyCheck], Rule]:
        """Decorator for a rule that judges a draft on a branch among all of them. Its findings are information."""
        return self._decorator(partial(Rule, code, name, Severity.INFO, "unmerged"))

    def _decorator(self, make: Callable[..., Rule]) -> Callable[[AnyCheck], Rule]:
        def register(check: AnyCheck) -> Rule:
            rule = make(check=check)
            self.add(rule)
            return rule

        return register

    def codes(self) -> dict[str, str]:
        """Every code and every name → its code."""
        return {word: rule.code for rule in self.by_code.values() for word in (rule.code, rule.name)}

    def of_scope(self, scope: Scope) -> Iterable[Rule]:
        """The rules of *scope*, by code."""
        return (rule for rule in self.by_code.values() if rule.scope == scope)

    def find(self, code_or_name: str) -> Rule | None:
        """The rule with this code or name (any case), or ``None``."""
        return self.by_code.get(code_or_name.upper()) or self.by_name.get(code_or_name.lower())

    def with_role(self, role: Role) -> Rule:
        """The rule that has *role*."""
        return next(rule for rule in self.by_code.values() if rule.role is role)

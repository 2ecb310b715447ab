"""The one validator: pages → records → catalog → diagnostics.

It has two halves, because a build re-reads only the pages that changed: :func:`check_page` judges one page and its
result is kept; :func:`judge` judges all of them together and is cheap enough to run in every build.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path, PurePosixPath

import msgspec

from sphinxext_dep.check.attention import Moment
from sphinxext_dep.check.baseline import Baseline
from sphinxext_dep.check.comparison import Comparison
from sphinxext_dep.check.rule import Registry, Rule, Scope
from sphinxext_dep.headers.page import read_page, unread_proposal
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.diagnostics import Diagnostic, Finding, Severity
from sphinxext_dep.model.files import read_joined
from sphinxext_dep.model.proposal import Page, Proposal
from sphinxext_dep.model.schema import Schema
from sphinxext_dep.model.source import Source, UnreadablePage, decode


class Checked(msgspec.Struct, frozen=True, gc=False):
    """One page, read and judged by itself.

    :param diagnostics: of the page rules, before suppression.
    """

    proposal: Proposal
    diagnostics: tuple[Diagnostic, ...]


class Judgement(msgspec.Struct, frozen=True):
    """All proposals, judged together.

    :param diagnostics: everything there is to report, sorted by path and place.
    """

    catalog: Catalog
    diagnostics: tuple[Diagnostic, ...]

    @property
    def invalid(self) -> frozenset[str]:
        """Paths of the pages with at least one error."""
        return frozenset(item.path for item in self.diagnostics if item.severity is Severity.ERROR)


def check_file(file: Path, path: str, schema: Schema, rules: Registry) -> Checked | None:
    """Read and judge the page *file*, which diagnostics call *path*; ``None`` when it is not a proposal after all."""
    try:
        data = read_joined(file, schema.sidecar)
    except UnreadablePage as error:
        return unreadable(path, error, schema, rules)
    return check_bytes(data, path, schema, rules)


def check_bytes(data: bytes, path: str, schema: Schema, rules: Registry) -> Checked | None:
    """Judge a page's bytes; ``None`` when it is not a proposal after all."""
    try:
        source = decode(path, data, schema.sidecar_of(path))
    except UnreadablePage as error:
        return unreadable(path, error, schema, rules)
    return check_source(source, schema, rules)


def check_source(source: Source, schema: Schema, rules: Registry) -> Checked | None:
    """Judge a page's text; ``None`` when it is not a proposal after all."""
    page = read_page(source, schema)
    return check_page(page, rules) if is_proposal(page) else None


def is_proposal(page: Page) -> bool:
    """Whether a page that ``sources`` matches is a proposal: every one is, but an ``index`` page without any header.

    The page that lists a directory's proposals lives in that directory in every Sphinx project.
    """
    if PurePosixPath(page.source.path).stem.lower() != "index":
        return True
    return bool(page.header.fields or page.header.problems)


def check_page(page: Page, rules: Registry) -> Checked:
    """Run every page rule over *page*."""
    proposal = page.proposal
    diagnostics = [
        diagnostic(rule, finding, proposal.path, proposal.status, page.schema)
        for rule in rules.by_code.values()
        if rule.scope == "page" and _is_on(rule, proposal.status, page.schema)
        for finding in rule.check(page)
    ]
    return Checked(proposal, tuple(sorted(_effective(diagnostics), key=lambda item: item.sort_key)))


def unreadable(path: str, error: UnreadablePage, schema: Schema, rules: Registry) -> Checked:
    """The result for a page that could not be read as text: a record that keeps its place, and DEP001."""
    rule = rules.by_code["DEP001"]
    found = [diagnostic(rule, finding, path, None, schema) for finding in rule.check(error)]
    file = schema.sidecar_of(path) if error.is_beside else ""
    placed = tuple(msgspec.structs.replace(item, line=error.line, column=error.column, file=file) for item in found)
    return Checked(unread_proposal(path, schema), placed)


def judge(
    pages: Iterable[Checked],
    schema: Schema,
    rules: Registry,
    extra: Iterable[Diagnostic] = (),
    *,
    baseline: Baseline | None = None,
    compare: Callable[[Catalog], Comparison] | None = None,
) -> Judgement:
    """Judge all proposals together.

    :param pages: every page, judged by itself.
    :param extra: diagnostics of a front end's own (such as a bad option on a consumer's page).
    :param baseline: what is not reported because it was there when the baseline was written.
    :param compare: puts the proposals beside those of a git base, for the rules that judge what was changed.
    """
    checked = list(pages)
    catalog = Catalog((page.proposal for page in checked), schema)
    by_path = catalog.by_path
    found = [item for page in checked for item in page.diagnostics]
    found += extra
    judged: dict[Scope, object] = {"catalog": catalog}
    if compare is not None:
        judged["base"] = compare(catalog)
    for rule in rules.by_code.values():
        if rule.scope in judged:
            for finding in rule.check(judged[rule.scope]):
                status = by_path[finding.path].status
                found.append(diagnostic(rule, finding, finding.path, status, schema))
    unseen: set[Scope] = {"reading", "attention"}
    if compare is None:
        unseen.add("base")
    kept = _suppress(_effective(found), by_path, schema, rules, unseen)
    if baseline is not None:
        kept, unused = baseline.apply(kept, rules, unseen)
        rule = rules.by_code["DEP007"]
        for exemption in unused:
            findings = rule.check(exemption, catalog, rules)
            kept += _effective(diagnostic(rule, finding, baseline.path, None, schema) for finding in findings)
    return Judgement(catalog, tuple(sorted(kept, key=lambda item: item.sort_key)))


def attend(moment: Moment, rules: Registry) -> tuple[Diagnostic, ...]:
    """What waits for somebody, sorted by path and place; what a comment in its page suppresses is left out.

    It is information, whatever severity the configuration gives its rule: what passes with the days is no fault of the
    page, and must not make a build fail that did not fail yesterday. Only ``off`` is heeded.
    """
    catalog = moment.catalog
    found: list[Diagnostic] = []
    for rule in rules.by_code.values():
        if rule.scope == "attention":
            for finding in rule.check(moment):
                proposal = catalog.by_path[finding.path]
                if all(rules.find(item.code) is not rule for item in proposal.suppressions):
                    found.append(diagnostic(rule, finding, finding.path, proposal.status, catalog.schema))
    told = (msgspec.structs.replace(item, severity=Severity.INFO) for item in _effective(found))
    return tuple(sorted(told, key=lambda item: item.sort_key))


def diagnostic(rule: Rule, finding: Finding, path: str, status: str | None, schema: Schema) -> Diagnostic:
    """Turn what *rule* found on the page *path* into a diagnostic, with the severity that the schema gives it."""
    span = finding.span
    return Diagnostic(
        code=rule.code,
        name=rule.name,
        severity=schema.severity(rule.code, status, finding.severity or rule.severity),
        message=finding.message,
        help=finding.help,
        path=path,
        line=span.line if span else 1,
        column=span.column if span else 1,
        start=span.start if span else 0,
        end=span.end if span else 0,
        file=schema.sidecar_of(path) if span and span.is_beside else "",
        names=finding.names,
    )


def _is_on(rule: Rule, status: str | None, schema: Schema) -> bool:
    return schema.severity(rule.code, status, rule.severity) is not Severity.OFF


def _effective(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    return [item for item in found if item.severity is not Severity.OFF]


def _suppress(
    found: list[Diagnostic], by_path: dict[str, Proposal], schema: Schema, rules: Registry, unseen: Collection[Scope]
) -> list[Diagnostic]:
    """Drop what a comment in its page suppresses, and report the comments that suppress nothing.

    :param unseen: scopes of rules that were not, or not all, looked at: what only a build can see, say, must not look
        unused to the command line.
    """
    suppressed: dict[str, set[str]] = {}
    for path, proposal in by_path.items():
        for suppression in proposal.suppressions:
            if rule := rules.find(suppression.code):
                suppressed.setdefault(path, set()).add(rule.code)
            else:
                found += [
                    diagnostic(rules.by_code["DEP004"], finding, path, proposal.status, schema)
                    for finding in rules.by_code["DEP004"].check(suppression, rules)
                ]
    kept: list[Diagnostic] = []
    used: set[tuple[str, str]] = set()
    for item in found:
        if item.code in suppressed.get(item.path, ()):
            used.add((item.path, item.code))
        else:
            kept.append(item)
    unused = rules.by_code["DEP005"]
    for path, codes in suppressed.items():
        for suppression in by_path[path].suppressions:
            rule = rules.find(suppression.code)
            if rule is None or rule.scope in unseen or (path, rule.code) in used or "DEP005" in codes:
                continue
            status = by_path[path].status
            kept += [diagnostic(unused, finding, path, status, schema) for finding in unused.check(suppression, rule)]
    return _effective(kept)

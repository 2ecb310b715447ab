"""The one validator: pages → records → catalog → diagnostics.

It has two halves, because a build reads only the pages that changed: :func:`check_page` judges one page, and its result
is kept; :func:`judge` judges all of them together and is cheap enough to run in every build. A change can also be
judged against a git base, and :func:`find_attention` says for which proposals somebody has to act on one day.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Collection, Iterable
from pathlib import Path, PurePosixPath

import msgspec

from sphinxext_dep.check.rule import Registry, Role, Rule, Scope
from sphinxext_dep.headers.page import read_page, unread_proposal
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.diagnostics import Diagnostic, Finding, Severity
from sphinxext_dep.model.files import read_joined
from sphinxext_dep.model.numbers import file_number
from sphinxext_dep.model.proposal import Page, Proposal
from sphinxext_dep.model.schema import Schema
from sphinxext_dep.model.source import Source, Span, UnreadablePage


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
        source = schema.decode(path, data)
    except UnreadablePage as error:
        return unreadable(path, error, schema, rules)
    return check_source(source, schema, rules)


def check_source(source: Source, schema: Schema, rules: Registry) -> Checked | None:
    """Judge a page's text; ``None`` when it is not a proposal after all."""
    page = read_page(source, schema)
    return check_page(page, rules) if is_proposal(page) else None


def read_proposal(path: str, data: bytes | UnreadablePage, schema: Schema) -> Proposal | None:
    """The proposal that a page is, without judging it; ``None`` when it is none after all."""
    try:
        page = read_page(schema.decode(path, data), schema) if isinstance(data, bytes) else None
    except UnreadablePage:
        page = None
    if page is None:
        return unread_proposal(path, schema)
    return page.proposal if is_proposal(page) else None


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
        for rule in rules.of_scope("page")
        if rule.severity_on(page.schema, proposal.status) is not Severity.OFF
        for finding in rule.check(page)
    ]
    return Checked(proposal, effective(diagnostics))


def unreadable(path: str, error: UnreadablePage, schema: Schema, rules: Registry) -> Checked:
    """The result for a page that is not text: a record without fields, and the diagnostic that says why."""
    rule = rules.with_role(Role.UNREADABLE_PAGE)
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
    found = [item for page in checked for item in page.diagnostics]
    found += extra
    judged: dict[Scope, object] = {"catalog": catalog}
    # The rules of these scopes did not run, or not on everything: what suppresses them must not look unused.
    not_run: set[Scope] = {"reading", "attention"}
    if compare is None:
        not_run.add("base")
    else:
        judged["base"] = compare(catalog)
    for scope, subject in judged.items():
        for rule in rules.of_scope(scope):
            for finding in rule.check(subject):
                found.append(diagnostic(rule, finding, finding.path, catalog.by_path[finding.path].status, schema))
    kept = _suppress(effective(found), catalog, rules, not_run)
    if baseline is not None:
        kept, unused = baseline.apply(kept, rules, not_run)
        rule = rules.with_role(Role.UNUSED_EXEMPTION)
        for exemption in unused:
            findings = rule.check(exemption, catalog, rules)
            kept += [diagnostic(rule, finding, baseline.path, None, schema) for finding in findings]
    return Judgement(catalog, effective(_without_echoes(kept, rules)))


def diagnostic(rule: Rule, finding: Finding, path: str, status: str | None, schema: Schema) -> Diagnostic:
    """Turn what *rule* found on the page *path* into a diagnostic, with the severity that the schema gives it."""
    span = finding.span
    return Diagnostic(
        code=rule.code,
        name=rule.name,
        severity=rule.severity_on(schema, status, finding.severity),
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


def effective(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics whose rule is on, sorted by path and place."""
    on = (item for item in found if item.severity is not Severity.OFF)
    return tuple(sorted(on, key=lambda item: item.sort_key))


def _without_echoes(found: list[Diagnostic], rules: Registry) -> list[Diagnostic]:
    """Drop what is said about a value in a line of a header that cannot be read: the value is not known.

    What is said about its label, to the left, stays.
    """
    code = rules.with_role(Role.MALFORMED_HEADER).code
    broken = {(item.path, item.file, item.line): item.start for item in found if item.code == code}

    def is_echo(item: Diagnostic) -> bool:
        start = broken.get((item.path, item.file, item.line))
        return start is not None and item.code != code and (item.start >= start or item.end > start)

    return [item for item in found if not is_echo(item)]


def _suppress(
    found: Iterable[Diagnostic], catalog: Catalog, rules: Registry, not_run: Collection[Scope]
) -> list[Diagnostic]:
    """Drop what a comment in its page suppresses, and report the comments that suppress nothing."""
    bad, unused = rules.with_role(Role.BAD_SUPPRESSION), rules.with_role(Role.UNUSED_SUPPRESSION)
    suppressed: dict[tuple[str, str], bool] = {}
    """(path, code) → whether there is something to suppress."""
    kept: list[Diagnostic] = []
    with_comments = [proposal for proposal in catalog.proposals if proposal.suppressions]
    found = list(found)
    for proposal in with_comments:
        for suppression in proposal.suppressions:
            if rule := rules.find(suppression.code):
                suppressed[proposal.path, rule.code] = False
            else:
                found += (
                    diagnostic(bad, finding, proposal.path, proposal.status, catalog.schema)
                    for finding in bad.check(suppression, rules)
                )
    for item in found:
        if (item.path, item.code) in suppressed:
            suppressed[item.path, item.code] = True
        else:
            kept.append(item)
    for proposal in with_comments:
        if (proposal.path, unused.code) in suppressed:
            continue
        for suppression in proposal.suppressions:
            rule = rules.find(suppression.code)
            if rule is not None and rule.scope not in not_run and not suppressed[proposal.path, rule.code]:
                kept += (
                    diagnostic(unused, finding, proposal.path, proposal.status, catalog.schema)
                    for finding in unused.check(suppression, rule)
                )
    return kept


# --- a baseline -------------------------------------------------------------------------------------------------------


class Exemption(msgspec.Struct, frozen=True):
    """One rule that one proposal may break.

    :param path: of the proposal, as diagnostics name it.
    :param code: as written.
    :param span: where it stands in the file.
    """

    path: str
    code: str
    span: Span


class Baseline(msgspec.Struct, frozen=True):
    """The exemptions of a project's baseline.

    :param path: of the file, as diagnostics name it.
    """

    path: str
    exemptions: tuple[Exemption, ...] = ()

    def apply(
        self, found: Iterable[Diagnostic], rules: Registry, not_run: Collection[Scope]
    ) -> tuple[list[Diagnostic], list[Exemption]]:
        """The diagnostics that are left, and the exemptions that no longer match anything.

        :param not_run: scopes of rules that did not run on everything: their exemptions are not unused.
        """
        exempt = {(item.path, item.code) for item in self.exemptions}
        used: set[tuple[str, str]] = set()
        left: list[Diagnostic] = []
        for item in found:
            key = (item.path, item.code)
            if key in exempt and can_be_exempt(item):
                used.add(key)
            else:
                left.append(item)
        unused = [
            item
            for item in self.exemptions
            if (item.path, item.code) not in used
            and ((rule := rules.by_code.get(item.code)) is None or rule.scope not in not_run)
        ]
        return left, unused


def can_be_exempt(item: Diagnostic) -> bool:
    """True for errors and warnings: information fails nothing."""
    return item.severity in (Severity.ERROR, Severity.WARNING)


# --- a git base -------------------------------------------------------------------------------------------------------
#
# Two points of the base branch matter. What *this* change did shows against the point where it left the branch (the
# merge base); what became of the branch since then shows at its tip.


class Change(msgspec.Struct, frozen=True):
    """One proposal that was there before and is there now, with another text or another name."""

    old: Page
    new: Page


class Comparison(msgspec.Struct, frozen=True):
    """Everything that the rules of the scope ``base`` judge.

    :param catalog: the proposals that are there now.
    :param changes: proposals changed since the merge base, sorted by their path now.
    :param tip: the proposals on the tip of the base branch.
    """

    catalog: Catalog
    changes: tuple[Change, ...]
    tip: tuple[Proposal, ...]


def pair(old: Iterable[str], new: Iterable[str], schema: Schema) -> dict[str, str]:
    """Which of the *new* paths is which of the *old* ones: ``{new: old}``.

    The same path is the same proposal. Of the others, those are that share the slug in their file name, then those that
    share the number, when no two do: giving a proposal a number, or another title, renames its file.
    """
    before, after = set(old), set(new)
    same = {path: path for path in after & before}
    for part in (1, 0):
        gone = _by_name(before - set(same.values()), schema, part)
        come = _by_name(after - same.keys(), schema, part)
        for name, paths in come.items():
            if len(paths) == len(gone.get(name, ())) == 1:
                same[paths[0]] = gone[name][0]
    return same


def introduced(now: Iterable[Diagnostic], before: Iterable[Diagnostic], pairs: dict[str, str]) -> list[Diagnostic]:
    """The diagnostics of *now* that were not there *before*, wherever on its page a problem stands.

    :param pairs: path now → path before, for the proposals that were there.
    """
    known: dict[tuple[str, str, str], int] = {}
    for item in before:
        key = (item.path, item.code, item.message)
        known[key] = known.get(key, 0) + 1
    left: list[Diagnostic] = []
    for item in now:
        key = (pairs.get(item.path, item.path), item.code, item.message)
        if known.get(key, 0):
            known[key] -= 1
        else:
            left.append(item)
    return left


def _by_name(paths: Iterable[str], schema: Schema, part: int) -> dict[str, list[str]]:
    """Paths by the number (*part* 0) or the slug (1) in their file names; those that have none are left out."""
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        name = file_number(schema.name_of(path), schema.prefix)[part]
        if name:
            found.setdefault(str(name).casefold(), []).append(path)
    return found


# --- one day ----------------------------------------------------------------------------------------------------------

STALE_AFTER = 90
"""Days without a commit after which a draft is called stalled, unless the caller says otherwise."""


class Moment(msgspec.Struct, frozen=True):
    """Everything that the rules of the scope ``attention`` judge.

    :param today: in ISO 8601.
    :param active: path → the day (ISO 8601) of the last change; empty where git does not know.
    :param stale_after: days without a change after which a draft is stalled.
    """

    catalog: Catalog
    today: str
    active: dict[str, str] = {}
    stale_after: int = STALE_AFTER


def today() -> str:
    """Today in UTC as an ISO date; reproducible runs set it with ``SOURCE_DATE_EPOCH`` (seconds since 1970)."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch.isdigit():
        return datetime.datetime.now(datetime.UTC).date().isoformat()
    try:
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        # Beyond the last year that there are dates for: as late as can be.
        return datetime.date.max.isoformat()


def days_between(earlier: str, later: str) -> int:
    """The days from one ISO date to another; negative when *later* is before *earlier*."""
    return (datetime.date.fromisoformat(later) - datetime.date.fromisoformat(earlier)).days


def find_attention(moment: Moment, rules: Registry) -> tuple[Diagnostic, ...]:
    """The findings of the attention rules, sorted by path and place, without those that a comment suppresses.

    They are information, whatever severity the configuration gives their rule: a day that passes is no fault of the
    page, and must not fail a build that passed yesterday. Only ``off`` counts.
    """
    catalog = moment.catalog
    found: list[Diagnostic] = []
    for rule in rules.of_scope("attention"):
        for finding in rule.check(moment):
            proposal = catalog.by_path[finding.path]
            if all(rules.find(item.code) is not rule for item in proposal.suppressions):
                found.append(diagnostic(rule, finding, finding.path, proposal.status, catalog.schema))
    return tuple(msgspec.structs.replace(item, severity=Severity.INFO) for item in effective(found))

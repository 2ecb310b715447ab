"""Runs the fixes of the rules (:class:`~sphinxext_dep.check.rule.Fix`), step by step, and judges each step.

A fix that would make anything else wrong is not made. Every diagnostic whose fix is not made is returned, with the
reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import msgspec

from sphinxext_dep.check.rule import Fix, FixStep, Rule
from sphinxext_dep.edit.workspace import Workspace
from sphinxext_dep.headers.change import edited_page
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.source import RefusedError

Choice = Callable[[Iterable[Diagnostic]], Iterable[Diagnostic]]
"""Selects the diagnostics to fix. It is also called for those that other fixes bring to light."""

_MAX_SINGLES = 20
"""Fixes of one page that are tried one by one; each try judges the project."""


class NotFixed(msgspec.Struct, frozen=True):
    """A diagnostic whose fix was not made.

    :param reason: why not, in one sentence without a final full stop.
    :param help: what to do instead; may be empty.
    :param names: the paths in both, see :class:`~sphinxext_dep.model.diagnostics.Finding`.
    """

    diagnostic: Diagnostic
    reason: str
    help: str = ""
    names: tuple[str, ...] = ()


class Outcome(msgspec.Struct, frozen=True):
    """The result of :func:`fix_all`.

    :param after: the project with the fixes made.
    :param fixed: the diagnostics that are gone.
    """

    after: Workspace
    fixed: tuple[Diagnostic, ...]
    not_fixed: tuple[NotFixed, ...]

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages that are different, by path."""
        return tuple(page for _, page in sorted(self.after.edited.items()))


def fix_all(workspace: Workspace, choose: Choice = tuple) -> Outcome:
    """Fix every diagnostic of *workspace* that has one right answer. Nothing is written."""
    fixer = _Fixer(workspace, choose)
    # A fix that was in the way of another has its turn in the next pass, so that a second call has nothing left to do.
    # Only labels bring anything to light, each once: it comes to an end.
    while fixer.one_pass():
        pass
    return Outcome(fixer.now, tuple(fixer.fixed), tuple(fixer.not_fixed))


def fix_page(page: Page, fixes: Iterable[Fix]) -> Page:
    """*page* with all *fixes* made.

    :raises RefusedError: when that would change anything else.
    :raises ValueError: when two of them change the same text.
    """
    fixes = list(fixes)
    return edited_page(
        page,
        [edit for fix in fixes for edit in fix.edits],
        {key for fix in fixes for key in fix.changed},
        lambda after: all(fix.expect(after) for fix in fixes),
        {message for fix in fixes for message in fix.solved},
    )


class _Attempt(NamedTuple):
    """The fixes of one page in one step.

    :param together: the page with all of them made; ``None`` when that is not possible.
    """

    page: Page
    fixes: list[tuple[Diagnostic, Fix]]
    together: Page | None


class _Fixer:
    def __init__(self, workspace: Workspace, choose: Choice) -> None:
        self.now = workspace
        self.choose = choose
        self.fixed: list[Diagnostic] = []
        self.not_fixed: list[NotFixed] = []

    def one_pass(self) -> bool:
        """Make each step once. False when there was nothing to fix."""
        before = len(self.fixed)
        self.not_fixed.clear()
        for step in FixStep:
            self._make(self._attempts(step), step)
        return len(self.fixed) > before

    def _attempts(self, step: FixStep) -> dict[str, _Attempt]:
        """The fixes of *step*, by the path of the page that they change."""
        rules = self.now.rules.by_code
        found: dict[str, list[tuple[Diagnostic, Fix]]] = {}
        for item in self.choose(item for item in self.now.judgement.diagnostics if _step_of(item, rules) is step):
            try:
                fix = rules[item.code].find_fix(self.now, item)
            except RefusedError as error:
                self.not_fixed.append(NotFixed(item, error.message, error.help))
                continue
            # A fix without an effect would have its turn for ever.
            if fix and any(fix.page.source.text[edit.start : edit.end] != edit.text for edit in fix.edits):
                found.setdefault(fix.page.source.path, []).append((item, fix))
        return {path: _attempt(fixes) for path, fixes in found.items()}

    def _make(self, attempts: Mapping[str, _Attempt], step: FixStep) -> None:
        """Make the fixes that make nothing else wrong."""
        whole = {path: attempt for path, attempt in attempts.items() if attempt.together}
        wrong = self._try_all(whole.values(), step)
        if wrong:
            # Most likely the pages with new diagnostics are the cause; else it cannot be told from the diagnostics.
            suspects = {item.path for item in wrong}
            whole = {path: attempt for path, attempt in whole.items() if path not in suspects}
            if self._try_all(whole.values(), step):
                whole = {}
        for path, attempt in attempts.items():
            if path in whole:
                continue
            wrong = self._try_all([attempt], step) if attempt.together else []
            if wrong or not attempt.together:
                self._make_one(attempt, wrong, step)

    def _try_all(self, attempts: Iterable[_Attempt], step: FixStep) -> list[Diagnostic]:
        """Make all of *attempts* unless something becomes wrong, which is returned."""
        attempts = list(attempts)
        wrong = self._try([attempt.together for attempt in attempts if attempt.together], step)
        if not wrong:
            self.fixed += (item for attempt in attempts for item, _ in attempt.fixes)
        return wrong

    def _make_one(self, attempt: _Attempt, wrong: list[Diagnostic], step: FixStep) -> None:
        """Make the first fix that is possible alone; the others have their turn in the next pass.

        :param wrong: what is wrong when all are made.
        """
        if len(attempt.fixes) < 2 and wrong:
            self.not_fixed += (_refusal(item, wrong[0]) for item, _ in attempt.fixes)
            return
        refusals: list[NotFixed] = []
        for item, fix in attempt.fixes[:_MAX_SINGLES]:
            try:
                wrong = self._try([fix_page(attempt.page, [fix])], step)
            except RefusedError as error:
                refusals.append(NotFixed(item, error.message, error.help))
                continue
            if not wrong:
                self.fixed.append(item)
                return
            refusals.append(_refusal(item, wrong[0]))
        self.not_fixed += refusals

    def _try(self, pages: list[Page], step: FixStep) -> list[Diagnostic]:
        """Keep *pages* unless something becomes wrong, which is returned; later steps fix what is theirs."""
        if not pages:
            return []
        trial = self.now.with_pages(pages)
        rules = self.now.rules.by_code
        wrong = [item for item in trial.new_diagnostics(self.now) if (_step_of(item, rules) or 0) <= step]
        if not wrong:
            self.now = trial
        return wrong


def _step_of(item: Diagnostic, rules: Mapping[str, Rule]) -> FixStep | None:
    return rules[item.code].fix_step


def _attempt(fixes: list[tuple[Diagnostic, Fix]]) -> _Attempt:
    page = fixes[0][1].page
    try:
        return _Attempt(page, fixes, fix_page(page, [fix for _, fix in fixes]))
    except (RefusedError, ValueError):
        # They are in one another's way, or one of them does what it must not do.
        return _Attempt(page, fixes, None)


def _refusal(item: Diagnostic, wrong: Diagnostic) -> NotFixed:
    """*item* is not fixed because *wrong* would be reported then."""
    where = "" if wrong.path == item.path else f" in `{wrong.path}`"
    reason = f"then {wrong.code} would be reported{where}: {wrong.message}"
    return NotFixed(item, reason, wrong.help, (wrong.path, *wrong.names))

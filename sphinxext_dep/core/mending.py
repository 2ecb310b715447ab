"""Mends all that has one right answer, in rounds, and judges each round before the next.

A mend that would make anything else wrong is not made. What is left is said, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

import msgspec

from sphinxext_dep.core.answers import Answer, missing_answer, with_answers
from sphinxext_dep.core.diagnostics import Diagnostic
from sphinxext_dep.core.edit import RefusedError
from sphinxext_dep.core.fixes import RELATION, ROUNDS, Mend, mend, mended_page
from sphinxext_dep.core.proposal import Page
from sphinxext_dep.core.workspace import Workspace

Choice = Callable[[Iterable[Diagnostic]], Iterable[Diagnostic]]
"""Which of some diagnostics are meant. It is asked again for those that mending others brings to light."""


class Left(msgspec.Struct, frozen=True):
    """A diagnostic that has a mend, which was not made.

    :param reason: why not, in one sentence without a final full stop.
    :param help: what to do instead; may be empty.
    """

    diagnostic: Diagnostic
    reason: str
    help: str = ""


class Outcome(msgspec.Struct, frozen=True):
    """What can be mended.

    :param after: the project as it would be.
    :param mended: the diagnostics that would be gone.
    """

    after: Workspace
    mended: tuple[Diagnostic, ...]
    left: tuple[Left, ...]

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages that would be different, by path."""
        return tuple(page for _, page in sorted(self.after.edited.items()))


def mend_all(workspace: Workspace, choose: Choice = tuple) -> Outcome:
    """Mend every diagnostic of *workspace* that has one right answer.

    :param choose: those of some diagnostics that are to be mended; all, unless it is given.
    """
    mender = _Mender(workspace, choose)
    # What one mend keeps from being made another may make possible: it has its turn in the next pass, so that a second
    # call has nothing left to do. Only labels bring anything to light, each once: it comes to an end.
    while mender.one_pass():
        pass
    return Outcome(mender.now, tuple(mender.mended), tuple(mender.left))


class _Attempt(NamedTuple):
    """A page as it could be, and what would be mended by it."""

    page: Page
    items: list[Diagnostic]


class _Mender:
    def __init__(self, workspace: Workspace, choose: Choice) -> None:
        self.now = workspace
        self.choose = choose
        self.mended: list[Diagnostic] = []
        self.left: list[Left] = []

    def one_pass(self) -> bool:
        """Mend everything once, and say whether there was anything to mend."""
        before = len(self.mended)
        self.left.clear()
        for place, codes in enumerate(ROUNDS):
            later = {code for others in ROUNDS[place + 1 :] for code in others} | {RELATION}
            self._mend_pages(codes, later)
        self._mend_relations()
        return len(self.mended) > before

    def _mend_pages(self, codes: Collection[str], later: Collection[str]) -> None:
        """Mend the findings of *codes*, each in its own page; those of *later* may come to light."""
        found = self._findings(codes)
        attempts = {path: self._attempts(self.now.page(path), items) for path, items in found.items()}
        self._keep({path: options for path, options in attempts.items() if options}, later)

    def _mend_relations(self) -> None:
        """Write the other sides of one-way relations."""
        answers: dict[str, list[Answer]] = {}
        because: dict[str, list[Diagnostic]] = {}
        for items in self._findings({RELATION}).values():
            for item in items:
                if found := missing_answer(self.now.catalog, item):
                    answers.setdefault(found.path, []).append(found)
                    because.setdefault(found.path, []).append(item)
        attempts: dict[str, list[_Attempt]] = {}
        for path, wanted in answers.items():
            try:
                attempts[path] = [_Attempt(with_answers(self.now.page(path), wanted), because[path])]
            except RefusedError as error:
                self._leave(because[path], error.message, error.help)
        self._keep(attempts, ())

    def _findings(self, codes: Collection[str]) -> dict[str, list[Diagnostic]]:
        found: dict[str, list[Diagnostic]] = {}
        for item in self.choose(item for item in self.now.judgement.diagnostics if item.code in codes):
            found.setdefault(item.path, []).append(item)
        return found

    def _attempts(self, page: Page, items: Iterable[Diagnostic]) -> list[_Attempt]:
        """The page with all of *items* mended that can be, then with each of them alone."""
        mends: list[Mend] = []
        singles: list[_Attempt] = []
        for item in items:
            try:
                if found := mend(page, item):
                    singles.append(_Attempt(mended_page(page, [found]), [item]))
                    mends.append(found)
            except RefusedError as error:
                self._leave([item], error.message, error.help)
        if len(singles) < 2:
            return singles
        try:
            together = mended_page(page, mends)
        except (RefusedError, ValueError):
            # They are in one another's way.
            return singles
        return [_Attempt(together, [item for single in singles for item in single.items]), *singles]

    def _keep(self, attempts: Mapping[str, list[_Attempt]], later: Collection[str]) -> None:
        """Of each page keep the first attempt that makes nothing else wrong."""
        if not attempts:
            return
        best = [options[0] for options in attempts.values()]
        if not self._try(best, later):
            return
        # One by one: which of them it was cannot be told from where the trouble shows.
        for options in attempts.values():
            refusals: list[Left] = []
            for attempt in options:
                wrong = self._try([attempt], later)
                if not wrong:
                    break
                refusals += (_refusal(item, wrong[0]) for item in attempt.items)
            else:
                self.left += {item.diagnostic: item for item in refusals}.values()

    def _try(self, attempts: Collection[_Attempt], later: Collection[str]) -> list[Diagnostic]:
        """Keep *attempts* unless something becomes wrong, which is returned; only *later* codes may come to light."""
        trial = self.now.with_pages(attempt.page for attempt in attempts)
        wrong = [item for item in trial.new_diagnostics(self.now) if item.code not in later]
        if not wrong:
            self.now = trial
            self.mended += (item for attempt in attempts for item in attempt.items)
        return wrong

    def _leave(self, items: Iterable[Diagnostic], reason: str, help: str) -> None:
        self.left += (Left(item, reason, help) for item in items)


def _refusal(item: Diagnostic, wrong: Diagnostic) -> Left:
    """Why *item* is not mended: *wrong* would be reported then."""
    where = "" if wrong.path == item.path else f" in {wrong.path}"
    return Left(item, f"then {wrong.code} would be reported{where}: {wrong.message}", wrong.help)

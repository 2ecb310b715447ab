"""Mends all that has one right answer, in rounds, and judges each round before the next.

A mend that would make anything else wrong is not made. What is left is said, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

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
    for place, codes in enumerate(ROUNDS):
        later = {code for others in ROUNDS[place + 1 :] for code in others} | {RELATION}
        mender.mend_pages(codes, later)
    mender.mend_relations()
    return Outcome(mender.now, tuple(mender.mended), tuple(mender.left))


class _Mender:
    def __init__(self, workspace: Workspace, choose: Choice) -> None:
        self.now = workspace
        self.choose = choose
        self.mended: list[Diagnostic] = []
        self.left: list[Left] = []

    def mend_pages(self, codes: Collection[str], later: Collection[str]) -> None:
        """Mend the findings of *codes*, each in its own page; those of *later* may come to light."""
        pages: dict[str, Page] = {}
        because: dict[str, list[Diagnostic]] = {}
        for path, items in self._findings(codes).items():
            page, mended = self._mend_page(self.now.page(path), items)
            if mended:
                pages[path] = page
                because[path] = mended
        self._keep(pages, because, later)

    def mend_relations(self) -> None:
        """Write the other sides of one-way relations."""
        answers: dict[str, list[Answer]] = {}
        because: dict[str, list[Diagnostic]] = {}
        for items in self._findings({RELATION}).values():
            for item in items:
                if found := missing_answer(self.now.catalog, item):
                    answers.setdefault(found.path, []).append(found)
                    because.setdefault(found.path, []).append(item)
        pages: dict[str, Page] = {}
        for path, wanted in answers.items():
            try:
                pages[path] = with_answers(self.now.page(path), wanted)
            except RefusedError as error:
                self._leave(because.pop(path), error.message, error.help)
        self._keep(pages, because, ())

    def _findings(self, codes: Collection[str]) -> dict[str, list[Diagnostic]]:
        found: dict[str, list[Diagnostic]] = {}
        for item in self.choose(item for item in self.now.judgement.diagnostics if item.code in codes):
            found.setdefault(item.path, []).append(item)
        return found

    def _mend_page(self, page: Page, items: Iterable[Diagnostic]) -> tuple[Page, list[Diagnostic]]:
        """The page with what can be mended in it, and what that was."""
        mends: list[tuple[Diagnostic, Mend]] = []
        for item in items:
            try:
                found = mend(page, item)
                if found is not None:
                    mended_page(page, [found])
                    mends.append((item, found))
            except RefusedError as error:
                self._leave([item], error.message, error.help)
        try:
            return mended_page(page, [found for _, found in mends]), [item for item, _ in mends]
        except RefusedError as error:
            self._leave([item for item, _ in mends], error.message, error.help)
            return page, []

    def _keep(self, pages: Mapping[str, Page], because: Mapping[str, list[Diagnostic]], later: Collection[str]) -> None:
        """Keep the pages that make nothing else wrong."""
        if not pages:
            return
        trial, wrong = self._try(pages.values(), later)
        if not wrong:
            self.now = trial
            self.mended += (item for path in pages for item in because[path])
            return
        # One by one: which of them it was cannot be told from where the trouble shows.
        for path, page in pages.items():
            trial, wrong = self._try([page], later)
            if wrong:
                first = wrong[0]
                where = f" in {first.path}" if any(first.path != item.path for item in because[path]) else ""
                self._leave(because[path], f"then {first.code} would be reported{where}: {first.message}", first.help)
            else:
                self.now = trial
                self.mended += because[path]

    def _try(self, pages: Iterable[Page], later: Collection[str]) -> tuple[Workspace, list[Diagnostic]]:
        trial = self.now.with_pages(pages)
        return trial, [item for item in trial.new_diagnostics(self.now) if item.code not in later]

    def _leave(self, items: Iterable[Diagnostic], reason: str, help: str) -> None:
        self.left += (Left(item, reason, help) for item in items)

"""Mends all that has one right answer, in rounds, and judges each round before the next.

A mend that would make anything else wrong is not made. What is left is said, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

import msgspec

from sphinxext_dep.edit.fixes import RELATION, ROUNDS, Mend, Mender, mended_page
from sphinxext_dep.edit.relations import Answer, missing_answers, with_answers
from sphinxext_dep.edit.workspace import Workspace
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.edit import RefusedError
from sphinxext_dep.model.proposal import Page

Choice = Callable[[Iterable[Diagnostic]], Iterable[Diagnostic]]
"""Which of some diagnostics are meant. It is asked again for those that mending others brings to light."""


_MAX_SINGLES = 20
"""Mends of one page that are tried one by one; each try judges the project."""


class Left(msgspec.Struct, frozen=True):
    """A diagnostic that has a mend, which was not made.

    :param reason: why not, in one sentence without a final full stop.
    :param help: what to do instead; may be empty.
    :param names: the paths in both, see :class:`~sphinxext_dep.model.diagnostics.Finding`.
    """

    diagnostic: Diagnostic
    reason: str
    help: str = ""
    names: tuple[str, ...] = ()


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


class _Attempts(NamedTuple):
    """What can be done about one page.

    :param together: the page with everything mended; ``None`` when that is not possible.
    :param items: what would be mended by it.
    :param page: as it is.
    :param mends: each of *items* by itself.
    """

    together: Page | None
    items: list[Diagnostic]
    page: Page
    mends: list[tuple[Diagnostic, Mend]]


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
        self._keep({path: options for path, options in attempts.items() if options is not None}, later)

    def _mend_relations(self) -> None:
        """Write the other sides of one-way relations."""
        answers: dict[str, list[Answer]] = {}
        because: dict[str, list[Diagnostic]] = {}
        for path, items in self._findings({RELATION}).items():
            for item, answer in missing_answers(self.now.catalog, path, items):
                answers.setdefault(answer.path, []).append(answer)
                because.setdefault(answer.path, []).append(item)
        attempts: dict[str, _Attempts] = {}
        for path, wanted in answers.items():
            try:
                attempts[path] = _Attempts(
                    with_answers(self.now.page(path), wanted), because[path], self.now.page(path), []
                )
            except RefusedError as error:
                self._leave(because[path], error.message, error.help)
        self._keep(attempts, ())

    def _findings(self, codes: Collection[str]) -> dict[str, list[Diagnostic]]:
        found: dict[str, list[Diagnostic]] = {}
        for item in self.choose(item for item in self.now.judgement.diagnostics if item.code in codes):
            found.setdefault(item.path, []).append(item)
        return found

    def _attempts(self, page: Page, items: Iterable[Diagnostic]) -> _Attempts | None:
        """What can be done about *items*: all of it together, else each alone."""
        mender = Mender(page)
        mends: list[tuple[Diagnostic, Mend]] = []
        for item in items:
            try:
                if found := mender.mend(item):
                    mends.append((item, found))
            except RefusedError as error:
                self._leave([item], error.message, error.help)
        if not mends:
            return None
        try:
            together = mended_page(page, [found for _, found in mends])
        except (RefusedError, ValueError):
            # They are in one another's way, or one of them does what it must not do.
            together = None
        return _Attempts(together, [item for item, _ in mends], page, mends)

    def _keep(self, attempts: Mapping[str, _Attempts], later: Collection[str]) -> None:
        """Of each page keep what makes nothing else wrong."""
        whole = {path: options for path, options in attempts.items() if options.together}
        wrong = self._try_all(whole.values(), later)
        if wrong:
            # Most likely it is the pages that show the trouble. If not, which of them it was cannot be told from that.
            suspects = {item.path for item in wrong}
            whole = {path: options for path, options in whole.items() if path not in suspects}
            if self._try_all(whole.values(), later):
                whole = {}
        for path, options in attempts.items():
            if path in whole:
                continue
            wrong = self._try_all([options], later) if options.together else []
            if wrong or not options.together:
                self._keep_one(options, wrong, later)

    def _try_all(self, attempts: Iterable[_Attempts], later: Collection[str]) -> list[Diagnostic]:
        """Keep all of *attempts* unless something becomes wrong, which is returned."""
        attempts = list(attempts)
        wrong = self._try([options.together for options in attempts if options.together], later)
        if not wrong:
            self.mended += (item for options in attempts for item in options.items)
        return wrong

    def _keep_one(self, options: _Attempts, wrong: list[Diagnostic], later: Collection[str]) -> None:
        """Keep the first mend that is possible alone; the others have their turn in the next pass.

        :param wrong: what is wrong when all are made.
        """
        if len(options.mends) < 2 and wrong:
            self.left += (_refusal(item, wrong[0]) for item in options.items)
            return
        refusals: list[Left] = []
        for item, found in options.mends[:_MAX_SINGLES]:
            try:
                wrong = self._try([mended_page(options.page, [found])], later)
            except RefusedError as error:
                refusals.append(Left(item, error.message, error.help))
                continue
            if not wrong:
                self.mended.append(item)
                return
            refusals.append(_refusal(item, wrong[0]))
        self.left += refusals

    def _try(self, pages: Collection[Page], later: Collection[str]) -> list[Diagnostic]:
        """Keep *pages* unless something becomes wrong, which is returned; only *later* codes may come to light."""
        if not pages:
            return []
        trial = self.now.with_pages(pages)
        wrong = [item for item in trial.new_diagnostics(self.now) if item.code not in later]
        if not wrong:
            self.now = trial
        return wrong

    def _leave(self, items: Iterable[Diagnostic], reason: str, help: str) -> None:
        self.left += (Left(item, reason, help) for item in items)


def _refusal(item: Diagnostic, wrong: Diagnostic) -> Left:
    """Why *item* is not mended: *wrong* would be reported then."""
    where = "" if wrong.path == item.path else f" in `{wrong.path}`"
    reason = f"then {wrong.code} would be reported{where}: {wrong.message}"
    return Left(item, reason, wrong.help, (wrong.path, *wrong.names))

"""Family 4xx, continued: drafts on branches beside one another, and beside the merged proposals."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_dep.check.rule import Registry
from sphinxext_dep.check.unmerged import Draft, Drafts
from sphinxext_dep.model.diagnostics import Finding
from sphinxext_dep.model.messages import listed
from sphinxext_dep.model.proposal import Proposal

RULES = Registry()

_PLACEHOLDER = "0000"
_FIX = "`sphinx-dep assign` gives it a free number"


@RULES.unmerged("DEP408", "claimed-number")
def claimed_number(draft: Draft, drafts: Drafts) -> Iterator[Finding]:
    """Number of a draft that another draft or a merged proposal has as well.

    ## What it does

    Reports a proposal on a branch whose number is that of a merged proposal, or of a proposal on another branch. Each
    file and each branch is named. Git merges both without a conflict, because the files have different names. A file
    called `0000-…` that is not decided has no number yet; when a merged proposal has the number 0, that is reported as
    well.

    It is information: drafts never make a build fail.

    ## Why

    A number names one proposal in texts, links and code for ever. It is cheap to change before the merge.

    ## Example

    Bad, on two branches:

    ```text
    pull/82: deps/0016-graduation.md
    pull/88: deps/0016-live-metrics.md
    ```

    Good:

    ```text
    pull/82: deps/0016-graduation.md
    pull/88: deps/0017-live-metrics.md
    ```
    """
    base = drafts.catalog
    number = draft.proposal.number
    if number is not None:
        gone = {draft.changes, *draft.removed}
        merged = [item for item in base.by_number.get(number, ()) if item.path not in gone]
        others = [other for other in drafts.claims[number] if not _is_same(other, draft)]
        if merged or others:
            yield _finding(draft, f"{base.schema.label(number)} is also {_named(merged, others)}")
        return
    zero = base.by_number.get(0, ())
    if zero and base.schema.name_of(draft.proposal.path).startswith(_PLACEHOLDER) and not draft.changes:
        yield _finding(
            draft, f"`{_PLACEHOLDER}-` is no number yet, and {base.schema.label(0)} is {_named([*zero], [])}"
        )


def _is_same(one: Draft, other: Draft) -> bool:
    """Whether both are the same proposal: a page on two branches, or a change of the same merged page."""
    same_change = bool(one.changes) and one.changes == other.changes
    return one is other or one.proposal.path == other.proposal.path or same_change


def _named(merged: list[Proposal], others: list[Draft]) -> str:
    names = [f"`{item.path}`" for item in merged]
    names += [f"`{other.proposal.path}` on {other.branch.name}" for other in others]
    return listed(names, "and")


def _finding(draft: Draft, message: str) -> Finding:
    return Finding(draft.proposal.header_span, message, _FIX, path=draft.proposal.path)

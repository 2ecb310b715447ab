"""Family 6xx: what waits for somebody. It depends on the day, so it is never an error and no part of a check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sphinxext_dep.check.check import Moment, days_between
from sphinxext_dep.check.rule import Registry
from sphinxext_dep.model.diagnostics import Finding
from sphinxext_dep.model.messages import listed
from sphinxext_dep.model.proposal import Proposal, State
from sphinxext_dep.model.schema import StatusKind

RULES = Registry()

_AUTHORS, _SPONSOR, _REVIEWERS, _REVIEW_DATE = "authors", "sponsor", "required-reviewers", "review-date"
_OWNERS = ("owning-sig", "pic")
"""The group and the person who have to see to a proposal, in processes that have them."""


@RULES.attention("DEP601", "review-overdue", "Review is overdue", (_REVIEWERS, _SPONSOR, *_OWNERS))
def review_overdue(moment: Moment) -> Iterable[Finding]:
    """Open proposal whose review date is past.

    ## What it does

    Reports a proposal whose status is still an open one although its review date is past.

    ## Why

    Somebody expected an answer by that day.

    ## Example

    Bad, on the 2nd of December:

    ```md
    **Status**: Under Review

    **Review Date**: 2026-12-01
    ```

    Good:

    ```md
    **Status**: Under Review

    **Review Date**: 2026-12-15
    ```
    """
    for proposal in _open(moment):
        date = proposal.date(_REVIEW_DATE)
        if date is not None and date < moment.today:
            days = days_between(date, moment.today)
            message = f"the review was due on {date}, {days} {'day' if days == 1 else 'days'} ago"
            yield _finding(proposal, _REVIEW_DATE, message, "decide, or agree on another date")


@RULES.attention(
    "DEP602", "review-unplanned", "Under review without a date or reviewers", (_SPONSOR, *_OWNERS, _AUTHORS)
)
def review_unplanned(moment: Moment) -> Iterable[Finding]:
    """Proposal under review without a review date or reviewers.

    ## What it does

    Reports a proposal that is under review without a review date or without required reviewers. Under review is every
    open status behind the first of the lifecycle.

    ## Why

    What everybody may review at any time is reviewed by nobody.

    ## Example

    Bad:

    ```md
    **Status**: Under Review

    **Required Reviewers**: TBD
    ```

    Good:

    ```md
    **Status**: Under Review

    **Required Reviewers**: @grace
    ```
    """
    schema = moment.catalog.schema
    wanted = [schema.fields[key] for key in (_REVIEWERS, _REVIEW_DATE) if key in schema.fields]
    for proposal in _open(moment):
        missing = [field for field in wanted if not _is_given(proposal, field.key)]
        if missing and proposal.status in schema.lifecycle[1:]:
            words = listed((f"`{field.label}`" for field in missing), last="and")
            yield _finding(proposal, missing[0].key, f"under review without {words}", "agree on who reviews it by when")


@RULES.attention("DEP603", "stalled", "Drafts without activity", (_AUTHORS,))
def stalled(moment: Moment) -> Iterable[Finding]:
    """Draft without a commit for a long time.

    ## What it does

    Reports a proposal with the first status of the lifecycle whose file had no commit for 90 days. `triage --stale
    DAYS` sets another number; without git nothing is reported.

    ## Why

    Readers cannot tell what is being written from what was given up.

    ## Example

    Bad, half a year after the last commit:

    ```md
    **Status**: Draft
    ```

    Good:

    ```md
    **Status**: Deferred
    ```
    """
    first = moment.catalog.schema.lifecycle[:1]
    for proposal in _open(moment):
        last = moment.active.get(proposal.path)
        if last is None or proposal.status not in first:
            continue
        days = days_between(last, moment.today)
        if days > moment.stale_after:
            message = f"nothing happened since {last}, for {days} days"
            yield _finding(proposal, "", message, "ask for a review, or defer it")


@RULES.attention("DEP604", "no-sponsor", "No sponsor", (*_OWNERS, _AUTHORS))
def no_sponsor(moment: Moment) -> Iterable[Finding]:
    """Open proposal without a sponsor.

    ## What it does

    Reports a proposal with an open status and no sponsor, when the process has that field.

    ## Why

    The sponsor sees to it that the proposal is decided at all.

    ## Example

    Bad:

    ```md
    **Sponsor**: TBD
    ```

    Good:

    ```md
    **Sponsor**: @ada
    ```
    """
    if _SPONSOR in moment.catalog.schema.fields:
        for proposal in _open(moment):
            if not _is_given(proposal, _SPONSOR):
                yield _finding(proposal, _SPONSOR, "nobody sponsors it", "find a maintainer who will")


@RULES.attention("DEP605", "unnumbered", "No number", (_SPONSOR, *_OWNERS, _AUTHORS))
def unnumbered(moment: Moment) -> Iterable[Finding]:
    """Proposal without a number.

    ## What it does

    Reports a proposal without a number, whatever its status.

    ## Why

    Numbers are assigned when a proposal is merged; somebody has to do it.

    ## Example

    Bad:

    ```text
    deps/NNNN-retry.md
    ```

    Good:

    ```text
    deps/0012-retry.md
    ```
    """
    for proposal in moment.catalog.proposals:
        if proposal.number is None:
            yield _finding(proposal, "", "it has no number", "assign one: `sphinx-dep assign`")


def _open(moment: Moment) -> Iterator[Proposal]:
    statuses = moment.catalog.schema.statuses
    for proposal in moment.catalog.proposals:
        if proposal.status is not None and statuses[proposal.status].kind is StatusKind.OPEN:
            yield proposal


def _is_given(proposal: Proposal, key: str) -> bool:
    """Whether the field says something; a date must be one."""
    field = proposal.fields.get(key)
    if field is None or field.state is not State.GIVEN:
        return False
    return key != _REVIEW_DATE or proposal.date(key) is not None


def _finding(proposal: Proposal, key: str, message: str, help: str) -> Finding:
    """A finding at the field *key*, or at the header."""
    field = proposal.fields.get(key)
    return Finding(field.span if field else proposal.header_span, message, help, path=proposal.path)

"""Family 5xx: what a change does to proposals that were there before it. Judged against a git base only."""

from __future__ import annotations

from collections.abc import Iterable

from sphinxext_dep.check.check import Change, Comparison
from sphinxext_dep.check.rule import Registry
from sphinxext_dep.model.diagnostics import Finding, Severity
from sphinxext_dep.model.messages import listed, quoted
from sphinxext_dep.model.proposal import Page, Proposal, SectionRecord
from sphinxext_dep.model.schema import Schema, StatusKind
from sphinxext_dep.model.source import Span

RULES = Registry()


@RULES.base("DEP501", "bad-transition")
def bad_transition(comparison: Comparison) -> Iterable[Finding]:
    """Change of status that the lifecycle does not allow.

    ## What it does

    Reports a proposal whose status on the base branch may not become the one that it has now.

    ## Why

    The steps between are where people agree. A draft that becomes `Implemented` in one step was reviewed by nobody.

    ## Example

    Bad, when the base branch says `Draft`:

    ```md
    **Status**: Implemented
    ```

    Good, when the base branch says `Approved`:

    ```md
    **Status**: Implemented
    ```
    """
    statuses = comparison.catalog.schema.statuses
    for change in comparison.changes:
        old, new = change.old.proposal.status, change.new.proposal.status
        if old is None or new is None or old == new or new in statuses[old].next:
            continue
        allowed = listed(f"`{name}`" for name in statuses[old].next)
        yield Finding(
            _status_span(change.new),
            f"`{old}` cannot become `{new}`",
            f"`{old}` may become {allowed}" if allowed else f"`{old}` is final; write a new proposal",
            path=change.new.proposal.path,
        )


@RULES.base("DEP502", "number-changed")
def number_changed(comparison: Comparison) -> Iterable[Finding]:
    """Number that was changed or taken away.

    ## What it does

    Reports a proposal that has a number on the base branch, and now another or none.

    ## Why

    Numbers are what other proposals, code and conversations refer to. None of them can be found and corrected.

    ## Example

    Bad, when the base branch has `deps/0012-retry.md`:

    ```text
    deps/0013-retry.md
    ```

    Good:

    ```text
    deps/0012-retry.md
    ```
    """
    schema = comparison.catalog.schema
    for change in comparison.changes:
        old, new = change.old.proposal.number, change.new.proposal.number
        if old is None or old == new:
            continue
        now = "has none" if new is None else f"is now {schema.label(new)}"
        yield Finding(
            _number_span(change.new.proposal),
            f"the proposal was {schema.label(old)} and {now}",
            f"keep the number {old}; a number is never given up or reused",
            path=change.new.proposal.path,
        )


@RULES.base("DEP503", "decided-proposal-changed", Severity.WARNING)
def decided_proposal_changed(comparison: Comparison) -> Iterable[Finding]:
    """Change in the text of a decided proposal.

    ## What it does

    Reports a required section that was changed in a proposal that is decided or closed on the base branch. Line breaks
    and spaces do not count, nor do other sections, such as References.

    ## Why

    People agreed to that text. What should be otherwise now is another decision, and another proposal that replaces or
    extends this one.

    ## Example

    Bad, when the proposal is `Approved` on the base branch and said *Retry three times.*:

    ```md
    # Proposal

    Retry for ever.
    ```

    Good:

    ```md
    # Proposal

    Retry three times.
    ```
    """
    schema = comparison.catalog.schema
    for change in comparison.changes:
        old, new = change.old.proposal, change.new.proposal
        if not _is_settled(old, schema) or not _is_settled(new, schema):
            continue
        for name, span in _changed_sections(change, schema):
            yield Finding(
                span,
                f"the proposal is `{old.status}`, and its section {quoted(name)} was changed",
                "write a new proposal that replaces or extends this one; for a slip of the pen, suppress this with a "
                "comment and its reason",
                path=new.path,
            )


@RULES.base("DEP504", "number-taken-on-base")
def number_taken_on_base(comparison: Comparison) -> Iterable[Finding]:
    """Number that another proposal has on the base branch.

    ## What it does

    Reports a proposal whose number another proposal has on the base branch, which is not in this tree.

    ## Why

    Two branches that each add a file with the next free number merge without a conflict, and then there are two
    proposals with one number.

    ## Example

    Bad, when the base branch has `deps/0012-timeouts.md` meanwhile:

    ```text
    deps/0012-retry.md
    ```

    Good:

    ```text
    deps/0013-retry.md
    ```
    """
    catalog = comparison.catalog
    schema = catalog.schema
    renamed = {change.old.proposal.path: change.new.proposal.path for change in comparison.changes}
    slugs = {(proposal.number, proposal.slug.casefold()) for proposal in catalog.proposals}
    taken: dict[int, Proposal] = {}
    for other in comparison.tip:
        # What is here as well, under the same path or a new one, is the same proposal, or DEP401's business.
        here = renamed.get(other.path, other.path) in catalog.by_path or (other.number, other.slug.casefold()) in slugs
        if other.number is not None and not here:
            taken.setdefault(other.number, other)
    if not taken:
        return
    numbers = (*catalog.by_number, *(other.number or 0 for other in comparison.tip))
    free = max(numbers) + 1
    for proposal in catalog.proposals:
        if proposal.number in taken:
            yield Finding(
                _number_span(proposal),
                f"{schema.label(proposal.number)} is taken on the base branch, by `{taken[proposal.number].path}`",
                f"take the next free number, {free}",
                path=proposal.path,
                names=(taken[proposal.number].path,),
            )


def _is_settled(proposal: Proposal, schema: Schema) -> bool:
    return proposal.status is not None and schema.statuses[proposal.status].kind is not StatusKind.OPEN


def _changed_sections(change: Change, schema: Schema) -> Iterable[tuple[str, Span | None]]:
    """Name and place of every required section whose words are no longer the same."""
    before, after = _sections(change.old, schema), _sections(change.new, schema)
    for name, section in before.items():
        now = after.get(name)
        if now is None:
            yield section.name, change.new.proposal.title_span
        elif _words(change.old, section) != _words(change.new, now):
            yield now.name, now.span


def _sections(page: Page, schema: Schema) -> dict[str, SectionRecord]:
    required = {section.name for section in schema.sections.values() if section.required and not section.parent}
    found: dict[str, SectionRecord] = {}
    for section in page.proposal.sections:
        if section.canonical in required:
            found.setdefault(section.canonical, section)
    return found


def _words(page: Page, section: SectionRecord) -> list[str]:
    return page.source.text[section.body.start : section.body.end].split()


def _status_span(page: Page) -> Span | None:
    field = page.schema.status_field
    value = page.proposal.fields.get(field.key) if field else None
    return value.span if value else page.proposal.header_span


def _number_span(proposal: Proposal) -> Span | None:
    """The place of the number in the page; a file name has none."""
    return next((span for where, _number, span in proposal.numbers if where != "file name"), None)

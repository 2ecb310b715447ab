"""Family 4xx, continued: relations that contradict the other proposal or a status, and numbers that drafts claim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product

from sphinxext_dep.check.rule import Fix, FixStep, Project, Registry
from sphinxext_dep.check.unmerged import Draft, Drafts
from sphinxext_dep.headers.change import add_reference, also_names
from sphinxext_dep.headers.spellings import SPELLINGS
from sphinxext_dep.model.catalog import Catalog, Stated
from sphinxext_dep.model.diagnostics import Diagnostic, Finding, Severity
from sphinxext_dep.model.messages import MAX_LISTED, listed, quoted
from sphinxext_dep.model.proposal import Page, Proposal, State
from sphinxext_dep.model.schema import Field, Status, StatusKind
from sphinxext_dep.model.source import RefusedError

RULES = Registry()


@RULES.catalog("DEP404", "one-way-relation")
def one_way_relation(catalog: Catalog) -> Iterable[Finding]:
    """Replacement that only one of the two proposals states.

    ## What it does

    Reports a decided proposal that states to replace another one, which does not state that it was replaced by this
    one; and the reverse. As long as a proposal is open, its relations ask nothing of the other side. Nor does one that
    was rejected or deferred. And nothing is asked of one that cannot become `Replaced`, because it never was in force:
    to replace a proposal that was rejected is no fault, and among PEPs a usual thing. `sphinx-dep supersede` writes
    both sides and the status.

    ## Why

    The readers of the old proposal are those who need to know that there is a new one.

    ## Example

    Bad, in `deps/0003-retry.md`:

    ```md
    **Status**: Approved

    **Replaces**: DEP-2
    ```

    and in `deps/0002-timeouts.md`:

    ```md
    **Status**: Implemented

    **Replaced By**: N/A
    ```

    Good, in `deps/0003-retry.md`:

    ```md
    **Replaces**: DEP-2
    ```

    and in `deps/0002-timeouts.md`:

    ```md
    **Status**: Replaced

    **Replaced By**: DEP-3
    ```
    """
    for stated in catalog.relations:
        proposal, field, reference, target = stated
        inverse = catalog.schema.fields.get(field.inverse)
        if inverse is None or inverse is field or target is None or target is proposal:
            continue
        # A number that two have names both of them; that they share it is reported.
        pairs = product(_claimants(catalog, target), _claimants(catalog, proposal))
        if any(catalog.names(other, inverse.key, one) for other, one in pairs):
            continue
        if not _is_in_effect(catalog, proposal, field, inverse):
            continue
        if not stated.note and not _may_say_so(catalog, target, inverse):
            continue
        yield Finding(
            reference.span,
            f"`{field.label}` names {catalog.label(target)}, "
            f"whose `{inverse.label}` does not name {catalog.label(proposal)}",
            _superseding(stated, catalog) or _other_side(catalog, target, inverse, stated),
            path=proposal.path,
            names=(target.path,),
        )


@one_way_relation.fix_in_project(FixStep.OTHER_PAGES)
def write_other_side(project: Project, item: Diagnostic) -> Fix | None:
    """Write the other side of a relation on the page of the other proposal."""
    catalog = project.catalog
    for stated in catalog.relations:
        span, target = stated.reference.span, stated.target
        if stated.proposal.path != item.path or (span.start, span.end) != (item.start, item.end) or target is None:
            continue
        inverse, page = catalog.schema.fields[stated.field.inverse], project.page(target.path)
        for one in (stated.proposal, target):
            if doubt := _doubt(catalog, one):
                raise RefusedError(f"{doubt}, and so it is not certain what `{one.path}` is", "correct that first")
        if _is_cut_off(page, inverse):
            raise RefusedError(
                f"`{inverse.label}` is in `{target.path}`, behind the end of the header", "correct that first"
            )
        if command := _superseding(stated, catalog):
            raise RefusedError(f"the status of {catalog.label(target)} changes with it", command)
        edits = add_reference(page, inverse, catalog.reference_to(stated.proposal, target.path, stated.note))
        return Fix(page, edits, (inverse.key,), also_names(page, inverse, stated.proposal.key))
    return None


def _claimants(catalog: Catalog, proposal: Proposal) -> tuple[Proposal, ...]:
    """The proposals with the number of *proposal*; itself alone when it has none."""
    return (proposal,) if proposal.number is None else catalog.by_number.get(proposal.number, (proposal,))


def _doubt(catalog: Catalog, proposal: Proposal) -> str:
    """The reason for which nothing must be written about *proposal* yet; empty when there is none."""
    if len({number for _, number, _ in proposal.numbers}) > 1:
        return "it states two numbers"
    return "another proposal has its number" if len(_claimants(catalog, proposal)) > 1 else ""


def _is_cut_off(page: Page, field: Field) -> bool:
    """True if a fault in the header hides a line that states *field*."""
    if not page.header.problems or field.key in page.proposal.fields:
        return False
    names = "|".join(map(re.escape, (field.key, field.label, *field.aliases)))
    return re.search(rf"^\W*(?:{names})\W*:", page.source.text, re.IGNORECASE | re.MULTILINE) is not None


def _is_in_effect(catalog: Catalog, proposal: Proposal, field: Field, inverse: Field) -> bool:
    """True if *proposal* is decided, or closed because it was replaced; without a known status it counts as decided."""
    status = catalog.schema.statuses.get(proposal.status or "")
    if status is None or status.kind is StatusKind.DECIDED:
        return True
    demanding = (catalog.schema.demanding(key) for key in (field.key, inverse.key))
    return status.kind is StatusKind.CLOSED and any(status.name in names for names in demanding)


def _may_say_so(catalog: Catalog, target: Proposal, inverse: Field) -> bool:
    """True if *target* has a status in which it can state the relation, or can be given one: a draft has not."""
    demanding = catalog.schema.demanding(inverse.key)
    may_become = (catalog.schema.may_become(target.status, name) for name in demanding)
    return not demanding or target.status in demanding or any(may_become)


def _superseding(stated: Stated, catalog: Catalog) -> str:
    """The command that writes both sides, if the status of the other proposal has to change too; else empty."""
    target, demanding = stated.target, catalog.schema.demanding(stated.field.inverse)
    if target is None or not demanding or target.status in demanding or stated.note:
        return ""
    return f"run `sphinx-dep supersede {catalog.label(target)} {catalog.label(stated.proposal)}`"


def _other_side(catalog: Catalog, target: Proposal, field: Field, stated: Stated) -> str:
    """The line that the page of *target* needs."""
    value, text = target.fields.get(field.key), catalog.reference_to(stated.proposal, target.path, stated.note)
    if value is not None and value.state is State.GIVEN:
        return f"in `{target.path}`, line {value.span.line}, add `{text}` to `{value.label}`"
    if value is None:
        line = SPELLINGS[target.spelling].field_line(field, text, catalog.schema.markup_of(target.path))
        return f"in `{target.path}`, add `{line}` to the header"
    line = SPELLINGS[value.spelling].field_line(field, text, catalog.schema.markup_of(target.path), value.label)
    return f"in `{target.path}`, line {value.span.line}, write `{line}`"


@RULES.catalog("DEP406", "status-relation-mismatch")
def status_relation_mismatch(catalog: Catalog) -> Iterable[Finding]:
    """Status and relation that contradict each other.

    ## What it does

    Reports a proposal whose status requires a relation that it does not have, such as `Replaced` without `Replaced By`,
    and one that has such a relation under another status. A reference with a qualifier, such as `DEP-3 (partially)`,
    can stand under any status.

    ## Why

    A reader who sees `Approved` builds on it. If it was replaced, the status must say so, and say by what.

    ## Example

    Bad, in `deps/0002-timeouts.md`:

    ```md
    **Status**: Replaced

    **Replaced By**: N/A
    ```

    Good, in `deps/0002-timeouts.md`:

    ```md
    **Status**: Replaced

    **Replaced By**: DEP-3
    ```

    and in `deps/0003-retry.md`:

    ```md
    **Replaces**: DEP-2
    ```
    """
    schema = catalog.schema
    demanding = [
        (field, names)
        for field in schema.relation_fields
        if (names := [status.name for status in schema.statuses.values() if field.key in status.requires])
    ]
    for proposal in catalog.proposals:
        for field, names in demanding if proposal.status else ():
            yield from _mismatch(catalog, proposal, field, names)


def _mismatch(catalog: Catalog, proposal: Proposal, field: Field, names: list[str]) -> Iterator[Finding]:
    """The contradiction between the status of *proposal* and *field*, which the statuses *names* require."""
    schema = catalog.schema
    value = proposal.fields.get(field.key)
    relations = catalog.forward(proposal, field.key)
    status_field = schema.status_field
    status = proposal.fields.get(status_field.key) if status_field else None
    if proposal.status in names:
        # What is there but wrong is reported where it stands: DEP107, DEP206, DEP402, DEP403.
        if relations or (value is not None and value.state in (State.GIVEN, State.PLACEHOLDER)):
            return
        # Another proposal may say itself that it is the one.
        claimants = catalog.reverse(proposal, field.inverse)
        labels = ", ".join(catalog.label(other) for other in claimants[:MAX_LISTED]) or schema.label(12)
        spelling = SPELLINGS[value.spelling if value is not None else proposal.spelling]
        line = spelling.field_line(
            field, labels, catalog.schema.markup_of(proposal.path), value.label if value is not None else ""
        )
        yield Finding(
            place.span if (place := value or status) else proposal.header_span,
            f"the status is `{proposal.status}`, but `{field.label}` names no proposal",
            f"write `{line}`" if claimants else f"name the proposal, as in `{line}`",
            path=proposal.path,
        )
        return
    # What cannot be read is reported as that: DEP206.
    readable = [reference for reference, _ in relations if not reference.problem]
    if value is not None and any(not (reference.note or value.qualifier) for reference in readable):
        words = listed(f"`{name}`" for name in names)
        yield Finding(
            value.span,
            f"`{value.label}` names {listed(dict.fromkeys(quoted(item.text) for item in readable), last='and')}, "
            f"but the status is `{proposal.status}`",
            f"set the status to {words}, or write `N/A` in `{value.label}` until that is decided",
            path=proposal.path,
        )


@RULES.catalog("DEP407", "weaker-dependency", Severity.WARNING)
def weaker_dependency(catalog: Catalog) -> Iterable[Finding]:
    """Proposal that extends one which is closed, or behind it in the lifecycle.

    ## What it does

    Reports a proposal that extends one which is rejected, deferred or replaced, or which is behind it in the lifecycle.

    ## Why

    What builds on something that nobody has agreed to is not agreed to either.

    ## Example

    Bad, in `deps/0003-retry.md`:

    ```md
    **Extends**: DEP-2
    ```

    and in `deps/0002-timeouts.md`:

    ```md
    **Status**: Rejected
    ```

    Good, in `deps/0003-retry.md`:

    ```md
    **Extends**: DEP-2
    ```

    and in `deps/0002-timeouts.md`:

    ```md
    **Status**: Approved
    ```
    """
    schema, statuses = catalog.schema, catalog.schema.statuses
    rank = {name: place for place, name in enumerate(schema.lifecycle)}
    # A relation with an inverse (replaces, related) does not build on what it names.
    dependencies = {field.key for field in schema.relation_fields if field.dependency and not field.inverse}
    successors: dict[str, str] = {}
    for proposal, field, reference, target in catalog.relations:
        if field.key not in dependencies or target is None or target is proposal:
            continue
        status, other = statuses.get(proposal.status or ""), statuses.get(target.status or "")
        if status is None or other is None or status.kind is StatusKind.CLOSED:
            continue
        says = f"`{field.label}` names {catalog.label(target)}, which is `{other.name}`"
        if other.kind is StatusKind.CLOSED:
            if target.path not in successors:
                successors[target.path] = _successors(catalog, target, other)
            instead = successors[target.path]
            help = f"build on {instead} instead" if instead else "say in the text what still holds, or drop it"
            yield Finding(reference.span, says, help, path=proposal.path)
        elif rank.get(other.name, len(rank)) < rank.get(status.name, -1):
            help = f"decide {catalog.label(target)} first, or drop what depends on it"
            yield Finding(reference.span, f"{says}; this one is `{status.name}`", help, path=proposal.path)


def _successors(catalog: Catalog, proposal: Proposal, status: Status) -> str:
    """The labels of the proposals in the relations that *status* requires: those that took the place of *proposal*."""
    keys = [field.key for field in catalog.schema.relation_fields if field.key in status.requires]
    found = (other for key in keys for other in catalog.related_both_ways(proposal, key))
    return listed((catalog.label(other) for other in found), last="and")


_PLACEHOLDER = "0000"
_ASSIGN_NUMBER = "`sphinx-dep assign` gives it a free number"


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
            yield _claimed(draft, f"{base.schema.label(number)} is also {_named(merged, others)}")
        return
    zero = base.by_number.get(0, ())
    if zero and base.schema.name_of(draft.proposal.path).startswith(_PLACEHOLDER) and not draft.changes:
        yield _claimed(
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


def _claimed(draft: Draft, message: str) -> Finding:
    return Finding(draft.proposal.header_span, message, _ASSIGN_NUMBER, path=draft.proposal.path)

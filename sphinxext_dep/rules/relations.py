"""Family 4xx: proposals together. Numbers that clash, and relations that lead nowhere, or to one side only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sphinxext_dep.core.catalog import Catalog
from sphinxext_dep.core.diagnostics import Finding
from sphinxext_dep.core.proposal import Proposal
from sphinxext_dep.core.schema import Field, Schema, StatusKind
from sphinxext_dep.core.text import Span
from sphinxext_dep.core.values import Reference, State
from sphinxext_dep.rules.cycles import cycles
from sphinxext_dep.rules.registry import RULES
from sphinxext_dep.rules.wording import did_you_mean, field_line, listed, shown, spelling_of, suffix_of

MAX_GUESSES = 200
"""Unknown references for which a nearest proposal is looked for in one run; each look compares all proposals."""

_MAX_CYCLE = 20
"""Proposals of a cycle that a message prints."""

_Stated = tuple[Proposal, Field, Reference, Proposal | None]


def stated(catalog: Catalog) -> Iterator[_Stated]:
    """Every reference of every relation that could be read, with the proposal that it names."""
    for proposal in catalog.proposals:
        for field in catalog.schema.relation_fields:
            for reference, target in catalog.forward(proposal, field.key):
                if reference.key:
                    yield proposal, field, reference, target


@RULES.catalog("DEP401", "duplicate-number")
def duplicate_number(catalog: Catalog) -> Iterable[Finding]:
    """Whether each number belongs to one proposal.

    ## What it does

    Reports, in each of their files, the proposals that have the same number, and names the others.

    ## Why

    Two branches that each take the next free number merge without a conflict. From then on `DEP-0003` means two things.

    ## Example

    Bad, in `deps/0003-retry.md`:

    ```md
    # Retry failed requests
    ```

    and in `deps/0003-timeouts.md`:

    ```md
    # Shorter timeouts
    ```

    Good, in `deps/0003-retry.md`:

    ```md
    # Retry failed requests
    ```

    and in `deps/0004-timeouts.md`:

    ```md
    # Shorter timeouts
    ```
    """
    free = max(catalog.by_number, default=0) + 1
    for number, claimants in catalog.by_number.items():
        if len(claimants) < 2:
            continue
        for proposal in claimants:
            others = listed((f"`{other.path}`" for other in claimants if other is not proposal), last="and")
            yield Finding(
                next((span for _, claimed, span in proposal.numbers if claimed == number), None),
                f"{catalog.schema.label(number)} is also the number of {others}",
                f"keep it for the one that had it first; {free} is free",
                path=proposal.path,
            )


@RULES.catalog("DEP402", "unknown-proposal")
def unknown_proposal(catalog: Catalog) -> Iterable[Finding]:
    """Whether the proposals that relations name exist.

    ## What it does

    Reports a reference to a number or a name that no proposal has, and one to a name that several share.

    ## Why

    A reader who follows it arrives nowhere. Often the number is a slip, and some other proposal was meant.

    ## Example

    Bad, in `deps/0003-retry.md`:

    ```md
    **Extends**: DEP-33
    ```

    Good, in `deps/0003-retry.md`:

    ```md
    **Extends**: DEP-2
    ```

    and in `deps/0002-timeouts.md`:

    ```md
    # Shorter timeouts
    ```
    """
    names: tuple[str, ...] | None = None
    guesses: dict[str, str] = {}
    for proposal, field, reference, target in stated(catalog):
        if target is not None:
            continue
        if candidates := catalog.candidates(reference.key):
            paths = listed((f"`{candidate.path}`" for candidate in candidates), last="and")
            message = f"{shown(reference.text)} is the name of several proposals: {paths}"
            yield Finding(reference.span, message, "give them different names, or numbers", path=proposal.path)
            continue
        called = _called(reference.key, catalog.schema)
        if called not in guesses and len(guesses) < MAX_GUESSES:
            names = names or tuple(name for other in catalog.proposals for name in (catalog.label(other), other.slug))
            guesses[called] = did_you_mean(called, names)
        mend = guesses.get(called) or f"correct it, or write `N/A` when `{field.label}` names no proposal"
        yield Finding(reference.span, f"there is no proposal {shown(called)}", mend, path=proposal.path)


def _called(key: str, schema: Schema) -> str:
    # Python refuses to convert thousands of digits.
    return schema.label(int(key)) if key.isascii() and key.isdigit() and len(key) < 10 else key


@RULES.catalog("DEP403", "self-reference")
def self_reference(catalog: Catalog) -> Iterable[Finding]:
    """Whether a proposal names itself in its relations.

    ## What it does

    Reports a relation in which a proposal names itself.

    ## Why

    Nothing replaces or extends itself: another proposal was meant.

    ## Example

    Bad, in `deps/0003-retry.md`:

    ```md
    **Related**: DEP-3
    ```

    Good, in `deps/0003-retry.md`:

    ```md
    **Related**: N/A
    ```
    """
    for proposal, field, reference, target in stated(catalog):
        # Of two proposals with one number (DEP401), each that names it names itself.
        if target is not None and (target is proposal or target.key == proposal.key):
            message = f"{shown(reference.text)} is this proposal itself"
            mend = f"name another proposal in `{field.label}`, or write `N/A`"
            yield Finding(reference.span, message, mend, path=proposal.path)


@RULES.catalog("DEP404", "one-way-relation")
def one_way_relation(catalog: Catalog) -> Iterable[Finding]:
    """Whether both sides of a replacement know of it.

    ## What it does

    Reports a proposal that says it replaces another which does not say that it was replaced by this one, and the
    reverse. While the proposal is open this is a warning: the other side is edited when the decision is made. What a
    rejected or deferred proposal would have replaced is not reported.

    ## Why

    The one who reads the old proposal is the one who needs to know that there is a new one.

    ## Example

    Bad, in `deps/0003-retry.md`:

    ```md
    **Replaces**: DEP-2
    ```

    and in `deps/0002-timeouts.md`:

    ```md
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
    schema = catalog.schema
    for field in schema.relation_fields:
        inverse = schema.fields.get(field.inverse)
        if inverse is None or inverse is field:
            continue
        for proposal in catalog.proposals:
            relations = catalog.forward(proposal, field.key)
            if not relations or _never_took_effect(catalog, proposal, field, inverse):
                continue
            answered = {other.path for other in catalog.reverse(proposal, inverse.key)}
            for reference, target in relations:
                if target is not None and target is not proposal and target.path not in answered:
                    yield Finding(
                        reference.span,
                        f"`{field.label}` names {catalog.label(target)}, "
                        f"but its `{inverse.label}` does not name {catalog.label(proposal)}",
                        _answer(catalog, target, inverse, catalog.label(proposal)),
                        path=proposal.path,
                    )


def _never_took_effect(catalog: Catalog, proposal: Proposal, field: Field, inverse: Field) -> bool:
    """Whether *proposal* was closed without being replaced itself: then nothing changed for what it names."""
    status = catalog.schema.statuses.get(proposal.status or "")
    return (
        status is not None
        and status.kind is StatusKind.CLOSED
        and field.key not in status.requires
        and inverse.key not in status.requires
    )


def _answer(catalog: Catalog, target: Proposal, field: Field, label: str) -> str:
    """What to write in *target*'s file so that its *field* names *label*."""
    value = target.fields.get(field.key)
    if value is not None and value.state is State.GIVEN:
        return f"in `{target.path}`, line {value.span.line}, add `{label}` to `{value.label}`"
    line = field_line(field, label, spelling_of(target), suffix_of(target))
    if value is None:
        return f"in `{target.path}`, add `{line}` to the header"
    line = field_line(field, label, value.spelling, suffix_of(target), value.label)
    return f"in `{target.path}`, line {value.span.line}, write `{line}`"


@RULES.catalog("DEP405", "relation-cycle")
def relation_cycle(catalog: Catalog) -> Iterable[Finding]:
    """Whether following a relation leads back to where it began.

    ## What it does

    Reports proposals that replace or extend one another in a circle, once, in the first of their files. The message
    prints the circle.

    ## Why

    Whoever follows `Replaced By` to the proposal in force must arrive.

    ## Example

    Bad, in `deps/0003-retry.md`:

    ```md
    **Extends**: DEP-2
    ```

    and in `deps/0002-timeouts.md`:

    ```md
    **Extends**: DEP-3
    ```

    Good, in `deps/0003-retry.md`:

    ```md
    **Extends**: DEP-2
    ```

    and in `deps/0002-timeouts.md`:

    ```md
    **Extends**: N/A
    ```
    """
    done: set[str] = set()
    for field in catalog.schema.relation_fields:
        # A symmetric relation leads back by its nature; an inverse is the same relation, walked the other way.
        if field.inverse == field.key or field.key in done:
            continue
        done.add(field.inverse)
        graph = {
            proposal.path: [target.path for target in catalog.related_both_ways(proposal, field.key)]
            for proposal in catalog.proposals
        }
        for cycle in cycles(graph):
            members = [catalog.by_path[path] for path in cycle]
            labels = [catalog.label(member) for member in members]
            if len(labels) > _MAX_CYCLE:
                labels = [*labels[: _MAX_CYCLE - 1], f"({len(labels) - _MAX_CYCLE + 1} more)"]
            yield Finding(
                _edge(catalog, field, members[0], members[1], members[-1]),
                f"`{field.label}` goes in a circle: {' → '.join([*labels, catalog.label(members[0])])}",
                "one of these does not hold; remove it",
                path=members[0].path,
            )


def _edge(catalog: Catalog, field: Field, proposal: Proposal, after: Proposal, before: Proposal) -> Span | None:
    """Where *proposal* states its part in a cycle, between *before* and *after*; if it does not, its header."""
    for key, neighbour in ((field.key, after), (field.inverse, before)):
        for reference, target in catalog.forward(proposal, key):
            if target is neighbour:
                return reference.span
    return proposal.header_span

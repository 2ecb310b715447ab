"""Family 4xx: proposals together. Numbers that clash, and relations that lead nowhere, or to one side only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.diagnostics import Finding
from sphinxext_dep.model.numbers import parse_number
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Field, StatusKind
from sphinxext_dep.model.source import Span
from sphinxext_dep.model.values import Reference, State
from sphinxext_dep.rules.cycles import cycles
from sphinxext_dep.rules.registry import RULES
from sphinxext_dep.rules.wording import MAX_LISTED, field_line, listed, shown, spelling_of, suffix_of

MAX_GUESSES = 200
"""Unknown names for which a nearest proposal is looked for in one run; each look compares all proposals."""

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


def _paths(paths: Iterable[str], total: int) -> str:
    return listed((f"`{path}`" for path in paths), "and", total)


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
    claims = (number for proposal in catalog.proposals for _, number, _ in proposal.numbers)
    free = max(claims, default=0) + 1
    for number, claimants in catalog.by_number.items():
        if len(claimants) < 2:
            continue
        for proposal in claimants:
            others = [other.path for other in islice(claimants, MAX_LISTED + 1) if other is not proposal]
            yield Finding(
                next((span for _, claimed, span in proposal.numbers if claimed == number), None),
                f"{catalog.schema.label(number)} is also the number of {_paths(others, len(claimants) - 1)}",
                f"keep it for the one that had it first; {free} is free",
                path=proposal.path,
                names=tuple(others),
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
    guesses: dict[str, str] = {}
    for proposal, field, reference, target in stated(catalog):
        if target is not None:
            continue
        key = reference.key
        if candidates := catalog.candidates(key):
            paths = tuple(candidate.path for candidate in candidates[:MAX_LISTED])
            message = f"{shown(reference.text)} is the name of several proposals: {_paths(paths, len(candidates))}"
            mend = "give them different names, or numbers"
            yield Finding(reference.span, message, mend, path=proposal.path, names=paths)
            continue
        number = parse_number(key, catalog.schema.prefix)
        if key not in guesses and len(guesses) < MAX_GUESSES:
            guesses[key] = _slug_meant(catalog, key) if number is None else _number_meant(catalog, number)
        meant = guesses.get(key, "")
        if meant and meant not in (proposal.slug, catalog.label(proposal)):
            mend = f"did you mean {shown(meant)}?"
        else:
            mend = f"correct it, or write `N/A` when `{field.label}` names no proposal"
        called = key if number is None else catalog.schema.label(number)
        yield Finding(reference.span, f"there is no proposal {shown(called)}", mend, path=proposal.path)


def _slug_meant(catalog: Catalog, slug: str) -> str:
    from sphinxext_dep.model.suggest import closest

    return closest(slug, tuple(proposal.slug for proposal in catalog.proposals)) or ""


def _number_meant(catalog: Catalog, number: int) -> str:
    """The label of the one number that is a slip away from *number*: a digit too few, too many, wrong or swapped.

    When there are several, as in a project that has them all from 1 to 50, none is more likely than the others.
    """
    digits = str(number)
    places = range(len(digits) + 1)
    slips = {f"{digits[:i]}{digits[i + 1 :]}" for i in places}
    slips |= {f"{digits[:i]}{digit}{digits[j:]}" for i in places for j in (i, i + 1) for digit in "0123456789"}
    slips |= {f"{digits[:i]}{digits[i + 1]}{digits[i]}{digits[i + 2 :]}" for i in range(len(digits) - 1)}
    near = {int(slip) for slip in slips if slip} & catalog.by_number.keys()
    return catalog.schema.label(near.pop()) if len(near) == 1 else ""


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
                        f"whose `{inverse.label}` does not name {catalog.label(proposal)}",
                        _answer(catalog, target, inverse, catalog.label(proposal)),
                        path=proposal.path,
                        names=(target.path,),
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

"""Family 4xx: proposals together. Numbers that clash, and relations that lead nowhere, or to one side only."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from sphinxext_dep.check.rule import Registry, Role
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.diagnostics import Finding
from sphinxext_dep.model.messages import MAX_LISTED, listed, quoted
from sphinxext_dep.model.numbers import parse_number
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Field
from sphinxext_dep.model.source import Span

RULES = Registry()

MAX_GUESSES = 200
"""Unknown names for which a nearest proposal is looked for in one run; each look compares all proposals."""

_MAX_CYCLE = 20
"""Proposals of a cycle that a message prints."""


def _paths(paths: Iterable[str], total: int) -> str:
    return listed((f"`{path}`" for path in paths), "and", total)


@RULES.catalog("DEP401", "duplicate-number", role=Role.SHARED_NUMBER)
def duplicate_number(catalog: Catalog) -> Iterable[Finding]:
    """Number that several proposals have.

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
    for number, claimants in catalog.by_number.items():
        if len(claimants) < 2:
            continue
        for proposal in claimants:
            others = [other.path for other in islice(claimants, MAX_LISTED + 1) if other is not proposal]
            yield Finding(
                next((span for _, claimed, span in proposal.numbers if claimed == number), None),
                f"{catalog.schema.label(number)} is also the number of {_paths(others, len(claimants) - 1)}",
                # A number that is free here may be that of a draft on a branch, of which a rule does not know.
                "keep it for the one that had it first; `sphinx-dep assign` gives the other a free number",
                path=proposal.path,
                names=tuple(others),
            )


@RULES.catalog("DEP402", "unknown-proposal")
def unknown_proposal(catalog: Catalog) -> Iterable[Finding]:
    """Reference to a proposal that does not exist.

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
    for proposal, field, reference, target in catalog.relations:
        if target is not None:
            continue
        key = reference.key
        if reference.pages and (there := catalog.resolve(key)) is not None:
            message = f"{quoted(reference.text)} leads to no page"
            help = f"{catalog.label(there)} is `{there.path}`; write its number, or the path to it"
            yield Finding(reference.span, message, help, path=proposal.path)
            continue
        if candidates := catalog.candidates(key):
            paths = tuple(candidate.path for candidate in candidates[:MAX_LISTED])
            message = f"{quoted(reference.text)} is the name of several proposals: {_paths(paths, len(candidates))}"
            help = "give them different names, or numbers"
            yield Finding(reference.span, message, help, path=proposal.path, names=paths)
            continue
        number = parse_number(key, catalog.schema.prefix)
        if key not in guesses and len(guesses) < MAX_GUESSES:
            guesses[key] = _slug_meant(catalog, key) if number is None else _number_meant(catalog, number)
        meant = guesses.get(key, "")
        if meant and meant not in (proposal.slug, catalog.label(proposal)):
            help = f"did you mean {quoted(meant)}?"
        else:
            help = f"correct it, or write `N/A` when `{field.label}` names no proposal"
        called = key if number is None else catalog.schema.label(number)
        yield Finding(reference.span, f"there is no proposal {quoted(called)}", help, path=proposal.path)


def _slug_meant(catalog: Catalog, slug: str) -> str:
    from sphinxext_dep.model.messages import closest

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
    """Proposal that has a relation to itself.

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
    for proposal, field, reference, target in catalog.relations:
        # Of two proposals with one number (DEP401), each that names it names itself.
        if target is not None and (target is proposal or target.key == proposal.key):
            message = f"{quoted(reference.text)} is this proposal itself"
            help = f"name another proposal in `{field.label}`, or write `N/A`"
            yield Finding(reference.span, message, help, path=proposal.path)


@RULES.catalog("DEP405", "relation-cycle")
def relation_cycle(catalog: Catalog) -> Iterable[Finding]:
    """Proposals that replace or extend one another in a circle.

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
        if field.inverse == field.key or field.key in done or not field.dependency:
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
    """The place in *proposal* of its part in a cycle, between *before* and *after*; else its header."""
    for key, neighbour in ((field.key, after), (field.inverse, before)):
        for reference, target in catalog.forward(proposal, key):
            if target is neighbour:
                return reference.span
    return proposal.header_span


Graph = Mapping[str, Sequence[str]]
"""Node → its successors; every node is a key."""


def cycles(graph: Graph) -> Iterator[list[str]]:
    """One shortest cycle for each strongly connected part of *graph* that has more than one node.

    A part can hold exponentially many cycles: without the one that is reported, either none is left or the next one is
    found. Each begins with the least node of its part, and they are sorted by it. Edges from a node to itself are left
    out. Takes time linear in nodes and edges (but for the sorting), at any depth.
    """
    parts = [part for part in _components(graph) if len(part) > 1]
    for part in sorted(parts, key=min):
        yield _shortest(graph, min(part), frozenset(part))


def _shortest(graph: Graph, start: str, part: frozenset[str]) -> list[str]:
    """The shortest path within *part* from *start* back to it, without the return."""
    previous: dict[str, str] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for successor in graph[node]:
            if successor == start and node != start:
                path = [node]
                while path[-1] != start:
                    path.append(previous[path[-1]])
                return path[::-1]
            if successor in part and successor not in previous and successor != start:
                previous[successor] = node
                queue.append(successor)
    raise AssertionError(f"{start!r} is in no cycle")  # pragma: no cover - a strongly connected part has one


def _components(graph: Graph) -> Iterator[list[str]]:
    """The strongly connected parts, by Tarjan's algorithm (SIAM J. Comput. 1, 1972), without recursion.

    The standard library's ``graphlib`` finds one cycle in the whole graph and stops.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_nodes: list[str] = []
    is_open: set[str] = set()
    for root in graph:
        if root in index:
            continue
        work = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        open_nodes.append(root)
        is_open.add(root)
        while work:
            node, successors = work[-1]
            for successor in successors:
                if successor not in index:
                    index[successor] = low[successor] = len(index)
                    open_nodes.append(successor)
                    is_open.add(successor)
                    work.append((successor, iter(graph[successor])))
                    break
                if successor in is_open:
                    low[node] = min(low[node], index[successor])
            else:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == index[node]:
                    part = []
                    while True:
                        member = open_nodes.pop()
                        is_open.discard(member)
                        part.append(member)
                        if member == node:
                            break
                    yield part

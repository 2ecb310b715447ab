"""Cycles in a directed graph, one from each part of it that has any."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

Graph = Mapping[str, Sequence[str]]
"""Node → its successors; every node is a key."""


def cycles(graph: Graph) -> Iterator[list[str]]:
    """One shortest cycle for each strongly connected part of *graph* that has more than one node.

    A part can hold exponentially many cycles; breaking the one that is shown either mends the part or brings up the
    next. Each begins with the least node of its part, and they are sorted by it. Edges from a node to itself are left
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

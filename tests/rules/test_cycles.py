"""Cycles: each once, shortest, and at any depth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext_dep.rules.relations import cycles
from tests.timing import linear_time


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        ({}, []),
        ({"a": ["b"], "b": []}, []),
        ({"a": ["a"]}, []),
        ({"a": ["b"], "b": ["a"]}, [["a", "b"]]),
        ({"b": ["a", "c"], "c": ["b"], "a": ["b"]}, [["a", "b"]]),
        ({"z": ["a"], "a": ["c"], "c": ["b"], "b": ["a"]}, [["a", "c", "b"]]),
        ({"d": ["c"], "c": ["d"], "b": ["a", "c"], "a": ["b"]}, [["a", "b"], ["c", "d"]]),
        ({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}, []),
    ],
)
def test_cycles(graph, expected):
    assert list(cycles(graph)) == expected


NODES = "abcdef"


@given(st.fixed_dictionaries({node: st.lists(st.sampled_from(NODES), max_size=4) for node in NODES}))
def test_what_is_found_is_a_cycle_and_what_is_not_has_none(graph):
    found = list(cycles(graph))
    for cycle in found:
        assert cycle[0] == min(cycle)
        assert len(set(cycle)) == len(cycle) > 1
        for node, successor in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
            assert successor in graph[node]
    reach = {node: _reachable(graph, node) for node in graph}
    in_cycles = {
        node for node in graph for other in graph if node != other and other in reach[node] and node in reach[other]
    }
    assert bool(found) == bool(in_cycles)
    assert {cycle[0] for cycle in found} == {
        min(other for other in in_cycles if other == node or (other in reach[node] and node in reach[other]))
        for node in in_cycles
    }


def _reachable(graph, start):
    seen: set[str] = set()
    todo = list(graph[start])
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += graph[node]
    return seen


@pytest.mark.parametrize("closed", [False, True])
def test_a_chain_of_twenty_thousand(closed):
    count = 20_000
    graph = {f"{n:05}": [f"{n + 1:05}"] for n in range(count - 1)}
    graph[f"{count - 1:05}"] = ["00000"] if closed else []
    with linear_time():
        found = list(cycles(graph))
    assert [len(cycle) for cycle in found] == ([count] if closed else [])

"""Versions: what is read as one, how they are sorted, and which a query finds."""

from __future__ import annotations

import msgspec
import pytest

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.fields import TYPES
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Field
from sphinxext_dep.model.source import Source
from sphinxext_dep.query.columns import Context
from sphinxext_dep.query.filters import SortKey, group, sort
from sphinxext_dep.query.parse import match_option, parse

FIELD = Field(key="python-version", label="Python-Version", type="version", many=True)
SCHEMA = msgspec.structs.replace(DEFAULT, fields={**DEFAULT.fields, FIELD.key: FIELD})


def read(value: str) -> Proposal:
    return read_page(Source(f"deps/{abs(hash(value))}.md", f"# T\n\n**Python-Version**: {value}\n"), SCHEMA).proposal


def versions(value: str) -> list[str]:
    """Text and ends of each item."""
    items = TYPES["version"].items(read(value).fields[FIELD.key])
    return [item.problem or f"{item.text}: {_end(item.low)}..{_end(item.high)}" for item in items]


def _end(end: tuple[object, int] | None) -> str:
    return "" if end is None else f"{end[0]}{'' if not end[1] else '!'}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3.14", ["3.14: 3.14..3.14"]),
        ("v1.2", ["v1.2: 1.2..1.2"]),
        ("3.9-3.12", ["3.9-3.12: 3.9..3.12"]),
        ("3.x", ["3.x: 3..4!"]),
        ("3.9-3", ["`3.9-3` is not a version"]),
        ("3.9 – 3.12", ["3.9 – 3.12: 3.9..3.12"]),
        ("2.4, 2.5, 2.6", ["2.4: 2.4..2.4", "2.5: 2.5..2.5", "2.6: 2.6..2.6"]),
        (">=3.9", [">=3.9: 3.9.."]),
        (">3.9", [">3.9: 3.9!.."]),
        ("<3", ["<3: ..3!"]),
        ("3.5+", ["3.5+: 3.5.."]),
        (">=3.9, <4", [">=3.9, <4: 3.9..4!"]),
        ("3.0a1", ["3.0a1: 3.0a1..3.0a1"]),
        ("[2.4, 2.5]", ["2.4: 2.4..2.4", "2.5: 2.5..2.5"]),
        ("2.4<br>2.5", ["2.4: 2.4..2.4", "2.5: 2.5..2.5"]),
        ("`2.4`, **2.5**, 3.*", ["2.4: 2.4..2.4", "2.5: 2.5..2.5", "3.*: 3..4!"]),
        ("\n  - 2.4\n  - 2.5", ["2.4: 2.4..2.4", "2.5: 2.5..2.5"]),
        ("\n  1. 2.4\n  2. 2.5", ["2.4: 2.4..2.4", "2.5: 2.5..2.5"]),
        ("3.12 (provisionally)", ["3.12 (provisionally): 3.12..3.12"]),
        ("the next one", ["`the next one` is not a version"]),
        ("3.14 / 3.15", ["`3.14 / 3.15` is not a version"]),
    ],
)
def test_what_is_read(value: str, expected: list[str]) -> None:
    assert versions(value) == expected


def test_versions_are_sorted_as_versions() -> None:
    proposals = [read(value) for value in ("10.2", "soon", ">=9.5", "9.1", "<9", "9.1rc1", "10.10")]
    ordered = sort(proposals, [SortKey(FIELD.key)], SCHEMA)
    raw = [item.fields[FIELD.key].raw for item in ordered]
    assert raw == ["<9", "9.1rc1", "9.1", ">=9.5", "10.2", "10.10", "soon"]
    assert [heading for heading, _members in group(proposals, FIELD.key, SCHEMA)] == raw


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (">=3.10", ["3.9-3.12", "3.10", ">=3.9"]),
        ("3.9", ["3.9-3.12", ">=3.9"]),
        ("<3", ["2.7"]),
        ("2.7..3.0", ["2.7"]),
        (">3.12", [">=3.9"]),
    ],
)
def test_a_filter_finds_what_overlaps(term: str, expected: list[str]) -> None:
    proposals = {value: read(value) for value in ("2.7", "3.9-3.12", "3.10", ">=3.9", "soon")}
    wanted = parse(f"python-version:{term}", SCHEMA)
    assert wanted == match_option("Python-Version", term, SCHEMA)
    assert [value for value, item in proposals.items() if wanted.matches(item, Context())] == expected

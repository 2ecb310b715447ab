"""The life of a proposal that replaces another: every state on the way is valid, and every refusal names the way out.

Number 1 is in force, number 4 is to take its place. A row holds the status of 1, its ``Replaced By``, the status of 4
and its ``Replaces``.
"""

from __future__ import annotations

import pytest

from tests.rules.test_examples import FIELDS, SECTIONS

BODY = "\n".join(f"# {name}\n\n{text}\n" for name, text in SECTIONS.items())


def page(title: str, status: str, **relations: str) -> str:
    values = FIELDS | {"Status": status} | {key.replace("_", " "): value for key, value in relations.items()}
    header = "\n\n".join(f"**{label}**: {value}" for label, value in values.items())
    return f"# {title}\n\n{header}\n\n{BODY}"


def pages(one: str, replaced_by: str, four: str, replaces: str) -> dict[str, str]:
    return {
        "deps/0001-one.md": page("One", one, Replaced_By=replaced_by),
        "deps/0004-four.md": page("Four", four, Replaces=replaces),
    }


@pytest.mark.parametrize(
    "state",
    [
        ("Implemented", "N/A", "Draft", "N/A"),
        ("Implemented", "N/A", "Draft", "DEP-1"),
        ("Implemented", "N/A", "Under Review", "DEP-1"),
        ("Replaced", "DEP-4", "Under Review", "DEP-1"),
        ("Replaced", "DEP-4", "Approved", "DEP-1"),
        ("Replaced", "DEP-4", "Implemented", "DEP-1"),
        ("Implemented", "N/A", "Rejected", "DEP-1"),
        ("Implemented", "N/A", "Deferred", "DEP-1"),
        ("Approved", "N/A", "Under Review", "DEP-1"),
        ("Draft", "N/A", "Draft", "DEP-1"),
    ],
    ids=" ".join,
)
def test_states_that_are_valid(state, check) -> None:
    assert check(pages(*state)) == ()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (("Implemented", "N/A", "Approved", "DEP-1"), {"DEP404": "`sphinx-dep supersede DEP-0001 DEP-0004`"}),
        (("Implemented", "N/A", "Approved", "DEP-1 (partially)"), {"DEP404": "write `**Replaced By**: DEP-0004"}),
        (("Implemented", "DEP-4", "Under Review", "DEP-1"), {"DEP406": "write `N/A`"}),
        (("Implemented", "DEP-4", "Approved", "DEP-1"), {"DEP406": "set the status to `Replaced`"}),
        (("Replaced", "DEP-4", "Approved", "N/A"), {"DEP404": "write `**Replaces**: DEP-0001`"}),
    ],
    ids=" ".join,
)
def test_states_that_are_not_valid_name_the_way_out(state, expected, check) -> None:
    found = check(pages(*state))
    assert {item.code for item in found} == set(expected)
    for item in found:
        assert expected[item.code] in item.help

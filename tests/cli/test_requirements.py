"""``sphinx-dep requirements``"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.tree import BODY, DECIDED, Tree, page

ONE = f"{BODY}\n## REQ 1 Quick & *small*\n\nMUST\n\n## REQ 2: Round\n\nMAY\n"
TWO = f'{BODY}\n## REQ-1: Loud, or "not"\n\nis\n\n## REQ-2 `x`: y | z\n\nSHALL\n'


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path, {"deps/0001-one.md": page("One", DECIDED, ONE), "deps/two.md": page("Two", body=TWO)})


def test_all(tree: Tree) -> None:
    assert tree.ok("requirements").splitlines() == [
        "Requirement  Title           Level  Proposal  Status",
        "REQ-1        Quick & small   MUST   DEP-0001  Approved",
        "REQ-2        Round           MAY    DEP-0001  Approved",
        'REQ-1        Loud, or "not"         two       Draft',
        "REQ-2        x: y | z        MUST   two       Draft",
    ]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("1",), ["REQ-1", "REQ-2"]),
        (("two", "--level", "MUST"), ["REQ-2"]),
        (("--level", "MUST", "--level", "MAY"), ["REQ-1", "REQ-2", "REQ-2"]),
        (("--filter", "status:Draft"), ["REQ-1", "REQ-2"]),
    ],
)
def test_some(tree: Tree, arguments: tuple[str, ...], expected: list[str]) -> None:
    document = json.loads(tree.ok("requirements", *arguments, "--format", "json"))
    assert [item["id"] for item in document["requirements"]] == expected


def test_formats(tree: Tree) -> None:
    assert tree.ok("requirements", "two", "--format", "csv").splitlines()[1] == 'REQ-1,"Loud, or ""not""",,two,Draft'
    assert tree.ok("requirements", "two", "--format", "markdown").splitlines()[3] == (
        r"| REQ-2 | x: y \| z | MUST | two | Draft |"
    )
    (first, *_) = json.loads(tree.ok("requirements", "--format", "json"))["requirements"]
    assert first == {
        "id": "REQ-1", "number": "1", "title": "Quick & small", "level": "MUST", "anchor": "req-1", "line": 33,
        "label": "DEP-0001", "proposal": "deps/0001-one.md", "status": "Approved",
    }  # fmt: skip


def test_there_are_none(tree: Tree) -> None:
    tree.write({"deps/0003-three.md": page("Three")})
    assert tree.ok("requirements", "3").splitlines() == ["Requirement  Title  Level  Proposal  Status"]
    assert "there is no proposal" in tree.fails("requirements", "99", code=2)


def test_needs_for_sphinx_needs(tree: Tree) -> None:
    """That it imports them is tested where it is installed: tests/formats/test_needs.py."""
    needs = tree.run("requirements", "--format", "needs", "--need-type", "spec").stdout
    entries = json.loads(needs)["versions"]["1"]["needs"]
    assert entries["DEP_0001_REQ_1"] == {
        "id": "DEP_0001_REQ_1", "type": "spec", "title": "REQ-1 Quick & small", "status": "Approved",
        "tags": ["MUST", "DEP-0001"], "content": "",
    }  # fmt: skip
    assert list(entries) == ["DEP_0001_REQ_1", "DEP_0001_REQ_2", "TWO_REQ_1", "TWO_REQ_2"]


def test_ids_of_needs_are_never_the_same(tree: Tree) -> None:
    """Letters that sphinx-needs does not allow are gone from an id, and marks are one."""
    tree.write({"dep.toml": "requirement = '(?P<number>\\S+-\\S+) (?P<title>.*)'\n", "deps/0009-x.md": page(
        "Letters", body=BODY + "\n## \u0422\u0420-1 One\n\n## \u0424\u0420-1 Two\n\n## A-1.1 Three\n\n## A-1-1 Four\n"
    )})  # fmt: skip
    needs = json.loads(tree.ok("requirements", "9", "--format", "needs"))["versions"]["1"]
    assert needs["needs_amount"] == 4
    assert {name: need["title"].split()[-1] for name, need in needs["needs"].items()} == {
        "DEP_0009_1": "One",
        "DEP_0009_1_2": "Two",
        "DEP_0009_A_1_1": "Three",
        "DEP_0009_A_1_1_2": "Four",
    }

"""Requirements in headings and in blocks, in both markups, and what nobody should write."""

from __future__ import annotations

import pytest

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.headers.requirements import level_of, read_requirements
from sphinxext_dep.markup import read_outline
from sphinxext_dep.model.source import Source


def read(text: str, path: str = "deps/0003-x.md") -> list[tuple[str, str, str, int]]:
    source = Source(path, text)
    found = read_requirements(source, read_outline(source), DEFAULT).together
    return [(item.id, item.title, item.level, item.span.line) for item in found]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("REQ 1 Title", ("REQ-1", "Title")),
        ("REQ 1: Title", ("REQ-1", "Title")),
        ("REQ-1: Title", ("REQ-1", "Title")),
        ("REQ-1 Title", ("REQ-1", "Title")),
        ("REQ-1 - Title", ("REQ-1", "Title")),
        ("REQ 1. Title", ("REQ-1", "Title")),
        ("REQ 1 – Title", ("REQ-1", "Title")),
        ("REQ 1", ("REQ-1", "")),
        ("REQ1", ("REQ-1", "")),
        ("REQ 007 Title", ("REQ-007", "Title")),
        ("REQ 2.1 Title", ("REQ-2.1", "Title")),
        ("REQ 1 **Bold** `code`", ("REQ-1", "Bold code")),
        ("REQ 1 2 3", ("REQ-1", "2 3")),
        ("Req 1 — Title", ("Req-1", "Title")),
        ("req-1: Title", ("req-1", "Title")),
        ("REQ #1 Title", ("REQ-1", "Title")),
        ("REQ 1) Title", ("REQ-1", "Title")),
        ("REQ\N{NON-BREAKING HYPHEN}1\N{FULLWIDTH COLON}Title", ("REQ-1", "Title")),
    ],
)
def test_headings(heading: str, expected: tuple[str, str]) -> None:
    assert read(f"# T\n\n### {heading}\n") == [(*expected, "", 3)]


@pytest.mark.parametrize(
    "heading",
    [
        "REQUEST 1",
        "REQ",
        "REQ one",
        r"REQ \<\#\> Title",
        "REQ 1st",
        "Requirements",
        "A REQ 1",
        "REQ --1",
        "REQ 1-2",
        "REQ 1a",
        "REQ 1/2",
        "[REQ 1] Title",
        "Request 1: Title",
        "PREQ 1",
    ],
)
def test_other_headings(heading: str) -> None:
    assert read(f"# T\n\n### {heading}\n") == []


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("It MUST.", "MUST"), ("It SHOULD, and MUST.", "MUST"), ("NOT RECOMMENDED", "SHOULD"), ("MAY", "MAY"),
        ("**MUST NOT**", "MUST"), ("must", ""), ("MUSTARD", ""), ("A_MUST_B", ""), ("DISMAY", ""),
        ("It is OPTIONAL", "MAY"),
    ],
)  # fmt: skip
def test_levels(text: str, level: str) -> None:
    assert level_of(text) == level


def test_restructuredtext() -> None:
    text = (
        "T\n=\n\n.. code-block:: yaml\n\n   requirements:\n     - id: REQ-2\n       title: Two\n       level: may\n\n"
        "REQ 1 One\n---------\n\nIt MUST.\n\n.. code-block:: text\n\n   requirements:\n     - id: REQ-3\n"
    )
    assert read(text, "deps/0003-x.rst") == [("REQ-1", "One", "MUST", 11), ("REQ-2", "Two", "MAY", 7)]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_front_matter(newline: str) -> None:
    text = "---\nstatus: Draft\nrequirements:\n  - {id: 1, title: É One, level: MUST}\n  - id: SEC\n    text: It MAY\n"
    text += "---\n\n# T\n"
    assert read(text.replace("\n", newline)) == [("REQ-1", "É One", "MUST", 4), ("SEC", "", "MAY", 5)]


@pytest.mark.parametrize(
    "block",
    [
        "requirements:", "requirements: ~", "requirements: []", "requirements: {}", "a: 1\nrequirements:\n",
        "requirements: !!python/object/apply:os.system ['touch x']", "requirements: &a [*a]", "requirements: *a",
        "requirements: " + "[" * 5000, "requirements:\n- " + "x" * 300_000, "requirements:\n- ? {a: b}\n  : c",
        "requirements:\n- {id: {a: b}, title: [c]}", "- requirements:", "requirements:\n\t- a", "requirements: \x01",
        "requirements:\n- id: ''",
        "a: &a [x, x]\nb: &b [*a, *a]\nrequirements: [*b, *b]", "---\nrequirements: []\n---\n",
        "requirements:\n- <<: {id: 1}", "requirements: 2026-01-01",
    ],
)  # fmt: skip
def test_hostile_blocks(block: str) -> None:
    """Nothing is raised, and nothing is made up."""
    assert read(f"# T\n\n```yaml\n{block}\n```\n") == []
    assert read(f"---\n{block}\n---\n# T\n") == []


def test_many_requirements_take_linear_time() -> None:
    body = f"It MUST. {'`x` ' * 20}\n\n```\ny\n```\n\n"
    text = "# T\n\n" + "".join(f"## REQ {number} x\n\n{body}" for number in range(3000))
    assert len(read(text)) == 3000

"""One fault is reported once: values of all kinds are planted in every field, in each spelling that is always read."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from sphinxext_dep.check.check import check_source, judge
from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.source import Source
from sphinxext_dep.rules import RULES
from sphinxext_dep.rules.reading import malformed_header
from tests.rules.test_examples import FIELDS, SECTIONS

BODY = "\n".join(f"# {name}\n\n{text}\n" for name, text in SECTIONS.items())
BELOW = BODY.replace("# ", "## ")
VALUES = [
    "", "TBD", "[Name]", "???", "#12", "@", "<!-- x -->", "javascript:alert(1)", "07/01/2025", "Draft | Under Review",
    "1, 1", "DEP-99, DEP-99", "[x]()", "`Draft`", "{a: b}", "[a, b", "'x", "a: b", "- a", "YYYY-MM-DD", "N / A",
]  # fmt: skip
SAME = [{"DEP206", "DEP406"}, {"DEP103", "DEP104"}]
"""Rules that would say the same of one value: it names no proposal; it is not known."""


def key(label: str) -> str:
    return label.lower().replace(" ", "-")


def quoted(value: str) -> str:
    return f'"{value}"' if value.startswith("@") else value


SPELLINGS = {
    "block": lambda fields: "# T\n\n" + "\n\n".join(f"**{label}**: {value}" for label, value in fields.items()),
    "directive": lambda fields: (
        "# T\n\n```{dep-header}\n"
        + "".join(f":{key(label)}: {quoted(value)}\n" for label, value in fields.items())
        + "```"
    ),
    "front matter": lambda fields: (
        "---\n" + "".join(f"{key(label)}: {quoted(value)}\n" for label, value in fields.items()) + "---\n\n# T"
    ),
}


def found(text: str) -> list[Diagnostic]:
    pages = [("deps/0001-one.md", f"{SPELLINGS['block'](FIELDS | {'Status': 'Approved'})}\n\n{BODY}")]
    pages.append(("deps/0003-t.md", text))
    checked = [check_source(Source(path, page), DEFAULT, RULES) for path, page in pages]
    judged = judge([item for item in checked if item is not None], DEFAULT, RULES)
    return [item for item in judged.diagnostics if item.path == "deps/0003-t.md"]


@pytest.mark.parametrize("label", FIELDS)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_planted_fault_is_reported_once(spelling: str, label: str) -> None:
    for value in VALUES:
        fields = FIELDS | {"Status": "Implemented", label: value}
        items = found(f"{SPELLINGS[spelling](fields)}\n\n{BODY}")
        lines: dict[int, set[str]] = defaultdict(set)
        for item in items:
            lines[item.line].add(item.code)
        for codes in lines.values():
            assert not any(pair <= codes for pair in SAME if value != "[a, b"), (value, codes)
            # Nothing is known about a value that cannot be read.
            assert malformed_header.code not in codes or len(codes) == 1, (value, codes)
        twice = [
            item for item, count in Counter((item.line, item.code, item.message) for item in items).items() if count > 1
        ]
        assert twice == [], value


def test_an_unknown_label_that_is_there_twice() -> None:
    items = found(f"{SPELLINGS['block'](FIELDS)}\n\n**Release**: 1\n\n**release**: 2\n\n{BODY}")
    assert [(item.code, item.line) for item in items if item.code in ("DEP103", "DEP104")] == [
        ("DEP103", 23), ("DEP104", 25),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # Two headings of the first level: the second is a section of the first, whether the process knows it or not.
        ("# T\n\nHEADER\n\n# T, continued\n\nText.\n\n" + BODY, []),
        ("# T\n\nHEADER\n\n" + BODY.replace("# Alternate", "# Drawbacks\n\nNone.\n\n# Alternate"), []),
        ("# T\n\nHEADER\n\n" + BELOW.replace("## Alternate", "# Drawbacks\n\nNone.\n\n## Alternate"), []),
        ("# T\n\nHEADER\n\n" + BELOW.replace("## Proposal", "# Proposal"), []),
        ("# T\n\nHEADER\n\n" + BODY.replace("# Summary\n\nFailed requests are sent again.\n\n", ""), ["DEP301"]),
    ],
    ids=["two titles", "one more", "one above the others", "one of the sections above", "one is missing"],
)  # fmt: skip
def test_headings_of_the_first_level(body: str, expected: list[str]) -> None:
    header = SPELLINGS["block"](FIELDS | {"Status": "Implemented"}).removeprefix("# T\n\n")
    assert [item.code for item in found(body.replace("HEADER", header))] == expected

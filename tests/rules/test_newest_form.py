"""Each contradiction that is planted in a repository in the newest form is found, at its line."""

from __future__ import annotations

import pytest

from tests.newest_form import FILES
from tests.rules.conftest import Check

PAGES = {name: text for name, text in FILES.items() if name.startswith("deps/0")}

CONTRADICTIONS = [
    ("deps/0010-process.md", "> **Status: Accepted**", "> **Status: Draft**", "DEP111", 26),
    ("deps/0010-process.md", "> [!WARNING]", "> [!CAUTION]", "DEP111", 25),
    ("deps/0010-process.md", "status: accepted", "status: rejected", "DEP111", 26),
    ("deps/0010-process.md", "dep: 0010", "dep: 0012", "DEP208", 2),
    ("deps/0010-process.md", "# DEP-0010:", "# DEP-0011:", "DEP208", 23),
    ("deps/0010-process.md", "category: process", "category: procces", "DEP202", 5),
    ("deps/0010-process.md", "tracking-issue: https://example.org/issues/3", "tracking-issue: soon", "DEP205", 15),
    ("deps/0011-retry.md", "status: draft", "status: accepted", "DEP105", 9),
    ("deps/0011-retry.md", "**Owning SIG**: @org/sig-router", "**Owning SIG**: @org/sig-frontend", "DEP105", 15),
    ("deps/0011-retry.md", "review-date: null", "review-date: 2026-13-01", "DEP203", 5),
    ("deps/0011-retry.md", "dep: 0o11", "dep: 9", "DEP208", 2),
    ("deps/0011-retry.md", "```{warning}\n**Status**: Draft", "```{warning}\n**Status**: Final", "DEP111", 22),
    ("deps/0011-retry.md", "**Extends**: DEP-0010", "**Extends**: DEP-0099", "DEP402", 19),
    (
        "deps/0011-retry.md",
        "**Area**: Router, Frontend\n\n",
        "**Area**: Router\n\n**Area**: Frontend\n\n",
        "DEP104",
        19,
    ),
    ("deps/0012-timeouts.md", "> Status: **Accepted**.", "> Status: **Implemented**.", "DEP111", 2),
    ("deps/0012-timeouts.md", "# DEP-0012: Timeouts", "# DEP-0013: Timeouts", "DEP208", 4),
    ("deps/0012-timeouts.md", "**Replaces**: [DEP-0013](0013-limits.md)", "**Replaces**: N/A", "DEP404", None),
    ("deps/0012-timeouts.md", "**Participating SIGs**: SIG", "**Particpating SIGs**: SIG", "DEP103", 26),
    ("deps/0013-limits.md", ":::{danger} **Status**: Replaced", ":::{tip} **Status**: Replaced", "DEP111", 12),
    ("deps/0013-limits.md", ":::{danger} **Status**: Replaced", ":::{danger} **Status**: Deferred", "DEP111", 12),
    ("deps/0013-limits.md", ":number: 13.0", ":number: 13.5", "DEP207", 4),
    ("deps/0013-limits.md", ":replaced-by: DEP-0012", ":replaced-by: N/A", "DEP406", 8),
    ("deps/0015-names.md", "| Status | Rejected |", "| Status | Draft |", "DEP111", 4),
    ("deps/0015-names.md", "> [!CAUTION]", "> [!TIP]", "DEP111", 3),
    ("deps/0015-names.md", "| Category | Guidelines |", "| Category | Guide |", "DEP202", 10),
    ("deps/0014-errors.rst", "Status: Under Review,", "Status: In Progress,", "DEP111", 4),
    ("deps/0014-errors.rst", ":status: Under Review", ":status: Accepted", "DEP111", 4),
]


@pytest.mark.parametrize(("path", "old", "new", "code", "line"), CONTRADICTIONS, ids=lambda value: str(value)[:30])
def test_each_contradiction_is_found(check: Check, path: str, old: str, new: str, code: str, line: int | None) -> None:
    assert old in PAGES[path]
    assert check(PAGES, "") == ()
    found = check(PAGES | {path: PAGES[path].replace(old, new)}, "")
    places = [(item.path, item.code, item.line) for item in found]
    if line is None:  # the other page names this one
        path, line = "deps/0013-limits.md", 8
    assert (path, code, line) in places
    # One mistake is not reported ten times; with another number, though, a proposal is another one.
    assert len({item.code for item in found}) <= (4 if code == "DEP208" else 2)


def test_the_template_moves_are_all_that_order_means(check: Check) -> None:
    """Fields that the template does not have can be anywhere; one of the template's that moved is a warning."""
    text = PAGES["deps/0012-timeouts.md"]
    fields = (
        "**PIC**: @ada",
        "**Participating SIGs**: SIG Router and Fabric, @org/sig-frontend",
        "**Tracking Issue**: https://example.org/issues/5",
        "**Discussions To**: <https://example.org/discuss/2>",
    )
    for field in fields:
        moved = (
            text.replace(f"{field}\n\n", "")
            .replace(f"{field}\n", "")
            .replace("**Status**", f"{field}\n\n**Status**", 1)
        )
        assert check(PAGES | {"deps/0012-timeouts.md": moved}, "") == ()
    moved = text.replace("**Category**: Architecture\n\n", "").replace(
        "**Status**", "**Category**: Architecture\n\n**Status**", 1
    )
    (found,) = check(PAGES | {"deps/0012-timeouts.md": moved}, "")
    assert (found.code, found.line) == ("DEP106", 8)


HEADER = (
    ("Status", "Draft", "Rejected"),
    ("Authors", "@octo", "@ada"),
    ("Category", "Process", "Architecture"),
    ("Sponsor", "@ada", "@grace"),
    ("Review Date", "2026-01-01", "2026-01-02"),
    ("Extends", "DEP-2", "DEP-3"),
    ("Owning SIG", "SIG Router", "SIG Frontend"),
    ("Participating SIGs", "SIG Router, SIG Process", "SIG Router"),
    ("Area", "Router", "Frontend"),
    ("PIC", "@ada", "@octo"),
    ("Discussions To", "https://example.org/1", "https://example.org/2"),
    ("Tracking Issue", "https://example.org/1", "https://example.org/2"),
)
"""Label, and two values that are not the same."""

SPELLED = {
    "front matter": ("---\n", '{0}: "{1}"\n', "---\n"),
    "directive": ("```{{dep-header}}\n", ':{0}: "{1}"\n', "```\n"),
    "block": ("", "**{2}**: {1}\n\n", ""),
    "table": ("| Field | Value |\n|---|---|\n", "| {2} | {1} |\n", ""),
}


def spelled(spelling: str, fields: list[tuple[str, str]]) -> str:
    begin, line, end = SPELLED[spelling]
    lines = (line.format(label.lower().replace(" ", "-"), value, label) for label, value in fields)
    return f"{begin.format()}{''.join(lines)}{end}\n"


@pytest.mark.parametrize(
    ("first", "second"),
    [(first, second) for first in SPELLED for second in SPELLED if first != second and second != "front matter"],
)
def test_every_pair_of_spellings_must_agree(check: Check, first: str, second: str) -> None:
    """Whichever stands first, and whatever the field: one error, which names both lines."""
    above = spelled(first, [(label, value) for label, value, _other in HEADER])
    body = "".join(f"# {name}\n\nText.\n\n" for name in ("Summary", "Motivation", "Proposal", "Alternate Solutions"))
    pages = {f"deps/{number:04d}-x.md": PAGES["deps/0015-names.md"].replace("DEP-0015: ", "") for number in (2, 3)}
    for label, value, other in HEADER:
        for stated in (value, other):
            # A table without a status would be a part of the text.
            status = [] if label == "Status" else [HEADER[0][:2]]
            below = spelled(second, [*status, (label, stated)])
            header = f"{above}# Title\n\n{below}" if first == "front matter" else f"# Title\n\n{above}{below}"
            found = check(pages | {"deps/0001-x.md": f"{header}{body}"}, "")
            wrong = [item for item in found if item.code == "DEP105"]
            assert len(wrong) == (stated == other), (label, found)
            for item in wrong:
                text = header.split("\n")
                assert other.split(",")[0] in text[item.line - 1] or value.split(",")[0] in text[item.line - 1]
                assert "line " in item.message

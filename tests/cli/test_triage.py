"""``triage``: what needs a person; each rule of family 6xx, and a near miss."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_base import Repository
from tests.cli.tree import DECIDED, DRAFT, Tree, page

REVIEW = DECIDED.replace("Approved", "Under Review")
SPONSORED = DRAFT + "\n**Sponsor**: @ada\n"


@pytest.fixture(autouse=True)
def day(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772323200")  # 2026-03-01


def kinds(tree: Tree, *options: str) -> list[tuple[str, str]]:
    items = json.loads(tree.run("triage", "--format", "json", *options).stdout)["items"]
    return [(item["kind"], item["label"]) for item in items]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (SPONSORED, []),
        (DRAFT, ["DEP604"]),
        (REVIEW, ["DEP601"]),
        (REVIEW.replace("2026-01-31", "2026-03-01"), []),
        (REVIEW.replace("2026-01-31", "TBD"), ["DEP602", "invalid"]),
        (REVIEW.replace("2026-01-31", "soon"), ["DEP602", "invalid"]),
        (REVIEW.replace("@grace", "TBD").replace("2026-01-31", "2027-01-01"), ["DEP602", "invalid"]),
        (DECIDED, []),
        (SPONSORED.replace("Draft", "Rejected"), []),
        (SPONSORED.replace("Draft", "Drft"), ["invalid"]),
    ],
)
def test_what_waits(tmp_path: Path, header, expected):
    tree = Tree(tmp_path, {"deps/0001-a.md": page("A", header)})
    assert [kind for kind, _ in kinds(tree)] == expected


def test_no_number(tmp_path):
    assert kinds(Tree(tmp_path, {"deps/later.md": page("Later", SPONSORED)})) == [("DEP605", "later")]


def test_a_comment_suppresses_it(tmp_path):
    text = page("A", DRAFT) + "\n<!-- dep: ignore no-sponsor — for now -->\n"
    tree = Tree(tmp_path, {"deps/0001-a.md": text})
    assert kinds(tree) == []
    assert "DEP005" not in tree.run("check").output


def test_drafts_that_nobody_works_on(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2025-11-01T00:00:00Z")
    repo = Repository(tmp_path, {f"deps/000{n}-x{n}.md": page(f"X{n}", SPONSORED) for n in (1, 2, 3)})
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-02-01T00:00:00Z")
    repo.write({"deps/0002-x2.md": page("X2 again", SPONSORED)})
    repo.commit()
    repo.write({"deps/0003-x3.md": page("X3 changed", SPONSORED), "deps/0004-new.md": page("New", SPONSORED)})
    assert kinds(repo) == [("DEP603", "DEP-0001")]
    assert kinds(repo, "--stale", "10") == [("DEP603", "DEP-0001"), ("DEP603", "DEP-0002")]
    assert "nothing happened since 2025-11-01, for 120 days" in repo.ok("triage")


def test_what_awaits_one_person(tmp_path):
    tree = Tree(
        tmp_path,
        {
            "deps/0001-a.md": page("A", REVIEW),
            "deps/0002-b.md": page("B", REVIEW.replace("2026-01-31", "2026-06-01")),
            "deps/0003-c.md": page("C", DRAFT),
        },
    )
    assert kinds(tree, "--for", "@Grace") == [("review", "DEP-0002"), ("DEP601", "DEP-0001")]
    assert kinds(tree, "--for", "octo") == [("DEP604", "DEP-0003")]
    assert kinds(tree, "--for", "@nobody") == []


def test_markdown_to_paste(tmp_path):
    tree = Tree(tmp_path, {"deps/0001-a.md": page("A *b*", REVIEW)})
    result = tree.run("triage")
    assert result.stdout == (
        "# Triage 2026-03-01\n\n## Review is overdue (1)\n\n"
        "- **DEP-0001** A b: the review was due on 2026-01-31, 29 days ago – waits for @grace, @ada\n"
    )
    assert result.stderr.startswith("note: what has stalled is not known: the project is in no git repository")


def test_nothing_waits(tmp_path):
    assert "Nothing waits." in Tree(tmp_path, {"deps/0001-a.md": page("A", DECIDED)}).run("triage").stdout


def test_what_waits_for_the_groups_of_a_person(tmp_path: Path) -> None:
    """``CODEOWNERS`` says who belongs to a group; a group and who is in charge wait as people do."""
    review = DECIDED.replace("Approved", "Under Review").replace("@grace", "@org/sig-router")
    pages = {
        "deps/0001-one.md": page("One", review),
        "deps/0002-two.md": page("Two", review.replace("@org/sig-router", "TBD") + "\n**Owning SIG**: SIG Process\n"),
        "deps/0003-three.md": page("Three", DRAFT + "\n**PIC**: @pat\n"),
    }
    tree = Tree(tmp_path, pages)
    assert "DEP-0001" in tree.ok("triage", "--for", "@org/sig-router")
    assert "waits for @ada, SIG Process, @octo" in tree.ok("triage")
    assert "DEP-0003" in tree.ok("triage", "--for", "@pat")
    assert "Nothing waits." in tree.ok("triage", "--for", "@barbara")
    owners = "* @org/maintainers @grace\n# @org/sig-router: @barbara\n# SIG Process: @org/sig-router\n"
    tree.write({".github/CODEOWNERS": owners})
    told = tree.ok("triage", "--for", "@Barbara")
    assert "DEP-0001" in told
    assert "DEP-0002" in told
    assert "DEP-0003" not in told
    assert "Nothing waits." in tree.ok("triage", "--for", "@grace")

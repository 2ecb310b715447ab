"""Commands that edit, in the spellings that a project asks for: they work in them, or refuse and change nothing."""

from __future__ import annotations

import pytest

from sphinxext_dep.model.diagnostics import Severity
from tests.cli.tree import Tree
from tests.examples import lay_example

CONFIG = """
spellings = ["field-list", "preamble", "bulleted-list", "sections"]

[fields.title]
type = "title"
order = false
"""
RST = "\nSummary\n=======\n\nA\n\nMotivation\n==========\n\nB\n\nProposal\n========\n\nC\n\nAlternate Solutions\n"
RST += "===================\n\nD\n"
MD = "\n# Summary\n\nA\n\n# Motivation\n\nB\n\n# Proposal\n\nC\n\n# Alternate Solutions\n\nD\n"
FIELD_LIST = "Retry\n~~~~~\n\n:Status:   Draft\n:Authors:  @octo,\n           @ada\n:Category: Process\n" + RST
PREAMBLE = "Title: Retry\nStatus: Draft\nAuthors: @octo,\n  @ada\nCategory: Process\n" + RST
BULLETS = "* **Title**: `Retry`\n* **Status**: Draft <!-- yet -->\n* **Authors**: @octo\n* **Category**: Process\n" + MD
SECTIONS = "# Retry\n\n## Status\n\nDraft\n\n## Authors\n\n@octo\n\n## Category\n\nProcess\n" + MD
PAGES = {
    "field list": ("deps/0001-retry.rst", FIELD_LIST),
    "preamble": ("deps/0001-retry.rst", PREAMBLE),
    "bulleted list": ("deps/0001-retry.md", BULLETS),
    "bulleted list, CRLF": ("deps/0001-retry.md", BULLETS.replace("\n", "\r\n")),
}


@pytest.fixture
def tree(tmp_path, name) -> Tree:
    path, text = PAGES[name]
    return Tree(tmp_path, {"dep.toml": CONFIG, path: text})


@pytest.mark.parametrize("name", PAGES)
def test_status_changes_one_line(tree, name):
    path, text = PAGES[name]
    tree.ok("status", "1", "Deferred")
    assert tree.text(path) == text.replace("Draft", "Deferred")


@pytest.mark.parametrize("name", PAGES)
def test_a_field_is_added_as_its_neighbours_are_written(tree, name):
    path, text = PAGES[name]
    newline = "\r\n" if "CRLF" in name else "\n"
    values = ("sponsor=@s", "required-reviewers=@r", "review-date=2026-12-01", "pull-request=https://example.org/1")
    tree.ok("status", "1", "Under Review", *(word for value in values for word in ("--set", value)))
    added = {
        "field list": ":Sponsor: @s\n:Required Reviewers: @r\n:Review Date: 2026-12-01\n",
        "preamble": "Sponsor: @s\nRequired-Reviewers: @r\nReview-Date: 2026-12-01\n",
        "bulleted list": "* **Sponsor**: @s\n* **Required Reviewers**: @r\n* **Review Date**: 2026-12-01\n",
    }[name.partition(",")[0]]
    after = tree.text(path)
    # The space behind a colon is that of the line above.
    assert added.replace(" ", "") in after.replace(newline, "\n").replace(" ", "")
    assert text.split(newline)[0] == after.split(newline)[0]
    assert after.endswith(text[text.index("Summary") :])
    assert tree.codes == []


@pytest.mark.parametrize("name", PAGES)
def test_relations_have_both_sides(tree, name):
    path, _ = PAGES[name]
    suffix = path.rpartition(".")[2]
    tree.write({f"deps/0002-again.{suffix}": PAGES[name][1].replace("Retry", "Again")})
    tree.ok("supersede", "1", "2", "--force")
    assert tree.proposal(path).status == "Replaced"
    assert [item.key for item in tree.proposal(path).references("replaced-by")] == ["2"]
    assert [item.key for item in tree.proposal(f"deps/0002-again.{suffix}").references("replaces")] == ["1"]
    assert tree.codes == []


@pytest.mark.parametrize("name", PAGES)
def test_mends(tree, name):
    path, text = PAGES[name]
    tree.write({path: text.replace("Draft", "Proposed").replace("Category", "Categry")})
    tree.ok("check", "--fix", "--no-cache")
    # The label's own form is that of the process.
    assert tree.text(path) == text
    category = next(line for line in text.splitlines(keepends=True) if "Category" in line)
    status = next(line for line in text.splitlines(keepends=True) if "Status" in line)
    tree.write({path: text.replace(category, "").replace(status, category + status)})
    assert "DEP106" in tree.codes
    tree.ok("check", "--fix", "--no-cache")
    assert tree.codes == []


@pytest.mark.parametrize("name", PAGES)
def test_convert(tree, name):
    path, text = PAGES[name]
    tree.ok("convert", "1", "--to", "directive")
    after = tree.text(path)
    assert "dep-header" in after
    assert after.endswith(text[text.index("Summary") - 3 :])
    tree.ok("check")


UNDER_REVIEW = (
    "status", "1", "Under Review", "--set", "sponsor=@ada", "--set", "required-reviewers=@ada",
    "--set", "review-date=2026-12-01", "--set", "pull-request=N/A",
)  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [UNDER_REVIEW, ("assign", "retry")],
)
def test_sections_are_left_to_people(tmp_path, arguments):
    path = "deps/retry.md" if arguments[0] == "assign" else "deps/0001-retry.md"
    tree = Tree(tmp_path, {"dep.toml": CONFIG, path: SECTIONS})
    if arguments[0] == "assign":
        tree.ok(*arguments)
        assert tree.text("deps/0001-retry.md") == SECTIONS
    else:
        assert "by hand" in tree.fails(*arguments)


def test_the_status_of_a_section_is_changed(tmp_path):
    tree = Tree(tmp_path, {"dep.toml": CONFIG, "deps/0001-retry.md": SECTIONS})
    tree.ok("status", "1", "Deferred")
    assert tree.text("deps/0001-retry.md") == SECTIONS.replace("Draft", "Deferred")


@pytest.mark.parametrize("name", PAGES)
def test_a_number_is_assigned(tree, name):
    path, text = PAGES[name]
    tree.write({"deps/retry-" + path.rpartition("0001-")[2]: text.replace("Retry", "Other")})
    tree.ok("assign", "retry-retry")
    assert tree.text(path.replace("0001-", "0002-retry-")) == text.replace("Retry", "Other")


NEW = {
    "nep": (
        ["--set", "type=Process", "--set", "created=2026-03-01"],
        "neps/nep-0004-stable-order.rst",
        "====================\nNEP 4 — Stable order\n====================\n\n"
        ":Author: Ada\n:Status: Draft\n:Type: Process\n:Created: 2026-03-01\n",
    ),
    "pep": (
        ["--number", "99", "--set", "type=Process", "--set", "created=01-Mar-2026"],
        "peps/pep-0099.rst",
        "PEP: 99\nTitle: Stable order\nAuthor: Ada\n",
    ),
    "rfc": (
        ["--number", "50", "--set", "start-date=2026-03-01", "--set", "rfc-pr=https://example.org/50",
         "--set", "rust-issue=N/A", "--set", "feature-name=stable_order"],
        "text/0050-stable-order.md",
        "- Feature Name: stable_order\n- Start Date: 2026-03-01\n- RFC PR: https://example.org/50\n- Rust Issue: N/A\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("example", NEW)
def test_a_new_proposal_looks_like_the_others(tmp_path, example):
    options, path, header = NEW[example]
    lay_example(example, tmp_path)
    tree = Tree(tmp_path, {})
    tree.ok("new", "Stable order", "--author", "Ada", *options)
    assert tree.text(path).startswith(header)
    assert [item for item in tree.diagnostics if item.severity is Severity.ERROR] == []


def test_new_refuses_what_the_project_does_not_read(tmp_path):
    tree = Tree(tmp_path, {"deps/0001-a.md": ""})
    assert "does not read a preamble" in tree.fails("new", "Retry", "--author", "x", "--spelling", "preamble", code=2)

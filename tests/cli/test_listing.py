"""``list``, ``query``, ``show``, ``explain``, ``rules`` and ``completion``."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from sphinxext_dep.cli.output import Group, aligned, escaped, markdown, terminal
from sphinxext_dep.rules import RULES
from tests.cli.tree import DECIDED, DRAFT, Tree, page


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(
        tmp_path,
        {
            "deps/0001-retry.md": page("Retry | again", DECIDED),
            "deps/0002-cache.md": page("Cache", DRAFT + "\n**Extends**: DEP-1 (in part), DEP-9\n\n**Risk**: low\n"),
            "deps/later.md": page("Later", DRAFT.replace("Draft", "Drft")),
        },
    )


def test_the_table_of_a_pipe_has_one_row_a_line(tree):
    assert tree.ok("list") == (
        "Number    Title          Status    Category      Authors\n"
        "DEP-0001  Retry | again  Approved  Architecture  @octo\n"
        "DEP-0002  Cache          Draft     Architecture  @octo\n"
        "later     Later          Drft      Architecture  @octo\n"
    )


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--status", "open"], ["DEP-0002"]),
        (["--status", "Draft, Approved"], ["DEP-0001", "DEP-0002"]),
        (["--number", "2.."], ["DEP-0002"]),
        (["--filter", "is:invalid"], ["DEP-0002", "later"]),
        (["--reviewer", "@grace"], ["DEP-0001"]),
        (["--where", "extends=1"], ["DEP-0002"]),
        (["--sort", "-number", "--limit", "1"], ["DEP-0002"]),
        (["--author", "nobody"], []),
    ],
)
def test_filters_sort_and_limit(tree, options, expected):
    output = tree.ok("list", "--columns", "number", *options)
    assert output.splitlines()[1:] == expected


def test_query_takes_an_expression(tree):
    assert (
        tree.ok("query", "title:cache or is:invalid -status:open", "--columns", "number") == "Number\nDEP-0002\nlater\n"
    )


def test_csv_and_groups(tree):
    rows = list(
        csv.reader(io.StringIO(tree.ok("list", "--format", "csv", "--group-by", "status", "--columns", "title")))
    )
    assert rows == [["Status", "Title"], ["Draft", "Cache"], ["Approved", "Retry | again"], ["Drft", "Later"]]


def test_markdown(tree):
    assert tree.ok("list", "--format", "markdown", "--columns", "title,extends", "--number", "1,2") == (
        "| Title | Extends |\n| --- | --- |\n| Retry \\| again |  |\n| Cache | DEP-0001 (in part), DEP-9 |\n"
    )


def test_json_has_the_entries_of_the_catalogue(tree):
    document = json.loads(tree.ok("list", "--format", "json"))
    assert [entry["label"] for entry in document["proposals"]] == ["DEP-0001", "DEP-0002", "later"]
    assert document["proposals"][0]["extended_by"][0]["path"] == "deps/0002-cache.md"
    assert [item["code"] for item in document["proposals"][2]["diagnostics"]] == ["DEP201"]
    grouped = json.loads(tree.ok("list", "--format", "json", "--group-by", "status"))
    assert [group["heading"] for group in grouped["groups"]] == ["Draft", "Approved", "Drft"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["query", "stauts:open"], "  stauts:open\n  ^^^^^^\n  did you mean 'status'?"),
        (["list", "--status", "Drft"], "did you mean 'Draft'?"),
        (["list", "--sort", "nmber"], "did you mean 'number'?"),
        (["list", "--columns", "titel"], "did you mean 'title'?"),
        (["list", "--where", "tags"], "write a field, '=' and values"),
        (["lst"], "there is no command 'lst'; did you mean 'list'?"),
    ],
)
def test_what_means_nothing_is_wrong_usage(tree, arguments, message):
    assert message in tree.fails(*arguments, code=2)


def test_show(tree):
    output = tree.ok("show", "2")
    assert output.startswith("DEP-0002: Cache\ndeps/0002-cache.md\n\nStatus ")
    assert "Extends   DEP-0001 (in part), DEP-9\n" in output
    assert "Risk      low\n" in output
    assert "error DEP402 line" in output
    assert "Extended By         DEP-0002" in tree.ok("show", "DEP-0001")
    assert json.loads(tree.ok("show", "deps/later.md", "--format", "json"))["slug"] == "later"


def test_show_something_that_is_not_there(tree):
    assert "did you mean 'later'?" in tree.fails("show", "latr", code=2)
    tree.write({"notes.md": ""})
    assert "'sources' does not match it" in tree.fails("show", "notes.md", code=2)
    tree.write({"deps/0002-other.md": page("Other")})
    assert "may be any of deps/0002-cache.md, deps/0002-other.md" in tree.fails("show", "2", code=2)


def test_explain(tree):
    output = tree.ok("explain", "dep301", "unknown-status")
    assert output.startswith(
        "# DEP301 missing-section\n\nSeverity: error; info while the proposal is a draft.\n\nRequired section "
    )
    assert "# DEP201 unknown-status" in output
    assert "did you mean 'DEP30" in tree.fails("explain", "DEP30", code=2)


def test_rules(tree):
    assert len(tree.ok("rules").splitlines()) == len(RULES.by_code) + 1
    assert [item["code"] for item in json.loads(tree.ok("rules", "--format", "json"))] == list(RULES.by_code)
    assert tree.ok("rules", "--format", "markdown").startswith("| code | name |")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(tree, shell):
    assert "_SPHINX_DEP_COMPLETE" in tree.ok("completion", shell)


def test_what_a_shell_is_offered(tree, monkeypatch):
    from sphinxext_dep.cli.checking import complete_codes
    from sphinxext_dep.cli.project import complete_proposal

    assert complete_codes("DEP201,unknown-s") == ["DEP201,unknown-status"]
    monkeypatch.chdir(tree.root)
    assert complete_proposal("deps/0001") == ["deps/0001-retry.md"]
    tree.write({"dep.toml": "x ="})
    assert complete_proposal("") == []


def test_tables_of_wide_and_hostile_text():
    groups = [Group("", [["日本", "x"], ["a\x1b[31m", "y"]])]
    assert aligned(["A", "B"], groups).splitlines()[:2] == ["A       B", "日本    x"]
    assert "[bold]x" in terminal(["A"], [Group("g", [["[bold]x"]])])
    assert markdown(["A"], [Group("a*b", [["<x>"]])]) == "### a\\*b\n\n| A |\n| --- |\n| \\<x\\> |\n"
    assert escaped("a_b|c") == "a\\_b\\|c"


def test_a_process_without_categories_is_listed_without_them(tmp_path: Path) -> None:
    tree = Tree(tmp_path, {"deps/0001-a.md": page("A", DRAFT.replace("**Category**: Architecture", ""))})
    tree.write({"dep.toml": "[fields.category]\nenabled = false\n"})
    assert tree.ok("list", "--format", "csv").splitlines() == ["Number,Title,Status,Authors", "DEP-0001,A,Draft,@octo"]
    assert "there is no field 'category'" in tree.fails("list", "--columns", "category", code=2)


def test_a_query_may_begin_with_what_looks_like_an_option(tmp_path: Path) -> None:
    tree = Tree(tmp_path, {"deps/0001-a.md": page("A"), "deps/0002-b.md": page("B", DECIDED)})
    assert tree.ok("query", "-status:Draft", "--format", "csv", "--columns", "number").splitlines() == [
        "Number", "DEP-0002"
    ]  # fmt: skip
    assert tree.run("query", "status:Draft", "--colums", "number").exit_code == 2


@pytest.mark.parametrize("command", [["list"], ["query", "status:draft"], ["list", "--format", "json"], ["check"]])
def test_no_project(tmp_path: Path, command: list[str]) -> None:
    """A command that was started in the wrong directory does not look like one that found nothing."""
    (tmp_path / ".git").mkdir()
    tree = Tree(tmp_path, {})
    (tmp_path / "conf.py").unlink()
    assert "there is no project in" in tree.fails(*command, code=2)
    tree.write({"dep.toml": ""})
    said = tree.ok(*command)
    assert "There are no proposals: no page below" in said
    assert "number" not in said.casefold()


@pytest.mark.parametrize(
    "call",
    [["list", "--columns", "number,created"], ["query", "created:2026"], ["graph", "changed:>=2000"]],
)
def test_what_git_cannot_say_is_noted(tmp_path: Path, call: list[str]) -> None:
    """An empty cell, or a list without hits, looks as if there was nothing."""
    tree = Tree(tmp_path, {"deps/0001-a.md": page("A")})
    tree.write(
        {".git/HEAD": "ref: refs/heads/main\n", ".git/config": "[core\n", ".git/refs/x": "", ".git/objects/x": ""}
    )
    assert "note: the history of proposals is not known: git: bad config line" in tree.ok(*call)


def test_a_commit_is_not_unknown_when_git_cannot_look(tmp_path: Path) -> None:
    tree = Tree(tmp_path, {"deps/0001-a.md": page("A")})
    tree.write(
        {".git/HEAD": "ref: refs/heads/main\n", ".git/config": "[core\n", ".git/refs/x": "", ".git/objects/x": ""}
    )
    assert "git: bad config line" in tree.fails("check", "--base", "HEAD~1", code=2)

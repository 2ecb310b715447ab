"""``check --write-baseline`` and ``--baseline``: what is wrong today is not reported, until it is mended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.tree import DRAFT, Tree, page

BAD = page("Retry", DRAFT.replace("Draft", "Drft").replace("Architecture", "Proces"))


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path, {"deps/0001-retry.md": BAD, "dep.toml": 'baseline = "known.json"\n'})


def write(tree: Tree) -> str:
    return tree.ok("check", "--no-cache", "--write-baseline")


def test_what_is_there_today_is_exempt(tree):
    write(tree)
    assert json.loads(tree.text("known.json")) == {
        "version": 1,
        "exemptions": {"deps/0001-retry.md": ["DEP201", "DEP202"]},
    }
    assert tree.text("known.json").count("\n") == 6
    assert tree.ok("check") == "Nothing to report in 1 proposal.\n"


def test_what_is_new_is_reported(tree):
    write(tree)
    tree.write({"deps/0002-new.md": BAD})
    output = tree.fails("check", "--output-format", "short")
    assert [line.split(":")[0] for line in output.splitlines()] == ["deps/0002-new.md"] * 2


def test_what_is_exempt_and_mended_is_reported_where_it_stands(tree):
    write(tree)
    tree.write({"deps/0001-retry.md": BAD.replace("Drft", "Draft")})
    output = tree.ok("check", "--output-format", "short")
    assert output.startswith("known.json:4:29: warning DEP007 DEP201 (unknown-status) finds nothing in")
    (tree.root / "deps/0001-retry.md").unlink()
    tree.write({"index.md": "# Docs\n"})
    assert tree.ok("check", "--output-format", "short").count("there is no proposal") == 2


def test_what_only_a_build_sees_is_never_unused(tree):
    write(tree)
    tree.write({"known.json": tree.text("known.json").replace('["DEP201"', '["DEP003", "DEP201", "DEP501"')})
    assert tree.ok("check") == "Nothing to report in 1 proposal.\n"


def test_a_code_that_is_no_rule(tree):
    write(tree)
    tree.write({"known.json": tree.text("known.json").replace("DEP202", "DEP20")})
    output = tree.fails("check", "--output-format", "short")
    assert "warning DEP007 `DEP20` is not a rule; did you mean `DEP20" in output


def test_without_configuration_the_file_is_named_each_time(tree):
    tree.write({"dep.toml": ""})
    output = tree.ok("check", "--write-baseline")
    assert 'Add baseline = "dep-baseline.json" to' in output
    tree.fails("check")
    tree.ok("check", "--baseline", "dep-baseline.json")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "known.json: there is no such file; write it with sphinx-dep check --write-baseline"),
        ("{", "known.json: is not JSON: "),
        ("[]", "known.json: version: expected 1"),
        ('{"version": 2}', "known.json: version: expected 1"),
        ('{"version": 1}', "known.json: exemptions: expected an object"),
        ('{"version": 1, "exemptions": {"a.md": "DEP1"}}', 'known.json: exemptions."a.md": expected a list of codes'),
        ("[" * 100_000, "known.json: is not JSON: "),
    ],
)
def test_a_bad_file_is_bad_configuration(tree, content, message):
    if content is not None:
        tree.write({"known.json": content})
    output = tree.fails("check", code=2)
    assert output.startswith(f"error: {message}")


def test_it_is_for_the_whole_project(tree):
    tree.fails("check", "--write-baseline", "deps", code=2)
    tree.fails("check", "--write-baseline", "--fix", code=2)


def test_a_baseline_hides_neither_information_nor_itself(tree):
    tree.write({"dep.toml": 'baseline = "known.json"\n[rules]\nDEP201 = "info"\n'})
    write(tree)
    assert json.loads(tree.text("known.json"))["exemptions"] == {"deps/0001-retry.md": ["DEP202"]}


def test_the_configuration_names_no_file_of_others(tmp_path: Path) -> None:
    """It may come from a stranger's branch; an option is what the user says."""
    tree = Tree(tmp_path / "project", {"deps/0001-a.md": page("A"), "dep.toml": 'baseline = "../theirs.json"\n'})
    (tmp_path / "theirs.json").write_text('{"version": 1, "exempt": {}}', encoding="utf-8")
    assert "is outside the project" in tree.fails("check", "--write-baseline", code=2)
    assert "Wrote" in tree.ok("check", "--write-baseline", "--baseline", "../theirs.json")

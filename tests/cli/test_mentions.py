"""``sphinx-dep mentions`` and ``sphinx-dep check-message``"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.tree import DECIDED, DRAFT, Tree, page


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    replaced = DRAFT.replace("Draft", "Replaced") + "\n**Replaced By**: DEP-14\n"
    pages = {
        "deps/0014-retry.md": page("Retry", f"{DECIDED}\n**Replaces**: DEP-2\n"),
        "deps/0002-old.md": page("Old", replaced),
        "deps/0003-no.md": page("No", DRAFT.replace("Draft", "Rejected")),
        "deps/0004-new.md": page("New"),
        "deps/0005-later.md": page("Later", DRAFT.replace("Draft", "Deferred")),
    }
    return Tree(tmp_path, pages)


def found(tree: Tree, text: str | bytes) -> list[tuple[int, int, str, str | None]]:
    tree.write({"src/code.py": text})
    result = tree.run("mentions", "--format", "json", "src")
    document = json.loads(result.stdout)
    assert result.exit_code == any(item["problem"] for item in document["mentions"])
    return [(item["line"], item["column"], item["text"], item["problem"]) for item in document["mentions"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# DEP-0014", "DEP-0014"),
        ("# DEP: #14", "DEP: #14"),
        ("# DEP 14.", "DEP 14"),
        ("(DEP14)", "DEP14"),
        ("DEP_14,", "DEP_14"),
        ("see DEP-14's limits", "DEP-14"),
        ("https://example.org/deps/0014-retry.html#x", "0014-retry.html"),
        ("../deps/0014-retry.md", "0014-retry.md"),
        ("`deps/0014-retry`", "0014-retry"),
    ],
)
def test_forms_of_a_mention(tree: Tree, text: str, expected: str) -> None:
    assert found(tree, f"\n{text}\n") == [(2, text.index(expected) + 1, expected, None)]


@pytest.mark.parametrize(
    "text",
    ["codep-12", "DEP-1234567", "x-DEP-12", "DEP 14.5", "DEP-14b", "DEP_14_X", "dep-12", "DEPTH 12", "DEP\n12",
     "DEP--12", "a/0099-other.md", "0014-retry.md", "ADEP 12", "DEP-", "DEP: N/A"],
)  # fmt: skip
def test_other_words_are_no_mentions(tree: Tree, text: str) -> None:
    assert found(tree, f"{text}\n") == []


def test_mentions_of_what_is_not_in_force(tree: Tree) -> None:
    text = "DEP-99 DEP-2\nDEP-3 DEP-4 DEP-5\n/0002-old.md"
    assert [problem for *_, problem in found(tree, text)] == [
        "there is no DEP-0099",
        "DEP-0002 Old is Replaced, by DEP-0014",
        "DEP-0003 No is Rejected",
        None,
        None,
        "DEP-0002 Old is Replaced, by DEP-0014",
    ]
    output = tree.fails("mentions", "src")
    assert "src/code.py:1:1: error: there is no DEP-0099\n" in output
    assert "src/code.py:2:7: DEP-0004 New (Draft)\n" in output


def test_what_is_left_out(tree: Tree) -> None:
    """Files that git ignores, binary files, symbolic links, and the proposals themselves."""
    subprocess.run(["git", "init", "-q", tree.root], check=True)
    tree.write(
        {
            ".gitignore": "build/\n",
            "build/a.py": "DEP-14",
            "b.bin": b"\0DEP-14",
            "c \n.py": "DEP-14\n",
            "x/d": b"\xffDEP-14",
        }
    )
    (tree.root / "link.py").symlink_to("c \n.py")
    lines = [line for line in tree.ok("mentions").splitlines() if "Retry" in line]
    assert lines == ["c .py:1:1: DEP-0014 Retry (Approved)", "x/d:1:2: DEP-0014 Retry (Approved)"]
    assert "Retry" in tree.ok("mentions", "build/a.py")


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ("Fix it\n\nDEP: 14\n", ""),
        ("DEP: #14", ""),
        ("- **DEP**: DEP-0014, #14", ""),
        ("DEP: N/A", ""),
        ("Nothing is said.", ""),
        ("DEP:", ""),
        ("<!-- DEP: 99 -->", ""),
        ("<!-- a\n-->\nDEP: 99", "line 3: there is no DEP-0099"),
        ("DEP: 4", "line 1: DEP-0004 New (Draft) is not approved"),
        ("DEP: 14, 2", "line 1: DEP-0002 Old is Replaced, by DEP-0014"),
        ("DEP: the one about retries", "line 1: `the one about retries` is not the number of a proposal"),
        ("DEP: 1234567", "line 1: `1234567` is not the number of a proposal"),
        ("DEP: \x1b[31m", "is not the number of a proposal"),
    ],
)
def test_messages(tree: Tree, message: str, problem: str) -> None:
    result = tree.run("check-message", "-", input=message)
    assert result.exit_code == bool(problem)
    assert problem in result.output
    assert "\x1b[31m" not in result.output.removeprefix("error:")


def test_a_message_that_must_name_a_proposal(tree: Tree) -> None:
    tree.write({"message": "Fix it\n", "none": "DEP: n/a\n"})
    assert "the message names no proposal" in tree.fails("check-message", "--required", "message")
    tree.ok("check-message", "--required", "none")
    tree.ok("check-message", "message")

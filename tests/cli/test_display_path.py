"""Files are called what somebody in the working directory calls them, also inside messages, mends and patches."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.tree import DECIDED, DRAFT, Tree, page

OTHER = f"{DECIDED}\n**Replaces**: DEP-4\n"


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A repository whose documentation is in `docs`; commands are run beside that."""
    tree = Tree(tmp_path, {"docs/conf.py": ""})
    (tmp_path / "conf.py").unlink()
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    return tree


def test_in_messages_and_help(tree: Tree) -> None:
    tree.write({
        "docs/deps/0001-a.md": page("A"),
        "docs/deps/0001-b.md": page("B"),
        "docs/deps/0003-c.md": page("DEP-5: C", DRAFT + "\n**Number**: 5\n"),
        "docs/deps/0004-d.md": page("D", DECIDED),
        "docs/deps/0006-e.md": page("E", OTHER),
    })  # fmt: skip
    for style in ("text", "short", "github", "sarif"):
        told = tree.run("check", "--no-cache", "--output-format", style).output
        assert "is also the number of `docs/deps/0001-b.md`" in told
        assert "rename the file to `docs/deps/0005-c.md`" in told
        assert "run `sphinx-dep supersede DEP-0004 DEP-0006`" in told
    # A program gets the root, and what is relative to it.
    told = json.loads(tree.run("check", "--no-cache", "--output-format", "json").output)
    assert {item["path"] for item in told["diagnostics"]} >= {"deps/0001-a.md", "deps/0003-c.md"}
    assert any("rename the file to `deps/0005-c.md`" in item["help"] for item in told["diagnostics"])


def test_a_patch_applies_here(tree: Tree) -> None:
    tree.write({"docs/deps/0001-a.md": page("A", DRAFT + "\n**Review Date**: Jul 09 2025\n")})
    tree.write({"docs/deps/0000-b.md": page("B"), "docs/index.md": "[b](deps/0000-b.md)\n"})
    for command in (("check", "--diff"), ("status", "1", "Rejected", "--dry-run"), ("assign", "b", "--dry-run")):
        patch = tree.run(*command).stdout
        assert "docs/deps/" in patch
        subprocess.run(["git", "apply", "-"], cwd=tree.root, input=patch, text=True, check=True)
    assert "**Review Date**: 2025-07-09" in tree.text("docs/deps/0001-a.md")
    assert "**Status**: Rejected" in tree.text("docs/deps/0001-a.md")
    assert "docs/deps/0002-b.md" in tree.files
    assert tree.text("docs/index.md") == "[b](deps/0002-b.md)\n"


def test_what_is_named_is_found_again(tree: Tree) -> None:
    tree.write({"docs/deps/0001-a.md": page("A"), "docs/deps/0002-b.md": page("B")})
    for word in ("docs/deps/0001-a.md", "deps/0001-a.md"):
        assert tree.ok("show", word).startswith("DEP-0001")
    assert "did you mean 'docs/deps/0001-a.md'?" in tree.fails("show", "docs/deps/0001-s.md", code=2)
    assert tree.fails("link", "1", "extends", "1", code=2).startswith("Error: docs/deps/0001-a.md cannot have")
    assert tree.ok("status", "1", "Draft") == "docs/deps/0001-a.md is `Draft` already\n"


def test_fix_says_where(tree: Tree) -> None:
    tree.write({"docs/deps/0001-a.md": page("A", DRAFT + "\n**Review Date**: Jul 09 2025\n")})
    assert tree.run("check", "--fix").stderr == "Fixed docs/deps/0001-a.md: DEP203\n"


HOSTILE = "\x1b]0;P\x07\x1b[31mX\x9b\u202e\u2066\x08\x85"
"""What a terminal would obey, or show in another order."""

CALLS_WITH_WORDS = [
    ["check"],
    ["check", "--output-format", "short"],
    ["check", "--output-format", "github"],
    ["check", "--statistics"],
    ["check", "--select", HOSTILE],
    ["list"],
    ["list", HOSTILE],
    ["show", "1"],
    ["show", "2"],
    ["show", HOSTILE],
    ["query", f"status:{HOSTILE}"],
    ["triage"],
    ["graph"],
    ["mentions", "deps"],
    ["status", HOSTILE, "Approved"],
    ["status", "1", HOSTILE],
    ["link", "1", HOSTILE, "2"],
    ["assign", "1"],
    ["new", "One", "--author", HOSTILE],
    ["embed", "--check", f"{HOSTILE}.md"],
    ["-C", HOSTILE, "check"],
    [HOSTILE],
]


def test_nothing_steers_the_terminal(tmp_path: Path) -> None:
    """Names of files, words of pages and arguments are in the output of a command as text."""
    names = [f"deps/0001-a{HOSTILE}\nb.md", "deps/0002-b\x07.md", "deps/0002-c\x1b[1m.md"]
    text = page(f"One {HOSTILE}", DRAFT.replace("@octo", f"@o{HOSTILE}") + f"\n**Tags{HOSTILE}**: {HOSTILE}\n")
    tree = Tree(tmp_path, dict.fromkeys(names, f"{text}\n{{dep}}`7{HOSTILE}` [x](b{HOSTILE}.md)\n"))
    for call in CALLS_WITH_WORDS:
        shown = tree.run(*call).output
        assert not {char for char in shown if char != "\n" and not char.isprintable()}, (call, shown)

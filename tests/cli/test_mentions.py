"""``sphinx-dep mentions`` and ``sphinx-dep check-message``"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.tree import DECIDED, DRAFT, Tree, page
from tests.timing import linear_time


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    replaced = DRAFT.replace("Draft", "Replaced") + "\n**Replaced By**: DEP-14\n"
    pages = {
        "deps/0014-retry.md": page("Retry", f"{DECIDED}\n**Replaces**: DEP-2\n"),
        "deps/0002-old.md": page("Old", replaced),
        "deps/0003-no.md": page("No", DRAFT.replace("Draft", "Rejected")),
        "deps/0004-new.md": page("New"),
        "deps/0005-later.md": page("Later", DRAFT.replace("Draft", "Deferred")),
        "dep.toml": 'addresses = ["https://example.org/docs", "https://github.com/org/repo"]\n',
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
        ("see DEP: 14", "DEP: 14"),
        ("DEP#14", "DEP#14"),
        ("DEP\N{NON-BREAKING HYPHEN}14", "DEP\N{NON-BREAKING HYPHEN}14"),
        ("é DEP-14", "DEP-14"),
        ("see DEP-14's limits", "DEP-14"),
        ("https://example.org/docs/deps/0014-retry.html#x", "0014-retry.html"),
        ("(https://EXAMPLE.org/docs/deps/0014-retry)", "0014-retry"),
        ("<https://github.com/org/repo/blob/main/deps/0014-retry.md>", "0014-retry.md"),
        ("https://raw.githubusercontent.com/org/repo/main/deps/0014-retry.md", "0014-retry.md"),
        ("https://example.org/docs/search.html?q=DEP-14", "DEP-14"),
        ("https://other.org/x: DEP-14", "DEP-14"),
        ("see deps/0014-retry.", "0014-retry"),
        ("deps/0014-re%74ry.md", "0014-re%74ry.md"),
        ("../deps/0014-retry.md", "0014-retry.md"),
        ("`deps/0014-retry`", "0014-retry"),
    ],
)
def test_forms_of_a_mention(tree: Tree, text: str, expected: str) -> None:
    assert found(tree, f"\n{text}\n") == [(2, text.index(expected) + 1, expected, None)]


@pytest.mark.parametrize(
    "text",
    ["codep-12", "DEP-1234567", "x-DEP-12", "DEP 14.5", "DEP-14b", "DEP_14_X", "DEP_14", "dep-12", "DEPTH 12",
     "DEP\n12", "DEP--12", "a/0099-other.md", "0014-retry.md", "ADEP 12", "DEP-", "DEP: N/A", "DEP1 = 2", "DEP99",
     "DEP-2024-01", "DEP-2024-01-31", "a/0014-retry.png", "a/0014-retry-2.md", "a/10014-retry.md", "/-0014-retry",
     "https://github.com/other/project/blob/main/deps/0014-retry.md", "https://other.org/DEP-0014",
     "https://example.org/docs-of-others/0014-retry.html", "https://github.com/org/repository/issues/DEP-14",
     "https://raw.githubusercontent.com/org/other/main/deps/0014-retry.md", "http://x.org/y?q=DEP-14",
     "https://notexample.org/docs/deps/0014-retry", "[x](https://github.com/django/deps/0014-retry.rst)"],
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
    assert "src/code.py:1:1: error: DEP701 there is no DEP-0099\n" in output
    assert "src/code.py:2:7: DEP-0004 New (Draft)\n" in output


def test_severities_are_those_of_the_configuration(tree: Tree) -> None:
    tree.write({"src/code.py": "DEP-99 DEP-2\n", "dep.toml": '[rules]\nDEP701 = "off"\nobsolete-mention = "warning"\n'})
    result = tree.run("mentions", "src")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "src/code.py:1:1: DEP-99 (no such proposal)",
        "src/code.py:1:8: warning: DEP702 DEP-0002 Old is Replaced, by DEP-0014",
    ]


def test_proposals_that_change_are_read_again(tree: Tree) -> None:
    tree.write({"src/code.py": "DEP-14\n"})
    assert "Retry (Approved)" in tree.ok("mentions", "src")
    tree.write({"deps/0014-retry.md": page("Again", DECIDED)})
    assert "Again (Approved)" in tree.ok("mentions", "src")
    tree.write({"src/code.py": "https://new.org/0014-retry.md\n"})
    assert tree.ok("mentions", "src") == "note: 0 mentions, 0 to be changed\n"
    tree.write({"dep.toml": 'addresses = ["https://new.org"]\n'})
    assert "Again (Approved)" in tree.ok("mentions", "src")


def test_a_remote_is_an_address_of_the_project(tree: Tree) -> None:
    subprocess.run(["git", "init", "-q", tree.root], check=True)
    tree.write({"src/code.py": "https://forge.org/a/b/src/branch/main/deps/0014-retry.md\n"})
    assert "Retry" not in tree.ok("mentions", "src")
    subprocess.run(["git", "-C", tree.root, "remote", "add", "x", "git@forge.org:a/b.git"], check=True)
    assert "Retry" in tree.ok("mentions", "src")


def test_sarif_and_workflow_commands_hold_the_problems(tree: Tree) -> None:
    tree.write({"src/code.py": "é DEP-99\nDEP-14 DEP-2\n"})
    (run,) = json.loads(tree.run("mentions", "--format", "sarif", "src").stdout)["runs"]
    first, second = run["results"]
    assert (first["ruleId"], second["ruleId"]) == ("DEP701", "DEP702")
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == "DEP701"
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "src/code.py"},
        "region": {"startLine": 1, "startColumn": 3, "endColumn": 9},
    }
    assert tree.run("mentions", "--format", "github", "src").stdout.splitlines() == [
        "::error file=src/code.py,line=1,col=3,title=DEP701 unknown-mention,endColumn=9::"
        "there is no DEP-0099%0Athe highest number is DEP-0014",
        "::error file=src/code.py,line=2,col=8,title=DEP702 obsolete-mention,endColumn=13::"
        "DEP-0002 Old is Replaced, by DEP-0014%0Aname the one that replaced it",
    ]


def commit(tree: Tree, message: str) -> str:
    options = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", "-C", tree.root, *options, "commit", "-q", "--allow-empty", "-F", "-"],
                   input=message.encode(), check=True)  # fmt: skip
    return subprocess.run(
        ["git", "-C", tree.root, "rev-parse", "HEAD"], capture_output=True, check=True, text=True
    ).stdout.strip()


def test_messages_of_commits(tree: Tree) -> None:
    subprocess.run(["git", "init", "-q", tree.root], check=True)
    first = commit(tree, "Retry\n\nDEP: #14\n")
    second = commit(tree, "Begin\n\nAs DEP-2 says, codep-12.\n")
    tree.write({"src/code.py": "DEP-14\n"})
    result = tree.run("mentions", "--commits", "HEAD")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"commit {second[:12]}:3:4: error: DEP702 DEP-0002 Old is Replaced, by DEP-0014",
        f"commit {first[:12]}:3:1: DEP-0014 Retry (Approved)",
    ]
    entries = json.loads(tree.run("mentions", "--commits", "HEAD", "--format", "json", "src").stdout)["mentions"]
    assert [(item["path"], item["commit"]) for item in entries] == [
        ("src/code.py", None),
        (None, second),
        (None, first),
    ]
    (found,) = json.loads(tree.run("mentions", "--commits", "HEAD~..", "--format", "sarif").stdout)["runs"][0][
        "results"
    ]
    assert found["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": second, "kind": "commit"}]
    assert tree.run("mentions", "--commits", "HEAD~..", "--format", "github").stdout.startswith(
        f"::error title=DEP702 obsolete-mention in commit {second}::DEP-0002 Old"
    )


@pytest.mark.parametrize("revisions", ["", "--output=x", "no-such-branch..", "HEAD"])
def test_revisions_that_there_are_not(tree: Tree, revisions: str) -> None:
    subprocess.run(["git", "init", "-q", tree.root], check=True)
    result = tree.run("mentions", "--commits", revisions)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert not (tree.root / "x").exists()


def test_globs_of_the_configuration(tree: Tree) -> None:
    tree.write({
        "dep.toml": 'mentions = ["src/**/*.py", "tools", "./one.txt", "src/../outside*/**"]\n',
        "src/a/code.py": "DEP-14", "src/a/code.c": "DEP-14", "tools/x/run": "DEP-14", "one.txt": "DEP-14",
        "two.txt": "DEP-14", "outside-1/x": "DEP-14",
    })  # fmt: skip
    lines = tree.ok("mentions").splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "src/a/code.py", "tools/x/run", "one.txt", "outside-1/x", "note",
    ]  # fmt: skip
    assert "two.txt" in tree.ok("mentions", "two.txt")
    tree.write({"dep.toml": 'mentions = ["gone/*.py"]\n'})
    assert "which is not there" in tree.ok("mentions")


def installed(tree: Tree, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program as a user starts it."""
    return subprocess.run(
        [sys.executable, "-m", "sphinxext_dep", *arguments], cwd=tree.root, capture_output=True, check=False, text=True
    )


@pytest.mark.parametrize("arguments", [(), ("src",), ("src", "src"), ("--format", "text"), ("gone",), ("--help",)])
def test_the_program_answers_the_same_with_and_without_the_cache(tree: Tree, arguments: tuple[str, ...]) -> None:
    """What the cache can answer takes another way through the program."""
    tree.write({"src/code.py": "DEP-2\nDEP-14\n"})
    first, second = installed(tree, "mentions", *arguments), installed(tree, "mentions", *arguments)
    assert (first.returncode, first.stdout, first.stderr) == (second.returncode, second.stdout, second.stderr)
    assert first.returncode == {"gone": 2, "--help": 0}.get("".join(arguments), 1)
    assert "Traceback" not in first.stderr


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


@pytest.mark.parametrize("in_git", [True, False])
def test_hostile_files(tree: Tree, in_git: bool) -> None:
    """Nothing hangs, nothing is run, nothing is lost, and no name reaches the terminal as it is."""
    if in_git:
        subprocess.run(["git", "init", "-q", tree.root], check=True)
    program = tree.root / "run.sh"
    tree.write(
        {
            "run.sh": "#!/bin/sh\ntouch was-run\n",
            "src/long.js": b"x" * 20_000_000 + b" DEP-14 " + b"y" * 20_000_000,
            "src/utf16.txt": "DEP-14\n".encode("utf-16"),
            "src/latin.py": "# caf\xe9 DEP-14\n".encode("latin-1"),
            "src/late.dat": b"x" * 9000 + b"\0\nDEP-14\n",
            "src/cr.py": b"a\rDEP-14\r\n",
            "src/empty": b"",
            "src/nul": b"\0",
            "src/\x1b[31m.py": "DEP-14",
            "src/a\nb: c.py": "DEP-14",
            "src/-e": "DEP-14",
            "src/:(top)x": "DEP-14",
            ".gitattributes": "* diff=evil filter=evil\n",
            ".gitmodules": '[submodule "x"]\n\tpath = src\n\turl = ext::run.sh\n',
        }
    )
    program.chmod(0o755)
    with (tree.root / "src" / os.fsdecode(b"\xff.py")).open("w") as stream:
        stream.write("DEP-14")
    os.mkfifo(tree.root / "src/pipe.py")
    (tree.root / "src/loop.py").symlink_to("loop.py")
    (tree.root / "src/outside").symlink_to("/")
    (tree.root / "src/circle").symlink_to(".")
    if in_git:
        for key in ("diff.evil.textconv", "diff.evil.command", "filter.evil.clean", "core.fsmonitor", "core.pager",
                    "core.hooksPath", "diff.external"):  # fmt: skip
            subprocess.run(["git", "-C", tree.root, "config", key, str(program)], check=True)
        for key, value in {"submodule.recurse": "true", "grep.patternType": "fixed", "color.grep": "always"}.items():
            subprocess.run(["git", "-C", tree.root, "config", key, value], check=True)
    output = tree.ok("mentions", "src")
    assert sorted(line.partition(": DEP")[0] for line in output.splitlines()) == sorted(
        [
            "note: 9 mentions, 0 to be changed",
            "src/-e:1:1",
            "src/:(top)x:1:1",
            "src/a b: c.py:1:1",
            "src/cr.py:1:3",
            "src/late.dat:2:1",
            "src/latin.py:1:8",
            "src/long.js:1:20000002",
            "src/\N{REPLACEMENT CHARACTER}.py:1:1",
            "src/\N{REPLACEMENT CHARACTER}[31m.py:1:1",
        ]
    )
    assert "\x1b" not in output
    assert not (tree.root / "was-run").exists()


def test_a_file_that_git_has_although_it_is_ignored(tree: Tree) -> None:
    subprocess.run(["git", "init", "-q", tree.root], check=True)
    tree.write({"kept.log": "DEP-14\n", "other.log": "DEP-14\n", "a.py": "DEP-14\n"})
    subprocess.run(["git", "-C", tree.root, "add", "kept.log", "a.py"], check=True)
    tree.write({".gitignore": "*.log\n", "gone.log": "DEP-14\n"})
    subprocess.run(["git", "-C", tree.root, "add", "-f", "gone.log"], check=True)
    (tree.root / "gone.log").unlink()
    lines = tree.ok("mentions", ".").splitlines()
    assert [line.partition(":")[0] for line in lines] == ["a.py", "kept.log", "note"]


def test_files_that_are_too_large_or_cannot_be_read(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sphinxext_dep.check.mentions.MAX_BYTES", 100)
    tree.write({"src/big.py": "x" * 200, "src/a.py": "DEP-14", "src/b.py": "DEP-14"})
    (tree.root / "src/b.py").chmod(0)
    output = tree.ok("mentions", "src")
    assert "src/a.py:1:1" in output
    assert "big.py is left out: it has more than 100 bytes" in output
    assert os.geteuid() == 0 or "b.py cannot be read: Permission denied" in output
    os.mkfifo(tree.root / "pipe")
    assert "pipe is left out: it is no regular file" in tree.ok("mentions", "pipe")


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ("Fix it\n\nDEP: 14\n", ""),
        ("DEP: #14", ""),
        ("- **DEP**: DEP-0014, #14", ""),
        ("DEP: N/A", ""),
        ("Nothing is said.", ""),
        ("DEP:", ""),
        ("DEP: 14\r\n\r\nSigned-off-by: A <a@example.org>\r\n", ""),
        ("**DEP:** [DEP-0014](https://example.org/docs/deps/0014-retry.html)", ""),
        ("DEP: https://github.com/org/repo/blob/main/deps/0014-retry.md", ""),
        ("_DEPs_\N{FULLWIDTH COLON} `14` & deps/0014-retry.md, 0014-retry", ""),
        ("DEP: 14 - Retry, and more (see #99, or not)", ""),
        ("DEP: N/A (only docs)", ""),
        ("DEP: n/a - a fix of DEP 2", ""),
        ("dep: n/a", ""),
        ("deps: update dependency foo to 1.2", ""),
        ("deps: 99 packages", ""),
        ("DEP: 14\n# ------------------------ >8 ------------------------\n DEP: 99\n", ""),
        ("dep: 99, 14", "line 1: there is no DEP-0099"),
        (
            "DEP: [DEP-0002](https://example.org/docs/deps/0002-old.html)",
            "line 1: DEP-0002 Old is Replaced, by DEP-0014",
        ),
        ("DEP: https://example.org/docs/deps/0004-new.html", "line 1: DEP-0004 New (Draft) is not approved"),
        ("DEP: https://other.org/deps/0014-retry.md", "is not the number of a proposal"),
        ("DEP: 14, 15x", "line 1: `15x` is not the number of a proposal"),
        ("DEP: 14 and #99", "line 1: there is no DEP-0099"),
        ("DEP: 14.5", "line 1: `14.5` is not the number of a proposal"),
        ("DEP: TBD", "line 1: `TBD` is not the number of a proposal"),
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


@pytest.mark.parametrize(
    "text", ["DEP:" + " " * 200_000 + "x", "DEP: " + "(" * 200_000, "DEP: " + "1 and " * 40_000 + "x"]
)
def test_long_messages(tree: Tree, text: str) -> None:
    with linear_time():
        assert tree.run("check-message", "-", input=text).exit_code == 1


def test_a_message_that_must_name_a_proposal(tree: Tree) -> None:
    tree.write({"message": "Fix it\n", "none": "DEP: n/a\n"})
    assert "the message names no proposal" in tree.fails("check-message", "--required", "message")
    tree.ok("check-message", "--required", "none")
    tree.ok("check-message", "message")

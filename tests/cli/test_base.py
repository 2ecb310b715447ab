"""``check --base``: what was changed since a git revision; each rule of family 5xx, and a near miss."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.tree import DECIDED, DRAFT, Tree, page


class Repository(Tree):
    """A project in a git repository, on a branch that left ``main``."""

    def __init__(self, root: Path, pages: dict[str, str]) -> None:
        super().__init__(root, pages)
        self.git("init", "-q", "-b", "main")
        self.commit()
        self.git("checkout", "-q", "-b", "topic")

    def git(self, *args: str) -> str:
        identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]
        done = subprocess.run(["git", *identity, *args], cwd=self.root, capture_output=True, text=True, check=True)
        return done.stdout

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "change")

    def found(self, *options: str) -> list[tuple[str, str]]:
        output = self.run("check", "--base", "main", "--output-format", "json", *options).stdout
        return [(item["code"], item["path"]) for item in json.loads(output)["diagnostics"]]

    def lifecycle(self) -> list[tuple[str, str]]:
        return self.found("--select", "DEP5")


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    return Repository(
        tmp_path, {"deps/0001-retry.md": page("Retry"), "docs/x.md": "", "deps/0002-cache.md": page("Cache", DECIDED)}
    )


def test_nothing_changed(repo):
    assert repo.found() == []


def test_a_status_that_may_not_follow(repo):
    repo.write({"deps/0001-retry.md": page("Retry", DECIDED.replace("Approved", "Implemented"))})
    assert repo.lifecycle() == [("DEP501", "deps/0001-retry.md")]
    repo.write({"deps/0001-retry.md": page("Retry", DECIDED.replace("Approved", "Under Review"))})
    assert repo.lifecycle() == []


def test_a_status_is_compared_with_the_merge_base_not_the_tip(repo):
    repo.git("checkout", "-q", "main")
    repo.write({"deps/0001-retry.md": page("Retry", DECIDED.replace("Approved", "Under Review"))})
    repo.commit()
    repo.git("checkout", "-q", "topic")
    assert repo.lifecycle() == []


def test_a_number_that_was_changed(repo):
    repo.git("mv", "deps/0002-cache.md", "deps/0005-cache.md")
    assert repo.lifecycle() == [("DEP502", "deps/0005-cache.md")]


def test_a_number_that_was_given(tmp_path):
    repo = Repository(tmp_path, {"deps/NNN-later.md": page("Later"), "deps/later.md": page("Later")})
    repo.git("mv", "deps/later.md", "deps/0003-later.md")
    assert repo.lifecycle() == []


def test_a_decided_proposal_whose_decision_was_changed(repo):
    changed = page("Cache", DECIDED).replace("Make it work.", "Make it work well.")
    repo.write({"deps/0002-cache.md": changed})
    assert repo.lifecycle() == [("DEP503", "deps/0002-cache.md")]
    repo.write({"deps/0002-cache.md": changed.replace("# Proposal", "# Plan")})
    assert repo.lifecycle() == [("DEP503", "deps/0002-cache.md")]


def test_line_breaks_and_other_sections_are_no_decision(repo):
    text = page("Cache", DECIDED).replace("Make it work.", "Make it\nwork.") + "\n# References\n\nSome.\n"
    repo.write({"deps/0002-cache.md": text.replace("\n", "\r\n")})
    assert repo.lifecycle() == []
    repo.write({"deps/0001-retry.md": page("Retry").replace("Make it work.", "Make it otherwise.")})
    assert repo.lifecycle() == []


def test_a_number_that_was_taken_meanwhile(repo):
    repo.git("checkout", "-q", "main")
    repo.write({"deps/0003-timeouts.md": page("Timeouts")})
    repo.commit()
    repo.git("checkout", "-q", "topic")
    repo.write({"deps/0003-limits.md": page("Limits")})
    assert repo.lifecycle() == [("DEP504", "deps/0003-limits.md")]
    repo.git("mv", "deps/0001-retry.md", "deps/0001-again.md")
    assert ("DEP504", "deps/0001-again.md") not in repo.lifecycle()


def test_only_what_is_new(repo):
    bad = page("Retry", DRAFT.replace("Architecture", "Proces"))
    repo.git("checkout", "-q", "main")
    repo.write({"deps/0001-retry.md": bad})
    repo.commit()
    repo.git("checkout", "-q", "-B", "topic")
    assert repo.found("--new-only") == []
    repo.write({"deps/0001-retry.md": "\n\n" + bad.replace("Draft", "Drft"), "deps/0004-new.md": bad})
    assert repo.found("--new-only") == [("DEP201", "deps/0001-retry.md"), ("DEP202", "deps/0004-new.md")]
    assert len(repo.found()) == 3
    repo.git("mv", "deps/0001-retry.md", "deps/0009-retry.md")
    assert ("DEP202", "deps/0009-retry.md") not in repo.found("--new-only")


def test_suppressed_like_any_other(repo):
    text = page("Cache", DECIDED).replace("Make it work.", "Make it.") + "\n<!-- dep: ignore DEP503 — a slip -->\n"
    repo.write({"deps/0002-cache.md": text})
    assert repo.found() == []
    # Without a base nobody knows whether it is used.
    assert repo.run("check").exit_code == 0
    assert "DEP005" not in repo.run("check").output


def test_a_project_below_the_repository(tmp_path):
    repo = Repository(tmp_path, {"docs/conf.py": "", "docs/dep.toml": "", "docs/deps/0001-ü x.md": page("Retry")})
    repo.root = tmp_path / "docs"
    repo.write({"deps/0001-ü x.md": page("Retry", DECIDED.replace("Approved", "Implemented"))})
    assert repo.lifecycle() == [("DEP501", "deps/0001-ü x.md")]


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "main:deps"])
def test_a_revision_that_is_none(repo, revision):
    output = repo.fails("check", f"--base={revision}", code=2)
    assert "git knows no commit" in output


def test_no_repository(tmp_path):
    output = Tree(tmp_path, {"deps/0001-a.md": page("A")}).fails("check", "--base", "main", code=2)
    assert output.startswith("Error: git: not a git repository")


def test_new_only_needs_a_base(repo):
    repo.fails("check", "--new-only", code=2)

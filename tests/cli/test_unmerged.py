"""Proposals on branches and pull requests, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_base import Repository
from tests.cli.tree import DECIDED, DRAFT, page

REVIEW = DECIDED.replace("Approved", "Under Review").replace("@grace", "@linus")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772323200")  # 2026-03-01
    monkeypatch.setenv("SPHINX_DEP_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A project with a merged proposal, two pull requests and a branch of the remote."""
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z")
    repo = Repository(tmp_path, {"deps/0001-retry.md": page("Retry", DECIDED)})
    repo.git("update-ref", "refs/remotes/origin/main", "main")
    repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    push(repo, "refs/pull/7/head", "2026-02-20", {"deps/0002-cache.md": page("Cache", REVIEW)})
    push(repo, "refs/pull/8/head", "2026-02-10", {"deps/0002-other.md": page("Other"), "deps/NNNN-x.md": page("X")})
    push(repo, "refs/remotes/origin/ada/retry", "2026-02-15", {"deps/0001-retry.md": page("Retry", DECIDED + "\n\n")})
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z")
    return repo


def push(repo: Repository, ref: str, day: str, files: dict[str, str], start: str = "main") -> None:
    """Commit *files* on *ref*, on *day*, and come back to the branch ``topic``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_COMMITTER_DATE", f"{day}T00:00:00Z")
        repo.git("checkout", "-q", "--detach", start)
        repo.write(files)
        repo.commit()
        repo.git("update-ref", ref, "HEAD")
        repo.git("checkout", "-q", "topic")


def test_list_shows_drafts_only_when_asked(repo: Repository) -> None:
    assert repo.ok("list", "--columns", "number").split() == ["Number", "DEP-0001"]
    rows = repo.ok("list", "--unmerged", "--format", "csv", "--columns", "number,ref,origin,age").splitlines()
    assert sorted(rows[1:]) == [
        "DEP-0001,,merged,59",
        "DEP-0001,ada/retry,branch,14",
        "DEP-0002,pull/7,pull request,9",
        "DEP-0002,pull/8,pull request,19",
        "x,pull/8,pull request,19",
    ]


def test_the_branch_is_a_column_unless_columns_are_chosen(repo: Repository) -> None:
    assert repo.ok("list", "--unmerged", "--format", "csv").splitlines()[0].endswith(",Branch")
    assert not repo.ok("list", "--format", "csv").splitlines()[0].endswith(",Branch")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("is:unmerged", ["ada/retry", "pull/7", "pull/8", "pull/8"]),
        ("-is:unmerged", ["merged"]),
        ("ref:pull/7", ["pull/7"]),
        ("origin:branch", ["ada/retry"]),
        ('is:unmerged status:"Under Review"', ["pull/7"]),
    ],
)
def test_queries_know_where_a_proposal_comes_from(repo: Repository, query: str, expected: list[str]) -> None:
    rows = repo.ok("query", query, "--unmerged", "--format", "csv", "--columns", "ref,origin").splitlines()[1:]
    assert sorted(ref or origin for ref, origin in (row.split(",") for row in rows)) == expected


def test_json_says_where_a_draft_is(repo: Repository) -> None:
    repo.write({"dep.toml": '[unmerged]\npull-request-url = "https://forge.org/pull/{number}"\n'})
    output = repo.ok("query", "ref:pull/8 is:numbered", "--unmerged", "--format", "json")
    [entry] = json.loads(output)["proposals"]
    assert entry["path"] == "deps/0002-other.md"
    assert entry["ref"] == "pull/8"
    assert entry["refs"] == ["refs/pull/8/head"]
    assert entry["pull_request_number"] == 8
    assert entry["link"] == "https://forge.org/pull/8"
    assert entry["first_commit"]["date"] == entry["last_commit"]["date"] == "2026-02-10"
    assert entry["pull_request"] == "https://forge.org/pull/8"
    assert {"DEP408"} <= {item["code"] for item in entry["diagnostics"]}
    assert entry["valid"]


@pytest.mark.parametrize("word", ["pull/7", "#7", "deps/0002-cache.md", "cache", "pull/7:deps/0002-cache.md"])
def test_show_finds_a_draft(repo: Repository, word: str) -> None:
    output = repo.ok("show", "--unmerged", word)
    assert output.startswith("DEP-0002: Cache\npull/7:deps/0002-cache.md\nNot merged: begun on 2026-02-20")
    assert "DEP408" in output


def test_show_says_which_branches_a_word_may_mean(repo: Repository) -> None:
    output = repo.fails("show", "--unmerged", "2", code=2)
    assert "pull/7:deps/0002-cache.md" in output
    assert "pull/8:deps/0002-other.md" in output
    assert "did you mean 'pull/" in repo.fails("show", "--unmerged", "pull/9", code=2)
    assert repo.ok("show", "1").startswith("DEP-0001: Retry\ndeps/0001-retry.md\n\n")


def test_triage_lists_the_longest_waiting_first(repo: Repository) -> None:
    items = json.loads(repo.ok("triage", "--unmerged", "--format", "json"))["items"]
    waiting = [item for item in items if item["kind"] == "unmerged"]
    assert [item["label"] for item in waiting] == ["DEP-0002", "x", "DEP-0001", "DEP-0002"]
    assert waiting[0]["message"] == "on pull/8, last changed on 2026-02-10 (19 days ago)"
    assert "unmerged" not in {item["kind"] for item in json.loads(repo.ok("triage", "--format", "json"))["items"]}


def test_triage_for_a_reviewer_includes_drafts(repo: Repository) -> None:
    output = repo.ok("triage", "--unmerged", "--for", "@linus")
    assert "## Not merged yet (1)" in output
    assert "on pull/7, last changed on 2026-02-20 (9 days ago) – waits for @linus" in output


def test_the_reviewers_that_a_pull_request_asks_come_first(repo: Repository) -> None:
    requests = [{"number": 7, "state": "OPEN", "reviewRequests": [{"login": "rita"}]}]
    repo.write({"pulls.json": json.dumps(requests), "dep.toml": '[unmerged]\npull-requests = "pulls.json"\n'})
    assert "pull/7" in repo.ok("triage", "--unmerged", "--for", "@rita")
    assert "pull/7" not in repo.ok("triage", "--unmerged", "--for", "@linus")
    requests[0]["isDraft"] = True
    repo.write({"pulls.json": json.dumps(requests)})
    assert "pull/7" not in repo.ok("triage", "--unmerged", "--for", "@rita")
    assert "pull/7" in repo.ok("triage", "--unmerged", "--for", "@octo")


def test_a_project_without_git_has_no_branches(tmp_path: Path) -> None:
    repo = Repository.__new__(Repository)
    super(Repository, repo).__init__(tmp_path, {"deps/0001-retry.md": page("Retry", DECIDED)})
    assert "the project is in no git repository" in repo.ok("list", "--unmerged")


# --- check --ref ------------------------------------------------------------------------------------------------------


def found(repo: Repository, *options: str) -> list[tuple[str, str, str]]:
    output = repo.run("check", "--output-format", "json", *options).stdout
    return [(item["severity"], item["code"], item["path"]) for item in json.loads(output)["diagnostics"]]


def test_check_judges_a_branch_as_it_would_be_merged(repo: Repository) -> None:
    push(repo, "refs/pull/9/head", "2026-02-20", {"deps/0001-again.md": page("Again", DRAFT.replace("Draft", "Drft"))})
    repo.ok("check", "--ref", "pull/7")
    before = repo.files
    result = repo.run("check", "--ref", "pull/9")
    assert result.exit_code == 1
    assert "**Status**: Drft" in result.output
    assert repo.files == before
    assert ("error", "deps/0001-again.md") in [(item[0], item[2]) for item in found(repo, "--ref", "pull/9")]
    assert found(repo, "--ref", "#9") == found(repo, "--ref", "refs/pull/9/head")
    assert repo.run("check", "--ref", "pull/9", "--exit-zero").exit_code == 0
    repo.ok("check")


def test_check_judges_the_merge_and_not_the_branch_alone(repo: Repository) -> None:
    push(repo, "refs/remotes/origin/main", "2026-02-21", {"deps/0002-taken.md": page("Taken", DECIDED)})
    codes = {code for _severity, code, _path in found(repo, "--ref", "pull/7", "--new-only")}
    assert codes == {code for _severity, code, _path in found(repo, "--ref", "pull/7")} != set()
    assert found(repo, "--ref", "pull/7", "--base", "main") == []


def test_check_judges_the_change_of_a_status(repo: Repository) -> None:
    changed = page("Retry", DECIDED.replace("Approved", "Under Review"))
    push(repo, "refs/remotes/origin/back", "2026-02-20", {"deps/0001-retry.md": changed})
    assert ("DEP501", "deps/0001-retry.md") in [item[1:] for item in found(repo, "--ref", "back")]


def test_a_page_that_the_branch_deletes_is_gone(repo: Repository) -> None:
    repo.git("checkout", "-q", "--detach", "main")
    (repo.root / "deps/0001-retry.md").unlink()
    repo.commit()
    repo.git("update-ref", "refs/remotes/origin/gone", "HEAD")
    repo.git("checkout", "-q", "topic")
    assert "There are no proposals" in repo.run("check", "--ref", "gone").output


def test_a_page_that_both_sides_changed_is_named(repo: Repository) -> None:
    push(repo, "refs/remotes/origin/main", "2026-02-21", {"deps/0001-retry.md": page("Retry again", DECIDED)})
    output = repo.run("check", "--ref", "ada/retry").output
    assert "deps/0001-retry.md was changed on both sides: it is judged as it is on ada/retry" in output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--ref", "nope"], "git knows no commit 'nope'"),
        (["--ref", "pull/7", "--base", "nope"], "git knows no commit 'nope'"),
        (["--ref", "--all"], "git knows no commit '--all'"),
        (["--ref", ""], "--ref is empty"),
        (["--ref", "pull/7", "--fix"], "--ref only reports"),
        (["--ref", "pull/7", "--write-baseline"], "--ref only reports"),
    ],
)
def test_bad_requests_end_with_2(repo: Repository, options: list[str], message: str) -> None:
    assert message in repo.fails("check", *options, code=2)


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_assign_takes_no_number_that_a_branch_holds(repo: Repository) -> None:
    repo.write({"deps/mine.md": page("Mine")})
    assert "is DEP-0002 already" not in (output := repo.ok("assign", "deps/mine.md"))
    assert "deps/0003-mine.md" in output


def test_assign_says_which_branch_holds_a_number(repo: Repository) -> None:
    repo.write({"deps/mine.md": page("Mine")})
    output = repo.fails("assign", "deps/mine.md", "--number", "2", code=2)
    assert "DEP-0002 is deps/0002-other.md on pull/8" in output


def test_new_takes_no_number_that_a_branch_holds(repo: Repository) -> None:
    assert "DEP-0002 is deps/0002-other.md on pull/8" in repo.fails(
        "new", "Mine", "--author", "@octo", "--number", "2", code=2
    )
    repo.write({"dep.toml": '[statuses.Draft]\nrequires = ["number"]\n'})
    repo.ok("new", "Mine", "--author", "@octo")
    assert (repo.root / "deps/0003-mine.md").exists()

"""Branches and pull requests that are not merged."""

from __future__ import annotations

import codecs
import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from sphinxext_dep.history.branches import Branch, Branches, pull_number, read_branches, short_name
from sphinxext_dep.history.git import GitError
from sphinxext_dep.model.config import UnmergedSettings
from tests.history.repo import DAY, START, Repo

ALL = UnmergedSettings(refs=("refs/heads/*", "refs/pull/*/head"), base="main", max_age=0)
BUNDLE = Path(__file__).parents[3] / "shared" / "corpus" / "dynamo-history.bundle"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "repo")
    repo.commit({"deps/0001-one.md": "# One\n", "README.md": "# R\n"})
    return repo


def read(repo: Repo, settings: UnmergedSettings = ALL, now: int = START) -> Branches:
    return read_branches(repo.top, settings, (".md", ".rst"), now)


def summary(found: Branches) -> dict[str, list[str]]:
    """Name → the paths of its files."""
    return {branch.name: [file.path for file in branch.files] for branch in found.branches}


def on(repo: Repo, branch: str, files: dict[str, str | bytes], start: str = "main") -> str:
    """Commit *files* on a new branch, go back to ``main``, and return the commit."""
    repo.git("switch", "-q", "-c", branch, start)
    commit = repo.commit(files)
    repo.git("switch", "-q", "main")
    return commit


def pull(repo: Repo, number: int, commit: str) -> None:
    repo.git("update-ref", f"refs/pull/{number}/head", commit)


def one(found: Branches, name: str) -> Branch:
    (branch,) = (branch for branch in found.branches if branch.name == name)
    return branch


def test_a_branch_and_its_pull_request_are_one(repo: Repo) -> None:
    commit = on(repo, "ada/retry", {"deps/NNNN-retry.md": "# Retry\n"})
    pull(repo, 7, commit)
    branch = one(read(repo), "pull/7")
    assert branch.refs == ("refs/pull/7/head", "refs/heads/ada/retry")
    assert (branch.pull, branch.tip, branch.start) == (7, commit, repo.head)
    assert [(file.path, file.old_path) for file in branch.files] == [("deps/NNNN-retry.md", "")]
    assert [(item.author, item.subject) for item in branch.commits] == [("Ada", "day 1")]


def test_an_earlier_state_of_a_branch_has_no_row(repo: Repo) -> None:
    repo.git("branch", "early", on(repo, "late", {"deps/NNNN-a.md": "# A\n"}))
    repo.git("switch", "-q", "late")
    repo.commit({"deps/NNNN-a.md": "# A, again\n"})
    repo.git("switch", "-q", "main")
    assert summary(read(repo)) == {"late": ["deps/NNNN-a.md"]}


def test_what_stacked_pull_requests_share_belongs_to_the_inner_one(repo: Repo) -> None:
    inner = on(repo, "inner", {"deps/NNNN-a.md": "# A\n", "deps/NNNN-b.md": "# B\n"})
    outer = on(repo, "outer", {"deps/NNNN-b.md": "# B, changed\n", "deps/NNNN-c.md": "# C\n"}, start="inner")
    pull(repo, 2, inner)
    pull(repo, 6, outer)
    found = read(repo)
    assert summary(found) == {
        "pull/2": ["deps/NNNN-a.md", "deps/NNNN-b.md"],
        "pull/6": ["deps/NNNN-b.md", "deps/NNNN-c.md"],
    }
    assert one(found, "pull/6").inside == (inner,)


@pytest.mark.parametrize("way", ["merge", "rebase", "squash", "squash and later commits", "renamed on main"])
def test_what_is_merged_is_left_out(repo: Repo, way: str) -> None:
    text = "# Retry\n\nLong enough to be recognised.\n"
    commit = on(repo, "retry", {"deps/NNNN-retry.md": text})
    pull(repo, 32, commit)
    repo.git("branch", "copy", commit)
    if way == "merge":
        repo.merge("retry")
    elif way == "rebase":
        repo.commit({"deps/NNNN-retry.md": text})
    else:
        repo.write({"deps/0002-retry.md": text if way == "renamed on main" else "# Retry, as merged\n"})
        repo.git("add", "-A")
        repo.git("commit", "-q", "-m", "Retry" if way == "renamed on main" else "Retry (#32)")
    if way == "squash and later commits":
        repo.commit({"deps/0002-retry.md": "# Changed since\n"})
    left = summary(read(repo))
    expected: dict[str, list[str]] = {} if "squash" in way or way == "merge" else {"pull/32": []}
    assert left == expected


def test_a_number_inside_a_subject_merges_nothing(repo: Repo) -> None:
    pull(repo, 32, on(repo, "retry", {"deps/NNNN-retry.md": "# Retry\n"}))
    repo.git("commit", "-q", "--allow-empty", "-m", "Reverts (#32) for now")
    assert summary(read(repo)) == {"pull/32": ["deps/NNNN-retry.md"]}


def test_renames_changes_links_deletions_and_other_files(repo: Repo) -> None:
    body = "".join(f"Line {number} of a page that is long enough.\n" for number in range(30))
    repo.commit({"deps/0002-two.md": body, "deps/0003-three.md": "# Three\n"})
    repo.git("switch", "-q", "-c", "work")
    repo.move("deps/0002-two.md", "deps/0002-deux.md")
    repo.git("rm", "-q", "deps/0003-three.md")
    if os.name != "nt":
        (repo.top / "deps/0009-link.md").symlink_to("/etc/passwd")
    repo.commit(
        {"deps/0002-deux.md": f"{body}One more.\n", "deps/0001-one.md": "# One!\n", "deps/p.png": b"\x89PNG\x00"}
    )
    repo.git("switch", "-q", "main")
    files = one(read(repo), "work").files
    assert {(file.path, file.old_path) for file in files} == {
        ("deps/0001-one.md", "deps/0001-one.md"),
        ("deps/0002-deux.md", "deps/0002-two.md"),
    }


def test_no_common_history(repo: Repo) -> None:
    repo.git("switch", "-q", "--orphan", "island")
    repo.git("rm", "-rqf", "--ignore-unmatch", ".")
    repo.commit({"deps/NNNN-x.md": "# X\n", "README.md": "# R\n"})
    repo.git("switch", "-q", "main")
    branch = one(read(repo), "island")
    # The README has the text that main has.
    assert (branch.start, [file.path for file in branch.files]) == ("", ["deps/NNNN-x.md"])


def test_the_base_merged_into_the_branch_is_no_change(repo: Repo) -> None:
    on(repo, "work", {"deps/NNNN-w.md": "# W\n"})
    repo.commit({"deps/0002-two.md": "# Two\n"})
    repo.git("switch", "-q", "work")
    repo.merge("main")
    repo.commit({"deps/NNNN-w.md": "# W, again\n"})
    repo.git("switch", "-q", "main")
    newest = repo.head
    repo.commit({"deps/0003-three.md": "# Three\n"})
    branch = one(read(repo), "work")
    assert (branch.start, [file.path for file in branch.files]) == (newest, ["deps/NNNN-w.md"])


def test_what_is_old_is_counted(repo: Repo) -> None:
    on(repo, "old", {"deps/NNNN-a.md": "# A\n"})
    repo.day += 400
    on(repo, "new", {"deps/NNNN-b.md": "# B\n"})
    now = START + repo.day * DAY
    found = read(repo, UnmergedSettings(refs=("refs/heads/*",), base="main", max_age=365), now)
    assert (summary(found), found.old) == ({"new": ["deps/NNNN-b.md"]}, ("old",))


def test_test_merges_and_excluded_refs_do_not_count(repo: Repo) -> None:
    commit = on(repo, "work", {"deps/NNNN-a.md": "# A\n"})
    repo.git("update-ref", "refs/pull/3/merge", commit)
    repo.git("branch", "dependabot/x", on(repo, "bump", {"deps/NNNN-b.md": "# B\n"}))
    repo.git("branch", "-q", "-D", "work", "bump")
    settings = UnmergedSettings(refs=("refs/*",), exclude=("refs/heads/dependabot/*",), base="main", max_age=0)
    assert read(repo, settings).branches == ()


@pytest.mark.parametrize("name", ["a\u202eb", "<script>alert(1)</script>", "-x", "a'b\"c", "{dep}`1`", "é/ü"])
def test_odd_names(repo: Repo, name: str) -> None:
    if name.startswith("-"):
        repo.git("update-ref", f"refs/heads/{name}", on(repo, "plain", {"deps/NNNN-a.md": "# A\n"}))
        repo.git("branch", "-q", "-D", "plain")
    else:
        on(repo, name, {"deps/NNNN-a.md": "# A\n"})
    assert summary(read(repo)) == {name: ["deps/NNNN-a.md"]}


def test_subjects_with_control_characters(repo: Repo) -> None:
    repo.git("switch", "-q", "-c", "work")
    repo.write({"deps/NNNN-a.md": "# A\n"})
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", f"evil\x01{'a' * 40} subject")
    repo.git("switch", "-q", "main")
    assert summary(read(repo)) == {"work": ["deps/NNNN-a.md"]}


def test_a_base_that_is_not_there(repo: Repo) -> None:
    for base in ("nowhere", "--output=x"):
        with pytest.raises(GitError, match="git knows no commit"):
            read(repo, UnmergedSettings(refs=("refs/heads/*",), base=base))


def test_the_default_base_is_that_of_origin(repo: Repo, tmp_path: Path) -> None:
    on(repo, "work", {"deps/NNNN-a.md": "# A\n"})
    repo.git("clone", "-q", ".", str(tmp_path / "clone"))
    clone = tmp_path / "clone"
    found = read_branches(clone, UnmergedSettings(max_age=0), (".md",), START)
    assert (found.base, summary(found)) == (repo.head, {"work": ["deps/NNNN-a.md"]})


def test_a_shallow_clone_says_so(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"deps/0002-two.md": "# Two\n"})
    on(repo, "work", {"deps/NNNN-a.md": "# A\n"})
    clone = tmp_path / "clone"
    repo.git("clone", "-q", "--depth=1", "--no-single-branch", f"file://{repo.top}", str(clone))
    found = read_branches(clone, UnmergedSettings(max_age=0), (".md",), START)
    assert any("shallow" in note for note in found.notes)
    assert "deps/NNNN-a.md" in summary(found)["work"]


def test_names_for_people() -> None:
    names = {
        "refs/pull/52/head": "pull/52",
        "refs/heads/ada/x": "ada/x",
        "refs/remotes/origin/ada/x": "ada/x",
        "refs/remotes/origin/pr/9": "pull/9",
        "refs/merge-requests/4/head": "pull/4",
        "refs/tags/v1": "v1",
    }
    assert {ref: short_name(ref) for ref in names} == names
    assert pull_number("refs/heads/pull-52") is None


def _git(directory: Path) -> Callable[..., str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}

    def run(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=directory, env=env, capture_output=True, text=True, check=True)
        return done.stdout

    return run


@pytest.mark.skipif(not BUNDLE.exists(), reason="the corpus is not here")
def test_a_real_repository_as_plain_git_reads_it(tmp_path: Path) -> None:
    """The same tips, and the same new texts, as a loop of ``git`` commands finds, one ref at a time."""
    clone = tmp_path / "clone"
    _git(tmp_path)("clone", "-q", str(BUNDLE), str(clone))
    git = _git(clone)
    git("fetch", "-q", "origin", "+refs/pull/*/head:refs/pull/*/head")
    base = git("rev-parse", "origin/main").strip()
    refs = dict(line.split(" ") for line in git("for-each-ref", "--format=%(refname) %(objectname)").splitlines())
    on_base = set(git("rev-list", base).split())
    numbers = {int(match[1]) for line in git("log", "--format=%s", base).splitlines()
               if (match := re.search(r"\(#(\d+)\)$", line))}  # fmt: skip
    squashed = {commit for number in numbers if f"refs/pull/{number}/head" in refs
                for commit in git("rev-list", f"refs/pull/{number}/head", "--not", base).split()}  # fmt: skip
    texts = {line.split(" ")[0] for line in git("rev-list", "--objects", base).splitlines()}
    tips = {commit for name, commit in refs.items() if name.startswith(("refs/remotes/", "refs/pull/"))}
    expected: dict[str, set[tuple[str, str]]] = {}
    for tip in tips - on_base - squashed:
        lines = git("diff", "--raw", "-r", "-M", "--no-abbrev", f"{base}...{tip}").splitlines()
        changes = [(line.split("\t")[-1], *line.split("\t")[0].split(" ")[3:5]) for line in lines]
        expected[tip] = {(path, blob) for path, blob, status in changes
                         if path.endswith(".md") and status != "D" and blob not in texts}  # fmt: skip
    found = read_branches(clone, UnmergedSettings(max_age=0), (".md",), START)
    early = tips - on_base - squashed - {branch.tip for branch in found.branches}
    assert len(expected) == 58
    assert {git("rev-parse", "origin/bis/even-plane").strip()} == early
    for branch in found.branches:
        inner = {pair for other in branch.inside for pair in expected[other]}
        assert {(file.path, file.blob) for file in branch.files} == expected[branch.tip] - inner, branch.name
    assert sum(1 for branch in found.branches if branch.files) == 52


def pulls_file(directory: Path, entries: object) -> UnmergedSettings:
    file = directory / "pulls.json"
    file.write_text(entries if isinstance(entries, str) else json.dumps(entries), encoding="utf-8")
    return msgspec.structs.replace(ALL, pull_requests=file)


def test_closed_pull_requests_are_left_out(repo: Repo, tmp_path: Path) -> None:
    closed = on(repo, "closed", {"deps/NNNN-a.md": "# A\n"})
    opened = on(repo, "open", {"deps/NNNN-b.md": "# B\n"})
    pull(repo, 1, closed)
    pull(repo, 2, opened)
    reviewers = [{"__typename": "User", "login": "ada"}, {"__typename": "Team", "name": "Core", "slug": "org/core"}]
    settings = pulls_file(
        tmp_path,
        [
            {"number": 1, "state": "CLOSED", "headRefName": "closed", "headRefOid": closed, "extra": {"x": 1}},
            {"number": 2, "state": "OPEN", "isDraft": True, "title": "B", "headRefName": "open", "headRefOid": opened,
             "reviewRequests": reviewers, "author": {"login": "octo", "is_bot": False}},
        ],
    )  # fmt: skip
    found = read(repo, settings)
    assert (summary(found), found.notes) == ({"pull/2": ["deps/NNNN-b.md"]}, ())
    request = one(found, "pull/2").request
    assert request is not None
    assert (request.is_draft, request.title) == (True, "B")
    assert [account.handle for account in request.review_requests] == ["ada", "org/core"]


@pytest.mark.parametrize(
    ("entries", "note"),
    [
        ("{", "pulls.json holds no list of pull requests"),
        ("[1, {}]", "2 entries of pulls.json are no pull requests"),
        ('{"number": 1}', "pulls.json holds no list of pull requests"),
        ('[{"number": 1, "state": "OPEN", "headRefOid": "0"}]', "is older than the refs: 1 have changed since"),
        ('[{"title": "7"}]', "1 entries of pulls.json are no pull requests"),
        (
            '[{"number": 1, "title": 7, "url": []}]',
            "pulls.json has values that cannot be read, and are left out: title, url",
        ),
        ("\udcff".encode("utf-8", "surrogateescape").decode("latin-1"), "holds no list"),
    ],
)
def test_a_file_of_pull_requests_that_is_broken_or_old(repo: Repo, tmp_path: Path, entries: str, note: str) -> None:
    pull(repo, 1, on(repo, "work", {"deps/NNNN-a.md": "# A\n"}))
    found = read(repo, pulls_file(tmp_path, entries))
    assert summary(found) == {"pull/1": ["deps/NNNN-a.md"]}
    assert any(note in item for item in found.notes), found.notes


def test_a_branch_of_a_closed_pull_request_that_was_proposed_again(repo: Repo, tmp_path: Path) -> None:
    commit = on(repo, "work", {"deps/NNNN-a.md": "# A\n"})
    pull(repo, 1, commit)
    settings = pulls_file(tmp_path, [{"number": 1, "state": "CLOSED"}, {"number": 2, "state": "OPEN"}])
    assert summary(read(repo, settings)) == {}
    pull(repo, 2, commit)
    assert one(read(repo, settings), "pull/2").refs == ("refs/pull/2/head", "refs/heads/work")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize(
    "more", ['"author": null, "reviewRequests": null, "title": null', '"isDraft": "?", "title": 7']
)
def test_what_can_be_read_of_a_pull_request_counts(repo: Repo, tmp_path: Path, encoding: str, more: str) -> None:
    """Shells of Windows write UTF-16; a forge writes `null` for an author who is gone."""
    pull(repo, 1, on(repo, "work", {"deps/NNNN-a.md": "# A\n"}))
    settings = pulls_file(tmp_path, "[]")
    text = f'{{"number": "1", "state": "CLOSED", {more}}}'
    mark = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""
    (tmp_path / "pulls.json").write_bytes(mark + f"[{text}]".encode(encoding))
    found = read(repo, settings)
    assert summary(found) == {}
    assert found.notes == (() if "null" in more else found.notes[:1])


def test_a_file_of_pull_requests_that_is_not_there(repo: Repo, tmp_path: Path) -> None:
    pull(repo, 1, on(repo, "work", {"deps/NNNN-a.md": "# A\n"}))
    found = read(repo, msgspec.structs.replace(ALL, pull_requests=tmp_path / "none.json"))
    assert found.notes == ("none.json cannot be read: No such file or directory",)

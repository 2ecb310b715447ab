"""The history of proposals, compared with what git says of each file by itself."""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext_dep.config.load import discover
from sphinxext_dep.history.log import Trace, read_log
from sphinxext_dep.history.reading import GitHistory, History, ProposalHistory, last_activity
from sphinxext_dep.model.files import find_pages
from sphinxext_dep.rules import RULES
from tests.examples import example_files
from tests.history.repo import Repo, day

BODY = "\n".join(
    f"\n## {name}\n\nWords about {name.lower()} that stay as they are.\n" for name in ("Summary", "Proposal")
)
BODY += "\n".join(f"Line {number} of a long text." for number in range(20))


def block(status: str, title: str = "Retry", more: str = "") -> str:
    return f"# {title}\n\n**Status**: {status}\n\n**Authors**: @octo\n{BODY}\n{more}"


def directive(status: str, more: str = "") -> str:
    return f"# Retry\n\n```{{dep-header}}\n:status: {status}\n:authors: Ada\n```\n{BODY}\n{more}"


def front_matter(status: str, more: str = "") -> str:
    return f"---\nstatus: {status}\nauthors: Ada\n---\n\n# Retry\n{BODY}\n{more}"


def rst(status: str, more: str = "") -> str:
    return (
        f"Retry\n=====\n\n.. dep-header::\n   :status: {status}\n   :authors: Ada\n\n{BODY.replace('## ', '')}\n{more}"
    )


def read(root: Path, kept: Path | None = None) -> History:
    (root / "conf.py").touch()
    config = discover(root, rule_codes=RULES.codes)
    return GitHistory(config.root, find_pages(config.root, config.schema), "test", kept).read(config.schema)


def past(root: Path, path: str) -> ProposalHistory:
    found = read(root).of(path)
    assert found is not None
    return found


def told(history: ProposalHistory) -> list[tuple[str, str | None]]:
    return [(change.date, change.status) for change in history.statuses]


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def test_the_whole_story(repo: Repo) -> None:
    repo.commit({"deps/NNNN-retry.md": block("Draft")})
    repo.commit({"deps/NNNN-retry.md": block("Draft", more="More.")})
    repo.move("deps/NNNN-retry.md", "deps/0012-retry.md")
    repo.commit({"deps/0012-retry.md": block("Under Review", more="More.")})
    repo.commit({"other.txt": "x"})
    repo.commit({"deps/0012-retry.md": block("Accepted", more="More.")})
    repo.commit({"deps/0012-retry.md": block("Approved", more="More.")})
    found = past(repo.top, "deps/0012-retry.md")
    assert (found.created.date, found.changed.date) == (day(0), day(5))
    # `Accepted` is another word for `Approved`.
    assert told(found) == [(day(0), "Draft"), (day(2), "Under Review"), (day(4), "Approved")]
    assert [change.raw for change in found.statuses] == ["Draft", "Under Review", "Accepted"]
    assert found.statuses[-1].commit.id == repo.git("rev-parse", "HEAD~1")
    assert found.is_complete


def test_every_spelling(repo: Repo) -> None:
    pages = {"deps/0001-retry.md": directive("Draft")}
    repo.commit(pages)
    repo.commit({"deps/0001-retry.md": block("Under Review")})
    repo.commit({"deps/0001-retry.md": front_matter("Approved")})
    repo.move("deps/0001-retry.md", "deps/0001-retry.rst")
    repo.commit()
    repo.commit({"deps/0001-retry.rst": rst("Implemented")})
    repo.commit({"deps/0001-retry.rst": rst("Implemntd")})
    found = past(repo.top, "deps/0001-retry.rst")
    # What was Markdown under the name of reStructuredText said nothing for a day.
    assert told(found) == [
        (day(0), "Draft"), (day(1), "Under Review"), (day(2), "Approved"), (day(3), None), (day(4), "Implemented"),
        (day(5), None),
    ]  # fmt: skip
    assert found.statuses[-1].raw == "Implemntd"


def test_a_file_beside_the_page(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    more = "".join(f"key-{number}: value\n" for number in range(9))
    repo.write({"dep.toml": 'sidecar = "kep.yaml"\nlayout = "directories"\nsources = ["keps/*/*.md"]\nexclude = []\n'})
    repo.commit({"keps/12-retry/README.md": f"# Retry\n{BODY}"})
    repo.commit({"keps/12-retry/kep.yaml": "status: Draft\nauthors: x\n" + more})
    repo.commit({"keps/12-retry/kep.yaml": "status: Under Review\nauthors: x\n" + more})
    repo.commit({"keps/12-retry/README.md": f"# Retry\n{BODY}\nMore."})
    repo.move("keps/12-retry", "keps/12-retry-once")
    repo.commit({"keps/12-retry-once/kep.yaml": "status: Approved\nauthors: x\n" + more})
    history = past(repo.top, "keps/12-retry-once/README.md")
    assert (history.created.date, history.changed.date) == (day(0), day(4))
    # Without the file the page stated none.
    assert told(history) == [(day(0), None), (day(1), "Draft"), (day(2), "Under Review"), (day(4), "Approved")]


def test_a_branch_that_was_merged(repo: Repo) -> None:
    repo.commit({"deps/0001-a.md": block("Draft"), "deps/0002-b.md": block("Draft", "B")})
    repo.git("checkout", "-q", "-b", "topic")
    repo.commit({"deps/0001-a.md": block("Under Review")})
    repo.git("checkout", "-q", "main")
    repo.commit({"deps/0002-b.md": block("Approved", "B")})
    repo.git("checkout", "-q", "topic")
    repo.commit({"deps/0001-a.md": block("Under Review", more="An edit.")})
    repo.git("checkout", "-q", "main")
    repo.merge("topic")
    found = past(repo.top, "deps/0001-a.md")
    assert told(found) == [(day(0), "Draft"), (day(1), "Under Review")]
    assert found.changed.date == day(3)
    assert told(past(repo.top, "deps/0002-b.md")) == [(day(0), "Draft"), (day(2), "Approved")]


def test_an_old_branch_does_not_bring_its_status_back(repo: Repo) -> None:
    repo.commit({"deps/0001-a.md": block("Draft")})
    repo.git("checkout", "-q", "-b", "topic")
    repo.git("checkout", "-q", "main")
    repo.commit({"deps/0001-a.md": block("Approved")})
    repo.git("checkout", "-q", "topic")
    repo.commit({"deps/0001-a.md": block("Draft", more="Some more words.")})
    repo.git("checkout", "-q", "main")
    repo.merge("topic")
    found = past(repo.top, "deps/0001-a.md")
    assert told(found) == [(day(0), "Draft"), (day(1), "Approved")]
    # The merge made a text that neither side had.
    assert found.changed.date == day(3)


def test_a_merge_that_settles_the_status(repo: Repo) -> None:
    repo.commit({"deps/0001-a.md": block("Draft")})
    repo.git("checkout", "-q", "-b", "topic")
    repo.git("checkout", "-q", "main")
    repo.commit({"deps/0001-a.md": block("Approved")})
    repo.git("checkout", "-q", "topic")
    repo.commit({"deps/0001-a.md": block("Rejected")})
    repo.git("checkout", "-q", "main")
    repo.merge("topic", {"deps/0001-a.md": block("Approved", more="Both were heard.")})
    assert told(past(repo.top, "deps/0001-a.md")) == [
        (day(0), "Draft"), (day(1), "Approved"), (day(2), "Rejected"), (day(3), "Approved"),
    ]  # fmt: skip


def test_a_merge_that_takes_one_side(repo: Repo) -> None:
    repo.commit({"deps/0001-a.md": block("Draft"), "deps/0002-b.md": block("Draft", "B")})
    repo.git("checkout", "-q", "-b", "topic")
    repo.git("checkout", "-q", "main")
    repo.commit({"deps/0001-a.md": block("Approved")})
    repo.git("checkout", "-q", "topic")
    repo.commit({"deps/0001-a.md": block("Rejected"), "deps/0002-b.md": block("Under Review", "B")})
    repo.git("checkout", "-q", "main")
    repo.merge("topic", {"deps/0001-a.md": block("Approved")})
    assert told(past(repo.top, "deps/0001-a.md")) == [(day(0), "Draft"), (day(1), "Approved")]
    assert told(past(repo.top, "deps/0002-b.md")) == [(day(0), "Draft"), (day(2), "Under Review")]


def test_renamed_on_one_branch_and_edited_on_the_other(repo: Repo) -> None:
    repo.commit({"deps/NNNN-a.md": block("Draft")})
    repo.git("checkout", "-q", "-b", "topic")
    repo.git("checkout", "-q", "main")
    repo.move("deps/NNNN-a.md", "deps/0007-a.md")
    repo.commit()
    repo.git("checkout", "-q", "topic")
    repo.commit({"deps/NNNN-a.md": block("Under Review")})
    repo.git("checkout", "-q", "main")
    repo.merge("topic")
    assert (repo.top / "deps/0007-a.md").is_file()
    assert told(past(repo.top, "deps/0007-a.md")) == [(day(0), "Draft"), (day(2), "Under Review")]


def test_brought_from_another_directory(repo: Repo) -> None:
    repo.commit({"proposals/old/a.md": block("Draft"), "b.md": block("Draft", "B"), "proposals/c.txt": "c"})
    repo.commit({"proposals/old/a.md": block("Under Review")})
    repo.move("proposals/old/a.md", "rfcs/a.md")
    repo.commit()
    repo.move("rfcs/a.md", "docs/deps/0001-a.md")
    repo.move("b.md", "docs/deps/0002-b.md")
    repo.commit()
    root = repo.top / "docs"
    assert told(past(root, "deps/0001-a.md")) == [(day(0), "Draft"), (day(1), "Under Review")]
    assert past(root, "deps/0002-b.md").created.date == day(0)


def test_deleted_and_brought_back(repo: Repo) -> None:
    repo.commit({"deps/0001-a.md": block("Draft"), "deps/0002-b.md": block("Draft", "B")})
    (repo.top / "deps/0001-a.md").unlink()
    repo.commit()
    repo.commit({"deps/0001-a.md": block("Under Review")})
    found = past(repo.top, "deps/0001-a.md")
    assert told(found) == [(day(0), "Draft"), (day(2), "Under Review")]
    assert found.created.date == day(0)


def test_another_file_under_the_old_name(repo: Repo) -> None:
    repo.commit({"deps/later.md": block("Draft")})
    repo.move("deps/later.md", "deps/0001-later.md")
    repo.commit()
    repo.commit({"deps/later.md": "# Something else\n\n**Status**: Draft\n"})
    assert past(repo.top, "deps/later.md").created.date == day(2)
    assert past(repo.top, "deps/0001-later.md").created.date == day(0)


def test_what_is_not_committed(repo: Repo) -> None:
    repo.commit({"deps/0001-a.md": block("Draft")})
    repo.write({"deps/0001-a.md": block("Approved"), "deps/0002-b.md": block("Draft", "B")})
    history = read(repo.top)
    assert history.of("deps/0002-b.md") is None
    found = history.of("deps/0001-a.md")
    assert found is not None
    assert told(found) == [(day(0), "Draft")]
    assert history.known
    assert not history.notes


def test_a_shallow_clone(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"deps/0001-a.md": block("Draft"), "deps/0002-b.md": block("Draft", "B")})
    repo.commit({"deps/0001-a.md": block("Under Review")})
    repo.commit({"deps/0001-a.md": block("Approved"), "deps/0003-c.md": "# C\n"})
    repo.git("clone", "-q", "--depth", "2", f"file://{repo.top}", str(tmp_path / "clone"))
    history = read(tmp_path / "clone")
    first, second, third = (history.of(f"deps/000{name}.md") for name in ("1-a", "2-b", "3-c"))
    assert first is not None
    assert second is not None
    assert third is not None
    assert (first.is_complete, second.is_complete, third.is_complete) == (False, False, True)
    assert [(change.status, change.commit.exact) for change in first.statuses] == [
        ("Under Review", False), ("Approved", True),
    ]  # fmt: skip
    assert not second.changed.exact
    assert len(history.notes) == 1
    assert "shallow clone" in history.notes[0]


def test_a_partial_clone_fetches_nothing(repo: Repo, tmp_path: Path) -> None:
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.commit({"deps/0001-a.md": block("Draft")})
    repo.commit({"deps/0001-a.md": block("Approved")})
    repo.git("clone", "-q", "--filter=blob:none", f"file://{repo.top}", str(tmp_path / "clone"))
    history = read(tmp_path / "clone")
    found = history.of("deps/0001-a.md")
    assert found is not None
    assert (found.created.date, found.changed.date) == (day(0), day(1))
    assert told(found) == [(day(1), "Approved")]
    assert "partial clone" in history.notes[0]


def test_no_repository(tmp_path: Path) -> None:
    (tmp_path / "deps").mkdir()
    (tmp_path / "deps/0001-a.md").write_text(block("Draft"), encoding="utf-8")
    history = read(tmp_path)
    assert (history.proposals, history.notes, history.known) == ({}, (), False)


def test_no_git(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"deps/0001-a.md": block("Draft")})
    monkeypatch.setenv("PATH", "")
    history = read(repo.top)
    assert not history.known
    assert len(history.notes) == 1
    assert "git cannot be run" in history.notes[0]


def test_no_commit_yet(repo: Repo) -> None:
    repo.write({"deps/0001-a.md": block("Draft")})
    history = read(repo.top)
    assert (history.proposals, history.notes, history.known) == ({}, (), True)


def test_a_submodule_has_its_own_history(repo: Repo, tmp_path: Path) -> None:
    inner = Repo(tmp_path / "inner")
    inner.commit({"0001-a.md": block("Draft")})
    inner.commit({"0001-a.md": block("Approved")})
    repo.commit({"other/0009-z.md": block("Draft", "Z")})
    repo.git("submodule", "add", "-q", str(inner.top), "deps")
    repo.commit()
    assert told(past(repo.top, "deps/0001-a.md")) == [(day(0), "Draft"), (day(1), "Approved")]


def test_a_linked_directory_and_a_linked_file(repo: Repo) -> None:
    repo.commit({"proposals/0001-a.md": block("Draft"), "notes/0002-b.md": block("Draft", "B"), "docs/x": ""})
    (repo.top / "docs/deps").mkdir()
    (repo.top / "docs/deps/more").symlink_to("../../proposals")
    (repo.top / "docs/deps/0002-b.md").symlink_to("../../notes/0002-b.md")
    repo.commit()
    history = read(repo.top / "docs")
    assert sorted(history.proposals) == ["deps/0002-b.md", "deps/more/0001-a.md"]


@pytest.mark.parametrize("left", ["an empty directory", "a link to nowhere"])
def test_what_is_called_as_a_repository_and_is_none(repo: Repo, left: str) -> None:
    repo.commit({"sub/deps/0001-retry.md": block("Draft")})
    if left == "an empty directory":
        (repo.top / "sub/.git").mkdir()
    else:
        (repo.top / "sub/.git").symlink_to("nowhere")
    # Git passes it by as well.
    assert read(repo.top / "sub").of("deps/0001-retry.md") is not None


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE"])
def test_what_a_hook_says_of_its_repository(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    repo.commit({"deps/0001-retry.md": block("Draft")})
    repo.commit({"deps/0001-retry.md": block("Approved")})
    (tmp_path / "other").write_text(f"{repo.head}\n", encoding="ascii")
    monkeypatch.setenv(name, str(tmp_path / "other"))
    found = past(repo.top, "deps/0001-retry.md")
    assert [change.status for change in found.statuses] == ["Draft", "Approved"]
    assert found.is_complete


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_text_that_cannot_be_read_says_nothing(repo: Repo, is_gone: bool) -> None:
    repo.commit({"deps/0001-retry.md": block("Draft")})
    blob = repo.git("rev-parse", "HEAD:deps/0001-retry.md")
    repo.commit({"deps/0001-retry.md": block("Approved")})
    file = repo.top / ".git/objects" / blob[:2] / blob[2:]
    file.unlink()
    if not is_gone:
        file.write_bytes(b"no object")
    found = past(repo.top, "deps/0001-retry.md")
    assert any("damaged" in note for note in read(repo.top).notes)
    # Not that it had no status.
    assert [change.status for change in found.statuses] == ["Approved"]


@pytest.mark.parametrize("when", ["yesterday", "-5 +0000"])
def test_a_commit_that_says_no_time(repo: Repo, when: str) -> None:
    repo.commit({"deps/0001-retry.md": block("Draft")})
    tree = repo.git("write-tree")
    (repo.top / "commit").write_text(f"tree {tree}\nauthor A <a> {when}\ncommitter A <a> {when}\n\nx\n", "utf-8")
    commit = repo.git("hash-object", "--literally", "-t", "commit", "-w", "commit")
    repo.git("update-ref", "refs/heads/main", commit)
    assert past(repo.top, "deps/0001-retry.md").created.date == "1970-01-01"


def test_the_users_settings_change_nothing(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"deps/0001-a.md": block("Draft"), "deps/Überraschung.md": block("Draft", "Ü")})
    repo.move("deps/0001-a.md", "deps/0002-a.md")
    repo.commit({"deps/0002-a.md": block("Approved")})
    plain = read(repo.top)
    ran = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {ran}\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    settings = {
        "diff.renames": "false", "log.showRoot": "false", "log.follow": "true", "log.showSignature": "true",
        "log.date": "relative", "color.ui": "always", "diff.relative": "true", "diff.external": str(program),
        "gpg.program": str(program), "core.pager": str(program), "core.fsmonitor": str(program),
        "diff.orderFile": "none", "format.pretty": "oneline", "core.quotepath": "true", "log.diffMerges": "m",
    }  # fmt: skip
    for name, value in settings.items():
        repo.git("config", name, value)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_ICASE_PATHSPECS", "1")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(program))
    assert read(repo.top) == plain
    assert len(plain.proposals) == 2
    assert not ran.exists()


def test_replaced_objects_are_this_clones_own(repo: Repo) -> None:
    first = repo.commit({"deps/0001-a.md": block("Draft")})
    repo.commit({"deps/0001-a.md": block("Approved")})
    plain = read(repo.top)
    repo.git("replace", "--graft", "HEAD")
    assert read(repo.top) == plain
    assert plain.proposals["deps/0001-a.md"].created.id == first


def test_paths_that_look_like_commits(repo: Repo) -> None:
    name = "deps/\x01" + "a" * 40 + "\n:100644 100644 x y M.md"
    repo.commit({name: block("Draft"), "deps/[x]*.md": block("Draft", "X")})
    repo.commit({name: block("Approved")})
    assert told(past(repo.top, name)) == [(day(0), "Draft"), (day(1), "Approved")]
    assert past(repo.top, "deps/[x]*.md").changed.date == day(0)


def test_nothing_is_asked_again_until_something_is_committed(repo: Repo, tmp_path: Path, calls: list[str]) -> None:
    kept = tmp_path / "cache" / "kept"
    repo.commit({"deps/0001-a.md": block("Draft")})
    first = read(repo.top, kept)
    assert [call for call in calls if call in ("log", "cat-file")].count("log") == 2
    calls.clear()
    repo.write({"deps/0001-a.md": block("Approved")})
    assert read(repo.top, kept) == first
    assert calls == ["rev-parse"]
    calls.clear()
    repo.commit()
    assert [change.status for change in read(repo.top, kept).proposals["deps/0001-a.md"].statuses][-1] == "Approved"
    # A text is read once for all time.
    assert calls.count("cat-file") == 1
    kept.write_bytes(b"\xc1 broken")
    assert read(repo.top, kept).proposals


def test_one_log_however_many_proposals(repo: Repo, calls: list[str]) -> None:
    repo.commit({f"deps/{number:04}-x.md": block("Draft", f"X {number}") for number in range(1, 60)})
    assert len(read(repo.top).proposals) == 59
    assert sorted(calls) == ["cat-file", "config", "log", "log", "ls-tree", "rev-parse"]


@given(st.lists(st.sampled_from([b"\x01" + b"a" * 40, b"b" * 40, b"", b"1767225600", b"x", b"\n", b"deps/a.md",
    b":100644 100644 " + b"1" * 40 + b" " + b"2" * 40 + b" M", b":100644 000000 1 0 R100", b"\xff", b"::1 2 3 4 5 6 MM",
    b"::100644 100644 100644 1 2 3 MR", b":", b"\x01", b"9" * 5000]), max_size=20))  # fmt: skip
def test_what_git_never_prints_is_refused_and_nothing_worse(tokens: list[bytes]) -> None:
    with contextlib.suppress(ValueError):
        Trace(read_log(b"\0".join(tokens)))


COMMANDS = ("rev-parse", "log", "cat-file", "ls-tree", "config")


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The git commands that were run."""
    made: list[str] = []
    run = subprocess.run

    def note(command, **options):
        if "--no-pager" in command:
            made.append(next(word for word in command if word in COMMANDS))
        return run(command, **options)

    monkeypatch.setattr("subprocess.run", note)
    return made


def test_work_in_progress_is_activity(repo: Repo) -> None:
    repo.commit(
        {f"deps/000{n}-x.md": block("Draft", f"X{n}") for n in (1, 2, 3)} | {"deps/0004-y.md": block("Approved")}
    )
    repo.write({"deps/0002-x.md": block("Draft", "X2", "more")})
    crlf = (repo.top / "deps/0003-x.md").read_bytes().replace(b"\n", b"\r\n")
    repo.write({"deps/0003-x.md": crlf})
    from sphinxext_dep.check.check import judge
    from sphinxext_dep.cli.project import check_pages, read_pages

    (repo.top / "conf.py").touch()
    config = discover(repo.top)
    catalog = judge(check_pages(config, read_pages(config)), config.schema, RULES).catalog
    assert last_activity(read(repo.top), config.root, catalog) == {"deps/0001-x.md": day(0), "deps/0003-x.md": day(0)}


STATUSES = ("Draft", "Under Review", "Approved", "Implemented", "Deferred")


def of_file(repo: Repo, path: str) -> tuple[list[str], list[str]]:
    """The days and the statuses that one file had, newest first: ``git log --follow``, and a pattern for the status."""
    names = repo.git("log", "--follow", "--name-status", "--format=%x02%H", "HEAD", "--", path)
    seen: list[str] = []
    for entry in names.split("\x02")[1:]:
        commit, _, change = entry.partition("\n")
        name = change.strip().split("\t")[-1]
        if change.strip().startswith("D"):
            continue
        text = repo.git("show", f"{commit.strip()}:{name}")
        found = re.search(r"(?i)^\W*status\W*:\W*(.+?)\s*$", text, re.MULTILINE)
        seen.append(found[1] if found else "")
    return repo.followed(path), seen


@pytest.mark.parametrize("seed", range(6))
def test_random_histories_as_git_tells_them(repo: Repo, seed: int) -> None:
    """Without parallel edits of one file, where ``--follow`` loses its way, both must agree on everything."""
    pick = random.Random(seed)
    files: dict[str, str] = {}
    spellings = (block, directive, front_matter)
    made = 0

    def edit() -> None:
        nonlocal made
        for _ in range(pick.randint(1, 3)):
            kind = pick.random()
            if kind < 0.3 or not files:
                made += 1
                path = pick.choice([f"deps/NNNN-x{made}.md", f"deps/sub/x{made}.md", f"drafts/x{made}.md"])
                files[path] = f"{'unique ' * 9}{made * 7919} "
                touched.add(path)
                repo.write({path: pick.choice(spellings)(pick.choice(STATUSES)) + files[path] * 40})
            else:
                path = pick.choice(sorted(files))
                if kind < 0.5 and path not in touched:
                    made += 1
                    new = f"deps/{made:04}-y.md"
                    repo.move(path, new)
                    files[new] = files.pop(path)
                    path = new
                touched.add(path)
                if kind > 0.4:
                    text = pick.choice(spellings)(pick.choice(STATUSES)) + files[path] * 40
                    repo.write({path: text})

    for step in range(25):
        touched: set[str] = set()
        edit()
        repo.commit()
        if step % 6 == 5:
            # A branch, with something else on the other side meanwhile.
            repo.git("checkout", "-q", "-b", f"topic{step}")
            touched = set()
            edit()
            repo.commit()
            repo.git("checkout", "-q", "main")
            repo.commit({f"other{step}.txt": "x"})
            repo.merge(f"topic{step}")
    history = read(repo.top)
    compared = 0
    for path, found in history.proposals.items():
        days, statuses = of_file(repo, path)
        assert (found.created.date, found.changed.date) == (days[-1], days[0]), path
        distinct = [status for index, status in enumerate(statuses) if index + 1 == len(statuses) or
                    status != statuses[index + 1]]  # fmt: skip
        assert [change.raw for change in found.statuses] == distinct[::-1], path
        compared += len(statuses)
    assert compared > 20


REAL = {
    "this project": Path(__file__).parents[2],
    "real proposals": Path(__file__).parents[3] / "shared/corpus/dynamo",
    "bundle": Path(__file__).parents[3] / "shared/corpus/dynamo-history.bundle",
    "DEP_HISTORY_REPOSITORY": Path(os.environ.get("DEP_HISTORY_REPOSITORY", os.devnull)),
}
"""Repositories that people made, where they are at hand: one as a bundle, the last as any clone that somebody names."""


@pytest.mark.parametrize("name", REAL)
def test_real_history_as_git_tells_it(name: str, tmp_path: Path) -> None:
    """When each proposal came and changed, and its statuses in order, as one ``git log`` for each file says."""
    top = REAL[name]
    if top.is_file() and shutil.which("git") is not None:
        subprocess.run(["git", "clone", "-q", str(top), str(tmp_path / "clone")], check=True, capture_output=True)
        top = tmp_path / "clone"
    if not (top / ".git").exists() or shutil.which("git") is None:
        pytest.skip(f"{name}: no repository at {top}")
    config = discover(top)
    history = GitHistory(config.root, find_pages(config.root, config.schema), "test").read(config.schema)
    complete = {path: found for path, found in history.proposals.items() if found.is_complete}
    for path, found in complete.items():
        log = git_says(top, "log", "--follow", "--format=%x02%H", "--name-only", "HEAD", "--", path).split("\x02")[1:]
        versions = [(entry.split("\n", 1)[0], entry.split("\n", 1)[1].strip()) for entry in log]
        assert (found.created.id, found.changed.id) == (versions[-1][0], versions[0][0]), path
        stated = [status_in(git_says(top, "show", f"{commit}:{file}")) for commit, file in reversed(versions)]
        distinct = [status for index, status in enumerate(stated) if index == 0 or status != stated[index - 1]]
        assert [change.raw for change in found.statuses] == distinct, path
    assert complete or not history.proposals


def git_says(top: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(top), *arguments], check=True, capture_output=True, text=True, errors="replace"
    ).stdout


def status_in(text: str) -> str:
    """The first thing in a page that looks like a status, without a comment: a pattern, and none of the readers."""
    found = re.search(r"(?i)^\W{0,4}status\W{0,4}:[^\w\[]{0,4}([\w\[].*?)\s*$", text, re.MULTILINE)
    return re.sub(r"\s*<!--.*?-->", "", found[1]) if found else ""


def test_a_header_in_a_file_beside_the_page(repo: Repo) -> None:
    example = example_files("kep")
    repo.write({name: example[name] for name in ("dep.toml", "conf.py")})
    folder = "keps/sig-node/2987-quiet-probes"
    page, kep = (example[f"{folder}/{name}"].decode() for name in ("README.md", "kep.yaml"))
    status = re.search(r"^status: *(\S+)", kep, re.MULTILINE)
    assert status is not None
    earlier = kep.replace(status[0], "status: provisional")
    repo.commit({f"{folder}/README.md": page, f"{folder}/kep.yaml": earlier})
    repo.commit({f"{folder}/README.md": page + "\nMore.\n"})
    repo.commit({f"{folder}/kep.yaml": earlier.replace("status: provisional", "status: implementable")})
    found = past(repo.top, f"{folder}/README.md")
    assert told(found) == [(day(0), "provisional"), (day(2), "implementable")]
    assert (found.created.date, found.changed.date) == (day(0), day(2))

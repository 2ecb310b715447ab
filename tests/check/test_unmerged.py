"""Drafts on branches: which pages are rows, what they are called, and how they are judged."""

from __future__ import annotations

import os
import pickle
import subprocess
from pathlib import Path

import pytest

from sphinxext_dep.check import unmerged
from sphinxext_dep.check.check import Checked, check_bytes, judge
from sphinxext_dep.check.unmerged import Draft, Place, Unmerged, collect_drafts, read_unmerged
from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.config.load import discover
from sphinxext_dep.history.branches import Branch, Branches, ChangedFile, Commit, read_branches
from sphinxext_dep.history.git import read_blobs
from sphinxext_dep.model.config import UnmergedSettings
from sphinxext_dep.model.diagnostics import Severity
from sphinxext_dep.model.files import read_joined
from sphinxext_dep.rules import RULES
from tests.history.repo import Repo

BUNDLE = Path(__file__).parents[3] / "shared" / "corpus" / "dynamo-history.bundle"
BODY = "\n# Summary\n\nS.\n\n# Motivation\n\nM.\n\n# Proposal\n\nP.\n\n# Alternate Solutions\n\nA.\n"


def page(title: str = "Retry", status: str = "Draft", **fields: str) -> bytes:
    header = {"Status": status, "Authors": "@octo", "Category": "Architecture"} | {
        key.replace("_", " ").title(): value for key, value in fields.items()
    }
    return (f"# {title}\n\n" + "\n\n".join(f"**{key}**: {value}" for key, value in header.items()) + BODY).encode()


def checked(path: str, text: bytes) -> Checked:
    found = check_bytes(text, path, DEFAULT, RULES)
    assert found is not None
    return found


def collect(
    branches: dict[str, dict[str, bytes]], merged: dict[str, bytes] | None = None, changes: tuple[str, ...] = ()
) -> Unmerged:
    """Drafts of *branches* (ref → path → text); paths in *changes* were there where the branch began."""
    texts: dict[str, bytes] = {}
    made: list[Branch] = []
    for place, (ref, files) in enumerate(branches.items()):
        found = []
        for path, text in files.items():
            blob = f"{len(texts):040x}"
            texts[blob] = text
            found.append(ChangedFile(path, blob, path if path in changes else "", "0" if path in changes else ""))
        commit = Commit(f"{place:040x}", 1_767_225_600, "Ada", "x")
        made.append(Branch((ref,), None, commit.id, "", (commit,), tuple(found)))
    known = [checked(path, text) for path, text in (merged or {}).items()]
    return collect_drafts(Branches("base", tuple(made)), texts, known, DEFAULT, RULES)


def rows(found: Unmerged) -> list[tuple[str, str]]:
    return [(draft.branch.name, draft.proposal.path) for draft in found.drafts]


@pytest.mark.parametrize(
    ("name", "number", "slug"),
    [
        ("NNNN-retry.md", None, "retry"),
        ("000N-retry.md", None, "retry"),
        ("000M-retry.md", None, "retry"),
        ("00XX-retry.md", None, "retry"),
        ("XXXX-retry.md", None, "retry"),
        ("0TBD-retry.md", None, "retry"),
        ("0001-TBD-retry.md", None, "retry"),
        ("0000-retry.md", None, "retry"),
        ("retry.md", None, "retry"),
        ("0017-retry.md", 17, "retry"),
        ("001-retry.md", None, "001-retry"),
        ("AIP-0002-retry.md", None, "aip-0002-retry"),
    ],
)
def test_numbers_of_drafts(name: str, number: int | None, slug: str) -> None:
    merged = {"deps/0001-one.md": page("One"), "deps/0002-two.md": page("Two")}
    (draft,) = collect({"refs/pull/3/head": {f"deps/{name}": page()}}, merged).drafts
    assert (draft.proposal.number, draft.proposal.slug, draft.place) == (number, slug, Place.PROPOSALS)
    assert [item.code for item in draft.diagnostics] == []


def test_pages_that_are_rows() -> None:
    plain = b"# A plan\n\nNo header.\n"
    found = collect(
        {
            "refs/heads/header": {"deps/NNNN-a.md": page("A"), "deps/notes.md": plain, "deps/a/more.md": plain},
            "refs/heads/longest": {"deps/0007-b.md": plain * 9, "deps/0007-b/short.md": plain},
            "refs/heads/elsewhere": {"plans/0001-x.md": page("X"), "plans/y.md": plain},
            "refs/heads/skill": {".claude/skills/x/SKILL.md": b"---\nname: x\ndescription: DEP\n---\n# X\n"},
            "refs/heads/talk": {"CLAUDE.md": plain, "README.md": plain, "deps/README.md": plain},
            "refs/heads/empty": {"deps/0009-e.md": b""},
            "refs/heads/template": {"NNNN-limited-template.md": page("Built on the template")},
            "refs/heads/choices": {"NNNN-other-template.md": page(status="Draft | Under Review | Approved")},
        },
        changes=("README.md", "NNNN-limited-template.md", "NNNN-other-template.md"),
    )  # fmt: skip
    assert rows(found) == [
        ("header", "deps/NNNN-a.md"),
        ("longest", "deps/0007-b.md"),
        ("elsewhere", "plans/0001-x.md"),
        ("template", "NNNN-limited-template.md"),
    ]
    first, longest, elsewhere, template = found.drafts
    assert first.companions == ("deps/notes.md", "deps/a/more.md")
    assert (longest.has_header, longest.companions) == (False, ("deps/0007-b/short.md",))
    assert (elsewhere.place, template.place) == (Place.OTHER, Place.TEMPLATE)


def test_a_page_without_header_and_number_is_a_row() -> None:
    found = collect(
        {
            "refs/heads/plan": {"deps/NNNN-plan.md": b"# A plan\n\nNo header.\n", "deps/notes.md": b"# N\n"},
            "refs/heads/latin": {"deps/NNNN-latin.md": page("Café").decode().encode("latin-1")},
            "refs/heads/white": {"deps/0007-white.md": b" \n\n"},
            "refs/heads/empty": {"deps/0008-empty.md": b""},
        }
    )
    assert rows(found) == [("plan", "deps/NNNN-plan.md"), ("latin", "deps/NNNN-latin.md")]
    assert found.notes == ("white: deps/0007-white.md is empty", "empty: deps/0008-empty.md is empty")


def test_companions_belong_to_the_draft_that_they_are_called_after() -> None:
    plain = b"# A plan\n\nNo header.\n"
    names = ("0060-x/one.md", "0060-x-more.md", "0061-y/sub/two.md", "0061-y/three.md", "own/four.md", "shared.md")
    drafts = {f"deps/{name}.md": page(name) for name in ("0060-x", "0061-y", "own/0062-z")}
    found = collect({"refs/heads/x": drafts | {f"deps/{name}": plain for name in names}})
    assert {draft.proposal.number: draft.companions for draft in found.drafts} == {
        60: ("deps/0060-x/one.md", "deps/0060-x-more.md", "deps/shared.md"),
        61: ("deps/0061-y/sub/two.md", "deps/0061-y/three.md"),
        62: ("deps/own/four.md",),
    }


def test_diagnostics_are_information() -> None:
    (draft,) = collect({"refs/heads/x": {"deps/NNNN-a.md": page(status="Publishd", replaces="DEP-99")}}).drafts
    assert {item.code for item in draft.diagnostics} >= {"DEP201", "DEP402"}
    assert {item.severity for item in draft.diagnostics} == {Severity.INFO}


def test_a_change_of_a_merged_page() -> None:
    merged = {"deps/0001-one.md": page("One"), "deps/0002-two.md": page("Two", extends="DEP-1")}
    found = collect({"refs/heads/x": {"deps/0001-one.md": page("One, again")}}, merged, changes=("deps/0001-one.md",))
    (draft,) = found.drafts
    assert (draft.changes, draft.diagnostics) == ("deps/0001-one.md", ())
    assert found.changing("deps/0001-one.md") == (draft,)


def collisions(found: Unmerged) -> dict[str, str]:
    return {
        draft.branch.name: item.message
        for draft in found.drafts
        for item in draft.diagnostics
        if item.name == "claimed-number"
    }


def test_numbers_that_collide() -> None:
    found = collect(
        {
            "refs/pull/82/head": {"deps/0016-a.md": page("A")},
            "refs/pull/88/head": {"deps/0016-b.md": page("B")},
            "refs/pull/90/head": {"deps/0016-b.md": page("B, another branch")},
            "refs/pull/72/head": {"deps/0001-c.md": page("C")},
            "refs/pull/73/head": {"deps/0000-d.md": page("D")},
            "refs/pull/74/head": {"deps/0000-e.md": page("E")},
        },
        {"deps/0001-one.md": page("One"), "deps/0000-process.md": page("Process", status="Rejected")},
    )
    assert collisions(found) == {
        "pull/82": "DEP-0016 is also `deps/0016-b.md` on pull/88 and `deps/0016-b.md` on pull/90",
        "pull/88": "DEP-0016 is also `deps/0016-a.md` on pull/82",
        "pull/90": "DEP-0016 is also `deps/0016-a.md` on pull/82",
        "pull/72": "DEP-0001 is also `deps/0001-one.md`",
        "pull/73": "`0000-` is no number yet, and DEP-0000 is `deps/0000-process.md`",
        "pull/74": "`0000-` is no number yet, and DEP-0000 is `deps/0000-process.md`",
    }


def test_a_judgement_among_neighbours_is_the_same_as_among_all() -> None:
    merged = {f"deps/{number:04d}-p.md": page(f"P{number}", extends=f"DEP-{number + 1}") for number in range(1, 30)}
    merged["deps/0030-p.md"] = page("P30", status="Replaced", replaced_by="DEP-31")
    text = page("New", replaces="DEP-30", extends="DEP-5, DEP-77", number="31")
    (draft,) = collect({"refs/heads/x": {"deps/0031-new.md": text}}, merged).drafts
    everything = [checked(path, data) for path, data in merged.items()] + [checked("deps/0031-new.md", text)]
    whole = [item for item in judge(everything, DEFAULT, RULES).diagnostics if item.path == "deps/0031-new.md"]
    assert [(item.code, item.message) for item in draft.diagnostics] == [(item.code, item.message) for item in whole]


def test_drafts_can_be_stored() -> None:
    found = collect({"refs/heads/x": {"deps/NNNN-a.md": page(replaces="DEP-99")}})
    assert pickle.loads(pickle.dumps(found)) == found


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "repo")
    settings = "[unmerged]\nrefs = ['refs/heads/*']\nbase = 'main'\nmax-age = 0\n"
    repo.commit({"docs/conf.py": "", "docs/dep.toml": settings, "docs/deps/0001-one.md": page("One")})
    repo.git("switch", "-q", "-c", "work")
    repo.commit({"docs/deps/NNNN-retry.md": page(replaces="DEP-1"), "plans/x.md": page("X")})
    repo.git("switch", "-q", "main")
    return repo


def read(repo: Repo, cache: Path | None = None) -> Unmerged:
    config = discover(repo.top / "docs", rule_codes=RULES.codes)
    pages = sorted((repo.top / "docs/deps").glob("*.md"))
    merged = [checked(f"deps/{file.name}", file.read_bytes()) for file in pages]
    return read_unmerged(config, merged, RULES, "2026-06-01", cache)


def test_a_project_below_the_top_of_its_repository(repo: Repo) -> None:
    assert rows(read(repo)) == [("work", "deps/NNNN-retry.md"), ("work", "../plans/x.md")]


def test_what_is_read_is_kept_until_something_moves(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = repo.top.parent / "unmerged.cache"
    first = read(repo, cache)
    with monkeypatch.context() as context:
        context.setattr(unmerged, "read_branches", None)
        assert read(repo, cache) == first
    repo.git("switch", "-q", "work")
    repo.commit({"docs/deps/NNNN-retry.md": page("Retry later")})
    repo.git("switch", "-q", "main")
    assert [draft.proposal.title for draft in read(repo, cache).drafts] == ["Retry later", "X"]
    cache.write_bytes(cache.read_bytes()[:-9])
    assert [draft.proposal.title for draft in read(repo, cache).drafts] == ["Retry later", "X"]


def test_a_base_that_is_not_there_is_a_note(repo: Repo) -> None:
    (repo.top / "docs/dep.toml").write_text("[unmerged]\nbase = 'nowhere'\n", encoding="utf-8")
    (note,) = read(repo).notes
    assert (
        note == "branches cannot be read: git knows no commit 'nowhere'; fetch it, or correct `base` below `[unmerged]`"
    )


@pytest.mark.parametrize(
    ("name", "files", "found"),
    [
        ("only the file beside", {"1-a/meta.yaml": "status: Approved\n"}, [("deps/1-a/README.md", "Approved", 0)]),
        ("only the page", {"1-a/README.md": "# A\n\nNew.\n"}, [("deps/1-a/README.md", "Draft", 0)]),
        ("the first file beside", {"2-b/meta.yaml": "title: B\nstatus: Draft\n"}, [("deps/2-b/README.md", "Draft", 0)]),
        (
            "a new proposal, with another page",
            {"3-c/README.md": "# C\n", "3-c/meta.yaml": "status: Draft\n", "3-c/notes.md": "# Notes on C\n"},
            [("deps/3-c/README.md", "Draft", 1)],
        ),
        ("beside no page", {"4-d/meta.yaml": "status: Draft\n"}, []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_headers_beside_pages(
    tmp_path: Path, name: str, files: dict[str, str], found: list[tuple[str, str, int]]
) -> None:
    repo = Repo(tmp_path)
    repo.commit({
        "docs/conf.py": "",
        "docs/dep.toml": "sources = ['deps/*/README.md']\nexclude = []\nlayout = 'directories'\nsidecar = 'meta.yaml'\n"
        "[unmerged]\nrefs = ['refs/heads/*']\nbase = 'main'\nmax-age = 0\n",
        "docs/deps/1-a/README.md": "# A\n\nOld.\n", "docs/deps/1-a/meta.yaml": "status: Draft\n",
        "docs/deps/1-a/notes.md": "# Notes\n", "docs/deps/2-b/README.md": "# B\n",
    })  # fmt: skip
    repo.git("switch", "-q", "-c", "work")
    repo.commit({f"docs/deps/{path}": text for path, text in files.items()})
    repo.git("switch", "-q", "main")
    config = discover(repo.top / "docs", rule_codes=RULES.codes)
    merged = [
        item
        for path in ("deps/1-a/README.md", "deps/2-b/README.md")
        if (item := check_bytes(read_joined(repo.top / "docs" / path, "meta.yaml"), path, config.schema, RULES))
    ]
    cache = tmp_path / "cache"
    for _again in range(2):
        drafts = read_unmerged(config, merged, RULES, "2026-06-01", cache).drafts
        assert [(item.proposal.path, item.proposal.status, len(item.companions)) for item in drafts] == found
        assert all(bool(item.changes) == item.proposal.path.startswith(("deps/1", "deps/2")) for item in drafts)


@pytest.mark.skipif(not BUNDLE.exists(), reason="the corpus is not here")
def test_a_real_repository(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    for command in (
        ["clone", "-q", str(BUNDLE), str(clone)],
        ["-C", str(clone), "fetch", "-q", "origin", "+refs/pull/*/head:refs/pull/*/head"],
    ):
        subprocess.run(["git", *command], env=env, check=True, capture_output=True)
    branches = read_branches(clone, UnmergedSettings(max_age=0), (".md",), 0)
    texts = read_blobs(clone, {file.blob for branch in branches.branches for file in branch.files})
    merged = [checked(f"deps/{file.name}", file.read_bytes()) for file in sorted((clone / "deps").glob("*.md"))]
    found = collect_drafts(branches, texts, merged, DEFAULT, RULES)

    def of(name: str) -> list[Draft]:
        return [draft for draft in found.drafts if draft.branch.name == name]

    without = {draft.branch.name for draft in found.drafts if not draft.has_header}
    assert {f"pull/{number}" for number in (18, 28, 40, 56, 58, 72)} <= without
    assert [(draft.proposal.number, draft.place) for draft in of("pull/10")] == [(None, Place.TEMPLATE)]
    assert not of("pull/34")  # an empty file
    assert sum(len(draft.companions) for draft in of("pull/54")) >= 17
    claimed = collisions(found)
    assert {name for name, message in claimed.items() if "DEP-0016" in message} == {"pull/82", "pull/86", "pull/88"}
    for name in ("pull/72", "pull/78"):
        assert claimed[name].count("deps/0014-") == 3
    placeholders = [name for name, message in claimed.items() if message.startswith("`0000-`")]
    assert len(placeholders) >= 7


def test_what_is_kept_of_branches_gives_what_reading_all_gives(repo: Repo) -> None:
    """After each change, with the cache of the state before."""
    cache = repo.top.parent / "unmerged.cache"

    def same() -> Unmerged:
        found = read(repo, cache)
        assert found == read(repo)
        assert read(repo, cache) == found
        return found

    def push(number: int, files: dict[str, bytes], start: str = "main") -> None:
        repo.git("switch", "-q", "--detach", start)
        repo.git("update-ref", f"refs/heads/b{number}", repo.commit(files))
        repo.git("switch", "-q", "main")

    same()
    push(21, {"docs/deps/0031-one.md": page("First")})
    same()
    push(22, {"docs/deps/0031-two.md": page("Two")})
    assert ["DEP408" in {item.code for item in draft.diagnostics} for draft in same().drafts].count(True) == 2
    push(23, {"docs/deps/0031-one.md": page("One, again")})
    assert [draft.elsewhere for draft in same().drafts if draft.branch.name == "b21"] == [("b23",)]
    repo.git("update-ref", "-d", "refs/heads/b23")
    repo.git("update-ref", "-d", "refs/heads/b22")
    [alone] = [draft for draft in same().drafts if draft.branch.name == "b21"]
    assert (alone.elsewhere, "DEP408" in {item.code for item in alone.diagnostics}) == ((), False)
    repo.commit({"docs/deps/0031-merged.md": page("Merged")})
    [beside] = [draft for draft in same().drafts if draft.branch.name == "b21"]
    assert "DEP408" in {item.code for item in beside.diagnostics}
    push(21, {"docs/deps/0032-one.md": page("Next")}, "refs/heads/b21")
    same()


def push(repo: Repo, ref: str, files: dict[str, bytes], start: str = "main", removed: str = "") -> None:
    repo.git("switch", "-q", "--detach", start)
    if removed:
        (repo.top / removed).unlink()
    repo.git("update-ref", ref, repo.commit(files))
    repo.git("switch", "-q", "main")


def test_a_number_of_a_page_that_the_branch_removes_is_free(repo: Repo) -> None:
    """Also when the new page has so little of the old one that git does not call it a rename."""
    push(repo, "refs/heads/again", {"docs/deps/0001-anew.md": b"# Anew\n"}, removed="docs/deps/0001-one.md")
    push(repo, "refs/heads/same", {"docs/deps/0001-other.md": page("Other")})
    found = read(repo)
    assert {name: message for name, message in collisions(found).items() if name != "again"} == {
        "same": "DEP-0001 is also `deps/0001-one.md` and `deps/0001-anew.md` on again"
    }
    assert collisions(found)["again"] == "DEP-0001 is also `deps/0001-other.md` on same"


def test_what_a_branch_has_from_a_squashed_one_is_merged(repo: Repo) -> None:
    """It is built upon a pull request whose text was changed when it was merged."""
    settings = "[unmerged]\nrefs = ['refs/heads/*', 'refs/pull/*/head']\nbase = 'main'\nmax-age = 0\n"
    push(repo, "refs/pull/7/head", {"docs/deps/0007-inner.md": page("Inner")})
    push(repo, "refs/pull/8/head", {"docs/deps/0008-outer.md": page("Outer")}, "refs/pull/7/head")
    assert [name for name in rows(read(repo)) if name[0] != "work"] == []
    repo.commit({"docs/dep.toml": settings})
    both = [("pull/7", "deps/0007-inner.md"), ("pull/8", "deps/0008-outer.md")]
    assert rows(read(repo))[:2] == both
    repo.commit({"docs/deps/0007-inner.md": page("Inner, better")})
    repo.git("commit", "-q", "--amend", "-m", "Inner (#7)")
    assert rows(read(repo))[:1] == both[1:]
    push(repo, "refs/pull/8/head", {"docs/deps/0007-inner.md": page("Inner, again")}, "refs/pull/8/head")
    assert rows(read(repo))[:2] == [("pull/8", path) for _name, path in both]


def test_a_partial_clone_says_so_and_fetches_nothing(repo: Repo, tmp_path: Path) -> None:
    """What it holds is listed: here the text of one branch."""
    push(repo, "refs/heads/held", {"docs/deps/0009-held.md": page("Held")})
    repo.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    for arguments in (
        ["clone", "-q", "--no-local", "--filter=blob:none", f"file://{repo.top}", str(clone)],
        ["-C", str(clone), "branch", "work", "origin/work"],
        ["-C", str(clone), "branch", "held", "origin/held"],
        ["-C", str(clone), "checkout", "-q", "held"],
        ["-C", str(clone), "checkout", "-q", "main"],
    ):
        repo.git(*arguments)
    before = sorted((clone / ".git/objects").rglob("*.pack"))
    copy = object.__new__(Repo)
    copy.top = clone
    found = read(copy)
    assert rows(found) == [("held", "deps/0009-held.md")]
    assert "partial clone" in found.notes[0]
    assert "work: docs/deps/NNNN-retry.md is larger than" in found.notes[1]
    assert sorted((clone / ".git/objects").rglob("*.pack")) == before


def test_a_branch_that_stays_is_not_read_again(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = repo.top.parent / "unmerged.cache"
    read(repo, cache)
    asked: list[set[str]] = []

    def counted(top: Path, names: set[str]) -> dict[str, bytes]:
        asked.append(names)
        return read_blobs(top, names)

    monkeypatch.setattr(unmerged, "read_blobs", counted)
    repo.git("switch", "-q", "--detach", "main")
    repo.git("update-ref", "refs/heads/b21", repo.commit({"docs/deps/0031-one.md": page("First")}))
    repo.git("switch", "-q", "main")
    assert "b21" in [draft.branch.name for draft in read(repo, cache).drafts]
    assert [len(names) for names in asked] == [1]


def test_a_change_of_the_base_judges_only_what_it_concerns(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = repo.top.parent / "unmerged.cache"
    for number, text in enumerate((page("Extends", extends="DEP-1"), page("Alone"), page("Other")), 1):
        repo.git("switch", "-q", "-c", f"more{number}", "main")
        repo.commit({f"docs/deps/NNNN-more{number}.md": text})
    repo.git("switch", "-q", "main")
    read(repo, cache)
    judged: list[str] = []
    original = unmerged._of_branch

    def counted(branch: Branch, *arguments: object, **options: object) -> object:
        judged.append(branch.name)
        return original(branch, *arguments, **options)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(unmerged, "_of_branch", counted)
    # A proposal that no branch has to do with.
    repo.commit({"docs/deps/0009-new.md": page("New")})
    after = read(repo, cache)
    assert judged == []
    assert after == read(repo)
    judged.clear()
    # The one that a branch extends.
    file = next((repo.top / "docs/deps").glob("0001-*.md"))
    repo.commit({f"docs/deps/{file.name}": file.read_bytes().replace(b"Draft", b"Rejected")})
    after = read(repo, cache)
    assert judged == ["more1", "work"]
    assert after == read(repo)
    assert any(item.code == "DEP407" for draft in after.drafts for item in draft.diagnostics)

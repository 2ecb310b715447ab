"""Commands in documentation whose proposals are in another repository."""

from __future__ import annotations

from pathlib import Path

import pytest
from sphinx.errors import ConfigError as SphinxConfigError

from tests.cli.tree import DECIDED, Tree, page
from tests.history.repo import Repo
from tests.two_repositories import CONFIG, DOCS_FORGE, FORGE, PROPOSALS, WAYS, Two

FILES = PROPOSALS | {
    "deps/0001-first.md": page("First", DECIDED),
    "deps/0002-second.md": page("Second"),
    "deps/retry.md": page("Retry"),
}
REFS = '[unmerged]\nrefs = ["refs/pull/*/head", "refs/remotes/origin/*"]\nmax-age = 0\n'


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772323200")
    monkeypatch.setenv("SPHINX_DEP_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "ada@example.org")


@pytest.fixture(params=WAYS)
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Two:
    return Two(tmp_path, request.param, FILES)


def tree(two: Two) -> Tree:
    made = object.__new__(Tree)
    made.root = two.src
    return made


def pull(two: Two, number: int, files: dict[str, str]) -> None:
    """A pull request in the repository of the proposals, as it is fetched into the documentation."""
    two.upstream.git("switch", "-q", "-c", f"pull{number}")
    commit = two.upstream.commit(files)
    two.upstream.git("switch", "-q", "main")
    if two.way != "copy":
        two.inside("fetch", "-q", str(two.upstream.top), f"{commit}:refs/pull/{number}/head")


def test_check_finds_the_proposals(two: Two) -> None:
    assert "3 proposals" in tree(two).ok("check")
    two.edit("enhancements/deps/0002-second.md", "Draft", "Daft")
    assert "enhancements/deps/0002-second.md:3" in tree(two).run("check").output


@pytest.mark.parametrize("named", ["enhancements/deps/0002-second.md", "enhancements/deps", "enhancements"])
def test_naming_a_path_does_not_change_the_project(two: Two, named: str) -> None:
    two.edit("enhancements/deps/0002-second.md", "Draft", "Parked")
    two.write({"dep.toml": (two.src / "dep.toml").read_text(encoding="utf-8") + '\n[statuses.Parked]\nkind = "open"\n'})
    assert "3 proposals" in tree(two).ok("check")
    assert tree(two).run("check", named).exit_code == 0


def test_new_begins_a_proposal_beside_the_others(two: Two) -> None:
    said = tree(two).ok("new", "Another one", "--author", "@ada")
    assert "created enhancements/deps/0000-another-one.md" in said
    assert (two.inner / "deps/0000-another-one.md").is_file()
    assert ("is a copy" in said) == (two.way == "copy")


def test_assign_looks_at_the_branch_of_the_proposals(two: Two) -> None:
    if two.way == "copy":
        pytest.skip("a copy knows no branches")
    two.upstream.commit({"deps/0007-taken.md": page("Taken", DECIDED)})
    two.inside("fetch", "-q", str(two.upstream.top), "main:refs/remotes/origin/main")
    two.inside("update-ref", "refs/remotes/origin/main", two.upstream.head)
    tree(two).ok("assign", "retry")
    assert (two.inner / "deps/0008-retry.md").is_file()
    assert two.inside("diff", "--cached", "--name-status", "-M") == "R100\tdeps/retry.md\tdeps/0008-retry.md"
    assert not two.docs.git("diff", "--cached")


def test_assign_in_a_copy(tmp_path: Path) -> None:
    two = Two(tmp_path, "copy", FILES)
    assert "is a copy" in tree(two).ok("assign", "retry")
    assert (two.inner / "deps/0003-retry.md").is_file()


def test_base(two: Two) -> None:
    """What the documentation's change does to the proposals is judged, in whatever way they come."""
    if two.way == "copy":
        two.docs.git("add", "-f", "enhancements")
        two.docs.commit()
    base = "main" if two.way == "clone" else two.docs.head
    two.update({"deps/0001-first.md": page("First", DECIDED.replace("Approved", "Draft"))})
    if two.way != "clone":
        two.docs.git("add", "-f", "enhancements")
        two.docs.commit()
    said = tree(two).run("check", "--base", base, "--no-cache").output
    assert "DEP501" in said
    # What is there already is no change.
    assert "DEP501" not in tree(two).run("check", "--base", "HEAD").output


def test_a_base_that_is_not_there(two: Two) -> None:
    if two.way == "copy":
        assert "nothing to compare with" in tree(two).run("check", "--base", "HEAD").output
    assert "git knows no commit 'nowhere'" in tree(two).run("check", "--base", "nowhere").output


def test_a_commit_that_the_submodule_does_not_hold(tmp_path: Path) -> None:
    two = Two(tmp_path, "submodule", FILES)
    two.docs.git("update-index", "--cacheinfo", f"160000,{'1' * 40},enhancements")
    two.docs.git("commit", "-q", "-m", "x")
    said = tree(two).run("check", "--base", "HEAD").output
    assert "the submodule enhancements does not hold the commit 1111111111" in said
    assert "git -C enhancements fetch origin" in said


def test_pull_requests_are_those_of_the_proposals(two: Two) -> None:
    if two.way == "copy":
        pytest.skip("a copy knows no pull requests")
    # One of the documentation itself is none of a proposal.
    two.docs.git("update-ref", "refs/pull/9/head", two.docs.head)
    pull(two, 7, {"deps/NNNN-later.md": page("Later"), "deps/0001-first.md": page("First!", DECIDED)})
    two.write({"dep.toml": CONFIG + REFS})
    rows = tree(two).ok("list", "--unmerged", "--filter", "is:unmerged", "--format", "csv", "--columns", "title,ref")
    assert sorted(rows.split()[1:]) == ["First!,pull/7", "Later,pull/7"]
    said = tree(two).ok("show", "pull/7:enhancements/deps/NNNN-later.md", "--unmerged", "--format", "json")
    assert f"{FORGE}/pull/7" in said
    assert DOCS_FORGE not in said
    pull(two, 8, {"deps/0001-later.md": page("Later")})
    said = tree(two).run("check", "--ref", "pull/8", "--base", "main").output
    assert "enhancements/deps/0001-later.md:1" in said
    assert "DEP401" in said


def test_numbers_on_pull_requests_are_taken(tmp_path: Path) -> None:
    two = Two(tmp_path, "submodule", FILES)
    pull(two, 7, {"deps/0009-later.md": page("Later")})
    two.write({"dep.toml": CONFIG + REFS})
    tree(two).ok("assign", "retry")
    assert (two.inner / "deps/0010-retry.md").is_file()


# --- the process of the proposals' repository -------------------------------------------------------------------------


def process(tmp_path: Path, way: str, extra: str = "") -> Two:
    own = '[statuses.Parked]\nkind = "open"\n\n[unmerged]\nmax-age = 0\n'
    files = FILES | {"dep.toml": own, "deps/0002-second.md": page("Second").replace("Draft", "Parked")}
    return Two(tmp_path, way, files, f'process = "enhancements/dep.toml"\n{extra}')


@pytest.mark.parametrize("way", WAYS)
def test_the_process_is_in_the_repository_of_the_proposals(tmp_path: Path, way: str) -> None:
    two = process(tmp_path, way)
    assert "3 proposals" in tree(two).ok("check")
    built = two.build()
    assert (built.status, built.warnings) == (0, [])
    assert sorted(item["path"] for item in built.deps["proposals"]) == [
        "deps/0001-first.md", "deps/0002-second.md", "deps/retry.md",
    ]  # fmt: skip
    page_of = built.page("enhancements/deps/0001-first")
    assert next(tag["href"] for tag in page_of.select(".dep-actions a")) == f"{FORGE}/edit/main/deps/0001-first.md"
    if way != "copy":
        assert "Created" in page_of.get_text()
    else:
        assert "Created" not in page_of.get_text()


def test_a_change_of_that_process_is_seen_at_once(tmp_path: Path) -> None:
    two = process(tmp_path, "clone")
    assert "3 proposals" in tree(two).ok("check")
    two.edit("enhancements/dep.toml", "Parked", "Waiting")
    assert "`Parked` is not a status" in tree(two).run("check").output


def test_what_may_be_beside_it(tmp_path: Path) -> None:
    two = process(tmp_path, "submodule", 'prefix = "RFC"\n')
    said = tree(two).run("check").output
    assert "prefix: beside 'process' it has no effect; write it into enhancements/dep.toml" in said


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('process = ""', "it names no file"),
        ('process = "nowhere/dep.toml"', "there is no file nowhere/dep.toml; clone or copy the repository"),
        ('process = "enhancements/own.toml"', "there is no file enhancements/own.toml; let sphinx-dep init write it"),
        ('process = "dep.toml"', "holds no process itself"),
    ],
)
def test_a_process_that_is_not_there(tmp_path: Path, toml: str, words: str) -> None:
    two = Two(tmp_path, "clone", FILES, toml)
    result = tree(two).run("check")
    assert (result.exit_code, words in result.output) == (2, True), result.output


def test_a_submodule_that_is_not_checked_out(tmp_path: Path) -> None:
    for config in (CONFIG, 'process = "enhancements/dep.toml"\n'):
        two = Two(tmp_path / config[0], "submodule", FILES | {"dep.toml": ""}, config)
        two.docs.git("submodule", "deinit", "-q", "-f", "enhancements")
        readme = "<!-- dep-index -->\n\n| a table |\n\n<!-- /dep-index -->\n"
        two.docs.write({"README.md": readme, "x.py": "# DEP-0007\n"})
        for command in (
            ["check"],
            ["list"],
            ["embed", "README.md"],
            ["embed", "--check", "README.md"],
            ["mentions", "."],
        ):
            assert "git submodule update --init enhancements" in tree(two).fails(*command, code=2)
        (two.docs.top / "README.md").unlink()
        if "process" in config:
            with pytest.raises(SphinxConfigError, match="git submodule update --init enhancements"):
                two.build()
        else:
            (warning,) = two.build().warnings
            assert "git submodule update --init enhancements" in warning


def test_base_with_the_process_of_the_submodule(tmp_path: Path) -> None:
    two = process(tmp_path, "submodule")
    base = two.docs.head
    two.update({"deps/0001-first.md": page("First", DECIDED.replace("Approved", "Draft"))})
    two.docs.commit()
    assert "DEP501" in tree(two).run("check", "--base", base).output


def test_base_of_a_submodule_in_a_submodule(tmp_path: Path) -> None:
    """The revision is one of the repository that is worked in, whatever the one between them calls so."""
    two = Two(tmp_path, "submodule", FILES)
    outer = Repo(tmp_path / "outer")
    outer.commit({"conf.py": "", "dep.toml": 'sources = ["site/enhancements/deps/**"]\n'})
    allowed = ("-c", "protocol.file.allow=always", "submodule")
    outer.git(*allowed, "add", "-q", str(two.src), "site")
    outer.git(*allowed, "update", "-q", "--init", "--recursive")
    base = outer.commit()
    inner, between = Repo(outer.top / "site/enhancements"), Repo(outer.top / "site")
    inner.commit({"deps/0001-first.md": page("First", DECIDED.replace("Approved", "Draft"))})
    between.commit()
    outer.commit()
    made = object.__new__(Tree)
    made.root = outer.top
    for revision in (base, "HEAD~1"):
        assert "DEP501" in made.run("check", "--base", revision).output
    assert "DEP501" not in made.run("check", "--base", "HEAD").output


def test_two_repositories_of_proposals_and_one_process(tmp_path: Path) -> None:
    """Each proposal belongs to its own repository."""
    two = Two(tmp_path / "one", "clone", FILES)
    other = Two(tmp_path / "two", "clone", {"deps/0005-fifth.md": page("Fifth"), "src/x.py": "x\n"})
    other.inside("remote", "set-url", "origin", "https://gitlab.example.org/team/more.git")
    other.inner.rename(two.src / "more")
    config = 'sources = ["enhancements/deps/**", "more/deps/**"]\n'
    two.write({"dep.toml": config + REFS, ".gitignore": "/enhancements/\n/more/\n"})
    pull(two, 7, {"deps/NNNN-later.md": page("Later")})
    other.upstream.git("switch", "-q", "-c", "topic")
    commit = other.upstream.commit({"deps/NNNN-sooner.md": page("Sooner")})
    two.docs.git("-C", "more", "fetch", "-q", str(other.upstream.top), f"{commit}:refs/pull/7/head")
    rows = tree(two).ok("list", "--unmerged", "--filter", "is:unmerged", "--format", "csv", "--columns", "title,path")
    assert sorted(rows.split()[1:]) == [
        "Later,pull/7:enhancements/deps/NNNN-later.md",
        "Sooner,pull/7:more/deps/NNNN-sooner.md",
    ]
    assert "4 proposals" in tree(two).run("check", "--base", "main").output
    built = two.build(exclude_patterns=["*/*.md", "**/.git"])
    edits = {
        number: built.page(docname).find("a", string="Edit")["href"]  # type: ignore[index]  # fails when it is not there
        for number, docname in ((1, "enhancements/deps/0001-first"), (5, "more/deps/0005-fifth"))
    }
    assert edits == {
        1: f"{FORGE}/edit/main/deps/0001-first.md",
        5: "https://gitlab.example.org/team/more/-/edit/main/deps/0005-fifth.md",
    }


def test_a_readme_links_where_the_forge_has_the_files(two: Two) -> None:
    """A forge shows nothing below a submodule, a clone that is ignored, or a copy."""
    readme = "<!-- dep-index: columns:title -->\n<!-- /dep-index -->\n"
    two.write({"README.md": readme, "enhancements/README.md": readme})
    tree(two).ok("embed", "README.md", "enhancements/README.md")
    assert f"| [Second]({FORGE}/blob/main/deps/0002-second.md) |" in (two.src / "README.md").read_text("utf-8")
    inner = (two.src / "enhancements/README.md").read_text("utf-8")
    assert two.way == "copy" or "| [Second](deps/0002-second.md) |" in inner

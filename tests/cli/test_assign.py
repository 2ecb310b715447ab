"""``sphinx-dep assign``"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sphinxext_dep.cli.commands import assign as assign_module
from sphinxext_dep.cli.moving import judge_move, renamed
from sphinxext_dep.model.source import Source, apply_edits
from tests.cli.tree import DECIDED, DRAFT, Tree, page
from tests.edit.interrupt import states
from tests.sphinx.project import CONF, Project

OLD, NEW = "deps/0000-retry.md", "deps/0003-retry.md"
INDEX = """# Docs

```{toctree}
deps/0001-one
deps/0000-retry
```

See [it](deps/0000-retry.md#goals), <project:/deps/0000-retry.md>, {doc}`deps/0000-retry`, [](dep:retry).

Not https://forge.org/deps/0000-retry.md, 0000-retry, other/0000-retry.md or deps/0000-retry-more.md.
"""


def git(tree: Tree, *args: str) -> str:
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    identity = {f"GIT_{who}_{what}": "x@y" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    command = ["git", *args]
    return subprocess.run(command, cwd=tree.root, env=env | identity, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    related = DECIDED + "\n**Related**: retry\n"
    return Tree(
        tmp_path / "repo",
        {
            "index.md": INDEX,
            "deps/0001-one.md": page("One", related),
            "deps/0002-two.md": page("Two", DECIDED + "\n**Extends**: [Retry](0000-retry.md)\n"),
            OLD: page("Retry", DRAFT + "\n**Number**: TBD\n\n**Related**: DEP-1\n"),
        },
    )


@pytest.fixture
def repo(tree: Tree) -> Tree:
    git(tree, "init", "-q", "-b", "main")
    git(tree, "add", ".")
    git(tree, "commit", "-q", "-m", "one")
    return tree


def test_the_next_number_and_every_reference(tree: Tree) -> None:
    before = tree.files
    said = tree.ok("assign", "retry")
    assert f"{OLD} is now {NEW}\n" in said
    assert "there is no remote branch to look at" in said
    after = tree.files
    assert OLD not in after
    assert after[NEW] == before[OLD].replace(b"**Number**: TBD", b"**Number**: 3")
    assert after["deps/0001-one.md"] == before["deps/0001-one.md"].replace(b": retry", b": DEP-0003")
    assert after["deps/0002-two.md"] == before["deps/0002-two.md"].replace(b"(0000-", b"(0003-")
    index = INDEX
    for lead in ("\ndeps/", "(deps/", ":/deps/", "`deps/"):
        index = index.replace(f"{lead}0000-retry", f"{lead}0003-retry")
    index = index.replace("0003-retry-more", "0000-retry-more")
    assert after["index.md"].decode() == index
    assert tree.proposal(NEW).number == 3
    # The draft extends nothing, but is extended by what is decided: that was so before.
    assert set(tree.codes) == {"DEP407"}


def test_git_sees_a_rename(repo: Tree) -> None:
    repo.ok("assign", OLD)
    assert f"R  {OLD} -> {NEW}\n" in git(repo, "status", "--porcelain").replace("RM", "R ")
    (repo.root / "deps/0000-untracked.md").write_text(page("U"), encoding="utf-8")
    repo.ok("assign", "untracked")
    assert "deps/0004-untracked.md" in repo.files


def test_numbers_on_the_base_branch_are_taken(repo: Tree, tmp_path: Path) -> None:
    git(repo, "switch", "-q", "-c", "theirs")
    repo.write({"deps/0007-theirs.md": page("Theirs", DECIDED), "deps/0008-x.md": "# DEP-9: X\n"})
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "theirs")
    git(repo, "switch", "-q", "main")
    assert "rename to deps/0010-retry.md" in repo.ok("assign", "retry", "--base", "theirs", "--dry-run")
    taken = repo.fails("assign", "retry", "--base", "theirs", "--number", "7", code=2)
    assert "DEP-0007 is deps/0007-theirs.md" in taken
    # The remote's main branch is looked at without being asked for.
    git(repo, "clone", "-q", "--bare", ".", str(tmp_path / "remote.git"))
    git(repo, "remote", "add", "origin", str(tmp_path / "remote.git"))
    git(repo, "push", "-q", "origin", "theirs:main", "--force")
    git(repo, "fetch", "-q", "origin")
    said = repo.ok("assign", "retry")
    assert "is now deps/0010-retry.md" in said
    assert "no remote branch" not in said
    assert "git knows no commit 'nonsense'" in repo.fails("assign", "two", "--base", "nonsense", code=2)


def test_a_collision_is_resolved(repo: Tree) -> None:
    """Two branches took the next free number, and merged clean."""
    repo.write({"deps/0002-zwei.md": page("DEP-0002: Zwei", DECIDED)})
    repo.write({"deps/0004-four.md": page("Four", DECIDED + "\n**Extends**: DEP-2\n")})
    assert repo.codes.count("DEP401") == 2
    said = repo.ok("assign", "deps/0002-zwei.md")
    assert "deps/0002-zwei.md is now deps/0005-zwei.md" in said
    assert "check whom these mean with DEP-0002: deps/0004-four.md:" in said
    assert repo.text("deps/0005-zwei.md").startswith("# DEP-0005: Zwei\n")
    assert "DEP401" not in repo.codes
    assert "is DEP-0002 already" in repo.fails("assign", "2")


def test_titles_and_names_that_have_a_place_for_the_number(tree: Tree) -> None:
    tree.write({"deps/dep-NNNN-x.md": page("DEP-NNNN: X *y*"), "dep.toml": 'sources = ["deps/*.md"]\nexclude = []\n'})
    tree.ok("assign", "x")
    assert tree.text("deps/dep-0003-x.md").startswith("# DEP-0003: X *y*\n")
    assert tree.proposal("deps/dep-0003-x.md").title == "X y"


def test_a_file_whose_name_is_its_slug(tree: Tree) -> None:
    """What names it in a relation is a path and a slug at once; it becomes the number."""
    tree.write({"deps/cache.md": page("Cache"), "deps/0001-one.md": page("One", f"{DRAFT}\n**Related**: cache\n")})
    text = "# Two\n\nThe cache, [a](cache.md), [b](cache), {doc}`cache`, <cache>, cache/x, cached.\ncache\n"
    contents = "```{toctree}\n0001-one\ncache\n```\n"
    tree.write({"deps/0002-two.md": text, "deps/index.md": f"# The cache\n\n{contents}"})
    tree.ok("assign", "cache")
    assert "**Related**: DEP-0003\n" in tree.text("deps/0001-one.md")
    wanted = text
    for old in ("(cache.md)", "(cache)", "`cache`", "<cache>"):
        wanted = wanted.replace(old, f"{old[0]}0003-{old[1:]}")
    assert tree.text("deps/0002-two.md") == wanted
    assert tree.text("deps/index.md") == "# The cache\n\n" + contents.replace("\ncache", "\n0003-cache")


def test_a_number_that_makes_something_wrong_is_not_given(tree: Tree) -> None:
    """Somebody extends DEP-3 already, and the one that would become DEP-3 extends that."""
    tree.write({"deps/0001-one.md": page("One", f"{DRAFT}\n**Extends**: DEP-3\n")})
    tree.write({OLD: page("Retry", f"{DRAFT}\n**Extends**: DEP-1\n")})
    assert "nothing was changed: then deps/0001-one.md would have DEP405" in tree.fails("assign", "retry")


def test_the_baseline_names_the_file_too(tree: Tree) -> None:
    tree.write(
        {
            "dep.toml": 'baseline = "baseline.toml"\nsources = ["deps/*.md"]\n',
            OLD: page("Retry", DRAFT + "\n**Unknown**: x\n"),
        }
    )
    tree.run("check", "--write-baseline")
    assert OLD in tree.text("baseline.toml")
    tree.ok("assign", OLD)
    assert NEW in tree.text("baseline.toml")
    assert tree.run("check").exit_code == 0


@pytest.mark.parametrize(
    ("args", "why", "code"),
    [
        (("1",), "deps/0001-one.md is DEP-0001 already", 1),
        (("retry", "--number", "2"), "DEP-0002 is deps/0002-two.md", 2),
        (("retry", "--base", "main"), "git", 2),
        (("nothing",), "there is no proposal 'nothing'", 2),
    ],
)
def test_refused(tree: Tree, args: tuple[str, ...], why: str, code: int) -> None:
    assert why in tree.fails("assign", *args, code=code)


def test_a_name_that_sources_would_not_match(tree: Tree) -> None:
    tree.write({"dep.toml": 'sources = ["deps/0000-*.md"]\n'})
    assert "'sources' would not match deps/0001-retry.md" in tree.fails("assign", "retry", code=2)


def test_dry_run_is_a_patch_that_git_takes(repo: Tree) -> None:
    result = repo.run("assign", "retry", "--dry-run")
    assert result.exit_code == 0
    assert git(repo, "status", "--porcelain") == ""
    patch = repo.root.parent / "assign.patch"
    patch.write_bytes(result.stdout_bytes)
    git(repo, "apply", str(patch))
    patched = repo.files
    git(repo, "reset", "-q", "--hard")
    git(repo, "clean", "-qfd")
    repo.ok("assign", "retry")
    assert repo.files == patched


def test_killed_at_any_moment(tree: Tree, tmp_path: Path) -> None:
    """Whatever a build would report of proposals then, `check` reports as well; there is no number without a file."""
    tree.write({"conf.py": CONF})
    # Roles and relations name it by its name, by its file and, in a collision, by the number that it gives up.
    role = "\n{dep}`retry` and {dep}`2`.\n"
    tree.write({"deps/0001-one.md": page("One", f"{DECIDED}\n**Related**: retry\n") + role})
    tree.write({"deps/0002-zwei.md": page("DEP-0002: Zwei", DECIDED), "deps/0005-five.md": page("Five") + role})
    for word in ("retry", "deps/0002-zwei.md"):
        seen = list(states(partial(tree.ok, "assign", word), lambda: tree.files))
        pages = [{path: data for path, data in state.items() if not Path(path).name.startswith(".")} for state in seen]
        different = [state for number, state in enumerate(pages) if not number or state != pages[number - 1]]
        assert len(different) > 2
        for number, state in enumerate(different[1:-1]):
            project = Project(tmp_path / f"{word[:5]}-{number}")
            shutil.rmtree(project.src)
            copy = Tree(project.src, state)
            checked = set(copy.codes)
            built = set(re.findall(r"DEP\d{3}", "\n".join(project.build().warnings)))
            assert built <= checked, (word, number)


@pytest.mark.parametrize(
    ("text", "path", "wanted"),
    [
        ("[x](0000-a.md)", "deps/x.md", "[x](0012-a.md)"),
        ("[x](./0000-a.md#s)", "deps/x.md", "[x](./0012-a.md#s)"),
        ("[x](../deps/0000-a.html)", "deps/x.md", "[x](../deps/0012-a.html)"),
        ("[x](../deps/0000-a.md)", "guide/x.md", "[x](../deps/0012-a.md)"),
        ("   0000-a\n", "deps/x.rst", "   0012-a\n"),
        (":doc:`/deps/0000-a`", "guide/x.rst", ":doc:`/deps/0012-a`"),
        ("(0000-a.md)", "guide/x.md", "(0000-a.md)"),
        ("0000-a.md.bak 0000-a.png 0000-ab.md x0000-a.md 1-0000-a.md", "deps/x.md", None),
        ("http://x.org/0000-a.md", "deps/x.md", None),
        ("http://deps/0000-a.md", "x.md", None),
        ("a" * 2000 + "/0000-a.md", "deps/x.md", None),
    ],
)
def test_paths(text: str, path: str, wanted: str | None) -> None:
    source = Source(path, text)
    after = apply_edits(source, renamed(text, path, "deps/0000-a.md", "deps/0012-a.md"))
    assert after.text == (text if wanted is None else wanted)


def test_absolute_paths_start_where_the_docs_do() -> None:
    text = "[x](/deps/0000-a.md)"
    edits = list(renamed(text, "docs/x.md", "docs/deps/0000-a.md", "docs/deps/0012-a.md", "docs"))
    assert apply_edits(Source("x.md", text), edits).text == "[x](/deps/0012-a.md)"


def test_a_linked_directory_keeps_its_link(tmp_path: Path) -> None:
    tree = Tree(tmp_path, {"real/0001-one.md": page("One"), "real/0000-two.md": page("Two")})
    (tree.root / "deps").symlink_to("real")
    git(tree, "init", "-q", "-b", "main")
    git(tree, "add", "-A")
    git(tree, "commit", "-q", "-m", "x")
    tree.ok("assign", "two")
    assert git(tree, "status", "--short").split() == ["R", "real/0000-two.md", "->", "real/0002-two.md"]


def test_a_number_is_not_given_twice_by_two_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = Tree(tmp_path, {"deps/0001-one.md": page("One"), "deps/0000-a.md": page("A"), "deps/0000-b.md": page("B")})
    judged = judge_move

    def meanwhile(*args: Any) -> None:
        judged(*args)
        (tmp_path / "deps/0000-b.md").rename(tmp_path / "deps/0002-b.md")

    monkeypatch.setattr(assign_module, "judge_move", meanwhile)
    result = tree.run("assign", "a")
    assert (result.exit_code, "added or renamed proposals meanwhile; try again" in result.output) == (1, True)
    assert sorted(path.name for path in (tmp_path / "deps").iterdir()) == ["0000-a.md", "0001-one.md", "0002-b.md"]


def test_a_number_that_is_taken_on_the_base_is_given_up_with_what_refers_to_it(tree: Tree) -> None:
    """Before the two are merged it is plain whom a relation here means with it."""
    git(tree, "init", "-q", "-b", "main")
    git(tree, "add", "-A")
    git(tree, "commit", "-q", "-m", "x")
    git(tree, "checkout", "-q", "-b", "theirs")
    tree.write({"deps/0003-theirs.md": page("Theirs")})
    git(tree, "add", "-A")
    git(tree, "commit", "-q", "-m", "theirs")
    git(tree, "checkout", "-q", "main")
    tree.write({"deps/0003-mine.md": page("Mine"), "deps/0000-next.md": page("Next", DRAFT + "\n**Extends**: DEP-3\n")})
    assert "DEP504" in tree.run("check", "--base", "theirs").output
    tree.ok("assign", "3", "--base", "theirs")
    assert "**Extends**: DEP-0004" in tree.text("deps/0000-next.md")
    assert "DEP504" not in tree.run("check", "--base", "theirs").output

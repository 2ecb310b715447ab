"""``sphinx-dep supersede``"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.tree import DECIDED, DRAFT, Tree, page
from tests.edit.interrupt import states

NA = "\n**Replaces**: N/A\n\n**Replaced By**: N/A\n"


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(
        tmp_path,
        {
            "deps/0001-one.md": page("One", DECIDED),
            "deps/0002-two.md": page("Two", DECIDED.replace("\n**Sponsor", f"{NA}\n**Sponsor")),
            "deps/0003-three.md": page("Three"),
        },
    )


def test_both_pages_and_the_status_change(tree: Tree) -> None:
    one, two = tree.text("deps/0001-one.md"), tree.text("deps/0002-two.md")
    assert tree.ok("supersede", "1", "2") == "changed deps/0001-one.md\nchanged deps/0002-two.md\n"
    one = one.replace("Approved", "Replaced").replace("Architecture\n", "Architecture\n\n**Replaced By**: DEP-0002\n")
    assert tree.text("deps/0001-one.md") == one
    assert tree.text("deps/0002-two.md") == two.replace("**Replaces**: N/A", "**Replaces**: DEP-0001")
    assert tree.codes == []
    assert tree.ok("supersede", "1", "2") == "deps/0001-one.md and deps/0002-two.md say so already\n"


def test_one_side_that_is_there_already_stays_as_it_is(tree: Tree) -> None:
    text = tree.text("deps/0002-two.md").replace("**Replaces**: N/A", "**Replaces**: [One](0001-one.md)")
    tree.write({"deps/0002-two.md": text})
    assert tree.ok("supersede", "DEP-1", "two") == "changed deps/0001-one.md\n"
    assert tree.text("deps/0002-two.md") == text


def test_a_third_successor_is_added(tree: Tree) -> None:
    tree.ok("supersede", "1", "2")
    tree.write({"deps/0004-four.md": page("Four", DECIDED)})
    tree.ok("supersede", "1", "4")
    assert "**Replaced By**: DEP-0002, DEP-0004\n" in tree.text("deps/0001-one.md")
    assert tree.codes == []


def test_the_lifecycle_is_kept(tree: Tree) -> None:
    assert "`Draft` cannot become `Replaced`" in tree.fails("supersede", "3", "2")


def test_a_successor_that_is_not_decided_yet(tree: Tree) -> None:
    assert "DEP-0003 is only `Draft`" in tree.ok("supersede", "1", "3")


def test_a_rejected_proposal_takes_nobodys_place(tree: Tree) -> None:
    tree.write({"deps/0003-three.md": page("Three", DRAFT.replace("Draft", "Rejected"))})
    assert "DEP-0003 is `Rejected`: it takes nobody's place" in tree.fails("supersede", "1", "3")


def test_nothing_is_written_when_one_side_cannot_be(tree: Tree) -> None:
    """Both or neither: the other page has no header to write to, or holds what would be lost."""
    tree.write({"deps/0004-four.md": "# Four\n\nText.\n"})
    assert "the page has no header" in tree.fails("supersede", "1", "4")
    # A comment inside a value that must be replaced as a whole.
    header = DECIDED.replace("\n**Sponsor", "\n**Replaces**: N/A <!-- a\n--> (yet)\n\n**Sponsor")
    tree.write({"deps/0004-four.md": page("Four", header)})
    assert "a comment inside the value of `Replaces`" in tree.fails("supersede", "1", "4")


def test_a_number_that_two_have_names_neither(tree: Tree) -> None:
    tree.write({"deps/0002-zwei.md": page("Zwei", DECIDED)})
    assert "cannot be named: DEP-0002 is another proposal too" in tree.fails("supersede", "1", "deps/0002-zwei.md")


def test_wrong_usage(tree: Tree) -> None:
    assert "cannot take the place of itself" in tree.fails("supersede", "1", "0001", code=2)
    tree.write({"dep.toml": 'sources = ["deps/*.md"]\n[statuses.Replaced]\nenabled = false\n'})
    assert "no status that requires a relation" in tree.fails("supersede", "1", "2", code=2)


def test_killed_between_the_two_pages(tree: Tree) -> None:
    """`check` reports that one page says so and the other does not; the same command completes it."""
    paths = ("deps/0001-one.md", "deps/0002-two.md")
    seen = list(states(lambda: tree.ok("supersede", "1", "2"), lambda: {path: tree.text(path) for path in paths}))
    assert len(seen) == 3
    tree.write(seen[1])
    assert "DEP404" in tree.codes
    tree.ok("supersede", "1", "2")
    assert {path: tree.text(path) for path in paths} == seen[-1]
    assert "DEP404" not in tree.codes


def test_dry_run(tree: Tree) -> None:
    before = tree.files
    said = tree.ok("supersede", "1", "2", "--dry-run")
    assert tree.files == before
    assert "+**Replaced By**: DEP-0002\n" in said
    assert "+**Replaces**: DEP-0001\n" in said

"""``sphinx-dep link``"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.tree import DECIDED, Tree, page

DIRECTIVE = """
```{dep-header}
:status: Draft
:authors: "@octo"
:category: Architecture
```
"""


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(
        tmp_path,
        {
            "deps/0001-one.md": page("One", DECIDED),
            "deps/0002-two.md": page("Two", DECIDED),
            "deps/0003-three.md": page("Three", DIRECTIVE),
            "deps/0000-new.md": page("New"),
        },
    )


def test_a_relation_without_another_side(tree: Tree) -> None:
    before = tree.files
    assert tree.ok("link", "3", "extends", "1") == "changed deps/0003-three.md\n"
    assert ":category: Architecture\n:extends: DEP-0001\n```" in tree.text("deps/0003-three.md")
    assert {path for path, data in tree.files.items() if before[path] != data} == {"deps/0003-three.md"}
    assert tree.ok("link", "3", "extends", "1") == "deps/0003-three.md and deps/0001-one.md say so already\n"


def test_read_from_the_other_side(tree: Tree) -> None:
    tree.ok("link", "1", "extended-by", "2")
    assert tree.text("deps/0002-two.md").count("**Extends**: DEP-0001") == 1


def test_both_sides_of_a_symmetric_relation(tree: Tree) -> None:
    tree.ok("link", "1", "related", "3", "--note", "same words")
    assert "**Related**: DEP-0003 (same words)\n" in tree.text("deps/0001-one.md")
    assert ":related: DEP-0001 (same words)\n" in tree.text("deps/0003-three.md")
    assert tree.codes == []


def test_a_note_on_what_is_there_already(tree: Tree) -> None:
    """It must not get lost: what the pages say is its author's."""
    tree.ok("link", "2", "extends", "1")
    said = tree.fails("link", "2", "extends", "1", "--note", "partially", code=2)
    line = tree.text("deps/0002-two.md").splitlines().index("**Extends**: DEP-0001") + 1
    assert f"deps/0002-two.md:{line} names DEP-0001 already, without a note; write (partially) behind it there" in said
    tree.ok("link", "1", "related", "3", "--note", "same words")
    assert "say so already" in tree.ok("link", "1", "related", "3", "--note", "same words")
    assert "say so already" in tree.ok("link", "3", "related", "1")
    said = tree.fails("link", "3", "related", "1", "--note", "others", code=2)
    assert "DEP-0001 already, with another note (same words)" in said


def test_unnumbered_proposals_are_named_by_their_slug(tree: Tree) -> None:
    tree.ok("link", "1", "related", "new")
    assert "**Related**: new\n" in tree.text("deps/0001-one.md")
    assert [item.key for item in tree.proposal("deps/0000-new.md").references("related")] == ["1"]
    assert tree.codes == []


def test_a_replacement_needs_the_status_too(tree: Tree) -> None:
    """Never one side, and never a page that contradicts itself."""
    said = tree.fails("link", "2", "replaces", "1")
    assert "its status has to change, too" in said
    assert "sphinx-dep supersede DEP-0001 DEP-0002" in said
    # In part it can be replaced under any status.
    tree.ok("link", "2", "replaces", "1", "--note", "partially")
    assert "**Replaced By**: DEP-0002 (partially)\n" in tree.text("deps/0001-one.md")
    assert "**Replaces**: DEP-0001 (partially)\n" in tree.text("deps/0002-two.md")
    assert tree.codes == []


def test_circles_are_refused(tree: Tree) -> None:
    tree.ok("link", "1", "extends", "2")
    assert "DEP405" in tree.fails("link", "2", "extends", "1")


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("1", "extend", "2"), "there is no relation 'extend'; did you mean 'extends'?"),
        (("1", "sponsor", "2"), "there is no relation 'sponsor'"),
        (("1", "extends", "1"), "cannot have a relation to itself"),
        (("1", "extends", "9"), "there is no proposal '9'"),
    ],
)
def test_wrong_usage(tree: Tree, args: tuple[str, ...], why: str) -> None:
    assert why in tree.fails("link", *args, code=2)


def test_dry_run(tree: Tree) -> None:
    before = tree.files
    assert "+**Extends**: DEP-0002\n" in tree.ok("link", "1", "extends", "2", "--dry-run")
    assert tree.files == before

"""``sphinx-dep status`` where directories say the status: the file moves, and leaves what the project wants."""

from __future__ import annotations

import subprocess

import pytest

from tests.cli.tree import Tree
from tests.headers.test_paths import PROCESS, TEXT

OLD, NEW = "specs/2024.2/approved/live-migration.rst", "specs/2024.2/implemented/live-migration.rst"
OTHER = TEXT.replace("Live migration", "Other migration").replace("==============", "===============")
INDEX = (
    "Specs\n=====\n\n.. toctree::\n   :glob:\n\n   specs/*/*/*\n\n"
    ".. toctree::\n\n   specs/2024.2/approved/live-migration\n"
)


@pytest.fixture
def tree(tmp_path) -> Tree:
    own = TEXT.replace("Text.", "See :doc:`other`, `this <../../2024.1/implemented/old.rst>`_ and :doc:`/index`.")
    return Tree(
        tmp_path,
        {
            "dep.toml": f'redirects = "redirects"\n{PROCESS}',
            OLD: own,
            "specs/2024.2/approved/other.rst": OTHER.replace(
                "Text.", "See :doc:`live-migration` and :doc:`the rest <live-migration>`."
            ),
            "specs/2024.1/implemented/old.rst": OTHER.replace("Other", "Older"),
            "index.rst": INDEX,
            "about.md": "# About\n\n[It](specs/2024.2/approved/live-migration.rst#text) "
            "or [](/specs/2024.2/approved/live-migration.rst)\n",
        },
    )


def test_the_file_moves_with_what_leads_to_it(tree: Tree) -> None:
    before = tree.files
    printed = tree.ok("status", "live-migration", "Implemented")
    assert "is now" in printed
    assert not (tree.root / OLD).exists()
    text = tree.text(NEW)
    assert text == before[OLD].decode().replace(":doc:`other`", ":doc:`../approved/other`")
    assert tree.text("specs/2024.2/approved/other.rst").endswith(
        "See :doc:`../implemented/live-migration` and :doc:`the rest <../implemented/live-migration>`.\n"
    )
    assert tree.text("index.rst") == INDEX.replace("approved/live", "implemented/live")
    assert tree.text("about.md").count("specs/2024.2/implemented/live-migration.rst") == 2
    assert tree.text("specs/2024.2/redirects") == "approved/live-migration.rst ../implemented/live-migration.rst\n"
    assert "Implemented" in tree.ok("list", "--format", "json")
    tree.ok("check")


def test_there_and_back(tree: Tree) -> None:
    before = tree.files
    (tree.root / "specs/2024.2/redirects").write_bytes(b"approved/a.rst ../implemented/a.rst\r\n")
    tree.ok("status", "live-migration", "Implemented")
    tree.ok("status", "live-migration", "Approved", "--force")
    after = tree.files
    assert after.pop("specs/2024.2/redirects") == (
        b"approved/a.rst ../implemented/a.rst\r\nimplemented/live-migration.rst ../approved/live-migration.rst\r\n"
    )
    assert {name: text for name, text in after.items() if name != OLD} == {
        name: text.replace(b"<live-migration>", b"<live-migration>") for name, text in before.items() if name != OLD
    }


def test_a_dry_run_moves_nothing(tree: Tree) -> None:
    before = tree.files
    printed = tree.ok("status", "live-migration", "Implemented", "--dry-run")
    assert f"rename to {NEW}" in printed
    assert "+approved/live-migration.rst ../implemented/live-migration.rst" in printed
    assert tree.files == before


def test_without_a_file_of_redirects_none_is_made(tree: Tree) -> None:
    tree.write({"dep.toml": PROCESS})
    tree.ok("status", "live-migration", "Implemented")
    assert "specs/2024.2/redirects" not in tree.files


def test_git_knows_of_the_move(tree: Tree) -> None:
    def git(*arguments: str) -> str:
        run = ["git", "-c", "user.name=x", "-c", "user.email=x@y", *arguments]
        return subprocess.run(run, cwd=tree.root, check=True, capture_output=True, text=True).stdout

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "x")
    tree.ok("status", "live-migration", "Implemented")
    assert f"{OLD} -> {NEW}" in git("status", "--porcelain")


def test_a_place_that_is_taken(tree: Tree) -> None:
    tree.write({NEW: TEXT})
    assert "exists already" in tree.fails("status", OLD, "Implemented")


def test_where_it_belongs_cannot_be_told(tree: Tree) -> None:
    tree.write(
        {"dep.toml": PROCESS.replace('["specs/*/implemented/*"]', '["specs/done/*/x/*", "specs/*/implemented/**"]')}
    )
    message = tree.fails("status", "live-migration", "Implemented")
    assert "move the file by hand" in message


def test_a_status_that_the_page_states_is_changed_as_well(tree: Tree) -> None:
    tree.write(
        {
            "dep.toml": PROCESS.replace("url-paragraph", "field-list"),
            OLD: "Live migration\n==============\n\n:Status: Approved\n",
        }
    )
    tree.ok("status", "live-migration", "Implemented")
    assert tree.text(NEW) == "Live migration\n==============\n\n:Status: Implemented\n"


def test_a_new_one_has_the_form_of_the_others(tree: Tree) -> None:
    tree.ok("new", "Fast path", "--set", "blueprint=https://blueprints.example.org/y")
    text = tree.text("specs/2024.2/approved/fast-path.rst")
    assert text.startswith("Fast path\n=========\n\nhttps://blueprints.example.org/y\n")
    assert "fast-path" in tree.ok("list")
    tree.ok("check")


def test_a_new_one_has_no_place_for_other_fields(tree: Tree) -> None:
    tree.write({"dep.toml": f'{PROCESS}[fields.authors]\ntype = "people"\nmany = true\n'})
    assert "no place for `Authors`" in tree.fails("new", "Fast path", "--set", "authors=Ada")


def test_its_header_becomes_another(tree: Tree) -> None:
    tree.ok("convert", "live-migration", "--to", "directive")
    assert ".. dep-header::\n   :blueprint: https://blueprints.example.org/x\n" in tree.text(OLD)
    tree.ok("check")

"""Which pages are found on disk: those that a look at every file would find, without looking at every file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.model.files import PAGE_SUFFIXES, directory_filter, find_pages, is_source


class Globs:
    def __init__(self, *sources: str, exclude: tuple[str, ...] = ()) -> None:
        self.sources = sources
        self.exclude = exclude
        self.page_suffixes = PAGE_SUFFIXES


def touch(root: Path, *names: str) -> None:
    for name in names:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()


def test_the_default_is_everything_below_deps(tmp_path):
    touch(tmp_path, "deps/0001-a.md", "deps/x/0002-b.rst", "deps/x/y.png", "deps/README.md", "docs/deps/0003-c.md")
    assert find_pages(tmp_path, DEFAULT) == ["deps/0001-a.md", "deps/x/0002-b.rst"]


def test_no_page_is_looked_for_where_none_can_be(tmp_path):
    touch(
        tmp_path, "deps/.git/a.md", "deps/.hidden/b.md", "deps/node_modules/c.md", "deps/_build/d/e.md", "_build/f.md"
    )
    assert find_pages(tmp_path, Globs("**")) == ["deps/.hidden/b.md"]


def test_links_are_followed_but_not_in_circles(tmp_path):
    touch(tmp_path, "deps/0001-a.md", "elsewhere/0002-b.md")
    (tmp_path / "deps" / "more").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "deps" / "again").symlink_to(tmp_path / "deps")
    (tmp_path / "deps" / "0003-gone.md").symlink_to(tmp_path / "nowhere.md")
    assert find_pages(tmp_path, DEFAULT) == ["deps/0001-a.md", "deps/more/0002-b.md"]


def test_links_that_lead_nowhere_or_to_one_another(tmp_path):
    touch(tmp_path, "deps/a/0001-a.md", "deps/b/0002-b.md")
    (tmp_path / "deps/0010-itself.md").symlink_to("0010-itself.md")
    (tmp_path / "deps/itself").symlink_to("itself")
    (tmp_path / "deps/a/to").symlink_to("../b")
    (tmp_path / "deps/b/to").symlink_to("../a")
    assert find_pages(tmp_path, DEFAULT) == [
        "deps/a/0001-a.md", "deps/a/to/0002-b.md", "deps/b/0002-b.md", "deps/b/to/0001-a.md"
    ]  # fmt: skip


def test_what_vanished_holds_no_pages(tmp_path):
    assert find_pages(tmp_path / "gone", DEFAULT) == []


@pytest.mark.parametrize(
    ("source", "directory", "expected"),
    [
        ("deps/**", "deps", True),
        ("deps/**", "deps/a/b", True),
        ("deps/**", "docs", False),
        ("deps/*.md", "deps/a", False),
        ("docs/deps/*.md", "docs", True),
        ("d*/[xy]/*.md", "deps/x", True),
        ("d*/[xy]/*.md", "deps/z", False),
        ("**/deps/*.md", "anything/at/all", True),
        ("a**/b.md", "abc/d", True),
        ("*.md", "deps", False),
    ],
)
def test_directories_that_can_hold_a_page(source, directory, expected):
    assert directory_filter(Globs(source))(directory) is expected


PARTS = st.sampled_from(["a", "b", "ab", "_build", "*", "?", "**", "[ab]", "a*", "b**"])
NAMES = st.sampled_from(["a", "b", "ab", "ba", "_build"])


@given(
    globs=st.lists(st.builds("/".join, st.lists(PARTS, min_size=1, max_size=3)), min_size=1, max_size=2),
    files=st.sets(st.builds("/".join, st.lists(NAMES, min_size=1, max_size=4)), max_size=12),
)
def test_finds_what_a_look_at_every_file_finds(globs, files, tmp_path_factory):
    root = tmp_path_factory.mktemp("tree")
    touch(root, *(f"{name}.d/a.md" if "/" not in name else f"{name}.md" for name in files))
    chosen = Globs(*(f"{glob}.md" if not glob.endswith("**") else glob for glob in globs))
    every = sorted(
        Path(directory, name).relative_to(root).as_posix() for directory, _, names in os.walk(root) for name in names
    )
    assert find_pages(root, chosen) == [path for path in every if is_source(path, chosen)]

"""The cache of `check`: an answer is used again only while nothing that it depends on has changed."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest

from sphinxext_dep.cli import cache as module
from sphinxext_dep.cli import project
from tests.cli.tree import DRAFT, Tree, page

BAD = page("Retry", DRAFT.replace("Draft", "Drft"))


@pytest.fixture
def cache(tmp_path_factory, monkeypatch) -> Path:
    directory: Path = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv(module.DIRECTORY, str(directory))
    return directory


@pytest.fixture
def tree(tmp_path: Path, cache: Path) -> Tree:
    return Tree(tmp_path, {"deps/0001-retry.md": BAD, "dep.toml": ""})


def mark(cache: Path) -> None:
    """Change what was kept, so that it differs from a new answer."""
    for file in cache.iterdir():
        kept = json.loads(file.read_text())
        kept["answer"][0] = "from the cache\n"
        file.write_text(json.dumps(kept))


def test_the_same_again(tree, cache):
    first = tree.fails("check")
    assert tree.fails("check") == first
    mark(cache)
    assert tree.fails("check") == "from the cache\n"
    assert tree.fails("check", "--no-cache") == first


@pytest.mark.parametrize(
    "change",
    [
        {"deps/0001-retry.md": BAD.replace("It works.", "It WORKS.")},
        {"deps/0002-more.md": page("More")},
        {"dep.toml": "title-max-length = 100\n"},
        {"docs/deps/x.md": "", "dep.toml": 'sources = ["docs/**", "deps/**"]\n'},
    ],
)
def test_a_change_of_a_page_or_the_configuration(tree, cache, change):
    tree.fails("check")
    mark(cache)
    file = tree.root / "deps/0001-retry.md"
    before = file.stat()
    tree.write(change)
    # Neither size nor time has changed.
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "DEP201" in tree.fails("check")


def test_a_page_that_is_gone(tree, cache):
    tree.fails("check")
    mark(cache)
    (tree.root / "deps/0001-retry.md").unlink()
    assert "from the cache" not in tree.run("check").output


def test_other_options_and_other_directories(tree, cache):
    tree.fails("check")
    mark(cache)
    assert "from the cache" not in tree.fails("check", "--output-format", "short")
    assert "from the cache" not in tree.run("-C", "deps", "check").output


def test_a_change_of_the_baseline(tree, cache):
    tree.write({"dep.toml": 'baseline = "known.json"\n', "known.json": '{"version": 1, "exemptions": {}}'})
    tree.fails("check")
    mark(cache)
    tree.write({"known.json": '{"version": 1, "exemptions": {"deps/0001-retry.md": ["DEP201"]}}'})
    assert "Nothing to report" in tree.ok("check")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"inputs": 1, "answer": [], "key": ""}', "\xff"])
def test_a_damaged_cache_is_ignored(tree, cache, content):
    first = tree.fails("check")
    for file in cache.iterdir():
        file.write_text(content, encoding="latin-1")
    assert tree.fails("check") == first


@pytest.mark.parametrize("file", ["version.py", "static/x.py"])
def test_a_change_of_the_package(tree, cache, monkeypatch, tmp_path_factory, file):
    """Every module counts: none of them may be known to be without effect on the answer."""
    package = tmp_path_factory.mktemp("package")
    (package / "cli").mkdir()
    (package / file).parent.mkdir(exist_ok=True)
    (package / file).write_text("")
    monkeypatch.setattr(module, "__file__", str(package / "cli/cache.py"))
    first = tree.fails("check")
    mark(cache)
    assert tree.fails("check") == "from the cache\n"
    os.utime(package / file, (1, 1))
    assert tree.fails("check") == first


def test_no_directory_for_the_cache(tree, monkeypatch):
    monkeypatch.setenv(module.DIRECTORY, "/dev/null/x")
    assert "DEP201" in tree.fails("check")


def test_nothing_is_kept_in_the_project_or_for_ever(tree, cache):
    old = cache / "old.json"
    old.write_text("{}")
    os.utime(old, (1, time.time() - (module.KEPT_DAYS + 1) * 86_400))
    before = tree.files
    tree.fails("check")
    assert tree.files == before
    assert not old.exists()


@pytest.mark.parametrize(
    ("platform", "variable", "expected"),
    [
        ("linux", "XDG_CACHE_HOME", "sphinx-dep"),
        ("win32", "LOCALAPPDATA", "sphinx-dep"),
        ("darwin", "HOME", "Library/Caches/sphinx-dep"),
    ],
)
def test_the_users_cache_directory(monkeypatch, tmp_path, platform, variable, expected):
    monkeypatch.delenv(module.DIRECTORY, raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv(variable, str(tmp_path))
    assert module.cache_directory() == tmp_path / expected


def test_a_bar_appears_on_a_terminal_when_work_takes_long(monkeypatch, capsys):
    monkeypatch.setattr(project, "PATIENCE", -1)
    assert list(project.progress([1, 2, 3], "Reading")) == [1, 2, 3]
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert list(project.progress([1, 2, 3], "Reading")) == [1, 2, 3]
    assert "Reading" in capsys.readouterr().err
    monkeypatch.setattr(project, "PATIENCE", 60)
    assert list(project.progress([1, 2], "Reading")) == [1, 2]
    assert capsys.readouterr().err == ""

"""Commands in documentation that has several processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.tree import Tree
from tests.sphinx.test_processes import FILES, kep


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv("SPHINX_DEP_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    (tmp_path / ".git").mkdir()
    return Tree(tmp_path, {**FILES, "guide/page.md": "# Guide\n"})


BAD = kep("Bad", "Draft")
WRONG = FILES["deps/0002-block.md"].replace("Draft", "Provisional")


@pytest.mark.parametrize(
    ("arguments", "found", "proposals"),
    [
        ((), ["deps/0002-block.md:3:13", "keps/0003-bad.md:2:9"], 6),
        (("-C", "guide"), ["../deps/0002-block.md:3:13", "../keps/0003-bad.md:2:9"], 6),
        (("-C", "keps"), ["0003-bad.md:2:9"], 4),
        (("deps",), ["deps/0002-block.md:3:13"], 2),
        (("deps/0001-retry.md", "keps/0003-bad.md"), ["keps/0003-bad.md:2:9"], 6),
        (("deps/0001-retry.md", "keps/0001-scale.md"), [], 6),
        ((".",), ["deps/0002-block.md:3:13", "keps/0003-bad.md:2:9"], 6),
    ],
)
def test_check(tree: Tree, arguments: tuple[str, ...], found: list[str], proposals: int) -> None:
    assert "5 proposals" in tree.ok("check")
    tree.write({"keps/0003-bad.md": BAD, "deps/0002-block.md": WRONG})
    lead = arguments[:2] if "-C" in arguments else ()
    given = arguments[len(lead) :]
    result = tree.run(*lead, "check", "--output-format", "json", *given)
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["proposals"], result.stderr) == (int(bool(found)), proposals, "")
    short = tree.run(*lead, "check", "--output-format", "short", *given).stdout
    assert [line.partition(": ")[0] for line in short.splitlines()] == found
    for item in answer["diagnostics"]:
        assert (Path(answer["root"]) / item["path"]).is_file()


def test_messages_name_the_files_of_their_own_process(tree: Tree) -> None:
    tree.write({"keps/0001-twice.md": kep("Twice", "Provisional")})
    assert "is also the number of `keps/0001-twice.md`" in tree.run("check").stdout
    assert "is also the number of `0001-twice.md`" in tree.run("-C", "keps", "check").stdout


def test_fix(tree: Tree) -> None:
    fixable = FILES["deps/0002-block.md"].replace("Architecture", "Architecture\n\n**Review Date**: Jul 09 2025")
    late = FILES["keps/0001-scale.md"].replace("status:", "due: Jul 09 2025\nstatus:")
    tree.write({"deps/0002-block.md": fixable, "keps/0001-scale.md": late})
    assert tree.run("check", "--diff").stdout.count("+++") == 2
    said = tree.run("check", "--fix").stderr
    assert ("deps/0002-block.md" in said, "keps/0001-scale.md" in said) == (True, True)
    for name in ("deps/0002-block.md", "keps/0001-scale.md"):
        assert "2025-07-09" in tree.text(name)
    assert "choose one with -C" in tree.fails("check", "--baseline", "x.json", code=2)


def test_other_commands_work_in_one_of_them(tree: Tree) -> None:
    said = tree.fails("list", code=2)
    assert "dep.toml: processes: it names several processes, in deps, keps; choose one" in said
    assert "KEP-0002" in tree.ok("-C", "keps", "list")
    assert "Implementable" not in tree.ok("-C", "deps", "list")
    tree.ok("-C", "keps", "status", "1", "Implementable", "--force")
    assert "status: Implementable" in tree.text("keps/0001-scale.md")


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("processes = []", "processes: it names no file"),
        ('processes = ["deps/dep.toml", "nowhere/dep.toml"]', "processes[1]: there is no file nowhere/dep.toml"),
        ('processes = ["deps/dep.toml", 3]', "processes[1]: it names no file"),
        ('processes = "deps/dep.toml"', "processes: it names no file"),
        ('processes = ["deps/dep.toml", "dep.toml"]', "processes[1]: dep.toml holds no process itself"),
        ('processes = ["deps/dep.toml", "deps/dep.toml"]', "processes[1]: another process has the prefix 'DEP', too"),
        ('processes = ["deps/dep.toml"]\nprefix = "X"', "prefix: beside 'processes' it has no effect"),
        ('processes = ["deps/dep.toml"]\nprocess = "deps/dep.toml"', "processes: beside 'process' it has no effect"),
    ],
)
def test_what_is_wrong_with_the_list(tree: Tree, toml: str, message: str) -> None:
    tree.write({"dep.toml": toml})
    assert message in tree.fails("check", code=2)

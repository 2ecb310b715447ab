"""Processes of other projects, described by a ``dep.toml`` each and by nothing else.

Each directory has a ``project`` in which nothing is wrong, whose ``dep.toml`` is part of the package, and ``faults``:
files that are laid over it, with every diagnostic they lead to, as ``path:line CODE``, in ``expected.txt``.
``DEP_UPDATE=1`` rewrites these lists.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from sphinxext_dep.cli.commands import group
from tests.examples import PROCESSES, lay_example
from tests.sphinx.project import Built, Project

HERE = Path(__file__).parent
EXAMPLES = sorted(folder.parent.name for folder in HERE.glob("*/project"))

RAW = {
    "adr": "Date: 20",
    "conda": "Author(s)",
    "eip": "created:",
    "jep": "issue-number",
    "kep": "kep-number",
    "log4brains": "Status:",
    "madr": "",
    "napari": ":Author:",
    "nep": ":Author:",
    "pandas": "Discussion: ",
    "pep": "Author:",
    "rep": "",
    "rfc": "Start Date:",
    "swift": "Status:",
}
"""What stands in every header as it is written, and in no page; sections stay."""

PLACE = re.compile(r"^(?P<path>[^:]+):(?P<line>\d+)(?::\d+)?: (?:WARNING|ERROR): (?P<code>DEP\d{3})\b")


@pytest.fixture
def project(example: str, tmp_path: Path) -> Project:
    made = Project(tmp_path)
    lay_example(example, made.src)
    return made


def lay_faults(project: Project, example: str) -> None:
    faults = HERE / example / "faults"
    shutil.copytree(faults, project.src, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.txt"))


def checked(project: Project, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What ``sphinx-dep check`` reports, as ``path:line CODE``."""
    monkeypatch.chdir(project.src)
    result = CliRunner().invoke(group, ["check", "--output-format", "json", "--no-cache"])
    assert result.exit_code in (0, 1), result.output
    return sorted(f"{item['path']}:{item['line']} {item['code']}" for item in json.loads(result.stdout)["diagnostics"])


def reported(built: Built) -> list[str]:
    """What a build reports as warnings and errors, in the same form."""
    # A mend may have several lines.
    lines = [line for line in built.warnings if re.search(r"\b(?:WARNING|ERROR|CRITICAL): ", line)]
    found = [PLACE.match(line) for line in lines]
    assert all(found), built.warnings
    return sorted(f"{match['path']}:{match['line']} {match['code']}" for match in found if match)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_example_is_valid(example: str, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checked(project, monkeypatch) == []
    built = project.build(nitpicky=True)
    assert (built.status, built.warnings) == (0, [])


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_index_and_every_page_show_the_record(example: str, project: Project) -> None:
    built = project.build()
    proposals = built.deps["proposals"]
    assert len(proposals) >= 3
    index = built.page("index")
    rows = [row.get_text(" ", strip=True) for row in index.select("table.dep-index tbody tr, .dep-index tbody tr")]
    for entry in proposals:
        assert entry["title"]
        assert entry["status"]
        assert any(entry["title"] in row and entry["status"] in row for row in rows), (entry["title"], rows)
        page = built.page(entry["url"].removesuffix(".html"))
        headings = [heading.get_text() for heading in page.find_all("h1")]
        assert len(headings) == 1, (entry["path"], headings)
        assert entry["title"] in headings[0].replace("¶", "")
        header = page.select(".dep-header")
        assert len(header) == 1
        assert entry["status"] in header[0].get_text()
        header[0].decompose()
        assert not RAW[example] or RAW[example] not in page.get_text()
    assert sum(int(count.get_text()) for count in index.select(".dep-dashboard .dep-count")) == len(proposals)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_planted_faults_are_found_where_they_are(
    example: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_faults(project, example)
    expected = HERE / example / "faults" / "expected.txt"
    found = checked(project, monkeypatch)
    if os.environ.get("DEP_UPDATE"):
        expected.write_text("".join(f"{line}\n" for line in found), encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8").splitlines()
    assert len({line.split()[1] for line in found}) >= 5
    built = project.build()
    assert reported(built) == found
    assert built.status == 1


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_build_after_a_change_is_a_clean_build(example: str, project: Project) -> None:
    project.build(parallel=2)
    lay_faults(project, example)
    built, clean = project.build(parallel=2), project.build_clean()
    assert built.files == clean.files
    assert sorted(built.warnings) == sorted(clean.warnings)
    assert project.build().read == set()


@pytest.mark.parametrize("builder", ["dirhtml", "singlehtml", "latex", "text", "man", "epub"])
@pytest.mark.parametrize("example", ["pep", "kep", "rep"])
def test_other_builders(example: str, builder: str, project: Project) -> None:
    built = project.build(builder, version="1", copyright="nobody")
    assert (built.status, built.warnings) == (0, [])


def test_all_processes_are_there() -> None:
    assert sorted(RAW) == EXAMPLES == sorted(file.stem for file in PROCESSES.glob("*.toml"))

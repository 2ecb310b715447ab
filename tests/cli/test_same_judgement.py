"""For any tree the command and a build of the documentation report the same diagnostics."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sphinxext_dep.cli.commands import group
from tests.sphinx.project import CONF, Project, proposal, to_rst

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


def of_build(project: Project) -> list[dict[str, Any]]:
    """Every diagnostic in ``deps.json``."""
    catalogue = project.build().deps
    return _sorted(
        [item for entry in catalogue["proposals"] for item in entry["diagnostics"]] + catalogue["diagnostics"]
    )


def of_command(project: Project) -> list[dict[str, Any]]:
    """Every diagnostic of ``check``."""
    before = Path.cwd()
    os.chdir(project.src)
    try:
        result = CliRunner().invoke(group, ["check", "--output-format", "json", "--no-cache"])
    finally:
        os.chdir(before)
    assert result.exit_code in (0, 1), result.output
    found = json.loads(result.stdout)["diagnostics"]
    assert result.exit_code == any(item["severity"] == "error" for item in found)
    return _sorted(found)


def _sorted(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(found, key=lambda item: json.dumps(item, sort_keys=True))


VALUES = {
    "status": ["Draft", "Under Review", "Approved", "Implemented", "Replaced", "Accepted", "Aproved", "TBD",
               "[x] Draft | Approved"],
    "category": ["Architecture", "Process", "architecture", "Proces", "CI/CD"],
    "authors": ["Ada Lovelace", '"@octo"', "TBD", "N/A", "[Name/Team]", '"@octo @grace"', '"[@x](https://github.com/x)"'],
    "sponsor": ['"@ada"', "N/A", "TBD", "a <b"],
    "required-reviewers": ['"@a, @b"', "N/A"],
    "review-date": ["2026-12-01", "07/01/2025", "Jul 09 2025", "07/15/2025", "soon"],
    "pull-request": ["https://example.org/1", "ftp://example.org", "#15", "N/A"],
    "implementation": ["https://example.org/2", "javascript:x"],
    "replaces": ["DEP-1", "2", "9", "N/A", "first", "DEP-1 (partially)"],
    "replaced-by": ["DEP-2", "3", "N/A"],
    "extends": ["DEP-1", "DEP-3", "second", "everything"],
    "related": ["DEP-2, DEP-3"],
    "number": ["1", "02", "DEP-3", "x"],
    "statuss": ["Draft"],
    "tags": ["a, b"],
}  # fmt: skip
BODIES = [
    "",
    "\n<!-- dep: ignore DEP203, DEP404 — quoted -->\n",
    "\n<!-- dep: ignore DEP999, missing-field -->\n",
    "\n# Background\n\n# Goals\n",
    "\n**\\[Required\\]**\n",
    "\n<!-- never closed\n",
    "\n```\n# Motivation\n",
]
TITLES = ["Retry failed requests", "DEP-0001: Retry", "DEP-0007: Retry", "<Title>", "T" * 130, "Wörter *und* `code`"]
NAMES = [
    "0001-first",
    "0002-second",
    "0003-third",
    "0001-again",
    "NNNN-later",
    "second",
    "0000-zero",
    "index",
    "README",
]


@st.composite
def pages(draw: st.DrawFn) -> bytes:
    """A proposal with a few faults, in one of the spellings."""
    fields: dict[str, str] = {}
    for key in draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=4, unique=True)):
        fields[key.replace("-", "_")] = draw(st.sampled_from(VALUES[key]))
    text = proposal(draw(st.sampled_from(TITLES)), body=draw(st.sampled_from(BODIES)), **fields)
    spelling = draw(st.sampled_from(["directive", "block", "front matter", "none"]))
    if spelling != "directive":
        head, _, rest = text.partition("```{dep-header}\n")
        options, _, body = rest.partition("\n```\n")
        entries = [line[1:].partition(":")[::2] for line in options.splitlines()]
        if spelling == "block":
            lines = [f"**{key.replace('-', ' ').title()}**:{value.replace(chr(34), '')}\n" for key, value in entries]
            text = head + "\n".join(lines) + body
        elif spelling == "front matter":
            text = "---\n" + "".join(f"{key}:{value}\n" for key, value in entries) + f"---\n\n{head}{body}"
        else:
            text = head + body
    data = text.encode()
    twist = draw(st.sampled_from(["", "", "", "crlf", "bom", "latin", "nul", "cut"]))
    if twist == "crlf":
        data = data.replace(b"\n", b"\r\n")
    elif twist == "bom":
        data = b"\xef\xbb\xbf" + data
    elif twist == "latin":
        data = data.replace(b"Networks", b"N\xe9tworks")
    elif twist == "nul":
        data = data.replace(b"Networks", b"N\0tworks")
    elif twist == "cut":
        data = data[: draw(st.integers(0, len(data)))].decode(errors="ignore").encode()
    return data


TREES = st.dictionaries(
    st.builds("deps/{}{}.md".format, st.sampled_from(["", "", "more/"]), st.sampled_from(NAMES)), pages(), max_size=5
).map(
    # Sphinx itself gives up at a page that is not UTF-8 when it is no proposal.
    lambda tree: {
        path: text.decode(errors="ignore").encode() if "NNNN" in path or "README" in path else text
        for path, text in tree.items()
    }
)


# Each example is a build: looking for a smaller one that fails would take minutes.
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(tree=TREES)
def test_the_command_and_the_build_say_the_same(tree: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        project = Project(Path(directory))
        project.write({"conf.py": CONF, "index.md": "# Docs\n\n```{dep-index}\n:toctree:\n```\n", **tree})
        assert of_command(project) == of_build(project)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.write({"conf.py": CONF, "index.md": "# Docs\n\n```{dep-index}\n:toctree:\n```\n"})
    return made


def test_real_proposals_are_judged_the_same(project: Project) -> None:
    if not CORPUS.is_dir():
        pytest.skip(f"no real proposals at {CORPUS}: they are not part of this repository")
    shutil.copytree(CORPUS / "dynamo" / "deps", project.src / "deps")
    found = of_command(project)
    assert found == of_build(project)
    assert found


def test_restructuredtext_and_directories_that_hold_no_pages(project: Project) -> None:
    page = proposal(status="Aproved", body="")
    project.write(
        {
            "deps/0001-first.rst": to_rst(page),
            "deps/more/0002-second.md": page,
            "deps/_build/0003-third.md": page,
            "deps/node_modules/x/0004-fourth.md": page,
            "deps/NNNN-template.md": page,
            "deps/index.md": "# Proposals\n",
        }
    )
    found = of_command(project)
    assert found == of_build(project)
    assert {item["path"] for item in found} == {"deps/0001-first.rst", "deps/more/0002-second.md"}


def test_the_build_reads_the_same_baseline(project: Project) -> None:
    project.write({"deps/0001-first.md": proposal(status="Aproved"), "dep.toml": 'baseline = "known.json"\n'})
    before = Path.cwd()
    os.chdir(project.src)
    try:
        assert CliRunner().invoke(group, ["check", "--write-baseline"]).exit_code == 0
    finally:
        os.chdir(before)
    assert of_command(project) == of_build(project) == []
    project.write({"deps/0001-first.md": proposal()})
    found = of_command(project)
    assert found == of_build(project)
    assert [(item["code"], item["path"]) for item in found] == [("DEP007", "known.json")]

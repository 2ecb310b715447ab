"""Real, unedited proposals go through the whole extension."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.sphinx.project import CONF, Built, Project


@pytest.fixture(scope="module")
def built(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The nine proposals in a project that has nothing but them and an index."""
    project = Project(tmp_path_factory.mktemp("dynamo"))
    shutil.copytree(corpus / "dynamo" / "deps", project.src / "deps")
    project.write({"conf.py": CONF, "index.md": "# Docs\n\n```{dep-status}\n```\n\n```{dep-index}\n:toctree:\n```\n"})
    return project.build()


@pytest.fixture(scope="module")
def entries(built: Built) -> dict[str, dict[str, Any]]:
    """The catalogue's proposals by file name."""
    catalogue = json.loads(built.text("deps.json"))
    return {Path(entry["path"]).name: entry for entry in catalogue["proposals"]}


@pytest.fixture(scope="module")
def expected(corpus: Path) -> dict[str, dict[str, Any]]:
    """What a careful person reads in each file."""
    result: dict[str, dict[str, Any]] = json.loads((corpus / "dynamo" / "expected.json").read_text(encoding="utf-8"))
    return result


def test_the_catalogue_says_what_a_person_reads(
    entries: dict[str, dict[str, Any]], expected: dict[str, dict[str, Any]]
) -> None:
    """Number, title, status, category, people, date and links of every proposal."""
    assert set(entries) == set(expected)
    for name, wanted in expected.items():
        entry = dict(entries[name])
        for people in ("authors", "sponsors", "required_reviewers"):
            entry[people] = [person["handle"] or person["name"] for person in entry[people]]
        codes = wanted["codes"]
        assert {key: entry[key] for key in wanted if key != "codes"} == {
            key: value for key, value in wanted.items() if key != "codes"
        }, name
        assert set(codes) <= {item["code"] for item in entry["diagnostics"]}, name


def test_invalid_proposals_fail_the_build(built: Built) -> None:
    """Several of them are invalid, and every one of those is named."""
    assert built.status == 1


def test_one_entry_per_proposal_in_the_table_of_contents(built: Built, entries: dict[str, dict[str, Any]]) -> None:
    """Their ten top-level headings each are sections of one proposal."""
    app = built.app
    for entry in entries.values():
        toc = app.env.tocs[entry["path"].removesuffix(".md")]
        assert len(toc.children) == 1, entry["path"]


def test_every_page_has_its_header(built: Built, entries: dict[str, dict[str, Any]]) -> None:
    """Rendered once, below the title, and the field block is gone from the page."""
    for entry in entries.values():
        page = BeautifulSoup(built.text(entry["path"].removesuffix(".md") + ".html"), "html.parser")
        (header,) = page.select(".dep-header")
        assert header.find_previous_sibling("h1") is not None
        assert not [strong for strong in page.find_all("strong") if strong.get_text() in ("Status", "Authors")]


def test_the_seed_is_a_proposal(corpus: Path, tmp_path: Path) -> None:
    """The first draft of the process builds as a proposal."""
    project = Project(tmp_path)
    (seed,) = (corpus / "seed").iterdir()
    project.write(
        {
            "conf.py": CONF,
            "index.md": "# Docs\n\n```{dep-index}\n:toctree:\n```\n",
            "deps/0000-dep-process.md": seed.read_bytes(),
        }
    )
    built = project.build()
    (entry,) = json.loads(built.text("deps.json"))["proposals"]
    assert entry["title"] == "Dynamo Enhancement Proposals"
    assert entry["status"] == "Draft"
    assert entry["category"] == "Process"
    assert entry["number"] is None
    assert [person["handle"] for person in entry["authors"]] == ["nnshah1"]

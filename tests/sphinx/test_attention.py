"""What waits for somebody, in a build: told, never a fault, and the same as ``triage`` finds."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sphinxext_dep.check.check import today
from sphinxext_dep.cli.commands import group
from tests.history.repo import START
from tests.sphinx.project import CONF, Built, Project, one, proposal
from tests.sphinx.test_history import Committed

DAY = 86_400
INDEX = "# Docs\n\n```{dep-status}\n```\n\n```{dep-index}\n:toctree:\n```\n"
PAGES = {
    "conf.py": CONF,
    "index.md": INDEX,
    "deps/0001-old.md": proposal("Old", sponsor='"@ada"'),
    "deps/0002-alone.md": proposal("Alone"),
    "deps/0003-late.md": proposal("Late", "Under Review", review_date="2026-01-31"),
    "deps/0004-done.md": proposal("Done", "Approved"),
    "deps/wish.md": proposal("Wish", sponsor='"@ada"'),
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Committed:
    made = Committed(tmp_path)
    made.write(PAGES)
    made.commit()
    at(monkeypatch, 120)
    return made


def at(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Make today the day that is so many days after 2026-01-01."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(START + days * DAY))


def waiting(built: Built) -> set[tuple[str, str]]:
    entries: list[dict[str, Any]] = built.deps["proposals"]
    return {(item["code"], entry["path"]) for entry in entries for item in entry["attention"]}


def triaged(project: Project) -> set[tuple[str, str]]:
    before = Path.cwd()
    os.chdir(project.src)
    try:
        told = CliRunner().invoke(group, ["triage", "--format", "json"])
    finally:
        os.chdir(before)
    return {(item["kind"], item["path"]) for item in json.loads(told.stdout)["items"] if item["kind"] != "invalid"}


def test_the_build_finds_what_triage_finds(project: Committed) -> None:
    expected = {
        ("DEP603", "deps/0001-old.md"), ("DEP603", "deps/0002-alone.md"), ("DEP604", "deps/0002-alone.md"),
        ("DEP601", "deps/0003-late.md"), ("DEP603", "deps/wish.md"), ("DEP605", "deps/wish.md"),
    }  # fmt: skip
    assert waiting(project.build()) == expected == triaged(project)
    # Somebody works on it, though nothing is committed.
    project.edit("deps/0001-old.md", "Networks", "Some networks")
    expected -= {("DEP603", "deps/0001-old.md")}
    assert waiting(project.build()) == expected == triaged(project)
    project.edit("deps/0002-alone.md", "Networks", "<!-- dep: ignore DEP604 — for now -->\n\nNetworks")
    expected -= {("DEP603", "deps/0002-alone.md"), ("DEP604", "deps/0002-alone.md")}
    assert waiting(project.build()) == expected == triaged(project)


def test_it_is_told_in_one_line_and_makes_nothing_fail(project: Committed) -> None:
    project.write({"dep.toml": '[rules]\nstalled = "error"\nno-sponsor = "warning"\n'})
    built = project.build(dep_fail_on="warning")
    assert (built.status, built.warnings) == (0, [])
    assert "dep: 4 proposals wait for somebody (1 × DEP601 review-overdue, 3 × DEP603 stalled" in built.log
    assert all(entry["valid"] for entry in built.deps["proposals"])
    # What was said is not said again until something changes.
    assert "wait for somebody" not in project.build(dep_fail_on="warning").log


def test_a_rule_that_is_off_is_off(project: Committed) -> None:
    project.write({"dep.toml": '[rules]\nDEP603 = "off"\n'})
    assert {code for code, _path in waiting(project.build())} == {"DEP601", "DEP604", "DEP605"}


def test_a_warning_that_is_suppressed_is_not_told(project: Committed) -> None:
    log = project.build(suppress_warnings=["dep.stalled", "dep.review-overdue"]).log
    assert "dep: 2 proposals wait for somebody (1 × DEP604 no-sponsor, 1 × DEP605 unnumbered)" in log


def test_a_day_that_passes_rewrites_what_shows_it(project: Committed, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 20)
    project.build()
    at(monkeypatch, 21)
    assert project.build().written == set()
    at(monkeypatch, 100)
    built = project.build()
    assert (built.read, built.written) == (set(), {"index"})
    shown = one(built.page("index"), ".dep-attention").get_text(" ", strip=True)
    assert "nothing happened since 2026-01-01" in shown
    assert built.files == project.build_clean().files


def test_a_commit_that_touches_a_draft_ends_it(project: Committed) -> None:
    assert "nothing happened" in project.build().page("index").text
    project.repo.day = 110
    for name in ("0001-old", "0002-alone"):
        project.edit(f"deps/{name}.md", "Networks", "Some networks")
    project.edit("deps/wish.md", "Networks", "Some networks")
    project.commit()
    assert not [code for code, _path in waiting(project.build()) if code == "DEP603"]


@pytest.mark.parametrize("epoch", ["253402300800", "9" * 30])
def test_a_day_after_the_last_year(monkeypatch, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert today() == "9999-12-31"

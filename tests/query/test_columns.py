"""Every derived column: the same cell, heading, order and filter on a page and on the command line."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.history.reading import Commit, History, ProposalHistory, StatusChange
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.schema import Field
from sphinxext_dep.query.columns import DERIVED, Context, Origin, column
from sphinxext_dep.query.filters import SortKey, newest_first, sort
from sphinxext_dep.query.parse import match_option, parse_columns
from tests.cli.tree import Tree
from tests.factory import make_proposal
from tests.history.repo import Repo, day
from tests.sphinx.project import Project, one, proposal

PAGES = {
    "deps/0007-retry.md": proposal("Retry", "Draft"),
    "deps/wish.md": proposal("A wish", "Draft"),
}
CREATED = History(
    {
        path: ProposalHistory(Commit("a", time), Commit("a", time), (), "x")
        for path, time in (("deps/0009-alpha.md", 1772000000), ("deps/0010-beta.md", 1768000000))
    }
)
KEYS = ", ".join(DERIVED)


def test_a_page_and_the_command_line_show_the_same_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime.fromisoformat(f"{day(9)}T12:00Z").timestamp())))
    project = Project(tmp_path)
    repo = Repo(project.src)
    project.write({"conf.py": 'extensions = ["myst_parser", "sphinxext_dep"]\nhtml_theme = "basic"\n', **PAGES})
    project.write({"index.md": f"# Docs\n\n```{{dep-index}}\n:toctree:\n:columns: {KEYS}\n```\n"})
    repo.commit()
    project.edit("deps/0007-retry.md", "Draft", "Deferred")
    repo.commit()
    table = one(project.build().page("index"), ".dep-index table")
    page = [[cell.get_text().strip() for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]
    listed = list(csv.reader(io.StringIO(Tree(project.src, {}).ok("list", "--format", "csv", "--columns", KEYS))))
    assert page == listed
    assert [row[-1] for row in page] == ["Age in days", "8", "9"]
    for index, key in enumerate(DERIVED):
        # What is merged is on no branch.
        assert all(row[index] for row in page) is (key != "ref"), key


@pytest.mark.parametrize("key", DERIVED)
def test_a_derived_column_sorts_and_filters(key: str) -> None:
    low, high = make_proposal(9, title="Alpha", summary="First."), make_proposal(10, title="Beta", summary="Second.")
    assert parse_columns(key, DEFAULT) == (key,)
    shown = column(key, DEFAULT)
    assert shown.label(DEFAULT)
    origins = {
        low.path: Origin("ada/x", False, "2026-02-25", "2026-02-26"),
        high.path: Origin("pull/7", True, "2026-01-10", "2026-02-01"),
    }
    context = Context("2026-03-01", history=lambda: CREATED, origins=origins if key in ("ref", "origin") else {})
    # The one with the lower number was committed last.
    ascending = [high, low] if key in ("created", "changed") else [low, high]
    assert sort(ascending[::-1], [SortKey(key)], DEFAULT, context) == ascending
    for item in (low, high):
        [word] = shown.texts(item, Catalog([item], DEFAULT), context)
        wanted = match_option(key, f'"{word}"', DEFAULT)
        assert [wanted.matches(other, context) for other in (low, high)] == [item is low, item is high]


def test_a_stated_day_comes_before_that_of_git() -> None:
    dated = msgspec.structs.replace(
        DEFAULT, fields=DEFAULT.fields | {"created": Field(key="created", label="Created", type="date")}
    )
    context = Context("2026-03-01", history=lambda: CREATED)
    stated, silent = make_proposal(9, "Alpha", schema=dated, created="2020-01-02"), make_proposal(10, "Beta")
    wrong = make_proposal(11, "Gamma", schema=dated, created="last winter")
    days = column("created", dated)
    assert [days.texts(item, Catalog([item], dated), context) for item in (stated, silent, wrong)] == [
        ["2020-01-02"],
        ["2026-01-09"],
        [],
    ]


def test_a_label_comes_before_the_days_of_git_and_after_the_title() -> None:
    fields = {
        "begun": Field(key="begun", label="Created", type="date"),
        "page-title": Field(key="page-title", label="Title"),
    }
    process = msgspec.structs.replace(DEFAULT, fields=DEFAULT.fields | fields)
    found = parse_columns("created, changed, title", process)
    assert found == ("begun", "changed", "title")


def test_the_newest_come_first() -> None:
    day, later = Commit("a", 1767225600), Commit("b", 1767225600 + 864_000)
    old, new, same = make_proposal(30), make_proposal(10), make_proposal(11)
    draft, other = make_proposal(None, slug="a"), make_proposal(None, slug="b")
    changes = {old.path: day, new.path: later, same.path: later}
    known = History({path: ProposalHistory(day, commit, (), "x") for path, commit in changes.items()})
    everything = [old, new, same, draft, other]
    context = Context(history=lambda: known)
    # What was never committed is newer than every commit.
    assert (
        newest_first(everything, context) == newest_first(everything[::-1], context) == [draft, other, same, new, old]
    )
    assert newest_first(everything) == newest_first(everything[::-1]) == [draft, other, old, same, new]


def test_the_age_is_that_of_the_present_status() -> None:
    proposal = make_proposal(1)
    created, changed = Commit("a", 1767225600), Commit("b", 1767225600 + 864_000)

    def age(past: ProposalHistory | None) -> list[str]:
        known = History({} if past is None else {proposal.path: past})
        context = Context("2026-02-01", history=lambda: known)
        return column("age", DEFAULT).texts(proposal, Catalog([proposal], DEFAULT), context)

    draft, other = StatusChange(changed, "Draft", "Draft"), StatusChange(created, "Deferred", "Deferred")
    assert age(ProposalHistory(created, changed, (other, draft), "x")) == ["21"]
    assert age(ProposalHistory(created, changed, (draft, other), "x")) == ["0"]
    assert age(ProposalHistory(created, changed, (), "x")) == ["31"]
    assert age(None) == []

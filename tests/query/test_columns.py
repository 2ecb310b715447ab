"""Every derived column: the same cell, heading, order and filter on a page and on the command line."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

import pytest

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.history import Commit, History, ProposalHistory, StatusChange
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.query import SortKey, match_option, parse_columns, sort
from sphinxext_dep.query.columns import DERIVED, Context, Origin, column
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
    origins = {low.path: Origin("ada/x", False, "2026-02-25"), high.path: Origin("pull/7", True, "2026-01-10")}
    context = Context("2026-03-01", history=lambda: CREATED, origins=origins if key in ("ref", "origin") else {})
    assert sort([high, low], [SortKey(key)], DEFAULT, context) == [low, high]
    for item in (low, high):
        [word] = [str(found) for found in shown.items(item, context)]
        wanted = match_option(key, f'"{word}"', DEFAULT)
        assert [wanted.matches(other, context) for other in (low, high)] == [item is low, item is high]


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

"""Every derived column: the same cell, heading, order and filter on a page and on the command line."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.query import SortKey, match_option, parse_columns, sort
from sphinxext_dep.query.columns import DERIVED, Context, column
from tests.cli.tree import Tree
from tests.factory import make_proposal
from tests.sphinx.project import Project, one, proposal

PAGES = {
    "deps/0007-retry.md": proposal("Retry", "Under Review"),
    "deps/wish.md": proposal("A wish", "Draft"),
}
KEYS = ", ".join(DERIVED)


def test_a_page_and_the_command_line_show_the_same_columns(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"conf.py": 'extensions = ["myst_parser", "sphinxext_dep"]\nhtml_theme = "basic"\n', **PAGES})
    project.write({"index.md": f"# Docs\n\n```{{dep-index}}\n:toctree:\n:columns: {KEYS}\n```\n"})
    table = one(project.build().page("index"), ".dep-index table")
    page = [[cell.get_text().strip() for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]
    listed = list(csv.reader(io.StringIO(Tree(project.src, {}).ok("list", "--format", "csv", "--columns", KEYS))))
    assert page == listed
    for index, key in enumerate(DERIVED):
        assert all(row[index] for row in page), key


@pytest.mark.parametrize("key", DERIVED)
def test_a_derived_column_sorts_and_filters(key: str) -> None:
    low, high = make_proposal(9, title="Alpha", summary="First."), make_proposal(10, title="Beta", summary="Second.")
    assert parse_columns(key, DEFAULT) == (key,)
    shown = column(key, DEFAULT)
    assert shown.label(DEFAULT)
    for item in sort([high, low], [SortKey(key)], DEFAULT):
        [word] = [str(found) for found in shown.items(item, Context())]
        assert match_option(key, f'"{word}"', DEFAULT).matches(item, Context())

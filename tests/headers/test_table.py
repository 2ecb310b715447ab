"""Changes within a table: the cell of a value, and one row more. The other rows stay as they are."""

from __future__ import annotations

import msgspec
import pytest

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.headers.change import add_reference, insert_field, set_field
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.source import RefusedError, Source, apply_edits

SCHEMA = msgspec.structs.replace(DEFAULT, spellings=("table",))
GRID = """\
Retry
=====

+--------+----------+
| Status | Draft    |
+--------+----------+
"""


def page(text: str, suffix: str = ".md") -> Page:
    return read_page(Source(f"deps/0001-retry{suffix}", text), SCHEMA)


@pytest.mark.parametrize(
    ("row", "value", "after"),
    [
        ("| Status     | Draft     |", "Approved", "| Status     | Approved  |"),
        ("| Status | Draft |", "Under Review", "| Status | Under Review |"),
        ("| Status | Draft |", "a | b", r"| Status | a \| b |"),
        ("| Status |  |", "Draft", "| Status | Draft |"),
        ("| Status |", "Draft", "| Status | Draft"),
        ("| Status || ", "Draft", "| Status | Draft | "),
        ("Status | Draft", "Approved", "Status | Approved"),
        ("| Status | Draft <!-- yet --> |", "Approved", "| Status | Approved <!-- yet --> |"),
    ],
)
def test_a_value_is_replaced_in_its_cell(row: str, value: str, after: str) -> None:
    text = f"# Retry\n\n| Field      | Value     |\n|---|---|\n{row}\n| Tags       | a         |\n\nText.\n"
    before = page(text)
    assert apply_edits(before.source, set_field(before, SCHEMA.fields["status"], value)).text == text.replace(
        row, after
    )


def test_a_row_is_as_wide_as_the_one_beside_it() -> None:
    before = page(
        "# Retry\n\n| Field    | Value     |\n|---|---|\n| Status   | Draft     |\n| Category | Process   |\n"
    )
    after = apply_edits(before.source, [insert_field(before, SCHEMA.fields["authors"], "@octo")]).text
    assert "| Status   | Draft     |\n| Authors  | @octo     |\n| Category | Process   |\n" in after


@pytest.mark.parametrize("key", ["status", "category"])
def test_no_row_is_above_the_heading_row(key: str) -> None:
    before = page("# Retry\n\n| Authors | @octo |\n|---|---|\n| Tags | a |\n")
    after = apply_edits(before.source, [insert_field(before, SCHEMA.fields[key], "Draft")]).text
    assert f"|---|---|\n| {SCHEMA.fields[key].label}" in after


def test_items_of_a_list_with_breaks() -> None:
    before = page("# Retry\n\n| Status | Draft |\n|---|---|\n| Replaces | DEP-2 <br> DEP-3 |\n")
    after = apply_edits(before.source, add_reference(before, SCHEMA.fields["replaces"], "DEP-4")).text
    assert "| Replaces | DEP-2 <br> DEP-3 <br> DEP-4 |" in after


def test_a_grid_that_is_too_narrow() -> None:
    before = page(GRID, ".rst")
    status = SCHEMA.fields["status"]
    assert apply_edits(before.source, set_field(before, status, "Approved")).text == GRID.replace(
        "Draft   ", "Approved"
    )
    with pytest.raises(RefusedError, match="too narrow"):
        set_field(before, status, "Under Review")
    with pytest.raises(RefusedError, match="too narrow"):
        insert_field(before, SCHEMA.fields["authors"], "Ada Lovelace")


ANNOUNCED = "| Field | Value |\n|---|---|\n| Status | Draft |\n| Authors | @octo |\n"
GRID_OF_FIELDS = """\
+---------+-------+
| Field   | Value |
+=========+=======+
| Status  | Draft |
+---------+-------+
| Authors | @octo |
+---------+-------+
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".md", f"# Retry\n\n{ANNOUNCED}"),
        (".md", f"{ANNOUNCED}\n# Retry\n"),
        (".md", "# Retry\n\n| Status | Draft |\n|---|---|\n| Authors | @octo |\n"),
        (".md", "# Retry\n\n| DEP | 1 |\n|---|---|\n| Authors | @octo |\n| status | draft |\n"),
        (".md", "# Retry\n\n| *Item* | Value |\n|---|---|\n| Status | **Draft** |\n| Authors | @octo |\n"),
        (".rst", f"Retry\n=====\n\n{GRID_OF_FIELDS}"),
        (
            ".rst",
            "Retry\n=====\n\n"
            "======= =====\nField   Value\n======= =====\nStatus  Draft\nAuthors @octo\n======= =====\n",
        ),
    ],
)
def test_a_table_that_says_what_it_is_needs_no_configuration(suffix: str, text: str, newline: str) -> None:
    found = read_page(Source(f"deps/0001-retry{suffix}", text.replace("\n", newline)), DEFAULT)
    assert list(found.header.spans) == ["table"]
    assert found.proposal.status == "Draft"
    assert [person.handle for person in found.proposal.people("authors")] == ["octo"]
    field = DEFAULT.fields["status"]
    after = read_page(apply_edits(found.source, set_field(found, field, "WIP")), DEFAULT)
    assert after.proposal.status_raw == "WIP"


@pytest.mark.parametrize(
    "table",
    [
        "| Term | Value |\n|---|---|\n| Status | Draft |\n",
        "| Field | Value |\n|---|---|\n| Authors | @octo |\n| Tags | a |\n",
        "| Field | Meaning |\n|---|---|\n| Status | Draft |\n",
        "| Field | Value | Note |\n|---|---|---|\n| Status | Draft | x |\n",
        "| Status | Meaning |\n|---|---|\n| Draft | It is written. |\n",
        "| Type | Status |\n|---|---|\n| Process | Draft |\n",
        "| Field | Value |\n",
    ],
)
def test_any_other_table_is_text(table: str) -> None:
    found = read_page(Source("deps/0001-retry.md", f"# Retry\n\n{table}\nText.\n"), DEFAULT)
    assert found.header.spans == {}


def test_a_block_below_the_table_is_compared_with_it() -> None:
    found = read_page(Source("deps/0001-retry.md", f"# Retry\n\n{ANNOUNCED}\n**Status**: Approved\n"), DEFAULT)
    assert set(found.header.spans) == {"table", "block"}


def test_a_project_that_lists_spellings_reads_no_other() -> None:
    schema = msgspec.structs.replace(DEFAULT, spellings=("block",))
    assert read_page(Source("deps/0001-retry.md", f"# Retry\n\n{ANNOUNCED}"), schema).header.spans == {}


def test_a_row_without_a_label_goes_on() -> None:
    found = page("# Retry\n\n| Status | Draft |\n|---|---|\n| Authors | @octo |\n|  | @ada |\n|  |  |\n")
    assert [person.handle for person in found.proposal.people("authors")] == ["octo", "ada"]
    with pytest.raises(RefusedError, match="several lines"):
        set_field(found, SCHEMA.fields["authors"], "@x")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("suffix", [".md", ".rst"])
def test_rows_of_a_list_table(suffix: str, newline: str) -> None:
    head, lead, tail = (
        ("# Retry\n\n```{list-table}\n", "", "```\n")
        if suffix == ".md"
        else ("Retry\n=====\n\n.. list-table::\n   :widths: 25 75\n\n", "   ", "\n")
    )
    rows = [f"{lead}* - Status\n{lead}  - Draft\n", f"{lead}* - Category\n{lead}  - Process\n"]
    text = f"{head}{rows[0]}{rows[1]}{tail}\nText | and *more*.\n"
    before = page(text.replace("\n", newline), suffix)
    assert before.proposal.status == "Draft"
    changed = apply_edits(before.source, set_field(before, SCHEMA.fields["status"], "Under Review | not yet")).text
    assert changed == text.replace(
        "Draft", "Under Review \\| not yet" if suffix == ".md" else "Under Review | not yet"
    ).replace("\n", newline)
    row = f"{lead}* - Authors\n{lead}  - @octo\n"
    added = apply_edits(before.source, [insert_field(before, SCHEMA.fields["authors"], "@octo")]).text
    assert added == text.replace(rows[1], f"{row}{rows[1]}").replace("\n", newline)

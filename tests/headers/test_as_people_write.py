"""Headers as other processes write them: one small input for each, and what must be read."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sphinxext_dep.check.check import check_page
from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.headers.change import add_reference, set_field
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.headers.spellings import SPELLINGS
from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.schema import Field
from sphinxext_dep.model.source import RefusedError, Source, apply_edits
from sphinxext_dep.rules import RULES

SCHEMA = msgspec.structs.replace(DEFAULT, spellings=tuple(SPELLINGS))


def page(text: str, suffix: str = ".md", **changes: Any) -> Page:
    return read_page(Source(f"deps/0001-retry{suffix}", text), msgspec.structs.replace(SCHEMA, **changes))


def codes(of: Page) -> set[str]:
    return {item.code for item in check_page(of, RULES).diagnostics}


REPEATED = {
    "field list": ":Author: Ada\n:Status: Draft\n:Author: Bob, Cleo\n:Author: Dan\n",
    "preamble": "Author: Ada\nStatus: Draft\nAuthor: Bob, Cleo\nAuthor: Dan\n\n",
    "bulleted list": "- Author: Ada\n- Status: Draft\n- Author: Bob, Cleo\n- Author: Dan\n",
}


@pytest.mark.parametrize("spelling", REPEATED)
def test_a_repeated_field_is_collected(spelling: str) -> None:
    found = page(REPEATED[spelling])
    assert list(found.header.spans) == [spelling]
    assert [person.name for person in found.proposal.people("authors")] == ["Ada", "Bob", "Cleo", "Dan"]
    assert "DEP104" not in codes(found)


@pytest.mark.parametrize(
    "text", ["- Status: Draft\n- Status: Approved\n- Author: a\n", "**Author**: a\n\n**Author**: b\n"]
)
def test_a_repeated_field_is_never_dropped_silently(text: str) -> None:
    assert "DEP104" in codes(page(text))


def test_a_repeated_field_is_set_by_hand_and_added_to() -> None:
    found = page(":Status: Draft\n:Related: DEP-2\n:Related: DEP-3\n")
    related = SCHEMA.fields["related"]
    with pytest.raises(RefusedError, match="2 lines"):
        set_field(found, related, "DEP-4")
    after = apply_edits(found.source, add_reference(found, related, "DEP-4")).text
    assert after == ":Status: Draft\n:Related: DEP-2\n:Related: DEP-3, DEP-4\n"


@pytest.mark.parametrize("default", ["", "Draft"])
def test_front_matter_without_a_status(default: str) -> None:
    found = page("---\nauthors: Ada\ntags: x\n---\n\n# Retry\n", default_status=default)
    assert bool(found.header.spans) == bool(default)
    assert found.proposal.status == (default or None)
    assert ("DEP101" in codes(found)) == (not default)


@pytest.mark.parametrize("form", ["---\n{}---\n\n# Retry\n", "# Retry\n\n```{{dep-header}}\n{}```\n"])
@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("status: Draft #provisional", "Draft"),
        ("status: Draft # provisional", "Draft"),
        ("tags: # N/A", ""),
        ("tags: a #and so on", "a"),
    ],
)
def test_comments_of_yaml(form: str, line: str, value: str) -> None:
    colon = ":" if "dep-header" in form else ""
    lines = [line] if line.startswith("status") else ["status: Draft", line]
    found = page(form.format("".join(f"{colon}{text}\n" for text in lines)))
    assert found.header.fields[-1].value == value
    assert "DEP002" not in codes(found)


@pytest.mark.parametrize("line", ["replaces: #12", "replaces: DEP-3, #12", "replaces: 3 #12"])
def test_a_number_that_is_a_comment_to_yaml(line: str) -> None:
    assert "DEP002" in codes(page(f"---\nstatus: Draft\n{line}\n---\n\n# Retry\n"))


def test_an_item_without_a_space() -> None:
    found = page("# Retry\n\n- Status: Draft\n- Implementation:https://example.org/1\n- **PR:**https://example.org/2\n")
    assert [raw.value for raw in found.header.fields] == ["Draft", "https://example.org/1", "https://example.org/2"]
    assert not found.header.problems
    assert not page("# Retry\n\n- https://example.org/1\n- mailto://x\n").header.spans


def test_a_section_of_level_one_among_those_of_level_two() -> None:
    text = "# Retry\n\n**Status**: Draft\n\n## Summary\nA\n\n# Drawbacks\nB\n\n## Motivation\nC\n\n### More\nD\n"
    assert [section.name for section in page(text).proposal.sections] == ["Summary", "Drawbacks", "Motivation"]
    siblings = "# Retry\n\n**Status**: Draft\n\n# Summary\n\nA\n\n## Goals\n\nB\n\n# Motivation\n\nC\n"
    assert [section.name for section in page(siblings).proposal.sections] == ["Summary", "Motivation"]


@pytest.mark.parametrize(
    ("heading", "title"), [("## Simple Summary", "Retry"), ("# Another", "Another"), ("# Retry", "Retry")]
)
def test_a_heading_of_level_two_is_no_title_beside_a_stated_one(heading: str, title: str) -> None:
    fields = SCHEMA.fields | {"title": Field(key="title", label="Title", type="title")}
    found = page(f"---\ntitle: Retry\nstatus: Draft\n---\n\n{heading}\n\nText.\n", fields=fields)
    assert found.proposal.title == title


@pytest.mark.parametrize("day", ["2026-01-31", "2026_01_31", "2026.01.31", "31-01-2026", "01-31-2026", "31.01.2026"])
def test_a_day_in_a_file_name_is_no_number(day: str) -> None:
    found = read_page(Source(f"deps/{day}-retry.md", "**Status**: Draft\n"), SCHEMA)
    assert found.proposal.number is None
    assert found.proposal.slug == f"{day}-retry"
    for name in ("0012-01-retry", "12-10-retry", "2026-retry"):
        assert read_page(Source(f"deps/{name}.md", "**Status**: Draft\n"), SCHEMA).proposal.number in (12, 2026)

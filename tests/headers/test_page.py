"""One page becomes one record: what is put together from several places."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.source import Source


def read(text: str, path: str = "deps/0012-retry.md") -> Proposal:
    """The record of a page."""
    return read_page(Source(path, text), DEFAULT).proposal


@pytest.mark.parametrize(
    ("path", "title", "status", "number", "expected_title"),
    [
        ("deps/0012-retry.md", "Retry", "Draft", 12, "Retry"),
        ("deps/retry.md", "DEP-0012: Retry", "Draft", 12, "Retry"),
        ("deps/retry.md", "Retry", "Draft", None, "Retry"),
        # The process assigns a number when a proposal is merged: zeros are a place for it.
        ("deps/0000-retry.md", "DEP-0000: Retry", "Draft", None, "Retry"),
        ("deps/0000-retry.md", "DEP-NNNN: Retry", "Draft", None, "Retry"),
        ("deps/0000-process.md", "DEP-0000: Process", "Approved", 0, "Process"),
        ("deps/0000-retry.md", "Retry", "Nonsense", None, "Retry"),
    ],
)
def test_number_and_title(path: str, title: str, status: str, number: int | None, expected_title: str) -> None:
    """The number comes from the file's name or the title; the prefix is no part of the title."""
    proposal = read(f"# {title}\n\n**Status**: {status}\n\n**Authors**: Ada\n", path)
    assert (proposal.number, proposal.title) == (number, expected_title)


def test_the_field_wins_and_every_statement_of_the_number_is_kept() -> None:
    """DEP208 needs all of them."""
    proposal = read("---\nnumber: 7\nstatus: Draft\n---\n\n# DEP-0008: Retry\n")
    assert proposal.number == 7
    assert [(where, number) for where, number, _span in proposal.numbers] == [
        ("field", 7),
        ("file name", 12),
        ("title", 8),
    ]


def test_of_two_spellings_the_directive_wins() -> None:
    """It is the form that new proposals use."""
    text = "---\nstatus: Draft\n---\n\n# Retry\n\n```{dep-header}\n:status: Approved\n```\n"
    assert read(text).status == "Approved"


def test_sections_count_beside_the_title_and_directly_under_it() -> None:
    """Real files write both; deeper headings are no sections of the template."""
    header = "# Retry\n\n**Status**: Draft\n\n"
    beside = read(header + "# Summary\n\n## Proposal\n\nx\n\n# Motivation\n")
    under = read(header + "## Summary\n\n### Proposal\n\nx\n\n## 2. Motivation:\n")
    assert [item.canonical for item in beside.sections] == ["Summary", "Motivation"]
    assert [item.canonical for item in under.sections] == ["Summary", "Motivation"]


@pytest.mark.parametrize(
    ("body", "empty"),
    [
        ("", True),
        ("\n<!-- to be written -->\n", True),
        ("\n---\n", True),
        ("\nText.\n", False),
        ("\n## Goals\n", False),
        ("\n```\ncode\n```\n", False),
    ],
)
def test_empty_sections(body: str, empty: bool) -> None:
    """Comments and rules are no content; a subsection is."""
    proposal = read(f"# Retry\n\n**Status**: Draft\n\n# Summary\n{body}\n# Motivation\n\nx\n")
    assert proposal.sections[0].empty is empty


def test_a_page_without_a_title() -> None:
    """A section behind the header is not taken for the title."""
    proposal = read("**Status**: Draft\n\n**Authors**: Ada\n\n# Summary\n\nx\n")
    assert proposal.title == ""
    assert proposal.status == "Draft"
    assert [item.canonical for item in proposal.sections] == ["Summary"]


@pytest.mark.parametrize(
    ("body", "summary"),
    [
        ("It *retries* `three` [times](https://example.org).", "It retries three times."),
        ("It extends {dep}`12`.\n\nMore.", "It extends DEP-0012."),
        ("See {dep}`retries <12>`, {dep}`retry`, {term}`a word`.", "See retries, retry, a word."),
        ("See [](dep:3), [*the* third](dep:3), <dep:4>.", "See DEP-0003, the third, DEP-0004."),
        ("- a list\n\nThen text.", "Then text."),
        ("(target)=\n\n% a comment\n\nText.", "Text."),
        ("<b>bold</b> text", "bold text"),
        ("| one | two |\n| --- | --- |\n| a | b |\n\nText.", "Text."),
    ],
)
def test_summary(body: str, summary: str) -> None:
    """The first paragraph, markup removed."""
    assert read(f"# Retry\n\n**Status**: Draft\n\n# Summary\n\n{body}\n").summary == summary


def test_summary_in_restructuredtext() -> None:
    """A link without words reads as the number of the proposal."""
    text = "Retry\n=====\n\nSummary\n-------\n\nSee :dep:`12`, :dep:`retries <3>` and ``three`` times.\n"
    assert read(text, "deps/0012-retry.rst").summary == "See DEP-0012, retries and three times."


def test_people_of_whom_more_are_to_come() -> None:
    """``TBD`` among people is no person, and is not lost."""
    field = read("# Retry\n\n**Status**: Draft\n\n**Required Reviewers**: @octo, TBD\n").fields["required-reviewers"]
    assert field.more
    assert isinstance(field.value, tuple)
    assert len(field.value) == 1


def test_a_field_list_can_repeat_a_field_with_several_values():
    text = "Title\n=====\n\n:Status: Draft\n:Authors: Ada\n:Authors: Grace, @hedy\n:Category: Process\n"
    schema = replace(DEFAULT, spellings=("field list",))
    proposal = read_page(Source("deps/0001-x.rst", text), schema).proposal
    assert [person.name for person in proposal.people("authors")] == ["Ada", "Grace", "hedy"]
    assert proposal.fields["authors"].raw == "Ada, Grace, @hedy"


@pytest.mark.parametrize(
    ("path", "title", "number"),
    [
        ("0-purpose.md", "DEP-0 — Purpose", 0),
        ("DEP0000.md", "DEP 0 — Purpose", 0),
        ("0000-purpose.md", "DEP-0000: Purpose", None),
        ("0000-purpose.md", "DEP-10 — Purpose", 10),
        ("DEP0001.md", "DEP 1 - Purpose", 1),
        ("dep-0008.md", "DEP 8 - Purpose", 8),
        ("1-purpose.rst", "Purpose", 1),
        ("DEP08.rst", "DEP8: Purpose", 8),
    ],
)
def test_numbers_as_people_write_them(path: str, title: str, number: int | None) -> None:
    """A title that says `DEP-0` states a number even while the proposal is open."""
    text = f"{title}\n{'=' * len(title)}\n\n**Status**: Draft\n"
    proposal = read_page(Source(f"deps/{path}", text), DEFAULT).proposal
    assert (proposal.number, proposal.title) == (number, "Purpose")
    assert len({value for _, value, _ in proposal.numbers}) <= 1


def test_the_summary_is_of_the_first_section_that_is_no_field() -> None:
    sections = {"Status": replace(DEFAULT.sections["Summary"], name="Status")} | DEFAULT.sections
    schema = replace(DEFAULT, spellings=("sections",), sections=sections)
    text = "# A\n\n## Status\n\nDraft\n\n## Summary\n\nThe cause.\n"
    proposal = read_page(Source("deps/0001-a.md", text), schema).proposal
    assert (proposal.status, proposal.summary) == ("Draft", "The cause.")

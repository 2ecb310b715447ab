"""The spellings that a project asks for. The cases are in ``spellings/``; their info says which it asks for.

``DEP_UPDATE=1`` rewrites what the cases expect; read the difference before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sphinxext_dep.check.check import check_page
from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.config.tables import SPELLINGS
from sphinxext_dep.headers.page import read_header, read_page
from sphinxext_dep.headers.spellings import DEFAULT_SPELLINGS, UNMISTAKABLE
from sphinxext_dep.markup import read_outline
from sphinxext_dep.model.schema import Field, Schema
from sphinxext_dep.model.source import Source
from sphinxext_dep.rules import RULES
from tests.cases import Case, read_cases, update
from tests.headers.test_header import described
from tests.headers.test_header_properties import LONG, MANY, PIECES, check
from tests.timing import linear_time

FOLDER = Path(__file__).parent / "spellings"
EVERY = msgspec.structs.replace(
    DEFAULT,
    spellings=tuple(SPELLINGS.values()),
    fields=DEFAULT.fields | {"title": Field(key="title", label="Title", type="title")},
)


def schema_of(case: Case) -> Schema:
    asked = tuple(SPELLINGS[word] for word in case.info.split() if word in SPELLINGS)
    return msgspec.structs.replace(EVERY, spellings=DEFAULT_SPELLINGS + asked)


def shown(case: Case) -> str:
    return described(case.source, schema_of(case))


@pytest.mark.parametrize("case", read_cases(FOLDER), ids=lambda case: case.id)
def test_case(case):
    if os.environ.get("DEP_UPDATE"):
        update(FOLDER, shown)
        pytest.skip("rewritten")
    assert shown(case) == case.expected


def test_cases_are_found():
    assert len(read_cases(FOLDER)) >= 17


@pytest.mark.parametrize("case", read_cases(FOLDER), ids=lambda case: case.id)
def test_nobody_else_reads_them(case):
    """A project that does not ask for a spelling never has it misread, but reads a table that says what it is."""
    header = read_header(case.source, read_outline(case.source), DEFAULT)
    allowed = UNMISTAKABLE if case.file.stem == "table" else ()
    assert set(header.spans) <= {*DEFAULT_SPELLINGS, *allowed}


MORE = [
    ":Status: Draft", ":Status:Draft", ":Authors:", "Status: Draft", "Authors: a,", "  b", "Staus", "- Status: Draft",
    "* **Authors**: x", "- nothing", "### Status", "## Authors", "Draft", "- @a", ":ref:`x`", ".. _x:",
    "Status\n------",
    "<table>", "</table>", "<tr><td>Status</td><td>Draft</td></tr>", "<tr><td>Tags<td>a<br>b", "<td>", "<!-- </td> -->",
    "https://forge.org/x", "<https://forge.org/x>",
    "```{eval-rst}", "```", ":::{field-list}", ":::", ':Status: "Draft"', ":Authors: '@a'",
    "| Status | Draft |", "|---|---|", "| a | b <br> c |", "+---+---+", "|a  |b  |", "=== ===", "a   b",
]  # fmt: skip
PAGES = st.builds(
    lambda lines, newline: newline.join(lines),
    st.lists(st.sampled_from(MORE + PIECES), max_size=24),
    st.sampled_from(["\n", "\n", "\r\n", "\r"]),
)

SUFFIXES = st.sampled_from(["md", "rst"])
STARTS = st.sampled_from(["", ":Status: ", "Status: ", "- Status: ", "## Status\n", "<table><tr><td>Status</td><td>"])


@settings(max_examples=600)
@given(PAGES, SUFFIXES)
@example(text="__Category__: y\n- Status: Draft\n- Status: Draft\n(t)=", suffix="md")
@example(
    text="status: >-\n- Status: Draft\n- Status: Draft", suffix="md"
)  # found by hypothesis: one in the other's value
def test_pages(text, suffix):
    source = Source(f"page.{suffix}", text)
    check(source, read_header(source, read_outline(source), EVERY))
    read_page(source, EVERY)


@settings(max_examples=300)
@given(st.text(max_size=300), SUFFIXES, STARTS)
@example(text="__0__", suffix="md", start="## Status\n")  # found by hypothesis: the marks were behind the header
def test_any_text(text, suffix, start):
    source = Source(f"page.{suffix}", start + text)
    check(source, read_header(source, read_outline(source), EVERY))
    read_page(source, EVERY)


FORMS = {
    "field list": (":{}: {}\n", ":a"),
    "preamble": ("{}: {}\n", "a"),
    "bulleted list": ("- {}: {}\n", "- **a"),
    "paragraphs": ("{}: {}\n\n", "a"),
    "sections": ("## {}\n\n{}\n\n", "## a"),
}
HOSTILE = {
    f"{spelling} {name}": (spelling, text)
    for spelling, (form, opening) in FORMS.items()
    for name, text in {
        "fields": "".join(form.format(f"Field-{number}", "v") for number in range(MANY)) + form.format("Status", "x"),
        "one field often": form.format("Status", "x") * MANY,
        "lines": form.format("Status", "x") + "  y\n" * LONG,
        "blank lines": form.format("Status", "x") + "\n" * LONG + "  y",
        "slips": form.format("Status", "x") + "- slip\n" * LONG,
        "open comments": (form.format("Tags", "x <!-- a") + ".. b\n\n") * MANY,
        "comments": form.format("Status", "x <!--" * LONG),
        "a long line": form.format("Status", "x" * LONG),
        "a long label": opening * LONG + ": x",
        "links": form.format("Pull-Request", "`a <" * MANY),
        "spaces": form.format("Status", " " * LONG + "x"),
    }.items()
}


HOSTILE |= {
    f"fenced {name}": ("fenced field list", f"# T\n\n```{{eval-rst}}\n{text}```\n")
    for name, text in {
        "fields": "".join(f":Field-{number}: v\n" for number in range(MANY)) + ":Status: x\n",
        "quotes": ":Status: " + '"' * LONG + "\n",
        "fences": ":Status: x\n```\n```{eval-rst}\n" * MANY,
        "comments": ":Status: x\n" + ".. a\n" * LONG,
        "blank lines": "\n" * LONG + ":Status: x\n",
    }.items()
}
HOSTILE |= {
    f"HTML table {name}": ("HTML table", f"# T\n\n<table>\n{text}</table>\n")
    for name, text in {
        "rows": "<tr><td>Tags</td><td>a</td></tr>\n" * MANY + "<tr><td>Status</td><td>x</td></tr>\n",
        "open rows": "<tr><td>Status<td>x" * MANY,
        "tables": "<table><tr><td>Status</td><td>" * MANY,
        "bold": "<tr><td>Status</td><td>" + "<b>" * MANY + "x",
        "lists": "<tr><td>Status</td><td>" + "<ul><li>" * MANY + "x",
        "comments": "<!--" * LONG,
        "links": "<tr><td>Status</td><td>" + '<a href="x">' * MANY,
        "ends": "</table>" * MANY,
    }.items()
}
TOP = {"md": "| Field | Value |\n|---|---|\n", "rst": "+-+-+\n", "simple": "= =\n"}
HOSTILE |= {
    f"table {kind} {name}": ("table", top + text)
    for kind, top in TOP.items()
    for name, text in {
        "rows": "| Status | Draft |\n" * MANY,
        "lines": "S   x\n" * LONG,
        "backslashes": "| Status | " + "\\" * LONG + "| |\n",
        "pipes": "| Status " + "|" * LONG,
        "breaks": "| Status | " + "<br " * LONG + "|",
        "spaces": "| Status | x" + " " * LONG + "y |",
        "borders": top * MANY,
        "open comments": "| Status | <!-- x |\n" * MANY,
    }.items()
}


@pytest.mark.parametrize("suffix", ["md", "rst"])
@pytest.mark.parametrize(("spelling", "text"), HOSTILE.values(), ids=HOSTILE)
def test_linear_time(spelling, text, suffix):
    schema = msgspec.structs.replace(DEFAULT, spellings=(spelling,))
    source = Source(f"page.{suffix}", text)
    with linear_time():
        page = read_page(source, schema)
    check(source, page.header)


YAML = ["status: Draft", "authors: [a,", "  - b", "? x", "a: &a [*a]", "---", "...", "k: |", "\tx", "replaces: #12",
        "'", "milestone:", "  alpha: v1", "category: {a: b}", "\u2028", "", "!!python/object x", "{", "\r"]  # fmt: skip


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(YAML), max_size=12).map("\n".join)), PAGES, SUFFIXES)
@example(yaml="{0\n0: #", text="", suffix="md")  # found by hypothesis: the comment was the value as well
def test_files_beside_pages(yaml, text, suffix):
    beside = Source("kep.yaml", yaml)
    page = read_page(Source(f"page.{suffix}", text, beside=beside), EVERY)
    check_page(page, RULES)
    for field in page.header.fields:
        assert field.span.is_beside == field.label_span.is_beside == (field.spelling == "sidecar file")
        if field.span.is_beside:
            assert field.span.within == beside.span(field.span.within.start, field.span.within.end)
            assert field.label_span.within.end <= len(yaml)


def test_many_fields_beside_a_page():
    yaml = "".join(f"key-{number}: [a, b]\n" for number in range(MANY)) + "status: Draft\nmilestone:\n  alpha: v1\n"
    with linear_time():
        page = read_page(Source("page.md", "# T\n", beside=Source("kep.yaml", yaml)), DEFAULT)
    assert len(page.header.fields) == MANY + 2
    assert page.proposal.status == "Draft"


@pytest.mark.parametrize("spelling", [spelling for spelling in FORMS if spelling != "sections"])
def test_nothing_is_lost(spelling):
    schema = msgspec.structs.replace(DEFAULT, spellings=(spelling,))
    _, text = HOSTILE[f"{spelling} fields"]
    source = Source("page.md", text)
    assert len(read_header(source, read_outline(source), schema).fields) == MANY + 1


UNCLOSED = {
    "block": "**Status**: Draft <!-- a\n\n**Authors**: Ada\n",
    "bulleted list": "- Status: Draft <!-- a\n- Authors: Ada\n",
    "preamble": "Status: Draft <!-- a\nAuthors: Ada\n",
    "field list": ":Status: Draft <!-- a\n:Authors: Ada\n",
    "paragraphs": "Status: Draft <!-- a\n\nAuthors: Ada\n",
    "table": "| Field | Value |\n|---|---|\n| Status | Draft <!-- a |\n| Authors | Ada |\n",
    "sections": "## Status\n\nDraft <!-- a\n\n## Authors\n\nAda\n",
}
LISTED = "```{list-table}\n* - Status\n  - Draft <!-- a\n* - Authors\n  - Ada\n```\n"


@pytest.mark.parametrize(("spelling", "text"), [*UNCLOSED.items(), ("table", LISTED)])
def test_a_comment_that_is_never_closed_is_said(spelling: str, text: str) -> None:
    """What is behind it would be dropped without a word."""
    schema = msgspec.structs.replace(DEFAULT, spellings=(spelling,))
    page = text + "\n# T\n" if spelling == "preamble" else f"# T\n\n{text}"
    header = read_page(Source("page.md", page), schema).header
    assert [problem.message for problem in header.problems] == ["the comment is never closed"]
    (problem,) = header.problems
    assert page[problem.span.start : problem.span.end] == "<!--"
    assert [field.label for field in header.fields] == ["Status", "Authors"]
    ended = text.replace("<!-- a", "<!-- a -->") + "\n## Other\n\nText <!-- of no field\n"
    page = page.replace(text, ended) if spelling != "preamble" else ended
    assert read_page(Source("page.md", page), schema).header.problems == ()

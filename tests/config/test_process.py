"""What a process can say about the names, titles, statuses and days of its proposals."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.fields.date import parse_date, write_date
from sphinxext_dep.fields.references import target_of
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.model.numbers import title_of_name
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Field, Layout, Notation, Schema
from sphinxext_dep.model.source import Source

TITLED = replace(DEFAULT, fields=DEFAULT.fields | {"name": Field(key="name", label="Name", type="title")})
DIRECTORIES = replace(DEFAULT, layout=Layout.DIRECTORIES, exclude=())


def read(text: str, schema: Schema, path: str = "deps/0012-retry.md") -> Proposal:
    return read_page(Source(path, text), schema).proposal


@pytest.mark.parametrize(
    ("text", "title", "elsewhere"),
    [
        ("# Heading\n\n**Status**: Draft\n\n**Name**: Field", "Heading", ""),
        ("**Status**: Draft\n\n**Name**: `Field`\n\n# Introduction", "Field", "Field"),
        ("---\nstatus: Draft\nname: 'DEP-12: Field'\n---\n\n# Summary", "Field", "Field"),
        ("---\nstatus: Draft\nname: Field\n---\n\n# Another", "Another", ""),
        ("---\nstatus: Draft\nname: Field\n---\n", "Field", "Field"),
        ("**Status**: Draft\n\n# Summary", "", ""),
        ("**Status**: Draft\n\n**Name**: TBD\n\n# Summary", "", ""),
    ],
)
def test_a_title_comes_from_a_field_or_a_heading(text, title, elsewhere):
    proposal = read(text, TITLED)
    assert (proposal.title, proposal.title_elsewhere) == (title, elsewhere)


def test_a_title_can_come_from_the_name():
    schema = replace(DEFAULT, title_from_name=True)
    proposal = read("**Status**: Draft\n\n# Summary", schema, "deps/2026-01-31-worker_pools.md")
    assert (proposal.title, proposal.title_elsewhere) == ("Worker pools", "Worker pools")
    assert read("# Heading\n\n**Status**: Draft", schema).title == "Heading"


@pytest.mark.parametrize(
    ("slug", "title"),
    [
        ("a-b_c", "A b c"),
        ("2026-01-31", "2026-01-31"),
        ("x", "X"),
        ("", ""),
        ("2026-1-31-pools", "Pools"),
        ("2026-13-31-x", "2026 13 31 x"),
        ("since-2026-1-31", "Since 2026 1 31"),
    ],
)
def test_words_of_a_name(slug, title):
    assert title_of_name(slug) == title


def test_a_status_by_default():
    schema = replace(DEFAULT, default_status="Approved")
    proposal = read("# T\n\n**Authors**: @octo", schema)
    assert (proposal.status, proposal.fields["status"].value) == ("Approved", "Approved")
    assert read("# T\n\n**Status**: Drfat", schema).status is None
    assert read("# T\n\nNo header at all.", schema).status == "Approved"  # it is still reported as DEP101


def test_a_directory_has_the_number_and_the_name():
    proposal = read("# T\n\n**Status**: Draft", DIRECTORIES, "deps/sig/0012-retry/README.md")
    assert (proposal.number, proposal.slug) == (12, "retry")
    assert read("# T", DIRECTORIES, "README.md").slug == "readme"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("../0012-retry/README.md", "12"),
        ("../0012-retry/", "12"),
        ("../12-retry", "12"),
        ("12-retry", "12"),
        ("/deps/sig/0012-retry", "12"),
        ("deps/other/12-retry/", "12"),
        ("deps/other/12", "12"),
        ("/deps/sig/12-retry/design.md", "12"),
        ("../retry/retry.rst#goals", "retry"),
        ("https://example.org/deps/sig/0012-retry/README.html", "12"),
        ("https://example.org/tree/main/deps/sig/12-retry", "12"),
        ("README.md", "3"),
        ("https://elsewhere.org/deps/sig/12-retry/README.html", None),
        ("/posts/sig/12-retry", None),
        ("../../../12-retry", None),
    ],
)
def test_references_to_directories(url, key):
    sources = ("deps/*/*/*.md", "deps/*/*/*.rst")
    schema = replace(DIRECTORIES, sources=sources, addresses=("https://example.org",))
    target = target_of(url, "deps/sig/3-timeouts/README.md", schema)
    assert (target and target.key) == key


@pytest.mark.parametrize(
    ("written", "note"),
    [
        ("Implemented (Swift 2.2)", "Swift 2.2"),
        ("**Implemented (Swift 2.2)**", "Swift 2.2"),
        ("**Implemented** (Swift 2.2)", "Swift 2.2"),
        ("**Implemented (Swift 2.2)** (with changes, see [below](#x))", "Swift 2.2 (with changes, see [below](#x))"),
        ("Implemented (Swift 2.2): in part", "Swift 2.2: in part"),
        ("Implemented (Swift 2.2) but for one type", "Swift 2.2 but for one type"),
        ("Implemented (Swift 2.2 (in part))", "Swift 2.2 (in part)"),
        ("Implemented (Swift 2.2", "(Swift 2.2"),
        ("Implemented in Swift 2.2", "Swift 2.2"),
        ("Implemented by: 7", "7"),
        ("Implemented – mostly", "mostly"),
        ("Implemented", None),
    ],
)
def test_words_behind_a_status(written, note):
    status = replace(DEFAULT.statuses["Implemented"], note="version")
    fields = DEFAULT.fields | {"version": Field(key="version", label="Version", type="text")}
    schema = replace(DEFAULT, statuses=DEFAULT.statuses | {"Implemented": status}, fields=fields)
    proposal = read(f"# T\n\n**Status**: {written}", schema)
    assert proposal.status == "Implemented"
    assert (proposal.fields["version"].value if "version" in proposal.fields else None) == note


def test_days_in_the_notation_of_the_process():
    notation = Notation.DAY_MONTH_YEAR
    assert write_date("2026-01-05", notation) == "05-Jan-2026"
    assert write_date("2026-01-05", Notation.ISO) == "2026-01-05"
    for text, canonical in {"05-Jan-2026": True, "5-Jan-2026": False, "2026-01-05": False}.items():
        date = parse_date(text, notation)
        assert (date.iso, date.canonical) == ("2026-01-05", canonical)
    assert parse_date("soon", notation).iso is None
    assert not parse_date("05-Jan-2026").canonical


@pytest.mark.parametrize(
    ("notation", "written", "texts"),
    [
        (Notation.MONTH_DAY_YEAR, "Jan 5, 2026",
         {"Jan 5, 2026": True, "January 05, 2026": True, "Jan 5 2026": True, "Jan. 5, 2026": True, "jan 5, 2026": False,
          "5 January 2026": False, "2026-01-05": False, "Monday, Jan 5, 2026": False}),
        (Notation.WRITTEN_OUT, "5 January 2026",
         {"5 January 2026": True, "05 Jan 2026": True, "January 5, 2026": False, "2026-01-05": False}),
    ],
)  # fmt: skip
def test_days_with_words(notation, written, texts):
    assert write_date("2026-01-05", notation) == written
    for text, canonical in texts.items():
        date = parse_date(text, notation)
        assert (text, date.iso, date.canonical) == (text, "2026-01-05", canonical)
    for text in ("Jan 32, 2026", "32 January 2026", "Foo 5, 2026", "2026-26-07"):
        assert parse_date(text, notation).readings == ()

"""Proposals whose header is their path: status and category of a directory, and fields whose value is its name."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from sphinxext_dep.check.check import check_page
from sphinxext_dep.config.load import load_config
from sphinxext_dep.headers.change import set_field
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.schema import Schema
from sphinxext_dep.model.source import RefusedError, Source
from sphinxext_dep.rules import RULES

PROCESS = """
base = "empty"
prefix = "SPEC"
sources = ["specs/*/*/*"]
spellings = ["url-paragraph"]
lifecycle = ["Approved", "Implemented"]
[statuses.Approved]
paths = ["specs/*/approved/*"]
next = ["Implemented"]
[statuses.Implemented]
kind = "decided"
paths = ["specs/*/implemented/*"]
[fields.status]
type = "status"
[fields.release]
type = "version"
path = "specs/{}/*/*"
[fields.blueprint]
type = "links"
hosts = ["blueprints.example.org"]
[rules]
DEP207 = "off"
"""
TEXT = (
    "..\n A licence.\n\n==============\nLive migration\n==============\n\nhttps://blueprints.example.org/x\n\nText.\n"
)


@pytest.fixture
def schema(tmp_path: Path) -> Schema:
    (tmp_path / "conf.py").touch()
    (tmp_path / "dep.toml").write_text(PROCESS, encoding="utf-8")
    return load_config(tmp_path / "dep.toml").schema


def read(schema: Schema, text: str = TEXT, path: str = "specs/2024.2/approved/live-migration.rst") -> Page:
    return read_page(Source(path, text), schema)


def test_the_path_is_the_header(schema: Schema) -> None:
    page = read(schema)
    proposal = page.proposal
    assert (proposal.number, proposal.slug, proposal.title) == (None, "live-migration", "Live migration")
    assert proposal.status == "Approved"
    assert proposal.fields["release"].raw == "2024.2"
    assert [link.url for link in proposal.links("blueprint")] == ["https://blueprints.example.org/x"]
    assert check_page(page, RULES).diagnostics == ()
    assert read(schema, path="specs/2025.1/implemented/x.rst").proposal.status == "Implemented"


def test_a_page_without_anything_is_a_proposal(schema: Schema) -> None:
    page = read(schema, "Live migration\n==============\n\nText.\n")
    assert page.proposal.status == "Approved"
    assert check_page(page, RULES).diagnostics == ()


def test_an_address_elsewhere_is_text(schema: Schema) -> None:
    page = read(schema, TEXT.replace("blueprints.example.org", "other.example.org"))
    assert page.header.spans == {}
    assert page.proposal.links("blueprint") == ()


def test_what_contradicts_the_path_is_reported(schema: Schema) -> None:
    both = msgspec.structs.replace(schema, spellings=("field list",))
    text = "Live migration\n==============\n\n:Status: Implemented\n:Release: 2025.1\n"
    found = [item for item in check_page(read(both, text), RULES).diagnostics if item.code == "DEP105"]
    assert [(item.line, item.message) for item in found] == [
        (4, "`Status` is `Implemented`, but proposals in this directory are `Approved`"),
        (5, "`Release` is `2025.1`, but the path of the page says `2024.2`"),
    ]


def test_the_address_is_edited_and_nothing_is_added(schema: Schema) -> None:
    page = read(schema)
    (edit,) = set_field(page, schema.fields["blueprint"], "https://blueprints.example.org/y")
    assert page.source.text[edit.start : edit.end] == "https://blueprints.example.org/x"
    with pytest.raises(RefusedError, match=r"live-migration\.rst:8: the header is an address"):
        set_field(page, schema.fields["blueprint"], "N/A")


@pytest.mark.parametrize("path", ["specs/*/*", "specs/**/{}/*", "specs/{}", "specs/{}/{}/*", "specs/a{}/*"])
def test_a_path_names_one_directory(tmp_path: Path, path: str) -> None:
    (tmp_path / "dep.toml").write_text(f'[fields.release]\npath = "{path}"\n', encoding="utf-8")
    with pytest.raises(Exception, match="for one directory"):
        load_config(tmp_path / "dep.toml")

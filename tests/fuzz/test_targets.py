"""The fuzzer's targets hold on what fuzzing starts from, and on everything that it ever found."""

from __future__ import annotations

import pytest

from sphinxext_dep.check.check import check_page
from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.source import decode
from sphinxext_dep.rules import RULES
from tests.fuzz import targets
from tests.fuzz.seeds import FOUND, seeds


@pytest.mark.parametrize("name", targets.TARGETS)
def test_what_fuzzing_starts_from(name):
    inputs = seeds(name)
    assert inputs
    for data in inputs[:: 1 + len(inputs) // 40]:
        targets.TARGETS[name](data)


@pytest.mark.parametrize("file", sorted(FOUND.glob("*/*")), ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_was_found(file):
    targets.TARGETS[file.parent.name](file.read_bytes())


def test_a_slow_target_fails(monkeypatch):
    monkeypatch.setattr(targets, "SECONDS", -1.0)
    with pytest.raises(targets.TooSlowError):
        targets.TARGETS["query"](b"status:open")


def test_a_span_outside_the_page_fails():
    page = read_page(decode("deps/0001-a.md", b"# A\n\n**Status**: Draft\n"), DEFAULT)
    other = decode("deps/0001-a.md", b"# A\n")
    moved = Page(other, page.schema, page.outline, page.header, page.proposal)
    with pytest.raises(AssertionError):
        targets._check_spans(moved, check_page(page, RULES))

"""The rules that whoever reads reports: their words."""

from __future__ import annotations

import pytest

from sphinxext_dep.check.check import check_file, judge
from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.model.source import Span
from sphinxext_dep.rules import RULES
from sphinxext_dep.rules.reading import HiddenBy


@pytest.mark.parametrize(
    ("data", "line", "column", "message"),
    [
        (b"# Title\n\nCaf\xe9 ol\xe9\n", 3, 4, "the page is not UTF-8: byte 0xe9 at offset 12"),
        (b"# Ti\0tle\n", 1, 5, "the page holds a NUL character at offset 4"),
    ],
)
def test_an_unreadable_page_is_reported_at_its_place_and_keeps_its_number(tmp_path, data, line, column, message):
    file = tmp_path / "0003-retry.md"
    file.write_bytes(data)
    checked = check_file(file, "deps/0003-retry.md", DEFAULT, RULES)
    assert checked is not None
    judgement = judge([checked], DEFAULT, RULES)
    (found,) = judgement.diagnostics
    assert (found.code, found.path, found.line, found.column) == ("DEP001", "deps/0003-retry.md", line, column)
    assert found.message == message
    assert found.help
    assert judgement.catalog.proposals[0].number == 3


def test_a_page_that_vanished_is_reported(tmp_path):
    checked = check_file(tmp_path / "gone.md", "deps/gone.md", DEFAULT, RULES)
    assert checked is not None
    (found,) = checked.diagnostics
    assert found.code == "DEP001"
    assert "cannot be read" in found.message


@pytest.mark.parametrize("reason", HiddenBy)
def test_every_reason_for_a_hidden_header_has_words(reason):
    where = Span(0, 0, 7, 1)
    (found,) = RULES.by_code["DEP003"].check(str(reason), where)
    assert found.span == where
    assert "`dep-header`" in found.message
    assert found.help


def test_a_bad_option_is_reported_as_it_is_told():
    (found,) = RULES.by_code["DEP006"].check("`Aproved` is not a status", "did you mean `Approved`?")
    assert (found.message, found.help, found.span) == ("`Aproved` is not a status", "did you mean `Approved`?", None)

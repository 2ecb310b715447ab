"""Edits leave every other byte as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext_dep.model.source import (
    Edit,
    Source,
    UnreadablePage,
    apply_edits,
    decode,
    encode,
    line_end,
    line_start,
    newline_of,
)

PAGES = [
    b"# Title\n\n**Status**: Draft \n",
    b"\xef\xbb\xbf# Title\r\n\r\n**Status**: Draft\r\n",
    b"# Title\r\r**Status**: Draft\rno newline at the end",
    "# Titel: Größe 🎉\n\n**Status**: Draft\t\n\u2028\x85\x0c\n".encode(),
    b"\xef\xbb\xbf\xef\xbb\xbftwice",
    b"",
]


@pytest.mark.parametrize("data", PAGES)
def test_a_page_without_edits_has_the_bytes_it_had(data: bytes) -> None:
    assert encode(decode("x.md", data)) == data
    assert encode(apply_edits(decode("x.md", data), [])) == data


@given(st.binary(max_size=60))
def test_whatever_can_be_read_is_written_as_it_was(data: bytes) -> None:
    try:
        source = decode("x.md", data)
    except UnreadablePage:
        return
    assert encode(source) == data


@pytest.mark.parametrize("data", [page for page in PAGES if b"Draft" in page])
def test_only_the_span_changes(data: bytes) -> None:
    source = decode("x.md", data)
    at = source.text.index("Draft")
    changed = encode(apply_edits(source, [Edit(at, at + 5, "Größe")]))
    assert changed == data.replace(b"Draft", "Größe".encode())


def test_several_edits_use_the_offsets_of_the_page_as_it_was() -> None:
    source = Source("x.md", "abcdef")
    edits = [Edit(4, 6, "!"), Edit(0, 1, "AAA"), Edit(2, 2, "-"), Edit(2, 2, "+")]
    assert apply_edits(source, edits).text == "AAAb-+cd!"


@pytest.mark.parametrize("edits", [[Edit(0, 3, ""), Edit(2, 4, "")], [Edit(5, 9, "")], [Edit(3, 2, "")]])
def test_edits_that_overlap_are_a_fault(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="overlaps"):
        apply_edits(Source("x.md", "abcdef"), edits)


def test_lines_are_those_of_the_page() -> None:
    source = Source("x.md", "one\r\ntwo\nthree")
    assert [newline_of(source, offset) for offset in (0, 5, 9, 14)] == ["\r\n", "\n", "\n", "\n"]
    assert newline_of(Source("x.md", "no line")) == "\n"
    assert (line_start(source, 7), line_end(source, 7)) == (5, 8)
    assert (line_start(source, 1), line_end(source, 1)) == (0, 3)

"""Whatever a page holds, reading it raises nothing, takes linear time, and every place is one in the page."""

from __future__ import annotations

import itertools
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.headers.page import read_header
from sphinxext_dep.headers.spellings import SPELLINGS
from sphinxext_dep.markup import read_outline
from sphinxext_dep.model.diagnostics import read_suppressions
from sphinxext_dep.model.proposal import RawHeader
from sphinxext_dep.model.source import Source, Span
from tests.timing import linear_time

PIECES = [
    "# T", "## Status", "T\n===", "---", "===", "***", "**Status**: Draft", "**Status** x", "**Authors**:",
    "**Staus:** x", "__Category__: y", "**Replaces** (partially): z", "**Status: Draft**", "- @a", "  * @b", "1. c",
    "text", "> quote", "    code", "<!-- a", "-->", "<!-- b -->", "`<!--`", "% c", "(t)=", "```{dep-header}", "```",
    ":::{dep-header}", ":::", ":status: Draft", ":authors: \"@a", ":replaces: #12", ":a:b", "status: Draft",
    "authors: [a, b", "authors: @x", "a: &a [*a]", "? x", "- y", "...", "\tx", "status: >-", "  more", "key: |", "'",
    "\"", "\\", "é再😀", "\u0085", "\u2028", "\f", "", "", "\r", "dep: 7", ".. dep-header::", "   :status: Draft",
    "   :authors: x,", "     y", ".. comment", "..", "a::", "====\nT\n====",
]  # fmt: skip
PAGES = st.builds(
    lambda lines, newline: newline.join(lines),
    st.lists(st.sampled_from(PIECES), max_size=24),
    st.sampled_from(["\n", "\n", "\r\n"]),
)
STARTS = st.sampled_from(["", "---\n", "# T\n**Status**: ", "```{dep-header}\n:"])


def inside(span: Span, outer: Span) -> bool:
    return outer.start <= span.start <= span.end <= outer.end


def check(source: Source, header: RawHeader) -> None:
    text = source.text
    spans = [*header.spans.values(), *header.heading_style, *(problem.span for problem in header.problems)]
    spans += [span for field in header.fields for span in (field.label_span, field.span)]
    for span in spans:
        assert 0 <= span.start <= span.end <= len(text)
        assert span == source.span(span.start, span.end)
    starts = set(source.line_starts)
    for span in header.spans.values():
        assert span.start in starts
        assert not text[span.end : span.end + 1].strip()
    # Sections are spread over the page, and anything may stand between them.
    runs = [span for spelling, span in header.spans.items() if spelling != "sections"]
    for one, other in itertools.combinations(runs, 2):
        assert one.end <= other.start or other.end <= one.start
    for spelling in SPELLINGS:
        fields = [field for field in header.fields if field.spelling == spelling]
        for field in fields:
            assert inside(field.label_span, header.spans[spelling])
            assert inside(field.span, header.spans[spelling])
            assert field.label_span.end <= field.span.start
        for field, following in pairwise(fields):
            assert field.span.end <= following.label_span.start
    for field in header.fields:
        if field.spelling == "block":
            assert field.value == field.value.strip()
            written = text[field.span.start : field.span.end]
            if "<!--" not in text:
                position = 0
                for line in field.value.split("\n"):
                    position = written.index(line, position) + len(line)
    assert all(problem.message and problem.help for problem in header.problems)


@settings(max_examples=500, deadline=None)
@given(PAGES, st.sampled_from(["md", "rst"]))
@example("**Status**: Draft\n  x\n.. dep-header::", "rst")
@example("---\nstatus: Draft\n---\n# T\n```{dep-header}\n:status: x\n```\n**Status**: Draft", "md")
def test_pages(text, suffix):
    source = Source(f"page.{suffix}", text)
    outline = read_outline(source)
    check(source, read_header(source, outline, DEFAULT))
    for suppression in read_suppressions(source, outline):
        assert suppression.span.end <= len(text)


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=300),
    st.sampled_from(["md", "rst"]),
    st.sampled_from(["", "---\n", "# T\n**Status**: ", "```{dep-header}\n:"]),
)
def test_any_text(text, suffix, start):
    source = Source(f"page.{suffix}", start + text)
    outline = read_outline(source)
    check(source, read_header(source, outline, DEFAULT))
    read_suppressions(source, outline)


MANY = 10_000
LONG = 100_000
TITLE = "# T\n\n"
HOSTILE = {
    "fields": TITLE + "".join(f"**Field {number}**: v\n\n" for number in range(MANY)) + "**Status**: x\n",
    "one field often": TITLE + "**Status**: x\n" * MANY,
    "options": TITLE + "```{dep-header}\n" + "".join(f":k{number}: v\n" for number in range(MANY)) + "```\n",
    "open quotes": TITLE + "```{dep-header}\n" + ":k: \"v\n:k: 'v\n" * MANY + "```\n",
    "tabs": TITLE + "```{dep-header}\n" + ":k:\tv\n" * MANY + "```\n",
    "literal lines": TITLE + "```{dep-header}\n:k: |\n" + ":  x\n" * LONG + "```\n",
    "folded lines": TITLE + "```{dep-header}\n---\nk: v\n" + " x\n\n" * LONG + "---\n```\n",
    "keys": "---\n" + "".join(f"k{number}: v\n" for number in range(MANY)) + "status: x\n---\n",
    "near keys": "---\n" + "stauts: v\n" * MANY + "status: x\n---\n",
    "errors": "---\n" + "k: @v\n" * MANY + "status: x\n---\n",
    "aliases": "---\na: &a [x]\n" + "b: &a [*a, *a, *a]\n" * MANY + "status: *a\n---\n",
    "brackets": "---\nstatus: " + "[{" * LONG + "\n---\n",
    "quoted brackets": "---\nstatus: " + '["a",' * LONG + "\n---\n",
    "no front matter": "---\n" * LONG,
    "long value": TITLE + "**Status**: " + "x" * LONG,
    "long label": TITLE + "**" + "x" * LONG + "**: x",
    "spaces in labels": TITLE + ("**a" + " " * LONG + "\n") * 20,
    "stars": TITLE + "**a " * LONG,
    "comments": TITLE + "**Status**: x " + "<!-- a -->" * LONG,
    "open comments": TITLE + "**Status**: x <!--\n" * LONG,
    "open comments, one end": TITLE + "**Status**: x <!--\n" * LONG + "-->",
    "ticks": TITLE + "**Status**: x " + "`<!--" * LONG,
    "backslashes": TITLE + "**Status**: " + "\\" * LONG + "x",
    "items": TITLE + "**Status**:\n" + "- a\n" * LONG,
    "blank lines": TITLE + "**Status**:\n" + "\n" * 2_000_000,
    "links": "# " + "[a](" * LONG,
    "emphasis": "# " + "*a _b " * LONG,
    "quotations": "> " * LONG,
    "lists": "<!-- a -->\n\n" + "".join("  " * depth + "- a\n" for depth in range(3000)),
    "fences": "```\n~~~\n" * LONG,
    "colon fences": TITLE + ":::{a}\n" * LONG,
    "open colon fences": TITLE + "::: a\n" * LONG,
    "colon fences of all lengths": "".join(":" * (3 + number) + "\n" for number in range(1500)),
    "targets": (TITLE + "(a)= x\n") * MANY,
    "other scripts": TITLE + "**Status**: " + "再" * LONG + "\n\n" + "再試行\n" * LONG,
    "a big page": TITLE + "**Status**: x\n\n" + "Text and `code`, *emphasis*.\n" * 120_000,
    "suppressions": "<!-- dep: ignore " + "DEP301, " * LONG + "-->",
}
HOSTILE_RST = {
    "fields": "T\n=\n\n" + "".join(f"**Field {number}**: v\n\n" for number in range(MANY)) + "**Status**: x\n",
    "options": "T\n=\n\n.. dep-header::\n" + "".join(f"   :k{number}: v\n" for number in range(MANY)),
    "lines of an option": "T\n=\n\n.. dep-header::\n   :a: b\n" + "     x\n" * LONG,
    "colons": "T\n=\n\n.. dep-header::\n   :" + "a:" * LONG,
    "tabs": "T\n=\n\n.. dep-header::\n   :a: " + "\t" * LONG,
    "titles": "A\n==\n" * LONG,
    "ticks": "`a<" * LONG + "\n====\n",
    "literals": "``" * LONG + "a\n====\n",
    "comments": ".. a\n" * LONG,
    "a name": ".. " + "a-" * LONG + "::\n",
    "tables": "== ==\n" * LONG,
}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        *(pytest.param("page.md", text, id=name) for name, text in HOSTILE.items()),
        *(pytest.param("page.rst", text, id=f"rst {name}") for name, text in HOSTILE_RST.items()),
    ],
)
def test_linear_time(path, text):
    source = Source(path, text)
    with linear_time():
        outline = read_outline(source)
        header = read_header(source, outline, DEFAULT)
        read_suppressions(source, outline)
    for span in header.spans.values():
        assert span.end <= len(text)


def test_nothing_is_lost():
    header = read_header(source := Source("page.md", HOSTILE["fields"]), read_outline(source), DEFAULT)
    assert len(header.fields) == MANY + 1
    header = read_header(source := Source("page.md", HOSTILE["options"]), read_outline(source), DEFAULT)
    assert len(header.fields) == MANY

"""Suppression comments, in all the ways people write them."""

from __future__ import annotations

import pytest

from sphinxext_dep.markup import read_outline
from sphinxext_dep.model.diagnostics import read_suppressions
from sphinxext_dep.model.source import Source


def read(text: str, suffix: str = "md") -> list[tuple[str, str]]:
    """Codes and reasons; each code stands in the page where its span says."""
    source = Source(f"page.{suffix}", text)
    found = read_suppressions(source, read_outline(source))
    for item in found:
        written = text[item.span.start : item.span.end]
        assert written == item.code if item.code else written.startswith(("<!--", "%", ".."))
    return [(item.code, item.reason) for item in found]


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("DEP301", [("DEP301", "")]),
        ("DEP301 — it has none", [("DEP301", "it has none")]),
        ("DEP301—it has none", [("DEP301", "it has none")]),
        ("DEP301 – it has none", [("DEP301", "it has none")]),
        ("DEP301 -- it has none", [("DEP301", "it has none")]),
        ("DEP301 - it has none", [("DEP301", "it has none")]),
        ("DEP301: it has none", [("DEP301", "it has none")]),
        ("DEP301 it has none", [("DEP301", "it has none")]),
        ("DEP301, DEP302 — a, b", [("DEP301", "a, b"), ("DEP302", "a, b")]),
        ("DEP301,missing-section", [("DEP301", ""), ("missing-section", "")]),
        ("DEP301 DEP302 -- why", [("DEP301", "why"), ("DEP302", "why")]),
        ("missing-section: why", [("missing-section", "why")]),
        ("missing-section - well-known", [("missing-section", "well-known")]),
        ("dep301", [("dep301", "")]),
        ("DEP301 — over\n  two lines", [("DEP301", "over two lines")]),
        ("DEP301 —", [("DEP301", "")]),
        ("", [("", "")]),
        ("— why", [("", "why")]),
        ("!?", [("", "!?")]),
    ],
)
def test_comment(comment, expected):
    assert read(f"# T\n\n<!-- dep: ignore {comment} -->\n") == expected
    assert read(f"# T\n\nText <!--dep:ignore {comment}--> text.\n") == expected
    assert read(f"T\n=\n\n.. dep: ignore {comment}\n", "rst") == expected
    if "\n" not in comment:
        assert read(f"# T\n\n% dep: ignore {comment}\n") == expected


@pytest.mark.parametrize(
    "text",
    [
        "<!-- dep: ignored DEP301 -->",
        "<!-- deps: ignore DEP301 -->",
        "<!-- TODO dep: ignore DEP301 -->",
        "`<!-- dep: ignore DEP301 -->`",
        "```html\n<!-- dep: ignore DEP301 -->\n```",
        "    <!-- dep: ignore DEP301 -->",
        "dep: ignore DEP301",
        "```\n% dep: ignore DEP301\n```",
    ],
)
def test_none(text):
    assert read(f"# T\n\n{text}\n") == []


def test_rst_literal():
    assert read("T\n=\n\n::\n\n   .. dep: ignore DEP301\n", "rst") == []


def test_places():
    text = "# T\n\n<!-- dep: ignore DEP301, DEP302 -->\n\nText.\n\n% dep: ignore DEP303\n"
    source = Source("page.md", text)
    found = read_suppressions(source, read_outline(source))
    assert [(item.code, item.span.line, item.span.column) for item in found] == [
        ("DEP301", 3, 18),
        ("DEP302", 3, 26),
        ("DEP303", 7, 15),
    ]

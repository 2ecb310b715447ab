"""Outlines. The cases are in ``outlines/``: a page, and every heading, comment, code block and directive in it.

``DEP_UPDATE=1`` rewrites what the cases expect; read the difference before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sphinxext_dep.markup import read_outline
from sphinxext_dep.model.source import Source, Span
from tests.cases import Case, place, read_cases, update

FOLDER = Path(__file__).parent / "outlines"


def shown(case: Case) -> str:
    """A case's outline, as the case lists it."""
    source = case.source
    outline = read_outline(source)

    def where(start: int, end: int) -> str:
        return place(source, source.span(start, end))

    lines = [f"body {where(outline.body_start, outline.body_start)}"] if outline.body_start else []
    for heading in outline.headings:
        text = source.text[heading.span.start : heading.span.end]
        written = "" if text == heading.text else f" from {text!r}"
        lines.append(f"h{heading.level} {where(heading.start, heading.end)} {heading.text!r}{written}")
    for kind, spans in (("comment", outline.comments), ("code", outline.code)):
        lines += [f"{kind} {place(source, span)}" for span in spans]
    for block in outline.directives:
        argument = source.text[slice(*block.argument)]
        closed = "" if block.closed else ", unclosed"
        lines.append(
            f"directive {where(block.start, block.end)} {block.name} {argument!r}, "
            f"inside {where(*block.body)}, fence {block.fence} at {block.indent}{closed}"
        )
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("case", read_cases(FOLDER), ids=lambda case: case.id)
def test_case(case):
    if os.environ.get("DEP_UPDATE"):
        update(FOLDER, shown)
        pytest.skip("rewritten")
    assert shown(case) == case.expected


def test_cases_are_found():
    """An expression that no longer matches must not turn into a green run."""
    assert len(read_cases(FOLDER)) > 15


def test_spans_are_of_the_page():
    """Characters outside ASCII move nothing: pyromark counts bytes, spans count characters."""
    text = "---\na: é\n---\n\n# 再試行 😀\n\nText — “x” <!-- ü -->\n\n## *Ünder* `é`\n"
    outline = read_outline(Source("page.md", text))
    first, second = outline.headings
    assert text[first.span.start : first.span.end] == "再試行 😀"
    assert (second.text, text[second.span.start : second.span.end]) == ("Ünder é", "*Ünder* `é`")
    assert [text[span.start : span.end] for span in outline.comments] == ["<!-- ü -->"]
    assert outline.comments[0] == Span(text.index("<!--"), text.index("-->") + 3, 7, 12)

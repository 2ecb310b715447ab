"""Finds what was left of the template in the body of a page, outside code and comments."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache

from sphinxext_dep.core.proposal import Page
from sphinxext_dep.core.text import Span

_PLACEHOLDER = r"\\?<(?:\\?\#|(?:Optional[ ])?Title|numbered[ ]subheadings)\\?>"

# These marks are looked for where the template has them, at the start of a line. Elsewhere the same words can be the
# author's: "- [Required] a GPU" is an item of a list, and "[Required](#x)" a link. A pattern that begins with a newline
# is tried at newlines only, one that begins with ^ at every character: the page is given one newline in front.
_MARK = re.compile(
    rf"""
    \n[ \t]{{0,3}}[*_]{{0,3}}
    (?: (?P<mark>
            \\?\[
            (?i: Required (?:,[ ]if[ ]not[ ]applicable[ ]write[ ]N/A)?
              | Optional [ ]? \\?[-–—] [ ]? if[ ]not[ ]applicable[ ]omit )
            \\?\]
        ) (?![(\[:])
      | (?P<placeholder> {_PLACEHOLDER} ) [*_]{{0,3}} [ \t]* $
    )
    """,
    re.VERBOSE | re.MULTILINE,
)

# What a page must hold to hold a mark or a placeholder. Each begins with one certain character, for which a search is
# many times faster than for a pattern; most pages hold neither.
_MAYBE_MARK = re.compile(r"\[(?i:required|optional)")
_MAYBE_PLACEHOLDER = re.compile(r"<(?:\\?\#|Optional|Title|numbered)")

# A placeholder can stand anywhere in a heading, but not in code.
_IN_HEADING = re.compile(rf"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`) | (?P<placeholder> {_PLACEHOLDER} )", re.VERBOSE)

_MAX_HEADING = 500
"""Characters of a heading that are looked at: pairing backticks takes more than linear time."""


def leftovers(page: Page) -> Iterator[tuple[Span, str]]:
    """Each place where the template's text still stands, with the text; one a line, in page order."""
    text = page.source.text
    places = [*_prompts(page)]
    if _MAYBE_MARK.search(text) or _MAYBE_PLACEHOLDER.search(text):
        places = [*_marks(text), *_in_headings(page), *places]
    if not places:
        return
    hidden = _Ranges([*page.outline.code, *page.outline.comments, *page.header.spans.values()])
    title = page.proposal.title_span
    found: dict[int, tuple[Span, str]] = {}
    for start, end in places:
        if start < page.outline.body_start or hidden.covers(start) or (title and title.start <= start < title.end):
            continue
        span = page.source.span(start, end)
        found.setdefault(span.line, (span, page.source.text[start:end].replace("\\", "")))
    for line in sorted(found):
        yield found[line]


def _marks(text: str) -> Iterator[tuple[int, int]]:
    for match in _MARK.finditer(f"\n{text}"):
        start, end = match.span("mark" if match["mark"] else "placeholder")
        yield start - 1, end - 1


def _in_headings(page: Page) -> Iterator[tuple[int, int]]:
    for heading in page.outline.headings:
        start, end = heading.span.start, heading.span.end
        for match in _IN_HEADING.finditer(page.source.text, start, min(end, start + _MAX_HEADING)):
            if match["placeholder"]:
                yield match.span("placeholder")
                break


def _prompts(page: Page) -> Iterator[tuple[int, int]]:
    """Lines that begin a paragraph, or follow a heading, and are a section's guidance word for word."""
    prompts = tuple(section.prompt for section in page.schema.sections.values() if section.prompt.strip())
    if not prompts:
        return
    for match in _prompt_pattern(prompts).finditer(f"\n{page.source.text}"):
        start, end = match.span("prompt")
        yield start - 1, end - 1


@lru_cache(maxsize=8)
def _prompt_pattern(prompts: tuple[str, ...]) -> re.Pattern[str]:
    """Matches each of *prompts*, however its lines are broken."""
    space = r"(?:[ \t]+|[ \t]*\r?\n[ \t]*)"
    words = (space.join(re.escape(word) for word in prompt.split()) for prompt in prompts)
    return re.compile(rf"\n[ \t>]{{0,8}}[*_]{{0,3}}(?P<prompt>{'|'.join(words)})[*_]{{0,3}}[ \t]*\r?$", re.MULTILINE)


class _Ranges:
    """Answers in logarithmic time whether an offset lies in one of many ranges, which may overlap."""

    def __init__(self, spans: Iterable[Span]) -> None:
        merged: list[tuple[int, int]] = []
        for start, end in sorted((span.start, span.end) for span in spans):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        self._starts = [start for start, _ in merged]
        self._ends = [end for _, end in merged]

    def covers(self, offset: int) -> bool:
        """Whether *offset* is in one of the ranges."""
        index = bisect_right(self._starts, offset) - 1
        return index >= 0 and offset < self._ends[index]

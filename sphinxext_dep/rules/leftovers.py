"""Finds what was left in the body of a page, outside code: the template's text, and marks of a merge."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache

from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.source import Span

_PLACEHOLDER = r"\\?<(?:\\?\#|(?:Optional[ ])?Title|numbered[ ]subheadings)\\?>"

# These marks are looked for where the template has them, at the start of a line. Elsewhere the same words can be the
# author's: "- [Required] a GPU" is an item of a list, and "[Required](#x)" a link.
_MARK = rf"""
    [ \t]{{0,3}}[*_]{{0,3}}
    (?: (?P<mark>
            \\?\[
            (?i: Required (?:,[ ]if[ ]not[ ]applicable[ ]write[ ]N/A)?
              | Optional [ ]? \\?[-–—] [ ]? if[ ]not[ ]applicable[ ]omit )
            \\?\]
        ) (?![(\[:])
      | (?P<placeholder> {_PLACEHOLDER} ) [*_]{{0,3}} [ \t]* $
    )
    """
_MARK_STARTS = "\\[<"

# A placeholder can stand anywhere in a heading, but not in code.
_IN_HEADING = re.compile(rf"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`) | (?P<placeholder> {_PLACEHOLDER} )", re.VERBOSE)

_CONFLICT = re.compile(r"^(?:<{7} [^\r\n]+|={7}(?=\r?$)|>{7} [^\r\n]+)", re.MULTILINE)

_MAX_HEADING = 500
"""Characters of a heading that are looked at: pairing backticks takes more than linear time."""


def leftovers(page: Page) -> Iterator[tuple[Span, str]]:
    """Each place where the template's text still stands, with the text; one a line, in page order."""
    text = page.source.text
    prompts = tuple(section.prompt for section in page.schema.sections.values() if section.prompt.strip())
    places = [*_at_lines(text, prompts), *_in_headings(page)]
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


def _at_lines(text: str, prompts: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    # The pattern begins with a newline; one that begins with ^ would be tried at every character.
    for match in _pattern(prompts).finditer(f"\n{text}"):
        start, end = match.span(match.lastgroup or 0)
        yield start - 1, end - 1


def _in_headings(page: Page) -> Iterator[tuple[int, int]]:
    text = page.source.text
    if "<" not in text:
        return
    for heading in page.outline.headings:
        start, end = heading.span.start, min(heading.span.end, heading.span.start + _MAX_HEADING)
        if text.find("<", start, end) < 0:
            continue
        for match in _IN_HEADING.finditer(text, start, end):
            if match["placeholder"]:
                yield match.span("placeholder")
                break


@lru_cache(maxsize=8)
def _pattern(prompts: tuple[str, ...]) -> re.Pattern[str]:
    """Matches the template's marks, and each of *prompts*, however its lines are broken.

    A prompt is found where it begins a paragraph, or follows a heading, word for word.
    """
    space = r"(?:[ \t]+|[ \t]*\r?\n[ \t]*)"
    words = "|".join(space.join(re.escape(word) for word in prompt.split()) for prompt in prompts)
    prompt = rf"[ \t>]{{0,8}}[*_]{{0,3}}(?P<prompt>{words})[*_]{{0,3}}[ \t]*\r?$"
    starts = re.escape("".join({*_MARK_STARTS, *(prompt.split()[0][0] for prompt in prompts)}))
    # A look at the line's first character saves a closer one at nearly every line.
    pattern = rf"\n(?=[ \t>*_]{{0,11}}[{starts}])(?:{_MARK}{f'|{prompt}' if prompts else ''})"
    return re.compile(pattern, re.VERBOSE | re.MULTILINE)


def conflicts(page: Page) -> Iterator[tuple[Span, int]]:
    """The first line of each merge conflict, and the number of its last.

    The marks are those of git-merge(1): seven characters at the beginning of a line, the outer ones with a name behind.
    """
    text = page.source.text
    if "<<<<<<< " not in text:
        return
    hidden = _Ranges(page.outline.code)
    opened: Span | None = None
    is_divided = False
    for match in _CONFLICT.finditer(text):
        if hidden.covers(match.start()):
            continue
        mark = match[0][0]
        if mark == "<":
            opened, is_divided = page.source.span(match.start(), match.end()), False
        elif mark == "=":
            is_divided = opened is not None
        elif opened is not None and is_divided:
            yield opened, page.source.line_of(match.start())
            opened = None


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

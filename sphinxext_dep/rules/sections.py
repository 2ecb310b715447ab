"""Family 3xx: the body. Which sections it has, in what order, and what was left of the template in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache

from sphinxext_dep.check.rule import Registry
from sphinxext_dep.model.diagnostics import Finding, Severity
from sphinxext_dep.model.messages import listed, quoted
from sphinxext_dep.model.proposal import Page, Proposal, SectionRecord
from sphinxext_dep.model.schema import Schema, Section, section_key
from sphinxext_dep.model.source import Span
from sphinxext_dep.query.parse import conditions_of

RULES = Registry()

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


_MAX_GUESSES = 100
"""Headings that are compared with the names of missing sections; a generated page may have a million."""

_MAX_NAME = 100
"""Characters of a heading that are compared."""


def _known(proposal: Proposal) -> dict[str, SectionRecord]:
    """The sections that the template has, by its name for them, in page order; of duplicates the first."""
    known: dict[str, SectionRecord] = {}
    for record in proposal.sections:
        if record.canonical:
            known.setdefault(record.canonical, record)
    return known


@RULES.page("DEP301", "missing-section", draft=Severity.INFO)
def missing_section(page: Page) -> Iterable[Finding]:
    """Required section that is missing.

    ## What it does

    Reports each required section that the page does not have. A section counts under each of its names (`Alternatives`
    is `Alternate Solutions`), beside the title or directly under it. A condition of the configuration can require
    more. While a proposal is a draft, this is information: it is not written yet.

    ## Why

    Whoever decides needs to know why it is wanted and what else was considered. So does whoever asks in two years.

    ## Example

    Bad, in `deps/0003-retry.md`:

    ```md
    # Retry failed requests

    **Status**: Draft

    **Authors**: @octo

    **Category**: Architecture

    # Summary

    Failed requests are sent again.

    # Proposal

    Retry three times.
    ```

    Good:

    ```md
    # Summary

    Failed requests are sent again.

    # Motivation

    Networks fail.

    # Proposal

    Retry three times.

    # Alternate Solutions

    N/A
    ```
    """
    proposal, schema = page.proposal, page.schema
    known = _known(proposal)
    required = _required(page)
    missing = [
        section for section in schema.sections.values() if section.name in required and section.name not in known
    ]
    meant = _misspelt(proposal, schema) if missing else {}
    # Who goes from one to the next has added those before.
    there = {name: record.name for name, record in known.items()}
    for section in missing:
        near = meant.get(section.name)
        if near is not None:
            help = f"is {quoted(near.name)} (line {near.span.line}) meant? Call it `{section.name}`"
        else:
            help = f"add {_heading(page, section, known)}{_place(section, there, schema)}"
        there[section.name] = section.name
        # A slip in a heading is no section that is still to be written.
        severity = Severity.WARNING if near is not None and schema.is_draft(proposal.status) else None
        yield Finding(proposal.title_span, f"the section `{section.name}` is missing", help, severity)


def _required(page: Page) -> frozenset[str]:
    """The names of the sections that the page must have: always, or under a condition that holds for it."""
    always = (section.name for section in page.schema.sections.values() if section.required)
    conditions = conditions_of(page.proposal, page.schema)
    return frozenset((*always, *(name for condition in conditions for name in condition.sections)))


def _misspelt(proposal: Proposal, schema: Schema) -> dict[str, SectionRecord]:
    """The headings that are probably sections of the template with a slip in them, by the template's name."""
    from sphinxext_dep.model.messages import closest

    names = tuple(schema.section_names)
    meant: dict[str, SectionRecord] = {}
    for record in [record for record in proposal.sections if not record.canonical][:_MAX_GUESSES]:
        near = closest(section_key(record.name)[:_MAX_NAME], names)
        if near is not None:
            meant.setdefault(schema.section_names[near].name, record)
    return meant


def _heading(page: Page, section: Section, known: dict[str, SectionRecord]) -> str:
    """The heading to add, at the level of the sections that are there."""
    if page.source.is_rst:
        return f"the section `{section.name}`"
    level = next((record.level for record in known.values()), 1)
    return f"`{'#' * level} {section.name}`"


def _place(section: Section, there: dict[str, str], schema: Schema) -> str:
    """The place of *section* in the page, by the headings of the sections that are there."""
    before = ""
    for name in schema.sections:
        if name == section.name:
            break
        if name in there and not schema.sections[name].parent:
            before = there[name]
    return f" after {quoted(before)}" if before else ""


@RULES.page("DEP302", "section-order", Severity.WARNING)
def section_order(page: Page) -> Iterable[Finding]:
    """Sections in another order than the template's.

    ## What it does

    Reports the first section that stands after one that the template has below it. Sections that the template does not
    have, and those that it has inside another, can stand anywhere.

    ## Why

    Whoever reads many proposals looks for the motivation before the design.

    ## Example

    Bad:

    ```md
    # Summary

    Failed requests are sent again.

    # Proposal

    Retry three times.

    # Motivation

    Networks fail.

    # Alternate Solutions

    N/A
    ```

    Good:

    ```md
    # Summary

    Failed requests are sent again.

    # Motivation

    Networks fail.

    # Proposal

    Retry three times.

    # Alternate Solutions

    N/A
    ```
    """
    ordered = [name for name, section in page.schema.sections.items() if section.required or not section.parent]
    order = {name: place for place, name in enumerate(ordered)}
    furthest: SectionRecord | None = None
    known = {name: record for name, record in _known(page.proposal).items() if name in order}
    for name, record in known.items():
        if furthest is not None and order[name] < order[furthest.canonical]:
            before = next(other for other in known.values() if order[other.canonical] > order[name])
            names = listed((f"`{known[name].name}`" for name in ordered if name in known), last="and then")
            yield Finding(
                record.span,
                f"{quoted(record.name)} stands after {quoted(before.name)}, but the template has it before",
                f"put the sections in the template's order: {names}",
            )
            return
        furthest = record


@RULES.page("DEP303", "empty-section", Severity.WARNING, draft=Severity.INFO)
def empty_section(page: Page) -> Iterable[Finding]:
    """Section without content.

    ## What it does

    Reports a section of the template with nothing below it but comments and blank lines. For a required section of a
    proposal that is past its first status, this is an error; while it is a draft, information. `N/A` is an answer.

    ## Why

    An empty section does not say whether there is nothing to say or nobody has said it yet.

    ## Example

    Bad:

    ```md
    # Alternate Solutions
    ```

    Good:

    ```md
    # Alternate Solutions

    Longer timeouts would hide the failures.
    ```
    """
    schema = page.schema
    # A proposal that left the line may have left it as a draft, and nobody will complete it now.
    past_draft = page.proposal.status in schema.lifecycle[1:]
    required = _required(page)
    for record in page.proposal.sections:
        if not record.canonical or not record.empty:
            continue
        if record.canonical in required:
            help = "write it, or `N/A` when there is nothing to say"
            yield Finding(record.span, _empty(record), help, Severity.ERROR if past_draft else None)
        else:
            yield Finding(record.span, _empty(record), "write it, or remove the heading: this section is optional")


def _empty(record: SectionRecord) -> str:
    return f"the section {quoted(record.name)} is empty"


@RULES.page("DEP304", "template-text", draft=Severity.INFO)
def template_text(page: Page) -> Iterable[Finding]:
    r"""Text of the template that is left in the body.

    ## What it does

    Reports what the template says to its user: `[Required]` and `[Optional - if not applicable omit]`, headings with
    `<Title>` or `<#>` in them, and the guidance that a new proposal's sections begin with. Code and HTML comments are
    left alone. While a proposal is a draft, this is information: it is not written yet.

    ## Why

    It is not part of the proposal, and it hides what is: a section with guidance in it does not look empty.

    ## Example

    Bad:

    ```md
    # Motivation

    **\[Required\]**

    Networks fail.
    ```

    Good:

    ```md
    # Motivation

    Networks fail.
    ```
    """
    for span, what in leftovers(page):
        yield Finding(span, f"{quoted(what)} is text of the template", "replace it with your own words, or remove it")


@RULES.page("DEP305", "merge-conflict")
def merge_conflict(page: Page) -> Iterable[Finding]:
    """Merge conflict that is not resolved.

    ## What it does

    Reports the two sides of a conflict with the marks that git put around them. Code is left alone.

    ## Why

    The page says two things, and the marks are read as markup: `=======` makes the line above it a heading.

    ## Example

    Bad:

    ```md
    # Motivation

    <<<<<<< HEAD
    Networks fail.
    =======
    Servers fail.
    >>>>>>> retry
    ```

    Good:

    ```md
    # Motivation

    Networks and servers fail.
    ```
    """
    for span, last in conflicts(page):
        message = f"the page holds a merge conflict, up to line {last}"
        yield Finding(span, message, "keep what is right, and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`")


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

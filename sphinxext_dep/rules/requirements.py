"""Family 3xx, continued: numbered requirements (:mod:`~sphinxext_dep.headers.requirements`)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sphinxext_dep.check.rule import Registry
from sphinxext_dep.headers.requirements import KEY, Stated, read_requirements, requirement_anchor
from sphinxext_dep.model.diagnostics import Finding, Severity
from sphinxext_dep.model.messages import listed, quoted
from sphinxext_dep.model.proposal import LEVELS, Page, Requirement
from sphinxext_dep.model.schema import StatusKind, fold

RULES = Registry()

_MOST = 5
"""Missing numbers that one message names."""


def _has_block(page: Page) -> bool:
    """Whether the page may have a block of requirements. Nearly no page has one, and reading all again takes time."""
    return f"{KEY}:" in page.source.text


def _stated(page: Page) -> Stated:
    return read_requirements(page.source, page.outline, page.schema)


def _headings(page: Page) -> int:
    """The number of headings that begin a requirement."""
    return sum(bool(requirement_anchor(heading.text, page.schema)) for heading in page.outline.headings)


@RULES.page("DEP306", "duplicate-requirement")
def duplicate_requirement(page: Page) -> Iterable[Finding]:
    """Requirement whose number another one has.

    ## What it does

    Reports a requirement with the number of an earlier one: of a heading (`REQ 1 Title`, or what the key `requirement`
    of the configuration says), or of an entry in a YAML block `requirements:`. That a heading and an entry of the block
    have the same number is as it should be.

    ## Why

    Tests, reviews and other proposals name a requirement by its number, and a link leads to the first.

    ## Example

    Bad:

    ```md
    # Motivation

    ## REQ 1 Quick

    It MUST take less than a second.

    ## REQ 1 Small

    It MUST fit into memory.
    ```

    Good:

    ```md
    # Motivation

    ## REQ 1 Quick

    It MUST take less than a second.

    ## REQ 2 Small

    It MUST fit into memory.
    ```
    """
    found = page.proposal.requirements
    if not found or (not _has_block(page) and _headings(page) == len(found)):
        return
    stated = _stated(page)
    for items in (stated.headings, stated.block):
        first: dict[str, Requirement] = {}
        for item in items:
            earlier = first.setdefault(item.key, item)
            if earlier is not item:
                message = f"{item.id} is also the requirement in line {earlier.span.line}, {quoted(earlier.title)}"
                yield Finding(item.span, message, "give it a number of its own")


@RULES.page("DEP307", "requirement-gap", Severity.WARNING)
def requirement_gap(page: Page) -> Iterable[Finding]:
    """Numbers of requirements of which some are missing.

    ## What it does

    Reports a proposal whose requirements are not numbered without a gap. They may begin with 0 or with 1. Numbers with
    parts, such as 2.1, are not compared.

    ## Why

    A reader of `REQ 4` looks for `REQ 3`. Either it was lost, or the numbers are wrong.

    ## Example

    Bad:

    ```md
    # Motivation

    ## REQ 1 Quick

    It MUST take less than a second.

    ## REQ 3 Small

    It MUST fit into memory.
    ```

    Good:

    ```md
    # Motivation

    ## REQ 1 Quick

    It MUST take less than a second.

    ## REQ 2 Small

    It MUST fit into memory.
    ```
    """
    series: dict[str, dict[int, Requirement]] = {}
    for item in page.proposal.requirements:
        if re.fullmatch(r"[0-9]{1,6}", item.number) and item.id.endswith(item.number):
            series.setdefault(fold(item.id[: -len(item.number)]), {}).setdefault(int(item.number), item)
    for found in series.values():
        numbers = sorted(found)
        previous = -1 if numbers[0] == 0 else 0
        for number in numbers:
            if number > previous + 1:
                item = found[number]
                lead = item.id[: -len(item.number)]
                missing = [f"{lead}{gone}" for gone in range(previous + 1, min(number, previous + 1 + _MOST))]
                more = number - previous - 1 - len(missing)
                words = f"{', '.join(missing)} and {more} more" if more else listed(missing, last="and")
                verb = "is" if number - previous == 2 else "are"
                yield Finding(item.span, f"{words} {verb} missing above {item.id}", "number them without a gap")
            previous = number


@RULES.page("DEP308", "requirement-level", Severity.WARNING)
def requirement_level(page: Page) -> Iterable[Finding]:
    """Requirement of a decided proposal that does not say how binding it is.

    ## What it does

    Reports a requirement of a proposal that is decided (approved, implemented) when neither its heading, nor the text
    below it, nor its entry in a block `requirements:` states a level: one of the words MUST, SHALL, REQUIRED, SHOULD,
    RECOMMENDED, MAY and OPTIONAL, in capitals. Words in blocks of code do not count.

    ## Why

    RFC 2119 gives these words their meaning, and RFC 8174 says that only capitals have it. Without one nobody knows
    whether a requirement can be left out.

    ## Example

    Bad:

    ```md
    **Status**: Approved

    # Motivation

    ## REQ 1 Quick

    It takes less than a second.
    ```

    Good:

    ```md
    **Status**: Approved

    # Motivation

    ## REQ 1 Quick

    It MUST take less than a second.
    ```
    """
    proposal = page.proposal
    status = page.schema.statuses.get(proposal.status or "")
    if status is None or status.kind is not StatusKind.DECIDED:
        return
    for item in proposal.requirements:
        if not item.level:
            yield Finding(item.span, f"{item.id} states no level", f"say {listed(LEVELS)} in its text")


@RULES.page("DEP309", "conflicting-requirement")
def conflicting_requirement(page: Page) -> Iterable[Finding]:
    """Requirement that is not the same in its heading and in a block of YAML.

    ## What it does

    A page may list its requirements in a YAML block with the key `requirements`: in its front matter, or as code. Where
    it has headings for them as well, both must have the same requirements, with the same titles and levels. A block
    that cannot be read is reported as well.

    ## Why

    Programs read the block, and people the headings.

    ## Example

    Bad:

    ````md
    # Motivation

    ```yaml
    requirements:
      - id: REQ-1
        title: Quick
        level: SHOULD
    ```

    ## REQ 1 Quick

    It MUST take less than a second.
    ````

    Good:

    ````md
    # Motivation

    ```yaml
    requirements:
      - id: REQ-1
        title: Quick
        level: MUST
    ```

    ## REQ 1 Quick

    It MUST take less than a second.
    ````
    """
    if not _has_block(page):
        return
    stated = _stated(page)
    for span, message, help in stated.problems:
        yield Finding(span, message, help)
    if not (stated.headings and stated.block):
        return
    headings = {item.key: item for item in reversed(stated.headings)}
    block = {item.key: item for item in reversed(stated.block)}
    for item in reversed(block.values()):
        heading = headings.get(item.key)
        if heading is None:
            yield Finding(item.span, f"{item.id} has no heading", f"add `{item.words}`, or take the entry out")
            continue
        line = f"line {heading.span.line}"
        if item.title and fold(item.title) != fold(heading.title):
            message = f"the title of {item.id} is {quoted(item.title)} here, and {quoted(heading.title)} in {line}"
            yield Finding(item.span, message, "write the same in both")
        if item.level and heading.level and item.level != heading.level:
            message = f"the level of {item.id} is {item.level} here, and {heading.level} in {line}"
            yield Finding(item.span, message, "write the same in both")
    for item in reversed(headings.values()):
        if item.key not in block:
            line = f"line {stated.block[0].span.line}"
            yield Finding(item.span, f"{item.id} is not in the block of {line}", "add it there")

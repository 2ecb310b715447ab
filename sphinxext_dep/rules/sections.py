"""Family 3xx: the body. Which sections it has, in what order, and what was left of the template in it."""

from __future__ import annotations

from collections.abc import Iterable

from sphinxext_dep.headers.page import section_key
from sphinxext_dep.model.diagnostics import Finding, Severity
from sphinxext_dep.model.proposal import Page, Proposal, SectionRecord
from sphinxext_dep.model.schema import Schema, Section
from sphinxext_dep.rules.leftovers import conflicts, leftovers
from sphinxext_dep.rules.registry import RULES
from sphinxext_dep.rules.wording import listed, shown

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


@RULES.page("DEP301", "missing-section")
def missing_section(page: Page) -> Iterable[Finding]:
    """Whether the proposal has every section that the template requires.

    ## What it does

    Reports each required section that the page does not have. A section counts under each of its names (`Alternatives`
    is `Alternate Solutions`), beside the title or directly under it. While a proposal is a draft, this is a warning.

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
    missing = [section for section in schema.sections.values() if section.required and section.name not in known]
    meant = _misspelt(proposal, schema) if missing else {}
    # Who goes from one to the next has added those before.
    there = {name: record.name for name, record in known.items()}
    for section in missing:
        near = meant.get(section.name)
        if near is not None:
            mend = f"is {shown(near.name)} (line {near.span.line}) meant? Call it `{section.name}`"
        else:
            mend = f"add {_heading(page, section, known)}{_place(section, there, schema)}"
        there[section.name] = section.name
        yield Finding(proposal.title_span, f"the section `{section.name}` is missing", mend)


def _misspelt(proposal: Proposal, schema: Schema) -> dict[str, SectionRecord]:
    """The headings that are probably sections of the template with a slip in them, by the template's name."""
    from sphinxext_dep.model.suggest import closest

    names = tuple(schema.section_names)
    meant: dict[str, SectionRecord] = {}
    for record in [record for record in proposal.sections if not record.canonical][:_MAX_GUESSES]:
        near = closest(section_key(record.name)[:_MAX_NAME], names)
        if near is not None:
            meant.setdefault(schema.section_names[near].name, record)
    return meant


def _heading(page: Page, section: Section, known: dict[str, SectionRecord]) -> str:
    """The heading to add, at the level of the sections that are there."""
    if page.source.suffix == ".rst":
        return f"the section `{section.name}`"
    level = next((record.level for record in known.values()), 1)
    return f"`{'#' * level} {section.name}`"


def _place(section: Section, there: dict[str, str], schema: Schema) -> str:
    """Where in the page *section* belongs, by the headings of the sections that are there."""
    before = ""
    for name in schema.sections:
        if name == section.name:
            break
        if name in there and not schema.sections[name].parent:
            before = there[name]
    return f" after {shown(before)}" if before else ""


@RULES.page("DEP302", "section-order", Severity.WARNING)
def section_order(page: Page) -> Iterable[Finding]:
    """Whether the sections stand in the template's order.

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
                f"{shown(record.name)} stands after {shown(before.name)}, but the template has it before",
                f"put the sections in the template's order: {names}",
            )
            return
        furthest = record


@RULES.page("DEP303", "empty-section", Severity.WARNING)
def empty_section(page: Page) -> Iterable[Finding]:
    """Whether something stands below each heading of the template.

    ## What it does

    Reports a section of the template with nothing below it but comments and blank lines. For a required section of a
    proposal that is past its first status, this is an error. `N/A` is an answer.

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
    for record in page.proposal.sections:
        if not record.canonical or not record.empty:
            continue
        if schema.sections[record.canonical].required:
            mend = "write it, or `N/A` when there is nothing to say"
            yield Finding(record.span, _empty(record), mend, Severity.ERROR if past_draft else None)
        else:
            yield Finding(record.span, _empty(record), "write it, or remove the heading: this section is optional")


def _empty(record: SectionRecord) -> str:
    return f"the section {shown(record.name)} is empty"


@RULES.page("DEP304", "template-text")
def template_text(page: Page) -> Iterable[Finding]:
    r"""Whether the template's own text is gone from the body.

    ## What it does

    Reports what the template says to its user: `[Required]` and `[Optional - if not applicable omit]`, headings with
    `<Title>` or `<#>` in them, and the guidance that a new proposal's sections begin with. Code and HTML comments are
    left alone.

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
        yield Finding(span, f"{shown(what)} is text of the template", "replace it with your own words, or remove it")


@RULES.page("DEP305", "merge-conflict")
def merge_conflict(page: Page) -> Iterable[Finding]:
    """Whether no merge was left half done.

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

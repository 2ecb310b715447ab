"""Family 0xx: reading pages, and the comments that suppress diagnostics.

All but DEP002 have scope ``reading``: whoever reads (:mod:`sphinxext_dep.check.check`, or a front end) notices, and
calls the rule's function to word the finding.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

from sphinxext_dep.check.check import Exemption
from sphinxext_dep.check.rule import Fix, FixStep, Registry, Role, Rule
from sphinxext_dep.headers.spellings import SPELLINGS
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.diagnostics import Diagnostic, Finding, Severity, Suppression
from sphinxext_dep.model.messages import did_you_mean, quoted
from sphinxext_dep.model.proposal import Page, RawField
from sphinxext_dep.model.source import Span, UnreadablePage

RULES = Registry()


class HiddenBy(enum.StrEnum):
    """Why the build and the reader of the page's text do not both see a ``dep-header``."""

    INCLUDE = "include"
    SUBSTITUTION = "substitution"
    EVAL_RST = "eval-rst"
    NESTED = "nested"
    OUTSIDE = "outside"
    """The page itself is not one of ``sources``."""
    SUFFIX = "suffix"
    """The same, and its suffix is not one that proposals have."""
    NOT_RUN = "not-run"
    """It is in the page's text, but the build did not run it."""
    COLON_FENCE = "colon-fence"
    """The same, and its fence is of colons, which MyST knows only when it is told to."""


_HIDDEN = {
    HiddenBy.INCLUDE: (
        "this `dep-header` comes from an included file, where no reader of the page's text sees it",
        "write the header in the page itself",
    ),
    HiddenBy.SUBSTITUTION: (
        "this `dep-header` comes from a substitution, where no reader of the page's text sees it",
        "write the header in the page itself",
    ),
    HiddenBy.EVAL_RST: (
        "this `dep-header` is inside `eval-rst`, where no reader of the page's text sees it",
        "write it as a directive of its own, outside `eval-rst`",
    ),
    HiddenBy.NESTED: (
        "this `dep-header` is inside something else, where no reader of the page's text sees it",
        "move it out of any list, quotation, other directive or substitution, to just below the title",
    ),
    HiddenBy.NOT_RUN: (
        "this `dep-header` is in the text of the page, but the build did not run it as a directive",
        "move it to just below the title, outside `only`, comments and anything else that leaves text out",
    ),
    HiddenBy.COLON_FENCE: (
        "the build did not run this `dep-header`: its fence is of colons",
        "add `colon_fence` to `myst_enable_extensions`, or write the fence with backticks",
    ),
    HiddenBy.OUTSIDE: (
        "this page has a `dep-header` but is not one of the project's proposals",
        "move the page to where `sources` in the configuration looks, or add its path to `sources`",
    ),
    HiddenBy.SUFFIX: (
        "this page has a `dep-header`, but the suffix of its file is not one that proposals have",
        "add the suffix to `suffixes` in the configuration; a notebook of JSON cannot be a proposal, its text can",
    ),
}


@RULES.reading("DEP001", "unreadable-page", role=Role.UNREADABLE_PAGE)
def unreadable_page(error: UnreadablePage) -> Iterable[Finding]:
    r"""Page that is not text.

    ## What it does

    Reports a page that is not UTF-8 text: other encodings, NUL characters, files that are far too large, and files that
    cannot be opened or vanish while they are read.

    ## Why

    What cannot be read cannot be checked. Left alone, a proposal would silently drop out of every table. This one stays
    in them, by the number and the name of its file, and the build fails.

    ## Example

    Bad, a page saved as Latin-1 (`\xe9` is one byte):

    ```text
    # Caf\xe9 queue
    ```

    Good, the same page saved as UTF-8:

    ```text
    # Café queue
    ```
    """
    yield Finding(Span(0, 0, error.line, error.column), error.message, error.help)


@RULES.page("DEP002", "malformed-header", role=Role.MALFORMED_HEADER)
def malformed_header(page: Page) -> Iterable[Finding]:
    """Header, or part of one, that cannot be read.

    ## What it does

    Reports a header, or a part of one, that is not well-formed: YAML that does not parse, options that break off, a
    value that is lost to a comment, a second `dep-header` in one page.

    ## Why

    A field that cannot be read is a field that nobody sees. Each tool would make something else of it.

    ## Example

    Bad, in `deps/0003-retry.md`:

    ````md
    ---
    status: [Draft
    ---

    # Retry failed requests
    ````

    Good, in `deps/0003-retry.md`:

    ````md
    ---
    status: Draft
    authors: "@octo"
    category: Architecture
    ---

    # Retry failed requests

    # Summary

    Failed requests are sent again.

    # Motivation

    Networks fail.

    # Proposal

    Retry three times.

    # Alternate Solutions

    None was found.
    ````
    """
    for problem in page.header.problems:
        yield Finding(problem.span, problem.message, problem.help)
    for raw in page.header.fields:
        if raw.note:
            yield _lost_to_comment(page, raw)


@malformed_header.fix(FixStep.LABELS)
def add_colon(page: Page, raw: RawField, item: Diagnostic) -> Fix | None:
    """Put the colon of a field's label where it is missing. Other findings have no single answer."""
    colon = SPELLINGS[raw.spelling].missing_colon(page.source, raw.label_span)
    problems = {problem.message for problem in page.header.problems}
    if colon is None or item.message not in problems:
        return None
    # Only the label without a colon is reported at the label itself.
    if (item.start, item.end) != (raw.label_span.start, raw.label_span.end):
        return None
    return Fix(page, [colon], (), lambda after: True, (item.message,))


def _lost_to_comment(page: Page, raw: RawField) -> Finding:
    """A value, or the end of one, that YAML takes for a comment, as in ``:replaces: #12``."""
    source = page.source.beside if raw.span.is_beside and page.source.beside else page.source
    places = (raw.span.within, raw.label_span.within) if raw.span.is_beside else (raw.span, raw.label_span)
    behind = places[0].end if raw.value else places[1].end
    start = source.text.index("#", behind)
    lost = source.line_text(source.line_of(start))[source.span(start, start).column - 1 :].rstrip()
    place = source.span(start, start + len(lost))
    line = SPELLINGS[raw.spelling].line(raw.label, f"{raw.value} {lost}".strip(), source.markup)
    what = "ends before it" if raw.value else "is empty"
    return Finding(
        place.beside if raw.span.is_beside else place,
        f"{quoted(lost)} is a comment to YAML, and `{raw.label}` {what}",
        f"write `{line}`",
    )


@RULES.reading("DEP003", "hidden-header")
def hidden_header(reason: HiddenBy | str, span: Span | None = None) -> Iterable[Finding]:
    """`dep-header` that only the build, or only the reader of the page's text, finds.

    ## What it does

    Reports a `dep-header` that Sphinx ran but that cannot be read from the page's own text: from an `include`, a
    substitution or `eval-rst`, nested in another directive, or on a page that is not one of the `sources`. Also reports
    one that is in the text but that Sphinx did not run.

    ## Why

    Everything that shows proposals reads the text of their pages, so that the command line and the build always agree,
    and so that each diagnostic has a line and a column. A header that only Sphinx can see would be checked by nobody.

    ## Example

    Bad:

    ````md
    # Retry failed requests

    ```{include} header.txt
    ```
    ````

    Good:

    ````md
    # Retry failed requests

    ```{dep-header}
    :status: Draft
    :authors: "@octo"
    :category: Architecture
    ```
    ````
    """
    message, help = _HIDDEN[HiddenBy(reason)]
    yield Finding(span, message, help)


@RULES.reading("DEP004", "bad-suppression", Severity.WARNING, role=Role.BAD_SUPPRESSION)
def bad_suppression(suppression: Suppression, rules: Registry) -> Iterable[Finding]:
    """Suppression of a rule that does not exist.

    ## What it does

    Reports a `dep: ignore` comment with a word that is neither the code nor the name of a rule.

    ## Why

    It suppresses nothing, and whoever wrote it believes that it does.

    ## Example

    Bad:

    ```md
    <!-- dep: ignore DEP30 — the alternatives are in DEP 7 -->
    ```

    Good:

    ```md
    **Review Date**: Jul 09 2025

    <!-- dep: ignore DEP203 — the date is quoted from the minutes -->
    ```
    """
    help = did_you_mean(suppression.code, [*rules.by_code, *rules.by_name])
    yield Finding(
        suppression.span,
        f"{quoted(suppression.code)} is not a rule",
        help or "write the code or the name of a rule, such as `DEP301` or `missing-section`",
    )


@RULES.reading("DEP005", "unused-suppression", Severity.WARNING, role=Role.UNUSED_SUPPRESSION)
def unused_suppression(suppression: Suppression, rule: Rule) -> Iterable[Finding]:
    """Suppression of a rule that finds nothing.

    ## What it does

    Reports a `dep: ignore` comment for a rule that finds nothing in the page.

    ## Why

    The problem is fixed. If the comment stays, it hides the next one.

    ## Example

    Bad:

    ```md
    **Review Date**: 2025-07-09

    <!-- dep: ignore DEP203 — the date is quoted from the minutes -->
    ```

    Good:

    ```md
    **Review Date**: 2025-07-09
    ```
    """
    yield Finding(
        suppression.span,
        f"nothing is left to suppress: {rule.code} ({rule.name}) finds nothing in this page",
        f"remove {quoted(suppression.code)} from the comment",
    )


@RULES.reading("DEP006", "bad-option")
def bad_option(message: str, help: str = "", span: Span | None = None) -> Iterable[Finding]:
    """Directive or role with a wrong option or value.

    ## What it does

    Reports a value that an option of `dep-index`, `dep-status` or `dep-people` does not have, an option that they do
    not know, and a `dep` role without a proposal to point at. The message names the value and what would be right.

    ## Why

    A filter with a slip in it would show an empty table, or worse, a table of everything.

    ## Example

    Bad:

    ````md
    ```{dep-index}
    :status: Aproved
    ```
    ````

    Good:

    ````md
    ```{dep-index}
    :status: Approved
    ```
    ````
    """
    yield Finding(span, message, help)


@RULES.reading("DEP007", "unused-exemption", Severity.WARNING, role=Role.UNUSED_EXEMPTION)
def unused_exemption(exemption: Exemption, catalog: Catalog, rules: Registry) -> Iterable[Finding]:
    """Entry of the baseline that exempts nothing.

    ## What it does

    Reports an entry of the baseline file for a rule that finds nothing in that proposal, for a proposal that is not
    there, or for something that is no rule.

    ## Why

    The problem is fixed. As long as the entry is there, the same problem can come back unseen.

    ## Example

    Bad, when the first proposal lacks no field any more:

    ```json
    {"version": 1, "exemptions": {"deps/0001-first.md": ["DEP102", "DEP301"]}}
    ```

    Good:

    ```json
    {"version": 1, "exemptions": {"deps/0001-first.md": ["DEP301"]}}
    ```
    """
    if (rule := rules.by_code.get(exemption.code)) is None:
        message, help = f"{quoted(exemption.code)} is not a rule", did_you_mean(exemption.code, rules.by_code)
    elif exemption.path not in catalog.by_path:
        message, help = f"there is no proposal {quoted(exemption.path)}", ""
    else:
        message, help = f"{rule.code} ({rule.name}) finds nothing in {quoted(exemption.path)} any more", ""
    yield Finding(exemption.span, message, help or "remove the entry, or write the baseline anew")

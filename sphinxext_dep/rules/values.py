"""Family 2xx: single values. Words of the vocabulary, dates, people, links and references."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from sphinxext_dep.check.rule import Fix, FixStep, Registry
from sphinxext_dep.fields import type_of
from sphinxext_dep.fields.date import FIRST_YEAR, LAST_YEAR, SAMPLES, write_date
from sphinxext_dep.headers.change import has_statements, replace_value, statements
from sphinxext_dep.headers.spellings import SPELLINGS
from sphinxext_dep.model.diagnostics import Diagnostic, Finding, Severity
from sphinxext_dep.model.messages import did_you_mean, listed, quoted
from sphinxext_dep.model.proposal import Date, FieldValue, ListedDate, Page, RawField, State
from sphinxext_dep.model.schema import Field, Notation, fold
from sphinxext_dep.model.source import Edit, RefusedError, Span
from sphinxext_dep.query.parse import conditions_of

RULES = Registry()

OWN_RULES = frozenset({"number", "status", "category", "choice", "people", "date", "links", "references"})
"""The types with a rule of their own; the values of all others are reported by DEP213."""

MAX_PATTERN_CHARS = 10_000
"""Characters of a text that are compared with a pattern, which may take more than linear time."""

_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def given(page: Page, type: str) -> Iterator[tuple[Field, FieldValue]]:
    """The fields of *type* that have a value."""
    for key, value in page.proposal.fields.items():
        field = page.field_def(key)
        if field.type == type and value.state is State.GIVEN:
            yield field, value


def line_of(page: Page, field: Field, value: FieldValue, text: str) -> str:
    """The line that the page should have, with *text* for the value that it has."""
    return SPELLINGS[value.spelling].field_line(field, text, page.source.markup, value.label)


def _one_of(page: Page, field: Field, value: FieldValue) -> str:
    """The word that *value* probably means, else all that there are."""
    words = type_of(field).words(field, page.schema)
    aliases = type_of(field).aliases(field, page.schema)
    near = did_you_mean(value.raw, (*words, *aliases), aliases)
    return near or f"write one of {listed(f'`{word}`' for word in words)}"


@RULES.page("DEP201", "unknown-status")
def unknown_status(page: Page) -> Iterable[Finding]:
    """Status that the process does not have.

    ## What it does

    Reports a status that the configuration does not have. An alias, such as `Final` for `Implemented`, is accepted with
    a warning; a synonym, such as `Accepted` for `Approved`, without one. Case and hyphens do not count.

    ## Why

    The status decides what a reader may rely on. It is never guessed.

    ## Example

    Bad:

    ```md
    **Status**: Published
    ```

    Good:

    ```md
    **Status**: Approved
    ```
    """
    schema = page.schema
    for field, value in given(page, "status"):
        alias = schema.status_aliases.get(fold(value.raw))
        if value.value is None:
            yield Finding(value.span, f"{quoted(value.raw)} is not a status", _one_of(page, field, value))
        elif alias is not None and fold(value.raw) in map(fold, alias.aliases):
            message = f"{quoted(value.raw)} is another name for `{alias.name}`"
            yield Finding(value.span, message, f"write `{line_of(page, field, value, alias.name)}`", Severity.WARNING)


@unknown_status.fix(FixStep.VALUES)
def write_status(page: Page, raw: RawField, item: Diagnostic) -> Fix | None:
    """Another name of a status becomes the status."""
    status = page.schema.status_aliases.get(fold(raw.value))
    return _with_value(page, raw, status.name) if status else None


def _with_value(page: Page, raw: RawField, value: str) -> Fix:
    """Give the field *raw* another value in its own spelling; the other spellings keep theirs."""
    field = page.schema.field_names[fold(raw.label)]
    others = [known for known in statements(page) if known[1] == field.key and known[0] != raw.spelling]
    expect = has_statements([(raw.spelling, field.key, value, raw.qualifier), *others])
    return Fix(page, [replace_value(page, raw, value)], (field.key,), expect)


@RULES.page("DEP211", "status-not-allowed")
def status_not_allowed(page: Page) -> Iterable[Finding]:
    """Status that proposals of this kind cannot have.

    ## What it does

    Reports a status that a condition of the configuration does not allow, such as one for the proposals of a category.

    ## Why

    Some statuses mean something for some proposals only: guidelines can be in force for ever, and are never
    implemented.

    ## Example

    Bad, where `[conditions.Guidelines]` with `when = "category:Guidelines"` allows the statuses `Draft` and `Approved`:

    ```md
    **Status**: Implemented

    **Category**: Guidelines
    ```

    Good:

    ```md
    **Status**: Approved

    **Category**: Guidelines
    ```
    """
    status = page.proposal.status
    for field, value in given(page, "status"):
        for condition in conditions_of(page.proposal, page.schema):
            if status is not None and condition.statuses and status not in condition.statuses:
                message = f"the status `{status}` is not allowed here by *{condition.name}*"
                lines = listed(f"`{line_of(page, field, value, name)}`" for name in condition.statuses)
                yield Finding(value.span, message, f"write {lines}")
                return


@RULES.page("DEP202", "unknown-category")
def unknown_category(page: Page) -> Iterable[Finding]:
    """Category that the process does not have.

    ## What it does

    Reports a category that the configuration does not have.

    ## Why

    Proposals are found by category. One with a category of its own is in no list.

    ## Example

    Bad:

    ```md
    **Category**: Architecture - CI/CD
    ```

    Good:

    ```md
    **Category**: Architecture
    ```
    """
    for field, value in given(page, "category"):
        if value.value is None:
            yield Finding(value.span, f"{quoted(value.raw)} is not a category", _one_of(page, field, value))


@RULES.page("DEP203", "bad-date")
def bad_date(page: Page) -> Iterable[Finding]:
    """Date that is not written `YYYY-MM-DD`.

    ## What it does

    Reports a date that is not written `YYYY-MM-DD`. If it can be read in one way only, this is a warning, and the help
    is the date in that form. If it can be read as two days, or as none, it is an error. In a list of dates each is
    looked at by itself; one that is the text of a link is also reported when its address is none.

    ## Why

    `07/01/2025` is a day in July to some readers and a day in January to others.

    ## Example

    Bad:

    ```md
    **Review Date**: Jul 09 2025
    ```

    Good:

    ```md
    **Review Date**: 2025-07-09
    ```
    """
    for field, value in given(page, "date"):
        if isinstance(value.value, Date):
            yield from _bad_day(
                value.value, value.raw, value.span, field.notation, partial(line_of, page, field, value)
            )
        for item in value.value if isinstance(value.value, tuple) else ():
            # The day alone: the rest of the line is right.
            yield from _bad_day(item, item.text, item.span, field.notation, str)
            if item.problem:
                help = "write the address in full, with https://"
                yield Finding(item.span, f"the link of {quoted(item.text)}: {item.problem}", help)


def _bad_day(
    date: Date | ListedDate, text: str, span: Span, notation: Notation, line: Callable[[str], str]
) -> Iterator[Finding]:
    """The problem of a day.

    :param text: as written.
    :param line: the line, or the part of it, to write for a day.
    """
    if date.iso and not date.canonical:
        form = "ISO 8601" if notation is Notation.ISO else SAMPLES[notation]
        help = f"write `{line(write_date(date.iso, notation))}`"
        yield Finding(span, f"{quoted(text)} is not in the form of {form}", help, Severity.WARNING)
    elif date.readings and not date.iso:
        lines = listed(f"`{line(write_date(reading, notation))}`" for reading in date.readings)
        yield Finding(span, f"{quoted(text)} can be read as {listed(date.readings)}", f"write {lines}")
    elif not date.iso:
        yield Finding(span, f"{quoted(text)} is not a date{_out_of_range(text)}", f"write `{line(SAMPLES[notation])}`")


@bad_date.fix(FixStep.VALUES)
def write_day(page: Page, raw: RawField, item: Diagnostic) -> Fix | None:
    """Write a date with one reading in the notation of its field."""
    field = page.schema.field_names.get(fold(raw.label))
    value = page.proposal.fields[field.key].value if field else None
    if field is not None and isinstance(value, tuple):
        day = next((one for one in value if (one.span.start, one.span.end) == (item.start, item.end)), None)
        if day is None or day.iso is None:
            return None
        edit = Edit(day.span.start, day.span.end, write_date(day.iso, field.notation))
        return Fix(page, [edit], (field.key,), partial(_has_days, key=field.key, days=[one.iso for one in value]))
    if field is None or not isinstance(value, Date) or value.iso is None:
        return None
    if "(" in raw.value or ":" in raw.value:
        raise RefusedError(f"`{raw.label}` says more than a day", "move the rest into a comment or into the text")
    return _with_value(page, raw, write_date(value.iso, field.notation))


def _has_days(page: Page, key: str, days: list[str | None]) -> bool:
    found = page.proposal.fields.get(key)
    return found is not None and isinstance(found.value, tuple) and [item.iso for item in found.value] == days


def _out_of_range(text: str) -> str:
    """Why *text*, which has the form of a day, is none; nothing for any other text."""
    form = _ISO_DAY.fullmatch(text.strip())
    if form is None:
        return ""
    year, month = int(form[1]), int(form[2])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return f": years are {FIRST_YEAR} to {LAST_YEAR}"
    if not 1 <= month <= 12:
        return ": months are 01 to 12"
    return f": {form[1]}-{form[2]} has {monthrange(year, month)[1]} days"


def _problems(page: Page, type: str, help: str) -> Iterator[Finding]:
    """The values in fields of *type* that could not be read."""
    for _, value in given(page, type):
        for item in value.value if isinstance(value.value, tuple) else ():
            if item.problem:
                yield Finding(item.span, f"`{value.label}`: {item.problem}", help)


@RULES.page("DEP204", "bad-person")
def bad_person(page: Page) -> Iterable[Finding]:
    """Entry in a list of people that is no person.

    ## What it does

    Reports an entry in a list of people that names nobody: an `@` without a handle, a link without a name, a
    profile link that is no web or mail address.

    ## Why

    A reviewer who cannot be found cannot review.

    ## Example

    Bad:

    ```md
    **Sponsor**: @
    ```

    Good:

    ```md
    **Sponsor**: @octo
    ```
    """
    return _problems(
        page,
        "people",
        "write `@handle`, `@organisation/team`, `[Name](https://…)` or a name, separated by commas",
    )


@RULES.page("DEP205", "bad-link")
def bad_link(page: Page) -> Iterable[Finding]:
    """Link that is no complete address, or an unsafe one.

    ## What it does

    Reports a link that is not a complete address, or whose scheme is not `http`, `https` or `mailto`.

    ## Why

    `#22` means something only on the site where it was written. And a link that runs a script is not a link.

    ## Example

    Bad:

    ```md
    **Pull Request**: javascript:alert(1)
    ```

    Good:

    ```md
    **Pull Request**: https://github.com/org/repo/pull/22
    ```
    """
    return _problems(page, "links", "write the whole address, such as `https://github.com/org/repo/pull/15`")


@RULES.page("DEP206", "bad-reference")
def bad_reference(page: Page) -> Iterable[Finding]:
    """Reference that is not written as one.

    ## What it does

    Reports an entry in a relation (`Replaces`, `Extends` and so on) that is neither a number, nor the name of a
    proposal, nor a link to its page. Whether the proposal exists is DEP402.

    ## Why

    Relations are followed both ways, and checked. What names no proposal can be neither.

    ## Example

    Bad:

    ```md
    **Replaces**: the old way of doing it
    ```

    Good:

    ```md
    **Replaces**: N/A
    ```
    """
    label = page.schema.label(12)
    help = f"write `{label}`, the name of its file without the number, or a link to its page"
    return _problems(page, "references", help)


@RULES.page("DEP210", "unknown-choice")
def unknown_choice(page: Page) -> Iterable[Finding]:
    """Value that is not one of the choices of its field.

    ## What it does

    Reports a value that a field of type `choice` does not have. The default configuration has no such field; a project
    can define one. Status and category have rules of their own (DEP201, DEP202).

    ## Why

    A table that groups by the field would grow a group for every slip of the pen.

    ## Example

    Bad, where `Risk` is `low`, `medium` or `high`:

    ```md
    **Risk**: hihg
    ```

    Good:

    ```md
    **Risk**: high
    ```
    """
    for field, value in given(page, "choice"):
        for word in type_of(field).unknown_words(value, field, page.schema):
            message = f"{quoted(word)} is not a value of `{field.label}`"
            yield Finding(value.span, message, _one_of(page, field, value))


@RULES.page("DEP212", "text-form")
def text_form(page: Page) -> Iterable[Finding]:
    """Value that is not of the form of its field.

    ## What it does

    Reports a value that the `pattern` of its field does not match, as it is written. The default configuration has no
    pattern; a project can set one for any field. What cannot be read at all is reported by the rule of its type only.

    ## Why

    What programs read, such as the version that brings the change, must be written as they expect it.

    ## Example

    Bad, where `Target` has the pattern `[0-9]+[.][0-9]+`:

    ```md
    **Target**: next summer
    ```

    Good:

    ```md
    **Target**: 3.15
    ```
    """
    for key, value in page.proposal.fields.items():
        field, text = page.field_def(key), value.raw.strip()
        if not field.pattern or value.state is not State.GIVEN or value.value is None:
            continue
        if isinstance(value.value, tuple) and any(getattr(item, "problem", "") for item in value.value):
            continue
        if len(text) > MAX_PATTERN_CHARS or not re.fullmatch(field.pattern, text):
            help = f"write it as the pattern {quoted(field.pattern)} says"
            help = f"{help}: {field.description}" if field.description else help
            yield Finding(value.span, f"{quoted(value.raw)} is not of the form of `{field.label}`", help)


@RULES.page("DEP213", "bad-value")
def bad_value(page: Page) -> Iterable[Finding]:
    """Value that is not of the type of its field.

    ## What it does

    Reports a value that cannot be read, in a field of a type that has no rule of its own, such as `version`.

    ## Why

    What cannot be read cannot be sorted, and no query finds it.

    ## Example

    Bad, where `Needs` is a field of type `version`:

    ```md
    **Needs**: the next release
    ```

    Good:

    ```md
    **Needs**: >=3.14
    ```
    """
    for key, value in page.proposal.fields.items():
        field = page.field_def(key)
        kind = type_of(field)
        if value.state is not State.GIVEN or field.type in OWN_RULES:
            continue
        sample = line_of(page, field, value, kind.sample(field, page.schema))
        items = kind.items(value)
        if not items and not kind.is_prose:
            yield Finding(value.span, f"{quoted(value.raw)} is not a value of `{field.label}`", f"write `{sample}`")
        for item in items:
            if problem := getattr(item, "problem", ""):
                yield Finding(item.span, f"`{value.label}`: {problem}", f"as in `{sample}`")


@RULES.page("DEP215", "repeated-value", Severity.INFO)
def repeated_value(page: Page) -> Iterable[Finding]:
    """Person, link or proposal that one field names twice.

    ## What it does

    Reports an entry of a list that means the same as one before it: the same person, link or proposal. Case, and the
    form of a reference (`3` or `DEP-3`), do not count. A link to a page is compared with other links to pages only.

    ## Why

    Two branches that each add a reviewer merge without a conflict. Then the person is listed twice, and one entry is
    forgotten when somebody takes their place.

    ## Example

    Bad:

    ```md
    **Required Reviewers**: @grace, @ada, @Grace
    ```

    Good:

    ```md
    **Required Reviewers**: @grace, @ada
    ```
    """
    for key, value in page.proposal.fields.items():
        field = page.field_def(key)
        first: dict[str, str] = {}
        for item, identity in _identified(page, field, value):
            text = page.source.written(item.span)
            if identity in first:
                same = "" if text == first[identity] else f", as {quoted(first[identity])}"
                yield Finding(item.span, f"{quoted(text)} is in `{value.label}` already{same}", "remove one of the two")
            first.setdefault(identity, text)


@RULES.page("DEP216", "several-values", Severity.WARNING)
def several_values(page: Page) -> Iterable[Finding]:
    """Several links or references in a field that has room for one.

    ## What it does

    Reports a second value of a field whose `many` is not set, where `deps.json` has one value and not a list. The page
    shows all of them.

    ## Why

    Programs that read `deps.json` get the first only, and nobody notices that the others are missing.

    ## Example

    Bad:

    ```md
    **Pull Request**: https://example.org/pull/1, https://example.org/pull/2
    ```

    Good:

    ```md
    **Pull Request**: https://example.org/pull/1
    ```
    """
    for key, value in page.proposal.fields.items():
        field = page.field_def(key)
        if value.state is not State.GIVEN or type_of(field).in_list(field):
            continue
        found = {identity: item for item, identity in reversed(list(_identified(page, field, value)))}
        if len(found) > 1:
            second = sorted(found.values(), key=lambda item: item.span.start)[1]
            message = f"`{value.label}` has {len(found)} values, and room for one: programs get only the first"
            yield Finding(second.span, message, "keep one, or set `many = true` for the field in the configuration")


def _identified(page: Page, field: Field, value: FieldValue) -> Iterator[tuple[Any, str]]:
    """The items of *value* that have a place in the page, each with a text that is equal when they mean the same."""
    kind = type_of(field)
    for item in kind.items(value):
        if isinstance(value.value, tuple) and not isinstance(item, str) and not item.problem:
            identity = kind.key(item, field, page.schema).identity
            # Two paths can end in the same number and lead to different pages, and a day can have two links.
            other = item.pages if kind.is_relation else getattr(item, "url", None) if hasattr(item, "iso") else ""
            yield item, f"{identity} {other or ''}"


@repeated_value.fix(FixStep.VALUES)
def remove_repeated(page: Page, raw: RawField, item: Diagnostic) -> Fix | None:
    """Remove the later of two entries, from behind the entry before it."""
    field = page.schema.field_names[fold(raw.label)]
    value = page.proposal.fields[field.key]
    before = [known.span for known, _ in _identified(page, field, value) if known.span.end <= item.start]
    kept = [identity for known, identity in _identified(page, field, value) if known.span.start != item.start]
    if not before or value.label_span != raw.label_span:
        return None

    def expect(after: Page) -> bool:
        found = after.proposal.fields.get(field.key)
        return found is not None and kept == [identity for _, identity in _identified(after, field, found)]

    return Fix(page, [Edit(before[-1].end, item.end, "")], (field.key,), expect)

"""Family 1xx, continued: how the header is written. What stands twice, what disagrees, and in which order."""

from __future__ import annotations

from collections.abc import Iterable

from sphinxext_dep.check.rule import Fix, FixStep, Project, Registry
from sphinxext_dep.fields import type_of
from sphinxext_dep.headers.banner import BANNER, edits_for, like
from sphinxext_dep.headers.base import FieldLines
from sphinxext_dep.headers.change import has_statements, replace_value, says, set_field, statements
from sphinxext_dep.headers.page import from_path, implied, is_continued, read_field
from sphinxext_dep.headers.spellings import SPELLINGS
from sphinxext_dep.model.diagnostics import Diagnostic, Finding, Severity
from sphinxext_dep.model.messages import listed, quoted
from sphinxext_dep.model.proposal import Page, RawField, State
from sphinxext_dep.model.schema import Field, fold
from sphinxext_dep.model.source import Edit, RefusedError

RULES = Registry()


@RULES.page("DEP104", "duplicate-field")
def duplicate_field(page: Page) -> Iterable[Finding]:
    """Field that the header has twice.

    ## What it does

    Reports a field that the same spelling of the header has twice, under one name or under two that mean the same, such
    as `Sponsor` and `Sponsors`. The first one counts. In a field list, a field that takes several values can be written
    once for each of them.

    ## Why

    Two statuses are no status. Which one is shown would depend on the tool.

    ## Example

    Bad:

    ```md
    **Sponsor**: @octo

    **Sponsors**: @ada
    ```

    Good:

    ```md
    **Sponsor**: @octo, @ada
    ```
    """
    first: dict[tuple[str, str], RawField] = {}
    for raw in page.header.fields:
        field = page.schema.field_names.get(fold(raw.label))
        earlier = first.setdefault((raw.spelling, field.key if field else fold(raw.label)), raw)
        if earlier is raw or (field and is_continued(field, raw, earlier)):
            continue
        here, there = quoted(raw.label), quoted(earlier.label)
        same = "there already," if here == there else f"the same field as {there}"
        yield Finding(
            raw.label_span,
            f"{here} is {same} in line {earlier.label_span.line}",
            "write all values on one line, separated by commas" if field and field.many else "remove one of the two",
        )


@RULES.page("DEP105", "conflicting-field")
def conflicting_field(page: Page) -> Iterable[Finding]:
    """Field with different values in two spellings of the header.

    ## What it does

    Reports a field that has one value in one spelling (directive, field block, front matter) and another value in
    another, or another value than the configuration gives to pages in its directory. Values are compared by what they
    mean: `12` is `0012`, and the order of people does not count. Where the configuration says what is right
    (`agree-with`), `sphinx-dep check --fix` writes that value into the other spelling.

    ## Why

    Each reader of the page sees one of them, and believes it.

    ## Example

    Bad, in `deps/0003-retry.md`:

    ```md
    ---
    status: Approved
    ---

    # Retry failed requests

    **Status**: Draft

    **Authors**: @octo

    **Category**: Architecture
    ```

    Good:

    ```md
    **Status**: Draft
    ```
    """
    for implied_field, name in implied(page.source.path, page.schema):
        value = page.proposal.fields.get(implied_field.key)
        if value is not None and value.state is State.GIVEN and value.value not in (name, None):
            yield Finding(
                value.span,
                f"`{implied_field.label}` is {quoted(value.raw)}, but proposals in this directory are `{name}`",
                "move the file, or correct the header",
            )
    for path_field, name in from_path(page.source.path, page.schema):
        value = page.proposal.fields[path_field.key]
        if fold(value.raw) != fold(name):
            yield Finding(
                value.span,
                f"`{path_field.label}` is {quoted(value.raw)}, but the path of the page says {quoted(name)}",
                "move the file, or correct the header",
            )
    if len(page.header.spans) < 2:
        return
    first: dict[str, RawField] = {}
    seen: set[tuple[str, str]] = set()
    for raw in page.header.fields:
        field = page.schema.field_names.get(fold(raw.label))
        # Within one spelling only the first counts; the others are DEP104.
        if field is None or (field.key, raw.spelling) in seen:
            continue
        seen.add((field.key, raw.spelling))
        earlier = first.setdefault(field.key, raw)
        if earlier is raw or _meaning(page, field, raw) == _meaning(page, field, earlier):
            continue
        yield Finding(
            raw.span,
            f"`{field.label}` is {quoted(raw.value)} in {_place(raw.spelling)}, "
            f"but {quoted(earlier.value)} in {_place(earlier.spelling)} (line {earlier.label_span.line})",
            _agreement(page, (raw, earlier)),
        )


def _agreement(page: Page, pair: tuple[RawField, RawField]) -> str:
    """How to make the two statements of a field agree."""
    for right, other in (pair, pair[::-1]):
        if right.spelling == page.schema.agree_with:
            return f"write {quoted(right.value)} in line {other.span.line}, as in {_place(right.spelling)}"
    return "keep the right one and remove the other"


@conflicting_field.fix(FixStep.VALUES)
def write_right_value(page: Page, raw: RawField, item: Diagnostic) -> Fix | None:
    """Write the value of the spelling that the configuration says is right into the others."""
    field = page.schema.field_names.get(fold(raw.label))
    stated = _stated(page, field) if field is not None else {}
    right = stated.pop(page.schema.agree_with, None)
    if field is None or right is None:
        return None
    value = read_field(page.source, page.schema, field, right)
    if value.state is not State.GIVEN:
        return None
    # A word of the process is written as the process writes it, everything else as it is written there.
    is_word = value.value in type_of(field).words(field, page.schema)
    written = SPELLINGS[right.spelling].item(FieldLines(right, field, 0, 0, ""), ())
    text = str(value.value) if is_word else written.flat_value
    edits = [replace_value(page, other, text) for other in stated.values()]
    return Fix(page, edits, (field.key,), lambda after: _agree(after, field))


def _stated(page: Page, field: Field) -> dict[str, RawField]:
    """The first statement of *field* in each spelling that has it."""
    found: dict[str, RawField] = {}
    for raw in page.header.fields:
        if page.schema.field_names.get(fold(raw.label)) is field:
            found.setdefault(raw.spelling, raw)
    return found


def _agree(page: Page, field: Field) -> bool:
    return len({_meaning(page, field, raw) for raw in _stated(page, field).values()}) == 1


def _place(name: str) -> str:
    return f"the {SPELLINGS[name].noun}"


def _meaning(page: Page, field: Field, raw: RawField) -> object:
    """The value of *raw* in a form in which equal meanings are equal."""
    value, kind = read_field(page.source, page.schema, field, raw), type_of(field)
    if value.state is not State.GIVEN:
        return value.state
    keys = (kind.key(item, field, page.schema).identity for item in kind.items(value))
    # An item that could not be read has no identity: then the text counts.
    return frozenset(key or fold(raw.value) for key in keys) or fold(raw.value)


@RULES.page("DEP111", "banner-mismatch")
def banner_mismatch(page: Page) -> Iterable[Finding]:
    """Banner that says another status than the header.

    ## What it does

    Reports a [status banner](header.md#status-banners) whose status is not that of the header and, as a warning, one
    whose kind does not go with the status: another kind than the configuration's `banner` for this status or, where
    there is none, `caution` for a status that is in force, and `tip` for one that is closed.
    `sphinx-dep status` and `sphinx-dep supersede` change header and banner together. Where the configuration has
    `agree-with = "banner"`, the banner is right, and `--fix` changes the header.

    ## Why

    The banner is what readers of the file see first. One that was forgotten when the status changed is believed.

    ## Example

    Bad:

    ```md
    # Retry failed requests

    > [!NOTE]
    > **Status**: Approved — will be in the next release.

    **Status**: Draft
    ```

    Good:

    ```md
    # Retry failed requests

    > [!WARNING]
    > **Status**: Draft — not decided yet.

    **Status**: Draft
    ```
    """
    proposal = page.proposal
    status = page.schema.statuses.get(proposal.status or "")
    field = page.schema.status_field
    value = proposal.fields.get(field.key) if field is not None else None
    if status is None or value is None:
        return  # that is another fault
    for banner in proposal.banners:
        line = f"line {value.span.line}"
        if banner.status != status.name:
            says = f"the banner says {quoted(banner.status_raw)}{'' if banner.status else ', which is no status'}"
            right = page.schema.agree_with == BANNER and banner.status
            yield Finding(
                banner.status_span,
                f"{says}, but `{value.label}` is {quoted(value.raw)} ({line})",
                f"write `{banner.status}` in {line}" if right else f"write `{status.name}`",
            )
        elif not status.fits_banner(banner.kind):
            written = page.source.text[banner.kind_span.start : banner.kind_span.end]
            message = f"the kind of the banner is `{written}`, but `{value.label}` is {quoted(value.raw)} ({line})"
            usual = like(written, status.usual_banner)
            yield Finding(banner.kind_span, message, f"write `{usual}`", Severity.WARNING)


@banner_mismatch.fix_in_project(FixStep.VALUES)
def write_one_status(project: Project, item: Diagnostic) -> Fix | None:
    """Write the status of the header into the banner; or that of the banner into the header, where that is right."""
    page = project.page(item.path)
    status, field = page.schema.statuses.get(page.proposal.status or ""), page.schema.status_field
    if status is None or field is None:
        return None
    said = [banner.status for banner in page.proposal.banners]
    if page.schema.agree_with != BANNER or said == [status.name] * len(said):
        return Fix(page, edits_for(page, status), (), lambda after: not edits_for(after, status))
    if len({*said}) > 1 or said[0] is None:
        return None
    name = said[0]
    return Fix(page, set_field(page, field, name), (field.key,), says(field, name))


@RULES.page("DEP106", "field-order", Severity.WARNING)
def field_order(page: Page) -> Iterable[Finding]:
    """Fields in another order than the template's.

    ## What it does

    Reports the first field that stands after one that the template has below it. Fields that the template does not have
    can stand anywhere.

    ## Why

    Whoever reads many proposals looks for the status in one place.

    ## Example

    Bad:

    ```md
    **Category**: Architecture

    **Status**: Draft

    **Authors**: @octo
    ```

    Good:

    ```md
    **Status**: Draft

    **Authors**: @octo

    **Category**: Architecture
    ```
    """
    order = {key: place for place, (key, field) in enumerate(page.schema.fields.items()) if field.order}
    present: dict[str, dict[str, RawField]] = {}
    for raw in page.header.fields:
        field = page.schema.field_names.get(fold(raw.label))
        if field is not None and field.key in order:
            present.setdefault(raw.spelling, {}).setdefault(field.key, raw)
    for fields in present.values():
        passed: list[str] = []
        for key, raw in fields.items():
            if any(order[key] < order[other] for other in passed):
                before = fields[next(other for other in passed if order[key] < order[other])]
                template = sorted(fields, key=order.__getitem__)
                names = listed((f"`{fields[name].label}`" for name in template), last="and then")
                yield Finding(
                    raw.label_span,
                    f"{quoted(raw.label)} stands after {quoted(before.label)}, but the template has it before",
                    f"put the fields in the template's order: {names}",
                )
                break
            passed.append(key)


@field_order.fix(FixStep.ORDER)
def sort_fields(page: Page, raw: RawField, item: Diagnostic) -> Fix | None:
    """Put the fields in the template's order; each takes its comments with it."""
    order = {key: place for place, (key, field) in enumerate(page.schema.fields.items()) if field.order}
    slots: dict[str, FieldLines] = {}
    for line in SPELLINGS[raw.spelling].field_lines(page):
        if line.field is not None and line.field.key in order:
            slots.setdefault(line.field.key, line)
    wanted = sorted(slots, key=order.__getitem__)
    moved = [(slots[old], slots[new]) for old, new in zip(slots, wanted, strict=True) if old != new]
    if not moved:
        return None
    _refuse_comments(page, raw.spelling, moved[0][0].start, moved[-1][0].end)
    text = page.source.text
    edits = [Edit(slot.start, slot.end, text[line.start : line.end]) for slot, line in moved]
    return Fix(page, edits, wanted, has_statements(statements(page)))


def _refuse_comments(page: Page, name: str, start: int, end: int) -> None:
    """Refuse to move fields with comments between them: a comment does not say which field it belongs to."""
    position = start
    for line in SPELLINGS[name].field_lines(page):
        if position < line.start <= end:
            between = page.source.text[position : line.start].strip()
            # Front matter can hold keys that are none of ours; they stay where they are.
            if between and (not SPELLINGS[name].holds_other_lines or "#" in between):
                why = f"there is a comment above `{line.raw.label}`"
                raise RefusedError(why, "put the fields in order by hand, with their comments")
        position = max(position, line.line_end)


@RULES.page("DEP108", "label-form", Severity.INFO)
def label_form(page: Page) -> Iterable[Finding]:
    """Label that is not written as the template writes it.

    ## What it does

    Reports a label with its colon inside the bold, and one with other capitals, hyphens or spaces than the field's
    name. Both are read all the same; `sphinx-dep check --fix` fixes them. Other names of a field are left alone.

    ## Why

    People search for `**Status**:`, and so do their scripts.

    ## Example

    Bad:

    ```md
    **status:** Draft
    ```

    Good:

    ```md
    **Status**: Draft
    ```
    """
    for raw in page.header.fields:
        field = page.schema.field_names.get(fold(raw.label))
        problem = SPELLINGS[raw.spelling].label_problem(page.source, raw, field) if field else None
        if problem is not None:
            yield Finding(raw.label_span, problem.message, problem.help)


@label_form.fix(FixStep.LABEL_FORM)
def rewrite_label(page: Page, raw: RawField, item: Diagnostic) -> Fix | None:
    """Write a label as the template writes it, with its colon behind the bold."""
    field = page.schema.field_names.get(fold(raw.label))
    problem = SPELLINGS[raw.spelling].label_problem(page.source, raw, field) if field else None
    if field is None or problem is None:
        return None
    said = has_statements([(raw.spelling, field.key, raw.value, raw.qualifier)])
    return Fix(page, problem.edits, (field.key,), said)

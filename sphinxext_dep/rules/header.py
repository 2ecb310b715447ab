"""Family 1xx: the header as a whole. Whether it is there, has its fields and no others, and was filled in."""

from __future__ import annotations

from collections.abc import Iterable

from sphinxext_dep.check.rule import Fix, FixStep, Registry
from sphinxext_dep.fields import type_of
from sphinxext_dep.headers.base import Item
from sphinxext_dep.headers.change import has_statements, statements
from sphinxext_dep.headers.page import find_quoted, find_unread, has_implied_status
from sphinxext_dep.headers.spellings import DIRECTIVE, SPELLINGS, key_of, usual_spelling
from sphinxext_dep.model.diagnostics import Diagnostic, Finding, Severity
from sphinxext_dep.model.messages import did_you_mean, listed, quoted
from sphinxext_dep.model.proposal import FieldValue, Page, RawField, State
from sphinxext_dep.model.schema import Field, Schema, Status, fold
from sphinxext_dep.model.source import Edit
from sphinxext_dep.query.parse import conditions_of

RULES = Registry()

_MIN_LABEL = 5
"""Characters (folded) of a label that may be corrected: in a shorter one, one slip makes another word."""


@RULES.page("DEP101", "missing-header")
def missing_header(page: Page) -> Iterable[Finding]:
    """Proposal without a header.

    ## What it does

    Reports a page among the `sources` that has no metadata: no `dep-header` directive, no block of bold fields below
    the title, no front matter with fields. If the page has headings such as `## Status` instead, or a
    spelling that the configuration does not ask for, such as a field list, the help is the directive to replace them
    with, filled in; so it is if the fields are in a quotation (`> **Status**: Draft`).

    ## Why

    Without a status, a reader cannot tell a decision from a draft.

    ## Example

    Bad, in `deps/0003-retry.md`:

    ```md
    # Retry failed requests

    ## Status
    Draft

    ## Summary

    Failed requests are sent again.
    ```

    Good:

    ```md
    # Retry failed requests

    **Status**: Draft

    **Authors**: @octo

    **Category**: Architecture
    ```
    """
    if page.header.fields or page.header.spans or page.header.problems or page.schema.header_is_optional:
        return
    if has_implied_status(page.source.path, page.schema):
        return
    unread = find_unread(page.source, page.outline, page.schema)
    if unread:
        spelling, part = unread
        name = spelling.name
        yield Finding(
            part.fields[0].label_span,
            f"the page has no header: its {name} is not read in this project",
            f"add `{key_of(name)}` to `spellings` in the configuration, or replace the {name} with:\n\n"
            f"{directive(page, part.fields)}",
        )
    elif fields := find_quoted(page.source, page.outline, page.schema).fields:
        yield Finding(
            fields[0].label_span,
            "the page has no header: its fields are in a quotation",
            f"replace the quotation with:\n\n{directive(page, fields)}",
        )
    elif page.header.heading_style:
        yield Finding(
            page.header.heading_style[0],
            "the page has no header: its metadata is written as sections",
            f"replace these sections with:\n\n{directive(page)}",
        )
    else:
        yield Finding(
            page.proposal.title_span,
            "the page has no header",
            f"{where_it_goes(page)}, such as:\n\n{missing_header_text(page)}",
        )


@RULES.page("DEP102", "missing-field")
def missing_field(page: Page) -> Iterable[Finding]:
    """Field that the status requires, but that is missing, empty or `TBD`.

    ## What it does

    Reports a field that is required and absent, empty or `TBD`. Each status names the fields it requires; without a
    valid status, the first status of the lifecycle does. A condition of the configuration can require more. `N/A` is an
    answer, unless the field cannot do without a value (such as `Status` and `Authors`). Relations that a status calls
    for are DEP406.

    ## Why

    A proposal under review needs someone who reviews it, by a certain day, in a certain place. What nobody wrote down,
    nobody can find later.

    ## Example

    Bad:

    ```md
    **Status**: Under Review

    **Sponsor**: TBD
    ```

    Good:

    ```md
    **Status**: Under Review

    **Sponsor**: @octo
    ```
    """
    header, proposal, schema = page.header, page.proposal, page.schema
    if not header.fields and (not header.spans or header.problems):
        return  # DEP101 or DEP002 says so: one fault, one diagnostic.
    first = schema.statuses.get(schema.lifecycle[0]) if schema.lifecycle else None
    status = schema.statuses.get(proposal.status or "") or first
    lost = {raw.label_span for raw in header.fields if raw.note}
    # Where a label begins each line, each is read by itself; YAML and options can break off.
    lines = [span for name, span in header.spans.items() if SPELLINGS[name].has_labels]
    broken = any(all(not span.start <= fault.span.start < span.end for span in lines) for fault in header.problems)
    for key, reason in _required(page, status):
        field = schema.fields[key]
        value = proposal.fields.get(key)
        if value is None and broken:
            continue  # It may stand behind what DEP002 reports.
        if value is None:
            line = SPELLINGS[proposal.spelling].field_line(field, _example(field, schema), page.source.markup)
            message = f"`{field.label}` is missing{reason}"
            yield Finding(proposal.header_span, message, f"add `{line}` to the header{_or(field, schema)}")
        elif value.state is State.UNKNOWN and value.label_span not in lost:
            said = f"still {quoted(value.raw)}" if value.raw.strip() else "empty"
            help = f"write `{_line(page, field, value)}`"
            yield Finding(value.span, f"`{value.label}` is {said}{reason}", help + _or(field, schema))
        elif value.state is State.NONE and not field.can_be_none:
            help = f"write `{_line(page, field, value)}`"
            message = f"`{value.label}` is {quoted(value.raw)}, but every proposal has one"
            yield Finding(value.span, message, help + _or(field, schema))


def _required(page: Page, status: Status | None) -> Iterable[tuple[str, str]]:
    """The keys of the required fields, each once, and the words that say what requires them."""
    schema = page.schema
    required: dict[str, str] = {}
    for key in status.requires if status else ():
        field = schema.fields.get(key)
        # A status without the relation that it calls for is DEP406.
        if field is not None and not type_of(field).is_relation:
            required[key] = _by(page.proposal.status)
    for condition in conditions_of(page.proposal, schema):
        for key in condition.requires:
            required.setdefault(key, f", and *{condition.name}* requires it")
    given = {key for key, value in page.proposal.fields.items() if value.state is State.GIVEN}
    return [
        (key, reason)
        for key, reason in required.items()
        if key in given or all(field.key not in given for field in schema.alternatives.get(key, ()))
    ]


def _by(status: str | None) -> str:
    return f", and `{status}` requires it" if status else ", and every proposal requires it"


def _line(page: Page, field: Field, value: FieldValue) -> str:
    return SPELLINGS[value.spelling].field_line(field, _example(field, page.schema), page.source.markup, value.label)


def _example(field: Field, schema: Schema) -> str:
    return "…" if type_of(field).words(field, schema) else type_of(field).sample(field, schema)


def _or(field: Field, schema: Schema) -> str:
    """Other values that could be written for *field*."""
    words = [f"`{word}`" for word in type_of(field).words(field, schema)]
    if words:
        return f", with one of {listed(words)}"
    return ", or `N/A` when there is none" if field.can_be_none else ""


@RULES.page("DEP109", "forbidden-field")
def forbidden_field(page: Page) -> Iterable[Finding]:
    """Field that a condition of the process forbids.

    ## What it does

    Reports a field with a value where a condition of the configuration says that the proposal must not have it. `N/A`
    is allowed.

    ## Why

    A field that means nothing for a proposal of this kind, or not at this stage, is a slip: probably another field, or
    another status, was meant.

    ## Example

    Bad, where `[conditions.Drafts]` with `when = "status:Draft"` forbids `implementation`:

    ```md
    **Implementation**: https://github.com/org/repo/issues/20
    ```

    Good:

    ```md
    **Implementation**: N/A
    ```
    """
    reported: set[str] = set()
    for condition in conditions_of(page.proposal, page.schema):
        for key in condition.forbids:
            value = page.proposal.fields.get(key)
            if value is None or value.state is State.NONE or key in reported:
                continue
            reported.add(key)
            message = f"`{value.label}` is not allowed here: *{condition.name}* forbids it"
            yield Finding(value.label_span, message, "remove the field")


@RULES.page("DEP103", "unknown-field")
def unknown_field(page: Page) -> Iterable[Finding]:
    """Field that the process does not have.

    ## What it does

    Reports a field that the configuration does not know. In front matter, where Sphinx and other tools have keys of
    their own, only a key that is close to the name of a field is reported. What Sphinx and docutils read, such as
    `:orphan:`, is left to them in every spelling.

    ## Why

    A misspelt field is as good as a missing one: no table, filter or rule sees it.

    ## Example

    Bad:

    ```md
    **Sponser**: @octo
    ```

    Good:

    ```md
    **Sponsor**: @octo
    ```
    """
    fields = page.schema.fields.values()
    # A label that is there twice is reported as that, too (DEP104).
    for raw in {fold(raw.label): raw for raw in reversed(page.proposal.extra)}.values():
        names = (SPELLINGS[raw.spelling].name_of(field) for field in fields)
        help = did_you_mean(raw.label, names) or "move it into the text, or define the field in the configuration"
        yield Finding(raw.label_span, f"{quoted(raw.label)} is not a field of a proposal", help)


@unknown_field.fix(FixStep.LABELS)
def correct_label(page: Page, raw: RawField, item: Diagnostic) -> Fix | None:
    """A misspelt label becomes the one that is a single slip away, when no other name could be meant."""
    meant = _meant(raw, page.schema)
    if meant is None:
        return None
    name, field = meant
    if any(known[:2] == (raw.spelling, field.key) for known in statements(page)):
        return None
    edit = Edit(raw.label_span.start, raw.label_span.end, name)
    expect = has_statements([(raw.spelling, field.key, raw.value, raw.qualifier)])
    return Fix(page, [edit], (raw.label, field.key), expect)


def _meant(raw: RawField, schema: Schema) -> tuple[str, Field] | None:
    """The one name that is a single slip away from *raw*'s label, and its field; ``None`` when another could be meant.

    ``Replaced`` is a slip away from ``Replaces``, but begins ``Replaced By``, too.
    """
    from rapidfuzz.distance import OSA

    word = fold(raw.label)
    if len(word) < _MIN_LABEL:
        return None
    near: dict[str, tuple[int, str]] = {}
    for field in schema.fields.values():
        for name in SPELLINGS[raw.spelling].names_of(field):
            slips = OSA.distance(word, fold(name), score_cutoff=2)
            if fold(name).startswith(word):
                slips = min(slips, 2)
            if slips <= 2 and (field.key not in near or slips < near[field.key][0]):
                near[field.key] = (slips, name)
    if len(near) != 1:
        return None
    ((key, (slips, name)),) = near.items()
    return (name, schema.fields[key]) if slips == 1 else None


@RULES.page("DEP107", "placeholder-value")
def placeholder_value(page: Page) -> Iterable[Finding]:
    """Value that is required, and still the template's.

    ## What it does

    Reports a required value that is still what the template says, such as `[Name/Team]`, or all the choices, such as
    `Draft | Under Review | Approved`. Where the status does not require the field it is DEP110.

    ## Why

    It looks like an answer and is none. Nobody chose.

    ## Example

    Bad:

    ```md
    **Category**: Architecture | Process | Guidelines
    ```

    Good:

    ```md
    **Category**: Process
    ```
    """
    return _remains(page, required=True)


@RULES.page("DEP110", "template-remains", Severity.WARNING, draft=Severity.INFO)
def template_remains(page: Page) -> Iterable[Finding]:
    """Value that is not required, and still the template's.

    ## What it does

    Reports a value that is still what the template says, such as `<url> (required for Accepted)`, in a field that the
    status does not require. The field counts as not said. Where the status requires it, it is DEP107.

    ## Why

    It looks like an answer and is none. A reader takes it for one, or wonders whether it was forgotten.

    ## Example

    Bad:

    ```md
    **Tracking Issue**: <url> (once it is approved)
    ```

    Good:

    ```md
    **Tracking Issue**: TBD
    ```
    """
    return _remains(page, required=False)


def _remains(page: Page, *, required: bool) -> Iterable[Finding]:
    """The values that are still the template's, of the fields that the status requires or of the others."""
    found = [value for value in page.proposal.fields.values() if value.state is State.PLACEHOLDER]
    if not found:
        return
    schema = page.schema
    status = schema.statuses.get(page.proposal.status or "")
    first = schema.statuses.get(schema.lifecycle[0]) if schema.lifecycle else None
    # A status without the relation that it calls for is DEP406: it asks for it all the same.
    keys = {*dict(_required(page, status or first)), *(status.requires if status else ())}
    for value in found:
        field = page.field_def(value.key)
        if (value.key in keys or field is schema.status_field) is not required:
            continue
        words = [f"`{word}`" for word in type_of(field).words(field, schema)]
        if words:
            help = f"write one of {listed(words)}"
        else:
            # `TBD` is no help where the status wants to know (DEP102).
            answers = ["write the value"]
            answers += [] if status and value.key in status.requires else ["`TBD` while it is not known"]
            answers += ["`N/A` when there is none"] if field.can_be_none else []
            help = f"{', '.join(answers[:-1])}, or {answers[-1]}" if answers[1:] else answers[0]
        yield Finding(value.span, f"`{value.label}` still holds the template's text {quoted(value.raw)}", help)


def directive(page: Page, fields: Iterable[RawField] = ()) -> str:
    """The directive for *page*, in the markup of the page.

    Headings such as ``## Status`` give the values. Without any, the directive has the fields that every proposal needs,
    to be completed.

    :param fields: what the page says elsewhere; they win over headings.
    """
    values = _said(page, fields) or _heading_values(page) or _samples(page)
    items = [Item(page.schema.fields.get(key), key, key, value) for key, value in values.items()]
    return SPELLINGS[DIRECTIVE].write(items, page.source.markup).header


def where_it_goes(page: Page) -> str:
    """The advice that comes before :func:`missing_header_text`."""
    return usual_spelling(page.schema).advice(page.schema)


def missing_header_text(page: Page) -> str:
    """A header for *page* with nothing in it yet: in the spelling that the project asks for, else as a directive."""
    spelling = usual_spelling(page.schema)
    if spelling.name == DIRECTIVE:
        return directive(page)
    fields, markup = page.schema.fields, page.source.markup
    return "\n".join(spelling.field_line(fields[key], value, markup) for key, value in _samples(page).items())


def _said(page: Page, fields: Iterable[RawField]) -> dict[str, str]:
    """The value of each of *fields*, by key; what the project has no field for keeps its name."""
    names = page.schema.field_names
    values: dict[str, str] = {}
    for field in fields:
        known = names.get(fold(field.label))
        values.setdefault(known.key if known else "-".join(field.label.split()), " ".join(field.value.split()))
    return values


def _samples(page: Page) -> dict[str, str]:
    """Sample lines of the fields that every proposal needs, by key."""
    schema = page.schema
    required = schema.statuses[schema.lifecycle[0]].requires if schema.lifecycle else ()
    return {
        key: type_of(schema.fields[key]).sample(schema.fields[key], schema) for key in required if key in schema.fields
    }


def _heading_values(page: Page) -> dict[str, str]:
    """The value below each heading that names a field, by the field's key; the first heading of a field counts."""
    if not page.header.heading_style:
        return {}
    # Imported here: few pages are written so.
    from sphinxext_dep.headers.spellings.sections import heading_fields

    values: dict[str, str] = {}
    for found in heading_fields(page):
        values.setdefault(found.field.key, found.value)
    return values

"""The mends that have exactly one right answer. Everything else is left to the author.

A mend starts from a diagnostic: what no rule reports, or what its author suppressed, is not touched.

======= ==================================================================================================
code    mend
======= ==================================================================================================
DEP002  the colon of a field's label is put where it is missing (its other findings have no single mend)
DEP103  a misspelt label becomes the one that is a single slip away, when no other name could be meant
DEP106  the fields are put in the template's order
DEP108  a label is written as the template writes it, with its colon behind the bold
DEP201  another name of a status becomes the status
DEP203  a date with one reading is written as ISO 8601 says
DEP404  the other side of a relation is written, in the other page
======= ==================================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from sphinxext_dep.fields.date import write_date
from sphinxext_dep.headers.change import edited_page, refuse_uneditable, replace_value
from sphinxext_dep.headers.field_lines import FieldLines, field_lines
from sphinxext_dep.headers.label import colon_inside, own_label
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.edit import Edit, RefusedError
from sphinxext_dep.model.header import RawField, Spelling
from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.schema import Field, Schema, fold
from sphinxext_dep.model.values import Date

_END_OF_BOLD = re.compile(r"[ \t]*(?:\*\*\*?|___?)")
_MIN_LABEL = 5
"""Characters (folded) of a label that may be corrected: in a shorter one, one slip makes another word."""


Statement = tuple[Spelling, str, str, str]
"""Spelling, key, value and qualifier of a field that the schema knows."""


class Mend(NamedTuple):
    """How one diagnostic is mended in its page.

    :param changed: the fields that become different, by key; and labels that the schema does not know.
    :param says: what the header must say then.
    :param gone: messages of the header's problems that are gone then.
    """

    edits: Sequence[Edit]
    changed: Collection[str]
    says: Collection[Statement]
    gone: Collection[str] = ()


def mended_page(page: Page, mends: Iterable[Mend]) -> Page:
    """The page with all *mends* made.

    :raises RefusedError: when that would change anything else.
    :raises ValueError: when two of them change the same text.
    """
    mends = list(mends)
    return edited_page(
        page,
        [edit for mend in mends for edit in mend.edits],
        {key for mend in mends for key in mend.changed},
        lambda after: {item for mend in mends for item in mend.says} <= set(_statements(after)),
        {message for mend in mends for message in mend.gone},
    )


def is_fixable(code: str) -> bool:
    """Whether findings of the rule *code* can be mended, though not necessarily all of them."""
    return code in _IN_PAGE or code == RELATION


class Mender:
    """Knows how the diagnostics of one page are mended in that page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.by_value = {(raw.span.start, raw.span.end): raw for raw in page.header.fields}
        self.by_label = {(raw.label_span.start, raw.label_span.end): raw for raw in page.header.fields}
        self.stated = {(item[0], item[1]) for item in _statements(page)}
        self.problems = {problem.message for problem in page.header.problems}

    def mend(self, diagnostic: Diagnostic) -> Mend | None:
        """How *diagnostic* is mended; ``None`` when its code has no such mend, or not here.

        :raises RefusedError: when there is a mend, but something in the page is in its way.
        """
        place = (diagnostic.start, diagnostic.end)
        raw = self.by_value.get(place) or self.by_label.get(place)
        if raw is not None and diagnostic.code in _IN_PAGE:
            refuse_uneditable(self.page, raw.spelling)
        find = _IN_PAGE.get(diagnostic.code)
        found = find(self, diagnostic) if find else None
        # What changes nothing mends nothing, and would have its turn for ever.
        text = self.page.source.text
        return found if found and any(text[edit.start : edit.end] != edit.text for edit in found.edits) else None


def _statements(page: Page) -> Iterator[Statement]:
    names = page.schema.field_names
    for raw in page.header.fields:
        if field := names.get(fold(raw.label)):
            yield raw.spelling, field.key, raw.value, raw.qualifier


def _colon(mender: Mender, diagnostic: Diagnostic) -> Mend | None:
    raw = mender.by_label.get((diagnostic.start, diagnostic.end))
    behind = _END_OF_BOLD.match(mender.page.source.text, raw.label_span.end) if raw else None
    if raw is None or raw.spelling is not Spelling.BLOCK or behind is None or diagnostic.message not in mender.problems:
        return None
    return Mend([Edit(behind.end(), behind.end(), ":")], (), (), (diagnostic.message,))


def _misspelt(mender: Mender, diagnostic: Diagnostic) -> Mend | None:
    raw = mender.by_label.get((diagnostic.start, diagnostic.end))
    meant = _meant(raw, mender.page.schema) if raw else None
    if raw is None or meant is None or (raw.spelling, meant[1].key) in mender.stated:
        return None
    name, field = meant
    if raw.spelling is Spelling.PREAMBLE:
        name = "-".join(name.split())
    says = (raw.spelling, field.key, raw.value, raw.qualifier)
    return Mend([Edit(raw.label_span.start, raw.label_span.end, name)], (raw.label, field.key), (says,))


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
        for name in (field.label, *field.aliases) if raw.spelling.has_labels else (field.key,):
            slips = OSA.distance(word, fold(name), score_cutoff=2)
            if fold(name).startswith(word):
                slips = min(slips, 2)
            if slips <= 2 and (field.key not in near or slips < near[field.key][0]):
                near[field.key] = (slips, name)
    if len(near) != 1:
        return None
    ((key, (slips, name)),) = near.items()
    return (name, schema.fields[key]) if slips == 1 else None


def _form(mender: Mender, diagnostic: Diagnostic) -> Mend | None:
    raw = mender.by_label.get((diagnostic.start, diagnostic.end))
    field = mender.page.schema.field_names.get(fold(raw.label)) if raw else None
    if raw is None or field is None or raw.spelling is not Spelling.BLOCK:
        return None
    edits: list[Edit] = []
    text = mender.page.source.text
    label, span = own_label(raw.label, field), raw.label_span
    if text[span.start : span.end] == raw.label != label:
        edits.append(Edit(span.start, span.end, label))
    if inside := colon_inside(text, span.end):
        start, end, bold = inside
        edits.append(Edit(start, end, f"{bold}:"))
    says = (raw.spelling, field.key, raw.value, raw.qualifier)
    return Mend(edits, (field.key,), (says,))


def _status(mender: Mender, diagnostic: Diagnostic) -> Mend | None:
    raw = mender.by_value.get((diagnostic.start, diagnostic.end))
    status = mender.page.schema.status_aliases.get(fold(raw.value)) if raw else None
    return _with_value(mender.page, raw, status.name) if raw and status else None


def _date(mender: Mender, diagnostic: Diagnostic) -> Mend | None:
    page = mender.page
    raw = mender.by_value.get((diagnostic.start, diagnostic.end))
    field = page.schema.field_names.get(fold(raw.label)) if raw else None
    value = page.proposal.fields[field.key].value if field else None
    if raw is None or not isinstance(value, Date) or value.iso is None:
        return None
    if "(" in raw.value or ":" in raw.value:
        raise RefusedError(f"`{raw.label}` says more than a day", "move the rest into a comment or into the text")
    return _with_value(page, raw, write_date(value.iso, field.notation) if field else value.iso)


def _with_value(page: Page, raw: RawField, value: str) -> Mend:
    field = page.schema.field_names[fold(raw.label)]
    # What other spellings say of the same field stays as it is.
    others = [item for item in _statements(page) if item[1] == field.key and item[0] is not raw.spelling]
    says = (raw.spelling, field.key, value, raw.qualifier)
    return Mend([replace_value(page, raw, value)], (field.key,), (says, *others))


def _order(mender: Mender, diagnostic: Diagnostic) -> Mend | None:
    page = mender.page
    raw = mender.by_label.get((diagnostic.start, diagnostic.end))
    if raw is None:
        return None
    order = {key: place for place, (key, field) in enumerate(page.schema.fields.items()) if field.order}
    slots: dict[str, FieldLines] = {}
    for line in field_lines(page, raw.spelling):
        if line.field is not None and line.field.key in order:
            slots.setdefault(line.field.key, line)
    wanted = sorted(slots, key=order.__getitem__)
    text = page.source.text
    moved = [(slots[old], slots[new]) for old, new in zip(slots, wanted, strict=True) if old != new]
    if not moved:
        return None
    _refuse_comments(page, raw.spelling, moved[0][0].start, moved[-1][0].end)
    edits = [Edit(slot.start, slot.end, text[line.start : line.end]) for slot, line in moved]
    return Mend(edits, wanted, tuple(_statements(page)))


def _refuse_comments(page: Page, spelling: Spelling, start: int, end: int) -> None:
    """Refuse to move fields between which there are comments: nobody knows which field each belongs to."""
    position = start
    for line in field_lines(page, spelling):
        if position < line.start <= end:
            between = page.source.text[position : line.start].strip()
            # Front matter can hold keys that are none of ours; they stay where they are.
            if between and (spelling is not Spelling.FRONT_MATTER or "#" in between):
                why = f"there is a comment above `{line.raw.label}`"
                raise RefusedError(why, "put the fields in order by hand, with their comments")
        position = max(position, line.line_end)


_IN_PAGE: dict[str, Callable[[Mender, Diagnostic], Mend | None]] = {
    "DEP002": _colon,
    "DEP103": _misspelt,
    "DEP106": _order,
    "DEP108": _form,
    "DEP201": _status,
    "DEP203": _date,
}

ROUNDS = (("DEP002", "DEP103"), ("DEP108",), ("DEP201", "DEP203"), ("DEP106",))
"""The codes mended together: labels before values, and values before fields are moved. Relations come last."""

RELATION = "DEP404"
"""The code whose mend is in another page: see :mod:`sphinxext_dep.edit.relations`."""

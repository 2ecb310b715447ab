"""How messages show what a page says, and how they spell out what it should say.

Messages end up in terminals, logs and HTML: what comes from a page is shown on one line, without control characters,
and cut when it is long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from sphinxext_dep.fields.placeholders import SAMPLES
from sphinxext_dep.headers.line import field_line, label_line, option_value
from sphinxext_dep.headers.read import Spelling
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Field, FieldType, Notation, Schema

__all__ = [
    "MAX_LISTED",
    "MAX_SHOWN",
    "SAMPLE_DAYS",
    "allowed_values",
    "did_you_mean",
    "field_line",
    "label_line",
    "listed",
    "option_value",
    "place_of",
    "sample",
    "shown",
    "spelling_of",
    "suffix_of",
]

MAX_SHOWN = 60
"""Characters of a page's text that a message repeats: enough to recognise it, and the message stays on one line."""

MAX_LISTED = 12
"""Items that a message lists; ten thousand proposals with one number must not make a message of a megabyte each."""

_MAX_WORD = 200
"""Characters of a word that are compared with known words, none of which is that long."""


def shown(text: str) -> str:
    """*text* as a message repeats it: on one line, cut when long, in backticks (in “ ” when it holds some)."""
    # The cut comes first: the rest of a 10 MB value need not be looked at.
    line = " ".join(text[: 4 * MAX_SHOWN].split())
    line = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)
    if len(line) > MAX_SHOWN or len(text) > 4 * MAX_SHOWN:
        line = f"{line[: MAX_SHOWN - 1].rstrip()}…"
    return f"“{line}”" if "`" in line else f"`{line}`"


def listed(items: Iterable[str], last: str = "or", total: int | None = None) -> str:
    """*items* as a list in a sentence: ``a, b or c``, with the number of those left out when they are many.

    :param total: how many items there are, when they are too many to count anew in each message.
    """
    items = list(items if total is None else islice(items, MAX_LISTED))
    total = len(items) if total is None else total
    if total > MAX_LISTED:
        items = [*items[: MAX_LISTED - 1], f"{total - MAX_LISTED + 1} more"]
        last = "and"
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def did_you_mean(word: str, candidates: Iterable[str], meaning: Mapping[str, str] | None = None) -> str:
    """``did you mean `Draft`?`` for the candidate nearest to *word*, or nothing.

    :param meaning: what to write instead of a candidate, for candidates that are only other names.
    """
    from sphinxext_dep.model.suggest import closest

    near = closest(word[:_MAX_WORD], candidates)
    return f"did you mean {shown((meaning or {}).get(near, near))}?" if near else ""


def place_of(spelling: Spelling) -> str:
    """What a sentence calls the place of a spelling, with the article."""
    return "the field block" if spelling is Spelling.BLOCK else f"the {spelling}"


def suffix_of(proposal: Proposal) -> str:
    """The suffix of a proposal's page, in lower case."""
    return proposal.path[proposal.path.rfind(".") :].lower()


def spelling_of(proposal: Proposal) -> Spelling:
    """The spelling that a field added to *proposal* should have: the one that it uses already."""
    return proposal.spellings[0] if proposal.spellings else Spelling.DIRECTIVE


def allowed_values(field: Field, schema: Schema) -> tuple[str, ...]:
    """The words that *field* can hold; empty when it is free."""
    match field.type:
        case FieldType.STATUS:
            return tuple(schema.statuses)
        case FieldType.CATEGORY:
            return tuple(category.name for category in schema.categories.values())
        case FieldType.CHOICE:
            return field.choices
        case _:
            return ()


SAMPLE_DAYS = {Notation.ISO: "YYYY-MM-DD", Notation.DAY_MONTH_YEAR: "DD-Mon-YYYY"}
"""What a day looks like in each notation, where nobody knows which."""


def sample(field: Field, schema: Schema) -> str:
    """What a value of *field* looks like, for lines that an author completes."""
    match field.type:
        case FieldType.NUMBER:
            return "12"
        case FieldType.PEOPLE | FieldType.LINKS:
            return SAMPLES[field.type]
        case FieldType.DATE:
            return SAMPLE_DAYS[field.notation]
        case FieldType.REFERENCES:
            return schema.label(12)
        case FieldType.STATUS:
            return schema.lifecycle[0] if schema.lifecycle else "…"
        case FieldType.CATEGORY | FieldType.CHOICE:
            # What nobody chose is reported as a placeholder, and never taken for a choice.
            return " | ".join(allowed_values(field, schema))
        case _:
            return "…"

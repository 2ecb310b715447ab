"""What the browser needs to search, narrow and sort a table of proposals, beyond what the table shows.

The table is complete without any of it. The script (``static/sphinxext_dep.js``) finds the description of the table in
``data-registry`` on its box, and what a row does not show in ``data-…`` attributes of the row.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sphinxext_dep.fields import type_of
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Field, Schema
from sphinxext_dep.sphinx.components.view import View
from sphinxext_dep.sphinx.html.words import _, term

RESERVED = ("q", "sort", "view", "text", "summary")
"""What the script calls other things than a field, in addresses and in rows; a field of such a name has no facet."""


class Facet(msgspec.Struct, frozen=True):
    """A field by whose values readers narrow the table.

    :param order: the values in the order of the process; empty when they have none, as names of people.
    :param names: value → what readers see, where that is another word. Addresses hold the values, in every language.
    """

    key: str
    label: str
    order: list[str]
    names: dict[str, str] = {}


class Hidden(msgspec.Struct, frozen=True):
    """What a row is found by and does not show.

    :param values: key of a facet → the proposal's values; an empty list when it has none.
    :param text: more words for the search, such as tags.
    """

    values: dict[str, list[str]]
    text: str
    summary: str

    def attributes(self) -> dict[str, str]:
        """The ``data-`` attributes of the row. Several values are lines: no value holds a line break."""
        values = {key: "\n".join(several) for key, several in self.values.items()}
        return {name: value for name, value in {**values, "text": self.text, "summary": self.summary}.items() if value}


def is_facet(field: Field) -> bool:
    """Whether readers can narrow tables by *field*."""
    return type_of(field).has_facet and field.key not in RESERVED


def facets(schema: Schema) -> list[Facet]:
    """The facets of every table, in the order of the fields."""
    return [_facet(schema, field) for field in schema.fields.values() if is_facet(field)]


def hidden(view: View, proposal: Proposal, offered: Sequence[Facet], columns: Sequence[str]) -> Hidden:
    """What the row of *proposal* needs besides its cells, in a table with *columns*."""
    parts = [] if "number" in columns else [view.label(proposal)]
    if "title" not in columns:
        parts.append(proposal.title)
    for field in view.schema.fields.values():
        kind = type_of(field)
        if kind.is_searched and not kind.has_facet and field.key not in columns:
            parts += _words(proposal, field)
    return Hidden(
        values={facet.key: _words(proposal, view.schema.fields[facet.key]) for facet in offered},
        text=" ".join(part for part in parts if part),
        summary=proposal.summary,
    )


def description(columns: Sequence[str], offered: Sequence[Facet]) -> str:
    """JSON for the script: the columns' keys, the facets, and every word that it puts on the page."""
    words = {
        "all": _("Show all {total}"),
        "ascending": _("sorted by {column}, ascending"),
        "cards": _("Cards"),
        "clear": _("Clear all"),
        "compact": _("Compact"),
        "count": _("{shown} of {total} proposals"),
        "descending": _("sorted by {column}, descending"),
        "find": _("Find in {facet}"),
        "label": _("Find proposals"),
        "none": _("None"),
        "nothing": _("No proposal matches."),
        "rows": _("Rows"),
        "search": _("Search"),
        "view": _("View"),
    }
    return msgspec.json.encode({"columns": columns, "facets": offered, "words": words}).decode()


def _facet(schema: Schema, field: Field) -> Facet:
    kind = type_of(field)
    order = list(kind.words(field, schema))
    terms = order if kind.is_translated else []
    return Facet(field.key, term(field.label), order, {name: shown for name in terms if (shown := term(name)) != name})


def _words(proposal: Proposal, field: Field) -> list[str]:
    """The words by which readers find a proposal: ``TBD``, ``N/A``, a placeholder and a broken value are none."""
    found = type_of(field).facet_words(proposal.fields.get(field.key))
    return [word for word in dict.fromkeys(" ".join(word.split()) for word in found) if word]

"""A preamble as a header: ``Status: Draft`` lines at the start of the page or below its title, as in Python's PEPs.

The form is that of mail (`RFC 2822`_): a name, a colon, a value that goes on in lines that begin with space; a blank
line ends it. No parser of the page may see it: reStructuredText would make one paragraph of it.

.. _RFC 2822: https://datatracker.ietf.org/doc/html/rfc2822#section-2.2
"""

from __future__ import annotations

import re

from sphinxext_dep.headers.base import Occurrence, own_label
from sphinxext_dep.headers.spellings.lines import Label, Line, LineSpelling
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.proposal import RawField
from sphinxext_dep.model.schema import Field, Schema

_NAME = re.compile(r"(?P<label>[A-Za-z][A-Za-z0-9._-]{0,79}):(?:[ \t]+|\Z|(?=[^\s:/]))")


class Preamble(LineSpelling):
    """A preamble."""

    name = "preamble"
    form = "`Status: Draft` in the first lines, as in mail (RFC 2822) and in Python's PEPs; a blank line ends it"
    above_title = True
    ends_at_blank = True
    occurrence = Occurrence.PAGES
    correction = "write `Name: value`, and indent the lines that continue a value"

    def label(self, line: Line) -> Label | None:
        match = _NAME.match(line.text)
        return Label(*match.span("label"), match.end()) if match else None

    def is_slip(self, line: Line, schema: Schema) -> bool:
        return True

    def line(self, name: str, value: str, markup: Markup) -> str:
        return f"{name}: {value}"

    def label_of(self, raw: RawField, field: Field | None) -> str:
        return own_label(raw.label, field) if field else raw.label.replace("-", " ")

    def written_name(self, label: str, key: str) -> str:
        """The label; a name in a preamble has no spaces."""
        return "-".join(label.split())

    def advice(self, schema: Schema) -> str:
        return "begin the page with one"


SPELLING = Preamble()

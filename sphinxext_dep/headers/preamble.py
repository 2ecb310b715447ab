"""A preamble as a header: ``Status: Draft`` lines at the very start of the page, as in Python's PEPs.

The form is that of mail (`RFC 2822`_): a name, a colon, a value that goes on in lines that begin with space; a blank
line ends it. No parser of the page may see it: reStructuredText would make one paragraph of it.

.. _RFC 2822: https://datatracker.ietf.org/doc/html/rfc2822#section-2.2
"""

from __future__ import annotations

import re

from sphinxext_dep.headers.lines import Label, Line, LineReader
from sphinxext_dep.model.header import Part, Spelling
from sphinxext_dep.model.outline import Outline
from sphinxext_dep.model.schema import Schema
from sphinxext_dep.model.source import Source

_NAME = re.compile(r"(?P<label>[A-Za-z][A-Za-z0-9_-]{0,79}):(?:[ \t]+|\Z|(?=[^\s:/]))")


def read_preamble(source: Source, outline: Outline, schema: Schema) -> Part:
    """Read the preamble of a page."""
    return _Preamble(source, outline, schema).read()


class _Preamble(LineReader):
    spelling = Spelling.PREAMBLE
    mend = "write `Name: value`, and indent the lines that continue a value"

    def label(self, line: Line) -> Label | None:
        match = _NAME.match(line.text)
        return Label(*match.span("label"), match.end()) if match else None

    def goes_on(self, line: Line) -> bool:
        return line.text[:1] in (" ", "\t")

    def is_slip(self, line: Line) -> bool:
        return True

    def ends_at_blank(self) -> bool:
        return True

    def starts(self) -> list[int]:
        return [self.outline.body_start]

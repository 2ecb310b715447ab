"""A field list as a header: ``:Status: Draft`` lines, as in NumPy's NEPs, at the start of a page or below its title.

The rules are those of docutils (`Field Lists`_). In Markdown MyST reads the same with its extension ``fieldlist``.

.. _Field Lists: https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html#field-lists
"""

from __future__ import annotations

import re

from sphinxext_dep.headers.lines import Label, Line, LineReader
from sphinxext_dep.model.header import Part, Spelling
from sphinxext_dep.model.outline import Outline
from sphinxext_dep.model.schema import Schema
from sphinxext_dep.model.source import Source

_MAX_LABEL = 80
"""Characters. A longer one is a sentence between colons."""

_MARKER = re.compile(rf":(?P<label>[^\s:`](?:[^:\n`]{{0,{_MAX_LABEL}}}?[^\s:`])?):(?P<space>[ \t]*)(?P<rest>.?)")


def read_field_list(source: Source, outline: Outline, schema: Schema) -> Part:
    """Read the field list of a page."""
    return _FieldList(source, outline, schema).read()


class _FieldList(LineReader):
    spelling = Spelling.FIELD_LIST
    mend = "write `:Label: value`, and indent the lines that continue a value"

    def label(self, line: Line) -> Label | None:
        match = _MARKER.match(line.text)
        if match is None or (match["rest"] == "`" and not match["space"]):
            return None  # `:role:`text`` is text
        problem = None
        if match["rest"] and not match["space"]:
            value = line.text[match.start("rest") :].strip()
            message = f"there is no space behind the colon of `{match['label']}`"
            problem = (message, f"write `:{match['label']}: {value}`")
        return Label(*match.span("label"), match.start("rest"), problem)

    def goes_on(self, line: Line) -> bool:
        return line.text[:1] in (" ", "\t")

    def is_slip(self, line: Line) -> bool:
        # Behind a blank line text begins, and it may well begin with a colon.
        return not line.behind_blank and not (self.rst and line.text.startswith(".. "))

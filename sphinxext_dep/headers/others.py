"""The spellings that a project has to ask for: each is one reader more, and yields the same fields as the others.

They are asked for because they look like ordinary text. A list of labels or a field list below a title is a header in
one project and the first paragraph of the text in another.
"""

from __future__ import annotations

from collections.abc import Callable

from sphinxext_dep.headers.bullets import read_bullets
from sphinxext_dep.headers.field_list import read_field_list
from sphinxext_dep.headers.preamble import read_preamble
from sphinxext_dep.headers.sections import read_sections
from sphinxext_dep.model.header import WRITABLE, Part, Spelling
from sphinxext_dep.model.outline import Outline
from sphinxext_dep.model.schema import Schema, fold
from sphinxext_dep.model.source import Source

Reader = Callable[[Source, Outline, Schema], Part]
"""Reads one spelling of a page; never raises. A part without a span: the page does not have it."""

_READERS: dict[Spelling, Reader] = {
    Spelling.FIELD_LIST: read_field_list,
    Spelling.PREAMBLE: read_preamble,
    Spelling.BULLETS: read_bullets,
    Spelling.SECTIONS: read_sections,
}


_FEWEST = 2
"""Known labels that make a page's lines a header nobody asked for; one can be a sentence between colons."""


def find_unread(source: Source, outline: Outline, schema: Schema) -> tuple[Spelling, Part] | None:
    """The header that the page has in a spelling which the project does not ask for, if it has one."""
    for spelling in WRITABLE:
        if spelling not in schema.spellings:
            part = _READERS[spelling](source, outline, schema)
            if sum(fold(field.label) in schema.field_names for field in part.fields) >= _FEWEST:
                return spelling, part
    return None


def read_others(source: Source, outline: Outline, schema: Schema) -> dict[Spelling, Part]:
    """What the page says in each of the spellings that the project asks for."""
    return {spelling: _READERS[spelling](source, outline, schema) for spelling in schema.other_spellings}

"""A YAML file beside the page as its header, as the ``kep.yaml`` of Kubernetes' KEPs.

Every key is a field: the file is metadata and nothing else, so that a misspelt key is found. What other tools keep
there nested (milestones, say) is kept as it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import dedent

import msgspec

from sphinxext_dep.fields import type_of
from sphinxext_dep.headers.base import Content, Item, KeyedSpelling, Written, option_value
from sphinxext_dep.markup.yaml import Entry, MappingReader, nested_problem, raw_field
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.proposal import Page, Part, RawField, RawHeader
from sphinxext_dep.model.schema import Schema, fold
from sphinxext_dep.model.source import Outline, RefusedError, Source


class Sidecar(KeyedSpelling):
    """The file beside a page."""

    name = "sidecar file"
    form = "the keys of the YAML file that `sidecar` names, in the directory of the page"
    above_title = False
    title_may_follow = True
    is_editable = False
    is_writable = False
    in_other_file = True

    def advice(self, schema: Schema) -> str:
        return f"write one into `{schema.sidecar}` beside the page"

    def read(self, source: Source, outline: Outline, schema: Schema) -> Part:
        """Read the file. All spans are beyond the page: see :data:`~sphinxext_dep.model.source.BESIDE`."""
        beside = source.beside
        if beside is None:
            return Part()
        reader = MappingReader(beside, 0, len(beside.text), what="the file")
        entries = reader.read()
        problems = [*reader.problems, *(nested_problem(beside, entry) for entry in entries if _is_wrong(entry, schema))]
        return Part(
            fields=tuple(_field(beside, entry, lost=_is_wrong(entry, schema)) for entry in entries),
            span=beside.span(0, len(beside.text.rstrip())).beside if entries else None,
            problems=tuple(msgspec.structs.replace(problem, span=problem.span.beside) for problem in problems),
        )

    def blanked_lines(self, source: Source, outline: Outline, header: RawHeader) -> tuple[int, int] | None:
        return None

    def content(self, page: Page) -> Content:
        raise RefusedError(f"the header of {page.source.path} is in the file beside it", "convert it by hand")

    def line(self, name: str, value: str, markup: Markup) -> str:
        return f"{name}: {option_value(value, Markup.MARKDOWN)}"

    def write(self, items: Iterable[Item], markup: Markup, comments: Sequence[str] = ()) -> Written:
        raise RefusedError("no command writes a header into the file beside a page", "write it by hand")


SPELLING = Sidecar()


def _is_wrong(entry: Entry, schema: Schema) -> bool:
    """True if *entry* holds a mapping where its field holds something else."""
    field = schema.field_names.get(fold(entry.key))
    return entry.nested and field is not None and not type_of(field).is_prose


def _field(beside: Source, entry: Entry, *, lost: bool) -> RawField:
    field = raw_field(beside, entry, Sidecar.name)
    value = field.value
    if entry.nested and not lost:
        first = beside.text.rfind("\n", 0, entry.start) + 1
        lead = beside.text[first : entry.start]
        written = beside.text[entry.start : entry.end]
        value = dedent(f"{lead}{written}") if not lead.strip() else written
    places = {"span": field.span.beside, "label_span": field.label_span.beside}
    return msgspec.structs.replace(field, value=value, **places)

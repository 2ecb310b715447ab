"""Texts, the title of a page that has no heading for it, and tags: words to find a proposal by."""

from __future__ import annotations

from collections.abc import Iterable

from sphinxext_dep.fields.base import Among, Reading, Test, TextBased
from sphinxext_dep.fields.tokens import pieces
from sphinxext_dep.model.proposal import RawField
from sphinxext_dep.model.schema import Field, Schema, fold
from sphinxext_dep.model.source import Source


class Text(TextBased):
    """Any text."""

    name = "text"
    doc = "text"
    is_prose = True

    def read(self, raw: RawField, source: Source, field: Field, schema: Schema) -> Reading:
        return Reading(raw.value.strip())


class Title(TextBased):
    """The proposal's title."""

    name = "title"
    doc = "the title, for pages that have no heading for it"
    is_single = True

    def read(self, raw: RawField, source: Source, field: Field, schema: Schema) -> Reading:
        return Reading(" ".join(raw.value.split()))


def parse_tags(raw: str) -> tuple[str, ...]:
    """Read tags, separated by commas, semicolons or lines, without brackets and quotes around them.

    Repeated tags are left out, the order is kept.
    """
    tags = (raw[start:end].strip(" \t[]").strip("\"'*_` \t") for start, end in pieces(raw))
    return tuple(dict.fromkeys(tag for tag in tags if tag))


class Tags(TextBased):
    """A list of words."""

    name = "tags"
    doc = "words"
    keys = frozenset(("many",))
    is_list = True
    is_searched = True

    def read(self, raw: RawField, source: Source, field: Field, schema: Schema) -> Reading:
        return Reading(parse_tags(raw.value))

    def test(self, word: str, field: Field | None, schema: Schema) -> Test:
        return Among((fold(word),))

    def words_of(self, item: str) -> Iterable[str]:
        return (fold(item),)

"""The number of a proposal, stated in a field."""

from __future__ import annotations

import re
from typing import Any

from sphinxext_dep.fields.base import ORDERED, Cleaner, FieldType, JsonContext, Key, Reading, Test
from sphinxext_dep.fields.placeholders import is_unnumbered
from sphinxext_dep.fields.ranges import Extent, read_range
from sphinxext_dep.model.numbers import parse_number
from sphinxext_dep.model.proposal import RawField
from sphinxext_dep.model.schema import Field, Schema
from sphinxext_dep.model.source import Source

_LINK = re.compile(r"\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")
"""``[SE-0012](0012-retry.md)``: the number may be a link to the page itself."""


_REWRITTEN = re.compile(r"0o([0-9]+)|([0-9]+)\.0+")
"""``0o14`` and ``14.0``: what programs that take ``0014`` for a number of YAML write. The digits are the author's."""


class Number(FieldType[int]):
    """A whole number."""

    name = "number"
    doc = "a whole number, with or without the prefix: `12`, `0012` (never octal), `DEP-12`, `[DEP-12](…)`"
    is_single = True
    range_part = ""

    def read(self, raw: RawField, source: Source, field: Field, schema: Schema) -> Reading:
        text = raw.value.strip()
        link = _LINK.fullmatch(text)
        text = link[1] if link else text
        rewritten = _REWRITTEN.fullmatch(text)
        return Reading(parse_number(rewritten[rewritten.lastindex or 0] if rewritten else text, schema.prefix))

    def write(self, item: int, field: Field, schema: Schema) -> str:
        return str(item)

    def is_unknown(self, text: str, schema: Schema) -> bool:
        return is_unnumbered(text, schema.prefix)

    def sample(self, field: Field, schema: Schema) -> str:
        return "12"

    def text(self, item: Any, schema: Schema) -> str:
        return schema.label(item)

    def key(self, item: int, field: Field | None, schema: Schema) -> Key:
        return Key(str(item), (ORDERED, item), schema.label(item))

    def test(self, word: str, field: Field | None, schema: Schema) -> Test:

        def read(text: str) -> Extent | None:
            number = parse_number(text, schema.prefix)
            return None if number is None else (number, number)

        help = "write a number, such as '12', or a range, such as '10..20', '10..' or '<=20'"
        return read_range(word, read, "number", help)

    def extent(self, item: int) -> tuple[Any, Any] | None:
        return (item, item)

    def json_schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": 0}

    json_type = int

    def to_json(self, item: Any, context: JsonContext) -> Any:
        return item

    def from_json(self, given: Any, clean: Cleaner) -> int | None:
        return int(given)

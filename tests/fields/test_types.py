"""Every type of fields keeps what the abstract class promises: the tests run over the table of types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.fields import TYPES, FieldType, type_of
from sphinxext_dep.fields.base import JsonContext, TermError
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.proposal import Proposal, State
from sphinxext_dep.model.schema import Field, Schema
from sphinxext_dep.model.source import Source
from sphinxext_dep.query.columns import Context
from sphinxext_dep.query.filters import SortKey, group, sort
from sphinxext_dep.query.parse import match_option
from sphinxext_dep.sphinx.components.view import ITEMS

VALUES: dict[str, tuple[str, str, str]] = {
    "text": ("First, second", "Third", "first, sec"),
    "title": ("Retry failed requests", "Stream errors", "failed"),
    "number": ("9", "10", "<10"),
    "status": ("Draft", "Implemented", "draft"),
    "category": ("Architecture", "Guidelines", "architecture"),
    "choice": ("low", "High risk", "LOW"),
    "people": ("[Ada Lovelace](https://example.org/ada), @octo", "Grace (@hopper)", "@octo"),
    "group": ("@org/router, Networking and Fabric", "Storage", "networking and fabric"),
    "date": ("2026-02-09", "2026-10-01", "2026-02"),
    "links": ("[#22](https://example.org/22), https://example.org/23", "https://example.org/9", ".org/23"),
    "references": ("DEP-0009 (partially), slug-of-another", "DEP-0010", "9"),
    "version": (">=9.1, <10, v9.2 (maybe)", "10.2-10.4", "<=9.2"),
    "tags": ("cache, wire format", "zebra", "Wire-Format"),
}
"""Two values of each type, the lesser first, and a word of a query that finds the first alone.

A type that is missing here fails every test.
"""


def schema_with(kind: FieldType[Any]) -> tuple[Schema, Field]:
    """The default process, with a field of *kind* called ``probe`` in place of the one that it may have."""
    fields = {key: field for key, field in DEFAULT.fields.items() if not (kind.is_single and field.type == kind.name)}
    choices = ("low", "High risk") if "choices" in kind.keys else ()
    field = Field(key="probe", label="Probe", type=kind.name, many="many" in kind.keys, choices=choices)
    return msgspec.structs.replace(DEFAULT, fields={**fields, "probe": field}), field


def read(value: str, schema: Schema, path: str = "deps/0001-a.md") -> Proposal:
    page = Source(path, f"# A title\n\n**Probe**: {value}\n\n## Summary\n\nText.\n")
    return read_page(page, schema).proposal


@pytest.fixture(params=TYPES, ids=str)
def kind(request: pytest.FixtureRequest) -> FieldType[Any]:
    return TYPES[request.param]


def plain(items: tuple[Any, ...]) -> list[Any]:
    """*items* without their places."""
    return [msgspec.structs.replace(item, span=None) if hasattr(item, "span") else item for item in items]


def test_it_reads_back_what_it_writes(kind: FieldType[Any]) -> None:
    schema, field = schema_with(kind)
    for text in VALUES[kind.name][:2]:
        value = read(text, schema).fields["probe"]
        assert value.state is State.GIVEN
        items = kind.items(value)
        written = kind.write_all(items, field, schema)
        again = kind.items(read(written, schema).fields["probe"])
        assert items
        assert [kind.key(item, field, schema) for item in again] == [kind.key(item, field, schema) for item in items]
        assert kind.write_all(again, field, schema) == written


def test_its_json_has_its_schema_and_is_read_back(kind: FieldType[Any]) -> None:
    schema, field = schema_with(kind)
    proposal = read(VALUES[kind.name][0], schema)
    catalog = Catalog([proposal], schema)
    value = kind.all_to_json(proposal, field, catalog, JsonContext(schema, lambda path: None))
    several = value if isinstance(value, list) else [value]
    assert several
    text = {"type": ["string", "null"]}
    definitions = {
        "person": {"type": "object", "required": ["name", "handle", "url"]},
        "reference": {"type": "object", "required": ["number", "slug", "text", "note"], "properties": {"text": text}},
    }
    for item in several:
        jsonschema.validate(item, kind.json_schema_of(field) | {"$defs": definitions})
    decoded = [msgspec.json.decode(json.dumps(item), type=kind.json_type_of(field)) for item in several]

    class Clean:
        def plain(self, text: str | None) -> str:
            return text or ""

        def is_address(self, url: str) -> bool:
            return True

    given: Any = decoded if kind.in_list(field) else decoded[0]
    again, raw = kind.all_from_json(given, field, schema, Clean())
    assert raw
    assert isinstance(again, tuple) == ("many" in kind.keys)
    assert len(again if isinstance(again, tuple) else [again]) == len(several)


def test_it_sorts_groups_and_filters(kind: FieldType[Any]) -> None:
    schema, field = schema_with(kind)
    low, high = (read(text, schema, f"deps/{text[:1]}.md") for text in VALUES[kind.name][:2])
    none = read("TBD", schema, "deps/none.md")
    key = "number" if kind.name == "number" else "probe"
    order = sort([high, none, low], [SortKey(key)], schema)
    if kind.name != "number":  # the name of the file has a number as well
        assert order[:2] == [low, high]
        assert sort([high, none, low], [SortKey(key, descending=True)], schema)[:2] == [high, low]
    assert group([low], "probe", schema)[0][1] == [low]
    wanted = match_option("probe", f'"{VALUES[kind.name][2]}"', schema)
    found = [item.path for item in (low, high, none) if wanted.matches(item, Context())]
    assert found == [low.path]
    assert type_of(field) is kind


@pytest.mark.parametrize("name", ["number", "status", "category", "choice", "date", "version"])
def test_it_explains_what_it_cannot_filter_by(name: str) -> None:
    schema, field = schema_with(TYPES[name])
    with pytest.raises(TermError, match="no such word") as caught:
        TYPES[name].test("no such word", field, schema)
    assert caught.value.help


def test_it_has_a_sample_a_text_and_a_look(kind: FieldType[Any]) -> None:
    schema, field = schema_with(kind)
    assert kind.sample(field, schema)
    proposal = read(VALUES[kind.name][0], schema)
    assert all(kind.texts(proposal, field, Catalog([proposal], schema)))
    if kind.has_facet or kind.is_searched:
        assert all(kind.facet_words(proposal.fields["probe"]))
    assert kind.name in ITEMS


def test_it_is_in_the_reference() -> None:
    reference = Path("docs/reference/configuration.md").read_text(encoding="utf-8").partition("(field-types)=")[2]
    assert [name for name in TYPES if f"`{name}`" not in reference] == []

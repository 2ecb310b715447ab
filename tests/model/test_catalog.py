"""The catalog: lookups, and relations in both directions."""

from __future__ import annotations

import msgspec
import pytest

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.proposal import FieldValue, Proposal, Reference, State
from sphinxext_dep.model.source import Span
from tests.timing import linear_time

NOWHERE = Span(0, 0, 1, 1)


def proposal(path: str, number: int | None = None, slug: str = "", **relations: str) -> Proposal:
    """A record with the given relations, each a string of keys: ``replaces="1 2"``."""
    fields = {
        (key := name.replace("_", "-")): FieldValue(
            key=key,
            label=key,
            state=State.GIVEN,
            raw=keys,
            value=tuple(Reference(word, word, NOWHERE) for word in keys.split()),
            span=NOWHERE,
            label_span=NOWHERE,
            spelling="block",
        )
        for name, keys in relations.items()
    }
    return Proposal(
        path=path, number=number, numbers=(), slug=slug, title="", title_span=None, status=None, status_raw="",
        category=None, category_raw="", fields=fields, extra=(), sections=(), summary="", spellings=(),
        header_span=None, suppressions=(),
    )  # fmt: skip


def paths(proposals) -> list[str]:
    return [item.path for item in proposals]


def test_proposals_are_sorted_by_path_whatever_their_order():
    catalog = Catalog([proposal("b.md", 1), proposal("a.md", 2)], DEFAULT)
    assert paths(catalog.proposals) == ["a.md", "b.md"]
    assert list(catalog.by_path) == ["a.md", "b.md"]


def test_duplicates_are_kept_by_number_and_by_slug():
    catalog = Catalog([proposal("b.md", 7, "retry"), proposal("a.md", 7, "Retry")], DEFAULT)
    assert paths(catalog.by_number[7]) == ["a.md", "b.md"]
    assert paths(catalog.by_slug["retry"]) == ["a.md", "b.md"]


@pytest.mark.parametrize("key", ["12", "0012", "DEP-12", "dep-0012", "DEP 12", "DEP12", " 12 ", "Stream-Errors"])
def test_every_way_to_name_a_proposal_resolves(key):
    catalog = Catalog([proposal("0012.md", 12, "stream-errors"), proposal("0013.md", 13, "other")], DEFAULT)
    found = catalog.resolve(key)
    assert found is not None
    assert found.number == 12


@pytest.mark.parametrize("key", ["", "99", "DEP-99", "no-such", "-12", "1" * 5000, "١٢"])
def test_what_names_nothing_resolves_to_nothing(key):
    catalog = Catalog([proposal("0012.md", 12), proposal("x.md")], DEFAULT)
    assert catalog.resolve(key) is None
    assert catalog.candidates(key) == ()


def test_the_prefix_is_the_schemas():
    schema = msgspec.structs.replace(DEFAULT, prefix="J.P")
    catalog = Catalog([proposal("a.md", 3)], schema)
    assert catalog.resolve("j.p-0003") is not None
    assert catalog.resolve("jxp-0003") is None
    assert catalog.resolve("DEP-3") is None


def test_a_number_comes_before_a_slug():
    catalog = Catalog([proposal("a.md", None, "12"), proposal("b.md", 12, "b")], DEFAULT)
    found = catalog.resolve("12")
    assert found is not None
    assert found.path == "b.md"


def test_of_one_number_the_first_path_wins_but_a_shared_slug_is_ambiguous():
    catalog = Catalog([proposal("b.md", 7, "x"), proposal("a.md", 7, "x")], DEFAULT)
    found = catalog.resolve("7")
    assert found is not None
    assert found.path == "a.md"
    assert paths(catalog.candidates("7")) == ["a.md", "b.md"]
    assert catalog.resolve("x") is None
    assert paths(catalog.candidates("x")) == ["a.md", "b.md"]


def test_a_shared_slug_of_digits_is_ambiguous_too():
    catalog = Catalog([proposal("a.md", None, "2024"), proposal("b.md", None, "2024")], DEFAULT)
    assert catalog.resolve("2024") is None


def test_forward_keeps_what_was_written_with_or_without_a_target():
    one, two = proposal("1.md", 1, extends="2 9"), proposal("2.md", 2)
    catalog = Catalog([one, two], DEFAULT)
    assert [(ref.key, target and target.path) for ref, target in catalog.forward(one, "extends")] == [
        ("2", "2.md"),
        ("9", None),
    ]
    assert catalog.forward(two, "extends") == ()
    assert catalog.forward(one, "no-such-field") == ()


def test_reverse_is_derived_once_each_sorted_and_without_oneself():
    target = proposal("5.md", 5, "target", extends="5")
    catalog = Catalog([proposal("9.md", 9, extends="5 target"), proposal("1.md", 1, extends="5"), target], DEFAULT)
    assert paths(catalog.reverse(target, "extends")) == ["1.md", "9.md"]
    assert catalog.reverse(target, "replaces") == ()


def test_both_ways_joins_what_each_side_states():
    new = proposal("9.md", 9, replaces="3 9 3")
    old = proposal("3.md", 3)
    silent = proposal("4.md", 4, replaced_by="9")
    both = proposal("2.md", 2, replaced_by="9")
    catalog = Catalog([new, old, silent, both], DEFAULT)
    assert paths(catalog.related_both_ways(new, "replaces")) == ["3.md", "2.md", "4.md"]
    assert paths(catalog.related_both_ways(old, "replaced-by")) == ["9.md"]
    assert paths(catalog.related_both_ways(both, "replaced-by")) == ["9.md"]
    assert catalog.related_both_ways(old, "replaces") == ()


def test_a_symmetric_relation_is_its_own_inverse():
    catalog = Catalog([a := proposal("1.md", 1, related="2"), b := proposal("2.md", 2)], DEFAULT)
    assert paths(catalog.related_both_ways(b, "related")) == ["1.md"]
    assert paths(catalog.related_both_ways(a, "related")) == ["2.md"]


def test_a_relation_without_inverse_is_not_turned_round():
    catalog = Catalog([proposal("1.md", 1, extends="2"), b := proposal("2.md", 2)], DEFAULT)
    assert catalog.related_both_ways(b, "extends") == ()


def test_labels():
    catalog = Catalog([], DEFAULT)
    assert catalog.label(proposal("a.md", 12, "a")) == "DEP-0012"
    assert catalog.label(proposal("a.md", 0, "a")) == "DEP-0000"
    assert catalog.label(proposal("a.md", None, "a")) == "a"


def test_a_hub_of_twenty_thousand_relations_is_built_in_linear_time():
    count = 20_000
    hub = proposal("hub.md", None, "hub", related=" ".join(map(str, range(count))))
    spokes = [proposal(f"{n:05}.md", n, related="hub hub") for n in range(count)]
    with linear_time():
        catalog = Catalog([hub, *spokes], DEFAULT)
        assert len(catalog.related_both_ways(hub, "related")) == count

"""What options of directives mean: a field's filter, an order, groups and columns."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Schema
from sphinxext_dep.query.filters import DEFAULT_ORDER, QueryError, SortKey, group, sort
from sphinxext_dep.query.parse import match_option, parse_columns, parse_group, parse_sort
from tests.edit.shelf import OTHER, PROPOSALS, matched
from tests.factory import make_proposal

Reader = Callable[[str, Schema], object]


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("status", "Draft, Under Review", "7 12"),
        ("status", '"Under Review"', "7"),
        ("status", " open ", "7 12"),
        ("number", "1-3, 12", "1 3 12"),
        ("number", "1..3,12..", "1 3 12"),
        ("author", "@octo", "1 12"),
        ("author", "Ada Lovelace, Grace  Hopper", "1 3"),
        ("reviewer", "@ada", "7"),
        ("tag", '"wire format"', "1"),
        ("review-date", "< 2026", "1"),
        ("review-date", ' "2025"..2026-02, 1999', "1 3"),
        ("title", "the wire, conduct", "3 7"),
        ("category", "Architecture", "1"),
    ],
)
def test_options(key: str, value: str, expected: str) -> None:
    assert matched(match_option(key, value, DEFAULT)) == expected


@pytest.mark.parametrize(
    ("key", "value", "wrong", "message"),
    [
        ("status", "Draft,  Aproved ", "Aproved", "'Aproved' is not a status"),
        ("status", 'Draft, "Under"', '"Under"', "'Under' is not a status"),
        ("status", "Draft,, Approved", "", "a value is missing"),
        ("status", "Draft, ", " ", "a value is missing"),
        ("status", "", "", "a value is missing"),
        ("tag", 'a, "b', '"b', "the quotation mark is not closed"),
        ("tag", 'a, b "c"', '"c"', "there is something beside the quotation marks"),
        ("number", "1, x", "x", "'x' is not a number"),
        ("staus", "Draft", "Draft", "there is no field 'staus'"),
    ],
)
def test_errors_in_options(key: str, value: str, wrong: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        match_option(key, value, DEFAULT)
    assert value[caught.value.start : caught.value.end] == wrong
    assert caught.value.message == message


def ordered(text: str) -> str:
    names = {item.path: key for key, item in PROPOSALS.items()}
    shuffled = list(PROPOSALS.values())
    random.Random(1).shuffle(shuffled)
    return " ".join(names[item.path] for item in sort(shuffled, parse_sort(text, DEFAULT), DEFAULT))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("number", "1 3 7 12 x"),
        ("-number", "12 7 3 1 x"),
        ("title", "7 1 x 3 12"),
        ("-title", "12 3 x 1 7"),
        # In the order of the lifecycle; a status that is none comes last, both ways.
        ("status", "12 7 3 1 x"),
        ("-status", "1 3 7 12 x"),
        # Schema order; a missing category and one that is none come last, by number.
        ("category", "1 3 7 12 x"),
        ("-category", "7 3 1 12 x"),
        ("review-date", "1 3 7 12 x"),
        ("-review-date", "7 3 1 12 x"),
        # By the first name; equal ones by what comes next.
        ("author", "1 x 3 12 7"),
        ("sponsor, -number", "1 12 7 3 x"),
        ("has-none, -number", ""),
        (" - review_date ,slug", "7 3 1 x 12"),
        ("path", "1 3 7 12 x"),
        ("replaces, -title", "3 12 x 1 7"),
        ("tags", "1 3 7 12 x"),
    ],
)
def test_sort(text: str, expected: str) -> None:
    if expected:
        assert ordered(text) == expected
    else:
        with pytest.raises(QueryError, match="there is no field 'has-none'"):
            ordered(text)


def test_the_default_order_is_by_number_then_slug() -> None:
    unnumbered = [make_proposal(None, title) for title in ("Zoo", "Ant")]
    chosen = sort([*unnumbered, make_proposal(20), make_proposal(3)], DEFAULT_ORDER, DEFAULT)
    assert [item.number or item.slug for item in chosen] == [3, 20, "ant", "zoo"]
    assert sort(chosen[::-1], (), DEFAULT) == chosen


def test_a_status_outside_of_the_lifecycle_comes_behind_it() -> None:
    everyone = [
        make_proposal(number, status=name, schema=OTHER) for number, name in enumerate(("Dead", "Open", "Talk"))
    ]
    assert [item.status for item in sort(everyone, [SortKey("status")], OTHER)] == ["Talk", "Open", "Dead"]


def test_choices_stand_in_the_order_of_the_schema() -> None:
    impacts = ("Very High", "tiny", "low", "")
    everyone = [make_proposal(number, impact=text, schema=OTHER) for number, text in enumerate(impacts)]
    assert [item.number for item in sort(everyone, parse_sort("impact", OTHER), OTHER)] == [2, 0, 1, 3]
    assert [item.number for item in sort(everyone, parse_sort("-impact", OTHER), OTHER)] == [0, 2, 1, 3]
    groups = group(everyone, "impact", OTHER)
    assert [heading for heading, _members in groups] == ["low", "Very High", "tiny", "None"]


@given(st.permutations(list(PROPOSALS.values())), st.sampled_from(["status", "-author", "review-date, -title", ""]))
def test_the_order_of_what_comes_in_does_not_count(shuffled: list[Proposal], text: str) -> None:
    keys = parse_sort(text, DEFAULT) if text else ()
    assert sort(shuffled, keys, DEFAULT) == sort(PROPOSALS.values(), keys, DEFAULT)


def grouped(field: str, schema: Schema = DEFAULT) -> dict[str, str]:
    names = {item.path: key for key, item in PROPOSALS.items()}
    groups = group(PROPOSALS.values(), parse_group(field, schema), schema, none="nothing")
    return {heading: " ".join(names[item.path] for item in members) for heading, members in groups}


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        # Schema order; the words of a status that is none are a group of their own behind the others.
        ("status", {"Draft": "12", "Under Review": "7", "Approved": "3", "Implemented": "1", "Aproved": "x"}),
        ("category", {"Architecture": "1", "Process": "3", "Guidelines": "7", "CI/CD": "x", "nothing": "12"}),
        # Under every person; a name is a better heading than a handle; @octo and octo are the same.
        ("author", {"Ada Lovelace": "1 12", "Ann Other": "x", "@bob": "1", "Grace Hopper": "3", "@org/team": "7"}),
        ("sponsor", {"@bob": "1", "nothing": "3 7 12 x"}),
        ("tag", {"cache": "1", "wire format": "1", "nothing": "3 7 12 x"}),
        ("replaces", {"DEP-0001": "3", "old-one": "3", "nothing": "1 7 12 x"}),
        ("review-date", {"2025-07-09": "1", "2026-02-28": "3", "2026-06-30": "7", "07/01/2025": "12", "nothing": "x"}),
        ("number", {"DEP-0001": "1", "DEP-0003": "3", "DEP-0007": "7", "DEP-0012": "12", "nothing": "x"}),
        ("implementation", {"https://forge.org/pull/15": "1", "nothing": "3 7 12 x"}),
    ],
)
def test_group(field: str, expected: dict[str, str]) -> None:
    found = grouped(field)
    assert found == expected
    assert list(found) == list(expected)


@pytest.mark.parametrize("handles", [("@octo", "@octo (Ada)", "octo"), ("octo", "@Octo", "@octo (Ada)")])
def test_a_group_of_people_has_the_best_heading_whoever_comes_first(handles: tuple[str, ...]) -> None:
    everyone = [make_proposal(number, authors=author) for number, author in enumerate(handles)]
    assert [heading for heading, _members in group(everyone, "authors", DEFAULT)] == ["Ada"]
    bare = [make_proposal(number, authors=author) for number, author in enumerate(("octo", "@octo"))]
    assert [heading for heading, _members in group(bare, "authors", DEFAULT)] == ["@octo"]


def test_a_person_named_twice_is_in_the_group_once() -> None:
    groups = group([make_proposal(1, authors="@octo, octo")], "authors", DEFAULT)
    assert [(heading, len(members)) for heading, members in groups] == [("@octo", 1)]


@pytest.mark.parametrize(
    ("text", "schema", "expected"),
    [
        ("number, Title,status", DEFAULT, ("number", "title", "status")),
        ("reviewer, Review Date, PR", DEFAULT, ("required-reviewers", "review-date", "pull-request")),
        ("summary", DEFAULT, ("summary",)),
        # The number keeps the label that the process gives it.
        ("number, title", OTHER, ("rfc", "title")),
    ],
)
def test_columns(text: str, schema: Schema, expected: tuple[str, ...]) -> None:
    assert parse_columns(text, schema) == expected


@pytest.mark.parametrize(
    ("read", "text", "wrong", "message"),
    [
        (parse_columns, "number, tilte", "tilte", "there is no field 'tilte'"),
        (parse_columns, "number, title, Number", "Number", "'Number' is listed twice"),
        (parse_columns, "number,,title", "", "a value is missing"),
        (parse_columns, "", "", "a value is missing"),
        (parse_sort, "title, - staus", "staus", "there is no field 'staus'"),
        (parse_sort, "title, -title", "-title", "'title' is listed twice"),
        (parse_sort, "-", "", "there is no field ''"),
        (parse_group, "status, category", "category", "proposals are grouped by one field only"),
        (parse_group, "staus", "staus", "there is no field 'staus'"),
    ],
)
def test_errors_in_lists_of_fields(read: Reader, text: str, wrong: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        read(text, DEFAULT)
    assert text[caught.value.start : caught.value.end] == wrong
    assert caught.value.message == message


@given(st.text(st.sampled_from('-,"_ ab') | st.characters()), st.sampled_from([parse_sort, parse_columns, parse_group]))
def test_no_list_of_fields_raises_anything_else(text: str, read: Reader) -> None:
    try:
        read(text, DEFAULT)
    except QueryError as error:
        place = (error.start, error.end)
    else:
        place = (0, 0)
    assert 0 <= place[0] <= place[1] <= len(text)

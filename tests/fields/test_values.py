"""Every reader of values, by tables of examples in ``values/*.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.fields import type_of
from sphinxext_dep.fields.date import parse_date, parse_dates
from sphinxext_dep.fields.links import parse_links
from sphinxext_dep.fields.people import parse_people
from sphinxext_dep.fields.references import parse_references
from sphinxext_dep.fields.text import parse_tags
from sphinxext_dep.fields.tokens import MAX_VALUE_CHARS
from sphinxext_dep.model.messages import quoted
from sphinxext_dep.model.numbers import file_number, names_number, normalise_key, parse_number, title_number
from sphinxext_dep.model.proposal import Person, State
from sphinxext_dep.model.schema import Category, Field, Notation
from sphinxext_dep.model.source import Source, Span

TABLES = Path(__file__).parent / "values"


SITE = msgspec.structs.replace(DEFAULT, addresses=("https://example.org", "https://github.com/org/repo"), folder="docs")


def table(name: str) -> dict[str, Any]:
    return tomllib.loads((TABLES / f"{name}.toml").read_text(encoding="utf-8"))


def cases(name: str) -> list[Any]:
    return [pytest.param(case, id=case["raw"]) for case in table(name)["case"]]


def pairs(name: str, key: str) -> list[tuple[Any, str]]:
    """What is expected, with every way of writing it."""
    return [(case, written) for case in table(name)[key] for written in case.get("written") or case["forms"]]


def on_a_page(raw: str) -> tuple[Source, Span]:
    """A page that holds *raw* verbatim, with the same text before and behind it."""
    label = "**Label**: "
    source = Source("deps/0001-x.md", f"{raw}\n\n{label}{raw}\n\n{raw}\n")
    start = len(raw) + 2 + len(label)
    return source, source.span(start, start + len(raw))


def text_at(source: Source, span: Span) -> str:
    assert source.span(span.start, span.end) == span, "line and column belong to the offsets"
    return source.text[span.start : span.end]


def check_items(case: dict[str, Any], items: Any, source: Source, span: Span) -> None:
    """Spans and problems, which all lists have."""
    assert [text_at(source, item.span) for item in items] == case.get("at", [case["raw"]])
    assert all(span.start <= item.span.start and item.span.end <= span.end for item in items)
    problems = case.get("problem", [""] * len(items))
    for item, words in zip(items, problems, strict=True):
        assert words in item.problem
        assert bool(words) == bool(item.problem)


@pytest.mark.parametrize("case", cases("people"))
def test_people(case):
    source, span = on_a_page(case["raw"])
    people = parse_people(case["raw"], source, span)
    assert [[person.name, person.handle or "", person.url or ""] for person in people.items] == case["people"]
    assert "notes" not in case or [person.note for person in people.items] == case["notes"]
    assert (people.unknown and text_at(source, people.unknown)) == case.get("unknown")
    check_items(case, people.items, source, span)


@pytest.mark.parametrize("case", cases("links"))
def test_links(case):
    source, span = on_a_page(case["raw"])
    links = parse_links(case["raw"], source, span)
    assert [[link.url, link.text] for link in links] == case["links"]
    check_items(case, links, source, span)


@pytest.mark.parametrize("case", cases("groups"))
def test_groups(case):
    source, span = on_a_page(case["raw"])
    groups = parse_people(case["raw"], source, span, and_separates=False)
    assert [[group.name, group.handle or ""] for group in groups.items] == case["groups"]
    check_items(case, groups.items, source, span)
    assert (groups.unknown is not None) == case.get("more", False)


@pytest.mark.parametrize("case", cases("references"))
def test_references(case):
    source, span = on_a_page(case["raw"])
    references = parse_references(case["raw"], source, span, SITE)
    assert [[reference.key, reference.note] for reference in references] == case["references"]
    check_items(case, references, source, span)


@pytest.mark.parametrize(("case", "raw"), pairs("references", "same"))
def test_forms_of_one_reference(case, raw):
    source, span = on_a_page(raw)
    [reference] = parse_references(raw, source, span, SITE)
    assert (reference.key, reference.note, reference.problem) == (case["key"], "", "")
    assert text_at(source, reference.span) == raw


def test_the_prefix_is_the_processs_own():
    schema = msgspec.structs.replace(DEFAULT, prefix="P.E+P")
    source, span = on_a_page("p.e+p-3, PxEEP-4")
    three, four = parse_references("p.e+p-3, PxEEP-4", source, span, schema)
    assert (three.key, four.key) == ("3", "")
    assert file_number("p.e+p-0003-x.md", "P.E+P") == (3, "x")


@pytest.mark.parametrize(("case", "raw"), pairs("dates", "case"))
def test_dates(case, raw):
    date = parse_date(raw)
    readings = tuple(case["readings"])
    assert date.readings == readings
    assert date.iso == (readings[0] if len(readings) == 1 else None)
    assert not date.canonical


@pytest.mark.parametrize("raw", table("dates")["canonical"])
def test_canonical_dates(raw):
    date = parse_date(f" {raw}\n")
    assert (date.iso, date.canonical, date.readings) == (raw, True, (raw,))


@pytest.mark.parametrize(("case", "raw"), pairs("states", "case"))
def test_states(case, raw):
    for key in case["fields"]:
        assert type_of(DEFAULT.fields[key]).state(raw, DEFAULT.fields[key], DEFAULT) is State(case["state"]), key


def test_the_words_of_the_process_come_first():
    categories = {"None": Category(name="None"), "To Do": Category(name="To Do", aliases=("TODO",))}
    choice = Field(key="risk", label="Risk", type="choice", choices=("None", "Low"))
    schema = msgspec.structs.replace(DEFAULT, categories=categories, fields=DEFAULT.fields | {"risk": choice})
    category = DEFAULT.fields["category"]
    assert type_of(category).state("None", category, schema) is State.GIVEN
    assert type_of(category).state("TODO", category, schema) is State.GIVEN
    assert type_of(category).state("None | TODO", category, schema) is State.PLACEHOLDER
    assert type_of(choice).state("none", choice, schema) is State.GIVEN
    assert type_of(choice).state("None | Low", choice, schema) is State.PLACEHOLDER


NUMBERS = table("numbers")


@pytest.mark.parametrize(("number", "raw"), [(key, raw) for key, raws in NUMBERS["number"].items() for raw in raws])
def test_numbers(number, raw):
    assert parse_number(raw, "DEP") == (None if number == "none" else int(number))


@pytest.mark.parametrize(("key", "raw"), [(key, raw) for key, raws in NUMBERS["key"].items() for raw in raws])
def test_keys(key, raw):
    assert normalise_key(raw, "DEP") == (None if key == "none" else key)


@pytest.mark.parametrize("case", NUMBERS["file"], ids=lambda case: case["name"])
def test_file_names(case):
    assert file_number(case["name"], "DEP") == (case.get("number"), case["slug"])


def test_a_prefix_in_a_file_name_must_be_known():
    assert file_number("dep-0012-x.md") == (None, "dep-0012-x")


@pytest.mark.parametrize("case", NUMBERS["title"], ids=lambda case: case["written"])
def test_titles(case):
    number, title, length = title_number(case["written"], "DEP")
    assert (number, title) == (case.get("number"), case["title"])
    assert case["written"][length:].strip() == case["title"]


@pytest.mark.parametrize(
    ("title", "is_named"),
    [
        ("Retry", False),
        ("DEP 4: Retry", True),
        ("[dep-04] Retry", True),
        ("DEP 5: Retry", False),
        ("Undo DEP-0004", True),
    ],
)
def test_whether_a_title_names_the_number_already(title: str, is_named: bool) -> None:
    assert names_number(title, "DEP-0004", 4, "DEP") is is_named


@pytest.mark.parametrize(
    ("raw", "tags"),
    [
        ("api, http", ("api", "http")),
        ("api; http\nerror handling", ("api", "http", "error handling")),
        ("- api\n- `http`", ("api", "http")),
        ('[api, "http", api,]', ("api", "http")),
        (" , ;", ()),
    ],
)
def test_tags(raw, tags):
    assert parse_tags(raw) == tags


class TestPlaces:
    """The value's text is not always the page's."""

    def people(self, raw: str, page: str) -> list[str]:
        source = Source("x.md", page)
        people = parse_people(raw, source, source.span(0, len(page)))
        return [text_at(source, person.span) for person in people.items]

    def test_quotes_were_resolved(self):
        assert self.people("@a, Ada", '"@a, Ada"') == ["@a", "Ada"]

    def test_lines_were_joined(self):
        assert self.people("@a\nAda\n@b", "@a\n    - Ada\n\n    - @b") == ["@a", "Ada", "@b"]
        assert self.people("@a, Ada, @b", "\n  - @a\n  - Ada\n  - @b") == ["@a", "Ada", "@b"]

    def test_comments_were_removed(self):
        assert self.people("Ada , Bob", "Ada <!-- Bob, too --> , Bob <!-- Ada -->") == ["Ada", "Bob"]
        source = Source("x.md", "Ada <!-- Bob --> , Bob")
        _, bob = parse_people("Ada , Bob", source, source.span(0, 22)).items
        assert bob.span.start == 19

    def test_a_name_is_not_found_in_another_word(self):
        source = Source("x.md", "Alan <!-- --> Turing, Al, Alan")
        places = [person.span.start for person in parse_people("Bo, Al, Alan", source, source.span(0, 30)).items]
        assert places == [0, 22, 26]

    def test_what_is_not_there_has_the_values_place(self):
        assert self.people("Ada, Bob", '"\\u0041da, Bob"') == ['"\\u0041da, Bob"', "Bob"]

    def test_a_span_beyond_the_page_is_harmless(self):
        source = Source("x.md", "Ada")
        span = Span(10, 99, 7, 1)
        assert parse_people("Ada", source, span).items == (Person("Ada", None, None, span),)


def test_values_beyond_measure_are_said_to_be_so():
    raw = "a" * (MAX_VALUE_CHARS + 1)
    source, span = on_a_page(raw)
    for items in (
        parse_people(raw, source, span).items,
        parse_links(raw, source, span),
        parse_references(raw, source, span, DEFAULT),
    ):
        assert [(item.span, "too long" in item.problem) for item in items] == [(span, True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n b", "`a b`"),
        ("a`b", "“a`b”"),
        ("a\x1b[31m", "`a\ufffd[31m`"),
        ("x" * 61, f"`{'x' * 59}…`"),
        ("x" * 100_000, f"`{'x' * 59}…`"),
    ],
)
def test_problems_repeat_text_on_one_line(text, expected):
    assert quoted(text) == expected


@pytest.mark.parametrize("case", cases("date_lists"))
def test_lists_of_dates(case: dict[str, Any]) -> None:
    source, span = on_a_page(case["raw"])
    days = parse_dates(case["raw"], source, span, Notation.ISO)
    assert [day.iso or "?" for day in days] == case["days"]
    assert [day.url for day in days] == case.get("links", [""] * len(days))
    check_items(case, days, source, span)

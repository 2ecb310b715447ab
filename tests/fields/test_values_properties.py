"""What holds for every value: nothing raises, spans stay inside, lists survive a round trip, time is linear."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

import pyromark
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.fields import people, type_of
from sphinxext_dep.fields.date import parse_date
from sphinxext_dep.fields.links import parse_links, url_problem
from sphinxext_dep.fields.people import parse_people
from sphinxext_dep.fields.references import parse_references
from sphinxext_dep.fields.text import parse_tags
from sphinxext_dep.fields.tokens import Kind, Places, tokenize
from sphinxext_dep.model import schema
from sphinxext_dep.model.numbers import file_number, normalise_key, parse_number, title_number
from sphinxext_dep.model.source import Source, Span
from tests.timing import linear_time

# Pieces of every grammar at once, so that their corners meet.
PIECES = (
    "@", "@octo", "@org/team", "Ada", "Lovelace", "[", "]", "(", ")", "<", ">", "](", "][", "*", "**", "_", "`",
    '"', "'", "\\", ",", ";", " ", "\n", "\r\n", "\t", "- ", "* ", "1. ", "[x] ", "<br>", " and ", " & ", ".", ":",
    "/", "#", "|", "!", "?", "https://", "https://a.example/x", "https://github.com/octo", "mailto:", "javascript:",
    "dep:", "ada@example.org", "DEP", "DEP-", "3", "0003", "1000000", "-stream-errors", ".md", "NNNN", "{dep}`",
    "TBD", "N/A", "None", "Draft", "Name/Team", "2025", "-07-09", "07/01/2025", "July", "9th", "<!--", "-->",
    "&amp;", "&#58;", "\u202e", "\u200c", "\0", "é", "²", "李", "😀",
)  # fmt: skip

# A busy machine is not a failure.
untimed = settings(deadline=None)

VALUES = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=25).map("".join))


def read_lists(raw: str, source: Source, span: Span) -> list[Any]:
    people = parse_people(raw, source, span)
    places = [people.unknown] if people.unknown else []
    items: list[Any] = [*people.items, *parse_links(raw, source, span), *parse_references(raw, source, span, DEFAULT)]
    return places + [item.span for item in items]


@untimed
@given(VALUES, VALUES, st.booleans())
def test_no_text_raises_and_spans_stay_inside(raw, other, is_verbatim):
    # What the page holds may have little to do with the value as read.
    written = raw if is_verbatim else other
    source = Source("deps/x.md", f"before\n{written}\nbehind")
    span = source.span(7, 7 + len(written))
    for place in read_lists(raw, source, span):
        assert span.start <= place.start <= place.end <= span.end
        assert place == source.span(place.start, place.end)


@untimed
@given(VALUES)
def test_no_text_raises(raw):
    for field in DEFAULT.fields.values():
        type_of(field).state(raw, field, DEFAULT)
    assert all(0 <= number <= 999_999 for number in (parse_number(raw, "DEP"), file_number(raw, "DEP")[0]) if number)
    parse_date(raw), parse_tags(raw), normalise_key(raw, "DEP"), title_number(raw, "DEP")
    assert file_number(raw + ".md")[1] or not raw.rpartition("/")[2].strip() or raw.endswith("/")


@untimed
@given(VALUES)
def test_tokens_cover_the_value(raw):
    tokens = list(tokenize(raw))
    assert "".join(raw[token.start : token.end] for token in tokens) == raw
    assert all(token.end > token.start for token in tokens)


# Without the letters of `N/A` and `TBD`, which say that there is nobody.
@untimed
@given(st.text("@xé李[](){}<>,;:.|/\\ \n*_`\"'1&!", max_size=40))
def test_no_text_is_lost(raw):
    """A value that says something is items, be they right or wrong."""
    assume(any(char.isalnum() for char in raw))
    source = Source("deps/x.md", raw)
    span = source.span(0, len(raw))
    assert parse_links(raw, source, span)
    assert parse_people(raw, source, span).items
    assert parse_references(raw, source, span, DEFAULT)


@untimed
@given(VALUES)
def test_only_addresses_are_links(raw):
    source = Source("deps/x.md", raw)
    span = source.span(0, len(raw))
    for link in parse_links(raw, source, span):
        if not link.problem:
            assert link.url.lower().startswith(("http://", "https://", "mailto:"))
            assert not url_problem(link.url)
    for person in parse_people(raw, source, span).items:
        assert person.url is None or not url_problem(person.url)
        assert person.handle is None or f"@{person.handle}" in raw.replace("\\", "") or person.url


# --- round trips ----------------------------------------------------------------------------------------------------

SEGMENTS = st.text("abcXYZ019_-", min_size=1, max_size=39)
HANDLES = st.one_of(SEGMENTS, st.tuples(SEGMENTS, SEGMENTS).map("/".join))
SEPARATORS = (", ", ",", "; ", " ", "\n", " and ", " & ", ", and ", "<br>", " , ", "\n- ")
LINK_FORMS = ("@{0}", "[@{0}](https://github.com/{0})", "[@{0}]", "(@{0})", "**@{0}**", "- @{0}", '"@{0}"')


@untimed
@given(st.lists(HANDLES, min_size=1, max_size=6), st.data())
def test_any_list_of_handles_in_any_style(handles, data):
    raw = ""
    for handle in handles:
        if raw:
            raw += data.draw(st.sampled_from(SEPARATORS))
        form = data.draw(st.sampled_from(LINK_FORMS))
        # A list item begins a line; a parenthesis behind a person says more about that person.
        form = "@{0}" if form.startswith(("-", "(")) and raw and not raw.endswith("\n") else form
        raw += form.format(handle)
    source = Source("deps/x.md", raw)
    people = parse_people(raw, source, source.span(0, len(raw)))
    assert [person.handle for person in people.items] == handles
    assert [person.name for person in people.items] == handles
    assert not any(person.problem for person in people.items)


@untimed
@given(st.lists(st.integers(0, 999_999), min_size=1, max_size=6), st.data())
def test_any_list_of_numbers_in_any_style(numbers, data):
    forms = ("{}", "#{}", "DEP-{:04d}", "dep {}", "{:04d}-x-ray.md", "[text](../deps/{:04d}-x.md)", "[](dep:{})")
    raw = data.draw(st.sampled_from(SEPARATORS)).join(data.draw(st.sampled_from(forms)).format(n) for n in numbers)
    source = Source("deps/x.md", raw)
    references = parse_references(raw, source, source.span(0, len(raw)), DEFAULT)
    assert [reference.key for reference in references] == [str(number) for number in numbers]


@untimed
@given(st.dates(date(1970, 1, 1), date(2999, 12, 31)))
def test_any_date(day):
    assert parse_date(day.isoformat()).iso == day.isoformat()
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    month = months[day.month - 1]
    weekday = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day.weekday()]
    for written in (
        f"{month} {day.day} {day.year}",
        f"{day.day} {month} {day.year}",
        f"{weekday}, {month} {day.day:02d}, {day.year}",
        f"{day.year}/{day.month}/{day.day}",
        day.strftime("%Y%m%d"),
    ):
        read = parse_date(written)
        assert (read.iso, read.canonical) == (day.isoformat(), False), written
    for written in (f"{day.day}/{day.month}/{day.year}", f"{day.month}.{day.day}.{day.year}"):
        readings = parse_date(written).readings
        assert day.isoformat() in readings
        assert len(readings) == (2 if day.day <= 12 and day.day != day.month else 1)


@untimed
@given(st.integers(0, 999_999), st.sampled_from(("{}", "{:04d}", "DEP-{:04d}", "DEP {}", "#{}", "{:04d}-x.md")))
def test_any_number_has_one_key(number, form):
    assert normalise_key(form.format(number), "DEP") == str(number)


# --- as CommonMark reads it -------------------------------------------------------------------------------------------

TEXTS = st.text("ab @.!", min_size=1, max_size=8).map(lambda text: f"a{text}b")
PARTS = st.lists(
    st.sampled_from(("a", "/", "?", "=", "&", "&amp;", "(b)", "(c(d))", "\\(", "\\_", "%20", "#")), max_size=8
)
TITLES = st.sampled_from(("", ' "title"', " 'title'", " (title)"))


@untimed
@given(TEXTS, PARTS, TITLES, st.booleans())
def test_links_lead_where_commonmark_says(text, parts, title, is_angled):
    target = "https://a.example/" + "".join(parts)
    raw = f"[{text}](<{target}>{title})" if is_angled else f"[{text}]({target}{title})"
    events: list[Any] = list(pyromark.events(raw))
    [destination] = [
        event["Start"]["Link"]["dest_url"] for event in events if "Link" in str(event) and "Start" in event
    ]
    [token] = tokenize(raw)
    assert (token.kind, token.text, token.url) == (Kind.LINK, text, destination)


# --- time -----------------------------------------------------------------------------------------------------------

SEEDS = (
    "[@user{0}](https://github.com/user{0}), ", "@user{0} ", "Ada {0}\n", "DEP-{0}, ", "https://a.example/{0} ",
    "(", "[", ")", "((a", "[a](", "[a][", "<", "<!--", "<!-- a -->", "*", "_", "`", "@", ",", "( ,", "\\", "a ",
    "a@", "a:", "0", "-", "https://a(", "https://a,", "https://", "Ada @a ", "Draft | ", "<br>", "and ", "&a;",
    "[x] ", "TBD, ", "{{dep}}`", "\n- ",
)  # fmt: skip


def repeated(seed: str, count: int) -> str:
    return "".join(seed.format(index) for index in range(count))


def altered(raw: str) -> str:
    """A page in which no line is as read, so that every item has to be searched."""
    return raw.replace("a", "<!-- x -->a").replace("@", " <!-- @ -->@").replace("(", "( ")


def steps(raw: str, written: str) -> int:
    """How much work it is to read *raw*: calls of functions, which no other process on the machine changes."""
    count = 0

    def counted(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += 1

    source = Source("deps/x.md", written)
    span = source.span(0, len(written))
    for remembered in (people._named, schema._folded):
        remembered.cache_clear()
    sys.setprofile(counted)
    try:
        read_lists(raw, source, span)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("alter", [str, altered], ids=["verbatim", "altered"])
@pytest.mark.parametrize("seed", SEEDS)
def test_ten_times_the_items_are_ten_times_the_work(seed, alter):
    few, many = repeated(seed, 60), repeated(seed, 600)
    assert steps(many, alter(many)) <= 12 * steps(few, alter(few)) + 1_000


@pytest.mark.parametrize("alter", [str, altered], ids=["verbatim", "altered"])
def test_twenty_thousand_people(alter):
    few, many = repeated("@user{0}, ", 2_000), repeated("@user{0}, ", 20_000)
    assert steps(many, alter(many)) <= 12 * steps(few, alter(few))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_hundred_thousand_characters_are_read_at_once(seed):
    """What happens inside one regular expression or search is no call, so it is timed."""
    raw = repeated(seed, 100_000 // len(seed))
    written = altered(raw)
    source = Source("deps/x.md", written)
    with linear_time():
        places = Places(raw, source, source.span(0, len(written)))
        for token in tokenize(raw):
            places.span(token.start, token.end)
        for field in DEFAULT.fields.values():
            type_of(field).state(raw, field, DEFAULT)
        parse_date(raw), parse_tags(raw), normalise_key(raw, "DEP"), title_number(raw, "DEP"), file_number(raw, "DEP")


def test_a_page_that_nearly_holds_the_value_everywhere():
    """Each search finds the value at once, and each time in the middle of a word."""
    raw = "a" * 200_000
    source = Source("deps/x.md", "a" * 600_000)
    with linear_time():
        Places(raw, source, source.span(0, len(source.text)))


def test_an_address_that_ends_in_brackets():
    """The form that once took CommonMark's own implementations quadratic time."""
    with linear_time():
        [address, *_] = tokenize("https://a" + ")" * 200_000)
    assert address.url == "https://a"

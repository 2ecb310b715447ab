"""The query language: what matches, and what is said when nothing can."""

from __future__ import annotations

import pickle
import subprocess
import sys
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.query.columns import Context
from sphinxext_dep.query.filters import Filter, QueryError, all_of
from sphinxext_dep.query.parse import match_option, parse
from tests.edit.shelf import CONTEXT, OTHER, PROPOSALS, matched
from tests.factory import make_proposal
from tests.timing import linear_time


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("", "1 3 7 12 x"),
        # Status: by name, alias, kind; in any case and spelling.
        ("status:Draft", "12"),
        ("status:draft,implemented", "1 12"),
        ('status:"Under Review"', "7"),
        ("status:under-review", "7"),
        ("status:Accepted", "3"),
        ("status:open", "7 12"),
        ("status:decided", "1 3"),
        ("status:closed", ""),
        ("status: Draft, Approved", "3 12"),
        ("-status:Draft", "1 3 7 x"),
        # Category.
        ("category:guideline", "7"),
        ("type:Process,Architecture", "1 3"),
        # People: by handle or name, with or without @; a name is matched as a whole.
        ("author:octo", "1 12"),
        ("author:@OCTO", "1 12"),
        ('authors:"ada lovelace"', "1"),
        ("author:ada", ""),
        ("author:org/team,bob", "1 7"),
        ("reviewer:@ada", "7"),
        ("required-reviewers:ada", "7"),
        # Numbers.
        ("number:3", "3"),
        ("number:0003", "3"),
        ("number:DEP-3", "3"),
        ("number:3..7", "3 7"),
        ("number:3-7", "3 7"),
        ("number:DEP-3-DEP-7", "3 7"),
        ("number:7..", "7 12"),
        ("number:..3", "1 3"),
        ("number:1,7..9", "1 7"),
        ("number:<7", "1 3"),
        ("number:<=7", "1 3 7"),
        ("number:>3", "7 12"),
        ("number:>=7", "7 12"),
        ("number:=7", "7"),
        # Dates; one that can be read two ways is never matched.
        ("review-date:2026-02-28", "3"),
        ("review-date:<2026-02-28", "1"),
        ("review-date:<=2026-02-28", "1 3"),
        ("review-date:>2026-02-28", "7"),
        ("review-date:>= 2026-02-28", "3 7"),
        ("review-date:2026-02", "3"),
        ("review-date:2026", "3 7"),
        ("review-date:>2025", "3 7"),
        ("review-date:2025..2026-02", "1 3"),
        ("review-date:2026..", "3 7"),
        ('review-date:"2025"..2026-02', "1 3"),
        ('review-date:2025.."2026-02",1999 (number:"1".."7")', "1 3"),
        ('review-date:>="2026-02-28" -number:"3"', "7"),
        ("review-date:..2025-12", "1"),
        ("review_date:2025,2026-06", "1 7"),
        # References, tags, links, texts.
        ("replaces:1", "3"),
        ("replaces:DEP-1", "3"),
        ("replaces:OLD-one", "3"),
        ("replaces:3", ""),
        ("tag:cache", "1"),
        ("tag:wire-format,x", "1"),
        ("tag:wire", ""),
        ("implementation:pull/15", "1"),
        ("title:cache", "1 x"),
        ('title:"the wire"', "3"),
        ("title:école", "12"),
        ("slug:drop", "x"),
        ("path:deps/00", "1 3 7 12"),
        ("summary:reads", "1"),
        # Given or not.
        ("has:sponsor", "1"),
        ("no:sponsor", "3 7 12 x"),
        ("no:category,number", "12 x"),
        ("has:review-date", "1 3 7 12"),
        ("has:title", "1 3 7 12 x"),
        ("is:numbered", "1 3 7 12"),
        ("-is:numbered", "x"),
        ("no:number", "x"),
        ("is:invalid", "x"),
        # Decided proposals are done, whatever their review date.
        ("is:overdue", "7"),
        # Words and phrases: in number, title, people, tags, summary.
        ("cache", "1 x"),
        ("CACHE index", "1"),
        ('"wire format"', "1 3"),
        ('"format  wire"', ""),
        ("dep-0012", "12"),
        ("dep-7", "7"),
        ("@octo", "1"),
        ("hopper", "3"),
        ("fewer", "1"),
        ('"or"', "1 3 7"),
        ("12:30", ""),
        # Operators.
        ("cache status:Implemented", "1"),
        ("cache and status:Implemented", "1"),
        ("cache AND NOT status:Implemented", "x"),
        ("not cache", "3 7 12"),
        ("not not cache", "1 x"),
        ("number:3 or number:7", "3 7"),
        ("number:3 OR cache index", "1 3"),
        ("(number:3 or cache) status:Implemented", "1"),
        ("-(number:3 or cache)", "7 12"),
        ("not number:3 number:3..7", "7"),
        ("((number:1))(cache)", "1"),
        ("android or notes", ""),
    ],
)
def test_expressions(expression: str, expected: str) -> None:
    assert matched(parse(expression, DEFAULT)) == expected


@pytest.mark.parametrize(
    ("expression", "wrong", "message", "help"),
    [
        ("cache staus:Draft", "staus", "there is no field 'staus'", "did you mean 'status'?"),
        ("status:Aproved x", "Aproved", "'Aproved' is not a status", "did you mean 'Approved'?"),
        ("status:Under Review", "Under", "'Under' is not a status", "did you mean '\"Under Review\"'?"),
        ("status:xyz", "xyz", "'xyz' is not a status", "write one of Draft, Under Review, Approved, Implemented, Repl"),
        (
            "category:Draft,Proces",
            "Draft",
            "'Draft' is not a category",
            "write one of Architecture, Process, Guidelines",
        ),
        ('category:"Proces"', '"Proces"', "'Proces' is not a category", "did you mean 'Process'?"),
        ("number:ten", "ten", "'ten' is not a number", "write a number, such as '12', or a range"),
        ("number:1,20..10", "20..10", "the range '20..10' runs backwards", "write the lower end first"),
        ("number:..", "..", "'..' is not a number", "write a number"),
        ("number:>", ">", "'>' is not a number", "write a number"),
        ('age:"2 weeks"..1y 3', '"2 weeks"..1y', "'2 weeks..1y' is not a number", "write a number"),
        ('status:"Draft"x', '"Draft"x', "'Draftx' is not a status", "did you mean 'Draft'?"),
        ("review-date:07/01/2025", "07/01/2025", "'07/01/2025' is not a date", "write it as YYYY-MM-DD"),
        ("review-date:2026-13", "2026-13", "'2026-13' is not a date", "write it as YYYY-MM-DD"),
        ("review-date:2026-02-30", "2026-02-30", "'2026-02-30' is not a date", "write it as YYYY-MM-DD"),
        ("review-date:2027..2026", "2027..2026", "the range '2027..2026' runs backwards", "write the lower end first"),
        ("author:@", "@", "there is no name behind the '@'", "write a handle"),
        ("replaces:???", "???", "'???' cannot name a proposal", "write a number"),
        ("is:overdeu", "overdeu", "'overdeu' is not a state that can be asked for", "did you mean 'overdue'?"),
        ("is:open", "open", "'is:open' means nothing", "did you mean 'status:open'?"),
        ("has:sponser", "sponser", "there is no field 'sponser'", "did you mean 'sponsor'?"),
        ("cache status:", "status:", "'status:' needs a value", "write status:value, or quote the word"),
        ("status:(Draft)", "status:", "'status:' needs a value", "write status:value, or quote the word"),
        ('status:""', '""', "a value is missing", "write no:status for proposals without one"),
        ("status:Draft,", ",", "a value is missing behind the comma", "write one, or take the comma out"),
        ("cache, wire", ",", "a comma is not allowed here", "commas separate the values of a field"),
        ('cache ""', '""', "there is nothing between the quotation marks", "write words, or leave them out"),
        ('cache "wire', '"wire', "the quotation mark is not closed", "write another one"),
        ('cache "', '"', "the quotation mark is not closed", "write another one"),
        ("(cache", "(", "the parenthesis is not closed", "add ')'"),
        ("cache)", ")", "')' closes nothing", "take it out, or open it with '('"),
        ("cache ()", ")", "there is nothing between the parentheses", "take them out"),
        ("cache or", "or", "'or' needs something behind it", "quote it to search for it"),
        ("or cache", "or", "'or' needs something in front of it", "quote it to search for it"),
        ("a and or b", "and", "'and' needs something behind it", "quote it to search for it"),
        ("cache not", "not", "'not' needs something behind it", "quote it to search for it"),
        ("-not ", "-not", "'-not' needs something behind it", "quote it to search for it"),
        ("cache - wire", "-", "'-' needs something behind it", "write what is excluded right behind it"),
        ("(" * 51 + "a" + ")" * 51, "(", "parentheses are nested more than 50 deep", "most of them can be left out"),
    ],
)
def test_errors_say_where_and_what_instead(expression: str, wrong: str, message: str, help: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(expression, DEFAULT)
    error = caught.value
    assert expression[error.start : error.end] == wrong
    assert error.message == message
    assert error.help.startswith(help)
    assert str(error) == f"{error.message}; {error.help}"


def test_nesting_up_to_the_limit() -> None:
    assert parse("(" * 50 + "cache" + ")" * 50, DEFAULT) == parse("cache", DEFAULT)


OPTION_VALUES = {
    "status": st.sampled_from(["Draft", "under review", "Accepted", "open", "closed", "nonsense"]),
    "number": st.from_regex(r"[0-9]{0,3}(\.\.|-)?[0-9]{0,3}", fullmatch=True),
    "author": st.text(st.characters(exclude_characters='",'), min_size=1),
    "tag": st.text(st.characters(exclude_characters='",'), min_size=1),
    "review-date": st.from_regex(r"[<>]?=?202[56](-0[1-9])?", fullmatch=True),
}


@given(st.data())
def test_an_option_means_the_same_as_the_term(data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(OPTION_VALUES)))
    values = data.draw(st.lists(OPTION_VALUES[key].filter(str.strip), min_size=1, max_size=3))

    def outcome(read: object, *arguments: object) -> object:
        try:
            return read(*arguments, DEFAULT)  # type: ignore[operator]  # one of the two functions below
        except QueryError as error:
            return error.message

    quoted = ",".join(f'"{value}"' for value in values)
    assert outcome(match_option, key, ", ".join(values)) == outcome(parse, f"{key}:{quoted}")


PIECES = st.sampled_from(
    [*'()",:-<>=.@# \n', "or", "and", "not ", "status:", "number:", "author:", "is:", "no:", "review-date:", "Draft",
     "10..20", "2026-01", "overdue", "sponsor", "\0", "é", "\uff11\uff12", "9" * 5000],
)  # fmt: skip


@given(st.lists(PIECES).map("".join) | st.text(), st.sampled_from(["", *OPTION_VALUES]))
def test_no_text_raises_anything_else(text: str, option: str) -> None:
    def read() -> Filter | QueryError:
        try:
            return match_option(option, text, DEFAULT) if option else parse(text, DEFAULT)
        except QueryError as error:
            return error

    found = read()
    if isinstance(found, QueryError):
        assert 0 <= found.start <= found.end <= len(text)
    else:
        matched(found)
        assert found == read()
        assert hash(found) == hash(read())
        assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize(
    "text",
    ["a " * 50_000, "status:Draft or " * 8_000, "(" * 100_000, '"' * 100_001, "-" * 100_000, "a," * 50_000,
     "number:" + "1," * 50_000, "number:" + "-" * 100_000, "a:" * 50_000, " " * 100_000 + ",", "not " * 30_000 + "a"],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_long_texts_take_no_time(text: str) -> None:
    with linear_time():
        with suppress(QueryError):
            parse(text, DEFAULT)
        with suppress(QueryError):
            match_option("number", text, DEFAULT)


def test_filters_are_plain_records() -> None:
    expression = 'status:open (author:@octo or -number:1..3) has:sponsor "wire format" is:overdue review-date:<2026'
    found = parse(expression, DEFAULT)
    assert repr(found) == repr(parse(expression, DEFAULT))
    assert "0x" not in repr(found)
    assert {found, parse(expression, DEFAULT)} == {found}
    with pytest.raises(AttributeError):
        found.filters = ()  # type: ignore[attr-defined]  # what is tested is that it cannot be set


def test_all_of_takes_nested_filters_apart() -> None:
    draft, cache, numbered = (parse(text, DEFAULT) for text in ("status:Draft", "cache", "is:numbered"))
    assert all_of([draft]) is draft
    assert all_of([all_of([draft, cache]), numbered]) == parse("status:Draft cache is:numbered", DEFAULT)
    assert all_of([]) == parse("", DEFAULT)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("", set()),
        ("status:Draft", {"status"}),
        ("author:x or -number:3", {"authors", "number"}),
        ("has:number tag:x", {"number", "tags"}),
        ("is:overdue", {"review-date", "status", "today"}),
        ("is:invalid", {"invalid"}),
        (
            "cache",
            {"number", "title", "summary", "authors", "sponsor", "required-reviewers", "owning-sig",
             "participating-sigs", "area", "pic", "tags"},
        ),
        ("replaces:1 review-date:2026 title:x", {"replaces", "review-date", "title"}),
    ],
)  # fmt: skip
def test_a_filter_names_what_it_reads(expression: str, expected: set[str]) -> None:
    assert parse(expression, DEFAULT).reads == expected


def test_overdue_is_behind_the_day_of_the_review() -> None:
    overdue = parse("is:overdue", DEFAULT)
    days = ("2026-06-29", "2026-06-30", "2026-07-01", None)
    assert [overdue.matches(PROPOSALS["7"], Context(today=day)) for day in days] == [False, False, True, False]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # A status wins over the kind of the same name.
        ("status:open", True),
        ("status:closed", False),
        ("rfc:RFC-0004", True),
        ("number:4", True),
        ("author:octo", True),
        ("reviewer:octo", False),
        ('impact:"very-high"', True),
        ("rfc-0004", True),
    ],
)
def test_another_process_has_its_own_words(expression: str, expected: bool) -> None:
    proposal = make_proposal(4, status="Open", authors="@octo", impact="Very High", schema=OTHER)
    assert parse(expression, OTHER).matches(proposal, CONTEXT) is expected


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("is:overdue", "nothing can be overdue: the process has no date field 'review-date'"),
        ("sponsor:x", "there is no field 'sponsor'"),
        ("impact:hi", "'hi' is not a choice of 'impact'"),
    ],
)
def test_another_process_lacks_what_it_lacks(expression: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(expression, OTHER)
    assert caught.value.message == message


def test_the_grammar_is_loaded_only_for_expressions() -> None:
    code = (
        "import sys; from sphinxext_dep.query.parse import *; from sphinxext_dep.config.dep_process import DEFAULT;"
        "match_option('status', 'Draft', DEFAULT); parse('', DEFAULT); sys.exit('lark' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_record_is_left_alone() -> None:
    before = msgspec.json.encode(PROPOSALS["1"])
    matched(parse("cache or is:overdue or author:x", DEFAULT))
    assert msgspec.json.encode(PROPOSALS["1"]) == before

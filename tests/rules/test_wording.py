"""How messages show what a page says."""

from __future__ import annotations

import pytest
import yaml

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.headers.base import option_value
from sphinxext_dep.headers.spellings import SPELLINGS
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.messages import MAX_LISTED, MAX_QUOTED, listed, quoted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Draft", "`Draft`"),
        ("two\nlines  and spaces", "`two lines and spaces`"),
        ("a `code` span", "“a `code` span”"),
        ("\x1b[31mred\u202e", "`\N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER}`"),
        ("", "``"),
    ],
)
def test_shown(text, expected):
    assert quoted(text) == expected


def test_shown_is_cut():
    assert len(quoted("word " * 1000)) <= MAX_QUOTED + 2
    assert quoted("x" * 10_000_000).endswith("…`")


def test_listed():
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a or b"
    assert listed(["a", "b", "c"], last="and") == "a, b and c"
    assert listed(map(str, range(1000))).endswith(f"and {1000 - MAX_LISTED + 1} more")


@pytest.mark.parametrize(
    "value",
    [
        "Draft",
        "@octo, @ada",
        "[x](https://e.org)",
        "a: b",
        "a:",
        "#12",
        "a #b",
        "- x",
        "-x",
        '"q"',
        "'",
        "",
        "*",
        "a\\b: c",
    ],
)
def test_an_option_reads_back_as_what_was_meant(value):
    assert yaml.safe_load(f"key: {option_value(value, Markup.MARKDOWN)}") == {"key": value}


def test_restructuredtext_knows_no_quotes():
    assert option_value("@octo", Markup.RST) == "@octo"


def test_a_field_is_spelled_as_its_header_is():
    field = DEFAULT.fields["required-reviewers"]
    assert SPELLINGS["block"].field_line(field, "@ada", Markup.MARKDOWN) == "**Required Reviewers**: @ada"
    assert SPELLINGS["block"].field_line(field, "@ada", Markup.MARKDOWN, "Reviewers") == "**Reviewers**: @ada"
    assert SPELLINGS["directive"].field_line(field, "@ada", Markup.MARKDOWN) == ':required-reviewers: "@ada"'
    assert SPELLINGS["directive"].field_line(field, "@ada", Markup.RST) == ":required-reviewers: @ada"
    assert SPELLINGS["front matter"].field_line(field, "@ada", Markup.RST) == 'required-reviewers: "@ada"'

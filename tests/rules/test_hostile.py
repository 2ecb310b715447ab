"""No text makes a rule raise, or take more than linear time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sphinxext_dep.check.check import check_source, judge
from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.headers.page import unread_proposal
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.proposal import FieldValue, Proposal, Reference, State
from sphinxext_dep.model.source import Source, Span
from sphinxext_dep.rules import RULES
from tests.timing import linear_time

HEAD = "# T\n\n**Status**: Draft\n**Authors**: @o\n**Category**: Process\n"
SIZE = 1_000_000

PIECES = st.sampled_from(
    [
        "# ", "## Status\n", "# <Title>\n", "**Status**: ", "**Replaced By**: ", "Replaced", "Approved", "N/A", "TBD",
        "**Extends**: DEP-3", "DEP-4", "\n", "\n\n", "---\n", "```{dep-header}\n", ":status: ", ":number: #12\n",
        "```\n", "number: ", "0003", "999999999999", "@", "[x](javascript:1)", "07/01/2025", "**\\[Required\\]**",
        "`", "<", "-->", "<!-- dep: ignore ", "DEP301", "\\", "\r", "\r\n", "\ufeff", "\u202e", "\N{GRINNING FACE}",
        "\t", ".. dep-header::\n", "   :status: Draft\n", "====\n", "What is proposed, in one paragraph.",
    ]
)  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=40).map("".join)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["deps/0003-a.md", "deps/b.md", "deps/0004-c.rst"]), TEXTS), max_size=3))
def test_nothing_makes_a_rule_raise(pages):
    checked = [check_source(Source(path, text), DEFAULT, RULES) for path, text in dict(pages).items()]
    for item in judge([page for page in checked if page is not None], DEFAULT, RULES).diagnostics:
        assert item.line >= 1
        assert item.column >= 1
        assert "\n" not in item.message
        assert len(item.message) < 1_000


@pytest.mark.parametrize(
    "text",
    [
        "[Required]\n\n" * (SIZE // 12),
        "## <Title>\n\n" * (SIZE // 12),
        "# Sumary x\n\n" * (SIZE // 12),
        "# Summary\n\n<!-- -->\n" * (SIZE // 20),
        "## " + "".join("`" * count + "a" for count in range(1, 1_400)),
        " " * SIZE,
        "<" * SIZE,
        ("What is proposed, in one" + " " * 1_000 + "\n") * (SIZE // 1_000),
        "**F**: x\n" * 10_000,
        "**Status**: Draft\n" * 10_000,
        "**Extends**: " + ", ".join(f"no-such-{number}" for number in range(10_000)),
    ],
    ids=lambda text: text[:12],
)
def test_a_long_page_takes_linear_time(text):
    with linear_time():
        checked = check_source(Source("deps/0003-a.md", HEAD + text), DEFAULT, RULES)
        assert checked is not None
        judge([checked], DEFAULT, RULES)


def related(number: int, key: str, *targets: int) -> Proposal:
    span = Span(0, 0, 1, 1)
    value = tuple(Reference(str(target), str(target), span) for target in targets)
    field = FieldValue(key, key, State.GIVEN, "", value, span, span, "block")
    base = unread_proposal(f"deps/{number:05}-a.md", DEFAULT)
    return Proposal(**{name: getattr(base, name) for name in base.__struct_fields__} | {"fields": {key: field}})


@pytest.mark.parametrize(
    "targets",
    [
        lambda number: (number + 1,),
        lambda number: (number % 20_000 + 1,),
        lambda number: (1,),
        lambda number: range(2, 20_000) if number == 1 else (1,),
        lambda number: (30_000 + number,),
    ],
    ids=["chain", "circle", "to-a-hub", "hub", "unknown"],
)
@pytest.mark.parametrize("key", ["replaces", "extends"])
def test_twenty_thousand_proposals_take_linear_time(key, targets):
    proposals = [related(number, key, *targets(number)) for number in range(1, 20_001)]
    catalog = Catalog(proposals, DEFAULT)
    with linear_time():
        for rule in RULES.by_code.values():
            if rule.scope == "catalog":
                assert all(len(finding.message) < 1_000 for finding in rule.check(catalog))


def test_twenty_thousand_claims_to_one_number_take_linear_time():
    proposals = [unread_proposal(f"deps/{place:05}/0003-a.md", DEFAULT) for place in range(20_000)]
    with linear_time():
        findings = list(RULES.by_code["DEP401"].check(Catalog(proposals, DEFAULT)))
    assert len(findings) == 20_000

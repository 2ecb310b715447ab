"""Did you mean …?"""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.model.messages import closest
from tests.timing import linear_time

STATUSES = tuple(DEFAULT.statuses)
FIELDS = tuple(DEFAULT.fields)


@pytest.mark.parametrize(
    ("word", "candidates", "expected"),
    [
        # One slip: a letter missing, doubled, wrong, swapped.
        ("staus", FIELDS, "status"),
        ("Aproved", STATUSES, "Approved"),
        ("Approoved", STATUSES, "Approved"),
        ("Repleced", STATUSES, "Replaced"),
        ("Darft", STATUSES, "Draft"),
        ("tga", ("tag", "author"), "tag"),
        # Case, dashes, underscores and spaces do not count.
        ("under_review", STATUSES, "Under Review"),
        ("UNDER-REVEIW", STATUSES, "Under Review"),
        ("Required Reviewrs", FIELDS, "required-reviewers"),
        # A part of exactly one name.
        ("Review", STATUSES, "Under Review"),
        ("impl", STATUSES, "Implemented"),
        ("reviewers", FIELDS, "required-reviewers"),
        # A part of two names, too short a part, or nothing like any.
        ("repl", ("replaces", "replaced-by"), None),
        ("a", ("authors", "category"), None),
        ("xyz", FIELDS, None),
        ("no", ("Yes",), None),
        ("", FIELDS, None),
        ("   ", FIELDS, None),
        ("status", (), None),
    ],
)
def test_nearest(word: str, candidates: tuple[str, ...], expected: str | None) -> None:
    assert closest(word, candidates) == expected


def test_the_first_of_equally_near_candidates_wins() -> None:
    assert closest("cat", ("bat", "hat", "rat")) == "bat"
    assert closest("cat", ("rat", "hat", "bat")) == "rat"


@given(st.text(), st.lists(st.text()))
def test_never_raises_and_answers_with_a_candidate(word: str, candidates: list[str]) -> None:
    answer = closest(word, candidates)
    assert answer is None or answer in candidates


def test_long_and_many_words_take_no_time() -> None:
    with linear_time():
        assert closest("x" * 100_000, FIELDS) is None
        for index in range(10_000):
            closest(f"unknown field {index}", FIELDS)


def test_the_library_is_loaded_only_when_asked() -> None:
    code = "import sys, sphinxext_dep.model.messages; sys.exit('rapidfuzz' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

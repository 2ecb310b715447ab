"""Headers in all spellings. The cases are in ``headers/``: a page, and every field and problem with its place.

``DEP_UPDATE=1`` rewrites what the cases expect; read the difference before it is committed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.headers.page import read_header
from sphinxext_dep.markup import read_outline
from sphinxext_dep.model.schema import Schema
from sphinxext_dep.model.source import Source
from tests.cases import Case, place, read_cases, update

FOLDER = Path(__file__).parent / "cases"


def shown(case: Case) -> str:
    """What is read from a case's page, as the case lists it."""
    return described(case.source, DEFAULT)


def described(source: Source, schema: Schema) -> str:
    """What is read from a page, as the cases list it."""
    header = read_header(source, read_outline(source), schema)
    lines = [f"{spelling} {place(source, span)}" for spelling, span in header.spans.items()]
    for field in header.fields:
        label = f"{place(source, field.label_span)} {field.label}"
        qualifier = f" ({field.qualifier})" if field.qualifier else ""
        note = f" [{field.note}]" if field.note else ""
        value = json.dumps(field.value, ensure_ascii=False)
        lines.append(f"  {label}{qualifier} = {place(source, field.span)} {value}{note}")
    lines += [f"heading {place(source, span)}" for span in header.heading_style]
    for problem in header.problems:
        lines += [f"problem {place(source, problem.span)} {problem.message}", f"  help: {problem.help}"]
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("case", read_cases(FOLDER), ids=lambda case: case.id)
def test_case(case):
    if os.environ.get("DEP_UPDATE"):
        update(FOLDER, shown)
        pytest.skip("rewritten")
    assert shown(case) == case.expected


def test_cases_are_found():
    """An expression that no longer matches must not turn into a green run."""
    assert len(read_cases(FOLDER)) > 60

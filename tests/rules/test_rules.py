"""Each ``DEPnnn-*.md`` beside this file is a case: pages, perhaps a configuration, and all that is to be reported.

A case whose rule is not among its diagnostics is a near miss: something close to what the rule finds, and right.
``DEP_UPDATE=1`` rewrites the diagnostics of all cases; read the difference before it is committed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import msgspec
import pytest

from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.rules import RULES

HERE = Path(__file__).parent
CASES = sorted(HERE.glob("DEP*.md"))
NOT_BY_TEXT = {"DEP001", "DEP003", "DEP006", "DEP007", "DEP701", "DEP702"} | {
    code for code, rule in RULES.by_code.items() if rule.scope in ("base", "attention", "unmerged")
}
"""Reported by whoever reads files or runs directives, or against a base or a day: see test_reading.py and others."""

_PAGE = re.compile(r"^(?P<fence>`{3,})\w+ (?P<path>\S+)\n(?P<text>.*?)^(?P=fence)$", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"^```toml\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_EXPECTED = re.compile(r"(?<=^## Diagnostics\n\n).*", re.DOTALL | re.MULTILINE)


class Case(msgspec.Struct):
    code: str
    pages: dict[str, str]
    toml: str
    expected: str


def read(file: Path) -> Case:
    text = file.read_text(encoding="utf-8")
    expected = _EXPECTED.search(text)
    assert expected, f"{file.name} has no “## Diagnostics”"
    toml = _TOML.search(text)
    pages = {match["path"]: match["text"] for match in _PAGE.finditer(text)}
    assert pages, f"{file.name} has no page"
    return Case(file.name[:6], pages, toml["text"] if toml else "", expected[0])


def written(diagnostics: tuple[Diagnostic, ...]) -> str:
    """The diagnostics as a case lists them."""
    if not diagnostics:
        return "None.\n"
    lines = []
    for item in diagnostics:
        lines.append(f"- {item.path}:{item.line}:{item.column} {item.code} {item.severity}: {item.message}")
        lines += [f"  {line}".rstrip() for line in f"help: {item.help}".splitlines()]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_case(file, check):
    case = read(file)
    found = written(check(case.pages, case.toml))
    if os.environ.get("DEP_UPDATE"):
        text = file.read_text(encoding="utf-8")
        file.write_text(_EXPECTED.sub(lambda _: found, text), encoding="utf-8")
    else:
        assert found == case.expected


@pytest.mark.parametrize("code", sorted(set(RULES.by_code) - NOT_BY_TEXT))
def test_each_rule_has_a_case_and_a_near_miss(code):
    cases = [read(file) for file in CASES if file.name.startswith(code)]
    reported = [f" {code} " in case.expected for case in cases]
    assert any(reported), f"no case in which {code} is reported"
    assert not all(reported), f"no near miss, in which {code} is not reported"


def test_every_case_belongs_to_a_rule():
    assert {file.name[:6] for file in CASES} <= set(RULES.by_code)


@pytest.mark.parametrize("rule", RULES.by_code.values(), ids=RULES.by_code)
def test_every_message_has_a_mend_and_no_full_stop(rule):
    for file in CASES:
        entries = read(file).expected.split("\n- ")
        for entry in entries:
            if f" {rule.code} " in entry.split(": ", 1)[0]:
                message, _, mend = entry.partition("\n  help: ")
                assert mend.strip(), f"{file.name}: {rule.code} has no help"
                assert not message.endswith("."), f"{file.name}: {rule.code} ends with a full stop"

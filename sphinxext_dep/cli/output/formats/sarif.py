"""SARIF 2.1.0, for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from sphinxext_dep.model.diagnostics import Severity
from sphinxext_dep.rules import RULES
from sphinxext_dep.version import __version__

if TYPE_CHECKING:
    from sphinxext_dep.check.rule import Rule
    from sphinxext_dep.cli.output.report import Report
    from sphinxext_dep.model.diagnostics import Diagnostic

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note", Severity.OFF: "none"}


def write(report: Report, colour: bool = False) -> str:
    """*report* as a SARIF log. Its URIs are relative to the working directory: run it at the repository's root."""
    rules = list(RULES.by_code.values())
    index = {rule.code: number for number, rule in enumerate(rules)}
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "sphinx-dep",
                        "version": __version__,
                        "semanticVersion": __version__,
                        "rules": [_rule(rule) for rule in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [{"executionSuccessful": True}],
                "results": _results(report, index),
            }
        ],
    }
    return json.dumps(log, indent=1) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    summary = rule.doc.partition("\n")[0]
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": summary},
        "help": {"text": rule.doc, "markdown": rule.doc},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": ["documentation"]},
    }


def _results(report: Report, index: dict[str, int]) -> list[dict[str, Any]]:
    seen: dict[str, int] = {}
    results = []
    for item in report.diagnostics:
        told = f"{item.path}\0{item.code}\0{item.message}"
        seen[told] = seen.get(told, 0) + 1
        results.append(_result(item, report, index[item.code], f"{told}\0{seen[told]}"))
    return results


def _result(item: Diagnostic, report: Report, rule: int, identity: str) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": item.line, "startColumn": item.column}
    if (end := report.end_column(item)) is not None:
        region["endColumn"] = end
    message = f"{report.message(item)}.\n{report.help(item)}" if item.help else report.message(item)
    return {
        "ruleId": item.code,
        "ruleIndex": rule,
        "level": _LEVELS[item.severity],
        "message": {"text": message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": report.uri(item.place)},
                    "region": region,
                }
            }
        ],
        # Without the line: text above a problem moves it, and does not make it another one.
        "partialFingerprints": {"sphinxDep/v1": hashlib.sha256(identity.encode(errors="replace")).hexdigest()},
    }

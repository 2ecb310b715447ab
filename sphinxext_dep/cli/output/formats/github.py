"""Workflow commands of GitHub Actions: each diagnostic becomes an annotation of a pull request.

The format: https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions#setting-an-error-message
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinxext_dep.model.diagnostics import Severity

if TYPE_CHECKING:
    from sphinxext_dep.cli.output.report import Report
    from sphinxext_dep.model.diagnostics import Diagnostic

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
# As in @actions/toolkit, packages/core/src/command.ts: properties escape what separates them as well.
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def write(report: Report, colour: bool = False) -> str:
    """*report* as workflow commands. GitHub shows ten of each kind per step, so the heaviest come first."""
    weights = list(_COMMANDS)
    ordered = sorted(report.diagnostics, key=lambda item: weights.index(item.severity))
    return "".join(f"{_command(item, report)}\n" for item in ordered) + f"{report.summary}\n"


def _command(item: Diagnostic, report: Report) -> str:
    properties = {
        "file": report.name(item.place),
        "line": str(item.line),
        "col": str(item.column),
        "title": f"{item.code} {item.name}",
    }
    if (end := report.end_column(item)) is not None:
        properties["endColumn"] = str(end)
    message = "\n".join(filter(None, (report.message(item), report.help(item))))
    told = ",".join(f"{key}={value.translate(_PROPERTY)}" for key, value in properties.items())
    return f"::{_COMMANDS[item.severity]} {told}::{message.translate(_DATA)}"

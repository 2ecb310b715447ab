"""JSON: a list under ``diagnostics`` with the same keys, and the same paths, as in ``deps.json``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sphinxext_dep.publish.json_values import diagnostic_json

if TYPE_CHECKING:
    from sphinxext_dep.cli.output.report import Report

VERSION = 1
"""Within one version keys are added, never removed, and never given another meaning."""


def write(report: Report, colour: bool = False) -> str:
    """*report* as JSON; paths are relative to the project's root."""
    document = {
        "version": VERSION,
        "root": report.root.as_posix(),
        "proposals": report.proposals,
        **{f"{severity}s" if severity != "info" else "infos": count for severity, count in report.counts.items()},
        "diagnostics": [diagnostic_json(item) for item in report.diagnostics],
    }
    return json.dumps(document, indent=1) + "\n"

"""For people: place, code and message, the line with a marker below it, and the mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinxext_dep.cli.output.formats.colours import Colours
from sphinxext_dep.cli.output.plain import cells, plain
from sphinxext_dep.model.diagnostics import Severity

if TYPE_CHECKING:
    from sphinxext_dep.cli.output.report import Report
    from sphinxext_dep.model.diagnostics import Diagnostic

WIDTH = 120
"""Characters of a line that are shown: enough to see what is meant in a line of any length."""

_BEFORE = 40
"""Characters shown before what is meant, when a line has to be cut."""

_TINT = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


def write(report: Report, colour: bool = False) -> str:
    """*report* as text."""
    paint = Colours(colour)
    parts = [_entry(item, report, paint) for item in report.diagnostics]
    return "".join(f"{part}\n" for part in [*parts, paint("bold", report.summary)])


def _entry(item: Diagnostic, report: Report, paint: Colours) -> str:
    tint = _TINT[item.severity]
    place = paint("bold", f"{report.name(item.place)}:{item.line}:{item.column}:")
    lines = [
        f"{place} {paint(tint, item.severity.value)} {paint('bold', item.code)} {item.name}: {report.message(item)}"
    ]
    line = report.line(item)
    if line is not None and line.strip():
        shown, column, width = excerpt(line, item.column, item.end - item.start)
        number = f"{item.line:>6} | "
        lines += [paint("dim", number) + shown, paint("dim", "       | ") + " " * column + paint(tint, "^" * width)]
    lines += [
        f"{'        ' if index else '  help: '}{text}" for index, text in enumerate(report.help(item).splitlines())
    ]
    return "\n".join([*lines, ""])


def excerpt(line: str, column: int, width: int) -> tuple[str, int, int]:
    """What to show of *line*, how many cells stand before what is meant, and how many it takes.

    Tabs become spaces, and what a terminal would obey becomes a mark: a proposal is not to be trusted with it.

    :param column: 1-based, in characters.
    :param width: of what is meant, in characters; it may reach beyond the line.
    """
    start = min(column - 1, len(line))
    first = max(0, start - _BEFORE) if len(line) > WIDTH else 0
    cut = line[first : first + WIDTH]
    before = line[first:start]
    meant = line[start : min(start + max(1, width), first + WIDTH)]
    left = "…" if first else ""
    right = "…" if first + WIDTH < len(line) else ""
    return f"{left}{plain(cut)}{right}", len(left) + cells(before), max(1, cells(meant))

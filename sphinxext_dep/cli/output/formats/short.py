"""One line for each diagnostic, for editors and for ``grep``: ``path:line:column: severity CODE message``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinxext_dep.cli.output.plain import one_line

if TYPE_CHECKING:
    from sphinxext_dep.cli.output.report import Report


def write(report: Report, colour: bool = False) -> str:
    """*report* as lines; never in colour, since programs read it."""
    return "".join(
        f"{report.name(item.place)}:{item.line}:{item.column}: {item.severity} {item.code} "
        f"{report.message(item)}{f'; {one_line(report.help(item))}' if item.help else ''}\n"
        for item in report.diagnostics
    )

"""Tables of text: for a terminal, for a pipe, as CSV and as Markdown."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Sequence
from typing import NamedTuple

from sphinxext_dep.cli.output.plain import cells


class Group(NamedTuple):
    """Rows below one heading; the heading is empty when rows are not grouped."""

    heading: str
    rows: Sequence[Sequence[str]]


def terminal(columns: Sequence[str], groups: Sequence[Group], colours: dict[str, str] | None = None) -> str:
    """A table as wide as the terminal; long cells are wrapped.

    :param colours: cell → the colour that it is shown in.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=io.StringIO(), force_terminal=True, width=Console().width, highlight=False)
    table = Table(*columns, box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for index, group in enumerate(groups):
        if group.heading:
            if index:
                table.add_row()
            table.add_row(Text(group.heading, style="bold"))
        for row in group.rows:
            # Text, not str: brackets in a title are no markup.
            table.add_row(*(Text(text, style=(colours or {}).get(text, "")) for text in row))
    with console.capture() as captured:
        console.print(table)
    return captured.get()


def aligned(columns: Sequence[str], groups: Sequence[Group]) -> str:
    """A table for programs that read lines: one row a line, in columns two spaces apart, never cut."""
    every = [columns, *(row for group in groups for row in group.rows)]
    widths = [max(cells(row[index]) for row in every) for index in range(len(columns))]

    def line(row: Sequence[str]) -> str:
        padded = (text + " " * (width - cells(text)) for text, width in zip(row, widths, strict=True))
        return "  ".join(padded).rstrip() + "\n"

    parts = [line(columns)]
    for group in groups:
        if group.heading:
            parts.append(f"\n{group.heading}\n")
        parts += (line(row) for row in group.rows)
    return "".join(parts)


def comma_separated(columns: Sequence[str], groups: Sequence[Group], group_by: str = "") -> str:
    """CSV as in :rfc:`4180`, with a head; the heading of a group is a column before the others.

    :param group_by: what that column is called; empty when rows are not grouped.
    """
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([group_by, *columns] if group_by else columns)
    for group in groups:
        writer.writerows([group.heading, *row] if group_by else row for row in group.rows)
    return stream.getvalue()


def markdown(columns: Sequence[str], groups: Sequence[Group]) -> str:
    """Tables of GitHub-flavoured Markdown, each below its heading."""
    parts = []
    for group in groups:
        rows = [columns, ["---"] * len(columns), *([escaped(text) for text in row] for row in group.rows)]
        table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
        parts.append(f"### {escaped(group.heading)}\n\n{table}" if group.heading else table)
    return "\n".join(parts)


def escaped(text: str) -> str:
    """*text* as Markdown that shows just that."""
    return re.sub(r"([\\`*_\[\]<>|#~])", r"\\\1", text)


def watched() -> bool:
    """Whether somebody, rather than a program, reads standard output."""
    return sys.stdout.isatty()

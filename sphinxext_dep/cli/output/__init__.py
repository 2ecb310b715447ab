"""Text that commands print: safe for a terminal, with the names of files, in colours, as tables."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

# --- characters -------------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """*text* with spaces for tabs, and U+FFFD for every other control character: a terminal would obey those."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else "    " if char == "\t" else "\ufffd" for char in text)


def one_line(text: str) -> str:
    """*text* on one line, without control characters."""
    return plain(" ".join(text.split()))


def lines(text: str) -> str:
    """*text* without control characters, except for the ends of its lines."""
    return "\n".join(map(plain, text.split("\n")))


def to_terminal(text: str) -> str:
    """*text* as it is for programs, such as a diff; without control characters in a terminal."""
    return lines(text) if is_terminal() else text


def width(text: str) -> int:
    """The number of cells that *text* takes in a terminal: a wide character takes two, a combining one none."""
    printed = plain(text)
    if printed.isascii():
        return len(printed)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in printed)


# --- names of files ---------------------------------------------------------------------------------------------------


def display_path(file: Path) -> str:
    """*file* relative to the working directory, with ``/`` and without control characters.

    The name is chosen by the author of the file: a line feed in it must not begin a new line.
    """
    return plain(os.path.relpath(file).replace(os.sep, "/"))


def display_message(text: str, names: Iterable[str], root: Path) -> str:
    """*text*, such as the message of a diagnostic, with its files named relative to the working directory.

    It holds words of proposals: control characters are replaced.

    :param names: the paths in it, relative to *root*; they are between backticks.
    """
    for name in names:
        text = text.replace(f"`{name}`", f"`{display_path(root / name)}`")
    return lines(text)


# --- colours ----------------------------------------------------------------------------------------------------------

_CODES = {"bold": "1", "dim": "2", "red": "1;31", "green": "32", "yellow": "33", "blue": "34"}


class Colours:
    """Colours of a terminal (ECMA-48), without the library that tables need.

    :param on: false leaves every text as it is.
    """

    def __init__(self, on: bool) -> None:
        self.on = on

    def __call__(self, name: str, text: str) -> str:
        """*text* in the colour or style *name*."""
        return f"\x1b[{_CODES[name]}m{text}\x1b[0m" if self.on and text else text


def is_terminal() -> bool:
    """True if standard output is a terminal."""
    return sys.stdout.isatty()


# --- tables -----------------------------------------------------------------------------------------------------------


class Group(NamedTuple):
    """Rows below one heading; the heading is empty when rows are not grouped."""

    heading: str
    rows: Sequence[Sequence[str]]


def print_table(columns: Sequence[str], groups: Sequence[Group], colours: dict[str, str] | None = None) -> None:
    """Print a table: as wide as the terminal, or, for programs that read lines, one row a line.

    :param colours: cell → the colour that it has in a terminal.
    """
    sys.stdout.write(terminal(columns, groups, colours) if is_terminal() else aligned(columns, groups))


def terminal(columns: Sequence[str], groups: Sequence[Group], colours: dict[str, str] | None = None) -> str:
    """A table as wide as the terminal; long cells are wrapped.

    :param colours: cell → its colour.
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
    widths = [max(width(row[index]) for row in every) for index in range(len(columns))]

    def line(row: Sequence[str]) -> str:
        padded = (text + " " * (size - width(text)) for text, size in zip(row, widths, strict=True))
        return "  ".join(padded).rstrip() + "\n"

    parts = [line(columns)]
    for group in groups:
        if group.heading:
            parts.append(f"\n{group.heading}\n")
        parts += (line(row) for row in group.rows)
    return "".join(parts)


def comma_separated(columns: Sequence[str], groups: Sequence[Group], group_by: str = "") -> str:
    """CSV as in :rfc:`4180`, with a head; the heading of a group is a column before the others.

    :param group_by: the name of that column; empty when rows are not grouped.
    """
    import csv

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
    """*text* as Markdown, with every special character escaped."""
    return re.sub(r"([\\`*_\[\]<>|#~])", r"\\\1", text)

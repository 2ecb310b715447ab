"""Errors that end a command with exit code 2: the caller asked for something that cannot be done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any

import click


class BadConfiguration(click.ClickException):
    """A configuration or baseline file is wrong.

    :param lines: what is wrong, each with file, key path and mend.
    """

    exit_code = 2

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))

    def show(self, file: IO[Any] | None = None) -> None:
        """Print every line to standard error."""
        for line in self.lines:
            click.echo(f"{click.style('error:', fg='red', bold=True)} {line}", file=file, err=file is None)


class Impossible(click.ClickException):
    """What was asked for cannot be done here; the message says why, and what would help.

    :param help: the mend; may be empty.
    """

    exit_code = 2

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(f"{message}; {help}" if help else message)

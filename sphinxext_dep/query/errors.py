"""What is wrong with a query, and where in it."""

from __future__ import annotations

_LONGEST = 40
"""How much of a text (characters) a message quotes."""


class QueryError(Exception):
    """A query, or an option of one, that means nothing.

    :param message: what is wrong, without a final full stop.
    :param help: how to mend it; may be empty.
    :param start: offset (characters) into the text at which the wrong part begins.
    :param end: offset just behind it.
    """

    def __init__(self, message: str, help: str = "", start: int = 0, end: int = 0) -> None:
        super().__init__(message, help, start, end)
        self.message = message
        self.help = help
        self.start = start
        self.end = end

    def __str__(self) -> str:
        return f"{self.message}; {self.help}" if self.help else self.message


def quoted(text: str) -> str:
    """*text* as messages quote it: on one line, and shortened when nobody would read it all."""
    line = " ".join(text.split())
    return f"'{line}'" if len(line) <= _LONGEST else f"'{line[:_LONGEST]}…'"

"""Text for messages: words of a page quoted on one line, and lists in a sentence.

Messages end up in terminals, logs and HTML: text of a page is shown on one line, without control characters, and cut
when it is long.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

MAX_QUOTED = 60
"""Characters of a page's text that a message repeats: enough to recognise it, and the message stays on one line."""

MAX_LISTED = 12
"""Items that a message lists; ten thousand proposals with one number must not make a message of a megabyte each."""


def quoted(text: str) -> str:
    """*text* as a message repeats it: on one line, cut when long, in backticks (in “ ” when it holds some)."""
    # The cut comes first: the rest of a 10 MB value need not be looked at.
    line = " ".join(text[: 4 * MAX_QUOTED].split())
    line = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)
    if len(line) > MAX_QUOTED or len(text) > 4 * MAX_QUOTED:
        line = f"{line[: MAX_QUOTED - 1].rstrip()}…"
    return f"“{line}”" if "`" in line else f"`{line}`"


def listed(items: Iterable[str], last: str = "or", total: int | None = None) -> str:
    """*items* as a list in a sentence: ``a, b or c``, with the number of those left out when they are many.

    :param total: how many items there are, when they are too many to count anew in each message.
    """
    items = list(items if total is None else islice(items, MAX_LISTED))
    total = len(items) if total is None else total
    if total > MAX_LISTED:
        items = [*items[: MAX_LISTED - 1], f"{total - MAX_LISTED + 1} more"]
        last = "and"
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"

"""Text of proposals for terminals: nothing in it is obeyed, and it takes the space that it is thought to take."""

from __future__ import annotations


def plain(text: str) -> str:
    """*text* with spaces for tabs, and a mark for every other character that a terminal would obey."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else "    " if char == "\t" else "\ufffd" for char in text)


def cells(text: str) -> int:
    """How many cells of a terminal *text* takes: a wide character takes two, a combining one none."""
    shown = plain(text)
    if shown.isascii():
        return len(shown)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in shown)


def one_line(text: str) -> str:
    """*text* on one line, with nothing that a terminal would obey."""
    return plain(" ".join(text.split()))

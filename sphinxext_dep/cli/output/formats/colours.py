"""Colours of a terminal (ECMA-48), without the library that tables need."""

from __future__ import annotations

_CODES = {"bold": "1", "dim": "2", "red": "1;31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}


class Colours:
    """Paints text, or leaves it as it is.

    :param on: whether there are colours.
    """

    def __init__(self, on: bool) -> None:
        self.on = on

    def __call__(self, name: str, text: str) -> str:
        """*text* in the colour or style *name*."""
        return f"\x1b[{_CODES[name]}m{text}\x1b[0m" if self.on and text else text

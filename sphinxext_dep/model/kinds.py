"""The kinds of things that a process can choose from: kinds of statuses and fields, colours, layouts, notations."""

from __future__ import annotations

import enum


class StatusKind(enum.StrEnum):
    """Where a status stands between question and answer."""

    OPEN = "open"
    """Not decided: drafts and reviews."""
    DECIDED = "decided"
    """Accepted and in force."""
    CLOSED = "closed"
    """No longer under discussion and not in force."""


class Colour(enum.StrEnum):
    """The palette of statuses; each is a CSS custom property (``--dep-grey`` …) that a project can override."""

    GREY = "grey"
    BLUE = "blue"
    GREEN = "green"
    TEAL = "teal"
    PURPLE = "purple"
    ORANGE = "orange"
    RED = "red"


class Layout(enum.StrEnum):
    """What has the number and the name of a proposal."""

    FILES = "files"
    """Its file: ``0012-retry.md``."""
    DIRECTORIES = "directories"
    """The directory that its file is in: ``0012-retry/README.md``."""


class Notation(enum.StrEnum):
    """How a process writes a day."""

    ISO = "iso"
    """``2026-01-31`` (ISO 8601)."""
    DAY_MONTH_YEAR = "day-month-year"
    """``31-Jan-2026``."""

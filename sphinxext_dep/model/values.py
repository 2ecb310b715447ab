"""Field values: what people, dates, links, references and tags are once they are read.

The types that read them are in :mod:`sphinxext_dep.fields`. A reader never raises and never guesses: what it cannot
read has a ``problem``, which the rules report.
"""

from __future__ import annotations

import enum

import msgspec

from sphinxext_dep.model.source import Span


class State(enum.StrEnum):
    """What the author said about a field."""

    GIVEN = "given"
    """There is a value (it may still be wrong)."""
    NONE = "none"
    """``N/A``, ``None``, ``-``: there is none."""
    UNKNOWN = "unknown"
    """``TBD``, ``[TBD]``, an empty value: not known yet."""
    PLACEHOLDER = "placeholder"
    """Template text that was never replaced."""


class Person(msgspec.Struct, frozen=True, gc=False):
    """A person or a team.

    :param name: for people: the display name if one was written, else the handle without ``@``.
    :param handle: ``octo`` or ``org/team`` when an ``@`` or a profile link says so; never derived from a bare name.
    :param url: the profile link that was written, if it is http(s) or mailto.
    :param problem: what is wrong, or empty.
    """

    name: str
    handle: str | None
    url: str | None
    span: Span
    problem: str = ""


class Link(msgspec.Struct, frozen=True, gc=False):
    """A link.

    :param url: the target, Markdown's escapes resolved; of what is no link, the text as written.
    :param text: the link's text when it has one, with the words around it: ``#22 (merged)``.
    :param problem: what is wrong, or empty; a link with a problem is shown as text, never as a link.
    """

    url: str
    text: str
    span: Span
    problem: str = ""


class Reference(msgspec.Struct, frozen=True, gc=False):
    """A reference to a proposal, not yet resolved.

    :param text: as written.
    :param key: the normalised key: a number without zeros (``12``) or a slug; empty when there is a problem.
    :param note: a qualifier such as ``partially``.
    :param problem: what is wrong, or empty.
    :param pages: for a path or an address: the paths of the pages that it can mean; one of them must exist.
    """

    text: str
    key: str
    span: Span
    note: str = ""
    problem: str = ""
    pages: tuple[str, ...] = ()


class Date(msgspec.Struct, frozen=True, gc=False):
    """A date.

    :param iso: the ISO 8601 form when there is exactly one reading, else ``None``.
    :param canonical: whether it was written in ISO 8601.
    :param readings: every possible reading in ISO form, sorted.
    """

    iso: str | None
    canonical: bool
    readings: tuple[str, ...]

"""Proposals that another project has published. Their readers are in modules of their own, which few builds need."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from sphinxext_dep.check.check import Judgement
from sphinxext_dep.model.schema import Schema

MAX_BYTES = 64 * 1024 * 1024
"""Larger files are refused: ten thousand proposals take half of it."""


class Published(msgspec.Struct, frozen=True):
    """The proposals of another project.

    :param urls: path → address of the page: relative to the site, or absolute; a page without one is not in it.
    :param base_url: where the site is, or empty.
    :param problems: what was left out.
    """

    judgement: Judgement
    schema: Schema
    urls: dict[str, str]
    base_url: str
    problems: tuple[str, ...] = ()


class PublishedError(Exception):
    """Published proposals that cannot be used.

    :param message: what is wrong.
    :param help: how to mend it; may be empty.
    """

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class Listed(NamedTuple):
    """A proposal in an inventory.

    :param shown: label and title, as ``DEP-0012: Title``; the title may be missing.
    :param url: the page, absolute or relative to the site that is built.
    """

    shown: str
    url: str

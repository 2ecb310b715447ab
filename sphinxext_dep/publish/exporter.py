"""An exporter writes a file into the root of a built site, for programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from sphinxext_dep.publish.site import Site


class Exporter(NamedTuple):
    """One of them.

    :param files: the names of what it writes.
    :param write: called with the site and the output directory, when there may be something new to tell.
    :param setting: in ``conf.py``; without it nothing is written. Empty for what is always written.
    :param doc: what the setting does.
    :param media_type: of the file; pages link to one that has such a type.
    :param package: what has to be installed for it and is not always.
    :param needs_base: whether nothing is written as long as nobody says where the site is published.
    """

    files: tuple[str, ...]
    write: Callable[[Site, Path], None]
    setting: str = ""
    doc: str = ""
    media_type: str = ""
    package: str = ""
    needs_base: bool = False

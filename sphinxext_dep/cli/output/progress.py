"""A progress bar for work that takes long, where somebody watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

import click

Item = TypeVar("Item")

PATIENCE = 1.0
"""Seconds after which a bar appears: what is done by then needs none."""


def progress(items: Sequence[Item], label: str) -> Iterator[Item]:
    """*items*; when handing them out takes more than a second, a bar on standard error shows how far it is.

    :param label: what is being done.
    """
    if not sys.stderr.isatty():
        yield from items
        return
    started = time.monotonic()
    for index, item in enumerate(items):
        if time.monotonic() - started > PATIENCE:
            with click.progressbar(length=len(items), label=label, file=sys.stderr) as bar:
                bar.update(index)
                for rest in items[index:]:
                    yield rest
                    bar.update(1)
            return
        yield item

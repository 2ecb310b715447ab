"""A limit of processor time for texts that must be read in linear time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

LIMIT = 30
"""Seconds. The inputs take some tenths of a second, at most three, on an idle machine, and with quadratic time minutes.
A machine that is ten times slower must pass."""


@contextmanager
def linear_time() -> Iterator[None]:
    """Fail when the block takes longer than :data:`LIMIT`."""
    begin = time.process_time()
    yield
    took = time.process_time() - begin
    assert took < LIMIT, f"{took:.1f} s of processor time, where linear time takes at most three"

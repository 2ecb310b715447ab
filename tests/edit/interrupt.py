"""Makes a program fail, or records what is on the disk, at each step of its work with files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

STEPS = ("open", "fsync", "replace", "rename", "chmod", "unlink", "stat")
"""Functions of :mod:`os` that work with files; each call is a step."""


class At:
    """Does something before the n-th step.

    :ivar where: the name of that step; empty when there were not so many.
    """

    def __init__(self, number: int, action: Callable[[], None]) -> None:
        self.number = number
        self.action = action
        self.calls = 0
        self.where = ""

    def install(self, patch: pytest.MonkeyPatch) -> None:
        for name in STEPS:
            patch.setattr(os, name, self._wrapped(name, getattr(os, name)))

    def _wrapped(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            if self.calls == self.number:
                self.where = name
                self.action()
            return function(*args, **kwargs)

        return call


def states(change: Callable[[], object], record: Callable[[], Any]) -> Iterator[Any]:
    """The results of *record* before each step of *change* and after the last: the states that a kill could leave."""
    seen: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        functions = {name: getattr(os, name) for name in STEPS}

        def wrapped(name: str) -> Callable[..., Any]:
            def call(*args: Any, **kwargs: Any) -> Any:
                with pytest.MonkeyPatch.context() as inner:
                    for each, function in functions.items():
                        inner.setattr(os, each, function)
                    seen.append(record())
                return functions[name](*args, **kwargs)

            return call

        for name in STEPS:
            patch.setattr(os, name, wrapped(name))
        change()
    seen.append(record())
    for number, state in enumerate(seen):
        if not number or state != seen[number - 1]:
            yield state

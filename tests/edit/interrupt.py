"""Kills a process, or lets a function of :mod:`os` fail, at a chosen step: for tests of what is left on the disk."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import IO, Any

import pytest

FALLIBLE = ("open", "fdopen", "fsync", "replace", "rename", "chmod", "unlink", "close", "stat")
"""Functions of :mod:`os` at which a process can be killed, or which can fail; also half-way through a write."""

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be killed at a chosen step")


class Interrupted:
    """A stream whose writing is interrupted half-way."""

    def __init__(self, stream: IO[bytes], reached: Callable[[str], None]) -> None:
        self.stream = stream
        self.reached = reached

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def __enter__(self) -> Interrupted:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()

    def write(self, data: bytes) -> None:
        self.stream.write(data[: len(data) // 2])
        self.stream.flush()
        self.reached("write")
        self.stream.write(data[len(data) // 2 :])


class At:
    """Does something at the n-th call of a fallible function, before the call."""

    def __init__(self, number: int, action: Callable[[], None]) -> None:
        self.number = number
        self.action = action
        self.calls = 0
        self.where = ""

    def reached(self, name: str) -> None:
        self.calls += 1
        if self.calls == self.number:
            self.where = name
            self.action()

    def install(self, patch: pytest.MonkeyPatch) -> None:
        for name in FALLIBLE:
            patch.setattr(os, name, self._wrapped(name, getattr(os, name)))

    def _wrapped(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.reached(name)
            result = function(*args, **kwargs)
            return Interrupted(result, self.reached) if name == "fdopen" else result

        return call


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed_at(number: int, change: Callable[[], object]) -> bool:
    """Run *change* in a process that is killed at the n-th step; whether it was, or had come to its end before."""
    pid = os.fork()
    if pid == 0:
        At(number, _kill).install(pytest.MonkeyPatch())
        try:
            change()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])

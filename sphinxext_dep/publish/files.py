"""Writing what is published: whole files, and only when they would change."""

from __future__ import annotations

from pathlib import Path

FEED = "deps.atom"
CALENDAR = "deps.ics"


def write_file(file: Path, data: bytes) -> None:
    """Let *file* hold *data*. One that does already keeps its time; nobody ever reads half of one."""
    if file.is_file() and file.read_bytes() == data:
        return
    new = file.with_name(f".{file.name}.new")
    new.write_bytes(data)
    new.replace(file)

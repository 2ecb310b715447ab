"""Example processes: the pages are here, the configuration of each is part of the package."""

from __future__ import annotations

from pathlib import Path

import sphinxext_dep

_HERE = Path(__file__).parent
PROCESSES = Path(sphinxext_dep.__file__).parent / "config" / "processes"


def example_files(name: str) -> dict[str, bytes]:
    """Path → bytes of every file of the example project *name*, in which nothing is wrong."""
    project = _HERE / name / "project"
    found = {file.relative_to(project).as_posix(): file.read_bytes() for file in project.rglob("*") if file.is_file()}
    return found | {"dep.toml": (PROCESSES / f"{name}.toml").read_bytes()}


def lay_example(name: str, directory: Path) -> None:
    """Write the example project *name* into *directory*."""
    for path, data in example_files(name).items():
        file = directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

"""Fixtures for tests that build documentation."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.sphinx.project import CONF, Project


@pytest.fixture
def make_project(tmp_path: Path) -> Callable[..., Project]:
    """Makes a project from files; ``conf.py`` and ``index.md`` have sensible contents unless given."""

    count = itertools.count(1)

    def make(files: Mapping[str, str | bytes], conf: str = CONF) -> Project:
        project = Project(tmp_path / f"project{next(count)}")
        listing = "# Docs\n\n```{dep-index}\n:toctree:\n```\n"
        project.write({"conf.py": conf, "index.md": listing, **files})
        return project

    return make

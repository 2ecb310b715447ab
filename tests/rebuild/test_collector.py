"""The cycle collector is left as it was found, however the build ends."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from sphinx.errors import ExtensionError

from tests.sphinx.project import CONF, Project, proposal


@pytest.fixture
def project(tmp_path) -> Project:
    """A project with one proposal."""
    made = Project(tmp_path / "project")
    made.write(
        {"conf.py": CONF, "index.md": "# Docs\n\n```{dep-index}\n:toctree:\n```\n", "deps/0001-a.md": proposal()}
    )
    return made


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """The collector as it was."""
    was_enabled = gc.isenabled()
    yield
    gc.unfreeze()
    if was_enabled:
        gc.enable()
    else:
        gc.disable()


def test_what_is_loaded_is_ignored_while_the_build_runs(project):
    seen: list[tuple[bool, bool]] = []

    def resolved(*_arguments: object) -> None:
        seen.append((gc.isenabled(), gc.get_freeze_count() > 0))

    project.build(hooks={"doctree-resolved": resolved})
    assert seen[0] == (True, True)
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_after_a_build_that_fails(project):
    def fail(*_arguments: object) -> None:
        raise ValueError

    with pytest.raises(ExtensionError):
        project.build(hooks={"doctree-resolved": fail})
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_a_collector_that_is_off_stays_off(project):
    gc.disable()
    project.build()
    assert not gc.isenabled()


def test_what_was_read_is_not_gone_over_again(project):
    """What the collector would go over, page for page: it must not grow with the pages that were read."""
    project.write({f"deps/{number:04}-page.md": proposal() for number in range(2, 62)})
    seen: list[int] = []
    project.build(hooks={"source-read": lambda *_arguments: seen.append(len(gc.get_objects()))})
    assert len(seen) == 62
    assert max(seen[-16:]) < 1.3 * max(seen[:16])
    assert gc.get_freeze_count() == 0

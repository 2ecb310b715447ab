"""A file that cannot be written, and file names that a terminal would obey."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sphinx.errors import ExtensionError, SphinxError

from tests.sphinx.project import CONF, proposal
from tests.sphinx.test_unmerged import branch, project, repo

__all__ = ["repo"]  # a fixture

FILES = {"deps/0001-a.md": proposal()}
CASES = ["deps.json", "deps.schema.json", ".dep-stamps", ".dep-stamps.journal", "deps.ics", "sphinxext_dep.css"]


@contextmanager
def refused(monkeypatch, name: str) -> Iterator[None]:
    """The disk is full for the file *name*; the error must say which, and what to do."""

    def refuse(method):
        def write(self, *arguments, **options):
            mode = arguments[0] if method == "open" and arguments else "w"
            if name in self.as_posix() and "r" not in mode:
                raise OSError(errno.ENOSPC, "No space left on device", str(self))
            return original[method](self, *arguments, **options)

        return write

    original = {method: getattr(Path, method) for method in ("write_bytes", "open")}
    for method in original:
        monkeypatch.setattr(Path, method, refuse(method))
    with pytest.raises(SphinxError) as caught:
        yield
    assert not isinstance(caught.value, ExtensionError)
    assert name in str(caught.value)
    assert "No space left on device; make room for it, or allow writing there, and build again" in str(caught.value)


@pytest.mark.parametrize("name", CASES)
def test_the_error_names_the_file(make_project, monkeypatch, name):
    project = make_project(FILES, f"{CONF}html_baseurl = 'https://example.org'\ndep_calendar = True\n")
    with refused(monkeypatch, name):
        project.build()


def test_the_package_of_latex(make_project, monkeypatch):
    project = make_project(FILES)
    with refused(monkeypatch, "sphinxext_dep.sty"):
        project.build("latex")


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_a_graph_of_latex(make_project, monkeypatch):
    two = proposal("Two", extends="DEP-1")
    graph = "# Docs\n\n```{dep-graph}\n```\n\n```{dep-index}\n:toctree:\n```\n"
    project = make_project({**FILES, "deps/0002-b.md": two, "index.md": graph})
    with refused(monkeypatch, "dep-graph-"):
        project.build("latex")


def test_a_picture_of_a_draft(repo, monkeypatch):
    branch(repo, 7, {"deps/NNNN-retry.md": proposal("Retry") + "\n![a](p.png)\n", "deps/p.png": b"\x89PNG\r\n"})
    with refused(monkeypatch, "_images/dep-"):
        project(repo).build(html_theme="basic")


def test_control_characters_of_a_file_name_do_not_reach_the_log(make_project):
    built = make_project({"deps/0001-\x1b[31ma.md": proposal(status="Drft")}).build()
    (warning,) = [item for item in built.warnings if "DEP201" in item]
    assert "\x1b[31ma" not in built.app.warning.getvalue().partition("DEP201")[0].rpartition("deps/")[2]
    assert "\ufffd" in warning

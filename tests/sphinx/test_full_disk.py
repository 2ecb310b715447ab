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
    """The disk is full for the file *name*; the error must say which, and what to do.

    As in Python: what cannot be opened has a name in its error, what cannot be written has none.
    """

    def refuse(method):
        def write(self, *arguments, **options):
            mode = arguments[0] if method == "open" and arguments else "w"
            # A file is written beside its place, under a hidden name, first.
            path = self.as_posix()
            if (name in path or name in path.replace("/.", "/")) and "r" not in mode:
                raise OSError(errno.ENOSPC, "No space left on device", *([str(self)] if method == "open" else ()))
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
    pages = dict.fromkeys(
        ("deps/0001-\x07a.md", "deps/0001-\u202eb.md"), proposal(status="Dr\x07ft") + "{dep}`9\x07`\n"
    )
    built = make_project(pages).build()
    ours = [item for item in built.warnings if "[dep." in item]
    assert {"DEP201", "DEP401", "DEP402"} <= {code for item in ours for code in item.split() if code.startswith("DEP")}
    assert not [item for item in ours if "\x07" in item or "\u202e" in item]

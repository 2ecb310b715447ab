"""A file that cannot be written, and file names that a terminal would obey."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from sphinx.errors import ExtensionError, SphinxError

from tests.sphinx.project import CONF, proposal

FILES = {"deps/0001-a.md": proposal()}
CASES = ["deps.json", "deps.schema.json", ".dep-stamps", ".dep-stamps.journal", "deps.ics", "sphinxext_dep.css"]


@pytest.mark.parametrize("name", CASES)
def test_the_error_names_the_file(make_project, monkeypatch, name):
    def refuse(method):
        def write(self, *arguments, **options):
            mode = arguments[0] if method == "open" and arguments else "w"
            if name in self.name and "r" not in mode:
                raise OSError(errno.ENOSPC, "No space left on device", str(self))
            return original[method](self, *arguments, **options)

        return write

    original = {method: getattr(Path, method) for method in ("write_bytes", "open")}
    for method in original:
        monkeypatch.setattr(Path, method, refuse(method))
    project = make_project(FILES, f"{CONF}html_baseurl = 'https://example.org'\ndep_calendar = True\n")
    with pytest.raises(SphinxError) as caught:
        project.build()
    assert not isinstance(caught.value, ExtensionError)
    assert name in str(caught.value)
    assert "No space left on device; make room for it, or allow writing there, and build again" in str(caught.value)


def test_control_characters_of_a_file_name_do_not_reach_the_log(make_project):
    built = make_project({"deps/0001-\x1b[31ma.md": proposal(status="Drft")}).build()
    (warning,) = [item for item in built.warnings if "DEP201" in item]
    assert "\x1b[31ma" not in built.app.warning.getvalue().partition("DEP201")[0].rpartition("deps/")[2]
    assert "\ufffd" in warning

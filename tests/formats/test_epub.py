"""EPUBCheck, which shops and libraries use, accepts the book."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.sphinx.hostile import hostile_project

ROOT = Path(__file__).parents[2]


@pytest.fixture
def complaints(jar):
    """What EPUBCheck says of the book in a directory."""
    command = jar("epubcheck", "epubcheck.jar")

    def complaints(directory: Path) -> list[str]:
        (book,) = directory.glob("*.epub")
        done = subprocess.run([*command, str(book)], capture_output=True, text=True, check=False)
        found = [
            line for line in (done.stdout + done.stderr).splitlines() if re.match(r"(FATAL|ERROR|WARNING)\(", line)
        ]
        assert found or done.returncode == 0, done.stderr
        return found

    return complaints


def test_every_component(build, complaints):
    assert complaints(build("epub").outdir) == []


def test_hostile_metadata(tmp_path, complaints):
    assert complaints(hostile_project(tmp_path).build("epub").outdir) == []


def test_own_site(tmp_path, complaints):
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "epub", "-d", str(tmp_path / "trees"), str(ROOT)]
    subprocess.run([*command, str(tmp_path / "epub")], check=True, capture_output=True)
    assert complaints(tmp_path / "epub") == []


def test_its_style_sheet_is_for_old_readers(build):
    (file,) = build("epub").outdir.glob("*.epub")
    with zipfile.ZipFile(file) as book:
        (name,) = [name for name in book.namelist() if name.endswith("sphinxext_dep.css")]
        css = book.read(name).decode()
        assert not [name for name in book.namelist() if name.endswith("sphinxext_dep.js")]
    assert "var(" not in css
    assert "grid" not in re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)

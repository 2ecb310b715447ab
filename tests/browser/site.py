"""The site that browser tests look at: ten proposals in which every kind of value occurs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.sphinx.project import Project, proposal

THEMES = ("furo", "pydata_sphinx_theme", "nvidia_sphinx_theme", "sphinx_book_theme", "alabaster")

# A sidebar of the theme "basic" would bring an inline script of Sphinx's own, its navigation bars an inline style.
LAYOUT = '{% extends "!layout.html" %}{% block relbar1 %}{% endblock %}{% block relbar2 %}{% endblock %}'
CONF = """
extensions = ["myst_parser", "sphinx_design", "sphinxext_dep"]
html_theme = "{theme}"
html_sidebars = {sidebars}
html_copy_source = False
templates_path = ["_templates"]
language = "en"
"""

COLUMNS = "number, title, status, authors, review-date"
PROCESS = """
[fields.python-version]
label = "Python"
type = "version"
many = true
"""
GRACE = {"sponsor": '"Grace Hopper"', "required_reviewers": '"Alan Turing, @edsger"'}
GUIDE = """Load is spread by {dep}`2`, and answers come from a cache ({dep}`1`).

* Writes: {dep}`how writes wait in a queue until somebody has time for them <3>`
* Reads: {dep-status}`2`, {dep-status}`12`

A long paragraph in which the last words of a line are a link, so that a card has to find a place: what is cut into
pieces says {dep}`7`, and what is not even a proposal says {dep}`wish`, on a page that ends here. And so do {dep}`4`,
{dep}`5`, {dep}`6`, {dep}`8`.
"""
FILES = {
    "dep.toml": PROCESS,
    "python.md": "---\norphan: true\n---\n# Python\n\n"
    "```{dep-index}\n:columns: number, python-version\n:sort: number\n```\n",
    "index.md": "# Example\n\n```{toctree}\ndeps/index\nstatus\npeople\ntwo\nguide\n```\n",
    "deps/index.md": f"# Proposals\n\n```{{dep-index}}\n:columns: {COLUMNS}\n:sort: number\n:toctree:\n```\n",
    "status.md": "# Dashboard\n\n```{dep-status}\n```\n",
    "people.md": "# People\n\n```{dep-people}\n```\n",
    "graph.md": "---\norphan: true\n---\n# Graph\n\n```{dep-graph}\n```\n\n```{dep-graph} 1\n```\n",
    "flat.md": "---\norphan: true\n---\n# Flat\n\n```{toctree}\ndeps/0008-mail\n```\n",
    "cards.md": "---\norphan: true\n---\n# Cards\n\n```{dep-index}\n:format: cards\n```\n",
    "guide.md": f"# Guide\n\n{GUIDE}",
    "two.md": "# Tables\n\n```{dep-index}\n:group-by: status\n:sort: number\n```\n\n"
    "```{dep-index}\n:category: Process\n:sort: number\n```\n\n```{dep-index}\n:toolbar:\n:sort: number\n```\n",
    "deps/0001-cache.md": proposal("Cache answers", "Implemented", tags="engine, net", python_version="3.10", **GRACE),
    "deps/0002-router.md": proposal(
        "Route by load", "Approved", authors="Kurt Gödel", review_date="2026-01-05", **GRACE),
    "deps/0003-queue.md": proposal("Queue writes", "Under Review", authors="Barbara Liskov", extends="1",
                                     python_version='">=3.11, <4"', **GRACE),
    "deps/0004-retry.md": proposal("Retry reads", "Under Review", category="Process", review_date="2026-11-05",
                                     python_version="3.9"),
    "deps/0005-votes.md": proposal("Vote in public", "Draft", category="Process", authors='"Ada Lovelace, Kurt Gödel"'),
    "deps/0006-style.md": proposal("Write plainly", "Draft", category="Guidelines", authors="Barbara Liskov",
                                     python_version="3.9rc1"),
    "deps/0007-shards.md": proposal("Split tables", "Deferred", summary="Tables are cut into *shards* of equal size."),
    "deps/0008-mail.md": proposal("Announce by mail", "Rejected", category="Process", authors="Kurt Gödel"),
    "deps/0012-trace.md": proposal("Trace requests", "Implemented", tags="net", review_date="2025-12-24",
                                     summary="Every message carries the context of its request. " * 8),
    "deps/wish.md": proposal("A wish", "Aproved"),
}  # fmt: skip


def build(directory: Path, theme: str) -> Path:
    """Build the site in *theme* and return the directory of its pages."""
    project = Project(directory)
    bare = theme == "basic"
    project.write({"conf.py": CONF.format(theme=theme, sidebars='{"**": []}' if bare else "{}"), **FILES})
    if bare:
        project.write({"_templates/layout.html": LAYOUT})
    # In a process of its own: some themes do not work after another theme in the same one.
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-D",
        "dep_fail_on=never",
        str(project.src),
        str(directory / "html"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return directory / "html"

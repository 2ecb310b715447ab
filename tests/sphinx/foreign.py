"""Two projects: the second shows proposals of the first. Whoever asks for the network fails."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from tests.sphinx.project import CONF, Built, Project, proposal

BASE = "https://first.example.org/docs/"
MAPPED = CONF.replace('"sphinxext_dep"', '"sphinx.ext.intersphinx", "sphinxext_dep"')
MAPPING = f'intersphinx_mapping = {{"first": ("{BASE}", "downloads/objects.inv")}}\n'

FIRST = {
    "deps/0001-base.md": proposal("Base", "Approved", authors='"@ada"', tags="net"),
    "deps/0002-top.md": proposal("Top", "Under Review", category="Process", extends='"1"', review_date="2025-01-01"),
    "deps/0003-old.md": proposal("Old", "Rejected"),
    "deps/wish.md": proposal("A *wish*"),
}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The other project."""
    project = Project(tmp_path_factory.mktemp("foreign") / "first")
    project.write({"conf.py": CONF, "index.md": "# First\n\n```{dep-index}\n:toctree:\n```\n", **FIRST})
    built = project.build(html_baseurl=BASE.rstrip("/"))
    assert built.warnings == []
    return built


def index(*options: str) -> str:
    """A page with an index, sorted by number unless *options* say otherwise."""
    order = () if any(option.startswith(":sort:") for option in options) else (":sort: number",)
    return "\n".join(["# Page", "", "```{dep-index}", *options, *order, "```", ""])


@pytest.fixture
def second(make_project: Callable[..., Project], first: Built) -> Project:
    """A project with a proposal of its own, whose page `abroad` shows those of the first."""
    project = make_project(
        {
            "abroad.md": index(":source: first.json"),
            "index.md": "# Docs\n\n```{dep-index}\n```\n\n```{toctree}\nabroad\nplain\ndeps/0001-own\n```\n",
            "plain.md": "# Plain\n",
            "deps/0001-own.md": proposal("Own"),
            "first.json": first.text("deps.json"),
        }
    )
    return project


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for a connection fails."""

    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError("the build asks for the network")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def rows(built: Built, docname: str = "abroad") -> list[list[str]]:
    """The words of the table's rows."""
    return [[cell.text.strip() for cell in row.select("td")] for row in built.page(docname).select("tbody tr")]


def links(built: Built, docname: str = "abroad") -> list[str]:
    """Where the table leads."""
    return [str(link["href"]) for link in built.page(docname).select("tbody a")]


def rewrite(project: Project, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the file that the first project has published."""
    catalogue = json.loads((project.src / "first.json").read_text(encoding="utf-8"))
    change(catalogue)
    project.write({"first.json": json.dumps(catalogue)})


def mapped(second: Project, first: Built, *, whole: bool, mapping: str = MAPPING) -> None:
    """Let the second project know the first by intersphinx."""
    downloads = {"downloads/objects.inv": (first.outdir / "objects.inv").read_bytes()}
    if whole:
        downloads["downloads/deps.json"] = (first.outdir / "deps.json").read_bytes()
    second.write({"conf.py": MAPPED + mapping, "abroad.md": index(":source: first"), **downloads})


def entry(catalogue: dict[str, Any]) -> dict[str, Any]:
    """The first proposal."""
    found: dict[str, Any] = catalogue["proposals"][0]
    return found

"""``llms.txt``, and the addresses of the sources in ``deps.json``."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

from tests.sphinx.project import CONF, Built, proposal

NAMED = CONF + 'project = "First [x]"\n'
FILES = {
    "deps/0001-a.md": proposal("Retry", "Approved", summary="It is\nsent *again*."),
    "deps/0002-b.md": proposal("Old", "Replaced", replaced_by="DEP-1"),
    "deps/0003-c.md": proposal("No](https://evil.example) <b>", "Rejected", summary="long " * 100),
    "deps/wish list.md": proposal("A wish"),
    "deps/0004-d.rst": "Four\n====\n\n**Status**: Drafft\n",
}


def entries(site: Built) -> list[str]:
    return [line for line in site.text("llms.txt").splitlines() if line.startswith(("- ", "## "))]


def test_every_proposal_is_listed_once(make_project: Any) -> None:
    project = make_project(FILES, NAMED)
    site = project.build()
    assert site.text("llms.txt").startswith("# First \\[x\\]: proposals\n\n> The DEP proposals of First \\[x\\], ")
    found = entries(site)
    assert found[:5] == [
        "## Decided",
        "- [DEP-0001: Retry](_sources/deps/0001-a.md.txt): Approved. It is sent again.",
        "## Under discussion",
        "- [wish-list: A wish](_sources/deps/wish%20list.md.txt): Draft. Failed requests are sent again.",
        "## Without a valid status",
    ]
    assert found[5:7] == ["- [DEP-0004: Four](_sources/deps/0004-d.rst.txt): Drafft.", "## Not in force"]
    assert found[7].startswith(
        "- [(Replaced) DEP-0002: Old](_sources/deps/0002-b.md.txt): Replaced (Replaced By: DEP-0001)."
    )
    assert found[8].startswith("- [(Rejected) DEP-0003: No\\](https://evil.example)](_sources/deps/0003-c.md.txt)")
    assert len(found[8]) < 500
    for entry in site.deps["proposals"]:
        assert (site.outdir / unquote(entry["source"])).read_bytes() == (project.src / entry["path"]).read_bytes()


def test_addresses_are_absolute_where_the_site_has_one(make_project: Any) -> None:
    site = make_project(FILES, NAMED).build(html_baseurl="https://example.org/docs")
    assert "](https://example.org/docs/_sources/deps/0001-a.md.txt)" in site.text("llms.txt")
    assert site.deps["proposals"][0]["source"] == "_sources/deps/0001-a.md.txt"


def test_without_copies_of_the_sources(make_project: Any) -> None:
    project = make_project(FILES, NAMED)
    project.build()
    site = project.build(html_copy_source=False)
    assert "](deps/0001-a.html)" in site.text("llms.txt")
    assert site.deps["proposals"][0]["source"] is None


def test_it_can_be_turned_off(make_project: Any) -> None:
    """Also in a build into a directory that has one; a file of the project's own is not touched by that."""
    project = make_project(FILES, NAMED)
    assert (project.build().outdir / "llms.txt").is_file()
    site = project.build(dep_llms=False)
    assert site.written == set()
    assert not (site.outdir / "llms.txt").exists()
    assert (project.build().outdir / "llms.txt").is_file()
    (site.outdir / "llms.txt").write_text("# Theirs\n")
    assert project.build(dep_llms=False).text("llms.txt") == "# Theirs\n"


@pytest.mark.parametrize("extra", ["llms.txt", "extra"])
def test_the_file_of_the_project_is_kept(make_project: Any, extra: str) -> None:
    name = "llms.txt" if extra == "llms.txt" else "extra/llms.txt"
    project = make_project(FILES | {name: "# Ours\n"}, NAMED + f"html_extra_path = ['{extra}']\n")
    for _ in range(2):
        assert project.build().text("llms.txt") == "# Ours\n"


def test_the_file_of_another_extension_is_kept(make_project: Any) -> None:
    other = (
        "from pathlib import Path\n"
        "def write(app, error):\n    (Path(app.outdir) / 'llms.txt').write_text('# Theirs\\n')\n"
        "def setup(app):\n    app.connect('build-finished', write, priority=1)\n"
    )
    assert make_project(FILES, NAMED + other).build().text("llms.txt") == "# Theirs\n"

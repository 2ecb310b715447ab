"""Status pills in the navigation: right after every build, without writing a page for them."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup

from sphinxext_dep.sphinx.html.navigation import FILE_NAME, entry_class
from tests.sphinx.project import CONF, Built, proposal

SIDEBAR = f"""{CONF}
html_sidebars = {{"**": ["globaltoc.html"]}}
html_theme_options = {{"globaltoc_includehidden": "true", "globaltoc_collapse": "false"}}
"""
FILES = {
    "index.md": "# Docs\n\n```{toctree}\ndeps/index\nold/index\nplain\n```\n",
    "deps/index.md": "# All\n\n```{dep-index}\n:toctree:\n```\n",
    "old/index.md": "# Old\n\n```{toctree}\n0001-cache\n```\n",
    "old/0001-cache.md": "# Not a proposal\n\nIt is a page.\n",
    "deps/0001-cache.md": proposal("Cache", "Approved"),
    "deps/0002-queue.md": proposal("Queue", "Draft"),
    "deps/wish.md": proposal("Wish", "Draft"),
    "deps/sub/wish.md": proposal("Another", "Rejected"),
    "plain.md": "# Plain\n",
}
PILL = re.compile(r"--dep-pill: \"((?:[^\"\\]|\\.)*)\"")


def rules(built: Built) -> dict[str, str]:
    """Class → the word of its pill."""
    found = {}
    for rule in built.text(FILE_NAME).split("}"):
        word = PILL.search(rule)
        if word is not None:
            selectors = rule.partition("{")[0].split("*/")[-1]
            found.update(dict.fromkeys((name.strip().removeprefix(".") for name in selectors.split(",")), word[1]))
    return found


def entries(built: Built, name: str) -> dict[str, str]:
    """Title → pill of the entries in the navigation of the file *name*."""
    words = rules(built)
    soup = BeautifulSoup(built.text(name), "html.parser")
    links = soup.select(".sphinxsidebar li a.dep-nav")
    return {link.get_text(): next((words[item] for item in link["class"] if item in words), "") for link in links}


ALL = {"Cache": "Approved", "Queue": "Draft", "Wish": "Draft", "Another": "Rejected"}


@pytest.mark.parametrize(("builder", "end"), [("html", ".html"), ("dirhtml", "/index.html")])
def test_entries_lead_to_their_own_status(make_project, builder, end):
    built = make_project(FILES, SIDEBAR).build(builder)
    assert built.warnings == []
    # From anywhere, from their own pages too, where the entry leads to "#".
    assert entries(built, f"deps/sub/wish{end}") == {**ALL, "All": ""}
    shown = entries(built, f"deps/0001-cache{end}")
    assert shown == {**ALL, "All": ""}
    # A page of the same file name in another directory is not taken for a proposal.
    assert "Not a proposal" not in shown


def test_one_page_has_them_too(make_project):
    # Sphinx puts the entries of the root alone into the sidebar of such a page.
    listed = "# Docs\n\n```{toctree}\ndeps/0001-cache\ndeps/sub/wish\n```\n\n```{toctree}\ndeps/index\n```\n"
    built = make_project({**FILES, "index.md": listed}, SIDEBAR).build("singlehtml")
    assert entries(built, "index.html") == {"Cache": "Approved", "Another": "Rejected", "All": ""}


def test_an_edited_status_writes_no_page_for_the_navigation(make_project):
    project = make_project(FILES, SIDEBAR)
    project.build()
    project.edit("deps/0001-cache.md", "Approved", "Rejected")
    built = project.build()
    # The page itself, the index that shows it in a table, and those above it, as ever.
    assert built.read == {"deps/0001-cache"}
    assert built.written == {"deps/0001-cache", "deps/index", "index"}
    assert rules(built)[entry_class("deps/0001-cache")] == "Rejected"
    clean = project.build_clean()
    assert clean.text(FILE_NAME) == built.text(FILE_NAME)
    assert clean.text("plain.html") == built.text("plain.html")


def test_one_named_file_brings_them_up_to_date(make_project):
    project = make_project(FILES, SIDEBAR)
    project.build()
    project.edit("deps/0001-cache.md", "Approved", "Rejected")
    assert rules(project.build(files=("plain.md",)))[entry_class("deps/0001-cache")] == "Rejected"


def test_nothing_is_written_when_nothing_changed(make_project):
    project = make_project(FILES, SIDEBAR)
    file = project.build().outdir / FILE_NAME
    before = file.stat().st_mtime_ns
    project.edit("deps/0001-cache.md", "Networks", "Nets")
    project.build()
    assert file.stat().st_mtime_ns == before
    file.unlink()
    project.build()
    assert file.is_file()
    assert [item.name for item in file.parent.glob("*status*")] == [file.name]


def test_the_setting_turns_them_off(make_project):
    project = make_project(FILES, SIDEBAR)
    project.build()
    built = project.build(dep_navigation_status=False)
    assert not (built.outdir / FILE_NAME).exists()
    for name in ("plain.html", "deps/0001-cache.html"):
        assert "dep-nav" not in built.text(name)
        assert "sphinxext_dep_navigation" not in built.text(name)


def test_the_first_proposal_in_the_navigation_is_on_every_page(make_project):
    """And before it, pages are as they were without the extension."""
    project = make_project(
        {**FILES, "deps/index.md": "---\norphan: true\n---\n# All\n\n```{dep-index}\n```\n"}, SIDEBAR
    )
    project.edit("index.md", "deps/index\n", "")
    built = project.build()
    assert "sphinxext_dep" not in built.text("plain.html")
    assert not (built.outdir / FILE_NAME).exists()
    project.edit("index.md", "plain\n", "plain\ndeps/index\n")
    project.edit("deps/index.md", "```{dep-index}\n", "```{dep-index}\n:toctree:\n")
    built = project.build()
    assert "sphinxext_dep_navigation.css" in built.text("plain.html")
    assert built.text("plain.html") == project.build_clean().text("plain.html")


def test_a_word_is_only_a_word(make_project):
    """The names of statuses are the project's own; what was written instead of one is not shown."""
    name = "\\; } body { display: none } é"
    toml = f"[statuses.'{name}']\nkind = 'open'\ndescription = 'x'\n"
    files = {
        **FILES,
        "dep.toml": toml,
        "deps/0001-cache.md": proposal("Cache").replace(":status: Draft", f":status: '{name}'"),
        "deps/0002-queue.md": proposal("Queue", "}*{display:none"),
    }
    built = make_project(files, SIDEBAR).build(dep_fail_on="never")
    text = built.text(FILE_NAME)
    words = rules(built)
    assert words[entry_class("deps/0002-queue")] == "No valid status"
    assert text.count("{") - text.count("\\7b ") == text.count("}") - text.count("\\7d ")
    assert "display" in words[entry_class("deps/0001-cache")]


@pytest.mark.parametrize("builder", ["epub", "latex", "text", "man"])
def test_other_builders_have_none(make_project, builder):
    built = make_project(FILES).build(builder)
    assert not (built.outdir / FILE_NAME).exists()
    assert not (built.outdir / "_static" / "sphinxext_dep_navigation.css").exists()


def test_classes_are_different_for_different_documents():
    names = ["a/b", "a-b", "a_b", "a b", "a_2f_b", "a", "ab", "A/B", "ä", "a.b", "a/b/"]
    classes = {entry_class(name) for name in names}
    assert len(classes) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", name) for name in classes)

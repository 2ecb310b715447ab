"""``dep-index`` with ``:toctree:`` against an ordinary ``toctree`` of the same pages: every output file is the same."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from docutils import nodes
from sphinx import addnodes
from sphinx.environment.adapters.toctree import global_toctree_for_doc

from tests.sphinx.project import CONF, proposal

PAGES = {
    "deps/0001-a.md": proposal("Retry failed requests"),
    "deps/0002-b.md": proposal("Two `queues`", "Under Review"),
    "deps/0003-c.md": proposal("Three"),
}
OPTIONS = {
    "plain": ("", ":maxdepth: 1\n"),
    "maxdepth": (":maxdepth: 3\n", ":maxdepth: 3\n"),
    "caption": (":caption: Decisions\n", ":maxdepth: 1\n:caption: Decisions\n"),
    "numbered": (":numbered:\n", ":maxdepth: 1\n:numbered:\n"),
    "numbered to a depth": (":numbered: 1\n", ":maxdepth: 1\n:numbered: 1\n"),
    "titlesonly": (":titlesonly:\n:maxdepth: 2\n", ":titlesonly:\n:maxdepth: 2\n"),
}
THEMES = ["alabaster", "furo", "nvidia_sphinx_theme", "pydata_sphinx_theme", "sphinx_book_theme", "sphinx_rtd_theme"]
BUILDERS = ["dirhtml", "singlehtml", "latex", "text", "man", "texinfo", "epub"]
ENTRIES = "".join(f"{name.removesuffix('.md')}\n" for name in PAGES)


def pair(make_project, name, page="index.md", conf=CONF):
    """The same project with our toctree and with an ordinary one; a list without proposals is nothing but a toctree."""
    ours, ordinary = OPTIONS[name]
    title = {"index.md": "# Docs\n"} if page == "index.md" else {"index.md": "# Docs\n\n```{toctree}\nlist\n```\n"}
    index = f"```{{dep-index}}\n:toctree:\n:format: list\n{ours}```\n"
    entries = ENTRIES if page == "index.md" else "".join(f"/{line}\n" for line in ENTRIES.split())
    caption = ":caption: Decisions\n" if name == "caption" else ""
    listing = f"```{{dep-index}}\n:format: list\n{caption}```\n"
    toctree = f"```{{toctree}}\n:hidden:\n{ordinary}{entries}```\n"
    files = {**PAGES, **title}
    head = "# Docs\n\n" if page == "index.md" else "# List\n\n"
    return (
        make_project({**files, page: f"{head}{index}"}, conf),
        make_project({**files, page: f"{head}{listing}\n{toctree}"}, conf),
    )


def shown(built):
    """The output without what is different on purpose: the source texts."""
    hidden = ("_sources/", "_static/", "environment", "deps.json")
    book = {
        file.relative_to(built.outdir).as_posix(): file.read_bytes()
        for file in built.outdir.rglob("*") if file.suffix in (".xhtml", ".ncx", ".opf")
    }  # fmt: skip
    return {
        name: data.replace(built.app.srcdir.parent.name.encode(), b"") for name, data in (built.files | book).items()
        if not name.startswith(hidden)
    }  # fmt: skip


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("page", ["index.md", "list.md"])
def test_html_is_that_of_an_ordinary_toctree(make_project, name, page):
    ours, ordinary = (project.build() for project in pair(make_project, name, page))
    assert (ours.status, ours.warnings) == (0, []) == (ordinary.status, ordinary.warnings)
    assert shown(ours) == shown(ordinary)


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_has_the_same_navigation(make_project, theme):
    """On the root page and on another one, each with proposals of its own: a build for each costs twice the time."""
    pytest.importorskip(theme, reason="a checkout from before it was among the requirements of the tests")
    _, ordinary = OPTIONS["caption"]
    later = {name.replace("deps/000", "deps/001"): text for name, text in PAGES.items()}
    listing = "```{{dep-index}}\n:format: list\n:caption: Decisions\n:filter: {}\n{}```\n"
    toctree = "```{{toctree}}\n:hidden:\n" + ordinary + "{}```\n"
    root, other = ("number:1..3", ENTRIES), ("number:11..13", ENTRIES.replace("deps/000", "/deps/001"))
    more = "\n```{toctree}\nlist\n```\n"
    with_ours = {
        "index.md": f"# Docs\n\n{listing.format(root[0], ':toctree:' + chr(10))}{more}",
        "list.md": f"# List\n\n{listing.format(other[0], ':toctree:' + chr(10))}",
    }
    with_ordinary = {
        "index.md": f"# Docs\n\n{listing.format(root[0], '')}\n{toctree.format(root[1])}{more}",
        "list.md": f"# List\n\n{listing.format(other[0], '')}\n{toctree.format(other[1])}",
    }
    conf = f'{CONF}html_theme = "{theme}"\n'
    outputs = []
    for files in (with_ours, with_ordinary):
        project = make_project({**PAGES, **later, **files}, conf)
        out = project.root / "out"
        # In a process of its own: some themes do not work after another theme in the same one.
        command = [sys.executable, "-m", "sphinx", "-q", "-W", project.src, out]
        subprocess.run(command, check=True)
        outputs.append({file.relative_to(out): file.read_text("utf-8") for file in out.rglob("*.html")})
    assert outputs[0] == outputs[1]
    assert "deps/0003-c.html" in outputs[0][Path("index.html")]
    assert "deps/0013-c.html" in outputs[0][Path("list.html")]


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize(("name", "page"), [
    ("plain", "index.md"), ("numbered", "index.md"), ("maxdepth", "index.md"), ("caption", "list.md"),
])  # fmt: skip
def test_every_builder_writes_the_same(make_project, monkeypatch, builder, name, page):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")  # a book has the time of its making
    conf = f'{CONF}man_pages = [("index", "docs", "Docs", "Ada", 1)]\nversion = copyright = "1"\n'
    ours, ordinary = (project.build(builder) for project in pair(make_project, name, page, conf=conf))
    assert ours.warnings == ordinary.warnings == []
    assert shown(ours) == shown(ordinary)


def test_who_reads_the_doctree_finds_the_entries(make_project):
    """An extension, or a theme, may take the root's doctree and resolve the toctrees in it."""
    found: dict[str, Any] = {}

    def read(app, exception):
        doctree = app.env.get_doctree("index")
        toctree = doctree.next_node(addnodes.toctree)
        found["entries"] = toctree["entries"], toctree.get("includefiles"), toctree.deepcopy()["entries"]
        # Sphinx before 9 finds the tags by itself.
        known = inspect.signature(global_toctree_for_doc).parameters
        tags = {"tags": app.tags} if "tags" in known else {}
        whole = global_toctree_for_doc(app.env, "index", app.builder, includehidden=True, maxdepth=-1, **tags)
        assert whole is not None
        found["links"] = [link["refuri"] for link in whole.findall(nodes.reference)][:2]

    project, _ordinary = pair(make_project, "plain")
    project.build(hooks={"build-finished": read})
    docnames = ENTRIES.split()
    entries = [(None, docname) for docname in docnames]
    assert found["entries"] == (entries, docnames, entries)
    assert found["links"][0] == "deps/0001-a.html"


@pytest.mark.parametrize("option", [":maxdepth: x", ":numbered: x", ":maxdepth: 2"])
def test_options_that_cannot_be_meant_are_reported(make_project, option):
    toctree = "" if option == ":maxdepth: 2" else ":toctree:\n"
    built = make_project({"index.md": f"# Docs\n\n```{{dep-index}}\n{toctree}{option}\n```\n", **PAGES}).build()
    assert built.codes == ["DEP006"]

"""``dep-graph``: the relations of proposals, as a drawing and as a list that says the same."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sphinxext_dep.sphinx.components import graph
from tests.sphinx.project import Built, one, proposal

HAS_DOT = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
PAGE = "# Docs\n\n```{{dep-graph}}{}\n```\n\n```{{dep-index}}\n:toctree:\n```\n"
PROPOSALS = {
    "deps/0001-a.md": proposal("A", "Approved"),
    "deps/0002-b.md": proposal("B", "Replaced", extends="1", replaced_by="3"),
    "deps/0003-c.md": proposal("C", "Approved", replaces="2", related="4"),
    "deps/0004-d.md": proposal("D", "Draft", related="3", category="Process"),
    "deps/0005-e.md": proposal("E", "Draft"),
    "deps/wish.md": proposal("Wish", extends="4"),
}
LISTED = {
    "DEP-0001 A": [],
    "DEP-0002 B": ["Extends: DEP-0001 A Approved"],
    "DEP-0003 C": ["Replaces: DEP-0002 B Replaced", "Related: DEP-0004 D Draft"],
    "DEP-0004 D": [],
    "wish Wish": ["Extends: DEP-0004 D Draft"],
}


@pytest.fixture
def no_dot(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without Graphviz."""
    monkeypatch.setattr(graph, "find_program", lambda name: None)


def listed(built: Built) -> dict[str, list[str]]:
    """What the list says: proposal → relations."""
    items = built.page("index").select(".dep-graph ul.dep-list > li")
    said = ":scope > ul > li"
    return {
        one(item, ":scope > p > a").get_text(): [line.get_text().strip() for line in item.select(said)]
        for item in items
    }


@HAS_DOT
def test_all_that_have_relations(make_project):
    built = make_project({"index.md": PAGE.format(""), **PROPOSALS}).build()
    assert built.warnings == []
    assert listed(built) == LISTED
    graph = one(built.page("index"), ".dep-graph")
    assert "1 proposal has no relations." in graph.get_text()
    boxes = graph.select("svg a")
    assert {box["href"] for box in boxes} == {item.replace(".md", ".html") for item in PROPOSALS if "0005" not in item}
    words = {box["href"]: [text.get_text() for text in box.select("text")] for box in boxes}
    assert words["deps/0003-c.html"] == ["DEP-0003", "C", "Approved"]
    assert len(graph.select("svg .dep-edge")) == 4
    assert one(graph, "details summary").get_text() == "The same as a list"
    # Nothing that a strict policy forbids, and no colour of its own.
    assert not any(tag.has_attr("style") or tag.has_attr("fill") for tag in graph.find_all(True))


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        (" 1", ["DEP-0001 A", "DEP-0002 B"]),
        (" 1\n:depth: 2", ["DEP-0001 A", "DEP-0002 B", "DEP-0003 C"]),
        (" DEP-1\n:depth: 99", list(LISTED)),
        (" wish", ["DEP-0004 D", "wish Wish"]),
        ("\n:status: decided", []),
        ("\n:status: Draft", ["DEP-0004 D", "wish Wish"]),
        ("\n:filter: number:1..2", ["DEP-0001 A", "DEP-0002 B"]),
        (" 4\n:category: Architecture", ["DEP-0003 C", "DEP-0004 D", "wish Wish"]),
    ],
)
def test_a_part_of_them(make_project, argument, expected):
    built = make_project({"index.md": PAGE.format(argument), **PROPOSALS}).build()
    assert built.warnings == []
    assert list(listed(built)) == expected
    if not expected:
        assert "No relations." in one(built.page("index"), ".dep-graph").get_text()


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        (" 99", "index.md:3:1: ERROR: DEP402 there is no proposal `DEP-0099`"),
        (" 1\n:depth: much", "index.md:4:9: ERROR: DEP006 `much` is not a number of relations"),
        (" 1\n:depth: 0", "index.md:4:9: ERROR: DEP006 `0` is not"),
        ("\n:depth: 1", "index.md:4:2: ERROR: DEP006 `dep-graph` has no option `depth`"),
        ("\n:status: Darft", "index.md:4:10: ERROR: DEP006"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(make_project, argument, message):
    built = make_project({"index.md": PAGE.format(argument), **PROPOSALS}).build()
    (warning,) = built.warnings
    assert warning.startswith(message)


def test_cycles_and_references_to_itself(make_project):
    files = {
        "deps/0001-a.md": proposal("A", extends="1, 2"),
        "deps/0002-b.md": proposal("B", extends="1", related="2"),
    }
    built = make_project({"index.md": PAGE.format(" 1\n:depth: 9"), **files}).build(dep_fail_on="never")
    assert listed(built) == {"DEP-0001 A": ["Extends: DEP-0002 B Draft"], "DEP-0002 B": ["Extends: DEP-0001 A Draft"]}


@pytest.mark.usefixtures("no_dot")
def test_without_graphviz_it_is_a_list_and_that_is_said_once(make_project):
    page = PAGE.format("") + "\n```{dep-graph} 1\n```\n"
    built = make_project({"index.md": page, **PROPOSALS}).build()
    assert (built.status, built.warnings) == (0, [])
    assert built.log.count("Graphviz") == 1
    graphs = built.page("index").select(".dep-graph")
    assert [graph.select("svg, details") for graph in graphs] == [[], []]
    assert len(graphs[0].select("ul.dep-list > li")) == len(LISTED)


@HAS_DOT
def test_when_graphviz_comes_the_page_is_drawn(make_project, monkeypatch):
    project = make_project({"index.md": PAGE.format(""), **PROPOSALS})
    with monkeypatch.context() as context:
        context.setattr(graph, "find_program", lambda name: None)
        project.build()
    built = project.build()
    assert (built.read, "index" in built.written) == (set(), True)
    assert one(built.page("index"), ".dep-graph svg")
    assert project.build().written == set()


@HAS_DOT
def test_it_is_as_fresh_as_everything_else(make_project):
    project = make_project({"index.md": PAGE.format("\n:status: open"), **PROPOSALS})
    project.build()
    project.edit("deps/0004-d.md", "# D\n", "# Changed\n")
    built = project.build()
    assert "Changed" in one(built.page("index"), ".dep-graph svg").get_text()
    assert built.files == project.build_clean().files


HOSTILE = (
    r'A "quoted" \N \G title', r"ends with a backslash \\", "`<script>alert(1)</script>`", "&lt;b&gt; &amp; &#60;",
    '"] n0 -> n1 [label="x', "`{ | }` and ports", "日本語のとても長い題名", "a\u202eb\u0007c",
)  # fmt: skip


@HAS_DOT
@pytest.mark.parametrize("title", HOSTILE)
def test_titles_are_only_words(make_project, title):
    files = {"deps/0001-a.md": proposal("A"), "deps/0002-b.md": proposal(title, extends="1")}
    built = make_project({"index.md": PAGE.format(""), **files}).build(dep_fail_on="never")
    graph = one(built.page("index"), ".dep-graph")
    svg = one(graph, "svg")
    assert svg.select("script, b") == []
    assert len(svg.select(".dep-node")) == 2
    assert len(svg.select(".dep-edge")) == 1
    shown = "".join(text.get_text() for text in svg.select('a[href="deps/0002-b.html"] text'))
    known = one(graph, 'ul.dep-list > li > p a[href="deps/0002-b.html"]').get_text()
    plain = "".join(sign if sign.isprintable() else "" for sign in known)
    assert "".join(shown.split()) == "".join(f"{plain}Draft".split())
    ElementTree.fromstring(str(svg))


@HAS_DOT
def test_of_many_the_boxes_have_numbers_and_a_legend_the_words(make_project):
    """Few have words in their boxes and on their lines, and no legend."""
    files = {"deps/0001-x.md": proposal("T1", "Approved")}
    for n in range(2, 2 + graph.MANY):
        files[f"deps/{n:04d}-x.md"] = proposal(f"T{n}", **{"extends" if n % 2 else "related": "1"})
    files["index.md"] = PAGE.format("") + "\n```{dep-graph} 2\n```\n"
    built = make_project(files).build()
    many, few = built.page("index").select(".dep-graph")
    assert {text.get_text() for text in many.select("svg text")} == {f"DEP-{n:04d}" for n in range(1, 2 + graph.MANY)}
    assert [word.get_text() for word in one(many, ".dep-legend").select("span.dep-badge, span.dep-relation")] == [
        "Draft", "Approved", "Related", "Extends",
    ]  # fmt: skip
    paths = [path.get("stroke-dasharray") for path in many.select("svg .dep-edge path")]
    assert len(set(paths)) == 2
    assert few.select(".dep-legend") == []
    assert {"DEP-0002", "T2", "Draft", "Related"} <= {text.get_text() for text in few.select("svg text")}


@HAS_DOT
@pytest.mark.parametrize("count", [301])
def test_too_many_are_a_list(make_project, count):
    files = {f"deps/{n:04d}-x.md": proposal(f"T{n}", extends=str(n - 1 or 1)) for n in range(1, count + 1)}
    files["deps/0001-x.md"] = proposal("T1")
    built = make_project({"index.md": PAGE.format(""), **files}).build()
    graph = one(built.page("index"), ".dep-graph")
    assert graph.select("svg") == []
    assert "There are too many to be drawn." in graph.get_text()
    assert len(listed(built)) == count


@HAS_DOT
def test_what_takes_too_long_is_not_drawn(make_project, monkeypatch):
    monkeypatch.setattr(graph, "TIMEOUT", 0.001)
    built = make_project({"index.md": PAGE.format(""), **PROPOSALS}).build()
    assert built.warnings == []
    assert built.page("index").select(".dep-graph svg") == []
    assert listed(built) == LISTED


@HAS_DOT
def test_in_print_it_is_a_picture(make_project):
    built = make_project({"index.md": PAGE.format(""), **PROPOSALS}).build("latex")
    (picture,) = Path(built.outdir).glob("dep-graph-*.pdf")
    assert picture.read_bytes().startswith(b"%PDF")
    text = next(Path(built.outdir).glob("*.tex")).read_text(encoding="utf-8")
    assert f"\\sphinxincludegraphics{{{picture.name}}}" in text


@pytest.mark.parametrize("builder", ["text", "man", "epub", "gettext", "singlehtml", "dirhtml"])
def test_every_builder_has_the_list(make_project, builder):
    built = make_project({"index.md": PAGE.format(""), **PROPOSALS}).build(builder)
    assert [line for line in built.warnings if "EPUB3" not in line] == []
    if builder == "text":
        assert "Extends: DEP-0001 A Approved" in built.text("index.txt")


def test_nothing_of_graphviz_is_loaded_by_sphinx(make_project):
    built = make_project({"index.md": PAGE.format(""), **PROPOSALS}).build()
    assert "sphinx.ext.graphviz" not in built.app.extensions
    assert "graphviz.css" not in built.text("index.html")

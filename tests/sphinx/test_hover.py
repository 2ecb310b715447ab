"""Hover cards: one for each proposal and page, in HTML only, and as fresh as everything else."""

from __future__ import annotations

import json

import pytest

from tests.sphinx.project import one, proposal

INDEX = "# Docs\n\n```{dep-index}\n:toctree:\n```\n\n```{toctree}\nguide\n```\n"
FILES = {
    "index.md": INDEX,
    "deps/0012-retry.md": proposal("Retry & wait", "Approved"),
    "deps/0013-queue.md": proposal("Queue `<b>` writes", summary="Writes are `<script>` queued."),
    "guide.md": "# Guide\n\nSee {dep}`12` and {dep}`13`.\n\nSee [again](dep:12#motivation), {dep-status}`12`.\n",
}


def test_one_card_for_each_proposal_and_page(make_project):
    page = make_project(FILES).build().page("guide")
    cards = page.select("[role=tooltip]")
    assert [card["id"] for card in cards] == ["dep-hover--1", "dep-hover--2"]
    links = page.select("p a.reference.internal")
    assert [link["aria-describedby"] for link in links] == [
        "dep-hover--1", "dep-hover--2", "dep-hover--1", "dep-hover--1",
    ]  # fmt: skip
    # The card is where the pointer can reach it from the link, without a script.
    assert [card.find_previous_sibling("a") for card in cards] == links[:2]
    assert all(link.find_parent(class_="dep-hover") for link in links)
    # A title would come up over the card; without a script it is all that later links have.
    assert [link.get("title") for link in links] == [None, None, *["Retry & wait (Approved)"] * 2]


def test_what_a_card_holds(make_project):
    page = make_project(FILES).build().page("guide")
    card = page.select("[role=tooltip]")[1]
    assert one(card, ".dep-number").get_text() == "DEP-0013"
    assert one(card, ".dep-badge").get_text() == "Draft"
    assert one(card, "strong").get_text() == "Queue <b> writes"
    assert one(card, ".dep-summary").get_text() == "Writes are <script> queued."
    assert card.select("a, button, b, script") == []


def test_a_long_summary_is_cut(make_project):
    files = {**FILES, "deps/0012-retry.md": proposal(summary="word " * 200)}
    built = make_project(files).build()
    words = one(built.page("guide"), "#dep-hover--1 .dep-summary").get_text()
    assert words.endswith("…")
    assert len(words) <= 240


@pytest.mark.parametrize(("old", "new"), [("sent again", "tried again"), ("Retry & wait", "Retry")])
def test_a_page_with_a_card_is_written_when_the_card_changes(make_project, old, new):
    project = make_project(FILES)
    assert "guide" in project.build().written
    project.edit("deps/0012-retry.md", old, new)
    built = project.build()
    assert built.read == {"deps/0012-retry"}
    assert "guide" in built.written
    assert new in one(built.page("guide"), "#dep-hover--1").get_text()


def test_without_cards_a_summary_is_nobody_else_s_business(make_project):
    project = make_project(FILES)
    built = project.build(dep_hover_cards=False)
    guide = built.page("guide")
    assert guide.select("[role=tooltip], .dep-hover, [aria-describedby]") == []
    assert {link["title"] for link in guide.select("p a")} == {"Retry & wait (Approved)", "Queue <b> writes (Draft)"}
    assert "sphinxext_dep_hover" not in built.text("guide.html")
    project.edit("deps/0012-retry.md", "sent again", "tried again")
    assert "guide" not in project.build(dep_hover_cards=False).written


def test_the_setting_is_a_change(make_project):
    project = make_project(FILES)
    built = project.build()
    before = built.text("guide.html")
    for wanted in (False, True):
        built = project.build(dep_hover_cards=wanted)
        assert built.read == set()
        assert "guide" in built.written
        assert ('role="tooltip"' in built.text("guide.html")) is wanted
    assert project.build().written == set()
    assert built.text("guide.html") == before


def test_a_page_without_cards_loads_nothing_for_them(make_project):
    built = make_project(FILES).build()
    assert "sphinxext_dep_hover.js" in built.text("guide.html")
    assert "sphinxext_dep_hover" not in built.text("index.html")


def test_titles_have_no_cards(make_project):
    """What stands in a title is repeated by the navigation."""
    files = {**FILES, "guide.md": "# Why {dep}`12`\n\n## What {dep}`13` says\n\nIt is [long](dep:13).\n"}
    built = make_project(files).build()
    assert built.warnings == []
    page = built.page("guide")
    assert [card.find_previous_sibling("a").get_text() for card in page.select("[role=tooltip]")] == ["long"]
    assert len(page.select("h1 a[title], h2 a[title]")) >= 2


@pytest.mark.parametrize("builder", ["text", "latex", "epub", "man"])
def test_other_builders_have_no_cards(make_project, builder):
    built = make_project(FILES).build(builder, man_pages=[("index", "docs", "", "", 1)])
    assert [line for line in built.warnings if "EPUB3" not in line] == []
    shown = [
        file
        for file in built.outdir.rglob("*")
        if file.suffix in (".txt", ".tex", ".xhtml", ".1") and "sent again" in file.read_text(encoding="utf-8")
    ]
    assert [file.stem for file in shown if file.stem not in ("0012-retry", "docs", "projectnamenotset")] == []
    if builder == "epub":
        assert "dep-hover" not in built.text("guide.xhtml")


def test_one_page_has_each_card_once(make_project):
    text = make_project(FILES).build("singlehtml").text("index.html")
    assert text.count('role="tooltip"') == text.count('id="dep-hover--') == 2


def test_a_card_cannot_be_found_by_searching(make_project):
    """The words of a summary are on its own page; the pages that show it in passing are not about it."""
    built = make_project({**FILES, "deps/0012-retry.md": proposal(summary="Zebras.")}).build()
    index = json.loads(built.text("searchindex.js").removeprefix("Search.setIndex(").removesuffix(")"))
    assert index["docnames"][index["terms"]["zebra"]] == "deps/0012-retry"


def test_a_reference_to_anything_is_as_fresh(make_project):
    project = make_project({**FILES, "guide.md": "# Guide\n\n{any}`DEP-12` {any}`guide <guide>`\n"})
    project.build()
    project.edit("deps/0012-retry.md", "Retry & wait", "Changed")
    assert "guide" in project.build().written


def test_a_reference_to_anything_that_is_not_there_is_reported_by_sphinx(make_project):
    built = make_project({**FILES, "guide.md": "# Guide\n\n{any}`DEP-99`\n"}).build()
    assert built.codes == []
    assert len(built.warnings) == 1

"""What a page states and what only another page states about it are kept apart, in every output and in queries."""

from __future__ import annotations

import json

import pytest

from tests.sphinx.project import proposal, to_rst
from tests.sphinx.test_parsers import command

SIDES = {
    "only the new one": ([":replaces: DEP-1"], [],
                         [("0001", "replaced_by", "0002", False), ("0002", "replaces", "0001", True)]),
    "only the old one": ([], [":replaced-by: DEP-2"],
                         [("0001", "replaced_by", "0002", True), ("0002", "replaces", "0001", False)]),
    "both": ([":replaces: DEP-1"], [":replaced-by: DEP-2"],
             [("0001", "replaced_by", "0002", True), ("0002", "replaces", "0001", True)]),
    "related": ([":related: DEP-1"], [], [("0001", "related", "0002", False), ("0002", "related", "0001", True)]),
    "extends": ([":extends: DEP-1"], [], [("0001", "extended_by", "0002", False), ("0002", "extends", "0001", True)]),
}  # fmt: skip
MARKED = {"only the new one": "0001", "only the old one": "0002"}
"""The page that should state it, too."""
INDEX = "# Docs\n\n```{dep-index}\n:toctree:\n:columns: number, replaces, replaced-by, related\n```\n"


def pages(new: list[str], old: list[str], suffix: str) -> dict[str, str]:
    written = to_rst if suffix == "rst" else str
    one, two = (
        written(proposal(title).replace(":status: Draft", "\n".join([":status: Draft", *lines])))
        for title, lines in (("One", old), ("Two", new))
    )
    return {"index.md": INDEX, f"deps/0001-one.{suffix}": one, f"deps/0002-two.{suffix}": two}


@pytest.mark.parametrize("suffix", ["md", "rst"])
@pytest.mark.parametrize("name", SIDES)
def test_what_only_the_other_page_states(make_project, name, suffix):
    new, old, expected = SIDES[name]
    project = make_project(pages(new, old, suffix))
    built = project.build()
    found = [
        (entry["label"][-4:], key, reference["path"][5:9], reference["stated"])
        for entry in built.deps["proposals"]
        for key, value in sorted(entry.items())
        if isinstance(value, list)
        for reference in value
        if isinstance(reference, dict) and "note" in reference
    ]
    assert sorted(found) == sorted(expected)
    for number, docname in (("0001", "deps/0001-one"), ("0002", "deps/0002-two")):
        shown = built.page(docname).select_one(".dep-fields")
        assert ("stated there only" in shown.get_text()) == (MARKED.get(name) == number)
        _, text = command(project, "show", number)
        assert ("stated there only" in text) == (MARKED.get(name) == number)
    assert built.page("index").get_text().count("stated there only") == (name in MARKED)


def test_a_query_asks_for_what_pages_state(make_project):
    new, old, _ = SIDES["only the new one"]
    project = make_project(pages(new, old, "md"))
    assert "Two" in command(project, "list", "--filter", "replaces:1")[1]
    for expression in ("replaced-by:2", "has:replaced-by"):
        text = command(project, "list", "--filter", expression, "--format", "json")[1]
        assert json.loads(text)["proposals"] == []


def test_the_mark_goes_when_the_other_page_says_it_too(make_project):
    """The index and the page are written again, and are those of a clean build."""
    project = make_project(pages(*SIDES["only the new one"][:2], "md"))
    assert "stated there only" in project.build().text("index.html")
    project.edit("deps/0001-one.md", ":status: Draft", ":status: Draft\n:replaced-by: DEP-2")
    built = project.build()
    assert {"index", "deps/0001-one"} <= built.written
    assert "stated there only" not in built.text("index.html") + built.text("deps/0001-one.html")
    assert built.files == project.build_clean().files

"""``dep-status`` with proposals: cards of a few."""

from __future__ import annotations

import pytest

from tests.sphinx.project import one, proposal

DASHBOARD = "# Docs\n\n```{dep-status}\n```\n\n```{dep-index}\n:toctree:\n```\n"
PROPOSALS = {
    "deps/0001-a.md": proposal("A", "Approved"),
    "deps/0002-b.md": proposal("B", "Approved", authors='"@ada"', summary="B in a few words."),
    "deps/0003-c.md": proposal("C", "Under Review", review_date="2026-06-30"),
    "deps/0004-d.md": proposal("D", "Under Review", review_date="2026-07-01"),
    "deps/0005-e.md": proposal("E", "Rejected"),
    "deps/wish.md": proposal("Wish", sponsor="TBD"),
}


@pytest.mark.parametrize("argument", ["2, wish", "DEP-2, wish", "0002, WISH", "DEP-0002,wish"])
@pytest.mark.parametrize("suffix", ["md", "rst"])
def test_cards_by_number_label_and_slug(make_project, suffix, argument):
    page = f"# Guide\n\n```{{dep-status}} {argument}\n```\n"
    if suffix == "rst":
        page = f"Guide\n=====\n\n.. dep-status:: {argument}\n"
    index = DASHBOARD + "\n```{toctree}\nguide\n```\n"
    built = make_project({"index.md": index, f"guide.{suffix}": page, **PROPOSALS}).build()
    assert [item for item in built.warnings if "DEP" in item] == []
    cards = built.page("guide").select(".dep-card")
    assert [one(card, ".dep-number").get_text() for card in cards] == ["DEP-0002", "wish"]
    assert one(cards[0], ".dep-badge").get_text() == "Approved"
    assert cards[0].a["href"] == "deps/0002-b.html"
    assert "B in a few words." in cards[0].get_text()
    assert one(cards[0], ".dep-people a")["href"] == "https://github.com/ada"


def test_numbers_may_be_separated_by_spaces(make_project):
    index = DASHBOARD.replace("{dep-status}", "{dep-status} 1 2")
    page = make_project({"index.md": index, **PROPOSALS}).build().page("index")
    assert [item.get_text() for item in page.select(".dep-card .dep-number")] == ["DEP-0001", "DEP-0002"]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("99", "there is no proposal `DEP-0099`; the highest number is DEP-0005"),
        ("wihs", "there is no proposal `wihs`; did you mean `wish`?"),
        ("what is this", "there is no proposal `what is this`"),
    ],
)
def test_a_card_of_nothing_is_an_error_and_says_so_on_the_page(make_project, key, message):
    index = DASHBOARD.replace("{dep-status}", f"{{dep-status}} 1, {key}")
    built = make_project({"index.md": index, **PROPOSALS}).build()
    (warning,) = [item for item in built.warnings if "DEP402" in item]
    assert warning.startswith(f"index.md:3:1: ERROR: DEP402 {message}")
    assert built.status == 1
    page = built.page("index")
    assert len(page.select(".dep-card")) == 1
    assert key in one(page, ".dep-wrong").get_text()


def test_an_invalid_proposal_is_marked_on_its_card(make_project):
    index = DASHBOARD.replace("{dep-status}", "{dep-status} 1")
    page = make_project({"index.md": index, "deps/0001-a.md": proposal(category="x")}).build().page("index")
    assert one(page, ".dep-card .dep-invalid").get_text() == "invalid"


def test_options_are_unknown_to_it(make_project):
    index = DASHBOARD.replace("{dep-status}", "{dep-status}\n:status: Draft")
    built = make_project({"index.md": index, **PROPOSALS}).build()
    (warning,) = [item for item in built.warnings if "DEP006" in item]
    assert warning.startswith("index.md:4:2: ERROR: DEP006 `dep-status` has no option `status`")


def test_markdown_and_restructuredtext_show_the_same(make_project):
    text = DASHBOARD + "\n```{dep-status} 1, 2\n```\n\n```{dep-index}\n:format: list\n:group-by: status\n```\n"
    rst = "Docs\n====\n\n.. dep-status::\n\n.. dep-index::\n   :toctree:\n\n.. dep-status:: 1, 2\n"
    rst += "\n.. dep-index::\n   :format: list\n   :group-by: status\n"
    project = make_project({"index.md": text, **PROPOSALS})
    shown = str(project.build().page("index"))
    project.remove("index.md")
    project.write({"index.rst": rst})
    assert str(project.build().page("index")) == shown

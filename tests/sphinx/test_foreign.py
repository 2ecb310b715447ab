"""``:source:`` with a ``deps.json``: the proposals of another project, filtered, sorted and shown as its own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.publish.test_compatibility import PUBLISHED, VERSIONS
from tests.sphinx.foreign import BASE, first, index, links, no_network, rewrite, rows, second
from tests.sphinx.project import proposal

__all__ = ["first", "no_network", "second"]  # fixtures


def test_a_file(second):
    built = second.build()
    assert (built.warnings, built.status) == ([], 0)
    assert rows(built) == [
        ["DEP-0001", "Base", "Approved", "Architecture", "ada"],
        ["DEP-0002", "Top", "Under Review", "Process", "Ada Lovelace"],
        ["DEP-0003", "Old", "Rejected", "Architecture", "Ada Lovelace"],
        ["wish", "A wish", "Draft", "Architecture", "Ada Lovelace"],
    ]
    assert links(built)[:3] == [f"{BASE}deps/0001-base.html", f"{BASE}deps/0001-base.html", "https://github.com/ada"]
    # This project's own are as they were, and none is added to them.
    assert [entry["label"] for entry in built.deps["proposals"]] == ["DEP-0001"]
    assert built.deps["proposals"][0]["title"] == "Own"
    assert rows(built, "index")[0][1] == "Own"


def test_the_tooltip_says_title_and_status(second):
    link = second.build().page("abroad").select_one("tbody a")
    assert link is not None
    assert link["title"] == "Base (Approved)"


@pytest.mark.parametrize(
    ("options", "labels"),
    [
        ((":status: open",), ["DEP-0002", "wish"]),
        ((":author: ada",), ["DEP-0001"]),
        ((":tag: net",), ["DEP-0001"]),
        ((":filter: extends:1",), ["DEP-0002"]),
        ((":number: 2..",), ["DEP-0002", "DEP-0003"]),
        ((":filter: is:overdue",), ["DEP-0002"]),
        ((":sort: -status",), ["DEP-0003", "DEP-0001", "DEP-0002", "wish"]),
        ((":sort: title", ":limit: 1"), ["wish"]),
        ((":group-by: category",), ["Architecture", "DEP-0001", "DEP-0003", "wish", "Process", "DEP-0002"]),
    ],
)
def test_filters_order_and_groups_are_the_same(second, options, labels):
    second.write({"abroad.md": index(":source: first.json", *options)})
    built = second.build()
    assert built.warnings == []
    assert [row[0] for row in rows(built)] == labels


@pytest.mark.parametrize("shape", ["list", "cards"])
def test_lists_and_cards(second, shape):
    second.write({"abroad.md": index(":source: first.json", f":format: {shape}")})
    built = second.build()
    assert built.warnings == []
    page = built.page("abroad")
    assert [link["href"] for link in page.select(f'a[href^="{BASE}"]')][:2] == [
        f"{BASE}deps/0001-base.html",
        f"{BASE}deps/0002-top.html",
    ]
    assert "Under Review" in page.text


def test_relations_lead_to_the_other_project(second):
    second.write({"abroad.md": index(":source: first.json", ":columns: number, extends", ":number: 2")})
    assert links(second.build()) == [f"{BASE}deps/0002-top.html", f"{BASE}deps/0001-base.html"]


def test_the_dashboard_and_cards_of_a_few(second):
    second.write(
        {
            "abroad.md": "# A\n\n```{dep-status}\n:source: first.json\n```\n\n"
            "```{dep-status} 2, wish\n:source: first.json\n```\n"
        }
    )
    built = second.build()
    assert built.warnings == []
    page = built.page("abroad")
    assert "4 proposals" in page.text
    assert [card.text.split()[0] for card in page.select(".dep-card")] == ["DEP-0002", "wish"]
    assert str(page).count(f"{BASE}deps/0002-top.html") >= 2


def test_cards_of_what_the_other_project_does_not_have(second):
    second.write({"abroad.md": "# A\n\n```{dep-status} 77\n:source: first.json\n```\n"})
    built = second.build()
    assert built.codes == ["DEP402"]
    assert "the highest number is DEP-0003" in built.warnings[0]


def test_a_process_of_its_own(make_project, second):
    toml = (
        'prefix = "RFC"\n[statuses.Idea]\nkind = "open"\ncolour = "purple"\n'
        '[fields.area]\ntype = "choice"\nchoices = ["docs", "core"]\n'
    )
    page = proposal("A").replace(":status: Draft", ":status: Idea\n:area: core")
    other = proposal("B").replace(":status: Draft", ":status: Idea\n:area: docs")
    third = make_project({"dep.toml": toml, "deps/0001-a.md": page, "deps/0002-b.md": other})
    second.write(
        {
            "first.json": third.build(html_baseurl=BASE).text("deps.json"),
            "abroad.md": index(
                ":source: first.json", ":sort: area", ":columns: number, status, area", ":area: core, docs"
            ),
        }
    )
    built = second.build()
    assert built.warnings == []
    assert rows(built) == [["RFC-0002", "Idea", "docs"], ["RFC-0001", "Idea", "core"]]
    assert "dep-purple" in str(built.page("abroad"))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_that_was_published_can_be_shown(second, version):
    second.write({"first.json": (PUBLISHED / f"deps-{version}.json").read_text(encoding="utf-8")})
    built = second.build()
    assert [row[:4] for row in rows(built)] == [
        ["DEP-0002", "Base", "Approved", "Architecture"],
        ["DEP-0003", "Old", "Replaced", "Architecture"],
        ["DEP-0012", "Retry", "Implemented", "Process"],
        ["wish", "A wish", "Draft", "Architecture"],
    ]
    badges = [badge["class"] for badge in built.page("abroad").select("td .dep-badge")]
    assert "dep-green" in badges[0]
    # 1.0 does not say where its pages are.
    assert built.codes == (["DEP006"] if version == "1.0" else [])


def test_keys_that_a_later_minor_version_has(second):
    def change(catalogue: dict[str, Any]) -> None:
        catalogue["minor"] = 99
        catalogue["new"] = {"a": [1]}
        catalogue["statuses"][0]["colour"] = "plaid"
        catalogue["fields"].append(
            {"key": "mood", "name": "mood", "label": "Mood", "type": "mood", "many": False, "choices": []}
        )
        for entry in catalogue["proposals"]:
            entry["mood"] = {"happy": True}

    rewrite(second, change)
    built = second.build()
    assert built.warnings == []
    assert len(rows(built)) == 4

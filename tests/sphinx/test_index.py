"""``dep-index``: every option, what is wrong with one at its own place, and the navigation."""

from __future__ import annotations

import re

import pytest

from tests.sphinx.project import Built, Project, one, proposal, to_rst

PROPOSALS = {
    "deps/0001-base.md": proposal("Base", "Approved", authors='"@ada"', tags="core, net", review_date="2026-01-05"),
    "deps/0002-queue.md": proposal("Queue", "Draft", category="Process", sponsor='"@grace"', authors="Bea"),
    "deps/0003-retry.md": proposal("Retry", "Under Review", tags="net", required_reviewers='"@bob"', extends="1"),
    "deps/0005-old.md": proposal("Old", "Rejected", category="Process", authors='"@ada, Bea"'),
    "deps/wish.md": proposal("A wish", "Draft", sponsor="TBD"),
}


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory):
    """Builds the five proposals once more with an index that has the options given, and returns the index."""
    project = Project(tmp_path_factory.mktemp("index"))
    project.write({"conf.py": 'extensions = ["myst_parser", "sphinxext_dep"]\nhtml_theme = "basic"\n'})
    project.write({"index.md": "# Docs\n\n```{dep-index}\n:toctree:\n```\n\n```{toctree}\nlist\n```\n", **PROPOSALS})

    def show(*options: str):
        lines = "\n".join(options)
        project.write({"list.md": f"# List\n\n```{{dep-index}}\n{lines}\n```\n"})
        built = project.build()
        assert built.warnings == []
        return one(built.page("list"), ".dep-index")

    return show


def keys(index) -> list[str]:
    """The first cell of every row: the number, or the slug."""
    return [row.td.get_text().strip() for row in index.select("tbody > tr:not(.dep-group)")]


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        (":status: Draft", ["2", "wish"]),
        (":status: draft, Under Review", ["2", "3", "wish"]),
        (":status: open", ["2", "3", "wish"]),
        (":status: decided", ["1"]),
        (":status: closed", ["5"]),
        (":category: Process", ["2", "5"]),
        (":author: '@ada'", ["1", "5"]),
        (":author: Bea", ["2", "5"]),
        (":sponsor: '@grace'", ["2"]),
        (":reviewer: '@bob'", ["3"]),
        (":tag: net", ["1", "3"]),
        (":tag: core, nothing-else", ["1"]),
        (":number: 1", ["1"]),
        (":number: 2-4", ["2", "3"]),
        (":number: 1, 3..", ["1", "3", "5"]),
        (":extends: 1", ["3"]),
        (":review-date: 2026-01-01..2026-02-01", ["1"]),
        (":filter: tag:net -status:approved", ["3"]),
        (":filter: author:bea or number:1", ["1", "2", "5"]),
        (":filter: '(status:draft or tag:core) -category:process'", ["1", "wish"]),
        (":filter: retry", ["3"]),
    ],
)
def test_filters(show, option, expected):
    assert [key.removeprefix("DEP-").lstrip("0") for key in keys(show(option, ":sort: number"))] == expected


def test_all_filters_must_hold(show):
    assert keys(show(":status: open", ":category: Process", ":author: Bea")) == ["DEP-0002"]


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("", ["wish", "DEP-0005", "DEP-0003", "DEP-0002", "DEP-0001"]),
        (":sort: number", ["DEP-0001", "DEP-0002", "DEP-0003", "DEP-0005", "wish"]),
        (":sort: -number", ["DEP-0005", "DEP-0003", "DEP-0002", "DEP-0001", "wish"]),
        (":sort: title", ["wish", "DEP-0001", "DEP-0005", "DEP-0002", "DEP-0003"]),
        (":sort: status, -number", ["DEP-0002", "wish", "DEP-0003", "DEP-0001", "DEP-0005"]),
        (":sort: -category, title", ["DEP-0005", "DEP-0002", "wish", "DEP-0001", "DEP-0003"]),
    ],
)
def test_sort(show, option, expected):
    assert keys(show(option)) == expected


def test_limit_counts_after_sorting(show):
    assert keys(show(":sort: -number", ":limit: 2")) == ["DEP-0005", "DEP-0003"]
    assert keys(show(":limit: 0")) == []


def test_groups_stand_in_the_order_of_the_schema_and_in_one_table(show):
    index = show(":group-by: status")
    rows = [row.get_text(" ", strip=True) for row in index.select("tbody > tr")]
    assert [row if "DEP" not in row and "wish" not in row else row.split()[0] for row in rows] == [
        "Draft", "wish", "DEP-0002", "Under Review", "DEP-0003", "Approved", "DEP-0001", "Rejected", "DEP-0005",
    ]  # fmt: skip
    assert len(index.select("table")) == 1
    assert {cell["colspan"] for cell in index.select("tr.dep-group > td")} == {"5"}


def test_a_group_of_those_without(show):
    index = show(":group-by: tags", ":format: list")
    assert [group.get_text() for group in index.select(".dep-group")] == ["core", "net", "None"]


def test_columns(show):
    index = show(":columns: title, review-date, extends, tags, required reviewers", ":number: 3")
    assert [cell.get_text() for cell in index.select("th")] == [
        "Title", "Review Date", "Extends", "Tags", "Required Reviewers",
    ]  # fmt: skip
    cells = index.select("tbody td")
    assert [cell.get_text().strip() for cell in cells] == [
        "Retry",
        "2026-12-01",
        "DEP-0001 Base Approved",
        "net",
        "bob",
    ]
    assert cells[0].a["href"] == "deps/0003-retry.html"
    assert cells[1].time["datetime"] == "2026-12-01"
    assert [link["href"] for link in cells[4].select("a")] == ["https://github.com/bob"]


def test_formats(show):
    cards = show(":format: cards", ":status: Under Review")
    assert one(cards, ".dep-cards > .dep-card .dep-number").get_text() == "DEP-0003"
    assert "Failed requests are sent again." in cards.get_text()
    listing = show(":format: list", ":status: Under Review")
    assert one(listing, "ul.dep-list > li").get_text().strip() == "DEP-0003 Retry Under Review"
    assert show(":format: table").table is not None


@pytest.mark.parametrize("format", ["table", "cards", "list"])
def test_caption_and_empty(show, format):
    index = show(f":format: {format}", ":caption: What waits *for* us", ":number: 1")
    assert one(index, "caption, .dep-caption").get_text().rstrip("¶") == "What waits *for* us"
    index = show(f":format: {format}", ":empty: Nothing waits.", ":number: 99")
    assert index.get_text().strip() == "Nothing waits."
    assert show(f":format: {format}", ":number: 99").get_text().strip() == "No proposals."


BAD_OPTIONS = [
    (":status: Aproved", "Aproved", "did you mean 'Approved'?"),
    (":category: Proces", "Proces", "did you mean 'Process'?"),
    (":status: Draft, Rejectd", "Rejectd", "did you mean 'Rejected'?"),
    (":number: 1, x", "x", ""),
    (":review-date: someday", "someday", ""),
    (":filter: tag:net and stauts:draft", "stauts", "did you mean 'status'?"),
    (":filter: (tag:net", "(", ""),
    (":sort: number, -titel", "titel", "did you mean 'title'?"),
    (":group-by: categry", "categry", "did you mean 'category'?"),
    (":columns: number, titel", "titel", "did you mean 'title'?"),
    (":limit: ten", "ten", "such as `10`"),
    (":limit: -1", "-1", "such as `10`"),
    (":format: tabel", "tabel", "did you mean `table`?"),
    (":stauts: Draft", "stauts", "did you mean `:status:`?"),
    (":class: wide", "class", "it takes status,"),
    (":sponsor:", "sponsor", "`sponsor` has no value"),
]


@pytest.mark.parametrize("suffix", ["md", "rst"])
def test_what_is_wrong_is_reported_at_its_own_place(make_project, suffix):
    text = "# List\n\n" + "\n".join(f"```{{dep-index}}\n:caption: x\n{option}\n```\n" for option, _, _ in BAD_OPTIONS)
    text = to_rst(text) if suffix == "rst" else text
    index = "# Docs\n\n```{toctree}\nlist\ndeps/0001-a\n```\n"
    project = make_project({"index.md": index, f"list.{suffix}": text, "deps/0001-a.md": proposal()})
    built = project.build()
    assert built.status == 1
    lines = text.splitlines()
    expected = []
    for option, wrong, help in BAD_OPTIONS:
        (number,) = [number for number, line in enumerate(lines, 1) if line.strip() == option]
        column = lines[number - 1].rindex(wrong) + 1
        expected.append((f"list.{suffix}:{number}:{column}", help))
    assert [item.split(": ERROR: DEP006 ")[0] for item in built.warnings] == [place for place, _ in expected]
    for item, (_, help) in zip(built.warnings, expected, strict=True):
        assert help in item
        assert item.endswith("[dep.bad-option]")


def test_a_filter_that_is_lost_to_a_comment_does_not_choose_everything_unseen(make_project):
    built = make_project({"index.md": "# Docs\n\n```{dep-index}\n:tag: #net\n:toctree:\n```\n", **PROPOSALS}).build()
    # MyST has something to say about the comment, too.
    assert built.warnings[-1].startswith("index.md:4:2: ERROR: DEP006 `tag` has no value")


def test_a_bad_option_leaves_the_others_in_force(make_project):
    text = "# Docs\n\n```{dep-index}\n:status: Aproved\n:sort: -number\n:toctree:\n```\n"
    files = {"index.md": text, "deps/0001-a.md": proposal("A"), "deps/0002-b.md": proposal("B")}
    built = make_project(files).build()
    assert keys(one(built.page("index"), ".dep-index")) == ["DEP-0002", "DEP-0001"]


def test_what_is_mended_is_reported_no_more(make_project):
    listing = "# Docs\n\n```{dep-index}\n:toctree:\n```\n\n```{toctree}\nlist\n```\n"
    bad = "# List\n\n```{dep-index}\n:format: tabel\n```\n"
    project = make_project({"index.md": listing, "list.md": bad, "deps/0001-a.md": proposal()})
    assert project.build().codes == ["DEP006"]
    project.edit("list.md", "tabel", "table")
    built = project.build()
    assert (built.status, built.warnings) == (0, [])
    project.edit("list.md", "table", "tabel")
    assert project.build().codes == ["DEP006"]
    project.remove("list.md")
    project.write({"index.md": listing.partition("```{toctree}")[0]})
    built = project.build()
    assert (built.status, built.warnings) == (0, [])


def navigation(built: Built, docname: str) -> dict[str, str]:
    """The links to the previous and next page."""
    links = re.findall(r'<link rel="(prev|next)" title="[^"]*" href="([^"]*)"', built.text(f"{docname}.html"))
    return dict(links)


def test_with_toctree_no_proposal_is_an_orphan(make_project):
    files = {"index.md": "# Docs\n\n```{toctree}\ndeps/index\n```\n", **PROPOSALS}
    project = make_project({**files, "deps/index.md": "# All\n\n```{dep-index}\n:toctree:\n:sort: -number\n```\n"})
    built = project.build()
    assert built.warnings == []
    assert navigation(built, "deps/index") == {"prev": "../index.html", "next": "0005-old.html"}
    assert navigation(built, "deps/0003-retry") == {"prev": "0005-old.html", "next": "0002-queue.html"}
    assert navigation(built, "deps/wish") == {"prev": "0001-base.html"}
    # The index itself shows the table, not a second list.
    assert built.page("deps/index").select(".toctree-wrapper li") == []
    project.edit("deps/index.md", ":toctree:\n", "")
    assert len([item for item in project.build().warnings if "isn't included in any toctree" in item]) == 5


def test_toctree_takes_what_the_filter_chooses(make_project):
    listing = "# Docs\n\n```{dep-index}\n:toctree:\n:status: Draft\n```\n"
    built = make_project({"index.md": listing, **PROPOSALS}).build()
    orphans = {item.split(":")[0] for item in built.warnings if "isn't included in any toctree" in item}
    assert orphans == {"deps/0001-base.md", "deps/0003-retry.md", "deps/0005-old.md"}


def test_invalid_proposals_stay_in_the_table_and_are_marked(make_project):
    files = {"deps/0001-a.md": proposal("A"), "deps/0002-b.md": proposal("B", "Aproved"), "deps/0003-c.md": b"# \xff\n"}
    built = make_project(files).build()
    assert built.status == 1
    index = one(built.page("index"), ".dep-index")
    assert keys(index) == ["DEP-0003", "DEP-0002", "DEP-0001"]
    marked = [row.select(".dep-invalid") != [] for row in index.select("tbody > tr")]
    assert marked == [True, True, False]
    assert "No valid status" in index.get_text()


def test_text_is_never_markup(make_project):
    files = {"index.md": "# Docs\n\n```{dep-index}\n:toctree:\n:caption: <b>x</b> `y`\n```\n"}
    built = make_project({**files, "deps/0001-a.md": proposal("A *b* `c`")}).build()
    assert one(built.page("index"), "caption").get_text().rstrip("¶") == "<b>x</b> `y`"
    assert one(built.page("index"), ".dep-index tbody").select("em, code, b") == []


def test_the_index_of_a_schema_of_its_own(make_project):
    toml = 'prefix = "RFC"\n[fields.area]\ntype = "choice"\nchoices = ["core", "docs"]\n'
    listing = "# Docs\n\n```{dep-index}\n:toctree:\n:area: core\n:columns: number, area\n```\n"
    area = proposal("A").replace(":status: Draft", ":status: Draft\n:area: core")
    built = make_project({
        "dep.toml": toml, "index.md": listing, "deps/0001-a.md": area, "deps/0002-b.md": proposal("B", "Draft")
    }).build()  # fmt: skip
    index = one(built.page("index"), ".dep-index tbody")
    assert index.get_text(" ", strip=True) == "RFC-0001 core"

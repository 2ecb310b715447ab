"""What a table of proposals tells the browser beyond its cells, and where the script is loaded."""

from __future__ import annotations

import json

import pytest

from tests.sphinx.project import one, proposal

SCRIPT = "_static/sphinxext_dep.js"


def test_rows_carry_what_the_table_does_not_show(make_project):
    people = {"authors": '"Ada Lovelace, @octo"', "sponsor": "TBD", "tags": "net, <b>"}
    files = {
        "deps/0001-a.md": proposal("A", summary='Say "yes" & no < 3.', **people),
        "deps/0002-b.md": proposal("B", "Aproved", sponsor="N/A"),
        "index.md": "# Docs\n\n```{dep-index}\n:columns: title, tags\n:toctree:\n```\n",
        "two.md": "---\norphan: true\n---\n# Two\n\n```{dep-index}\n:columns: status, sponsor\n```\n",
    }
    built = make_project(files).build(dep_fail_on="never")
    second, first = built.page("index").select("tbody > tr")
    data = {name: value for name, value in first.attrs.items() if name.startswith("data-")}
    assert data == {
        "data-status": "Draft",
        "data-authors": "Ada Lovelace\nocto",
        "data-category": "Architecture",
        "data-text": "DEP-0001",
        "data-summary": "Say \u201cyes\u201d & no < 3.",
        "data-number": "0",
        # Of each column the place in its order.
        "data-order": "0,0",
        "data-is": "numbered",
    }
    assert second["data-order"] == "1,"  # no tags: it comes last
    assert second["data-status"] == "Aproved"
    other = built.page("two").select("tbody > tr")[1]
    assert other["data-text"] == "DEP-0001 A net <b>"
    assert second["class"] == ["row-even"]


def test_the_box_describes_the_table(make_project):
    toml = "".join(
        f'[fields.{key}]\ntype = "choice"\nchoices = ["{choices}"]\n'
        for key, choices in {"area": 'core", "docs', "view": "wide"}.items()
    )
    built = make_project({"dep.toml": toml, "deps/0001-a.md": proposal("A")}).build()
    described = json.loads(str(one(built.page("index"), ".dep-index")["data-registry"]))
    assert described["columns"] == ["number", "title", "status", "category", "authors"]
    offered = {facet["key"]: facet["order"] for facet in described["facets"]}
    # A field called as one of the script's own parameters has no facet.
    assert offered == {
        "status": ["Draft", "Under Review", "Approved", "Implemented", "Replaced", "Deferred", "Rejected"],
        "authors": [],
        "category": ["Architecture", "Process", "Guidelines"],
        "sponsor": [],
        "required-reviewers": [],
        "owning-sig": [],
        "participating-sigs": [],
        "pic": [],
        "area": ["core", "docs"],
    }
    assert described["words"]["clear"] == "Clear all"
    # The query language: names in the singular and in full, dates, and the kinds of statuses.
    language = described["language"]
    assert language["names"]["required reviewers"] == "required-reviewers"
    assert language["names"]["reviewer"] == "required-reviewers"
    assert language["ranges"] == {"number": {"order": ["1"], "part": ""}, "review-date": {"order": [], "part": "-"}}
    assert language["kinds"]["open"] == ["Draft", "Under Review"]
    assert (described["sort"], "toolbar" in described) == ("-number", False)


@pytest.mark.parametrize(
    ("options", "classes"),
    [
        # A title gets more room in the default columns. What number and status say is never dropped.
        ("", {"category": "dep-from-44", "authors": "dep-from-57"}),
        (":columns: number, title, authors, review-date", {"authors": "dep-from-44", "review-date": "dep-from-48"}),
    ],
)
def test_columns_say_from_which_width_they_are_shown(make_project, options, classes):
    files = {
        "deps/0001-a.md": proposal("A", "Approved"),
        "index.md": f"# Docs\n\n```{{dep-index}}\n:toctree:\n{options}\n```\n",
    }
    built = make_project(files).build().page("index")
    for row in built.select(".dep-index tr"):
        found = {}
        for cell in row.select("th, td"):
            names = [name for name in cell["class"] if name.startswith("dep-")]
            found[names[0].removeprefix("dep-column-")] = [name for name in names if "from" in name]
        assert found == {key: [classes[key]] if key in classes else [] for key in found}
        assert classes.keys() < found.keys()


def test_two_people_are_named_and_the_others_counted(make_project):
    people = {"authors": '"@a, @b, @c, @d"'}
    files = {"deps/0001-a.md": proposal("A", **people), "deps/0002-b.md": proposal("B", authors='"@a, @b, @c"')}
    cells = make_project(files).build().page("index").select("td.dep-column-authors")
    assert [cell.get_text() for cell in cells] == ["a, b, +1", "a, b, +2"]
    assert one(cells[1], "abbr")["title"] == "c, d"


def test_only_pages_with_a_table_load_the_script(make_project):
    files = {
        "index.md": "# Docs\n\n```{dep-index}\n:toctree:\n```\n\n```{toctree}\ncards\nmention\n```\n",
        "cards.md": "# Cards\n\n```{dep-index}\n:format: cards\n```\n",
        "mention.md": "# Mention\n\n{dep}`1`\n",
        "deps/0001-a.md": proposal("A"),
    }
    project = make_project(files)
    built = project.build()
    loading = {name for name in ("index", "cards", "mention", "deps/0001-a") if SCRIPT in built.text(f"{name}.html")}
    assert loading == {"index"}
    assert f'<script defer="defer" src="{SCRIPT}' in built.text("index.html")
    assert SCRIPT in project.build("singlehtml").text("index.html")


def test_a_book_has_neither_script_nor_data(make_project):
    built = make_project({"deps/0001-a.md": proposal("A")}).build("epub")
    page = built.text("index.xhtml")
    assert "sphinxext_dep.js" not in page
    assert "data-" not in page
    assert "DEP-0001" in page

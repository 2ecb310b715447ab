"""Requirements on pages: links to them, ``dep-requirements``, and ``deps.json``."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sphinx.project import Built, Project, one, proposal

ONE = "\n## REQ 1 Quick\n\nIt MUST take less than a second.\n\n## REQ 2: Small\n\nIt SHOULD be.\n"
TWO = "\n## REQ-1: Loud `a`\n\nIt MAY be.\n\n## REQ 2 Plain\n\nIt is.\n"
BLOCK = "\n```yaml\nrequirements:\n  - id: REQ-1\n    title: Only here\n    level: MUST\n```\n"
PAGES = {
    "deps/0001-retry.md": proposal("Retry", "Approved", ONE),
    "deps/0002-queue.md": proposal("Queue", "Draft", TWO),
    "deps/0003-block.md": proposal("Block", "Draft", BLOCK),
    "deps/0004-none.md": proposal("None"),
    "index.md": "# Docs\n\n```{toctree}\ntable\nlinks\ndeps/0001-retry\ndeps/0002-queue\ndeps/0003-block\n"
    "deps/0004-none\n```\n",
    "table.md": "# Table\n\n```{dep-requirements}\n```\n",
    "links.md": "# Links\n\nSee {dep}`1#req-1`, {dep}`1#REQ-2`, [](dep:2#req-1), {dep}`words <2#req-2>`, "
    "{dep}`3#req-1`.\n",
}
MakeProject = Callable[..., Project]


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    return make_project(PAGES)


def rows(built: Built, page: str = "table") -> list[list[str]]:
    return [
        [cell.get_text(" ", strip=True) for cell in row.select("td")]
        for row in built.page(page).select(".dep-requirements tbody tr")
    ]


def test_a_table_of_all(project: Project) -> None:
    built = project.build()
    assert built.warnings == []
    assert rows(built) == [
        ["REQ-1 Quick", "MUST", "DEP-0001 Retry", "Approved"],
        ["REQ-2 Small", "SHOULD", "DEP-0001 Retry", "Approved"],
        ["REQ-1 Loud a", "MAY", "DEP-0002 Queue", "Draft"],
        ["REQ-2 Plain", "–", "DEP-0002 Queue", "Draft"],
        ["REQ-1 Only here", "MUST", "DEP-0003 Block", "Draft"],
    ]
    links = [link["href"] for link in built.page("table").select("tbody td:first-child a")]
    for link in links[:4]:
        page, _, anchor = str(link).partition("#")
        assert built.page(page.removesuffix(".html")).find(id=anchor)
    assert links[4] == "deps/0003-block.html"


def test_a_requirement_has_an_address_that_outlives_its_title(project: Project) -> None:
    page = project.build().page("deps/0001-retry")
    assert page.find(id="req-1")
    assert page.find(id="req-1-quick")


def test_links_show_the_title(project: Project) -> None:
    built = project.build()
    shown = [(link.get_text(" ", strip=True), link["href"]) for link in built.page("links").select("p a.reference")]
    assert shown == [
        ("DEP-0001 REQ-1 Quick", "deps/0001-retry.html#req-1-quick"),
        ("DEP-0001 REQ-2 Small", "deps/0001-retry.html#req-2-small"),
        ("DEP-0002 REQ-1 Loud a (Draft)", "deps/0002-queue.html#req-1-loud-a"),
        ("words", "deps/0002-queue.html#req-2-plain"),
        ("DEP-0003 REQ-1 Only here (Draft)", "deps/0003-block.html"),
    ]


def test_a_link_to_a_requirement_that_there_is_not(project: Project) -> None:
    project.write({"links.md": "# Links\n\n{dep}`1#req-11`\n"})
    (warning,) = project.build().warnings
    assert "DEP-0001 has no section `#req-11`; did you mean `#REQ-1`?" in warning


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (" 2", ["REQ-1 Loud a", "REQ-2 Plain"]),
        (" 2, 1", ["REQ-1 Loud a", "REQ-2 Plain", "REQ-1 Quick", "REQ-2 Small"]),
        ("\n:status: Approved", ["REQ-1 Quick", "REQ-2 Small"]),
        ("\n:level: must", ["REQ-1 Quick", "REQ-1 Only here"]),
        ("\n:level: SHOULD, -", ["REQ-2 Small", "REQ-2 Plain"]),
        ("\n:area: Router", ["REQ-1 Quick", "REQ-2 Small"]),
        ("\n:filter: -status:Approved\n:level: MAY", ["REQ-1 Loud a"]),
        ("\n:sort: -number", ["REQ-1 Only here", "REQ-1 Loud a", "REQ-2 Plain", "REQ-1 Quick", "REQ-2 Small"]),
    ],
)
@pytest.mark.parametrize("suffix", ["md", "rst"])
def test_filters(project: Project, options: str, expected: list[str], suffix: str) -> None:
    project.edit("deps/0001-retry.md", ":category:", ":area: Router\n:category:")
    project.remove("table.md")
    rst = "Table\n=====\n\n.. dep-requirements::" + options.replace("\n", "\n   ") + "\n"
    md = f"# Table\n\n```{{dep-requirements}}{options}\n```\n"
    project.write({f"table.{suffix}": md if suffix == "md" else rst})
    built = project.build()
    assert [line for line in built.warnings if "table" in line] == []
    assert [row[0] for row in rows(built)] == expected
    assert {len(row) for row in rows(built)} == {2 if options == " 2" else 4}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (" 99", "there is no proposal `DEP-0099`"),
        ("\n:level: WILL", "there is no level `WILL`; there are MUST, SHOULD, MAY, -"),
        ("\n:levels: MUST", "`dep-requirements` has no option `levels`; did you mean `:level:`?"),
        ("\n:status: Bogus", "DEP006"),
    ],
)
def test_mistakes(project: Project, options: str, message: str) -> None:
    project.write({"table.md": f"# Table\n\n```{{dep-requirements}}{options}\n```\n"})
    assert message in "\n".join(project.build().warnings)


def test_no_requirements(project: Project) -> None:
    project.write({"table.md": "# Table\n\n```{dep-requirements} 4\n```\n"})
    assert "No requirements." in project.build().page("table").get_text()


def test_pages_that_show_a_requirement_are_written_again(project: Project) -> None:
    project.build()

    def written() -> set[str]:
        return project.build().written - {"index"}

    project.edit("deps/0001-retry.md", "REQ 1 Quick", "REQ 1 Fast")
    assert written() == {"deps/0001-retry", "table", "links"}
    project.edit("deps/0001-retry.md", "It SHOULD be", "It MUST be")
    assert written() == {"deps/0001-retry", "table"}
    project.edit("deps/0001-retry.md", "less than a second", "less than a minute")
    assert written() == {"deps/0001-retry"}
    project.edit("deps/0003-block.md", "Only here", "Still here")
    assert written() == {"deps/0003-block", "table", "links"}
    clean = project.build_clean()
    built = project.build()
    assert {name: built.files[name] for name in ("table.html", "links.html")} == {
        name: clean.files[name] for name in ("table.html", "links.html")
    }


@pytest.mark.parametrize("builder", ["singlehtml", "latex", "text", "epub", "man", "texinfo", "gettext", "dirhtml"])
def test_every_builder(project: Project, builder: str) -> None:
    built = project.build(builder)
    assert [line for line in built.warnings if "EPUB" not in line] == []
    if builder == "text":
        assert "REQ-1 Only here" in built.text("table.txt")
    if builder == "singlehtml":
        page = built.page("index")
        links = page.select("a[href*='req-']")
        assert len(links) > 8
        assert [link["href"] for link in links if not page.find(id=str(link["href"]).removeprefix("#"))] == []


def test_in_parallel(project: Project) -> None:
    assert rows(project.build(parallel=2)) == rows(project.build_clean())


def test_a_pattern_of_the_project(project: Project) -> None:
    project.write({
        "dep.toml": "requirement = '(?:N?FR)-(?P<number>[0-9]+) (?P<title>.*)'\n",
        "deps/0002-queue.md": proposal("Queue", "Draft", "\n## FR-1 One\n\nMUST\n\n## NFR-1 Two\n\nMAY\n\n"),
        "links.md": "# Links\n\n{dep}`2#nfr-1`\n",
    })  # fmt: skip
    built = project.build()
    assert [row[:2] for row in rows(built)[:2]] == [["FR-1 One", "MUST"], ["NFR-1 Two", "MAY"]]
    assert "DEP-0002 NFR-1 Two" in built.page("links").get_text(" ", strip=True).replace("  ", " ")
    project.write({"dep.toml": 'requirement = ""\n', "links.md": "# Links\n"})
    assert rows(project.build()) == []


def test_the_catalogue_has_them(project: Project) -> None:
    entries = {item["number"]: item["requirements"] for item in project.build().deps["proposals"]}
    assert entries[4] == []
    assert entries[1][1] == {
        "id": "REQ-2",
        "number": "2",
        "title": "Small",
        "level": "SHOULD",
        "anchor": "req-2",
    }
    assert entries[2][1]["level"] is None


def test_those_of_another_project(project: Project, make_project: MakeProject) -> None:
    data = project.build(html_baseurl="https://other.org/docs/").text("deps.json")
    here = make_project({"other.json": data, "table.md": "# T\n\n```{dep-requirements}\n:source: other.json\n```\n"})
    built = here.build()
    assert rows(built)[0] == ["REQ-1 Quick", "MUST", "DEP-0001 Retry", "Approved"]
    link = one(built.page("table"), "tbody tr:first-child td:first-child a")
    assert link["href"] == "https://other.org/docs/deps/0001-retry.html#req-1"


def test_titles_are_text(project: Project) -> None:
    project.write({"deps/0002-queue.md": proposal("Queue", "Draft", "\n## REQ 1 <script>x</script> `<b>`\n\nMUST\n")})
    built = project.build()
    assert "<script>x" not in built.text("table.html")

"""``dep-people``: an entry for everybody, and the links from every name to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sphinx.project import Project, one, proposal, to_rst

INDEX = "# Docs\n\n```{dep-status}\n```\n\n```{dep-index}\n:toctree:\n```\n\n```{toctree}\npeople\n```\n"
PEOPLE = "# People\n\n```{dep-people}\n```\n"
TEAM = {"authors": "Ada Lovelace", "sponsor": '"@octo"', "required_reviewers": '"Grace Hopper @grace, @octo"'}
PROPOSALS = {
    "deps/0001-a.md": proposal("A", "Approved", **TEAM),
    "deps/0002-b.md": proposal("B", "Under Review", **TEAM | {"review_date": "2026-09-01", "authors": '"@Octo"'}),
    "deps/0003-c.md": proposal("C", "Under Review", **TEAM | {"review_date": "2026-06-30"}),
    "deps/0004-d.md": proposal("D", "Rejected", authors='"@grace, Kurt Gödel"'),
    "deps/0005-e.md": proposal("E", "Draft", authors='"Ada  Lovelace, Ada Lovelace, TBD"')
    + "\n<!-- dep: ignore repeated-value -->\n",
}


@pytest.fixture(autouse=True)
def midsummer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Today is 2026-07-01, 12:00 UTC."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1782907200")


def entries(page) -> dict[str, list[str]]:
    """The term of each entry, with the lines below it."""
    found = {}
    for term in page.select(".dep-roster > dt"):
        lines = term.find_next_sibling("dd").select(".dep-role, li")
        found[term.get_text()] = [" ".join(line.get_text().split()) for line in lines]
    return found


@pytest.mark.parametrize("suffix", ["md", "rst"])
def test_everybody_has_an_entry(make_project, suffix):
    text = PEOPLE if suffix == "md" else "People\n======\n\n.. dep-people::\n"
    files = {f"{name.removesuffix('.md')}.{suffix}": text for name, text in PROPOSALS.items()}
    if suffix == "rst":
        files = {name: to_rst(page) for name, page in files.items()}
    built = make_project({**files, "index.md": INDEX, f"people.{suffix}": text}).build()
    assert [item for item in built.warnings if "DEP" in item] == []
    page = built.page("people")
    assert entries(page) == {
        # What is open comes first; two spaces in a name, and naming somebody twice, make nobody else of them.
        "Ada Lovelace": ["Author of 3", "DEP-0003 C Under Review", "DEP-0005 E Draft", "DEP-0001 A Approved"],
        # One handle is one person, whatever name is written beside it. What waits comes first of all.
        "Grace Hopper @grace": [
            "To review 2", "DEP-0003 C Under Review 2026-06-30 overdue", "DEP-0002 B Under Review 2026-09-01",
            "Author of 1", "DEP-0004 D Rejected", "Reviewer of 1", "DEP-0001 A Approved",
        ],
        "Kurt Gödel": ["Author of 1", "DEP-0004 D Rejected"],
        "@octo": [
            "To review 2", "DEP-0003 C Under Review 2026-06-30 overdue", "DEP-0002 B Under Review 2026-09-01",
            "Author of 1", "DEP-0002 B Under Review",
            "Sponsor of 3", "DEP-0002 B Under Review", "DEP-0003 C Under Review", "DEP-0001 A Approved",
            "Reviewer of 1", "DEP-0001 A Approved",
        ],
    }  # fmt: skip
    assert [term["id"] for term in page.select("dt")] == [
        "person-ada-lovelace", "person-grace", "person-kurt-godel", "person-octo",
    ]  # fmt: skip
    assert [link["href"] for link in page.select("dt a")] == ["https://github.com/grace", "https://github.com/octo"]


def test_numbers_lead_to_the_table_narrowed_to_them(make_project):
    built = make_project({**PROPOSALS, "index.md": INDEX, "people.md": PEOPLE}).build()
    links = {link.get_text(): link["href"] for link in built.page("people").select("#person-grace + dd .dep-role a")}
    assert links == {
        "To review 2": "index.html?required-reviewers=Grace+Hopper&status=Under+Review#dep-registry",
        # The table knows people by the names that are written.
        "Author of 1": "index.html?authors=grace#dep-registry",
        "Reviewer of 1": "index.html?required-reviewers=Grace+Hopper&status=Approved#dep-registry",
    }


def test_every_name_leads_to_the_entry(make_project):
    card = "\n```{dep-status} 1\n```\n"
    built = make_project({**PROPOSALS, "index.md": INDEX + card, "people.md": PEOPLE}).build()
    fields = {link.get_text(): link["href"] for link in built.page("deps/0001-a").select(".dep-fields a[href*=person]")}
    assert fields == {
        "Ada Lovelace": "../people.html#person-ada-lovelace",
        "octo": "../people.html#person-octo",
        "Grace Hopper": "../people.html#person-grace",
    }
    page = built.page("index")
    for selector in ("td.dep-column-authors a", ".dep-calendar a", ".dep-card .dep-people a"):
        links = [link["href"] for link in page.select(selector) if "#person" in link["href"]]
        assert links[0].startswith("people.html#person-"), selector
    # The first name of an entry is that of the first proposal that has one; handles differ in case.
    assert 'href="people.html#person-octo"' in str(page.select("td.dep-column-authors")[-2])


def test_without_a_people_page_names_lead_to_profiles(make_project):
    project = make_project({**PROPOSALS, "index.md": INDEX.replace("\npeople\n", "\n\n")})
    built = project.build()
    assert built.page("deps/0001-a").select("a[href*=person]") == []
    # The page appears: everything that names somebody is written again, and nothing is read.
    project.write({"people.md": f"---\norphan: true\n---\n{PEOPLE}"})
    built = project.build()
    assert built.read == {"people"}
    assert built.written == {"index", "people", *(name.removesuffix(".md") for name in PROPOSALS)}
    assert built.page("deps/0001-a").select("a[href*=person]")
    # It moves.
    project.rename("people.md", "who.md")
    built = project.build()
    assert "deps/0001-a" in built.written
    assert built.page("deps/0001-a").select("a[href='../who.html#person-octo']")
    # It vanishes.
    project.remove("who.md")
    built = project.build()
    assert built.read == set()
    assert "deps/0001-a" in built.written
    assert built.page("deps/0001-a").select("a[href*=person]") == []


def test_an_edit_of_prose_writes_no_entry_again(make_project):
    project = make_project({**PROPOSALS, "index.md": INDEX, "people.md": PEOPLE})
    project.build()
    project.edit("deps/0001-a.md", "Networks fail.", "Networks often fail.")
    assert "people" not in project.build().written
    project.edit("deps/0001-a.md", "# A\n", "# Another\n")
    assert "people" in project.build().written


def test_a_review_becomes_overdue_on_its_day_only(make_project, monkeypatch):
    project = make_project({**PROPOSALS, "index.md": INDEX, "people.md": PEOPLE})
    project.build()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(1782907200 + 30 * 86_400))
    assert project.build().written == set()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(1782907200 + 63 * 86_400))
    assert project.build().written == {"index", "people"}


def test_filters_choose_whose_entries_there_are(make_project):
    people = "# People\n\n```{dep-people}\n:status: closed\n:author: grace\n```\n"
    built = make_project({**PROPOSALS, "index.md": INDEX, "people.md": people}).build()
    assert list(entries(built.page("people"))) == ["@grace", "Kurt Gödel"]
    # Only who has an entry is linked to it.
    page = str(built.page("deps/0001-a"))
    assert "people.html#person-grace" in page
    assert "people.html#person-octo" not in page


def test_the_page_of_all_people_comes_before_others(make_project):
    some = "---\norphan: true\n---\n# Some\n\n```{dep-people}\n:status: Approved\n```\n"
    built = make_project({**PROPOSALS, "index.md": INDEX, "people.md": PEOPLE, "a.md": some}).build()
    assert "people.html#person-octo" in built.text("deps/0001-a.html")
    assert "a.html#person" not in built.text("deps/0001-a.html")


def test_nobody(make_project):
    built = make_project({"index.md": INDEX, "people.md": PEOPLE}).build()
    assert one(built.page("people"), ".dep-empty").get_text() == "Nobody is named."
    some = PEOPLE.replace("\n```\n", "\n:number: 9\n:empty: No one yet.\n```\n")
    built = make_project({**PROPOSALS, "index.md": INDEX, "people.md": some}).build()
    assert one(built.page("people"), ".dep-empty").get_text() == "No one yet."


def test_options_are_judged(make_project):
    people = "# People\n\n```{dep-people}\n:columns: title\n:status: Aproved\n```\n"
    built = make_project({**PROPOSALS, "index.md": INDEX, "people.md": people}).build()
    assert [item.split("; ")[0] for item in built.warnings if "DEP006" in item] == [
        "people.md:4:2: ERROR: DEP006 `dep-people` has no option `columns`",
        "people.md:5:10: ERROR: DEP006 'Aproved' is not a status",
    ]


def test_names_of_all_kinds_have_ids_of_their_own(make_project):
    names = '"李明, 王芳, Kurt Gödel, Kurt Godel, @kurt-godel, @org/team, <b>x</b>"'
    people = {"deps/0001-a.md": proposal("A", authors=names)}
    built = make_project({**people, "index.md": INDEX, "people.md": PEOPLE}).build(dep_fail_on="never")
    terms = built.page("people").select("dt")
    ids = [term["id"] for term in terms]
    assert len(set(ids)) == len(ids) == 6
    assert "person-org-team" in ids
    # What is no person's name has no entry, and is live markup nowhere.
    assert [term for term in terms if "x" in term.get_text()] == []
    assert {link["href"].partition("#")[2] for link in built.page("deps/0001-a").select("a[href*=person]")} == set(ids)


@pytest.mark.parametrize("builder", ["dirhtml", "singlehtml", "latex", "epub", "text", "man", "gettext"])
def test_every_builder_writes_it(make_project, builder):
    built = make_project({**PROPOSALS, "index.md": INDEX, "people.md": PEOPLE}).build(builder)
    assert [line for line in built.warnings if "dep" in line.lower() or "people" in line] == []
    expected = {
        "singlehtml": ("index.html", 'href="#person-grace"'),
        "dirhtml": ("deps/0001-a/index.html", 'href="../../people/#person-grace"'),
        "epub": ("deps/0001-a.xhtml", 'href="../people.xhtml#person-grace"'),
        "text": ("people.txt", "To review 2"),
    }
    if builder in expected:
        name, words = expected[builder]
        assert words in built.text(name)
    if builder == "latex":
        (tex,) = [text.decode() for name, text in built.files.items() if name.endswith(".tex")]
        assert r"\label{\detokenize{people:person-grace}}" in tex
        assert r"\hyperref[\detokenize{people:person-grace}]" in tex


@pytest.mark.parametrize("builder", ["html", "singlehtml"])
def test_somebody_with_several_entries_on_a_page(make_project, builder):
    """The first is what others lead to: an id stands once."""
    page = "# People\n\n```{dep-people}\n:status: Approved\n```\n\n```{dep-people}\n```\n"
    files = {**PROPOSALS, "index.md": INDEX.replace("people\n", "people\nmore\n"), "people.md": page, "more.md": page}
    built = make_project(files).build(builder)
    pages = [built.page("index")] if builder == "singlehtml" else [built.page("people"), built.page("more")]
    for shown in pages:
        ids = [element["id"] for element in shown.select("[id^=person]")]
        assert len(ids) == len(set(ids)) == 4
        assert one(shown.select(".dep-roster")[0], "#person-grace")


def test_a_field_of_ones_own_is_called_by_its_label(make_project):
    toml = '[fields.shepherd]\nlabel = "Shepherd"\ntype = "people"\n'
    page = proposal("A").replace(":status:", ":shepherd: Grace Hopper\n:status:")
    built = make_project({"dep.toml": toml, "deps/0001-a.md": page, "index.md": INDEX, "people.md": PEOPLE}).build()
    assert entries(built.page("people"))["Grace Hopper"] == ["Shepherd 1", "DEP-0001 A Draft"]


def test_who_belongs_to_a_group(make_project: Callable[..., Project]) -> None:
    """The members of a group, and what they review with it; a change of the file is shown in the next build."""
    project = make_project(
        {
            "index.md": "# Docs\n\n```{dep-index}\n:toctree:\n```\n\n```{dep-people}\n```\n",
            "deps/0001-one.md": proposal(
                "One", "Under Review", required_reviewers='"@org/sig-router"', authors='"@ada"'
            ),
            "CODEOWNERS": "/deps/ @org/sig-router @b\n",
        }
    )
    roles = "dt#person-ada + dd .dep-role"
    group = "dt#person-org-sig-router + dd"
    page = project.build().page("index")
    assert [role.get_text(" ", strip=True) for role in page.select(roles)] == ["Author of 1"]
    assert not page.select(f"{group} .dep-members")
    project.write({"CODEOWNERS": "# @org/sig-router: @ada, @b\n/deps/ @org/sig-router @b\n"})
    built = project.build()
    page = built.page("index")
    assert built.written == {"index"}
    assert [role.get_text(" ", strip=True) for role in page.select(roles)] == [
        "To review, with @org/sig-router 1",
        "Author of 1",
    ]
    assert one(page, f"{group} .dep-members").get_text() == "Members: @ada, @b"
    assert project.build().written == set()

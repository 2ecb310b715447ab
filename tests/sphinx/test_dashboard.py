"""``dep-status`` without proposals: the dashboard of all of them."""

from __future__ import annotations

import pytest

from tests.history.repo import Repo, day
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


@pytest.fixture
def midsummer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Today is 2026-07-01, 12:00 UTC."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1782907200")


@pytest.mark.usefixtures("midsummer")
def test_the_dashboard_counts(make_project):
    built = make_project({"index.md": DASHBOARD, **PROPOSALS}).build()
    dashboard = one(built.page("index"), ".dep-dashboard")
    assert one(dashboard, ".dep-total").get_text() == "6 proposals"
    assert [item.get_text().split(" ")[-1] for item in dashboard.select(".dep-counts > li")] == list("1220001")
    bars = dashboard.select("svg.dep-bar rect")
    assert [(bar["class"], bar["x"], bar["width"]) for bar in bars] == [
        (["dep-grey"], "0.000%", "16.667%"),
        (["dep-blue"], "16.667%", "33.333%"),
        (["dep-green"], "50.000%", "33.333%"),
        (["dep-red"], "83.333%", "16.667%"),
    ]
    # What the bar shows is beside it as text; who cannot see it misses nothing.
    assert one(dashboard, "svg.dep-bar")["aria-hidden"] == "true"


@pytest.mark.usefixtures("midsummer")
def test_the_dashboard_names_what_needs_attention(make_project):
    files = {"deps/0006-f.md": proposal("F", "Aproved", category="Proces"), "deps/0007-g.md": proposal("G", "Approved")}
    built = make_project({"index.md": DASHBOARD, **PROPOSALS, **files}).build()
    dashboard = one(built.page("index"), ".dep-dashboard")
    assert [item.get_text().strip() for item in dashboard.select(".dep-attention > li")] == [
        "DEP-0006 F No valid status: invalid (2 errors)",
        "wish Wish Draft: without Sponsor",
    ]
    assert [item["href"] for item in dashboard.select(".dep-attention a")] == [
        "deps/0006-f.html", "deps/wish.html",
    ]  # fmt: skip
    assert "No valid status" in one(dashboard, ".dep-counts").get_text()


def test_a_review_is_overdue_when_the_day_has_come(make_project, monkeypatch):
    project = make_project({"index.md": DASHBOARD, "deps/0004-d.md": PROPOSALS["deps/0004-d.md"]})
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1782907200")
    assert "overdue" not in project.build().text("index.html")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(1782907200 + 86_400))
    built = project.build()
    assert (built.read, built.written) == (set(), {"index"})
    assert one(built.page("index"), ".dep-calendar .dep-overdue").get_text() == "overdue"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(1782907200 + 2 * 86_400))
    assert project.build().written == set()


def test_the_dashboard_of_nothing(make_project):
    built = make_project({"index.md": DASHBOARD}).build()
    dashboard = one(built.page("index"), ".dep-dashboard")
    assert dashboard.get_text(" ", strip=True) == "0 proposals No review is due. Nothing waits."


def dashboard(options: str = "", rest: str = "") -> str:
    """A page with a dashboard that has *options*."""
    return f"# Docs\n\n```{{dep-status}}\n{options}\n```\n{rest}"


REGISTRY = "# All\n\n```{dep-index}\n:toctree:\n```\n"
TREE = "\n```{toctree}\ndeps/index\n```\n"


def test_every_number_leads_to_the_table_narrowed_to_it(make_project):
    files = {"deps/0006-f.md": proposal("F", "No & such?  status"), "deps/0007-g.md": proposal("G", "")}
    files |= {"index.md": dashboard(rest=TREE), "deps/index.md": REGISTRY}
    project = make_project({**PROPOSALS, **files})
    built = project.build(dep_fail_on="never")
    box = one(built.page("index"), ".dep-dashboard")
    assert one(box, ".dep-total a")["href"] == "deps/index.html#dep-registry"
    expected = {
        "Draft 1": "deps/index.html?status=Draft#dep-registry",
        "Under Review 2": "deps/index.html?status=Under+Review#dep-registry",
        "Approved 2": "deps/index.html?status=Approved#dep-registry",
        "Rejected 1": "deps/index.html?status=Rejected#dep-registry",
        "No valid status 2": "deps/index.html?status=No+%26+such%3F+status&status=#dep-registry",
    }
    assert {link.get_text(): link["href"] for link in box.select(".dep-counts a")} == expected
    # What nobody has cannot be shown: the table would show everything instead.
    assert [item.get_text() for item in box.select(".dep-counts > li") if not item.a] == [
        "Implemented 0", "Replaced 0", "Deferred 0",
    ]  # fmt: skip
    assert [link["href"] for link in box.select("svg a")] == list(expected.values())
    assert [title.get_text() for title in box.select("svg a title")][-1] == "No valid status: 2 (25 %)"
    # The bar is for the mouse: no key stops at what the numbers beside it lead to as well.
    assert {link["tabindex"] for link in box.select("svg a")} == {"-1"}
    assert one(built.page("deps/index"), "#dep-registry")["data-registry"]
    pages = project.build("dirhtml", dep_fail_on="never")
    assert 'href="deps/?status=Draft#dep-registry"' in pages.text("index.html")


@pytest.mark.parametrize(("option", "prefix"), [("", ""), (":toolbar:\n", "2.")])
def test_a_table_with_a_toolbar_of_its_own_has_parameters_of_its_own(make_project, option, prefix):
    tables = "\n```{dep-index}\n:status: Replaced\n```\n\n```{dep-index}\n:status: Draft\n```\n"
    rest = f"{tables}\n```{{dep-index}}\n:toctree:\n{option}```\n"
    built = make_project({**PROPOSALS, "index.md": dashboard(rest=rest)}).build().page("index")
    # The first table is empty, and none to the script. The dashboard is on the table's own page.
    assert built.select(".dep-counts a")[0]["href"] == f"?{prefix}status=Draft#dep-registry"
    assert [box.get("id") for box in built.select(".dep-index[data-registry]")] == [None, "dep-registry"]


def test_the_table_with_the_navigation_comes_before_others(make_project):
    files = {"a.md": "---\norphan: true\n---\n# A\n\n```{dep-index}\n```\n", "index.md": dashboard(rest=TREE)}
    built = make_project({**PROPOSALS, **files, "deps/index.md": REGISTRY}).build()
    assert built.page("index").select(".dep-counts a")[0]["href"].startswith("deps/index.html?")


@pytest.mark.parametrize("name", ["deps/some", "/deps/some", "deps/some.md"])
def test_the_table_can_be_named(make_project, name):
    some = "# Some\n\n```{dep-index}\n:status: open\n```\n"
    files = {"deps/index.md": REGISTRY, "deps/some.md": some, "index.md": dashboard(f":registry: {name}", TREE)}
    built = make_project({**PROPOSALS, **files, "dep.toml": 'exclude = ["some.md"]\n'}).build()
    assert [item for item in built.warnings if "DEP" in item] == []
    assert built.page("index").select(".dep-counts a")[0]["href"] == "deps/some.html?status=Draft#dep-registry"


def test_a_named_page_without_a_table_is_an_error(make_project):
    built = make_project({**PROPOSALS, "index.md": dashboard(":registry: deps/0001-a")}).build()
    (warning,) = [item for item in built.warnings if "DEP006" in item]
    assert warning == (
        "index.md:3:1: ERROR: DEP006 there is no table of proposals on the page `deps/0001-a`; "
        "name a page with a `dep-index` [dep.bad-option]"
    )
    assert built.page("index").select(".dep-counts a") == []


@pytest.mark.parametrize("options", [":status: Draft", ":limit: 3", ":format: list"])
def test_without_a_table_of_all_numbers_are_only_numbers(make_project, options):
    built = make_project({**PROPOSALS, "index.md": dashboard(rest=f"\n```{{dep-index}}\n{options}\n```\n")}).build()
    box = one(built.page("index"), ".dep-dashboard")
    assert box.select(".dep-counts a, .dep-total a, svg a") == []
    assert box.select("svg rect")[0]["class"] == ["dep-grey"]


def test_a_query_that_is_too_long_is_not_made(make_project):
    files = {f"deps/{number:04d}-x.md": proposal("X", f"nothing like it {number} " * 9) for number in range(6, 16)}
    built = make_project({**PROPOSALS, **files, "index.md": DASHBOARD}).build(dep_fail_on="never")
    assert [item.get_text() for item in built.page("index").select(".dep-counts > li") if not item.a][-1] == (
        "No valid status 10"
    )


@pytest.mark.parametrize("builder", ["latex", "epub", "text", "man", "singlehtml"])
def test_where_no_address_narrows_a_table_numbers_lead_to_it(make_project, builder):
    files = {**PROPOSALS, "index.md": dashboard(rest=TREE), "deps/index.md": REGISTRY}
    built = make_project(files).build(builder)
    assert [item for item in built.warnings if "dep" in item.lower()] == []
    if builder == "epub":
        assert 'href="deps/index.xhtml"' in built.text("index.xhtml")
        assert "?status" not in built.text("index.xhtml")
    if builder == "singlehtml":
        assert 'href="#dep-registry-deps-index"' in built.text("index.html")
        assert 'id="dep-registry-deps-index"' in built.text("index.html")


def test_the_dashboard_is_written_again_when_the_table_moves(make_project):
    project = make_project({**PROPOSALS, "index.md": dashboard(rest=TREE), "deps/index.md": REGISTRY})
    project.build()
    # Another table of all proposals, on a page that comes later: nothing leads elsewhere.
    project.write({"z.md": "---\norphan: true\n---\n# Z\n\n```{dep-index}\n```\n"})
    assert project.build().written == {"z"}
    project.edit("deps/index.md", ":toctree:", ":toctree:\n:status: Draft")
    built = project.build()
    assert "index" in built.written
    assert built.page("index").select(".dep-counts a")[0]["href"] == "z.html?status=Draft#dep-registry"


@pytest.mark.usefixtures("midsummer")
def test_the_calendar_says_what_is_due_and_what_is_overdue(make_project):
    files = {
        "deps/0006-f.md": proposal("F", "Under Review", review_date="2026-09-01", required_reviewers='"@ada, TBD"'),
        "deps/0007-g.md": proposal("G", review_date="2026-06-01"),
        "deps/0008-h.md": proposal("H", "Under Review", review_date="07/08/2026"),
        "deps/0009-i.md": proposal("I", "Approved", review_date="2026-01-01"),
    }
    built = make_project({**PROPOSALS, **files, "index.md": DASHBOARD}).build(dep_fail_on="never")
    box = one(built.page("index"), ".dep-calendar")
    assert [item.get_text().strip() for item in box.select("li")] == [
        # A draft may have a date too. What is decided waits for nobody, and a date with two readings is none.
        "2026-06-01 overdue DEP-0007 G Draft",
        "2026-06-30 overdue DEP-0003 C Under Review – a, b",
        # Today is not past.
        "2026-07-01 DEP-0004 D Under Review – a, b",
        "2026-09-01 DEP-0006 F Under Review – ada, TBD",
    ]
    assert box.select("time")[0]["datetime"] == "2026-06-01"


def test_only_the_review_date_makes_a_proposal_overdue(make_project, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1782907200")
    toml = '[fields.created]\ntype = "date"\n'
    created = proposal("F").replace(":status:", ":created: 2020-01-01\n:status:")
    built = make_project({"dep.toml": toml, "deps/0006-f.md": created, "index.md": DASHBOARD}).build()
    assert "overdue" not in built.text("index.html")
    assert "No review is due." in built.text("index.html")


def test_a_process_without_review_dates_has_no_calendar(make_project):
    toml = '[fields.review-date]\ntype = "text"\n'
    built = make_project({"dep.toml": toml, "deps/0005-e.md": PROPOSALS["deps/0005-e.md"], "index.md": DASHBOARD})
    assert "Reviews" not in built.build(dep_fail_on="never").page("index").get_text()


@pytest.mark.usefixtures("midsummer")
@pytest.mark.parametrize(
    ("show", "parts"),
    [
        ("counts", ["dep-total", "dep-counts"]),
        ("calendar , counts", ["dep-calendar", "dep-total", "dep-counts"]),
        ("attention, calendar", ["dep-attention", "dep-calendar"]),
        ("attention,attention", ["dep-attention"]),
    ],
)
def test_parts_can_be_chosen(make_project, show, parts):
    built = make_project(
        {**PROPOSALS, "index.md": dashboard(f":show: {show}", TREE), "deps/index.md": REGISTRY}
    ).build()
    box = one(built.page("index"), ".dep-dashboard")
    assert [item["class"][0] for item in box.select(".dep-total, ul:not(.dep-waiting)")] == parts


@pytest.mark.usefixtures("midsummer")
def test_without_the_calendar_attention_says_what_is_overdue(make_project):
    built = make_project({**PROPOSALS, "index.md": dashboard(":show: attention", TREE), "deps/index.md": REGISTRY})
    lines = [item.get_text().strip() for item in built.build().page("index").select(".dep-attention > li")]
    assert lines == ["DEP-0003 C Under Review: review date past", "wish Wish Draft: without Sponsor"]


def test_a_part_that_it_does_not_have_is_an_error(make_project):
    built = make_project(
        {**PROPOSALS, "index.md": dashboard(":show: counts, calender", TREE), "deps/index.md": REGISTRY}
    )
    (warning,) = [item for item in built.build().warnings if "DEP006" in item]
    assert warning.startswith(
        "index.md:4:8: ERROR: DEP006 the dashboard has no part `calender`; did you mean `calendar`?"
    )


def changes(page) -> list[str]:
    """The lines of what changed last."""
    return [item.get_text().strip() for item in page.select(".dep-changed > li")]


def test_what_changed_last_is_what_git_knows(make_project):
    project = make_project({**PROPOSALS, "index.md": DASHBOARD})
    repo = Repo(project.src)
    repo.commit()
    project.edit("deps/0001-a.md", "Networks", "Most networks")
    repo.commit()
    project.edit("deps/0002-b.md", "Networks", "Many networks")
    project.edit("deps/0003-c.md", ":status: Under Review", ":status: Approved")
    repo.commit()
    built = project.build()
    assert changes(built.page("index")) == [
        # A status says more than a text of the same commit; of the proposals of the first commit only some have room.
        f"{day(2)} DEP-0003 C – Under Review → Approved",
        f"{day(2)} DEP-0002 B Approved – changed",
        f"{day(1)} DEP-0001 A Approved – changed",
        f"{day(0)} DEP-0004 D Under Review – new",
        f"{day(0)} DEP-0005 E Rejected – new",
    ]
    # A commit that touches no proposal changes nothing, one that does is seen without anything being read.
    repo.commit({"other.txt": "x"})
    assert project.build().written == set()
    project.edit("deps/wish.md", "Networks", "Few networks")
    project.build()
    repo.commit()
    built = project.build()
    assert built.read == set()
    assert changes(built.page("index"))[0] == f"{day(4)} wish Wish Draft – changed"
    assert built.text("index.html") == project.build_clean().text("index.html")


def test_a_status_that_was_none_before(make_project):
    project = make_project({"deps/0001-a.md": proposal("A", "Bogus"), "deps/0002-b.md": proposal("B", "")})
    project.write({"index.md": DASHBOARD})
    repo = Repo(project.src)
    repo.commit()
    project.edit("deps/0001-a.md", ":status: Bogus", ":status: Draft")
    project.edit("deps/0002-b.md", ":status:", ":status: Draft")
    repo.commit()
    assert changes(project.build().page("index")) == [
        f"{day(1)} DEP-0001 A – Bogus → Draft",
        f"{day(1)} DEP-0002 B – → Draft",
    ]


def test_without_a_history_there_is_nothing_unless_asked_for(make_project):
    project = make_project({**PROPOSALS, "index.md": DASHBOARD})
    assert "Recently changed" not in project.build().text("index.html")
    project.write({"index.md": dashboard(":show: changed", TREE), "deps/index.md": REGISTRY})
    text = one(project.build().page("index"), ".dep-dashboard").get_text(" ", strip=True)
    assert text == "Recently changed No change is known."

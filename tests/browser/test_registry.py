"""The table of proposals with its script: search, facets, sorting, the address, views, and the keyboard."""

from __future__ import annotations

import re

import pytest

ALL = ["1", "2", "3", "4", "5", "6", "7", "8", "12", "wish"]


def shown(page, table: int = 0) -> list[str]:
    """The proposals that the reader sees, in order: numbers, and the slugs of those without one."""
    rows = page.locator(".dep-index").nth(table).locator("tbody tr:not(.dep-group)")
    labels = [row.locator("td").first.inner_text().strip() for row in rows.all() if row.is_visible()]
    return [re.sub(r"^DEP-0*", "", label) for label in labels]


def facet(page, label: str):
    """The disclosure of one facet, by the words on it."""
    return page.locator(".dep-facet").filter(has=page.locator(f'legend:text-is("{label}")'))


def counts(page, label: str) -> dict[str, int]:
    """The values that a facet offers, and how many proposals each would leave."""
    box = facet(page, label)
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    options = [option for option in box.locator("label").all() if option.is_visible()]
    return {
        option.locator("span").first.inner_text(): int(option.locator(".dep-count").inner_text()) for option in options
    }


def choose(page, label: str, value: str) -> None:
    """Check or uncheck one value of a facet."""
    counts(page, label)
    facet(page, label).locator("label").filter(has=page.locator(f'span:text-is("{value}")')).click()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", ALL),
        ("route", ["2"]),
        ("ROUTE load", ["2"]),
        ("load route", ["2"]),
        ("route nothing", []),
        ("DEP-0012", ["12"]),
        ("dep-12", ["12"]),
        ("wish", ["wish"]),
        ("godel", ["2", "5", "8"]),  # an author, without his accent
        ("hopper turing", ["1", "2", "3"]),  # people without a column
        ("engine", ["1"]),  # a tag
        ("shards of equal", ["7"]),  # the summary
        ("2026-01", ["2"]),
    ],
)
def test_search_finds_what_has_all_words(registry, words, expected):
    page, _ = registry
    page.get_by_label("Search").fill(words)
    assert shown(page) == expected
    assert page.locator(".dep-shown").inner_text() == f"{len(expected)} of 10 proposals"
    assert page.locator(".dep-empty").is_visible() is not bool(expected)


def test_facets_count_what_each_value_would_leave(registry):
    page, _ = registry
    assert counts(page, "Status") == {
        "Draft": 2, "Under Review": 2, "Approved": 1, "Implemented": 2, "Deferred": 1, "Rejected": 1, "Aproved": 1,
    }  # fmt: skip
    assert counts(page, "Category") == {"Architecture": 6, "Process": 3, "Guidelines": 1}
    assert counts(page, "Authors") == {"Ada Lovelace": 6, "Barbara Liskov": 2, "Kurt Gödel": 3}
    assert counts(page, "Sponsor") == {"Grace Hopper": 3, "octo": 3, "None": 4}
    assert counts(page, "Required Reviewers") == {"a": 3, "Alan Turing": 3, "b": 3, "edsger": 3, "None": 4}
    choose(page, "Authors", "Kurt Gödel")
    assert shown(page) == ["2", "5", "8"]
    # Within a facet one of the values, across facets all: its own counts stay, the others follow.
    assert counts(page, "Authors") == {"Ada Lovelace": 6, "Barbara Liskov": 2, "Kurt Gödel": 3}
    assert counts(page, "Status") == {"Draft": 1, "Approved": 1, "Rejected": 1}
    choose(page, "Status", "Draft")
    choose(page, "Status", "Approved")
    assert shown(page) == ["2", "5"]
    page.get_by_label("Search").fill("vote")
    assert shown(page) == ["5"]
    assert counts(page, "Authors") == {"Ada Lovelace": 1, "Kurt Gödel": 1}
    page.get_by_role("button", name="Clear all").click()
    assert shown(page) == ALL
    assert not page.get_by_role("button", name="Clear all").is_visible()


def test_a_facet_offers_what_has_no_value(registry):
    page, _ = registry
    choose(page, "Sponsor", "None")
    assert shown(page) == ["5", "6", "7", "8"]


@pytest.mark.parametrize(
    ("column", "ascending"),
    [
        ("Number", ALL),
        ("Title", ["wish", "8", "1", "3", "4", "2", "7", "12", "5", "6"]),
        # The order of the process, what is no status behind it.
        ("Status", ["5", "6", "3", "4", "2", "1", "12", "7", "8", "wish"]),
        ("Review Date", ["12", "2", "4", "1", "3", "wish", "5", "6", "7", "8"]),
    ],
)
def test_every_column_sorts_both_ways_and_back(registry, column, ascending):
    page, _ = registry
    heading = page.get_by_role("columnheader", name=column)
    # The order of the rows as served is an order, too: the first click on its column turns it round.
    assert heading.get_attribute("aria-sort") == ("ascending" if column == "Number" else "none")
    if column != "Number":
        heading.get_by_role("button").click()
    assert shown(page) == ascending
    assert heading.get_attribute("aria-sort") == "ascending"
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    # What has no value, or a wrong one, is last either way; what is equal keeps its order.
    descending = {
        "Number": ["12", "8", "7", "6", "5", "4", "3", "2", "1", "wish"],
        "Status": ["8", "7", "1", "12", "2", "3", "4", "5", "6", "wish"],
        "Review Date": ["1", "3", "wish", "4", "2", "12", "5", "6", "7", "8"],
    }
    assert shown(page) == descending.get(column, ascending[::-1])
    heading.get_by_role("button").click()
    assert shown(page) == ALL
    assert heading.get_attribute("aria-sort") == ("ascending" if column == "Number" else "none")


def test_the_state_is_in_the_address_and_back_goes_back(registry):
    page, address = registry
    choose(page, "Status", "Draft")
    # How far an open facet reaches over the table depends on the fonts that there are.
    page.keyboard.press("Escape")
    page.get_by_role("columnheader", name="Title").get_by_role("button").click()
    page.get_by_label("Search").press_sequentially("write")
    page.wait_for_url("**/index.html?q=write&status=Draft&sort=title")
    assert shown(page) == ["6"]
    page.go_back()
    assert page.url == f"{address}?status=Draft&sort=title"
    assert (page.get_by_label("Search").input_value(), shown(page)) == ("", ["5", "6"])
    page.go_back()
    page.go_back()
    assert (page.url, shown(page)) == (address, ALL)
    page.go_forward()
    assert shown(page) == ["5", "6"]
    assert page.locator(".dep-chip").all_inner_texts() == ["Status: Draft"]


def test_a_link_leads_to_a_filtered_view(registry):
    page, address = registry
    page.goto(f"{address}?utm=x&status=Draft&status=Deferred&sort=-number&view=cards#proposals")
    assert shown(page) == ["7", "6", "5"]
    page.get_by_role("button", name="Rows").click()
    assert page.url == f"{address}?utm=x&status=Draft&status=Deferred&sort=-number#proposals"
    page.goto(f"{address}?status=Nonsense&sort=nonsense&view=nonsense")
    assert shown(page) == ALL
    hint = page.locator(".dep-hint").inner_text()
    assert hint == "Status: there is no “Nonsense”. Sort by: there is no “nonsense”."


def test_what_was_found_is_announced(registry):
    page, _ = registry
    page.get_by_role("columnheader", name="Title").get_by_role("button").click()
    said = page.locator("[aria-live=polite]")
    assert said.inner_text() == "10 of 10 proposals, sorted by Title, ascending"
    page.get_by_label("Search").fill("retry")
    page.wait_for_url("**q=retry**")
    assert said.inner_text() == "1 of 10 proposals, sorted by Title, ascending"


@pytest.mark.parametrize("view", ["Rows", "Cards", "Compact"])
def test_every_view_shows_every_proposal(registry, view):
    page, _ = registry
    page.get_by_role("button", name=view).click()
    assert page.get_by_role("button", name=view).get_attribute("aria-pressed") == "true"
    assert shown(page) == ALL
    box = page.locator("tbody tr").first.bounding_box()
    assert (box["width"] < 640) == (view == "Cards")


def test_a_phone_has_a_list_and_a_sheet_with_the_filters(page, site, serve):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{serve(site('basic'))}deps/index.html")
    assert shown(page) == ALL
    assert not page.locator("thead").is_visible()
    # The status is seen without scrolling sideways.
    badge = page.locator("tbody .dep-badge").first.bounding_box()
    assert badge["x"] + badge["width"] <= 390
    page.get_by_role("button", name="Filter").click()
    choose(page, "Status", "Draft")
    page.get_by_label("Sort by").select_option("-title")
    page.get_by_role("button", name="2 of 10 proposals").click()
    assert shown(page) == ["6", "5"]
    page.get_by_role("button", name="Remove Status: Draft").click()
    assert page.get_by_role("button", name="Filter").inner_text() == "Filter"
    # Another window: the facets are beside the search again.
    page.set_viewport_size({"width": 1280, "height": 844})
    facet(page, "Category").locator("summary").click()
    assert not page.get_by_role("button", name="Filter").is_visible()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status:draft", ["5", "6"]),
        ("status:open", ["3", "4", "5", "6"]),
        ('status:"Under Review",Draft category:Process', ["4", "5"]),
        ("-status:open -status:closed", ["1", "2", "12", "wish"]),
        ("reviewer:@edsger", ["1", "2", "3"]),
        ("author:liskov or author:gödel", ["2", "3", "5", "6", "8"]),
        ("(author:liskov or author:gödel) not status:draft", ["2", "3", "8"]),
        ("number:5..8", ["5", "6", "7", "8"]),
        ("number:>=8", ["8", "12"]),
        ("review-date:2026-01", ["2"]),
        ("review-date:<2026", ["12"]),
        ("no:sponsor", ["5", "6", "7", "8"]),
        ("is:invalid", ["wish"]),
        ("title:write", ["3", "6"]),
        ("summary:shards", ["7"]),
        ("status:", ALL),
        ("route or", ["2"]),
    ],
)
def test_it_reads_the_query_language(registry, query, expected):
    page, _ = registry
    page.get_by_label("Search").fill(query)
    assert shown(page) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("python:3.10", ["1"]),
        ("python:>=3.10", ["1", "3"]),
        ("python:<3.10", ["4", "6"]),
        ("python:<3.9", ["6"]),
        ("python:3.12", ["3"]),  # no proposal names it
        ("python:>=4", []),
        ("python:3.9..3.10", ["1", "4"]),
        ("python:..v3.9", ["4", "6"]),
        ("no:python", ["2", "5", "7", "8", "12", "wish"]),
        ("number:DEP-0005..7", ["5", "6", "7"]),
    ],
)
def test_ranges_and_sorting_are_in_the_order_of_the_type(page, site, serve, query, expected):
    page.goto(f"{serve(site('basic'))}python.html")
    page.get_by_label("Search").fill(query)
    assert shown(page) == expected
    page.get_by_label("Search").fill("")
    page.get_by_role("columnheader", name="Python").get_by_role("button").click()
    # As texts 3.10 would come before 3.9, and 3.9rc1 after it.
    assert shown(page)[:5] == ["6", "4", "1", "3", "2"]


def test_titles_come_first_and_what_was_found_is_marked(registry):
    page, _ = registry
    page.get_by_label("Search").fill("mail")
    assert shown(page) == ["8"]
    # Words are marked when no key was pressed for a moment.
    page.locator("tbody mark").first.wait_for()
    assert page.locator("tbody mark").all_inner_texts() == ["mail"]
    page.get_by_label("Search").fill("godel")
    page.locator("tbody mark").first.wait_for()
    assert page.locator("tbody mark").all_inner_texts() == ["Gödel"] * 3
    # What the table has no column for is quoted below the title.
    page.get_by_label("Search").fill("hopper")
    assert shown(page) == ["1", "2", "3"]
    page.locator(".dep-hit").first.wait_for()
    assert page.locator(".dep-hit").all_inner_texts() == ["Sponsor: Grace Hopper"] * 3
    page.get_by_label("Search").fill("equal")
    page.locator(".dep-hit").first.wait_for()
    assert page.locator(".dep-hit mark").all_inner_texts() == ["equal"]
    page.get_by_label("Search").fill("")
    assert page.locator("tbody mark, .dep-hit").count() == 0
    assert shown(page) == ALL


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("status:drafft", "Status: there is no “drafft”. Did you mean “Draft”?"),
        ("colour:red", "There is no field “colour”."),
        ("rooute", "“rooute” is in no proposal. Did you mean “route”?"),
    ],
)
def test_what_means_nothing_is_explained(registry, query, hint):
    page, _ = registry
    page.get_by_label("Search").fill(query)
    page.wait_for_function("!document.querySelector('.dep-hint').hidden")
    assert page.locator(".dep-hint").inner_text().startswith(hint)


def test_a_query_is_completed(registry):
    page, _ = registry
    field = page.get_by_label("Search")
    field.press_sequentially("sta")
    assert page.get_by_role("option").all_inner_texts() == ["status:"]
    field.press("ArrowDown")
    field.press("Enter")
    assert field.input_value() == "status:"
    field.press_sequentially("und")
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == page.get_by_role("option").get_attribute("id")
    field.press("Enter")
    assert (field.input_value(), shown(page)) == ('status:"Under Review" ', ["3", "4"])
    field.press_sequentially("cat")
    field.press("Escape")
    assert (page.get_by_role("option").count(), field.input_value()) == (0, 'status:"Under Review" cat')


def test_everything_works_from_the_keyboard(registry):
    page, _ = registry
    focused = (
        "(document.activeElement.closest('details')?.querySelector('legend') ?? document.activeElement).textContent"
    )
    page.get_by_label("Search").focus()
    page.keyboard.type("ada")
    page.keyboard.press("Escape")
    assert (page.get_by_label("Search").input_value(), shown(page)) == ("", ALL)
    for _ in range(4):  # past the views
        page.keyboard.press("Tab")
    assert page.evaluate(focused) == "Status"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert shown(page) == ["5", "6"]
    page.keyboard.press("Escape")
    assert facet(page, "Status").get_attribute("open") is None
    # Through the other facets, "Clear all" and the chip to the headings.
    seen: list[str] = []
    while "Title" not in seen and len(seen) < 20:
        page.keyboard.press("Tab")
        seen.append(page.evaluate(focused).strip())
    wanted = ["Authors", "Category", "Sponsor", "Required Reviewers", "Clear all", "Status: Draft"]
    assert sorted(seen[: len(wanted)]) == sorted(wanted)
    assert seen[len(wanted) :] == ["Number", "Title"]
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert shown(page) == ["6", "5"]


def test_leaving_a_facet_closes_it(registry):
    page, _ = registry
    counts(page, "Status")
    page.get_by_label("Search").focus()
    assert facet(page, "Status").get_attribute("open") is None
    counts(page, "Category")
    page.get_by_role("heading", name="Proposals").click()
    assert facet(page, "Category").get_attribute("open") is None


def test_tables_share_a_toolbar(page, site, serve):
    page.goto(f"{serve(site('basic'))}two.html")
    assert page.locator(".dep-controls").count() == 2  # The third table has its own.
    page.get_by_label("Search").first.fill("vote")
    assert (shown(page, 0), shown(page, 1), shown(page, 2)) == (["5"], ["5"], ALL)
    assert page.locator(".dep-shown").first.inner_text() == "1 of 10 proposals"
    # A heading without a row is not shown.
    assert page.locator(".dep-index").first.locator(".dep-group:visible").all_inner_texts() == ["Draft"]
    page.wait_for_url("**/two.html?q=vote")
    page.get_by_role("button", name="Clear all").first.click()
    page.locator(".dep-index").nth(0).get_by_role("columnheader", name="Number").get_by_role("button").click()
    # Each group is sorted in itself.
    assert shown(page, 0) == ["5", "6", "3", "4", "2", "1", "12", "7", "8", "wish"]


def test_a_table_can_have_a_toolbar_of_its_own(page, site, serve):
    page.goto(f"{serve(site('basic'))}two.html")
    page.get_by_label("Search").nth(1).fill("trace")
    assert (shown(page, 0)[:2], shown(page, 2)) == (["5", "6"], ["12"])
    page.wait_for_url("**/two.html?3.q=trace")


def test_only_a_screenful_is_shown_at_once(page, site, serve):
    # More rows than the site has: the script sees what the page was served with.
    def more(route) -> None:
        response = route.fetch()
        rows = "".join(f'<tr><td>DEP-{number}</td><td><a href="#">Row</a></td></tr>' for number in range(100, 400))
        route.fulfill(response=response, body=response.text().replace("</tbody>", f"{rows}</tbody>"))

    page.route("**/deps/index.html", more)
    page.goto(f"{serve(site('basic'))}deps/index.html")
    assert page.locator("tbody tr:visible").count() == 100
    page.get_by_role("button", name="Show all 310").click()
    assert page.locator("tbody tr:visible").count() == 310
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 101


def test_it_works_in_documentation_that_is_read_from_files(page, site):
    page.goto((site("furo") / "deps" / "index.html").as_uri())
    page.get_by_role("searchbox", name="Search", exact=True).fill("route")
    page.wait_for_timeout(600)
    assert shown(page) == ["2"]

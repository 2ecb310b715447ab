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
    assert page.get_by_text("No proposal matches.").is_visible() is not bool(expected)


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
    assert heading.get_attribute("aria-sort") == "none"
    heading.get_by_role("button").click()
    assert shown(page) == ascending
    assert heading.get_attribute("aria-sort") == "ascending"
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    # What has no date is last either way; what is equal keeps its order.
    descending = {
        "Status": ["wish", "8", "7", "1", "12", "2", "3", "4", "5", "6"],
        "Review Date": ["1", "3", "wish", "4", "2", "12", "5", "6", "7", "8"],
    }
    assert shown(page) == descending.get(column, ascending[::-1])
    heading.get_by_role("button").click()
    assert shown(page) == ALL
    assert heading.get_attribute("aria-sort") == "none"


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
    assert facet(page, "Status").locator("summary").inner_text() == "Status: Draft"


def test_a_link_leads_to_a_filtered_view(registry):
    page, address = registry
    page.goto(f"{address}?utm=x&status=Draft&status=Deferred&sort=-number&view=cards#proposals")
    assert shown(page) == ["7", "6", "5"]
    page.get_by_role("button", name="Rows").click()
    assert page.url == f"{address}?utm=x&status=Draft&status=Deferred&sort=-number#proposals"
    page.goto(f"{address}?status=Nonsense&sort=nonsense&view=nonsense")
    assert shown(page) == ALL


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


def test_a_phone_begins_with_cards(page, site, serve):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{serve(site('basic'))}deps/index.html")
    assert page.get_by_role("button", name="Cards").get_attribute("aria-pressed") == "true"
    assert shown(page) == ALL
    # The status is seen without scrolling sideways.
    badge = page.locator("tbody .dep-badge").first.bounding_box()
    assert badge["x"] + badge["width"] <= 390
    page.get_by_role("button", name="Rows").click()
    assert page.url.endswith("?view=rows")


def test_everything_works_from_the_keyboard(registry):
    page, _ = registry
    focused = (
        "(document.activeElement.closest('details')?.querySelector('legend') ?? document.activeElement).textContent"
    )
    page.get_by_label("Search").focus()
    page.keyboard.type("ada")
    page.keyboard.press("Escape")
    assert (page.get_by_label("Search").input_value(), shown(page)) == ("", ALL)
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "Status"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert shown(page) == ["5", "6"]
    page.keyboard.press("Escape")
    assert facet(page, "Status").get_attribute("open") is None
    # Through the other facets, the views and "Clear all" to the headings.
    seen: list[str] = []
    while "Title" not in seen and len(seen) < 20:
        page.keyboard.press("Tab")
        seen.append(page.evaluate(focused).strip())
    wanted = ["Authors", "Category", "Sponsor", "Required Reviewers", "Rows", "Cards", "Compact", "Clear all"]
    assert seen == [*wanted, "Number", "Title"]
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


def test_two_tables_do_not_disturb_each_other(page, site, serve):
    page.goto(f"{serve(site('basic'))}two.html")
    first, second = page.locator(".dep-index").all()
    first.get_by_label("Search").fill("trace")
    assert (shown(page, 0), shown(page, 1)) == (["12"], ["4", "5", "8"])
    # A heading without a row is not shown. Three rows need no controls, but can be sorted.
    assert first.locator(".dep-group:visible").all_inner_texts() == ["Implemented"]
    assert not second.get_by_label("Search").is_visible()
    second.get_by_role("columnheader", name="Title").get_by_role("button").click()
    assert shown(page, 1) == ["8", "4", "5"]
    page.wait_for_url("**/two.html?**q=trace**")
    assert "2.sort=title" in page.url
    first.get_by_role("button", name="Clear all").click()
    first.get_by_role("columnheader", name="Number").get_by_role("button").click()
    # Each group is sorted in itself.
    assert shown(page, 0) == ["5", "6", "3", "4", "2", "1", "12", "7", "8", "wish"]


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
    page.get_by_role("searchbox").first.fill("route")
    page.wait_for_timeout(600)
    assert shown(page) == ["2"]

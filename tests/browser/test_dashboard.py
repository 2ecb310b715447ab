"""From the numbers of the dashboard to the table narrowed to them, and from names to entries of the people page."""

from __future__ import annotations

import re

import pytest

from tests.browser.test_registry import ALL, shown


@pytest.fixture
def dashboard(page, site, serve) -> tuple:
    """The page with the dashboard, and the address of the site."""
    address = serve(site("basic"))
    page.goto(f"{address}status.html")
    return page, address


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Under Review 2", ["3", "4"]),
        ("Implemented 2", ["1", "12"]),
        ("No valid status 1", ["wish"]),
        ("10 proposals", ALL),
    ],
)
def test_a_number_leads_to_what_it_counts(dashboard, words, expected):
    page, _ = dashboard
    page.get_by_role("link", name=words, exact=True).click()
    page.wait_for_url(re.compile(r"deps/index\.html.*#dep-registry$"))
    assert shown(page) == expected
    assert page.locator(".dep-shown").inner_text() == f"{len(expected)} of 10 proposals"


def test_a_part_of_the_bar_leads_to_what_it_stands_for(dashboard):
    page, _ = dashboard
    page.locator(".dep-bar rect.dep-blue").click()
    page.wait_for_url(re.compile(r"status=Under\+Review"))
    assert shown(page) == ["3", "4"]


def test_no_key_stops_at_the_bar(dashboard):
    page, _ = dashboard
    page.locator(".dep-total a").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Draft 2"


def test_without_javascript_a_number_leads_to_the_table(browser, site, serve):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{serve(site('basic'))}status.html")
    page.get_by_role("link", name="Draft 2", exact=True).click()
    assert shown(page) == ALL
    context.close()


def test_a_name_leads_to_the_entry_and_from_there_to_the_table(dashboard):
    page, address = dashboard
    page.goto(f"{address}deps/0003-queue.html")
    page.get_by_role("link", name="Alan Turing", exact=True).click()
    page.wait_for_url("**/people.html#person-alan-turing")
    entry = page.locator("#person-alan-turing + dd")
    entry.get_by_role("link", name="To review 1").click()
    page.wait_for_url("**/deps/index.html?*")
    assert shown(page) == ["3"]
    page.go_back()
    entry.get_by_role("link", name="Reviewer of 2").click()
    page.wait_for_url("**/deps/index.html?*")
    assert shown(page) == ["1", "2"]

"""Hover cards in a real browser: by pointer and by keyboard, dismissed, hovered, and without a script (WCAG 1.4.13)."""

from __future__ import annotations

import pytest

from tests.browser.site import THEMES
from tests.browser.test_pages import violations


@pytest.fixture
def guide(page, site, serve):
    """The page whose links have cards."""
    page.goto(f"{serve(site('basic'))}guide.html")
    return page


def first(page):
    """The first link with a card, and the card."""
    return page.locator(".dep-hover > a").first, page.locator("#dep-hover--1")


def test_a_card_comes_with_the_pointer_and_stays_under_it(guide):
    link, card = first(guide)
    assert not card.is_visible()
    link.hover()
    card.wait_for(state="visible")
    assert "Route by load" in card.inner_text()
    box = card.bounding_box()
    guide.mouse.move(box["x"] + 20, box["y"] + 4, steps=5)
    guide.mouse.move(box["x"] + 30, box["y"] + box["height"] - 6, steps=5)
    guide.wait_for_timeout(400)
    assert card.is_visible()
    guide.mouse.move(5, 5)
    card.wait_for(state="hidden")


def test_a_card_comes_with_the_focus_and_goes_with_it(guide):
    link, card = first(guide)
    guide.keyboard.press("Tab")
    assert link.evaluate("link => link === document.activeElement")
    card.wait_for(state="visible")
    guide.keyboard.press("Tab")
    card.wait_for(state="hidden")


def test_escape_takes_it_away_until_the_link_is_left(guide):
    link, card = first(guide)
    link.hover()
    card.wait_for(state="visible")
    guide.keyboard.press("Escape")
    card.wait_for(state="hidden")
    box = link.bounding_box()
    guide.mouse.move(box["x"] + 5, box["y"] + 5)
    guide.wait_for_timeout(400)
    assert not card.is_visible()
    guide.mouse.move(5, 5)
    link.hover()
    card.wait_for(state="visible")


def test_escape_with_the_focus(guide):
    link, card = first(guide)
    guide.keyboard.press("Tab")
    card.wait_for(state="visible")
    guide.keyboard.press("Escape")
    card.wait_for(state="hidden")
    # A pointer that passes does not bring back what the keyboard took away.
    link.hover()
    guide.mouse.move(5, 5)
    guide.wait_for_timeout(400)
    assert not card.is_visible()
    guide.keyboard.press("Tab")
    guide.keyboard.press("Shift+Tab")
    card.wait_for(state="visible")


def test_a_later_link_has_the_same_card(guide):
    later = guide.locator(".dep-hover > a[aria-describedby='dep-hover--1']").nth(1)
    assert later.get_attribute("title") is None
    later.hover()
    card = guide.locator("#dep-hover--1")
    card.wait_for(state="visible")
    link, box = later.bounding_box(), card.bounding_box()
    assert abs(link["y"] + link["height"] - box["y"]) < 8
    assert guide.locator("[role=tooltip]").count() == len(set(guide.locator("[role=tooltip]").evaluate_all(
        "cards => cards.map(card => card.id)")))  # fmt: skip


def test_without_a_script(browser, site, serve):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{serve(site('basic'))}guide.html")
    link, card = first(page)
    link.hover()
    card.wait_for(state="visible")
    later = page.locator(".dep-hover > a[aria-describedby='dep-hover--1']").nth(1)
    assert later.get_attribute("title") == "Route by load (Approved)"
    context.close()


def test_from_a_file(page, site):
    page.goto((site("basic") / "guide.html").as_uri())
    link, card = first(page)
    link.hover()
    card.wait_for(state="visible")
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")


def test_the_description_is_read_out(guide):
    tree = guide.context.new_cdp_session(guide).send("Accessibility.getFullAXTree")
    described = [
        node["description"]["value"]
        for node in tree["nodes"]
        if node["role"]["value"] == "link" and node.get("description", {}).get("value", "").startswith("DEP-0002")
    ]
    assert described[0] == "DEP-0002 Approved Route by load Failed requests are sent again."
    assert len(described) == 2


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_card_is_within_the_window(guide, width, direction):
    guide.set_viewport_size({"width": width, "height": 500})
    guide.evaluate(f"document.documentElement.dir = '{direction}'")
    before = guide.evaluate("document.documentElement.scrollWidth")
    for link in guide.locator(".dep-hover > a").all():
        link.hover()
        card = guide.locator(f"#{link.get_attribute('aria-describedby')}")
        card.wait_for(state="visible")
        box = card.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 500
        assert guide.evaluate("document.documentElement.scrollWidth") == before
        guide.mouse.move(1, 1)
        card.wait_for(state="hidden")


def test_nothing_is_printed(guide):
    guide.emulate_media(media="print")
    link, card = first(guide)
    link.hover()
    guide.wait_for_timeout(400)
    assert not card.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_a_card(page, site, serve, theme, scheme):
    pytest.importorskip(theme, reason=f"the theme {theme} is not installed")
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"{serve(site(theme))}guide.html")
    link, card = first(page)
    # By the focus: the colour of a hovered link is the theme's.
    link.focus()
    card.wait_for(state="visible")
    assert violations(page) == []

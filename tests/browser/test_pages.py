"""Whole pages: without JavaScript, under a strict policy, and judged by axe-core in every theme, light and dark."""

from __future__ import annotations

import pytest

from tests.browser.site import THEMES
from tests.browser.test_registry import ALL, shown

PAGES = ("deps/index.html", "status.html", "people.html", "deps/0003-queue.html")


def test_without_javascript_the_table_is_complete(browser, site, serve):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{serve(site('basic'))}deps/index.html?status=Draft")
    assert shown(page) == ALL
    assert page.get_by_role("link", name="Cache answers", exact=True).first.is_visible()
    assert page.locator(".dep-index button, .dep-index input").count() == 0
    context.close()


def test_a_strict_policy_forbids_nothing_that_is_needed(page, site, serve):
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    address = serve(site("basic"), strict=True)
    for name in PAGES:
        page.goto(address + name)
    page.goto(f"{address}deps/index.html?q=write&view=cards")
    assert shown(page) == ["3", "6"]
    page.locator(".dep-facet summary").first.click()
    page.get_by_label("Sort by").select_option("-title")
    assert [line for line in said if "favicon" not in line and "404" not in line] == []
    assert [url for url in asked if not url.startswith(address)] == []


def violations(page) -> list[str]:
    """What axe-core finds in the content: the rest of the page is the theme's."""
    axe = pytest.importorskip("axe_playwright_python.base", reason="axe-playwright-python is not installed")
    page.evaluate(axe.AXE_FILE_PATH.read_text(encoding="utf-8"))
    found = page.evaluate("""async () => {
        const content = document.querySelector("[role=main], main, article") ?? document.body;
        return (await axe.run(content)).violations.flatMap(({ id, nodes }) => nodes.map((node) =>
            `${id}: ${node.target} ${node.html.slice(0, 150)} ${node.failureSummary}`));
    }""")
    return [str(line) for line in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(page, site, serve, theme, scheme):
    pytest.importorskip(theme, reason=f"the theme {theme} is not installed")
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    address = serve(site(theme))
    found: dict[str, list[str]] = {}
    for name in PAGES:
        page.goto(address + name)
        if name == PAGES[0]:
            page.locator(".dep-facet summary").first.click()
        if found_here := violations(page):
            found[name] = found_here
    page.goto(f"{address}{PAGES[0]}?view=cards")
    if found_here := violations(page):
        found["cards"] = found_here
    assert found == {}


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", THEMES)
def test_nothing_leaves_its_card(page, site, serve, theme, width):
    """A long summary is cut after three lines, and the card is as high as what it holds."""
    pytest.importorskip(theme, reason=f"the theme {theme} is not installed")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{serve(site(theme))}cards.html")
    cards = page.evaluate("""() => [...document.querySelectorAll(".dep-card")].map((card) => {
        const bottom = (element) => element.getBoundingClientRect().bottom;
        const children = [...card.querySelectorAll("*")].filter((element) => element.checkVisibility());
        const summary = card.querySelector(".dep-summary");
        const height = summary.clientHeight / parseFloat(getComputedStyle(summary).lineHeight);
        return [Math.max(...children.map(bottom)) - bottom(card), height, summary.scrollHeight > summary.clientHeight];
    })""")
    assert cards
    assert max(card[0] for card in cards) <= 0
    assert max(card[1] for card in cards) == pytest.approx(3, abs=0.1)
    assert any(card[2] for card in cards)

"""From right to left, in print, and with less motion: nothing overlaps, nothing is cut, nothing moves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sphinxext_dep

PAGES = ("deps/index.html", "status.html", "people.html", "deps/0003-queue.html", "guide.html", "graph.html")
OVER = """() => [...document.querySelectorAll("[class*=dep-]:not(.dep-nav)")].filter((element) => {
    if (element.closest(".dep-scroll, .dep-hover-card, .dep-announcement, svg, legend")) return false;
    if (element.closest("details:not([open])") && !element.matches("summary, details")) return false;
    const box = element.getBoundingClientRect();
    return box.width > 0 && (box.left < -1 || box.right > innerWidth + 1);
}).map((element) => element.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_nothing_is_wider_than_the_window(page, site, serve, direction, width):
    page.set_viewport_size({"width": width, "height": 800})
    address = serve(site("furo"))
    found = {}
    for name in PAGES:
        page.goto(address + name)
        page.evaluate(f"document.documentElement.dir = '{direction}'")
        if over := page.evaluate(OVER):
            found[name] = over
    assert found == {}


def test_the_lifecycle_goes_with_the_text(page, site, serve):
    page.goto(f"{serve(site('basic'))}deps/0003-queue.html")
    places = "() => [...document.querySelectorAll('.dep-step')].map((step) => step.getBoundingClientRect().x)"
    order = page.evaluate(places)
    assert order == sorted(order)
    page.evaluate("document.documentElement.dir = 'rtl'")
    order = page.evaluate(places)
    assert order == sorted(order, reverse=True)
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.dep-arrow')).transform") == "matrix(-1, 0, 0, 1, 0, 0)"
    )


def test_no_rule_has_a_physical_side():
    """Left and right are start and end, so that they change places with the direction of the text."""
    sheets = sorted(Path(sphinxext_dep.__file__).parents[1].glob("assets/*.css"))
    assert sheets
    sides = re.compile(r"(margin|padding|border)-(left|right)|text-align: (left|right)|float:|[\s;{](left|right):")
    assert {sheet.name: found for sheet in sheets if (found := sides.findall(sheet.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize("name", PAGES)
def test_print_has_the_content_and_no_controls(page, site, serve, name):
    page.goto(serve(site("basic")) + name)
    page.emulate_media(media="print")
    controls = page.locator(".dep-controls, .dep-more, .dep-hover-card")
    assert [item for item in controls.all() if item.is_visible()] == []
    assert page.locator("[class*=dep-]:visible").count() > 0


def test_nothing_moves(page, site, serve):
    page.emulate_media(reduced_motion="reduce")
    address = serve(site("basic"))
    for name in PAGES:
        page.goto(address + name)
        moving = page.evaluate("""() => [...document.querySelectorAll("[class*=dep-]")]
            .map((one) => getComputedStyle(one)).filter((style) => style.animationName !== "none" ||
                (style.transitionDuration.split(", ").some((time) => parseFloat(time) > 0))).length""")
        assert moving == 0, name

"""The graph in a real browser: links, the keyboard, and what axe-core says of it in every theme."""

from __future__ import annotations

import shutil

import pytest

from tests.browser.site import THEMES
from tests.browser.test_pages import violations

pytestmark = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")


def test_boxes_lead_to_pages(page, site, serve):
    page.goto(f"{serve(site('basic'), strict=True)}graph.html")
    box = page.locator("svg.dep-drawing a").first
    box.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/deps/000*.html")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(page, site, serve, theme, scheme):
    pytest.importorskip(theme, reason=f"the theme {theme} is not installed")
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"{serve(site(theme))}graph.html")
    page.locator(".dep-graph summary").first.click()
    assert violations(page) == []

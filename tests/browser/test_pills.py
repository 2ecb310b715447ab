"""Status pills in the navigation of every theme: there, with a word, from a file, and under a strict policy."""

from __future__ import annotations

import pytest

from tests.browser.site import THEMES

WORDS = {"Cache answers": "Implemented", "Queue writes": "Under Review", "Announce by mail": "Rejected"}


def pills(page) -> dict[str, str]:
    """Text → pill of the entries; the content of this page has none."""
    found: dict[str, str] = page.evaluate("""() => Object.fromEntries([...document.querySelectorAll("a.dep-nav")]
        .map((link) => [link.textContent.trim(), getComputedStyle(link, "::after").content.replaceAll('"', "")]))""")
    return found


@pytest.mark.parametrize("theme", THEMES)
def test_pills_in_the_navigation(page, site, serve, theme):
    pytest.importorskip(theme, reason=f"the theme {theme} is not installed")
    # The page that is open has an entry that leads to "#".
    page.goto(f"{serve(site(theme))}deps/0003-queue.html")
    shown = pills(page)
    assert {title: shown[title] for title in WORDS} == WORDS
    assert shown.get("Proposals", "none") in ("none", "normal")
    page.goto((site(theme) / "deps" / "0001-cache.html").as_uri())
    assert pills(page) == shown


def test_under_a_strict_policy(page, site, serve):
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    # The page's own list of pages: the theme "basic" has no sidebar here.
    page.goto(f"{serve(site('basic'), strict=True)}flat.html")
    assert [line for line in said if "favicon" not in line and "404" not in line] == []
    content = page.locator("a.dep-nav-deps_2f_0008-mail").evaluate("link => getComputedStyle(link, '::after').content")
    assert content == '"Rejected"'


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("theme", THEMES)
def test_pills_can_be_read(page, site, serve, theme, scheme):
    """The contrast of word and paper is at least 4.5:1; axe-core does not look at generated content."""
    pytest.importorskip(theme, reason=f"the theme {theme} is not installed")
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{serve(site(theme))}deps/0003-queue.html")
    worst = page.evaluate("""() => {
        const light = (colour) => {
            // A mixed colour is `color(srgb 0.1 0.2 0.3)`, others are `rgb(25, 51, 76)`.
            const most = colour.startsWith("color") ? 1 : 255;
            const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / most)
                .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
        };
        return Math.min(...[...document.querySelectorAll("a.dep-nav")].filter((link) => link.checkVisibility())
            .map((link) => {
                // In a sidebar it is a dot until its entry is pointed at or focused.
                link.focus({ focusVisible: true });
                const style = getComputedStyle(link, "::after");
                if (!style.content.startsWith('"')) return 21;
                const [one, two] = [light(style.color), light(style.backgroundColor)];
                return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
            }));
    }""")
    assert 4.5 <= worst < 21


@pytest.mark.parametrize("theme", THEMES)
def test_a_dot_never_has_a_line_of_its_own(page, site, serve, theme):
    """Whatever the width of a title, its entry is as high with the dot as without it."""
    pytest.importorskip(theme, reason=f"the theme {theme} is not installed")
    page.goto(f"{serve(site(theme))}deps/0003-queue.html")
    entries, higher = page.evaluate("""() => {
        const sidebar = ":is(nav, aside, .sphinxsidebar, .sidebar-tree, .bd-sidebar) a.dep-nav";
        const links = [...document.querySelectorAll(sidebar)].filter((link) => link.checkVisibility());
        const higher = [];
        for (const link of links) for (let length = 1; length < 60; length++) {
            const words = Array(length + 1).join("x") + " y";
            link.textContent = words;
            const height = link.getBoundingClientRect().height;
            link.classList.remove("dep-nav");
            if (height > link.getBoundingClientRect().height) higher.push(words);
            link.classList.add("dep-nav");
        }
        return [links.length, higher];
    }""")
    assert entries
    assert higher == []

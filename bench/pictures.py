"""Make the pictures in the README: this project's own site, light and dark.

    python bench/pictures.py [SITE]

Without SITE, the directory of a built site, it is built first. The browser is Chromium; Pillow makes the files small.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "_pictures"
WIDTH, HEIGHT, SCALE = 1180, 690, 1.5
COLOURS = 128
"""Text on a plain ground needs no more, and a file of so few colours is a third as large."""


def proposal(page: Page, site: str) -> None:
    """A proposal: what is decided, in the page and in the navigation."""
    page.goto(f"{site}/deps/0001-one-reader.html")


def registry(page: Page, site: str) -> None:
    """The table, narrowed and with a facet open."""
    page.goto(f"{site}/deps/index.html?q=page")
    page.locator("#all-proposals").evaluate("section => scrollTo({top: section.offsetTop - 30, behavior: 'instant'})")
    page.locator(".dep-index .dep-facet > summary", has_text="Status").first.click()


def dashboard(page: Page, site: str) -> None:
    """Where all proposals stand, and what happened to them."""
    page.goto(f"{site}/deps/index.html")


def main() -> None:
    """Take each picture in both schemes."""
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as driver:
        if len(sys.argv) > 1:
            site = Path(sys.argv[1]).resolve()
        else:
            site = Path(directory) / "site"
            subprocess.run([sys.executable, "-m", "sphinx", "-q", str(ROOT), str(site)], check=True)
        PICTURES.mkdir(parents=True, exist_ok=True)
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"),
            # A module is not loaded from a file otherwise.
            args=["--no-sandbox", "--allow-file-access-from-files"],
        )
        for scheme in ("light", "dark"):
            for show in (proposal, registry, dashboard):
                page = browser.new_page(
                    viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=scheme, device_scale_factor=SCALE
                )
                show(page, site.as_uri())
                file = PICTURES / f"{show.__name__}-{scheme}.png"
                page.screenshot(path=file)
                page.close()
                with Image.open(file) as picture:
                    small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
                small.save(file, optimize=True)
        browser.close()


if __name__ == "__main__":
    main()

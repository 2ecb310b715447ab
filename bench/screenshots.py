"""Take pictures of the index, the dashboard and a proposal: five themes, light and dark, desktop and phone.

The site is a small one of ``generate.py``; the browser is Chromium.

    python bench/screenshots.py DIRECTORY [--theme furo] [--count 24]
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from generate import Writer, make
from playwright.sync_api import Browser, sync_playwright

THEMES = ("furo", "pydata_sphinx_theme", "nvidia_sphinx_theme", "sphinx_book_theme", "alabaster")
SCHEMES = ("light", "dark")
WIDTHS = {1280: 900, 390: 844}


def build(root: Path, theme: str, count: int) -> tuple[Path, dict[str, str]]:
    """Build the site in *theme*; its pages' directory, and name → page of what is worth looking at."""
    writer = Writer(root, "dep", make(count))
    writer.write()
    replaced = next((item for item in writer.proposals if item.replaced_by), writer.proposals[0])
    broken = writer.proposals[3]
    broken.status = "Aproved"
    writer.write_proposal(broken)
    dashboard = "# Dashboard\n\n```{dep-status}\n```\n\n```{dep-index}\n:format: cards\n:limit: 4\n```\n"
    (root / "guide" / "part-000.md").write_text(dashboard, encoding="utf-8")
    people = "---\norphan: true\n---\n# People\n\n```{dep-people}\n```\n"
    (root / "people.md").write_text(people, encoding="utf-8")
    options = ["-q", "-D", "dep_fail_on=never", "-D", f"html_theme={theme}"]
    subprocess.run([sys.executable, "-m", "sphinx", *options, str(root), str(root / "out")], check=True)
    return root / "out", {
        "index": "deps/index.html",
        "cards": "deps/index.html?view=cards&sort=-number",
        "dashboard": "guide/part-000.html",
        "people": "people.html",
        "proposal": f"deps/{replaced.name}.html",
        "invalid": f"deps/{broken.name}.html",
    }


def take(browser: Browser, theme: str, site: Path, pages: dict[str, str], into: Path) -> None:
    """Take the pictures of one theme."""
    for scheme in SCHEMES:
        for width, height in WIDTHS.items():
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            page = context.new_page()
            for name, target in pages.items():
                page.goto(f"{site.as_uri()}/{target}")
                page.screenshot(path=into / f"{theme}-{scheme}-{width}-{name}.png")
            context.close()


def main() -> None:
    """Build every theme and take its pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--theme", action="append", choices=THEMES)
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    arguments = parser.parse_args()
    arguments.directory.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=arguments.chromium, args=["--no-sandbox"])
        for theme in arguments.theme or THEMES:
            with tempfile.TemporaryDirectory() as directory:
                site, pages = build(Path(directory) / "project", theme, arguments.count)
                take(browser, theme, site, pages, arguments.directory)
        browser.close()


if __name__ == "__main__":
    main()

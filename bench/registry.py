"""Measure a registry of 10,000 proposals in Chromium: bytes per row, first paint, time of a keystroke.

Five hundred proposals of ``generate.py`` are built, and the rows of their index repeated with other numbers: what
Sphinx needs for 10,000 pages is measured elsewhere. Compressed sizes are gzip's, which looks back 32 kB and so does
not see the repetition. A keystroke lasts from the event until the browser has laid out the page again; the figures
are CPU time.

    python bench/registry.py --count 10000
"""

from __future__ import annotations

import argparse
import functools
import gzip
import http.server
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from generate import Writer, make
from playwright.sync_api import Page, sync_playwright

BUILT = 500
WORDS = ("cache reads", "DEP-00", "hopper", "zzz")

# The layout is forced, so that its time is counted.
_KEY = """(value) => {
    const box = document.querySelector(".dep-search input");
    box.value = value;
    box.dispatchEvent(new Event("input"));
    document.body.getBoundingClientRect();
}"""
_SORT = """() => {
    document.querySelectorAll(".dep-sort")[1].click();
    document.body.getBoundingClientRect();
}"""
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def build(root: Path, count: int) -> Path:
    """Build the project, give its index *count* rows, and return the directory of its pages."""
    proposals = make(min(count, BUILT))
    for proposal in proposals:
        proposal.body = "## Summary\n\n" + proposal.body.partition("\n\n")[2].partition("\n\n")[0][:300]
    Writer(root, "dep", proposals).write()
    # No toctree: what Sphinx's navigation costs is not what is measured.
    (root / "deps" / "index.md").write_text("# Proposals\n\n```{dep-index}\n```\n", encoding="utf-8")
    options = ["-q", "-D", "dep_fail_on=never", "-D", "html_copy_source=0"]
    # Pages that only have to be read are not written.
    command = [sys.executable, "-m", "sphinx", *options, str(root), str(root / "out"), str(root / "deps" / "index.md")]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    index = root / "out" / "deps" / "index.html"
    before, rows, after = re.split(r"<tbody>\n|</tbody>", index.read_text(encoding="utf-8"))
    parts = [before, "<tbody>\n"]
    for start in range(0, count, len(proposals)):
        parts.append(re.sub(r"DEP-(\d+)", lambda match, start=start: f"DEP-{start + int(match[1]):05d}", rows))
    index.write_text("".join([*parts, "</tbody>", after]), encoding="utf-8")
    return root / "out"


def measure(page: Page, address: str) -> dict[str, float]:
    """Open the page and use it; CPU time of the page's main thread, but for the first paint."""
    session = page.context.new_cdp_session(page)
    # Not the clock's time: the machine may have other things to do.
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def cost(script: str, argument: str = "") -> float:
        before = spent()
        page.evaluate(script, argument)
        return spent() - before

    def spent() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(1000 * item["value"] for item in metrics if item["name"] == "TaskDuration")

    page.goto(address)
    page.locator(".dep-controls").wait_for()
    ready = spent()
    keys = []
    for word in WORDS:
        steps = [word[: index + 1] for index in range(len(word))]
        # Letter by letter, and back to the empty box.
        keys += [cost(_KEY, value) for value in [*steps, *steps[-2::-1], ""]]
    return {
        "first paint, ms by the clock": page.evaluate(_PAINT),
        "page ready, ms": ready,
        "keystroke, median ms": statistics.median(keys),
        "keystroke, worst ms": max(keys),
        "sort, ms": cost(_SORT),
    }


def main() -> None:
    """Build, measure five times, and print the medians as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        out = build(Path(directory) / "project", arguments.count)
        html = (out / "deps" / "index.html").read_bytes()
        handler = functools.partial(_Quiet, directory=str(out))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=arguments.chromium, args=["--no-sandbox"])
            address = f"http://127.0.0.1:{server.server_port}/deps/index.html"
            runs = [measure(browser.new_context().new_page(), address) for _ in range(5)]
            browser.close()
        server.shutdown()
    result = {
        "rows": arguments.count,
        "bytes per row": len(html) / arguments.count,
        "bytes per row, gzip": len(gzip.compress(html)) / arguments.count,
        **{key: statistics.median(run[key] for run in runs) for key in runs[0]},
    }
    print(json.dumps({key: round(value, 1) for key, value in result.items()}, indent=2))


if __name__ == "__main__":
    main()

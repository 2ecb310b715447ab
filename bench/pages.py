"""Pages as readers see them, measured in Chromium: five themes, a desktop and a phone.

A site of 60 proposals with titles, people and histories of real length is built in every theme. Measured are

- the rows of the registry that are completely visible, on loading and after scrolling to the table, and the width of
  the title column;
- where the first paragraph of the Summary begins on a proposal's page;
- the difference between the baselines of a label and its value in the header;
- elements of the extension that leave the window, cut their text, or cover one another;
- the layout shift while the scripts start;
- the size of the style sheets and scripts.

    python bench/pages.py [--theme furo] [--write NAME] [--keep DIRECTORY] [--pictures DIRECTORY]

``--write NAME`` saves the figures as ``bench/results/pages-NAME.json``; ``--tables`` prints the tables of the
documentation from the files that there are.
"""

from __future__ import annotations

import argparse
import datetime
import functools
import gzip
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results"
THEMES = ("furo", "pydata_sphinx_theme", "nvidia_sphinx_theme", "sphinx_book_theme", "alabaster")
WINDOWS = {"desktop": (1280, 1000), "phone": (390, 844)}
SUMMARY_HEIGHT = {"desktop": 900, "phone": 844}

TITLES = """
Retry failed requests with a budget for each client
Structured logging across the serving stack
Drop support for the legacy configuration file
Versioned wire format for router messages
Move the health check out of the request path
One command to collect everything needed for a bug report
Deprecation policy for public Python interfaces
Admission control under memory pressure
Publish container images for every release candidate
Cache-aware routing of long prompts
A style guide for documentation
Graceful shutdown of workers that hold sessions
Replace the scheduler's lock with per-shard queues
Support rolling upgrades without a maintenance window
Name metrics after the OpenTelemetry conventions
Two-phase loading of model weights from object storage
Code owners for every top-level directory
Limit the size of a single streaming response
Benchmarks that run on every pull request and block regressions
Encrypt traffic between nodes by default
How proposals are written, reviewed and decided
Speculative decoding as a pluggable strategy
Time-based releases every six weeks
A stable plugin interface for tokenizers
Fault tolerance for disaggregated prefill and decode
Report errors in the shape of RFC 9457
Remove the implicit global event loop
Long-term support branches and their end of life
Typed configuration with defaults that can be printed
Autoscaling driven by queue depth instead of utilization
Deterministic sampling for a given seed
Multi-tenant quotas and fair sharing between teams
Discovery of services without a central registry
Batch interface for offline inference jobs
Trace context in every internal message
Move continuous integration to self-hosted runners
Offload cold cache blocks to local disks
Testing strategy for distributed failure scenarios
A single source of truth for supported hardware
Security response process and embargoed fixes
Streaming responses over server-sent events
Pin and audit third-party dependencies
Consistent naming of flags between tools
Load adapters on demand and evict the least used
Mirror the documentation in more than one language
Backpressure from workers to the front end
Profiling endpoints that are safe in production
Simplify the build of native extensions
Common error codes for clients in every language
Warm standby replicas for large models
Sign release artifacts and publish attestations
Compatibility matrix of drivers and runtimes
Remote cache shared between clusters
Guidelines for API reviews
Priority classes for interactive and batch traffic
Replace the home-grown tracing with OpenTelemetry
Configuration reload without restarting workers
Deprecate Python 3.9
Data retention of request logs
Evaluate correctness after every kernel change
""".strip().splitlines()
PEOPLE = """
@ada Lovelace-dev, Grace Hopper, @alan-t, Barbara Liskov, @edsger, Donald Knuth, @margaret-h, Tony Hoare, Frances Allen,
@niklaus, Adele Goldberg, @john-backus, Radia Perlman, Ken Thompson, @lynn-conway, Leslie Lamport
""".replace("\n", " ").replace(" Lovelace-dev", "").strip().split(", ")  # fmt: skip
STATUSES = ("Draft", "Under Review", "Approved", "Implemented", "Deferred", "Rejected")
CATEGORIES = ("Architecture", "Process", "Guidelines")
SUMMARY = (
    "Clients that retry without a limit turn a short outage into a long one. This proposal gives every client a "
    "budget: retries are a tenth of its successful requests at most, and a server that is overloaded can lower that. "
    "The first request is never delayed, and a client without a budget fails at once with an error that says so."
)
OTHERS = ("Motivation", "Proposal", "Alternate Solutions")
UNMERGED = {
    61: "Fair scheduling of background jobs",
    62: "Quotas for adapters",
    63: "One format for dumps",
}
"""Proposals on pull requests, by their numbers."""
REQUIREMENTS = (
    "Shutdown ends in time\n\nA worker MUST stop within its grace period, whatever its sessions do.",
    "Sessions move\n\nA session that can be moved SHOULD be moved before the worker stops.",
    "Progress is visible\n\nThe number of sessions that are left MAY be a metric.",
)
CONF = """
extensions = ["myst_parser", "sphinxext_dep"]
project = "Serving"
html_theme = "{theme}"
html_title = "Serving"
exclude_patterns = ["out*"]
html_theme_options = {options}
"""
REPOSITORY = {
    "furo": {"source_repository": "https://github.com/example/serving/", "source_branch": "main",
             "source_directory": "docs/"},
    "sphinx_book_theme": {"repository_url": "https://github.com/example/serving", "use_repository_button": True},
}  # fmt: skip
PAGES = {
    "registry": "deps/index.html",
    "proposal": "deps/0012-graceful-shutdown-of-workers-that-hold-sessions.html",
    "replaced": "deps/0003-drop-support-for-the-legacy-configuration-file.html",
    "invalid": "deps/0004-versioned-wire-format-for-router-messages.html",
    "dashboard": "dashboard.html",
    "timeline": "timeline.html",
    "people": "people.html",
    "cards": "cards.html",
    "graph": "graph.html",
    "guide": "guide.html",
    "empty": "empty.html",
    "two": "two.html",
    "requirements": "requirements.html",
    "unmerged": "unmerged.html",
    "draft": "unmerged/pull-152-deps-0061-fair-scheduling-of-background-jobs-7a546c.html",
}
GUIDE = (
    "# Guide\n\nWorkers stop as {dep}`12` describes; before that, {dep}`3` was the plan, and {dep}`4` is not valid. "
    "A retry has a budget ({dep}`1`), see {dep}`the router's format <7>` and {dep}`21`, {dep}`22`, {dep}`23`.\n\n"
    "* Status of one: {dep-status}`2`\n\n```{dep-status} 12, 3\n```\n"
)


def slug(number: int) -> str:
    """File name of a proposal, without its suffix."""
    words = "".join(char if char.isalnum() else " " for char in TITLES[number - 1].lower()).split()
    return f"{number:04d}-{'-'.join(words)}"


def status_of(number: int) -> str:
    """Status of a proposal."""
    if number == 3:
        return "Replaced"
    if number == 4:
        return "Aproved"
    return STATUSES[(number * 7 + number // 5) % 6] if number != 12 else "Under Review"


def people(number: int, count: int) -> str:
    """*count* people, the same for the same proposal."""
    return ", ".join(PEOPLE[(number * 5 + 3 * index) % len(PEOPLE)] for index in range(count))


def page_of(number: int, status: str) -> str:
    """The page of a proposal, with the header that existing proposals have."""
    day = datetime.date(2026, 1, 5) + datetime.timedelta(days=number * 5)
    fields = {
        "Status": status,
        "Authors": people(number, 1 + number % 4),
        "Category": CATEGORIES[number % 3],
        "Replaces": {12: "DEP-0003"}.get(number, "N/A"),
        "Replaced By": {3: "DEP-0012"}.get(number, "N/A"),
        "Sponsor": people(number + 3, 1),
        "Required Reviewers": people(number + 1, 2 + number % 4),
        "Review Date": day.isoformat(),
        "Pull Request": f"https://github.com/example/serving/pull/{100 + number}",
        "Implementation PR / Tracking Issue": (
            f"https://github.com/example/serving/issues/{200 + number}" if status == "Implemented" else "N/A"
        ),
    }
    if number % 4 == 0 and number > 8:
        fields["Extends"] = f"DEP-{number - 7:04d}"
    head = "\n\n".join(f"**{label}**: {value}" for label, value in fields.items())
    more = "\n\n".join(f"## {name}\n\n{SUMMARY}\n\n{SUMMARY}" for name in OTHERS)
    if number % 9 == 3:
        more += "".join(f"\n\n### REQ {place} {text}" for place, text in enumerate(REQUIREMENTS, 1))
    return f"# {TITLES[(number - 1) % len(TITLES)]}\n\n{head}\n\n## Summary\n\n{SUMMARY}\n\n{more}\n"


def write(root: Path) -> None:
    """Write the project and its history: every proposal goes through the statuses before its own."""
    (root / "deps").mkdir(parents=True)
    index = "\n".join(["deps/index", *(name[:-5] for name in PAGES.values() if "/" not in name)])
    files = {
        "index.md": f"# Serving\n\n```{{toctree}}\n:maxdepth: 1\n\n{index}\n```\n",
        "deps/index.md": "# Proposals\n\n```{dep-index}\n:toctree:\n```\n",
        "dashboard.md": "# Dashboard\n\n```{dep-status}\n```\n",
        "timeline.md": "# Timeline\n\n```{dep-timeline}\n```\n",
        "people.md": "# People\n\n```{dep-people}\n```\n",
        "cards.md": "# Cards\n\n```{dep-index}\n:format: cards\n:limit: 12\n```\n",
        "graph.md": "# Graph\n\n```{dep-graph}\n```\n",
        "guide.md": GUIDE,
        "dep.toml": "[unmerged]\n",
        "requirements.md": "# Requirements\n\n```{dep-requirements}\n```\n",
        "unmerged.md": "# Unmerged\n\n```{dep-index}\n:unmerged: only\n```\n",
        "empty.md": "# Empty\n\n```{dep-index}\n:number: 900..\n```\n",
        "two.md": "# Two\n\n## Open\n\n```{dep-index}\n:status: open\n```\n\n## Closed\n\n"
        "```{dep-index}\n:status: closed\n```\n",
    }
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    start = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)
    commits: list[tuple[datetime.datetime, Path, str]] = []
    for number in range(1, len(TITLES) + 1):
        status = status_of(number)
        past = STATUSES[: STATUSES.index(status)] if status in STATUSES[:4] else STATUSES[:2]
        for step, name in enumerate((*past, status)):
            when = start + datetime.timedelta(days=4 * number + 23 * step * (1 + number % 3))
            commits.append((when, root / "deps" / f"{slug(number)}.md", page_of(number, name)))
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "user.name", "Ada")
    git(root, "config", "user.email", "ada@example.org")
    for when, path, text in sorted(commits, key=lambda item: item[0]):
        path.write_text(text, encoding="utf-8")
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", "Change", when=when)
    for number, title in UNMERGED.items():
        git(root, "checkout", "-q", "-b", "draft", "main")
        name = f"00{number}-{'-'.join(title.lower().split())}.md"
        page = page_of(number, "Under Review").replace(f"# {TITLES[number - 1 - 60]}", f"# {title}", 1)
        (root / "deps" / name).write_text(page, encoding="utf-8")
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", "Add a draft", when=max(commits)[0])
        git(root, "update-ref", f"refs/pull/{number + 91}/head", "HEAD")
        git(root, "checkout", "-q", "main")
        git(root, "branch", "-q", "-D", "draft")


def git(root: Path, *arguments: str, when: datetime.datetime | None = None) -> None:
    """Run git, at *when* if given."""
    dates = {name: when.isoformat() for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE")} if when else {}
    subprocess.run(["git", "-C", str(root), *arguments], check=True, env={**os.environ, **dates})


def build(root: Path, theme: str) -> Path:
    """Build the site in *theme*; the directory of its pages."""
    out = root.parent / f"{root.name}-{theme}"
    options = REPOSITORY.get(theme, {})
    (root / "conf.py").write_text(CONF.format(theme=theme, options=options), encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-D", "dep_fail_on=never", str(root), str(out)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1795996800"}  # 2026-11-30
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL, env=environment)
    return out


# --- measuring --------------------------------------------------------------------------------------------------------

_SHIFT = """
    window.depShift = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.depShift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
"""
_ROWS = """() => {
    const rows = [...document.querySelectorAll(".dep-index tbody tr:not(.dep-group)")].filter((row) => !row.hidden);
    const visible = () => {
        // Below what is sticky a row is not visible.
        const bars = [...document.querySelectorAll(".dep-index thead th, .dep-controls")]
            .filter((bar) => bar.checkVisibility()).map((bar) => bar.getBoundingClientRect())
            .filter((box) => box.top >= 0 && box.top < innerHeight / 2 && box.width > 0);
        const top = bars.length && scrollY ? Math.max(...bars.map((box) => box.bottom)) : 0;
        return rows.map((row) => row.getBoundingClientRect())
            .filter((box) => box.height && box.top >= top - 1 && box.bottom <= innerHeight).length;
    };
    const loaded = visible();
    const title = document.querySelector(".dep-index td.dep-column-title").getBoundingClientRect().width;
    const table = document.querySelector(".dep-index table").getBoundingClientRect().width;
    const lines = rows.map((row) => row.getBoundingClientRect().height);
    document.querySelector(".dep-index").scrollIntoView({ behavior: "instant" });
    const scrolled = visible();
    scrollTo({ top: 0, behavior: "instant" });
    return { loaded, scrolled, title: Math.round(title), table: Math.round(table),
        height: Math.round(lines.sort((a, b) => a - b)[lines.length >> 1]) };
}"""
_SUMMARY = """() => {
    const heading = [...document.querySelectorAll("h1, h2")].find((one) => one.textContent.startsWith("Summary"));
    return Math.round(heading.parentElement.querySelector("p").getBoundingClientRect().top + scrollY);
}"""
_BASELINE = """() => {
    const line = (element) => {
        const mark = document.createElement("span");
        mark.style = "display:inline-block;width:0;height:0";
        const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT,
            (node) => node.data.trim() ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP);
        const text = walker.nextNode();
        if (!text) return null;
        text.before(mark);
        const place = mark.getBoundingClientRect().bottom;
        mark.remove();
        return place;
    };
    const found = [...document.querySelectorAll(".dep-fields dt")].filter((label) => label.checkVisibility())
        .map((label) => [line(label), line(label.nextElementSibling)])
        .filter(([one, other]) => one !== null && other !== null && Math.abs(one - other) < 14)
        .map(([one, other]) => Math.abs(one - other));
    return Math.round(10 * Math.max(0, ...found)) / 10;
}"""
_FLAWS = """() => {
    const found = [];
    const name = (element) => element.outerHTML.slice(0, 90).replace(/\\s+/g, " ");
    const skip = ".dep-hover-card, .dep-announcement, legend, details:not([open]) > :not(summary), .dep-drawing";
    const all = [...document.querySelectorAll("[class*=dep-]:not(.dep-nav), .dep-index td, .dep-index th")]
        .filter((one) => !one.closest(skip) && one.checkVisibility());
    for (const one of all) {
        const box = one.getBoundingClientRect();
        if (!box.width) continue;
        const scrolls = one.parentElement.closest(".dep-scroll, .dep-options");
        if (!scrolls && !one.closest("svg") && (box.left < -1 || box.right > innerWidth + 1)) {
            found.push(`outside: ${name(one)}`);
        }
        const style = getComputedStyle(one);
        const cuts = ["hidden", "clip"].includes(style.overflowX) && style.textOverflow !== "ellipsis";
        if (cuts && !one.closest("svg") && one.scrollWidth > one.clientWidth + 1) found.push(`cut: ${name(one)}`);
        if (one.matches(".dep-scroll") && one.scrollWidth > one.clientWidth + 1) found.push(`scrolls: ${name(one)}`);
    }
    // What a box holds ends within it.
    const boxes = ".dep-card, .dep-header, .dep-banner, .dep-index tr, .dep-dashboard li";
    for (const box of document.querySelectorAll(boxes)) {
        const end = box.getBoundingClientRect().bottom + 1;
        const inside = [...box.querySelectorAll("*")].filter((one) => one.checkVisibility() && !one.closest(skip));
        const leaves = inside.find((one) => one.getBoundingClientRect().bottom > end);
        if (leaves && box.checkVisibility()) found.push(`leaves: ${name(leaves)}`);
    }
    for (const bar of document.querySelectorAll("svg.dep-span")) {
        const [text, box] = [bar.querySelector("text, span"), bar.querySelector("rect").getBoundingClientRect()];
        const place = text?.getBoundingClientRect();
        // One that is below its bar is not seen.
        if (place && place.top < box.bottom - 2 && place.right > box.right + 1) {
            found.push(`cut: ${name(bar)}`);
        }
    }
    // Text over text: badges, cells and labels of the same row.
    const words = all.filter((one) => one.matches(".dep-badge, .dep-number, td > p, th > button, dt, dd > *, summary, "
        + ".dep-axis, .dep-line-label, .dep-count, time"));
    for (const [index, one] of words.entries()) {
        const a = one.getBoundingClientRect();
        for (const other of words.slice(index + 1, index + 12)) {
            if (one.contains(other) || other.contains(one)) continue;
            const b = other.getBoundingClientRect();
            const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (width > 2 && height > 3) found.push(`covers: ${name(one)} / ${name(other)}`);
        }
    }
    return found;
}"""


def measure(page: Page, site: str, window: str) -> dict[str, Any]:
    """The figures of one theme in one window."""
    width, height = WINDOWS[window]
    figures: dict[str, Any] = {}
    flaws: dict[str, list[str]] = {}
    shifts: dict[str, float] = {}
    # Fonts that a theme loads move text as well: they are in the cache then.
    page.goto(site + PAGES["guide"])
    for name, target in PAGES.items():
        page.set_viewport_size({"width": width, "height": height})
        # A theme whose fonts come late moves text in one load and not in another: the script of a page does so in each.
        loads = []
        for _ in range(2):
            page.goto(site + target)
            page.wait_for_timeout(250)
            loads.append(page.evaluate("window.depShift"))
        shifts[name] = round(min(loads), 3)
        if name == "registry":
            figures.update({f"rows_{key}": value for key, value in page.evaluate(_ROWS).items()})
        if name == "proposal":
            page.set_viewport_size({"width": width, "height": SUMMARY_HEIGHT[window]})
            figures["summary"] = page.evaluate(_SUMMARY)
            figures["baseline"] = page.evaluate(_BASELINE)
        if found := page.evaluate(_FLAWS):
            flaws[name] = found
    figures["shift"] = max(shifts.values())
    figures["shifts"] = {name: shift for name, shift in shifts.items() if shift}
    figures["flaws"] = sum(map(len, flaws.values()))
    figures["flaws_found"] = {name: found[:6] for name, found in flaws.items()}
    return figures


def take_pictures(browser: Browser, site: str, theme: str, into: Path) -> None:
    """Pictures of every page."""
    into.mkdir(parents=True, exist_ok=True)
    for scheme in ("light", "dark"):
        for window, (width, height) in WINDOWS.items():
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            page = context.new_page()
            for name, target in PAGES.items():
                page.goto(site + target)
                page.screenshot(path=into / f"{name}-{theme}-{window}-{scheme}.png")
            context.close()


def weight() -> dict[str, int]:
    """Bytes of the style sheets and scripts."""
    files = sorted((ROOT / "sphinxext_dep" / "static").iterdir())
    data = [file.read_bytes() for file in files if file.suffix in (".css", ".js")]
    return {"bytes": sum(map(len, data)), "gzip": sum(len(gzip.compress(one, mtime=0)) for one in data)}


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def tables() -> str:
    """The tables of the documentation."""
    before, after = (
        json.loads((RESULTS / f"pages-{name}.json").read_text(encoding="utf-8")) for name in ("before", "after")
    )
    lines = []
    wanted = {
        "desktop": (("rows_loaded", "rows on loading"), ("rows_title", "title column, px"),
                    ("summary", "Summary at, px"), ("baseline", "baselines, px"), ("shift", "layout shift"),
                    ("flaws", "cut or covered")),
        "phone": (("rows_loaded", "rows on loading"), ("summary", "Summary at, px"), ("shift", "layout shift"),
                  ("flaws", "cut or covered")),
    }  # fmt: skip
    for window, keys in wanted.items():
        width, height = WINDOWS[window]
        lines += [f"**{width} × {height}** (before → now)", ""]
        lines += ["| |" + "|".join(f" {words} " for _, words in keys) + "|", "|---|" + "---|" * len(keys)]
        for theme in THEMES:
            one, other = before[theme][window], after[theme][window]
            cells = "|".join(f" {one[key]:g} → {other[key]:g} " for key, _ in keys)
            lines.append(f"| {theme.replace('_', '-')} |{cells}|")
        lines.append("")
    one, other = before["weight"], after["weight"]
    lines.append(
        f"Style sheets and scripts: {one['bytes']:,} → {other['bytes']:,} bytes, "
        f"{one['gzip']:,} → {other['gzip']:,} compressed."
    )
    return "\n".join(lines)


def main() -> None:
    """Build every theme, measure, and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--theme", action="append", choices=THEMES)
    parser.add_argument("--write", metavar="NAME")
    parser.add_argument("--keep", type=Path, metavar="DIRECTORY", help="build here, and again from what is there")
    parser.add_argument("--pictures", type=Path, metavar="DIRECTORY")
    parser.add_argument("--tables", action="store_true")
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    arguments = parser.parse_args()
    if arguments.tables:
        print(tables())
        return
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as driver:
        root = (arguments.keep or Path(temporary)).resolve() / "project"
        if not root.exists():
            write(root)
        browser = driver.chromium.launch(executable_path=arguments.chromium, args=["--no-sandbox"])
        for theme in arguments.theme or THEMES:
            handler = functools.partial(_Quiet, directory=str(build(root, theme)))
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            site = f"http://127.0.0.1:{server.server_port}/"
            result[theme] = {}
            for window in WINDOWS:
                context = browser.new_context()
                context.add_init_script(_SHIFT)
                result[theme][window] = measure(context.new_page(), site, window)
                context.close()
            if arguments.pictures:
                take_pictures(browser, site, theme, arguments.pictures)
            server.shutdown()
        browser.close()
    result["weight"] = weight()
    text = json.dumps(result, indent=2, ensure_ascii=False)
    if arguments.write:
        for one in result.values():
            for figures in one.values():
                if isinstance(figures, dict):
                    figures.pop("flaws_found", None)
        (RESULTS / f"pages-{arguments.write}.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()

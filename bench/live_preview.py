"""Measure the time from saving a change until sphinx-autobuild serves it, on this project's own site.

``python bench/live_preview.py [SAVES] [sphinx-build options]`` prints, in seconds, the least and the median time from
saving a proposal until the server hands out the new page, and the new index. The sources are a copy. Other work on
the machine makes the times longer; its load is printed too.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
PROPOSAL = "deps/0004-consumers"
TITLE = "# Consumers are rewritten when what they show has changed"
SECTION = "## Summary\n"
LIMIT = 60
"""Seconds after which nothing is expected any more."""


@contextlib.contextmanager
def served(source: Path, options: list[str]) -> Iterator[str]:
    """The address of the site, as long as it is served."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "sphinx_autobuild", "--port", str(port), "-q", "-D", "dep_fail_on=never", *options,
               str(source), str(source.parent / "preview")]  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(
        command, env=environment | {"PYTHONPATH": str(source)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def until(address: str, word: str, since: float) -> float:
    """Seconds from *since* until the page holds *word*."""
    while time.monotonic() - since < LIMIT:
        # A page can be asked for while Sphinx writes it.
        with contextlib.suppress(URLError, ConnectionError, HTTPException), urlopen(address) as answer:
            if word in answer.read().decode():
                return time.monotonic() - since
        time.sleep(0.02)
    raise TimeoutError(f"{address} does not show {word}")


def measure(saves: int, options: list[str]) -> dict[str, list[float]]:
    """What is saved, and where it is seen → seconds, for each save."""
    found: dict[str, list[float]] = {"text, the page": [], "title, the page": [], "title, the index": []}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        ignored = shutil.ignore_patterns(".git", ".venv", "build", "__pycache__", ".*_cache")
        shutil.copytree(ROOT, source, ignore=ignored)
        file = source / f"{PROPOSAL}.md"
        text = file.read_text(encoding="utf-8")
        with served(source, options) as address:
            until(f"{address}/deps/index.html", "Consumers are rewritten", time.monotonic())
            for number in range(saves):
                time.sleep(1)
                word = f"wordnumber{number}"
                begin = time.monotonic()
                file.write_text(text.replace(SECTION, f"{SECTION}\n{word}.\n"), encoding="utf-8")
                found["text, the page"].append(until(f"{address}/{PROPOSAL}.html", word, begin))
                time.sleep(1)
                word = f"titlenumber{number}"
                begin = time.monotonic()
                file.write_text(text.replace(TITLE, f"{TITLE} {word}"), encoding="utf-8")
                found["title, the page"].append(until(f"{address}/{PROPOSAL}.html", word, begin))
                found["title, the index"].append(until(f"{address}/deps/index.html", word, begin))
    return found


def main() -> None:
    saves = int(sys.argv[1]) if sys.argv[1:] else 5
    before = os.getloadavg()[0]
    for what, times in measure(saves, sys.argv[2:]).items():
        print(f"{what}: {min(times):.2f} at least, {statistics.median(times):.2f} in the middle of {len(times)}")
    print(f"load: {before:.1f} before, {os.getloadavg()[0]:.1f} after, on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()

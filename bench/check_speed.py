"""Measure ``sphinx-dep check``, and for comparison reading the files and one CommonMark pass.

    python bench/check_speed.py                  # 720 proposals, five rounds
    python bench/check_speed.py --count 20000    # growth: compare the milliseconds per proposal
    python bench/check_speed.py --corpus DIR     # real proposals, repeated under other numbers, instead of made ones

Only Python and this package are needed. A figure is the processor time (user and system) of a whole process as
the kernel counts it, so start-up is included. A machine with other work on it makes all of them larger, which is why
the programs take turns and the baselines stand beside them. The median and the spread of all rounds are printed, and
kept in ``bench/results/check_speed.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from generate import Writer, make

RESULT = Path(__file__).parent / "results" / "check_speed.json"
COUNT = 720
"""As many as there are PEPs: their own checker, which reads headers only, takes 0.6 to 1.0 s for them."""

_READ = "import sys, pathlib\nfor file in pathlib.Path(sys.argv[1]).rglob('*.md'): file.read_bytes()"
_COMMONMARK = """
import gc, sys, pathlib, pyromark
gc.disable()
options = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_FOOTNOTES
for file in pathlib.Path(sys.argv[1]).rglob('*.md'):
    for event in pyromark.events_with_range(file.read_text(encoding='utf-8'), options=options): pass
"""
COMMAND = [sys.executable, "-m", "sphinxext_dep"]
PROGRAMS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "sphinx-dep --version": [*COMMAND, "--version"],
    "reading the files": [sys.executable, "-c", _READ, "."],
    "reading and a CommonMark pass": [sys.executable, "-c", _COMMONMARK, "."],
    "sphinx-dep check, everything read": [*COMMAND, "check", "--no-cache", "--output-format", "short"],
    "sphinx-dep check, nothing changed": [*COMMAND, "check", "--output-format", "short"],
}


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--corpus", type=Path, help="a directory with real proposals, NNNN-*.md")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        if arguments.corpus:
            repeat(arguments.corpus, root, arguments.count)
        else:
            Writer(root, "dep", make(arguments.count)).write()
        size = sum(file.stat().st_size for file in (root / "deps").glob("*.md"))
        times = dict(measure(root, arguments.rounds))
    figures = {name: (statistics.median(seconds), min(seconds), max(seconds)) for name, seconds in times.items()}
    print(
        f"{arguments.count} proposals, {size / 1e6:.1f} MB, {arguments.rounds} rounds, {platform.machine()}, "
        f"Python {platform.python_version()}; seconds of processor time"
    )
    for name, (median, least, most) in figures.items():
        print(f"{median:8.3f}  ({least:.3f} to {most:.3f})  {name}")
    start = figures["sphinx-dep --version"][0] - figures["python -c pass"][0]
    print(f"{start * 1000:8.0f} ms of start-up over an empty program")
    kept = {"count": arguments.count, "bytes": size, "python": platform.python_version(), "seconds": times}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def measure(root: Path, rounds: int) -> Iterator[tuple[str, list[float]]]:
    """Run every program in turn, *rounds* times."""
    environment = os.environ | {"SPHINX_DEP_CACHE_DIR": str(root / ".cache")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package is compiled, once
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    # The answer that is recalled, and compiled modules, are there in every round.
    for number in range(rounds + 1):
        for name, command in PROGRAMS.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            done = subprocess.run(command, cwd=root, env=environment, capture_output=True, check=False)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if done.returncode not in (0, 1):
                sys.exit(f"{name} failed: {done.stderr.decode()}")
            if number:
                times[name].append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    yield from times.items()


def repeat(corpus: Path, root: Path, count: int) -> None:
    """Write the proposals of *corpus* again and again, under other numbers, until there are *count*."""
    pages = sorted(corpus.glob("[0-9]*.md"))
    if not pages:
        sys.exit(f"there are no proposals in {corpus}")
    (root / "deps").mkdir()
    for index in range(count):
        page = pages[index % len(pages)]
        name = re.sub(r"^\d+-", f"{index + 1:04d}-", page.name)
        (root / "deps" / name).write_bytes(page.read_bytes())


if __name__ == "__main__":
    main()

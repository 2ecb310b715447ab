"""Write the figures of the build speed benchmark as Markdown tables."""

from __future__ import annotations

import json
import math
import re
import statistics
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parent.parent / "docs" / "explanation" / "measured.md"
_START, _END = "<!-- build-speed: written by bench/build_speed.py -->", "<!-- build-speed: end -->"

Figures = dict[str, list[dict[str, Any]]]


def spread(values: list[float], digits: int = 2) -> str:
    """Median, least and greatest."""
    if not values:
        return "–"
    text = f"{statistics.median(values):.{digits}f}"
    return f"{text} ({min(values):.{digits}f}–{max(values):.{digits}f})" if len(values) > 1 else text


_NO_STEPS = ("sizes", "written")
KINDS = {"dep": "extension", "plain": "plain", "design": "plain with sphinx-design", "needs": "sphinx-needs"}


def table(figures: Figures) -> str:
    """Two tables with one row for each step: what it costs, and, where others were built, the ratios pair by pair."""
    steps = {step: runs for step, runs in figures.items() if step not in _NO_STEPS and runs}
    known = {kind for runs in steps.values() for run in runs for kind in run}
    kinds = [kind for kind in KINDS if kind in known]
    others = kinds[1:]
    costs = [f"| seconds, then MB | {' | '.join(KINDS[kind] for kind in kinds)} |", "|---" * (len(kinds) + 1) + "|"]
    ratios = [
        f"| extension divided by | {' | '.join(KINDS[kind] for kind in others)} | pairs |",
        "|---" * (len(others) + 2) + "|",
    ]
    for step, runs in steps.items():
        columns = []
        for kind in kinds:
            builds = [run[kind] for run in runs if kind in run]
            memory = statistics.median(build["rss"] for build in builds)
            wrong = " (stale)" if any(build.get("right") == 0 for build in builds) else ""
            columns.append(f"{spread([build['cpu'] for build in builds])}, {memory:.0f}{wrong}")
        costs.append(f"| {step} | {' | '.join(columns)} |")
        pairs = {other: [run["dep"]["cpu"] / run[other]["cpu"] for run in runs if other in run] for other in others}
        each = max(map(len, pairs.values()), default=0)
        ratios.append(f"| {step} | {' | '.join(map(spread, pairs.values()))} | {each} |")
    return "\n\n".join("\n".join(lines) for lines in ((costs, ratios) if others else (costs,)))


def sizes(figures: Figures, count: int) -> str:
    """Bytes of the environment for each proposal."""
    found = figures["sizes"][0]
    return ", ".join(f"{kind} {size / count:,.0f}" for kind, size in found.items())


def growth(small: Figures, large: Figures, ratio: float) -> str:
    """The exponents with which processor time and memory grow between two sizes."""
    lines = ["| | extension | plain | sphinx-needs | memory of the extension |", "|---|---|---|---|---|"]
    for step, runs in large.items():
        if step in _NO_STEPS or not runs or not small.get(step):
            continue
        columns = []
        for kind, what in (("dep", "cpu"), ("plain", "cpu"), ("needs", "cpu"), ("dep", "rss")):
            ends = [
                statistics.median([run[kind][what] for run in several if kind in run] or [0])
                for several in (small[step], runs)
            ]
            columns.append(f"{math.log(ends[1] / ends[0]) / math.log(ratio):.2f}" if all(ends) else "–")
        lines.append(f"| {step} | {' | '.join(columns)} |")
    return "\n".join(lines)


def write_into_docs(results: Path) -> None:
    """Replace the section between the two marks."""
    found = {}
    for file in results.glob("build-speed-*.json"):
        content = json.loads(file.read_text(encoding="utf-8"))
        found[content["about"]["count"]] = content
    parts = []
    for count, content in sorted(found.items()):
        about = content["about"]
        versions = about["versions"]
        parts.append(
            f"**{count:,} proposals** (Python {about['python']}, Sphinx {versions['sphinx']}, MyST-Parser"
            f" {versions['myst-parser']}, sphinx-needs {about['sphinx-needs']}):\n\n{table(content['figures'])}\n\n"
            f"Bytes of `environment.pickle` for each proposal: {sizes(content['figures'], count)}."
        )
    counts = sorted(found)
    if len(counts) > 1:
        small, large = counts[-2:]
        parts.append(
            f"Growth from {small:,} to {large:,} proposals, as an exponent (1 is proportional):\n\n"
            + growth(found[small]["figures"], found[large]["figures"], large / small)
        )
    text = DOCUMENT.read_text(encoding="utf-8")
    section = "\n\n".join([_START, *parts, _END])
    pattern = re.compile(re.escape(_START) + ".*?" + re.escape(_END), re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"{DOCUMENT}: the marks {_START} … {_END} are missing")
    DOCUMENT.write_text(pattern.sub(lambda _match: section, text), encoding="utf-8")

"""Measure the share of this extension's hooks in the time of a build, and list the slowest.

    python bench/hook_time.py --count 300

Builds a project of the benchmark under ``cProfile``: from nothing, with nothing changed, and after the edit of one
status. A hook is any function of the package that other code calls; the functions that it calls count for it. A
profiler slows Python down and C not, so the shares only show where to look; ``build_speed.py`` measures the time.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import tempfile
from pathlib import Path

from generate import Writer, make
from sphinx.cmd.build import main as sphinx_build

import sphinxext_dep

PACKAGE = str(Path(sphinxext_dep.__file__).parent)

Function = tuple[str, int, str]


def hooks(profile: cProfile.Profile) -> tuple[float, dict[str, float]]:
    """All seconds, and seconds of each function that is called from outside the package."""
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]  # documented nowhere, as old as the module
    total = sum(own for _calls, _all_calls, own, _cumulative, _callers in stats.values())
    found: dict[str, float] = {}
    for function, (_calls, _all_calls, _own, _cumulative, callers) in stats.items():
        if not _is_ours(function) or function[2].startswith("<"):
            # Imports count for who imports, and what is in a comprehension for the function that it stands in.
            continue
        outside = sum(edge[3] for caller, edge in callers.items() if not _is_ours(caller))
        if outside:
            name = f"{Path(function[0]).relative_to(PACKAGE)}:{function[2]}"
            found[name] = found.get(name, 0.0) + outside
    return total, found


def _is_ours(function: Function) -> bool:
    return function[0].startswith(PACKAGE)


def report(step: str, arguments: list[str]) -> None:
    """Build once and print."""
    profile = cProfile.Profile()
    status = profile.runcall(sphinx_build, arguments)
    if status:
        raise SystemExit(f"{step}: exit status {status}")
    total, found = hooks(profile)
    own = sum(found.values())
    print(f"\n{step}: {total:.2f} s under the profiler, {own:.2f} s ({100 * own / total:.1f} %) in hooks")
    for name, seconds in sorted(found.items(), key=lambda item: -item[1])[:8]:
        print(f"  {seconds:7.3f} s  {100 * seconds / total:5.2f} %  {name}")


def main() -> None:
    """Build three times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=300)
    count = parser.parse_args().count
    os.environ["SOURCE_DATE_EPOCH"] = "1767225600"
    with tempfile.TemporaryDirectory(prefix="hook-time-") as folder:
        root = Path(folder) / "source"
        proposals = make(count)
        writer = Writer(root, "dep", proposals)
        writer.write()
        arguments = ["-q", "-b", "html", str(root), str(Path(folder) / "html")]
        report("cold build", arguments)
        report("nothing changed", arguments)
        edited = next(item for item in proposals if item.status == "Approved" and not item.replaces)
        edited.status = "Under Review"
        writer.write_proposal(edited)
        report("one status", arguments)


if __name__ == "__main__":
    main()

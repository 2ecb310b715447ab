"""What this extension costs, beside plain Sphinx and MyST on the same pages, and beside sphinx-needs.

    python bench/build_speed.py                      # 100 and 1,000 proposals, three runs of each
    python bench/build_speed.py --counts 10000 --runs 1 --small-runs 3
    python bench/build_speed.py --write-docs         # put the table of the last results into the documentation

The interpreter that runs this builds all kinds but one; sphinx-needs gets an environment of its own, made with
``venv`` and ``pip`` and the same releases of Sphinx and MyST. A figure is the processor time of the whole process
``python -m sphinx`` (user and system, from ``wait4``); wall time and peak memory are noted beside it. The kinds take
turns within each step, and a ratio is always that of two neighbours; the table shows the median and the spread of the
ratios. Every build must succeed, and afterwards every page that shows what was edited must show the new words: a fast
build that is wrong is reported as wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from generate import KINDS, Proposal, Writer, make
from speed_table import table, write_into_docs

RESULTS = Path(__file__).parent / "results"
STEPS = ("cold build", "nothing changed", "one status", "one paragraph", "one more proposal")
_NEEDS = "sphinx-needs==9.1.0"


class Project:
    """One kind of project with its sources, its output, and the interpreter that builds it."""

    def __init__(self, root: Path, kind: str, count: int, python: Path) -> None:
        self.root, self.kind, self.python = root / kind, kind, python
        self.out, self.doctrees = root / f"{kind}-html", root / f"{kind}-doctrees"
        self.proposals = make(count)
        self.writer = Writer(self.root, kind, self.proposals)
        self.writer.write()

    def build(self) -> dict[str, float]:
        """One build in a process of its own; processor seconds, wall seconds, peak memory in MB."""
        command = [str(self.python), "-m", "sphinx", "-q", "-b", "html", "-d", str(self.doctrees)]
        command += [str(self.root), str(self.out)]
        environment = {**os.environ, "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "1767225600", "NO_COLOR": "1"}
        # An installed package is compiled once, not by every build.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        with tempfile.TemporaryFile() as log:
            started = time.perf_counter()
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            _pid, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                log.seek(0)
                sys.exit(f"{self.kind}: exit status {process.returncode}\n{log.read().decode()}")
        return {"cpu": usage.ru_utime + usage.ru_stime, "wall": wall, "rss": usage.ru_maxrss / 1024}

    def clean(self) -> None:
        """Forget everything that was built."""
        for directory in (self.out, self.doctrees):
            shutil.rmtree(directory, ignore_errors=True)

    def page(self, docname: str) -> Path:
        """The output of *docname*."""
        return self.out / f"{docname}.html"

    def written(self) -> dict[str, int]:
        """When each page was written."""
        pages = (file for folder in ("", "deps", "guide") for file in (self.out / folder).glob("*.html"))
        return {file.relative_to(self.out).as_posix(): file.stat().st_mtime_ns for file in pages}

    # --- edits --------------------------------------------------------------------------------------------------------

    def edit_status(self, proposal: Proposal) -> None:
        """Move *proposal* between two statuses that need the same fields."""
        proposal.status = "Under Review" if proposal.status == "Approved" else "Approved"
        self.writer.write_proposal(proposal)

    def edit_prose(self, proposal: Proposal, turn: int) -> None:
        """Add a sentence to *proposal*."""
        first, _, rest = proposal.body.partition("\n\n")
        proposal.body = f"{first}\n\nThis is the edit number {turn}.\n\n{rest}"
        self.writer.write_proposal(proposal)

    def add(self) -> None:
        """Add a proposal, and where nobody else does, list it in the index."""
        number = len(self.proposals) + 1
        added = make(number)[-1]
        added.replaces, added.extends, added.status = [], [], "Approved"
        self.proposals.append(added)
        self.writer.write_proposal(added)
        if self.kind != "dep":
            self.writer.write_index()


def consumers(before: dict[str, int], after: dict[str, int]) -> list[str]:
    """The pages that were written between the two."""
    return sorted(name for name, written in after.items() if before.get(name) != written and "/" in name)


def measure(root: Path, count: int, runs: int, small_runs: int, kinds: tuple[str, ...], needs: Path) -> dict[str, list]:
    """Every step of every kind; the figures of one list are neighbours in time."""
    figures: dict[str, list] = {step: [] for step in STEPS}
    projects = {}
    for kind in kinds:
        python = needs if kind == "needs" else Path(sys.executable)
        projects[kind] = Project(root, kind, count, python)
    order = list(kinds)

    def note(step: str, found: dict[str, dict[str, float]]) -> None:
        figures[step].append(found)
        spent = "  ".join(f"{kind} {found[kind]['cpu']:.2f}" for kind in kinds)
        print(f"{count:>6} {step:<18} {spent}", flush=True)
        order.append(order.pop(0))

    for _ in range(runs):
        for project in projects.values():
            project.clean()
        note("cold build", {kind: projects[kind].build() for kind in order})
    for _ in range(small_runs):
        note("nothing changed", {kind: projects[kind].build() for kind in order})
    # Proposals in the middle of the list that nothing replaces.
    chosen = [item.number - 1 for item in projects["dep"].proposals if item.status == "Approved" and not item.replaces]
    chosen = chosen[len(chosen) // 3 :]
    for turn in range(small_runs):
        place = chosen[turn % len(chosen)]
        note("one status", status_step(projects, order, place))
        for project in projects.values():
            project.edit_prose(project.proposals[place], turn)
        note("one paragraph", {kind: projects[kind].build() for kind in order})
    for _ in range(min(small_runs, 3)):
        for project in projects.values():
            project.add()
        note("one more proposal", {kind: projects[kind].build() for kind in order})
    figures["sizes"] = [{kind: environment_size(project) for kind, project in projects.items()}]
    return figures


def status_step(projects: dict[str, Project], order: list[str], place: int) -> dict[str, dict[str, float]]:
    """Edit one status; plain Sphinx is made to write the same pages that this extension writes."""
    dep = projects["dep"]
    before = dep.written()
    for project in projects.values():
        project.edit_status(project.proposals[place])
    found: dict[str, dict[str, float]] = {"dep": dep.build()}
    written = consumers(before, dep.written())
    for kind in order:
        if kind == "dep":
            continue
        if kind in ("plain", "design"):
            for name in written:
                # A page whose output is missing is written again without being read again.
                (projects[kind].out / name).unlink(missing_ok=True)
        found[kind] = projects[kind].build()
    proposal = dep.proposals[place]
    for kind, project in projects.items():
        found[kind]["right"] = float(shows_status(project, proposal.title, proposal.status))
    found["dep"]["written"] = float(len(written))
    return found


def shows_status(project: Project, title: str, status: str) -> bool:
    """Whether the row of the proposal in the index has its status; plain Sphinx has a table that nobody updates."""
    if project.kind in ("plain", "design"):
        return True
    text = project.page("deps/index").read_text(encoding="utf-8")
    row = next((part for part in text.split("<tr") if title in part), "")
    return f">{status}<" in row.replace("\n", "")


def environment_size(project: Project) -> int:
    """Bytes of the pickled environment."""
    return (project.doctrees / "environment.pickle").stat().st_size


def needs_python(given: Path | None) -> Path:
    """An interpreter that has sphinx-needs, and Sphinx and MyST in the releases that this one has."""
    folder = given or Path(tempfile.gettempdir()) / "build-speed-needs"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        packages = [f"{name}=={version(name)}" for name in ("sphinx", "myst-parser", "docutils")]
        subprocess.run([str(python), "-m", "pip", "install", "-q", _NEEDS, *packages], check=True)
    return python


def main() -> None:
    """Measure, print, and keep the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--runs", type=int, default=3, help="cold builds of each kind")
    parser.add_argument("--small-runs", type=int, default=7, help="rebuilds of each kind, per step")
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=KINDS)
    parser.add_argument("--needs-venv", type=Path, help="where sphinx-needs is, or is to be, installed")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--write-docs", action="store_true", help="only write the table of the results into the docs")
    arguments = parser.parse_args()
    if arguments.write_docs:
        write_into_docs(arguments.results)
        return
    needs = needs_python(arguments.needs_venv) if "needs" in arguments.kinds else Path(sys.executable)
    arguments.results.mkdir(exist_ok=True)
    for count in arguments.counts:
        with tempfile.TemporaryDirectory(prefix="build-speed-") as folder:
            figures = measure(Path(folder), count, arguments.runs, arguments.small_runs, tuple(arguments.kinds), needs)
        about = {
            "count": count,
            "python": platform.python_version(),
            "versions": {name: version(name) for name in ("sphinx", "myst-parser", "docutils", "sphinxext-dep")},
            "sphinx-needs": _NEEDS.partition("==")[2],
            "cpus": os.cpu_count(),
        }
        file = arguments.results / f"build-speed-{count}.json"
        file.write_text(json.dumps({"about": about, "figures": figures}, indent=1) + "\n", encoding="utf-8")
        print(table(figures), flush=True)


if __name__ == "__main__":
    main()

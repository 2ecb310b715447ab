"""Measure builds with this extension, with plain Sphinx and MyST on the same pages, and with sphinx-needs.

    python bench/build_speed.py                      # 100 and 1,000 proposals
    python bench/build_speed.py --counts 10000 --runs 1 --small-runs 3
    python bench/build_speed.py --write-docs         # put the table of the last results into the documentation

The interpreter that runs this builds all kinds but one; sphinx-needs gets an environment of its own, made with
``venv`` and ``pip`` and the same releases of Sphinx and MyST. A figure is the processor time of the whole process
``python -m sphinx`` (user and system, from ``wait4``); wall time and peak memory are noted beside it.

A ratio is that of two builds that run at the same time, each on a core of its own, so that other work on the machine
affects both in the same way. Builds in turns differed by up to ten percent on a shared machine.
From one pair to the next the two change their cores, and after two pairs which of them is started first. The table
shows the median and the spread of the ratios. If a process cannot be kept on a core, or there is only one, the two take
turns.

Every build must succeed, and afterwards every page that shows what was edited must show the new words: a fast build
that is wrong is reported as wrong.
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
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from generate import KINDS, Proposal, Writer, make
from speed_table import table, write_into_docs

RESULTS = Path(__file__).parent / "results"
STEPS = ("cold build", "nothing changed", "one status", "one paragraph", "one more proposal")
_NEEDS = "sphinx-needs==9.1.0"


class Build(NamedTuple):
    """A build that was started."""

    kind: str
    process: subprocess.Popen[bytes]
    log: BinaryIO
    started: float

    def finish(self) -> dict[str, float]:
        """Wait for it; processor seconds, wall seconds, peak memory in MB."""
        _pid, status, usage = os.wait4(self.process.pid, 0)
        wall = time.perf_counter() - self.started
        self.process.returncode = os.waitstatus_to_exitcode(status)
        with self.log:
            if self.process.returncode:
                self.log.seek(0)
                sys.exit(f"{self.kind}: exit status {self.process.returncode}\n{self.log.read().decode()}")
        return {"cpu": usage.ru_utime + usage.ru_stime, "wall": wall, "rss": usage.ru_maxrss / 1024}


class Project:
    """One kind of project with its sources, its output, and the interpreter that builds it."""

    def __init__(self, root: Path, kind: str, count: int, python: Path) -> None:
        self.root, self.kind, self.python = root / kind, kind, python
        self.out, self.doctrees = root / f"{kind}-html", root / f"{kind}-doctrees"
        self.proposals = make(count)
        self.writer = Writer(self.root, kind, self.proposals)
        self.writer.write()

    def start(self, core: int | None) -> Build:
        """Start a build in a process of its own, on *core* if one is given."""
        command = [str(self.python), "-m", "sphinx", "-q", "-b", "html", "-d", str(self.doctrees)]
        command += [str(self.root), str(self.out)]
        environment = {**os.environ, "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "1767225600", "NO_COLOR": "1"}
        # An installed package is compiled once, not by every build.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        log = (self.root.parent / f"{self.kind}.log").open("w+b")
        started = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        if core is not None:
            os.sched_setaffinity(process.pid, {core})
        return Build(self.kind, process, log, started)

    def build(self) -> dict[str, float]:
        """One build by itself."""
        return self.start(None).finish()

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


Edit = Callable[[Project], None]


class Pairs:
    """Builds of two projects at a time; their figures by step."""

    def __init__(self, projects: dict[str, Project]) -> None:
        self.projects = projects
        self.figures: dict[str, list[dict[str, Any]]] = {step: [] for step in STEPS}
        self._turn = 0
        self._cores: list[int] = []
        if hasattr(os, "sched_setaffinity"):
            self._cores = sorted(os.sched_getaffinity(0))[:2]

    def measure(self, step: str, edit: Edit) -> None:
        """Do *edit* to this extension's project and one other, and build both; so with each of the others."""
        for kind in [kind for kind in self.projects if kind != "dep"] or ["dep"]:
            pair = {name: self.projects[name] for name in ("dep", kind)}
            for project in pair.values():
                edit(project)
            found = self._build(pair)
            self.figures[step].append(found)
            spent = "  ".join(f"{name} {found[name]['cpu']:.2f}" for name in pair)
            print(f"{len(pair['dep'].proposals):>6} {step:<18} {spent}", flush=True)

    def _build(self, pair: dict[str, Project]) -> dict[str, dict[str, float]]:
        names = list(pair) if self._turn // 2 % 2 else list(reversed(pair))
        cores = self._cores if self._turn % 2 else self._cores[::-1]
        self._turn += 1
        if len(cores) < 2:
            return {name: pair[name].build() for name in names}
        builds = {name: pair[name].start(core) for name, core in zip(names, cores, strict=False)}
        return {name: build.finish() for name, build in builds.items()}


def measure(root: Path, count: int, runs: int, small_runs: int, kinds: tuple[str, ...], needs: Path) -> dict[str, list]:
    """Every step of every kind."""
    projects = {}
    for kind in kinds:
        python = needs if kind == "needs" else Path(sys.executable)
        projects[kind] = Project(root, kind, count, python)
    pairs = Pairs(projects)
    for _ in range(runs):
        pairs.measure("cold build", Project.clean)
    for _ in range(small_runs):
        pairs.measure("nothing changed", lambda _project: None)
    # A proposal in the middle of the list that nothing replaces.
    chosen = [item.number - 1 for item in projects["dep"].proposals if item.status == "Approved" and not item.replaces]
    place = chosen[len(chosen) // 2]
    written = shown_on(projects["dep"], place)

    def edit_status(project: Project) -> None:
        project.edit_status(project.proposals[place])
        if project.kind in ("plain", "design"):
            for name in written:
                # A page whose output is missing is written again without being read again.
                (project.out / name).unlink(missing_ok=True)

    for turn in range(small_runs):
        pairs.measure("one status", edit_status)
        for found in pairs.figures["one status"][1 - len(kinds) :]:
            for kind in found:
                proposal = projects[kind].proposals[place]
                found[kind]["right"] = float(shows_status(projects[kind], proposal.title, proposal.status))
        pairs.measure("one paragraph", partial(edit_prose, place=place, turn=turn))
    for _ in range(small_runs):
        pairs.measure("one more proposal", Project.add)
    figures: dict[str, list] = dict(pairs.figures)
    figures["written"] = [written]
    figures["sizes"] = [{kind: environment_size(project) for kind, project in projects.items()}]
    return figures


def edit_prose(project: Project, place: int, turn: int) -> None:
    """Edit the proposal at *place*."""
    project.edit_prose(project.proposals[place], turn)


def shown_on(project: Project, place: int) -> list[str]:
    """The pages that this extension writes when the status of the proposal at *place* changes: it is edited twice."""
    before = project.written()
    for _ in range(2):
        project.edit_status(project.proposals[place])
        project.build()
    after = project.written()
    return sorted(name for name, written in after.items() if before.get(name) != written and "/" in name)


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
    parser.add_argument("--runs", type=int, default=4, help="pairs of cold builds with each other kind")
    parser.add_argument("--small-runs", type=int, default=8, help="pairs of rebuilds with each other kind, per step")
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

"""How much work a build does, counted in operations: a worse complexity fails here on any machine.

A count is checked exactly where it says what the design promises (a page is read once, no doctree is loaded for an
index), and by its growth where only the growth matters.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import sphinxext_dep
from tests.sphinx.project import CONF, Built, Project, proposal

PACKAGE = str(Path(sphinxext_dep.__file__).parent)
SMALL, LARGE = 10, 40


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Counts the calls of every function of the package, and of those that load or parse a page."""
    calls: Counter[str] = Counter()
    watched = {"get_doctree", "read_doc"}

    def profile(frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            code = frame.f_code
            if code.co_filename.startswith(PACKAGE):
                calls[f"{Path(code.co_filename).stem}.{code.co_name}"] += 1
            elif code.co_name in watched and "sphinx" in code.co_filename:
                calls[code.co_name] += 1

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        yield calls
    finally:
        sys.setprofile(before)


def counted_build(project: Project, **options: Any) -> tuple[Built, Counter[str]]:
    """Build once and count."""
    with counted() as calls:
        built = project.build(**options)
    return built, calls


def make(root: Path, count: int) -> Project:
    """A project with *count* proposals; each but the first extends the one before it, and a page mentions ten."""
    project = Project(root)
    mentions = " ".join(f"{{dep}}`{number}`" for number in range(1, 11))
    files = {
        "conf.py": CONF,
        "index.md": f"# Docs\n\n{mentions}\n\n```{{dep-index}}\n:toctree:\n```\n\n```{{dep-status}}\n```\n",
    }
    for number in range(1, count + 1):
        fields = {"extends": f"DEP-{number - 1}"} if number > 1 else {}
        files[f"deps/{number:04d}-x{number}.md"] = proposal(f"Title {number}", **fields)
    project.write(files)
    return project


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[int, tuple[Built, Counter[str]]]]:
    """Step → number of proposals → what was done."""
    found: dict[str, dict[int, tuple[Built, Counter[str]]]] = {}
    for count in (SMALL, LARGE):
        project = make(tmp_path_factory.mktemp("counts") / str(count), count)
        found.setdefault("cold", {})[count] = counted_build(project)
        found.setdefault("nothing", {})[count] = counted_build(project)
        project.edit("deps/0005-x5.md", ":status: Draft", ":status: Deferred")
        found.setdefault("status", {})[count] = counted_build(project)
        project.edit("deps/0005-x5.md", "Networks", "Nets")
        found.setdefault("prose", {})[count] = counted_build(project)
    return found


def test_the_counts_count(builds):
    assert builds["cold"][LARGE][1]["read_doc"] == LARGE + 1


@pytest.mark.parametrize("count", [SMALL, LARGE])
def test_a_page_is_parsed_once_for_each_time_it_is_read(builds, count):
    assert builds["cold"][count][1]["page.read_page"] == count
    assert builds["nothing"][count][1]["page.read_page"] == 0
    assert builds["status"][count][1]["page.read_page"] == 1
    assert builds["prose"][count][1]["page.read_page"] == 1


@pytest.mark.parametrize("step", ["cold", "nothing", "status", "prose"])
@pytest.mark.parametrize("count", [SMALL, LARGE])
def test_no_doctree_is_loaded_but_of_pages_that_are_written(builds, step, count):
    built, calls = builds[step][count]
    assert calls["get_doctree"] <= len(built.written)


def test_nothing_changed_makes_no_model_and_exports_nothing(builds):
    for count in (SMALL, LARGE):
        built, calls = builds["nothing"][count]
        assert (built.read, built.written) == (set(), set())
        models = {name for name in calls if name.endswith(".model")}
        assert models == set()
        assert calls["deps_json.write"] == 0


def test_an_edit_writes_as_few_pages_of_many_as_of_few(builds):
    for step in ("status", "prose"):
        small, large = (builds[step][count][0] for count in (SMALL, LARGE))
        assert large.written == small.written


@pytest.mark.parametrize("step", ["cold", "nothing", "status", "prose"])
def test_work_grows_no_faster_than_the_number_of_proposals(builds, step):
    """Of every single function, so that one that compares all with all is named."""
    small, large = (builds[step][count][1] for count in (SMALL, LARGE))
    faster = {
        name: (small[name], calls)
        for name, calls in large.items()
        # The sum of a part that does not grow and one that grows in proportion stays below the proportion.
        if calls > small[name] * LARGE / SMALL + LARGE
    }
    assert faster == {}

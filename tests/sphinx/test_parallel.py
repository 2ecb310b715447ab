"""Two processes say and write what one does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.sphinx.project import CONF, Built, Project, proposal, to_rst

# More than five pages: Sphinx reads fewer in one process, whatever it is told. Names are such that neither the order of
# reading nor the halves that the processes get are the order of the report.
FILES: dict[str, str | bytes] = {
    "index.md": "# Docs\n\n```{dep-status}\n```\n\n```{dep-index}\n:toctree:\n:status: Nothing\n```\n\n"
                "```{toctree}\nz\na\n```\n",
    "z.md": "# Z\n\n{dep}`99` {dep}`1` {dep}`1#nothing`\n",
    "a.md": "# A\n\n```{dep-index}\n:sort: nothing\n:format: nothing\n```\n\n```{dep-header}\n:status: Draft\n```\n",
    **{f"deps/{number:04}-same.md": proposal(f"P{number}", "Nothing") for number in range(1, 9)},
    **{f"deps/{number:04}-other.rst": to_rst(proposal(f"Q{number}", extends="77")) for number in range(1, 9)},
    "deps/broken.md": b"# \xff\n",
    "deps/later.md": proposal("Later", replaces="later"),
}  # fmt: skip


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Built]:
    """The same project, built with one process and with two."""
    builds = {}
    for parallel in (1, 2):
        project = Project(tmp_path_factory.mktemp(f"j{parallel}"))
        project.write({"conf.py": CONF, **FILES})

        def source_read(app: object, docname: str, content: list[str], pids: Path = project.root) -> None:
            (pids / f"{os.getpid()}.pid").touch()

        builds[parallel] = project.build(parallel=parallel, hooks={"source-read": source_read})
        # It was read by as many processes as it should.
        readers = {int(file.stem) for file in project.root.glob("*.pid")}
        assert (os.getpid() in readers, len(readers) > 1) == (parallel == 1, parallel == 2)
    return builds


def test_warnings_are_equal_in_their_order_too(builds):
    ours = {parallel: [item for item in built.warnings if "DEP" in item] for parallel, built in builds.items()}
    assert ours[1] == ours[2]
    # What can only be found when all pages are known: each of the numbers is claimed twice, and each claim is reported.
    assert builds[1].codes.count("DEP401") == 16
    assert {"DEP001", "DEP003", "DEP006", "DEP201", "DEP402", "DEP403"} <= set(builds[1].codes)
    assert builds[1].status == builds[2].status == 1


def test_output_is_equal(builds):
    assert builds[1].files.keys() == builds[2].files.keys()
    assert {"deps.json", "objects.inv", "index.html"} <= builds[1].files.keys()
    differing = {name for name, content in builds[1].files.items() if builds[2].files[name] != content}
    assert differing == set()


def test_what_is_read_and_written_is_equal(builds):
    assert (builds[1].read, builds[1].written) == (builds[2].read, builds[2].written)

"""Exactly the pages that show a change are read and written, and what stands there then is what a clean build writes.

Sphinx's own part in the expectations: a page that is read is written; so are the pages with a toctree that holds it.
"""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest
from sphinx.errors import ExtensionError

from tests.sphinx.project import CONF, Built, Project, proposal, to_rst

FILES = {
    "index.md": "# Docs\n\n```{toctree}\ndeps/index\nguide\nfew\ncards\nstatus\nplain\n```\n",
    "deps/index.md": "# All\n\n```{dep-index}\n:toctree:\n```\n",
    "deps/0001-a.md": proposal("Base", "Approved"),
    "deps/0002-b.rst": to_rst(proposal("Top", extends="1")),
    "deps/0003-c.md": proposal("Alone"),
    "deps/wish.md": proposal("Wish"),
    "guide.md": "# Guide\n\nAs {dep}`1` says, and {dep}`wish`.\n",
    "few.md": "# Few\n\n```{dep-index}\n:status: Approved, Rejected\n:columns: number, title, authors\n```\n",
    "cards.md": "# Cards\n\n```{dep-status} 3\n```\n",
    "status.md": "# Status\n\n```{dep-status}\n```\n",
    "plain.md": "# Plain\n\nNothing of proposals.\n",
}
EVERYTHING = {name.rpartition(".")[0] for name in FILES}

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be killed")


@pytest.fixture(params=[1, 2], ids=["j1", "j2"])
def parallel(request: pytest.FixtureRequest) -> int:
    """How many processes."""
    number: int = request.param
    return number


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Path]:
    """A project in which every proposal is shown somewhere, built; and a copy of it, doctrees, output and all."""
    project = Project(tmp_path_factory.mktemp("rebuild") / "project")
    project.write({"conf.py": CONF, **FILES})
    assert outcome(project.build()) == (EVERYTHING, EVERYTHING)
    return project, shutil.copytree(project.root, project.root.parent / "copy")


@pytest.fixture
def project(built_once: tuple[Project, Path]) -> Project:
    """The project as it was after its first build."""
    project, copy = built_once
    shutil.rmtree(project.root)
    shutil.copytree(copy, project.root)
    return project


def stale(built: Built, clean: Built) -> set[str]:
    """The output files that are not as a clean build writes them."""
    names = built.files.keys() | clean.files.keys()
    return {name for name in names if built.files.get(name) != clean.files.get(name)}


def outcome(built: Built) -> tuple[set[str], set[str]]:
    """What was read and what was written."""
    return built.read, built.written


# What is edited, and which pages are written for it beside the one that is edited and the one whose toctree holds it.
EDITS = {
    # Every consumer that shows it: its row, its card, the counts. The list of approved and rejected ones does not.
    "status": ("deps/0003-c.md", "Draft", "Deferred", {"cards", "status", "index"}),
    "prose": ("deps/0003-c.md", "Networks fail.", "Networks break.", set()),
    # The card shows the summary; no table does.
    "summary": ("deps/0003-c.md", "are sent again", "are sent once more", {"cards", "index"}),
    "authors": ("deps/0003-c.md", "Ada Lovelace", "Bea", {"cards", "index"}),
    # A page that refers to it shows its title on hover; the one that extends it, in its header.
    "title": ("deps/0001-a.md", "# Base", "# Ground", {"deps/0002-b", "few", "guide", "index"}),
    # Its neighbours in the navigation show its title, and so does the dashboard: it has no sponsor.
    "title of another": (
        "deps/0003-c.md",
        "# Alone",
        "# Lonely",
        {"deps/0002-b", "deps/wish", "cards", "status", "index"},
    ),
    "approval": ("deps/wish.md", "Draft", "Rejected", {"few", "guide", "status", "index"}),
    # Nobody shows its category but the table that is written anyway, as the page with its toctree.
    "category": ("deps/0003-c.md", "Architecture", "Process", {"index"}),
    "a link": ("deps/0001-a.md", "https://example.org/pull/1", "https://example.org/pull/2", set()),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_reads_one_page_and_writes_those_that_show_it(project, parallel, edit):
    name, old, new, shown_on = EDITS[edit]
    page = name.rpartition(".")[0]
    project.edit(name, old, new)
    built = project.build(parallel=parallel)
    assert outcome(built) == ({page}, {page, "deps/index", *shown_on})
    assert stale(built, project.build_clean()) == set()
    assert outcome(project.build(parallel=parallel)) == (set(), set())


def test_an_edit_of_other_pages_is_none_of_its_business(project):
    project.edit("plain.md", "Nothing", "Not a word")
    assert outcome(project.build()) == ({"plain"}, {"plain", "index"})
    project.edit("guide.md", "says", "said")
    assert outcome(project.build()) == ({"guide"}, {"guide", "index"})


def test_touching_a_page_writes_no_consumer(project):
    (project.src / "deps/0003-c.md").touch()
    assert outcome(project.build()) == ({"deps/0003-c"}, {"deps/0003-c", "deps/index"})


def test_a_new_proposal(project, parallel):
    project.write({"deps/0004-d.md": proposal("New", extends="1")})
    built = project.build(parallel=parallel)
    # DEP-0001 says by whom it is extended; it stands between DEP-0003 and the one without a number.
    assert outcome(built) == (
        {"deps/0004-d"},
        {"deps/0004-d", "deps/0001-a", "deps/0003-c", "deps/wish", "deps/index", "status", "index"},
    )
    assert stale(built, project.build_clean()) == set()
    assert "isn't included in any toctree" not in "".join(built.warnings)


def test_a_deleted_proposal(project, parallel):
    project.remove("deps/0002-b.rst")
    built = project.build(parallel=parallel)
    assert outcome(built) == (set(), {"deps/0001-a", "deps/0003-c", "deps/index", "status", "index"})
    # Sphinx deletes no output.
    assert stale(built, project.build_clean()) == {"deps/0002-b.html", "_sources/deps/0002-b.rst.txt"}


def test_a_deleted_proposal_that_others_name(project, parallel):
    project.remove("deps/0001-a.md")
    built = project.build(parallel=parallel)
    assert outcome(built) == (set(), {"deps/0002-b", "deps/index", "few", "guide", "status", "index"})
    assert built.codes == ["DEP402", "DEP402"]
    assert [item.split(": ")[0] for item in built.warnings] == ["deps/0002-b.rst:8:14", "guide.md:3:1"]
    assert project.build(parallel=parallel).warnings == built.warnings


def test_a_renamed_file(project, parallel):
    project.rename("deps/0003-c.md", "deps/0003-z.md")
    built = project.build(parallel=parallel)
    around = {"deps/0002-b", "deps/wish"}
    assert outcome(built) == ({"deps/0003-z"}, {"deps/0003-z", "deps/index", "cards", "status", "index", *around})
    assert stale(built, project.build_clean()) == {"deps/0003-c.html", "_sources/deps/0003-c.md.txt"}


def test_a_second_builder_on_the_same_doctrees(project, parallel):
    assert outcome(project.build("dirhtml", parallel=parallel)) == (set(), EVERYTHING)
    project.edit("deps/0003-c.md", "Draft", "Deferred")
    expected = {"deps/0003-c", "deps/index", "cards", "status", "index"}
    assert outcome(project.build(parallel=parallel)) == ({"deps/0003-c"}, expected)
    # Everything has been read. Of the pages that Sphinx would write for their toctrees, it forgets those of pages that
    # another builder has read; here they show the proposal anyway.
    built = project.build("dirhtml", parallel=parallel)
    assert outcome(built) == (set(), expected)
    assert stale(built, project.build_clean("dirhtml")) == set()


def test_one_named_file_and_then_all(project, parallel):
    project.edit("deps/0003-c.md", "Draft", "Deferred")
    built = project.build(parallel=parallel, files=("plain.md",))
    assert outcome(built) == ({"deps/0003-c"}, {"plain", "index"})
    built = project.build(parallel=parallel)
    assert outcome(built) == (set(), {"deps/0003-c", "deps/index", "cards", "status", "index"})
    assert stale(built, project.build_clean()) == set()


def test_a_named_consumer_is_not_written_twice(project):
    project.edit("deps/0003-c.md", "Draft", "Deferred")
    assert "cards" in project.build(files=("cards.md",)).written
    assert "cards" not in project.build().written


def test_a_change_of_the_process_reads_the_pages_that_it_can_matter_to(project, parallel):
    project.write({"dep.toml": 'profile-url = "https://a.example.org/{handle}"\n'})
    project.build(parallel=parallel)
    project.edit("dep.toml", "a.example.org", "b.example.org")
    built = project.build(parallel=parallel)
    assert outcome(built) == (EVERYTHING - {"plain", "index"}, EVERYTHING - {"plain"})
    assert stale(built, project.build_clean()) == set()
    # Words that mean the same.
    project.write({"dep.toml": '# Profiles.\nprofile-url = "https://b.example.org/{handle}"\n'})
    assert outcome(project.build(parallel=parallel)) == (set(), set())


def test_another_version_may_show_the_same_differently(project, monkeypatch):
    project.build("dirhtml")
    monkeypatch.setattr("sphinxext_dep.sphinx.build.events.__version__", "99")
    showing = EVERYTHING - {"plain"}
    assert outcome(project.build()) == (showing - {"index"}, showing)
    assert outcome(project.build("dirhtml")) == (set(), showing)


def test_a_change_of_what_is_a_proposal(project):
    project.write({"dep.toml": 'exclude = ["0003*"]\n'})
    built = project.build()
    assert "deps/0003-c" in built.read
    # What refers to the page that is no proposal any more is reported; the page itself is excluded on purpose.
    assert built.codes == ["DEP402"] * len(built.codes) != []
    assert {entry["number"] for entry in built.deps["proposals"]} == {1, 2, None}


class KilledError(Exception):
    """Somebody interrupts the build."""


def failing_at(page: str):
    """A hook that ends the build with an error when *page* is about to be written."""

    def resolved(app: object, doctree: object, docname: str) -> None:
        if docname == page:
            raise KilledError

    return {"doctree-resolved": resolved}


def kill_at(project: Project, page: str, parallel: int) -> None:
    """A build that is killed, with all its processes, when *page* is about to be written."""

    def resolved(app: object, doctree: object, docname: str) -> None:
        if docname == page:
            os.killpg(0, signal.SIGKILL)

    child = os.fork()
    if child == 0:
        os.setsid()
        try:
            project.build(parallel=parallel, hooks={"doctree-resolved": resolved})
        finally:
            os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL


@needs_fork
@pytest.mark.parametrize("page", ["cards", "deps/index", "status"])
def test_after_a_killed_build_nothing_is_stale(project, parallel, page):
    project.edit("deps/0003-c.md", "Draft", "Deferred")
    kill_at(project, page, parallel)
    built = project.build(parallel=parallel)
    assert built.read == set()
    assert built.written <= {"deps/0003-c", "deps/index", "cards", "status", "index"}
    assert stale(built, project.build_clean()) == set()


@needs_fork
@pytest.mark.parametrize("page", ["cards", "deps/index", "status"])
def test_an_edit_taken_back_after_a_killed_build_leaves_no_trace(project, parallel, page):
    before = project.build().files
    project.edit("deps/0003-c.md", "Draft", "Deferred")
    kill_at(project, page, parallel)
    project.edit("deps/0003-c.md", "Deferred", "Draft")
    built = project.build(parallel=parallel)
    assert built.files == before
    assert built.read == {"deps/0003-c"}
    assert outcome(project.build(parallel=parallel)) == (set(), set())


def test_after_a_failed_build_nothing_is_stale(project, parallel):
    project.edit("deps/0003-c.md", "Draft", "Deferred")
    with pytest.raises(ExtensionError):
        project.build(parallel=parallel, hooks=failing_at("deps/index"))
    built = project.build(parallel=parallel)
    # Sphinx throws its environment away when it ends by an error.
    assert built.read == EVERYTHING
    assert stale(built, project.build_clean()) == set()


def test_a_build_killed_while_reading(project):
    def source_read(app: object, docname: str, content: list[str]) -> None:
        if docname == "deps/wish":
            raise KilledError

    shutil.rmtree(project.root / "build")
    with pytest.raises(ExtensionError):
        project.build(hooks={"source-read": source_read})
    built = project.build()
    assert stale(built, project.build_clean()) == set()


def test_a_lost_or_broken_stamp_file_is_no_harm(project):
    built = project.build()
    stamps = built.outdir / ".dep-stamps"
    for content in (None, b"", b"{", b'{"salt": 1}', b"\xff"):
        stamps.unlink()
        if content is not None:
            stamps.write_bytes(content)
        assert outcome(project.build()) == (set(), EVERYTHING)
        assert outcome(project.build()) == (set(), set())

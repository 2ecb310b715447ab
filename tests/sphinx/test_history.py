"""History in a build: what pages show of it, when they are written again, and what cannot be known."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.history.repo import Repo, day
from tests.sphinx.project import CONF, Built, Project, one, proposal


class Committed(Project):
    """A project whose sources are in a repository."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.repo = Repo(self.src)

    def commit(self) -> str:
        return self.repo.commit()


@pytest.fixture
def project(tmp_path: Path) -> Committed:
    made = Committed(tmp_path)
    made.write(
        {
            "conf.py": CONF,
            "index.md": "# Docs\n\n```{dep-index}\n:toctree:\n```\n",
            "deps/0001-first.md": proposal("First"),
            "deps/0002-second.md": proposal("Second"),
        }
    )
    made.commit()
    return made


def fields(built: Built, docname: str) -> dict[str, str]:
    """Label → value of the header's rows."""
    listing = built.page(docname).select_one(".dep-fields")
    assert listing is not None
    names = [name.get_text(strip=True).rstrip(":") for name in listing.select("dt")]
    return dict(zip(names, [value.get_text(" ", strip=True) for value in listing.select("dd")], strict=True))


def entry(built: Built, number: int) -> dict[str, Any]:
    found: dict[str, Any] = next(item for item in built.deps["proposals"] if item["number"] == number)["history"]
    return found


def test_the_header_says_when(project: Committed) -> None:
    project.edit("deps/0001-first.md", "Draft", "Under Review")
    project.commit()
    built = project.build()
    shown = fields(built, "deps/0001-first")
    assert (shown["Created"], shown["Last changed"]) == (day(0), day(1))
    assert fields(built, "deps/0002-second")["Last changed"] == day(0)
    time = built.page("deps/0001-first").select_one(".dep-field-created time")
    assert time is not None
    assert time["datetime"] == day(0)


def test_a_commit_rewrites_what_shows_it(project: Committed) -> None:
    project.build()
    project.edit("deps/0001-first.md", "Networks", "Most networks")
    assert project.build().written >= {"deps/0001-first"}
    # Nothing that is read has changed; what git says of one proposal has.
    project.commit()
    built = project.build()
    # Sphinx takes the page along whose toctree holds it.
    assert (built.read, built.written) == (set(), {"deps/0001-first", "index"})
    assert fields(built, "deps/0001-first")["Last changed"] == day(1)
    assert entry(built, 1)["changed"] == day(1)
    # Neither has anything after a commit that touches no proposal.
    project.repo.commit({"other.txt": "x"})
    assert project.build().written == set()
    assert project.build().written == set()


def test_it_equals_a_clean_build(project: Committed) -> None:
    project.build()
    project.repo.move("deps/0002-second.md", "deps/0003-second.md")
    project.edit("deps/0001-first.md", "Draft", "Approved")
    project.commit()
    built = project.build()
    clean = project.build_clean()
    stale = {"deps/0002-second.html", "_sources/deps/0002-second.md.txt"}
    mine = {name: data for name, data in built.files.items() if name not in stale}
    assert mine == clean.files


def test_a_build_without_changes_asks_once(project: Committed, monkeypatch: pytest.MonkeyPatch) -> None:
    project.build()
    made = []
    run = subprocess.run

    def note(command, **options):
        made.append(command)
        return run(command, **options)

    monkeypatch.setattr("subprocess.run", note)
    project.build()
    assert len(made) == 1
    assert "rev-parse" in made[0]


def test_it_can_be_switched_off(project: Committed, monkeypatch: pytest.MonkeyPatch) -> None:
    project.build()
    monkeypatch.setattr("subprocess.run", lambda *_args, **_options: pytest.fail("git was asked"))
    built = project.build(dep_history=False)
    assert built.written >= {"deps/0001-first", "deps/0002-second"}
    assert "Created" not in fields(built, "deps/0001-first")
    assert entry(built, 1) is None


def test_a_process_that_states_its_own_dates(project: Committed) -> None:
    project.write({"dep.toml": '[fields.created]\nlabel = "Created"\ntype = "date"\n'})
    project.edit("deps/0001-first.md", ":status: Draft", ":status: Draft\n:created: 2020-02-02")
    project.commit()
    shown = fields(project.build(), "deps/0001-first")
    assert (shown["Created"], shown["Last changed"]) == ("2020-02-02", day(1))


def test_what_is_not_committed_has_no_history(project: Committed) -> None:
    project.write({"deps/0003-third.md": proposal("Third")})
    built = project.build()
    assert "Created" not in fields(built, "deps/0003-third")
    assert entry(built, 3) is None
    assert not built.warnings


def test_a_shallow_clone_is_told_and_is_no_warning(project: Committed, tmp_path: Path) -> None:
    project.edit("deps/0001-first.md", "Draft", "Deferred")
    project.commit()
    other = Project(tmp_path / "other")
    other.src.rmdir()
    subprocess.run(["git", "clone", "-q", "--depth=1", f"file://{project.src}", str(other.src)], check=True)
    built = other.build()
    assert not built.warnings
    assert built.log.count("shallow clone") == 1
    assert "Created" not in fields(built, "deps/0001-first")
    found = entry(built, 1)
    assert (found["created"], found["complete"]) == (None, False)
    assert [(item["date"], item["status"]) for item in found["statuses"]] == [(None, "Deferred")]


def test_outside_a_repository(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"conf.py": CONF, "index.md": "# Docs\n", "deps/0001-first.md": proposal("First")})
    built = project.build()
    assert entry(built, 1) is None
    assert "Created" not in fields(built, "deps/0001-first")


def test_an_index_begins_with_the_last_change(project: Committed) -> None:
    """Its pages stay in the order of their numbers in the navigation, which an edit must not change."""
    project.write({"index.md": "# Docs\n\n```{dep-index}\n:toctree:\n:columns: number, created, changed\n```\n"})
    project.write({"deps/0003-third.md": proposal("Third")})
    project.edit("deps/0002-second.md", "Draft", "Under Review")
    project.commit()
    project.edit("deps/0001-first.md", "Draft", "Under Review")
    project.commit()
    project.write({"deps/wish.md": proposal("A wish")})
    assert index_rows(project.build()) == [
        ["wish", "", ""],
        ["DEP-0001", day(0), day(2)],
        ["DEP-0003", day(1), day(1)],
        ["DEP-0002", day(0), day(1)],
    ]
    project.edit("deps/0003-third.md", "Draft", "Under Review")
    project.commit()
    built = project.build()
    assert [row[0] for row in index_rows(built)] == ["wish", "DEP-0003", "DEP-0001", "DEP-0002"]
    described = json.loads(str(one(built.page("index"), ".dep-index")["data-registry"]))
    assert described["sort"] == "-changed"
    pages = [built.text(f"deps/000{number}-{name}.html") for number, name in NAMES.items()]
    following = [found[1] for page in pages if (found := re.search(r'rel="next"[^>]* href="([^"]*)"', page))]
    assert following == ["0002-second.html", "0003-third.html", "wish.html"]


NAMES = {1: "first", 2: "second", 3: "third"}


def index_rows(built: Built) -> list[list[str]]:
    return [[cell.get_text(strip=True) for cell in row.select("td")] for row in built.page("index").select("tbody tr")]

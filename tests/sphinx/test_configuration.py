"""After any change of what configures a project, a build is what a clean one is: files, warnings and exit status."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

import pytest

from tests.history.repo import Repo
from tests.sphinx.project import CONF, Project, proposal, to_rst

FILES = {
    "index.md": "# Docs\n\n```{dep-index}\n```\n\n```{toctree}\n:glob:\n\ndeps/*\nother/*\nkeps/*/*\n```\n",
    "deps/0001-a.md": proposal(),
    "deps/0002-b.rst": to_rst(proposal("Top", extends="1")),
    "other/0003-c.md": proposal("Other"),
    "keps/4-four/index.md": "# Four\n\n## Summary\n\nText.\n",
}
_CHECKSUM = re.compile(r"(?<=documentation_options\.js)\?v=\w+")
BASE = 'sources = ["deps/**", "keps/**"]\nsidecar = "kep.yaml"\n'
SITE = f"{CONF}html_baseurl = 'https://example.org/'\ndep_feed = True\ndep_calendar = True\n"
YAML = "status: Draft\nauthors: Ada\ncategory: Process\n"
CHANGES: dict[str, Mapping[str, str | None]] = {
    "html_link_suffix": {"conf.py": f"{SITE}html_link_suffix = ''\n"},
    "html_link_suffix, and nothing but deps.json": {"conf.py": f"{CONF}html_link_suffix = '.htm'\n"},
    "html_file_suffix": {"conf.py": f"{SITE}html_file_suffix = '.htm'\n"},
    "html_baseurl": {"conf.py": SITE.replace("example.org", "example.com")},
    "project": {"conf.py": f"{SITE}project = 'Other'\n"},
    "language": {"conf.py": f"{SITE}language = 'de'\n"},
    "no calendar": {"conf.py": SITE.replace("dep_calendar = True", "dep_calendar = False")},
    "exclude": {"dep.toml": f'{BASE}exclude = ["0002*"]\n'},
    "exclude all": {"dep.toml": f'{BASE}exclude = ["*"]\n'},
    "sources": {"dep.toml": 'sources = ["other/**"]\n'},
    "more sources": {"dep.toml": 'sources = ["deps/**", "other/**"]\n'},
    "no configuration": {"dep.toml": None},
    "prefix": {"dep.toml": f'{BASE}prefix = "JEP"\n'},
    "severity": {"dep.toml": f'{BASE}[rules]\nDEP302 = "error"\n'},
    "a sidecar beside an index": {"keps/4-four/kep.yaml": "status: Drft\n"},
    "a valid sidecar": {"keps/4-four/kep.yaml": YAML},
    "another name of the sidecar": {
        "dep.toml": BASE.replace("kep.yaml", "header.yaml"),
        "keps/4-four/header.yaml": YAML,
    },
}


def change(project: Project, changed: Mapping[str, str | None]) -> None:
    for name, text in changed.items():
        if text is None:
            project.remove(name)
        else:
            project.write({name: text})


def lines(data: bytes) -> list[str]:
    """Text to compare. Sphinx takes the checksum of its own script before it writes that anew."""
    return _CHECKSUM.sub("", data.decode(errors="replace")).split("\n")


@pytest.mark.parametrize("name", CHANGES)
def test_it_equals_a_clean_build(make_project, name):
    project = make_project({**FILES, "dep.toml": BASE}, SITE)
    before = project.build()
    change(project, CHANGES[name])
    built, clean = project.build(), project.build_clean()
    assert (built.status, sorted(built.warnings)) == (clean.status, sorted(clean.warnings))
    left = before.files.keys() - clean.files.keys()
    mine = {name: data for name, data in built.files.items() if name not in left}
    assert mine.keys() == clean.files.keys()
    for name, data in clean.files.items():
        assert lines(mine[name]) == lines(data), name
    again = project.build()
    assert (again.status, again.read, again.written) == (clean.status, set(), set())


def test_another_directory_that_paths_are_relative_to(make_project):
    """The same words in a file above: only what its globs are relative to is another."""
    project = make_project({**FILES, "dep.toml": BASE}, SITE)
    assert len(project.build().deps["proposals"]) == 2
    change(project, {"dep.toml": None, "../dep.toml": BASE})
    assert project.build().deps["proposals"] == []


def test_a_link_that_leads_elsewhere_brings_the_history_of_its_new_target(tmp_path, make_project):
    project = make_project({"index.md": "# Docs\n\n```{dep-index}\n:toctree:\n```\n"})
    for number, name in enumerate(("one", "two")):
        repo = Repo(tmp_path / name)
        for _ in range(number):
            repo.commit({"other.txt": "x"})
        repo.commit({"0001-a.md": proposal()})
    link = project.src / "deps"
    link.symlink_to(tmp_path / "one")
    (first,) = project.build().deps["proposals"]
    link.unlink()
    link.symlink_to(tmp_path / "two")
    (second,) = project.build().deps["proposals"]
    assert first["history"] != second["history"]
    assert second["history"] == project.build(fresh=True, force_all=True).deps["proposals"][0]["history"]


@pytest.mark.parametrize("is_directory", [True, False])
def test_a_file_in_place_of_a_newer_one(make_project, is_directory):
    """A link to a directory, or a page that is a link, others, and the file beside one; in two builders."""
    versions = {
        f"{version}/{name}": text
        for version, status in (("v1", "Drafts"), ("v2", "Reject"))
        for name, text in {
            "0001-a.md": proposal(status=status),
            "0002-b.rst": to_rst(proposal("Top", status)),
            "4-four/index.md": FILES["keps/4-four/index.md"],
            "4-four/kep.yaml": YAML.replace("Draft", status),
        }.items()
    }
    toml = 'sources = ["deps/**"]\nexclude = []\nsidecar = "kep.yaml"\n[statuses.Drafts]\nkind = "open"\n'
    index = "# Docs\n\n```{dep-index}\n:toctree:\n```\n"
    toml += '[statuses.Reject]\nkind = "closed"\n'
    project = make_project({"index.md": index, "dep.toml": toml, **versions}, f"{CONF}exclude_patterns = ['v*']\n")
    deps = project.src / "deps"
    for name in versions:
        # The same time and size, as in archives that are made to be reproducible.
        os.utime(project.src / name, (1e9, 1e9))

    def put(version: str) -> None:
        if is_directory:
            deps.unlink(missing_ok=True)
            deps.symlink_to(version)
        for name in (name for name in versions if name.startswith(version) and not is_directory):
            file = deps / name.partition("/")[2]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.unlink(missing_ok=True)
            if file.suffix == ".rst":
                file.symlink_to(project.src / name)
            else:
                file.write_text(versions[name], encoding="utf-8")
                os.utime(file, (1e9 - (version == "v2"),) * 2)

    put("v1")
    for builder in ("html", "dirhtml"):
        assert "Drafts" in project.build(builder).text("deps/4-four/index.html")
    put("v2")
    built = project.build()
    assert built.read == {"deps/0001-a", "deps/0002-b", "deps/4-four/index"}
    assert {entry["status"] for entry in built.deps["proposals"]} == {"Reject"}
    assert "Reject" in built.text("deps/4-four/index.html")
    assert "Reject" in project.build("dirhtml").text("deps/4-four/index.html")
    again = project.build()
    assert (again.read, again.written) == (set(), set())

"""What surrounds the pages is edited at random: conf.py, dep.toml, files beside pages, links, commits.

After each edit the output is that of a clean build; pages may be built in vain. The edits of pages themselves, of which
it is also known what must be built, are those of :mod:`tests.rebuild.machine`.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.history.repo import Repo
from tests.rebuild.machine import dep_warnings, output
from tests.sphinx.project import CONF, Built, Project, proposal

INDEX = "# Docs\n\n{dep}`1`\n\n```{dep-index}\n:toctree:\n:columns: number, title, status, created\n```\n"
SIDECAR = "status: Approved\nauthors: Ada\ncategory: Process\nsponsor: '@a'\nrequired-reviewers: '@b'\n"
BARE = "# Bare\n\nWords.\n\n" + proposal().partition("```\n\n")[2]
TEXT = proposal("Text")

CONF_LINES = {
    "link suffix": "html_link_suffix = '.htm'",
    "base": "html_baseurl = 'https://example.org/docs'",
    "hover": "dep_hover_cards = False",
    "history": "dep_history = False",
    "navigation": "dep_navigation_numbers = True",
    "feed": "dep_calendar = True\nhtml_baseurl = 'https://example.org/docs'",
    "title": "myst_title_to_header = True",
    "suffix": "source_suffix = {'.rst': 'restructuredtext', '.md': 'markdown', '.txt': 'markdown'}",
    "left out": "exclude_patterns = ['deps/0002-two.md', 'store*']",
}
TOML_LINES = {
    "prefix": 'prefix = "RFC"',
    "sources": 'sources = ["deps/000*.md"]',
    "exclude": 'exclude = ["NNNN*", "template*", "README*", "0002*"]',
    "sidecar": 'sidecar = "meta.yaml"',
    "suffixes": 'suffixes = { ".txt" = "markdown" }',
    "title": "title-from-field = true",
    "rules": '[rules]\nDEP301 = "error"',
}


@dataclass
class State:
    """The project as data.

    :param conf: the names of lines of conf.py, and *toml* those of dep.toml.
    :param files: those that may be there or not.
    :param store: what the link in ``deps`` leads to.
    """

    conf: frozenset[str] = frozenset()
    toml: frozenset[str] = frozenset()
    files: dict[str, str] = field(default_factory=dict)
    store: str = "store1"

    def write(self, project: Project) -> None:
        lines = [line for name, line in CONF_LINES.items() if name in self.conf]
        conf = "\n".join([CONF, "exclude_patterns = ['store*']", *lines, ""])
        # A table ends the keys at the top.
        toml = "\n".join(line for name, line in TOML_LINES.items() if name in self.toml)
        project.write({"conf.py": conf, "dep.toml": f"{toml}\n", **self.files})
        for name in {*OPTIONAL} - self.files.keys():
            (project.src / name).unlink(missing_ok=True)
        link = project.src / "deps/more"
        link.unlink(missing_ok=True)
        link.symlink_to(f"../{self.store}", target_is_directory=True)
        # Of pages that are no proposals, Sphinx notices only a file that is newer than when it was read.
        for file in (project.src / self.store).iterdir() if "sources" in self.toml else ():
            file.touch()


OPTIONAL = {
    "deps/meta.yaml": SIDECAR,
    "deps/bare/index.md": BARE,
    "deps/bare/meta.yaml": SIDECAR,
    "deps/0007-text.txt": TEXT,
    "deps/0008-front.md": f"---\ntitle: In front\n{SIDECAR}---\n\n## Summary\n\nText.\n",
    "deps/NNNN-template.md": "# <Title>\n\nZebras.\n",
}


def toggled(chosen: frozenset[str], name: str) -> frozenset[str]:
    return chosen ^ {name}


def edited(state: State, kind: str, place: int) -> State:
    """*state* after one edit."""
    if kind == "conf.py":
        return replace(state, conf=toggled(state.conf, list(CONF_LINES)[place % len(CONF_LINES)]))
    if kind == "dep.toml":
        return replace(state, toml=toggled(state.toml, list(TOML_LINES)[place % len(TOML_LINES)]))
    if kind == "link":
        return replace(state, store="store2" if state.store == "store1" else "store1")
    name = list(OPTIONAL)[place % len(OPTIONAL)]
    files = dict(state.files)
    if name not in files:
        files[name] = OPTIONAL[name]
    elif place % 2:
        files[name] = files[name].replace("Ada", "Alan") if "Ada" in files[name] else f"{files[name]}\nMore.\n"
    else:
        del files[name]
    return replace(state, files=files)


KINDS = st.sampled_from(("conf.py", "dep.toml", "file", "file", "link", "commit"))
EDITS = st.lists(st.tuples(KINDS, st.integers(0, 50)), min_size=5, max_size=5)


def comparable(built: Built) -> dict[str, object]:
    """The output, without the checksum of a script that Sphinx takes before it writes it anew."""
    files = output(built).items()
    return {name: _CHECKSUM.sub(b"", data) if isinstance(data, bytes) else data for name, data in files}


_CHECKSUM = re.compile(rb"(?<=documentation_options\.js)\?v=\w+")


def clean(project: Project) -> Built:
    """Build the same sources as if for the first time; links stay links."""
    other = Project(project.root / "clean")
    shutil.rmtree(other.src)
    shutil.copytree(project.src, other.src, symlinks=True)
    try:
        built = other.build()
        outdir = shutil.copytree(built.outdir, project.root / "cleanly", dirs_exist_ok=True)
    finally:
        shutil.rmtree(other.root)
    return replace(built, outdir=Path(outdir))


@pytest.fixture
def new_project(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], tuple[Project, Repo]]:
    def make() -> tuple[Project, Repo]:
        project = Project(tmp_path_factory.mktemp("around"))
        project.write({"index.md": INDEX, "deps/0001-one.md": proposal("One"), "deps/0002-two.md": proposal("Two"),
                       "store1/0003-a.md": proposal("Three"), "store2/0003-a.md": proposal("Drei", "Approved"),
                       "store2/0004-b.md": proposal("Four")})  # fmt: skip
        return project, Repo(project.src)

    return make


@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(edits=EDITS)
def test_the_output_is_that_of_a_clean_build(new_project, edits) -> None:
    project, repo = new_project()
    state = State()
    state.write(project)
    repo.commit()
    project.build()
    done = []
    for kind, place in edits:
        done.append((kind, place))
        if kind == "commit":
            repo.commit()
        else:
            state = edited(state, kind, place)
            state.write(project)
        built = project.build()
        expected = clean(project)
        assert (built.status, dep_warnings(built)) == (expected.status, dep_warnings(expected)), (done, state)
        mine, theirs = comparable(built), comparable(expected)
        shutil.rmtree(expected.outdir)
        assert {name for name in theirs if mine.get(name) != theirs[name]} == set(), (done, state)

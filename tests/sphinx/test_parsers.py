"""Suffixes, parsers and their settings that a host project can have: the build and the command line see the same."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sphinxext_dep.cli.commands import group
from tests.sphinx.project import CONF, Built, Project, proposal, to_rst

PAGES = {
    "deps/0001-one": proposal("One", body="\n{dep}`2` and {dep}`0001-one#motivation` lead on.\n"),
    "deps/0002-two": proposal("Two").replace(":status: Draft", ":status: Draft\n:extends: DEP-1"),
}
LINK = "see [](0001-one{suffix})"
MARKUPS = {
    "reST as .txt": (".txt", "restructuredtext"),
    "Markdown as .txt": (".txt", "markdown"),
    "Markdown as .markdown": (".markdown", "markdown"),
    "reST as .rest": (".rest", "restructuredtext"),
    "two dots": (".rst.txt", "restructuredtext"),
}


def pages(suffix: str, markup: str) -> dict[str, str]:
    """The proposals in files with *suffix*."""
    written = (lambda text: text) if markup == "markdown" else to_rst
    return {f"{name}{suffix}": written(text) for name, text in PAGES.items()}


def command(project: Project, *args: str) -> tuple[int, str]:
    """The exit status and the output of ``sphinx-dep`` in *project*."""
    before = Path.cwd()
    os.chdir(project.src)
    try:
        result = CliRunner().invoke(group, args, prog_name="sphinx-dep")
    finally:
        os.chdir(before)
    return result.exit_code, result.output


def facts(built: Built, suffix: str) -> list[dict[str, Any]]:
    """What ``deps.json`` says, without the suffix."""
    text = json.dumps(built.deps["proposals"], sort_keys=True)
    found: list[dict[str, Any]] = json.loads(text.replace(suffix, ".x"))
    return [
        {key: value for key, value in entry.items() if key not in ("source", "source_url", "history")}
        for entry in found
    ]


@pytest.mark.parametrize("name", MARKUPS)
def test_another_suffix_is_as_good_as_the_usual(make_project, name):
    suffix, markup = MARKUPS[name]
    usual = ".md" if markup == "markdown" else ".rst"
    conf = f'{CONF}source_suffix = {{".md": "markdown", ".rst": "restructuredtext", "{suffix}": "{markup}"}}\n'
    toml = {"dep.toml": f'suffixes = {{ "{suffix}" = "{markup}" }}\n'}
    expected = make_project(pages(usual, markup)).build()
    project = make_project({**pages(suffix, markup), **toml}, conf)
    built = project.build()
    assert (built.status, built.warnings) == (0, [])
    for one, other in zip(facts(built, suffix), facts(expected, usual), strict=True):
        assert {key: (one[key], other[key]) for key in one if one[key] != other[key]} == {}
    for docname in PAGES:
        shown = str(built.page(docname)).replace(suffix, usual)
        assert shown == str(expected.page(docname))
    assert command(project, "check") == (0, "Nothing to report in 2 proposals.\n")
    assert command(project, "status", "1", "Deferred")[0] == 0
    assert command(project, "new", "Third thing", "--author", "@x", "--category", "Process") == (
        0, f"created deps/0000-third-thing{suffix}\n",
    )  # fmt: skip
    assert command(project, "check", "--severity", "warning")[0] == 0
    again = project.build()
    assert [entry["status"] for entry in again.deps["proposals"]] == ["Deferred", "Draft", "Draft"]
    assert again.status == 0


def test_a_suffix_that_the_command_line_cannot_know_is_said(make_project):
    """In every build, in one line, with what to write."""
    conf = f'{CONF}source_suffix = {{".md": "markdown", ".rst": "restructuredtext", ".txt": "restructuredtext"}}\n'
    files = {
        "deps/0001-one.md": proposal("One"),
        "deps/0002-two.txt": "Two\n===\n\n**Status**: Draft\n",
        "deps/0003-three.txt": "Three\n=====\n\n**Status**: Draft\n",
        "deps/README.txt": "Not a proposal\n==============\n",
        "other.txt": "Not among proposals\n===================\n",
    }
    project = make_project(files, conf)
    (found,) = [line for line in project.build().warnings if "no-parser" in line]
    assert found == (
        "deps/0002-two.txt:1:1: WARNING: `.txt` is no suffix of proposals: this page (and 1 more) is none; add "
        "`suffixes = { '.txt' = 'restructuredtext' }` to the configuration of proposals, or name the page in its "
        "`exclude` [dep.no-parser]"
    )
    toml = re.search(r"`(suffixes = .*?)`", found)
    assert toml is not None
    project.write({"dep.toml": f"{toml[1]}\n"})
    built = project.build()
    assert not any("no-parser" in line for line in built.warnings)
    assert [entry["title"] for entry in built.deps["proposals"]] == ["One", "Two", "Three"]


def test_a_directive_on_such_a_page_is_no_proposal_and_says_why(make_project):
    conf = f'{CONF}source_suffix = {{".md": "markdown", ".txt": "markdown"}}\n'
    built = make_project({"deps/0001-one.txt": proposal("One")}, conf).build()
    assert built.status == 1
    assert "DEP003" in built.codes
    assert any("add the suffix to `suffixes` in the configuration" in line for line in built.warnings)


def test_two_markups_for_one_suffix_are_said(make_project):
    conf = f'{CONF}source_suffix = {{".md": "markdown", ".txt": "markdown"}}\n'
    files = {"deps/0001-one.txt": proposal("One"), "dep.toml": 'suffixes = { ".txt" = "restructuredtext" }\n'}
    (found,) = [line for line in make_project(files, conf).build().warnings if "no-parser" in line]
    assert "conf.py reads `.txt` as markdown, the configuration of proposals as restructuredtext" in found
    assert "write '.txt' = 'markdown' in `suffixes`" in found


def test_a_suffix_of_the_process_that_conf_py_forgot_is_said(make_project):
    for suffix, markup in ((".txt", "restructuredtext"), (".markdown", "markdown")):
        files = {**pages(suffix, markup), "dep.toml": f'suffixes = {{ "{suffix}" = "{markup}" }}\n'}
        conf = f'{CONF}source_suffix = {{".md": "markdown", ".rst": "restructuredtext"}}\n'
        (found,) = [line for line in make_project(files, conf).build().warnings if "no-parser" in line]
        assert f"no parser reads `{suffix}`" in found
        assert f"add `{suffix}` to `source_suffix` in conf.py" in found


def test_data_and_notebooks_beside_proposals_are_left_alone(make_project):
    files = {"deps/0001-one.md": proposal("One"), "deps/data.txt": "x\n", "deps/sizes.csv": "1,2\n"}
    built = make_project(files).build()
    assert (built.status, built.warnings) == (0, [])


# --- the title in the front matter ---

HEADER = "```{dep-header}\n:status: Draft\n:authors: Ada\n:category: Process\n```\n"
SECTIONS = proposal().partition("```\n\n")[2]
FIELDS = "status: Draft\nauthors: Ada\ncategory: Process\n"
TITLED = {
    "in a header": (f"---\ntitle: Cache it\n{FIELDS}---\n\n", "Cache it"),
    "beside a directive": (f"---\ntitle: Cache it\n---\n\n{HEADER}\n", "Cache it"),
    "quoted": (f'---\ntitle: "Cache: *it* with `lru`"\n{FIELDS}---\n\n', "Cache: it with lru"),
    "with a number": (f"---\ntitle: 'DEP-0001: Cache it'\n{FIELDS}---\n\n", "Cache it"),
    "on the page only": (f"---\nmyst:\n  title_to_header: true\ntitle: Cache it\n{FIELDS}---\n\n", "Cache it"),
    "a heading says so": (f"---\ntitle: An old name\n{FIELDS}---\n\n# Cache it\n\n", "Cache it"),
}
SETTINGS = {"on": f"{CONF}myst_title_to_header = True\n", "off": CONF}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("name", TITLED)
def test_a_title_in_the_front_matter(make_project, name, setting):
    """It is the title where no heading is, with and without ``myst_title_to_header``, once, everywhere."""
    text, title = TITLED[name]
    project = make_project({"deps/0001-one.md": text + SECTIONS}, SETTINGS[setting])
    built = project.build()
    (entry,) = built.deps["proposals"]
    assert (entry["title"], built.status) == (title, 0)
    page = built.page("deps/0001-one")
    two = name == "a heading says so" and setting == "on"
    assert len(page.select("h1")) == 1
    assert page.h1 is not None
    heading = page.h1.get_text()
    assert ("An old name" if two else title) in heading
    assert len(page.select(".dep-header")) == 1
    assert [found for found in page.select("h2") if found.get_text().startswith(title)] == ([page.h2] if two else [])
    assert [line for line in built.warnings if "two-titles" not in line] == []
    assert len(built.warnings) == two
    assert command(project, "check")[1] == "Nothing to report in 1 proposals.\n".replace("1 proposals", "1 proposal")


def test_the_front_matter_wins_if_the_process_says_so(make_project):
    text, _ = TITLED["a heading says so"]
    files = {"deps/0001-one.md": text + SECTIONS, "dep.toml": "title-from-field = true\n"}
    for conf in SETTINGS.values():
        built = make_project(files, conf).build()
        assert [entry["title"] for entry in built.deps["proposals"]] == ["An old name"]
        assert (built.status, built.warnings) == (0, [])
        (heading,) = built.page("deps/0001-one").select("h1")
        assert "An old name" in heading.get_text()


# --- a parser that counts lines in its own way ---

NOTEBOOKS = (
    CONF
    + '''
source_suffix = {".rst": "restructuredtext", ".md": "text-notebook"}

import re
from myst_parser.parsers.sphinx_ import MystParser

class Parser(MystParser):
    """Counts as myst-nb 1.4 does: without the blank lines in front of a cell of text."""

    supported = ("text-notebook",)

    def parse(self, inputstring, document):
        super().parse(re.sub(r"\\n{2,}(?=# |```{dep-)", "\\n", inputstring), document)

def setup(app):
    app.add_source_parser(Parser)
'''
)
CELLS = f"---\nfile_format: mystnb\n---\n\n\n\n# Cells\n\n\n\n{HEADER}\n{SECTIONS}"


def test_lines_that_a_notebook_counts_differently_hide_no_header(make_project):
    """Tried by hand with myst-nb 1.4, which brings a hundred packages, and so is no dependency of the tests."""
    built = make_project({"deps/0001-one.md": CELLS}, NOTEBOOKS).build()
    assert (built.status, built.warnings) == (0, [])
    assert len(built.page("deps/0001-one").select(".dep-header")) == 1


def test_a_nested_header_in_a_notebook_is_still_reported(make_project):
    page = CELLS.replace(HEADER, f"````{{note}}\n{HEADER}````\n")
    built = make_project({"deps/0001-one.md": page}, NOTEBOOKS).build()
    assert built.status == 1
    assert any("this `dep-header` is inside something else" in line for line in built.warnings)


def test_an_option_in_a_notebook_is_reported_where_it_is(make_project):
    page = f"{CELLS}\n\n\n```{{dep-index}}\n:statuss: x\n```\n"
    built = make_project({"deps/0001-one.md": page}, NOTEBOOKS).build()
    line = page[: page.index(":statuss:")].count("\n") + 1
    assert any(item.startswith(f"deps/0001-one.md:{line}:2: ERROR: DEP006") for item in built.warnings), built.warnings

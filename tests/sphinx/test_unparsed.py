"""Proposals in Markdown in a project that reads reStructuredText only: no silent build without them."""

from __future__ import annotations

from collections.abc import Callable

from tests.sphinx.project import CONF, Project, proposal

# Written out: MyST adds its suffix to the default that all builds in one process share.
WITHOUT_MYST = """
extensions = ["sphinxext_dep"]
source_suffix = {".rst": "restructuredtext"}
html_theme = "basic"
"""
FILES = {
    "index.rst": "Site\n====\n\n.. dep-index::\n",
    "deps/0001-one.md": proposal("One"),
    "deps/0002-two.md": proposal("Two"),
    "deps/README.md": "# Not a proposal\n",
}
WARNING = (
    "deps/0001-one.md:1:1: WARNING: no parser reads `.md`: this proposal (and 1 more) is not in the build; "
    "add `myst_parser` to `extensions` in conf.py [dep.no-parser]"
)


def test_markdown_without_a_parser_is_said_in_every_build(make_project: Callable[..., Project]) -> None:
    project = make_project(FILES, WITHOUT_MYST)
    assert project.build().warnings == [WARNING]
    assert project.build().warnings == [WARNING]
    project.write({"conf.py": CONF})
    assert not any("no parser" in line for line in project.build().warnings)


def test_what_is_excluded_is_left_out_on_purpose(make_project: Callable[..., Project]) -> None:
    project = make_project(FILES, WITHOUT_MYST + 'exclude_patterns = ["deps/*.md"]\n')
    assert project.build().warnings == []

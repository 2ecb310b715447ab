"""What is wrong with a role, a link or a directive is reported where it stands: the right file, the right line."""

from __future__ import annotations

from importlib.metadata import version

import pytest
from packaging.version import Version

from tests.sphinx.project import CONF, proposal

INCLUDED = (
    "Words.\n\nMore {dep}`81` words.\n\n```{dep-index}\n:limit: 5\n:colums: number\n```\n\n```{dep-status} 82\n```\n"
)
INCLUDED_RST = "Words.\n\nMore :dep:`71`.\n\n.. dep-index::\n   :limit: 5\n   :colums: number\n\n.. dep-status:: 72\n"
# Before 5.2, MyST counts one line too many in included Markdown.
LATE = int(Version(version("myst-parser")) < Version("5.2"))
IN_MD = [
    f"parts/a.txt:{3 + LATE}:1 81",
    "parts/a.txt:7:2 colums",
    f"parts/a.txt:{10 + LATE}:1 82",
]
IN_RST = ["parts/b.txt:3:1 71", "parts/b.txt:7:5 colums", "parts/b.txt:9:1 72"]
INCLUDE = "```{include} parts/a.txt\n```\n"
NESTED_RST = "```{eval-rst}\n.. include:: parts/b.txt\n```\n"
BELOW = "Then {dep}`91` and\n<dep:92>.\n\n> {dep}`93`\n\n| a |\n|---|\n| {dep}`94` |\n\n- one\n- [x](dep:95)\n"
IN_BELOW = [(0, "91"), (0, "92"), (3, "93"), (5, "94"), (10, "95")]
CASES = {
    "Markdown in Markdown": ({"guide.md": f"# G\n\n{INCLUDE}"}, IN_MD),
    "reST in Markdown": ({"guide.md": f"# G\n\n{NESTED_RST}"}, IN_RST),
    "reST in reST": ({"guide.rst": "G\n=\n\n.. include:: parts/b.txt\n"}, IN_RST),
    "below an include": (
        {"guide.md": f"# G\n\n{INCLUDE}\n{BELOW}"},
        [*(f"guide.md:{6 + line}:1 {what}" for line, what in IN_BELOW), *IN_MD],
    ),
    "below an include in reST": (
        {"guide.md": f"# G\n\n{NESTED_RST}\n{BELOW}"},
        [*(f"guide.md:{7 + line}:1 {what}" for line, what in IN_BELOW), *IN_RST],
    ),
    "an include in a proposal": ({"deps/0001-a.md": f"{proposal()}\n{INCLUDE.replace('parts', '../parts')}"}, IN_MD),
    "a directory beside the sources": (
        {"guide.md": f"# G\n\n{INCLUDE.replace('parts', '../outside')}", "../outside/a.txt": INCLUDED},
        [item.replace("parts", "../outside") for item in IN_MD],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_in_the_file_in_which_it_is(make_project, name):
    files, expected = CASES[name]
    conf = f"{CONF}\nexclude_patterns = ['parts']\n"
    project = make_project(
        {"deps/0001-a.md": proposal(), "parts/a.txt": INCLUDED, "parts/b.txt": INCLUDED_RST, **files}, conf
    )
    found = [item for item in project.build().warnings if "[dep." in item]
    assert len(found) == len(expected), found
    for line, place in zip(found, expected, strict=True):
        where, what = place.split(" ")
        assert line.startswith(f"{where}: ERROR: "), found
        assert what in line


def test_what_an_included_file_gets_wrong_is_the_pages_fault(make_project):
    """The page is what is not valid, and what the index marks."""
    files = {
        "deps/0001-a.md": f"{proposal()}\nSee.\n\n{INCLUDE.replace('parts', '../parts')}",
        "parts/a.txt": "{dep}`8`",
    }
    built = make_project(files, f"{CONF}\nexclude_patterns = ['parts']\n").build()
    (entry,) = built.deps["proposals"]
    assert [(item["code"], item["path"], item["line"]) for item in entry["diagnostics"]] == [
        ("DEP402", "parts/a.txt", 1 + LATE)
    ]


def test_in_a_translated_paragraph(make_project):
    files = {
        "guide.md": "# G\n\nFirst.\n\nSecond {dep}`91`.\n",
        "locale/de/LC_MESSAGES/guide.po": 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8"\n\n'
        'msgid "Second {dep}`91`."\nmsgstr "Zweitens {dep}`92`."\n',
    }
    built = make_project(files, f"{CONF}\nlanguage = 'de'\nlocale_dirs = ['locale']\n").build()
    found = [item for item in built.warnings if "DEP402" in item]
    assert len(found) == 1
    assert found[0].startswith("guide.md:5:1: ERROR: DEP402 there is no proposal `DEP-0092`")

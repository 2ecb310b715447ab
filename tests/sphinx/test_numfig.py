"""With ``numfig`` the caption of an index is counted as that of any other table."""

from __future__ import annotations

import re

import pytest

from tests.sphinx.project import CONF, proposal, to_rst

OWN = "```{table} Mine\n| a |\n|---|\n| b |\n```\n"
ALL = "```{dep-index}\n:caption: All\n```\n"
PLAIN = "```{dep-index}\n:format: list\n```\n\n```{dep-index}\n```\n"


@pytest.mark.parametrize(
    ("parts", "captions"),
    [
        ((ALL,), ["Table 1 All"]),
        ((OWN, ALL, OWN), ["Table 1 Mine", "Table 2 All", "Table 3 Mine"]),
        ((ALL, OWN, ALL), ["Table 1 All", "Table 2 Mine", "Table 3 All"]),
        ((PLAIN, OWN, ALL), ["Table 1 Mine", "Table 2 All"]),
        ((f"> {ALL}".replace("\n", "\n> "), OWN), ["Table 1 All", "Table 2 Mine"]),
    ],
)
def test_the_numbers_of_captions(make_project, parts, captions):
    text = "# Docs\n\n" + "\n\n".join(parts) + "\n\n```{toctree}\n:glob:\n\ndeps/*\n```\n"
    project = make_project({"index.md": text, "deps/0001-a.md": proposal()}, f"{CONF}numfig = True\n")
    built = project.build()
    assert built.warnings == []
    shown = [caption.get_text().removesuffix("¶") for caption in built.page("index").select("caption")]
    assert shown == captions
    ids = [node["id"] for node in built.page("index").select("[id]")]
    assert len(ids) == len(set(ids))


def test_in_restructuredtext(make_project):
    text = "Docs\n====\n\n.. table:: Mine\n\n   == ==\n   a  b\n   == ==\n\n.. dep-index::\n   :caption: All\n\n"
    text += ".. toctree::\n   :glob:\n\n   deps/*\n"
    files = {"index.rst": text, "index.md": "", "deps/0001-a.rst": to_rst(proposal())}
    project = make_project(files, f"{CONF}numfig = True\n")
    project.remove("index.md")
    built = project.build()
    assert [re.sub("¶$", "", item.get_text()) for item in built.page("index").select("caption")] == [
        "Table 1 Mine", "Table 2 All",
    ]  # fmt: skip

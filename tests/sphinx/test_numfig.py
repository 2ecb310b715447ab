"""With ``numfig`` the caption of an index is counted as that of any other table."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.sphinx.project import CONF, proposal, to_rst

OWN = "```{table} Mine\n| a |\n|---|\n| b |\n```\n"
ALL = "```{dep-index}\n:caption: All\n```\n"
EMPTY = "```{dep-index}\n:caption: Nothing\n:status: Approved\n```\n"
PLAIN = "```{dep-index}\n:format: list\n```\n\n```{dep-index}\n```\n"


@pytest.mark.parametrize(
    ("parts", "captions"),
    [
        ((ALL,), ["Table 1 All"]),
        ((OWN, ALL, OWN), ["Table 1 Mine", "Table 2 All", "Table 3 Mine"]),
        ((ALL, OWN, ALL), ["Table 1 All", "Table 2 Mine", "Table 3 All"]),
        ((PLAIN, OWN, ALL), ["Table 1 Mine", "Table 2 All"]),
        ((EMPTY, OWN, ALL), ["Table 1 Nothing", "Table 2 Mine", "Table 3 All"]),
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


OTHERS = ("people", "status", "timeline", "graph", "requirements")
OURS = "```{dep-index}\n:caption: All\n:name: all-of-them\n```\n"
ORDINARY = "```{table} All\n:name: all-of-them\n| a |\n|---|\n| b |\n```\n"
REFERENCES = "{ref}`all-of-them` {numref}`all-of-them` {ref}`words <all-of-them>` {numref}`No. %s <all-of-them>`\n"


def numbered(make_project, table, builder):
    index = f"# Docs\n\n{OWN}\n{table}\n{OWN}\n```{{toctree}}\n:glob:\n\nother\ndeps/*\n```\n"
    files = {"index.md": index, "other.md": f"# Other\n\n{REFERENCES}\n{OWN}", "deps/0001-a.md": proposal()}
    conf = f'{CONF}numfig = True\nversion = copyright = "1"\nsuppress_warnings = ["config.cache"]\n'
    return make_project(files, conf).build(builder)


@pytest.mark.parametrize("builder", ["html", "dirhtml", "singlehtml", "epub", "latex", "text"])
def test_captions_and_references_are_those_of_an_ordinary_table(make_project, builder):
    """The numbers of all captions, and the words and the targets of references to the table."""
    seen: list[Any] = []
    for table in (OURS, ORDINARY):
        built = numbered(make_project, table, builder)
        assert built.warnings == []
        suffixes = (".html", ".xhtml", ".tex", ".txt")
        found = [file for file in sorted(built.outdir.glob("[!_]*")) if file.suffix in suffixes]
        found += sorted(built.outdir.glob("other/*.html"))
        texts = [(file.name, file.read_text("utf-8")) for file in found]
        if builder == "latex":
            (text,) = (text for name, text in texts if name.endswith(".tex"))
            places = re.findall(r"\\caption\{[^\n]*|\\(?:hyper|num)?ref\[?[^\n]*all-of-them[^\n]*", text)
            seen.append([place for place in places if place])
            assert len(re.findall(r"\\label\{[^}]*all-of-them", text)) == 1
        elif builder == "text":
            text = dict(texts)["other.txt"]
            seen.append(text)
        else:
            soups = [(name, BeautifulSoup(text, "html.parser")) for name, text in texts]
            captions = [(name, item.get_text()) for name, soup in soups for item in soup.select("caption")]
            links = [
                (name, link["href"], link.get_text()) for name, soup in soups
                for link in soup.select('a[href*="all-of-them"]') if "headerlink" not in str(link)
            ]  # fmt: skip
            assert links
            ids = [node["id"] for _name, soup in soups for node in soup.select('[id="all-of-them"]')]
            assert len(ids) == 1
            seen.append((captions, links))
    assert seen[0] == seen[1]


@pytest.mark.parametrize("suffix", ["md", "rst"])
def test_a_label_above_an_index_leads_to_it(make_project, suffix):
    """With a caption or without, of any form, and whether figures are counted or not."""
    forms = ["table", "cards", "list"]
    if suffix == "md":
        parts = "".join(f"(label-{form})=\n```{{dep-index}}\n:format: {form}\n```\n\n" for form in forms)
        named = "".join(f"```{{dep-{kind}}}\n:name: own-{kind}\n```\n\n" for kind in OTHERS)
        page = f"# Lists\n\n{parts}(people)=\n```{{dep-people}}\n```\n\n{named}"
    else:
        parts = "".join(f".. _label-{form}:\n\n.. dep-index::\n   :format: {form}\n\n" for form in forms)
        page = f"Lists\n=====\n\n{parts}.. _people:\n\n.. dep-people::\n"
    names = [*(f"label-{form}" for form in forms), "people", *(f"own-{kind}" for kind in OTHERS if suffix == "md")]
    index = (
        "# Docs\n\n"
        + " ".join(f"{{ref}}`x <{name}>`" for name in names)
        + "\n\n```{toctree}\nlists\ndeps/0001-a\n```\n"
    )
    files = {f"lists.{suffix}": page, "index.md": index, "deps/0001-a.md": proposal()}
    project = make_project(files, f"{CONF}numfig = True\n")
    built = project.build()
    assert built.warnings == []
    for name in names:
        assert len(built.page("lists").select(f'[id="{name}"]')) == 1
        assert built.page("index").select(f'a[href="lists.html#{name}"]')
    latex = project.build("latex")
    (file,) = latex.outdir.glob("*.tex")
    text = file.read_text("utf-8")
    for name in names:
        assert re.search(rf"\\label\{{[^}}]*lists:{name}\b", text)

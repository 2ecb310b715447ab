"""What ``only`` or ``ifconfig`` leaves out is nowhere that links lead to: with these tags, settings and builder."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup

from tests.sphinx.project import CONF, Built, proposal, to_rst

PARTS = "```{dep-people}\n```\n\n```{dep-index}\n```\n"
INDEX = "# Docs\n\n```{toctree}\n:glob:\n\n*\ndeps/*\n```\n"
BOARD = "# Board\n\n```{dep-status}\n```\n"
FILES = {"index.md": INDEX, "board.md": BOARD, "deps/0001-a.md": proposal()}


def only(expression: str, text: str = PARTS) -> str:
    return f"````{{only}} {expression}\n{text}````\n"


def ifconfig(expression: str, text: str = PARTS) -> str:
    return f"`````{{ifconfig}} {expression}\n{text}`````\n"


def dead(built: Built) -> list[str]:
    """The links to what is on no page."""
    found = []
    for docname in sorted(built.app.env.found_docs):
        for link in built.page(docname).select('a.internal[href*="#"]'):
            target = urlsplit(urljoin(f"/{docname}.html", str(link["href"])))
            if not built.page(target.path[1:].removesuffix(".html")).select(f'[id="{target.fragment}"]'):
                found.append(f"{docname}: {link['href']}")
    return found


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        (only("html"), True),
        (only("not html"), False),
        (only("never"), False),
        (only("html and never"), False),
        ("`````{only} html\n" + only("never") + "`````\n", False),
        ("`````{only} never\n" + only("html") + "`````\n", False),
        (only("never", "Text.\n") + PARTS, True),
        (only("never") + PARTS, True),
    ],
)
@pytest.mark.parametrize("suffix", ["md", "rst"])
def test_nothing_leads_to_what_is_left_out(make_project, text, leads, suffix):
    if suffix == "rst":
        expression = re.findall(r"\{only\} (.*)", text)
        if len(expression) != 1 or not text.startswith("````{only}") or text.endswith(f"````\n{PARTS}"):
            pytest.skip("one directive is enough")
        text = f"People\n======\n\n.. only:: {expression[0]}\n\n   .. dep-people::\n\n   .. dep-index::\n"
    else:
        text = f"# People\n\n{text}"
    built = make_project({**FILES, f"people.{suffix}": text}).build()
    assert built.warnings == []
    assert dead(built) == []
    links = [str(link["href"]) for link in built.page("deps/0001-a").select("a[href]")]
    assert any("#person" in link for link in links) is leads
    assert any("#dep-registry" in str(link["href"]) for link in built.page("board").select("a[href]")) is leads


def test_another_page_takes_its_place(make_project):
    files = {**FILES, "people.md": f"# People\n\n{only('never')}", "z.md": f"# Others\n\n{PARTS}"}
    built = make_project(files).build()
    assert dead(built) == []
    assert built.page("deps/0001-a").select('a[href*="z.html#person"]')


def test_each_builder_for_itself(make_project):
    project = make_project({**FILES, "people.md": f"# People\n\n{only('html')}"})
    assert project.build().page("deps/0001-a").select('a[href*="#person"]')
    built = project.build("latex")
    (file,) = built.outdir.glob("*.tex")
    text = file.read_text(encoding="utf-8")
    labels = set(re.findall(r"\\label\{\\detokenize\{([^}]*)\}\}", text))
    assert set(re.findall(r"\\hyperref\[\\detokenize\{([^}]*)\}\]", text)) <= labels


@pytest.mark.parametrize("page", ["", "````{only} never\n```{toctree}\nparts/people\n```\n````\n"])
@pytest.mark.parametrize("builder", ["singlehtml", "latex", "texinfo"])
def test_a_file_of_several_documents_has_no_links_to_others(make_project, builder, page):
    """One is in no toctree, or in one that is left out; so is a proposal. Links within the file stay."""
    files = {
        **FILES,
        "index.md": f"# Docs\n\n```{{toctree}}\nboard\ndeps/0001-a\n```\n\n{page}\n"
        "{dep}`1` {dep}`2` {any}`DEP-2`\n",
        "parts/people.md": f"---\norphan: true\n---\n\n# People\n\n{PARTS}",
        "deps/0002-b.md": f"---\norphan: true\n---\n\n{proposal('Elsewhere')}",
    }
    built = make_project(files).build(builder)
    assert built.warnings == []
    if builder == "singlehtml":
        text = BeautifulSoup(built.text("index.html"), "html.parser").select_one('[role="main"]')
        assert text is not None
        links = {
            str(link["href"])
            for link in text.select("a.reference.internal")
            if not link.find_parent(class_="toctree-wrapper")
        }
        assert links == {"#document-deps/0001-a"}
        assert not text.select(".dep-hover-card:not(a + .dep-hover-card)")
        return
    (file,) = built.outdir.glob("*.tex" if builder == "latex" else "*.texi")
    text = file.read_text(encoding="utf-8")
    if builder == "latex":
        labels = set(re.findall(r"\\label\{\\detokenize\{([^}]*)\}\}", text))
        assert set(re.findall(r"\\hyperref\[\\detokenize\{([^}]*)\}\]", text)) <= labels
    else:
        assert "person-ada-lovelace" not in text
    assert "Elsewhere" in text or "DEP-0002" in text


IFCONFIG = CONF.replace('["', '["sphinx.ext.ifconfig", "') + 'release = "2.0"\n'


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        (ifconfig("release == '2.0'"), True),
        (ifconfig("release == '1.0'"), False),
        (ifconfig("builder == 'latex'"), False),
        (ifconfig("no_such_setting"), False),
        (ifconfig("release == '2.0'", only("html")), True),
        (ifconfig("release == '2.0'", only("never")), False),
        (f"``````{{only}} html\n{ifconfig('not release')}``````\n", False),
        (f"``````{{only}} html\n`````{{only}} not never\n{only('html')}`````\n``````\n", True),
        (f"``````{{only}} html\n`````{{only}} not never\n{only('never')}`````\n``````\n", False),
        (ifconfig("False") + PARTS, True),
    ],
)
def test_ifconfig_and_what_is_nested(make_project, text, leads):
    built = make_project({**FILES, "people.md": f"# People\n\n{text}"}, IFCONFIG).build()
    assert dead(built) == []
    assert bool(built.warnings) is ("no_such_setting" in text)
    links = [str(link["href"]) for link in built.page("deps/0001-a").select("a[href]")]
    assert any("#person" in link for link in links) is leads
    assert any("#dep-registry" in str(link["href"]) for link in built.page("board").select("a[href]")) is leads


@pytest.mark.parametrize(
    ("start", "is_kept"),
    [("{only} html", True), ("{only} latex", False), ("{ifconfig} release", True), ("{ifconfig} not release", False)],
)
@pytest.mark.parametrize("suffix", ["md", "rst"])
def test_a_place_that_is_left_out_is_no_target(make_project, start, is_kept, suffix):
    """The link leads to the page: in another build the place is there, so that the reference is no mistake."""
    # MyST keeps the sections in a directive, whatever that leaves out.
    name, expression = start[1:].split("} ")
    place = f"\n.. {name}:: {expression}\n\n   .. _label:\n\n   Left out\n   --------\n\n   Text.\n"
    page = to_rst(proposal()) + place if suffix == "rst" else f"{proposal()}\n````{start}\n(label)=\nText.\n````\n"
    names = ["label"] + ["left-out"] * (suffix == "rst")
    references = " ".join(f"{{dep}}`1#{name}` [](dep:1#{name})" for name in names)
    files = {
        f"deps/0001-a.{suffix}": page,
        "index.md": INDEX,
        "links.md": f"# L\n\n{references} {{dep}}`1#motivation`\n",
    }
    project = make_project(files, IFCONFIG)
    built = project.build()
    assert built.warnings == []
    assert dead(built) == []
    *links, last = [str(link["href"]) for link in built.page("links").select("p a.internal")]
    assert len(links) == 2 * len(names)
    assert {"#" in link for link in links} == {is_kept}
    assert last.endswith("#motivation")
    latex = project.build("latex")
    assert latex.warnings == []

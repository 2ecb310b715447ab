"""Every builder writes what the components show, without a warning, in its own markup."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from docutils import nodes

from tests.sphinx.project import CONF, Built, Project, one, proposal, to_rst

_INDEX = """\
# Docs

```{dep-status}
```

```{dep-index}
:group-by: status
:caption: A table of all
:toctree:
```

```{dep-index}
:format: cards
:group-by: category
:caption: Cards of all
```

```{dep-index}
:format: list
:group-by: sponsor
:caption: A list of all
```

```{dep-index}
:number: 50..
:empty: Nothing so far.
```

```{toctree}
guide
sub/page
```
"""
_GUIDE = """\
# Guide

See {dep}`1`, {dep}`the base <1#motivation>`, {dep-status}`2`, [](dep:1), [words](dep:2), <dep:retry-later>.

```{dep-status} 1, 2
```
"""


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Built]:
    """Builds one project, with everything that the extension has, by any builder."""
    project = Project(tmp_path_factory.mktemp("builders"))
    project.write({
        "conf.py": CONF + "latex_elements = {'papersize': 'a4paper'}\nepub_copyright = 'us'\nversion = '1'\n",
        "index.md": _INDEX,
        "guide.md": _GUIDE,
        "sub/page.rst": "Page\n====\n\n:dep:`1`, :dep-status:`2`\n\n.. dep-status:: 2\n",
        "deps/0001-base.md": proposal("Base & bottom", "Approved", authors='"@octo, Ada"'),
        "deps/0002-new.rst": to_rst(proposal("New", "Approved", extends="1", tags="one, two")),
        "deps/retry-later.md": proposal("Retry later", related="2", summary="Not *now*."),
    })  # fmt: skip

    def build(builder: str) -> Built:
        built = project.build(builder, fresh=True, parallel=1)
        assert built.warnings == []
        assert built.status == 0
        return built

    return build


def test_html_links_pages(build):
    built = build("html")
    assert (built.page("guide").select_one("p a")["href"]) == "deps/0001-base.html"
    assert "dep:" not in built.text("guide.html").replace("{dep}", "")
    assert not (built.outdir / "_sources" / ".dep-stamps").exists()


def test_dirhtml_links_directories(build):
    built = build("dirhtml")
    page = BeautifulSoup(built.text("guide/index.html"), "html.parser")
    hrefs = [link["href"] for link in page.select('[role="main"] p a.reference')]
    assert hrefs[:2] == ["../deps/0001-base/", "../deps/0001-base/#motivation"]
    assert {entry["url"] for entry in built.deps["proposals"]} == {
        "deps/0001-base/", "deps/0002-new/", "deps/retry-later/"
    }  # fmt: skip


def test_singlehtml_links_within_the_document(build):
    built = build("singlehtml")
    page = built.page("index")
    links = [link["href"] for link in page.select(".dep-table td a.reference.internal")]
    assert "#document-deps/0001-base" in links
    assert all(link.startswith("#document-deps/") for link in links)
    assert len(page.select(".dep-header")) == 3
    # Every link to a page leads somewhere. (To a section Sphinx 8 and 9 write `#document-x#section`, for
    # their own references too, which no browser finds.)
    ids = {tag["id"] for tag in page.select("[id]")}
    targets = {link["href"][1:] for link in page.select('a[href^="#"]')}
    assert {target for target in targets if "#" not in target} - ids == set()
    # A header belongs to its own page, though all pages are resolved under the root document's name.
    assert [one(header, ".dep-number").get_text() for header in page.select(".dep-header")] == [
        "DEP-0001",
        "DEP-0002",
        "retry-later",
    ]


def test_latex_has_references_and_no_html(build):
    built = build("latex")
    (file,) = built.outdir.glob("*.tex")
    text = file.read_text(encoding="utf-8")
    assert r"\sphinxhref{https://github.com/octo}{octo}" in text
    assert re.search(r"\\hyperref\[\\detokenize\{deps/0001-base:+doc\}\]", text)
    assert "Base \\& bottom" in text
    assert re.findall(r"</?(?:div|span|svg|rect|time|a|p)\b", text) == []


def test_epub_shows_everything_and_carries_nothing_else(build):
    built = build("epub")
    (file,) = built.outdir.glob("*.epub")
    with zipfile.ZipFile(file) as book:
        names = book.namelist()
        page = book.read(
            "EPUB/deps/0001-base.xhtml" if "EPUB/deps/0001-base.xhtml" in names else "deps/0001-base.xhtml"
        )
    assert not [name for name in names if Path(name).name in (".dep-stamps", "deps.json", "deps.schema.json")]
    assert not (built.outdir / "deps.json").exists()
    text = BeautifulSoup(page, "html.parser")
    assert one(text, ".dep-status").get_text() == "Approved"
    assert one(text, "time")["datetime"] == "2026-12-01"


def test_a_second_epub_does_not_find_what_the_first_left_behind(build):
    before = build("epub")
    assert (before.outdir / ".dep-stamps").exists()
    assert build("epub").warnings == []


def test_man_pages_show_the_status(build):
    built = build("man")
    (file,) = built.outdir.glob("*.1")
    text = file.read_text(encoding="utf-8")
    assert "Base & bottom" in text
    assert re.search(r"DEP\\-0001.*Approved", text)
    assert "<span" not in text


def test_text_is_readable(build):
    built = build("text")
    text = built.text("deps/0001-base.txt")
    assert "DEP-0001 **Approved**" in text
    assert "Draft → Under Review → **Approved** → Implemented" in text
    assert re.search(r"^Authors:\n +octo, Ada$", text, re.MULTILINE)
    assert re.search(r"^Extended By:\n +DEP-0002 New", text, re.MULTILINE)
    listing = built.text("index.txt")
    assert re.search(r"\| DEP-0001 +\| Base & bottom +\| Approved", listing)
    assert "Nothing so far." in listing
    assert re.search(r"^\* Approved 2$", listing, re.MULTILINE)


def test_gettext_collects_prose_and_no_metadata(build):
    built = build("gettext")
    template = (built.outdir / "deps.pot").read_text(encoding="utf-8")
    assert 'msgid "Retry three times."' in template
    assert "octo" not in template


def test_texinfo_and_xml_write_the_same_words(build):
    (file,) = build("texinfo").outdir.glob("*.texi")
    assert "Base & bottom" in file.read_text(encoding="utf-8")
    assert "Approved" in build("xml").text("deps/0001-base.xml")
    assert "Approved" in build("pseudoxml").text("deps/0001-base.pseudoxml")


def test_single_file_builders_follow_the_catalogue(make_project):
    """A new proposal is in the next document, though the page with the index was not read again."""
    index = "# Docs\n\n```{dep-index}\n:toctree:\n```\n"
    project = make_project({"index.md": index, "deps/0001-a.md": proposal("First one")})
    assert "First one" in project.build("singlehtml").text("index.html")
    project.write({"deps/0002-b.md": proposal("Second one", summary="Found in the second.")})
    built = project.build("singlehtml")
    assert built.read == {"deps/0002-b"}
    assert "Found in the second." in built.text("index.html")


def test_the_pickled_doctree_holds_no_content_of_other_pages(build):
    built = build("html")
    doctree = built.app.env.get_doctree("guide")
    assert "Base" not in doctree.astext()
    assert not list(doctree.findall(nodes.table))

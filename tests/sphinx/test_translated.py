"""A translated site shows translated titles and summaries everywhere; records for programs keep those of the source."""

from __future__ import annotations

import gettext
import shutil

import pytest

from tests.sphinx.project import CONF, one, proposal, to_rst

GERMAN = f'{CONF}language = "de"\nlocale_dirs = ["locale"]\ngettext_compact = False\n'
CATALOG = "locale/de/LC_MESSAGES/deps/0001-a.po"
LISTS = """# Docs

```{dep-index}
:toctree:
```

```{dep-index}
:format: cards
```

```{dep-index}
:format: list
:sort: title
```

```{dep-people}
```

{dep}`1`
"""


def catalog(**messages):
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    return head + "".join(f'msgid "{source}"\nmsgstr "{words}"\n\n' for source, words in messages.items())


def translated(title="Wiederholen", summary="Die *Anfrage* wird wiederholt, siehe :doc:`0002-b`."):
    messages = {"Retry": title, "The *request* is sent again, see :doc:`0002-b`.": summary, "Summary": "Kurz"}
    return catalog(**messages)


def project_of(make_project, suffix="rst"):
    page = proposal("Retry", summary="The *request* is sent again, see :doc:`0002-b`.")
    po = translated()
    if suffix == "md":
        page, po = (text.replace(":doc:`0002-b`", "{doc}`0002-b`") for text in (page, po))
    files = {
        f"deps/0001-a.{suffix}": to_rst(page) if suffix == "rst" else page,
        "deps/0002-b.md": proposal("Alpha", body="\n{dep}`1`\n", extends="DEP-1"),
        "index.md": LISTS,
        CATALOG: po,
    }
    conf = f'{GERMAN}html_baseurl = "https://example.org/"\ndep_feed = True\n'
    return make_project(files, conf)


@pytest.mark.parametrize("parallel", [1, 2])
@pytest.mark.parametrize("suffix", ["md", "rst"])
def test_everything_that_is_shown_is_translated(make_project, suffix, parallel):
    built = project_of(make_project, suffix).build(parallel=parallel)
    assert built.warnings == []
    index = built.page("index")
    shown = " ".join(index.get_text(" ").split())
    assert "Retry" not in shown
    assert "The request" not in shown
    summary = "Die Anfrage wird wiederholt, siehe Alpha."
    assert summary in [item.get_text() for item in index.select(".dep-card .dep-summary")]
    assert summary in [row["data-summary"] for row in index.select("tr[data-summary]")]
    # The list is sorted by what it shows.
    listed = [item.get_text() for item in index.select(".dep-list li")]
    assert [("Alpha" in item, "Wiederholen" in item) for item in listed] == [(True, False), (False, True)]
    assert "Wiederholen" in one(index, ".dep-hover-card").get_text()
    assert any("Wiederholen" in str(entry) for entry in index.select("dd"))
    head = built.text("deps/0001-a.html")
    assert f'<meta property="og:description" content="{summary}"' in head
    assert '<meta property="og:title" content="DEP-0001: Wiederholen"' in head
    assert "Wiederholen" in str(built.page("deps/0002-b"))
    for name in ("llms.txt", "deps.atom"):
        assert "Retry" not in built.text(name)


OPTIONS = """# Docs

```{dep-index}
:caption: Mine
:empty: Nothing
```

```{dep-index}
:toctree:
:format: list
:caption: Nav
```

```{dep-index}
:status: Approved
:empty: Nothing
```

```{dep-timeline}
:caption: Times
```

```{dep-graph}
:caption: Lines
```

```{dep-requirements}
```

{dep}`1#req-1`
"""
FRONT = "---\ntitle: Fronted\nstatus: Draft\nauthors: Ada\ncategory: Process\n---\n\n"
FRONT += proposal().partition("```\n\n")[2] + "\n## REQ 1 One `package`\n\nIt MUST be one.\n"


def test_words_of_options_titles_in_headers_and_requirements(make_project):
    """They are in the catalogs for translators, and translated in every builder."""
    words = {"Mine": "Meine", "Nothing": "Nichts", "Nav": "Wege", "Times": "Zeiten", "Lines": "Linien"}
    page = {"Fronted": "Vorne", "REQ 1 One `package`": "ANF 1 Ein `Paket`"}
    files = {
        "deps/0001-a.md": FRONT,
        "index.md": OPTIONS,
        "locale/de/LC_MESSAGES/index.po": catalog(**words),
        CATALOG: catalog(**page),
    }
    project = make_project(files, f"{GERMAN}numfig = True\n")
    built = project.build()
    assert built.warnings == []
    pages = [built.page(docname) for docname in ("index", "deps/0001-a")]
    text = " ".join(" ".join(part.get_text(" ").split()) for part in pages)
    for source, translation in (words | {"Fronted": "Vorne"}).items():
        assert translation in text
        assert source not in text
    assert "Table 1 Meine" in text or "Tab. 1 Meine" in text
    # A number that is written in another way is a part of the title.
    assert "REQ-1 ANF 1 Ein Paket" in text
    assert pages[0].select('a[href="deps/0001-a.html#req-1-one-package"]')
    (entry,) = built.deps["proposals"]
    assert (entry["title"], entry["requirements"][0]["title"]) == ("Fronted", "One package")
    shutil.rmtree(project.root / "build")
    made = project.build("gettext", language="en")
    for name, messages in {"index": words, "deps/0001-a": page}.items():
        assert {f'msgid "{message}"' for message in messages} <= set(made.text(f"{name}.pot").splitlines())


@pytest.mark.parametrize("suffix", ["md", "rst"])
def test_records_for_programs_keep_the_source(make_project, suffix):
    project = project_of(make_project, suffix)
    german = project.build().deps["proposals"][0]
    english = project.build(language="en", fresh=True).deps["proposals"][0]
    assert (german["title"], german["summary"]) == ("Retry", "The request is sent again, see 0002-b.")
    assert (english["title"], english["summary"]) == ("Retry", "The request is sent again, see Alpha.")


def test_a_changed_catalog_changes_what_shows_it_and_nothing_else(make_project, monkeypatch):
    project = project_of(make_project)
    project.write({"other.md": "---\norphan: true\n---\n\n# Other\n\n```{dep-index}\n:number: 2\n```\n"})
    project.build()
    project.write({CATALOG: translated("Nochmal", "Neu.")})
    # Python keeps the catalogs that a process has read.
    monkeypatch.setattr(gettext, "_translations", {})
    built = project.build()
    assert built.read == {"deps/0001-a"}
    assert built.written == {"index", "deps/0001-a", "deps/0002-b"}
    assert "Nochmal" in built.page("index").get_text()
    assert "Neu." in built.page("index").get_text()
    assert built.files == project.build_clean().files
    assert project.build().written == set()

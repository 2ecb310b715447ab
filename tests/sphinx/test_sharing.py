"""A link to a proposal says elsewhere what the proposal is about, and nobody is contradicted."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from tests.sphinx.hostile import SCRIPT, hostile_project, live
from tests.sphinx.project import CONF, Built, proposal

SUMMARY = 'Failed "requests" are <sent> & tried *again*.'
TOLD = "Failed \u201crequests\u201d are <sent> & tried again."
PAGE = proposal("Retry", summary=SUMMARY.replace("<", "\\<"))


def tags(built: Built, docname: str) -> list[tuple[str, str]]:
    """The metadata of a page that others read, in order."""
    page = BeautifulSoup(built.text(f"{docname}.html"), "html.parser")
    found = [(str(tag.get("name") or tag.get("property")), str(tag["content"])) for tag in page.select("meta[content]")]
    return [item for item in found if item[0] == "description" or item[0].startswith("og:")]


def test_the_summary_is_the_description(make_project):
    built = make_project({"deps/0001-a.md": PAGE, "deps/new.md": proposal("Unnumbered")}).build()
    assert tags(built, "deps/0001-a") == [
        ("description", TOLD),
        ("og:title", "DEP-0001: Retry"),
        ("og:type", "article"),
        ("og:description", TOLD),
    ]
    assert ("og:title", "Unnumbered") in tags(built, "deps/new")
    assert tags(built, "index") == []


def test_a_long_summary_is_cut(make_project):
    built = make_project({"deps/0001-a.md": proposal(summary="word " * 100)}).build()
    (description,) = (text for name, text in tags(built, "deps/0001-a") if name == "description")
    assert len(description) <= 200
    assert description.endswith("word…")


def test_what_the_page_says_of_itself_comes_first(make_project):
    own = '---\nmyst:\n  html_meta:\n    description: Mine\n    "property=og:title": My title\n---\n\n'
    built = make_project({"deps/0001-a.md": own + PAGE}).build()
    assert sorted(tags(built, "deps/0001-a")) == [
        ("description", "Mine"),
        ("og:description", TOLD),
        ("og:title", "My title"),
        ("og:type", "article"),
    ]


@pytest.mark.parametrize("builder", ["singlehtml", "epub"])
def test_books_say_nothing(make_project, builder):
    project = make_project({"deps/0001-a.md": PAGE})
    built = project.build(builder, epub_copyright="us", version="1")
    suffix = "xhtml" if builder == "epub" else "html"
    assert "og:title" not in "".join(file.read_text() for file in built.outdir.rglob(f"*.{suffix}"))


def test_with_sphinxext_opengraph_each_tag_is_there_once(make_project):
    pytest.importorskip("sphinxext.opengraph", reason="sphinxext-opengraph is not installed")
    conf = CONF + 'extensions.append("sphinxext.opengraph")\nogp_site_url = "https://example.org/"\n'
    conf += 'ogp_social_cards = {"enable": False}\n'
    own = '---\n"og:description": Mine\n---\n\n'
    built = make_project({"deps/0001-a.md": PAGE, "deps/0002-b.md": own + PAGE}, conf).build()
    found = tags(built, "deps/0001-a")
    assert len(found) == len({name for name, _text in found})
    assert dict(found)["og:description"] == dict(found)["description"] == TOLD
    assert dict(found)["og:title"] == "DEP-0001: Retry"
    assert dict(tags(built, "deps/0002-b"))["og:description"] == "Mine"


def test_nothing_in_it_acts(tmp_path):
    built = hostile_project(tmp_path).build()
    assert f"A summary with {SCRIPT}." in dict(tags(built, "deps/0001-a")).values()
    assert live(built.text("deps/0001-a.html")) == []

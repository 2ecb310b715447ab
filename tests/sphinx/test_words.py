"""Every word that readers see can be translated, and the translation that ships is complete."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup, Tag

from tests.formats.site import COMPONENTS
from tests.sphinx.project import CONF, Built, Project, one, proposal

ROOT = Path(__file__).parents[2]
CATALOG = ROOT / "sphinxext_dep" / "locale" / "de" / "LC_MESSAGES" / "sphinxext_dep.po"

SAME = {"Status", "Sponsor", "Details", "Atom"}
"""English words that are German ones, too."""


def test_catalogs_follow_the_code():
    """Nothing missing, nothing obsolete, nothing doubtful: ``python .ci/words.py`` brings them up to date."""
    script = ROOT / ".ci" / "words.py"
    if not script.exists():
        pytest.skip("a source distribution has no .ci")
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A site in German: the pages' own words are, and what the extension adds has to be."""
    project = Project(tmp_path_factory.mktemp("german"))
    who = {"authors": "Bettina", "tags": "eins, zwei", "summary": "Das ist kurz."}
    components = re.sub(r":caption: .*", ":caption: Liste", COMPONENTS)
    for english, word in {"# Components": "# Alles", "See": "Siehe", " and ": " und ", "its motivation": "x"}.items():
        components = components.replace(english, word)
    project.write({
        "conf.py": CONF + 'language = "de"\n',
        "index.md": "# Handbuch\n\n```{toctree}\nalle\n```\n\n```{dep-index}\n:toctree:\n```\n",
        "alle.md": components,
        "deps/0001-a.md": proposal("Erster", "Implemented", **who),
        "deps/0002-b.md": proposal("Zweiter", "Approved", extends="1", **who),
        "deps/0003-c.md": proposal("Dritter", "Replaced", replaced_by="2", **who),
        "deps/0004-d.md": proposal("Vierter", "Under Review", **{**who, "review_date": "2020-01-01"}),
        "deps/0005-e.md": proposal("Fünfter", "Rejected", **who),
        "deps/0006-f.md": proposal("Sechster", "Deferred", **who),
        "deps/0007-g.md": proposal("Siebter", "Draft", related="1", **who),
        "deps/wish.md": proposal("Wunsch", "Aproved", **who),
    })  # fmt: skip
    return project.build(dep_fail_on="never")


_SAID = ("title", "aria-label", "alt", "placeholder", "data-label")


def words_of(body: Tag) -> Iterator[str]:
    """What a reader of a page sees and hears: its text, and the attributes that are read out or shown."""
    for tag in body.select('section > section, [lang="en"], code'):
        tag.decompose()  # the prose of the page itself, and what rules say, which is marked as English
    yield from body.stripped_strings
    for tag in body.find_all(True):
        yield from (
            str(tag[name]) for name in ("title", "aria-label", "alt", "placeholder", "data-label") if tag.get(name)
        )
    for box in body.select("[data-registry]"):
        described = json.loads(str(box["data-registry"]))
        yield from described["words"].values()
        for facet in described["facets"]:
            yield from (facet["label"], *facet["names"].values())


def test_no_english_word_is_on_a_german_page(german):
    with CATALOG.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    english = set[str]()
    for message in messages:
        ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
        english |= {text.strip() for text in ids if message.string != text} - SAME
    patterns = {text: re.sub(r"%[sd]|\\\{\w+\\\}", ".+", re.escape(text)) for text in english if re.search(r"\w", text)}
    pages = ["index", "alle", *(f"deps/{file.stem}" for file in (german.outdir / "deps").glob("*.html"))]
    assert len(pages) == 10
    for page in pages:
        for words in words_of(german.page(page)):
            assert [text for text, pattern in patterns.items() if re.search(rf"\b{pattern}(?!\w)", words)] == [], page


def test_a_page_in_german(german):
    page = german.page("deps/0003-c")
    assert one(page, ".dep-status").get_text() == "Ersetzt"
    assert one(page, ".dep-banner-text").get_text(" ", strip=True).startswith("Nicht gültig. Ein anderer Vorschlag ist")
    assert "Verfasst von" in [term.get_text(strip=True).rstrip(":") for term in page.select(".dep-fields > dt")]
    assert [cell.get_text(strip=True) for cell in german.page("index").select("thead th")] == [
        "Nummer", "Titel", "Status", "Kategorie", "Verfasst von"
    ]  # fmt: skip
    assert "überfällig" in german.page("alle").get_text()


def test_addresses_and_data_keep_the_names_that_authors_write(german):
    row = one(german.page("index"), 'tr[data-status="Under Review"]')
    assert one(row, ".dep-badge").get_text() == "In Prüfung"
    described = json.loads(str(one(german.page("index"), "[data-registry]")["data-registry"]))
    (facet,) = (item for item in described["facets"] if item["key"] == "status")
    assert facet["order"][1] == "Under Review"
    assert facet["names"]["Under Review"] == "In Prüfung"
    assert {entry["status"] for entry in german.deps["proposals"]} > {"Under Review", "Approved"}


def test_words_of_the_project_itself_stay_as_they_are(make_project):
    """A process described in other words is in the project's own language already."""
    process = '[statuses.Idee]\nkind = "open"\ncolour = "grey"\n'
    project = make_project({"deps/0001-a.md": proposal("A", "Idee"), "dep.toml": process})
    page = project.build(language="de", dep_fail_on="never").page("deps/0001-a")
    assert one(page, ".dep-status").get_text() == "Idee"


def test_the_language_of_a_build_is_that_of_the_whole_page(make_project):
    """Nothing is left of the language before."""
    project = make_project({"deps/0001-a.md": proposal("A")})
    assert "Entwurf" not in project.build().text("index.html")
    assert "Entwurf" in project.build(language="de").text("index.html")
    assert "Entwurf" not in project.build(language="en").text("index.html")


def test_messages_of_rules_are_marked_as_english(german):
    page = BeautifulSoup(german.text("deps/wish.html"), "html.parser")
    assert "is not a status" in one(page, '.dep-errors [lang="en"]').get_text()

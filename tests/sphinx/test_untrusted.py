"""Whatever a page holds, the build goes on, says what is wrong and where, and lets no markup of it act anywhere."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zipfile

import pytest
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup

from tests.sphinx.hostile import DIRECTIVE, INDEX, SCRIPT, components, hostile_project, live
from tests.sphinx.project import Project, proposal


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Proposals and an index that try to get markup into the output by every way there is."""
    return hostile_project(tmp_path_factory.mktemp("hostile"))


@pytest.mark.parametrize("builder", ["html", "dirhtml", "singlehtml"])
def test_nothing_acts_in_html(hostile, builder):
    built = hostile.build(builder)
    assert built.status == 1
    pages = [name for name in built.files if name.endswith(".html")]
    assert pages
    assert {name: found for name in pages if (found := live(built.text(name)))} == {}
    # It is there, as text: nothing was dropped, either.
    assert SCRIPT in BeautifulSoup(built.text("index.html"), "html.parser").get_text()


def test_nothing_acts_in_a_book(hostile):
    built = hostile.build("epub")
    (file,) = built.outdir.glob("*.epub")
    with zipfile.ZipFile(file) as book:
        pages = {name: book.read(name).decode() for name in book.namelist() if name.endswith(".xhtml")}
    assert {name: found for name, text in pages.items() if (found := live(text))} == {}


def test_latex_has_it_as_text(hostile):
    built = hostile.build("latex")
    (file,) = built.outdir.glob("*.tex")
    text = file.read_text(encoding="utf-8")
    assert re.findall(r"\\(?:href|url|sphinxhref)\{(?:javascript|vbscript|data):", text, re.IGNORECASE) == []
    assert re.findall(r"\\(?:input|write18)\b", text.partition(r"\begin{document}")[2]) == []
    assert r"\textbackslash{}input\{secret\}" in text


def test_manual_pages_and_info_have_it_as_text(hostile):
    (file,) = hostile.build("man").outdir.glob("*.1")
    text = file.read_text(encoding="utf-8")
    assert "alert(1)" in text
    assert re.findall(r"^[.'](?:so|br)\b.*secret|^'br.*", text, re.MULTILINE) == []
    (file,) = hostile.build("texinfo").outdir.glob("*.texi")
    text = file.read_text(encoding="utf-8")
    assert re.findall(r"(?<!@)(?:@@)*@(?:include\b|x\{)", text) == []
    assert "@@include secret" in text


def test_plain_text_has_it_as_it_is(hostile):
    assert "alert(1)" in hostile.build("text").text("deps/0001-a.txt")


def test_xml_has_it_as_text(hostile):
    # XML and gettext keep doctrees of a kind of their own.
    built = hostile.build("xml", fresh=True)
    page = ET.fromstring(built.text("index.xml"))
    assert SCRIPT in "".join(page.itertext())
    assert page.findall(".//script") == []
    assert hostile.build("pseudoxml", fresh=True).status == 1


def test_templates_for_translators_hold_no_metadata(hostile):
    built = hostile.build("gettext", fresh=True)
    with (built.outdir / "deps.pot").open("rb") as template:
        messages = [str(message.id) for message in read_po(template) if message.id]
    assert any(SCRIPT in message for message in messages)  # the prose of the pages
    assert not any("octo" in message or "onmouseover" in message for message in messages if "Retry" not in message)


def test_other_programs_get_it_as_text(hostile):
    """Whatever is written beside the pages: feeds, inventories, indexes of the search."""
    built = hostile.build("html", fresh=True)
    assert {"deps.json", "objects.inv"} <= set(built.files)
    for file in (file for file in built.outdir.rglob("*") if file.suffix in (".xml", ".atom", ".svg")):
        links = [element.attrib.get(key, "") for element in ET.parse(file).iter() for key in _LINKS]
        assert [link for link in links if re.match(r"\s*(?:javascript|vbscript|data):", link, re.IGNORECASE)] == [], (
            file
        )


_LINKS = ("href", "src", "{http://www.w3.org/1999/xlink}href")


def test_every_component_is_tried(hostile):
    """A directive that the hostile pages do not use could let anything through."""
    assert components(hostile) - set(re.findall(r"\{(dep[\w-]*)\}", INDEX + DIRECTIVE)) == set()


def test_the_catalogue_has_no_links_that_run(hostile):
    built = hostile.build()
    for entry in built.deps["proposals"]:
        links = [entry["pull_request"], *entry["implementation"]]
        links += [person["url"] for key in ("authors", "sponsors", "required_reviewers") for person in entry[key]]
        assert all(link.startswith(("http:", "https:", "mailto:")) for link in links if link)


def test_yaml_runs_nothing(hostile):
    built = hostile.build()
    assert not list(hostile.root.rglob("executed"))
    found = [item for item in built.warnings if item.startswith("deps/0003-c.md:5:") and "DEP002" in item]
    assert len(found) == 1, built.warnings


def test_every_fault_is_named_with_its_file(hostile):
    built = hostile.build()
    for name in ("deps/0001-a.md", "deps/0002-b.md"):
        codes = {
            item.split("ERROR: ")[1][:6] for item in built.warnings if item.startswith(f"{name}:") and "ERROR" in item
        }
        assert {"DEP201", "DEP202", "DEP205", "DEP206"} <= codes, name


# --- pages that are broken ------------------------------------------------------------------------------------------

BROKEN = {
    "not UTF-8": (b"# Caf\xe9\n\n**Status**: Draft\n", "DEP001", "1:6"),
    "UTF-16": ("# A\n\n**Status**: Draft\n".encode("utf-16"), "DEP001", "1:1"),
    "NUL": (b"# A\n\n**Status**: Dra\x00ft\n", "DEP001", "3:16"),
    "empty": (b"", "DEP101", "1:1"),
    "blank": (b"\n\n\n", "DEP101", "1:1"),
    "unclosed fence": (b"# A\n\n```{dep-header}\n:status: Draft\n\n# Summary\n\nx\n", "DEP002", "3:1"),
    "unclosed code": (b"# A\n\n**Status**: Draft\n\n```\n\n# Summary\n", "DEP102", "3:1"),
    "unclosed front matter": (b"---\nstatus: Draft\n\n# A\n", None, ""),
    "YAML bomb": (
        b"---\nstatus: Draft\na: &a [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 9)) for n in range(9))
        + b"---\n\n# A\n",
        "DEP002",
        "",
    ),
    "deep YAML": (b"---\nstatus: " + b"[" * 5000 + b"\n---\n\n# A\n", "DEP002", ""),
    "only a BOM": (b"\xef\xbb\xbf", "DEP101", "1:1"),
    "lone surrogate": (b"# A \xed\xa0\x80\n", "DEP001", "1:5"),
}


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("suffix", ["md", "rst"])
def test_a_broken_page_is_reported_and_the_build_goes_on(make_project, case, suffix):
    content, code, place = BROKEN[case]
    if suffix == "rst" and code not in ("DEP001", "DEP101"):
        pytest.skip("it is not broken in reStructuredText, or in another way")
    project = make_project({f"deps/0007-bad.{suffix}": content, "deps/0001-good.md": proposal("Good")})
    for built in (project.build(), project.build()):
        assert built.status == 1
        entries = {entry["number"]: entry for entry in built.deps["proposals"]}
        assert entries.keys() == {1, 7}
        assert entries[1]["valid"]
        assert not entries[7]["valid"]
        ours = [item for item in built.warnings if "ERROR: DEP" in item]
        assert ours
        assert all(item.startswith(f"deps/0007-bad.{suffix}:") for item in ours)
        if code:
            assert any(item.startswith(f"deps/0007-bad.{suffix}:{place}") and code in item for item in ours), ours
        assert "DEP-0007" in built.page("index").get_text()
        assert "Good" in built.page("index").get_text()


def test_a_broken_page_that_is_mended_is_a_page(make_project):
    project = make_project({"deps/0007-a.md": b"# \xff\n"})
    assert not (project.build().outdir / "deps/0007-a.html").exists()
    project.write({"deps/0007-a.md": proposal("Mended")})
    built = project.build()
    assert (built.status, built.warnings) == (0, [])
    assert built.page("index").select_one('a[href="deps/0007-a.html"]')
    project.write({"deps/0007-a.md": b"# \xff\n"})
    built = project.build()
    assert built.status == 1
    assert [entry["url"] for entry in built.deps["proposals"]] == [None]
    assert built.page("index").select_one('a[href="deps/0007-a.html"]') is None
    # Nothing that Sphinx knew of it is left to be shown anywhere.
    assert "deps/0007-a" not in {*built.app.env.titles, *built.app.env.tocs, *built.app.env.all_docs}


def test_a_page_that_cannot_be_opened(make_project):
    project = make_project({"deps/0001-a.md": proposal("A")})
    (project.src / "deps" / "0002-b.md").symlink_to(project.src / "gone.md")
    built = project.build()
    # Sphinx does not count a link to nothing among its files.
    assert [entry["number"] for entry in built.deps["proposals"]] in ([1], [1, 2])
    assert "A" in built.page("index").get_text()


def test_control_characters_and_direction_do_not_disguise(make_project):
    """A name that a bidirectional override turns round is shown as it is read in every other place."""
    title = "Harm\u202eelbisrever\u202c \x1b[31mred\x07"
    page = (
        f"# {title}\n\n**Status**: Dra\u200bft\n\n**Authors**: Ada\u202e\n\n**Category**: Process\n\n# Summary\n\nx\n"
    )
    built = make_project({"deps/0001-a.md": page}).build()
    assert built.status == 1
    # The terminal is not ours to command.
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "\n".join(built.warnings))
    assert any("deps/0001-a.md:3:" in item and "DEP201" in item for item in built.warnings)


# --- pages that are huge --------------------------------------------------------------------------------------------


def test_thousands_of_fields(make_project):
    fields = "".join(f"**Field {number}**: value\n\n" for number in range(3_000))
    page = f"# A\n\n**Status**: Draft\n\n**Authors**: Ada\n\n**Category**: Process\n\n{fields}# Summary\n\nx\n"
    built = make_project({"deps/0001-a.md": page}).build()
    assert built.status == 1
    assert built.codes.count("DEP103") == 3_000
    assert len(built.page("deps/0001-a").select("dl.dep-fields > dt")) == 3_002


def test_a_page_of_ten_megabytes(make_project):
    page = proposal("Long") + "\nlorem ipsum\n" * 100 + "\n<!--\n" + "x" * (10 * 1024 * 1024) + "\n-->\n"
    built = make_project({"deps/0001-long.md": page, "deps/0002-b.md": proposal("B")}).build()
    assert built.status == 1
    (found,) = [item for item in built.warnings if "DEP" in item]
    assert found.startswith("deps/0001-long.md:1:1: ERROR: DEP001 the page is too large to be a proposal")
    assert [entry["number"] for entry in built.deps["proposals"]] == [1, 2]


def test_long_lines(make_project):
    values = {"Status": "x " * 50_000, "Authors": "@a, " * 1_000, "Category": "*" * 100_000, "Tags": "<" * 100_000}
    page = "# A\n\n" + "".join(f"**{label}**: {value}\n\n" for label, value in values.items())
    built = make_project({"deps/0001-a.md": page}).build()
    assert built.status == 1
    # What is quoted is quoted in part.
    assert all(len(item) < 2_000 for item in built.warnings)

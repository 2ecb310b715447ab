"""Whatever a page holds, the build goes on, says what is wrong and where, and lets no markup of it act anywhere."""

from __future__ import annotations

import re
import zipfile

import pytest
from bs4 import BeautifulSoup

from tests.sphinx.project import CONF, Project, proposal, to_rst

SCRIPT = "<script>alert(1)</script>"
ATTRIBUTE = "\" onmouseover='alert(1)' x=\""
IMAGE = "<img src=x onerror=alert(1)>"

BLOCK = f"""\
# Retry {SCRIPT} {IMAGE} ok

**Status**: {SCRIPT}{ATTRIBUTE}

**Authors**: {SCRIPT}, [Ada{ATTRIBUTE}](javascript:alert(1)), @octo{ATTRIBUTE}, [Bea](data:text/html,{SCRIPT})

**Category**: {IMAGE}{ATTRIBUTE}

**Review Date**: {SCRIPT}

**Pull Request**: [x](javascript:alert(1)), vbscript:alert(1)

**Implementation**: <javascript:alert(1)> https://example.org/{ATTRIBUTE}

**Extends**: {SCRIPT}, [DEP-1](javascript:alert(1))

**{IMAGE}**: {SCRIPT}

# Summary

A summary with `{SCRIPT}`.
"""
DIRECTIVE = f"""\
# Retry & 'more' "{ATTRIBUTE}"

```{{dep-header}}
:status: '{SCRIPT}'
:authors: '{IMAGE}, <javascript:alert(1)>, [x](javascript:alert(1))'
:category: '{ATTRIBUTE}'
:pull-request: 'JavaScript:alert(1)'
:implementation: " java\\tscript:alert(1), data:text/html;base64,PHNjcmlwdD4="
:tags: '{SCRIPT}, {IMAGE}'
:replaces: '{SCRIPT}'
```

# Summary

\\{SCRIPT}
"""
FRONT_MATTER = f"""\
---
dep: 3
status: "{SCRIPT}"
authors: ["{IMAGE}", {{name: x}}]
category: !!python/object/apply:os.system ["touch executed"]
title: "{SCRIPT}"
---

# Third

# Summary

x
"""
INDEX = f"""\
# Docs

```{{dep-status}}
```

```{{dep-index}}
:toctree:
:caption: '{SCRIPT}{IMAGE}'
:columns: number, title, status, category, authors, pull-request, implementation, tags, extends, replaces
:group-by: category
```

```{{dep-index}}
:format: cards
:group-by: status
:caption: '{SCRIPT}'
```

```{{dep-index}}
:format: list
:status: draft
:empty: '{SCRIPT}'
```

```{{dep-status}} 1, 2, {SCRIPT}
```

{{dep}}`1` {{dep}}`{SCRIPT} <2>` [](dep:2)
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Proposals and an index that try to get markup into the output by every way there is."""
    project = Project(tmp_path_factory.mktemp("hostile"))
    project.write({
        "conf.py": CONF + "epub_copyright = 'us'\nversion = '1'\n",
        "index.md": INDEX,
        "deps/0001-a.md": BLOCK,
        "deps/0002-b.md": DIRECTIVE,
        "deps/0003-c.md": FRONT_MATTER,
        "deps/0004-d.rst": to_rst(proposal(SCRIPT + IMAGE, SCRIPT)),
    })  # fmt: skip
    return project


def live(html: str) -> list[str]:
    """What would act in a page: scripts that are not the theme's, handlers, links that run."""
    soup = BeautifulSoup(html, "html.parser")
    scripts = [tag for tag in soup.find_all("script") if not str(tag.get("src", "")).startswith(("_static", "../_sta"))]
    found = [str(tag) for tag in scripts if "alert" in str(tag)]
    for tag in soup.find_all(True):
        found += [f"{tag.name} {name}" for name in tag.attrs if name.startswith("on")]
        for name in ("href", "src", "xlink:href", "action", "formaction"):
            value = re.sub(r"[\s\x00-\x1f]", "", str(tag.get(name, ""))).lower()
            if value.startswith(("javascript:", "vbscript:", "data:text", "data:application")):
                found.append(f"{tag.name} {value}")
        if tag.name in ("img", "iframe", "object", "embed", "base", "form") and tag.get("src") == "x":
            found.append(str(tag))
    return found


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


def test_latex_and_manual_pages_have_it_as_text(hostile):
    built = hostile.build("latex")
    (file,) = built.outdir.glob("*.tex")
    text = file.read_text(encoding="utf-8")
    assert re.findall(r"\\(?:href|url|sphinxhref)\{(?:javascript|vbscript|data):", text, re.IGNORECASE) == []
    (file,) = hostile.build("man").outdir.glob("*.1")
    assert "alert(1)" in file.read_text(encoding="utf-8")
    assert "alert(1)" in hostile.build("text").text("deps/0001-a.txt")


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

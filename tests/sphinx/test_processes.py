"""Several processes in one build: each directory has a ``dep.toml`` of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.history.repo import Repo
from tests.sphinx.project import CONF, Built, Project, one, proposal

DEP = 'sources = ["*.md"]\nspellings = ["directive", "block"]\n'
KEP = """\
base = "empty"
prefix = "KEP"
sources = ["*.md", "*.rst"]
exclude = ["index.md"]
spellings = ["directive", "front-matter"]

[fields.status]
type = "status"

[fields.owner]
type = "people"

[fields.due]
type = "date"

[statuses.Provisional]
kind = "open"
colour = "blue"

[statuses.Implementable]
kind = "decided"
colour = "green"
"""
INDEX = """\
# Docs

```{dep-index}
:toctree:
:caption: All DEPs
```

```{dep-index}
:process: KEP
:owner: ada
:caption: Those of Ada
```

```{toctree}
keps/index
```

```{dep-status}
```

```{dep-status}
:process: kep
```

```{dep-people}
:process: KEP
```

{dep}`1`, {dep}`KEP-1`, {dep}`all <kep 0002>`, {dep-status}`KEP-2`, [](dep:KEP-1), <dep:DEP-1>,
{dep}`KEP-unnumbered`, {any}`KEP-2`.
"""
KEP_INDEX = """\
# KEPs

```{dep-index}
:toctree:
```

{dep}`1` and {dep}`DEP-2#motivation`.
"""


BLOCK = """\
# Block

**Status**: Draft

**Authors**: @ada

**Category**: Architecture

## Summary

S.

## Motivation

M.

## Proposal

P.

## Alternate Solutions

A.
"""
RST = """\
Drain
=====

.. dep-header::
   :status: Implementable
   :owner: @bob

Goals
-----

:dep:`1`, :dep:`DEP-1`.
"""


def kep(title: str, status: str, body: str = "") -> str:
    """A KEP, with front matter."""
    return f"---\nstatus: {status}\nowner: '@ada'\n---\n\n# {title}\n\n## Goals\n\nGo.\n{body}"


FILES = {
    "dep.toml": 'processes = ["deps/dep.toml", "keps/dep.toml"]\n',
    "index.md": INDEX,
    "deps/dep.toml": DEP,
    "deps/0001-retry.md": proposal("Retry", body="\nAs {dep}`2` and {dep}`KEP-2`.\n"),
    "deps/0002-block.md": BLOCK,
    "keps/dep.toml": KEP,
    "keps/index.md": KEP_INDEX,
    "keps/0001-scale.md": kep("Scale", "Provisional", "\nSee {dep}`2` and {dep}`DEP-1`.\n"),
    "keps/0002-rst.rst": RST,
    "keps/unnumbered.md": kep("Unnumbered", "Provisional"),
}  # fmt: skip
OTHER_CONF = f'{CONF}html_baseurl = "https://example.org/"\ndep_feed = True\nproject = "Site"\n'


@pytest.fixture
def project(make_project: Callable[..., Project]) -> Project:
    """A project of two processes."""
    return make_project(FILES, OTHER_CONF)


def links(built: Built, docname: str) -> list[tuple[str, str]]:
    """Text and address of the links in the paragraphs of a page that lead to proposals and people."""
    found = built.page(docname).select("p a.reference.internal, p .dep-hover a")
    return list(dict.fromkeys((" ".join(link.get_text().split()), str(link["href"])) for link in found))


def test_pages_references_and_files(project: Project) -> None:
    built = project.build(parallel=2)
    assert built.warnings == []
    assert built.status == 0
    # Each list shows the proposals of one process, with its fields and statuses.
    tables = [
        [row.get_text(" ", strip=True) for row in table.select("tr")] for table in built.page("index").select("table")
    ]
    assert tables == [
        ["Number Title Status Category Authors", "DEP-0002 Block Draft Architecture ada",
         "DEP-0001 Retry Draft Architecture Ada Lovelace"],
        ["Number Title Status Owner", "unnumbered Unnumbered Provisional ada", "KEP-0001 Scale Provisional ada"],
    ]  # fmt: skip
    assert len(built.page("keps/index").select("tbody tr")) == 3
    shown = links(built, "index")
    # A number or slug is one of the page's own process; a prefix names another.
    for text, address in (
        ("DEP-0001 (Draft)", "deps/0001-retry.html"),
        ("KEP-0001 (Provisional)", "keps/0001-scale.html"),
        ("all", "keps/0002-rst.html"),
        ("Implementable", "keps/0002-rst.html"),
        ("unnumbered (Provisional)", "keps/unnumbered.html"),
        ("KEP-0002", "keps/0002-rst.html"),
        ("Draft 2", "?status=Draft#dep-registry"),
        ("Provisional 2", "keps/index.html?status=Provisional#dep-registry"),
    ):
        assert (text, address) in shown, text
    assert ("KEP-0001 (Provisional)", "0001-scale.html") in links(built, "keps/index")
    assert ("DEP-0002 (Draft)", "../deps/0002-block.html#motivation") in links(built, "keps/index")
    assert ("bob", "../index.html#person-bob") in links(built, "keps/0002-rst")
    assert ("KEP-0001 (Provisional)", "0001-scale.html") in links(built, "keps/0002-rst")
    assert ("KEP-0002", "../keps/0002-rst.html") in links(built, "deps/0001-retry")
    assert ("KEP-0002", "0002-rst.html") in links(built, "keps/0001-scale")
    # Pages have the labels and the badges of their own process.
    assert "KEP-0001" in one(built.page("keps/0001-scale"), "h1").get_text()
    assert '"Provisional"' in built.text("_static/sphinxext_dep_status.css")
    assert "<title>KEP-0001: Scale" in built.text("keps/0001-scale.html")
    # What is published of the first process is where it was; that of others is in directories of their own.
    assert [item["label"] for item in built.deps["proposals"]] == ["DEP-0001", "DEP-0002"]
    keps = json.loads(built.text("kep/deps.json"))
    assert [item["label"] for item in keps["proposals"]] == ["KEP-0001", "KEP-0002", "unnumbered"]
    assert keps["proposals"][0]["url"] == "keps/0001-scale.html"
    assert "(https://example.org/_sources/keps/0001-scale.md.txt)" in built.text("kep/llms.txt")
    assert "Scale" not in built.text("llms.txt")
    assert (built.outdir / "kep/deps.atom").is_file()
    head = built.text("keps/0001-scale.html").partition("</head>")[0]
    assert 'title="Site: proposals" href="../deps.atom"' in head
    assert 'title="Site KEP: proposals" href="../kep/deps.atom"' in head
    names = built.app.env.domains["dep"].get_objects()
    assert {"1", "2", "KEP-1", "KEP-2", "KEP-unnumbered", "retry", "KEP-scale"} <= {name for name, *_ in names}


def test_an_incremental_build_is_a_clean_one(project: Project) -> None:
    project.build()
    assert project.build().written == set()
    project.edit("keps/0001-scale.md", "Provisional", "Implementable")
    built = project.build(parallel=2)
    assert built.read == {"keps/0001-scale"}
    # All that show it; DEP-0002 shows no KEP.
    assert built.written == {"index", "keps/index", "keps/0001-scale", "keps/0002-rst"}
    clean = project.build_clean()
    assert _comparable(built) == _comparable(clean)
    # Another process: pages have other labels.
    project.edit("keps/dep.toml", 'prefix = "KEP"', 'prefix = "XEP"')
    for name, old in (("index.md", "KEP"), ("index.md", "kep "), ("index.md", "kep\n"), ("deps/0001-retry.md", "KEP")):
        project.edit(name, old, old.replace("KEP", "XEP").replace("kep", "XEP"))
    built, clean = project.build(), project.build_clean()
    assert (built.status, built.warnings) == (0, clean.warnings) == (0, [])
    assert "XEP-0001" in built.page("keps/index").get_text()
    # The old directory stays, as Sphinx leaves files of pages that are gone.
    shown = {name: text for name, text in _comparable(built).items() if not name.startswith("kep/")}
    assert shown == _comparable(clean)


def _comparable(built: Built) -> dict[str, bytes]:
    return {name: text for name, text in built.files.items() if not name.endswith((".inv", ".txt"))}


def test_branches_history_and_code(tmp_path: Path) -> None:
    """What git knows of each process: also where two files have the same path below their own directories."""
    repo = Repo(tmp_path / "repo" / "src")
    settings = '\nmentions = ["code/**"]\n\n[unmerged]\nrefs = ["refs/heads/*"]\nbase = "main"\nmax-age = 0\n'
    only = "\n```{dep-index}\n:unmerged: only\n"
    lists = f"{only}```\n{only}:process: KEP\n```\n\n{{dep}}`KEP-drain-more`\n"
    repo.commit({**FILES, "conf.py": CONF, "dep.toml": FILES["dep.toml"] + settings, "index.md": INDEX + lists,
                 "code/a.py": "# As KEP-1 and DEP-1 say.\n"})  # fmt: skip
    repo.git("switch", "-q", "-c", "more")
    body = "\n{dep}`KEP-2`, {dep}`1`\n"
    repo.commit(
        {
            "deps/NNNN-more.md": proposal("More DEP", body=body),
            "keps/NNNN-more.md": kep("More KEP", "Provisional", body),
        }
    )
    repo.git("switch", "-q", "-c", "drain", "main")
    repo.commit({"keps/drain-more.md": kep("Drain more", "Provisional")})
    repo.git("switch", "-q", "main")
    project = object.__new__(Project)
    project.root, project.src = repo.top.parent, repo.top
    built = project.build()
    assert (built.status, built.warnings) == (0, [])
    tables = [table.get_text(" ", strip=True) for table in built.page("index").select("table")[2:]]
    assert [("More DEP" in text, "More KEP" in text, "Drain more" in text) for text in tables] == [
        (True, False, False), (False, True, True),
    ]  # fmt: skip
    for name, own in (("more-", "deps/0001-retry"), ("KEP-more-", "keps/0001-scale")):
        (page,) = (built.outdir / "unmerged").glob(f"{name}*.html")
        text = page.read_text(encoding="utf-8")
        assert f'href="../{own}.html"' in text
        assert 'href="../keps/0002-rst.html"' in text
    for name in ("keps/0001-scale", "deps/0001-retry"):
        text = built.page(name).get_text()
        assert ("Created" in text, "code/a.py" in text) == (True, True)
    assert project.build().written == set()


@pytest.mark.parametrize("builder", ["singlehtml", "text"])
def test_other_builders(project: Project, builder: str) -> None:
    built = project.build(builder)
    assert (built.status, built.warnings) == (0, [])
    suffix = "html" if builder == "singlehtml" else "txt"
    text = "".join(file.read_text(encoding="utf-8") for file in sorted(built.outdir.rglob(f"*.{suffix}")))
    for words in ("KEP-0001", "Implementable", "DEP-0002", "Retry", "Drain"):
        assert words in text


def test_what_is_wrong_is_reported_once_in_its_own_process(project: Project) -> None:
    project.write({
        "keps/0003-bad.md": kep("Bad", "Draft", "\n{dep}`9`, {dep}`DEP-9`, {dep}`nothing`.\n"),
        "keps/0001-twice.md": kep("Twice", "Provisional"),
        "deps/0003-wrong.md": proposal("Wrong", status="Provisional", body="\n{dep}`KEP-7`.\n"),
        "more.md": "---\norphan: true\n---\n\n# More\n\n```{dep-index}\n:process: KAP\n```\n\n"
        "```{dep-index}\n:process: KEP\n:category: Architecture\n```\n\n"
        "```{dep-index}\n:process: kep\n:status: Draft\n```\n",
    })  # fmt: skip
    built = project.build()
    assert built.status == 1
    found = sorted(line.replace("ERROR: ", "").partition(";")[0] for line in built.warnings)
    assert found == [
        "deps/0003-wrong.md:29:1: DEP402 there is no proposal `KEP-0007`",
        "deps/0003-wrong.md:4:10: DEP201 `Provisional` is not a status",
        "keps/0001-scale.md:1:1: DEP401 KEP-0001 is also the number of `0001-twice.md`",
        "keps/0001-twice.md:1:1: DEP401 KEP-0001 is also the number of `0001-scale.md`",
        "keps/0003-bad.md:12:1: DEP402 there is no proposal `DEP-0009`",
        "keps/0003-bad.md:12:1: DEP402 there is no proposal `KEP-0009`",
        "keps/0003-bad.md:12:1: DEP402 there is no proposal `nothing`",
        "keps/0003-bad.md:2:9: DEP201 `Draft` is not a status",
        "more.md:13:12: DEP006 there is no field 'category'",
        "more.md:18:10: DEP006 'Draft' is not a status",
        "more.md:8:11: DEP006 there is no process `KAP`",
    ]
    assert "11 errors in 4 proposals and 1 other page" in built.log


def test_one_process_has_no_such_option(make_project: Callable[..., Project]) -> None:
    field = '[fields.process]\ntype = "text"\n'
    project = make_project({
        "dep.toml": field,
        "deps/0001-a.md": proposal("A").replace(":category:", ":process: KEP\n:category:"),
        "index.md": "# Docs\n\n```{dep-index}\n:process: KEP\n```\n\n```{toctree}\ndeps/0001-a\n```\n",
    })  # fmt: skip
    built = project.build()
    assert "A" in one(built.page("index"), "tbody").get_text()

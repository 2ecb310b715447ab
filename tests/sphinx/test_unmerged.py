"""Proposals on branches in a build: rows of an index, and pages that anyone may have written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from bs4 import BeautifulSoup
from sphinx.writers.html5 import HTML5Translator

from tests.history.repo import Repo
from tests.sphinx.hostile import live
from tests.sphinx.project import CONF, Project, one, proposal, to_rst

TOML = """
[unmerged]
refs = ["refs/heads/*", "refs/pull/*/head"]
base = "main"
max-age = 0
pull-request-url = "https://example.org/pull/{number}"
"""
INDEX = "# Docs\n\n```{dep-index}\n:unmerged: UNMERGED\n:columns: number, title, status\n```\n"
PLAIN = "# Home\n\n```{dep-index}\n:toctree:\n```\n\n```{toctree}\nall\n```\n"
HOSTILE = """\
# Escape

**Status**: Draft

**Authors**: @octo

# Summary

<script>alert(1)</script> <img src=x onerror=alert(1)>

```{include} /etc/passwd
```

```{include} ../conf.py
```

```{literalinclude} ../conf.py
```

```{raw} html
<script>alert(2)</script>
```

```{csv-table}
:file: ../conf.py
```

```{eval-rst}
.. raw:: html

   <script>alert(3)</script>

.. include:: ../conf.py
.. meta::
   :http-equiv=refresh: 0; url=https://evil.example
```

```{dep-index}
```

[run](javascript:alert(4)) [file](file:///etc/passwd) [up](../../conf.py) [web](https://example.org/ok)
{download}`../conf.py` {{ version }} ![local](../conf.py) ![remote](https://evil.example/pixel.png)

```{mermaid}
graph TD
```
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "repo" / "src")
    repo.commit({"conf.py": f"{CONF}version = 'SECRET-OF-CONF'\n", "dep.toml": TOML, "index.md": PLAIN,
                 "all.md": INDEX.replace("UNMERGED", "include"), "deps/0001-one.md": proposal("One")})  # fmt: skip
    return repo


def branch(repo: Repo, number: int, files: dict[str, str | bytes]) -> None:
    repo.git("switch", "-q", "-c", f"work{number}")
    commit = repo.commit(files)
    repo.git("switch", "-q", "main")
    repo.git("update-ref", f"refs/pull/{number}/head", commit)


def project(repo: Repo) -> Project:
    made = object.__new__(Project)
    made.root, made.src = repo.top.parent, repo.top
    return made


def draft_page(outdir: Path, name: str) -> Any:
    (file,) = (outdir / "unmerged").glob(f"*{name}*.html")
    return BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")


def rows(built, page: str = "all") -> list[list[str]]:
    table = built.page(page).select_one("table")
    return [[cell.get_text(" ", strip=True) for cell in row.select("td")] for row in table.select("tbody tr")]


def test_rows_of_an_index(repo: Repo) -> None:
    branch(repo, 7, {"deps/NNNN-retry.md": proposal("Retry later", "Under Review")})
    built = project(repo).build()
    assert (built.status, built.warnings) == (0, [])
    assert rows(built) == [["retry", "Retry later , pull/7", "Under Review"], ["DEP-0001", "One", "Draft"]]
    links = [str(tag["href"]) for tag in built.page("all").select("tbody tr:first-child a")]
    assert links[0].startswith("unmerged/")
    assert "https://example.org/pull/7" in links
    # Pages that do not ask for them show what they always did.
    assert "Retry later" not in built.text("index.html")


@pytest.mark.parametrize("choice", ["include", "only"])
def test_the_last_changed_draft_is_first(repo: Repo, choice: str) -> None:
    for number, title in ((7, "Nine"), (8, "Early"), (9, "Last")):
        branch(repo, number, {f"deps/00{12 if title == 'Nine' else 10}-{title.lower()}.md": proposal(title)})
    repo.write({"all.md": INDEX.replace("UNMERGED", choice)})
    built = project(repo).build()
    assert [row[1].split()[0] for row in rows(built)][:3] == ["Last", "Early", "Nine"]
    box = one(built.page("all"), "[data-registry]")
    assert json.loads(str(box["data-registry"]))["words"]["listed"] == "Last changed ↓"


@pytest.mark.parametrize(("choice", "count"), [("exclude", 1), ("include", 2), ("only", 1)])
def test_the_option(repo: Repo, choice: str, count: int) -> None:
    branch(repo, 7, {"deps/NNNN-retry.md": proposal("Retry later")})
    repo.write({"all.md": INDEX.replace("UNMERGED", choice)})
    built = project(repo).build()
    assert len(rows(built)) == count
    assert ("Retry later" in built.text("all.html")) == (choice != "exclude")


def test_without_a_table_in_the_configuration(repo: Repo) -> None:
    repo.write({"dep.toml": ""})
    built = project(repo).build(dep_fail_on="never")
    assert any("does not say which branches" in line for line in built.warnings)


def test_the_page_of_a_draft(repo: Repo) -> None:
    text = proposal("Retry later", "Under Review") + "\n![a](p.png)\n\n> [!NOTE]\n> x\n"
    branch(repo, 7, {"deps/NNNN-retry.md": text, "deps/p.png": b"\x89PNG\r\n", "deps/more.md": "# More\n"})
    built = project(repo).build(html_theme="basic")
    page = draft_page(built.outdir, "retry")
    shown = page.select_one(".dep-unmerged").get_text(" ", strip=True)
    for words in ("Not merged", "pull request 7", "last changed on"):
        assert words in shown
    assert page.select_one('meta[name="robots"]')["content"] == "noindex"
    assert page.select_one("h1").get_text().rstrip("¶") == "Retry later"
    assert "Retry three times." in page.get_text()
    image = page.select_one("img")
    assert (built.outdir / "unmerged" / image["src"]).read_bytes() == b"\x89PNG\r\n"
    assert "unmerged" not in built.text("searchindex.js")


def test_the_page_of_a_draft_has_its_style_sheet(repo: Repo) -> None:
    """Also in a project without badges in its navigation, for which every page links it."""
    branch(repo, 7, {"deps/NNNN-retry.md": proposal("Retry later")})
    repo.write({"index.md": "# Home\n\n```{toctree}\nplain\n```\n", "all.md": "", "plain.md": "# Plain\n",
                "deps/0001-one.md": "---\norphan: true\n---\n" + proposal("One")})  # fmt: skip
    (repo.top / "all.md").unlink()
    built = project(repo).build()
    assert (built.status, built.warnings) == (0, [])
    assert "sphinxext_dep.css" not in built.text("plain.html")
    assert draft_page(built.outdir, "retry").select_one('link[href*="sphinxext_dep.css"]')


def test_the_banner_of_a_draft(repo: Repo) -> None:
    """It is in the page's own, as harmless as the rest of the text; alerts are admonitions."""
    banner = (
        "> [!WARNING]\n> **Status**: Under Review — <script>alert(1)</script> [run](javascript:alert(2)) *soon*.\n"
        ">\n> ```{include} ../conf.py\n> ```\n"
    )
    text = proposal("Retry later", "Under Review").replace("```{dep-header}", f"{banner}\n```{{dep-header}}", 1)
    branch(repo, 7, {"deps/NNNN-retry.md": text.replace("Networks fail.", "> [!TIP]\n> Networks fail.")})
    page = draft_page(project(repo).build().outdir, "retry")
    (remark,) = page.select(".dep-unmerged .dep-banner-remark")
    assert remark.select_one("em").get_text() == "soon"
    assert live(str(page)) == []
    assert not remark.select("a, script")
    assert "SECRET-OF-CONF" not in page.get_text()
    assert [" ".join(box.get_text().split()) for box in page.select(".admonition.tip")] == ["Tip Networks fail."]
    assert "[!" not in page.get_text()


def test_what_a_draft_changes(repo: Repo) -> None:
    branch(repo, 8, {"deps/0001-one.md": proposal("One, better")})
    built = project(repo).build()
    page = draft_page(built.outdir, "one")
    assert "It changes deps/0001-one.md." in page.get_text()
    assert "+# One, better" in page.select_one("#changes").get_text()


@pytest.mark.parametrize("suffix", [".md", ".rst"])
def test_hostile_text(repo: Repo, suffix: str) -> None:
    rst = HOSTILE.replace("```{eval-rst}\n", "").replace("# Escape", "Escape\n======") + (
        "\n.. literalinclude:: ../conf.py\n\n.. include:: ../conf.py\n\n.. csv-table::\n   :file: ../conf.py\n\n"
        ".. raw:: html\n\n   <script>alert(5)</script>\n\n.. |x| replace:: y\n\n:download:`../conf.py`\n"
    )
    clean = project(repo).build()
    branch(repo, 9, {f"deps/NNNN-escape{suffix}": HOSTILE if suffix == ".md" else rst})
    built = project(repo).build()
    assert (built.status, built.warnings) == (clean.status, clean.warnings)
    page = draft_page(built.outdir, "escape")
    assert live(str(page)) == []
    assert "SECRET-OF-CONF" not in str(page.select_one('[role="main"]') or page.body)
    assert "root:" not in page.get_text()
    assert not page.select("meta[http-equiv=refresh], main script, .body script")
    hrefs = {tag.get("href", "") for tag in page.select(".body a, main a")}
    assert "https://example.org/ok" in hrefs
    assert not any(href.startswith(("file:", "javascript:")) or "conf.py" in href for href in hrefs)
    assert not any("evil.example" in str(tag.get("src")) for tag in page.select("img"))


INCLUDES = {
    ".md": "# A\n\n**Status**: Draft\n\n```{include} FILE\n```\n\n```{csv-table}\n:file: FILE\n```\n",
    ".rst": "A\n=\n\n**Status**: Draft\n\n.. include:: FILE\n\n.. csv-table::\n   :file: FILE\n",
}


@pytest.mark.parametrize("suffix", INCLUDES)
def test_a_draft_reads_no_file(repo: Repo, tmp_path: Path, suffix: str) -> None:
    """Also one that is there, by its whole path: the guard is not that a file is not found."""
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP SECRET\n", encoding="utf-8")
    branch(repo, 9, {f"deps/NNNN-a{suffix}": INCLUDES[suffix].replace("FILE", str(secret))})
    page = draft_page(project(repo).build().outdir, "-a-")
    assert "TOP SECRET" not in page.get_text()
    # The rest of the page was read: what was refused is its source.
    shown = " ".join(block.get_text() for block in page.select("pre"))
    assert shown.count(str(secret)) == 2
    assert "include" in shown
    assert "csv-table" in shown


WRITTEN = {
    ".md": (
        "{term}`word`", "{download}`x.txt`", "{doc}`/index`", "```{mermaid}\ngraph TD\n```", "<b onclick=x>",
        "```{code-cell} python\nprint(1)\n```", "```{literalinclude} x.py\n:lines: 1\n```", "```{raw} html\n<hr>\n```",
        ":::{dropdown} Words\ninside\n:::",
    ),
    ".rst": (
        ":term:`word`", ":download:`x.txt`", ".. mermaid::\n\n   graph TD", ".. literalinclude:: x.py\n   :lines: 1",
        ".. raw:: html\n\n   <hr>",
    ),
}  # fmt: skip
"""What is not run on a draft's page, and is shown as its source."""
SHOWN = {
    ".md": (
        ("> ```{todo}\n> later\n> ```", "later"), ("```{math}\na = b\n```", "a = b"), ("$c = d$", "c = d"),
        ("[](missing.md)", "missing.md"), ("```{figure} x.png\nCaption.\n```", "Caption."),
        ("```{table} Rows\n| a |\n|---|\n| 1 |\n```", "Rows"), (":::{note}\nHeed.\n:::", "Heed."),
    ),
    ".rst": (
        (".. math:: a = b", "a = b"), (".. figure:: x.png\n\n   Caption.", "Caption."), (":math:`c = d`", "c = d"),
    ),
}  # fmt: skip
"""Text, and what is left of it."""


@pytest.mark.parametrize("suffix", WRITTEN)
def test_nothing_that_an_author_wrote_is_lost(repo: Repo, suffix: str) -> None:
    head = proposal("Retry later")
    head = head if suffix == ".md" else to_rst(head)
    known = ["{dep}`1`", "[](dep:1)", "{dep}`words <DEP-1>`"] if suffix == ".md" else [":dep:`1`", ":dep:`words <1>`"]
    parts = [*WRITTEN[suffix], *(text for text, _words in SHOWN[suffix]), *known, "`{class}`"]
    branch(repo, 7, {f"deps/NNNN-retry{suffix}": head + "\n" + "".join(f"\n{part}\n" for part in parts)})
    conf = CONF.replace('"sphinxext_dep"', '"sphinxext_dep", "sphinx.ext.mathjax", "sphinx_design"')
    repo.write({"conf.py": f"{conf}myst_enable_extensions = ['colon_fence', 'dollarmath', 'substitution']\n"})
    built = project(repo).build()
    assert (built.status, built.warnings) == (0, [])
    page = draft_page(built.outdir, "retry")
    code = [item.get_text().strip() for item in page.select("code, pre")]
    assert [text for text in WRITTEN[suffix] if text not in code] == []
    text = " ".join(page.get_text().split())
    assert [words for _written, words in SHOWN[suffix] if words not in text] == []
    links = [link.get_text() for link in page.select('a[href$="deps/0001-one.html"]') if link.find_parent("p")]
    assert links == (["DEP-0001", "DEP-0001", "words"] if suffix == ".md" else ["DEP-0001", "words"])
    assert "string>" not in text


def test_a_draft_that_cannot_be_rendered_is_shown_as_its_source(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """An extension of the project may expect of a node what Sphinx does with those of its own pages."""

    def fails(*_arguments: object) -> None:
        raise KeyError("number")

    branch(repo, 7, {"deps/NNNN-retry.md": proposal("Retry later") + "\n***\n\none\n"})
    monkeypatch.setattr(HTML5Translator, "visit_transition", fails)
    repo.write({"all.md": "# All\n"})
    built = project(repo).build()
    assert (built.status, built.warnings) == (0, [])
    page = draft_page(built.outdir, "retry")
    assert "***" in page.select_one("pre").get_text()
    assert page.select_one(".dep-unmerged")


def test_sphinx_has_its_directives_back(repo: Repo) -> None:
    branch(repo, 9, {"deps/NNNN-escape.md": HOSTILE})
    repo.write({"all.md": INDEX.replace("UNMERGED", "only") + "\n```{literalinclude} dep.toml\n```\n"})
    project(repo).build()
    repo.write({"all.md": INDEX.replace("UNMERGED", "only") + "\n```{literalinclude} dep.toml\n```\n\nMore.\n"})
    assert project(repo).build().warnings == []


def test_a_ref_that_moves_rewrites_what_shows_it(repo: Repo) -> None:
    made = project(repo)
    made.build()
    assert made.build().written == set()
    branch(repo, 7, {"deps/NNNN-retry.md": proposal("Retry later")})
    built = made.build()
    # Sphinx writes the page of the toctree again as well.
    assert (built.read, built.written) == (set(), {"all", "index"})
    assert made.build().written == set()
    repo.git("update-ref", "-d", "refs/pull/7/head")
    repo.git("branch", "-q", "-D", "work7")
    built = made.build()
    assert built.written == {"all", "index"}
    assert [row[1] for row in rows(built)] == ["One"]
    assert not list((built.outdir / "unmerged").glob("*.html"))


@pytest.mark.parametrize("builder", ["dirhtml", "singlehtml", "latex", "text", "epub"])
def test_other_builders(repo: Repo, builder: str) -> None:
    branch(repo, 7, {"deps/NNNN-retry.md": proposal("Retry later")})
    repo.write({"conf.py": CONF + "epub_copyright = 'us'\nversion = '1'\n"})
    built = project(repo).build(builder)
    assert (built.status, built.warnings) == (0, [])
    if builder == "dirhtml":
        assert list((built.outdir / "unmerged").glob("*/index.html"))


# --- the dashboard, people, references, and headers -------------------------------------------------------------------

STATUS = "# Status\n\n```{dep-status}\n```\n\n```{dep-people}\n```\n\nSee {dep}`retry` and {dep}`the text <retry>`.\n"


def shown(built: Any, page: str) -> Any:
    return built.page(page)


def lines(built: Any, page: str = "all") -> list[str]:
    entries = shown(built, page).select(".dep-dashboard .dep-days > li")
    return [" ".join(entry.get_text(" ", strip=True).split()) for entry in entries]


def test_the_dashboard_begins_with_what_waits_longest_and_the_collisions(repo: Repo) -> None:
    reviewed = proposal("Retry later", "Under Review")
    branch(repo, 6, {"deps/0003-plan.md": proposal("A plan, and nobody is asked")})
    branch(repo, 7, {"deps/0002-retry.md": reviewed})
    branch(repo, 8, {"deps/0002-cache.md": proposal("Cache", "Under Review")})
    branch(repo, 9, {"deps/0001-queue.md": proposal("Queue", "Under Review")})
    merged = proposal("Merged", "Under Review")
    merged = merged.replace("@a, @b", "@a, @b" + "".join(f", @p{number}" for number in range(8)))
    roster = "```{dep-people}\n```\n"
    repo.commit({"all.md": STATUS.replace(roster, ""), "people.md": f"# People\n\n{roster}", "deps/0005-m.md": merged})
    built = project(repo).build()
    assert built.status == 0
    waiting = [" ".join(item.get_text().split()) for item in shown(built, "all").select(".dep-waiting > li")]
    assert waiting[-3:] == [
        "Claimed more than once: DEP-0002, DEP-0001.",
        "Not merged, waits longest for review: Retry later (pull/7), since 2026-01-03.",
        "Who has to review what",
    ]
    lists = {
        caption.get_text(): [" ".join(item.get_text(" ").split()) for item in caption.find_next("ul").find_all("li")]
        for caption in shown(built, "all").select(".dep-caption")
    }
    assert lists["Numbers claimed more than once 2"] == [
        "DEP-0002 Retry later ( pull/7 ), Cache ( pull/8 )",
        "DEP-0001 Queue ( pull/9 ), One (merged)",
    ]
    first, second, _queue = lists["Not merged yet, in review 3"]
    for words in ("2026-01-03 DEP-0002 Retry later", "pull/7", "days for a , b", "begun on 2026-01-03"):
        assert words in first, words
    assert "Cache" in second
    (alone,) = lists["Not merged yet, not in review 1"]
    assert "no reviewer is named" in alone
    # From there, a click leads to the list of people, and another to what waits for one of them.
    people = shown(built, shown(built, "all").select(".dep-waiting a")[-1]["href"].removesuffix(".html"))
    (name,) = [link for link in people.select(".dep-people-page > p a") if link.get_text() == "@a"]
    assert " ".join(name.parent.get_text().split()).startswith("Who has something to review: @a (4), @b (4), @p0 (1)")
    entry = people.select_one(name["href"]).find_next("dd").get_text(" ", strip=True)
    assert "To review, not merged 3 DEP-0002 Retry later Under Review pull/7, since 2026-01-03" in entry


def test_people_have_what_waits_for_them_on_branches(repo: Repo) -> None:
    branch(repo, 7, {"deps/NNNN-retry.md": proposal("Retry later", "Under Review")})
    repo.write({"all.md": STATUS})
    roster = shown(project(repo).build(), "all").select_one(".dep-roster").get_text(" ", strip=True)
    assert "To review, not merged 1" in roster
    assert roster.startswith("@a To review")


def test_a_reference_to_a_draft_says_that_it_is_not_merged(repo: Repo) -> None:
    repo.commit({"all.md": STATUS})
    before = project(repo).build(dep_fail_on="never")
    assert any("retry" in line for line in before.warnings)
    branch(repo, 7, {"deps/NNNN-retry.md": proposal("Retry later")})
    built = project(repo).build()
    assert (built.status, built.warnings) == (0, [])
    links = [tag for tag in shown(built, "all").select("p a") if "not merged" in tag.get_text()]
    assert [link.get_text() for link in links] == ["retry (not merged)", "the text (not merged)"]
    assert all((built.outdir / link["href"]).is_file() for link in links)
    # Two branches with the name are no error: anyone can add one.
    branch(repo, 8, {"deps/NNNN-retry.md": proposal("Another")})
    assert project(repo).build().warnings == []


def test_links_to_drafts_with_a_directory_for_each_page(repo: Repo) -> None:
    text = proposal("Retry later") + "\n![a](p.png)\n"
    branch(repo, 7, {"deps/NNNN-retry.md": text, "deps/p.png": b"\x89PNG\r\n"})
    repo.write({"all.md": STATUS + INDEX.replace("# Docs", "").replace("UNMERGED", "only")})
    built = project(repo).build("dirhtml")
    page: Any = BeautifulSoup((built.outdir / "all" / "index.html").read_text(), "html.parser")
    hrefs = {tag["href"] for tag in page.select("a[href*=unmerged]")}
    assert hrefs
    for href in hrefs:
        assert (built.outdir / "all" / href / "index.html").is_file(), href
    (file,) = (built.outdir / "unmerged").glob("*/index.html")
    image: Any = BeautifulSoup(file.read_text(), "html.parser").select_one("img[src*=_images]")
    assert (file.parent / image["src"]).read_bytes() == b"\x89PNG\r\n"


def test_a_merged_proposal_names_the_branches_that_change_it(repo: Repo) -> None:
    made = project(repo)
    before = made.build().text("deps/0001-one.html")
    assert "pull/8" not in before
    branch(repo, 8, {"deps/0001-one.md": proposal("One, better")})
    built = made.build()
    assert "deps/0001-one" in built.written
    row = shown(built, "deps/0001-one").select_one("dd.dep-field-changed-by")
    assert "pull/8" in row.get_text()
    assert (built.outdir / "deps" / row.select_one("a")["href"]).is_file()


def test_nothing_of_it_without_the_table(repo: Repo) -> None:
    branch(repo, 8, {"deps/0001-one.md": proposal("One, better")})
    repo.write({"dep.toml": "", "all.md": "# Status\n\n```{dep-status}\n```\n"})
    built = project(repo).build()
    assert (built.status, built.warnings) == (0, [])
    assert "erged" not in shown(built, "all").select_one(".dep-dashboard").get_text()
    assert not shown(built, "deps/0001-one").select(".dep-field-changed-by")


def test_deps_json_lists_what_is_not_merged(repo: Repo) -> None:
    assert project(repo).build().deps["unmerged"] == []
    branch(repo, 7, {"deps/0002-retry.md": proposal("Retry later"), "deps/sub/more.md": "# More\n"})
    branch(repo, 8, {"deps/0002-cache.md": proposal("Cache")})
    built = project(repo).build()
    schema = json.loads(built.text("deps.schema.json"))
    jsonschema.Draft202012Validator(schema).validate(built.deps)
    assert [item["number"] for item in built.deps["proposals"]] == [1]
    first, second = built.deps["unmerged"]
    assert (first["ref"], first["pull_request_number"], first["path"]) == ("pull/7", 7, "deps/0002-retry.md")
    assert (first["title"], first["status"], first["number"]) == ("Retry later", "Draft", 2)
    assert first["link"] == "https://example.org/pull/7"
    assert first["refs"] == ["refs/pull/7/head", "refs/heads/work7"]
    assert first["last_commit"]["date"] == "2026-01-02"
    assert first["valid"] is True
    assert "DEP408" in [item["code"] for item in first["diagnostics"]]
    assert (built.outdir / first["url"]).is_file()
    assert second["ref"] == "pull/8"


def test_deps_json_has_an_empty_list_without_the_table(repo: Repo) -> None:
    branch(repo, 7, {"deps/0002-retry.md": proposal("Retry later")})
    repo.write({"dep.toml": "", "all.md": "# Docs\n"})
    assert project(repo).build().deps["unmerged"] == []


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
LINKED = """
[more](more.md#part) [up](../plans/x.md) [code](../src/a.py#L3) [gone](gone.md) [one](0001-one.md) [here](#proposal)
[out](../../../etc/passwd) [root](/src/a.py) ![svg](pic.svg) [script](javascript:alert(1))
"""


@pytest.fixture
def linked(repo: Repo) -> Repo:
    """A branch with a draft, another page, a drawing and code."""
    repo.git("remote", "add", "origin", "https://github.com/org/repo.git")
    text = proposal("Retry later", "Under Review", extends="DEP-1, DEP-77", replaces="cache", body=LINKED)
    more = "# More words\n\n[back](NNNN-retry.md)\n\n<script>alert(1)</script>\n\n## Part\n"
    files: dict[str, str | bytes] = {"deps/NNNN-retry.md": text, "deps/more.md": more, "deps/pic.svg": SVG}
    files |= {"src/a.py": "x\n", "deps/NNNN-cache.md": proposal("Cache")}
    branch(repo, 7, files)
    return repo


def test_companions_have_pages(linked: Repo) -> None:
    linked.git("update-ref", "-d", "refs/heads/work7")
    built = project(linked).build()
    # They are named on the page of the first draft of the branch.
    page, more = draft_page(built.outdir, "cache"), draft_page(built.outdir, "deps-more")
    address = page.select_one('.dep-unmerged a[href*="more"]')["href"]
    assert (built.outdir / "unmerged" / address).is_file()
    assert more.select_one("h1").get_text().rstrip("¶") == "More words"
    assert more.select_one('meta[name="robots"]')["content"] == "noindex"
    words = more.select_one(".dep-unmerged").get_text(" ", strip=True)
    assert "Not merged" in words
    assert "Cache" in words
    assert more.find("a", string="back")["href"].startswith("pull-7-deps-NNNN-retry")
    assert not more.select("section script, .body script, [role=main] script")
    # It goes with the draft.
    linked.git("update-ref", "-d", "refs/pull/7/head")
    project(linked).build()
    assert not list((built.outdir / "unmerged").glob("*.html"))


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_links_of_a_draft(linked: Repo, builder: str) -> None:
    built = project(linked).build(builder)
    tip = linked.git("rev-parse", "refs/pull/7/head")
    (file,) = [item for item in (built.outdir / "unmerged").rglob("*.html") if "retry" in str(item)]
    page = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")
    found = {tag.get_text(): str(tag["href"]) for tag in page.select("[role=main] a[href]:not(.headerlink)")}
    assert found["code"] == f"https://github.com/org/repo/blob/{tip}/src/a.py#L3"
    assert found["root"] == f"https://github.com/org/repo/blob/{tip}/src/a.py"
    for name, start in (("more", "unmerged/pull-7-deps-more"), ("one", "deps/0001-one")):
        target = (file.parent / found[name].partition("#")[0]).resolve()
        assert (target / "index.html" if target.is_dir() else target).is_file(), found[name]
        assert start in target.as_posix()
    assert found["more"].endswith("#part")
    assert found["here"] == "#proposal"
    # Nothing is lost, and nothing leads where there is nothing.
    assert not {"gone", "up", "out", "script"} & found.keys()
    for word in ("gone", "up", "out", "script"):
        assert word in page.get_text()


def test_relations_of_a_draft_are_links(linked: Repo) -> None:
    built = project(linked).build()
    page = draft_page(built.outdir, "retry")
    rows = {row.get_text().rstrip(":"): row.find_next("dd") for row in page.select(".dep-fields dt")}
    assert rows["Extends"].select_one("a")["href"] == "../deps/0001-one.html"
    assert "77" in rows["Extends"].get_text()
    assert rows["Replaces"].select_one("a")["href"].startswith("pull-7-deps-NNNN-cache")
    assert rows["Sponsor"].select_one("a")["href"] == "https://github.com/octo"


def test_a_drawing_is_part_of_the_page_and_no_file(linked: Repo) -> None:
    built = project(linked).build()
    image = draft_page(built.outdir, "retry").select_one('img[alt="svg"]')
    # A browser runs no script in an image, and the address is of no site.
    assert image["src"].startswith("data:image/svg+xml;base64,")
    assert not list(built.outdir.rglob("*.svg"))


def test_drawings_do_not_fill_the_disk(repo: Repo) -> None:
    large = SVG.replace(b"</svg>", b"<!--" + b"x" * 600_000 + b"--></svg>")
    body = "\n![one](pic.svg) ![two](pic.svg) ![three](pic.svg)\n"
    branch(repo, 7, {"deps/NNNN-retry.md": proposal("Retry later", body=body), "deps/pic.svg": large})
    page = draft_page(project(repo).build().outdir, "retry")
    assert [image["alt"] for image in page.select("[role=main] img")] == ["one"]
    assert "three" in page.get_text()


def test_a_reference_to_a_draft_has_a_card(repo: Repo) -> None:
    repo.commit({"all.md": "# All\n\n{dep}`9`\n"})
    branch(repo, 7, {"deps/0009-retry.md": proposal("Retry later", "Under Review")})
    built = project(repo).build()
    card = one(built.page("all"), ".dep-hover-card")
    for words in ("DEP-0009", "Under Review", "not merged", "pull/7", "Retry later", "Failed requests"):
        assert words in card.get_text(" ")
    # Its title may change on the branch.
    repo.git("switch", "-q", "work7")
    commit = repo.commit({"deps/0009-retry.md": proposal("Retry never", "Under Review")})
    repo.git("switch", "-q", "main")
    repo.git("update-ref", "refs/pull/7/head", commit)
    assert "Retry never" in one(project(repo).build().page("all"), ".dep-hover-card").get_text(" ")


def test_the_column_of_pull_requests_needs_no_field(repo: Repo) -> None:
    branch(repo, 7, {"deps/NNNN-retry.md": proposal("Retry later").replace(":pull-request:", ":x:")})
    repo.git("update-ref", "-d", "refs/heads/work7")
    index = INDEX.replace("UNMERGED", "include").replace("number, title, status", "title, pull-request")
    repo.write({"dep.toml": TOML + "[fields.pull-request]\nenabled = false\n", "all.md": index})
    built = project(repo).build()
    assert {title.partition(" ")[0]: url for title, url in rows(built)} == {
        "One": "",
        "Retry": "https://example.org/pull/7",
    }
    assert built.page("all").select_one('tbody a[href="https://example.org/pull/7"]')


def test_feed_and_calendar(repo: Repo) -> None:
    branch(repo, 7, {"deps/NNNN-retry.md": proposal("Retry later", "Under Review", review_date="2026-01-02")})
    repo.git("update-ref", "-d", "refs/heads/work7")
    built = project(repo).build(dep_feed=True, dep_calendar=True, html_baseurl="https://docs.example.org/")
    feed, calendar = built.text("deps.atom"), (built.outdir / "deps.ics").read_text(encoding="utf-8")
    assert "retry Retry later (pull/7): proposed, not merged" in feed
    assert "retry Retry later (pull/7): review is due" in feed
    (file,) = (built.outdir / "unmerged").glob("*retry*.html")
    assert f'href="https://docs.example.org/unmerged/{file.name}"' in feed
    plain = calendar.replace("\r\n ", "")
    assert "not merged\\, pull/7: retry Retry later" in plain
    assert f"https://docs.example.org/unmerged/{file.name}" in plain

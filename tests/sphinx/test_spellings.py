"""Pages in every spelling that a project can ask for, built: the header as written is in no page."""

from __future__ import annotations

from pathlib import Path

import pytest

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.headers.base import Item
from sphinxext_dep.headers.spellings import SPELLINGS, key_of
from sphinxext_dep.model.files import Markup
from tests.sphinx.project import CONF, Built, Project

VALUES = {
    "status": "Draft",
    "authors": "Ada L <mailto:a@y.org>, @bob",
    "category": "Process",
    "review-date": "2026-12-01",
}
MARKUPS = {".md": Markup.MARKDOWN, ".rst": Markup.RST}
FORMS = [
    (name, suffix, markup)
    for name, spelling in SPELLINGS.items()
    for suffix, markup in MARKUPS.items()
    if spelling.is_writable and spelling.can_write(markup)
]
SECTIONS = (
    "# On the way\n\n## Status\n\n**Draft**\n\nIt has gone far.\n\n## Authors\n\n@bob\n\n## Category\n\nProcess\n\n"
    "## Summary\n\nText of it.\n"
)


def page(name: str, markup: Markup) -> str:
    """A proposal with its header in the spelling *name*."""
    spelling = SPELLINGS[name]
    fields = DEFAULT.fields
    items = [Item(fields[key], fields[key].label, key, value) for key, value in VALUES.items()]
    header = spelling.enclosed(spelling.write(items, markup).header)
    rst = markup is Markup.RST
    title = f"About {key_of(name)}"
    title = f"{title}\n{'=' * len(title)}" if rst else f"# {title}"
    summary = "Summary\n-------" if rst else "## Summary"
    parts = [header, title] if spelling.above_title else [title, header]
    return "\n\n".join([*parts, f"{summary}\n\nText of it.\n"])


def alone(root: Path, spelling: str, text: str) -> Built:
    """A project with the page *text* and nothing else, built."""
    made = Project(root)
    index = "# D\n\n```{toctree}\ndeps/0001-a\n```\n"
    made.write(
        {"conf.py": CONF, "dep.toml": f'spellings = ["{spelling}"]\n', "index.md": index, "deps/0001-a.md": text}
    )
    return made.build()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = Project(tmp_path_factory.mktemp("spellings"))
    keys = ", ".join(f'"{key_of(name)}"' for name in SPELLINGS if name != "sidecar file")
    pages = {
        f"deps/{number:04}-page{suffix}": page(name, markup).replace("\n", "\r\n" if number % 2 else "\n")
        for number, (name, suffix, markup) in enumerate(FORMS, 1)
    }
    made.write(
        {
            "conf.py": CONF,
            "dep.toml": f'spellings = [{keys}]\n[rules]\nDEP301 = "off"\n',
            "index.md": "# Docs\n\n```{dep-index}\n:toctree:\n```\n",
            "deps/0099-sections.md": SECTIONS,
            **{path: text.encode() for path, text in pages.items()},
        }
    )
    return made


@pytest.fixture(scope="module")
def built(project: Project) -> Built:
    return project.build(parallel=2, nitpicky=True)


def test_nothing_is_wrong(built: Built) -> None:
    assert (built.status, built.warnings) == (0, [])


@pytest.mark.parametrize("number", range(1, len(FORMS) + 1), ids=["-".join(form[:2]) for form in FORMS])
def test_the_page_shows_the_record_and_not_the_header(built: Built, number: int) -> None:
    name, suffix, _ = FORMS[number - 1]
    (entry,) = (entry for entry in built.deps["proposals"] if entry["number"] == number)
    assert (entry["status"], entry["category"], entry["review_date"]) == ("Draft", "Process", "2026-12-01")
    assert [(person["name"], person["handle"]) for person in entry["authors"]] == [("Ada L", None), ("bob", "bob")]
    text = built.page(f"deps/{number:04}-page").get_text()
    assert f"About {key_of(name)}" in text
    assert "Text of it." in text
    for written in ("eval-rst", "dep-header", "<td>", "| Field", "**", ":status:", "mailto:a@y.org>"):
        assert written not in text, suffix
    assert text.count("2026-12-01") == 2  # the banner and the table of fields


def test_the_text_of_sections_stays(built: Built) -> None:
    page = built.page("deps/0099-sections")
    assert "It has gone far." in page.get_text()
    assert page.select_one("#status") is not None


def test_one_page_at_a_time(project: Project, built: Built) -> None:
    """A change of a header in any spelling reads its page again, and the result is that of a clean build."""
    for number, (_, suffix, _) in enumerate(FORMS, 1):
        project.edit(f"deps/{number:04}-page{suffix}", "Process", "Guidelines")
    again = project.build(parallel=2)
    assert again.read == {f"deps/{number:04}-page" for number in range(1, len(FORMS) + 1)}
    assert {entry["category"] for entry in again.deps["proposals"] if entry["number"] != 99} == {"Guidelines"}
    project.edit("deps/0099-sections.md", "**Draft**", "**Deferred**")
    last = project.build()
    assert last.read == {"deps/0099-sections"}
    clean = project.build_clean()
    assert last.deps == clean.deps
    names = [f"deps/{path.name}" for path in sorted((last.outdir / "deps").glob("*.html"))]
    assert [last.text(name) for name in names] == [clean.text(name) for name in names]


@pytest.mark.parametrize(
    ("spelling", "text", "message"),
    [
        ("fenced-field-list", "# A\n\n```{eval-rst}\n:Status: Draft\n\nText of it.\n", "never closed"),
        ("html-table", "# A\n\n<table>\n<tr><td>Status</td><td>Draft\n\nText of it.\n", "never closed"),
        (
            "html-table",
            "# A\n\n<table>\n<tr><td>Status</td><td>Draft</td></tr>\n</table> and\n\nText of it.\n",
            "beside",
        ),
    ],
)
def test_what_is_broken_is_said_and_the_text_is_shown(tmp_path: Path, spelling: str, text: str, message: str) -> None:
    built = alone(tmp_path, spelling, text)
    assert built.status == 1
    assert any("DEP002" in line and message in line and "deps/0001-a.md" in line for line in built.warnings)
    assert "Text of it." in built.page("deps/0001-a").get_text()


def test_markup_of_an_html_table_is_no_markup_of_the_page(tmp_path: Path) -> None:
    rows = "".join(
        f"<tr><td>{label}</td><td>{value}</td></tr>\n"
        for label, value in {
            "Status": "Draft<script>alert(1)</script>",
            "Authors": "&lt;img src=x onerror=alert(1)&gt; <a href='javascript:alert(1)'>Ada</a>",
            "Category": "Process<style>*{display:none}</style>",
            "Tags": "&lt;script&gt;alert(1)&lt;/script&gt;",
        }.items()
    )
    page = alone(tmp_path, "html-table", f"# A\n\n<table>\n{rows}</table>\n\nText.\n").page("deps/0001-a")
    assert not page.select("script, style, img, [onerror], a[href^='javascript']")

"""``sphinx-dep init``: for each form of header a small project, whose pages it must read without an edit."""

from __future__ import annotations

import json
import subprocess
import tomllib
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import pytest

from sphinxext_dep.config.load import discover, shipped_processes
from sphinxext_dep.edit.adopt import looks, survey
from sphinxext_dep.headers.spellings import SPELLINGS, key_of
from sphinxext_dep.model.source import Source
from sphinxext_dep.rules import RULES
from tests.cli.tree import Tree
from tests.examples import example_files

Fields = dict[str, str]

STATUSES = ("Draft", "Superseded", "Accepted", "Final")
"""Of the proposals 1, 2, 3 and 4 of every project here."""

TEXT = "## Motivation\n\nIt was slow.\n\n## Outcome\n\nIt is fast.\n"
RST_TEXT = "Motivation\n----------\n\nIt was slow.\n\nOutcome\n-------\n\nIt is fast.\n"


def fields_of(number: int) -> Fields:
    """What the header of a proposal says; of no shipped process, so that the words have to be found."""
    status = STATUSES[(number - 1) % len(STATUSES)]
    successor = {"Superseded-By": "XEP 4"} if status == "Superseded" else {}
    return {
        "Author": f"Ada L <ada{number}@y.example>",
        "Status": status,
        "Created": f"2022-04-2{number}",
        "Mood": f"calm {number}",
    } | successor


def block(number: int) -> str:
    lines = "\n\n".join(f"**{label}**: {value}" for label, value in fields_of(number).items())
    return f"# XEP {number}: Title {number}\n\n{lines}\n\n{TEXT}"


def front_matter(number: int) -> str:
    lines = "\n".join(f"{label.lower()}: {value}" for label, value in fields_of(number).items())
    return f"---\n{lines}\n---\n\n# XEP {number}: Title {number}\n\n{TEXT}"


def field_list(number: int) -> str:
    title = f"XEP {number} — Title {number}"
    lines = "\n".join(f":{label}: {value}" for label, value in fields_of(number).items())
    return f"{title}\n{'=' * len(title)}\n\n{lines}\n\n{RST_TEXT}"


def fence(number: int) -> str:
    lines = "\n".join(f":{label}: {value}" for label, value in fields_of(number).items())
    return f"(xep{number})=\n\n# XEP-{number} — Title {number}\n\n```{{eval-rst}}\n{lines}\n```\n\n{TEXT}"


def preamble(number: int) -> str:
    lines = "\n".join(f"{label}: {value}" for label, value in fields_of(number).items())
    return f"XEP: {number}\nTitle: Title {number}\n{lines}\n\n{RST_TEXT}"


def paragraphs(number: int) -> str:
    lines = "\n\n".join(f"{label}: {value}" for label, value in fields_of(number).items())
    return f"# XEP {number} — Title {number}\n\n{lines}\n\n{TEXT}"


def bullets(number: int) -> str:
    lines = "\n".join(f"- {label}: {value}" for label, value in fields_of(number).items())
    return f"# XEP-{number}: Title {number}\n\n{lines}\n\n{TEXT}"


def table(number: int) -> str:
    lines = "\n".join(f"| {label} | {value} |" for label, value in fields_of(number).items())
    return f"# XEP-{number}: Title {number}\n\n| Field | Value |\n|---|---|\n{lines}\n\n{TEXT}"


def html_table(number: int) -> str:
    rows = "\n".join(f"<tr><td> {label} </td><td> {escape(value)} </td>" for label, value in fields_of(number).items())
    return f"# XEP {number} - Title {number}\n\n<table>\n{rows}\n</table>\n\n{TEXT}"


def directive(number: int) -> str:
    lines = "\n".join(f":{label.lower()}: {value}" for label, value in fields_of(number).items())
    return f"# XEP-{number}: Title {number}\n\n```{{dep-header}}\n{lines}\n```\n\n{TEXT}"


FORMS: dict[str, tuple[Callable[[int], str], str]] = {
    "block": (block, "docs/xeps/{number:04d}-title.md"),
    "front matter": (front_matter, "docs/xeps/{number:04d}-title.md"),
    "field list": (field_list, "doc/proposals/xep-{number:04d}.rst"),
    "fenced field list": (fence, "docs/xeps/{number}-title.md"),
    "preamble": (preamble, "xep-{number:04d}.rst"),
    "paragraphs": (paragraphs, "draft/XEP{number:04d}.md"),
    "bulleted list": (bullets, "text/{number:04d}-title.md"),
    "table": (table, "{number}-title/title.md"),
    "HTML table": (html_table, "xep-{number:04d}.md"),
    "directive": (directive, "deep/down/xep{number:03d}/proposal.md"),
}

OTHERS = {
    "README.md": "# A project\n\nAuthor: me\n",
    "docs/index.md": "# Docs\n",
    "docs/guide/01-start.md": "---\ntitle: Start\nauthor: Me\ndate: 2024-01-01\n---\n\n# Start\n",
    "docs/release/release_0_1.md": "# release 0.1\n",
    "_posts/2024-01-02-news.md": "---\ntitle: News\nauthor: Me\ndate: 2024-01-02\n---\n\n# News\n",
}
"""Pages that are no proposals."""


def project(form: str) -> dict[str, str]:
    page, path = FORMS[form]
    return OTHERS | {path.format(number=number): page(number) for number in range(1, 5)}


def listed(tree: Tree) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(tree.ok("list", "--format", "json"))["proposals"]
    return sorted(found, key=lambda item: item["number"] or 0)


@pytest.mark.parametrize("form", FORMS)
def test_a_project_with_headers_of_each_form(tmp_path: Path, form: str) -> None:
    tree = Tree(tmp_path, project(form))
    before = tree.files
    said = tree.ok("init")
    assert "Read: 4 of 4 pages." in said
    after = tree.files
    written = after.pop("dep.toml").decode()
    assert after == before
    process = tomllib.loads(written)
    if form != "directive":
        assert process["spellings"] == [key_of(form)]
    assert process["prefix"] == "XEP"
    assert set(process["statuses"]) == set(STATUSES)
    assert tree.ok("check") == "Nothing to report in 4 proposals.\n"
    for number, item in enumerate(listed(tree), 1):
        assert (item["number"], item["title"], item["status"]) == (number, f"Title {number}", STATUSES[number - 1])
        assert item["author"] == [
            {"name": "Ada L", "handle": None, "url": f"mailto:ada{number}@y.example"},
        ]
        assert (item["created"], item["mood"]) == (f"2022-04-2{number}", f"calm {number}")


@pytest.mark.parametrize("form", FORMS)
def test_a_proposal_takes_the_place_of_another(tmp_path: Path, form: str) -> None:
    """Where a page says by what it was replaced, `supersede` writes it as well."""
    tree = Tree(tmp_path, project(form))
    tree.ok("init")
    before = tree.files
    tree.ok("supersede", "3", "4")
    found = listed(tree)
    assert [item["status"] for item in found] == ["Draft", "Superseded", "Superseded", "Final"]
    assert [[other["number"] for other in item["superseded_by"]] for item in found] == [[], [4], [4], []]
    assert len([path for path in before if before[path] != tree.files[path]]) == 1
    assert tree.ok("check") == "Nothing to report in 4 proposals.\n"


@pytest.mark.parametrize("form", FORMS)
def test_a_new_proposal_is_as_its_neighbours_are(tmp_path: Path, form: str) -> None:
    tree = Tree(tmp_path, project(form))
    tree.ok("init")
    before = tree.files
    author, day = "Ada L <ada5@y.example>", "created=2022-04-25"
    tree.ok("new", "Title 5", "--number", "5", "--author", author, "--set", day, "--set", "mood=calm 5")
    (path,) = tree.files.keys() - before.keys()
    expected = (
        FORMS[form][0](5).removeprefix("(xep5)=\n\n").replace("\nIt was slow.\n\n", "\n").replace("\nIt is fast.\n", "")
    )
    assert tree.text(path) == expected
    assert listed(tree)[-1]["title"] == "Title 5"


@pytest.mark.parametrize(
    "head",
    [
        "**Author**: {author}  \n**Status:** {status}  \n**Created:** {day}",
        "* Author: {author}\n* **Status**: {status}\n* Created : {day}",
        "## Status\n\n{status}\n\n## Author\n\n- {author}",
        "Date: {day}\n\n## Status\n\n{status}",
        "| **Status** | {status} |\n|:---|:---|\n| **Author** | {author} |\n| **Created** | {day} |",
    ],
)
def test_a_new_header_has_the_details_of_the_others(tmp_path: Path, head: str) -> None:
    """Bold labels with the colon inside, markers of lists, two headers in one page; and the title without a number."""

    def text(number: str, author: str, status: str, day: str) -> str:
        written = head.format(author=author, status=status, day=day)
        return f"# XEP-{number} — Title\n\n{written}\n\n## Motivation\n\n"

    statuses = ("Draft", "Final", "Draft", "Superseded by XEP-2")
    files = {
        f"xeps/{number:04d}-t.md": text(f"{number:04d}", "Ada L", status, f"2022-04-0{number}") + "Text.\n"
        for number, status in enumerate(statuses, 1)
    }
    tree = Tree(tmp_path, files)
    tree.ok("init")
    day = (
        ["--set", "created=2022-04-05"] if "Created" in head else ["--set", "date=2022-04-05"] if "Date" in head else []
    )
    tree.ok("new", "Title", "--author", "Bob B", *day)
    assert f"{tree.text('xeps/0000-title.md')}\n" == text("0000", "Bob B", "Draft", "2022-04-05")
    tree.ok("check")
    tree.ok("assign", "title")
    assert tree.text("xeps/0005-title.md").startswith("# XEP-0005 — Title\n")


def adr(number: int, status: str) -> dict[str, str]:
    head = f"# {number}. Title {number}\n\nDate: 2026-01-0{number}\n\n## Status\n\n{status}\n\n"
    text = f"{head}## Context\n\nIt was slow.\n\n"
    return {
        f"doc/decisions/{number:04d}-title.md": f"{text}## Decision\n\nWe do it.\n\n## Consequences\n\nIt is fast.\n"
    }


def test_adrs_with_statuses_of_their_own(tmp_path: Path) -> None:
    """The example lacks some of their words; it has everything else, so the words are added to it."""
    second = "Superseded by [4. Title](0004-title.md)"
    fourth = "Accepted\n\nSupersedes [2. Title](0002-title.md)"
    files = (
        OTHERS | adr(1, "Accepted") | adr(2, second) | adr(3, "Parked by hand") | adr(4, fourth) | adr(5, "Proposed")
    )
    files |= adr(6, "On hold") | adr(7, "Baked")
    tree = Tree(tmp_path, files)
    said = tree.ok("init")
    assert "They follow a process that is known: adr." in said
    process = tomllib.loads(tree.text("dep.toml"))
    assert process["prefix"] == "ADR"
    assert process["sources"] == ["doc/decisions/*.md"]
    # "Parked by hand" is no word, but a sentence.
    assert {"On hold", "Baked"} <= set(process["statuses"])
    assert "Baked" in process["statuses"]["Proposed"]["next"]
    assert process["lifecycle"][-1] == "Accepted"
    assert "# QUESTION: is it open, decided or closed? It is at doc/decisions/0007-title.md:7" in tree.text("dep.toml")
    tree.ok("new", "Trees", "--set", "date=2026-01-08")
    tree.ok("assign", "trees")
    expected = adr(8, "Proposed")["doc/decisions/0008-title.md"].replace("Title 8", "Trees")
    for prose in ("\nIt was slow.\n", "\nWe do it.\n", "\nIt is fast.\n"):
        expected = expected.replace(prose, "", 1)
    assert tree.text("doc/decisions/0008-trees.md") == expected
    tree.ok("supersede", "1", "4")
    assert tree.text("doc/decisions/0001-title.md") == files["doc/decisions/0001-title.md"].replace(
        "Accepted", "Superseded by [4. Title](0004-title.md)"
    )
    assert "\n\nSupersedes [1. Title](0001-title.md)\n\n## Context" in tree.text("doc/decisions/0004-title.md")
    tree.ok("status", "4", "Deprecated")
    assert "Deprecated\n\nSupersedes [2. Title](0002-title.md)\n" in tree.text("doc/decisions/0004-title.md")


def test_every_spelling_has_a_project_here() -> None:
    # Of a paragraph that is only a URL nothing can be guessed: its status is in the path.
    elsewhere = {"sidecar file", "sections", "URL paragraph"}
    assert set(SPELLINGS) - elsewhere <= set(FORMS)


@pytest.mark.parametrize("name", shipped_processes(RULES.codes))
def test_the_process_of_an_example_is_recognised(tmp_path: Path, name: str) -> None:
    files = example_files(name)
    del files["dep.toml"]
    tree = Tree(tmp_path, dict(files))
    tree.ok("init")
    found, shipped = discover(tmp_path, rule_codes=RULES.codes).schema, shipped_processes(RULES.codes)[name].schema
    assert found.prefix == shipped.prefix
    assert len(tree.workspace.checked) >= 3
    assert [item for item in tree.diagnostics if item.severity == "error"] == []


# --- what it writes, and where ----------------------------------------------------------------------------------------


def test_it_overwrites_nothing(tmp_path: Path) -> None:
    tree = Tree(tmp_path, project("block") | {"dep.toml": 'prefix = "XEP"\n'})
    said = tree.fails("init", code=2)
    assert "there is dep.toml already" in said
    assert "--stdout" in said


@pytest.mark.parametrize("name", ["dep.toml", "pyproject.toml"])
def test_a_configuration_above_counts_as_well(tmp_path: Path, name: str) -> None:
    Tree(tmp_path, {name: "[tool.sphinxext-dep]\n" if name == "pyproject.toml" else ""})
    tree = Tree(tmp_path / "docs", project("block"))
    assert f"there is ../{name} already" in tree.fails("init", code=2)


def test_a_build_would_not_look_for_it_below_the_docs(tmp_path: Path) -> None:
    tree = Tree(tmp_path, project("block"))
    (tmp_path / "docs" / "conf.py").write_text("", encoding="utf-8")
    assert "start in .. or above" in tree.fails("-C", "docs/xeps", "init", code=2)
    assert "wrote dep.toml" in tree.ok("init")


def test_to_standard_output(tmp_path: Path) -> None:
    tree = Tree(tmp_path, project("block"))
    before = tree.files
    result = tree.run("init", "--stdout")
    assert result.exit_code == 0
    assert tomllib.loads(result.stdout)["prefix"] == "XEP"
    assert "Read: 4 of 4 pages." in result.stderr
    assert tree.files == before


def test_as_a_diff_that_git_applies(tmp_path: Path) -> None:
    tree = Tree(tmp_path, project("block"))
    before = tree.files
    shown = tree.run("init", "--diff").stdout
    assert tree.files == before
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    subprocess.run(["git", "apply"], cwd=tmp_path, input=shown, text=True, check=True)
    assert tree.text("dep.toml") == tree.run("init", "--stdout").stdout
    assert tree.run("init", "--diff").stdout == ""


def test_a_project_without_proposals(tmp_path: Path) -> None:
    assert "looks like a proposal" in Tree(tmp_path, OTHERS).fails("init", code=2)


def test_proposals_in_a_form_that_is_not_read(tmp_path: Path) -> None:
    files = OTHERS | {f"xip-000{number}.mediawiki": "= Title =\n" for number in (1, 2)}
    said = Tree(tmp_path, files).fails("init", code=2)
    assert "2 pages with a number in their name end in .mediawiki, which is not read: xip-0001.mediawiki" in said


def test_two_runs_write_the_same(tmp_path: Path) -> None:
    tree = Tree(tmp_path, project("field list"))
    assert tree.run("init", "--stdout").stdout == tree.run("init", "--stdout").stdout


# --- what it says -----------------------------------------------------------------------------------------------------


def test_what_is_not_understood_is_said_by_kind_with_an_example(tmp_path: Path) -> None:
    files = project("fenced field list")
    for number in range(5, 12):
        files[f"docs/xeps/{number}-title.md"] = fence(1).replace("XEP-1", f"XEP-{number}").replace("xep1", f"x{number}")
    files["docs/xeps/5-title.md"] = files["docs/xeps/5-title.md"].replace("2022-04-21", "2022-26-07")
    files["docs/xeps/6-title.md"] = "# XEP-6 — Bare\n\nNothing.\n"
    files["docs/xeps/7-title.md"] = files["docs/xeps/7-title.md"].replace("Draft", "Drfat")
    files["docs/xeps/0012-old.mediawiki"] = "= Old =\n"
    tree = Tree(tmp_path, files)
    said = tree.ok("init")
    assert "Read: 9 of 11 pages." in said
    assert "bad-date: 1 page\n    docs/xeps/5-title.md:8: `2022-26-07` is not a date" in said
    assert "missing-header: 1 page\n    docs/xeps/6-title.md:1: the page has no header" in said
    assert "unknown-status: 1 page\n    docs/xeps/7-title.md:7: `Drfat` is not a status" in said
    assert "1 page with the suffix .mediawiki, which is not read\n    docs/xeps/0012-old.mediawiki" in said
    assert "`Drfat` (docs/xeps/7-title.md:7) is no status here" in tree.text("dep.toml")


def test_what_cannot_be_decided_is_a_question(tmp_path: Path) -> None:
    files = {path: text.replace("Final", "Baked") for path, text in project("block").items()}
    files |= {f"other/adr/000{number}-x.md": block(number).replace("XEP", "ADR") for number in (1, 2)}
    tree = Tree(tmp_path, files)
    assert "questions, in lines with `QUESTION:`" in tree.ok("init")
    written = tree.text("dep.toml")
    assert "# QUESTION: is it open, decided or closed? It is at docs/xeps/0004-title.md:5 first.\n" in written
    assert "# QUESTION: 2 pages below other/adr/* look like proposals too. Do they belong here?\n" in written


def test_no_page_states_a_status(tmp_path: Path) -> None:
    files = {path: text.replace("- Status: ", "- State of mind: ") for path, text in project("bulleted list").items()}
    tree = Tree(tmp_path, files)
    assert "Read: 4 of 4 pages." in tree.ok("init")
    assert {item["status"] for item in listed(tree)} == {"Unstated"}
    assert "# QUESTION: 4 of 4 pages state no status. What are they?\n" in tree.text("dep.toml")


def test_no_page_has_a_header(tmp_path: Path) -> None:
    """Statuses are those of the directories."""
    files = OTHERS | {
        f"specs/2024.{year}/{status}/{name}.md": f"# {name.title()}\n\nhttps://tracker.example/{name}\n\n{TEXT}"
        for year, status, name in [
            (1, "implemented", "retry"), (1, "approved", "cache"), (2, "implemented", "queue"), (2, "approved", "pool"),
        ]
    }  # fmt: skip
    tree = Tree(tmp_path, files)
    assert "Read: 4 of 4 pages." in tree.ok("init")
    assert {item["title"]: item["status"].lower() for item in listed(tree)} == {
        "Retry": "implemented", "Cache": "approved", "Queue": "implemented", "Pool": "approved",
    }  # fmt: skip


def test_a_file_beside_each_page(tmp_path: Path) -> None:
    files = dict(OTHERS)
    for number in range(1, 5):
        folder = f"xeps/area/{number}-title"
        files[f"{folder}/README.md"] = f"# XEP-{number}: Title {number}\n\n{TEXT}"
        files[f"{folder}/notes.md"] = "# Notes\n"
        lines = "\n".join(f"{label.lower()}: {value}" for label, value in fields_of(number).items())
        files[f"{folder}/xep.yaml"] = f"{lines}\n"
    tree = Tree(tmp_path, files)
    assert "Read: 4 of 4 pages." in tree.ok("init")
    process = tomllib.loads(tree.text("dep.toml"))
    assert (process["sidecar"], process["layout"]) == ("xep.yaml", "directories")
    assert [item["status"] for item in listed(tree)] == list(STATUSES)


def test_sections_whose_first_words_are_the_value(tmp_path: Path) -> None:
    files = dict(OTHERS)
    for number, status in enumerate(STATUSES, 1):
        header = f"Date: 2026-01-0{number}\n\n## Status\n\n{status}"
        files[f"doc/adr/{number:04d}-title.md"] = f"# {number}. Title {number}\n\n{header}\n\n{TEXT}"
    tree = Tree(tmp_path, files)
    assert "Read: 4 of 4 pages." in tree.ok("init")
    assert [item["status"] for item in listed(tree)] == list(STATUSES)


# --- untrusted and large ----------------------------------------------------------------------------------------------

HOSTILE = 'x"]\n[rules]\nDEP001 = "off"\n#'


@pytest.mark.parametrize("form", ["front matter", "bulleted list"])
def test_text_of_pages_does_not_get_out_of_its_place(tmp_path: Path, form: str) -> None:
    files = {}
    for path, text in project(form).items():
        if path in OTHERS:
            continue
        hostile = json.dumps(HOSTILE) if form == "front matter" else HOSTILE.replace("\n", "\n  ")
        changed = text.replace("calm", "x\u2028[rules]\u0085missing-header = 'off' \"\"\" ''' \x1b[31m \\u0022")
        changed = changed.replace("Accepted", hostile).replace("Motivation", "Moti\"]\\ '''[x]")
        files[path] = changed.replace("Mood", "Mo\"od] = '''").replace("mood", "mo'ood]")
    tree = Tree(tmp_path, files)
    tree.ok("init")
    written = tree.text("dep.toml")
    process = tomllib.loads(written)
    assert set(process.get("rules", {})) <= set(RULES.by_name)
    assert "DEP001" not in process.get("rules", {})
    assert "\x1b" not in written
    discover(tmp_path, rule_codes=RULES.codes)


def test_what_git_ignores_is_not_looked_at(tmp_path: Path) -> None:
    files = project("block") | {".gitignore": "build/\n"}
    files |= {f"build/rfcs/{number:04d}-x.md": block(number) for number in range(1, 5)}
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    tree = Tree(tmp_path, files)
    tree.ok("init")
    assert "build" not in tree.text("dep.toml")


def test_a_large_directory_is_sampled_and_checked_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    look = looks._look

    def counted(source: Source, vocabulary: looks.Vocabulary) -> looks.Look:
        looked.append(source.path)
        return look(source, vocabulary)

    monkeypatch.setattr(looks, "_look", counted)
    monkeypatch.setattr(survey, "PER_DIRECTORY", 10)
    files = {f"xeps/{number:04d}-x.md": block(1).replace("XEP 1", f"XEP {number}") for number in range(1, 101)}
    tree = Tree(tmp_path, files)
    said = tree.ok("init")
    assert "Read: 100 of 100 pages." in said
    assert "only some pages were looked at" in said
    assert len(looked) <= 20


def test_pages_that_are_no_text_are_reported(tmp_path: Path) -> None:
    tree = Tree(tmp_path, project("block"))
    (tmp_path / "docs/xeps/0005-binary.md").write_bytes(b"# \xff\xfe\x00")
    said = tree.ok("init")
    assert "Read: 4 of 5 pages." in said
    assert "unreadable-page: 1 page\n    docs/xeps/0005-binary.md:1:" in said


@pytest.mark.parametrize(("word", "label"), [("superseded", "Supersedes"), ("replaced", "Replaces")])
@pytest.mark.parametrize("form", ["- **{}:** {}", "| {} | {} |"])
def test_a_status_names_its_successor_and_a_field_the_other_side(
    tmp_path: Path, form: str, word: str, label: str
) -> None:
    head = "" if form.startswith("-") else "| Field | Value |\n|---|---|\n"
    pages = [
        [("Status", f"{word} by ENH 2")],
        [("Status", "accepted"), (label, "ENH 1")],
        [("Status", "accepted"), ("Owner", "@ada")],
    ]
    files = {
        f"enh/enh-{number}.md": f"# ENH {number}: T\n\n{head}"
        + "".join(f"{form.format(*field)}\n" for field in fields)
        + "\n## Summary\n\nText.\n"
        for number, fields in enumerate(pages, 1)
    }
    tree = Tree(tmp_path, files)
    assert "Read: 3 of 3 pages." in tree.ok("init")
    assert tree.ok("check") == "Nothing to report in 3 proposals.\n"
    fields = tomllib.loads(tree.text("dep.toml"))["fields"]
    assert (fields[label.lower()]["inverse"], fields[f"{word}-by"]["inverse"]) == (f"{word}-by", label.lower())


def test_a_closed_status_is_the_last(tmp_path: Path) -> None:
    """Code that names a rejected proposal is reported; one that was deferred may come back."""
    words = ("Draft", "Accepted", "Rejected", "Deferred")
    files = {
        f"enh/enh-{number}.md": f"# ENH {number}: T\n\n- Status: {word}\n- Author: @ada\n\n## Summary\n\nText.\n"
        for number, word in enumerate(words, 1)
    }
    tree = Tree(tmp_path, files)
    tree.ok("init")
    statuses = tomllib.loads(tree.text("dep.toml"))["statuses"]
    assert statuses["Deferred"]["next"] == ["Draft"]
    assert "next" not in statuses["Rejected"]
    tree.write({"src/a.py": "# See ENH-3, and ENH-4.\n"})
    assert "ENH-0003" in tree.fails("mentions", "src")


@pytest.mark.parametrize(
    "head",
    [
        "## Metadata\n\n- **Status:** Accepted\n- **Owner:** @ada",
        "| Status | Owner | Opened |\n|---|---|---|\n| Accepted | @ada | 2024-01-01 |",
        "> **Status**: Accepted\n> **Owner**: @ada",
        "*Status: accepted* · *Author: Ada*",
    ],
)
def test_a_header_in_a_form_that_is_not_read_is_said(tmp_path: Path, head: str) -> None:
    body = "## Background\n\nText.\n\n## Decision\n\nText.\n"
    files = {f"rfd/{n:04d}-title.md": f"# RFD {n}: Title {n}\n\n{head}\n\n{body}" for n in range(1, 7)}
    said = Tree(tmp_path, files).ok("init")
    assert "Read: 0 of 6 pages." in said
    assert "6 pages have a status in a form that is not read, such as\n    rfd/0001-title.md:" in said


def test_a_status_under_another_name_is_said(tmp_path: Path) -> None:
    body = "# Title {n}\n\n## Background\n\nText.\n\n## Decision\n\nText.\n"
    front = "---\nstate: Accepted\nowner: ada@example.org\nopened: 2024-01-0{n}\n---\n"
    files = {f"rfd/{n:04d}-title.md": (front + body).replace("{n}", str(n)) for n in range(1, 7)}
    assert (
        "6 pages have a status in a form that is not read, such as\n    rfd/0001-title.md:2: `state: Accepted`"
        in Tree(tmp_path, files).ok("init")
    )


# --- kinds of projects that strangers had -----------------------------------------------------------------------------


def test_a_prefix_with_a_hyphen_and_people_by_the_last_word_of_a_label(tmp_path: Path) -> None:
    head = "**Status**: {status}\n\n**Original author**: Ada L <ada@y.example>\n\n**Discussion**: {talk}"
    talks = ("<https://y.example/1>", "<https://y.example/2>", "unavailable", "unavailable", "<https://y.example/5>")
    files = {
        f"docs/off-ep-000{number}.md": f"# OFF-EP {number} — Title\n\n{head}\n\n{TEXT}".format(status=status, talk=talk)
        for number, status, talk in zip(range(1, 6), ["Draft", *STATUSES], talks, strict=True)
    }
    tree = Tree(tmp_path, files)
    assert "Read: 5 of 5 pages." in tree.ok("init")
    assert tree.ok("check") == "Nothing to report in 5 proposals.\n"
    assert [(item["number"], item["title"]) for item in listed(tree)] == [(number, "Title") for number in range(1, 6)]
    assert {item["original_author"][0]["name"] for item in listed(tree)} == {"Ada L"}
    assert [len(item["discussion"]) for item in listed(tree)] == [1, 1, 0, 0, 1]


def test_a_section_is_no_title_and_a_number_no_relation(tmp_path: Path) -> None:
    head = "- Identifier: {n}\n- Start Date: 2026-01-0{n}\n- Author: Bo\n- Champion: @ada"
    head += "\n\n# Summary\n\nText.\n\n# Motivation\n"
    files = {f"text/000{n}-warm-start-{n}.md": f"{head.replace('{n}', str(n))}\nText.\n" for n in range(1, 5)}
    tree = Tree(tmp_path, files)
    assert "Read: 4 of 4 pages." in tree.ok("init")
    assert [(item["number"], item["title"]) for item in listed(tree)] == [(n, f"Warm start {n}") for n in range(1, 5)]
    process = tomllib.loads(tree.text("dep.toml"))
    assert (process["fields"]["identifier"]["type"], process["fields"]["champion"]["type"]) == ("number", "people")
    assert list(process["sections"]) == ["Summary", "Motivation"]


def test_words_behind_a_status_and_what_is_at_a_place_that_is_not_read(tmp_path: Path) -> None:
    states = ("Completed", "In progress", "In progress", "In progress. See #4.", "Completed.", "In-Progress: nearly")
    head = "T\n============\n\nAbstract\n--------\n\nCreated: 2014-08-20\n\nText.\n\nStatus\n------"
    files = {
        f"yteps/YTEP-000{n}.rst": f"YTEP-000{n}: {head}\n\n{state}\n\nText\n----\n\nText.\n"
        for n, state in enumerate(states, 1)
    }
    tree = Tree(tmp_path, files)
    said = tree.ok("init")
    assert "Read: 6 of 6 pages." in said
    assert (
        "6 pages have a line in a form or at a place that is not read, such as\n    yteps/YTEP-0001.rst:7: `Created"
        in said
    )
    assert "is no status here" not in tree.text("dep.toml")
    assert [item["status"] for item in listed(tree)] == ["Completed", *["In progress"] * 3, "Completed", "In progress"]


def test_a_template_with_a_number_is_no_proposal(tmp_path: Path) -> None:
    tree = Tree(tmp_path, project("HTML table") | {"xep-9999-template.md": html_table(1)})
    tree.ok("init")
    assert len(tree.workspace.checked) == 4
    assert "xep-9999-template.md" not in tree.workspace.checked


def test_what_no_page_states_is_not_required(tmp_path: Path) -> None:
    """ADRs without a date follow the process of ADRs nevertheless."""
    files = {
        path: text.replace(f"Date: 2026-01-0{n}\n\n", "")
        for n in range(1, 6)
        for path, text in adr(n, "Accepted").items()
    }
    tree = Tree(tmp_path, files)
    assert "They follow a process that is known: adr." in tree.ok("init")
    assert tree.ok("check") == "Nothing to report in 5 proposals.\n"

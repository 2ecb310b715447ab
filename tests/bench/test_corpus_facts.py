"""The comparison of facts with an independent reader, on made-up proposals."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parents[2] / "bench" / "corpus_facts.py"

PROCESS = """
base = "empty"
prefix = "PEP"
sources = ["pep-*.rst"]
spellings = ["preamble"]
lifecycle = ["Draft"]
statuses.Draft.kind = "open"
fields.number = { label = "PEP", type = "number" }
fields.title.type = "title"
fields.author = { type = "people", many = true }
fields.status.type = "status"
fields.created = { type = "date", notation = "day-month-year" }
fields.replaces = { type = "references", many = true }
fields.discussions-to.type = "links"
"""
PAGE = """\
PEP: 7
Title: Rounder wheels
Author: Ada Lovelace <ada@example.org>,
        Grace Hopper
Status: Draft
Created: 31-Jan-2026
Replaces: 3
Discussions-To: https://example.org/1

Abstract
========

Words.
"""


@pytest.fixture
def corpus_facts(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus_facts", FILE)
    assert spec is not None
    assert spec.loader is not None
    # As for a script: the modules beside it can be imported.
    monkeypatch.syspath_prepend(str(FILE.parent))
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "corpus_facts", module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "process.toml").write_text(PROCESS, encoding="utf-8")
    (tmp_path / "corpus" / "pep-0007.rst").write_text(PAGE, encoding="utf-8")
    return tmp_path


def run(module: ModuleType, corpus: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    command = ["corpus_facts.py", str(corpus / "corpus"), "--process", str(corpus / "process.toml"), *options]
    monkeypatch.setattr(sys, "argv", command)
    code: int = module.main()
    return code


def test_the_two_readers_agree(corpus_facts, corpus, monkeypatch, capsys):
    assert run(corpus_facts, corpus, monkeypatch) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "1 proposals"
    for fact in ("title", "number", "status", "people", "dates", "links", "relations"):
        assert f"{fact}: 1 agree, 0 differ" in lines
    assert "facts: 7 of 7 agree, 100.00 %" in lines
    assert "diagnostics: 1 DEP402 error" in lines
    assert "crashes: 0" in lines


def test_a_row_of_the_documentation(corpus_facts, corpus, monkeypatch, capsys):
    assert run(corpus_facts, corpus, monkeypatch, "--markdown") == 0
    assert capsys.readouterr().out == "| PEP | 1 | 7 | 100.00 % | 1 | 0 | 0 |\n"


def test_a_difference_is_shown(corpus_facts, corpus, monkeypatch, capsys):
    monkeypatch.setattr(corpus_facts, "day", lambda value: "2026-02-01")
    assert run(corpus_facts, corpus, monkeypatch) == 1
    printed = capsys.readouterr().out
    assert "dates: 0 agree, 1 differ\n    pep-0007.rst: '2026-01-31' here, '2026-02-01' there\n" in printed
    assert "facts: 6 of 7 agree, 85.71 %" in printed


@pytest.mark.parametrize(
    ("spelling", "suffix", "text"),
    [
        ("preamble", ".rst", "Status: Draft\nAuthor: Ada\n\nTitle\n=====\n"),
        ("field-list", ".rst", "Title\n=====\n\n:Status: Draft\n:Author: Ada\n\nText\n"),
        ("front-matter", ".md", "---\nstatus: Draft\nauthor: [Ada]\n---\n# Title\n"),
        (
            "bulleted-list",
            ".md",
            "# Title\n\n* Status: **Draft**\n* Author: [Ada](https://github.com/ada)\n\n## More\n",
        ),
        ("block", ".md", "# Title\n\n**Status**: Draft\n\n**Author:** @ada\n"),
        ("sections", ".md", "# Title\n\n## Status\n\nDraft\n\n## Author\n\n- Ada\n"),
    ],
)
def test_every_spelling_is_read(corpus_facts, tmp_path, spelling, suffix, text):
    page = tmp_path / f"page{suffix}"
    page.write_text(text, encoding="utf-8")
    header, title = corpus_facts.read(page, {"spellings": [spelling]})
    assert title == "Title"
    assert corpus_facts.word(header["status"], {"Draft": {}}, None) == "Draft"
    assert len(corpus_facts.people(header["author"])) == 1


def test_the_yaml_file_beside_a_page_is_read(corpus_facts, tmp_path):
    (tmp_path / "README.md").write_text("# Title\n", encoding="utf-8")
    (tmp_path / "kep.yaml").write_text("creation-date: 2026-01-31\nauthors: ['@ada']\n", encoding="utf-8")
    header, _ = corpus_facts.read(tmp_path / "README.md", {"spellings": [], "sidecar": "kep.yaml"})
    assert corpus_facts.day(header["creation date"][0]) == "2026-01-31"
    assert corpus_facts.people(header["authors"]) == [("", "ada", "")]

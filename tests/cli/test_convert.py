"""``sphinx-dep convert``: the same header in another spelling, and back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.edit.convert import convert, not_restored
from sphinxext_dep.headers.base import Spelling, Written
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.headers.spellings import SPELLINGS
from sphinxext_dep.model.proposal import Page, Proposal, State
from sphinxext_dep.model.source import RefusedError, Source, decode, encode
from tests.cli.tree import BODY, DRAFT, Tree, page
from tests.examples import example_files

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "dynamo" / "deps"

BLOCK = """# X

**Status**: Draft

**Authors**: [@octo](https://forge.org/octo), Ada Lovelace <!-- who wrote it -->

**Category**: Architecture

**Replaces**: DEP-3 (partially)

**Sponsor**: <!-- who will? -->

**Required Reviewers**: TBD

**Tags**: #one, "two", a: b
"""
DIRECTIVE = """# X

```{dep-header}
:status: Draft
:authors: "[@octo](https://forge.org/octo), Ada Lovelace"
:category: Architecture
:replaces: DEP-3 (partially)
:sponsor:
:required-reviewers: TBD
:tags: "#one, \\"two\\", a: b"
```

<!-- authors: who wrote it -->

<!-- sponsor: who will? -->
"""
FRONT_MATTER = """---
status: Draft
authors: "[@octo](https://forge.org/octo), Ada Lovelace" # who wrote it
category: Architecture
replaces: DEP-3 (partially)
sponsor: "" # who will?
required-reviewers: TBD
tags: "#one, \\"two\\", a: b"
---

# X
"""
FORMS = {"block": BLOCK, "directive": DIRECTIVE, "front-matter": FRONT_MATTER}
RST = "X\n=\n\n.. dep-header::\n   :status: Draft\n   :authors: @octo, #1\n\n.. authors: who wrote it\n\nSummary\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("target", FORMS)
@pytest.mark.parametrize("form", FORMS)
def test_every_spelling_becomes_every_other(tmp_path: Path, form: str, target: str, newline: str) -> None:
    old, new = (f"{FORMS[name]}{BODY}".replace("\n", newline).encode() for name in (form, target))
    tree = Tree(tmp_path, {"deps/0001-x.md": b"\xef\xbb\xbf" + old})
    said = tree.ok("convert", "1", "--to", target)
    assert tree.files["deps/0001-x.md"] == b"\xef\xbb\xbf" + new
    assert said == ("changed deps/0001-x.md\n" if form != target else said)
    if form == target:
        assert "is in this spelling already" in said


def test_restructuredtext(tmp_path: Path) -> None:
    tree = Tree(tmp_path, {"deps/0001-x.rst": RST})
    assert tree.ok("convert", "1", "--to", "block") == "changed deps/0001-x.rst\n"
    header = "X\n=\n\n**Status**: Draft\n\n**Authors**: @octo, #1\n\n.. authors: who wrote it\n\nSummary"
    assert tree.text("deps/0001-x.rst").startswith(header)
    assert "no front matter" in tree.fails("convert", "1", "--to", "front-matter")
    tree.ok("convert", "1", "--to", "directive")
    assert tree.text("deps/0001-x.rst") == RST


def test_a_header_written_as_sections(tmp_path: Path) -> None:
    rest = "---\n\n## Summary\n\nText.\n"
    text = f"# X\n\n## Status\nDraft\n\n## Authors\n\n- Ada\n- Grace\n\n## Category\nProcess\n\n{rest}"
    tree = Tree(tmp_path, {"deps/0001-x.md": text})
    assert "nothing converts back to sections" in tree.ok("convert", "1", "--to", "directive")
    header = "```{dep-header}\n:status: Draft\n:authors: Ada, Grace\n:category: Process\n```"
    assert tree.text("deps/0001-x.md") == f"# X\n\n{header}\n\n{rest}"
    for target, wanted in (
        ("block", "\n\n**Authors**: Ada, Grace\n\n"),
        ("front-matter", "---\n\n# X\n\n---\n\n## Sum"),
    ):
        tree.write({"deps/0001-x.md": text})
        tree.ok("convert", "1", "--to", target)
        assert wanted in tree.text("deps/0001-x.md")
    tree.write({"deps/0001-x.md": text.replace("Draft\n", "Draft\n\nUntil the summer.\n")})
    assert "more than a value below the heading `Status`" in tree.fails("convert", "1", "--to", "directive")


def test_what_would_not_come_back_is_named(tmp_path: Path) -> None:
    header = "\n**Status:** Draft\n\n**Author(s)**:\n- @octo\n- @ada\n\n<!-- one -->\n\n**Category**: Process\n"
    tree = Tree(tmp_path, {"deps/0001-x.md": page("X", header)})
    said = tree.ok("convert", "1", "--to", "directive")
    assert "line 3: `**Status:** Draft` would come back as `**Status**: Draft`" in said
    assert "`**Author(s)**: - @octo - @ada" in said
    assert ':authors: "@octo, @ada"\n:category: Process\n```\n\n<!-- one -->\n' in tree.text("deps/0001-x.md")


def test_fields_that_nobody_knows_and_qualifiers(tmp_path: Path) -> None:
    header = f"{DRAFT}\n**Risk Level**: high\n\n**Replaces** (partially): DEP-1, DEP-2\n\n**Sponsor** (acting): @ada\n"
    tree = Tree(tmp_path, {"deps/0003-x.md": page("X", header)})
    tree.ok("convert", "3", "--to", "directive")
    text = tree.text("deps/0003-x.md")
    assert ":risk-level: high\n" in text
    assert ":replaces: DEP-1 (partially), DEP-2 (partially)\n" in text
    assert "```\n\n<!-- sponsor: (acting) -->\n\n# Summary" in text
    tree.ok("convert", "3", "--to", "block")
    assert "**Risk Level**: high\n" in tree.text("deps/0003-x.md")
    assert "**Sponsor**: @ada <!-- (acting) -->\n" in tree.text("deps/0003-x.md")


def test_keys_of_others_stay_in_the_front_matter(tmp_path: Path) -> None:
    rest = "---\n\n# X\n\nText.\n"
    text = f"---\norphan: true # yes\nstatus: Draft\nauthors:\n  - Ada # who\n  - Grace\ncategory: Process\n{rest}"
    tree = Tree(tmp_path, {"deps/0001-x.md": text})
    tree.ok("convert", "1", "--to", "block")
    wanted = "---\norphan: true # yes\n---\n\n# X\n\n{}\n\nText.\n"
    fields = "**Status**: Draft\n\n**Authors**: Ada, Grace <!-- who -->\n\n**Category**: Process"
    assert tree.text("deps/0001-x.md") == wanted.format(fields)
    tree.ok("convert", "1", "--to", "front-matter")
    fields = "status: Draft\nauthors: Ada, Grace # who\ncategory: Process\n"
    assert (
        tree.text("deps/0001-x.md")
        == text.partition("orphan")[0] + fields + "orphan: true # yes\n---\n\n# X\n\nText.\n"
    )


def test_suppressions_stay_suppressions(tmp_path: Path) -> None:
    """A comment of YAML would suppress nothing."""
    date = "**Review Date**: Jul 9 2025 <!-- dep: ignore DEP203 -->"
    text = page("X", f"{DRAFT}\n{date}\n\n<!-- dep: ignore DEP106 -->\n\n**Sponsor**: x\n")
    for way in (("directive", "front-matter", "block"), ("front-matter", "directive")):
        tree = Tree(tmp_path, {"deps/0001-x.md": text})
        assert tree.codes == []
        for target in way:
            tree.ok("convert", "1", "--to", target)
            assert tree.codes == []


def _faulty(fault: Callable[[str], str]) -> Callable[[Written], str]:
    return lambda written: fault("\n\n".join(written))


def test_what_says_something_else_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were there a fault in the writing, the reader would notice."""
    tree = Tree(tmp_path, {"deps/0001-x.md": page("X", f"{DRAFT}\n**Risk**: high\n\n**Sponsor**: @a <!-- b -->\n")})
    faults: dict[str, Callable[[str], str]] = {
        "`authors` would become something else": lambda text: text.replace("@octo", "@eve"),
        "it would not be read": lambda text: text.replace("```", "``"),
        "the comment `b` would be lost": lambda text: text.replace("sponsor: b", "sponsor:"),
        "the field `Risk` would be lost": lambda text: text.replace(":risk: high\n", ""),
        "a heading would be lost": lambda text: f"{text}\n\n```",
    }
    for why, fault in faults.items():
        monkeypatch.setattr(Written, "together", property(_faulty(fault)))
        assert why in tree.fails("convert", "1", "--to", "directive")


def test_comments_of_yaml_become_comments_of_the_page(tmp_path: Path) -> None:
    options = "---\n# all\nstatus: Draft # or not\ncategory: Process\n---"
    tree = Tree(tmp_path, {"deps/0001-x.md": f"# X\n\n```{{dep-header}}\n{options}\n```\n\nText.\n"})
    tree.ok("convert", "1", "--to", "block", "--dry-run")
    after = convert(read(tree.text("deps/0001-x.md")), SPELLINGS["block"])
    header = "**Status**: Draft <!-- or not -->\n\n**Category**: Process\n\n<!-- all -->"
    assert after.source.text == f"# X\n\n{header}\n\nText.\n"


def test_a_page_without_a_title() -> None:
    """The header stands where the page begins."""
    there = convert(read("**Status**: Draft\n\n**Authors**: @a\n\n# Summary\n\nText.\n"), SPELLINGS["front matter"])
    assert there.source.text == '---\nstatus: Draft\nauthors: "@a"\n---\n\n# Summary\n\nText.\n'
    assert read("Text only.\n").header.spans == {}
    text = "---\nstatus: Draft\n---\n\nText only.\n"
    assert convert(read(text), SPELLINGS["block"]).source.text == "**Status**: Draft\n\nText only.\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("# X\n\nText.\n", "the page has no header"),
        ("---\nstatus: Draft\n---\n\n# X\n\n**Status**: Draft\n", "its header in 2 spellings"),
        ("# X\n\n```{dep-header}\n:status: Draft\n:replaces: #12\n```\n", "a comment took the value"),
        ("# X\n\n```{dep-header}\n:status: Draft\n\nText\n```\n", "holds text that is no option"),
        ("---\nstatus: Draft # a --> b\n---\n\n# X\n", "holds `-->`"),
        ("---\nstatus: [Draft\n---\n\n# X\n", "not valid YAML"),
    ],
)
def test_refused(tmp_path: Path, text: str, why: str) -> None:
    tree = Tree(tmp_path, {"deps/0001-x.md": text})
    assert why in tree.fails("convert", "1", "--to", "block" if "```" in text or text[0] == "-" else "directive")


def test_dry_run_and_wrong_usage(tmp_path: Path) -> None:
    tree = Tree(tmp_path, {"deps/0001-x.md": BLOCK + BODY})
    before = tree.files
    assert "+:status: Draft\n" in tree.ok("convert", "1", "--to", "directive", "--dry-run")
    assert tree.files == before
    tree.fails("convert", "1", "--to", "xml", code=2)
    tree.fails("convert", "1", code=2)


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no real proposals at {CORPUS}: they are not part of this repository")
@pytest.mark.parametrize("target", FORMS)
def test_real_proposals(tmp_path: Path, target: str) -> None:
    """All of them convert, and say the same; what comes back otherwise are labels and blanks, never words."""
    tree = Tree(tmp_path, {})
    shutil.copytree(CORPUS, tmp_path / "deps")
    before = {item.path: item for item in tree.workspace.catalog.proposals}
    codes = {(item.path, item.code, item.message) for item in tree.diagnostics if item.code != "DEP101"}
    for path in before:
        tree.ok("convert", path, "--to", target)
    after = {item.path: item for item in tree.workspace.catalog.proposals}
    for path, old in before.items():
        new = after[path]
        assert (old.title, old.number, old.summary) == (new.title, new.number, new.summary)
        if old.fields:
            assert said(old) == said(new)
            assert [item.name for item in old.sections] == [item.name for item in new.sections]
    if target == "block":
        assert codes <= {(item.path, item.code, item.message) for item in tree.diagnostics}


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Co", "Cn"), exclude_characters="<>`"),
    max_size=24,
).map(str.strip)
FIELDS = st.dictionaries(st.sampled_from(sorted(DEFAULT.fields)), st.tuples(WORDS, st.lists(WORDS, max_size=2)))


@given(FIELDS, st.permutations(list(SPELLINGS.values())))
def test_there_and_back(fields: dict[str, tuple[str, list[str]]], spellings: list[Spelling]) -> None:
    """Whatever stands in a header: it is refused, or it says the same in every spelling and comes back as it was."""
    lines = ["**Status**: Draft"]
    for key, (value, comments) in fields.items():
        if key != "status":
            marks = "".join(f" <!-- {comment} -->" for comment in comments if comment and "--" not in comment)
            lines.append(f"**{DEFAULT.fields[key].label}**: {value}{marks}".rstrip())
    first = read("\n\n".join(["# X", *lines, "# Summary\n"]))
    now = first
    for spelling in (*spellings, SPELLINGS["block"]):
        try:
            now = convert(now, spelling)
        except RefusedError:
            return
        assert said(now.proposal) == said(first.proposal)
    others = [spelling for spelling in spellings if spelling.name != "block"]
    named = any(not_restored(first, convert(first, spelling)) for spelling in others)
    assert named or encode(now.source) == encode(first.source)


def said(proposal: Proposal) -> dict[str, tuple[State, str]]:
    return {key: (item.state, item.raw) for key, item in proposal.fields.items()}


def read(text: str) -> Page:
    return read_page(Source("deps/0001-x.md", text), DEFAULT)


def test_decoding_is_part_of_the_way() -> None:
    data = b"\xef\xbb\xbf" + (BLOCK + BODY).replace("\n", "\r\n").encode()
    source = read_page(decode("deps/0001-x.md", data), DEFAULT)
    there = convert(source, SPELLINGS["front matter"])
    assert encode(convert(there, SPELLINGS["block"]).source) == data


@pytest.mark.parametrize("before", ["directive", "block", "front-matter"])
@pytest.mark.parametrize("after", ["directive", "block", "front-matter"])
def test_every_line_keeps_its_newline(tmp_path: Path, before: str, after: str) -> None:
    tree = Tree(tmp_path, {"deps/0001-a.md": page("A")})
    tree.run("convert", "1", "--to", before)
    tree.write({"deps/0001-a.md": tree.text("deps/0001-a.md").replace("\n", "\r\n")})
    result = tree.run("convert", "1", "--to", after)
    assert (result.exit_code, "would not restore" in result.output) == (0, False), result.output
    text = tree.text("deps/0001-a.md")
    assert text.count("\r\n") == text.count("\n") == text.count("\r")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_two_headers_in_one_page_become_one(tmp_path: Path, newline: str) -> None:
    """As in ADRs: the date below the title, the status in its section. What both state, nobody can merge."""
    config = example_files("adr")["dep.toml"]
    text = "# 1. Retry\n\nDate: 2026-02-03\n\n## Status\n\nAccepted\n\n## Context\n\nText.\n"
    tree = Tree(tmp_path, {"dep.toml": config, "doc/adr/0001-retry.md": text.replace("\n", newline)})
    tree.ok("convert", "1", "--to", "directive")
    header = "```{dep-header}\n:date: 2026-02-03\n:status: Accepted\n```"
    expected = f"# 1. Retry\n\n{header}\n\n## Context\n\nText.\n".replace("\n", newline)
    assert (tmp_path / "doc/adr/0001-retry.md").read_bytes().decode() == expected
    twice = text.replace("Date: 2026-02-03\n", "Date: 2026-02-03\nStatus: Accepted\n").replace("\n", newline)
    tree.write({"doc/adr/0001-retry.md": twice})
    assert "its header in 2 spellings" in tree.fails("convert", "1", "--to", "directive")
    assert "does not read a table; add it to 'spellings'" in " ".join(
        tree.fails("convert", "1", "--to", "table", code=2).split()
    )

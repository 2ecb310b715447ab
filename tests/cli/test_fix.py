"""``check --fix`` and ``--diff``: exactly what has one right answer, and not one byte more."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.edit.fix import fix_all, fix_page
from sphinxext_dep.edit.workspace import Workspace
from sphinxext_dep.headers.base import LabelProblem
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.headers.spellings import SPELLINGS
from sphinxext_dep.model.config import Config
from sphinxext_dep.model.source import Source, apply_edits, encode
from sphinxext_dep.rules import RULES
from tests.cli.tree import BODY, DECIDED, DRAFT, Tree, page
from tests.edit.interrupt import states

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "dynamo" / "deps"


def one(tmp_path: Path, header: str, suffix: str = ".md") -> Tree:
    return Tree(tmp_path, {f"deps/0003-x{suffix}": page("X", header)})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # DEP203: one reading
        ("**Review Date**: Jul 09 2025", "**Review Date**: 2025-07-09"),
        ("**Review Date**: 07/15/2025 <!-- by then -->", "**Review Date**: 2025-07-15 <!-- by then -->"),
        ("**Review Date:**  Wednesday, 9th of July 2025  ", "**Review Date**:  2025-07-09  "),
        ("**Review Date: Jul 9 2025**", "**Review Date: 2025-07-09**"),
        # DEP103: one slip away from one name
        ("**Sponser**: @ada", "**Sponsor**: @ada"),
        ("**Reqired Reviewers**:\n- @ada\n- @bob", "**Required Reviewers**:\n- @ada\n- @bob"),
        ("**Tracking Isue**: https://forge.org/1", "**Tracking Issue**: https://forge.org/1"),
        # DEP002: the colon
        ("**Sponsor** @ada\n**Review Date**: 2025-07-09", "**Sponsor**: @ada\n**Review Date**: 2025-07-09"),
        # DEP108: the template's way to write a label
        ("**Sponsor:** @ada", "**Sponsor**: @ada"),
        ("__sponsor :__ @ada <!-- **a:** -->", "__Sponsor__: @ada <!-- **a:** -->"),
        ("**tracking-issue**: https://forge.org/1", "**Tracking Issue**: https://forge.org/1"),
        # DEP106: the template's order
        ("**Review Date**: 2025-07-09\n\n**Sponsor**: @ada", "**Sponsor**: @ada\n\n**Review Date**: 2025-07-09"),
        ("**Pull Request**: https://forge.org/1  \n**Sponsor**: @ada\n**Review Date**: 2025-07-09",
         "**Sponsor**: @ada  \n**Review Date**: 2025-07-09\n**Pull Request**: https://forge.org/1"),
        ("**Review Date**: 2025-07-09 <!-- one\n  two -->\n\n**Sponsor**:\n- @ada\n- @bob",
         "**Sponsor**:\n- @ada\n- @bob\n\n**Review Date**: 2025-07-09 <!-- one\n  two -->"),
        # DEP215: a value twice
        ("**Required Reviewers**: @ada, @bob, @Ada", "**Required Reviewers**: @ada, @bob"),
        ("**Required Reviewers**:\n- @ada\n- @ada\n- @bob", "**Required Reviewers**:\n- @ada\n- @bob"),
        ("**Pull Request**: https://forge.org/1, https://forge.org/1 <!-- merged -->",
         "**Pull Request**: https://forge.org/1 <!-- merged -->"),
        # What one fix brings to light is fixed with it.
        ("**Reviw Date**: Jul 09 2025\n\n**Sponsor**: @ada", "**Sponsor**: @ada\n\n**Review Date**: 2025-07-09"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_fixed(tmp_path: Path, before: str, after: str, newline: str) -> None:
    old, new = (page("X", f"{DRAFT}\n{fields}\n").replace("\n", newline).encode() for fields in (before, after))
    tree = Tree(tmp_path, {"deps/0003-x.md": b"\xef\xbb\xbf" + old})
    assert tree.codes
    tree.ok("check", "--fix")
    assert tree.files["deps/0003-x.md"] == b"\xef\xbb\xbf" + new
    assert tree.codes == []
    assert "Nothing to fix." in tree.ok("check", "--fix")
    assert tree.files["deps/0003-x.md"] == b"\xef\xbb\xbf" + new


def test_status_aliases(tmp_path: Path) -> None:
    implemented = f"{DECIDED}**Implementation**: https://forge.org/2\n\n"
    tree = one(tmp_path, implemented.replace("Approved", "Final"))
    assert "Fixed deps/0003-x.md: DEP201" in tree.ok("check", "--fix")
    assert tree.text("deps/0003-x.md") == page("X", implemented.replace("Approved", "Implemented"))


def test_the_directive(tmp_path: Path) -> None:
    header = '\n```{dep-header}\n:authors: "@octo" # who\n:status: WIP\n:category: Process\n:sponser: Ada\n```\n'
    tree = one(tmp_path, header)
    tree.ok("check", "--fix")
    wanted = '\n```{dep-header}\n:status: Draft\n:authors: "@octo" # who\n:category: Process\n:sponsor: Ada\n```\n'
    assert tree.text("deps/0003-x.md") == page("X", wanted)


def test_front_matter(tmp_path: Path) -> None:
    """Keys of others stay where they are."""
    authors, rest = "authors:\n  - '@octo' # who\n", "category: Process\nreview-date: '{}'\n---\n"
    text = f"---\n{authors}orphan: true\nstatus: WIP\n{rest.format('Jul 9 2025')}"
    wanted = f"---\nstatus: Draft\norphan: true\n{authors}{rest.format('2025-07-09')}"
    tree = Tree(tmp_path, {"deps/0003-x.md": f"{text}\n# X\n{BODY}"})
    tree.ok("check", "--fix")
    assert tree.text("deps/0003-x.md") == f"{wanted}\n# X\n{BODY}"
    assert tree.codes == []


def test_restructuredtext(tmp_path: Path) -> None:
    body = "".join(f"\n{name}\n-------------------\n\nText.\n" for name in ("Summary", "Motivation", "Proposal"))
    text = "X\n=====\n\n.. dep-header::\n   :authors: @octo\n   :status: WIP\n   :category: Process\n" + body
    tree = Tree(tmp_path, {"deps/0003-x.rst": text})
    tree.ok("check", "--fix")
    assert tree.text("deps/0003-x.rst") == text.replace(
        "   :authors: @octo\n   :status: WIP\n", "   :status: Draft\n   :authors: @octo\n"
    )


@pytest.mark.parametrize(
    ("fields", "code", "why"),
    [
        ("**Review Date**: 07/01/2025", "DEP203", ""),
        ("**Review Date**: soon", "DEP203", ""),
        ("**Review Date**: Jul 9 2025 (or later)", "DEP203", "says more than a day"),
        ("**Review Date**: 2025-07-09T10:00Z", "DEP203", "says more than a day"),
        ("**Review Date**: Jul <!-- which? --> 9 2025", "DEP203", "a comment inside the value"),
        # `Replaced` is as near to `Replaces` as it is the beginning of `Replaced By`.
        ("**Replaced**: N/A", "DEP103", ""),
        ("**Extended**: N/A", "DEP103", ""),
        ("**Sponser**: @ada\n\n**Sponsor**: @bob", "DEP103", ""),
        ("**Px**: x\n\n**Tga**: x", "DEP103", ""),
        ("**Review Date**: 2025-07-09\n\n<!-- whose? -->\n\n**Sponsor**: @ada", "DEP106", "comment above `Sponsor`"),
        ("**Review Date**: Jul 9 2025\n\n<!-- dep: ignore DEP203 — as in the minutes -->", "", ""),
    ],
)
def test_left_to_the_author(tmp_path: Path, fields: str, code: str, why: str) -> None:
    tree = one(tmp_path, f"{DRAFT}\n{fields}\n")
    before = tree.files
    said = tree.run("check", "--fix").output
    assert "Nothing to fix." in said
    assert tree.files == before
    assert code in "".join(tree.codes)
    assert why in said


def test_a_label_that_begins_another_name(tmp_path: Path) -> None:
    """`Owner` is one slip away from `Owners`; but `Owner Team` may have been meant."""
    tree = one(tmp_path, f"{DRAFT}\n**Owner**: Ada\n")
    tree.write({"dep.toml": 'sources = ["deps/*"]\n[fields.owners]\n[fields.owner-team]\n'})
    before = tree.files
    tree.run("check", "--fix")
    assert tree.files == before
    tree.write({"dep.toml": 'sources = ["deps/*"]\n[fields.owners]\n'})
    tree.ok("check", "--fix")
    assert "**Owners**: Ada\n" in tree.text("deps/0003-x.md")


def test_a_label_that_would_bring_an_error_stays(tmp_path: Path) -> None:
    """`Types` is one slip away from `Type`, which is the category: but then its value would have to be one."""
    header = DRAFT.replace("\n**Category**: Architecture\n", "\n**Types**: CI\n")
    tree = one(tmp_path, header)
    before = tree.files
    assert "DEP103 is not fixed: then DEP202 would be reported" in tree.run("check", "--fix").output
    assert tree.files == before


def test_only_what_was_asked_for(tmp_path: Path) -> None:
    """Selections hold for what is brought to light, too; a baseline exempts from being fixed."""
    header = f"{DRAFT}\n**Reviw Date**: Jul 09 2025\n\n**Sponsor**: @ada\n"
    tree = one(tmp_path, header)
    tree.write({"deps/0004-y.md": page("Y", header)})
    tree.run("check", "--fix", "--select", "DEP103", "deps/0003-x.md")
    assert tree.text("deps/0003-x.md") == page("X", header.replace("Reviw", "Review"))
    assert tree.text("deps/0004-y.md") == page("Y", header)
    tree.write({"dep.toml": 'baseline = "baseline.toml"\nsources = ["deps/*"]\n'})
    tree.ok("check", "--write-baseline")
    before = tree.files
    assert "Nothing to fix." in tree.run("check", "--fix").output
    assert tree.files == before


def test_one_fix_that_cannot_be_made_does_not_keep_the_others_from_being_made(tmp_path: Path) -> None:
    header = DRAFT.replace("\n**Category**: Architecture\n", "\n**Types**: CI\n\n**Sponser**: @ada\n")
    tree = one(tmp_path, header)
    assert "`Types`" in tree.run("check", "--fix").output
    assert tree.text("deps/0003-x.md") == page("X", header.replace("Sponser", "Sponsor"))


def test_one_fix_may_make_another_possible(tmp_path: Path) -> None:
    """As long as nobody says that it was replaced, `Replaced` without a colon would be a status without a reason."""
    tree = pair(tmp_path, "", "\n**Replaces**: DEP-1\n")
    header = "\n**Status** Superseded\n\n**Authors**: @octo\n\n**Category**: Process\n\n**Replaced Byx**: N/A\n"
    tree.write({OLD: page("Old", header)})
    tree.run("check", "--fix")
    once = tree.files
    assert b"**Status**: Replaced" in once[OLD]
    assert "Nothing to fix." in tree.run("check", "--fix").output
    assert tree.files == once


OLD, NEW = "deps/0001-old.md", "deps/0002-new.md"


def pair(tmp_path: Path, old: str, new: str) -> Tree:
    header = DECIDED.replace("\n**Sponsor", "{}\n**Sponsor")
    return Tree(tmp_path, {OLD: page("Old", header.format(old)), NEW: page("New", header.format(new))})


def test_the_other_side_of_a_relation(tmp_path: Path) -> None:
    tree = pair(tmp_path, "\n**Replaced By**: DEP-2\n", "\n**Replaces**: N/A\n")
    tree.write({OLD: tree.text(OLD).replace("Approved", "Replaced")})
    before = tree.files
    assert "Fixed deps/0002-new.md: the other side of a relation" in tree.ok("check", "--fix")
    wanted = before | {NEW: before[NEW].replace(b"**Replaces**: N/A", b"**Replaces**: DEP-0001")}
    assert tree.files == wanted
    assert tree.codes == []
    assert "Nothing to fix." in tree.ok("check", "--fix")


def test_what_was_replaced_in_part_is_said_in_part(tmp_path: Path) -> None:
    tree = pair(tmp_path, "", "\n**Replaces** (partially): DEP-1\n")
    tree.ok("check", "--fix")
    assert "\n\n**Replaced By**: DEP-0002 (partially)\n\n**Sponsor**" in tree.text(OLD)
    assert tree.codes == []


def test_a_status_is_not_changed_to_fix_a_relation(tmp_path: Path) -> None:
    """Whether the old proposal is still in force is for people to say."""
    tree = pair(tmp_path, "", "\n**Replaces**: DEP-1\n")
    before = tree.files
    said = tree.run("check", "--fix").output
    assert "DEP404 is not fixed: the status of DEP-0001 changes with it" in said
    assert "`sphinx-dep supersede DEP-0001 DEP-0002`" in said
    assert tree.files == before


def test_two_successors_and_one_that_says_so(tmp_path: Path) -> None:
    tree = pair(tmp_path, "\n**Replaced By**: DEP-2\n", "\n**Replaces**: DEP-1\n")
    header = DECIDED.replace("\n**Sponsor", "\n**Replaces**: [old](0001-old.md)\n\n**Sponsor")
    tree.write({OLD: tree.text(OLD).replace("Approved", "Replaced")})
    tree.write({"deps/0003-a.md": page("A", header), "deps/0004-b.md": page("B", header)})
    tree.ok("check", "--fix")
    assert "**Replaced By**: DEP-2, DEP-0003, DEP-0004\n" in tree.text(OLD)
    assert tree.codes == []


def test_diff_shows_what_fix_would_do(tmp_path: Path) -> None:
    """As a patch that git takes."""
    tree = one(tmp_path, f"{DRAFT}\n**Review Date**: Jul 09 2025")
    tree.write({"deps/0004-y.md": page("Y", DRAFT.replace("Draft", "WIP")).replace("\n", "\r\n").rstrip()})
    before = tree.files
    result = tree.run("check", "--diff")
    assert result.exit_code == 1
    assert tree.files == before
    assert "\\ No newline at end of file" not in result.stdout
    tree.write({"fix.patch": result.stdout_bytes})
    subprocess.run(["git", "apply", "fix.patch"], cwd=tree.root, check=True)
    patched = tree.files
    tree.write(before)
    tree.ok("check", "--fix")
    assert {path: data for path, data in patched.items() if path != "fix.patch"} == {
        path: data for path, data in tree.files.items() if path != "fix.patch"
    }
    assert tree.run("check", "--diff").exit_code == 0


def test_killed_while_fixing(tmp_path: Path) -> None:
    """Whenever it is killed, each file is old or new, and the next run fixes what is left."""
    header = f"{DRAFT}\n**Review Date**: Jul 09 2025\n"
    paths = [f"deps/000{number}-x.md" for number in range(1, 4)]
    old = {path: page("X", header) for path in paths}
    new = {path: text.replace("Jul 09 2025", "2025-07-09") for path, text in old.items()}
    tree = Tree(tmp_path, old)
    seen = list(states(lambda: tree.run("check", "--fix", "--no-cache"), lambda: [tree.text(path) for path in paths]))
    assert len(seen) == len(paths) + 1
    for state in seen:
        tree.write(dict(zip(paths, state, strict=True)))
        tree.ok("check", "--fix", "--no-cache")
        assert {path: tree.text(path) for path in paths} == new


LABELS = ("Status", "Authors", "Category", "Sponsor", "Review Date", "Replaces", "Replaced By", "Extends", "Related")
SLIPS = st.sampled_from(("{}", "{}", "{}", "{}x", "x{}"))
WORDS = (
    "Draft",
    "Accepted",
    "Superseded",
    "Replaced",
    "Approved",
    "Process",
    "@octo",
    "Jul 09 2025",
    "07/01/2025",
    "TBD",
)
NAMES = ("N/A", "", "DEP-1", "DEP-2", "DEP-3, DEP-1", "DEP-2 (partially)")
VALUES = st.sampled_from((*WORDS, *NAMES))
LINES = st.tuples(st.sampled_from(LABELS), SLIPS, st.sampled_from(("**{}**: {}", "**{}:** {}", "**{}** {}")), VALUES)


@given(st.lists(st.lists(LINES, min_size=2, max_size=7), min_size=3, max_size=3))
def test_a_second_run_has_nothing_left_to_do(pages: list[list[tuple[str, str, str, str]]]) -> None:
    """Whatever is wrong, in whatever mixture; and nothing gets worse, unless a corrected label shows a wrong value."""
    sources = []
    for number, lines in enumerate(pages, 1):
        block = "\n\n".join(form.format(slip.format(label), value) for label, slip, form, value in lines)
        sources.append(Source(f"deps/000{number}-x.md", page("X", f"\n{block}\n")))
    empty = Workspace(Config(Path(), None, DEFAULT), RULES, ())
    before = empty.with_pages(read_page(source, DEFAULT) for source in sources)
    once = fix_all(before)
    if all(slip == "{}" for lines in pages for _label, slip, _form, _value in lines):
        assert len(once.after.judgement.diagnostics) <= len(before.judgement.diagnostics)
    again = fix_all(once.after)
    assert again.fixed == ()
    assert {path: item.source.text for path, item in again.after.edited.items()} == {
        path: item.source.text for path, item in once.after.edited.items()
    }


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no real proposals at {CORPUS}: they are not part of this repository")
def test_real_proposals(tmp_path: Path) -> None:
    """Everything that has a fix is gone, and nothing has changed but those lines."""
    tree = Tree(tmp_path, {})
    shutil.copytree(CORPUS, tmp_path / "deps")
    before, found = tree.files, tree.diagnostics
    workspace = tree.workspace
    fixable = [item for item in found if RULES.by_code[item.code].find_fix(workspace, item)]
    assert fixable
    tree.run("check", "--fix")
    left = {(item.path, item.code, item.message) for item in tree.diagnostics}
    assert left == {(item.path, item.code, item.message) for item in found if item not in fixable}
    for path, data in tree.files.items():
        pairs = list(zip(before[path].split(b"\n"), data.split(b"\n"), strict=True))
        changed = [place for place, (old, new) in enumerate(pairs, 1) if old != new]
        assert changed == sorted(item.line for item in fixable if item.path == path)
    again = tree.files
    assert "Nothing to fix." in tree.run("check", "--fix").output
    assert tree.files == again


def test_fixes_that_are_in_one_anothers_way(tmp_path: Path) -> None:
    tree = one(tmp_path, f"{DRAFT}\n**Review Date**: Jul 09 2025\n")
    outcome = fix_all(tree.workspace, lambda items: [*(found := list(items)), *found])
    assert [item.code for item in outcome.fixed] == ["DEP203"]
    assert outcome.not_fixed == ()


def test_a_fix_that_changes_nothing_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = LabelProblem("it is no label", "write one", ())
    monkeypatch.setattr(SPELLINGS["block"], "label_problem", lambda source, raw, field: problem)
    tree = one(tmp_path, DRAFT.replace("**Status**:", "**status:**"))
    before = tree.files
    assert "Nothing to fix." in tree.run("check", "--fix").output
    assert tree.files == before


def test_fixes_can_be_applied_one_by_one(tmp_path: Path) -> None:
    tree = one(tmp_path, f"{DRAFT}\n**Review Date**: Jul 09 2025\n")
    (item,) = tree.diagnostics
    found = RULES.by_code[item.code].find_fix(tree.workspace, item)
    assert found is not None
    assert encode(apply_edits(found.page.source, found.edits)) == encode(fix_page(found.page, [found]).source)


DIRECTIVE = """\
# B

```{{dep-header}}
{status}
:authors: "@a"
:category: Process
:sponsor: "@a"
:required-reviewers: "@b"
:review-date: 2026-01-01
:pull-request: https://example.org/1
{more}
```
"""


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"deps/0002-b.md": (":status: Approved", ":number: 5\n:replaces: DEP-1")}, id="two numbers"),
        pytest.param(
            dict.fromkeys(["deps/0002-b.md", "deps/0002-c.md"], (":status: Approved", "")), id="one number twice"
        ),
        pytest.param({"deps/0002-b.md": ("status: Approved", ":replaces: DEP-1")}, id="a header that breaks off"),
    ],
)
def test_no_relation_is_written_while_a_page_is_not_known(tmp_path: Path, files: dict[str, tuple[str, str]]) -> None:
    """What a page says of others is not certain while its number, or its header, is wrong."""
    pages = {name: DIRECTIVE.format(status=status, more=more) + BODY for name, (status, more) in files.items()}
    replaced = "**Status**: Replaced\n**Authors**: @a\n**Category**: Process\n**Replaced By**: DEP-2\n"
    pages["deps/0001-a.md"] = page("A", replaced)
    tree = Tree(tmp_path, pages)
    said = tree.run("check", "--fix", "--no-cache").output
    assert "correct that first" in said
    assert tree.text("deps/0001-a.md") == pages["deps/0001-a.md"]
    assert [tree.text(name).count("replaces") for name in files] == [pages[name].count("replaces") for name in files]

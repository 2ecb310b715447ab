"""Commands write as the proposals beside them are written; `check` accepts it without a warning."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sphinxext_dep.model.diagnostics import Severity
from tests.cli.tree import DECIDED, DRAFT, Tree, page
from tests.examples import example_files


@pytest.fixture
def peps(tmp_path: Path) -> Tree:
    return Tree(tmp_path, example_files("pep"))


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ((), "03-Feb-2026"),
        (("--set", "created=2026-11-29"), "29-Nov-2026"),
        (("--set", "created=today"), "03-Feb-2026"),
        (("--set", "created=29-Nov-2026"), "29-Nov-2026"),
    ],
)
def test_new_in_a_process_with_numbers_and_days_of_its_own(
    peps: Tree, monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...], written: str
) -> None:
    """It gets the next number, today, and the name of a file that the others have."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1770120000")
    before = set(peps.files)
    highest = max(item.number or 0 for item in peps.workspace.catalog.proposals)
    known = len(peps.diagnostics)
    said = peps.ok("new", "Retry failed requests", "--author", "Ada Lovelace <ada@example.org>", *given)
    (path,) = set(peps.files) - before
    assert path in said
    proposal = peps.proposal(path)
    assert proposal.number == highest + 1
    assert path.startswith(f"peps/pep-{highest + 1:04d}")
    assert f"Created: {written}\n" in peps.text(path)
    new = [item for item in peps.diagnostics if item.path == path and item.code.startswith("DEP2")]
    assert new == []
    assert len(peps.diagnostics) >= known


@pytest.mark.parametrize(
    ("process", "path", "begins"),
    [
        (
            "adr",
            "doc/adr/0005-hidden-lines.md",
            "# 5. Hidden lines\n\nDate: 2026-02-03\n\n## Status\n\nProposed\n\n## Context\n",
        ),
        ("madr", "docs/decisions/0004-hidden-lines.md", "---\nstatus: proposed\n"),
        ("log4brains", "docs/adr/20260203-hidden-lines.md", "# Hidden lines\n\n- Status: draft\n"),
        (
            "nep",
            "neps/nep-0004-hidden-lines.rst",
            "====================\nNEP 4 — Hidden lines\n====================\n\n:Author: ",
        ),
        ("pep", "peps/pep-0032.rst", "PEP: 32\nTitle: Hidden lines\n"),
        ("eip", "EIPS/eip-15.md", "---\neip: 15\ntitle: Hidden lines\ndescription: Short\n"),
        ("jep", "0000-hidden-lines/hidden-lines.md", "---\ntitle: Hidden lines\n"),
        ("rfc", "text/0000-hidden-lines.md", "- Feature Name: TBD\n- Start Date: 2026-02-03\n"),
        ("conda", "cep-0000-hidden-lines.md", "<table>\n<tr><td> Title </td><td> Hidden lines </td>"),
        ("napari", "docs/naps/4-hidden-lines.md", "# NAP-4 — Hidden lines\n\n```{eval-rst}\n:Author: "),
    ],
)
def test_new_writes_as_the_neighbours_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, process: str, path: str, begins: str
) -> None:
    """The name of the file, the spelling and its place, the number, and what conditions ask for."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1770120000")
    tree = Tree(tmp_path, example_files(process))
    known, before = set(tree.diagnostics), set(tree.files)
    given = ["description=Short", "discussions-to=https://ethereum-magicians.org/t/x/1"] if process == "eip" else []
    author = "Ada Lovelace <ada@example.org>" if process in ("pep", "nep") else "Ada Lovelace (@ada)"
    tree.ok("new", "Hidden lines", "--author", author, *(word for one in given for word in ("--set", one)))
    assert set(tree.files) - before == {path}
    assert tree.text(path).startswith(begins)
    assert {item.severity for item in set(tree.diagnostics) - known} <= {Severity.INFO}


@pytest.mark.parametrize(
    ("neighbour", "written"),
    [
        ("3", "1"),
        ("0003", "0001"),
        ("DEP-3", "DEP-0001"),
        ("three", "DEP-0001"),
        ("N/A", "DEP-0001"),
    ],
)
def test_references_are_written_as_the_others_are(tmp_path: Path, neighbour: str, written: str) -> None:
    tree = Tree(
        tmp_path,
        {
            "deps/0001-one.md": page("One", DECIDED),
            "deps/0002-two.md": page("Two", DRAFT),
            "deps/0003-three.md": page("Three", DECIDED),
            "deps/0004-four.md": page("Four", f"{DRAFT}\n**Related**: {neighbour}\n"),
        },
    )
    known = tree.codes
    tree.ok("link", "2", "extends", "1")
    assert f"**Extends**: {written}\n" in tree.text("deps/0002-two.md")
    assert tree.codes == known


NEIGHBOURS = {
    "handles": ("@octo, @ada", {"@octo": "@octo", "[@octo](https://github.com/octo)": "@octo",
                                "https://github.com/grace": "@grace", "Grace Hopper": "Grace Hopper",
                                "Grace <grace@x.org>": "Grace <grace@x.org>"}),
    "links": ("[@octo](https://github.com/octo), [@ada](https://github.com/ada)",
              {"@octo": "[@octo](https://github.com/octo)", "@grace, Bob": "[@grace](https://github.com/grace), Bob"}),
    "names with handles": ("Octo Cat (@octo), Ada Lovelace (@ada)",
                           {"@octo": "Octo Cat (@octo)", "Ada Lovelace": "Ada Lovelace (@ada)", "@grace": "@grace",
                            "ada lovelace and @octo": "Ada Lovelace (@ada) and Octo Cat (@octo)"}),
    "links with names": ("[Octo Cat](https://github.com/octo)", {"@octo": "[Octo Cat](https://github.com/octo)"}),
    "mail": ("Ada Lovelace <ada@x.org>", {"Ada Lovelace": "Ada Lovelace <ada@x.org>",
                                          "Bob <bob@x.org>": "Bob <bob@x.org>", "Bob <bob at x.org>": "Bob <bob@x.org>",
                                          # Another address was given on purpose.
                                          "Ada Lovelace <ada@y.org>": "Ada Lovelace <ada@y.org>"}),
    "mail in words": ("Ada Lovelace <ada at x.org>", {"Bob <bob@x.org>": "Bob <bob at x.org>"}),
    "two of one name": ("Sam (@sam1), Sam (@sam2)", {"Sam": "Sam", "@sam1": "Sam (@sam1)"}),
    "teams": ("@org/team", {"@org/other": "@org/other"}),
    "nobody yet": ("TBD", {"@octo": "@octo", "[@octo](https://github.com/octo)": "[@octo](https://github.com/octo)"}),
    "a remark": ("@octo (lead), @octo, @octo", {"@octo": "@octo", "@octo (editor)": "@octo (editor)"}),
}  # fmt: skip


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_people_are_written_as_the_others_are(tmp_path: Path, name: str) -> None:
    """By `new`, in an option of its own and with `--set`, and by `status`."""
    neighbour, forms = NEIGHBOURS[name]
    one = page("One", DRAFT.replace("@octo", "Zoe") + f"\n**Sponsor**: {neighbour}\n")
    two = page("Two", DRAFT.replace("@octo", "Zoe"))
    for given, written in forms.items():
        tree = Tree(tmp_path, {"deps/0001-one.md": one, "deps/0002-two.md": two})
        tree.ok("new", "Third", "--author", given, "--set", f"sponsor={given}", "--category", "Process")
        fields = tree.proposal("deps/0000-third.md").fields
        assert {fields["authors"].raw, fields["sponsor"].raw} == {written}
        (tmp_path / "deps/0000-third.md").unlink()
        tree.ok("status", "2", "Deferred", "--set", f"sponsor={given}")
        assert f"**Sponsor**: {written}\n" in tree.text("deps/0002-two.md")


@pytest.mark.parametrize(
    ("process", "old", "new", "written"),
    [
        ("adr", "1", "3", {"Superseded by [3. One directory](0003-one-directory.md)",
                           "Supersedes [1. Record decisions](0001-record-decisions.md)"}),
        ("log4brains", "20250301-buy-icons", "20250402-no-icons-in-menus",
         {"- Status: superseded by [20250402-no-icons-in-menus](20250402-no-icons-in-menus.md)"}),
        ("madr", "2", "0", {"status: superseded by ADR-0000"}),
        # A condition requires the relation of some of the pages with this status.
        ("pep", "31", "1", {"Status: Superseded", "Superseded-By: 1", "Replaces: 31"}),
        ("nep", "0", "2", {":Status: Superseded", ":Replaced-By: NEP-0002", ":Replaces: 1, NEP-0000"}),
    ],
)  # fmt: skip
def test_supersede_writes_as_the_neighbours_do(
    tmp_path: Path, process: str, old: str, new: str, written: set[str]
) -> None:
    tree = Tree(tmp_path, example_files(process))
    before, known = tree.files, tree.codes
    tree.ok("supersede", old, new)
    added = {
        line
        for path, data in tree.files.items()
        for line in data.decode().splitlines()
        if line not in before[path].decode().splitlines()
    }
    assert added == written
    assert tree.codes == known


LINKS = {
    "[DEP-3](0003-three.md)": "[DEP-1](0001-one.md)",
    "[3](./0003-three.md)": "[1](./0001-one.md)",
    "[Three](/deps/0003-three.md)": "[One](/deps/0001-one.md)",
    "{doc}`0003-three`": "DEP-0001",
    "[#003 (Three)](0003-three)": "[#001 (One)](0001-one)",
}
"""A reference, and how another proposal is named like it. The words of a role are read without the role."""


@pytest.mark.parametrize("neighbour", LINKS)
def test_links_are_written_as_the_others_are(tmp_path: Path, neighbour: str) -> None:
    tree = Tree(
        tmp_path,
        {
            "deps/0001-one.md": page("One", DECIDED),
            "deps/0002-two.md": page("Two", DRAFT),
            "deps/0003-three.md": page("Three", DECIDED),
            "deps/0004-four.md": page("Four", f"{DRAFT}\n**Related**: {neighbour}\n"),
        },
    )
    tree.ok("link", "2", "extends", "1")
    assert f"**Extends**: {LINKS[neighbour]}\n" in tree.text("deps/0002-two.md")
    assert not [item for item in tree.diagnostics if item.path == "deps/0002-two.md" and item.code == "DEP206"]


def test_what_a_condition_requires_is_asked_for(peps: Tree) -> None:
    """The refusal names the way out, as where the status itself requires it."""
    assert "sphinx-dep supersede PEP-0031 NEW writes both sides" in peps.fails("status", "31", "Superseded")
    peps.write({"peps/pep-0031.rst": re.sub(r"Resolution: .*\n", "", peps.text("peps/pep-0031.rst"))})
    peps.write({"peps/pep-0031.rst": peps.text("peps/pep-0031.rst").replace("Status: Accepted", "Status: Draft")})
    assert "give it: --set 'resolution=" in peps.fails("status", "31", "Rejected")
    peps.ok("status", "31", "Rejected", "--set", "resolution=https://discuss.python.org/t/123")

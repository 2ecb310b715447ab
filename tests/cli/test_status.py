"""``sphinx-dep status``"""

from __future__ import annotations

from pathlib import Path

import pytest

from sphinxext_dep.cli.commands.change import complete_relation
from sphinxext_dep.cli.editing import complete_status
from tests.cli.tree import DECIDED, DRAFT, Tree, page

REVIEW = (
    "--set", "sponsor=@ada", "--set", "Required Reviewers=@grace", "--set", "review-date=2026-01-31",
    "--set", "PR=https://forge.org/pull/1",
)  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path, {"deps/0001-one.md": page("One"), "deps/0002-two.md": page("Two", DECIDED)})


def test_the_status_changes_and_nothing_else(tree: Tree) -> None:
    before = tree.text("deps/0001-one.md")
    assert tree.ok("status", "1", "Deferred") == "changed deps/0001-one.md\n"
    assert tree.text("deps/0001-one.md") == before.replace("Draft", "Deferred")
    assert tree.codes == []


def test_the_fields_that_it_requires_are_given_with_it(tree: Tree) -> None:
    tree.ok("status", "deps/0001-one.md", "under review", *REVIEW)
    header = tree.text("deps/0001-one.md").partition("\n# Summary")[0]
    assert header == (
        "# One\n\n**Status**: Under Review\n\n**Authors**: @octo\n\n**Category**: Architecture\n\n**Sponsor**: @ada\n\n"
        "**Required Reviewers**: @grace\n\n**Review Date**: 2026-01-31\n\n**Pull Request**: https://forge.org/pull/1\n"
    )
    assert tree.codes == []


def test_without_a_terminal_the_fields_that_are_wanting_are_listed(tree: Tree) -> None:
    said = tree.fails("status", "1", "Under Review", "--set", "sponsor=@ada")
    assert "requires `Required Reviewers`, `Review Date` and `Pull Request`" in said
    assert "--set 'required-reviewers=@handle' --set 'review-date=YYYY-MM-DD'" in said


def test_on_a_terminal_they_are_asked_for(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    monkeypatch.setattr("sphinxext_dep.cli.editing.on_terminal", lambda: True)
    said = tree.ok("status", "1", "Under Review", input="@ada\n@grace\ntoday\nhttps://forge.org/pull/1\n")
    assert "Sponsor (The maintainer who shepherds it):" in said
    assert tree.proposal("deps/0001-one.md").date("review-date") == "2026-01-01"


def test_the_lifecycle_is_kept(tree: Tree) -> None:
    said = tree.fails("status", "1", "Implemented")
    assert "`Draft` cannot become `Implemented`" in said
    assert "`Draft` may become `Under Review`, `Deferred` or `Rejected`; --force" in said
    tree.write({"deps/0003-three.md": page("Three", DRAFT.replace("Draft", "Rejected"))})
    assert "`Rejected` is final" in tree.fails("status", "3", "Draft")
    tree.ok("status", "3", "Draft", "--force")
    assert tree.proposal("deps/0003-three.md").status == "Draft"


def test_an_alias_is_written_as_the_status_itself(tree: Tree) -> None:
    tree.ok("status", "1", "postponed")
    assert "**Status**: Deferred" in tree.text("deps/0001-one.md")
    tree.write({"deps/0003-three.md": page("Three", DECIDED.replace("Approved", "accepted"))})
    tree.ok("status", "3", "Approved")
    assert "**Status**: Approved" in tree.text("deps/0003-three.md")


def test_what_is_no_status_can_be_put_right(tree: Tree) -> None:
    tree.write({"deps/0003-three.md": page("Three", DECIDED.replace("Approved", "Published"))})
    assert "`Published` is not a status" in tree.ok("status", "3", "Approved")
    assert tree.codes == []


def test_a_page_that_would_be_invalid_is_not_changed(tree: Tree) -> None:
    tree.write({"deps/0003-three.md": page("Three", body="\n# Summary\n\nIt.\n")})
    said = tree.fails("status", "3", "Under Review", *REVIEW)
    assert "it would lead to 3 errors" in said
    assert "DEP301 the section `Motivation` is missing" in said
    tree.ok("status", "3", "Under Review", *REVIEW, "--force")
    assert tree.proposal("deps/0003-three.md").status == "Under Review"


def test_a_bad_value_is_not_written(tree: Tree) -> None:
    said = tree.fails("status", "1", "Deferred", "--set", "review-date=07/01/2025")
    assert "DEP203 `07/01/2025` can be read as 2025-01-07 or 2025-07-01" in said


def test_a_status_that_requires_a_relation(tree: Tree) -> None:
    assert "sphinx-dep supersede DEP-0002 NEW writes both sides" in tree.fails("status", "2", "Replaced")


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("1", "Aproved"), "there is no status 'Aproved'; did you mean 'Approved'?"),
        (("1", "x"), "there are Draft, Under Review"),
        (("7", "Draft"), "there is no proposal '7'"),
        (("1", "Deferred", "--set", "sponsor"), "not of the form field=value"),
        (("1", "Deferred", "--set", "sponser=x"), "there is no field 'sponser'; did you mean 'sponsor'?"),
        (("1", "Deferred", "--set", "replaces=2"), "'replaces' has two sides"),
        (("1", "Deferred", "--set", "number=2"), "a command of its own"),
        (("1", "Deferred", "--set", "sponsor=a\nb"), "more than one line"),
    ],
)
def test_wrong_usage(tree: Tree, args: tuple[str, ...], why: str) -> None:
    assert why in tree.fails("status", *args, code=2)


def test_dry_run_prints_a_diff(tree: Tree) -> None:
    before = tree.files
    said = tree.ok("status", "2", "Implemented", "--set", "implementation=https://forge.org/issues/2", "--dry-run")
    assert tree.files == before
    assert "--- a/deps/0002-two.md\n+++ b/deps/0002-two.md\n" in said
    assert "-**Status**: Approved\n+**Status**: Implemented\n" in said
    assert "+**Implementation**: https://forge.org/issues/2\n" in said


def test_nothing_to_change(tree: Tree) -> None:
    before = tree.files
    assert tree.ok("status", "1", "Draft") == "deps/0001-one.md is `Draft` already\n"
    assert tree.files == before


def test_only_the_value_changes_in_a_file_of_any_kind(tree: Tree) -> None:
    data = (
        b"\xef\xbb\xbf"
        + page("Gr\N{LATIN SMALL LETTER O WITH DIAERESIS}\xdfe").replace("\n", "\r\n").encode()
        + b"  \t"
    )
    tree.write({"deps/0003-three.md": data})
    (tree.root / "deps/0003-three.md").chmod(0o640)
    tree.ok("status", "3", "Deferred")
    assert tree.files["deps/0003-three.md"] == data.replace(b"Draft", b"Deferred")
    assert (tree.root / "deps/0003-three.md").stat().st_mode & 0o777 == 0o640


def test_another_process(tmp_path: Path) -> None:
    """Statuses, fields and lifecycle are the configuration's."""
    toml = """
base = "empty"
prefix = "RFC"
sources = ["rfcs/*.md"]
lifecycle = ["Talk", "Done"]
[statuses.Talk]
next = ["Done"]
[statuses.Done]
kind = "decided"
requires = ["approver"]
[fields.status]
label = "State"
type = "status"
[fields.approver]
label = "Approver"
type = "people"
"""
    tree = Tree(tmp_path, {"dep.toml": toml, "rfcs/0001-one.md": "# One\n\n**State**: Talk\n\nText.\n"})
    assert "`Done` requires `Approver`" in tree.fails("status", "RFC-1", "Done")
    tree.ok("status", "RFC-1", "done", "--set", "approver=@ada")
    assert tree.text("rfcs/0001-one.md") == "# One\n\n**State**: Done\n\n**Approver**: @ada\n\nText.\n"


def test_completion(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree.root)
    assert complete_status("re") == ["Replaced", "Rejected"]
    assert complete_relation("re") == ["replaces", "replaced-by", "related"]
    tree.write({"dep.toml": "nonsense ="})
    assert complete_status("re") == complete_relation("re") == []


NOTED = """
[statuses.Approved]
note = "pull-request"
[statuses.Implemented]
note = "pull-request"
requires = []
"""


@pytest.mark.parametrize(
    ("to", "written", "lost"),
    [
        ("Implemented", "Implemented via [#5](https://forge.org/5)", False),
        ("Deferred", "Deferred", True),
    ],
)
def test_words_behind_a_status_stay_where_they_mean_the_same(tmp_path, to, written, lost):
    header = DECIDED.replace("Approved", "Approved via [#5](https://forge.org/5)").replace(
        "**Pull Request**: https://forge.org/pull/1\n", ""
    )
    tree = Tree(tmp_path, {"dep.toml": NOTED, "deps/0001-a.md": page("A", header)})
    printed = tree.run("status", "1", to)
    assert printed.exit_code == 0, printed.output
    assert f"**Status**: {written}\n" in tree.text("deps/0001-a.md")
    assert ("taken out: `[#5](https://forge.org/5)`" in printed.output) == lost

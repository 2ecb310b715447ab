"""Who belongs to which group, as ``CODEOWNERS`` says."""

from __future__ import annotations

from pathlib import Path

import pytest

from sphinxext_dep.query.people import PLACES, Groups, parse_groups, read_groups

LINES = {
    "# @org/team: @ada, @octo": {"org/team": ("ada", "octo")},
    "## SIG  Router : @ada @org/other ,": {"sig router": ("ada", "org/other")},
    "[SIG Router] @ada @octo": {"sig router": ("ada", "octo")},
    "^[SIG Router][2] @ada # the first": {"sig router": ("ada",)},
    "#@org/team:@ada": {"org/team": ("ada",)},
    # Who owns files, which says nothing about who belongs to a team; and what is no list of people.
    "/router/ @org/sig-router @ada": {},
    "* @org/maintainers @ada": {},
    "# SIG Router": {},
    "# SIG Router: ada and octo": {},
    "# see https://example.org/@ada": {},
    "# @ada: please look, @octo and others": {},
    "[SIG Router]": {},
    "[SIG Router] docs@example.org": {},
    "[SIG Router] docs@example.org @ada": {"sig router": ("ada",)},
    "# SIG Router: @ada, octo@example.org @grace": {"sig router": ("ada", "grace")},
    "# : @ada": {},
}


@pytest.mark.parametrize("line", LINES)
def test_lines(line: str) -> None:
    assert parse_groups(f"# owners\n{line}\r\n* @all\n").members == LINES[line]


def test_groups_within_groups() -> None:
    """A member of a team that is in a group belongs to both; a circle ends."""
    groups = parse_groups("# A: @ada @org/b\n# @org/b: @octo\n# A: @grace\n# @org/c: @org/d\n# @org/d: @org/c @x\n")
    assert groups.members["a"] == ("ada", "org/b", "grace")
    assert groups.of("@Octo") == ("a", "org/b")
    assert groups.of("grace") == ("a",)
    assert groups.of("x") == ("org/c", "org/d")
    assert groups.of("nobody") == ()


@pytest.mark.parametrize("place", PLACES)
def test_the_file_is_looked_for_up_to_the_top_of_the_repository(tmp_path: Path, place: str) -> None:
    root = tmp_path / "repo" / "docs" / "proposals"
    root.mkdir(parents=True)
    (tmp_path / "CODEOWNERS").write_text("# A: @outside\n")
    assert read_groups(root) == Groups()
    (tmp_path / "repo/.git").mkdir()
    assert read_groups(root) == Groups()
    file = tmp_path / "repo" / place
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"\xef\xbb\xbf# A: @inside\n\xff\n")
    assert read_groups(root).members == {"a": ("inside",)}


def test_a_file_that_cannot_be_read_names_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "CODEOWNERS").write_text("# A: @ada\n")
    monkeypatch.setattr("sphinxext_dep.model.files.MAX_PAGE_BYTES", 3)
    assert read_groups(tmp_path) == Groups()

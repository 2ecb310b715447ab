"""Status banners in pages, and the commands that keep them in step with the header."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.tree import DECIDED, DRAFT, Tree, page

FORMS = {
    "alert": "> [!WARNING]\n> **Status**: {} — see [the plan](x.md).\n",
    "all bold": "> [!WARNING]\n> **Status: {}** — see [the plan](x.md).\n",
    "same line": "> [!WARNING] Status: `{}`\n",
    "bold value": "> [!WARNING]\n>\n> Status: **{}**, until it is not.\n> - [ ] more\n",
    "quote": "> **Status: {}** — see [the plan](x.md).\n",
    "quote, blank line": ">\n> Status: _{}_\n> and more\n",
    "fence": "```{{warning}}\n:class: wide\n\n**Status:** {}\n```\n",
    "fence, one line": "```{{warning}} Status: {} for now\n```\n",
    "colons": ":::{{warning}}\nStatus: *{}* (for now)\n:::\n",
    "titled": "```{{admonition}} Status: {}\nfor now\n```\n",
}
RST = {
    "block": ".. warning::\n\n   **Status: {}** — see `x`_.\n",
    "one line": ".. warning:: Status: {} for now\n   and then\n",
    "options": ".. warning::\n   :class: wide\n\n   Status: ``{}``.\n",
    "titled": ".. admonition:: Status: {}\n\n   for now\n",
}
KINDS = (
    '[statuses.Draft]\nbanner = "warning"\n'
    '[statuses.Rejected]\nbanner = "caution"\n'
    '[statuses.Approved]\nbanner = "note"\n'
)


WRITTEN = {
    "alert": "> [!WARNING]\n> **Status**: Draft",
    "all bold": "> [!WARNING]\n> **Status: Draft**",
    "same line": "> [!WARNING] Status: `Draft`",
    "bold value": "> [!WARNING]\n>\n> Status: **Draft**",
    "quote": "> **Status: Draft**",
    "quote, blank line": ">\n> Status: _Draft_",
    "fence": "```{warning}\n:class: wide\n\n**Status:** Draft\n```",
    "fence, one line": "```{warning} Status: Draft\n```",
    "colons": ":::{warning}\nStatus: *Draft*\n:::",
    "titled": "```{admonition} Status: Draft\n```",
}
"""What a new proposal has of each: everything but the sentence."""


def rst(header: str, title: str = "One") -> str:
    return f"{title}\n{'=' * len(title)}\n{header}\n" + "".join(
        f"\n{name}\n{'-' * len(name)}\n\nText.\n"
        for name in ("Summary", "Motivation", "Proposal", "Alternate Solutions")
    )


CASES = [
    *(pytest.param(".md", "\n", form, id=f"md {name}") for name, form in FORMS.items()),
    *(pytest.param(".md", "\r\n", form, id=f"crlf {name}") for name, form in FORMS.items()),
    *(pytest.param(".rst", "\n", form, id=f"rst {name}") for name, form in RST.items()),
]


def tree_of(root: Path, suffix: str, newline: str, banner: str, header: str = DRAFT, extra: str = "") -> Tree:
    text = page("One", f"\n{banner}{header}") if suffix == ".md" else rst(f"\n{banner}{header}")
    old = page("Old", DECIDED)
    files = {f"deps/0001-one{suffix}": text.replace("\n", newline), "deps/0002-two.md": old, "dep.toml": KINDS + extra}
    return Tree(root, files)


@pytest.mark.parametrize(("suffix", "newline", "form"), CASES)
def test_the_status_command_changes_both(tmp_path: Path, suffix: str, newline: str, form: str) -> None:
    """The word and the kind; everything else stays as it is, byte for byte."""
    tree = tree_of(tmp_path, suffix, newline, form.format("Draft"))
    assert tree.codes == []
    before = tree.text(f"deps/0001-one{suffix}")
    tree.ok("status", "1", "Rejected")
    wanted = before.replace("Draft", "Rejected").replace("{warning}", "{caution}").replace(".. warning", ".. caution")
    assert tree.text(f"deps/0001-one{suffix}") == wanted.replace("WARNING", "CAUTION")
    assert tree.codes == []


@pytest.mark.parametrize(("suffix", "newline", "form"), CASES)
def test_a_banner_that_disagrees_is_found_and_fixed(tmp_path: Path, suffix: str, newline: str, form: str) -> None:
    """Status and kind; both lines are named, and the header is right unless the configuration says otherwise."""
    tree = tree_of(tmp_path, suffix, newline, form.format("ACCEPTED"))
    (found,) = tree.diagnostics
    source = tree.text(f"deps/0001-one{suffix}")
    lines = source.replace("\r\n", "\n").split("\n")
    assert (found.code, found.name) == ("DEP111", "banner-mismatch")
    assert "ACCEPTED" in lines[found.line - 1]
    assert source[found.start : found.end] == "ACCEPTED"
    header = next(number for number, line in enumerate(lines, 1) if line.startswith("**Status**: Draft"))
    assert found.message == f"the banner says `ACCEPTED`, but `Status` is `Draft` (line {header})"
    tree.ok("check", "--fix")
    assert tree.text(f"deps/0001-one{suffix}") == source.replace("ACCEPTED", "DRAFT")
    assert tree.codes == []


def test_the_banner_can_be_the_source(tmp_path: Path) -> None:
    extra = 'agree-with = "banner"\n'
    tree = tree_of(tmp_path, ".md", "\n", FORMS["alert"].format("rejected").replace("WARNING", "CAUTION"))
    tree.write({"dep.toml": extra + KINDS})
    (found,) = tree.diagnostics
    assert found.help == "write `Rejected` in line 6"
    before = tree.text("deps/0001-one.md")
    tree.ok("check", "--fix")
    assert tree.text("deps/0001-one.md") == before.replace("**Status**: Draft", "**Status**: Rejected")


@pytest.mark.parametrize(
    ("toml", "status", "kind", "wanted"),
    [
        ("", "Draft", "tip", ""),
        ("", "Draft", "caution", ""),
        ("", "Rejected", "note", ""),
        ("", "Rejected", "tip", "caution"),
        ("", "Rejected", "hint", "caution"),
        ('[statuses.Rejected]\nbanner = "important"\n', "Rejected", "caution", "important"),
        ('[statuses.Rejected]\nbanner = "caution"\n', "Rejected", "danger", ""),
        ('[statuses.Draft]\nbanner = "note"\n', "Draft", "warning", "note"),
        ('[statuses.Draft]\nbanner = "tip"\n', "Draft", "seealso", ""),
    ],
)
def test_the_kind_goes_with_the_status(tmp_path: Path, toml: str, status: str, kind: str, wanted: str) -> None:
    banner = f"```{{{kind}}}\nStatus: {status}\n```\n"
    tree = tree_of(tmp_path, ".md", "\n", banner, DRAFT.replace("Draft", status))
    tree.write({"dep.toml": toml})
    assert [(item.code, item.line, item.severity, item.help) for item in tree.diagnostics] == (
        [("DEP111", 3, "warning", f"write `{wanted}`")] if wanted else []
    )
    if wanted:
        assert f"the kind of the banner is `{kind}`" in tree.diagnostics[0].message
        assert "(line 7)" in tree.diagnostics[0].message
        tree.ok("check", "--fix")
        assert f"```{{{wanted}}}\n" in tree.text("deps/0001-one.md")
        assert tree.codes == []


def test_supersede_changes_both(tmp_path: Path) -> None:
    """The banner of the old proposal says that it was replaced; without a configured kind it takes one that fits."""
    banner = "\n> [!TIP]\n> **Status: Accepted** — in use.\n"
    tree = Tree(tmp_path, {"deps/0001-one.md": page("One", banner + DECIDED), "deps/0002-two.md": page("Two", DECIDED)})
    said = tree.ok("supersede", "1", "2")
    assert "> [!CAUTION]\n> **Status: Replaced** — in use.\n\n**Status**: Replaced\n" in tree.text("deps/0001-one.md")
    assert "deps/0001-one.md:3: see if the rest of the banner is still right" in said
    assert tree.codes == []


def test_what_no_status_is_and_what_no_banner_is(tmp_path: Path) -> None:
    below = "\n> [!NOTE]\n> Status: Rejected is what this part would be.\n"
    others = (
        "> [!NOTE]\n> Status\n\n> [!NOTE]\n> Status legend: none\n\n> [!WARNING]\n> The status: open\n\n"
        "> > Status: Rejected\n\n```{image} Status: Rejected\n```\n\n```md\n> [!NOTE]\n> Status: Rejected\n```\n\n"
        "<!--\n> [!NOTE]\n> Status: Rejected\n-->\n\n- item\n\n  > [!NOTE]\n  > Status: Rejected\n"
    )
    text = page("One", f"{DRAFT}\n{others}").replace("# Motivation\n", f"# Motivation\n{below}")
    tree = Tree(tmp_path, {"deps/0001-one.md": text})
    assert tree.codes == []
    tree.write({"deps/0001-one.md": page("One", f"\n> [!NOTE]\n> Status: Final draft, nearly done\n{DRAFT}")})
    (found,) = tree.diagnostics
    assert found.message == "the banner says `Final draft`, which is no status, but `Status` is `Draft` (line 6)"


def test_text_with_a_bold_beginning_below_a_banner_is_no_field(tmp_path: Path) -> None:
    """A field of the process is: then the banner is within the header."""
    banner = "\n> [!WARNING]\n> Status: Draft\n"
    tree = Tree(tmp_path, {"deps/0001-one.md": page("One", f"{DRAFT}{banner}\n**In short**: it works.\n")})
    assert tree.codes == []
    text = page("One", DRAFT.replace("\n**Category**", f"{banner}\n**Category**") + "\n**In short**: it works.\n")
    tree.write({"deps/0001-one.md": text})
    (found,) = tree.diagnostics
    assert (found.code, found.line) == ("DEP103", 12)


@pytest.mark.parametrize("place", ["above the title", "above the header", "below the header"])
@pytest.mark.parametrize("form", FORMS)
def test_new_writes_one_where_the_neighbours_have_one(tmp_path: Path, form: str, place: str) -> None:
    banner = FORMS[form].format("Approved").replace("warning", "important").replace("WARNING", "IMPORTANT")
    parts = {
        "above the title": f"{banner}\n# One\n{DECIDED}",
        "above the header": f"# One\n\n{banner}{DECIDED}",
        "below the header": f"# One\n{DECIDED}\n{banner}",
    }
    body = page("", "").partition("\n")[2]
    tree = Tree(tmp_path, {"deps/0001-one.md": parts[place] + body})
    assert tree.codes == []
    tree.ok("new", "Two", "--author", "@octo", "--category", "Process")
    text = tree.text("deps/0000-two.md")
    proposal = tree.proposal("deps/0000-two.md")
    (found,) = proposal.banners
    assert (found.status, found.kind) == ("Draft", "" if form == "titled" or form.startswith("quote") else "warning")
    assert [code for code in tree.codes if code != "DEP304"] == []  # the sections are still to be written
    assert text[found.span.start : found.span.end] == WRITTEN[form]
    place_of = [found.span.start, proposal.title_span.start, proposal.header_span.start]  # type: ignore[union-attr] # it has both
    order = {"above the title": [0, 1, 2], "above the header": [1, 0, 2], "below the header": [1, 2, 0]}
    assert sorted(range(3), key=place_of.__getitem__) == order[place]


def test_new_follows_the_kind_of_its_neighbours(tmp_path: Path) -> None:
    """A neighbour with the same status shows the kind; one without a banner is not outvoted by nobody."""
    note = "\n> [!NOTE]\n> Status: Draft\n"
    tree = Tree(tmp_path, {"deps/0001-one.md": page("One", note + DRAFT), "deps/0002-two.md": page("Two", DECIDED)})
    tree.ok("new", "Three", "--author", "@octo", "--category", "Process")
    assert tree.proposal("deps/0000-three.md").banners == ()
    (tmp_path / "deps/0000-three.md").unlink()
    tree.write({"deps/0004-four.md": page("Four", note + DRAFT)})
    tree.ok("new", "Five", "--author", "@octo", "--category", "Process")
    assert "# Five\n\n> [!NOTE]\n> Status: Draft\n\n```{dep-header}" in tree.text("deps/0000-five.md")


def test_status_follows_the_kind_of_its_neighbours(tmp_path: Path) -> None:
    def banner(kind: str, status: str) -> str:
        return f"\n> [!{kind}]\n> Status: {status}\n"

    rejected = page("One", banner("IMPORTANT", "Rejected") + DRAFT.replace("Draft", "Rejected"))
    tree = Tree(
        tmp_path, {"deps/0001-one.md": rejected, "deps/0002-two.md": page("Two", banner("WARNING", "Draft") + DRAFT)}
    )
    tree.ok("status", "2", "Rejected")
    assert "> [!IMPORTANT]\n> Status: Rejected\n" in tree.text("deps/0002-two.md")


def test_a_banner_of_a_template_says_the_first_status(tmp_path: Path) -> None:
    template = page("Title", "\n> [!WARNING]\n> Status: Approved\n" + DRAFT)
    tree = Tree(tmp_path, {"NNNN-own.md": template})
    tree.ok("new", "Two", "--template", "NNNN-own.md", "--author", "@octo", "--category", "Process")
    assert "> [!WARNING]\n> Status: Draft\n" in tree.text("deps/0000-two.md")


def test_two_spellings_are_fixed_by_what_the_configuration_says_is_right(tmp_path: Path) -> None:
    front = '---\nstatus: draft\nauthors: ["@ada", "@grace"]\nreview-date: null\n---\n'
    tree = Tree(tmp_path, {"deps/0001-one.md": front + page("One", DECIDED)})
    assert [(item.code, item.line) for item in tree.diagnostics] == [("DEP105", 8), ("DEP105", 10), ("DEP105", 18)]
    assert all(f"(line {line})" in item.message for item, line in zip(tree.diagnostics, (2, 3, 4), strict=True))
    before = tree.text("deps/0001-one.md")
    tree.run("check", "--fix")
    assert tree.text("deps/0001-one.md") == before
    tree.write({"dep.toml": 'agree-with = "front-matter"\n'})
    assert tree.proposal("deps/0001-one.md").status == "Draft"
    tree.run("check", "--fix")
    assert tree.text("deps/0001-one.md") == before.replace("**Status**: Approved", "**Status**: Draft").replace(
        "**Authors**: @octo", "**Authors**: @ada, @grace"
    )
    tree.write({"deps/0001-one.md": before, "dep.toml": 'agree-with = "block"\n'})
    tree.run("check", "--fix")
    wanted = before.replace("status: draft", "status: Approved").replace(
        'authors: ["@ada", "@grace"]', 'authors: "@octo"'
    )
    assert tree.text("deps/0001-one.md") == wanted.replace("review-date: null", "review-date: 2026-01-31")
    assert tree.codes == []

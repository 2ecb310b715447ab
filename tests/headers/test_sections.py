"""Sections as a header: the first words are the value, and the prose stays as it is."""

from __future__ import annotations

import msgspec
import pytest

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.edit.convert import convert
from sphinxext_dep.headers.change import add_reference, also_names, edited_page, insert_field, says, set_field
from sphinxext_dep.headers.page import blanked_lines, read_page
from sphinxext_dep.headers.spellings import SPELLINGS
from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.source import RefusedError, Source

STATUSES = DEFAULT.statuses | {"Replaced": msgspec.structs.replace(DEFAULT.statuses["Replaced"], note="replaced-by")}
SCHEMA = msgspec.structs.replace(DEFAULT, spellings=("sections",), statuses=STATUSES)


def page(text: str, suffix: str = ".md") -> Page:
    return read_page(Source(f"deps/0001-retry{suffix}", text), SCHEMA)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("suffix", "written", "rewritten"),
    [
        (".md", "## Status\n\nDraft\n", "## Status\n\nDeferred\n"),
        (".md", "## Status\n**Draft** for now: it waits.\n", "## Status\n**Deferred** for now: it waits.\n"),
        (".md", "## Status\n\n_Draft_\n\nIt waits.\n", "## Status\n\n_Deferred_\n\nIt waits.\n"),
        (".rst", "Status\n------\n\n- *Draft*\n\nIt waits.\n", "Status\n------\n\n- *Deferred*\n\nIt waits.\n"),
    ],
)
def test_the_first_words_are_read_and_edited(suffix: str, written: str, rewritten: str, newline: str) -> None:
    title, below = ("Retry\n=====\n\n", "\nOther\n-----\n") if suffix == ".rst" else ("# Retry\n\n", "\n## Other\n")
    before = page((title + written + below).replace("\n", newline), suffix)
    assert before.proposal.status == "Draft"
    assert list(blanked_lines(before.source, before.outline, before.header, SCHEMA)) == []
    field = SCHEMA.fields["status"]
    after = edited_page(before, set_field(before, field, "Deferred"), ["status"], says(field, "Deferred"))
    assert after.source.text == (title + rewritten + below).replace("\n", newline)


def test_words_behind_a_status_are_a_relation() -> None:
    found = page("# Retry\n\n## Status\n\nReplaced by [DEP-7](0007-x.md)\n\nSee the minutes.\n")
    assert found.proposal.status == "Replaced"
    assert [reference.key for reference in found.proposal.references("replaced-by")] == ["7"]


@pytest.mark.parametrize("word", ["Draftsman", "A draft", "Drafty: no"])
def test_other_words_are_no_status(word: str) -> None:
    found = page(f"# Retry\n\n## Status\n\n{word}\n\nText.\n")
    assert found.proposal.status is None
    assert found.proposal.status_raw == f"{word}\nText."


def test_what_no_command_writes_names_the_line() -> None:
    several = page("# Retry\n\n## Status\n\nOn the table\n\nof the council.\n")
    status = SCHEMA.fields["status"]
    with pytest.raises(
        RefusedError, match=r"deps/0001-retry\.md:5: the value of `Status` is not on one line"
    ) as refused:
        edited_page(several, set_field(several, status, "Draft"), ["status"], says(status, "Draft"))
    assert refused.value.help == "write `Draft` below the heading by hand"
    with pytest.raises(RefusedError, match=r"deps/0001-retry\.md:3: no command adds or moves a section"):
        insert_field(several, SCHEMA.fields["sponsor"], "@ada")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lines_below_a_status_are_relations(newline: str) -> None:
    """As adr-tools writes them. They stay when the status changes, and another one is a line of the same form."""
    text = "# Retry\n\n## Status\n\nApproved\n\nReplaces [2](0002-x.md)\n\nReplaces DEP-4\n\n## Summary\n\nText.\n"
    before = page(text.replace("\n", newline))
    replaces, status = SCHEMA.fields["replaces"], SCHEMA.fields["status"]
    assert [reference.key for reference in before.proposal.references("replaces")] == ["2", "4"]
    edits = add_reference(before, replaces, "DEP-5")
    named = edited_page(before, edits, ["replaces"], also_names(before, replaces, "5"))
    assert named.source.text.replace("\r\n", "\n") == text.replace("DEP-4\n", "DEP-4\n\nReplaces DEP-5\n")
    after = edited_page(named, set_field(named, status, "Deferred"), ["status"], says(status, "Deferred"))
    assert after.source.text == named.source.text.replace("Approved", "Deferred")
    # Text that is no such line is not lost, and keeps the status from being changed.
    prose = page(text.replace("Replaces DEP-4", "Nobody knows."))
    changed = edited_page(prose, set_field(prose, status, "Deferred"), ["status"], says(status, "Deferred"))
    assert changed.source.text == prose.source.text.replace("Approved", "Deferred")


def test_prose_keeps_a_header_from_being_converted() -> None:
    with pytest.raises(RefusedError, match="line 3: there is more than a value below the heading `Status`"):
        convert(page("# Retry\n\n## Status\n\nDraft\n\nIt waits.\n"), SPELLINGS["directive"])

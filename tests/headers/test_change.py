"""A field gets a value, and nothing else changes: in every spelling, in every way that people write it."""

from __future__ import annotations

import pytest

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.headers.change import add_reference, also_names, edited_page, says, set_field
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.source import RefusedError, Source, apply_edits, decode, encode

BLOCK = "# Title\n\n**Status**: Draft\n\n**Authors**: @octo\n\n**Sponsor**:\n\n# Summary\n\nText.\n"
FRONT = "---\nstatus: Draft\nauthors:\n  - '@octo' # who\nsponsor:\norphan: true\n---\n\n# Title\n"


def read(text: str, suffix: str = ".md") -> Page:
    return read_page(Source(f"deps/0002-x{suffix}", text), DEFAULT)


def set_to(text: str, key: str, value: str, suffix: str = ".md") -> str:
    page = read(text, suffix)
    field = DEFAULT.fields[key]
    return edited_page(page, set_field(page, field, value), [field.key], says(field, value)).source.text


def added(text: str, key: str, reference: str = "DEP-0012", suffix: str = ".md") -> str:
    page = read(text, suffix)
    field = DEFAULT.fields[key]
    return edited_page(page, add_reference(page, field, reference), [key], also_names(page, field, "12")).source.text


@pytest.mark.parametrize(
    ("before", "key", "value", "after"),
    [
        ("**Status**: Draft\n\n**Authors**: @a", "status", "Approved", "**Status**: Approved\n\n**Authors**: @a"),
        ("**Status:**  Draft \t\n**Authors:** @a", "status", "Approved", "**Status:**  Approved \t\n**Authors:** @a"),
        ("**Status: Draft**\n\n**Authors**: @a", "status", "Approved", "**Status: Approved**\n\n**Authors**: @a"),
        ("**Status**: Draft <!-- or not -->\n", "status", "Approved", "**Status**: Approved <!-- or not -->\n"),
        ("**Status**: <!-- which? -->\n", "status", "Draft", "**Status**: Draft <!-- which? -->\n"),
        ("**Status**:\n\n**Authors**: @a", "status", "Draft", "**Status**: Draft\n\n**Authors**: @a"),
        ("**Status**: Draft\n\n**Authors**:\n- @a\n- @b\n", "authors", "@c", "**Status**: Draft\n\n**Authors**:\n@c\n"),
        ("**Status**: Draft\\\n**Authors**: @a", "status", "Approved", "**Status**: Approved\\\n**Authors**: @a"),
        ("**Status** (now): Draft", "status", "Approved", "**Status** (now): Approved"),
        # A field that is not there goes where the template has it, set off as the others are.
        ("**Status**: Draft\n\n**Sponsor**: @a", "authors", "@b",
         "**Status**: Draft\n\n**Authors**: @b\n\n**Sponsor**: @a"),
        ("**Authors**: @a\n\n**Sponsor**: @a", "status", "Draft",
         "**Status**: Draft\n\n**Authors**: @a\n\n**Sponsor**: @a"),
        ("**Status**: Draft", "authors", "@b", "**Status**: Draft\n\n**Authors**: @b"),
        ("**Status**: Draft\n**Sponsor**: @a\n", "authors", "@b",
         "**Status**: Draft\n**Authors**: @b\n**Sponsor**: @a\n"),
        ("**Status**: Draft  \n**Sponsor**: @a", "authors", "@b",
         "**Status**: Draft  \n**Authors**: @b  \n**Sponsor**: @a"),
        ("**Status**: Draft\\\n**Authors**: @a", "sponsor", "@b",
         "**Status**: Draft\\\n**Authors**: @a\\\n**Sponsor**: @b"),
        ("**Status**: Draft <!-- one\ntwo -->\n\n**Sponsor**: @a", "authors", "@b",
         "**Status**: Draft <!-- one\ntwo -->\n\n**Authors**: @b\n\n**Sponsor**: @a"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_field_block(before: str, key: str, value: str, after: str, newline: str) -> None:
    page, wanted = (f"# Title\n\n{block}\n\n# Summary\n\nText.\n" for block in (before, after))
    assert set_to(page.replace("\n", newline), key, value) == wanted.replace("\n", newline)


@pytest.mark.parametrize(
    ("before", "key", "value", "after"),
    [
        (":status: Draft\n:authors: '@a'", "status", "Approved", ":status: Approved\n:authors: '@a'"),
        (":status: Draft\n:authors: '@a'", "authors", "@b's", ":status: Draft\n:authors: '@b''s'"),
        (':status: Draft\n:authors: "@a"', "authors", '"@b"', ':status: Draft\n:authors: "\\"@b\\""'),
        (":status: Draft\n:authors:", "authors", "@b", ':status: Draft\n:authors: "@b"'),
        (":status: Draft\n:authors:\n:sponsor: x", "authors", "@b", ':status: Draft\n:authors: "@b"\n:sponsor: x'),
        (":status: Draft", "sponsor", "N/A", ":status: Draft\n:sponsor: N/A"),
        (":sponsor: x", "status", "Draft", ":status: Draft\n:sponsor: x"),
        ("---\nstatus: Draft\n---", "sponsor", "Ada", "---\nstatus: Draft\nsponsor: Ada\n---"),
        (":status: Draft # or not", "status", "Approved", ":status: Approved # or not"),
        ("  :status: Draft", "sponsor", "Ada", "  :status: Draft\n  :sponsor: Ada"),
    ],
)
def test_directive(before: str, key: str, value: str, after: str) -> None:
    page, wanted = (f"# Title\n\n```{{dep-header}}\n{options}\n```\n\n# Summary\n" for options in (before, after))
    assert set_to(page, key, value) == wanted


def test_the_first_option() -> None:
    page = "# Title\n\n```{dep-header}\n```\n"
    assert set_to(page, "status", "Draft") == "# Title\n\n```{dep-header}\n:status: Draft\n```\n"


def test_directive_in_rst() -> None:
    page = "Title\n=====\n\n.. dep-header::\n   :status: Draft\n   :sponsor: @a\n\nSummary\n-------\n"
    assert set_to(page, "status", "Approved", ".rst") == page.replace("Draft", "Approved")
    wanted = page.replace("   :sponsor", "   :authors: @b\n   :sponsor")
    assert set_to(page, "authors", "@b", ".rst") == wanted
    empty = "Title\n=====\n\n.. dep-header::\n\nSummary\n-------\n"
    assert set_to(empty, "status", "Draft", ".rst") == empty.replace("::\n", "::\n   :status: Draft\n")


def test_front_matter() -> None:
    assert set_to(FRONT, "status", "Approved") == FRONT.replace("Draft", "Approved")
    assert set_to(FRONT, "sponsor", "@b") == FRONT.replace("sponsor:", 'sponsor: "@b"')
    assert set_to(FRONT, "category", "Process") == FRONT.replace("sponsor:", "category: Process\nsponsor:")


def test_every_spelling_that_has_the_field_says_the_same() -> None:
    page = f"---\nstatus: Draft\n---\n\n{BLOCK}"
    assert set_to(page, "status", "Approved") == page.replace("Draft", "Approved")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("**Status**: Draft\n\n**Extends**: DEP-3", "**Extends**: DEP-3, DEP-0012"),
        (
            "**Status**: Draft\n\n**Extends**: DEP-3 (partially) <!-- why -->",
            "DEP-3 (partially), DEP-0012 <!-- why -->",
        ),
        ("**Status**: Draft\n\n**Extends**: [three](0003-x.md)", "**Extends**: [three](0003-x.md), DEP-0012"),
        ("**Status**: Draft\n\n**Extends**: N/A", "**Extends**: DEP-0012"),
        ("**Status**: Draft\n\n**Extends**:", "**Extends**: DEP-0012"),
        ("**Status**: Draft\n\n**Extends**: [Link of previous proposal if applicable]", "**Extends**: DEP-0012"),
        ("**Status**: Draft", "**Extends**: DEP-0012"),
        (
            "**Status**: Draft\n\n**Extends**:\n- DEP-3\n- DEP-4 <!-- why -->",
            "- DEP-4 <!-- why -->\n- DEP-0012\n\n# Summ",
        ),
        ("**Status**: Draft\n\n**Extends**:\n  * DEP-3\n  * DEP-4", "  * DEP-4\n  * DEP-0012\n\n# Summary"),
        ("```{dep-header}\n:extends: DEP-3\n```", ":extends: DEP-3, DEP-0012\n```"),
        ('```{dep-header}\n:extends: "#3"\n```', ':extends: "#3, DEP-0012"\n```'),
        ("```{dep-header}\n:extends:\n```", ":extends: DEP-0012\n```"),
    ],
)
def test_one_more_reference(before: str, after: str) -> None:
    assert after in added(f"# Title\n\n{before}\n\n# Summary\n", "extends")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("extends: DEP-3", "extends: DEP-3, DEP-0012"),
        ("extends: '3' # three", "extends: '3, DEP-0012' # three"),
        ("extends: [3, DEP-4]", "extends: [3, DEP-4, DEP-0012]"),
        ("extends:\n  - 3\n  - DEP-4 # four", "  - DEP-4 # four\n  - DEP-0012"),
        ("extends:\n- '3'", "- '3'\n- DEP-0012"),
        ("extends: []", "extends: DEP-0012"),
        ("extends: none", "extends: DEP-0012"),
    ],
)
def test_one_more_reference_in_front_matter(before: str, after: str) -> None:
    assert f"{after}\ntags: a\n---" in added(f"---\nstatus: Draft\n{before}\ntags: a\n---\n\n# Title\n", "extends")


@pytest.mark.parametrize(
    ("text", "key", "why"),
    [
        ("# Title\n\nText.\n", "status", "no header"),
        ("---\n{status: Draft, authors: x}\n---\n\n# T\n", "category", "share a line"),
        (BLOCK.replace("@octo", "@octo, <!-- and -->\n@ada"), "authors", "a comment inside the value"),
    ],
)
def test_refused(text: str, key: str, why: str) -> None:
    with pytest.raises(RefusedError) as error:
        set_to(text, key, "x")
    assert why in error.value.message


def test_an_edit_that_does_more_is_refused() -> None:
    """Whatever a value does to the text around it, the reader notices."""
    page, field = read(BLOCK), DEFAULT.fields["authors"]
    for value in ("x\n\n**Sponsor**: @eve", "x <!--", "x\n\n# Heading"):
        with pytest.raises(RefusedError, match="without changing something else"):
            edited_page(page, set_field(page, field, value), [field.key], says(field, value))


def test_other_bytes_stay() -> None:
    data = "\ufeff# Größe\r\n\r\n**Status**:\tDraft \r**Authors**: @a\x0b\n".encode()
    page = read_page(decode("deps/0002-x.md", data), DEFAULT)
    after = apply_edits(page.source, set_field(page, DEFAULT.fields["status"], "Approved"))
    assert encode(after) == data.replace(b"Draft", b"Approved")

"""The same questions to every spelling of the table: read, edited, written and converted, in both markups.

Nothing here lists spellings: a new one is tested because it is in the table.
"""

from __future__ import annotations

import itertools
import subprocess
import sys

import msgspec
import pytest

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.edit.convert import convert
from sphinxext_dep.headers.base import Item, Spelling
from sphinxext_dep.headers.change import add_reference, also_names, edited_page, insert_field, says, set_field
from sphinxext_dep.headers.page import blanked_lines, page_metadata, read_page
from sphinxext_dep.headers.spellings import DEFAULT_SPELLINGS, SPELLINGS, key_of
from sphinxext_dep.model.files import SUFFIXES, Markup
from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.source import RefusedError, Source, apply_edits, encode

SCHEMA = msgspec.structs.replace(DEFAULT, spellings=tuple(SPELLINGS))
VALUES = {
    "status": "Draft",
    "authors": "@octo, Ada Lovelace",
    "category": "Architecture",
    "review-date": "2026-12-01",
    "replaces": "DEP-3",
    "pull-request": "https://github.com/org/repo/pull/15",
}
VALUES = {key: VALUES[key] for key in SCHEMA.fields if key in VALUES}
OTHER = {"status": "Approved", "authors": "@ada", "category": "Process", "review-date": "2027-01-02",
         "replaces": "DEP-4", "pull-request": "https://example.org/a?b=c"}  # fmt: skip

EDITABLE = [name for name, spelling in SPELLINGS.items() if spelling.is_editable]
WRITABLE = [name for name, spelling in SPELLINGS.items() if spelling.is_writable]
FORMS = [
    pytest.param(spelling, suffix, newline, bom, id=f"{key_of(name)}-{suffix[1:]}-{len(newline)}{'-bom' * bom}")
    for name, spelling in SPELLINGS.items()
    for suffix, (newline, bom) in itertools.product((".md", ".rst"), (("\n", False), ("\r\n", False), ("\n", True)))
    if spelling.is_writable and spelling.can_write(SUFFIXES[suffix])
]
every_form = pytest.mark.parametrize(("spelling", "suffix", "newline", "bom"), FORMS)


def items(values: dict[str, str]) -> list[Item]:
    return [Item(SCHEMA.fields[key], SCHEMA.fields[key].label, key, value) for key, value in values.items()]


def page(spelling: Spelling, suffix: str, newline: str, bom: bool, values: dict[str, str] = VALUES) -> Page:
    title, summary = ("Cache\n=====", "Summary\n-------") if suffix == ".rst" else ("# Cache", "## Summary")
    header = spelling.enclosed(spelling.write(items(values), SUFFIXES[suffix]).header)
    parts = [header, title] if spelling.above_title else [title, header]
    text = "\n\n".join([*parts, f"{summary}\n\nIt is fast.\n"]).replace("\n", newline)
    return read_page(Source(f"deps/0012-cache{suffix}", text, bom=bom), SCHEMA)


def said(of: Page) -> dict[str, str]:
    return {key: " ".join(value.raw.split()) for key, value in of.proposal.fields.items()}


@pytest.mark.parametrize("name", SPELLINGS)
def test_it_describes_itself(name: str) -> None:
    spelling = SPELLINGS[name]
    assert spelling.name == name
    assert spelling.form
    assert spelling.noun
    assert spelling.advice(SCHEMA)
    assert all(spelling.name_of(field) in spelling.names_of(field) for field in SCHEMA.fields.values())


@every_form
def test_read(spelling: Spelling, suffix: str, newline: str, bom: bool) -> None:
    found = page(spelling, suffix, newline, bom)
    assert list(found.header.spans) == [spelling.name]
    assert found.header.problems == ()
    assert said(found) == VALUES
    assert found.proposal.title == "Cache"
    for raw in found.header.fields:
        assert found.source.text[raw.span.start : raw.span.end] == raw.value
    lines = found.source.text.split("\n")
    blanked = {number for first, last in blanked_lines(found.source, found.outline, found.header, SCHEMA)
               for number in range(first, last + 1)}  # fmt: skip
    for number, line in enumerate(lines, 1):
        if "Cache" in line or "fast" in line:
            assert number not in blanked


@every_form
@pytest.mark.parametrize("key", VALUES)
def test_replace(spelling: Spelling, suffix: str, newline: str, bom: bool, key: str) -> None:
    before, field = page(spelling, suffix, newline, bom), SCHEMA.fields[key]
    value = OTHER[key]
    if suffix == ".rst" and len(value) > max(map(len, VALUES.values())):
        return
    after = edited_page(before, set_field(before, field, value), [key], says(field, value))
    assert said(after) == VALUES | {key: value}
    assert encode(after.source).startswith(b"\xef\xbb\xbf") == bom
    assert after.source.text.count("\r\n") == before.source.text.count("\r\n")
    changed = [one for one, other in zip(before.source.text.split("\n"), after.source.text.split("\n"), strict=True)
               if one != other]  # fmt: skip
    assert len(changed) == 1


@every_form
@pytest.mark.parametrize("key", VALUES)
def test_insert(spelling: Spelling, suffix: str, newline: str, bom: bool, key: str) -> None:
    """At the start, in the middle and at the end: each field is left out once."""
    before = page(spelling, suffix, newline, bom, {name: value for name, value in VALUES.items() if name != key})
    if not before.proposal.spellings:
        pytest.skip("front matter without a status is no header")
    field = SCHEMA.fields[key]
    value = VALUES[key] if key != "pull-request" else "https://e.org"
    after = edited_page(before, [insert_field(before, field, value)], [key], says(field, value))
    order = [SCHEMA.field_names[raw.label.lower().replace("-", " ")].key for raw in after.header.fields]
    assert order == [name for name in SCHEMA.fields if name in VALUES]
    assert (newline == "\r\n") == ("\r\n" in after.source.text)
    assert "\n" not in after.source.text.replace(newline, "")


@every_form
@pytest.mark.parametrize("value", ["DEP-3", "DEP-3, DEP-5", "N/A", "TBD"])
def test_add_a_reference(spelling: Spelling, suffix: str, newline: str, bom: bool, value: str) -> None:
    before, field = page(spelling, suffix, newline, bom, VALUES | {"replaces": value}), SCHEMA.fields["replaces"]
    keys = [reference.key for reference in before.proposal.references("replaces")]
    edits = add_reference(before, field, "DEP-7")
    after = edited_page(before, edits, ["replaces"], also_names(before, field, "7"))
    assert said(after) == VALUES | {"replaces": ", ".join(filter(None, [value if keys else "", "DEP-7"]))}


@every_form
@pytest.mark.parametrize("other", WRITABLE)
def test_there_and_back(spelling: Spelling, suffix: str, newline: str, bom: bool, other: str) -> None:
    if not SPELLINGS[other].can_write(SUFFIXES[suffix]):
        with pytest.raises(RefusedError):
            convert(page(spelling, suffix, newline, bom), SPELLINGS[other])
        return
    before = page(spelling, suffix, newline, bom)
    there = convert(before, SPELLINGS[other])
    assert list(there.header.spans) == [other]
    assert said(there) == VALUES
    assert there.proposal.title == "Cache"
    assert said(convert(there, spelling)) == VALUES
    assert "\n" not in there.source.text.replace(newline, "")
    assert encode(there.source).startswith(b"\xef\xbb\xbf") == bom


@every_form
@pytest.mark.parametrize("other", WRITABLE)
def test_a_comment_is_kept_or_the_change_is_refused(
    spelling: Spelling, suffix: str, newline: str, bom: bool, other: str
) -> None:
    noted = [msgspec.structs.replace(item, comments=("ask first",)) if item.key == "status" else item
             for item in items(VALUES)]  # fmt: skip
    try:
        header = spelling.write(noted, SUFFIXES[suffix]).together
    except RefusedError:
        return
    body = "Cache\n=====\n" if suffix == ".rst" else "# Cache\n"
    text = f"{spelling.enclosed(header)}\n\n{body}" if spelling.above_title else f"{body}\n{header}\n"
    before = read_page(Source(f"deps/0012-cache{suffix}", text.replace("\n", newline), bom=bom), SCHEMA)
    assert said(before) == VALUES
    try:
        there = convert(before, SPELLINGS[other])
    except RefusedError:
        return
    assert "ask first" in there.source.text
    assert said(there) == VALUES


@pytest.mark.parametrize("name", [name for name in SPELLINGS if name not in EDITABLE])
def test_what_is_not_edited_says_so(name: str) -> None:
    yaml, text = "status: Draft\nauthors: x\n", "# X\n\n## Status\n\nDraft\n\n## Authors\n\nx\n"
    in_file = SPELLINGS[name].in_other_file
    beside = Source("deps/kep.yaml", yaml) if in_file else None
    found = read_page(Source("deps/0001-x.md", "# X\n" if in_file else text, beside=beside), SCHEMA)
    assert list(found.header.spans) == [name]
    with pytest.raises(RefusedError, match="edited by hand"):
        set_field(found, SCHEMA.fields["status"], "Approved")
    with pytest.raises(RefusedError):
        SPELLINGS[name].write(items(VALUES), Markup.MARKDOWN)
    assert apply_edits(found.source, []).text == found.source.text


def test_a_project_pays_for_the_spellings_that_it_reads() -> None:
    code = (
        "import sys\nimport sphinxext_dep.rules\nfrom sphinxext_dep.config.dep_process import DEFAULT\n"
        "from sphinxext_dep.headers.page import read_page\nfrom sphinxext_dep.model.source import Source\n"
        "read_page(Source('a.md', '# A\\n\\n**Status**: Draft\\n'), DEFAULT)\n"
        "print(*(name for name in sys.modules if name.startswith('sphinxext_dep.headers.')))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.rpartition(".")[2] for name in run.stdout.split()}
    unasked = {SPELLINGS[name].__module__.rpartition(".")[2] for name in SPELLINGS if name not in DEFAULT_SPELLINGS}
    assert not loaded & unasked


@pytest.mark.parametrize(("key", "value"), [("orphan", ""), ("tocdepth", "2"), ("nosearch", "true")])
@pytest.mark.parametrize("name", [name for name in WRITABLE if name != "front matter"])
def test_what_sphinx_reserves_is_no_unknown_field(name: str, key: str, value: str) -> None:
    """The front matter is left to MyST."""
    spelling, suffix = SPELLINGS[name], ".md"
    written = [*items(VALUES), Item(None, key, key, value)]
    header = spelling.enclosed(spelling.write(written, SUFFIXES[suffix]).header)
    parts = [header, "# Cache"] if spelling.above_title else ["# Cache", header]
    found = read_page(Source(f"deps/0012-cache{suffix}", "\n\n".join([*parts, "## Summary\n\nText.\n"])), SCHEMA)
    assert (found.proposal.extra, said(found)) == ((), VALUES)
    assert page_metadata(found.header)[key] == value

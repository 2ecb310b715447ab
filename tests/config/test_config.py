"""The configuration file: what it changes, and what is said when it is wrong."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext_dep.config.checks import check_schema
from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.config.load import load_config
from sphinxext_dep.config.tables import TABLES, ConfigErrors, Problems, written
from sphinxext_dep.model.config import schema_digest
from sphinxext_dep.model.diagnostics import Severity
from sphinxext_dep.model.schema import Category, Colour, Schema, Section, Status, StatusKind
from sphinxext_dep.model.schema import Field as SchemaField

CODES = {"DEP106": "DEP106", "field-order": "DEP106", "DEP301": "DEP301", "missing-section": "DEP301"}
STATUS = '[statuses.Open]\n[fields.status]\ntype = "status"\n'
"""The least that a process needs."""


def load(directory: Path, text: str, name: str = "dep.toml") -> Schema:
    file = directory / name
    file.write_text(text, encoding="utf-8")
    return load_config(file, rule_codes=lambda: CODES).schema


def problems(directory: Path, text: str, name: str = "dep.toml") -> list[str]:
    """What is wrong with *text*, without the name of the file."""
    try:
        load(directory, text, name)
    except ConfigErrors as errors:
        return str(errors).replace(f"{directory.as_posix()}/{name}: ", "").splitlines()
    return []


def test_an_empty_file_is_the_dep_process(tmp_path: Path) -> None:
    assert load(tmp_path, "") == DEFAULT


def test_the_dep_process_is_sound() -> None:
    found = Problems(None)
    check_schema(DEFAULT, found)
    assert found.errors == []


def test_an_entry_changes_only_what_it_states(tmp_path: Path) -> None:
    schema = load(
        tmp_path,
        """
        lifecycle = ["Draft", "Approved"]
        title-max-length = 60
        [statuses.Approved]
        colour = "purple"
        [statuses.Withdrawn]
        kind = "closed"
        aliases = ["Abandoned"]
        [fields.review-date]
        label = "Due"
        [fields.champion]
        type = "people"
        many = true
        can-be-none = false
        [categories."CI/CD"]
        [sections.Security]
        required = true
        parent = "Proposal"
        """,
    )
    approved = DEFAULT.statuses["Approved"]
    assert schema.statuses["Approved"] == msgspec.structs.replace(approved, colour=Colour.PURPLE)
    assert list(schema.statuses) == [*DEFAULT.statuses, "Withdrawn"]
    assert schema.statuses["Withdrawn"] == Status(name="Withdrawn", kind=StatusKind.CLOSED, aliases=("Abandoned",))
    assert schema.statuses["Draft"] == DEFAULT.statuses["Draft"]
    assert schema.lifecycle == ("Draft", "Approved")
    assert schema.title_max_length == 60
    assert schema.fields["review-date"] == msgspec.structs.replace(DEFAULT.fields["review-date"], label="Due")
    assert list(schema.fields) == [*DEFAULT.fields, "champion"]
    assert schema.fields["champion"] == SchemaField(
        key="champion", label="Champion", type="people", many=True, can_be_none=False
    )
    assert schema.categories["CI/CD"] == Category(name="CI/CD")
    assert schema.sections["Security"] == Section(name="Security", required=True, parent="Proposal")
    assert schema.sources == DEFAULT.sources


def test_a_new_field_has_a_label_made_of_its_key(tmp_path: Path) -> None:
    assert load(tmp_path, "[fields.target-release]").fields["target-release"].label == "Target Release"


def test_dropping_an_entry_drops_what_mentions_it(tmp_path: Path) -> None:
    schema = load(
        tmp_path,
        """
        [statuses."Under Review"]
        enabled = false
        [statuses.Draft]
        enabled = false
        [fields.sponsor]
        enabled = false
        [fields.replaced-by]
        enabled = false
        [categories.Guidelines]
        enabled = false
        [sections.Motivation]
        enabled = false
        """,
    )
    assert schema.lifecycle == ("Approved", "Implemented")
    assert schema.statuses["Deferred"].next == ("Rejected",)
    assert "sponsor" not in schema.statuses["Approved"].requires
    assert "required-reviewers" in schema.statuses["Approved"].requires
    assert schema.fields["replaces"].inverse == ""
    assert list(schema.categories) == ["Architecture", "Process"]
    assert schema.sections["Goals"].parent == ""
    assert schema.status_severities == {}


def test_a_word_that_the_file_uses_is_no_alias_of_the_base(tmp_path: Path) -> None:
    schema = load(tmp_path, '[statuses.Accepted]\nkind = "decided"\n[fields.issue]\ntype = "links"\n')
    assert schema.statuses["Approved"].synonyms == ()
    assert "Issue" not in schema.fields["tracking-issue"].aliases
    assert "Issues" in schema.fields["tracking-issue"].aliases
    assert schema.field_names["issue"].key == "issue"


@pytest.mark.parametrize(
    ("text", "key", "field"),
    [
        ('[fields.team]\nlabel = "Owning SIG"', "team", SchemaField(key="team", label="Owning SIG")),
        ('[fields.area]\ntype = "choice"\nchoices = ["KV", "IO"]', "area",
         SchemaField(key="area", label="Area", type="choice", choices=("KV", "IO"), order=False)),
        ('[fields.pic]\ndescription = "Ask them."', "pic",
         msgspec.structs.replace(DEFAULT.fields["pic"], description="Ask them.")),
    ],
)  # fmt: skip
def test_an_optional_field_of_the_base_gives_way(tmp_path: Path, text: str, key: str, field: SchemaField) -> None:
    schema = load(tmp_path, text)
    assert schema.fields[key] == field
    assert schema.field_names[field.label.casefold()] == field


def test_a_field_of_the_template_keeps_its_label(tmp_path: Path) -> None:
    assert problems(tmp_path, '[fields.team]\nlabel = "Sponsor"') == [
        "fields.team.label: 'Sponsor' means 'sponsor' already; a word can lead to one entry only"
    ]


def test_a_field_answers_for_another(tmp_path: Path) -> None:
    assert load(tmp_path, "[fields.implementation]\nenabled = false").fields["tracking-issue"].answers == ""
    assert problems(tmp_path, '[fields.pic]\nanswers = "sponsr"') == [
        "fields.pic.answers: 'sponsr' is not another field; did you mean 'sponsor'?"
    ]


def test_a_prefix_renames_the_base_too(tmp_path: Path) -> None:
    schema = load(tmp_path, 'prefix = "NEP"')
    assert schema.label(7) == "NEP-0007"
    assert schema.field_names["nep"].type == "number"
    assert "nep number" in schema.field_names
    assert "related neps" in schema.field_names
    assert "dep" not in schema.field_names
    assert schema.fields["extends"] == DEFAULT.fields["extends"]


def test_a_process_from_nothing(tmp_path: Path) -> None:
    schema = load(tmp_path, f'base = "empty"\n{STATUS}')
    assert list(schema.statuses) == ["Open"]
    assert list(schema.fields) == ["status"]
    assert (schema.categories, schema.sections, schema.lifecycle) == ({}, {}, ())
    assert schema.sources == DEFAULT.sources


def test_severities(tmp_path: Path) -> None:
    schema = load(tmp_path, '[rules]\nmissing-section = "off"\ndep106 = "error"\n')
    assert schema.severity("DEP301", "Draft", Severity.ERROR) is Severity.OFF
    assert schema.severity("DEP301", "Approved", Severity.ERROR) is Severity.OFF
    assert schema.severity("DEP106", None, Severity.WARNING) is Severity.ERROR
    schema = load(tmp_path, '[rules]\nDEP301 = "off"\n[rules.status.Draft]\nDEP301 = "info"\n')
    assert schema.severity("DEP301", "Draft", Severity.ERROR) is Severity.INFO
    assert schema.severity("DEP301", "Approved", Severity.ERROR) is Severity.OFF


def test_without_the_rules_only_the_form_of_a_code_is_checked(tmp_path: Path) -> None:
    file = tmp_path / "dep.toml"
    file.write_text('[rules]\ndep999 = "off"', encoding="utf-8")
    assert load_config(file).schema.severities == {"DEP999": Severity.OFF}
    file.write_text('[rules]\nmissing-section = "off"', encoding="utf-8")
    with pytest.raises(ConfigErrors, match="there is no rule 'missing-section'"):
        load_config(file)


def test_in_pyproject_every_path_begins_with_the_table(tmp_path: Path) -> None:
    assert (
        load(tmp_path, '[tool.sphinxext-dep]\nprefix = "RFC"\n[project]\nname = "x"', "pyproject.toml").prefix == "RFC"
    )
    found = problems(tmp_path, '[tool.sphinxext-dep.statuses.Draft]\ncolor = "red"', "pyproject.toml")
    assert found == ["tool.sphinxext-dep.statuses.Draft.color: unknown key; did you mean 'colour'?"]
    assert problems(tmp_path, "[tool.other]", "pyproject.toml") == [
        "tool.sphinxext-dep: there is no such table; add [tool.sphinxext-dep], or keep the configuration in dep.toml"
    ]
    assert problems(tmp_path, "tool = 3", "pyproject.toml") == ["tool: expected a table, found the number 3"]


def examples() -> list[tuple[str, str]]:
    """Each file of ``config_errors.md``, and what is said about it."""
    text = (Path(__file__).parent / "config_errors.md").read_text(encoding="utf-8")
    return re.findall(r"^```toml\n(.*?)^```\n\n```text\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("text", "expected"), examples())
def test_errors_name_the_key_and_the_mend(tmp_path: Path, text: str, expected: str) -> None:
    assert problems(tmp_path, text) == expected.splitlines()


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    text = """
    prefixx = "RFC"
    lifecycle = ["Draft", 3, "Aproved"]
    [statuses.Draft]
    colour = "gren"
    next = ["Aproved"]
    [fields.x]
    type = "choise"
    choices = ["a"]
    [rules]
    DEP999 = "off"
    """
    assert [message.partition(":")[0] for message in problems(tmp_path, text)] == [
        "prefixx",
        # Half a list cannot be judged, nor a field of no type: the other problems stand.
        "lifecycle[1]",
        "statuses.Draft.colour",
        "fields.x.type",
        "rules.DEP999",
        "statuses.Draft.next[0]",
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        # The words are Python's; the place is ours.
        (b"prefix = ", ":1:10: is not TOML: "),
        (b"# x\n\nprefix =\n", ":3:9: is not TOML: "),
        (b"a = 1\na = 2", ":2:6: is not TOML: "),
        (b"a = 1\na = [\n", ":3:1: is not TOML: "),
        (b'prefix = "\xff"', ": is not UTF-8: byte 0xff; save it as UTF-8"),
        (b"a = " + b"[" * 5000, ": is not TOML: its values are nested too deeply"),
        (b"a = " + b"9" * 5000, ": is not TOML: Exceeds the limit"),
    ],
    ids=range(7),
)
def test_what_is_no_toml(tmp_path: Path, data: bytes, expected: str) -> None:
    file = tmp_path / "dep.toml"
    file.write_bytes(data)
    with pytest.raises(ConfigErrors) as caught:
        load_config(file)
    assert str(caught.value).removeprefix(file.as_posix()).startswith(expected)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigErrors, match=r"dep\.toml: cannot be read: No such file"):
        load_config(tmp_path / "dep.toml")


def test_a_byte_order_mark_and_crlf_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "dep.toml").write_bytes(b'\xef\xbb\xbfprefix = "RFC"\r\n[rules]\r\n')
    assert load_config(tmp_path / "dep.toml").schema.prefix == "RFC"


def test_messages_name_the_file_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docs").mkdir()
    file = tmp_path / "docs/dep.toml"
    file.write_text("x = 1", encoding="utf-8")
    for directory, shown in ((tmp_path, "docs/dep.toml: x:"), (tmp_path / "docs", "dep.toml: x:")):
        monkeypatch.chdir(directory)
        with pytest.raises(ConfigErrors) as caught:
            load_config(file)
        assert str(caught.value).startswith(shown)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("statuses", "Under Review", "next", 1), 'statuses."Under Review".next[1]'),
        (("categories", 'A "b"\n', "x-y"), 'categories."A \\"b\\"\\n".x-y'),
        (("statuses", ""), 'statuses.""'),
        (("é",), '"é"'),
    ],
)
def test_key_paths_are_written_as_in_toml(path: tuple[str | int, ...], expected: str) -> None:
    assert written(path) == expected


KEYS = [key.name for table in TABLES for key in table.keys] + [table.name for table in TABLES] + ["Draft", "status"]
VALUES = st.recursive(
    st.sampled_from(
        ["", "Draft", "status", "people", "references", "choice", "red", "off", "**/[", "empty", True, 0, 1.5]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(), VALUES, max_size=6))
def test_no_document_raises_anything_else(document: dict[str, object]) -> None:
    from sphinxext_dep.config.build import build_schema

    found = Problems(None)
    schema = build_schema(document, found, lambda: CODES)
    found.hush_broken()
    check_schema(schema, found)
    assert len({str(error) for error in found.errors}) == len(found.errors)
    assert len(schema_digest(schema)) == 64


def test_the_digest_tells_schemas_apart(tmp_path: Path) -> None:
    code = (
        "from sphinxext_dep.model.config import schema_digest; from sphinxext_dep.config.dep_process import DEFAULT;"
        "print(schema_digest(DEFAULT))"
    )
    elsewhere = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert schema_digest(DEFAULT) == elsewhere
    assert DEFAULT.field_names
    assert schema_digest(DEFAULT) == elsewhere, "what is cached on a schema does not count"
    others = ['prefix = "RFC"', "[fields.x]", '[rules]\nDEP301 = "off"', 'lifecycle = ["Approved", "Draft"]']
    assert len({elsewhere, *(schema_digest(load(tmp_path, text)) for text in others)}) == 5
    reversed_fields = dict(reversed(DEFAULT.fields.items()))
    assert schema_digest(msgspec.structs.replace(DEFAULT, fields=reversed_fields)) != elsewhere


def test_the_format_describes_every_attribute_of_the_schema() -> None:
    structs = {"statuses": Status, "fields": SchemaField, "categories": Category, "sections": Section}
    for table in TABLES:
        assert all(key.doc for key in table.keys)
        if struct := structs.get(table.name):
            attributes = [name for name in struct.__struct_fields__ if name not in ("name", "key")]
            assert sorted(key.attribute for key in table.keys) == sorted(attributes)


HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"


@pytest.mark.parametrize("page", sorted(HOW_TO.glob("*.md")), ids=lambda page: page.stem)
def test_every_example_in_the_how_tos_is_accepted(page: Path, tmp_path: Path) -> None:
    from sphinxext_dep.rules import RULES

    (tmp_path / "conf.py").touch()
    for example in re.findall(r"^```toml\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        for name in re.findall(r'"(\w+/dep\.toml)"', example):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(f'prefix = "{Path(name).parent}"\n', encoding="utf-8")
        file = tmp_path / "dep.toml"
        file.write_text(example, encoding="utf-8")
        load_config(file, rule_codes=RULES.codes)

"""``deps.json``: what its schema promises, sorted, the relations both ways, and no field that takes others away."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import jsonschema
import pytest

from tests.sphinx.project import CONF, Built, Project, proposal

FORMATS = jsonschema.FormatChecker()


@FORMATS.checks("uri")
def is_uri(value: object) -> bool:
    """Absolute, and without characters that no URI has. (jsonschema checks URIs only with a further library.)"""
    if not isinstance(value, str):
        return True
    return bool(urlsplit(value).scheme) and value.isascii() and not set(value) & set(' <>"{}|\\^`')


def validated(built: Built) -> dict[str, dict]:
    """The proposals by slug, when the catalogue is as its schema says."""
    schema = json.loads(built.text("deps.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator(schema, format_checker=FORMATS).validate(built.deps)
    return {entry["slug"]: entry for entry in built.deps["proposals"]}


WHOLE = {
    "deps/0012-retry.md": proposal(
        "DEP-0012: Retry", "Implemented", authors='"@octo, [Ada Lovelace](https://example.org/ada), @org/team"',
        category="Process", replaces='"3"', extends='"2"', tags="net, core", review_date="Jul 09 2025",
        implementation='"https://example.org/1, <https://example.org/2>"', summary="It is *sent* `again`.",
    ),
    "deps/0003-old.md": proposal("Old", "Replaced", replaced_by='"12"'),
    "deps/0002-base.md": proposal("Base", "Approved"),
    "deps/wish.md": proposal("A wish", related='"2"'),
}  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Four valid proposals."""
    project = Project(tmp_path_factory.mktemp("export"))
    project.write({"conf.py": CONF, "index.md": "# Docs\n\n```{dep-index}\n:toctree:\n```\n", **WHOLE})
    return project.build()


def test_every_field_is_typed(whole):
    entry = validated(whole)["retry"]
    octo = {"name": "octo", "handle": "octo", "url": "https://github.com/octo"}
    expected = {
        "number": 12,
        "slug": "retry",
        "label": "DEP-0012",
        "title": "Retry",
        "status": "Implemented",
        "status_raw": "Implemented",
        "category": "Process",
        "sponsors": [octo],
        "review_date": "2025-07-09",
        "pull_request": "https://example.org/pull/1",
        "implementation": ["https://example.org/1", "https://example.org/2"],
        "tags": ["net", "core"],
        "summary": "It is sent again.",
        "path": "deps/0012-retry.md",
        "url": "deps/0012-retry.html",
        "valid": True,
    }
    assert {key: entry[key] for key in expected} == expected
    assert entry["authors"] == [
        octo,
        {"name": "Ada Lovelace", "handle": None, "url": "https://example.org/ada"},
        {"name": "org/team", "handle": "org/team", "url": None},
    ]


def test_relations_go_both_ways(whole):
    entries = validated(whole)

    def named(slug: str, relation: str) -> list[tuple]:
        return [(item["number"], item["slug"], item["path"], item["url"]) for item in entries[slug][relation]]

    retry = (12, "retry", "deps/0012-retry.md", "deps/0012-retry.html")
    assert named("old", "replaced_by") == [retry]
    assert named("retry", "replaces") == [(3, "old", "deps/0003-old.md", "deps/0003-old.html")]
    # Only one side states these.
    assert named("base", "extended_by") == [retry]
    assert named("base", "related") == [(None, "wish", "deps/wish.md", "deps/wish.html")]


def test_proposals_are_sorted_and_the_file_says_what_it_is(whole):
    assert [entry["number"] for entry in whole.deps["proposals"]] == [2, 3, 12, None]
    assert (whole.deps["version"], whole.deps["prefix"]) == (1, "DEP")
    assert whole.deps["$schema"] == "deps.schema.json"
    assert [status["name"] for status in whole.deps["statuses"]][:2] == ["Draft", "Under Review"]


def test_the_diagnostics_of_a_proposal(make_project):
    built = make_project(
        {"deps/0001-a.md": proposal("A", "Approved", review_date="07/15/2025", category="Proces")}
    ).build()
    entry = validated(built)["a"]
    assert [(item["code"], item["severity"]) for item in entry["diagnostics"]] == [
        ("DEP202", "error"), ("DEP203", "warning"),
    ]  # fmt: skip
    first = entry["diagnostics"][0]
    assert list(first) == ["code", "name", "severity", "message", "help", "path", "line", "column"]
    assert (first["name"], first["path"], first["line"], first["column"]) == (
        "unknown-category",
        "deps/0001-a.md",
        6,
        12,
    )
    assert first["help"] == "did you mean `Process`?"
    assert not entry["valid"]


def test_what_is_wrong_on_other_pages_is_there_too(make_project):
    listing = "# Docs\n\n```{dep-index}\n:toctree:\n:format: tabel\n```\n"
    built = make_project({"index.md": listing, "deps/0001-a.md": proposal()}).build()
    validated(built)
    assert [(item["code"], item["path"], item["line"]) for item in built.deps["diagnostics"]] == [
        ("DEP006", "index.md", 5)
    ]


WRONG = {
    "status": ("status", "Aproved", "status", None),
    "category": ("category", "Proces", "category", "Proces"),
    "review_date": ("review_date", "some day", "review_date", None),
    "two readings": ("review_date", "07/01/2025", "review_date", None),
    "pull_request": ("pull_request", "soon", "pull_request", None),
    "a link that runs": ("implementation", "'javascript:alert(1), https://example.org/2'", "implementation",
                         ["https://example.org/2"]),
    "extends": ("extends", "'99'", "extends", [{"number": None, "slug": None, "text": "99", "note": None, "path": None,
                                                "url": None, "stated": True}]),
    "replaces": ("replaces", "'what ever'", "replaces", []),
    "number": ("number", "many", "number", 7),
    "required_reviewers": ("required_reviewers", "'@a, '", "required_reviewers", [
        {"name": "a", "handle": "a", "url": "https://github.com/a"}]),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_field_that_is_wrong_takes_no_other_away(make_project, case):
    field, value, key, expected = WRONG[case]
    right = {"authors": '"@octo"', "tags": "one", "implementation": "https://example.org/2"}
    page = proposal("A", **{"status": "Implemented", **right, field: value})
    sound = proposal("A", "Implemented", **right)
    entries = []
    for text in (page, sound):
        entries.append(validated(make_project({"deps/0007-a.md": text}).build())["a"])
    entry, other = entries
    assert entry[key] == expected
    changed = {name for name in entry if entry[name] != other[name]}
    assert changed <= {key, "status_raw", "category_known", "valid", "diagnostics"}


def test_pages_that_cannot_be_read_are_in_it(make_project):
    built = make_project({"deps/0007-a.md": b"\xff", "deps/0008-b.md": b""}).build()
    entries = validated(built)
    assert [(entry["number"], entry["title"], entry["valid"]) for entry in entries.values()] == [
        (7, None, False), (8, None, False),
    ]  # fmt: skip
    assert entries["a"]["url"] is None


def test_a_process_of_its_own(make_project):
    toml = (
        'prefix = "RFC"\n'
        '[fields.area]\ntype = "choice"\nchoices = ["core", "docs"]\n'
        '[fields.due]\ntype = "date"\n'
        '[fields.readers]\ntype = "people"\nmany = true\n'
    )
    page = proposal("A").replace(":status: Draft", ":status: Draft\n:area: core\n:due: 2026-01-02\n:readers: '@a, @b'")
    built = make_project({"dep.toml": toml, "deps/0001-a.md": page, "deps/0002-b.md": proposal("B")}).build()
    entries = validated(built)
    assert (entries["a"]["label"], entries["a"]["area"], entries["a"]["due"]) == ("RFC-0001", "core", "2026-01-02")
    assert [person["handle"] for person in entries["a"]["readers"]] == ["a", "b"]
    assert (entries["b"]["area"], entries["b"]["due"], entries["b"]["readers"]) == (None, None, [])


def test_bytes_and_time_stay_when_nothing_changed(make_project):
    project = make_project(dict(WHOLE))
    names = ("deps.json", "deps.schema.json")
    built = project.build()
    before = {name: ((built.outdir / name).read_bytes(), (built.outdir / name).stat().st_mtime_ns) for name in names}
    # Not even a page that is written anew changes what is told about it.
    (project.src / "deps/wish.md").touch()
    built = project.build()
    assert "deps/wish" in built.read
    assert {
        name: ((built.outdir / name).read_bytes(), (built.outdir / name).stat().st_mtime_ns) for name in names
    } == before
    project.edit("deps/wish.md", "A wish", "The wish")
    assert validated(project.build())["wish"]["title"] == "The wish"


def test_a_lost_file_comes_back(make_project):
    project = make_project(dict(WHOLE))
    text = project.build().text("deps.json")
    for name in ("deps.json", "deps.schema.json"):
        (project.root / "build/html" / name).unlink()
    built = project.build()
    assert (built.text("deps.json"), built.written) == (text, set())
    validated(built)


@pytest.mark.parametrize("builder", ["text", "latex", "epub", "gettext", "man"])
def test_only_html_has_it(make_project, builder):
    built = make_project(dict(WHOLE)).build(builder)
    assert list(built.outdir.rglob("deps*.json")) == []

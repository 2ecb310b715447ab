"""A field with several days, each of which may be a link: read, checked, fixed, shown, exported and filtered."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest

from sphinxext_dep.publish.published import read_published
from tests.sphinx.project import one, proposal, to_rst
from tests.sphinx.test_parsers import command

TOML = (
    '[fields.history]\nlabel = "Post History"\ntype = "date"\nmany = true\n'
    '[fields.threads]\nlabel = "Threads"\ntype = "date"\nmany = true\nnotation = "day-month-year"\n'
)
CATEGORY = re.compile(r"^ *:category: .*\n", re.MULTILINE)
VALUE = "2022-03-01, [2022-01-02](https://e.org/1)"
FORMS = {
    "directive": lambda value: CATEGORY.sub(rf'\g<0>:history: "{value}"\n', proposal("One")),
    "directive in reST": lambda value: CATEGORY.sub(rf"\g<0>   :history: {value}\n", to_rst(proposal("One"))),
    "block": lambda value: (
        "# One\n\n**Status**: Draft\n\n**Authors**: Ada\n\n**Category**: Process\n\n"
        f"**Post History**: {value}\n\n{proposal().partition('```' + chr(10) + chr(10))[2]}"
    ),
    "front matter": lambda value: (
        f'---\nstatus: Draft\nauthors: Ada\ncategory: Process\nhistory: "{value}"\n---\n\n# One\n\n'
        f"{proposal().partition('```' + chr(10) + chr(10))[2]}"
    ),
}
INDEX = "# Docs\n\n```{dep-index}\n:toctree:\n:columns: title, history\n:sort: history\n```\n"


@pytest.mark.parametrize("form", FORMS)
def test_every_spelling_shows_and_exports_it(make_project, form):
    rst = "reST" in form
    value = "2022-03-01, `2022-01-02 <https://e.org/1>`__" if rst else VALUE
    files = {f"deps/0001-one.{'rst' if rst else 'md'}": FORMS[form](value), "dep.toml": TOML, "index.md": INDEX}
    project = make_project(files)
    built = project.build()
    assert (built.status, built.warnings) == (0, [])
    for shown in (built.page("deps/0001-one").select_one(".dep-field-history, .dep-fields"), built.page("index")):
        assert [time["datetime"] for time in shown.select("time")][:2] == ["2022-03-01", "2022-01-02"]
        assert one(shown, 'a[href="https://e.org/1"]').get_text() == "2022-01-02"
    (entry,) = built.deps["proposals"]
    assert entry["history"] == [
        {"date": "2022-03-01", "text": "2022-03-01", "url": None},
        {"date": "2022-01-02", "text": "2022-01-02", "url": "https://e.org/1"},
    ]
    jsonschema.validate(built.deps, json.loads(built.text("deps.schema.json")))
    foreign = read_published(built.text("deps.json").encode())
    (item,) = [value for value in foreign.judgement.catalog.proposals[0].fields.values() if value.key == "history"]
    assert isinstance(item.value, tuple)
    assert [(day.iso, day.url) for day in item.value] == [("2022-03-01", ""), ("2022-01-02", "https://e.org/1")]
    for builder in ("latex", "text", "man", "epub"):
        assert project.build(builder, epub_copyright="x", version="1").warnings == []


def test_what_is_no_day_is_shown_as_it_is_written_and_reported(make_project):
    value = "2022-01-02, soon, Feb 3, 2022, [07/01/2025](https://e.org/1), [2022-05-01](javascript:x)"
    built = make_project({"deps/0001-one.md": FORMS["block"](value), "dep.toml": TOML, "index.md": INDEX}).build()
    said = [line.partition("DEP203 ")[2].partition(" [dep")[0] for line in built.warnings if "DEP203" in line]
    assert said == [
        "`soon` is not a date; write `YYYY-MM-DD`",
        "`Feb 3, 2022` is not in the form of ISO 8601; write `2022-02-03`",
        "`07/01/2025` can be read as 2025-01-07 or 2025-07-01; write `2025-01-07` or `2025-07-01`",
        "the link of `2022-05-01`: `javascript:x` has the scheme `javascript`, which is none of http, https, mailto; "
        "write the address in full, with https://",
    ]
    page = str(built.page("deps/0001-one"))
    assert "soon" in page
    assert "07/01/2025" in page
    assert 'href="javascript' not in page


def test_fix_writes_each_day_and_nothing_else(make_project):
    value = "[01-Feb-2022](https://e.org/1),  Mar 3, 2022 ; 2022-04-05"
    project = make_project({"deps/0001-one.md": FORMS["block"](value), "dep.toml": TOML})
    assert command(project, "check", "--fix")[0] == 0
    text = (project.src / "deps/0001-one.md").read_text(encoding="utf-8")
    assert "**Post History**: [2022-02-01](https://e.org/1),  2022-03-03 ; 2022-04-05\n" in text


def test_commands_write_the_notation_and_queries_find_each_day(make_project):
    files = {"deps/0001-one.md": FORMS["block"](VALUE), "deps/0002-two.md": proposal("Two"), "dep.toml": TOML}
    project = make_project(files)
    given = "threads=2022-01-02, [2022-03-04](https://e.org/2022-03-04)"
    assert command(project, "status", "2", "Deferred", "--set", given)[0] == 0
    text = (project.src / "deps/0002-two.md").read_text(encoding="utf-8")
    assert "02-Jan-2022, [04-Mar-2022](https://e.org/2022-03-04)" in text
    for query, found in (
        ("history:2022-01", 1),
        ("history:<2022-02-01", 1),
        ("history:2022-02", 0),
        ("has:threads", 1),
    ):
        listed = json.loads(command(project, "list", "--filter", query, "--format", "json")[1])
        assert len(listed["proposals"]) == found, query
    assert "2022-03-01, 2022-01-02" in command(project, "list", "--columns", "title,history", "--format", "csv")[1]


def test_a_list_is_no_review_date(make_project):
    """Nothing is overdue by one of several days."""
    toml = "[fields.review-date]\nmany = true\n"
    page = FORMS["block"]("2022-01-02").replace("Post History", "Review Date")
    built = make_project({"deps/0001-one.md": page, "dep.toml": toml}).build()
    assert (built.status, built.warnings) == (0, [])

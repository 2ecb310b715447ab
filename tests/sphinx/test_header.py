"""The header of a proposal on its own page: the same from every spelling, and saying what a reader must not miss."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup, Tag

from tests.sphinx.project import Built, Project, one, proposal, to_rst

_DIRECTIVE = """\
```{dep-header}
:status: Under Review
:authors: "@octo, Ada Lovelace"
:category: Process
:sponsor: "@org/team"
:required-reviewers: "@a, [Bea](https://example.org/bea)"
:review-date: 2026-12-01
:pull-request: https://example.org/pull/1
```
"""
_BLOCK = """\
**Status**: Under Review

**Authors**: @octo, Ada Lovelace

**Category**: Process

**Sponsor**: @org/team

**Required Reviewers**: @a, [Bea](https://example.org/bea)

**Review Date**: 2026-12-01

**Pull Request**: https://example.org/pull/1
"""
_FRONT_MATTER = """\
---
status: Under Review
authors: ["@octo", Ada Lovelace]
category: Process
sponsor: "@org/team"
required-reviewers: "@a, [Bea](https://example.org/bea)"
review-date: 2026-12-01
pull-request: https://example.org/pull/1
---
"""
_REST_OF_PAGE = proposal().partition("```\n\n")[2]

SPELLINGS = {
    "directive": f"# Retry\n\n{_DIRECTIVE}\n{_REST_OF_PAGE}",
    "block": f"# Retry\n\n{_BLOCK}\n{_REST_OF_PAGE}",
    "front-matter": f"{_FRONT_MATTER}\n# Retry\n\n{_REST_OF_PAGE}",
    "rst": to_rst(f"# Retry\n\n{_DIRECTIVE}\n{_REST_OF_PAGE}").replace("[Bea](https://example.org/bea)", "Bea"),
}


def header(built: Built, docname: str) -> Tag:
    """The one header of a page."""
    (found,) = built.page(docname).select(".dep-header")
    return found


def field(built: Built, docname: str, key: str) -> Tag:
    """What the header shows for one field."""
    return one(header(built, docname), f"dd.dep-field-{key}")


def labels(built: Built, docname: str) -> list[str]:
    """The labels of the header's fields."""
    return [item.get_text().rstrip(":") for item in header(built, docname).select("dl.dep-fields > dt")]


@pytest.mark.parametrize("spelling", ["block", "front-matter"])
def test_every_spelling_renders_the_same_header(make_project, spelling):
    project = make_project({f"deps/{name}.md": SPELLINGS[name] for name in ("directive", spelling)})
    built = project.build()
    assert built.warnings == []
    wanted = str(header(built, "deps/directive")).replace("directive", spelling)
    assert str(header(built, f"deps/{spelling}")) == wanted
    # Just below the title, as the directive stands here, and nowhere else.
    title = header(built, f"deps/{spelling}").find_previous_sibling()
    assert title is not None
    assert title.name == "h1"


def test_markdown_and_restructuredtext_render_the_same_and_tell_the_same(make_project):
    page = proposal("Retry", "Approved", authors='"@octo, Ada Lovelace"', tags="a, b", extends="2")
    files = {"deps/0002-x.md": proposal("Other", "Approved")}
    shown, told = [], []
    for name, text in (("deps/0001-retry.md", page), ("deps/0001-retry.rst", to_rst(page))):
        project = make_project({**files, name: text})
        built = project.build()
        assert built.warnings == []
        shown.append(str(built.page("deps/0001-retry")))
        (entry,) = [item for item in built.deps["proposals"] if item["number"] == 1]
        told.append({key: str(value).replace(".rst", ".md") for key, value in entry.items()})
        project.remove(name)
    assert shown[0] == shown[1]
    assert told[0] == told[1]


def test_the_directive_is_rendered_where_it_stands(make_project):
    page = f"# Retry\n\nA note to the reader.\n\n{_DIRECTIVE}\n{_REST_OF_PAGE}"
    built = make_project({"deps/a.md": page}).build()
    before = header(built, "deps/a").find_previous_sibling()
    assert before is not None
    assert before.get_text() == "A note to the reader."


def test_a_page_without_a_title_has_its_header_at_the_top(make_project):
    built = make_project({"deps/0001-a.md": "**Status**: Draft\n\nSome words.\n"}).build()
    assert one(built.page("deps/0001-a"), ".dep-header + p").get_text() == "Some words."


def test_the_text_of_a_block_is_gone_from_the_page(make_project):
    page = make_project({"deps/a.md": SPELLINGS["block"]}).build().page("deps/a")
    one(page, ".dep-header").decompose()
    assert "Under Review" not in page.get_text()
    assert page.select("strong") == []


@pytest.mark.parametrize("spelling", ["directive", "block", "front-matter"])
def test_lines_of_later_warnings_stay_as_they_are(make_project, spelling):
    page = SPELLINGS[spelling] + "\n{nothing}`x`\n"
    line = page.splitlines().index("{nothing}`x`") + 1
    built = make_project({"deps/a.md": page}).build()
    (warning,) = built.warnings
    assert warning.startswith(f"deps/a.md:{line}: WARNING: Unknown interpreted text role"), warning


def test_lines_stay_with_windows_line_ends(make_project):
    page = SPELLINGS["block"] + "\n{nothing}`x`\n"
    line = page.splitlines().index("{nothing}`x`") + 1
    built = make_project({"deps/a.md": b"\xef\xbb\xbf" + page.replace("\n", "\r\n").encode()}).build()
    assert [item.split(" WARNING")[0] for item in built.warnings] == [f"deps/a.md:{line}:"]
    assert header(built, "deps/a").find_previous_sibling("h1") is not None


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        ("Draft", "open", "Not decided yet."),
        ("Under Review", "open", "Not decided yet."),
        ("Approved", "decided", "Decided."),
        ("Rejected", "closed", "Not in force."),
        ("Deferred", "closed", "Not in force."),
        ("Aproved", "unknown", "is not known: do not read it as decided."),
    ],
)
def test_the_banner_says_whether_it_is_decided(make_project, status, kind, words):
    built = make_project({"deps/0007-a.md": proposal(status=status)}).build()
    banner = one(header(built, "deps/0007-a"), ".dep-banner")
    assert f"dep-kind-{kind}" in banner["class"]
    line, text = (item.get_text() for item in banner.select("p"))
    # A word that is no status never stands where statuses stand.
    assert line == f"DEP-0007 {status if kind != 'unknown' else 'No valid status'}"
    assert kind != "unknown" or f"The page says “{status}”." in text
    assert words in text
    # Whatever stands for "decided" in the page's look is there only when it is.
    assert ("dep-kind-decided" in str(banner)) == (kind == "decided")


def test_a_proposal_without_a_status_says_so(make_project):
    built = make_project({"deps/a.md": "# A\n\n**Authors**: Ada\n"}).build()
    banner = one(header(built, "deps/a"), ".dep-banner")
    assert banner.get_text().split("\n")[1] == "a No valid status"


def test_a_replaced_proposal_leads_to_its_successor(make_project):
    built = make_project({
        "deps/0001-old.md": proposal("Old", "Replaced", replaced_by="DEP-2"),
        "deps/0002-new.md": proposal("New", "Approved", replaces="DEP-1"),
    }).build()  # fmt: skip
    assert built.warnings == []
    banner = one(header(built, "deps/0001-old"), ".dep-banner")
    link = one(banner, "a")
    assert (link["href"], link.get_text()) == ("0002-new.html", "DEP-0002 New")


def test_a_successor_is_linked_even_if_only_it_says_so(make_project):
    built = make_project({
        "deps/0001-old.md": proposal("Old", "Replaced"),
        "deps/0002-new.md": proposal("New", "Approved", replaces="DEP-1"),
    }).build()  # fmt: skip
    banner = one(header(built, "deps/0001-old"), ".dep-banner")
    assert [link["href"] for link in banner.select("a")] == ["0002-new.html"]


def test_relations_show_on_the_side_that_does_not_state_them(make_project):
    built = make_project({
        "deps/0001-base.md": proposal("Base", "Approved"),
        "deps/0002-top.md": proposal("Top", extends="DEP-1", related="DEP-1", replaces="DEP-3"),
        "deps/0003-old.md": proposal("Old", "Approved"),
    }).build()  # fmt: skip
    for docname, key, label, note in (
        ("deps/0001-base", "extends-inverse", "Extended By", ""),
        ("deps/0001-base", "related", "Related", ""),
        ("deps/0003-old", "replaced-by", "Replaced By", " (stated there only)"),
    ):
        value = field(built, docname, key)
        assert value.get_text(strip=True, separator=" ") == f"DEP-0002 Top Draft{note}"
        assert [link["href"] for link in value.select("a")] == ["0002-top.html"]
        assert label in labels(built, docname)
    assert "Extended By" not in labels(built, "deps/0002-top")


def test_references_show_title_status_and_qualifier(make_project):
    built = make_project({
        "deps/0001-old.md": proposal("Old, but good", "Approved"),
        "deps/0002-new.md": "# New\n\n**Status**: Draft\n\n**Authors**: Ada\n\n**Category**: Process\n\n"
                            "**Replaces** (partially): DEP-1\n",
    }).build()  # fmt: skip
    value = field(built, "deps/0002-new", "replaces")
    assert value.get_text().strip() == "DEP-0001 Old, but good Approved (partially)"
    link = one(value, "a")
    assert link["title"] == "Old, but good (Approved)"


def test_people_are_linked_to_their_profiles_and_teams_are_not(make_project):
    page = proposal(authors='"@octo, Ada Lovelace, @org/team, [Bea](https://example.org/bea)"')
    built = make_project({"deps/a.md": page}).build()
    value = field(built, "deps/a", "authors")
    assert value.get_text().strip() == "octo, Ada Lovelace, org/team, Bea"
    assert [(link.get_text(), link["href"]) for link in value.select("a")] == [
        ("octo", "https://github.com/octo"),
        ("Bea", "https://example.org/bea"),
    ]


def test_profiles_are_where_the_configuration_says(make_project):
    files = {
        "dep.toml": 'profile-url = "https://git.example.org/~{handle}"\n',
        "deps/a.md": proposal(authors='"@octo"'),
    }
    built = make_project(files).build()
    assert [link["href"] for link in field(built, "deps/a", "authors").select("a")] == ["https://git.example.org/~octo"]


def test_dates_are_machine_readable_in_whatever_form_they_were_written(make_project):
    built = make_project({
        "deps/a.md": proposal("A", "Approved", review_date="Jul 09 2025"),
        "deps/b.md": proposal("B", "Approved", review_date="07/01/2025"),
    }).build()  # fmt: skip
    (time,) = field(built, "deps/a", "review-date").select("time")
    assert (time["datetime"], time.get_text()) == ("2025-07-09", "2025-07-09")
    # Two readings: nobody chooses one.
    value = field(built, "deps/b", "review-date")
    assert value.select("time") == []
    assert one(value, ".dep-wrong").get_text() == "07/01/2025"


def test_links_are_links_and_what_is_none_is_text(make_project):
    built = make_project({
        "deps/a.md": proposal(status="Approved"),
        "deps/b.md": proposal(status="Approved", pull_request='"see #15"'),
    }).build()  # fmt: skip
    assert [link["href"] for link in field(built, "deps/a", "pull-request").select("a")] == [
        "https://example.org/pull/1"
    ]
    value = field(built, "deps/b", "pull-request")
    assert value.select("a") == []
    assert value.get_text().strip() == "see #15"


def test_unknown_fields_are_still_shown(make_project):
    page = SPELLINGS["block"].replace("**Pull Request**", "**Colour of Shed**: red\n\n**Pull Request**")
    built = make_project({"deps/a.md": page}).build()
    assert "DEP103" in built.codes
    values = [item.get_text().strip() for item in header(built, "deps/a").select("dl.dep-fields > dd")]
    assert dict(zip(labels(built, "deps/a"), values, strict=True))["Colour of Shed"] == "red"


@pytest.mark.parametrize(
    ("status", "steps"),
    [
        ("Draft", "[Draft] → Under Review → Approved → Implemented"),
        ("Approved", "Draft → Under Review → [Approved] → Implemented"),
        ("Implemented", "Draft → Under Review → Approved → [Implemented]"),
        ("Deferred", "Draft → Under Review → Approved → Implemented | [Deferred]"),
        ("Aproved", "Draft → Under Review → Approved → Implemented"),
    ],
)
def test_the_lifecycle_strip_shows_where_it_stands(make_project, status, steps):
    built = make_project({"deps/a.md": proposal(status=status)}).build()
    strip = one(header(built, "deps/a"), ".dep-lifecycle")
    for current in strip.select('[aria-current="step"]'):
        current.replace_with(f"[{current.get_text()}]")
    assert strip.get_text() == steps


def test_errors_stand_in_the_header(make_project):
    built = make_project({"deps/a.md": proposal(category="Architectur")}).build()
    (errors,) = header(built, "deps/a").select(".dep-errors")
    assert "DEP202" in errors.get_text()


def test_a_title_shows_once_and_without_its_number(make_project):
    built = make_project({"deps/0004-a.md": proposal("DEP-0004: Retry")}).build()
    entry = one(built.page("index"), "td:nth-of-type(2)")
    assert entry.get_text().strip() == "Retry"


def test_one_entry_in_the_navigation_for_sections_beside_the_title(make_project):
    built = make_project({"deps/0001-a.md": proposal(), "deps/0002-b.rst": to_rst(proposal("B"))}).build()
    for docname in ("deps/0001-a", "deps/0002-b"):
        assert len(built.app.env.tocs[docname].children) == 1
        assert [item.get_text() for item in built.page(docname).select("section > section > h2")] == [
            f"{name}¶" for name in ("Summary", "Motivation", "Proposal", "Alternate Solutions")
        ]


def test_markup_in_a_title_is_not_markup(make_project: Callable[..., Project]) -> None:
    """The title is metadata: it is shown on other pages too, where nobody expects HTML of an author's."""
    project = make_project({"deps/0001-retry.md": proposal("Retry <script>alert(1)</script> <b>requests</b>")})
    built = project.build()
    for name in ("index.html", "deps/0001-retry.html"):
        page = BeautifulSoup(built.text(name), "html.parser")
        assert not [script for script in page.find_all("script") if "alert" in script.get_text()]
        assert not page.select("h1 b, td b")
    (entry,) = json.loads(built.text("deps.json"))["proposals"]
    assert entry["title"] == "Retry alert(1) requests"

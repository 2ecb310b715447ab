"""``dep-timeline``: what became of proposals, as a chart and as a table."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import Tag

from sphinxext_dep.sphinx.components.timeline import DAY, BarModel, LineModel, draw, ticks
from tests.history.repo import START, day
from tests.sphinx.project import CONF, Built, Project, one, proposal, to_rst
from tests.sphinx.test_history import Committed

OWN = "\n## History\n\n```{dep-timeline}\n```\n"
INDEX = """\
# Docs

```{dep-timeline}
:caption: Everything
```

```{dep-index}
:toctree:
```
"""


@pytest.fixture
def project(tmp_path: Path) -> Committed:
    made = Committed(tmp_path)
    made.write(
        {
            "conf.py": CONF,
            "index.md": INDEX,
            "deps/0001-first.md": proposal("First", body=OWN),
            "deps/0002-second.md": proposal("Second", "Deferred"),
        }
    )
    made.commit()
    made.write({"deps/0001-first.md": proposal("First", "Under Review", body=OWN)})
    made.commit()
    made.commit()
    made.write({"deps/0001-first.md": proposal("First", "Approved", body=OWN)})
    made.commit()
    return made


def rows(timeline: Tag) -> list[list[str]]:
    return [[cell.get_text(strip=True) for cell in row.select("td")] for row in timeline.select("tbody tr")]


def of(built: Built, docname: str) -> Tag:
    return one(built.page(docname), ".dep-timeline")


def test_on_a_proposals_page_it_is_that_proposals(project):
    timeline = of(project.build(), "deps/0001-first")
    assert rows(timeline) == [
        ["Draft", day(0), day(1), "1 day"],
        ["Under Review", day(1), day(3), "2 days"],
        ["Approved", day(3), "–", "–"],
    ]
    chart = one(timeline, "svg.dep-timeline-chart")
    assert chart["role"] == "img"
    assert chart["aria-label"] == (
        f"Timeline. Draft: {day(0)} to {day(1)} (1 day); Under Review: {day(1)} to {day(3)} (2 days);"
        f" Approved: since {day(3)}"
    )
    spans = chart.select("svg.dep-span")
    assert [span.text for span in spans] == [
        f"Draft: {day(0)} to {day(1)} (1 day)Draft",
        f"Under Review: {day(1)} to {day(3)} (2 days)Under Review",
        f"Approved: since {day(3)}Approved",
    ]
    assert [(span["x"], span["width"]) for span in spans] == [
        ("0.00%", "28.33%"), ("28.33%", "56.67%"), ("85.00%", "15.00%"),
    ]  # fmt: skip
    assert not timeline.select("details")
    assert not timeline.select("[style]")


def test_elsewhere_it_is_all_of_them(project):
    timeline = of(project.build(), "index")
    assert rows(timeline) == [
        ["DEP-0001 First", "Draft", day(0), day(1), "1 day"],
        ["DEP-0001 First", "Under Review", day(1), day(3), "2 days"],
        ["DEP-0001 First", "Approved", day(3), "–", "–"],
        ["DEP-0002 Second", "Deferred", day(0), "–", "–"],
    ]
    labels = [label.text for label in timeline.select(".dep-line-label")]
    assert labels == ["DEP-0001 First", "DEP-0002 Second"]
    assert [link["href"] for link in timeline.select(".dep-line-label a")] == [
        "deps/0001-first.html", "deps/0002-second.html",
    ]  # fmt: skip
    assert one(timeline, "details > summary").text == "The same as a table"
    assert one(timeline, ".dep-caption").text == "Everything"
    assert timeline["aria-label"] == "Everything"


@pytest.mark.parametrize(
    ("directive", "expected"),
    [
        ("```{dep-timeline}\n:status: closed, Deferred\n```", ["DEP-0002 Second"]),
        ("```{dep-timeline}\n:filter: number:2..\n```", ["DEP-0002 Second"]),
        ("```{dep-timeline}\n:sort: -number\n:limit: 1\n```", ["DEP-0002 Second"]),
        ("```{dep-timeline} 2, first\n```", ["DEP-0001 First", "DEP-0002 Second"]),
        ("```{dep-timeline} 2, first\n:status: decided\n```", ["DEP-0001 First"]),
    ],
)
def test_what_it_is_about(project, directive, expected):
    # On a proposal's page a filter asks for all of them.
    project.write({"deps/0002-second.md": proposal("Second", "Deferred", body=f"\n{directive}\n")})
    shown = {row[0] for row in rows(of(project.build(), "deps/0002-second"))}
    assert sorted(shown) == expected


def test_one_that_is_named_needs_no_name(project):
    project.write({"guide.md": "---\norphan: true\n---\n\n# Guide\n\n```{dep-timeline} 2\n```\n"})
    assert rows(of(project.build(), "guide")) == [["Deferred", day(0), "–", "–"]]


def test_nothing_to_show(project):
    page = "---\norphan: true\n---\n\n# Guide\n\n```{dep-timeline}\n:number: 50..\n:empty: None yet.\n```\n"
    project.write({"guide.md": page})
    timeline = of(project.build(), "guide")
    assert timeline.get_text(strip=True) == "None yet."


def test_mistakes_are_reported_where_they_are(project):
    project.write(
        {"guide.md": "---\norphan: true\n---\n\n# Guide\n\n```{dep-timeline} 9\n:stattus: Draft\n:limit: many\n```\n"}
    )
    built = project.build()
    assert [re.sub(r" .*", "", line.partition("guide.md:")[2]) for line in built.warnings if "guide.md:" in line] == [
        "7:1:", "8:2:", "9:9:",
    ]  # fmt: skip
    assert "There is no proposal 9." in of(built, "guide").text


def test_what_is_not_committed_is_said(project):
    project.write({"deps/0001-first.md": proposal("First", "Deferred", body=OWN), "deps/0003-new.md": proposal("New")})
    built = project.build()
    assert rows(of(built, "deps/0001-first"))[-1] == ["Deferred", "not committed yet", "–", "–"]
    assert rows(of(built, "index"))[-1] == ["DEP-0003 New", "Draft", "not committed yet", "–", "–"]
    assert len(of(built, "index").select(".dep-line-label")) == 2


def test_a_status_that_the_process_has_no_more(project):
    project.write(
        {
            "dep.toml": '[statuses."Under Review"]\nenabled = false\n',
            "conf.py": CONF + "suppress_warnings = ['dep']\ndep_fail_on = 'never'\n",
        }
    )
    built = project.build()
    assert not built.status, built.warnings
    assert "Under Review" in of(built, "deps/0001-first").text


def test_a_present_status_that_is_none_is_called_as_everywhere(project):
    project.edit("deps/0002-second.md", "Deferred", "Defered")
    project.commit()
    built = project.build(dep_fail_on="never")
    assert [row[1] for row in rows(of(built, "index"))][-2:] == ["Deferred", "No valid status"]


def test_a_commit_rewrites_the_timelines_that_it_changes(project):
    project.write({"guide.md": "---\norphan: true\n---\n\n# Guide\n\n```{dep-timeline} 2\n```\n"})
    project.edit("deps/0001-first.md", ":status: Approved", ":status: Deferred")
    project.build()
    project.commit()
    built = project.build()
    # `guide` shows the other one.
    assert (built.read, built.written) == (set(), {"deps/0001-first", "index"})
    assert rows(of(built, "deps/0001-first"))[-1] == ["Deferred", day(4), "–", "–"]
    clean = project.build_clean()
    assert built.files == clean.files


def test_outside_a_repository(tmp_path):
    project = Project(tmp_path)
    project.write({"conf.py": CONF, "index.md": INDEX, "deps/0001-first.md": proposal("First", body=OWN)})
    built = project.build()
    assert "What happened when is not known here." in of(built, "deps/0001-first").text
    assert not built.warnings


@pytest.mark.parametrize("builder", ["dirhtml", "singlehtml", "latex", "epub", "man", "text", "gettext"])
def test_every_builder(project, builder):
    project.write({"deps/0003-third.rst": to_rst(proposal("Third", body=OWN))})
    built = project.build(builder, root_doc="index", man_pages=[("index", "docs", "", "", 1)])
    assert not [line for line in built.warnings if "EPUB3" not in line]
    if builder == "text":
        text = built.text("deps/0001-first.txt")
        assert re.search(rf"Under Review\s*\|\s*{day(1)}\s*\|\s*{day(3)}", text)
        assert "not committed yet" in built.text("deps/0003-third.txt")
    if builder == "epub":
        ElementTree.fromstring(built.text("index.xhtml"))


def test_untrusted_words_stay_words(project):
    attack = "<script>alert(1)</script>\"' onload='x"
    project.write({"deps/0001-first.md": proposal(f"First `{attack}`", body=OWN)})
    text = (project.src / "deps/0001-first.md").read_text(encoding="utf-8")
    project.write({"deps/0001-first.md": text.replace(":status: Draft", f":status: {attack}")})
    project.commit()
    # Only a status of the past is shown as it was written.
    project.write({"deps/0001-first.md": text})
    project.commit()
    built = project.build(dep_fail_on="never")
    for docname in ("index", "deps/0001-first"):
        timeline = of(built, docname)
        assert not timeline.select("script")
        assert not [tag for tag in timeline.find_all(True) if "onload" in tag.attrs]
        assert "alert(1)" in one(timeline, "svg.dep-timeline-chart").text


def test_a_clock_that_was_wrong_turns_no_bar_round():
    bars = [BarModel(START + DAY * when, "X", "grey", "open", "X") for when in (5, 2, 9)]
    drawn = "".join(draw([LineModel("", bars)], START + 9 * DAY, "x", str))
    places = [float(x) for x in re.findall(r'dep-span dep-grey" x="([\d.]+)%', drawn)]
    assert places == sorted(places)
    assert all(float(width) > 0 for width in re.findall(r'y="\d+" width="([\d.]+)%', drawn))


@pytest.mark.parametrize("days", [0, 1, 3, 10, 40, 62, 63, 100, 365, 800, 4000, 20_000, 700_000])
def test_few_dates_on_the_axis(days):
    found = ticks(START, START + days * DAY)
    assert 1 <= len(found) <= 7
    assert all(START <= when <= START + days * DAY for when, _words in found)
    assert len({words for _when, words in found}) == len(found)


def test_dates_from_the_beginning_and_the_end_of_time():
    assert ticks(0, 253_402_300_799)


def test_a_status_from_the_end_of_time():
    end = 253_402_300_799
    drawn = "".join(draw([LineModel("", [BarModel(end, "X", "grey", "open", "X")])], end, "x", str))
    assert "9999-12-31" in drawn

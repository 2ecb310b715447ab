"""The calendar of reviews: valid iCalendar, the same in every build."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import icalendar
import pytest

from tests.history.repo import Repo
from tests.publish.ics import faults, unfolded
from tests.sphinx.project import CONF, Built, Project, proposal

BASE = "https://org.example.org/docs/"
CALENDAR = CONF + 'project = "First"\ndep_calendar = True\n'
FILES = {
    "deps/0001-a.md": proposal("Retry, again; and \\ more", "Under Review", review_date="2026-03-04",
                               summary="It is sent again, " * 12 + "naïvely: ü" * 20),
    "deps/0002-b.md": proposal("Decided", "Approved"),
    "deps/0003-c.md": proposal("Without a date"),
    "deps/wish.md": proposal("A wish", review_date="2026-01-02"),
}  # fmt: skip


def events(site: Built) -> dict[str, Any]:
    """The events by day, of a file that breaks no rule."""
    data = (site.outdir / "deps.ics").read_bytes()
    assert faults(data) == []
    calendar = icalendar.Calendar.from_ical(data)
    return {event.decoded("dtstart").isoformat(): event for event in calendar.walk("VEVENT")}


def built(project: Project, **options: Any) -> Built:
    """Build where it is known where the site is."""
    return project.build(html_baseurl=BASE, **options)


def test_the_reviews_of_what_is_not_decided(make_project):
    site = built(make_project(FILES, CALENDAR))
    assert site.warnings == []
    found = events(site)
    assert list(found) == ["2026-03-04", "2026-01-02"]
    event = found["2026-03-04"]
    assert event["summary"] == "Review of DEP-0001 Retry, again; and \\ more"
    assert event["url"] == f"{BASE}deps/0001-a.html"
    assert event["transp"] == "TRANSPARENT"
    assert str(event["description"]).startswith("It is sent again, It is")
    assert found["2026-01-02"]["summary"] == "Review of wish A wish"
    # Without a repository there is a day that no clock has a say in.
    assert event.decoded("dtstamp") == datetime.datetime(2026, 3, 4, tzinfo=datetime.UTC)
    assert "X-WR-CALNAME:First: reviews of proposals" in unfolded((site.outdir / "deps.ics").read_bytes())


def test_stamps_come_from_git(tmp_path: Path):
    project = Project(tmp_path / "project")
    repo = Repo(project.src)
    repo.commit({"conf.py": CALENDAR, "index.md": "# D\n\n```{dep-index}\n:toctree:\n```\n", **FILES})
    repo.commit({"deps/wish.md": proposal("A better wish", review_date="2026-01-02")})
    found = events(built(project))
    assert found["2026-03-04"].decoded("dtstamp") == datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    assert found["2026-01-02"].decoded("dtstamp") == datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)


def test_names_stay(make_project):
    project = make_project(FILES, CALENDAR)
    before = {event["summary"]: event["uid"] for event in events(built(project)).values()}
    project.rename("deps/wish.md", "deps/0004-wish.md")
    project.edit("deps/0004-wish.md", "2026-01-02", "2026-05-06")
    after = events(project.build(html_baseurl="https://elsewhere.example.org"))
    assert after["2026-05-06"]["uid"] == before["Review of wish A wish"]
    assert len(set(before.values())) == 2


def test_two_of_one_name(make_project):
    both = proposal("A", review_date="2026-01-02")
    project = make_project({"deps/0001-a.md": both, "deps/0002-a.md": both}, CALENDAR)
    assert faults((built(project).outdir / "deps.ics").read_bytes()) == []


def test_without_a_base_url_there_are_no_links(make_project):
    site = make_project(FILES, CALENDAR).build()
    assert [line.partition("WARNING: ")[2] for line in site.warnings] == [
        "dep_calendar: the address of the published site is not set, so deps.ics has no links; "
        "set `html_baseurl` in conf.py"
        " [dep.no-base-url]"
    ]
    assert all("url" not in event for event in events(site).values())


def test_written_only_when_it_changes(make_project):
    project = make_project(FILES, CALENDAR)
    file = built(project).outdir / "deps.ics"
    stamp = file.stat().st_mtime_ns
    built(project, force_all=True)
    assert file.stat().st_mtime_ns == stamp
    project.edit("deps/wish.md", "2026-01-02", "2026-01-03")
    built(project)
    assert file.stat().st_mtime_ns != stamp
    file.unlink()
    assert len(events(built(project))) == 2


def test_pages_link_to_it(make_project):
    site = built(make_project(FILES, CALENDAR))
    assert '<link rel="alternate" type="text/calendar" title="First: proposals" href="../deps.ics" />' in site.text(
        "deps/wish.html"
    )


def test_hostile_text(make_project):
    page = proposal(
        "A\x0bB END:VEVENT", review_date="2026-01-02", summary="x\\nEND:VCALENDAR\x0c\u2028BEGIN:VEVENT ;,:"
    )
    project = make_project({"deps/0001-a.md": page}, CALENDAR.replace("First", "Fi;rst,\\n"))
    (event,) = events(built(project)).values()
    # With the lowest versions the heading on the page ends at the vertical tab.
    assert event["summary"] in ("Review of DEP-0001 A B END:VEVENT", "Review of DEP-0001 A")


@pytest.mark.parametrize("builder", ["text", "latex", "epub"])
def test_only_sites_have_it(make_project, builder):
    assert not (make_project(FILES, CALENDAR).build(builder).outdir / "deps.ics").exists()


def test_other_dates_are_no_reviews(make_project):
    toml = '[fields.created]\ntype = "date"\n'
    page = proposal("A").replace(":status: Draft", ":status: Draft\n:created: 2020-01-01")
    text = "# D\n\n```{dep-index}\n:toctree:\n```\n\n```{dep-status}\n```\n"
    site = built(make_project({"dep.toml": toml, "deps/0001-a.md": page, "index.md": text}, CALENDAR))
    assert events(site) == {}
    assert "review date past" not in site.text("index.html")

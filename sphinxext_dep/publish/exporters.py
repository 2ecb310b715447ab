"""All exporters. Those that a setting asks for import their libraries when they write, and not before."""

from __future__ import annotations

from pathlib import Path

from sphinxext_dep.publish import deps_json
from sphinxext_dep.publish.exporter import Exporter
from sphinxext_dep.publish.files import CALENDAR, FEED
from sphinxext_dep.publish.site import FILE_NAME, Site


def _write_feed(site: Site, outdir: Path) -> None:
    from sphinxext_dep.publish import feed

    feed.write(site, outdir)


def _write_calendar(site: Site, outdir: Path) -> None:
    from sphinxext_dep.publish import calendar

    calendar.write(site, outdir)


EXPORTERS = (
    Exporter((FILE_NAME, deps_json.SCHEMA_FILE_NAME), deps_json.write),
    Exporter(
        (FEED,),
        _write_feed,
        setting="dep_feed",
        doc=f"Whether `{FEED}` is written: an Atom feed of new proposals, changes of status and reviews that are due.",
        media_type="application/atom+xml",
        package="feedgenerator",
        needs_base=True,
    ),
    Exporter(
        (CALENDAR,),
        _write_calendar,
        setting="dep_calendar",
        doc=f"Whether `{CALENDAR}` is written: an iCalendar file of the days on which reviews are due.",
        media_type="text/calendar",
        package="icalendar",
    ),
)

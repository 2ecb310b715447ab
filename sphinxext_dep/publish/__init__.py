"""The catalogue as files for other tools: the list of exporters.

Those that a setting asks for import their libraries when they write, and not before.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from sphinxext_dep.publish import deps_json, llms
from sphinxext_dep.publish.published import FILE_NAME
from sphinxext_dep.publish.site import CALENDAR, FEED, LLMS, Site


class Exporter(NamedTuple):
    """One of them.

    :param files: the names of what it writes.
    :param write: called with the site and the output directory, when there may be something new to tell.
    :param setting: in ``conf.py``, whether it is written. Empty for what is always written.
    :param default: of the setting.
    :param doc: what the setting does.
    :param media_type: of the file; pages link to one that has such a type.
    :param package: what has to be installed for it and is not always.
    :param needs_base: true if nothing is written without the address of the site.
    :param signature: text in each file that it wrote; a file without it is another program's, and is kept.
    """

    files: tuple[str, ...]
    write: Callable[[Site, Path], None]
    setting: str = ""
    default: bool = False
    doc: str = ""
    media_type: str = ""
    package: str = ""
    needs_base: bool = False
    signature: str = ""


def _write_feed(site: Site, outdir: Path) -> None:
    from sphinxext_dep.publish import feed

    feed.write(site, outdir)


def _write_calendar(site: Site, outdir: Path) -> None:
    from sphinxext_dep.publish import calendar

    calendar.write(site, outdir)


EXPORTERS = (
    Exporter((FILE_NAME, deps_json.SCHEMA_FILE_NAME), deps_json.write),
    Exporter(
        (LLMS,),
        llms.write,
        setting="dep_llms",
        default=True,
        doc=f"Whether `{LLMS}` is written: the proposals for language models. Another file of that name is kept.",
        signature=llms.SIGNATURE,
    ),
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

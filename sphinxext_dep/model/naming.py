"""Names of files: made from a title, and given a number."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from sphinxext_dep.model.numbers import file_number

MAX_SLUG = 60
"""Characters of a slug that is made from a title: names of files are read in listings."""

UNNUMBERED = "0000"
"""What stands for the number in the name of a new proposal's file. Of an open proposal it is no number, so that two
branches never clash; and unlike ``NNNN`` it is not the name of a template."""

_GAPS = re.compile(r"[\W_]+")
_PLACE = re.compile(r"(?:[0-9]+|0*[Nn]{2,}|0*[Xx]{2,}|0+[NnXx])(?=[-_ .])")


def slug_of(title: str) -> str:
    """A slug for *title*: its words in lower case, joined by hyphens; accents are left out where letters have them."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", title) if not unicodedata.combining(char))
    slug = _GAPS.sub("-", unicodedata.normalize("NFC", plain).casefold()).strip("-")
    if len(slug) > MAX_SLUG:
        slug = slug[: MAX_SLUG + 1].rpartition("-")[0] or slug[:MAX_SLUG]
    return slug


def numbered_name(name: str, number: int | str, prefix: str) -> str:
    """The name of a file with *number* in it: in place of what stands for the number, else in front.

    ``0000-retry.md`` and ``retry.md`` become ``0012-retry.md``, ``dep-NNNN-retry.md`` becomes ``dep-0012-retry.md``.

    :param number: or what stands for one: ``NNNN``.
    :param prefix: of the process, which may stand before the number.
    """
    digits = f"{number:04d}" if isinstance(number, int) else number
    lead = re.match(rf"(?:{re.escape(prefix)}[-_]?)?", name, re.IGNORECASE) if prefix else None
    start = lead.end() if lead else 0
    place = _PLACE.match(name, start)
    # What looks like a number is none when the reader of file names takes it for a word of the slug.
    if place and not file_number(name, prefix)[1].startswith(place[0].lower()):
        return f"{name[:start]}{digits}{name[place.end() :]}"
    return f"{digits}-{name}"


def file_lead(names: list[str], prefix: str) -> str:
    """What the numbers in *names* of files are led by: ``dep-`` where all of them say ``dep-0012``, else nothing."""
    lead = re.compile(rf"({re.escape(prefix)}[-_]?)(?=[0-9])", re.IGNORECASE)
    found = {match[1] if (match := lead.match(PurePosixPath(name).name)) else "" for name in names} if prefix else set()
    return found.pop() if len(found) == 1 else ""


def digits_of(names: list[str], prefix: str) -> int:
    """How many digits a number in a name of a file has at least: four, or fewer where *names* have fewer.

    :param names: of files that have a number.
    """
    lead = re.compile(rf"(?:{re.escape(prefix)}[-_]?)?([0-9]+)", re.IGNORECASE) if prefix else re.compile("([0-9]+)")
    return min([4, *(len(match[1]) for name in names if (match := lead.match(PurePosixPath(name).name)))])

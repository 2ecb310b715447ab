"""Numbers of proposals in fields, file names, titles and references, and the key that all are compared by.

File names are made here as well: from a title, or from another name and a number.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

MAX_NUMBER = 999_999
"""The highest number a proposal can have. With six digits, a date (``20250709``) is still seen not to be a number."""

_MAX_KEY_CHARS = 200
"""Longer names (characters) than any file system's are no keys."""

_DIGITS = r"0*+[1-9][0-9]{0,5}|0++"
_GAP = r"[-\u2010\u2011\u2013_\s]?"
"""The text between prefix and number: a hyphen, a dash, an underscore, a space."""

_UNNUMBERED = r"(?=..)(?:0*N++|0*X++|0++M++|[Nn]{4,}|[Xx]{4,}|(?:[0-9]++-)?0*TBD)(?![A-Za-z0-9])"
"""The place for a number that is not assigned yet: ``NNNN``, ``000N``, ``XXXX``. One letter (``x-ray``) is a word."""

_MONTH = r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[A-Za-z]*"
_DAY = re.compile(
    r"(?:(?:19|20)[0-9]{2}[-_. ](?:0?[1-9]|1[0-2])[-_. ][0-3]?[0-9]"
    rf"|(?:19|20)[0-9]{{2}}[-_. ]{_MONTH}[-_. ][0-3]?[0-9]|[0-3]?[0-9][-_. ]?{_MONTH}[-_. ]?(?:19|20)[0-9]{{2}}"
    r"|(?:19|20)[0-9]{2}[-_. ](?:[Ww][0-5][0-9]|[Qq][1-4])(?=[-_. ](?![0-9]))"
    r"|[0-3][0-9][-_. ][0-3][0-9][-_. ](?:19|20)[0-9]{2})(?![0-9])"
)
_NOT_A_DAY = rf"(?!{_DAY.pattern})"
"""A name that begins with a day or a week has no number: ``2026-01-31-x.md``, ``31-Jan-2026-x.md``, ``2026-W05-x``."""

_SUFFIX = re.compile(r"\.(?:md|markdown|rst|txt|html?)$", re.IGNORECASE)
_SLUG = re.compile(r"[^\W_]++(?:[-_.]++[^\W_]++)*")
_SPACE = re.compile(r"\s+")


class _Patterns(NamedTuple):
    number: re.Pattern[str]
    file: re.Pattern[str]
    title: re.Pattern[str]


@lru_cache(maxsize=16)
def _patterns(prefix: str) -> _Patterns:
    """The patterns for *prefix*, which may be empty: then only digits are numbers."""
    # (?!) never matches: without a prefix there is nothing that could begin a title's number.
    name = rf"(?i:{re.escape(prefix)})" if prefix else "(?!)"
    number = rf"(?:{name}s?{_GAP}#?|#)?(?P<number>{_DIGITS})"
    file = rf"(?:{name}[-_]?)?{_NOT_A_DAY}(?:(?P<none>{_UNNUMBERED})|(?P<number>[0-9]++))(?:[-_ ]+(?P<slug>.+)|$)"
    title = rf"""
        \s*+\[?{name}{_GAP}\#?(?:(?P<number>[0-9]++)|(?P<none>{_UNNUMBERED}))\]?
        (?:\s*+(?:[:|–—]|[.)](?=\s|$)|-+(?=\s))\s*+ | \s*+$ | (?<=\])\s*+
           # The label itself, zeros and all, needs no punctuation; `RFC 2119 keywords` is a title.
         | (?<=[0-9])(?<=0[0-9]{{3}})\s++)
    """
    return _Patterns(re.compile(number), re.compile(file, re.DOTALL), re.compile(title, re.VERBOSE))


def parse_number(raw: str, prefix: str) -> int | None:
    """The number that a value such as ``12``, ``0012``, ``#12`` or ``DEP-0012`` states; ``None`` for everything else.

    :param prefix: what numbers are called, such as ``DEP``; in any case.
    """
    match = _patterns(prefix).number.fullmatch(raw.strip().strip("*_`").strip())
    return _number(match["number"]) if match else None


def file_number(name: str, prefix: str = "") -> tuple[int | None, str]:
    """Return the number in a file name, or ``None``, and its slug.

    ``0012-slug.md`` is ``(12, "slug")``; ``NNNN-slug.md`` (also ``000N-``, ``XXXX-``) and ``slug.md`` are
    ``(None, "slug")``; ``0000-slug.md`` is ``(0, "slug")``: whether 0 is a number depends on the status, which the
    caller knows. The slug is in lower case with ``-`` for spaces; it is the whole name when nothing but a number is
    there, so never empty unless *name* is.

    :param name: a file name; a path before it and a suffix of a page behind it are left out.
    :param prefix: accepted before the number: ``dep-0012-slug.md``.
    """
    stem = _SUFFIX.sub("", name.rsplit("/", 1)[-1])
    match = _patterns(prefix).file.match(stem)
    number = None
    if match and (digits := match["number"]):
        number = _number(digits)
        # A long run of digits is a date or a hash: part of the name, not a number.
        match = None if number is None else match
    slug = (match["slug"] if match else None) or stem
    return number, _SPACE.sub("-", slug.strip()).lower()


def title_of_name(slug: str) -> str:
    """The words of a slug as a title, without a day at its start: ``2026-01-31-actor-pools`` is “Actor pools”."""
    day = _DAY.match(slug)
    words = " ".join(slug[day.end() if day else 0 :].replace("-", " ").replace("_", " ").split()) or slug
    return words[:1].upper() + words[1:]


def title_number(title: str, prefix: str) -> tuple[int | None, str, int]:
    """Return the number in a title or ``None``, the title without it, and the number of characters in front of it.

    ``DEP-0012: Title``, ``DEP 12 – Title``, ``[DEP-12] Title`` are ``(12, "Title", …)``; ``DEP-NNNN: Title`` is
    ``(None, "Title", 10)``. Words without punctuation, ``RFC 2119 keywords``, are a title, unless the number has the
    leading zeros of a label.
    """
    match = _patterns(prefix).title.match(title)
    if match is None:
        return None, title, 0
    number = _number(match["number"]) if match["number"] else None
    if match["number"] and number is None:
        return None, title, 0
    return number, title[match.end() :].strip(), match.end()


def names_number(title: str, label: str, number: int, prefix: str) -> bool:
    """Whether *title* has the number of the proposal already: its label, or another notation such as ``DEP 4: …``."""
    return label.lower() in title.lower() or title_number(title, prefix)[0] == number


def _number(digits: str) -> int | None:
    """The number, or ``None`` when it is above the highest. Python would refuse to convert thousands of digits."""
    significant = digits.lstrip("0")
    return int(significant or "0") if len(significant) <= len(str(MAX_NUMBER)) else None


def file_key(name: str, prefix: str) -> str | None:
    """The key of the proposal in the file called *name*, or ``None`` when it does not look like the name of one.

    :param name: with a suffix (``0012-slug.md``, ``slug.md``), or without one as web servers show it (``0012-slug``),
        where four digits or the prefix must tell it from other words.
    """
    if len(name) > _MAX_KEY_CHARS:
        return None
    stem = _SUFFIX.sub("", name)
    number, slug = file_number(name, prefix)
    match = _patterns(prefix).file.match(stem)
    if stem == name:
        number_part = (match["number"] or match["none"]) if match and match["slug"] else ""
        is_labelled = len(number_part) > 3 or (number_part and not stem.startswith(number_part))
        if not is_labelled or not any(char.isalpha() for char in slug):
            return None
    if number is not None:
        return str(number)
    return slug if _SLUG.fullmatch(slug) else None


def normalise_key(text: str, prefix: str) -> str | None:
    """The key by which a proposal is found, or ``None``.

    ``12``, ``0012``, ``#12``, ``DEP-12``, ``dep 0012`` and ``0012-slug.md`` are ``12``; ``0`` is ``0``; a slug,
    lower-case words with dashes, is itself.

    :param prefix: what numbers are called, such as ``DEP``; in any case.
    """
    text = text.strip()
    number = parse_number(text, prefix)
    if number is not None:
        return str(number)
    if key := file_key(text, prefix):
        return key
    return text if len(text) <= _MAX_KEY_CHARS and text == text.lower() and is_slug(text) else None


def is_slug(text: str) -> bool:
    """True if *text* could be a slug: words with dashes, at least one of them with a letter."""
    return _SLUG.fullmatch(text) is not None and any(char.isalpha() for char in text)


MAX_SLUG = 60
"""Characters of a slug that is made from a title: names of files are read in listings."""

UNNUMBERED = "0000"
"""The place for the number in the name of a new proposal's file. Of an open proposal it is no number, so that two
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
    """The name of a file with *number* in it: in its place, else in front.

    ``0000-retry.md`` and ``retry.md`` become ``0012-retry.md``, ``dep-NNNN-retry.md`` becomes ``dep-0012-retry.md``.

    :param number: or a place for one: ``NNNN``.
    :param prefix: of the process, which may be before the number.
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
    """Return the text in front of the numbers in file *names*: ``dep-`` if all are like ``dep-0012``, else nothing."""
    lead = re.compile(rf"({re.escape(prefix)}[-_]?)(?=[0-9])", re.IGNORECASE)
    found = {match[1] if (match := lead.match(name.rpartition("/")[2])) else "" for name in names} if prefix else set()
    return found.pop() if len(found) == 1 else ""


def digits_of(names: list[str], prefix: str) -> int:
    """Return the least digits of a number in a file name: four, or fewer where *names* have fewer.

    :param names: of files that have a number.
    """
    lead = re.compile(rf"(?:{re.escape(prefix)}[-_]?)?([0-9]+)", re.IGNORECASE) if prefix else re.compile("([0-9]+)")
    return min([4, *(len(match[1]) for name in names if (match := lead.match(name.rpartition("/")[2])))])

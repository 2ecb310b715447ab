"""Versions of software and ranges of them: ``3.14``, ``v1.2``, ``3.9-3.12``, ``>=3.9``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from sphinxext_dep.fields.base import NOWHERE, ORDERED, Cleaner, FieldType, JsonContext, Key, Reading, Test
from sphinxext_dep.fields.placeholders import bare
from sphinxext_dep.fields.ranges import Extent, read_range
from sphinxext_dep.fields.tokens import Places, pieces
from sphinxext_dep.model.messages import quoted
from sphinxext_dep.model.proposal import RawField
from sphinxext_dep.model.schema import Field, Schema
from sphinxext_dep.model.source import Source, Span

if TYPE_CHECKING:
    from packaging.version import Version as Parsed

_MAX_CHARS = 100
"""Longer items (characters) are prose."""

_REMARK = re.compile(r"\s*\([^()]*\)\s*$")
_SIGN = re.compile(r"(>=?|<=?|==?)\s*(.*)")
_RANGE = re.compile(r"(v?[0-9][^\s–-]*?)\s*(?:-|–|\.\.)\s*(v?[0-9].*)", re.IGNORECASE)
_ANY = re.compile(r"(v?[0-9]+(?:\.[0-9]+)*)\.[xX*]")
"""``3.x``: from 3.0 to all before 4.0."""
# PEP 440 reads `3.9-3` as a post-release of 3.9; people who write it mean a range.
_POST = re.compile(r"-\s*[0-9]")


class Versions(msgspec.Struct, frozen=True):
    """One version, or a range of versions.

    :param text: as written, with single spaces.
    :param low: the lowest version and an offset, 1 when it is excluded itself; ``None`` when there is no lowest.
    :param high: the highest version and an offset, -1 when it is excluded itself; ``None`` when there is no highest.
    :param problem: what is wrong, or empty.
    """

    text: str
    low: tuple[Any, int] | None
    high: tuple[Any, int] | None
    span: Span
    problem: str = ""


class Version(FieldType[Versions]):
    """A list of versions (:pep:`440`)."""

    name = "version"
    doc = "versions: `3.14`, `v1.2`; and ranges: `3.9-3.12`, `>=3.9`, `>=3.9, <4`, `3.x`"
    keys = frozenset(("many",))
    is_list = True
    range_part = ""

    def read(self, raw: RawField, source: Source, field: Field, schema: Schema) -> Reading:
        places = Places(raw.value, source, raw.span)
        found: list[Versions] = []
        for start, end in pieces(raw.value):
            item = _parse(bare(raw.value[start:end]), places.span(start, end))
            before = found[-1] if found else None
            if before is not None and _is_open(before) and not item.problem and item.low is None:
                # The two ends of one range: `>=3.9, <4`.
                found[-1] = Versions(f"{before.text}, {item.text}", before.low, item.high, before.span)
            else:
                found.append(item)
        return Reading(tuple(found))

    def write(self, item: Versions, field: Field, schema: Schema) -> str:
        return item.text

    def sample(self, field: Field, schema: Schema) -> str:
        return "1.0"

    def text(self, item: Any, schema: Schema) -> str:
        return str(item.text)

    def key(self, item: Versions, field: Field | None, schema: Schema) -> Key:
        if item.problem:
            return Key(item.text, (ORDERED + 1, item.text.casefold()), item.text)
        # Without a lowest version it begins before all others.
        return Key(item.text, (ORDERED, (item.low is not None, item.low or item.high, item.text)), item.text)

    def test(self, word: str, field: Field | None, schema: Schema) -> Test:
        def read(text: str) -> Extent | None:
            version = _version(text)
            return None if version is None else ((version, 0), (version, 0))

        return read_range(word, read, "version", "write a version, such as '3.14', or a range, such as '>=3.9'")

    def extent(self, item: Versions) -> tuple[Any, Any] | None:
        return None if item.problem else (item.low, item.high)

    def limit(self, end: Any) -> str:
        version, offset = end
        return f"{('', '>', '<')[offset]}{version}"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string"}

    json_type = str

    def to_json(self, item: Any, context: JsonContext) -> Any:
        return item.text

    def from_json(self, given: Any, clean: Cleaner) -> Versions | None:
        low, comma, high = clean.plain(given).partition(",")
        item = _parse(low, NOWHERE)
        end = _parse(high, NOWHERE)
        return Versions(f"{item.text}, {end.text}", item.low, end.high, NOWHERE, item.problem) if comma else item


def _is_open(item: Versions) -> bool:
    return item.low is not None and item.high is None


def _parse(text: str, span: Span) -> Versions:
    """Read one version or range; a remark in parentheses is left out of the comparison."""
    text = " ".join(text.split())
    bare = _REMARK.sub("", text) if len(text) <= _MAX_CHARS else ""
    if sign := _SIGN.fullmatch(bare):
        version = _version(sign[2])
        if version is not None:
            low = {">": (version, 1), ">=": (version, 0)}.get(sign[1])
            high = {"<": (version, -1), "<=": (version, 0)}.get(sign[1])
            return Versions(
                text, low or (None if high else (version, 0)), high or (None if low else (version, 0)), span
            )
    elif (version := _version(bare.removesuffix("+"))) is not None:
        return Versions(text, (version, 0), None if bare.endswith("+") else (version, 0), span)
    elif (any_of := _ANY.fullmatch(bare)) and (version := _version(any_of[1])) is not None:
        *most, least = version.release
        above = _version(".".join(map(str, (*most, least + 1))))
        return Versions(text, (version, 0), (above, -1), span)
    elif ends := _RANGE.fullmatch(bare):
        first, last = _version(ends[1]), _version(ends[2])
        if first is not None and last is not None and first <= last:
            return Versions(text, (first, 0), (last, 0), span)
    return Versions(text, None, None, span, f"{quoted(text)} is not a version")


def _version(text: str) -> Parsed | None:
    # Few processes have versions: only those pay for the library.
    from packaging.version import InvalidVersion
    from packaging.version import Version as Parsed

    try:
        return None if _POST.search(text) else Parsed(text)
    except InvalidVersion:
        return None

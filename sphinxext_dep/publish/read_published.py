"""Reading what another project has published: its ``deps.json`` becomes the same records as pages do.

Whoever publishes the file is a stranger. A file that is not what its version says is refused as a whole; addresses and
texts are taken as they are or not at all, and never as markup.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from sphinxext_dep.check.check import Judgement
from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.fields import type_of
from sphinxext_dep.fields.base import NOWHERE
from sphinxext_dep.fields.links import is_control, page_url, url_problem
from sphinxext_dep.fields.references import ProposalNumber
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.messages import quoted
from sphinxext_dep.model.proposal import FieldValue, Proposal, Value
from sphinxext_dep.model.schema import Category, Field, Schema
from sphinxext_dep.model.values import State
from sphinxext_dep.publish.published import MAX_BYTES, Published, PublishedError
from sphinxext_dep.publish.published_process import Process, process_schema

MAX_TEXT = 10_000
"""Characters of one text; what is longer is cut, and said to be."""
VERSIONS = (1,)
"""The versions of the format that can be read."""


class _Head(msgspec.Struct):
    version: int
    minor: int = 0


class _Entry(msgspec.Struct):
    number: ProposalNumber | None
    slug: str
    title: str | None
    status: str | None
    status_raw: str | None
    category: str | None
    category_known: bool
    summary: str | None
    path: str
    url: str | None
    diagnostics: list[Diagnostic]


def read_published(data: bytes) -> Published:
    """Read the bytes of a ``deps.json``.

    :raises PublishedError: when they are not one, or one of a version that is not known.
    """
    if len(data) > MAX_BYTES:
        raise PublishedError(f"it is too large ({len(data):,} bytes; the limit is {MAX_BYTES:,})")
    try:
        head = msgspec.json.decode(data, type=_Head)
        if head.version not in VERSIONS:
            # The rest may be anything.
            known = " and ".join(map(str, VERSIONS))
            raise PublishedError(
                f"it has version {head.version} of the format, and {known} can be read here",
                "upgrade sphinxext_dep, or take a file that an earlier release of it has written",
            )
        process = msgspec.json.decode(data, type=Process)
        schema = process_schema(process)
        fields = {f"field{place}": field for place, field in enumerate(_of_entries(schema))}
        entries = _decode_entries(data, fields)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        why = " ".join(str(error).split())[:200]
        raise PublishedError(f"it is no deps.json: {quoted(why)}", "fetch it again") from None
    return _Reader(schema, fields, process).read(entries)


def _of_entries(schema: Schema) -> Iterable[Field]:
    return (field for field in schema.fields.values() if not type_of(field).is_single)


def _decode_entries(data: bytes, fields: dict[str, Field]) -> list[Any]:
    """The entries, with the fields of the process as attributes ``field0``, ``field1`` …; all of it typed."""
    members = []
    for name, field in fields.items():
        one = type_of(field).json_type
        kind: Any = list[one] if type_of(field).in_list(field) else one | None  # type: ignore[valid-type]  # made for each process
        members.append((name, kind, msgspec.UNSET))
    names = {name: field.json_name for name, field in fields.items()}
    entry = msgspec.defstruct("Entry", members, bases=(_Entry,), rename=names, kw_only=True)
    file = msgspec.defstruct("File", [("proposals", list[entry])])  # type: ignore[valid-type]  # as above
    decoded: Any = msgspec.json.decode(data, type=file)
    entries: list[Any] = decoded.proposals
    return entries


class _Reader:
    """Makes records of entries, and counts what it leaves out."""

    def __init__(self, schema: Schema, fields: dict[str, Field], process: Process) -> None:
        self.schema = schema
        self.fields = fields
        self.base_url = process.base_url or ""
        self.refused: list[str] = []
        self.cut = 0

    def read(self, entries: list[Any]) -> Published:
        if not self.schema.categories:
            # Version 1.0 does not list them.
            names = dict.fromkeys(self.plain(item.category) for item in entries if item.category_known)
            known = {name: DEFAULT.categories.get(name) or Category(name=name) for name in names if name}
            self.schema = msgspec.structs.replace(self.schema, categories=known)
        records: dict[str, Proposal] = {}
        urls: dict[str, str] = {}
        diagnostics: list[Diagnostic] = []
        for entry in entries:
            path = self.plain(entry.path)
            if path in records:
                raise PublishedError(
                    f"it is no deps.json: two proposals have the path {quoted(path)}", "fetch it again"
                )
            records[path] = self._proposal(entry, path)
            diagnostics += [msgspec.structs.replace(item, path=path) for item in entry.diagnostics]
            if entry.url is not None and self._is_page(entry.url):
                urls[path] = entry.url
        base_url = self.base_url and self.base_url.rstrip("/") + "/"
        if base_url and not self.is_address(base_url):
            base_url = ""
        judgement = Judgement(Catalog(records.values(), self.schema), tuple(diagnostics))
        return Published(judgement, self.schema, urls, base_url, self._problems())

    def _problems(self) -> tuple[str, ...]:
        found = []
        if self.refused:
            count = len(self.refused)
            more = f", and {count - 1} more," if count > 1 else ""
            found.append(f"{quoted(self.refused[0])}{more} cannot be linked to")
        if self.cut:
            found.append(f"{self.cut} texts were cut after {MAX_TEXT:,} characters")
        return tuple(found)

    def _proposal(self, entry: Any, path: str) -> Proposal:
        status = self.plain(entry.status)
        category = self.plain(entry.category)
        values = {
            "number": (entry.number, "" if entry.number is None else str(entry.number)),
            "status": (status if status in self.schema.statuses else None, self.plain(entry.status_raw)),
            "category": (category if category in self.schema.categories else None, category),
        }
        fields: dict[str, FieldValue] = {}
        for field in self.schema.fields.values():
            if field.type in values:
                value, raw = values[field.type]
                if value is not None or raw:
                    fields[field.key] = _given(field, value, raw)
        for name, field in self.fields.items():
            given = getattr(entry, name)
            if given not in (msgspec.UNSET, None, []):
                typed, raw = type_of(field).all_from_json(given, field, self.schema, self)
                fields[field.key] = _given(field, typed, raw)
        slug = self.plain(entry.slug)
        return Proposal(
            path=path, number=entry.number, numbers=(), slug=slug, title=self.plain(entry.title), title_span=None,
            status=values["status"][0], status_raw=values["status"][1], category=values["category"][0],
            category_raw=category, fields=fields, extra=(), sections=(), summary=self.plain(entry.summary),
            spellings=(), header_span=None, suppressions=(),
        )  # fmt: skip

    def is_address(self, url: str) -> bool:
        """See :meth:`~sphinxext_dep.fields.base.Cleaner.is_address`."""
        if url_problem(url):
            self.refused.append(url)
            return False
        return True

    def _is_page(self, url: str) -> bool:
        """Whether *url* leads to a page of the site."""
        if page_url("", url):
            return True
        self.refused.append(url)
        return False

    def plain(self, text: str | None) -> str:
        """*text* without characters that no page may hold or that turn text around, and of a length that can be shown.

        Line breaks are spaces: nothing in the file is a paragraph of its own.
        """
        if not text:
            return ""
        if len(text) > MAX_TEXT:
            self.cut += 1
            text = f"{text[:MAX_TEXT]}…"
        if not text.isprintable():
            text = "".join(" " if is_control(char) or char.isspace() else char for char in text)
        return text


def _given(field: Field, value: Value, raw: str) -> FieldValue:
    return FieldValue(field.key, field.label, State.GIVEN, raw, value, NOWHERE, NOWHERE, "")

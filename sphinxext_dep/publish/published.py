"""Proposals that another project has published: in a ``deps.json``, or in the inventory that intersphinx has loaded.

The file is untrusted. One that is not what its version says is refused as a whole; addresses and texts are taken as
they are or not at all, and never as markup.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, NamedTuple

import msgspec

from sphinxext_dep.check.check import Judgement
from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.fields import TYPES, type_of
from sphinxext_dep.fields.base import NOWHERE
from sphinxext_dep.fields.links import is_control, page_url, url_problem
from sphinxext_dep.fields.references import ProposalNumber
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.messages import quoted
from sphinxext_dep.model.numbers import parse_number
from sphinxext_dep.model.proposal import LEVELS, FieldValue, Proposal, Requirement, State, Value
from sphinxext_dep.model.schema import Category, Colour, Field, Schema, Status, StatusKind
from sphinxext_dep.model.source import ExplainedError, Span

FILE_NAME = "deps.json"
"""The catalogue's name, in the root of every HTML site."""
MAX_BYTES = 64 * 1024 * 1024
"""Larger files are refused: ten thousand proposals take half of it."""


class Published(msgspec.Struct, frozen=True):
    """The proposals of another project.

    :param urls: path → address of the page: relative to the site, or absolute; a page without one is not in it.
    :param base_url: where the site is, or empty.
    :param problems: what was left out.
    """

    judgement: Judgement
    schema: Schema
    urls: dict[str, str]
    base_url: str
    problems: tuple[str, ...] = ()


class PublishedError(ExplainedError):
    """Published proposals that cannot be used."""


class Listed(NamedTuple):
    """A proposal in an inventory.

    :param shown: label and title, as ``DEP-0012: Title``; the title may be missing.
    :param url: the page, absolute or relative to the site that is built.
    """

    shown: str
    url: str


_KEY = r"^[a-z][a-z0-9-]{0,63}$"
"""Keys become classes and names of attributes."""
_LABEL = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]

_COLOURS = {StatusKind.OPEN: Colour.BLUE, StatusKind.DECIDED: Colour.GREEN, StatusKind.CLOSED: Colour.GREY}
"""Of statuses whose colour the file does not say, as one of version 1.0."""


class PublishedStatus(msgspec.Struct):
    """One status. Kinds are a closed set within a version of the format, colours are not."""

    name: _LABEL
    kind: StatusKind
    description: str = ""
    colour: str = ""


class PublishedCategory(msgspec.Struct):
    """One category."""

    name: _LABEL
    description: str = ""


class PublishedField(msgspec.Struct):
    """One field; *name* is the key of its value in an entry."""

    key: Annotated[str, msgspec.Meta(pattern=_KEY)]
    name: _LABEL
    label: _LABEL
    type: str
    many: bool
    choices: tuple[str, ...] = ()
    inverse: str | None = None
    inverse_label: str | None = None
    description: str = ""


class Process(msgspec.Struct):
    """The description of the process in the file; without *fields* (version 1.0) it is one of the default process."""

    prefix: _LABEL
    statuses: list[PublishedStatus]
    base_url: str | None = None
    lifecycle: list[str] = []
    categories: list[PublishedCategory] = []
    fields: list[PublishedField] | None = None


_TAKEN = {"number", "slug", "label", "title", "status", "status_raw", "category", "category_known", "summary", "path",
          "url", "valid", "diagnostics"}  # fmt: skip
"""Keys of an entry that are no fields."""


def process_schema(process: Process) -> Schema:
    """The schema that *process* describes. It has no sections and no rules: nothing is judged by it.

    :raises ValueError: when two fields claim one name.
    """
    statuses = {item.name: _status(item) for item in process.statuses}
    return Schema(
        prefix=process.prefix,
        statuses=statuses,
        lifecycle=tuple(name for name in dict.fromkeys(process.lifecycle) if name in statuses),
        fields=dict(DEFAULT.fields) if process.fields is None else _fields(process.fields),
        categories={item.name: Category(name=item.name, description=item.description) for item in process.categories},
        sections={},
        sources=(),
        exclude=(),
        severities={},
        status_severities={},
        profile_url="",
    )


def _status(item: PublishedStatus) -> Status:
    colour = _COLOURS[item.kind]
    if item.colour:
        with contextlib.suppress(ValueError):  # one that a later version has
            colour = Colour(item.colour)
    elif item.name in DEFAULT.statuses:
        colour = DEFAULT.statuses[item.name].colour
    return Status(name=item.name, kind=item.kind, colour=colour, description=item.description)


def _fields(published: list[PublishedField]) -> dict[str, Field]:
    """The fields by key; one of a type that a later version has is left out."""
    fields: dict[str, Field] = {}
    names: set[str] = set()
    single: set[str] = set()
    for item in published:
        kind = TYPES.get(item.type)
        if kind is None:
            continue
        if kind.is_single:
            if kind.name in single:
                raise ValueError(f"there are two fields of the type {kind.name}")
            single.add(kind.name)
        elif item.name in names | _TAKEN:
            raise ValueError(f"two fields have the name {item.name}")
        if item.key in fields:
            raise ValueError(f"two fields have the key {item.key}")
        names.add(item.name)
        fields[item.key] = Field(
            key=item.key, label=item.label, type=kind.name, many=item.many, json=item.name, choices=item.choices,
            inverse=item.inverse or "", inverse_label=item.inverse_label or "", description=item.description,
        )  # fmt: skip
    return fields


MAX_TEXT = 10_000
"""Characters of one text; what is longer is cut, and said to be."""
VERSIONS = (1,)
"""The versions of the format that can be read."""


_REQUIREMENTS = "requirements"
"""The key of a proposal's requirements."""


class _Head(msgspec.Struct):
    version: int
    minor: int = 0


class PublishedRequirement(msgspec.Struct):
    """A numbered requirement."""

    id: str
    number: str
    title: str | None = None
    level: str | None = None
    anchor: str | None = None


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
    members: list[tuple[str, Any, Any]] = []
    for name, field in fields.items():
        one = type_of(field).json_type_of(field)
        kind: Any = list[one] if type_of(field).in_list(field) else one | None  # type: ignore[valid-type]  # made for each process
        members.append((name, kind, msgspec.UNSET))
    names = {name: field.json_name for name, field in fields.items()}
    if _REQUIREMENTS not in names.values():
        # A process may have a field of this name.
        members.append((_REQUIREMENTS, list[PublishedRequirement], []))
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
        requirements = tuple(
            Requirement(
                id=self.plain(item.id),
                number=self.plain(item.number),
                title=self.plain(item.title),
                level=item.level if item.level in LEVELS else "",
                span=NOWHERE,
                has_heading=item.anchor is not None,
            )
            for item in getattr(entry, _REQUIREMENTS, ())
        )
        return Proposal(
            path=path, number=entry.number, numbers=(), slug=slug, title=self.plain(entry.title), title_span=None,
            status=values["status"][0], status_raw=values["status"][1], category=values["category"][0],
            category_raw=category, fields=fields, extra=(), sections=(), summary=self.plain(entry.summary),
            spellings=(), header_span=None, suppressions=(), requirements=requirements,
        )  # fmt: skip

    def is_address(self, url: str) -> bool:
        """See :meth:`~sphinxext_dep.fields.base.Cleaner.is_address`."""
        if url_problem(url):
            self.refused.append(url)
            return False
        return True

    def _is_page(self, url: str) -> bool:
        """True if *url* leads to a page of the site."""
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


_NOWHERE = Span(0, 0, 1, 1)
_NUMBER = DEFAULT.fields["number"]


def read_inventory(entries: Mapping[str, Listed]) -> Published:
    """The proposals among *entries*, by key: a number, or a slug. One page with both is one proposal."""
    numbered = {entry.url: number for key, entry in entries.items() if (number := parse_number(key, "")) is not None}
    slugs = {entry.url: key for key, entry in entries.items() if parse_number(key, "") is None}
    prefix = ""
    records: list[Proposal] = []
    shown = {entry.url: entry.shown for entry in entries.values()}
    for url, text in sorted(shown.items()):
        label, separator, title = _plain(text).partition(": ")
        number = numbered.get(url)
        slug = _plain(slugs.get(url, ""))
        if number is not None and (before := label.rpartition("-")[0]) and parse_number(label, before) == number:
            prefix = prefix or before
        records.append(_record(url, number, slug, title if separator else ""))
    schema = _schema(prefix or DEFAULT.prefix)
    urls = {record.path: record.path for record in records}
    return Published(Judgement(Catalog(records, schema), ()), schema, urls, "")


def _schema(prefix: str) -> Schema:
    """A process of which nothing is known but how its proposals are numbered."""
    return Schema(
        prefix=prefix, statuses={}, lifecycle=(), fields={_NUMBER.key: _NUMBER}, categories={}, sections={},
        sources=(), exclude=(), severities={}, status_severities={}, profile_url="",
    )  # fmt: skip


def _record(url: str, number: int | None, slug: str, title: str) -> Proposal:
    fields = {}
    if number is not None:
        fields[_NUMBER.key] = FieldValue(
            _NUMBER.key, _NUMBER.label, State.GIVEN, str(number), number, _NOWHERE, _NOWHERE, ""
        )
    return Proposal(
        path=url, number=number, numbers=(), slug=slug, title=title, title_span=None, status=None, status_raw="",
        category=None, category_raw="", fields=fields, extra=(), sections=(), summary="", spellings=(),
        header_span=None, suppressions=(),
    )  # fmt: skip


def _plain(text: str) -> str:
    return "".join(" " if is_control(char) else char for char in text)

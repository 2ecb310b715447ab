"""Proposals of which only the entries in a project's inventory are known: numbers, titles and addresses."""

from __future__ import annotations

from collections.abc import Mapping

from sphinxext_dep.check.check import Judgement
from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.fields.links import is_control
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.numbers import parse_number
from sphinxext_dep.model.proposal import FieldValue, Proposal
from sphinxext_dep.model.schema import Schema
from sphinxext_dep.model.source import Span
from sphinxext_dep.model.values import State
from sphinxext_dep.publish.published import Listed, Published

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

"""From a TOML document to a schema: entries of the file are laid over those of the base; then the ``[rules]`` table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.config.tables import (
    CATEGORIES,
    CONDITIONS,
    ENABLED,
    FIELDS,
    SECTIONS,
    STATUSES,
    TABLES,
    TOP,
    Base,
    Key,
    KeyPath,
    Problems,
    Table,
    Values,
    did_you_mean,
    one_of,
    read_keys,
    read_table,
)
from sphinxext_dep.model.diagnostics import Severity
from sphinxext_dep.model.schema import Category, Condition, Field, Schema, Section, Status, fold

RuleCodes = Callable[[], Mapping[str, str]]
"""Every code and every name of a rule → its code. Rules are above this layer: front ends pass this in. It is asked only
where a configuration names rules: importing all of them takes time."""

Entry = TypeVar("Entry", Status, Field, Category, Section)

EMPTY = msgspec.structs.replace(
    DEFAULT, statuses={}, lifecycle=(), fields={}, categories={}, sections={}, status_severities={}, requirement=""
)
"""The schema for ``base = "empty"``."""


class Stated(msgspec.Struct):
    """The entries of one table of a configuration.

    :param entries: name → the attributes set, in the order of the file.
    :param dropped: the base's entries that are turned off.
    """

    entries: dict[str, Values]
    dropped: set[str]

    @property
    def claimed(self) -> dict[str, str]:
        """Every folded name, label and alias that is stated → its entry."""
        return {
            fold(word): name
            for name, values in self.entries.items()
            for word in (name, values.get("label", ""), *values.get("aliases", ()), *values.get("synonyms", ()))
        }


def build_schema(document: Mapping[str, object], problems: Problems, rule_codes: RuleCodes | None) -> Schema:
    """The schema that *document* describes; what is wrong with it goes to *problems* and is left out.

    :param rule_codes: without it only the form of a code is checked.
    """
    tables = {table.name for table in TABLES}
    flat = {name: value for name, value in document.items() if name not in tables}
    unknown = [name for name in flat if TOP.key(name) is None]
    for name in unknown:
        known = [*(key.name for key in TOP.keys), *sorted(tables - {""})]
        problems.add((name,), "unknown key", did_you_mean(name, known) or one_of(known, "known here are"))
        del flat[name]
    values = read_keys(flat, TOP.keys, (), problems)
    # Files beside the process, not parts of it.
    values.pop("baseline", None)
    values.pop("templates", None)
    values.pop("mentions", None)
    values.pop("source_url", None)
    values.pop("process", None)
    values.pop("processes", None)
    base = EMPTY if values.pop("base", Base.DEP) is Base.EMPTY else DEFAULT
    base = _speak(base, values.get("prefix", base.prefix))

    statuses = _stated(STATUSES, document, base.statuses, problems)
    fields = _stated(FIELDS, document, base.fields, problems)
    categories = _stated(CATEGORIES, document, base.categories, problems)
    sections = _stated(SECTIONS, document, base.sections, problems)
    conditions = _stated(CONDITIONS, document, {}, problems)
    base = _without(base, statuses.dropped, fields.dropped, categories.dropped, sections.dropped)
    base = msgspec.structs.replace(base, fields=_without_renamed(base.fields, fields))

    schema = msgspec.structs.replace(
        base,
        **values,
        statuses=_merged(base.statuses, statuses, lambda name, values: Status(name=name, **values)),
        fields=_merged(base.fields, fields, _new_field),
        categories=_merged(base.categories, categories, lambda name, values: Category(name=name, **values)),
        sections=_merged(base.sections, sections, lambda name, values: Section(name=name, **values)),
        conditions={name: Condition(name=name, **values) for name, values in conditions.entries.items()},
    )
    return read_rules(schema, document.get("rules", {}), problems, rule_codes)


def _stated(table: Table, document: Mapping[str, object], base: Mapping[str, object], problems: Problems) -> Stated:
    """Read the entries of *table*."""
    stated = Stated({}, set())
    known = {fold(name): name for name in base}
    for name, value in read_table(document.get(table.name, {}), (table.name,), problems).items():
        path = (table.name, name)
        values = read_keys(read_table(value, path, problems), (*table.keys, ENABLED), path, problems)
        same = known.get(fold(name))
        if same is not None and same != name:
            problems.add(path, f"the base writes this {table.entry} '{same}'", f"did you mean '{same}'?")
        elif values.pop("enabled", True):
            stated.entries[name] = values
        elif name in base:
            stated.dropped.add(name)
        else:
            problems.add(path, f"the base has no {table.entry} '{name}' to drop", did_you_mean(name, base))
    return stated


def _without(base: Schema, statuses: set[str], fields: set[str], categories: set[str], sections: set[str]) -> Schema:
    """*base* without the dropped entries, nor any mention of them: dropping ``sponsor`` is one line, not five."""

    def keep(names: tuple[str, ...], dropped: set[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name not in dropped)

    replace = msgspec.structs.replace
    return replace(
        base,
        lifecycle=keep(base.lifecycle, statuses),
        statuses={
            name: replace(status, next=keep(status.next, statuses), requires=keep(status.requires, fields))
            for name, status in base.statuses.items()
            if name not in statuses
        },
        fields={
            key: replace(
                field,
                inverse="" if field.inverse in fields else field.inverse,
                answers="" if field.answers in fields else field.answers,
            )
            for key, field in base.fields.items()
            if key not in fields
        },
        categories={name: category for name, category in base.categories.items() if name not in categories},
        sections={
            name: replace(section, parent="" if section.parent in sections else section.parent)
            for name, section in base.sections.items()
            if name not in sections
        },
        status_severities={status: codes for status, codes in base.status_severities.items() if status not in statuses},
    )


def _without_renamed(base: Mapping[str, Field], stated: Stated) -> dict[str, Field]:
    """The base's fields without optional ones that the file has in another form.

    A field that the template does not have gives way to one with its label, and takes nothing but its label into a
    field of another type. So a process that was complete before the base got the field stays as it was.
    """
    kept: dict[str, Field] = {}
    for key, field in base.items():
        told = stated.entries.get(key, {})
        if field.order or stated.claimed.get(fold(field.label), key) == key:
            other_type = not field.order and told.get("type", field.type) != field.type
            kept[key] = Field(key=key, label=field.label, order=False) if other_type else field
    return kept


def _speak(base: Schema, prefix: str) -> Schema:
    """*base* with the process's own prefix in its labels: ``DEP: 12`` and ``Related DEPs`` become ``NEP``, ``NEPs``."""
    if prefix == base.prefix:
        return base

    def word(alias: str) -> str:
        return re.sub(rf"\b{base.prefix}(?=s?\b)", lambda _: prefix, alias)

    fields = {
        key: msgspec.structs.replace(field, aliases=tuple(word(alias) for alias in field.aliases))
        for key, field in base.fields.items()
    }
    return msgspec.structs.replace(base, fields=fields)


def _new_field(key: str, values: Values) -> Field:
    label = key.replace("-", " ").title()
    return Field(**{"key": key, "label": label, **values})


def _merged(base: Mapping[str, Entry], stated: Stated, new: Callable[[str, Values], Entry]) -> dict[str, Entry]:
    """The base's entries with what is stated laid over them, then the new ones in the order of the file.

    A word that the file uses for an entry is no longer the base's alias or synonym for any: a project that has a status
    ``Accepted`` of its own need not restate the synonyms of ``Approved``.
    """
    claimed = stated.claimed
    merged: dict[str, Entry] = {}
    for name, entry in base.items():
        kept = {
            key: tuple(word for word in getattr(entry, key) if fold(word) not in claimed)
            for key in ("aliases", "synonyms")
            if hasattr(entry, key)
        }
        merged[name] = msgspec.structs.replace(entry, **kept | stated.entries.get(name, {}))
    for name, values in stated.entries.items():
        if name not in merged:
            merged[name] = new(name, values)
    return merged


_CODE = re.compile(r"DEP[0-9]{3}", re.IGNORECASE)
_STATUS = "status"


def read_rules(schema: Schema, value: object, problems: Problems, rule_codes: RuleCodes | None) -> Schema:
    """*schema* with the severities of the ``[rules]`` table *value*.

    A severity for all statuses also replaces what the base says for single ones: ``DEP301 = "off"`` turns the rule off,
    for drafts too.
    """
    table = dict(read_table(value, ("rules",), problems))
    by_status = read_table(table.pop(_STATUS, {}), ("rules", _STATUS), problems)
    severities = _severities(table, ("rules",), problems, rule_codes)
    status_severities = {
        status: {code: severity for code, severity in codes.items() if code not in severities}
        for status, codes in schema.status_severities.items()
    }
    for status, entries in by_status.items():
        path = ("rules", _STATUS, status)
        values = _severities(read_table(entries, path, problems), path, problems, rule_codes)
        if status not in schema.statuses:
            help = did_you_mean(status, schema.statuses) or one_of(schema.statuses)
            problems.add(path, f"'{status}' is not a status", help)
        else:
            status_severities[status] = status_severities.get(status, {}) | values
    return msgspec.structs.replace(
        schema, severities=schema.severities | severities, status_severities=status_severities
    )


def _severities(
    table: Mapping[str, object], path: KeyPath, problems: Problems, rule_codes: RuleCodes | None
) -> dict[str, Severity]:
    """Code → severity, for the rules that *table* names by code or name, in any case."""
    severities: dict[str, Severity] = {}
    for name, value in table.items():
        if (code := _code(name, rule_codes)) is None:
            known = rule_codes() if rule_codes is not None else ()
            problems.add((*path, name), f"there is no rule '{name}'", did_you_mean(name, known))
        elif code in severities:
            problems.add((*path, name), f"the rule {code} is listed twice", "use its code or its name, not both")
        else:
            values = read_keys({name: value}, (Key(name, Severity, ""),), path, problems)
            severities.update((code, severity) for severity in values.values())
    return severities


def _code(name: str, rule_codes: RuleCodes | None) -> str | None:
    if rule_codes is None:
        return name.upper() if _CODE.fullmatch(name) else None
    codes = rule_codes()
    return codes.get(name.upper()) or codes.get(name.lower())

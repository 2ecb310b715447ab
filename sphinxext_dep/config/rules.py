"""The ``[rules]`` table: severities by rule, and by status and rule."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from sphinxext_dep.config.read import did_you_mean, one_of, read_keys, read_table
from sphinxext_dep.config.tables import Key
from sphinxext_dep.model.diagnostics import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinxext_dep.config.errors import KeyPath, Problems
    from sphinxext_dep.model.schema import Schema

_CODE = re.compile(r"DEP[0-9]{3}", re.IGNORECASE)
_STATUS = "status"


def read_rules(schema: Schema, value: object, problems: Problems, rule_codes: Mapping[str, str] | None) -> Schema:
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
        told = _severities(read_table(entries, path, problems), path, problems, rule_codes)
        if status not in schema.statuses:
            mend = did_you_mean(status, schema.statuses) or one_of(schema.statuses)
            problems.add(path, f"'{status}' is not a status", mend)
        else:
            status_severities[status] = status_severities.get(status, {}) | told
    return msgspec.structs.replace(
        schema, severities=schema.severities | severities, status_severities=status_severities
    )


def _severities(
    table: Mapping[str, object], path: KeyPath, problems: Problems, rule_codes: Mapping[str, str] | None
) -> dict[str, Severity]:
    """Code → severity, for the rules that *table* names by code or name, in any case."""
    severities: dict[str, Severity] = {}
    for name, value in table.items():
        if (code := _code(name, rule_codes)) is None:
            known = rule_codes if rule_codes is not None else ()
            problems.add((*path, name), f"there is no rule '{name}'", did_you_mean(name, known))
        elif code in severities:
            problems.add((*path, name), f"the rule {code} stands here twice", "use its code or its name, not both")
        else:
            told = read_keys({name: value}, (Key(name, Severity, ""),), path, problems)
            severities.update((code, severity) for severity in told.values())
    return severities


def _code(name: str, rule_codes: Mapping[str, str] | None) -> str | None:
    if rule_codes is None:
        return name.upper() if _CODE.fullmatch(name) else None
    return rule_codes.get(name.upper()) or rule_codes.get(name.lower())

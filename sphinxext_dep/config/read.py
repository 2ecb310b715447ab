"""Typed values out of a TOML document; what is of the wrong type, or has an unknown key, becomes a problem."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from sphinxext_dep.config.tables import SPELLINGS, Base
from sphinxext_dep.fields import TYPES
from sphinxext_dep.model.diagnostics import Severity
from sphinxext_dep.model.schema import Colour, Layout, Notation, StatusKind
from sphinxext_dep.model.suggest import closest

if TYPE_CHECKING:
    from sphinxext_dep.config.errors import KeyPath, Problems
    from sphinxext_dep.config.tables import Key, Type

_WORDS: Mapping[object, str] = {
    Base: "base",
    Colour: "colour",
    Layout: "layout",
    Notation: "notation of days",
    Severity: "severity",
    StatusKind: "kind of status",
    bool: "true or false",
    int: "a whole number",
    str: "a text in quotation marks",
}
"""What a value of each type is called."""

Values = dict[str, Any]
"""The attributes that a table sets, by name. ``Any``: each has been converted to the type its :class:`Key` names."""


def read_keys(table: Mapping[str, object], keys: Iterable[Key], path: KeyPath, problems: Problems) -> Values:
    """The attributes that *table* sets, without those that are wrong."""
    known = {key.name: key for key in keys}
    values: Values = {}
    for name, value in table.items():
        if (key := known.get(name)) is None:
            problems.add((*path, name), "unknown key", did_you_mean(name, known) or one_of(known, "known here are"))
        elif (converted := _convert(value, key.type, (*path, name), problems)) is not None:
            values[key.attribute] = converted
    return values


def read_table(value: object, path: KeyPath, problems: Problems) -> Mapping[str, object]:
    """*value* as a table; an empty one when it is something else."""
    if isinstance(value, Mapping):
        return value
    problems.add(path, f"expected a table, found {_found(value)}")
    return {}


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """The mend for an unknown word; empty when nothing is near."""
    near = closest(word, candidates)
    return f"did you mean '{near}'?" if near is not None else ""


def one_of(words: Iterable[str], intro: str = "there are") -> str:
    """The mend for an unknown word that is near to nothing: all there are."""
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{intro} {listed}" if listed else ""


def _convert(value: object, type: Type, path: KeyPath, problems: Problems) -> object | None:
    """*value* as *type*, or ``None`` (which TOML does not have) when it is not of that type."""
    if type == "names":
        return _names(value, path, problems)
    if type == "spellings":
        return _spellings(value, path, problems)
    if type == "field-type":
        return _word(value, TYPES, "field type", path, problems)
    try:
        # Strict: neither "true" nor 1 is a truth value.
        return msgspec.convert(value, type)
    except msgspec.ValidationError:
        if issubclass(type, enum.StrEnum):
            return _word(value, [str(member) for member in type], _WORDS[type], path, problems)
        problems.add(path, f"expected {_WORDS[type]}, found {_found(value)}")
        return None


def _word(value: object, words: Iterable[str], description: str, path: KeyPath, problems: Problems) -> str | None:
    """Return *value* when it is one of *words*."""
    if not isinstance(value, str):
        problems.add(path, f"expected {one_of(words, 'one of')}, found {_found(value)}")
    elif value not in words:
        problems.add(path, f"'{value}' is not a {description}", did_you_mean(value, words) or one_of(words))
    else:
        return value
    return None


def _names(value: object, path: KeyPath, problems: Problems) -> tuple[str, ...] | None:
    """*value* as a list of texts; what else it holds is left out."""
    if not isinstance(value, list):
        problems.add(path, f"expected a list of texts, found {_found(value)}", 'write it as ["…", "…"]')
        return None
    for index, item in enumerate(value):
        if not isinstance(item, str):
            problems.add((*path, index), f"expected a text in quotation marks, found {_found(item)}")
        elif not item.strip():
            problems.add((*path, index), "the text is empty")
    return tuple(item for item in value if isinstance(item, str) and item.strip())


def _spellings(value: object, path: KeyPath, problems: Problems) -> tuple[str, ...] | None:
    """The names of the spellings that *value* lists, each once; anything else is left out."""
    names = _names(value, path, problems)
    if names is None:
        return None
    for index, name in enumerate(names):
        if name not in SPELLINGS:
            problems.add(
                (*path, index), f"'{name}' is not a spelling", did_you_mean(name, SPELLINGS) or one_of(SPELLINGS)
            )
    return tuple(SPELLINGS[name] for name in dict.fromkeys(names) if name in SPELLINGS)


def _found(value: object) -> str:
    """What a TOML value is, in words."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f"the text '{value}'"
        case int() | float():
            return f"the number {value}"
        case list():
            return "a list"
        case datetime.date() | datetime.time():
            return f"the date or time {value}"
        case _:
            return "a table"

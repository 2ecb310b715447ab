"""Fields written: the line that gives a field a value, in each spelling."""

from __future__ import annotations

import re

from sphinxext_dep.model.header import Spelling
from sphinxext_dep.model.schema import Field

# What YAML would read as something other than plain text: see "plain scalars" in https://yaml.org/spec/1.2.2/#733-plain-style
_NOT_PLAIN = re.compile(r"""^[-?:](?:\s|$)|^[\[\]{},#&*!|>'"%@`]|:(?:\s|$)|\s#|^$|^\s|\s$|[^\S ]""")
_NULL = frozenset(("~", "null", "Null", "NULL"))
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_ESCAPED = re.compile(r'[\\"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]')


def option_value(value: str, suffix: str) -> str:
    """*value* as a directive's option or in front matter: quoted where YAML would read it as something else.

    :param suffix: of the page; reStructuredText knows no quotes.
    """
    if suffix == ".rst" or not (_NOT_PLAIN.search(value) or value in _NULL):
        return value
    inside = inside_quotes(value, '"')
    return f'"{inside}"'


def inside_quotes(value: str, quote: str) -> str:
    """*value* as it stands between two of *quote*, ``'`` or ``"``; the former can hold what is printed only."""
    return value.replace("'", "''") if quote == "'" else _ESCAPED.sub(_escape, value)


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    return _ESCAPES.get(char) or (f"\\x{ord(char):02x}" if ord(char) < 0x100 else f"\\u{ord(char):04x}")


def name_in(field: Field, spelling: Spelling) -> str:
    """What *field* is called in a header: its key or its label, which in a preamble has no spaces."""
    if spelling is Spelling.PREAMBLE:
        return "-".join(field.label.split())
    return field.label if spelling.has_labels else field.key


def field_line(field: Field, value: str, spelling: Spelling, suffix: str, label: str = "") -> str:
    """The line that gives *field* the value *value*, in the spelling that the header has.

    :param label: the label as the page writes it, when it does.
    """
    return label_line(label or name_in(field, spelling), value, spelling, suffix)


def label_line(label: str, value: str, spelling: Spelling, suffix: str) -> str:
    """The line that gives the field called *label* the value *value*."""
    match spelling:
        case Spelling.BLOCK:
            return f"**{label}**: {value}"
        case Spelling.DIRECTIVE:
            return f":{label}: {option_value(value, suffix)}"
        case Spelling.FRONT_MATTER | Spelling.SIDECAR:
            return f"{label}: {option_value(value, '')}"
        case Spelling.FIELD_LIST:
            return f":{label}: {value}"
        case Spelling.PREAMBLE:
            return f"{label}: {value}"
        case Spelling.BULLETS:
            return f"- {label}: {value}"
        case Spelling.SECTIONS:
            return f"{label}: {value}"

"""Write the generated parts of the reference pages: ``python .ci/reference.py``.

In the pages of ``docs/reference``, everything between ``<!-- generated: NAME -->`` and ``<!-- end of generated -->`` is
written by this script, from docstrings and tables in the code. It is committed, so that it can be read without a build.
With ``--check`` nothing is written, and the exit code is 1 if a page is not up to date.
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from sphinxext_dep import query
from sphinxext_dep.check.rule import Rule
from sphinxext_dep.cli.commands import COMMANDS, group
from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.config.tables import SPELLINGS as OPTIONAL
from sphinxext_dep.config.tables import TABLES
from sphinxext_dep.fields import TYPES
from sphinxext_dep.headers.spellings import DEFAULT_SPELLINGS, SPELLINGS, UNMISTAKABLE, key_of
from sphinxext_dep.model.files import Markup
from sphinxext_dep.publish import deps_json as export
from sphinxext_dep.query.columns import DERIVED, FALLBACK
from sphinxext_dep.rules import RULES
from sphinxext_dep.sphinx.components.graph import DepGraphDirective
from sphinxext_dep.sphinx.components.header import DepHeaderDirective
from sphinxext_dep.sphinx.components.index import DepIndexDirective
from sphinxext_dep.sphinx.components.people import DepPeopleDirective
from sphinxext_dep.sphinx.components.requirements import DepRequirementsDirective
from sphinxext_dep.sphinx.components.status import DepStatusDirective
from sphinxext_dep.sphinx.components.timeline import DepTimelineDirective

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "docs" / "reference").glob("*.md"))

FAMILIES = {
    "0": "Reading",
    "1": "Header",
    "2": "Values",
    "3": "Sections",
    "4": "Relations",
    "5": "Lifecycle",
    "6": "Attention",
    "7": "Code that names proposals",
}
"""The first digit of a code → what its rules look at."""


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table; bars in cells are escaped."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(
        "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in row) + " |" for row in lines
    )


def code(text: object) -> str:
    """*text* as a code span."""
    return f"`{text}`"


def codes(texts: Iterable[object]) -> str:
    """Code spans separated by commas, or a dash."""
    return ", ".join(code(text) for text in texts) or "–"


# --- rules ------------------------------------------------------------------------------------------------------------


def rules() -> str:
    """A table of all rules, then a section for each."""
    every = sorted(RULES.by_code.values(), key=lambda rule: rule.code)
    rows = (
        (
            f"[{rule.code}](#{rule.code.lower()})",
            code(rule.name),
            rule.severity.value,
            "yes" if rule.is_fixable else "",
            rule.summary,
        )
        for rule in every
    )
    parts = [table(("code", "name", "severity", "fixable", "finds"), rows)]
    for digit, family in FAMILIES.items():
        members = [rule for rule in every if rule.code[3] == digit]
        if members:
            parts.append(f"## DEP{digit}xx {family}")
            parts.extend(_rule(rule) for rule in members)
    return "\n\n".join(parts)


def _rule(rule: Rule) -> str:
    summary, _, rest = rule.doc.partition("\n")
    # Three more headings per rule would bury the codes in the page's table of contents.
    body = re.sub(r"^##+ (.+)$", r"**\1**", rest.strip(), flags=re.MULTILINE)
    head = f"({rule.code.lower()})=\n### {rule.code} {rule.name}\n\n{summary}\n\n{rule.facts}"
    return f"{head}\n\n{body}"


# --- the process ------------------------------------------------------------------------------------------------------


def fields() -> str:
    """The fields of the default schema."""
    rows = (
        (
            code(field.key),
            ", ".join((field.label, *(f"*{alias}*" for alias in field.aliases))),
            field.description + ("" if field.can_be_none else " `N/A` is no answer."),
            ("several " if field.many else "") + TYPES[field.type].doc,
        )
        for field in DEFAULT.fields.values()
    )
    return table(("key", "label, *other labels*", "meaning", "value"), rows)


def statuses() -> str:
    """The statuses of the default schema."""
    rows = (
        (
            ", ".join((f"**{status.name}**", *(f"*{word}*" for word in (*status.synonyms, *status.aliases)))),
            status.kind.value,
            status.description,
            ", ".join(status.next) or "–",
            codes(status.requires),
        )
        for status in DEFAULT.statuses.values()
    )
    return table(("status, *other words*", "kind", "meaning", "may become", "requires"), rows)


def categories() -> str:
    """The categories of the default schema."""
    return table(("category", "meaning"), ((item.name, item.description) for item in DEFAULT.categories.values()))


def sections() -> str:
    """The sections of the default schema."""
    rows = (
        (item.name, "yes" if item.required else "", item.parent, item.prompt, ", ".join(item.aliases))
        for item in DEFAULT.sections.values()
    )
    return table(("section", "required", "under", "holds", "also called"), rows)


# --- configuration ----------------------------------------------------------------------------------------------------


def tables() -> str:
    """Every table and key of the configuration file."""
    parts = []
    for item in TABLES:
        heading = rf"\[{item.name}.*{item.entry}*\]" if item.name else "Top level"
        rows = ((code(key.name), _key_type(key.type), key.doc) for key in item.keys)
        label = f"(config-{item.name or 'top'})="
        parts.append(f"{label}\n### {heading}\n\n{item.doc}\n\n" + table(("key", "type", "meaning"), rows))
    return "\n\n".join(parts)


def spellings() -> str:
    """Every spelling of a header."""

    def is_read(name: str) -> str:
        if name in DEFAULT_SPELLINGS:
            return "always"
        if name in UNMISTAKABLE:
            asked = f"`spellings` has {code(key_of(name))}"
            return f"{asked}; without that key, if the heading row is `Field | Value` or a field"
        return f"`spellings` has {code(key_of(name))}" if key_of(name) in OPTIONAL else "`sidecar` names the file"

    rows = (
        (
            spelling.name,
            spelling.form,
            is_read(spelling.name),
            "yes" if spelling.is_editable else "no",
            "yes" if spelling.is_writable else "no",
        )
        for spelling in SPELLINGS.values()
    )
    return table(("spelling", "form", "read", "commands edit fields", "commands write it"), rows)


def _key_type(kind: Any) -> str:
    if kind == "names":
        return "list of texts"
    if kind == "spellings":
        return "list of " + ", ".join(code(f'"{name}"') for name in OPTIONAL)
    if kind == "statement":
        return "one of the spellings, or " + code('"banner"')
    if kind == "suffixes":
        return "table of " + " or ".join(code(f'"{markup}"') for markup in Markup)
    if kind == "field-type":
        return " or ".join(code(f'"{name}"') for name in TYPES)
    known = {str: "text", bool: "`true` or `false`", int: "whole number"}
    return known[kind] if kind in known else " or ".join(code(f'"{member}"') for member in kind)


def types() -> str:
    """Every type of fields."""
    rows = (
        (
            code(kind.name),
            kind.doc.replace("](#", "](header.md#"),
            codes(sorted(kind.keys)),
            "one at most" if kind.is_single else "any number",
        )
        for kind in TYPES.values()
    )
    return table(("type", "value", "more keys", "fields of a process"), rows)


def settings() -> str:
    """The settings of ``conf.py``."""
    rows = []
    # In a namespace of docutils: what Sphinx registers there does not stay in the process.
    with tempfile.TemporaryDirectory() as folder, docutils_namespace():
        # Settings are known only to an application that has loaded the extension.
        app = Sphinx(
            folder, None, f"{folder}/out", f"{folder}/doctrees", "dummy", {"extensions": ["sphinxext_dep"]}, status=None
        )
    for name, option in sorted(app.config.values.items()):
        if name.startswith("dep_"):
            # The candidates of ENUM have no public name; its repr is ENUM('a', 'b').
            choices = codes(re.findall(r"'\w+'", repr(option.valid_types)))
            if isinstance(option.default, bool):
                choices = codes((True, False))
            rows.append((code(name), choices, code(repr(option.default)), option.description))
    return table(("setting", "values", "default", "meaning"), rows)


# --- query ------------------------------------------------------------------------------------------------------------


def columns() -> str:
    """The columns that every proposal has."""
    rows = ((code(item.key), item.title, item.doc) for item in (*DERIVED.values(), *FALLBACK.values()))
    return table(("column", "heading", "meaning"), rows)


def query_terms() -> str:
    """The table of terms in the docstring of the query package."""
    lines = (inspect.getdoc(query) or "").splitlines()
    first, last = (number for number, line in enumerate(lines) if line.startswith("==="))
    split = lines[first].index(" ") + 1
    rows = ((_markdown(line[:split]), _markdown(line[split:])) for line in lines[first + 1 : last])
    return table(("term", "means"), rows)


# --- deps.json --------------------------------------------------------------------------------------------------------


def deps_json() -> str:
    """The keys of the catalogue, from its JSON Schema for the default process."""
    schema = export.json_schema(DEFAULT)
    top = schema["properties"]
    objects = {"The file": schema, "A proposal": top["proposals"]["items"], "A status": top["statuses"]["items"]}
    objects |= {"A category": top["categories"]["items"], "A field": top["fields"]["items"]}
    objects |= {f"A {name}": definition for name, definition in schema["$defs"].items()}
    parts = [f"The version described here is {export.FORMAT_VERSION}.{export.FORMAT_MINOR}."]
    for title, item in objects.items():
        rows = (
            (code(key), _json_type(value), value.get("description", "")) for key, value in item["properties"].items()
        )
        parts.append(f"## {title}\n\n{table(('key', 'value', 'meaning'), rows)}")
    return "\n\n".join(parts)


def _json_type(value: dict[str, Any]) -> str:
    """The type that a JSON Schema states, in words."""
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"[{name}](#a-{name})"
    if "const" in value:
        return code(value["const"])
    if "enum" in value:
        return " or ".join("null" if item is None else code(item) for item in value["enum"])
    if "anyOf" in value:
        return " or ".join(_json_type(item) for item in value["anyOf"])
    kind = value.get("type", "")
    if kind == "array":
        return f"list of {_json_type(value['items'])}"
    if kind == "object":
        return "object"
    names = [kind] if isinstance(kind, str) else list(kind)
    suffix = {"date": " (ISO 8601)", "uri": " (URL)"}.get(value.get("format", ""), "")
    return " or ".join(names).replace("integer", "number") + suffix


# --- command line ---------------------------------------------------------------------------------------------------


def commands() -> str:
    """A section for each command, with its usage, its help and a table of its options."""
    context = click.Context(group, info_name="sphinx-dep", **group.context_settings)
    return "\n\n".join(_command(name, group.get_command(context, name), context) for name in COMMANDS)


def _command(name: str, command: click.Command | None, parent: click.Context) -> str:
    assert command is not None
    context = click.Context(command, info_name=name, parent=parent)
    usage = command.get_usage(context).removeprefix("Usage: ")
    # click marks a paragraph that keeps its lines with a backspace.
    prose = [
        f"```text\n{inspect.cleandoc(part.removeprefix(chr(8))).strip()}\n```" if part.startswith("\b") else part
        for part in inspect.cleandoc(command.help or "").split("\n\n")
    ]
    rows = []
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and parameter.name != "help":
            # Spaces, so that a line can end between the choices.
            rows.append((code(" ".join(record[0].replace("|", " | ").split())), record[1].replace("<", "\\<")))
    parts = [f"(command-{name})=\n### {name}", f"```text\n{' '.join(usage.split())}\n```", *prose]
    return "\n\n".join([*parts, table(("option", "meaning"), rows)] if rows else parts)


# --- directives -------------------------------------------------------------------------------------------------------


def directive(cls: type) -> Callable[[], str]:
    """A function that writes the docstring of directive *cls*: what it is, then a table of its options."""

    def write() -> str:
        doc = inspect.getdoc(cls) or ""
        prose, *options = re.split(r"^:([\w-]+): ", doc, flags=re.MULTILINE)
        rows = ((code(f":{name}:"), _markdown(text)) for name, text in zip(options[::2], options[1::2], strict=True))
        about = _markdown(prose).partition(": ")[2]
        return "\n\n".join(
            part
            for part in (about[:1].upper() + about[1:], table(("option", "meaning"), rows) if options else "")
            if part
        )

    return write


def _markdown(text: str) -> str:
    return re.sub(r"``(.+?)``", r"`\1`", text.strip(), flags=re.DOTALL)


# --- pages ------------------------------------------------------------------------------------------------------------

GENERATORS: dict[str, Callable[[], str]] = {
    "rules": rules,
    "fields": fields,
    "statuses": statuses,
    "categories": categories,
    "sections": sections,
    "spellings": spellings,
    "tables": tables,
    "types": types,
    "settings": settings,
    "columns": columns,
    "query-terms": query_terms,
    "deps-json": deps_json,
    "commands": commands,
    "dep-graph": directive(DepGraphDirective),
    "dep-header": directive(DepHeaderDirective),
    "dep-index": directive(DepIndexDirective),
    "dep-people": directive(DepPeopleDirective),
    "dep-status": directive(DepStatusDirective),
    "dep-timeline": directive(DepTimelineDirective),
    "dep-requirements": directive(DepRequirementsDirective),
}
"""Name in a page → the function that writes the text."""

_MARK = re.compile(r"^<!-- generated: (?P<name>[\w.-]+) -->$", re.MULTILINE)
_END = "<!-- end of generated -->"


def filled(page: str) -> str:
    """*page* with its generated parts up to date.

    :raises ValueError: when a part has no end.
    """
    head, *parts = _MARK.split(page)
    text = head
    for name, part in zip(parts[::2], parts[1::2], strict=True):
        _old, end, rest = part.partition(f"\n{_END}\n")
        if not end:
            raise ValueError(f"`{_END}` is missing after `<!-- generated: {name} -->`")
        text += f"<!-- generated: {name} -->\n\n{GENERATORS[name]().strip()}\n\n{_END}\n{rest}"
    return text


def main() -> int:
    """Write the pages, or check them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a page is not up to date")
    check = parser.parse_args().check
    stale = 0
    for file in PAGES:
        old = file.read_text(encoding="utf-8")
        new = filled(old)
        if new != old:
            stale += 1
            print(f"{file.relative_to(ROOT)}: {'not up to date' if check else 'written'}")
            if not check:
                file.write_text(new, encoding="utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())

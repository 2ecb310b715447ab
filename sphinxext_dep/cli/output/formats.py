"""The report of a check, and its formats."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sphinxext_dep.cli.output import Colours, display_message, display_path, one_line, plain, width
from sphinxext_dep.model.diagnostics import Diagnostic, Severity
from sphinxext_dep.model.source import Source, UnreadablePage, decode, read_source

if TYPE_CHECKING:
    from sphinxext_dep.check.rule import Rule

COMMIT = "commit "
"""The path of a diagnostic begins so when its place is the message of a commit, whose name follows."""

ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
"""The place of a severity among those that are reported; the gravest first."""


class Report:
    """The diagnostics of one check, with all that a format needs.

    :param diagnostics: sorted by path and place.
    :param proposals: the number of proposals that were checked.
    :param root: the directory that the paths of diagnostics are relative to.
    :param pages: path → bytes of the pages that are not those in *root*, as they are on a branch.
    """

    def __init__(
        self,
        diagnostics: Iterable[Diagnostic],
        proposals: int,
        root: Path,
        pages: Mapping[str, bytes | UnreadablePage] | None = None,
    ) -> None:
        self._pages = pages or {}
        self.diagnostics = tuple(diagnostics)
        self.proposals = proposals
        self.root = root
        self._names: dict[str, str] = {}
        self._source: Source | None = None

    def name(self, path: str) -> str:
        """*path* relative to the working directory, with ``/`` and without control characters."""
        if path not in self._names:
            self._names[path] = plain(path) if path.startswith(COMMIT) else display_path(self.root / path)
        return self._names[path]

    def uri(self, path: str) -> str:
        """*path* as a relative reference (RFC 3986), whatever bytes it holds."""
        return quote(os.fsencode(os.path.relpath(self.root / path).replace(os.sep, "/")))

    def message(self, item: Diagnostic) -> str:
        """The message of *item*, with files named relative to the working directory."""
        return display_message(item.message, item.names, self.root)

    def help(self, item: Diagnostic) -> str:
        """The help of *item*, with files named relative to the working directory."""
        return display_message(item.help, item.names, self.root)

    def line(self, item: Diagnostic) -> str | None:
        """The line of the page that *item* points at, or ``None`` when it is not there (any more)."""
        # Diagnostics come by path: one page at a time is enough.
        if self._source is None or self._source.path != item.place:
            page = self._pages.get(item.place)
            try:
                if isinstance(page, UnreadablePage):
                    raise page
                self._source = decode(item.place, page) if page else read_source(self.root / item.place, item.place)
            except UnreadablePage:
                self._source = Source(item.place, "")
        return self._source.line_text(item.line) if item.line <= len(self._source.line_starts) else None

    def end_column(self, item: Diagnostic) -> int | None:
        """The column behind the text that *item* points at, when that is on one line."""
        line = self.line(item)
        end = item.column + item.end - item.start
        return end if line is not None and item.column < end <= len(line) + 1 else None

    @cached_property
    def counts(self) -> dict[Severity, int]:
        """The number of diagnostics of each severity."""
        counts = dict.fromkeys(ORDER, 0)
        for item in self.diagnostics:
            counts[item.severity] += 1
        return counts

    @property
    def statistics(self) -> list[tuple[int, str, str, str]]:
        """Count, code, name and severity of every rule that found something; the most frequent first."""
        counts: dict[tuple[str, str, str], int] = {}
        for item in self.diagnostics:
            key = (item.code, item.name, item.severity.value)
            counts[key] = counts.get(key, 0) + 1
        return sorted(((count, *key) for key, count in counts.items()), key=lambda row: (-row[0], row[1:]))

    @property
    def summary(self) -> str:
        """The last line: the number of diagnostics of each severity."""
        total = _counted(self.proposals, "proposal")
        parts = [_counted(count, severity.value) for severity, count in self.counts.items() if count]
        if not parts:
            return f"Nothing to report in {total}."
        pages = len({item.path for item in self.diagnostics})
        return f"{' and '.join([', '.join(parts[:-1]), parts[-1]] if parts[1:] else parts)} in {pages} of {total}."


def selected(
    found: Iterable[Diagnostic],
    select: Collection[str] | None = None,
    ignore: Collection[str] = (),
    paths: Collection[str] | None = None,
) -> list[Diagnostic]:
    """Those of *found* with a code in *select* and none in *ignore*, on one of *paths*; ``None`` stands for all."""
    return [
        item
        for item in found
        if (select is None or item.code in select) and item.code not in ignore and (paths is None or item.path in paths)
    ]


def _counted(count: int, word: str) -> str:
    return f"{count} {word if count == 1 or word == 'info' else f'{word}s'}"


# --- text: place, code and message, the line with a marker below it, and the fix --------------------------------------

WIDTH = 120
"""Characters of a line that are printed: enough to recognise the place in a line of any length."""

_BEFORE = 40
"""Characters printed before the marked text, when a line has to be cut."""

_TINT = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


def text(report: Report, *, colour: bool = False) -> str:
    """*report* for people."""
    paint = Colours(colour)
    parts = [_entry(item, report, paint) for item in report.diagnostics]
    return "".join(f"{part}\n" for part in [*parts, paint("bold", report.summary)])


def _entry(item: Diagnostic, report: Report, paint: Colours) -> str:
    tint = _TINT[item.severity]
    place = paint("bold", f"{report.name(item.place)}:{item.line}:{item.column}:")
    lines = [
        f"{place} {paint(tint, item.severity.value)} {paint('bold', item.code)} {item.name}: {report.message(item)}"
    ]
    line = report.line(item)
    if line is not None and line.strip():
        printed, column, size = excerpt(line, item.column, item.end - item.start)
        number = f"{item.line:>6} | "
        lines += [paint("dim", number) + printed, paint("dim", "       | ") + " " * column + paint(tint, "^" * size)]
    lines += [f"{'        ' if index else '  help: '}{row}" for index, row in enumerate(report.help(item).splitlines())]
    return "\n".join([*lines, ""])


def excerpt(line: str, column: int, length: int) -> tuple[str, int, int]:
    """The part of *line* to print, the number of cells before the marked text, and the number that it takes.

    Control characters are replaced: a proposal must not send them to the terminal.

    :param column: of the marked text; 1-based, in characters.
    :param length: of the marked text, in characters; it may reach beyond the line.
    """
    start = min(column - 1, len(line))
    first = max(0, start - _BEFORE) if len(line) > WIDTH else 0
    cut = line[first : first + WIDTH]
    before = line[first:start]
    marked = line[start : min(start + max(1, length), first + WIDTH)]
    left = "…" if first else ""
    right = "…" if first + WIDTH < len(line) else ""
    return f"{left}{plain(cut)}{right}", len(left) + width(before), max(1, width(marked))


# --- short: ``path:line:column: severity CODE message``, for editors and for ``grep`` ---------------------------------


def short(report: Report, *, colour: bool = False) -> str:
    """*report* with one line for each diagnostic; never in colour, since programs read it."""
    return "".join(
        f"{report.name(item.place)}:{item.line}:{item.column}: {item.severity} {item.code} "
        f"{report.message(item)}{f'; {one_line(report.help(item))}' if item.help else ''}\n"
        for item in report.diagnostics
    )


# --- json: the keys and paths of ``deps.json`` ------------------------------------------------------------------------

VERSION = 1
"""Of the JSON. Within one version keys are added, never removed, and never given another meaning."""


def as_json(report: Report, *, colour: bool = False) -> str:
    """*report* as JSON; paths are relative to the project's root."""
    from sphinxext_dep.publish.deps_json import diagnostic_json

    document = {
        "version": VERSION,
        "root": report.root.as_posix(),
        "proposals": report.proposals,
        **{f"{severity}s" if severity != "info" else "infos": count for severity, count in report.counts.items()},
        "diagnostics": [diagnostic_json(item) for item in report.diagnostics],
    }
    return json.dumps(document, indent=1) + "\n"


# --- github: workflow commands of GitHub Actions, which annotate a pull request ---------------------------------------
# https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions#setting-an-error-message

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
# As in @actions/toolkit, packages/core/src/command.ts: properties escape what separates them as well.
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def github(report: Report, *, colour: bool = False) -> str:
    """*report* as workflow commands. GitHub shows ten of each kind per step, so the gravest come first."""
    return f"{commands(report)}{report.summary}\n"


def commands(report: Report) -> str:
    """The workflow commands alone."""
    ordered = sorted(report.diagnostics, key=lambda item: ORDER[item.severity])
    return "".join(f"{_command(item, report)}\n" for item in ordered)


def _command(item: Diagnostic, report: Report) -> str:
    properties = {
        "file": report.name(item.place),
        "line": str(item.line),
        "col": str(item.column),
        "title": f"{item.code} {item.name}",
    }
    if item.place.startswith(COMMIT):
        properties = {"title": f"{item.code} {item.name} in {report.name(item.place)}"}
    if (end := report.end_column(item)) is not None:
        properties["endColumn"] = str(end)
    message = "\n".join(filter(None, (report.message(item), report.help(item))))
    values = ",".join(f"{key}={value.translate(_PROPERTY)}" for key, value in properties.items())
    return f"::{_COMMANDS[item.severity]} {values}::{message.translate(_DATA)}"


# --- sarif: SARIF 2.1.0, for code scanning ----------------------------------------------------------------------------
# https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note", Severity.OFF: "none"}


def sarif(report: Report, *, colour: bool = False) -> str:
    """*report* as a SARIF log. Its URIs are relative to the working directory: run it at the repository's root."""
    from sphinxext_dep.rules import RULES
    from sphinxext_dep.version import __version__

    rules = list(RULES.by_code.values())
    driver = {
        "name": "sphinx-dep",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_sarif_rule(rule) for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "results": _sarif_results(report, {rule.code: number for number, rule in enumerate(rules)}),
    }
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _sarif_rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.doc.partition("\n")[0]},
        "help": {"text": rule.doc, "markdown": rule.doc},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": ["documentation"]},
    }


def _sarif_results(report: Report, index: dict[str, int]) -> list[dict[str, Any]]:
    seen: dict[str, int] = {}
    results = []
    for item in report.diagnostics:
        identity = f"{item.path}\0{item.code}\0{item.message}"
        seen[identity] = seen.get(identity, 0) + 1
        results.append(_sarif_result(item, report, index[item.code], f"{identity}\0{seen[identity]}"))
    return results


def _sarif_result(item: Diagnostic, report: Report, rule: int, identity: str) -> dict[str, Any]:
    from hashlib import sha256

    region: dict[str, Any] = {"startLine": item.line, "startColumn": item.column}
    if (end := report.end_column(item)) is not None:
        region["endColumn"] = end
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": report.uri(item.place)}, "region": region}
    }
    if item.place.startswith(COMMIT):
        # It is in no file.
        name = item.place.removeprefix(COMMIT)
        location = {
            "logicalLocations": [{"fullyQualifiedName": name, "kind": "commit"}],
            "message": {"text": f"Line {item.line} of the message"},
        }
    return {
        "ruleId": item.code,
        "ruleIndex": rule,
        "level": _LEVELS[item.severity],
        "message": {"text": f"{report.message(item)}.\n{report.help(item)}" if item.help else report.message(item)},
        "locations": [location],
        # Without the line: text above a problem moves it, and does not make it another one.
        "partialFingerprints": {"sphinxDep/v1": sha256(identity.encode(errors="replace")).hexdigest()},
    }


FORMATS: dict[str, Callable[..., str]] = {
    "text": text,
    "short": short,
    "json": as_json,
    "github": github,
    "sarif": sarif,
}
"""Name → the function that makes text of a report; its argument ``colour`` allows colours."""

"""What a check reports: which diagnostics, and the text that they point at."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from sphinxext_dep.cli.output.plain import plain
from sphinxext_dep.cli.project import as_seen_from_here, seen_from_here
from sphinxext_dep.model.diagnostics import Diagnostic, Severity
from sphinxext_dep.model.source import Source, UnreadablePage, read_source

WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
"""How much a severity weighs; the heaviest first."""


class Report:
    """Everything that a format can show.

    :param diagnostics: sorted by path and place.
    :param proposals: how many were judged.
    :param root: the directory that the paths of diagnostics are relative to.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic], proposals: int, root: Path) -> None:
        self.diagnostics = tuple(diagnostics)
        self.proposals = proposals
        self.root = root
        self._names: dict[str, str] = {}
        self._source: Source | None = None

    def name(self, path: str) -> str:
        """*path* as somebody in the working directory would write it, with ``/``."""
        if path not in self._names:
            # Who sends a file chooses its name: nothing in it is obeyed by a terminal, or begins a line.
            self._names[path] = plain(seen_from_here(self.root / path)).replace("\n", "\ufffd")
        return self._names[path]

    def uri(self, path: str) -> str:
        """*path* as a relative reference (RFC 3986), whatever bytes it holds."""
        return quote(os.fsencode(seen_from_here(self.root / path)))

    def message(self, item: Diagnostic) -> str:
        """What is wrong, with files named as :meth:`name` does."""
        return as_seen_from_here(item.message, item.names, self.root)

    def help(self, item: Diagnostic) -> str:
        """How to mend it, with files named as :meth:`name` does."""
        return as_seen_from_here(item.help, item.names, self.root)

    def line(self, item: Diagnostic) -> str | None:
        """The line of the page that *item* points at, or ``None`` when it is not there (any more)."""
        # Diagnostics come by path: one page at a time is enough.
        if self._source is None or self._source.path != item.place:
            try:
                self._source = read_source(self.root / item.place, item.place)
            except UnreadablePage:
                self._source = Source(item.place, "")
        return self._source.line_text(item.line) if item.line <= len(self._source.line_starts) else None

    def end_column(self, item: Diagnostic) -> int | None:
        """The column behind what *item* points at, when that is something on one line."""
        line = self.line(item)
        end = item.column + item.end - item.start
        return end if line is not None and item.column < end <= len(line) + 1 else None

    @cached_property
    def counts(self) -> dict[Severity, int]:
        """How many diagnostics there are of each severity."""
        counts = dict.fromkeys(WEIGHT, 0)
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
        """One line that says how it went."""
        total = _counted(self.proposals, "proposal")
        parts = [_counted(count, severity.value) for severity, count in self.counts.items() if count]
        if not parts:
            return f"Nothing to report in {total}."
        pages = len({item.path for item in self.diagnostics})
        return f"{' and '.join([', '.join(parts[:-1]), parts[-1]] if parts[1:] else parts)} in {pages} of {total}."


def chosen(
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

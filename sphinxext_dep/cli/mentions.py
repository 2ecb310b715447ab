"""The work of ``mentions``: read the names of all proposals, search, and print.

It imports little: a search through thousands of files takes git less time than Python needs to import click, the rules
and what reads pages. The last is imported when the names are not in the cache.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from sphinxext_dep.check.mentions import Mention, Names, commit_mentions, find_in_globs, find_mentions
from sphinxext_dep.cli.cache import Answer, Cache, Inputs, read_inputs
from sphinxext_dep.cli.output import one_line
from sphinxext_dep.history.git import GitError, work_tree

if TYPE_CHECKING:
    from sphinxext_dep.model.config import Config

VERSION = 1
"""Of the JSON; within one version keys are added, never removed, and never given another meaning."""

FORMATS = ("text", "json", "github", "sarif")


def run(names: Names, paths: Sequence[Path], commits: str, style: str) -> int:
    """Search, print, and return the exit code.

    :param paths: files and directories; without any, those that the configuration names, else the working directory.
    :param commits: the commits whose messages are searched; then files are searched only when there are *paths*.
    :param style: one of :data:`FORMATS`.
    :raises GitError: when git fails; nothing was printed.
    """
    notes: list[str] = []
    if commits and not paths:
        found = []
    elif paths or not names.globs:
        found = list(find_mentions(names, paths or (Path(),), notes))
    else:
        found = list(find_in_globs(names, notes))
    if commits:
        top = work_tree(paths[0] if paths else Path())
        if top is None:
            raise GitError("there is no git repository here", "run it in a work tree, or leave --commits out")
        found += commit_mentions(names, top, commits)
    sys.stdout.write(_WRITERS[style](found) if style in _WRITERS else _report(found, style))
    sys.stdout.flush()
    wrong = [item.verdict.severity for item in found if item.verdict is not None]
    counted = f"{len(found)} mention{'' if len(found) == 1 else 's'}, {len(wrong)} to be changed"
    sys.stderr.writelines(f"note: {one_line(text)}\n" for text in (*notes, counted))
    return int("error" in wrong)


class NamesCache:
    """The names of all proposals of the project that the working directory is in, as the last run found them."""

    def __init__(self) -> None:
        self._cache = Cache(Path.cwd(), (__name__,))

    def load(self) -> Names | None:
        """The names; ``None`` when there are none, or something that they depend on has changed."""
        answer = self._cache.load()
        return None if answer is None else Names.of_data(json.loads(answer.text))

    def read(self, config: Config) -> Names:
        """The names, from the pages themselves; they are kept, unless there are none."""
        from sphinxext_dep.check.check import read_proposal
        from sphinxext_dep.model.catalog import Catalog
        from sphinxext_dep.rules.mentions import names_of

        inputs = Inputs.of(config)
        pages = list(read_inputs(inputs))
        read = (read_proposal(path, data, config.schema) for path, data in pages)
        catalog = Catalog((proposal for proposal in read if proposal is not None), config.schema)
        names = names_of(catalog, config.root, config.mentions)
        if names.proposals:
            self._cache.save(inputs, pages, Answer(json.dumps(names.as_data()), "", 0))
        return names


def run_at_once(arguments: Sequence[str]) -> int | None:
    """The exit code of ``mentions`` with *arguments*; ``None`` when the command itself has to say what is wrong."""
    if any(word.startswith("-") or not os.path.lexists(word) for word in arguments):
        return None
    cache = NamesCache()
    names = cache.load()
    try:
        if names is None:
            from sphinxext_dep.config.load import discover
            from sphinxext_dep.config.tables import ConfigErrors

            try:
                names = cache.read(discover(Path.cwd(), rule_codes=_rule_codes))
            except ConfigErrors:
                return None
        return run(names, [*map(Path, arguments)], "", "text") if names.proposals else None
    except GitError:
        return None


def _rule_codes() -> Mapping[str, str]:
    from sphinxext_dep.rules import RULES

    return RULES.codes()


# --- formats ----------------------------------------------------------------------------------------------------------


def _shown(file: str) -> str:
    """*file* relative to the working directory, with ``/``."""
    here = f"{os.getcwd()}{os.sep}"  # noqa: PTH109 - asked for thousands of files
    return (file[len(here) :] if file.startswith(here) else os.path.relpath(file)).replace(os.sep, "/")


def _text(found: Sequence[Mention]) -> str:
    lines = []
    for (file, commit), items in groupby(found, lambda item: (item.file, item.commit)):
        place = one_line(_shown(file)) if file else f"commit {commit[:12]}"
        lines += [f"{place}:{item.line}:{item.column}: {_said(item)}\n" for item in items]
    return "".join(lines)


def _said(item: Mention) -> str:
    if item.verdict is not None:
        return one_line(f"{item.verdict.severity}: {item.verdict.code} {item.verdict.message}")
    return one_line(item.name.words if item.name is not None else f"{item.text} (no such proposal)")


def _json(found: Sequence[Mention]) -> str:
    return json.dumps({"version": VERSION, "mentions": [_entry(item) for item in found]}, indent=1) + "\n"


def _entry(item: Mention) -> dict[str, object]:
    name, verdict = item.name, item.verdict
    return {
        "path": _shown(item.file) if item.file else None,
        "commit": item.commit or None,
        "line": item.line,
        "column": item.column,
        "text": item.text,
        "label": name.label if name else None,
        "proposal": name.path if name else None,
        "status": name.status or None if name else None,
        "problem": verdict.message if verdict else None,
        "code": verdict.code if verdict else None,
        "severity": verdict.severity if verdict else None,
        "help": verdict.help or None if verdict else None,
    }


def _report(found: Sequence[Mention], style: str) -> str:
    """The problems only, in a format of ``check``."""
    from sphinxext_dep.cli.output import formats
    from sphinxext_dep.model.diagnostics import Diagnostic, Severity

    items = [
        Diagnostic(
            code=item.verdict.code,
            name=item.verdict.name,
            severity=Severity(item.verdict.severity),
            message=item.verdict.message,
            help=item.verdict.help,
            path=_shown(item.file) if item.file else f"{formats.COMMIT}{item.commit}",
            line=item.line,
            column=item.column,
            end=len(item.text),
        )
        for item in found
        if item.verdict is not None
    ]
    report = formats.Report(items, 0, Path.cwd())
    return formats.commands(report) if style == "github" else formats.sarif(report)


_WRITERS = {"text": _text, "json": _json}

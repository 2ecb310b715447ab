"""``check --fix`` and ``check --diff``: what has exactly one right answer is fixed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sphinxext_dep.cli.editing import diff_pages, open_workspace, save_pages
from sphinxext_dep.cli.project import as_seen_from_here, seen_from_here
from sphinxext_dep.cli.recall import Answer
from sphinxext_dep.config import Config
from sphinxext_dep.edit.fix import Choice, NotFixed, Outcome, fix_all


def run(config: Config, choose: Choice, *, diff: bool) -> Answer:
    """Fix the problems of a project that have exactly one right answer, and report what was fixed, and what was not.

    Every other byte of every file stays.

    :param choose: selects the diagnostics to fix.
    :param diff: show the changes instead of making them; then the exit code is 1 when there are any.
    :raises Failure: when nothing, or not everything, could be written.
    """
    workspace = open_workspace(config, dry_run=diff)
    outcome = fix_all(workspace, choose)
    left = "".join(_not_fixed(item, config.root) for item in outcome.not_fixed)
    if not outcome.pages:
        return Answer("", f"{left}Nothing to fix.\n", 0)
    if diff:
        return Answer(diff_pages(workspace, outcome.pages), left, 1)
    save_pages(workspace, outcome.pages)
    return Answer("", "".join(_fixed(outcome, config.root)) + left, 0)


def _fixed(outcome: Outcome, root: Path) -> Iterator[str]:
    """A line for each page that was changed. A relation is fixed in another page than the one it is reported in."""
    codes: dict[str, Counter[str]] = {}
    for item in outcome.fixed:
        codes.setdefault(item.path, Counter())[item.code] += 1
    for page in outcome.pages:
        path = page.source.path
        counts = sorted(codes.get(path, Counter()).items())
        what = ", ".join(code if count == 1 else f"{code} ({count})" for code, count in counts)
        yield f"Fixed {seen_from_here(root / path)}: {what or 'the other side of a relation'}\n"


def _not_fixed(left: NotFixed, root: Path) -> str:
    item = left.diagnostic
    why = as_seen_from_here(f"{left.reason}{f' ({left.help})' if left.help else ''}", left.names, root)
    return f"{seen_from_here(root / item.place)}:{item.line}: {item.code} is not fixed: {why}\n"

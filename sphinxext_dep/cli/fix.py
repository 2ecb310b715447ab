"""``check --fix`` and ``check --diff``: what has exactly one right answer is mended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import click

from sphinxext_dep.cli.editing import note, open_workspace, write_pages
from sphinxext_dep.core.diagnostics import Diagnostic
from sphinxext_dep.core.mending import Left, Outcome, mend_all
from sphinxext_dep.core.proposal import Page


def run(wanted: Callable[[Diagnostic], bool] = lambda _: True, *, diff: bool = False) -> Outcome:
    """Mend what is wrong in the project of the working directory, and say what was mended and what was not, and why.

    Only diagnostics with exactly one right answer are mended (:mod:`sphinxext_dep.core.fixes` lists them); every other
    byte of every file stays.

    :param wanted: which diagnostics to mend.
    :param diff: print what would change instead of writing it.
    :raises Failure: when nothing, or not everything, could be written.
    """
    workspace = open_workspace()
    outcome = mend_all(workspace, wanted)
    write_pages(workspace, outcome.pages, dry_run=diff, said=_summary(outcome))
    for left in outcome.left:
        note(_not_fixed(left))
    if not outcome.pages:
        click.echo("nothing to fix", err=diff)
    return outcome


def _summary(outcome: Outcome) -> Callable[[Page], str]:
    """What to say about each page that was changed: a mended relation counts where it was found missing."""
    codes: dict[str, Counter[str]] = {}
    for item in outcome.mended:
        codes.setdefault(item.path, Counter())[item.code] += 1

    def said(page: Page) -> str:
        path = page.source.path
        counts = codes.get(path, Counter())
        what = ", ".join(code if count == 1 else f"{code} ({count})" for code, count in sorted(counts.items()))
        return f"fixed {path}: {what or 'the other side of a relation'}"

    return said


def _not_fixed(left: Left) -> str:
    item = left.diagnostic
    mend = f" ({left.help})" if left.help else ""
    return f"{item.path}:{item.line}: {item.code} is not fixed: {left.reason}{mend}"

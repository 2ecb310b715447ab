"""A git base beside the pages that are there now: what was changed, and which numbers are taken meanwhile.

Two points of the base branch matter. What *this* change did shows against the point where it left the branch (the merge
base); what became of the branch since then shows at its tip.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.numbers import file_number
from sphinxext_dep.model.proposal import Page, Proposal
from sphinxext_dep.model.schema import Schema


class Change(msgspec.Struct, frozen=True):
    """One proposal that was there before and is there now, with another text or another name."""

    old: Page
    new: Page


class Comparison(msgspec.Struct, frozen=True):
    """Everything that the rules of the scope ``base`` judge.

    :param catalog: the proposals that are there now.
    :param changes: proposals changed since the merge base, sorted by their path now.
    :param tip: the proposals on the tip of the base branch.
    """

    catalog: Catalog
    changes: tuple[Change, ...]
    tip: tuple[Proposal, ...]


def pair(old: Iterable[str], new: Iterable[str], schema: Schema) -> dict[str, str]:
    """Which of the *new* paths is which of the *old* ones: ``{new: old}``.

    The same path is the same proposal. Of the others, those are that share the slug in their file name, then those that
    share the number, when no two do: giving a proposal a number, or another title, renames its file.
    """
    before, after = set(old), set(new)
    same = {path: path for path in after & before}
    for part in (1, 0):
        gone = _by_name(before - set(same.values()), schema, part)
        come = _by_name(after - same.keys(), schema, part)
        for name, paths in come.items():
            if len(paths) == len(gone.get(name, ())) == 1:
                same[paths[0]] = gone[name][0]
    return same


def introduced(now: Iterable[Diagnostic], before: Iterable[Diagnostic], pairs: dict[str, str]) -> list[Diagnostic]:
    """The diagnostics of *now* that were not there *before*, wherever on its page a problem stands.

    :param pairs: path now → path before, for the proposals that were there.
    """
    known: dict[tuple[str, str, str], int] = {}
    for item in before:
        key = (item.path, item.code, item.message)
        known[key] = known.get(key, 0) + 1
    left: list[Diagnostic] = []
    for item in now:
        key = (pairs.get(item.path, item.path), item.code, item.message)
        if known.get(key, 0):
            known[key] -= 1
        else:
            left.append(item)
    return left


def _by_name(paths: Iterable[str], schema: Schema, part: int) -> dict[str, list[str]]:
    """Paths by the number (*part* 0) or the slug (1) in their file names; those that have none are left out."""
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        name = file_number(schema.name_of(path), schema.prefix)[part]
        if name:
            found.setdefault(str(name).casefold(), []).append(path)
    return found

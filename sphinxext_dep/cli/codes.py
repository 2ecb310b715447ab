"""Rules as arguments: codes, names and families, with a did-you-mean and shell completion."""

from __future__ import annotations

import re

import click

from sphinxext_dep.check.rule import Rule
from sphinxext_dep.cli.errors import Impossible
from sphinxext_dep.rules import RULES

_FAMILY = re.compile(r"DEP\d{0,3}")


def find_rule(word: str) -> Rule:
    """The rule with the code or the name *word*, in any case.

    :raises Impossible: when there is none.
    """
    if (rule := RULES.find(word)) is None:
        raise _unknown(word)
    return rule


def find_codes(words: str) -> frozenset[str]:
    """The codes that *words* mean: codes, names, or beginnings of codes (``DEP4``), separated by commas.

    :raises click.UsageError: for a word that is none of them.
    """
    codes: set[str] = set()
    for word in filter(None, (part.strip() for part in words.split(","))):
        if (rule := RULES.find(word)) is not None:
            codes.add(rule.code)
            continue
        family = {code for code in RULES.by_code if code.startswith(word.upper())}
        if not family or not _FAMILY.fullmatch(word.upper()):
            raise click.UsageError(_unknown(word).message)
        codes |= family
    if words and not codes:
        raise click.UsageError(f"'{words}' names no rule")
    return frozenset(codes)


def complete_codes(incomplete: str) -> list[str]:
    """The codes and names that begin like the last of the words in *incomplete*, for the shell."""
    done, comma, last = incomplete.rpartition(",")
    return [f"{done}{comma}{word}" for word in RULES.codes if word.lower().startswith(last.lower())]


def _unknown(word: str) -> Impossible:
    from sphinxext_dep.model.suggest import closest

    near = closest(word, RULES.codes)
    return Impossible(f"there is no rule '{word}'", f"did you mean '{near}'?" if near else "see sphinx-dep rules")

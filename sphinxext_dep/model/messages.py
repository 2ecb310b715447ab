"""Text for messages: words of a page quoted on one line, lists in a sentence, and *did you mean*.

Messages end up in terminals, logs and HTML: text of a page is shown on one line, without control characters, and cut
when it is long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import islice

from sphinxext_dep.model.schema import fold

MAX_QUOTED = 60
"""Characters of a page's text that a message repeats: enough to recognise it, and the message stays on one line."""

MAX_LISTED = 12
"""Items that a message lists; ten thousand proposals with one number must not make a message of a megabyte each."""


def quoted(text: str) -> str:
    """*text* as a message repeats it: on one line, cut when long, in backticks (in “ ” when it holds some)."""
    # The cut comes first: the rest of a 10 MB value need not be looked at.
    line = " ".join(text[: 4 * MAX_QUOTED].split())
    line = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)
    if len(line) > MAX_QUOTED or len(text) > 4 * MAX_QUOTED:
        line = f"{line[: MAX_QUOTED - 1].rstrip()}…"
    return f"“{line}”" if "`" in line else f"`{line}`"


def listed(items: Iterable[str], last: str = "or", total: int | None = None) -> str:
    """*items* as a list in a sentence: ``a, b or c``, with the number of those left out when they are many.

    :param total: how many items there are, when they are too many to count anew in each message.
    """
    items = list(items if total is None else islice(items, MAX_LISTED))
    total = len(items) if total is None else total
    if total > MAX_LISTED:
        items = [*items[: MAX_LISTED - 1], f"{total - MAX_LISTED + 1} more"]
        last = "and"
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


_CUTOFF = 0.65
"""The least similarity of two words, from 0 to 1: one slip in three letters is (``tga``), two in four are not."""

_MAX_REMEMBERED = 80
"""Characters of a word whose answer is kept."""

_MAX_WORD = 200
"""Characters of a word that are compared with known words, none of which is that long."""

_MIN_PART = 3
"""The shortest part (characters) of a name that is worth completing: ``rev`` is, ``a`` is not."""


def did_you_mean(word: str, candidates: Iterable[str], meaning: Mapping[str, str] | None = None) -> str:
    """``did you mean `Draft`?`` for the candidate nearest to *word*, or nothing.

    :param meaning: the word to suggest in place of a candidate that is only another name for it.
    """
    near = closest(word[:_MAX_WORD], candidates)
    return f"did you mean {quoted((meaning or {}).get(near, near))}?" if near else ""


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that *word* most likely means, as the candidate is written, or ``None`` when none is near.

    Case, ``-``, ``_`` and spacing do not count (see :func:`~sphinxext_dep.model.schema.fold`). Near is, first, a few
    slips away (a letter missing, wrong, too many, or two swapped); else, a part of exactly one candidate:
    ``Review`` means ``Under Review``, ``impl`` means ``Implemented``, unless there are several of that kind. Of equally
    near candidates the first wins, so that the answer never depends on chance.
    """
    names = tuple(candidates)
    return _closest(word, names) if len(word) <= _MAX_REMEMBERED else _closest.__wrapped__(word, names)


@lru_cache(maxsize=1024)
def _closest(word: str, candidates: tuple[str, ...]) -> str | None:
    # Cached: a status that the process does not have is often in all proposals of its author.
    names, folded = _folded(candidates)
    wanted = fold(word)
    if not wanted or not names:
        return None
    # Only bad input needs this library: a clean run never loads it.
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    best = process.extractOne(wanted, folded, scorer=OSA.normalized_similarity, score_cutoff=_CUTOFF)
    if best is not None:
        return names[best[2]]
    parts = [name for name, known in zip(names, folded, strict=True) if _is_part(wanted, known)]
    return parts[0] if len(parts) == 1 else None


def _is_part(word: str, known: str) -> bool:
    """True if *word* begins *known*, or is one or more of its whole words."""
    return len(word) >= _MIN_PART and (known.startswith(word) or f" {word} " in f" {known} ")


@lru_cache(maxsize=32)
def _folded(candidates: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """*candidates* without repeats, and their folded forms; cached, for a page may have ten thousand unknown fields."""
    names = tuple(dict.fromkeys(candidates))
    return names, tuple(fold(name) for name in names)

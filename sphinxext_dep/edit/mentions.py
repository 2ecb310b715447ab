"""Paths in the text of pages that lead to a file: links, entries of tables of contents, includes, code.

They are found as what they are to every markup, runs of characters that a path consists of, and followed from the page
that they stand in. What does not lead to the file from there is left alone, however much it looks like its name.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from sphinxext_dep.model.source import Edit

_LEAD = re.compile(r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(?P<path>[\w./~%-]*/)?\Z")
_BEFORE_TARGET = re.compile(r"(?:\]\(|<|[}:]`)\Z")
_MAX_LEAD = 500
"""Characters in front of a name that may belong to its path."""

_LINKS = ("project", "path", "doc", "dep")
"""Schemes of MyST behind which a path or a document stands, as in ``<project:deps/0000-x.md>``."""


def renamed(text: str, path: str, old: str, new: str, docs: str = ".") -> Iterator[Edit]:
    """The edits that make every path in *text* that leads to *old* lead to *new*.

    :param path: of the page whose text it is; relative to the root, as *old* and *new* are.
    :param docs: the directory that paths with a leading slash start from; relative to the root.
    """
    place = PurePosixPath(old)
    stem, new_stem = place.stem, PurePosixPath(new).stem
    suffix = rf"(?:{re.escape(place.suffix)}|\.html?)"
    name = re.compile(rf"(?<![\w.-]){re.escape(stem)}(?P<suffix>{suffix})?(?![\w/-]|\.\w)")
    # `cache` can be a word of the text; `0000-cache`, `cache.md` and `deps/cache` cannot.
    is_word = new_stem.endswith(stem)
    has_contents = "toctree" in text
    folder = posixpath.dirname(path)
    for match in name.finditer(text):
        lead = _LEAD.search(text, max(0, match.start() - _MAX_LEAD), match.start())
        if lead is None or (lead["scheme"] and lead["scheme"].lower() not in _LINKS):
            continue
        above = lead["path"] or ""
        if is_word and not (above or match["suffix"] or _is_target(text, *match.span(), has_contents=has_contents)):
            continue
        start = docs if above.startswith("/") else folder
        target = posixpath.normpath(posixpath.join(start, above.lstrip("/"), stem))
        if target != str(place.with_suffix("")):
            continue
        if PurePosixPath(new).parent == place.parent:
            yield Edit(match.start(), match.start() + len(stem), new_stem)
        else:
            shown = posixpath.relpath(posixpath.join(posixpath.dirname(new), new_stem), start)
            root = "/" if above.startswith("/") else ""
            yield Edit(match.start() - len(above), match.start() + len(stem), f"{root}{shown}")


_OWN = re.compile(r"(?:\]\(<?|<|`|::[ \t]+)(?P<path>(?![\w+.-]*:)[\w.~%-][\w./~%-]*)")


def relocated(text: str, old: str, new: str, is_file: Callable[[str], bool]) -> Iterator[Edit]:
    """The edits that keep the relative links of the page *old* when it is moved to *new*, in another directory.

    :param is_file: whether there is a file, or a page without its suffix, at a path relative to the root.
    """
    before, behind = posixpath.dirname(old), posixpath.dirname(new)
    for match in _OWN.finditer(text):
        target = posixpath.normpath(posixpath.join(before, match["path"]))
        if target != old and is_file(target):
            yield Edit(*match.span("path"), posixpath.relpath(target, behind))


def _is_target(text: str, start: int, end: int, *, has_contents: bool) -> bool:
    """Whether the word between two offsets stands where only the target of a link or an entry of a contents can."""
    if _BEFORE_TARGET.search(text, max(0, start - 2), start):
        return True
    if not has_contents:
        return False
    newline = text.find("\n", end)
    line = text[text.rfind("\n", 0, start) + 1 : start] + text[end : newline if newline >= 0 else len(text)]
    return not line.strip()

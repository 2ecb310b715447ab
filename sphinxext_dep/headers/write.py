"""A whole header, written in any spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sphinxext_dep.headers.block import HEADER_DIRECTIVE
from sphinxext_dep.headers.items import Item, is_suppression
from sphinxext_dep.headers.line import label_line
from sphinxext_dep.model.edit import RefusedError
from sphinxext_dep.model.header import Spelling

_MARKER = re.compile(r"\A[ \t]*(?:[-*+\u2022]|\d{1,9}[.)])[ \t]+")


class Written(NamedTuple):
    """A header as text: lines are separated by line feeds, and none is at the end.

    :param comments: what cannot stand in the header itself: comments of the page, which follow it. Each says which
        field it belongs to, so that it finds back.
    """

    header: str
    comments: str

    @property
    def together(self) -> str:
        """The header with the comments below it."""
        return "\n\n".join(filter(None, self))


def write_header(items: Iterable[Item], spelling: Spelling, suffix: str, comments: Sequence[str] = ()) -> Written:
    """Write a header.

    :param suffix: of the page.
    :param comments: those that belong to no field, without their marks.
    :raises RefusedError: when a comment holds what would end it.
    """
    comments = [_mark(comment, suffix) for comment in comments]
    match spelling:
        case Spelling.BLOCK:
            return _block(items, suffix, comments)
        case Spelling.DIRECTIVE:
            return _directive(items, suffix, comments)
        case Spelling.FRONT_MATTER:
            return _front_matter(items, comments)
        case Spelling.FIELD_LIST | Spelling.PREAMBLE | Spelling.BULLETS:
            return _lines(items, spelling, comments)
        case _:
            raise RefusedError(f"no command writes a header as {spelling}", "write it by hand")


def _block(items: Iterable[Item], suffix: str, comments: Sequence[str]) -> Written:
    paragraphs: list[str] = []
    for item in items:
        qualifier = f" ({item.qualifier})" if item.qualifier else ""
        lines = item.value.split("\n")
        if _MARKER.match(lines[0]) and len(lines) > 1:
            lines.insert(0, "")
        text = "\n".join([f"**{item.label}**{qualifier}: {lines[0]}".rstrip(), *lines[1:]])
        if suffix == ".rst":
            paragraphs += (text, *(_mark(_addressed(item, comment), suffix) for comment in item.comments))
        else:
            paragraphs.append(" ".join([text, *(_mark(comment, suffix) for comment in item.comments)]))
    return Written("\n\n".join([*paragraphs, *comments]), "")


def _directive(items: Iterable[Item], suffix: str, comments: Sequence[str]) -> Written:
    items = list(items)
    lines = [_line(item, Spelling.DIRECTIVE, suffix) for item in items]
    below = [_mark(_addressed(item, comment), suffix) for item in items for comment in item.comments]
    name = HEADER_DIRECTIVE
    text = "\n   ".join([f".. {name}::", *lines]) if suffix == ".rst" else "\n".join([f"```{{{name}}}", *lines, "```"])
    return Written(text, "\n\n".join([*below, *comments]))


def _lines(items: Iterable[Item], spelling: Spelling, comments: Sequence[str]) -> Written:
    """A header in which each field is a line, and nothing else has a place.

    :raises RefusedError: when there are comments.
    """
    items = list(items)
    if comments or any(item.comments or item.qualifier for item in items):
        raise RefusedError(f"a {spelling} has no place for comments", "write it by hand")
    names = ["-".join(item.label.split()) if spelling is Spelling.PREAMBLE else item.label for item in items]
    lines = (label_line(name, on_one_line(item), spelling, "") for name, item in zip(names, items, strict=True))
    return Written("\n".join(line.rstrip() for line in lines), "")


def _front_matter(items: Iterable[Item], comments: Sequence[str]) -> Written:
    """The lines between the dashes."""
    lines: list[str] = []
    below: list[str] = []
    for item in items:
        # What suppresses does so as a comment of the page; and a comment of YAML ends with its line.
        beside = [comment for comment in item.comments if not is_suppression(comment) and "\n" not in comment]
        below += (_mark(comment, "") for comment in item.comments if comment not in beside)
        line = _line(item, Spelling.FRONT_MATTER, "", empty='""' if beside else "")
        lines.append(" # ".join([line, *beside]))
    return Written("\n".join(lines), "\n\n".join([*below, *comments]))


def _line(item: Item, spelling: Spelling, suffix: str, empty: str = "") -> str:
    if item.value:
        return label_line(item.key, item.value, spelling, suffix)
    colon = ":" if spelling is Spelling.DIRECTIVE else ""
    return f"{colon}{item.key}: {empty}".rstrip()


def _addressed(item: Item, comment: str) -> str:
    """A comment that stands apart from the field it belongs to, and says to which. Suppressions belong to the page."""
    return comment if is_suppression(comment) else f"{item.key}: {comment}"


def _mark(comment: str, suffix: str) -> str:
    """*comment* as a comment of a page.

    :raises RefusedError: when it holds what would end it.
    """
    if suffix == ".rst":
        return ".. " + comment.replace("\n", "\n   ")
    if "-->" in comment:
        raise RefusedError(f"the comment `{comment}` holds `-->`, which would end it", "change it")
    return f"<!-- {comment} -->"


def on_one_line(item: Item) -> str:
    """The value of *item* where it must stand on one line: items of a list are separated by commas."""
    if "\n" not in item.value:
        return item.value
    lines = [_MARKER.sub("", line, count=1).strip() for line in item.value.split("\n")]
    is_list = item.field is not None and item.field.many
    return ", ".join(line.rstrip(",;") for line in lines) if is_list else " ".join(lines)

"""The labels of a field block: ``**Status**:`` and what real files make of it."""

from __future__ import annotations

import re
from collections.abc import Container

import msgspec

from sphinxext_dep.model.schema import Field, fold

_MAX_LABEL = 80
"""Characters. Longer bold text is a sentence, not a label."""

# The colon is an ASCII one or, behind an input method, a full-width one. The spaces are counted so that a line of
# nothing else takes linear time.
_LABEL = re.compile(
    r"(?P<bold>\*\*\*?|___?)"
    rf"(?P<label>[^\s*:\uff1a][^*\n]{{0,{_MAX_LABEL}}}?)(?P<inner>[ \t]{{0,8}}[:\uff1a])?[ \t]{{0,8}}(?P=bold)"
)
_COLON_INSIDE = re.compile(r"[ \t]{0,8}[:\uff1a][ \t]{0,8}(?P<bold>\*\*\*?|___?)")
_COLON = re.compile(r"[ \t]*(?:\((?P<qualifier>[^()\n]*)\)[ \t]*)?[:\uff1a]")
_ALL_BOLD = re.compile(r"(?P<label>[^:\uff1a]*[^:\uff1a\s])[ \t]*[:\uff1a][ \t]*(?P<value>\S.*)\Z")
_QUALIFIED = re.compile(r"(?P<label>.*\S)[ \t]*\((?P<qualifier>[^()]*)\)\Z")
_MARKUP = re.compile(r"`+|\[(?P<text>[^\[\]]*)\]\([^()]*\)|\\(?=[^\w\s])")


class Label(msgspec.Struct, frozen=True):
    """The label of a field, and where its value begins and ends on the same line; all places are offsets in the page.

    :param text: the label without markup, colon and qualifier.
    :param qualifier: as in :class:`~sphinxext_dep.model.header.RawField`.
    :param colon_missing: whether it is bold and known, but no colon follows.
    """

    text: str
    start: int
    end: int
    value_start: int
    value_end: int
    qualifier: str = ""
    colon_missing: bool = False


def own_label(text: str, field: Field) -> str:
    """How the schema writes the label *text* of *field*, which may be one of its other names."""
    return next((name for name in (field.label, *field.aliases) if fold(name) == fold(text)), text)


def colon_inside(text: str, label_end: int) -> tuple[int, int, str] | None:
    """The end of a label whose colon stands inside the bold: two offsets, and the mark that closes the bold.

    :param text: the page's text.
    :param label_end: offset just behind the label.
    """
    match = _COLON_INSIDE.match(text, label_end)
    return (match.start(), match.end(), match["bold"]) if match else None


def starts_with_label(text: str, offset: int) -> bool:
    """Whether bold text with a colon stands at *offset*, known or not."""
    match = _LABEL.match(text, offset)
    return match is not None and (match["inner"] is not None or _COLON.match(text, match.end()) is not None)


def read_label(line: str, offset: int, names: Container[str]) -> Label | None:
    """The label that *line* starts with; ``None`` when it starts with something else.

    :param line: one line, indented at will.
    :param offset: where the line starts in the page.
    :param names: the folded names of all fields: only a known label may lack a colon or hold its value inside the bold.
    """
    match = _LABEL.match(line, len(line) - len(line.lstrip()))
    if match is None:
        return None
    first = match.start("label")
    text = match["label"].rstrip()
    plain = _plain(text)
    last, value, end = first + len(text), match.end(), len(line)
    qualifier = ""
    missing = False
    if match["inner"] is None:
        colon = _COLON.match(line, value)
        if colon is not None:
            value = colon.end()
            qualifier = (colon["qualifier"] or "").strip()
        elif (whole := _ALL_BOLD.match(text)) and fold(whole["label"]) in names and not line[value:].strip():
            # `**Status: Draft**`
            plain, last = _plain(whole["label"]), first + whole.end("label")
            value, end = first + whole.start("value"), first + whole.end("value")
        elif fold(plain) in names:
            missing = True
        else:
            return None
    if not qualifier and fold(plain) not in names:
        inside = _QUALIFIED.match(text)
        if inside is not None and fold(_plain(inside["label"])) in names:
            # `**Replaces (partially)**:`
            plain, last, qualifier = _plain(inside["label"]), first + inside.end("label"), inside["qualifier"].strip()
    return Label(
        text=plain,
        start=offset + first,
        end=offset + last,
        value_start=offset + value,
        value_end=offset + end,
        qualifier=qualifier,
        colon_missing=missing,
    )


def _plain(label: str) -> str:
    """*label* without code marks, links and escapes."""
    return _MARKUP.sub(lambda match: match["text"] or "", label).strip()

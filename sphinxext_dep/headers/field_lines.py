"""The lines that each field of a header takes in its page: what is moved, added to and taken out as a whole."""

from __future__ import annotations

import re
from typing import NamedTuple

from sphinxext_dep.markup.comments import CommentMask
from sphinxext_dep.markup.markdown import with_plain_newlines
from sphinxext_dep.model.edit import RefusedError, line_end, line_start
from sphinxext_dep.model.header import RawField, Spelling
from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.schema import Field, fold

# What holds two lines of a paragraph apart: it belongs to the place between them, and not to either line.
_TAIL = re.compile(r"[ \t]*(?:\\|<br[ \t]*/?>)?[ \t]*\Z", re.IGNORECASE)


class FieldLines(NamedTuple):
    """One field and its lines; places are offsets.

    :param field: its definition; ``None`` when the schema does not know it.
    :param start: where its first line starts.
    :param end: where the last thing in its last line ends: the value, a quote, a comment that began behind the value.
    :param tail: the rest of that line: space, and the mark of a line break.
    :param comments: where the comments behind its value, or between the lines of it, stand.
    """

    raw: RawField
    field: Field | None
    start: int
    end: int
    tail: str
    comments: tuple[tuple[int, int], ...] = ()

    @property
    def line_end(self) -> int:
        """Where its last line ends, before the newline."""
        return self.end + len(self.tail)


def field_lines(page: Page, spelling: Spelling) -> list[FieldLines]:
    """The fields that the header has in one spelling, in page order.

    :raises RefusedError: when two of them share a line, as in ``{status: Draft, authors: x}``.
    """
    source = page.source
    comments = _comments(page) if spelling is Spelling.BLOCK else []
    found: list[FieldLines] = []
    position = 0
    for raw in page.header.fields:
        if raw.spelling is not spelling:
            continue
        start = line_start(source, raw.label_span.start)
        if found and start < found[-1].line_end:
            raise RefusedError(
                f"`{found[-1].raw.label}` and `{raw.label}` share a line", "write one field a line, then try again"
            )
        behind = max(raw.span.end, raw.label_span.end)
        end = line_end(source, behind)
        own: list[tuple[int, int]] = []
        while position < len(comments) and comments[position][0] < end:
            if comments[position][0] >= start:
                own.append(comments[position])
                behind = max(behind, comments[position][1])
                end = line_end(source, behind)
            position += 1
        tail = _TAIL.search(source.text, behind, end)
        text_end = tail.start() if tail else end
        field = page.schema.field_names.get(fold(raw.label))
        found.append(FieldLines(raw, field, start, text_end, source.text[text_end:end], tuple(own)))
    return found


def _comments(page: Page) -> list[tuple[int, int]]:
    """Where comments stand in the field block, as the block's reader sees them."""
    span = page.header.spans.get(Spelling.BLOCK)
    if span is None or page.source.suffix == ".rst":
        return []
    mask = CommentMask(with_plain_newlines(page.source.text))
    for line in range(span.line, page.source.line_of(span.end) + 1):
        start = page.source.line_starts[line - 1]
        mask.scan(start, line_end(page.source, start))
    return mask.ranges

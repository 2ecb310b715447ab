"""The field block: ``**Status**: Draft`` paragraphs at the start of a page, as people have always written them.

The block is a run of fields, the lines that continue them, comments and blank lines. It starts with the first thing
below the title (or of the page, when it stands above any title) and ends with the first thing that is none of these.
"""

from __future__ import annotations

import re

from sphinxext_dep.headers.label import Label, read_label, starts_with_label
from sphinxext_dep.markup.comments import CommentMask
from sphinxext_dep.markup.markdown import with_plain_newlines
from sphinxext_dep.markup.rst import with_rst_newlines
from sphinxext_dep.model.header import HeaderProblem, Part, RawField, Spelling
from sphinxext_dep.model.outline import Outline
from sphinxext_dep.model.schema import Schema, fold
from sphinxext_dep.model.source import Source

HEADER_DIRECTIVE = "dep-header"
"""The directive that holds a header."""

_ITEM = re.compile(r"[ \t]*(?P<marker>[-*+\u2022]|\d{1,9}[.)])(?:[ \t]+|\Z)")
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})\Z")
_UNDERLINE = re.compile(r" {0,3}=+[ \t]*\Z")
_BREAK = re.compile(r"(?:(?<!\\)(?:\\\\)*\\|<br[ \t]*/?>)[ \t]*\Z", re.IGNORECASE)
# What ends a paragraph without a blank line, in CommonMark and in MyST.
_INTERRUPTION = re.compile(
    r" {0,3}(?:#{1,6}(?:[ \t]|\Z)|>|`{3,}|~{3,}|:{3,}|-+[ \t]*\Z|\+[ \t]*\+[ \t]*\+|\(.+\)=[ \t]*\Z"
    r"|</?[a-zA-Z][a-zA-Z0-9-]*(?:[ \t/>]|\Z)|<[!?])"
)
_TARGET = re.compile(r" {0,3}\(.+\)=[ \t]*\Z")
_BLANK_LINES = re.compile(r"(?:[ \t]*\n)*")
_NEXT_LINE = re.compile(r"\s*\n[ \t]*")


def read_block(source: Source, outline: Outline, schema: Schema) -> Part:
    """Read the field block; a part without a span when the page has none.

    A run of bold labels is a header only when the schema knows at least one of them. Once it is, the labels that the
    schema does not know are fields too: misspelled ones, most likely.
    """
    rst = source.suffix == ".rst"
    text = with_rst_newlines(source.text) if rst else with_plain_newlines(source.text)
    starts = [outline.body_start]
    # A `---` right below the last field makes a heading of it: the title is the first heading that is no field.
    title = next((heading for heading in outline.headings if not starts_with_label(text, heading.span.start)), None)
    if title is not None:
        starts.append(min(title.end + 1, len(text)))
    for start in starts:
        run = _Run(source, text, outline, schema, rst=rst)
        run.read(start)
        if any(fold(field.label) in schema.field_names for field in run.fields):
            return Part(tuple(run.fields), source.span(run.start, run.end), tuple(run.problems))
    return Part()


class _List:
    """The list that a value goes on in."""

    def __init__(self, line: str, item: re.Match[str]) -> None:
        self.indent = len(line) - len(line.lstrip())
        self.kind = item["marker"][-1]

    def holds(self, line: str, item: re.Match[str]) -> bool:
        """Whether *line*, an item behind a blank line, belongs to the same list: else the page's text begins."""
        indent = len(line) - len(line.lstrip())
        return indent > self.indent + 1 or (indent >= self.indent - 1 and item["marker"][-1] == self.kind)


class _Run:
    """One run of fields, read line by line."""

    def __init__(self, source: Source, text: str, outline: Outline, schema: Schema, *, rst: bool) -> None:
        self.source = source
        self.text = text
        self.names = schema.field_names
        self.fields: list[RawField] = []
        self.problems: list[HeaderProblem] = []
        self.start = self.end = 0
        self.comments = CommentMask(text)
        # The field being read: its label, the pieces of its value, and what its last line was.
        self.label: Label | None = None
        self.pieces: list[tuple[int, int]] = []
        self.paragraph = False
        self.list: _List | None = None
        self.items: list[tuple[int, int]] = []  # where the line of each item starts, and its text
        # Directives end the block, but the directive spelling may stand above it; reST comments are skipped.
        self.rst = rst
        self.rst_comments = {span.start: span.end for span in outline.comments} if self.rst else {}
        self.directives = {block.start: block for block in outline.directives}

    def read(self, position: int) -> None:
        """Read from *position* to the end of the run."""
        text = self.text
        while position < len(text):
            start = position
            end = _line_end(text, start)
            directive = self.directives.get(start)
            if directive is not None and (self.label or directive.name != HEADER_DIRECTIVE):
                break
            skipped = directive.end if directive else self.rst_comments.get(start)
            if skipped:
                position = _line_end(text, skipped) + 1
                self.paragraph = False
                continue
            position = end + 1
            inside = self.comments.open_until > start
            line = self._visible(start, end)
            if inside and self.paragraph:
                self.end = end  # a comment that began behind a value goes on
            if not line.strip():
                # A comment begun behind a value does not end its paragraph; a blank line or a comment of its own does.
                self.paragraph = self.paragraph and inside
                if not inside:
                    blank = _BLANK_LINES.match(text, start)
                    position = max(position, blank.end() if blank else 0)
            elif line.startswith("%") and not self.rst:
                self.paragraph = False
            elif self.label is None and (_TARGET.match(line) or _RULE.match(line)):
                pass  # between title and block
            elif self._take(line, start, end):
                self.end = max(self.end, start + len(text[start:end].rstrip()))
            else:
                break
        self._finish()
        for offset in self.comments.unclosed:
            span = self.source.span(offset, offset + 4)
            self.problems.append(HeaderProblem(span, "the comment is never closed", "end it with `-->`"))

    def _visible(self, start: int, end: int) -> str:
        """The line between two offsets without its comments; reST has none within a line."""
        if self.rst:
            return self.text[start:end]
        self.comments.scan(start, end)
        return self.comments.mask(start, end)

    def _take(self, line: str, start: int, end: int) -> bool:
        """Take the line between two offsets into the run; false when it does not belong to it."""
        label = self._label(line, start, end)
        if label is not None:
            self._finish()
            if not self.fields:
                self.start = start
            self.label = label
            self.paragraph = True
            self._add(label.value_start, label.value_end)
            return True
        if self.label is None:
            return False
        item = None if _RULE.match(line) else _ITEM.match(line)
        if item is not None:
            if self.paragraph or not self.pieces:
                self.list = self.list or _List(line, item)
            elif not (self.list.holds(line, item) if self.list else line.startswith("  ")):
                return False
            self.list = self.list or _List(line, item)
            self.items.append((start, start + item.end()))
        elif self.paragraph:
            if _UNDERLINE.match(line) and not self.rst:
                # It would be left behind as text; a `---` is left to be a thematic break.
                self.end = end
                return False
            if _RULE.match(line) or _INTERRUPTION.match(line):
                return False
        elif not (self.list and line.startswith("  ")):
            return False
        self.paragraph = True
        self._add(start, end)
        return True

    def _label(self, line: str, start: int, end: int) -> Label | None:
        """The label that the line between two offsets starts with, if it starts a field."""
        if not self.paragraph and line.startswith(" " if self.rst else ("    ", "\t")):
            return None  # code, or a quotation in reST
        label = read_label(line, start, self.names)
        if label is not None and label.colon_missing and not self.paragraph:
            # A page's text may well begin with a bold word: it is a field when another one follows.
            behind = _NEXT_LINE.match(self.text, end)
            first = behind.end() if behind else len(self.text)
            following = read_label(self.text[first : _line_end(self.text, first)], first, self.names)
            return label if following else None
        return label

    def _add(self, start: int, end: int) -> None:
        """Add what stands between offsets *start* and *end* to the value, without space, break or comment around it."""
        kept = self.comments.mask(start, end)
        behind = _BREAK.search(kept)
        if behind:
            kept = kept[: behind.start()]
        text = kept.strip()
        if text:
            first = start + len(kept) - len(kept.lstrip())
            self.pieces.append((first, first + len(text)))

    def _finish(self) -> None:
        """Turn the label and the pieces of its value into a field."""
        label = self.label
        if label is None:
            return
        self._drop_lone_marker()
        source = self.source
        if self.pieces:
            span = source.span(self.pieces[0][0], self.pieces[-1][1])
        else:
            span = source.span(label.value_start, label.value_start)
        label_span = source.span(label.start, label.end)
        self.fields.append(
            RawField(
                label=label.text,
                value="\n".join(self.comments.without(start, end) for start, end in self.pieces),
                span=span,
                label_span=label_span,
                spelling=Spelling.BLOCK,
                qualifier=label.qualifier,
            )
        )
        if label.colon_missing:
            message = f"the label `{label.text}` has no colon"
            self.problems.append(HeaderProblem(label_span, message, f"write `**{label.text}**:` before the value"))
        self.label = self.list = None
        self.pieces = []
        self.items = []

    def _drop_lone_marker(self) -> None:
        """A list of one item is its item: `- 2026-12-01` is a date, and `-` alone is nothing."""
        if len(self.items) != 1 or not self.pieces:
            return
        line, text = self.items[0]
        start, end = self.pieces[0]
        if start < line:
            return
        if end <= text:
            self.pieces.pop(0)
        elif start < text:
            self.pieces[0] = (text, end)


def _line_end(text: str, position: int) -> int:
    """The offset of the newline at or behind *position*, or of the end of the text."""
    end = text.find("\n", position)
    return len(text) if end < 0 else end

"""The field block: ``**Status**: Draft`` paragraphs at the start of a page, as people have always written them.

The block is a run of fields, the lines that continue them, comments and blank lines. It starts with the first thing
below the title (or of the page, when it is above any title) and ends with the first thing that is none of these.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence

import msgspec

from sphinxext_dep.headers.base import (
    Comments,
    FieldLines,
    Item,
    LabelProblem,
    Spelling,
    Written,
    addressed,
    blank_lines_beside,
    marked_comment,
    own_label,
    starts_list,
)
from sphinxext_dep.markup import plain_newlines
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.proposal import HeaderProblem, Page, Part, RawField
from sphinxext_dep.model.schema import Field, Schema, fold
from sphinxext_dep.model.source import Edit, Outline, Source, Span, newline_of, next_newline

_MAX_LABEL = 80
"""Characters. Longer bold text is a sentence, not a label."""

# The colon is an ASCII one or, behind an input method, a full-width one. The spaces are counted so that a line of
# nothing else takes linear time.
_LABEL = re.compile(
    r"(?P<bold>\*\*\*?|___?)"
    rf"(?P<label>[^\s*:\uff1a][^*\n]{{0,{_MAX_LABEL}}}?)(?P<inner>[ \t]{{0,8}}[:\uff1a])?[ \t]{{0,8}}(?P=bold)"
)
_COLON_INSIDE = re.compile(r"[ \t]{0,8}[:\uff1a][ \t]{0,8}(?P<bold>\*\*\*?|___?)")
_END_OF_BOLD = re.compile(r"[ \t]*(?:\*\*\*?|___?)")
_COLON = re.compile(r"[ \t]*(?:\((?P<qualifier>[^()\n]*)\)[ \t]*)?[:\uff1a]")
_ALL_BOLD = re.compile(r"(?P<label>[^:\uff1a]*[^:\uff1a\s])[ \t]*[:\uff1a][ \t]*(?P<value>\S.*)\Z")
_QUALIFIED = re.compile(r"(?P<label>.*\S)[ \t]*\((?P<qualifier>[^()]*)\)\Z")
_MARKUP = re.compile(r"`+|\[(?P<text>[^\[\]]*)\]\([^()]*\)|\\(?=[^\w\s])")


class Label(msgspec.Struct, frozen=True):
    """The label of a field, and where its value begins and ends on the same line; all places are offsets in the page.

    :param text: the label without markup, colon and qualifier.
    :param qualifier: as in :class:`~sphinxext_dep.model.proposal.RawField`.
    :param colon_missing: whether it is bold and known, but no colon follows.
    """

    text: str
    start: int
    end: int
    value_start: int
    value_end: int
    qualifier: str = ""
    colon_missing: bool = False


def starts_with_label(text: str, offset: int) -> bool:
    """True if there is bold text with a colon at *offset*, known or not."""
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


class Block(Spelling):
    """The field block."""

    name = "block"
    form = "`**Status**: Draft` paragraphs, at the start of the page or below its title"
    noun = "field block"
    above_title = False
    title_may_follow = False
    keeps_lines = True

    def read(self, source: Source, outline: Outline, schema: Schema) -> Part:
        """Read the field block; a part without a span when the page has none.

        A run of bold labels is a header only when the schema knows at least one of them. Once it is, the labels that
        the schema does not know are fields too: misspelled ones, most likely.
        """
        text = plain_newlines(source)
        starts = [outline.body_start]
        # A `---` right below the last field makes a heading of it: the title is the first heading that is no field.
        title = next((heading for heading in outline.headings if not starts_with_label(text, heading.span.start)), None)
        if title is not None:
            starts.append(min(title.end + 1, len(text)))
        for start in starts:
            run = _Run(source, text, outline, schema)
            run.read(start)
            if any(fold(field.label) in schema.field_names for field in run.fields):
                return Part(tuple(run.fields), source.span(run.start, run.end), tuple(run.problems))
        return Part()

    def line(self, name: str, value: str, markup: Markup) -> str:
        return f"**{name}**: {value}"

    def write(self, items: Iterable[Item], markup: Markup, comments: Sequence[str] = ()) -> Written:
        paragraphs: list[str] = []
        for item in items:
            qualifier = f" ({item.qualifier})" if item.qualifier else ""
            value = f"\n{item.value}" if starts_list(item.value) else item.value
            first, *more = value.split("\n")
            text = "\n".join([f"**{item.label}**{qualifier}: {first}".rstrip(), *more])
            if markup is Markup.RST:
                paragraphs += (text, *(marked_comment(addressed(item, comment), markup) for comment in item.comments))
            else:
                paragraphs.append(" ".join([text, *(marked_comment(comment, markup) for comment in item.comments)]))
        return Written("\n\n".join([*paragraphs, *(marked_comment(comment, markup) for comment in comments)]))

    def line_like(self, page: Page, neighbour: FieldLines, name: str, value: str) -> str:
        lead = page.source.text[neighbour.start : neighbour.raw.label_span.start]
        return lead[: len(lead) - len(lead.lstrip())] + self.line(name, value, page.source.markup)

    def insert_line(
        self, page: Page, lines: list[FieldLines], neighbour: FieldLines, line: str, *, behind: bool
    ) -> Edit:
        """Add *line*, separated from its neighbours as they are from one another: by blank lines or line breaks."""
        newline = newline_of(page.source, neighbour.start)
        place = lines.index(neighbour)
        break_mark = ""
        if blank_lines_beside(page, lines, place):
            newline *= 2
        else:
            break_mark = next((other.tail for other in lines if other.tail.strip() or len(other.tail) > 1), "")
        if not behind:
            return Edit(neighbour.start, neighbour.start, f"{line}{break_mark}{newline}")
        is_last = place == len(lines) - 1
        if is_last and break_mark and not neighbour.tail:
            return Edit(neighbour.line_end, neighbour.line_end, f"{break_mark}{newline}{line}")
        return Edit(neighbour.line_end, neighbour.line_end, f"{newline}{line}{'' if is_last else break_mark}")

    def label_problem(self, source: Source, raw: RawField, field: Field) -> LabelProblem | None:
        start, end = raw.label_span.start, raw.label_span.end
        label = own_label(raw.label, field)
        edits: list[Edit] = []
        message, help = f"the colon of `{raw.label}` is inside the bold", f"write `**{raw.label}**:`"
        if inside := _COLON_INSIDE.match(source.text, end):
            edits.append(Edit(inside.start(), inside.end(), f"{inside['bold']}:"))
        if source.text[start:end] == raw.label != label:
            edits.append(Edit(start, end, label))
            message, help = f"`{raw.label}` is not how the label is written", f"write `{label}`"
        return LabelProblem(message, help, tuple(edits)) if edits else None

    def missing_colon(self, source: Source, label: Span) -> Edit | None:
        behind = _END_OF_BOLD.match(source.text, label.end)
        return Edit(behind.end(), behind.end(), ":") if behind else None


SPELLING = Block()


class _List:
    """The list that a value goes on in."""

    def __init__(self, line: str, item: re.Match[str]) -> None:
        self.indent = len(line) - len(line.lstrip())
        self.kind = item["marker"][-1]

    def holds(self, line: str, item: re.Match[str]) -> bool:
        """True if *line*, an item behind a blank line, belongs to the same list: else the page's text begins."""
        indent = len(line) - len(line.lstrip())
        return indent > self.indent + 1 or (indent >= self.indent - 1 and item["marker"][-1] == self.kind)


class _Run:
    """One run of fields, read line by line."""

    def __init__(self, source: Source, text: str, outline: Outline, schema: Schema) -> None:
        self.source = source
        self.text = text
        self.names = schema.field_names
        self.fields: list[RawField] = []
        self.problems: list[HeaderProblem] = []
        self.start = self.end = 0
        self.comments = Comments(source, text, rst=source.is_rst)
        # The field being read: its label, the pieces of its value, and what its last line was.
        self.label: Label | None = None
        self.pieces: list[tuple[int, int]] = []
        self.paragraph = False
        self.list: _List | None = None
        self.items: list[tuple[int, int]] = []  # where the line of each item starts, and its text
        # Directives end the block, but there can be some above it; reST comments are skipped.
        self.rst = source.is_rst
        self.rst_comments = {span.start: span.end for span in outline.comments} if self.rst else {}
        self.directives = {block.start: block for block in outline.directives}

    def read(self, position: int) -> None:
        """Read from *position* to the end of the run."""
        text = self.text
        while position < len(text):
            start = position
            end = next_newline(text, start)
            directive = self.directives.get(start)
            if directive is not None and self.label:
                break
            skipped = directive.end if directive else self.rst_comments.get(start)
            if skipped:
                position = next_newline(text, skipped) + 1
                self.paragraph = False
                continue
            position = end + 1
            inside = self.comments.open_until > start
            line = self.comments.line(start, end)
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
        self.problems += self.comments.problems(0, len(text))

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
            following = read_label(self.text[first : next_newline(self.text, first)], first, self.names)
            return label if following else None
        return label

    def _add(self, start: int, end: int) -> None:
        """Add the text between offsets *start* and *end* to the value, without space, break or comment around it."""
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
                spelling=Block.name,
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

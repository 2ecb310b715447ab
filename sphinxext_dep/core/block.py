"""The field block: ``**Status**: Draft`` paragraphs at the start of a page, as people have always written them.

The block is a run of fields, the lines that continue them, comments and blank lines. It starts with the first thing
below the title (or of the page, when it stands above any title) and ends with the first thing that is none of these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from sphinxext_dep.core.comments import CommentMask
from sphinxext_dep.core.field import HeaderProblem, Part, RawField, Spelling
from sphinxext_dep.core.outline import Outline
from sphinxext_dep.core.outline_md import with_plain_newlines
from sphinxext_dep.core.outline_rst import with_rst_newlines
from sphinxext_dep.core.schema import Schema, fold
from sphinxext_dep.core.text import Source

HEADER_DIRECTIVE = "dep-header"
"""The directive that holds a header."""

_MAX_LABEL = 80
"""Characters. Longer bold text is a sentence, not a label."""

_LABEL = re.compile(
    r"(?P<bold>\*\*\*?|___?)"
    rf"(?P<label>[^\s*:\uff1a][^*\n]{{0,{_MAX_LABEL}}}?)(?P<inner>[ \t]*[:\uff1a])?[ \t]*(?P=bold)"
)
_COLON = re.compile(r"[ \t]*(?:\((?P<qualifier>[^()\n]*)\)[ \t]*)?[:\uff1a]")
_ALL_BOLD = re.compile(r"(?P<label>[^:\uff1a]*[^:\uff1a\s])[ \t]*[:\uff1a][ \t]*(?P<value>\S.*)\Z")
_IN_BOLD = re.compile(r"(?P<label>.*\S)[ \t]*\((?P<qualifier>[^()]*)\)\Z")
_ITEM = re.compile(r"[ \t]*(?:[-*+\u2022]|\d{1,9}[.)])(?:[ \t]|\Z)")
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})\Z")
_UNDERLINE = re.compile(r" {0,3}=+[ \t]*\Z")
_BREAK = re.compile(r"(?:(?<!\\)(?:\\\\)*\\|<br[ \t]*/?>)[ \t]*\Z", re.IGNORECASE)
# What ends a paragraph without a blank line, in CommonMark and in MyST.
_INTERRUPTION = re.compile(
    r" {0,3}(?:#{1,6}(?:[ \t]|\Z)|>|`{3,}|~{3,}|:{3,}|-+[ \t]*\Z|\+[ \t]*\+[ \t]*\+|\(.+\)=[ \t]*\Z"
    r"|</?[a-zA-Z][a-zA-Z0-9-]*(?:[ \t/>]|\Z)|<[!?])"
)
_MARKUP = re.compile(r"`+|\[(?P<text>[^\[\]]*)\]\([^()]*\)|\\(?=[^\w\s])")


def read_block(source: Source, outline: Outline, schema: Schema) -> Part:
    """Read the field block; a part without a span when the page has none.

    A run of bold labels is a header only when the schema knows at least one of them. Once it is, the labels that the
    schema does not know are fields too: misspelled ones, most likely.
    """
    rst = source.suffix == ".rst"
    text = with_rst_newlines(source.text) if rst else with_plain_newlines(source.text)
    starts = [outline.body_start]
    # A `---` right below the last field makes a heading of it: the title is the first heading that is no field.
    title = next((heading for heading in outline.headings if not _is_field(text, heading.span.start)), None)
    if title is not None:
        starts.append(min(title.end + 1, len(text)))
    for start in starts:
        run = _Run(source, text, outline, schema)
        run.read(start)
        if any(fold(field.label) in schema.field_names for field in run.fields):
            return Part(tuple(run.fields), source.span(run.start, run.end), tuple(run.problems))
    return Part()


class _Label(msgspec.Struct, frozen=True):
    """The label of a field, and where its value begins and ends on the same line; all places are offsets."""

    text: str
    start: int
    end: int
    value_start: int
    value_end: int
    qualifier: str = ""
    colon_missing: bool = False


def _is_field(text: str, offset: int) -> bool:
    match = _LABEL.match(text, offset)
    return match is not None and (match["inner"] is not None or _COLON.match(text, match.end()) is not None)


def _read_label(line: str, offset: int, names: Mapping[str, object]) -> _Label | None:
    """The label that *line* starts with; *offset* is where the line starts in the page."""
    indent = len(line) - len(line.lstrip())
    match = _LABEL.match(line, indent)
    if match is None:
        return None
    end = offset + len(line)
    text, (first, last) = match["label"].rstrip(), match.span("label")
    last = first + len(text)
    value = match.end()
    qualifier = ""
    missing = False
    if match["inner"] is None:
        colon = _COLON.match(line, value)
        if colon is not None:
            value = colon.end()
            qualifier = (colon["qualifier"] or "").strip()
        elif (whole := _ALL_BOLD.match(text)) and fold(whole["label"]) in names and not line[value:].strip():
            # `**Status: Draft**`
            text, last, value = whole["label"], first + whole.end("label"), first + whole.start("value")
            end = offset + first + whole.end("value")
        elif fold(_plain(text)) in names:
            missing = True
        else:
            return None
    inside = _IN_BOLD.match(text) if not qualifier and fold(_plain(text)) not in names else None
    if inside is not None and fold(_plain(inside["label"])) in names:
        # `**Replaces (partially)**:`
        text, last, qualifier = inside["label"], first + inside.end("label"), inside["qualifier"].strip()
    return _Label(
        text=_plain(text),
        start=offset + first,
        end=offset + last,
        value_start=offset + value,
        value_end=end,
        qualifier=qualifier,
        colon_missing=missing,
    )


def _plain(label: str) -> str:
    """*label* without code marks, links and escapes."""
    return _MARKUP.sub(lambda match: match["text"] or "", label).strip()


class _Run:
    """One run of fields, read line by line."""

    def __init__(self, source: Source, text: str, outline: Outline, schema: Schema) -> None:
        self.source = source
        self.text = text
        self.names = schema.field_names
        self.fields: list[RawField] = []
        self.problems: list[HeaderProblem] = []
        self.start = self.end = 0
        self.comments = CommentMask(text)
        self.label: _Label | None = None
        self.pieces: list[tuple[int, int]] = []
        # What may be skipped: reST comments anywhere, the directive spelling only above the block.
        self.rst = source.suffix == ".rst"
        self.rst_comments = {span.start: span.end for span in outline.comments} if self.rst else {}
        self.directives = {block.start: block.end for block in outline.directives if block.name == HEADER_DIRECTIVE}

    def read(self, position: int) -> None:
        """Read from *position* to the end of the run."""
        paragraph = False  # whether the line above is a field or continues one
        in_list = False  # whether the value has gone on in a list
        text = self.text
        while position < len(text):
            start = position
            newline = text.find("\n", start)
            end = len(text) if newline < 0 else newline
            skipped = self.rst_comments.get(start) or (0 if self.fields or self.label else self.directives.get(start))
            if skipped:
                behind = text.find("\n", skipped)
                position = len(text) if behind < 0 else behind + 1
                paragraph = False
                continue
            position = end + 1
            inside = self.comments.open_until > start
            line = self._visible(start, end)
            if inside and paragraph:
                self.end = end  # a comment that began behind a value goes on
            if not line.strip():
                # A comment begun behind a value does not end its paragraph; a blank line or a comment of its own does.
                paragraph = paragraph and inside
                continue
            label = _read_label(line, start, self.names)
            if label is not None:
                self._finish()
                self._begin(label, start)
                paragraph, in_list = True, False
            elif line.startswith("%") and not self.rst:
                paragraph = False
                continue
            elif self.label is None:
                if line.startswith("(") and line.rstrip().endswith(")="):
                    continue
                break
            elif _ITEM.match(line) and not _RULE.match(line):
                if not (paragraph or in_list or not self.pieces or line.startswith("  ")):
                    break
                self._continue(start, line)
                paragraph = in_list = True
            elif paragraph and _UNDERLINE.match(line) and not self.rst:
                self.end = end
                break
            elif (paragraph and not _RULE.match(line) and not _INTERRUPTION.match(line)) or (
                in_list and line.startswith("  ")
            ):
                self._continue(start, line)
                paragraph = True
            else:
                break
            self.end = start + len(text[start:end].rstrip())
        self._finish()
        for offset in self.comments.unclosed:
            span = self.source.span(offset, offset + 4)
            self.problems.append(HeaderProblem(span, "the comment is never closed", "end it with `-->`"))

    def _begin(self, label: _Label, start: int) -> None:
        if not self.fields:
            self.start = start
        self.label = label
        self.pieces = []
        self._add_piece(label.value_start, label.value_end)

    def _continue(self, start: int, line: str) -> None:
        self._add_piece(start, start + len(line))

    def _add_piece(self, start: int, end: int) -> None:
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
        source = self.source
        if self.pieces:
            span = source.span(self.pieces[0][0], self.pieces[-1][1])
        else:
            span = source.span(label.value_start, label.value_start)
        self.fields.append(
            RawField(
                label=label.text,
                value="\n".join(self.comments.without(start, end) for start, end in self.pieces),
                span=span,
                label_span=source.span(label.start, label.end),
                spelling=Spelling.BLOCK,
                qualifier=label.qualifier,
            )
        )
        if label.colon_missing:
            self.problems.append(
                HeaderProblem(
                    source.span(label.start, label.end),
                    f"the label `{label.text}` has no colon",
                    f"write `**{label.text}**:` before the value",
                )
            )
        self.label = None

    def _visible(self, start: int, end: int) -> str:
        """The line between two offsets without its comments; reST has none within a line."""
        if self.rst:
            return self.text[start:end]
        self.comments.scan(start, end)
        return self.comments.mask(start, end)

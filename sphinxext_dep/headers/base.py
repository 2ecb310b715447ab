"""The base class of the spellings: everything that the rest of the package asks of one.

Most methods here are right for the spellings that name a field by its label. :class:`KeyedSpelling` is the base of
those that write its key, as YAML does.
"""

from __future__ import annotations

import enum
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from sphinxext_dep.markup import plain_newlines
from sphinxext_dep.markup.markdown import CommentMask
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.proposal import HeaderProblem, Page, Part, RawField, RawHeader
from sphinxext_dep.model.schema import Field, Schema, fold
from sphinxext_dep.model.source import Edit, Outline, RefusedError, Source, Span, line_end, line_start, newline_of

# The mark of a line break separates two lines of a paragraph: it belongs to neither.
_TAIL = re.compile(r"[ \t]*(?:\\|<br[ \t]*/?>)?[ \t]*\Z", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:\*\*|__)?[ \t]*:(?:\*\*|__)?[ \t]*\Z")
"""The text between a label and its value."""
_MARKER = re.compile(r"[ \t]*(?:[-*+\u2022]|\d{1,9}[.)])[ \t]+")
_PLAIN = re.compile(r"[\w ().-]+")
"""Text that can be added to any value without quotes."""
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_RST_COMMENT = re.compile(r"\.\.[ \t]+(.*)", re.DOTALL)
_ADDRESSED = re.compile(r"(?P<key>[\w-]+): (?P<text>.*)", re.DOTALL)
_SUPPRESSION = re.compile(r"dep:\s*ignore\b", re.IGNORECASE)
_NOT_KEY = re.compile(r"[\W_]+")

# What YAML would read as something other than plain text: see "plain scalars" in https://yaml.org/spec/1.2.2/#733-plain-style
_NOT_PLAIN = re.compile(r"""^[-?:](?:\s|$)|^[\[\]{},#&*!|>'"%@`]|:(?:\s|$)|\s#|^$|^\s|\s$|[^\S ]""")
_NULL = frozenset(("~", "null", "Null", "NULL"))
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_ESCAPED = re.compile(r'[\\"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]')

_FILE_WIDE = re.compile(
    r"no ?comments|no ?search|orphan|tocdepth|(?:bitbucket|github|gitlab) url|hide toc|sd hide title"
    r"|html theme\..+|og(?:p? |:).+"
)
"""Fields (folded) that Sphinx, themes and sphinxext-opengraph read from a page in any spelling.

https://www.sphinx-doc.org/en/master/usage/restructuredtext/field-lists.html#special-metadata-fields
"""


def is_file_wide(label: str) -> bool:
    """True if the field *label* is metadata that Sphinx, a theme or sphinxext-opengraph reads from any page."""
    return _FILE_WIDE.fullmatch(fold(label)) is not None


class FieldLines(NamedTuple):
    """One field and its lines; all positions are offsets in the page.

    :param field: its definition; ``None`` when the schema does not know it.
    :param start: the start of its first line.
    :param end: the end of the last thing in its last line: the value, a quote, a comment behind the value.
    :param tail: the rest of that line: space, and the mark of a line break.
    :param comments: the ranges of the comments behind its value, or between the lines of it.
    """

    raw: RawField
    field: Field | None
    start: int
    end: int
    tail: str
    comments: tuple[tuple[int, int], ...] = ()

    @property
    def line_end(self) -> int:
        """The end of its last line, before the newline."""
        return self.end + len(self.tail)


class Item(msgspec.Struct, frozen=True):
    """One field of a header, independent of the spelling.

    :param field: its definition, or ``None`` when the schema does not know it.
    :param label: its name in the spellings that write labels.
    :param key: its name in the spellings that write keys.
    :param value: as read; lines are separated by newlines.
    :param comments: the comments beside it, without the marks of a comment.
    """

    field: Field | None
    label: str
    key: str
    value: str
    qualifier: str = ""
    comments: tuple[str, ...] = ()

    @property
    def flat_value(self) -> str:
        """The value on one line; the items of a list are separated by commas, by semicolons where they hold commas."""
        many = self.field is not None and self.field.many
        written = self.value.split("\n")
        if len(written) == 1 and not (many and "," in self.value):
            return self.value
        lines = [_MARKER.sub("", line, count=1).strip() for line in written]
        if not many:
            return " ".join(lines)
        lines = [line.rstrip(",;") for line in lines]
        if all(map(_MARKER.match, written)) and any("," in line for line in lines):
            # A comma within an item is no separator for certain: `Ada (@ada), Example, Inc.`
            return f"{lines[0]};" if len(lines) == 1 else "; ".join(lines)
        return ", ".join(lines) if len(lines) > 1 else self.value


class Content(msgspec.Struct, frozen=True):
    """The content of a header, and the ranges of the page that it takes.

    :param comments: those that belong to no field, without their marks.
    :param ranges: offsets of everything that a header in another spelling replaces.
    """

    items: tuple[Item, ...]
    comments: tuple[str, ...]
    ranges: tuple[tuple[int, int], ...]


class Written(NamedTuple):
    """A header as text: lines are separated by line feeds, and none is at the end.

    :param comments: comments that the header itself cannot hold: they follow it in the page. Each names the field that
        it belongs to.
    """

    header: str
    comments: str = ""

    @property
    def together(self) -> str:
        """The header with the comments below it."""
        return "\n\n".join(filter(None, self))


class Occurrence(enum.Enum):
    """The places of lines that are written as those of a spelling are."""

    HEADERS = enum.auto()
    """Hardly anywhere but in headers of proposals."""
    PAGES = enum.auto()
    """At the start of other pages as well: the metadata of a blog or of a theme."""
    TEXT = enum.auto()
    """In the text of most pages: headings."""


class LabelProblem(NamedTuple):
    """A label that is read but not written as the template writes it.

    :param edits: how to fix it.
    """

    message: str
    help: str
    edits: tuple[Edit, ...]


class Comments(CommentMask):
    """The comments of a page, for the reader of a header; reStructuredText has none within a line.

    :param text: of the page, with line feeds.
    """

    def __init__(self, source: Source, text: str, *, rst: bool) -> None:
        super().__init__(text)
        self._source = source
        self._rst = rst

    def scan(self, start: int, end: int) -> None:
        """See :meth:`CommentMask.scan`."""
        if not self._rst:
            super().scan(start, end)

    def line(self, start: int, end: int) -> str:
        """The line between two offsets, with spaces for comments; lines come in order."""
        self.scan(start, end)
        return self.mask(start, end)

    def problems(self, start: int, end: int) -> list[HeaderProblem]:
        """The comments that begin between two offsets and never end: what is behind them is not read."""
        places = (self._source.span(at, at + 4) for at in self.unclosed if start <= at < end)
        return [HeaderProblem(place, "the comment is never closed", "end it with `-->`") for place in places]


class Spelling(ABC):
    """One way to write a header."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The name in messages, and the key of the table of spellings."""

    @property
    @abstractmethod
    def form(self) -> str:
        """A short description for the documentation, in Markdown: an example, and where it is read."""

    @property
    @abstractmethod
    def above_title(self) -> bool:
        """True if commands write it above the title."""

    @property
    @abstractmethod
    def title_may_follow(self) -> bool:
        """True if the first heading can be the title even when the header comes before it."""

    has_labels: bool = True
    """True if it names a field by its label, ``Review Date``; the others write the key, ``review-date``."""

    repeats_fields: bool = False
    """True if a field that takes several values can be written several times."""

    is_editable: bool = True
    """True if commands can change the fields of a header."""

    is_writable: bool = True
    """True if commands can write a whole header: ``new`` and ``convert``."""

    keeps_lines: bool = False
    """True if a value can be on several lines, and a label can have a qualifier."""

    occurrence: Occurrence = Occurrence.HEADERS
    """The place of such lines: how many known labels it takes until a page looks like a proposal."""

    names_no_field: bool = False
    """True if a value stands alone: the process says which field it is."""

    in_other_file: bool = False
    """True if it is in another file than the page."""

    holds_other_lines: bool = False
    """True if other lines than fields can be between the fields, such as the keys of other tools in front matter."""

    @property
    def begins_pages(self) -> bool:
        """True if ``new`` can write the header of a new page."""
        return self.is_writable

    def is_metadata(self, label: str) -> bool:
        """True if a field *label* that the process does not have is metadata for Sphinx, docutils or a theme."""
        return is_file_wide(label)

    @property
    def noun(self) -> str:
        """The name within a sentence, behind an article."""
        return self.name

    def advice(self, schema: Schema) -> str:
        """How a page without a header gets one, for messages: a clause that goes on with “such as”."""
        return "add one below the title"

    # Reading

    @abstractmethod
    def read(self, source: Source, outline: Outline, schema: Schema) -> Part:
        """Read the header of a page; a part without a span if the page has none. Never raises."""

    def read_all(self, source: Source, outline: Outline, schema: Schema) -> Part:
        """As :meth:`read`, with the fields that the schema does not know in any case.

        For whoever wants to learn which fields there are; :meth:`read` may take them for those of another tool.
        """
        return self.read(source, outline, schema)

    def read_unasked(self, source: Source, outline: Outline, schema: Schema) -> Part:
        """Read the header of a page in a project that lists no spellings, if nothing else can be meant."""
        return Part()

    def blanked_lines(self, source: Source, outline: Outline, header: RawHeader) -> tuple[int, int] | None:
        """The first and the last line that the parsers of Sphinx must not see; ``None`` if they may see all."""
        span = header.spans.get(self.name)
        return (span.line, source.line_of(max(span.start, span.end - 1))) if span else None

    def label_of(self, raw: RawField, field: Field | None) -> str:
        """The label of *raw*, as spellings that write labels write it."""
        return raw.label

    def key_of(self, raw: RawField, field: Field | None) -> str:
        """The key of *raw*, as spellings that write keys write it."""
        return field.key if field else _NOT_KEY.sub("-", raw.label.lower()).strip("-")

    def field_lines(self, page: Page) -> list[FieldLines]:
        """The fields of the header with their lines, in page order.

        :raises RefusedError: when two of them share a line, as in ``{status: Draft, authors: x}``.
        """
        source = page.source
        comments = self._comment_ranges(page)
        found: list[FieldLines] = []
        position = 0
        for raw in page.header.fields:
            if raw.spelling != self.name:
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

    def _comment_ranges(self, page: Page) -> list[tuple[int, int]]:
        """The ranges of the comments in the header, as its reader sees them."""
        span = page.header.spans.get(self.name)
        if span is None or not self.has_labels or page.source.is_rst:
            return []
        mask = CommentMask(plain_newlines(page.source))
        for line in range(span.line, page.source.line_of(span.end) + 1):
            start = page.source.line_starts[line - 1]
            mask.scan(start, line_end(page.source, start))
        return mask.ranges

    def fields_end(self, page: Page) -> int:
        """The offset at which the fields of the page's header end."""
        return page.header.spans[self.name].end

    def ranges(self, page: Page) -> list[tuple[int, int]]:
        """The parts of the page that are its header, whole lines: what a new page would have as well."""
        span = page.header.spans[self.name]
        return [(line_start(page.source, span.start), span.end)]

    def content(self, page: Page) -> Content:
        """The content of the page's header.

        :raises RefusedError: when a part of it would be lost.
        """
        text, span, lines = page.source.text, page.header.spans[self.name], self.field_lines(page)
        own = [[bare_comment(text[start:end]) for start, end in line.comments] for line in lines]
        loose: list[str] = []
        ends = [*(line.start for line in lines[1:]), self.fields_end(page)]
        for line, comments, end in zip(lines, own, ends, strict=True):
            for comment in _comments_between(page, line.line_end, max(line.line_end, end)):
                addressed = _ADDRESSED.fullmatch(comment) if page.source.is_rst else None
                if addressed and line.field is not None and line.field.key == addressed["key"]:
                    comments.append(addressed["text"])
                else:
                    loose.append(comment)
        items = tuple(self.item(line, comments) for line, comments in zip(lines, own, strict=True))
        return Content(items, tuple(loose), ((span.start, span.end),))

    def item(self, line: FieldLines, comments: Iterable[str]) -> Item:
        """The field of *line*, independent of the spelling."""
        raw, field = line.raw, line.field
        label, key = self.label_of(raw, field), self.key_of(raw, field)
        return Item(field, label, key, raw.value, raw.qualifier, tuple(comments))

    # Writing

    @abstractmethod
    def line(self, name: str, value: str, markup: Markup) -> str:
        """The line that gives the field called *name* the value *value*.

        :param markup: of the page.
        """

    @abstractmethod
    def write(self, items: Iterable[Item], markup: Markup, comments: Sequence[str] = ()) -> Written:
        """Write a whole header.

        :param markup: of the page.
        :param comments: those that belong to no field, without their marks.
        :raises RefusedError: when it cannot be written, or a comment holds the text that would end it.
        """

    def written_name(self, label: str, key: str) -> str:
        """The name that a header has for a field with this label and key."""
        return label

    def name_of(self, field: Field) -> str:
        """The name that a header has for *field*."""
        return self.written_name(field.label, field.key)

    def names_of(self, field: Field) -> tuple[str, ...]:
        """All names that a header can have for *field*, other names included."""
        return tuple(self.written_name(name, field.key) for name in (field.label, *field.aliases))

    def field_line(self, field: Field, value: str, markup: Markup, label: str = "") -> str:
        """The line that gives *field* the value *value*.

        :param label: the name of the field in the page, when the page has it already.
        """
        return self.line(label or self.name_of(field), value, markup)

    def can_write(self, markup: Markup) -> bool:
        """True if commands can write it into a page in *markup*."""
        return self.is_writable

    def insert_above(self, page: Page, header: str) -> Edit:
        """Insert *header* above everything else in the page; for spellings that are above the title."""
        return Edit(page.outline.body_start, page.outline.body_start, f"{header}\n\n")

    def enclosed(self, header: str) -> str:
        """A header as it is in a page of its own: with the lines around it, if it needs any."""
        return header

    # Editing

    def replace(self, page: Page, raw: RawField, value: str) -> Edit:
        """Replace the value of *raw* by *value*, which is on one line.

        :raises RefusedError: when there is a comment inside the value.
        """
        start, end = raw.span.start, raw.span.end
        written = self.value_text(page, raw, value)
        if start == end and not page.source.text[start - 1].isspace():
            written = f" {written}"
        return Edit(start, end, written)

    def value_text(self, page: Page, raw: RawField, value: str) -> str:
        """*value* as it is written in place of the value of *raw*.

        :raises RefusedError: when there is a comment inside the value.
        """
        if "<!--" in page.source.text[raw.span.start : raw.span.end] and "<!--" not in raw.value:
            raise RefusedError(
                f"{page.source.path}:{raw.span.line}: there is a comment inside the value of `{raw.label}`",
                "move it behind the value, then try again",
            )
        return value

    def append(self, page: Page, raw: RawField, added: str) -> Edit:
        """Add one more item to the list that *raw* holds, in the form of those before it."""
        source, end = page.source, raw.span.end
        last_line = source.line_starts[source.line_of(end) - 1]
        item = _MARKER.match(source.text, last_line)
        if item and "\n" in raw.value:
            return self.append_line(page, raw, last_line, f"{item[0]}{added}")
        return Edit(end, end, f", {added}")

    def append_line(self, page: Page, raw: RawField, last_line: int, line: str) -> Edit:
        """Add *line* below the lines of *raw*, the last of which starts at offset *last_line*."""
        lines = next(lines for lines in self.field_lines(page) if lines.raw is raw)
        return Edit(lines.end, lines.end, f"{newline_of(page.source, last_line)}{line}")

    def insert(self, page: Page, field: Field, value: str) -> Edit:
        """Add a line for *field*, at its position among the fields of the template.

        :raises RefusedError: when the header has no field.
        """
        lines = self.field_lines(page)
        if not lines:
            return self.insert_first(page, field, value)
        order = {key: place for place, key in enumerate(page.schema.fields)}
        before = [line for line in lines if line.field is not None and order[line.field.key] < order[field.key]]
        previous = max(before, key=lambda line: order[line.field.key] if line.field else -1) if before else None
        neighbour = previous or lines[0]
        line = self.line_like(page, neighbour, self.name_of(field), value)
        return self.insert_line(page, lines, neighbour, line, behind=previous is not None)

    def insert_first(self, page: Page, field: Field, value: str) -> Edit:
        """Add *field* to a header without any.

        :raises RefusedError: when there can be no such header.
        """
        raise RefusedError(
            f"the header of {page.source.path} holds no field to add another to", "write the first by hand"
        )

    def line_like(self, page: Page, neighbour: FieldLines, name: str, value: str) -> str:
        """A line with the indent, the list marker and the space behind the colon of *neighbour*."""
        text = page.source.text
        lead = text[neighbour.start : neighbour.raw.label_span.start]
        between = text[neighbour.raw.label_span.end : neighbour.raw.span.start]
        return f"{lead}{name}{between if _BETWEEN.fullmatch(between) else ': '}{value}"

    def insert_line(
        self, page: Page, lines: list[FieldLines], neighbour: FieldLines, line: str, *, behind: bool
    ) -> Edit:
        """Add *line* behind or before *neighbour*."""
        newline = newline_of(page.source, neighbour.start)
        if behind:
            return Edit(neighbour.line_end, neighbour.line_end, f"{newline}{line}")
        return Edit(neighbour.start, neighbour.start, f"{line}{newline}")

    def label_problem(self, source: Source, raw: RawField, field: Field) -> LabelProblem | None:
        """A difference between the label of *raw* and the way in which the template writes it (DEP108)."""
        return None

    def missing_colon(self, source: Source, label: Span) -> Edit | None:
        """The colon that belongs behind *label*; ``None`` if the spelling has no labels that can lack one."""
        return None


class KeyedSpelling(Spelling):
    """A spelling that names a field by its key, and writes values as YAML does."""

    has_labels = False

    def label_of(self, raw: RawField, field: Field | None) -> str:
        return field.label if field else raw.label.replace("-", " ").title()

    def key_of(self, raw: RawField, field: Field | None) -> str:
        return raw.label

    def written_name(self, label: str, key: str) -> str:
        return key

    def names_of(self, field: Field) -> tuple[str, ...]:
        return (field.key,)

    def quoted(self, value: str, markup: Markup) -> str:
        """*value* with quotes, where it needs some in a page in *markup*."""
        return option_value(value)

    def value_text(self, page: Page, raw: RawField, value: str) -> str:
        text, (start, end) = page.source.text, (raw.span.start, raw.span.end)
        if start < end and (quote := text[start - 1]) in "\"'" and quote == text[end : end + 1]:
            return inside_quotes(value, quote)
        return self.quoted(value, page.source.markup)

    def append(self, page: Page, raw: RawField, added: str) -> Edit:
        if _PLAIN.fullmatch(added):
            return Edit(raw.span.end, raw.span.end, f", {added}")
        return self.replace(page, raw, f"{raw.value}, {added}")

    def line_like(self, page: Page, neighbour: FieldLines, name: str, value: str) -> str:
        lead = page.source.text[neighbour.start : neighbour.raw.label_span.start]
        return f"{lead.rstrip(chr(34) + chr(39))}{name}: {self.quoted(value, page.source.markup)}"


def comments_behind(page: Page, line: FieldLines) -> list[str]:
    """The YAML comment behind the value of *line*.

    :raises RefusedError: when there is other text.
    """
    span = line.raw.span
    rest = page.source.text[max(span.end, line.raw.label_span.end) : line.end].lstrip("\"':").strip()
    if rest and not rest.startswith("#"):
        raise RefusedError(f"line {span.line}: `{rest}` is behind the value of `{line.raw.label}`", "remove it")
    return [rest[1:].strip()] if rest else []


def addressed_to(comment: str) -> tuple[str, str] | None:
    """The key that the text of a comment begins with, as :func:`addressed` writes it, and the rest."""
    match = _ADDRESSED.fullmatch(comment)
    return (match["key"], match["text"]) if match else None


def addressed(item: Item, comment: str) -> str:
    """A comment that is apart from its field, with the field's key. Suppressions belong to the page."""
    return comment if is_suppression(comment) else f"{item.key}: {comment}"


def is_suppression(comment: str) -> bool:
    """True if the text of a comment suppresses diagnostics: it does so as a comment of the page only."""
    return _SUPPRESSION.match(comment) is not None


def bare_comment(comment: str) -> str:
    """The text of a comment without its marks."""
    match = _COMMENT.fullmatch(comment.strip()) or _RST_COMMENT.fullmatch(comment.strip())
    return (match[1] if match else comment.strip().lstrip("%")).strip()


def marked_comment(comment: str, markup: Markup) -> str:
    """*comment* as a comment of a page.

    :raises RefusedError: when it holds the text that would end it.
    """
    if markup is Markup.RST:
        return ".. " + comment.replace("\n", "\n   ")
    if "-->" in comment:
        raise RefusedError(f"the comment `{comment}` holds `-->`, which would end it", "change it")
    return f"<!-- {comment} -->"


def own_label(text: str, field: Field) -> str:
    """The name of *field* that *text* is, as the schema writes it."""
    return next((name for name in (field.label, *field.aliases) if fold(name) == fold(text)), text)


def starts_list(value: str) -> bool:
    """True if *value* is a list with one item a line."""
    return "\n" in value and _MARKER.match(value) is not None


def option_value(value: str, markup: Markup = Markup.MARKDOWN) -> str:
    """*value* as a directive's option or in front matter: quoted where YAML would read it as something else.

    :param markup: of the page; reStructuredText knows no quotes.
    """
    if markup is Markup.RST or not (_NOT_PLAIN.search(value) or value in _NULL):
        return value
    return f'"{inside_quotes(value, chr(34))}"'


def inside_quotes(value: str, quote: str) -> str:
    """*value* as it is written between two of *quote*, ``'`` or ``"``; the former can hold printable text only."""
    return value.replace("'", "''") if quote == "'" else _ESCAPED.sub(_escape, value)


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    return _ESCAPES.get(char) or (f"\\x{ord(char):02x}" if ord(char) < 0x100 else f"\\u{ord(char):04x}")


def _comments_between(page: Page, start: int, end: int) -> list[str]:
    """The comments between two fields.

    :raises RefusedError: when there is anything else.
    """
    found: list[str] = []
    position = start
    for comment in page.outline.comments:
        if start <= comment.start < end:
            _refuse_text(page, position, comment.start)
            found.append(bare_comment(page.source.text[comment.start : comment.end]))
            position = comment.end
    _refuse_text(page, position, end)
    return found


def _refuse_text(page: Page, start: int, end: int) -> None:
    between = page.source.text[start:end]
    if text := between.strip():
        line = page.source.line_of(start + len(between) - len(between.lstrip()))
        raise RefusedError(
            f"line {line}: `{text.splitlines()[0]}` is neither a field nor a comment", "move it below the header"
        )


def blank_lines_beside(page: Page, lines: list[FieldLines], place: int) -> bool:
    """True if blank lines separate the fields beside *place*; a single field counts as separated."""
    if len(lines) == 1:
        return True
    first = min(place, len(lines) - 2)
    between = page.source.text[lines[first].end : lines[first + 1].start]
    return len(between.splitlines()) > 1

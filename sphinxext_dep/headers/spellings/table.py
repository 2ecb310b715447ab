r"""A table of two columns as a header, as in Jupyter's older proposals, at the start of a page or below its title.

In Markdown it is a table of GitHub's (`Tables`_), in reStructuredText a grid or a simple table, in both the directive
``list-table``. The heading row is a
field if it names one, and only a heading otherwise; ``\|`` is a pipe within a cell, and ``<br>`` separates the items
of a list. A second table is a part of the text.

.. _Tables: https://github.github.com/gfm/#tables-extension-
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sphinxext_dep.fields import type_of
from sphinxext_dep.fields.placeholders import bare
from sphinxext_dep.headers.base import Comments, Content, FieldLines, Item, Spelling, Written
from sphinxext_dep.markup import plain_newlines
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.numbers import parse_number
from sphinxext_dep.model.proposal import HeaderProblem, Page, Part, RawField
from sphinxext_dep.model.schema import Schema, fold
from sphinxext_dep.model.source import (
    DirectiveBlock,
    Edit,
    Outline,
    RefusedError,
    Source,
    line_end,
    newline_of,
    next_newline,
)

_DELIMITER = re.compile(r" {0,3}\|?[ \t]*:?-+:?[ \t]*\|[ \t]*:?-+:?[ \t]*\|?[ \t]*\Z")
_PIPE = re.compile(r"(?<!\\)(?:\\\\)*\|")
_GRID = re.compile(r"\+-+\+-+\+[ \t]*\Z")
_GRID_BORDER = re.compile(r"\+(?:-+\+-+|=+\+=+)\+[ \t]*\Z")
_SIMPLE = re.compile(r"=+ +=+[ \t]*\Z")
_LIST_ROW = re.compile(r"[ \t]*(?P<row>[*+-])[ \t]+(?P<cell>[*+-])(?:[ \t]+|(?=\n)|\Z)")
_LIST_CELL = re.compile(r"[ \t]+(?P<cell>[*+-])(?:[ \t]+|(?=\n)|\Z)")
"""The first cell of a row of the directive ``list-table``, and another one."""
_HEADER_ROWS = re.compile(r"[ \t]*:header-rows:[ \t]*1[ \t]*\Z")
_FIELD_HEADINGS = frozenset(("field", "fields", "item", "key", "name", "property", "attribute"))
_VALUE_HEADINGS = frozenset(("value", "values"))
"""The words (folded) of a heading row that announces fields."""
_BREAK = re.compile(r"<br[ \t]*/?>", re.IGNORECASE)
_LABEL_MARKUP = re.compile(r"[*_`]+")
_TARGET = re.compile(r" {0,3}(?:\.\.[ \t]+_[^\n]*:|\(.+\)=)[ \t]*\Z")


class _Row(NamedTuple):
    """One row; positions are offsets in the page.

    :param label: the range of the first cell, without space.
    :param values: the range of each line of the second cell, without space.
    :param value: the offset of an empty second cell.
    :param heading: True if it is above the line that separates the heading.
    """

    label: tuple[int, int]
    values: list[tuple[int, int]]
    value: int
    heading: bool


class Table(Spelling):
    """A table of two columns."""

    name = "table"
    form = (
        "a table of two columns, as in Jupyter's older proposals (also a `list-table`), at the start of the page or "
        "below its title"
    )
    above_title = False
    title_may_follow = False

    def read(self, source: Source, outline: Outline, schema: Schema) -> Part:
        """Read the first table if it has two columns, and names at least one field that the schema knows."""
        return next(self._parts(source, outline, schema), (Part(), False))[0]

    def read_unasked(self, source: Source, outline: Outline, schema: Schema) -> Part:
        """Read the first table if it says itself that it is a header.

        Its heading row is ``Field | Value``, or a field of the process with a word of it; and it has a status, or a
        number and another field. Any other table of two columns is a part of the text.
        """
        for part, is_announced in self._parts(source, outline, schema):
            keys = {field.key for raw in part.fields if (field := schema.field_names.get(fold(raw.label))) is not None}
            number, status = schema.number_field, schema.status_field
            is_numbered = number is not None and number.key in keys and len(keys) > 1
            if is_announced and (is_numbered or (status is not None and status.key in keys)):
                return part
        return Part()

    def _parts(self, source: Source, outline: Outline, schema: Schema) -> Iterator[tuple[Part, bool]]:
        """The tables at the start of the page and below its title, and whether their heading row announces fields."""
        reader = _Reader(source, outline)
        starts = [outline.body_start]
        if outline.headings:
            starts.append(min(outline.headings[0].end + 1, len(reader.text)))
        for start in starts:
            if (part := self._part(reader, start, schema)) is not None:
                yield part, _announces(reader, schema)

    def _part(self, reader: _Reader, start: int, schema: Schema) -> Part | None:
        found = reader.table(start)
        if found is None:
            return None
        source, (first, last) = reader.source, found
        fields: list[RawField] = []
        for row in reader.rows:
            label = _LABEL_MARKUP.sub("", reader.text[slice(*row.label)]).strip().rstrip(" :")
            if row.heading and fold(label) not in schema.field_names:
                continue
            span = (row.values[0][0], row.values[-1][1]) if row.values else (row.value, row.value)
            value = "\n".join(reader.cell(*piece) for piece in row.values)
            if not label:
                # A row without a label goes on with the one above it.
                if fields and value:
                    above = fields.pop()
                    value = "\n".join(filter(None, (above.value, value)))
                    place = source.span(above.span.start if above.value else span[0], span[1])
                    fields.append(RawField(above.label, value, place, above.label_span, self.name))
                continue
            fields.append(RawField(label, value, source.span(*span), source.span(*row.label), self.name))
        if not any(fold(field.label) in schema.field_names for field in fields):
            return None
        problems = (*reader.problems, *reader.comments.problems(first, last))
        return Part(tuple(fields), source.span(first, last), problems)

    def content(self, page: Page) -> Content:
        span = page.header.spans[self.name]
        lines = self.field_lines(page)
        text = page.source.text
        items = tuple(self.item(line, [text[a + 4 : b - 3].strip() for a, b in line.comments]) for line in lines)
        return Content(items, (), ((span.start, span.end),))

    def line(self, name: str, value: str, markup: Markup) -> str:
        return f"| {name} | {_escaped(value, markup)} |"

    def write(self, items: Iterable[Item], markup: Markup, comments: Sequence[str] = ()) -> Written:
        items = list(items)
        if comments or any(item.comments or item.qualifier for item in items):
            raise RefusedError("a table has no place for comments", "write it by hand")
        cells = [("Field", "Value"), *((item.label, _escaped(item.flat_value, markup)) for item in items)]
        # In a grid no column can get wider later.
        narrowest = (20, 60) if markup is Markup.RST else (3, 3)
        first, second = (max(narrowest[column], *(len(row[column]) for row in cells)) for column in (0, 1))
        rows = [f"| {label.ljust(first)} | {value.ljust(second)} |" for label, value in cells]
        if markup is not Markup.RST:
            return Written("\n".join([rows[0], f"|{'-' * (first + 2)}|{'-' * (second + 2)}|", *rows[1:]]))
        border = f"+{'-' * (first + 2)}+{'-' * (second + 2)}+"
        lines = [border, rows[0], border.replace("-", "=")]
        for row in rows[1:]:
            lines += (row, border)
        return Written("\n".join(lines))

    def replace(self, page: Page, raw: RawField, value: str) -> Edit:
        """Replace the value within its cell; the other rows keep their width."""
        return self._with_cell(page, raw, _escaped(self.value_text(page, raw, value), page.source.markup))

    def append(self, page: Page, raw: RawField, added: str) -> Edit:
        written = page.source.text[raw.span.start : raw.span.end]
        between = " <br> " if _BREAK.search(written) else ", "
        return self._with_cell(page, raw, f"{written}{between}{_escaped(added, page.source.markup)}")

    def _with_cell(self, page: Page, raw: RawField, written: str) -> Edit:
        """Put *written* into the cell of *raw*.

        :raises RefusedError: when a cell of reStructuredText is too narrow, or has several lines.
        """
        text, start, end = page.source.text, raw.span.start, raw.span.end
        if "\n" in text[start:end]:
            raise RefusedError(f"the cell of `{raw.label}` has several lines", "edit the table by hand")
        pipe = _PIPE.search(text, end, line_end(page.source, end))
        lead = "" if start and text[start - 1].isspace() else " "
        if pipe is None or text[end : pipe.end() - 1].strip():  # a comment behind the value
            return Edit(start, end, f"{lead}{written}")
        close = pipe.end() - 1
        room = close - start - 1
        if page.source.is_rst and len(written) > room:
            raise RefusedError(
                f"the cell of `{raw.label}` is too narrow for `{written}`", "widen the table, then try again"
            )
        return Edit(start, close, f"{lead}{written.ljust(room)} ")

    def line_like(self, page: Page, neighbour: FieldLines, name: str, value: str) -> str:
        """A row whose cells are as wide as those of *neighbour*, or wider."""
        text, raw = page.source.text, neighbour.raw
        if item := _LIST_ROW.match(text, neighbour.start):
            lead = text[neighbour.start : item.end()]
            cell = " " * (item.start("cell") - neighbour.start) + text[item.start("cell") : item.end()]
            return f"{lead}{name}{newline_of(page.source, neighbour.start)}{cell}{value}"
        indent, _, _ = text[neighbour.start : raw.label_span.start].partition("|")
        value = _escaped(value, page.source.markup)
        row = text[neighbour.start : line_end(page.source, neighbour.start)]
        pipes = [match.end() - 1 for match in _PIPE.finditer(row)]
        if page.source.is_rst:
            # A simple table has no pipes; in a grid the columns cannot get wider.
            column = raw.span.start - neighbour.start
            widths = [column - 1] if len(pipes) < 3 else [pipes[1] - pipes[0] - 3, pipes[2] - pipes[1] - 3]
            if any(len(cell) > width for cell, width in zip((name, value), widths, strict=False)):
                raise RefusedError("the table is too narrow for another row", "widen the table, then try again")
            if len(pipes) < 3:
                return f"{name.ljust(column)}{value}"
            return f"| {name.ljust(widths[0])} | {value.ljust(widths[1])} |"
        if row.lstrip().startswith("|"):
            ends = (*pipes, len(row), len(row))
            label, last = (ends[index + 1] - ends[index] - 3 for index in (0, 1))
            return f"{indent}| {name.ljust(label)} | {value.ljust(last)} |"
        return f"{indent}{name} | {value}"

    def insert_line(
        self, page: Page, lines: list[FieldLines], neighbour: FieldLines, line: str, *, behind: bool
    ) -> Edit:
        """Add a row; a row can be above the heading row in no table."""
        source = page.source
        newline = newline_of(source, neighbour.start)
        starts = source.line_starts
        below = source.line_of(neighbour.end) + 1  # the number of the line below the row
        text = source.line_text(below) if below <= len(starts) else ""
        if _GRID_BORDER.match(text.rstrip()):
            border = text.rstrip().replace("=", "-")
            if behind or "=" in text:
                place = starts[below - 1] + len(text.rstrip())
                return Edit(place, place, f"{newline}{line}{newline}{border}")
            return Edit(neighbour.start, neighbour.start, f"{line}{newline}{border}{newline}")
        is_heading = neighbour is lines[0] and len(lines) > 1 and _SIMPLE.match(text.rstrip())
        if is_heading or _DELIMITER.match(text.rstrip()):
            place = starts[below - 1] + len(text.rstrip())
            return Edit(place, place, f"{newline}{line}")
        return super().insert_line(page, lines, neighbour, line, behind=behind)


SPELLING = Table()


def _announces(reader: _Reader, schema: Schema) -> bool:
    """True if the first row of the table says that fields follow, or is plainly one."""
    first = reader.rows[0]
    label = fold(_LABEL_MARKUP.sub("", reader.text[slice(*first.label)]).strip().rstrip(" :"))
    value = "\n".join(reader.cell(*piece) for piece in first.values)
    if label in _FIELD_HEADINGS and fold(value) in _VALUE_HEADINGS:
        return True
    field = schema.field_names.get(label)
    if field is None:
        return False
    is_word = type_of(field).canonical(bare(value), field, schema) is not None
    return is_word or (field is schema.number_field and parse_number(value, schema.prefix) is not None)


class _Reader:
    """Finds a table and splits it into rows."""

    def __init__(self, source: Source, outline: Outline) -> None:
        self.source = source
        self.rst = source.is_rst
        self.text = plain_newlines(source)
        self.comments = Comments(source, self.text, rst=self.rst)
        directives = {directive.start: directive.end for directive in outline.directives}
        self.skipped = {span.start: span.end for span in outline.comments} | directives
        self.others = {heading.start for heading in outline.headings}.union(directives)
        self.lists = {directive.start: directive for directive in outline.directives if directive.name == "list-table"}
        self.rows: list[_Row] = []
        self.problems: list[HeaderProblem] = []

    def table(self, position: int) -> tuple[int, int] | None:
        """Read the table that starts at or behind offset *position*; its range, or ``None`` if there is none."""
        self.rows, self.problems = [], []
        while position < len(self.text):
            end = next_newline(self.text, position)
            line = self.text[position:end]
            if block := self.lists.get(position):
                return self._list(block)
            if position in self.skipped:
                position = next_newline(self.text, self.skipped[position]) + 1
            elif not line.strip() or _TARGET.match(line):
                position = end + 1
            elif position in self.others:
                return None
            elif not self.rst:
                return self._markdown(position)
            elif _GRID.match(line):
                return self._grid(position)
            elif _SIMPLE.match(line):
                return self._simple(position)
            else:
                return None
        return None

    def cell(self, start: int, end: int) -> str:
        """The text of a cell between two offsets."""
        if self.rst:
            return self.text[start:end]
        shown = self.comments.without(start, end).replace("\\|", "|")
        return "\n".join(part.strip() for part in _BREAK.split(shown))

    def _lines(self, position: int) -> Iterator[tuple[int, int, str]]:
        """The lines from *position* to a blank one, or to another block: offsets and text."""
        while position < len(self.text) and position not in self.others:
            end = next_newline(self.text, position)
            line = self.text[position:end]
            if not line.strip():
                return
            yield position, end, line
            position = end + 1

    def _markdown(self, position: int) -> tuple[int, int] | None:
        lines = self._lines(position)
        heading, delimiter = next(lines, None), next(lines, None)
        if heading is None or delimiter is None or not _DELIMITER.match(delimiter[2]):
            return None
        last = delimiter[1]
        for start, end, line in (heading, *lines):
            self.comments.scan(start, end)
            if start != heading[0] and "|" not in line:
                self._not_a_row(start, line, "write `| Field | value |`, and a blank line below the table")
            else:
                cells = self._cells(start, line)
                if start == heading[0] and len(cells) != 2:
                    return None
                if len(cells) > 2:
                    self._not_a_row(start, line, "write two cells, and `\\|` for a pipe within one")
                elif cells:
                    self._add(cells[0], cells[1:], start == heading[0], end)
            last = max(last, start + len(line.rstrip()))
        return position, last

    def _cells(self, start: int, line: str) -> list[tuple[int, int]]:
        """The ranges of the cells of a row of Markdown, without space and the pipes around them."""
        shown = self.comments.mask(start, start + len(line))
        first = len(shown) - len(shown.lstrip())
        cells: list[tuple[int, int]] = []
        position = first + 1 if shown.startswith("|", first) else first
        for pipe in _PIPE.finditer(shown, position):
            cells.append((start + position, start + pipe.end() - 1))
            position = pipe.end()
        if shown[position:].strip():
            cells.append((start + position, start + len(shown.rstrip())))
        return [self._stripped(*cell) for cell in cells]

    def _stripped(self, start: int, end: int) -> tuple[int, int]:
        shown = self.comments.mask(start, end)
        if not shown.strip():
            place = min(start + 1, end)
            return place, place
        return start + len(shown) - len(shown.lstrip()), start + len(shown.rstrip())

    def _add(self, label: tuple[int, int], values: list[tuple[int, int]], heading: bool, end: int) -> None:
        filled = [piece for piece in values if piece[0] < piece[1]]
        self.rows.append(_Row(label, filled, values[0][0] if values else end, heading))

    def _grid(self, position: int) -> tuple[int, int] | None:
        column = self.text.index("+", position + 1) - position
        cells: list[list[tuple[int, int]]] = [[], []]
        last = position
        for start, _, line in self._lines(position):
            last = start + len(line.rstrip())
            if _GRID_BORDER.match(line):
                if any(cells):
                    self._take(cells, "=" in line)
                    cells = [[], []]
            elif line.startswith("|") and line.startswith("|", column) and line.rstrip().endswith("|"):
                cells[0].append(self._stripped(start + 1, start + column))
                cells[1].append(self._stripped(start + column + 1, last - 1))
            else:
                self._not_a_row(start, line, "write `| Field | value |` between the lines of the grid")
        if any(cells):
            self._take(cells, False)
            self._not_a_row(last, "", "end the table with a line such as the first")
        return position, last

    def _simple(self, position: int) -> tuple[int, int] | None:
        line = self.text[position : next_newline(self.text, position)]
        column = line.index("=", line.index(" "))
        cells: list[list[tuple[int, int]]] = [[], []]
        borders = 0
        last = position
        for start, end, line in self._lines(position):
            last = start + len(line.rstrip())
            if _SIMPLE.match(line):
                borders += 1
                if any(cells):
                    following = (
                        self.text[end + 1 : next_newline(self.text, end + 1)].strip() if end < len(self.text) else ""
                    )
                    self._take(cells, borders == 2 and bool(following))
                    cells = [[], []]
                if borders == 3:
                    break
                continue
            if line[:column].strip() and any(cells):
                self._take(cells, False)
                cells = [[], []]
            if line[:column].strip():
                cells[0].append(self._stripped(start, start + column))
            cells[1].append(self._stripped(min(start + column, end), end))
        if any(cells):
            self._take(cells, False)
            self._not_a_row(last, "", "end the table with a line such as the first")
        return position, last

    def _list(self, block: DirectiveBlock) -> tuple[int, int] | None:
        """Read the directive ``list-table``: a list of rows, each a list of cells."""
        rows: list[list[list[tuple[int, int]]]] = []
        heading, columns, last = False, (0, 0), block.end
        position = next_newline(self.text, block.start) + 1
        while position < min(block.body[1], len(self.text)):
            start, end = position, next_newline(self.text, position)
            position = end + 1
            line = self.text[start:end]
            self.comments.scan(start, end)
            cell, row = _LIST_CELL.match(line), _LIST_ROW.match(line)
            if rows and cell and cell.start("cell") == columns[1]:
                rows[-1].append([self._stripped(start + cell.end(), end)])
            elif row and (not rows or row.start("row") == columns[0]):
                columns = row.start("row"), row.start("cell")
                rows.append([[self._stripped(start + row.end(), end)]])
            elif not rows:
                heading = heading or _HEADER_ROWS.match(line) is not None
            elif not line.strip() or line[:1] in " \t":
                rows[-1][-1].append(self._stripped(start, end))
            elif block.closed:
                self._not_a_row(start, line, "write `* - Field`, and below it `  - value`")
            else:
                # Everything behind it is in the fence.
                last = start - 1
                break
        if not rows or len(rows[0]) != 2:
            return None
        if not block.closed:
            span = self.source.span(block.start + block.indent, next_newline(self.text, block.start))
            help = "end it on a line of its own below the last row"
            self.problems.append(HeaderProblem(span, "the fence around the header is never closed", help))
        for place, cells in enumerate(rows):
            label = cells[0][0]
            if len(cells) == 2 and label[0] < label[1]:
                self._add(label, cells[1], heading and not place, cells[1][0][0])
            else:
                text = self.text[label[0] : next_newline(self.text, label[0])]
                self._not_a_row(label[0], text, "write two cells in each row")
        return block.start, block.start + len(self.text[block.start : last].rstrip())

    def _take(self, cells: list[list[tuple[int, int]]], heading: bool) -> None:
        labels = [piece for piece in cells[0] if piece[0] < piece[1]]
        if labels:
            self._add(labels[0], cells[1], heading, cells[1][0][0] if cells[1] else labels[0][1])

    def _not_a_row(self, start: int, line: str, help: str) -> None:
        span = self.source.span(start, start + len(line.rstrip()))
        self.problems.append(HeaderProblem(span, "the line is not a row of two cells", help))


def _escaped(value: str, markup: Markup) -> str:
    """*value* as the text of a cell."""
    return value if markup is Markup.RST else re.sub(r"(?<!\\)\|", r"\\|", value)

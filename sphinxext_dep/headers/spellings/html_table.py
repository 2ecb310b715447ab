"""An HTML table as a header, as in conda's CEPs: ``<tr><td> Status </td><td> Accepted </td></tr>``.

It is the first thing of a page, or the first below its title; in reStructuredText, and in MyST if one likes, it is in a
``raw`` directive. A row has two cells: a label and a value. A parser for HTML reads it, so that a value is what a
browser shows, whichever end tags are left out; links keep their address, and ``<br>``, items of lists and paragraphs
separate lines.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sphinxext_dep.headers.base import Content, FieldLines, Item, Spelling, Written
from sphinxext_dep.headers.spellings.lines import first_block
from sphinxext_dep.markup import plain_newlines
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.proposal import HeaderProblem, Page, Part, RawField
from sphinxext_dep.model.schema import Schema, fold
from sphinxext_dep.model.source import Edit, Outline, RefusedError, Source, newline_of, next_newline

MAX_CHARS = 100_000
"""A longer table (characters) is no header."""

_START = re.compile(r"[ \t]*<table(?=[\s>])", re.IGNORECASE)
_TABLE_END = re.compile(r"</table(?=[\s>/])[^>]*>", re.IGNORECASE)
_CELL_END = re.compile(
    r"<!--.*?-->|(?P<tag></?(?:td|th|tr|tbody|thead|tfoot|caption|table)(?=[\s>/]))", re.IGNORECASE | re.DOTALL
)
_NEXT_ROW = re.compile(r"<tr(?=[\s>])|</(?:tbody|thead|tfoot|table)(?=[\s>])", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_LINK = re.compile(r"\[((?:[^\[\]\\]|\\.)*)\]\(<?([^()<>\s]*)>?\)")
_SPACE = re.compile(r"[ \t\r\n\f]+")

_BLOCKS = frozenset(
    ("blockquote", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "pre", "ul")
)
_HIDDEN = frozenset(("script", "style", "template", "title", "noscript", "iframe", "object", "textarea", "select"))


class _Row(NamedTuple):
    """One row of two cells; ranges are offsets in the page, without space around the content.

    :param is_heading: True if both cells are headings.
    """

    label: str
    value: str
    label_range: tuple[int, int]
    value_range: tuple[int, int]
    is_heading: bool


class HtmlTable(Spelling):
    """An HTML table."""

    name = "HTML table"
    form = (
        "`<table>` with a row `<tr><td> Status </td><td> Draft </td></tr>` for each field, as in conda's CEPs, at the "
        "start of the page or below its title"
    )
    above_title = False
    title_may_follow = True

    def read(self, source: Source, outline: Outline, schema: Schema) -> Part:
        """Read the first table if it names at least one field that the schema knows."""
        text = plain_newlines(source)
        starts = [outline.body_start]
        if outline.headings:
            starts.append(min(outline.headings[0].end + 1, len(text)))
        raw = {
            block.start: block
            for block in outline.directives
            if block.name == "raw" and text[slice(*block.argument)].strip().lower() == "html"
        }
        for start in starts:
            first = first_block(text, outline, start)
            block = raw.get(first)
            begin = text.find("<", block.body[0], block.body[1]) if block is not None else first
            if begin < 0 or not _START.match(text, begin):
                continue
            begin = text.index("<", begin)
            limit = block.body[1] if block is not None else _limit(outline, begin, len(text))
            table = _Table(source, text, begin, limit)
            table.read()
            if not any(fold(row.label) in schema.field_names for row in table.rows):
                continue
            # What is beside the table in its lines goes with them, and was reported.
            end = len(text[: next_newline(text, table.end)].rstrip())
            span = (block.start, block.end) if block is not None else (first, max(end, table.end))
            return Part(tuple(self._fields(source, table.rows, schema)), source.span(*span), tuple(table.problems))
        return Part()

    def _fields(self, source: Source, rows: list[_Row], schema: Schema) -> Iterator[RawField]:
        found: list[RawField] = []
        for row in rows:
            if row.is_heading and fold(row.label) not in schema.field_names:
                continue
            span = source.span(*row.value_range)
            if not row.label and found:
                # A row without a label goes on with the one above it.
                above = found.pop()
                value = "\n".join(filter(None, (above.value, row.value)))
                span = source.span(above.span.start, row.value_range[1])
                found.append(RawField(above.label, value, span, above.label_span, self.name))
            elif row.label:
                found.append(RawField(row.label, row.value, span, source.span(*row.label_range), self.name))
        return iter(found)

    def content(self, page: Page) -> Content:
        span = page.header.spans[self.name]
        if "<!--" in page.source.text[span.start : span.end]:
            raise RefusedError(f"line {span.line}: there is a comment in the table", "move it below the table")
        names = page.schema.field_names
        mine = (raw for raw in page.header.fields if raw.spelling == self.name)
        items = (self.item(FieldLines(raw, names.get(fold(raw.label)), 0, 0, ""), ()) for raw in mine)
        return Content(tuple(items), (), ((span.start, span.end),))

    def line(self, name: str, value: str, markup: Markup) -> str:
        return f"<tr><td> {html.escape(name, quote=False)} </td><td> {_as_html(value)} </td></tr>"

    def write(self, items: Iterable[Item], markup: Markup, comments: Sequence[str] = ()) -> Written:
        items = list(items)
        if comments or any(item.comments or item.qualifier for item in items):
            raise RefusedError("an HTML table has no place for comments", "write it by hand")
        rows = (self.line(item.label, item.flat_value, markup) for item in items)
        return Written("\n".join(["<table>", *rows, "</table>"]))

    def can_write(self, markup: Markup) -> bool:
        return markup is not Markup.RST

    def replace(self, page: Page, raw: RawField, value: str) -> Edit:
        """Replace the content of the cell.

        :raises RefusedError: when the value is in several rows, or there is a comment in it.
        """
        self._written(page, raw)
        return Edit(raw.span.start, raw.span.end, _as_html(value))

    def append(self, page: Page, raw: RawField, added: str) -> Edit:
        written = self._written(page, raw).lower()
        if (item := written.rfind("</li>")) >= 0:
            place = raw.span.start + item + len("</li>")
            return Edit(place, place, f"{newline_of(page.source, place)}<li>{_as_html(added)}</li>")
        between = " <br> " if "<br" in written else ", "
        return Edit(raw.span.end, raw.span.end, f"{between}{_as_html(added)}")

    def _written(self, page: Page, raw: RawField) -> str:
        """The content of the cell of *raw* as written.

        :raises RefusedError: when it is in several rows, or there is a comment in it.
        """
        source = page.source
        written = source.text[raw.span.start : raw.span.end]
        found = _CELL_END.search(written)
        if found is not None:
            what = "in several rows" if found["tag"] else "beside a comment"
            raise RefusedError(
                f"{source.path}:{raw.span.line}: the value of `{raw.label}` is {what}", "edit the table by hand"
            )
        return written

    def line_like(self, page: Page, neighbour: FieldLines, name: str, value: str) -> str:
        text, start = page.source.text, neighbour.start
        row = text[start : neighbour.raw.label_span.start]
        return f"{row[: len(row) - len(row.lstrip())]}{self.line(name, value, page.source.markup)}"

    def insert_line(
        self, page: Page, lines: list[FieldLines], neighbour: FieldLines, line: str, *, behind: bool
    ) -> Edit:
        """Add a row behind that of *neighbour*, or before it."""
        text, newline = page.source.text, newline_of(page.source, neighbour.start)
        if behind:
            following = _NEXT_ROW.search(text, neighbour.raw.span.end)
            end = following.start() if following else page.header.spans[self.name].end
            end = len(text[:end].rstrip())
            return Edit(end, end, f"{newline}{line}")
        start = text.lower().rfind("<tr", 0, neighbour.raw.label_span.start)
        return Edit(start, start, f"{line.strip()}{newline}")


SPELLING = HtmlTable()


def _limit(outline: Outline, start: int, length: int) -> int:
    """The offset up to which a table can go on that starts at offset *start*: the next heading."""
    end = next((heading.start for heading in outline.headings if heading.start > start), length)
    return min(end, start + MAX_CHARS)


class _Table:
    """Reads one table.

    :param text: of the page, with line feeds only.
    :param start: offset of ``<table``.
    :param limit: offset behind which it cannot go on.
    """

    def __init__(self, source: Source, text: str, start: int, limit: int) -> None:
        self.source = source
        self.text = text
        self.start = start
        self.limit = limit
        self.end = start
        self.rows: list[_Row] = []
        self.problems: list[HeaderProblem] = []

    def read(self) -> None:
        """Find the end of the table, and read its rows."""
        ends = [match.end() for match in _TABLE_END.finditer(self.text, self.start, self.limit)]
        nested = (
            len(re.findall(r"<table(?=[\s>])", self.text[self.start : (ends or [self.start])[0]], re.IGNORECASE)) > 1
        )
        if ends:
            self.end = ends[-1] if nested else ends[0]
        else:
            blank = _BLANK_LINE.search(self.text, self.start, self.limit)
            self.end = len(self.text[: blank.start() if blank else self.limit].rstrip())
            self._problem(self.start, self.start + len("<table"), "the table is never closed", "end it with `</table>`")
        if nested:
            self._problem(self.start, self.start + len("<table"), "there is a table in the table", "write one table")
        self._check_line()
        self._read_rows()

    def _check_line(self) -> None:
        """Report text on the lines of the table that is not in it: the lines are taken from the page."""
        first = self.text.rfind("\n", 0, self.start) + 1
        around = ((first, self.start), (self.end, next_newline(self.text, self.end)))
        for start, end in around:
            if self.text[start:end].strip():
                help = "write the table on lines of its own"
                self._problem(start, end, "text beside the table would not be shown", help)

    def _problem(self, start: int, end: int, message: str, help: str) -> None:
        end = min(end, max(start, self.text.find("\n", start) if "\n" in self.text[start:end] else end))
        self.problems.append(HeaderProblem(self.source.span(start, end), message, help))

    def _read_rows(self) -> None:
        # Imported here: the parser is large, and nothing else needs it.
        import justhtml

        document = justhtml.JustHTML(
            self.text[self.start : self.end], fragment=True, sanitize=False, track_node_locations=True
        )
        nodes = list(_walk(document.root))
        places = [self._place(node) for node in nodes]
        order = {id(node): index for index, node in enumerate(nodes)}
        table = next((node for node in nodes if node.name == "table"), None)
        for node in nodes:
            if node.name == "tr" and table is not None and _is_row_of(node, table):
                self._read_row(node, nodes, places, order)
            elif node.name == "caption" or (node.name == "#text" and not _cell_of(node) and (node.data or "").strip()):
                place = self._place(node) or self.start
                self._problem(
                    place,
                    self.end,
                    "text in the table is in no cell, and would not be shown",
                    "move it below the table",
                )

    def _place(self, node: Any) -> int | None:
        offset = node.origin_offset
        return None if offset is None else self.start + offset

    def _read_row(self, row: Any, nodes: list[Any], places: list[int | None], order: dict[int, int]) -> None:
        cells = [child for child in row.children if child.name in ("td", "th")]
        while len(cells) > 2 and not _shown(cells[-1]):
            cells.pop()
        if len(cells) != 2:
            if any(map(_shown, cells)):
                place = self._place(row) or self.start
                help = "write `<tr><td> Field </td><td> value </td></tr>`"
                self._problem(place, self.end, "the row does not have two cells", help)
            return
        label, value = (self._content(cell, nodes, places, order) for cell in cells)
        shown = " ".join(_shown(cells[0]).split()).rstrip(" :")
        self.rows.append(_Row(shown, _shown(cells[1]), label, value, all(cell.name == "th" for cell in cells)))

    def _content(self, cell: Any, nodes: list[Any], places: list[int | None], order: dict[int, int]) -> tuple[int, int]:
        """The range of the content of *cell*, without space around it."""
        begin = places[order[id(cell)]] or self.start
        inside = [order[id(node)] for node in _walk(cell)][1:]
        first = next((place for index in inside if (place := places[index]) is not None), None)
        start = self.text.find(">", begin) + 1 if first is None else first
        last = max((place for index in inside if (place := places[index]) is not None), default=start)
        end = self.end
        for match in _CELL_END.finditer(self.text, last, self.end):
            if match["tag"]:
                end = match.start()
                break
        written = self.text[start:end]
        if not written.strip():
            return start, start
        return start + len(written) - len(written.lstrip()), start + len(written.rstrip())


def _walk(node: Any) -> Iterator[Any]:
    """*node* and all nodes below it, in the order of the document."""
    open_ones = [node]
    while open_ones:
        node = open_ones.pop()
        yield node
        open_ones += reversed(getattr(node, "children", None) or ())


def _is_row_of(row: Any, table: Any) -> bool:
    parent = row.parent
    return parent is table or (parent.name in ("tbody", "thead", "tfoot") and parent.parent is table)


def _cell_of(node: Any) -> bool:
    """True if *node* is in a cell, or in something that is not shown."""
    while node is not None:
        if node.name in ("td", "th", "caption") or node.name in _HIDDEN:
            return True
        node = node.parent
    return False


def _shown(cell: Any) -> str:
    """The text that a browser shows of a cell, a line each; links are written as in Markdown."""
    pieces: list[str] = []
    items = sum(node.name == "li" for node in _walk(cell))
    # Depth first, with what follows a node below it on the stack: cells can be nested as deep as their author likes.
    stack: list[Any] = list(reversed(cell.children))
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            pieces.append(node)
        elif node.name == "#text":
            pieces.append(_SPACE.sub(" ", node.data or ""))
        elif node.name == "br":
            pieces.append("\n")
        elif node.name == "a" and (node.attrs or {}).get("href"):
            pieces.append(_link(node))
        elif node.name in _BLOCKS or node.name in ("table", "tr"):
            pieces.append("\n- " if node.name == "li" and items > 1 else "\n")
            stack += ("\n", *reversed(node.children))
        elif node.name not in _HIDDEN:
            stack += reversed(getattr(node, "children", None) or ())
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line not in ("", "-"))


def _link(node: Any) -> str:
    """A link as Markdown has it."""
    address = "".join(str(node.attrs["href"]).split())
    text = " ".join("".join(each.data or "" for each in _walk(node) if each.name == "#text").split())
    if not text or text == address:
        return address
    text = re.sub(r"([\[\]\\])", r"\\\1", text)
    return f"[{text}](<{address}>)" if set("()") & set(address) else f"[{text}]({address})"


def _as_html(value: str) -> str:
    """*value* as the content of a cell."""
    pieces: list[str] = []
    position = 0
    for match in _LINK.finditer(value):
        text = re.sub(r"\\([\[\]\\])", r"\1", match[1])
        pieces += (_escaped(value[position : match.start()]), f'<a href="{html.escape(match[2])}">{_escaped(text)}</a>')
        position = match.end()
    return "".join([*pieces, _escaped(value[position:])])


def _escaped(text: str) -> str:
    return "<br>".join(html.escape(line, quote=False) for line in text.split("\n"))

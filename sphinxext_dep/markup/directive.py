"""Directives in a page: arguments, options and body, as MyST or reStructuredText would hand them over.

MyST's form of options is read by :mod:`sphinxext_dep.markup.options`, that of reST as docutils does
(``docutils.parsers.rst.states.Body.parse_directive_block``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection
from textwrap import dedent

import msgspec

from sphinxext_dep.markup.options import read_options
from sphinxext_dep.markup.rst import with_rst_newlines
from sphinxext_dep.model.proposal import HeaderProblem, RawField
from sphinxext_dep.model.source import DirectiveBlock, Outline, Source, Span

_FIELD_MARKER = re.compile(r":(?![: ])([^:\\]|\\.|:(?!([ `]|\Z)))*(?<! ):( +|\Z)")
_ESCAPE = re.compile(r"\\(.)")
_NO_SPACE = re.compile(r":([\w-]+):(?=[^\s`])")


class Directive(msgspec.Struct, frozen=True):
    """One directive.

    :param argument: the text behind its name.
    :param argument_span: its span; empty without an argument.
    :param options: its options in page order, duplicates kept, with the places of keys and values.
    :param span: the whole directive, from the start of its first line to the end of its last.
    :param line: the line it starts on, 1-based.
    :param body: the span of its content, blank lines around it left out; ``None`` without content.
    :param problems: what keeps it from being read as its author meant.
    :param closed: whether its end is there.
    """

    name: str
    argument: str
    argument_span: Span
    options: tuple[RawField, ...]
    span: Span
    line: int
    body: Span | None = None
    problems: tuple[HeaderProblem, ...] = ()
    closed: bool = True


def find_directives(source: Source, outline: Outline, names: Collection[str]) -> list[Directive]:
    """The top-level directives of the page that have one of *names*, in page order.

    One inside another directive, a list or a quotation is not found: nobody but the parser knows whether it counts.
    """
    if not outline.directives:
        return []
    wanted = {name.lower() for name in names}
    read = _read_rst if source.is_rst else _read_myst
    return [read(source, block) for block in outline.directives if block.name in wanted]


def _read_rst(source: Source, block: DirectiveBlock) -> Directive:
    read = RstDirective(source, block)
    return Directive(
        name=block.name,
        argument=read.argument,
        argument_span=read.argument_span,
        options=tuple(read.options),
        span=source.span(block.start, block.end),
        line=source.line_of(block.start),
        body=read.body,
        problems=tuple(read.problems),
    )


def _read_myst(source: Source, block: DirectiveBlock) -> Directive:
    lines = _body_lines(source, block)
    option_lines, rest = _option_lines(source, lines)
    options, errors = read_options(option_lines.text)
    problems = [HeaderProblem(option_lines.span(error.start, error.end), error.message, error.help) for error in errors]
    if not block.closed:
        start = block.start + block.indent
        problems.insert(
            0,
            HeaderProblem(
                source.span(start, start + len(block.fence)),
                f"the `{block.name}` directive is never closed: it takes in the rest of the page",
                f"write {block.fence} on a line of its own behind its last line",
            ),
        )
    return Directive(
        name=block.name,
        argument=source.text[block.argument[0] : block.argument[1]],
        argument_span=source.span(*block.argument),
        options=tuple(
            RawField(
                label=option.key,
                value=option.value,
                span=option_lines.span(*option.value_span),
                label_span=option_lines.span(*option.key_span),
                spelling="directive",
                note="comment" if option.comment else "",
            )
            for option in options
        ),
        span=source.span(block.start, block.end),
        line=source.line_of(block.start),
        body=_extent(source, rest),
        problems=tuple(problems),
        closed=block.closed,
    )


def _body_lines(source: Source, block: DirectiveBlock) -> list[tuple[str, int]]:
    """The lines inside a fence, each with its offset, without the fence's own indent."""
    lines: list[tuple[str, int]] = []
    position = block.body[0]
    # Markdown removes the indent of its own lines; MyST then splits with `splitlines`, which knows more line ends.
    whole = True
    for line in source.text[block.body[0] : block.body[1]].splitlines(keepends=True):
        bare = line.splitlines()[0]
        taken = column = 0
        while whole and column < block.indent and bare[taken : taken + 1] in ("\t", " "):
            column += 4 - column % 4 if bare[taken] == "\t" else 1
            taken += 1
        # A tab that goes further than the indent leaves spaces behind.
        spaces = max(0, column - block.indent)
        lines.append((" " * spaces + bare[taken:], position + taken - spaces))
        position += len(line)
        whole = line[-1] in "\n\r"
    return lines


def _option_lines(source: Source, lines: list[tuple[str, int]]) -> tuple[TextMap, list[tuple[str, int]]]:
    """The lines that hold options, as one text without what marks them, and the lines behind them."""
    options = TextMap(source)
    if lines and lines[0][0].startswith("---"):
        end = next((index for index, (line, _) in enumerate(lines) if index and line.startswith("---")), len(lines))
        inside = lines[1:end]
        shorter = dedent("\n".join(line for line, _ in inside)).split("\n")
        for (line, offset), kept in zip(inside, shorter, strict=False):
            options.add(kept, offset + (len(line) - len(kept) if kept else 0))
        # Text behind the closing dashes is content.
        rest = [(line.lstrip("-"), offset + len(line) - len(line.lstrip("-"))) for line, offset in lines[end : end + 1]]
        return options, rest + lines[end + 1 :]
    index = 0
    while index < len(lines):
        line, offset = lines[index]
        stripped = line.lstrip()
        if not stripped.startswith(":") or stripped.startswith(":::"):
            break
        options.add(stripped[1:], offset + len(line) - len(stripped) + 1)
        index += 1
    return options, lines[index:]


def _extent(source: Source, lines: list[tuple[str, int]]) -> Span | None:
    """The span of *lines*, without the blank ones around them; ``None`` when all are blank."""
    filled = [(line, offset) for line, offset in lines if line.strip()]
    if not filled:
        return None
    (first, start), (last, end) = filled[0], filled[-1]
    return source.span(start + len(first) - len(first.lstrip()), end + len(last.rstrip()))


class RstDirective:
    """Argument, options and body of one directive.

    The first paragraph holds the argument and, from the first line that looks like ``:key:``, the options; what follows
    a blank line is the body.
    """

    def __init__(self, source: Source, block: DirectiveBlock) -> None:
        self.source = source
        self.argument = ""
        self.argument_span = source.span(block.argument[0], block.argument[0])
        self.options: list[RawField] = []
        self.problems: list[HeaderProblem] = []
        self.body: Span | None = None
        self._read(block)

    def _read(self, block: DirectiveBlock) -> None:
        lines = _indented(self.source, block)
        if lines and not lines[0][0].strip():
            lines = lines[1:]
        first_blank = next((index for index, (line, _) in enumerate(lines) if not line.strip()), len(lines))
        head, body = lines[:first_blank], lines[first_blank:]
        marker = next((index for index, (line, _) in enumerate(head) if _FIELD_MARKER.match(line)), len(head))
        argument = TextMap(self.source)
        for line, place in head[:marker]:
            argument.add(line, place)
        text = argument.text
        self.argument = text.strip()
        self.argument_span = argument.span(len(text) - len(text.lstrip()), len(text.rstrip()))
        self._no_space(head[:marker])
        self._read_options(head[marker:])
        filled = [(line, place) for line, place in body if line.strip()]
        if filled:
            content = TextMap(self.source)
            for line, place in filled:
                content.add(line, place)
            text = content.text
            self.body = content.span(len(text) - len(text.lstrip()), len(text))

    def _no_space(self, lines: list[tuple[str, _Place]]) -> None:
        """Report lines such as `:status:Draft`, which reST takes for the argument; they still tell what they mean."""
        for line, place in lines:
            match = _NO_SPACE.match(line)
            if match is None:
                continue
            one = TextMap(self.source)
            one.add(line, place)
            value = line[match.end() :].rstrip()
            self.problems.append(
                HeaderProblem(
                    one.span(match.end() - 1, match.end()),
                    f"there is no space behind the colon of `{match[1]}`",
                    f"write `:{match[1]}: {value}`",
                )
            )
            self.options.append(
                RawField(
                    label=match[1],
                    value=value,
                    span=one.span(match.end(), match.end() + len(value)),
                    label_span=one.span(*match.span(1)),
                    spelling="directive",
                )
            )

    def _read_options(self, lines: list[tuple[str, _Place]]) -> None:
        index = 0
        while index < len(lines):
            match = _FIELD_MARKER.match(lines[index][0])
            if match is None:
                one = TextMap(self.source)
                one.add(*lines[index])
                missing = _NO_SPACE.match(lines[index][0])
                if missing:
                    self._no_space([lines[index]])
                else:
                    self.problems.append(
                        HeaderProblem(
                            one.span(0, len(lines[index][0])),
                            "the line is not an option",
                            "write `:key: value`, and indent the lines that continue a value",
                        )
                    )
                index += 1
                continue
            behind = index + 1
            while behind < len(lines) and lines[behind][0].startswith(" "):
                behind += 1
            self._option(match, lines[index:behind])
            index = behind

    def _option(self, match: re.Match[str], lines: list[tuple[str, _Place]]) -> None:
        """One option: its marker, and the lines that belong to it."""
        (first, place), *more = lines
        key = TextMap(self.source)
        key.add(first, place)
        name_end = match.end() - len(match[0]) + match[0].rindex(":")
        value = TextMap(self.source)
        value.add(*_cut(first, place, match.end()))
        indent = min((len(line) - len(line.lstrip()) for line, _ in more), default=0)
        for line, where in more:
            value.add(*_cut(line, where, indent))
        text = value.text
        kept = text.strip("\n")
        start = len(text) - len(text.lstrip("\n"))
        label = _ESCAPE.sub(r"\1", match[0][1 : match[0].rindex(":")])
        label_span = key.span(match.start() + 1, name_end)
        if len(label.split()) != 1:
            self.problems.append(
                HeaderProblem(label_span, f"the option `{label}` has spaces in its name", "write `-` for each space")
            )
        self.options.append(
            RawField(
                label=label,
                value=kept,
                span=value.span(start, start + len(kept)),
                label_span=label_span,
                spelling="directive",
            )
        )


_Place = int | list[int]


def _cut(line: str, place: _Place, start: int) -> tuple[str, _Place]:
    return line[start:], place + start if isinstance(place, int) else place[start:]


def _indented(source: Source, block: DirectiveBlock) -> list[tuple[str, _Place]]:
    """The lines of a directive behind its ``::``, with the indent that all of them share removed."""
    text = with_rst_newlines(source.text[block.start : block.end])
    lines: list[tuple[str, _Place]] = []
    offset = block.start
    for line in text.split("\n"):
        expanded, place = expand_tabs(line, offset)
        lines.append((expanded.rstrip(), place))
        offset += len(line) + 1
    lines[0] = (source.text[block.argument[0] : block.argument[1]], block.argument[0])
    indent = min((len(line) - len(line.lstrip()) for line, _ in lines[1:] if line), default=0)
    return [lines[0], *(_cut(line, place, min(indent, len(line))) for line, place in lines[1:])]


class TextMap:
    r"""Lines taken from a page, joined by ``\n``.

    :param source: the page.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.lines: list[str] = []
        self._starts: list[int] = []  # where each line starts in the joined text
        self._places: list[int | list[int]] = []  # where it starts in the page, or the offset of each character
        self._length = 0

    def add(self, line: str, place: int | list[int]) -> None:
        """Add the line at offset *place* of the page.

        A list holds the offset of each character and of the line's end: for lines whose tabs were expanded.
        """
        self.lines.append(line)
        self._starts.append(self._length)
        self._places.append(place)
        self._length += len(line) + 1

    @property
    def text(self) -> str:
        """The lines, joined."""
        return "\n".join(self.lines)

    def offset(self, index: int) -> int:
        """The page's offset of the character at *index* of the text; of the end of a line for its newline."""
        if not self.lines:
            return 0
        line = max(0, bisect_right(self._starts, index) - 1)
        column = min(index - self._starts[line], len(self.lines[line]))
        place = self._places[line]
        return place + column if isinstance(place, int) else place[column]

    def span(self, start: int, end: int) -> Span:
        """The page's span of the text between indexes *start* and *end*."""
        first = self.offset(start)
        return self.source.span(first, max(first, self.offset(end - 1) + 1) if end > start else first)


def expand_tabs(line: str, offset: int, width: int = 8) -> tuple[str, int | list[int]]:
    """*line* with its tabs expanded to columns that are multiples of *width*, and its place for :meth:`TextMap.add`."""
    if "\t" not in line:
        return line, offset
    text = ""
    places: list[int] = []
    for index, char in enumerate(line):
        piece = " " * (width - len(places) % width) if char == "\t" else char
        places += [offset + index] * len(piece)
        text += piece
    return text, [*places, offset + len(line)]

"""The inside of a reST directive, as docutils reads it (``docutils.parsers.rst.states.Body.parse_directive_block``)."""

from __future__ import annotations

import re

from sphinxext_dep.markup.rst import with_rst_newlines
from sphinxext_dep.markup.textmap import TextMap, expand_tabs
from sphinxext_dep.model.header import HeaderProblem, RawField, Spelling
from sphinxext_dep.model.outline import DirectiveBlock
from sphinxext_dep.model.source import Source, Span

_FIELD_MARKER = re.compile(r":(?![: ])([^:\\]|\\.|:(?!([ `]|\Z)))*(?<! ):( +|\Z)")
_ESCAPE = re.compile(r"\\(.)")
_NO_SPACE = re.compile(r":([\w-]+):(?=[^\s`])")


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
                    spelling=Spelling.DIRECTIVE,
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
                spelling=Spelling.DIRECTIVE,
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

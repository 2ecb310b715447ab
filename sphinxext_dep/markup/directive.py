"""Directives as they stand in a page: arguments, options and body, read as MyST or reST would hand them over."""

from __future__ import annotations

from collections.abc import Collection
from textwrap import dedent

import msgspec

from sphinxext_dep.markup.directive_rst import RstDirective
from sphinxext_dep.markup.options import read_options
from sphinxext_dep.markup.textmap import TextMap
from sphinxext_dep.model.header import HeaderProblem, RawField, Spelling
from sphinxext_dep.model.outline import DirectiveBlock, Outline
from sphinxext_dep.model.source import Source, Span


class Directive(msgspec.Struct, frozen=True):
    """One directive.

    :param argument: the text behind its name.
    :param argument_span: where that text stands; empty without an argument.
    :param options: its options in page order, duplicates kept, with the places of keys and values.
    :param span: the whole directive, from the start of its first line to the end of its last.
    :param line: the line it starts on, 1-based.
    :param body: where its content stands, blank lines around it left out; ``None`` without content.
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
    read = _read_rst if source.suffix == ".rst" else _read_myst
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
                spelling=Spelling.DIRECTIVE,
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
        # What stands behind the closing dashes is content.
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
    """Where *lines* stand, without the blank ones around them; ``None`` when all are blank."""
    filled = [(line, offset) for line, offset in lines if line.strip()]
    if not filled:
        return None
    (first, start), (last, end) = filled[0], filled[-1]
    return source.span(start + len(first) - len(first.lstrip()), end + len(last.rstrip()))

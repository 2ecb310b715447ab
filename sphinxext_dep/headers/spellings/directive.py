"""The ``dep-header`` directive: the header that new proposals use. It works in Markdown and in reStructuredText."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sphinxext_dep.headers.base import (
    Content,
    Item,
    KeyedSpelling,
    Written,
    addressed,
    addressed_to,
    bare_comment,
    comments_behind,
    marked_comment,
    option_value,
)
from sphinxext_dep.markup.directive import find_directives
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.proposal import HeaderProblem, Page, Part, RawHeader
from sphinxext_dep.model.schema import Field, Schema, fold
from sphinxext_dep.model.source import DirectiveBlock, Edit, Outline, RefusedError, Source, Span, line_end, newline_of

HEADER_DIRECTIVE = "dep-header"


class Directive(KeyedSpelling):
    """The directive."""

    name = "directive"
    form = "the options of a `dep-header` directive, anywhere in the page"
    above_title = False
    title_may_follow = True

    def read(self, source: Source, outline: Outline, schema: Schema) -> Part:
        """Read the directive; a page has one, and it holds options only."""
        found = find_directives(source, outline, (HEADER_DIRECTIVE,))
        if not found:
            return Part()
        directive, *others = found
        problems = list(directive.problems)
        start, end = directive.argument_span.start, directive.argument_span.end
        if directive.argument and not any(start <= problem.span.start < end for problem in problems):
            problems.append(
                HeaderProblem(
                    directive.argument_span,
                    f"`{HEADER_DIRECTIVE}` takes no argument",
                    "write each field as an option, such as `:status: Draft`, on a line of its own",
                )
            )
        if directive.body is not None and directive.closed:
            problems.append(
                HeaderProblem(
                    _first_line(source, directive.body),
                    f"`{HEADER_DIRECTIVE}` holds text that is no option, and options behind it would not be read",
                    "write each field as `:key: value` on a line of its own, without blank lines between them",
                )
            )
        problems += (
            HeaderProblem(
                _first_line(source, other.span),
                f"the page has a second `{HEADER_DIRECTIVE}` (the first is in line {directive.line})",
                "keep one, with all fields",
            )
            for other in others
        )
        return Part(directive.options, directive.span, tuple(problems))

    def blanked_lines(self, source: Source, outline: Outline, header: RawHeader) -> tuple[int, int] | None:
        """The lines between the first and the last: the directive is rendered at the place that its author chose."""
        lines = super().blanked_lines(source, outline, header)
        return (lines[0] + 1, lines[1] - (not source.is_rst)) if lines else None

    def content(self, page: Page) -> Content:
        """The options, and the comments below the directive that name the field they belong to."""
        text, end = page.source.text, page.header.spans[self.name].end
        lines = self.field_lines(page)
        own = {line.raw.label: comments_behind(page, line) for line in lines}
        block = _block(page)
        loose: list[str] = []
        position = line_end(page.source, block.start)
        for first, last in [*((line.start, line.line_end) for line in lines), (block.body[1], block.body[1])]:
            for row in text[position : max(position, first)].splitlines():
                written = row.strip().lstrip(":").strip()
                if written.startswith("#"):
                    loose.append(written[1:].strip())
                elif written.strip("-"):
                    raise RefusedError(f"`{written}` in the header is no option", "move it below the header")
            position = last
        keys = {fold(line.raw.label): line.raw.label for line in lines}
        for comment in page.outline.comments:
            if comment.start < end:
                continue
            found = addressed_to(bare_comment(text[comment.start : comment.end]))
            if text[end : comment.start].strip() or not found or fold(found[0]) not in keys:
                break
            own[keys[fold(found[0])]].append(found[1])
            end = comment.end
        items = tuple(self.item(line, own[line.raw.label]) for line in lines)
        return Content(items, tuple(loose), ((page.header.spans[self.name].start, end),))

    def quoted(self, value: str, markup: Markup) -> str:
        return option_value(value, markup)

    def line(self, name: str, value: str, markup: Markup) -> str:
        return f":{name}: {option_value(value, markup) if value else ''}".rstrip()

    def write(self, items: Iterable[Item], markup: Markup, comments: Sequence[str] = ()) -> Written:
        items = list(items)
        lines = [self.line(item.key, item.value, markup) for item in items]
        below = [addressed(item, comment) for item in items for comment in item.comments]
        if markup is Markup.RST:
            text = "\n   ".join([f".. {HEADER_DIRECTIVE}::", *lines])
        else:
            text = "\n".join([f"```{{{HEADER_DIRECTIVE}}}", *lines, "```"])
        return Written(text, "\n\n".join(marked_comment(comment, markup) for comment in (*below, *comments)))

    def insert_first(self, page: Page, field: Field, value: str) -> Edit:
        source, block = page.source, _block(page)
        first_line = line_end(source, block.start)
        indent = " " * (block.indent + (3 if source.is_rst else 0))
        line = self.line(field.key, value, source.markup)
        return Edit(first_line, first_line, f"{newline_of(source, block.start)}{indent}{line}")


SPELLING = Directive()


def _block(page: Page) -> DirectiveBlock:
    return next(block for block in page.outline.directives if block.name == HEADER_DIRECTIVE)


def _first_line(source: Source, span: Span) -> Span:
    """The part of *span* on its first line: a diagnostic marks one line."""
    line = source.line_text(span.line)
    return source.span(span.start, min(span.end, span.start + max(1, len(line) - span.column + 1)))

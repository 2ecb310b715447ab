"""A field list in a fence as a header: the directive ``eval-rst`` or ``field-list`` of MyST, as in napari's NAPs.

The fence is the first thing of a page, or the first below its title, and holds the fields of a field list and nothing
else. What is in ``eval-rst`` is reStructuredText, where HTML comments are text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sphinxext_dep.headers.base import Item, Written
from sphinxext_dep.headers.spellings.field_list import FieldList, without_quotes
from sphinxext_dep.headers.spellings.lines import Run, first_block
from sphinxext_dep.markup import plain_newlines
from sphinxext_dep.markup.rst import read_rst
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.proposal import HeaderProblem, Page, Part
from sphinxext_dep.model.schema import Schema, fold
from sphinxext_dep.model.source import DirectiveBlock, Outline, Source

_RST = "eval-rst"
_NAMES = (_RST, "field-list")


class FencedFieldList(FieldList):
    """A field list in a fence."""

    name = "fenced field list"
    form = (
        "`:Status: Draft` lines in an `{eval-rst}` or `{field-list}` fence, as in napari's NAPs, at the start of the "
        "page or below its title"
    )

    def read(self, source: Source, outline: Outline, schema: Schema) -> Part:
        text = plain_newlines(source)
        fences = {fence.start: fence for fence in outline.directives if fence.name in _NAMES}
        for start in self.starts(text, outline) if fences else ():
            fence = fences.get(first_block(text, outline, start))
            part = None if fence is None else self._part(source, text, fence, schema)
            if part is not None:
                return part
        return Part()

    def _part(self, source: Source, text: str, fence: DirectiveBlock, schema: Schema) -> Part | None:
        """Read the fields in *fence*; ``None`` if it holds none that is known."""
        start, end = fence.body
        outline = _outline_of(text, fence, source)
        run = Run(self, source, text, outline, schema, rst=fence.name == _RST, indent=fence.indent)
        run.read(start, end)
        if not any(fold(field.label) in schema.field_names for field in run.fields):
            return None
        problems = list(run.problems)
        if not fence.closed:
            # Everything behind it is in the fence: only the fields are taken for its content.
            problems.append(
                HeaderProblem(
                    source.span(fence.start + fence.indent, text.index("\n", fence.start)),
                    "the fence around the header is never closed",
                    "end it on a line of its own below the last field",
                )
            )
            end, last = run.end, run.end
        else:
            last = fence.end
        rest = text[run.end : end]
        if rest.strip():
            first = run.end + len(rest) - len(rest.lstrip())
            problems.append(
                HeaderProblem(
                    source.span(first, first + len(rest.strip().split("\n")[0].rstrip())),
                    "the fence around the header holds text that is no field, and fields behind it are not read",
                    "move the text below the fence",
                )
            )
        return Part(
            tuple(without_quotes(source, field) for field in run.fields),
            source.span(fence.start, last),
            tuple(problems),
        )

    def fields_end(self, page: Page) -> int:
        end = page.header.spans[self.name].end
        fence = next((fence for fence in page.outline.directives if fence.end == end), None)
        return fence.body[1] if fence is not None else end

    def _comment_ranges(self, page: Page) -> list[tuple[int, int]]:
        start = page.header.spans[self.name].start
        is_rst = any(fence.start == start and fence.name == _RST for fence in page.outline.directives)
        return [] if is_rst else super()._comment_ranges(page)

    def write(self, items: Iterable[Item], markup: Markup, comments: Sequence[str] = ()) -> Written:
        return Written(f"```{{{_RST}}}\n{super().write(items, markup, comments).header}\n```")

    def can_write(self, markup: Markup) -> bool:
        return markup is not Markup.RST


def _outline_of(text: str, fence: DirectiveBlock, source: Source) -> Outline:
    """The comments in *fence*, at their places in the page; Markdown's are found line by line."""
    start, end = fence.body
    inside = read_rst(Source("", text[start:end])).comments if fence.name == _RST else ()
    return Outline((), tuple(source.span(start + span.start, start + span.end) for span in inside), ())


SPELLING = FencedFieldList()

"""YAML front matter as a header. Not all of its keys are fields, and not every field makes a proposal of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from sphinxext_dep.headers.base import (
    Content,
    FieldLines,
    Item,
    KeyedSpelling,
    Occurrence,
    Written,
    comments_behind,
    is_file_wide,
    is_suppression,
    marked_comment,
    option_value,
)
from sphinxext_dep.markup import plain_newlines
from sphinxext_dep.markup.markdown import front_matter_end, read_markdown
from sphinxext_dep.markup.yaml import Entry, MappingReader, nested_problem, raw_field
from sphinxext_dep.model.files import Markup
from sphinxext_dep.model.proposal import HeaderProblem, Page, Part, RawField, RawHeader
from sphinxext_dep.model.schema import Field, Schema, fold
from sphinxext_dep.model.source import Edit, Outline, Source, Span

_NOT_OURS = frozenset(
    (
        "author", "blogpost", "category", "created", "date", "description", "excerpt", "external",
        "file format", "html meta", "image", "jupytext", "kernelspec", "keywords", "language", "layout", "location",
        "myst", "mystnb", "redirect", "slug", "static", "subject", "substitutions", "template", "theme", "title",
        "version",
    )
)  # fmt: skip
"""Keys (folded) that MyST, notebooks and blogs give a meaning, never misspelled fields; others are known to
:func:`~sphinxext_dep.headers.base.is_file_wide`.
"""

_FIRST_KEY = re.compile(r"-{3,}[ \t]*\n\s*([\w-]+(?:[ \t][\w-]+)*)[ \t]*:(?:\s|\Z)")
_TOML_KEY = re.compile(r"\+{3}[ \t]*\n\s*([\w-]+)[ \t]*=")
_ABOVE = re.compile(r"(?:\s|<!--(?:(?!-->).)*-->)*", re.DOTALL)
"""Space and comments above the text of a page."""
_COMMENT = re.compile(r"[ \t]#[ \t]?(.*)")
_MARKER = re.compile(r"[ \t]*-[ \t]+")
_CLOSE = 2
"""How many slips (letters missing, wrong, too many or swapped) a misspelled key may have; half of that when short."""


class _Match(msgspec.Struct):
    """An entry and the field that its key names or, when *near*, the one that it was meant to name."""

    entry: Entry
    field: Field
    near: bool = False


class FrontMatter(KeyedSpelling):
    """YAML front matter."""

    name = "front matter"
    form = "keys of the YAML between two `---` lines, at the very start of a Markdown page"
    above_title = True
    title_may_follow = True
    holds_other_lines = True
    occurrence = Occurrence.PAGES

    def read(self, source: Source, outline: Outline, schema: Schema) -> Part:
        """Read the front matter of a Markdown page.

        By itself it is a header with a status (however misspelled), or with a number and at least one more field, or
        with any field if the process has a status for pages that state none. Else its fields count only beside another
        spelling, for a page's ``author:`` or ``tags:`` do not make a proposal of it.
        """
        return self._read(source, schema, all_keys=False)

    def read_all(self, source: Source, outline: Outline, schema: Schema) -> Part:
        return self._read(source, schema, all_keys=True)

    def _read(self, source: Source, schema: Schema, *, all_keys: bool) -> Part:
        if source.is_rst:
            return Part()
        if not source.text.startswith("---"):
            return Part(problems=_misplaced(source, schema))
        text = plain_newlines(source)
        found = front_matter_end(text)
        if found is None:
            return Part(problems=_unclosed(source, text, schema))
        closing, body_start = found
        reader = MappingReader(source, text.index("\n") + 1, closing)
        entries = reader.read()
        matches = _recognise(entries, schema)
        exact = {match.field.key for match in matches if not match.near}
        number = schema.number_field
        is_header = (
            any(match.field is schema.status_field for match in matches)
            or (number is not None and number.key in exact and len(exact) > 1)
            or bool(exact and schema.default_status)
        )
        ours = entries if all_keys else [match.entry for match in matches if exact or is_header]
        end = len(text[:body_start].rstrip())
        return Part(
            fields=tuple(raw_field(source, entry, self.name) for entry in ours),
            span=source.span(0, end) if ours else None,
            problems=(*reader.problems, *(nested_problem(source, entry) for entry in ours if entry.nested)),
            alone=None if is_header else Part(problems=tuple(reader.problems)),
        )

    def blanked_lines(self, source: Source, outline: Outline, header: RawHeader) -> tuple[int, int] | None:
        """All of it if a YAML loader could fail over it; else it stays, since it is Sphinx's metadata too."""
        if any(problem.span.start < outline.body_start for problem in header.problems):
            return 1, source.line_of(max(0, outline.body_start - 1))
        return None

    def content(self, page: Page) -> Content:
        """Our keys; those of other tools stay where they are."""
        source, lines = page.source, self.field_lines(page)
        items = tuple(self.item(line, (*_list_comments(page, line), *comments_behind(page, line))) for line in lines)
        closing, behind = front_matter_end(plain_newlines(source)) or (0, 0)
        ranges = tuple((line.start, _next_line(page, line.line_end)) for line in lines)
        position = source.line_starts[1] if len(source.line_starts) > 1 else 0
        others = ""
        for start, end in ranges:
            others += source.text[position:start]
            position = end
        rows = [row.strip() for row in (others + source.text[position:closing]).splitlines() if row.strip()]
        if not all(row.startswith("#") for row in rows):
            return Content(items, (), ranges)
        while source.text[behind : behind + 1] in ("\n", "\r"):
            behind += 1
        return Content(items, tuple(row[1:].strip() for row in rows), ((0, behind),))

    def line(self, name: str, value: str, markup: Markup) -> str:
        return f"{name}: {option_value(value)}"

    def write(self, items: Iterable[Item], markup: Markup, comments: Sequence[str] = ()) -> Written:
        lines: list[str] = []
        below: list[str] = []
        for item in items:
            # A suppression works as a comment of the page only; and a comment of YAML ends with its line.
            beside = [comment for comment in item.comments if not is_suppression(comment) and "\n" not in comment]
            below += (comment for comment in item.comments if comment not in beside)
            line = self.line(item.key, item.value, markup) if item.value or beside else f"{item.key}:"
            lines.append(" # ".join([line, *beside]))
        return Written(
            "\n".join(lines), "\n\n".join(marked_comment(comment, markup) for comment in (*below, *comments))
        )

    def can_write(self, markup: Markup) -> bool:
        return markup is not Markup.RST

    def insert_above(self, page: Page, header: str) -> Edit:
        if front_matter_end(plain_newlines(page.source)):
            opening = page.source.line_starts[1]
            return Edit(opening, opening, f"{header}\n")
        return Edit(0, 0, f"{self.enclosed(header)}\n\n")

    def enclosed(self, header: str) -> str:
        return f"---\n{header}\n---"

    def append(self, page: Page, raw: RawField, added: str) -> Edit:
        source, end = page.source, raw.span.end
        written = source.text[raw.span.start : end]
        if written.startswith("["):
            return Edit(end - 1, end - 1, f", {option_value(added)}")
        if written.startswith("- "):
            last_line = source.line_starts[source.line_of(end) - 1]
            marker = _MARKER.match(source.text, last_line)
            return self.append_line(page, raw, last_line, f"{marker[0] if marker else '- '}{option_value(added)}")
        return super().append(page, raw, added)


SPELLING = FrontMatter()


def page_title(source: Source) -> tuple[str, Span] | None:
    """The ``title`` in the front matter of a Markdown page, and its place: the page's title where no heading is.

    Site generators take it so; MyST makes a heading of it with ``myst_title_to_header``.
    """
    if source.is_rst or not source.text.startswith("---") or "title" not in source.text:
        return None
    text = plain_newlines(source)
    found = front_matter_end(text)
    entries = MappingReader(source, text.index("\n") + 1, found[0]).read() if found else []
    entry = next((entry for entry in entries if entry.key == "title" and entry.value and not entry.nested), None)
    if entry is None:
        return None
    headings = read_markdown(Source(source.path, f"# {' '.join(entry.value.split())}\n")).headings
    return (headings[0].text if headings else entry.value), source.span(entry.start, entry.end)


def _next_line(page: Page, offset: int) -> int:
    line = page.source.line_of(offset)
    starts = page.source.line_starts
    return starts[line] if line < len(starts) else len(page.source.text)


def _list_comments(page: Page, line: FieldLines) -> list[str]:
    """The comments among the items of a YAML list."""
    written = page.source.text[line.raw.span.start : line.raw.span.end]
    if not written.startswith(("-", "[")):
        return []
    comments = (match[1].strip() for row in written.splitlines() if (match := _COMMENT.search(row)))
    return [comment for comment in comments if comment not in line.raw.value]


def _recognise(entries: list[Entry], schema: Schema) -> list[_Match]:
    """The entries whose key names a field or, short of a slip or two, was meant to; in page order."""
    names = schema.field_names
    matches: list[_Match] = []
    choices: list[str] | None = None
    for entry in entries:
        name = fold(entry.key)
        field = names.get(name)
        if field is not None:
            matches.append(_Match(entry, field))
        elif name not in _NOT_OURS and not is_file_wide(entry.key) and 3 < len(name) < 40:
            # Only a stranger needs this library: most pages never load it.
            from rapidfuzz import process
            from rapidfuzz.distance import OSA

            choices = choices or [known for known in names if len(known) > 3]
            slips = _CLOSE if len(name) > 4 else _CLOSE // 2
            best = process.extractOne(name, choices, scorer=OSA.distance, score_cutoff=slips)
            if best is not None and (best[1] < 2 or best[0][0] == name[0]):  # `created` is not `related`
                matches.append(_Match(entry, names[best[0]], near=True))
    return matches


def _misplaced(source: Source, schema: Schema) -> tuple[HeaderProblem, ...]:
    """A page that begins with front matter, but not in its first line, or in TOML: no parser would see it."""
    match = _ABOVE.match(source.text)
    start = match.end() if match else 0
    if not source.text.startswith(("---", "+++"), start):
        return ()
    text = source.text[start:].replace("\r\n", "\n")
    key = _FIRST_KEY.match(text) or _TOML_KEY.match(text)
    if key is None or fold(key[1]) not in schema.field_names:
        return ()
    message, help = "the front matter is TOML", "write `key: value` lines between two lines `---`"
    if text.startswith("-"):
        if front_matter_end(text) is None:
            return ()
        message, help = "the front matter does not begin in the first line", "move what is above it below it"
    return (HeaderProblem(source.span(start, start + 3), message, help),)


def _unclosed(source: Source, text: str, schema: Schema) -> tuple[HeaderProblem, ...]:
    """A page that starts like front matter with a field, but never ends it."""
    match = _FIRST_KEY.match(text)
    if match is None or fold(match[1]) not in schema.field_names:
        return ()
    return (
        HeaderProblem(
            source.span(0, 3),
            "the front matter is never closed",
            "write `---` on a line of its own behind its last key",
        ),
    )

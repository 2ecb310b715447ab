"""The outline of a Markdown page, as MyST reads it.

pyromark reads CommonMark; what MyST adds to it at block level is translated to CommonMark *of the same length* before
(:mod:`sphinxext_dep.markup.commonmark`), so that every offset pyromark reports is an offset into the page.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import pyromark

from sphinxext_dep.markup.commonmark import DIRECTIVE_INFO, as_commonmark
from sphinxext_dep.model.source import DirectiveBlock, Heading, Outline, Source, Span

_OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_FOOTNOTES
_LEVELS = {f"H{level}": level for level in range(1, 7)}

_COMMENT = re.compile(r"<!--(?:-?>|.*?(?:-->|\Z))", re.DOTALL)
_ATX = re.compile(r"#{1,6}[ \t]*(.*?)(?:(?:(?<=[ \t])|(?<=#))#+)?[ \t]*\Z", re.DOTALL)
# Without one of these characters the text of a heading is the same as in the page.
_INLINE = re.compile(r"[*_`\[\]<>&\\\n]")
_INLINE_END = frozenset("*_`[]<>&\\")
_ROLE = re.compile(r"\{[\w:.+-]+\}\Z")

_INSIDE = ("<!--", "```", "~~~", "\t", " " * 5)  # what a list or a quotation must hold to hold a comment or code
_FRONT_MATTER = re.compile(r"(-{3,})[^\n]*(?:\n|\Z)")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_LABEL_LINE = re.compile(r"^[ \t]*(?:\*\*|__)[^*\n]{1,80}[*_:]", re.MULTILINE)


def front_matter_end(text: str) -> tuple[int, int] | None:
    r"""Offsets of the line that closes the front matter and of the line behind it; ``None`` without front matter.

    The rule is that of mdit-py-plugins' ``front_matter``: the first line starts with three or more ``-``, and a later
    line has at least as many and nothing else, or is ``...``. *text* has ``\n`` as its only newline.
    """
    opening = _FRONT_MATTER.match(text)
    if opening is None:
        return None
    end_line = re.compile(rf"^(?: {{0,3}}-{{{len(opening[1])},}}|\.\.\.)[ \t]*$", re.MULTILINE)
    closing = end_line.search(text, opening.end())
    if closing is None:
        return None
    return closing.start(), min(closing.end() + 1, len(text))


def with_plain_newlines(text: str) -> str:
    r"""*text* with ``\n`` for every newline, at the same offsets (the CR of a CRLF becomes a trailing space)."""
    return text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in text else text


def read_markdown(source: Source) -> Outline:
    """Read the outline of a Markdown page."""
    text = with_plain_newlines(source.text)
    front_matter = front_matter_end(text)
    base = front_matter[1] if front_matter else 0
    return _Reader(source, text, base).read()


class _Reader:
    """One pass over pyromark's events."""

    def __init__(self, source: Source, text: str, base: int) -> None:
        self.source = source
        self.text = text
        self.base = base
        self.headings: list[Heading] = []
        self.comments: list[Span] = []
        self.code: list[Span] = []
        self.directives: list[DirectiveBlock] = []

    def read(self) -> Outline:
        text, base = self.text, self.base
        masked, myst_comments = as_commonmark(text[base:] if base else text)
        has_comments = "<!--" in masked
        inside = [mark for mark in _INSIDE if mark in masked]
        skip = -1  # events that start before this offset need no look
        nested = -1  # events that start before this offset are not top-level
        # An event is a dictionary with one key, or a string when it has nothing to say.
        events: Iterator[tuple[Any, Any]] = pyromark.events_with_range(masked, options=_OPTIONS)
        for event, where in events:
            # Most events are dropped here, so what is asked first is what costs least.
            if "Start" not in event:
                if has_comments and "InlineHtml" in event and where["start"] >= skip:
                    self._inline_html(event["InlineHtml"], where["start"] + base, where["end"] + base)
                continue
            start = where["start"]
            if start < skip:
                continue
            tag, end = event["Start"], where["end"]
            if tag == "Paragraph":
                # Inline events are most of all events: look at them only where there is a comment to find.
                if not has_comments or masked.find("<!--", start, end) < 0:
                    skip = end
            elif tag.__class__ is str:
                if tag == "HtmlBlock":
                    self._html(start + base, end + base)
                    skip = end
            elif "Heading" in tag:
                if start < nested:
                    continue
                if masked[start] == "#" != text[start + base]:
                    # A MyST line in disguise.
                    skip = end
                    continue
                level = _LEVELS[tag["Heading"]["level"]]
                if _INLINE.search(masked, start, end - 1) is None and masked[end - 1] not in _INLINE_END:
                    self._add_heading(level, start + base, end + base, None)
                    skip = end
                else:
                    self._add_heading(level, start + base, end + base, self._words(events))
            elif "CodeBlock" in tag:
                fenced = tag["CodeBlock"] != "Indented"
                self._code(start, end, masked, directive=fenced and start >= nested)
                skip = end
            elif "List" in tag or "BlockQuote" in tag or "FootnoteDefinition" in tag:
                # Asked of the outermost only: of each of a thousand, one in the other, it would take quadratic time.
                if start >= nested:
                    for mark in inside:
                        if masked.find(mark, start, end) >= 0:
                            break
                    else:
                        skip = end
                    nested = max(nested, end)
            elif "Table" in tag and (not has_comments or masked.find("<!--", start, end) < 0):
                skip = end  # it holds text only, as a paragraph does
        for start, end in myst_comments:
            if not self._in_code(start + base):
                self.comments.append(self.source.span(start + base, end + base))
        self.comments.sort()
        return Outline(
            headings=tuple(self.headings),
            comments=tuple(self.comments),
            code=tuple(self.code),
            body_start=base,
            directives=tuple(self.directives),
        )

    def _words(self, events: Iterator[tuple[Any, Any]]) -> str:
        """The text of a heading, taking its events up to its end from *events*."""
        text, base = self.text, self.base
        words: list[str] = []
        for event, where in events:
            if event.__class__ is str:
                words.append(" ")
                continue
            if "End" in event:
                if "Heading" in event["End"]:
                    break
                continue
            first, last = where["start"] + base, where["end"] + base
            if "Text" in event:
                piece = text[first:last]
                # pyromark was given other characters than the page's, but resolves entities.
                words.append(html.unescape(piece) if len(event["Text"]) != len(piece) else piece)
            elif "Code" in event:
                if words:
                    words[-1] = _ROLE.sub("", words[-1])
                words.append(text[first:last].strip("`"))
            elif "InlineHtml" in event:
                self._inline_html(event["InlineHtml"], first, last)
        return "".join(words)

    def _add_heading(self, level: int, start: int, end: int, words: str | None) -> None:
        """Record the heading at offsets *start* to *end*.

        :param words: its text; ``None`` when it is the same as in the page.
        """
        text = self.text
        first, last = _heading_text(text, start, end)
        shown = text[first:last] if words is None else words
        self.headings.append(
            Heading(
                level,
                " ".join(shown.split()),
                self.source.span(first, last),
                text.rfind("\n", 0, start) + 1,
                start + len(text[start:end].rstrip()),
            )
        )

    def _inline_html(self, html: str, start: int, end: int) -> None:
        """Record a comment among other text."""
        if html.startswith("<!--"):
            self.comments.append(self.source.span(start, end))

    def _html(self, start: int, end: int) -> None:
        """Record the comments of an HTML block."""
        for match in _COMMENT.finditer(self.text, start, end):
            self.comments.append(self.source.span(match.start(), match.start() + len(match[0].rstrip())))

    def _code(self, start: int, end: int, masked: str, *, directive: bool) -> None:
        """Record a code block and, if it can be one, the directive it is."""
        base = self.base
        text = self.text
        if masked.endswith("\n", start, end):
            end -= 1
        self.code.append(self.source.span(start + base, end + base))
        line_start = masked.rfind("\n", 0, start) + 1
        indent = start - line_start
        if not directive:
            return
        marker = masked[start]
        fence_end = start
        while fence_end < end and masked[fence_end] == marker:
            fence_end += 1
        info = DIRECTIVE_INFO.match(text, fence_end + base)
        if info is None:
            return
        fence = text[start + base : fence_end + base]
        line_end = text.find("\n", info.end())
        body_start = end + base if line_end < 0 else min(line_end + 1, end + base)
        last_line = max(body_start, text.rfind("\n", 0, end + base) + 1)
        last = text[last_line : end + base].strip(" \t")
        closed = len(last) >= len(fence) and not last.strip(fence[0]) and last_line > start + base
        self.directives.append(
            DirectiveBlock(
                name=info[1].lower(),
                argument=info.span(2) if info[2] is not None else (info.end(), info.end()),
                start=line_start + base,
                end=end + base,
                body=(body_start, last_line if closed else end + base),
                indent=indent,
                fence=fence,
                closed=closed,
            )
        )

    def _in_code(self, offset: int) -> bool:
        index = bisect_right(self.code, offset, key=lambda span: span.start) - 1
        return index >= 0 and offset < self.code[index].end


def _heading_text(text: str, start: int, end: int) -> tuple[int, int]:
    """Offsets of a heading's text within the offsets of the heading."""
    whole = text[start:end].rstrip()
    newline = whole.rfind("\n")
    if newline < 0:
        if whole[:1] == "#" != whole[-1:]:
            return start + len(whole) - len(whole.lstrip("#").lstrip(" \t")), start + len(whole)
        match = _ATX.match(whole)
        if match:
            return start + match.start(1), start + match.start(1) + len(match[1].rstrip())
        return start, start + len(whole)
    above = whole[:newline]
    return start + len(above) - len(above.lstrip()), start + len(above.rstrip())


class CommentMask:
    r"""Finds comments line by line, and gives lines without them.

    A comment that starts a line ends at the first ``-->``, as in CommonMark. One behind other text may cross blank
    lines, which CommonMark does not allow, since nobody writes ``<!--`` for its looks; but it does not swallow another
    comment or a field: then its ``-->`` was forgotten.

    :param text: with ``\n`` as its only newline.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.ranges: list[tuple[int, int]] = []
        self.unclosed: list[int] = []
        self._next_close = -2  # where the first `-->` at or behind the last question is; -1: there is none

    @property
    def open_until(self) -> int:
        """Offset at which the last comment found ends."""
        return self.ranges[-1][1] if self.ranges else 0

    def scan(self, start: int, end: int) -> None:
        """Find the comments that begin on the line between offsets *start* and *end*; lines come in order."""
        text = self.text
        position = max(start, self.open_until)
        ticks = 0
        first = position == start
        while (at := text.find("<!--", position, end)) >= 0:
            ticks += text.count("`", position, at)
            if ticks % 2:  # in a code span
                position = at + 4
                continue
            alone = first and not text[start:at].strip()
            first = False
            close = self._close(at, alone=alone)
            if close < 0:
                self.unclosed.append(at)
                self.ranges.append((at, len(text) if alone else end))
                return
            self.ranges.append((at, close))
            position = close

    def _close(self, at: int, *, alone: bool) -> int:
        """Offset behind the ``-->`` of the comment at offset *at*; -1 when it has none."""
        text = self.text
        # `<!-->` and `<!--->` are whole comments. The answer is kept: a page of `<!--` must not take quadratic time.
        if self._next_close != -1 and self._next_close < at + 2:
            self._next_close = text.find("-->", at + 2)
        close = self._next_close
        if close < 0:
            return -1
        if not alone:
            if text.find("<!--", at + 4, close) >= 0:
                return -1
            if _BLANK_LINE.search(text, at, close) and _LABEL_LINE.search(text, at, close):
                return -1
        return close + 3

    def mask(self, start: int, end: int) -> str:
        """The text between two offsets, with spaces for comments."""
        if self.open_until <= start:
            return self.text[start:end]
        pieces: list[str] = []
        for first, last in self._within(start, end):
            pieces += (self.text[start:first], " " * (last - first))
            start = last
        return "".join((*pieces, self.text[start:end]))

    def without(self, start: int, end: int) -> str:
        """The text between two offsets, without comments, and with one space where there was one on both sides."""
        if self.open_until <= start:
            return self.text[start:end]
        result = ""
        for first, last in self._within(start, end):
            piece = self.text[start:first]
            result += piece.lstrip() if result[-1:].isspace() else piece
            start = last
        rest = self.text[start:end]
        return result + (rest.lstrip() if result[-1:].isspace() else rest)

    def _within(self, start: int, end: int) -> list[tuple[int, int]]:
        """The parts of comments that lie between two offsets."""
        found: list[tuple[int, int]] = []
        index = max(0, bisect_right(self.ranges, (start, start)) - 1)
        while index < len(self.ranges) and self.ranges[index][0] < end:
            first, last = self.ranges[index]
            if last > start:
                found.append((max(first, start), min(last, end)))
            index += 1
        return found

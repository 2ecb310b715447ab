"""The outline of a Markdown page, as MyST reads it.

pyromark reads CommonMark; what MyST adds to it at block level is translated to CommonMark *of the same length* before
(:mod:`sphinxext_dep.markup.commonmark`), so that every offset pyromark reports is an offset into the page.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pyromark

from sphinxext_dep.markup.commonmark import DIRECTIVE_INFO, as_commonmark
from sphinxext_dep.markup.plain import SCHEME, html_text, mention, role_text
from sphinxext_dep.model.source import DirectiveBlock, Heading, Outline, Source, Span

_OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_FOOTNOTES
_LEVELS = {f"H{level}": level for level in range(1, 7)}

_COMMENT = re.compile(r"<!--(?:-?>|.*?(?:-->|\Z))", re.DOTALL)
_ATX = re.compile(r"#{1,6}[ \t]*(.*?)(?:(?:(?<=[ \t])|(?<=#))#+)?[ \t]*\Z", re.DOTALL)
_INLINE = re.compile(r"[*_`\[\]<>&\\\n~]")
"""Without one of these characters, text is what it is."""
_ROLE = re.compile(r"\{([A-Za-z][\w:+.-]*)\}\Z")
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n]+)\]:(?:[ \t]*\n)?[^\n]+(?:\n[ \t]+[^\n]+)*", re.MULTILINE)
"""The target of links, or the text of a note, with its label."""
_LABEL = re.compile(r"\[([^\[\]]+)\]")
_SENTINEL = "x "
"""In front of text that must not begin a list, a heading or a quotation."""

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
                self._add_heading(level, start + base, end + base)
                if not has_comments or masked.find("<!--", start, end) < 0:
                    skip = end
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

    def _add_heading(self, level: int, start: int, end: int) -> None:
        """Record the heading at offsets *start* to *end*."""
        text = self.text
        first, last = _heading_text(text, start, end)
        shown = text[first:last]
        if _INLINE.search(shown) is not None:
            shown = markdown_text(shown, page=text)
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


def markdown_text(text: str, prefix: str = "", page: str = "", *, is_html: bool = True) -> str:
    """The words that readers see of *text*, a heading or a paragraph.

    :param prefix: what numbers of proposals are called.
    :param page: the whole page, which may define the targets of links and the notes in *text*.
    :param is_html: whether tags are HTML, and not text.
    """
    if _INLINE.search(text) is None:
        return text
    labels = {_folded(label) for label in _LABEL.findall(text)}
    definitions = [found for label, found in _definitions(page).items() if label in labels] if labels else ()
    plain = _Inline(prefix, is_html=is_html)
    whole = "\n\n".join((_SENTINEL + text, *definitions))
    event: Any
    for event in pyromark.events(whole, options=pyromark.Options.ENABLE_FOOTNOTES):
        if event == {"End": "Paragraph"}:
            break
        plain.take(event)
    return plain.text.removeprefix(_SENTINEL)


def _folded(label: str) -> str:
    return " ".join(label.split()).casefold()


@lru_cache(maxsize=2)
def _definitions(page: str) -> dict[str, str]:
    """The definitions of a page by label; of several the first."""
    found: dict[str, str] = {}
    end = 0
    for match in _DEFINITION.finditer(page):
        start = match.start()
        # It does not interrupt a paragraph.
        if start <= end + 1 or not page[page.rfind("\n", 0, start - 1) + 1 : start].strip():
            found.setdefault(_folded(match[1]), match[0])
            end = match.end()
    return found


class _Inline:
    """The text of inline events, taken one by one."""

    def __init__(self, prefix: str, *, is_html: bool) -> None:
        self.prefix = prefix
        self.is_html = is_html
        self.text = ""
        self.links: list[tuple[str, int]] = []  # where each link around leads, and where its text begins

    def take(self, event: Any) -> None:
        """Add what *event* shows."""
        if event.__class__ is str:
            self.text += " " if event in ("SoftBreak", "HardBreak") else ""
            return
        kind, value = next(iter(event.items()))
        if kind == "Text":
            self.text += value
        elif kind == "Code":
            role = _ROLE.search(self.text)
            if role:
                self.text = self.text[: role.start()] + role_text(role[1], value, self.prefix)
            else:
                self.text += value
        elif kind == "InlineHtml":
            self.text += html_text(value) if self.is_html else value
        elif kind == "FootnoteReference":
            # The mark of a note leads to the end of the page. As where docutils makes a title part of the contents.
            self.text = self.text.rstrip(" ")
        elif kind == "Start" and isinstance(value, dict) and "Link" in value:
            self.links.append((value["Link"]["dest_url"], len(self.text)))
        elif kind == "End" and value == "Link":
            target, start = self.links.pop()
            own = self.text[start:]
            if target.startswith(SCHEME) and own in ("", target):
                self.text = self.text[:start] + mention(target[len(SCHEME) :], self.prefix)
            elif not own:
                self.text += target


def markdown_paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a page or of a part of one, without those in lists, quotations and the like."""
    text = with_plain_newlines(text)
    masked, _comments = as_commonmark(text)
    depth = 0
    # MyST reads tables, so a table is no paragraph here either.
    events: Iterator[tuple[Any, Any]] = pyromark.events_with_range(masked, options=_OPTIONS)
    for event, where in events:
        if event.__class__ is str:
            continue
        if "Start" in event:
            if not depth and event["Start"] == "Paragraph":
                yield text[where["start"] : where["end"]].strip()
            depth += 1
        elif "End" in event:
            depth -= 1


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

"""Status banners: an alert of GitHub's (`Alerts`_), another quotation, or an admonition above the first section that
begins ``Status: …``.

A banner is no header. It repeats the status for readers of the file, and must not say another one (:code:`DEP111`).

.. _Alerts: https://docs.github.com/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github\
/basic-writing-and-formatting-syntax#alerts
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from sphinxext_dep.headers.spellings.block import starts_with_label
from sphinxext_dep.markup import plain_newlines
from sphinxext_dep.model.proposal import Banner, Page
from sphinxext_dep.model.schema import BannerKind, Schema, Status, fold, section_key
from sphinxext_dep.model.source import DirectiveBlock, Edit, Outline, Source, Span, next_newline

BANNER = "banner"
"""The word for a banner where a configuration can name a spelling."""

TITLED = "admonition"
"""The directive of an admonition that has a title of its own, and no kind."""

ADMONITIONS = {
    **{kind.value: kind.value for kind in BannerKind},
    "attention": "warning", "danger": "caution", "error": "caution", "hint": "tip", "seealso": "", TITLED: "",
}  # fmt: skip
"""The directive of each admonition → the kind of banner that it is."""

ALERT = re.compile(rf"\[!(?P<kind>{'|'.join(BannerKind)})\][ \t]*(?:\n|\Z)?", re.IGNORECASE)
"""The first line of an alert, as text. GitHub asks for a line of its own; a status banner can go on behind it."""

_QUOTE = re.compile(r" {0,3}>[ \t]?")
# At the margin: indented, it may be in an item of a list.
_FIRST_LINE = re.compile(
    rf"^>(?:[ \t]*\[!(?P<kind>{'|'.join(BannerKind)})\][ \t]*|(?![ \t]*\[!))", re.IGNORECASE | re.MULTILINE
)
_HINT = re.compile(r"^(?: {0,3}(?:>|`{3,}[ \t]*\{|~{3,}[ \t]*\{|:{3,}[ \t]*\{)|\.\.[ \t]+\w+::)", re.MULTILINE)
"""The beginning of anything that can be a banner: nearly no page has one, and most are done with after this."""

_NOT_LAZY = re.compile(
    r"[ \t]*(?:\n|\Z)| {0,3}(?:#{1,6}[ \t\n]|`{3}|~{3}|:{3}|[-+*](?:[ \t\n]|[-*]{2})|_{3}|=+[ \t]*$|\d{1,9}[.)][ \t]"
    r"|[|<%]|\(.+\)=)",
    re.MULTILINE,
)
"""A blank line, and the beginning of another block."""

_OPTION = re.compile(r"[ \t]*:[\w-]+:(?:[ \t]|\Z)")
_OTHER_WORDS = re.compile(r"(?:(?![ \t]--?[ \t])[^\n\u2014\u2013.,;:()*_`\[\]|!?])*")
_SEPARATOR = re.compile(r"\s*[\u2014\u2013:.,;|\u00b7\u2022-]*\s*")
_MAX_WORDS = 80
"""Characters of what a banner says in place of a status."""


class Words(NamedTuple):
    """The first words of a banner; positions are indexes into the text.

    :param start: of the label.
    :param value: of the status.
    :param end: of the end of the status.
    :param rest: of the text behind the status and its separator, in text without markup.
    :param status: canonical name, or ``None`` when it is no status.
    """

    start: int
    value: int
    end: int
    rest: int
    status: str | None


class _Vocabulary(NamedTuple):
    label: re.Pattern[str]
    statuses: re.Pattern[str]


def first_words(text: str, schema: Schema, position: int = 0, end: int | None = None) -> Words | None:
    """The status that *text* begins with, as in ``Status: Accepted``; ``None`` when it begins with anything else.

    The status ends where the words of the process end. ``Final draft`` is no status, though it begins with one.

    :param text: with or without inline markup.
    """
    end = len(text) if end is None else end
    label, statuses = _vocabulary(schema)
    found = label.match(text, position, end)
    if found is None:
        return None
    value = found.end()
    known = statuses.match(text, value, end)
    status: Status | None = None
    if known is not None and not (known.end() < end and _goes_on(statuses, text, known.end(), end)):
        word = fold(known[0])
        status = schema.status_names.get(word) or schema.status_aliases.get(word)
        last = known.end()
    else:
        other = _OTHER_WORDS.match(text, value, min(end, value + _MAX_WORDS))
        last = value + len(other[0].rstrip()) if other else value
    if last == value:
        return None
    behind = _SEPARATOR.match(text, last, end)
    return Words(found.start("label"), value, last, behind.end() if behind else last, status.name if status else None)


def _goes_on(statuses: re.Pattern[str], text: str, position: int, end: int) -> bool:
    """True if another status follows right behind one: ``Draft Under Review`` is neither."""
    blank = len(text[position:end]) - len(text[position:end].lstrip(" \t"))
    return blank > 0 and statuses.match(text, position + blank, end) is not None


def _vocabulary(schema: Schema) -> _Vocabulary:
    found: _Vocabulary | None = schema.derived.get(__name__)
    if found is None:
        field = schema.status_field
        labels = (field.label, field.key, *field.aliases) if field is not None else ()
        statuses = {*schema.status_names, *schema.status_aliases}
        found = schema.derived[__name__] = _Vocabulary(
            # Between colon and status: marks of bold and code, or a symbol such as a coloured circle.
            re.compile(
                rf"[ \t]*[*_`]*(?P<label>{_any(map(fold, labels))})[ \t*_`]*[:\uff1a](?:[ \t_]|[^\w\s])*",
                re.IGNORECASE,
            ),
            re.compile(rf"(?:{_any(statuses)})(?!_*[^\W_])", re.IGNORECASE),
        )
    return found


def _any(words: Iterable[str]) -> str:
    """A pattern for any of some folded *words*; the longest counts."""
    patterns = (r"[-_ \t]+".join(map(re.escape, word.split())) for word in sorted(words, key=len, reverse=True) if word)
    return "|".join(patterns) or r"(?!)"


def find_banners(source: Source, outline: Outline, schema: Schema) -> tuple[Banner, ...]:
    """The status banners of a page, in page order. Never raises."""
    text = plain_newlines(source)
    end = _head_end(text, outline, schema)
    if _HINT.search(text, outline.body_start, end) is None:
        return ()
    found = list(_directives(source, text, outline, end, schema))
    if not source.is_rst:
        found += _quotes(source, text, outline, end, schema)
    return tuple(sorted(found, key=lambda banner: banner.span.start))


def _head_end(text: str, outline: Outline, schema: Schema) -> int:
    """The offset at which the first section begins: an admonition below that is about the section."""
    title_seen = False
    for heading in outline.headings:
        if starts_with_label(text, heading.span.start):
            continue  # a field with a `---` below it
        if title_seen or section_key(heading.text) in schema.section_names:
            return heading.start
        title_seen = True
    return len(text)


def _quotes(source: Source, text: str, outline: Outline, end: int, schema: Schema) -> Iterator[Banner]:
    for match in _FIRST_LINE.finditer(text, outline.body_start, end):
        start = match.start()
        if _is_within(start, outline.code) or _is_within(start, outline.comments):
            continue
        if start and _QUOTE.match(text, text.rfind("\n", 0, start - 1) + 1):
            continue  # in the middle of a quotation
        lines = [(match.end(), next_newline(text, match.end()))]
        position = lines[0][1] + 1
        while position < end and (quote := _QUOTE.match(text, position)):
            lines.append((quote.end(), next_newline(text, position)))
            position = lines[-1][1] + 1
        while position < end and text[slice(*lines[-1])].strip() and _goes_on_lazily(text, position):
            lines.append((position, next_newline(text, position)))
            position = lines[-1][1] + 1
        kind = source.span(*(match.span("kind") if match["kind"] else (match.end(), match.end())))
        yield from _banner(source, text, schema, (match["kind"] or "").lower(), kind, lines, (start, lines[-1][1]))


def _goes_on_lazily(text: str, position: int) -> bool:
    """True if the line at *position* goes on with the paragraph of a quotation without a ``>``. A field never does."""
    return _NOT_LAZY.match(text, position) is None and not starts_with_label(text, position)


def _is_within(offset: int, spans: Sequence[Span]) -> bool:
    place = bisect_right(spans, offset, key=lambda span: span.start) - 1
    return place >= 0 and offset < spans[place].end


def _directives(source: Source, text: str, outline: Outline, end: int, schema: Schema) -> Iterator[Banner]:
    for block in outline.directives:
        if block.start >= end or block.name not in ADMONITIONS:
            continue
        name = re.compile(re.escape(block.name), re.IGNORECASE).search(text, block.start)
        if name is None:
            continue
        kind = source.span(*name.span())
        lines = list(_lines(text, block))
        yield from _banner(source, text, schema, ADMONITIONS[block.name], kind, lines, (block.start, block.end))


def _lines(text: str, block: DirectiveBlock) -> Iterator[tuple[int, int]]:
    """The ranges of the lines of an admonition, without its options; the first is its argument."""
    yield block.argument
    if block.name == TITLED:
        return
    position, is_yaml, options = block.body[0], False, True
    while position < block.body[1]:
        end = min(next_newline(text, position), block.body[1])
        line = text[position:end]
        if options and line.strip() == "---":
            is_yaml, options = not is_yaml, not is_yaml
        elif not (options and (is_yaml or _OPTION.match(line) or not line.strip())):
            options = False
            yield position, end
        position = end + 1


def _banner(
    source: Source,
    text: str,
    schema: Schema,
    kind: str,
    kind_span: Span,
    lines: Iterable[tuple[int, int]],
    span: tuple[int, int],
) -> Iterator[Banner]:
    """The banner, if the first of *lines* that is not blank begins with a status."""
    first = next(((start, end) for start, end in lines if text[start:end].strip()), None)
    words = first_words(text, schema, *first) if first is not None else None
    if first is not None and words is not None:
        lead = first[0] + len(text[slice(*first)]) - len(text[slice(*first)].lstrip())
        status = source.span(words.value, words.end)
        raw = source.text[words.value : words.end]
        whole = source.span(span[0], span[0] + len(text[slice(*span)].rstrip()))
        yield Banner(kind, kind_span, words.status, raw, status, whole, lead)


def without_banners(source: Source, outline: Outline, banners: Iterable[Banner]) -> tuple[Source, Outline]:
    """The page as the readers of headers see it, with blank lines in place of *banners*: a header can be around one."""
    ranges = [(banner.span.start, banner.span.end) for banner in banners]
    if not ranges:
        return source, outline
    pieces: list[str] = []
    position = 0
    for start, end in ranges:
        pieces += (source.text[position:start], re.sub(r"[^\r\n]", " ", source.text[start:end]))
        position = end
    masked = source.with_text("".join((*pieces, source.text[position:])))
    starts = {start for start, _ in ranges}
    directives = tuple(block for block in outline.directives if block.start not in starts)
    return masked, msgspec.structs.replace(outline, directives=directives)


def edits_for(page: Page, status: Status, kinds: Sequence[str] = ()) -> list[Edit]:
    """The edits after which every banner of the page states *status*.

    :param kinds: those that go with the status in this project, the usual one first; empty for any that fits it.
    """
    edits: list[Edit] = []
    for banner in page.proposal.banners:
        if banner.status != status.name:
            edits.append(_worded_like(page, banner.status_span, status.name))
        if not status.fits_banner(banner.kind) or (banner.kind and kinds and banner.kind not in kinds):
            edits.append(_worded_like(page, banner.kind_span, kinds[0] if kinds else status.usual_banner))
    return edits


def _worded_like(page: Page, span: Span, word: str) -> Edit:
    """Replace the word at *span* by *word*, in capitals where it is in capitals."""
    return Edit(span.start, span.end, like(page.source.text[span.start : span.end], word))


def like(old: str, word: str) -> str:
    """*word* in capitals or in lower case, where *old* is."""
    return word.upper() if old.isupper() else word.lower() if old.islower() else word

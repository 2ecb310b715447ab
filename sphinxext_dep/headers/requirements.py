"""Requirements of a proposal: numbered headings, and a block of YAML with the key ``requirements``.

The level of a requirement is that of the strongest word of :rfc:`2119` in its heading and in the text below it, as
:rfc:`8174` has it: in capitals.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sphinxext_dep.markup.yaml import Scalar, YamlProblem, read_items
from sphinxext_dep.model.proposal import LEVELS, Requirement
from sphinxext_dep.model.schema import Schema
from sphinxext_dep.model.source import Heading, Outline, Source, Span

KEY = "requirements"

_WORDS = {
    "MUST": "MUST", "SHALL": "MUST", "REQUIRED": "MUST", "SHOULD": "SHOULD", "RECOMMENDED": "SHOULD", "MAY": "MAY",
    "OPTIONAL": "MAY",
}  # fmt: skip
_LEVEL = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b")

_BLOCK = re.compile(
    r"(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,}|:{3,})[ \t]*(?:\{(?:code|code-block|sourcecode)\}[ \t]*)?ya?ml\b[^\n]*\n"
)
_REST_CODE = ("code", "code-block", "sourcecode")
_MAX_HEADING = 500
"""Characters of a heading that are compared with the pattern."""


class Stated(NamedTuple):
    """The requirements that a page states.

    :param headings: those with a heading, in order, duplicates included.
    :param block: those in blocks of YAML; their level is empty where the block states none.
    :param problems: places in a block that could not be read, each with what is wrong, and the fix.
    """

    headings: tuple[Requirement, ...]
    block: tuple[Requirement, ...]
    problems: tuple[tuple[Span, str, str], ...]

    @property
    def together(self) -> tuple[Requirement, ...]:
        """Each requirement once, by its id: a heading counts before a block, which may add the level."""
        levels = {item.key: item.level for item in reversed(self.block)}
        found: dict[str, Requirement] = {}
        for item in (*self.headings, *self.block):
            if item.key not in found:
                level = item.level or levels.get(item.key, "")
                found[item.key] = Requirement(item.id, item.number, item.title, level, item.span, item.has_heading)
        return tuple(found.values())


def read_requirements(source: Source, outline: Outline, schema: Schema) -> Stated:
    """Read the requirements of a page."""
    pattern = schema.requirement_pattern
    if pattern is None:
        return Stated((), (), ())
    headings = tuple(_of_headings(source, outline, pattern))
    problems: list[tuple[Span, str, str]] = []
    block: tuple[Requirement, ...] = ()
    if f"{KEY}:" in source.text:
        block = tuple(_of_blocks(source, outline, pattern, headings, problems))
    return Stated(headings, block, tuple(problems))


def _named(match: re.Match[str], whole: str) -> tuple[str, str, str]:
    """Id, number and title of the requirement in *whole*, a heading."""
    title = (match["title"] or "").strip()
    name = whole[: match.start("title")] if title else whole
    name = name.strip().rstrip(":\uff1a.)–—-").strip()
    number = match["number"] or name
    # `REQ 1`, `REQ-1` and `REQ1` are the same.
    lead = name.removesuffix(number).rstrip(" -_.#\u2010\u2011") if number != name else ""
    return re.sub(r"\s+", "-", f"{lead}-{number}" if lead else name), number, title


def requirement_anchor(heading: str, schema: Schema) -> str:
    """The name by which the requirement that *heading* begins is linked to; empty when it begins none."""
    text = " ".join(heading[:_MAX_HEADING].split())
    match = schema.requirement_pattern.fullmatch(text) if schema.requirement_pattern else None
    return _named(match, text)[0].lower() if match else ""


def requirement_title(heading: str, schema: Schema) -> str:
    """The title of the requirement that *heading*, as readers see it, begins: all of it without a number."""
    text = " ".join(heading[:_MAX_HEADING].split())
    match = schema.requirement_pattern.fullmatch(text) if schema.requirement_pattern else None
    return _named(match, text)[2] if match else text


def _of_headings(source: Source, outline: Outline, pattern: re.Pattern[str]) -> Iterator[Requirement]:
    headings = outline.headings
    for index, heading in enumerate(headings):
        text = heading.text[:_MAX_HEADING].rstrip()
        match = pattern.fullmatch(text)
        if match is not None and (found := _named(match, text))[0]:
            end = _end(headings, index, len(source.text))
            words = f"{heading.text}\n{_prose(source, outline, heading.end, end)}"
            yield Requirement(*found, level_of(words), heading.span)


def _end(headings: tuple[Heading, ...], index: int, length: int) -> int:
    """The end of the text below a heading: the next one of the same or a higher level."""
    level = headings[index].level
    following = (headings[place] for place in range(index + 1, len(headings)))
    return next((later.start for later in following if later.level <= level), length)


def _prose(source: Source, outline: Outline, start: int, end: int) -> str:
    """The text between two offsets, without code and comments."""
    parts = []
    for spans in (outline.code, outline.comments):
        first = bisect_left(spans, start, key=lambda span: span.end)
        for place in range(first, len(spans)):
            if spans[place].start >= end:
                break
            parts.append((spans[place].start, spans[place].end))
    text, position = "", start
    for skip_start, skip_end in sorted(parts):
        text += source.text[position : max(position, skip_start)]
        position = max(position, skip_end)
    return text + source.text[position:end]


def level_of(text: str) -> str:
    """The strongest level that *text* states; empty when it states none."""
    found = {_WORDS[word] for word in _LEVEL.findall(text)}
    return next((level for level in LEVELS if level in found), "")


# --- blocks of YAML ---------------------------------------------------------------------------------------------------


def _regions(source: Source, outline: Outline) -> Iterator[tuple[int, int]]:
    """Offsets of the text of each place that may hold a block: front matter, and code that is YAML."""
    if outline.body_start and source.text.startswith("---"):
        first = source.text.find("\n") + 1
        last = source.text.rstrip().rfind("\n", 0, outline.body_start - 1)
        closing = re.compile(r"^(?:-{3,}|\.{3})[ \t\r]*$", re.MULTILINE).search(source.text, first, outline.body_start)
        yield first, closing.start() if closing else last + 1
    if source.is_rst:
        for directive in outline.directives:
            argument = source.text[slice(*directive.argument)].lower()
            if directive.name in _REST_CODE and argument in ("yaml", "yml"):
                yield directive.body
        return
    for span in outline.code:
        match = _BLOCK.match(source.text, source.text.rfind("\n", 0, span.start) + 1, span.end)
        if match:
            last = source.text.rfind("\n", match.end() - 1, span.end)
            closed = source.text[last + 1 : span.end].strip()
            is_closed = bool(closed) and not closed.strip(match["fence"][0])
            yield match.end(), last + 1 if is_closed and last >= match.end() - 1 else span.end


def _of_blocks(
    source: Source,
    outline: Outline,
    pattern: re.Pattern[str],
    headings: Iterable[Requirement],
    problems: list[tuple[Span, str, str]],
) -> Iterator[Requirement]:
    like = next(iter(headings), None)
    for start, end in _regions(source, outline):
        if f"{KEY}:" not in source.text[start:end]:
            continue
        try:
            items = read_items(source.text[start:end], KEY, "id", "title")
        except YamlProblem as error:
            problems.append((source.span(start + error.start, start + error.end), error.message, error.help))
            continue
        for item in items:
            yield from _item(source, item, start, pattern, like, problems)


def _item(
    source: Source,
    item: dict[str, Scalar],
    base: int,
    pattern: re.Pattern[str],
    like: Requirement | None,
    problems: list[tuple[Span, str, str]],
) -> Iterator[Requirement]:
    """The requirement of one entry of a block."""
    place = item.get("id") or item.get("number") or next(iter(item.values()))
    span = source.span(base + place.start, base + place.end)
    name = " ".join((item.get("id") or item.get("number") or Scalar("", 0, 0)).text.split())
    title = " ".join((item.get("title") or Scalar("", 0, 0)).text.split())
    if not name:
        problems.append((span, "an entry of `requirements` has no `id`", "write one, such as `id: REQ-1`"))
        return
    if name.isdecimal():
        # A number alone: it is called like those with a heading.
        name = like.id[: -len(like.number)] + name if like and like.id.endswith(like.number) else f"REQ-{name}"
    match = pattern.fullmatch(name)
    name, number, _ = _named(match, name) if match else (name.replace(" ", "-"), name, "")
    level = ""
    if stated := item.get("level"):
        level = _WORDS.get(stated.text.strip().upper().removesuffix(" NOT").removeprefix("NOT "), "")
        if not level and stated.text.strip():
            where = source.span(base + stated.start, base + stated.end)
            problems.append((where, f"`{stated.text.strip()[:40]}` is no level", f"write {', '.join(LEVELS)}"))
    else:
        level = level_of("\n".join(part.text for key, part in item.items() if key not in ("id", "number")))
    yield Requirement(name, number, title, level, span, has_heading=False)

"""The first paragraph of a section as plain text: what cards, tooltips and ``deps.json`` show of a proposal."""

from __future__ import annotations

import re

import pyromark

from sphinxext_dep.model.numbers import parse_number
from sphinxext_dep.model.source import Source, Span

MAX_LENGTH = 600
"""Characters; a longer paragraph is cut at a word and ends with ``…``. A tooltip or a card holds no more."""

_ROLE = re.compile(r"\{(?P<name>[A-Za-z][\w:+.-]*)\}$")
_TITLED = re.compile(r"(?P<title>[^<]*\S)\s*<[^>]*>")
_REST_MENTION = re.compile(r":dep:`([^`<]+)`")
_SCHEME = "dep:"
_REST_INLINE = (
    (re.compile(r":[\w:+.-]+:`([^`<]*?)\s*(?:<[^`>]*>)?`"), r"\1"),
    (re.compile(r"``(.+?)``"), r"\1"),
    (re.compile(r"`([^`<]+?)\s*(?:<[^`>]*>)?`__?"), r"\1"),
    (re.compile(r"(\*\*|\*)(\S(?:.*?\S)?)\1"), r"\2"),
)


def first_paragraph(source: Source, body: Span, prefix: str) -> str:
    """The first paragraph in *body*, markup removed; empty when there is none.

    :param prefix: what numbers are called. A link to a proposal, which has no words of its own, is shown as its number.
    """
    # One paragraph is wanted: a window keeps a huge section from being parsed for it.
    text = source.text[body.start : min(body.end, body.start + 16_384)]
    plain = _rest_paragraph(text, prefix) if source.is_rst else _markdown_paragraph(text, prefix)
    words = " ".join(plain.split())
    if len(words) <= MAX_LENGTH:
        return words
    return words[:MAX_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def _mention(target: str, prefix: str) -> str:
    """How a link to the proposal *target* reads: ``DEP-0012`` for a number, a name as it is."""
    number = parse_number(target, prefix)
    return target if number is None else f"{prefix}-{number:04d}"


def _role(name: str, content: str, prefix: str) -> str:
    """The text that a role of MyST is shown as."""
    if name == "dep":
        titled = _TITLED.fullmatch(content)
        return titled["title"] if titled else _mention(content, prefix)
    return content


def _markdown_paragraph(text: str, prefix: str) -> str:
    parts: list[str] = []
    link: tuple[str, int] | None = None  # where a link to a proposal leads, and how many parts stand before it
    inside = depth = 0
    # MyST reads tables, so a table is no paragraph here either.
    for event in pyromark.events(text, options=pyromark.Options.ENABLE_TABLES):
        if isinstance(event, str):
            if inside and event in ("SoftBreak", "HardBreak"):
                parts.append(" ")
            continue
        kind, value = next(iter(event.items()))
        if kind == "Start":
            if value == "Paragraph" and not depth:
                inside = 1
            elif not inside:
                depth += 1
            elif isinstance(value, dict) and (url := value.get("Link", {}).get("dest_url", "")).startswith(_SCHEME):
                link = (url.removeprefix(_SCHEME), len(parts))
        elif kind == "End":
            if inside and value == "Paragraph":
                plain = "".join(parts).strip()
                # A MyST target or comment line is a paragraph to CommonMark.
                if plain and not plain.startswith("%") and not re.fullmatch(r"\([^()\s]+\)=", plain):
                    return plain
                parts.clear()
                inside = 0
            elif not inside:
                depth -= 1
            elif value == "Link" and link:
                target, before = link
                if "".join(parts[before:]) in ("", _SCHEME + target):
                    parts[before:] = [_mention(target, prefix)]
                link = None
        elif inside and kind in ("Text", "Code") and isinstance(value, str):
            role = _ROLE.search(parts[-1]) if kind == "Code" and parts else None
            if role:
                parts[-1] = parts[-1][: role.start()]
                value = _role(role["name"], value, prefix)
            parts.append(value)
    return ""


def _rest_paragraph(text: str, prefix: str) -> str:
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        lines = block.strip("\n")
        if not lines.strip() or lines.lstrip().startswith((".. ", "..\n")) or lines[:1].isspace():
            continue
        plain = _REST_MENTION.sub(lambda link: _mention(link[1], prefix), " ".join(lines.split()))
        for pattern, replacement in _REST_INLINE:
            plain = pattern.sub(replacement, plain)
        return plain
    return ""

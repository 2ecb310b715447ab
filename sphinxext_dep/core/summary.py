"""The first paragraph of a section as plain text: what cards, tooltips and ``deps.json`` show of a proposal."""

from __future__ import annotations

import re

import pyromark

from sphinxext_dep.core.text import Source, Span

MAX_LENGTH = 600
"""Characters; a longer paragraph is cut at a word and ends with ``…``. A tooltip or a card holds no more."""

_ROLE = re.compile(r"\{[A-Za-z][\w:+.-]*\}$")
_REST_INLINE = (
    (re.compile(r":[\w:+.-]+:`([^`<]*?)\s*(?:<[^`>]*>)?`"), r"\1"),
    (re.compile(r"``(.+?)``"), r"\1"),
    (re.compile(r"`([^`<]+?)\s*(?:<[^`>]*>)?`__?"), r"\1"),
    (re.compile(r"(\*\*|\*)(\S(?:.*?\S)?)\1"), r"\2"),
)


def first_paragraph(source: Source, body: Span) -> str:
    """The first paragraph in *body*, markup removed; empty when there is none."""
    # One paragraph is wanted: a window keeps a huge section from being parsed for it.
    text = source.text[body.start : min(body.end, body.start + 16_384)]
    plain = _rest_paragraph(text) if source.suffix == ".rst" else _markdown_paragraph(text)
    words = " ".join(plain.split())
    if len(words) <= MAX_LENGTH:
        return words
    return words[:MAX_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def _markdown_paragraph(text: str) -> str:
    parts: list[str] = []
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
        elif inside and kind in ("Text", "Code") and isinstance(value, str):
            if kind == "Code" and parts:
                parts[-1] = _ROLE.sub("", parts[-1])
            parts.append(value)
    return ""


def _rest_paragraph(text: str) -> str:
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        lines = block.strip("\n")
        if not lines.strip() or lines.lstrip().startswith((".. ", "..\n")) or lines[:1].isspace():
            continue
        plain = " ".join(lines.split())
        for pattern, replacement in _REST_INLINE:
            plain = pattern.sub(replacement, plain)
        return plain
    return ""

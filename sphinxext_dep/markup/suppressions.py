"""Comments in a page that suppress diagnostics: ``<!-- dep: ignore DEP301, missing-section — reason -->``.

reST writes ``.. dep: ignore DEP301 -- reason`` and MyST also ``% dep: ignore DEP301 -- reason``. What sets the reason
off is a dash of any length or a colon.
"""

from __future__ import annotations

import re

from sphinxext_dep.model.diagnostics import Suppression
from sphinxext_dep.model.source import Outline, Source

_OPENING = re.compile(r"(?:<!--|%|\.\.)\s*dep:\s*ignore\b", re.IGNORECASE)
# After a code: another one behind a comma or, when it cannot be the reason, behind a space.
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*")
_NEXT = re.compile(r"\s*,\s*(?=[A-Za-z])|\s+(?=[A-Za-z]+[0-9]{3}\b)")
_DASH = re.compile(r"\s*(?:[—–―:]|-{1,3}(?=\s|\Z))?\s*")


def read_suppressions(source: Source, outline: Outline) -> tuple[Suppression, ...]:
    """Every code that a comment of the page suppresses, in page order.

    A comment that names no code yields a suppression with an empty code: it suppresses nothing, and the rule about
    suppressions without effect says so.
    """
    found: list[Suppression] = []
    text = source.text
    for comment in outline.comments:
        opening = _OPENING.match(text, comment.start, comment.end)
        if opening is None:
            continue
        end = comment.end - 3 if text.endswith("-->", comment.start, comment.end) else comment.end
        position = opening.end()
        while position < end and text[position].isspace():
            position += 1
        codes: list[tuple[int, int]] = []
        while code := _CODE.match(text, position, end):
            codes.append(code.span())
            position = code.end()
            behind = _NEXT.match(text, position, end)
            if behind is None:
                break
            position = behind.end()
        dash = _DASH.match(text, position, end)
        reason = " ".join(text[dash.end() if dash else position : end].split())
        found += [Suppression(text[first:last], reason, source.span(first, last)) for first, last in codes] or [
            Suppression("", reason, comment)
        ]
    return tuple(found)

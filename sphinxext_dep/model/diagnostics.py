"""Diagnostics, their severity, and the comments in a page that suppress them."""

from __future__ import annotations

import enum
import re

import msgspec

from sphinxext_dep.model.source import Outline, Source, Span


class Severity(enum.StrEnum):
    """The weight of a diagnostic. ``OFF`` appears only in configuration: it turns a rule off."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    OFF = "off"


class Finding(msgspec.Struct, frozen=True):
    """The finding of a rule, before severity and suppression are decided.

    :param span: where; ``None`` means the page as a whole (its first line).
    :param message: what is wrong, in one sentence without a final full stop.
    :param help: the fix, often the exact replacement text; may be empty.
    :param severity: ``None`` for the rule's own default.
    :param path: for rules over the whole catalog, the page the finding belongs to.
    :param names: the paths that message and help name, in backticks: who is in another directory calls them otherwise.
    """

    span: Span | None
    message: str
    help: str = ""
    severity: Severity | None = None
    path: str = ""
    names: tuple[str, ...] = ()


class Diagnostic(msgspec.Struct, frozen=True, gc=False):
    """One thing that is wrong with one page. The order of the fields is the order in ``deps.json``.

    ``line`` and ``column`` are 1-based; ``end_column`` is on the same line unless the span crosses lines.

    :param path: the proposal's page.
    :param file: where it is wrong, when that is the file beside the page or one that the page includes.
    :param names: the other paths in message and help, see :class:`Finding`.
    """

    code: str
    name: str
    severity: Severity
    message: str
    help: str
    path: str
    line: int
    column: int
    start: int = 0
    end: int = 0
    file: str = ""
    names: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The path of the file that ``line`` and ``column`` are in."""
        return self.file or self.path

    @property
    def sort_key(self) -> tuple[str, str, int, int, str]:
        """Reports are sorted by path, then place, then code; what is equal stays in the order in which it was found,
        which is that of the template for what is missing.
        """
        return (self.path, self.file, self.line, self.column, self.code)


class Suppression(msgspec.Struct, frozen=True, gc=False):
    """A ``<!-- dep: ignore DEP301, DEP302 — reason -->`` comment (``.. dep: ignore DEP301 -- reason`` in reST).

    :param code: one code or rule name, as written. A comment with several yields several suppressions.
    :param reason: the text after the dash; may be empty.
    :param span: the place of the code.
    """

    code: str
    reason: str
    span: Span


_OPENING = re.compile(r"(?:<!--|%|\.\.)\s*dep:\s*ignore\b", re.IGNORECASE)
# After a code: another one behind a comma or, when it cannot be the reason, behind a space.
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*")
_NEXT = re.compile(r"\s*,\s*(?=[A-Za-z])|\s+(?=[A-Za-z]+[0-9]{3}\b)")
_DASH = re.compile(r"\s*(?:[—–―:]|-{1,3}(?=\s|\Z))?\s*")


def read_suppressions(source: Source, outline: Outline) -> tuple[Suppression, ...]:
    """Every code that a comment of the page suppresses, in page order.

    A reason follows a dash of any length or a colon; MyST also has comments that begin with ``%``.
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

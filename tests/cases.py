"""Cases in Markdown: a page, and what is read from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from sphinxext_dep.model.source import Source, Span, decode

_CASE = re.compile(
    r"^## (?P<title>[^\n]+)\n(?P<why>(?:(?!^`````).)*?)^`````(?P<info>[^\n]+)\n(?P<page>.*?)^`````\n\n"
    r"^```text\n(?P<expected>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
_NEWLINES = {"crlf": "\r\n", "cr": "\r"}


class Case(msgspec.Struct, frozen=True):
    """One case.

    :param info: the language of the page (``md`` or ``rst``), and how its file is written: ``crlf``, ``cr``, ``bom``.
    """

    file: Path
    title: str
    info: str
    page: str
    expected: str

    @property
    def id(self) -> str:
        """The case as the test's report names it."""
        return f"{self.file.stem}: {self.title}"

    @property
    def source(self) -> Source:
        """The page as it would be read from a file."""
        suffix, *how = self.info.split()
        text = self.page
        for name in how:
            text = text.replace("\n", _NEWLINES.get(name, "\n"))
        return decode(f"deps/0001-retry.{suffix}", ("\ufeff" * ("bom" in how) + text).encode())


def read_cases(folder: Path) -> list[Case]:
    """Every case of every file in *folder*."""
    return [case for file in sorted(folder.glob("*.md")) for case in _cases(file)]


def _cases(file: Path) -> Iterator[Case]:
    # Read as bytes are: a control character in a case stays what it is.
    for match in _CASE.finditer(file.read_bytes().decode()):
        yield Case(file, match["title"], match["info"], match["page"], match["expected"])


def update(folder: Path, expected: Callable[[Case], str]) -> None:
    """Rewrite what every case of *folder* expects."""
    for file in sorted(folder.glob("*.md")):

        def renewed(match: re.Match[str], file: Path = file) -> str:
            case = Case(file, match["title"], match["info"], match["page"], match["expected"])
            start = match.start("expected") - match.start()
            return match[0][:start] + expected(case) + match[0][start + len(match["expected"]) :]

        file.write_bytes(_CASE.sub(renewed, file.read_bytes().decode()).encode())


def place(source: Source, span: Span) -> str:
    """Line and columns of *span*, with its last line when that is another one."""
    last = source.line_of(span.end)
    column = span.end - source.line_starts[last - 1] + 1
    return f"{span.line}:{span.column}-{'' if last == span.line else f'{last}:'}{column}"

"""What the fuzzer calls: each target takes bytes, and fails when the engine breaks a promise about any input.

The promises: nothing but the documented errors is raised; every span lies in its page; what a fix or a conversion
yields is read again without loss; and no input takes more time than its length allows.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sphinxext_dep.check.check import Checked, check_bytes, check_page, is_proposal, judge
from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.config.load import default_config, load_config
from sphinxext_dep.config.tables import ConfigErrors
from sphinxext_dep.edit.convert import convert, not_restored
from sphinxext_dep.edit.fix import fix_all
from sphinxext_dep.edit.workspace import Workspace
from sphinxext_dep.headers.base import Spelling
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.headers.spellings import SPELLINGS
from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.source import RefusedError, UnreadablePage, decode, encode
from sphinxext_dep.query.filters import QueryError
from sphinxext_dep.query.parse import parse
from sphinxext_dep.rules import RULES

_SPELLINGS = tuple(SPELLINGS.values())
SECONDS = 1.0
"""Processor time that any input may take, and then some for its length."""
SECONDS_PER_CHARACTER = 2e-4
"""Ten times what a page of labels takes, which is the dearest text there is, on a slow machine under a tracing fuzzer:
quadratic time passes this at some tens of kilobytes, linear time never does."""


class TooSlowError(AssertionError):
    """An input took more time than its length allows."""


def timed(target: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """*target*, failing when it is slow for the length of its input."""

    def call(data: bytes) -> None:
        start = time.process_time()
        target(data)
        took = time.process_time() - start
        if took > SECONDS + len(data) * SECONDS_PER_CHARACTER:
            raise TooSlowError(f"{took:.1f} s for {len(data)} bytes")

    return call


def markdown(data: bytes) -> None:
    """A Markdown page: read, judged by every rule, converted and fixed."""
    _page(data, "deps/0012-fuzz.md")


def rst(data: bytes) -> None:
    """A page in reStructuredText."""
    _page(data, "deps/0012-fuzz.rst")


def query(data: bytes) -> None:
    """An expression of the query language."""
    text = data.decode("utf-8", "replace")
    try:
        parse(text, DEFAULT)
    except QueryError as error:
        _promise(bool(error.message) and 0 <= error.start <= error.end <= len(text), error)


def config(data: bytes) -> None:
    """A configuration file."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "dep.toml"
        file.write_bytes(data)
        try:
            load_config(file)
        except ConfigErrors as errors:
            _promise(bool(str(errors)), errors)


TARGETS = {target.__name__: timed(target) for target in (markdown, rst, query, config)}


def _promise(kept: bool, about: Exception) -> None:
    assert kept, repr(about)


def _page(data: bytes, path: str) -> None:
    checked = check_bytes(data, path, DEFAULT, RULES)
    if checked is None:
        return
    judge([checked], DEFAULT, RULES)
    try:
        source = decode(path, data)
    except UnreadablePage:
        return
    page = read_page(source, DEFAULT)
    _check_spans(page, checked)
    # The choice of the spelling is part of the input, so that the fuzzer can keep what made a difference.
    _convert(page, _SPELLINGS[len(data) % len(_SPELLINGS)])
    _fix(page)


def _check_spans(page: Page, checked: Checked) -> None:
    length = len(page.source.text)
    spans = [heading.span for heading in page.outline.headings]
    spans += [*page.outline.comments, *page.outline.code, *page.header.spans.values()]
    spans += [span for field in page.header.fields for span in (field.span, field.label_span)]
    for span in spans:
        assert 0 <= span.start <= span.end <= length, span
        assert page.source.span(span.start, span.end) == span
    for item in checked.diagnostics:
        assert item.message
        assert 0 <= item.start <= item.end <= length, item


def _convert(page: Page, spelling: Spelling) -> None:
    try:
        after = convert(page, spelling)
    except RefusedError as error:
        _promise(bool(error.message), error)
        return
    assert list(after.header.spans) == [spelling.name]
    not_restored(page, after)


def _fix(page: Page) -> None:
    if not is_proposal(page):
        return
    path = page.source.path
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        (root / path).parent.mkdir()
        (root / path).write_bytes(encode(page.source))
        outcome = fix_all(Workspace(default_config(root), RULES, [check_page(page, RULES)]))
        again = fix_all(outcome.after)
        assert not again.fixed, "a second call fixes nothing"

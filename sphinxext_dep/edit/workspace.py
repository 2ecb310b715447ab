"""All proposals of a project as they are, and as they would be if some pages were different.

What an edit does is judged before it is written: the same rules look at the pages as they would be.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from sphinxext_dep.check.check import Checked, Judgement, check_page, judge
from sphinxext_dep.check.rule import Registry
from sphinxext_dep.headers.change import refuse_uneditable
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.config import Config
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.proposal import Page, RawField
from sphinxext_dep.model.schema import Schema


class Workspace:
    """The proposals of one project.

    :param checked: every proposal, judged by itself.
    :param edited: the pages that differ from their files, by path.
    """

    def __init__(
        self, config: Config, rules: Registry, checked: Iterable[Checked], edited: Mapping[str, Page] | None = None
    ) -> None:
        self.config = config
        self.rules = rules
        self.checked = {page.proposal.path: page for page in checked}
        self.edited = dict(edited or {})
        self._pages: dict[str, Page] = {}

    @property
    def schema(self) -> Schema:
        """The process that the proposals follow."""
        return self.config.schema

    @property
    def catalog(self) -> Catalog:
        """The proposals, in relation to one another."""
        return self.judgement.catalog

    @cached_property
    def judgement(self) -> Judgement:
        """All proposals, judged together. No baseline: an edit must not make worse what it exempts."""
        return judge(self.checked.values(), self.schema, self.rules)

    def file(self, path: str) -> Path:
        """The file that diagnostics call *path*."""
        return self.config.root / path

    def page(self, path: str) -> Page:
        """The page *path* with everything that was read from it.

        :raises UnreadablePage: when it cannot be read as text.
        """
        if path in self.edited:
            return self.edited[path]
        if path not in self._pages:
            self._pages[path] = read_page(self.schema.read_source(self.file(path), path), self.schema)
        return self._pages[path]

    def editable_field(self, item: Diagnostic) -> tuple[Page, RawField] | None:
        """The field with the label or the value at which *item* is reported, and its page.

        :raises RefusedError: when no command can edit the header.
        """
        page = self.page(item.path)
        fields = page.header.fields
        place = bisect_right(fields, item.start, key=lambda raw: raw.label_span.start) - 1
        if place < 0 or item.start > fields[place].span.end:
            return None
        refuse_uneditable(page, fields[place].spelling)
        return page, fields[place]

    def with_pages(self, pages: Iterable[Page]) -> Workspace:
        """The project as it would be with *pages* in place of those at the same paths."""
        edited = {page.source.path: page for page in pages}
        checked = self.checked | {path: check_page(page, self.rules) for path, page in edited.items()}
        other = Workspace(self.config, self.rules, checked.values(), self.edited | edited)
        other._pages = self._pages
        return other

    def without(self, path: str) -> Workspace:
        """The project as it would be without the page *path*."""
        checked = [page for other, page in self.checked.items() if other != path]
        edited = {other: page for other, page in self.edited.items() if other != path}
        return Workspace(self.config, self.rules, checked, edited)

    def new_diagnostics(self, before: Workspace, renamed: Mapping[str, str] | None = None) -> list[Diagnostic]:
        """The diagnostics that are reported here and were not *before*.

        Places and words do not count, only path, code and severity: an added line moves everything below it.

        :param renamed: path here → path before.
        """
        paths = renamed or {}
        known = Counter((item.path, item.code, item.severity) for item in before.judgement.diagnostics)
        found: list[Diagnostic] = []
        for item in self.judgement.diagnostics:
            kind = (paths.get(item.path, item.path), item.code, item.severity)
            if known[kind] > 0:
                known[kind] -= 1
            else:
                found.append(item)
        return found

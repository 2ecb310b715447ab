"""A project beside a git base: which proposals were changed since, and what the change brought."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from sphinxext_dep.check.baseline import Baseline
from sphinxext_dep.check.check import Checked, Judgement, check_bytes, judge
from sphinxext_dep.check.comparison import Change, Comparison, introduced, pair
from sphinxext_dep.cli.repository import Repository
from sphinxext_dep.config import Config, is_source
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.history.git import blob_name
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.files import JOINT
from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.source import UnreadablePage, decode
from sphinxext_dep.rules import RULES


class Against:
    """The proposals of a project, now and at a git base.

    :param revision: what ``--base`` names.
    :param pages: path → bytes of every page as it is now.
    :param checked: the proposals among them, judged by themselves; what is the same on both sides is not read again.
    :raises Impossible: when there is no repository, or no such commit.
    """

    def __init__(
        self,
        config: Config,
        revision: str,
        pages: Mapping[str, bytes | UnreadablePage],
        checked: Iterable[Checked],
    ) -> None:
        self.config = config
        self.checked = {page.proposal.path: page for page in checked}
        self.pages = {path: data for path, data in pages.items() if isinstance(data, bytes)}
        self.repository = Repository(config.root)
        tip = self.repository.resolve(revision)
        base = self.repository.merge_base(tip)
        self._tip = self._sources(tip)
        self._base = self._tip if base == tip else self._sources(base)

    @cached_property
    def pairs(self) -> dict[str, str]:
        """Path now → path at the merge base, for the proposals that were there."""
        return pair(self._base, self.pages, self.config.schema)

    def compare(self, catalog: Catalog) -> Comparison:
        """What the rules of the scope ``base`` judge."""
        changes = [
            Change(old, new)
            for path in sorted(self.pairs)
            if path in catalog.by_path and self._differs(path)
            if (old := self._page(self.pairs[path], self._base)) is not None
            and (new := self._read(path, self.pages[path])) is not None
        ]
        tip = [page.proposal for path in self._tip if (page := self._checked(path, self._tip)) is not None]
        return Comparison(catalog, tuple(changes), tuple(tip))

    def introduced(self, now: Judgement, baseline: Baseline | None) -> list[Diagnostic]:
        """What is reported *now* and was not at the merge base, judged by the same words and the same baseline."""
        checked = [page for path in self._base if (page := self._checked(path, self._base)) is not None]
        before = judge(checked, self.config.schema, RULES, baseline=baseline)
        return introduced(now.diagnostics, before.diagnostics, self.pairs)

    def _sources(self, commit: str) -> dict[str, str]:
        """Path → object name of every page of *commit* that ``sources`` matches, and of the file beside it."""
        files, schema = self.repository.files(commit), self.config.schema
        found = {path: name for path, name in files.items() if is_source(path, schema)}
        if schema.sidecar:
            found = {path: f"{name} {files.get(schema.sidecar_of(path), '')}".strip() for path, name in found.items()}
        return found

    @cached_property
    def _blobs(self) -> dict[str, bytes]:
        """Object name → bytes of every file on either side; git is asked for those that are not here as well."""
        wanted = {name for names in (*self._tip.values(), *self._base.values()) for name in names.split()}
        like = next(iter(wanted), "")
        here = {blob_name(data, like): data for joined in self.pages.values() for data in joined.split(JOINT, 1)}
        return here | self.repository.read(wanted - here.keys())

    def _data(self, names: str) -> bytes | None:
        """The bytes of a page, joined with those of the file beside it; ``None`` when they are not to be had."""
        found = [self._blobs.get(name) for name in names.split()]
        return JOINT.join(data for data in found if data is not None) if all(d is not None for d in found) else None

    def _differs(self, path: str) -> bool:
        before = self.pairs[path]
        return before != path or self._data(self._base[before]) != self.pages[path]

    def _page(self, path: str, side: Mapping[str, str]) -> Page | None:
        data = self._data(side[path])
        return None if data is None else self._read(path, data)

    def _read(self, path: str, data: bytes) -> Page | None:
        try:
            return read_page(decode(path, data, self.config.schema.sidecar_of(path)), self.config.schema)
        except UnreadablePage:
            return None

    def _checked(self, path: str, side: Mapping[str, str]) -> Checked | None:
        """The proposal *path* of one side, judged by itself; ``None`` when the page is none."""
        data = self._data(side[path])
        if data is not None and data == self.pages.get(path):
            return self.checked.get(path)
        return None if data is None else check_bytes(data, path, self.config.schema, RULES)

"""Proposals that are not merged, in a build: a view of them beside that of the merged ones."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util import logging

from sphinxext_dep.check.unmerged import Draft, Unmerged, list_drafts, read_unmerged
from sphinxext_dep.model.config import UnmergedSettings
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Field
from sphinxext_dep.query.columns import FALLBACK, Context
from sphinxext_dep.sphinx.build.project import Project
from sphinxext_dep.sphinx.components.items import (
    Item,
    LinkItem,
    ProposalItem,
    ProposalLink,
    ReferenceItem,
    TextItem,
)
from sphinxext_dep.sphinx.components.view import View, short_address

logger = logging.getLogger(__name__)

DIRECTORY = "unmerged"
"""The directory of the pages of drafts in the output."""

_NOT_NAME = re.compile(r"[^A-Za-z0-9._-]+")


class DraftView(View):
    """The proposals that are not merged, as components see them.

    A page of the same path may be on several branches, so that each record has the name of its branch in its path.

    :param home: the view of the merged proposals.
    :param builder: only builders of HTML with a page for each document have pages of drafts.
    :param refer: returns the view of the merged proposals that a reference is to, and its key there.
    """

    def __init__(
        self,
        home: View,
        unmerged: Unmerged,
        settings: UnmergedSettings,
        builder: Builder,
        refer: Callable[[str], tuple[View, str]],
    ) -> None:
        listing = list_drafts(unmerged, home.schema, settings)
        self.lead = home.lead
        docnames = {name: self.page_name(draft) for name, draft in listing.drafts.items()}
        super().__init__(listing.judgement, home.schema, docnames, home.today, lead=home.lead)
        self.drafts = listing.drafts
        self._key = f"{unmerged.key} {settings.pull_request_url} {settings.branch_url}"
        self.settings = settings
        self._home = home
        self._refer = refer
        self._origins_of = listing.origins
        self._builder = builder if isinstance(builder, StandaloneHTMLBuilder) and builder.name != "singlehtml" else None

    @cached_property
    def context(self) -> Context:
        """See :attr:`View.context`."""
        return Context(self.today, self.judgement.invalid, lambda: self.history, self._origins_of)

    @cached_property
    def changing(self) -> dict[str, list[Proposal]]:
        """See :attr:`View.changing`."""
        found: dict[str, list[Proposal]] = {}
        for name, draft in self.drafts.items():
            if draft.changes:
                found.setdefault(draft.changes, []).append(self.catalog.by_path[name])
        return found

    @property
    def digest(self) -> str:
        """Changes whenever a draft could."""
        return self._key

    def page_name(self, draft: Draft, path: str = "") -> str:
        """The name of a draft's page in the output: readable, unique, and safe in any file system.

        :param path: of a companion; by default it is the draft itself.
        """
        path = path or draft.proposal.path
        readable = _NOT_NAME.sub("-", f"{self.lead}{draft.branch.name}-{posixpath.splitext(path)[0]}").strip("-.")
        name = f"{draft.branch.name}:{path}".encode(errors="surrogateescape")
        return f"{DIRECTORY}/{readable[:80]}-{hashlib.blake2b(name, digest_size=3).hexdigest()}"

    def branch_url(self, path: str) -> str:
        """See :meth:`View.branch_url`."""
        return self.drafts[path].url(self.settings)

    def link(self, proposal: Proposal) -> ProposalLink:
        """A link to the page of a draft, else to its pull request."""
        if self._builder is not None:
            return super().link(proposal)
        url = self.drafts[proposal.path].url(self.settings)
        return msgspec.structs.replace(super().link(proposal), docname="", url=url)

    def document_of(self, path: str) -> str:
        """The document of the file that the project calls *path*; empty when there is none."""
        return self._home.document_at(path)

    def _field_items(self, proposal: Proposal, field: Field) -> list[Item]:
        """See :meth:`View.items`: what a draft refers to is merged, or another draft."""
        if field not in self.schema.relation_fields:
            return super()._field_items(proposal, field)
        found: list[Item] = []
        for reference in proposal.references(field.key):
            target = self.find(reference.key)
            shown = TextItem(reference.text, wrong=True) if target is None else ReferenceItem(target, reference.note)
            found.append(shown)
        return found or super()._field_items(proposal, field)

    def find(self, key: str) -> ProposalLink | None:
        """A link to the proposal that a draft calls *key*: a merged one, else the only draft of that name."""
        home, key = self._refer(key)
        merged = home.catalog.resolve(key)
        if merged is not None:
            return home.link(merged)
        others = self.catalog.candidates(key) if home is self._home else ()
        return self.link(others[0]) if len(others) == 1 else None

    def items(self, proposal: Proposal, key: str) -> list[Item]:
        """The cell of a column; behind the title is the branch, so that nobody takes the draft for merged."""
        draft = self.drafts[proposal.path]
        if key == "title":
            return [ProposalItem(self.link(proposal), proposal.title), *self.items(proposal, "ref")]
        url = draft.url(self.settings)
        if key in FALLBACK and key not in self.schema.fields and url and draft.branch.pull is not None:
            return [LinkItem(url, short_address(url))]
        if key == "ref":
            return [LinkItem(url, draft.branch.name) if url else TextItem(draft.branch.name)]
        return super().items(proposal, key)


def read_drafts(app: Sphinx, project: Project, view: View) -> DraftView | None:
    """Read what is not merged; ``None`` when the configuration does not ask for it."""
    settings = project.config.unmerged
    if settings is None:
        return None
    domain: Any = app.env.get_domain("dep")  # our own, whose module knows this one
    pages = [item for docname, item in domain.data["pages"].items() if domain.project_of(docname) is project]
    unmerged = read_unmerged(
        project.config, pages, project.rules, view.today, Path(app.doctreedir) / f"{project.lead}dep-drafts".lower()
    )
    for note in unmerged.notes:
        logger.info("dep: %s", note)

    def refer(key: str) -> tuple[View, str]:
        other, key = domain.projects.refer(key, project)
        return view if other is project else domain.views[other.name], key

    return DraftView(view, unmerged, settings, app.builder, refer)

"""``:toctree:``: the pages that an index lists become part of the navigation.

Sphinx collects toctrees while it reads pages, when nobody knows yet what an index will list. The directive leaves an
empty toctree; it is filled here, when everything has been read and before Sphinx uses it: in the environment for the
navigation, when a page is written for its own list, and when a page is copied for builders that assemble all pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from docutils import nodes
from sphinx import addnodes
from sphinx.environment import BuildEnvironment

from sphinxext_dep.sphinx.build.consumer import Consumer
from sphinxext_dep.sphinx.build.domain import domain_of
from sphinxext_dep.sphinx.components.index import Index
from sphinxext_dep.sphinx.components.view import View


class IndexToctree(addnodes.toctree):
    """The toctree of an index.

    Builders that write one file assemble it from copies of the pickled doctrees, and no event stands between: the copy
    is where the entries can be put in.
    """

    @property
    def shown(self) -> Index:
        """The index whose pages it holds."""
        shown: Index = self["dep_index"]
        return shown

    def fill(self, docnames: list[str]) -> None:
        """Let it hold *docnames*."""
        self["entries"] = [(None, docname) for docname in docnames]
        self["includefiles"] = list(docnames)

    def copy(self) -> IndexToctree:
        """A copy, with its entries as soon as these are known."""
        copied: IndexToctree = super().copy()
        env = self.document.settings.env if self.document is not None else None
        view = getattr(domain_of(env), "view", None) if env is not None else None
        if view is not None:
            copied.fill(self.shown.pages(view))
        return copied


def empty_toctree(index: Index) -> nodes.Element:
    """The toctree that stands in the doctree of the page of *index*."""
    toctree = IndexToctree(
        parent=index.docname,
        entries=[],
        includefiles=[],
        maxdepth=1,
        caption=None,
        glob=False,
        hidden=True,
        includehidden=False,
        numbered=0,
        titlesonly=False,
        dep_index=index,
    )
    return nodes.compound("", toctree, classes=["toctree-wrapper"])


def fill_navigation(env: BuildEnvironment, consumers: Mapping[str, Sequence[Consumer]], view: View) -> None:
    """Fill every index's toctree in the environment."""
    for docname, shown in consumers.items():
        indexes = {index: index.pages(view) for index in shown if isinstance(index, Index) and index.toctree}
        if indexes and docname in env.tocs:
            _fill_page(env, docname, indexes)


def _fill_page(env: BuildEnvironment, docname: str, indexes: Mapping[Index, list[str]]) -> None:
    included: list[str] = []
    for toctree in env.tocs[docname].findall(addnodes.toctree):
        if isinstance(toctree, IndexToctree):
            toctree.fill(indexes[toctree.shown])
        included += toctree["includefiles"]
    for child in set(env.toctree_includes.get(docname, ())) - set(included):
        parents = env.files_to_rebuild.get(child, set())
        parents.discard(docname)
        if not parents:
            env.files_to_rebuild.pop(child, None)
    for child in included:
        env.files_to_rebuild.setdefault(child, set()).add(docname)
    env.toctree_includes[docname] = included

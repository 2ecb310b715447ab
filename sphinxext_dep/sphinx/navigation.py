"""``:toctree:``: the pages that an index lists become part of the navigation.

Sphinx collects toctrees while it reads pages, when nobody knows yet what an index will list. The directive leaves an
empty toctree; it is filled here, when everything has been read and before Sphinx uses it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sphinx import addnodes
from sphinx.environment import BuildEnvironment

from sphinxext_dep.sphinx.consumer import Consumer
from sphinxext_dep.sphinx.index import Index
from sphinxext_dep.sphinx.transforms import fill_toctree
from sphinxext_dep.sphinx.view import View


def fill_navigation(env: BuildEnvironment, consumers: Mapping[str, Sequence[Consumer]], view: View) -> None:
    """Fill every index's toctree in the environment."""
    for docname, shown in consumers.items():
        indexes = {index: index.pages(view) for index in shown if isinstance(index, Index) and index.toctree}
        if indexes and docname in env.tocs:
            _fill_page(env, docname, indexes)


def _fill_page(env: BuildEnvironment, docname: str, indexes: Mapping[Index, list[str]]) -> None:
    included: list[str] = []
    for toctree in env.tocs[docname].findall(addnodes.toctree):
        index = toctree.get("dep_index")
        if index in indexes:
            fill_toctree(toctree, indexes[index])
        included += toctree["includefiles"]
    for child in set(env.toctree_includes.get(docname, ())) - set(included):
        parents = env.files_to_rebuild.get(child, set())
        parents.discard(docname)
        if not parents:
            env.files_to_rebuild.pop(child, None)
    for child in included:
        env.files_to_rebuild.setdefault(child, set()).add(docname)
    env.toctree_includes[docname] = included

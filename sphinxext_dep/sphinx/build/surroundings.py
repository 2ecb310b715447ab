"""What Sphinx itself shows of other pages around every page: the way up, and the pages before and after it.

Sphinx puts links to them, with their titles, above and below each page, and leaves them as they were when a title or
the order of pages changes. An index with ``:toctree:`` makes the order of pages depend on every proposal, so that
they would be wrong after many edits.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment


def shows_surroundings(app: Sphinx) -> bool:
    """Whether the builder puts each page among its neighbours."""
    return isinstance(app.builder, StandaloneHTMLBuilder)


def surroundings(env: BuildEnvironment) -> dict[str, str]:
    """For every page what is shown around it: documents and titles. Linear in the number of pages."""
    titles: dict[str | None, str] = {None: ""}
    above: dict[str | None, str] = {None: ""}
    relations = env.collect_relations()

    def title(docname: str | None) -> str:
        if docname not in titles:
            titles[docname] = _shown(docname, env.titles.get(docname or ""))
        return titles[docname]

    def way_up(docname: str | None) -> str:
        steps: list[str | None] = []
        while docname not in above:
            steps.append(docname)
            # A toctree that leads back to a page above it would never end.
            above[docname] = ""
            docname = relations.get(docname or "", (None,))[0]
        for step in reversed(steps):
            # The root is above everything, and its title stands nowhere.
            above[step] = f"{above[docname]}\n{title(step)}" if docname is not None else ""
            docname = step
        return above[docname]

    around = {}
    for docname in env.all_docs:
        parent, before, after = relations.get(docname, (None, None, None))
        around[docname] = "\t".join((title(before), title(after), way_up(parent)))
    return around


def _shown(docname: str | None, title: nodes.title | None) -> str:
    # With its markup: a title that has become code looks different.
    return f"{docname}\r{title}"

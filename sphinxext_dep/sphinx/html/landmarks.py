"""Places that other pages lead to: the registry, where numbers lead, and the people page, where names lead.

Which page they are on is known only when everything has been read, and is no part of any page's own source. So what
leads there has the place in its model, and is written again when the place moves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from sphinxext_dep.model.values import Person
from sphinxext_dep.query import all_of
from sphinxext_dep.query.people import identity
from sphinxext_dep.sphinx.build.consumer import Consumer
from sphinxext_dep.sphinx.components.index import Index
from sphinxext_dep.sphinx.components.people import People, anchors
from sphinxext_dep.sphinx.components.view import View
from sphinxext_dep.sphinx.html.places import Places, RegistryPlace

EVERYTHING = all_of(())
"""The filter of an index that shows all proposals."""


class Landmarks(Places):
    """The places in one build.

    :param consumers: what pages show of proposals, by document.
    """

    def __init__(self, consumers: Mapping[str, Sequence[Consumer]], view: View) -> None:
        self._view = view
        self._tables: dict[str, list[Index]] = {}
        self._people: list[People] = []
        for docname, shown in consumers.items():
            for consumer in shown:
                if isinstance(consumer, Index):
                    if consumer.format == "table":
                        self._tables.setdefault(docname, []).append(consumer)
                elif isinstance(consumer, People):
                    self._people.append(consumer)

    @cached_property
    def registry(self) -> RegistryPlace | None:
        """The table of all proposals: the one that also holds their pages together, else the first by document."""
        complete = [index for index in map(self._main_table, self._tables) if index is not None and _is_complete(index)]
        best = min(complete, key=lambda index: (not index.toctree, index.docname), default=None)
        return self.table_of(best.docname) if best is not None else None

    def is_target(self, table: object) -> bool:
        """See :meth:`Places.is_target`."""
        return isinstance(table, Index) and self._main_table(table.docname) == table

    def _main_table(self, docname: str) -> Index | None:
        """The table of the page of *docname* that others may lead to: of all proposals, else the first."""
        tables = [index for index in self._tables.get(docname, ()) if index.origin is None]
        return next(filter(_is_complete, tables), tables[0] if tables else None)

    def table_of(self, docname: str) -> RegistryPlace | None:
        """See :meth:`Places.table_of`."""
        main = self._main_table(docname)
        if main is None:
            return None
        tables = self._tables[docname]
        # The script counts the tables that it finds; one without proposals is none.
        before = sum(bool(index.modelled(self._view).groups) for index in tables[: tables.index(main)])
        return RegistryPlace(docname, f"{before + 1}." if before else "")

    @cached_property
    def people_page(self) -> str:
        """See :attr:`Places.people_page`: the page of all people rather than of some."""
        return self._page_of_people.docname if self._page_of_people is not None else ""

    def person(self, person: Person) -> str:
        """See :meth:`Places.person`."""
        return self._anchors.get(identity(person), "") if self.people_page and not person.problem else ""

    @cached_property
    def _page_of_people(self) -> People | None:
        return min(
            self._people, key=lambda people: (people.filter != EVERYTHING, people.docname, people.at.line), default=None
        )

    @cached_property
    def _anchors(self) -> dict[str, str]:
        page = self._page_of_people
        return anchors(page.roster(self._view)) if page is not None else {}


def _is_complete(index: Index) -> bool:
    return index.filter == EVERYTHING and index.limit is None

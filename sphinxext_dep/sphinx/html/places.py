"""Places that other pages lead to, as plain data, and how a project without any of them answers."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

import msgspec

from sphinxext_dep.model.values import Person

LONGEST_QUERY = 1500
"""Characters; what is longer is no address that servers and people can be trusted to take."""


class RegistryLink(msgspec.Struct, frozen=True):
    """A link to a table, narrowed by *query* as the script writes it into the address."""

    docname: str
    query: str


class RegistryPlace(msgspec.Struct, frozen=True):
    """A table that readers can narrow.

    :param docname: the page it stands on.
    :param prefix: what its parameters in the address begin with: ``2.`` for the second table of a page.
    """

    docname: str
    prefix: str = ""

    def narrowed(self, chosen: Iterable[tuple[str, str]]) -> RegistryLink | None:
        """Where the table shows what was *chosen*: pairs of a facet's key and a value, which is empty for *none*.

        ``None`` when the address would be too long.
        """
        query = urlencode([(f"{self.prefix}{key}", value) for key, value in chosen], errors="replace")
        return RegistryLink(self.docname, query) if len(query) <= LONGEST_QUERY else None


class Places:
    """Where numbers and names lead: here, nowhere."""

    @property
    def registry(self) -> RegistryPlace | None:
        """The table of all proposals."""
        return None

    @property
    def people_page(self) -> str:
        """The document that has entries of people; empty when there is none."""
        return ""

    def person(self, person: Person) -> str:
        """The id of the entry of *person* on the people page; empty when there is none."""
        return ""

    def table_of(self, docname: str) -> RegistryPlace | None:
        """The table of the page of *docname* that others may lead to."""
        return None

    def is_target(self, table: object) -> bool:
        """Whether *table*, an index, is what :meth:`table_of` says of its page."""
        return False

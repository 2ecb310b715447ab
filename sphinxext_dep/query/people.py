"""The people index: all people in the fields of proposals, with their proposals by field."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sphinxext_dep.fields.base import NOWHERE
from sphinxext_dep.fields.people import person_key
from sphinxext_dep.model.proposal import FieldValue, Person, Proposal, State
from sphinxext_dep.model.schema import Schema


class Entry(msgspec.Struct):
    """One person or team.

    :param key: the identity (see :func:`identity`).
    :param name: the display name that was written first, by path; empty when there are only handles.
    :param handle: without ``@``, as first written; empty when there is none.
    :param url: the first profile that was written, or the schema's profile of the handle; may be empty.
    :param proposals: key of a people field → the proposals that name the person in it, in the order given, none twice.
    :param names: key of a people field → the names that it has for this person, in order of appearance.
    """

    key: str
    name: str = ""
    handle: str = ""
    url: str = ""
    proposals: dict[str, list[Proposal]] = {}
    names: dict[str, dict[str, None]] = {}

    @property
    def display_name(self) -> str:
        """The name for readers: ``Ada Lovelace``, or ``@ada`` when no name is written anywhere."""
        return self.name or f"@{self.handle}"

    def add(self, field: str, person: Person, proposal: Proposal) -> None:
        """Record that *proposal* names the person in *field*."""
        if not self.handle and person.handle:
            self.handle = person.handle
        if not self.name and (not person.handle or person_key(person.name) != person_key(person.handle)):
            self.name = person.name
        if not self.url and person.url:
            self.url = person.url
        within = self.proposals.setdefault(field, [])
        # A person who is named twice is one person.
        if not within or within[-1] is not proposal:
            within.append(proposal)
        self.names.setdefault(field, {})[" ".join(person.name.split())] = None


def identity(person: Person) -> str:
    """The identity of a person: the handle, else the name. Two spellings of a name are two people."""
    return person_key(person.handle or person.name)


def naming(proposal: Proposal, key: str, people: tuple[Person, ...]) -> Proposal:
    """*proposal* as if its header named *people* in the field *key*, and nobody else."""
    value = FieldValue(key, key, State.GIVEN, "", people, NOWHERE, NOWHERE, proposal.spelling)
    return msgspec.structs.replace(proposal, fields={key: value})


def people_index(proposals: Iterable[Proposal], schema: Schema) -> dict[str, Entry]:
    """Return all people that *proposals* name, by identity, sorted by name. Entries with a problem are left out."""
    keys = [field.key for field in schema.people_fields]
    entries: dict[str, Entry] = {}
    for proposal in proposals:
        for key in keys:
            for person in proposal.people(key):
                if not person.problem:
                    own = identity(person)
                    entry = entries.get(own)
                    if entry is None:
                        entry = entries[own] = Entry(own)
                    entry.add(key, person, proposal)
    for entry in entries.values():
        if not entry.url and entry.handle:
            entry.url = schema.profile(entry.handle)
    return dict(sorted(entries.items(), key=lambda item: (person_key(item[1].display_name), item[0])))

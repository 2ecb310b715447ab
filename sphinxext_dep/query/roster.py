"""Everybody whom proposals name, with what each of them has to do with which proposal."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import FieldType, Schema
from sphinxext_dep.model.values import Person
from sphinxext_dep.query.filters import person_key


class Entry(msgspec.Struct):
    """One person or team.

    :param key: what makes two mentions the same person: the handle, else the name (see :func:`identity`).
    :param name: the display name that was written first, by path; empty when there are only handles.
    :param handle: without ``@``, as first written; empty when nobody wrote one.
    :param url: the first profile that was written, or what the schema makes of the handle; may be empty.
    :param proposals: key of a people field → the proposals that name the person in it, in the order given, none twice.
    :param names: key of a people field → the names that stand there for this person, in order of appearance.
    """

    key: str
    name: str = ""
    handle: str = ""
    url: str = ""
    proposals: dict[str, list[Proposal]] = {}
    names: dict[str, dict[str, None]] = {}

    @property
    def shown(self) -> str:
        """The name to show: ``Ada Lovelace``, or ``@ada`` when nothing better was ever written."""
        return self.name or f"@{self.handle}"

    def add(self, field: str, person: Person, proposal: Proposal) -> None:
        """Note that *proposal* names the person in *field*."""
        if not self.handle and person.handle:
            self.handle = person.handle
        if not self.name and (not person.handle or person_key(person.name) != person_key(person.handle)):
            self.name = person.name
        if not self.url and person.url:
            self.url = person.url
        within = self.proposals.setdefault(field, [])
        # Somebody named twice is one person.
        if not within or within[-1] is not proposal:
            within.append(proposal)
        self.names.setdefault(field, {})[" ".join(person.name.split())] = None


def identity(person: Person) -> str:
    """What mentions of the same person share. Two spellings of a name are two people: nothing is guessed."""
    return person_key(person.handle or person.name)


def roster(proposals: Iterable[Proposal], schema: Schema) -> dict[str, Entry]:
    """Everybody whom *proposals* name, by identity, sorted by the name shown. Broken values name nobody."""
    keys = [field.key for field in schema.fields.values() if field.type is FieldType.PEOPLE]
    entries: dict[str, Entry] = {}
    for proposal in proposals:
        for key in keys:
            for person in proposal.people(key):
                if not person.problem:
                    who = identity(person)
                    entry = entries.get(who)
                    if entry is None:
                        entry = entries[who] = Entry(who)
                    entry.add(key, person, proposal)
    for entry in entries.values():
        if not entry.url and entry.handle:
            entry.url = schema.profile(entry.handle)
    return dict(sorted(entries.items(), key=lambda item: (person_key(item[1].shown), item[0])))

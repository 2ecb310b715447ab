"""The people index: all people in the fields of proposals, with their proposals by field; and the groups of people."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from sphinxext_dep.fields.base import NOWHERE
from sphinxext_dep.fields.people import person_key
from sphinxext_dep.model.files import UnreadablePage, read_bytes
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


# --- groups -----------------------------------------------------------------------------------------------------------
#
# A line of ``CODEOWNERS`` says who owns files. A group and a person on one line own the same files; it does not follow
# that the person belongs to the group. What counts are lines that name a group and then people:
#
# - a comment ``# @org/team: @ada, @octo`` or ``# SIG Router: @ada``, which forges ignore;
# - a section of GitLab's with its default owners, ``[SIG Router] @ada``
#   (https://docs.gitlab.com/user/project/codeowners/reference/#sections).

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where forges look for the file, in this order; the first that exists counts."""

_HANDLE = r"@[A-Za-z0-9][\w.-]*(?:/[\w./-]*\w)?"
_OWNER = rf"(?:{_HANDLE}|[\w.+-]+@[\w.-]+)"
"""A handle, or a mail address: an owner of files, too, but nobody's identity here."""
_MEMBERS = rf"(?P<members>{_OWNER}(?:[\s,]+{_OWNER})*)"
_COMMENT = re.compile(rf"#+[ \t]*(?P<name>[^:#]{{1,100}}?)[ \t]*:[ \t]*{_MEMBERS}[ \t,]*")
_SECTION = re.compile(rf"\^?\[(?P<name>[^\[\]]{{1,100}})\](?:\[\d+\])?[ \t]+{_MEMBERS}(?:[ \t]+#.*|[ \t]*)")


class Groups(msgspec.Struct, frozen=True):
    """Who belongs to which group.

    :param members: the identity of a group → the handles of its members, without ``@``, in the order of the file.
    """

    members: dict[str, tuple[str, ...]] = {}

    def of(self, person: str) -> tuple[str, ...]:
        """The identities of the groups that *person* belongs to, also as a member of a group within.

        :param person: the identity (:func:`~sphinxext_dep.fields.people.person_key`).
        """
        found: dict[str, None] = {}
        wanted = [person_key(person)]
        while wanted:
            one = wanted.pop()
            above = [name for name, members in self.members.items() if one in map(person_key, members)]
            wanted += (name for name in above if name not in found)
            found.update(dict.fromkeys(above))
        return tuple(name for name in self.members if name in found)

    @property
    def digest(self) -> str:
        """Changes whenever a group does."""
        return hashlib.blake2b(msgspec.json.encode(self.members), digest_size=8).hexdigest() if self.members else ""


def read_groups(root: Path) -> Groups:
    """The groups of the project in *root*: of the first ``CODEOWNERS`` there or above, up to the top of the repository.

    Nothing is asked of a forge. A file that cannot be read names nobody.
    """
    above = [root, *root.parents]
    top = next((place for place in above if (place / ".git").exists()), root)
    for folder in above[: above.index(top) + 1]:
        for name in PLACES:
            file = folder / name
            if file.is_file():
                try:
                    return parse_groups(read_bytes(file).decode("utf-8-sig", "replace"))
                except UnreadablePage:
                    return Groups()
    return Groups()


def parse_groups(text: str) -> Groups:
    """The groups that *text*, a ``CODEOWNERS`` file, names."""
    members: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        match = _COMMENT.fullmatch(line.strip()) or _SECTION.fullmatch(line.strip())
        if match is None:
            continue
        handles = [found.removeprefix("@") for found in re.findall(rf"(?<![\w.+-]){_HANDLE}", match["members"])]
        if handles and (key := person_key(match["name"])):
            members[key] = tuple(dict.fromkeys((*members.get(key, ()), *handles)))
    return Groups(members)

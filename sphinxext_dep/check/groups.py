"""The members of groups, as the project's ``CODEOWNERS`` says.

A line of ``CODEOWNERS`` says who owns files. A group and a person on one line own the same files; it does not follow
that the person belongs to the group. What counts are lines that name a group and then people:

- a comment ``# @org/team: @ada, @octo`` or ``# SIG Router: @ada``, which forges ignore;
- a section of GitLab's with its default owners, ``[SIG Router] @ada``
  (https://docs.gitlab.com/user/project/codeowners/reference/#sections).
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import msgspec

from sphinxext_dep.fields.people import person_key
from sphinxext_dep.model.files import UnreadablePage, read_bytes

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where forges look for the file, in this order; the first that exists counts."""

_HANDLE = r"@[A-Za-z0-9][\w.-]*(?:/[\w./-]*\w)?"
_MEMBERS = rf"(?P<members>{_HANDLE}(?:[\s,]+{_HANDLE})*)"
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
                    return parse_groups(read_bytes(file).decode("utf-8", "replace"))
                except UnreadablePage:
                    return Groups()
    return Groups()


def parse_groups(text: str) -> Groups:
    """The groups that *text*, a ``CODEOWNERS`` file, names."""
    members: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        match = _COMMENT.fullmatch(line.strip()) or _SECTION.fullmatch(line.strip())
        key = person_key(match["name"]) if match is not None else ""
        if match is not None and key:
            handles = (handle.removeprefix("@") for handle in re.findall(_HANDLE, match["members"]))
            members[key] = tuple(dict.fromkeys((*members.get(key, ()), *handles)))
    return Groups(members)

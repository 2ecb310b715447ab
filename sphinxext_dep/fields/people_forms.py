"""People as the other proposals of a project write them: by handle, by link, with an address for mail."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from sphinxext_dep.model.schema import Schema

_MAIL = re.compile(r"(<[^<>@\s]+)(@| at )([^<>@\s]+\.[^<>@\s]+>)")


class Said(NamedTuple):
    """A person in a value.

    :param text: as written.
    :param key: the form in which people are compared, of the handle or else the name; ``name_key`` that of the name.
    """

    start: int
    end: int
    text: str
    name: str
    handle: str
    url: str
    key: str
    name_key: str

    def is_plain(self, schema: Schema) -> bool:
        """True if it says nothing but a handle, or nothing but a name: another form can say as much, or more."""
        if not self.handle:
            return not self.url and self.text == self.name
        return self.name == self.handle and self.url in ("", schema.profile(self.handle))


def as_neighbours(value: str, known: Iterable[str], schema: Schema, read: Callable[[str], Iterable[Said]]) -> str:
    """*value*, a list of people, written as the values *known* are.

    Somebody who is in one of them is written as there, most often. Anybody else gets the form that most have: a handle
    or a link to the profile, and in addresses ``@`` or ``at``. Nothing that *value* says is left out, and a name that
    several people have stays as it is.

    :param read: returns the people in a value.
    """
    people = [person for text in known for person in read(text)]
    forms: dict[str, Counter[str]] = {}
    owners: dict[str, set[str]] = {}
    for person in people:
        for key in {person.key, person.name_key}:
            forms.setdefault(key, Counter())[person.text] += 1
            owners.setdefault(key, set()).add(person.handle.casefold() or person.url.casefold())
    with_handle = Counter(_shape(person, schema) for person in people if person.handle)
    usual = next((shape for shape, count in with_handle.items() if 2 * count > with_handle.total()), "")
    mails = Counter(found[2] for person in people if (found := _MAIL.search(person.text)))
    for person in reversed(list(read(value))):
        text = person.text
        if person.is_plain(schema):
            same = len(owners.get(person.key, set()) - {""}) <= 1
            if person.key in forms and same:
                text = forms[person.key].most_common(1)[0][0]
            elif person.handle and usual and (url := schema.profile(person.handle)):
                text = f"[@{person.handle}]({url})" if usual == "link" else f"@{person.handle}"
        elif mails:
            text = _MAIL.sub(rf"\g<1>{mails.most_common(1)[0][0]}\g<3>", text)
        value = value[: person.start] + text + value[person.end :]
    return value


def _shape(person: Said, schema: Schema) -> str:
    """``handle``, ``link``, or nothing for a form that needs to know more of somebody."""
    if person.text == f"@{person.handle}":
        return "handle"
    return "link" if person.text == f"[@{person.handle}]({schema.profile(person.handle)})" else ""

"""People and teams, in the many ways in which authors list them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import Any, ClassVar
from urllib.parse import urlsplit

import msgspec

from sphinxext_dep.fields.base import (
    ALPHABETICAL,
    NOWHERE,
    Among,
    Cleaner,
    FieldType,
    JsonContext,
    Key,
    Reading,
    TermError,
    Test,
)
from sphinxext_dep.fields.links import is_balanced, is_control, url_problem
from sphinxext_dep.fields.people_forms import Said, as_neighbours
from sphinxext_dep.fields.placeholders import is_guidance, word_state
from sphinxext_dep.fields.tokens import MAX_VALUE_CHARS, Group, Kind, Places, Token, groups, tokenize
from sphinxext_dep.model.messages import quoted
from sphinxext_dep.model.proposal import Person, RawField, State
from sphinxext_dep.model.schema import Field, Schema
from sphinxext_dep.model.source import Source, Span

MAX_NAME_CHARS = 100
"""A longer name (characters) is prose, or a list that was not separated."""

_MAX_REMEMBERED = 200
"""Characters of a value that is likely to come again."""

_Named = tuple[str, str | None, str | None, str, str]
"""The parts of a :class:`Person` without its span."""

_HOSTS = ("github.com", "www.github.com", "gitlab.com", "www.gitlab.com")
"""Hosts on which a path of one segment is a profile."""

# GitHub allows 39 characters; the characters are GitLab's, which allows more kinds.
_SEGMENT = r"[A-Za-z0-9_.-]{1,39}"
_HANDLE = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})?")
_PROFILE = re.compile(rf"/({_SEGMENT})/?")

_FEWEST_IN_REMARK = 3
"""Handles and links in a value with a remark: the person, and two in it."""

_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")

_MIN_SENTENCE_WORDS = 10
"""Fewer words can be a name with a remark: ``@octo - for the part about storage``."""

_ANCHORS = frozenset((Kind.SENTENCE, Kind.LINK, Kind.URL, Kind.MAIL, Kind.HANDLE, Kind.BRACKET))
_ASIDE_KINDS = (Kind.OPEN, Kind.CLOSE, Kind.SPACE, Kind.MARK)
# A single backtick is somebody's apostrophe.
_MARKUP = re.compile(r"[<>{}|*\[\]]|`[^`]*`")
_UNDERSCORES = re.compile(r"(_{1,2})(?=\S)(.+)(?<=\S)\1", re.DOTALL)
_ASIDE = re.compile(r"\([^()]*+\)")
# What is left of `(@octo)`, `(GitHub: @octo)` and `(@octo, Example Inc.)` when the handle is taken out.
_REMARK_BEFORE = re.compile(r"\s*\(([^()]*)\)\s+")
_ET_AL = re.compile(r"\set\.?\s+al\b\.?\s*$", re.IGNORECASE)
_FURTHER = re.compile(r"et\.?\s+al\.?|others|(?:other\s+)?contributors", re.IGNORECASE)
_EMPTY_ASIDE = re.compile(r"\((?:(?:github|gitlab)\s?:)?[\s,;:/–—-]*+\)", re.IGNORECASE)
_ASIDE_START = re.compile(r"\([\s,;:]++")
_ASIDE_END = re.compile(r"(?<![\s,;])[\s,;]++\)")
_AROUND_NAME = " \t,;:/–—-\"'“”‘’"
_NOTHING = f"{_AROUND_NAME}.!+()"


_SAMPLE = "@handle"
_GROUP_SAMPLE = "@org/team"


class _PersonJson(msgspec.Struct):
    """A person in a ``deps.json``."""

    name: str
    handle: str | None
    url: str | None


class PeopleType(FieldType[Person]):
    """A list of people and teams."""

    name = "people"
    and_separates: ClassVar[bool] = True
    """True if *and* between two names separates them."""
    doc = "people and teams: `@octo`, `@org/team`, `[@octo](https://…)`, `Ada Lovelace`"
    keys = frozenset(("many",))
    is_list = True
    is_searched = True
    has_facet = True

    def read(self, raw: RawField, source: Source, field: Field, schema: Schema) -> Reading:
        people = parse_people(raw.value, source, raw.span, and_separates=self.and_separates)
        return Reading(people.items, people.unknown is not None)

    def write(self, item: Person, field: Field, schema: Schema) -> str:
        if item.url and item.url != schema.profile(item.handle or ""):
            return f"[{item.name}]({item.url})"
        if item.handle is None:
            return item.name
        return f"@{item.handle}" if item.name == item.handle else f"{item.name} (@{item.handle})"

    def as_neighbours(self, text: str, known: Iterable[str], schema: Schema) -> str:
        return as_neighbours(text, known, schema, _said)

    def is_template(self, text: str, schema: Schema) -> bool:
        return text == _SAMPLE

    def is_guidance(self, text: str) -> bool:
        return "@" not in text and all(is_guidance(part) for part in text.split(","))

    def sample(self, field: Field, schema: Schema) -> str:
        return _SAMPLE

    def text(self, item: Any, schema: Schema) -> str:
        return person_text(item)

    def facet_word(self, item: Person) -> str:
        return " ".join(item.name.split())

    def key(self, item: Person, field: Field | None, schema: Schema) -> Key:
        name = person_key(item.name)
        if item.handle is None:
            return Key(name, (ALPHABETICAL, name), item.name)
        handle = person_key(item.handle)
        heading = item.name if name != handle else f"@{item.handle}"
        return Key(handle, (ALPHABETICAL, person_key(heading)), heading, 2 if name != handle else 1)

    def test(self, word: str, field: Field | None, schema: Schema) -> Test:
        key = person_key(word)
        if not key:
            raise TermError("there is no name behind the '@'", "write a handle, such as '@octo', or a name")
        return Among((key,))

    def words_of(self, item: Person) -> Iterable[str]:
        return (person_key(item.name), person_key(item.handle or ""))

    def searched(self, item: Person) -> Iterable[str]:
        return (item.name, f"@{item.handle}" if item.handle else "")

    def json_schema(self) -> dict[str, Any]:
        return {"$ref": "#/$defs/person"}

    json_type = _PersonJson

    def to_json(self, item: Any, context: JsonContext) -> Any:
        return {"name": item.name, "handle": item.handle, "url": profile_of(item, context.schema) or None}

    def from_json(self, given: Any, clean: Cleaner) -> Person | None:
        url = given.url if given.url is not None and clean.is_address(given.url) else None
        return Person(clean.plain(given.name), clean.plain(given.handle) or None, url, NOWHERE)


class GroupType(PeopleType):
    """A list of groups, such as special interest groups. A group's name can hold *and*: ``Networking and Fabric``."""

    name = "group"
    doc = "groups: `@org/team`, `Storage`, `[Storage](https://…)`, `Networking and Fabric`"
    and_separates = False

    def is_template(self, text: str, schema: Schema) -> bool:
        return text == _GROUP_SAMPLE

    def sample(self, field: Field, schema: Schema) -> str:
        return _GROUP_SAMPLE


def person_key(name: str) -> str:
    """The form in which people are compared: lower case, single spaces, no ``@``."""
    return " ".join(name.casefold().split()).removeprefix("@")


def person_text(person: Person) -> str:
    """The handle of a person, else the name."""
    return f"@{person.handle}" if person.handle else person.name


def profile_of(person: Person, schema: Schema) -> str:
    """The address of the profile of *person*; empty when there is none."""
    if person.problem:
        return ""
    return person.url or (schema.profile(person.handle) if person.handle else "")


class People(msgspec.Struct, frozen=True):
    """The people of one value.

    :param items: in the order of the value.
    :param unknown: where the value says that more are to come (``@octo, TBD``), or ``None``.
    """

    items: tuple[Person, ...]
    unknown: Span | None = None


def named_people(raw: str, *, and_separates: bool = True) -> list[tuple[int, int, _Named | None, State | None]]:
    """Each person of a value, with the offsets in it, and what the words say (``TBD``) where they name nobody."""
    read = _named if len(raw) <= _MAX_REMEMBERED else _named.__wrapped__
    return read(raw, and_separates)


def _said(value: str) -> Iterator[Said]:
    """The people in a value, as they are written."""
    for start, end, named, _state in named_people(value):
        if named is not None and not named[3]:
            name, handle, url = named[0], named[1] or "", named[2] or ""
            yield Said(start, end, value[start:end], name, handle, url, person_key(handle or name), person_key(name))


def parse_people(raw: str, source: Source, span: Span, *, and_separates: bool = True) -> People:
    """Read a list of people, separated by commas, semicolons, ``and``, ``&``, lines, or spaces after handles or links.

    One person is ``@octo``, ``@org/team``, ``[@octo](url)``, ``[Ada](url)``, ``[Ada]``, ``Ada``, ``Ada @octo``,
    ``Ada (@octo)``, ``Ada <ada@example.org>`` or the address of a profile. A handle comes from an ``@`` or from a
    profile, never from a name. ``N/A`` and ``TBD`` are no people; the place of a ``TBD`` among others is
    :attr:`People.unknown`.

    :param raw: the value as read.
    :param span: the place of the value in *source*.
    :param and_separates: False if ``and`` and ``&`` between two names are a part of one name; beside a handle or a link
        they separate in any case.
    """
    if len(raw) > MAX_VALUE_CHARS:
        return People((Person("", None, None, span, "the value is too long to be a list of people"),))
    places = Places(raw, source, span)
    people: list[Person] = []
    unknown: Span | None = None
    says_something = False
    for start, end, named, state in named_people(raw, and_separates=and_separates):
        place = places.span(start, end)
        says_something = says_something or state is not None
        if named is not None:
            name, handle, url, problem, note = named
            people.append(Person(name, handle, url, place, problem, note))
        if state is State.UNKNOWN and unknown is None:
            unknown = place
    text = raw.strip()
    if text and not people and not says_something:
        people.append(Person(text, None, None, span, f"{quoted(text)} names no person"))
    return People(tuple(people), unknown)


@lru_cache(maxsize=2048)
def _named(raw: str, and_separates: bool) -> list[tuple[int, int, _Named | None, State | None]]:
    """Each person of a value, with the offsets in it. The same few people are in most of a project's proposals."""
    drafts = _read(raw, 0, and_separates)
    return [(draft.start, draft.end, *draft.person(raw[draft.start : draft.end])) for draft in drafts]


@dataclass(slots=True)
class _Draft:
    """A person in the making.

    :param start: offset in the value.
    :param end: offset behind it.
    :param before: the words in front of the handle or link; for a bare name, the name.
    :param after: the words behind it.
    :param display: the name that a link shows.
    :param fallback: what the person is called when there is no name: the handle, the mail address.
    :param note: what is written behind the person: a company.
    """

    start: int
    end: int
    before: str = ""
    after: str = ""
    display: str = ""
    fallback: str = ""
    handle: str | None = None
    url: str | None = None
    problem: str = ""
    note: str = ""

    def words(self) -> tuple[str, str]:
        """The name, empty when there is none, and the text in parentheses when there is nothing else."""
        if _has_word(_ASIDE.sub("", f"{self.before} {self.display} {self.after}")):
            return _cleaned(f"{self.before}{self.display}{self.after}"), ""
        return "", _cleaned(f"{self.before}{self.after}")

    def person(self, written: str) -> tuple[_Named | None, State | None]:
        """Name, handle, link and problem of the person, if it is one, and whether the words say ``N/A`` or ``TBD``.

        :param written: the person's text in the value.
        """
        name, aside = self.words()
        words = name or aside
        state = word_state(words) if words else None
        problem = self.problem or _name_problem(words, self.fallback, written)
        if state is not None or not any(char.isalnum() for char in name):
            # An aside alone, `(Example, Inc.)`, is as good a name as any.
            name = " ".join((self.fallback or name, aside if state is None else "")).strip()
            if state is not None and not self.fallback:
                return None, state
        if not name and not problem:
            return None, state
        return (name or written, self.handle, self.url, problem, self.note), state

    def has_name(self) -> bool:
        """True if there are words that belong to this person alone."""
        return _has_word(self.before) or _has_word(self.display)

    def could_be(self, other: _Draft) -> bool:
        """True if *other*, in brackets right behind, says more about the same person: ``Ada <a@x.org> (@ada)``."""
        same_handle = other.handle is None or self.handle in (None, other.handle)
        same_url = other.url is None or self.url in (None, other.url)
        return same_handle and same_url and not (other.display or other.problem)

    def add(self, other: _Draft) -> None:
        """Take over what *other* says about the same person."""
        self.handle = self.handle or other.handle
        self.url = self.url or other.url
        self.fallback = self.handle or self.fallback or other.fallback
        self.end = other.end


def _read(text: str, offset: int, and_separates: bool = True) -> list[_Draft]:
    """The people in *text*, which begins at *offset* in the value."""
    tokens = list(_tokens(text))
    if not and_separates:
        tokens = _with_names_joined(tokens)
    tokens, notes = _without_notes(_with_addresses_joined(tokens))
    tokens, remarks = _without_remarks(tokens)
    notes |= remarks
    found: list[_Draft] = []
    for group in groups(tokens, _ANCHORS):
        drafts = _Reader(text).read(group)
        if group.end in notes and len(drafts) == 1:
            drafts[0].note = _LINK.sub(r"\1", " ".join(text[slice(*notes[group.end])].split()))
        for draft in drafts:
            draft.start += offset
            draft.end += offset
            found.append(draft)
    return _with_further_people_noted(found)


def _with_further_people_noted(drafts: list[_Draft]) -> list[_Draft]:
    """*drafts* without what names nobody: *et al.*, *others*, and a remark in front. It is a note of a person."""
    found: list[_Draft] = []
    for draft in drafts:
        is_bare = not (draft.fallback or draft.display)
        note = ""
        if further := _ET_AL.search(draft.after):
            draft.after, note = draft.after[: further.start()], further[0]
        elif is_bare and found and _FURTHER.fullmatch(draft.before.strip()):
            found[-1].note = ", ".join(filter(None, (found[-1].note, draft.before.strip())))
            found[-1].end = draft.end
            continue
        elif is_bare and (further := _ET_AL.search(draft.before)):
            draft.before, note = draft.before[: further.start()], further[0]
        if (remark := _REMARK_BEFORE.match(draft.before)) and _has_word(draft.before[remark.end() :]):
            draft.before, note = draft.before[remark.end() :], f"{remark[1]} {note}"
        draft.note = ", ".join(filter(None, (draft.note, note.strip())))
        found.append(draft)
    return found


def _tokens(text: str) -> Iterator[Token]:
    """The tokens of *text*; a name that begins with *The* may hold ``and``, and a sentence is one name, and wrong."""
    line: list[Token] = []
    for token in chain(tokenize(text), (None,)):
        if token is not None and not (token.kind is Kind.SEPARATOR and token.text[:1] in "\n\r<"):
            line.append(token)
            continue
        yield from _whole(line) if _is_sentence(line) else _with_names_of_groups(line)
        line = []
        if token is not None:
            yield token


def _with_names_of_groups(line: list[Token]) -> Iterator[Token]:
    first = ""
    for token in line:
        if token.kind is Kind.SEPARATOR and token.text in ("and", "&") and first.casefold() == "the":
            yield token._replace(kind=Kind.WORD)
            continue
        if token.kind is Kind.SEPARATOR:
            first = ""
        elif not first and token.kind is not Kind.SPACE:
            first = token.text
        yield token


def _with_names_joined(tokens: list[Token]) -> list[Token]:
    """*tokens* with each ``and`` between two words as a part of a name."""
    seen = [token for token in tokens if token.kind not in (Kind.SPACE, Kind.MARK)]
    joining = {
        token.start
        for before, token, behind in zip(seen, seen[1:], seen[2:], strict=False)
        if token.kind is Kind.SEPARATOR and token.text in ("and", "&") and before.kind is behind.kind is Kind.WORD
    }
    return [token._replace(kind=Kind.WORD) if token.start in joining else token for token in tokens]


_LINE_ENDS = ("\n", "\r", "<", ";")
"""The first characters of separators behind which another item begins."""


def _with_addresses_joined(tokens: list[Token]) -> list[Token]:
    """*tokens* with a space for the comma between a name and a mail address alone: ``Ada, ada@example.org`` is one."""
    seen = [token for token in tokens if token.kind not in (Kind.SPACE, Kind.MARK)]
    joining: set[int] = set()
    is_name = False
    for place, token in enumerate(seen):
        if token.kind is Kind.SEPARATOR:
            address, behind = seen[place + 1 : place + 2], seen[place + 2 : place + 3]
            alone = not behind or behind[0].kind is Kind.SEPARATOR
            if is_name and token.text == "," and address and address[0].kind is Kind.MAIL and alone:
                joining.add(token.start)
            is_name = False
        elif token.kind in _ANCHORS:
            is_name = False
        elif place == 0 or seen[place - 1].kind is Kind.SEPARATOR:
            is_name = token.kind is Kind.WORD and token.text[:1].isalpha()
    if not joining:
        return tokens
    return [token._replace(kind=Kind.SPACE, text=" ") if token.start in joining else token for token in tokens]


def _without_notes(tokens: list[Token]) -> tuple[list[Token], dict[int, tuple[int, int]]]:
    """*tokens* without what follows the person of an item, and its places by the offset at which the person ends.

    In a list of one item a line (or between semicolons), ``Ada (@ada), Example, Inc.`` is one person with a company:
    the item begins with a name and a link, and nobody behind them has one.
    """
    if not any(token.kind is Kind.SEPARATOR and _begins_item(token) for token in tokens):
        return tokens, {}
    kept: list[Token] = []
    notes: dict[int, tuple[int, int]] = {}
    item: list[Token] = []
    for token, behind in pairwise((*tokens, None, None)):
        if token is not None and not (token.kind is Kind.SEPARATOR and token.text[:1] in _LINE_ENDS):
            item.append(token)
            continue
        if token is not None and token.text != ";" and item and item[-1].text == "," and not _is_marker(behind):
            item.append(token)  # the line goes on
            continue
        cut = _note_at(item)
        if cut is not None:
            person = [one for one in item[:cut] if one.kind not in (Kind.SPACE, Kind.MARK)]
            notes[person[-1].end] = (item[cut].end, item[-1].end)
            item = item[:cut]
        kept += item
        item = []
        if token is not None:
            kept.append(token)
    return kept, notes


def _without_remarks(tokens: list[Token]) -> tuple[list[Token], dict[int, tuple[int, int]]]:
    """*tokens* without remarks in parentheses that hold links, and where each is, by the end of the person before it.

    ``[Ada](…) ([first draft](…) by [Bob](…))`` names Ada. A list of handles in parentheses has no words.
    """
    if sum(token.kind in _ANCHORS for token in tokens) < _FEWEST_IN_REMARK:
        return tokens, {}
    kept: list[Token] = []
    remarks: dict[int, tuple[int, int]] = {}
    index = 0
    while index < len(tokens):
        token = tokens[index]
        person = next((one for one in reversed(kept) if one.kind is not Kind.SPACE), None)
        if token.kind is Kind.OPEN and person is not None and person.kind in _ANCHORS:
            close = next((place for place in range(index, len(tokens)) if tokens[place].kind is Kind.CLOSE), None)
            inside = tokens[index + 1 : close] if close is not None else []
            links = sum(one.kind in _ANCHORS for one in inside)
            words = any(one.kind is Kind.WORD and one.text[:1].islower() for one in inside)
            if close is not None and links > 1 and words and not any(one.kind is Kind.SEPARATOR for one in inside):
                remarks[person.end] = (token.end, tokens[close].start)
                index = close + 1
                continue
        kept.append(token)
        index += 1
    return kept, remarks


def _is_marker(token: Token | None) -> bool:
    return token is not None and token.kind is Kind.SEPARATOR and _begins_item(token) and token.text != ";"


def _begins_item(token: Token) -> bool:
    """True for the marker of an item of a list, and for a semicolon."""
    return token.text.strip()[:1] in ("-", "*", "+", "\u2022", ";") or token.text.strip()[:1].isdigit()


def _note_at(item: list[Token]) -> int | None:
    """The index of the comma behind the person of *item*, if what follows can only be a note."""
    depth = 0
    is_named = is_linked = False
    for index, token in enumerate(item):
        if token.kind is Kind.OPEN:
            depth += 1
        elif token.kind is Kind.CLOSE:
            depth -= 1
        elif token.kind is Kind.SEPARATOR and depth <= 0 and not (index == 0 or _begins_item(token)):
            rest = item[index + 1 :]
            is_note = token.text == "," and any(one.kind is Kind.WORD for one in rest)
            only_words = not any(
                one.kind in _ANCHORS or (one.kind is Kind.SEPARATOR and one.text in ("and", "&")) for one in rest
            )
            return index if is_named and is_linked and is_note and only_words else None
        elif token.kind in (Kind.HANDLE, Kind.MAIL, Kind.URL, Kind.LINK):
            is_linked = True
            is_named = is_named or (token.kind is Kind.LINK and not token.text.lstrip("( ").startswith("@"))
        elif token.kind is Kind.WORD and depth <= 0 and token.text[:1].isalpha():
            is_named = True
    return None


def _is_sentence(line: list[Token]) -> bool:
    """True when most words of a line are in lower case, and there are more of them than a name or a remark has."""
    words = [token.text for token in line if token.kind is Kind.WORD and token.text[:1].isalpha()]
    return len(words) >= _MIN_SENTENCE_WORDS and 2 * sum(word[0].islower() for word in words) > len(words)


def _whole(line: list[Token]) -> Iterator[Token]:
    """One token for a sentence, from its first word to its last."""
    text = "".join(token.text or token.url for token in line)
    yield Token(Kind.SENTENCE, text, line[0].start, line[-1].end)


class _Reader:
    """Reads the people between two separators: only handles, links and brackets are beside one another there."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._drafts: list[_Draft] = []
        self._words: list[tuple[Token, int]] = []
        """Those since the last handle or link, and the number of parentheses around each."""

    def read(self, group: Group) -> list[_Draft]:
        """The people of *group*."""
        before: Token | None = None
        for token, inside in zip(group.tokens, group.inside, strict=True):
            if token.kind not in _ANCHORS:
                self._words.append((token, inside))
            elif before is not None and before.kind is token.kind is Kind.BRACKET and before.end == token.start:
                # `[Ada][]` names Ada, wherever the link is defined.
                if self._drafts and token.text:
                    self._drafts[-1].problem = "links by reference are not followed here, only `[name](url)`"
            elif found := _anchored(token, self._text):
                self._join(found, is_wrapped=inside > 0 or self._text[token.start] == "<")
            before = token
        self._finish()
        return self._drafts

    def _join(self, found: list[_Draft], *, is_wrapped: bool) -> None:
        """Add people, and decide whose the words in front of them are."""
        rest = self._take_asides()
        words = _plain(rest)
        if not self._drafts:
            found[0].before = words + found[0].before
            found[0].start = min([found[0].start, *(token.start for token, _ in rest)])
        elif not _has_word(words):
            if is_wrapped and len(found) == 1 and self._drafts[-1].could_be(found[0]):
                self._drafts[-1].add(found[0])
                return
        elif self._drafts[0].has_name() and self._drafts[-1].has_name() and not found[0].display:
            # Each has a name in front: `Ada @octo Grace @hopper`.
            found[0].before = words + found[0].before
            found[0].start = rest[0][0].start
        else:
            self._drafts.append(_unclear(rest))
        self._drafts += found

    def _finish(self) -> None:
        rest = self._take_asides()
        words = _plain(rest)
        if not rest:
            return
        if not self._drafts:
            self._drafts.append(_Draft(rest[0][0].start, rest[-1][0].end, before=words))
        elif len(self._drafts) == 1:
            self._drafts[0].after += words
            self._drafts[0].end = rest[-1][0].end
        elif _has_word(words):
            self._drafts.append(_unclear(rest))

    def _take_asides(self) -> list[tuple[Token, int]]:
        """Give the text in parentheses right behind a person to that person; return the other words."""
        words, self._words = self._words, []
        if not self._drafts:
            return words
        own = (index for index, (token, inside) in enumerate(words) if not inside and token.kind not in _ASIDE_KINDS)
        count = next(own, len(words))
        # The last of them may open the parentheses around the next handle.
        asides, rest = words[:count], words[count:]
        if asides:
            self._drafts[-1].after += _plain(asides)
            closed = [token.end for token, _ in asides if token.kind is Kind.CLOSE]
            self._drafts[-1].end = max([self._drafts[-1].end, *closed])
        while rest and rest[-1][0].kind is Kind.SPACE:
            rest.pop()
        return rest


def _anchored(token: Token, text: str) -> list[_Draft]:
    """The people that a handle, a link, an address or a bracket names: one, but a bracket may hold a list."""
    start, end = token.start, token.end
    match token.kind:
        case Kind.HANDLE:
            return [_from_handle(token.text.rstrip(".:!?"), start, end)]
        case Kind.MAIL:
            return [_Draft(start, end, fallback=token.text, url=f"mailto:{token.text}")]
        case Kind.URL:
            return [_from_url(token.url, start, end)]
        case Kind.LINK:
            return [_from_link(token)]
        case Kind.SENTENCE:
            problem = f"{quoted(text[start:end])} is a sentence, and names no person for certain"
            return [_Draft(start, end, display=text[start:end].strip(), problem=problem)]
        case _:
            return _from_bracket(token, text)


def _from_handle(handle: str, start: int, end: int) -> _Draft:
    problem = ""
    if not handle:
        problem = "an `@` without a handle"
    elif not _HANDLE.fullmatch(handle):
        problem = f"{quoted(f'@{handle}')} is not a handle: those have letters, digits, `_`, `.` and `-`, 39 at most"
    if problem:
        return _Draft(start, end, display=f"@{handle}", problem=problem)
    return _Draft(start, end, fallback=handle, handle=handle)


def _from_url(url: str, start: int, end: int) -> _Draft:
    problem = url_problem(url)
    if problem:
        return _Draft(start, end, fallback=url, problem=problem)
    handle = _profile_handle(url)
    return _Draft(start, end, fallback=handle or url.removeprefix("mailto:"), handle=handle, url=url)


def _from_link(token: Token) -> _Draft:
    """A link: its text is read as a person would be, its target says the profile."""
    target = _from_url(token.url, token.start, token.end)
    inner = _read(token.text, 0)
    if len(inner) > 1:
        # A comma in a name, `[Example, Inc.](…)`, is no separator; two handles are two people.
        problem = "a link names one person only" if any(draft.handle for draft in inner) else ""
        inner = [_Draft(0, 0, display=token.text, problem=problem)]
    if not inner:
        target.problem = target.problem or ("" if target.handle else "the link has no text that names a person")
        return target
    target.display, aside = inner[0].words()
    target.after = f" {aside}" if aside else ""
    target.handle = inner[0].handle or target.handle
    target.fallback = target.handle or inner[0].fallback
    target.problem = inner[0].problem or target.problem
    return target


def _from_bracket(token: Token, text: str) -> list[_Draft]:
    inside = text[token.start + 1 : token.end - 1]
    if "@" not in inside and len(inside) <= 10 * MAX_NAME_CHARS and is_guidance(token.text):
        problem = f"{quoted(token.text)} is text of the template"
        return [_Draft(token.start, token.end, display=token.text, problem=problem)]
    inner = _read(inside, token.start + 1)
    if len(inner) == 1:
        inner[0].start, inner[0].end = token.start, token.end
        inner[0].display, aside = inner[0].words()
        inner[0].before, inner[0].after = "", f" {aside}" if aside else ""
    return inner


def _unclear(words: list[tuple[Token, int]]) -> _Draft:
    text = _plain(words)
    problem = f"it is not clear whose name {quoted(text)} is: put commas between people"
    return _Draft(words[0][0].start, words[-1][0].end, before=text, problem=problem)


def _profile_handle(url: str) -> str | None:
    """The handle that a profile's address says, or ``None`` when it is another address."""
    parts = urlsplit(url)
    if parts.hostname not in _HOSTS or parts.query or parts.fragment:
        return None
    match = _PROFILE.fullmatch(parts.path)
    return match[1] if match else None


def _plain(words: list[tuple[Token, int]]) -> str:
    return "".join(token.text for token, _ in words if token.kind is not Kind.MARK)


def _has_word(text: str) -> bool:
    """True if *text* holds anything but punctuation around a name."""
    return bool(text.strip(_NOTHING))


def _cleaned(text: str) -> str:
    """A name without the punctuation that the parts taken out of it leave behind."""
    name = " ".join(text.split())
    if len(name) > 10 * MAX_NAME_CHARS:
        return name
    if "(" in name or ")" in name:
        name = _ASIDE_END.sub(")", _ASIDE_START.sub("(", _EMPTY_ASIDE.sub("", name)))
    name = " ".join(name.split()).lstrip(f"{_AROUND_NAME})").rstrip(f"{_AROUND_NAME}(")
    name = name.removesuffix(" .").rstrip()
    emphasis = _UNDERSCORES.fullmatch(name)
    name = emphasis[2] if emphasis else name
    return name if _has_word(name) else ""


def _name_problem(name: str, fallback: str, written: str) -> str:
    """Return the problem of the name of a person, or an empty text.

    :param fallback: the person's mail address, when it is one; it may be in the name.
    :param written: the person's text in the value.
    """
    if not name.isprintable() and any(is_control(char) for char in name):
        return f"{quoted(written)} holds control characters"
    if _MARKUP.search(name):
        return f"{quoted(written)} holds markup"
    if "@" in name.replace(fallback, ""):
        return f"{quoted(written)} is neither a handle nor a mail address"
    if len(name) > MAX_NAME_CHARS:
        return f"{quoted(written)} is longer than {MAX_NAME_CHARS} characters"
    return "" if is_balanced(name) else f"{quoted(written)} has brackets without a partner"

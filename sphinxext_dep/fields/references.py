"""References to proposals: ``DEP-3``, ``#3``, a slug, a link to the page or to the built page."""

from __future__ import annotations

import enum
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import groupby, repeat
from typing import Annotated, Any, NamedTuple
from urllib.parse import unquote

import msgspec

from sphinxext_dep.fields.base import (
    ALPHABETICAL,
    NOWHERE,
    ORDERED,
    Among,
    Cleaner,
    FieldType,
    JsonContext,
    Key,
    Reading,
    TermError,
    Test,
    in_quotes,
)
from sphinxext_dep.fields.links import is_relative, url_problem
from sphinxext_dep.fields.placeholders import is_unnumbered, word_state
from sphinxext_dep.fields.tokens import MAX_VALUE_CHARS, Group, Kind, Places, Token, groups, tokenize_list, unescape
from sphinxext_dep.model.catalog import Catalog, RelationEntry
from sphinxext_dep.model.files import is_set_aside, is_source, lead_of
from sphinxext_dep.model.messages import quoted
from sphinxext_dep.model.numbers import MAX_NUMBER, file_key, file_number, normalise_key
from sphinxext_dep.model.proposal import Proposal, RawField, Reference
from sphinxext_dep.model.schema import Field, Layout, Schema
from sphinxext_dep.model.source import Source, Span

ProposalNumber = Annotated[int, msgspec.Meta(ge=0, le=MAX_NUMBER)]
"""A number in a ``deps.json``."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*+):")
_ROLES = ("dep", "doc", "ref")
_BRANCH = re.compile(r"(?:^|/)(?:blob|tree|raw|blame|edit|src)/(?:branch/)?")
"""The part before the name of a branch in the addresses of GitHub, GitLab and Forgejo."""
_MAX_BRANCH_PARTS = 8
_RAW = re.compile(r"^https://raw\.githubusercontent\.com/([^/]+/[^/]+)/")
_QUOTES = "`'\""
_PUNCTUATION = f"{_QUOTES}.:!?"
_AROUND_NOTE = " \t-–—:.\"'`"


class _Patterns(NamedTuple):
    unit: re.Pattern[str]
    label: re.Pattern[str]
    number: re.Pattern[str]


@lru_cache(maxsize=16)
def _patterns(prefix: str) -> _Patterns:
    # (?!) never matches: without a prefix there are no labels.
    name = rf"(?i:{re.escape(prefix)})s?" if prefix else "(?!)"
    gap = r"[-\u2010\u2011\u2013_ ]?"
    label = rf"{name}{gap}#?[0-9]++"
    roles = rf"(?i:{'|'.join((*_ROLES, re.escape(prefix or 'dep')))})"
    role = rf"(?:\{{{roles}\}}|:{roles}:)`([^`\n]*+)`"
    return _Patterns(
        # Text between spaces; `DEP 3` is one.
        re.compile(rf"{role}|{label}(?![^\s{_PUNCTUATION}])[{_PUNCTUATION}]*+(?!\S)|\S++"),
        re.compile(label),
        re.compile(rf"(?:{name}{gap}#?|#)?(?P<digits>[0-9]++)"),
    )


class _ReferenceJson(msgspec.Struct):
    """A reference in a ``deps.json``."""

    number: ProposalNumber | None
    slug: str | None
    text: str | None
    note: str | None


STATED_THERE = "stated there only"
"""The note on a proposal that states a relation which the one that it names should state as well."""


class References(FieldType[Reference]):
    """A list of references to proposals."""

    name = "references"
    doc = "proposals: `DEP-12`, `12`, a slug, or a link to the page; a remark may follow in `()`"
    keys = frozenset(("many", "inverse", "inverse-label", "dependency", "pages"))
    is_list = True
    is_relation = True

    def read(self, raw: RawField, source: Source, field: Field, schema: Schema) -> Reading:
        references = parse_references(raw.value, source, raw.span, schema, pages=field.pages)
        if raw.qualifier:
            # The words in the label, as in `**Replaces** (partially): DEP-3, DEP-4`, hold for each of them.
            replace = msgspec.structs.replace
            references = tuple(replace(item, note=item.note or raw.qualifier) for item in references)
        return Reading(references)

    def write(self, item: Reference, field: Field, schema: Schema) -> str:
        key = schema.label(int(item.key)) if _is_number(item.key) else item.key or item.text
        return f"{key} ({item.note})" if item.note else key

    def is_template(self, text: str, schema: Schema) -> bool:
        return is_unnumbered(text, schema.prefix)

    def is_guidance(self, text: str) -> bool:
        return not any(char.isdigit() for char in text) and super().is_guidance(text)

    def sample(self, field: Field, schema: Schema) -> str:
        return schema.label(12)

    def displayed(self, proposal: Proposal, field: Field, catalog: Catalog) -> tuple[RelationEntry, ...]:
        return catalog.relation(proposal, field)

    def text(self, item: Any, schema: Schema) -> str:
        reference, target, is_missing = item
        text = reference.text if target is None else schema.label_of(target.number, target.slug)
        note = reference.note if reference is not None else STATED_THERE if is_missing else ""
        return f"{text} ({note})" if note else text

    def key(self, item: Reference, field: Field | None, schema: Schema) -> Key:
        if _is_number(item.key):
            return Key(item.key, (ORDERED, int(item.key)), schema.label(int(item.key)))
        key = item.key or item.text
        return Key(key, (ALPHABETICAL, key.casefold()), key)

    def test(self, word: str, field: Field | None, schema: Schema) -> Test:
        key = normalise_key(word.lower(), schema.prefix)
        if key is None:
            raise TermError(f"{in_quotes(word)} cannot name a proposal", "write a number, such as '12', or a slug")
        return Among((key,))

    def words_of(self, item: Reference) -> Iterable[str]:
        return (item.key.casefold(),)

    def searched(self, item: Reference) -> Iterable[str]:
        return (item.text, item.key)

    def json_schema(self) -> dict[str, Any]:
        return {"$ref": "#/$defs/reference"}

    json_type = _ReferenceJson

    def to_json(self, item: Any, context: JsonContext) -> Any:
        reference, target, _ = item
        if reference is not None and reference.problem:
            return None
        return {
            "number": target.number if target else None,
            "slug": target.slug if target else None,
            "text": reference.text if reference else None,
            "note": (reference.note or None) if reference else None,
            "path": target.path if target else None,
            "url": context.url_of(target.path) if target else None,
            "stated": reference is not None,
        }

    def from_json(self, given: Any, clean: Cleaner) -> Reference | None:
        """Leave out what only the other side states: it is found from there."""
        if given.text is None:
            return None
        key = str(given.number) if given.number is not None else clean.plain(given.slug)
        return Reference(clean.plain(given.text), key, NOWHERE, clean.plain(given.note))


def _is_number(key: str) -> bool:
    return key.isascii() and key.isdigit()


def parse_references(
    raw: str, source: Source, span: Span, schema: Schema, *, pages: bool = False
) -> tuple[Reference, ...]:
    """Read a list of references, separated by commas, ``and``, lines, or spaces.

    A number is read with or without the prefix, and from the name of the file that a path, a link or an address leads
    to. Words in parentheses behind a reference, and those around one that says itself that it is one (it has the
    prefix, or is a link), are its note: ``DEP-3 (partially)``. A bare number or slug among other words is none: in
    ``see PR #3`` the number is something else's.

    :param raw: the value as read.
    :param span: the place of the value in *source*.
    :param pages: whether a link to any other page is allowed: a reference without a key.
    """
    if len(raw) > MAX_VALUE_CHARS:
        return (Reference("", "", span, "", "the value is too long to be a list of references"),)
    places = Places(raw, source, span)
    drafts = (
        draft
        for group in groups(list(tokenize_list(raw)))
        for draft in _Reader(raw, source.path, schema, group, pages=pages).read()
    )
    references = tuple(draft.reference(places) for draft in drafts)
    text = raw.strip()
    if text and not references:
        return (Reference(text, "", span, "", f"{quoted(text)} is not a reference to a proposal"),)
    return references


@dataclass(slots=True)
class _Draft:
    """A reference in the making; its notes come behind it."""

    start: int
    end: int
    text: str
    key: str
    problem: str = ""
    notes: list[str] = field(default_factory=list)
    pages: tuple[str, ...] = ()

    def reference(self, places: Places) -> Reference:
        note = " ".join(" ".join(self.notes).split()).strip(_AROUND_NOTE)
        return Reference(self.text, self.key, places.span(self.start, self.end), note, self.problem, self.pages)


class _Unit(NamedTuple):
    """A word that is or is not a reference.

    :param key: the key it would have, ``None`` when it is none; empty for a number that is too large.
    :param is_certain: whether it is more than a single word.
    :param is_label: whether it says itself that it names a proposal: ``DEP-3`` and ``0003-x.md`` do, ``3`` does not.
    """

    start: int
    end: int
    text: str
    key: str | None
    is_certain: bool
    is_label: bool
    pages: tuple[str, ...] = ()


class _Part(enum.Enum):
    """The role of a run of tokens in a list of references."""

    TARGET = enum.auto()
    BRACKET = enum.auto()
    ASIDE = enum.auto()
    """Text in parentheses."""
    TEXT = enum.auto()
    NOTHING = enum.auto()


_PARTS = {
    Kind.LINK: _Part.TARGET,
    Kind.URL: _Part.TARGET,
    Kind.BRACKET: _Part.BRACKET,
    Kind.OPEN: _Part.NOTHING,
    Kind.CLOSE: _Part.NOTHING,
    Kind.MARK: _Part.NOTHING,
}


def _part(pair: tuple[Token, int]) -> _Part:
    token, inside = pair
    return _Part.ASIDE if inside else _PARTS.get(token.kind, _Part.TEXT)


class _Reader:
    """Reads the references between two separators."""

    def __init__(self, raw: str, page: str, schema: Schema, group: Group, *, pages: bool) -> None:
        self._pages = pages
        self._raw = raw
        self._page = page
        self._schema = schema
        self._patterns = _patterns(schema.prefix)
        self._group = group
        self._is_single = _is_single(group)
        self._drafts: list[_Draft] = []
        self._words: list[str] = []
        """Those in front of the first reference."""

    def read(self) -> list[_Draft]:
        """The references of the group; a single one with a problem when there is none."""
        self._read_tokens(self._group.tokens, self._group.inside)
        if self._drafts:
            self._drafts[0].notes[:0] = self._words
            return self._drafts
        start, end = self._group.start, self._group.end
        text = self._raw[start:end]
        if not any(char.isalnum() for char in text):
            return []
        return [_Draft(start, end, text, "", f"{quoted(text)} is not a reference to a proposal")]

    def _read_tokens(self, tokens: Sequence[Token], inside: Iterable[int]) -> None:
        for part, chunk in groupby(zip(tokens, inside, strict=False), _part):
            run = [token for token, _ in chunk]
            start, end = run[0].start, run[-1].end
            if part is _Part.TARGET:
                self._drafts += map(self._target, run)
            elif part is _Part.BRACKET:
                for token in run:
                    self._read_text(token.start + 1, token.end - 1)
            elif part is _Part.TEXT:
                self._read_text(start, end)
            elif part is _Part.ASIDE and self._drafts:
                self._drafts[-1].notes.append(self._raw[start:end])
            elif part is _Part.ASIDE:
                self._read_tokens(run, repeat(0))

    def _read_text(self, start: int, end: int) -> None:
        units = [self._unit(match) for match in self._patterns.unit.finditer(self._raw, start, end)]
        # A single word may be a slug when nothing else is there: in "partially [x](0003-x.md)" it is a remark.
        certain = [unit.key is not None and (unit.is_certain or self._is_single) for unit in units]
        bare_ones_count = all(certain) and not self._words
        for unit in units:
            if unit.key is not None and (unit.is_label or bare_ones_count):
                problem = "" if unit.key else f"{quoted(unit.text)} is above the highest number, {MAX_NUMBER}"
                self._drafts.append(_Draft(unit.start, unit.end, unit.text, unit.key, problem, pages=unit.pages))
            else:
                (self._drafts[-1].notes if self._drafts else self._words).append(unit.text)

    def _unit(self, match: re.Match[str]) -> _Unit:
        prefix = self._schema.prefix
        written = match[0] if match[1] else match[0].lstrip(_QUOTES).rstrip(_PUNCTUATION)
        start = match.start() + match[0].find(written)
        text = unescape(match[1] or written)
        unit = partial(_Unit, start, start + len(written), text)
        if match[1]:
            target = target_of(text, self._page, self._schema) if "/" in text else None
            key, pages = target or (normalise_key(text, prefix), ())
            return unit(key, is_certain=True, is_label=True, pages=pages)
        if number := self._patterns.number.fullmatch(text):
            digits = number["digits"].lstrip("0") or "0"
            key = digits if len(digits) <= len(str(MAX_NUMBER)) else ""
            return unit(key, is_certain=True, is_label=bool(self._patterns.label.fullmatch(text)))
        is_path = "/" in text and is_relative(text) and not self._patterns.number.fullmatch(text.partition("/")[0])
        name = text.partition("#")[0]
        if is_path or self._schema.without_suffix(name) != name:
            target = target_of(text, self._page, self._schema)
            pages = target.pages if target else ()
            return unit(target.key if target else None, is_certain=True, is_label=True, pages=pages)
        if key := file_key(text, prefix):
            return unit(key, is_certain=True, is_label=True)
        if word_state(text):
            return unit(None, is_certain=False, is_label=False)
        return unit(normalise_key(text, prefix), is_certain="-" in text, is_label=False)

    def _target(self, token: Token) -> _Draft:
        """A link or an address: where it leads to decides; its text only when it has the prefix and a number."""
        written = self._raw[token.start : token.end]
        draft = partial(_Draft, token.start, token.end, written)
        target = target_of(token.url, self._page, self._schema)
        key = target.key if target else None
        label = self._patterns.label.search(token.text)
        stated = normalise_key(label[0], self._schema.prefix) if label else None
        if key is None and self._pages and not url_problem(token.url):
            return draft("")
        if key is None and stated is None:
            return draft("", f"{quoted(token.url or token.text)} leads to no proposal")
        if key is not None and key.isdigit() and stated is not None and stated != key:
            return draft("", f"{quoted(written)} says {stated} and leads to {key}")
        return draft(key or stated or "", pages=target.pages if target else ())


class Target(NamedTuple):
    """The proposal that an address or a path leads to.

    :param pages: the paths of the pages that can be meant; empty when the key is all that is stated.
    """

    key: str
    pages: tuple[str, ...] = ()


def target_of(url: str, page: str, schema: Schema) -> Target | None:
    """The proposal that an address or a path leads to, or ``None``.

    A path leads to a proposal when it is that of a page among the sources, from the directory of *page* or from the
    root. An address does when it is below one of the process's own. ``dep:3`` is the number 3, as the target of a role.

    :param page: the path of the page that holds it.
    """
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() in (*_ROLES, schema.prefix.lower()):
        key = normalise_key(unquote(url[scheme.end() :]).partition("#")[0], schema.prefix)
        return Target(key) if key else None
    path = url.partition("#")[0].partition("?")[0]
    if scheme:
        paths: Iterable[str] = _own_paths(path, schema)
    elif path.startswith("/"):
        paths = (path,)
    else:
        here = page.rpartition("/")[0]
        beside = here.rpartition("/")[0] if schema.layout is Layout.DIRECTORIES else here
        above = (f"{lead_of(source)}{path}" for source in schema.sources)
        paths = (f"{beside}/{path}", f"{here}/{path}", path, *above, *_own_paths(f"https://{path}", schema))
    pages: dict[str, str] = {}
    own = posixpath.dirname(page) if schema.layout is Layout.DIRECTORIES else ""
    for path in paths:
        at = posixpath.normpath(unquote(path)).strip("/")
        if own and posixpath.dirname(at) == own and posixpath.basename(at) != posixpath.basename(page) and "." in at:
            continue  # another file beside the page is no proposal
        pages |= _keys_at(posixpath.normpath(unquote(path)).strip("/"), schema)
    if not pages:
        return None
    key = next(iter(pages.values()))
    # Before a proposal has a number its file is named like a template, and is not there afterwards.
    return Target(key, tuple(page for page in pages if is_source(page, schema)))


def _place(url: str) -> str:
    """An address without what leads to the same page: ``https://www.``."""
    return url.partition("://")[2].removeprefix("www.")


def _own_paths(url: str, schema: Schema) -> Iterator[str]:
    """The paths in the project that the address *url* can mean; none when it is not one of the project's."""
    place = _place(_RAW.sub(r"https://github.com/\1/raw/", url))
    for address in schema.addresses:
        # The names of hosts, owners and repositories are the same in any case.
        beginning = f"{_place(address)}/"
        if place.casefold().startswith(beginning.casefold()):
            path = place[len(beginning) :]
            yield path
            # The name of a branch can hold slashes.
            for match in _BRANCH.finditer(path):
                parts = path[match.end() :].split("/")
                yield from ("/".join(parts[index:]) for index in range(1, min(len(parts), _MAX_BRANCH_PARTS)))


def _keys_at(path: str, schema: Schema) -> dict[str, str]:
    """Each page of a proposal that *path*, from the root or from the repository's, can mean, with the key."""
    roots = [path]
    if schema.folder and path.startswith(f"{schema.folder}/"):
        roots.append(path.removeprefix(f"{schema.folder}/"))
    for directory, inside in schema.mounts:
        if not inside or path.startswith(f"{inside}/"):
            roots.append(posixpath.join(directory, path.removeprefix(f"{inside}/") if inside else path))
    found: dict[str, str] = {}
    for page in (page for root in roots for page in _pages_at(root, schema)):
        number, slug = file_number(name := schema.name_of(page), schema.prefix)
        is_unnumbered = number is None and not name.lower().startswith(slug)
        if is_source(page, schema) or (is_unnumbered and is_set_aside(page, schema)):
            found[page] = slug if number is None else str(number)
    return found


def _pages_at(path: str, schema: Schema) -> Iterator[str]:
    """The pages that can be meant by a path: itself, its source, and the page of the directory that it is or is in."""
    folder, _, name = path.rpartition("/")
    if folder and name in ("index.html", "index.htm"):
        yield from (f"{folder}{suffix}" for suffix in schema.page_suffixes)
    stem = schema.without_suffix(path)
    yield from (path, *(f"{stem}{suffix}" for suffix in schema.page_suffixes))
    if schema.layout is Layout.DIRECTORIES:
        # A path to another file in the directory of a proposal leads to that proposal.
        for directory in (folder,) if stem != path else (path, folder) if "." in name else (path,):
            last = directory.rpartition("/")[2]
            names = dict.fromkeys(("README", "index", last, file_number(last, schema.prefix)[1]))
            yield from (f"{directory}/{name}{suffix}" for name in names for suffix in schema.page_suffixes)


def _is_single(group: Group) -> bool:
    """True if there is but one word outside parentheses, or in them when there is nothing outside."""
    texts = ["" if token.kind in (Kind.OPEN, Kind.CLOSE) else token.text or token.url for token in group.tokens]
    outside = "".join(text for text, inside in zip(texts, group.inside, strict=True) if not inside)
    return len(outside.split() or "".join(texts).split()) == 1

"""The abstract class of field types: everything that the rest of the package asks of a type.

A type is a module beside this one, and an entry of :data:`sphinxext_dep.fields.TYPES`. A field holds a *value*, which
consists of *items*: a list of people has several, a date is the only item of its value.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

import msgspec

from sphinxext_dep.fields.placeholders import (
    MAX_CHARS,
    bare,
    is_guidance,
    is_selection,
    is_template_text,
    template_brackets,
    word_state,
)
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.proposal import FieldValue, Proposal, RawField, State, Value
from sphinxext_dep.model.schema import Field, Schema, fold
from sphinxext_dep.model.source import ExplainedError, Source, Span

Item = TypeVar("Item")

NOWHERE = Span(0, 0, 1, 1)
"""The place of a value that comes from no page."""

_MAX_QUOTED = 40
"""Characters of a text that a message about a query repeats."""

ORDERED, ALPHABETICAL, WRONG = 0, 1, 2
"""The first part of a sort rank: values with an order of their own, then words, then what could not be read."""


class Reading(NamedTuple):
    """A value as read.

    :param more: whether the value says that more items are to come (``@octo, TBD``).
    """

    value: Value
    more: bool = False


class Key(NamedTuple):
    """Sorts and groups one item.

    :param identity: equal for items that mean the same.
    :param rank: compared when sorting.
    :param heading: of the item's group.
    :param weight: of several headings with the same identity, the heaviest is used: a person's name, else ``@handle``.
    """

    identity: str
    rank: tuple[int, Any]
    heading: str
    weight: int = 0


class TermError(ExplainedError):
    """A word in a query that cannot be a value of the field."""


class Among(msgspec.Struct, frozen=True):
    """Accepts a value of which an item is known by one of *words* (see :meth:`FieldType.words_of`)."""

    words: tuple[str, ...]

    def accepts(self, type: FieldType[Any], items: Iterable[Any]) -> bool:
        """Return whether one of *items* is accepted."""
        return any(word in self.words for item in items for word in type.words_of(item))


class Between(msgspec.Struct, frozen=True):
    """Accepts a value of which an item overlaps the range from *low* to *high*; ``None`` is no limit.

    A limit is a pair of the value to compare and an offset: 0 includes the value, -1 ends just before it, 1 begins just
    after it.
    """

    low: tuple[Any, int] | None
    high: tuple[Any, int] | None

    def accepts(self, type: FieldType[Any], items: Iterable[Any]) -> bool:
        """Return whether one of *items* is accepted."""
        return any(self._overlaps(*extent) for item in items if (extent := type.extent(item)) is not None)

    def _overlaps(self, first: Any, last: Any) -> bool:
        reaches = self.low is None or last is None or self.low <= (last, 0)
        return reaches and (self.high is None or first is None or (first, 0) <= self.high)


class Holds(msgspec.Struct, frozen=True):
    """Accepts a value whose text holds *words* (in lower case)."""

    words: str

    def accepts(self, type: FieldType[Any], items: Iterable[Any]) -> bool:
        """Return whether *items* are accepted."""
        return self.words in "\n".join(text for item in items for text in type.searched(item)).casefold()


Test = Among | Between | Holds
"""The test that a query term makes of a field's items."""


class JsonContext(NamedTuple):
    """The data that an item needs to become a JSON value.

    :param url_of: the URL of the page with a path, relative to the output's root; ``None`` when it has none.
    """

    schema: Schema
    url_of: Callable[[str], str | None]


class Cleaner(Protocol):
    """Makes texts of an untrusted file safe to show."""

    def plain(self, text: str | None) -> str:
        """Return *text* on one line, without control characters, of a length that can be shown."""

    def is_address(self, url: str) -> bool:
        """Return whether *url* may become a link."""


class FieldType(abc.ABC, Generic[Item]):
    """A type of fields."""

    keys: ClassVar[frozenset[str]] = frozenset()
    """Keys of the configuration that only fields of some types have: ``many``, ``choices``, ``notation`` …"""
    is_single: ClassVar[bool] = False
    """A process has at most one field of the type; its value has a fixed key in ``deps.json``."""
    is_list: ClassVar[bool] = False
    """``deps.json`` holds a list, whatever the field's ``many`` says."""
    is_relation: ClassVar[bool] = False
    """The items refer to proposals."""
    is_prose: ClassVar[bool] = False
    """Any text is a value."""
    is_searched: ClassVar[bool] = False
    """A word of a query without a field's name is searched in the value."""
    is_translated: ClassVar[bool] = False
    """The items are words of the process, shown in the language of the documentation."""
    has_facet: ClassVar[bool] = False
    """Readers can narrow a table by the field's values."""
    range_part: ClassVar[str | None] = None
    """Terms of a query are ranges; a value in them may lack what begins with this text: ``-`` of ``2026-07``. An empty
    text: nothing may be left out. ``None``: terms are no ranges."""

    # --- documentation ------------------------------------------------------------------------------------------------

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """The name in the configuration: ``date``."""

    @property
    @abc.abstractmethod
    def doc(self) -> str:
        """The form of a value, for the reference documentation; Markdown."""

    @abc.abstractmethod
    def sample(self, field: Field, schema: Schema) -> str:
        """Return a value for an author to replace: ``YYYY-MM-DD``."""

    # --- headers ------------------------------------------------------------------------------------------------------

    @abc.abstractmethod
    def read(self, raw: RawField, source: Source, field: Field, schema: Schema) -> Reading:
        """Read a value that is given. Raises nothing: what cannot be read is ``None``, or an item with a problem."""

    @abc.abstractmethod
    def write(self, item: Item, field: Field, schema: Schema) -> str:
        """Return the text of *item* in a header, in the notation of the process."""

    def write_all(self, items: Iterable[Item], field: Field, schema: Schema) -> str:
        """Return the text of a value in a header."""
        return ", ".join(self.write(item, field, schema) for item in items)

    def expand(self, text: str, field: Field, today: str) -> str:
        """Return *text* as the process writes it; commands also accept a word such as ``today`` in its place."""
        return text

    def as_neighbours(self, text: str, known: Iterable[str], schema: Schema) -> str:
        """Return *text* as the values *known*, which other proposals have in fields of this type, are written."""
        return text

    def words(self, field: Field, schema: Schema) -> tuple[str, ...]:
        """Return the canonical words that *field* can hold, in the order of the process; none when it is free."""
        return ()

    def aliases(self, field: Field, schema: Schema) -> Mapping[str, str]:
        """Return other names of :meth:`words`, each with the canonical one."""
        return {}

    def canonical(self, word: str, field: Field, schema: Schema) -> str | None:
        """Return the canonical form of *word* or of an alias; ``None`` when it is none of :meth:`words`."""
        return None

    def unknown_words(self, value: FieldValue, field: Field, schema: Schema) -> list[str]:
        """Return the words of a value that are none of :meth:`words`."""
        return []

    def state(self, raw: str, field: Field, schema: Schema) -> State:
        """Return what the author says about *field* with *raw*.

        The words of the process come first: a status called ``None`` is a status. Markdown around the value is ignored.
        A remark behind ``N/A`` or ``TBD`` changes nothing; a list in which ``TBD`` is one of several is given.

        :param raw: the value as read.
        """
        text = bare(raw)
        if not text:
            return State.UNKNOWN
        if len(text) > MAX_CHARS:
            return State.GIVEN

        def is_word(word: str) -> bool:
            return self.canonical(word, field, schema) is not None

        if is_word(text):
            return State.GIVEN
        if schema.is_placeholder(text):
            return State.UNKNOWN
        if state := word_state(text):
            return state
        if self.is_unknown(text, schema):
            return State.UNKNOWN
        if is_selection(text, is_word) or is_template_text(text) or self.is_template(text, schema):
            return State.PLACEHOLDER
        inner = template_brackets(text)
        return State.PLACEHOLDER if inner and all(map(self.is_guidance, inner)) else State.GIVEN

    def leading(self, text: str, field: Field, schema: Schema) -> int:
        """Return the number of characters at the start of *text* that are the value, if the rest can be prose.

        :param text: what is below a heading, without blank lines.
        """
        return len(text)

    def takes_address(self, url: str, field: Field) -> bool:
        """Return whether *url*, which is written without a label, can be a value of *field*."""
        return False

    def is_unknown(self, text: str, schema: Schema) -> bool:
        """Return whether *text* says, in words of this type only, that the value is not known yet: ``NNNN``."""
        return False

    def is_template(self, text: str, schema: Schema) -> bool:
        """Return whether *text* is a sample that was not replaced."""
        return False

    def is_guidance(self, text: str) -> bool:
        """Return whether *text*, found in brackets, is guidance of the template, and no value."""
        return all(is_guidance(part, names=False) for part in text.split(","))

    # --- values -------------------------------------------------------------------------------------------------------

    def items(self, value: FieldValue | None) -> tuple[Item, ...]:
        """Return the items of a value; none when it is not given or could not be read."""
        if value is None or value.state is not State.GIVEN or value.value in (None, ""):
            return ()
        found: Any = value.value
        return found if isinstance(found, tuple) else (found,)

    def displayed(self, proposal: Proposal, field: Field, catalog: Catalog) -> tuple[Any, ...]:
        """Return what readers see of *field*; of relations also what only other proposals state."""
        return self.items(proposal.fields.get(field.key))

    @abc.abstractmethod
    def text(self, item: Any, schema: Schema) -> str:
        """Return a displayed item as plain text, for tables and CSV."""

    def texts(self, proposal: Proposal, field: Field, catalog: Catalog) -> list[str]:
        """Return the plain texts of a field; what was written when it means nothing, so that tables hide no fault."""
        if items := self.displayed(proposal, field, catalog):
            return [self.text(item, catalog.schema) for item in items]
        value = proposal.fields.get(field.key)
        return [value.raw] if value is not None and value.raw.strip() else []

    def facet_words(self, value: FieldValue | None) -> list[str]:
        """Return the words by which readers find the value in a table."""
        return [self.facet_word(item) for item in self.items(value)]

    def facet_word(self, item: Item) -> str:
        """Return the word by which readers find *item* in a table."""
        return next(iter(self.searched(item)), "")

    # --- queries ------------------------------------------------------------------------------------------------------

    @abc.abstractmethod
    def key(self, item: Item, field: Field | None, schema: Schema) -> Key:
        """Return the sort and group key of *item*.

        :param field: the field's definition; ``None`` for an attribute that every proposal has.
        """

    def sort_keys(self, value: FieldValue | None, field: Field, schema: Schema) -> Iterator[Key]:
        """Yield the keys of a value's items; of a value that could not be read the key of its text."""
        items = self.items(value)
        yield from (self.key(item, field, schema) for item in items)
        if not items and value is not None and value.state is State.GIVEN and (raw := " ".join(value.raw.split())):
            yield Key(f"raw {fold(raw)}", (WRONG, raw.casefold()), raw)

    @abc.abstractmethod
    def test(self, word: str, field: Field | None, schema: Schema) -> Test:
        """Return what the query term ``name:word`` asks of the items.

        :raises TermError: when *word* cannot be a value.
        """

    def words_of(self, item: Item) -> Iterable[str]:
        """Return the forms of *item* that :class:`Among` compares; none for types whose terms are other tests."""
        return ()

    def searched(self, item: Item) -> Iterable[str]:
        """Return the texts of *item* that are searched."""
        return ()

    def extent(self, item: Item) -> tuple[Any, Any] | None:
        """Return the first and the last of what *item* covers, for types with ranges; ``None`` is no limit."""
        return None

    def limit(self, end: Any) -> str:
        """Return one end of an :meth:`extent` as terms of a query name it; ``<4`` ends just before 4, ``>4`` begins
        just after it.
        """
        return str(end)

    # --- JSON ---------------------------------------------------------------------------------------------------------

    @abc.abstractmethod
    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of one item."""

    @property
    @abc.abstractmethod
    def json_type(self) -> Any:
        """The type, for :mod:`msgspec`, of one item in a ``deps.json``."""

    @abc.abstractmethod
    def to_json(self, item: Any, context: JsonContext) -> Any:
        """Return a displayed item as a JSON value; ``None`` leaves it out."""

    @abc.abstractmethod
    def from_json(self, given: Any, clean: Cleaner) -> Item | None:
        """Return the item for a value of :attr:`json_type`; ``None`` leaves it out. The file is untrusted."""

    def json_schema_of(self, field: Field) -> dict[str, Any]:
        """Return the JSON Schema of one item of *field*."""
        return self.json_schema()

    def json_type_of(self, field: Field) -> Any:
        """Return the type, for :mod:`msgspec`, of one item of *field*."""
        return self.json_type

    def in_list(self, field: Field) -> bool:
        """Return whether ``deps.json`` holds a list for *field*."""
        return field.many or self.is_list

    def all_to_json(self, proposal: Proposal, field: Field, catalog: Catalog, context: JsonContext) -> Any:
        """Return the value of *field* in ``deps.json``."""
        found = (self.to_json(item, context) for item in self.displayed(proposal, field, catalog))
        items = [item for item in found if item is not None]
        return items if self.in_list(field) else next(iter(items), None)

    def all_from_json(self, given: Any, field: Field, schema: Schema, clean: Cleaner) -> tuple[Value, str]:
        """Return the value for what a ``deps.json`` holds, and its text in a header."""
        several = given if isinstance(given, list) else [given]
        items = tuple(item for one in several if (item := self.from_json(one, clean)) is not None)
        value: Any = items if "many" in self.keys else next(iter(items), None)
        return value, self.write_all(items, field, schema)


class TextBased(FieldType[str]):
    """The base of types whose items are texts."""

    def write(self, item: str, field: Field, schema: Schema) -> str:
        return item

    def text(self, item: Any, schema: Schema) -> str:
        return str(item)

    def key(self, item: str, field: Field | None, schema: Schema) -> Key:
        return Key(fold(item), (ALPHABETICAL, item.casefold()), item)

    def test(self, word: str, field: Field | None, schema: Schema) -> Test:
        return Holds(" ".join(word.casefold().split()))

    def words_of(self, item: str) -> Iterable[str]:
        return (item,)

    def searched(self, item: str) -> Iterable[str]:
        return (item,)

    def sample(self, field: Field, schema: Schema) -> str:
        return "…"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string"}

    json_type = str

    def to_json(self, item: Any, context: JsonContext) -> Any:
        return item

    def from_json(self, given: Any, clean: Cleaner) -> str | None:
        return clean.plain(given)


def in_quotes(text: str) -> str:
    """*text* as messages about queries quote it: on one line, cut when long."""
    line = " ".join(text.split())
    return f"'{line}'" if len(line) <= _MAX_QUOTED else f"'{line[:_MAX_QUOTED]}…'"

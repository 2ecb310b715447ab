"""A YAML mapping read event by event, with the place of every key and value.

Nothing is constructed: ``007`` stays ``007``, ``no`` stays ``no``, a date stays text, an alias is never expanded and a
tag never obeyed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from sphinxext_dep.model.proposal import HeaderProblem, RawField
from sphinxext_dep.model.source import Source

_STANDARD_TAG = re.compile(r"tag:yaml\.org,2002:(?:str|int|float|bool|null|timestamp|seq|map)\Z")
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
# `# words` is a comment; `#octo` in place of a value, and `#12` behind one, were meant to be values.
_COMMENT = re.compile(r"[ \t]*:[ \t]*#\w")
_LOST = re.compile(r"[ \t]+#\d")
_REST_OF_LINE = re.compile(r"[ \t]*:[ \t]*([\"'\[{]?)([^\n]*?)[ \t\r]*(?=\n|\Z)")
_PARTNERS = {"[": "]", "{": "}"}
_OPENED = re.compile(r"[\"']?[ \t]*:[ \t]*[\[{]")
_KEY_LINE = re.compile(r"\n(?=[^\s#:][^\n:]*:(?:\s|\Z))")
_BRACKET = re.compile(r"[\[\]{}]")
_MAX_DEPTH = 100
"""Brackets within brackets: libyaml takes quadratic time over them, and nobody writes metadata so."""

_MAX_ERRORS = 20
"""Errors reported in one mapping: each costs a fresh start."""


class Entry(msgspec.Struct):
    """One key with its value; places are offsets in the page.

    :param value: the text of a scalar, or the texts of a list joined with ``, ``.
    :param note: as in :class:`~sphinxext_dep.model.proposal.RawField`.
    :param nested: whether the value is something else, and so was not read.
    """

    key: str
    key_start: int
    key_end: int
    value: str = ""
    start: int = 0
    end: int = 0
    note: str = ""
    nested: bool = False


def raw_field(source: Source, entry: Entry, spelling: str) -> RawField:
    """*entry* of the mapping in *source*, as a field of the header."""
    return RawField(
        label=entry.key,
        value=entry.value,
        span=source.span(entry.start, entry.end),
        label_span=source.span(entry.key_start, entry.key_end),
        spelling=spelling,
        note=entry.note,
    )


def nested_problem(source: Source, entry: Entry) -> HeaderProblem:
    """The problem of an entry that holds a mapping where its field holds something else."""
    return HeaderProblem(
        source.span(entry.start, entry.end),
        f"the value of `{entry.key}` is nested",
        f"write `{entry.key}` as text, or as a list of texts",
    )


class MappingReader:
    """Reads the mapping between two offsets of a page.

    Behind an error, reading goes on at the next key, so that one slip is not reported as ten missing fields; the value
    that holds the error is what its line says.

    :param what: what messages call it.
    """

    def __init__(self, source: Source, start: int, end: int, *, what: str = "the front matter") -> None:
        self.source = source
        self.what = what
        self.start = start
        self.text = source.text[start:end]
        self.base = 0  # where in the text reading goes on: YAML's marks are relative to it
        self.entries: list[Entry] = []
        self.problems: list[HeaderProblem] = []
        self._reported: set[str] = set()

    def read(self) -> list[Entry]:
        """Read the entries; what could not be read is in :attr:`problems`."""
        deep = self._too_deep()
        if deep is not None:
            self._problem(deep, f"{self.what} is nested too deeply", "write a text, or a list of texts")
            return self.entries
        for _ in range(_MAX_ERRORS):
            if self._read_from_base():
                break
            # Go on behind the key whose value could not be read or, when there is none, behind the first line.
            last = self.entries[-1].key_end - self.start if self.entries else 0
            following = _KEY_LINE.search(self.text, max(self.base, last))
            if following is None:
                break
            self.base = following.end()
        return self.entries

    def _too_deep(self) -> int | None:
        """The index of the bracket that is in too many others, be they text or not."""
        if self.text.count("[") + self.text.count("{") <= _MAX_DEPTH:
            return None
        depth = 0
        for bracket in _BRACKET.finditer(self.text):
            depth += 1 if bracket[0] in "[{" else -1
            if depth > _MAX_DEPTH:
                return bracket.start()
        return None

    def _read_from_base(self) -> bool:
        """Read on; false when an error ended it and there may be more behind it."""
        import yaml

        text = self.text[self.base :]
        try:
            # libyaml, where PyYAML was built with it, is twenty times faster and gives the same events.
            self._documents(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
        except yaml.reader.ReaderError as error:
            place = self.base + error.position
            self._problem(place, f"{self.what} holds a character that YAML does not allow", "remove it")
            return True  # it is found before anything else is read
        except yaml.MarkedYAMLError as error:
            # A missing end is noticed where something else begins, but fixed where the quote or bracket was opened.
            opened = str(error.context).startswith(("while scanning a quoted", "while parsing a flow"))
            mark = (error.context_mark if opened else None) or error.problem_mark or error.context_mark
            place = self.base + (mark.index if mark else 0)
            reason = str(error.problem or error.context or "it cannot be read").strip()
            if (outer := self._open_bracket(place)) is not None:
                place, reason = outer, f"the `{self.text[outer]}` is never closed"
            self._problem(place, f"{self.what} is not valid YAML: {reason}", self._help(place))
            if self.entries:
                self._take_line(self.entries[-1], place)
            return False
        except UnicodeError:
            self._problem(0, f"{self.what} holds a character that cannot be encoded", "remove it")
        return True

    def _open_bracket(self, place: int) -> int | None:
        """The index of the bracket that the last value begins with, when the error at *place* is in a later entry."""
        if not self.entries or self.entries[-1].end:
            return None
        key_end = self.entries[-1].key_end - self.start
        bracket = _OPENED.match(self.text, key_end)
        return bracket.end() - 1 if bracket and _KEY_LINE.search(self.text, key_end, place + 1) else None

    def _take_line(self, entry: Entry, place: int) -> None:
        """Take what the line of *entry* says for its value, if that is where the error is or nothing was read of it."""
        key_end = entry.key_end - self.start
        if entry.end and "\n" in self.text[key_end:place]:
            return
        written = _REST_OF_LINE.match(self.text, self.text.find(":", key_end))
        if written is not None:
            # A bracket or quote that is never closed is no part of the value; in `[#1](https://…)` it is.
            is_closed = _PARTNERS.get(written[1], written[1]) in written[2]
            first, last = written.start(1 if is_closed else 2), written.end(2)
            entry.value = self.text[first:last]
            # Nothing of the line is lost to a comment: all of it was taken.
            entry.note = ""
            entry.start, entry.end = self.start + first, self.start + last

    def _documents(self, events: Iterator[Any]) -> None:
        documents = 0
        for event in events:
            name = type(event).__name__
            if name == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    self._problem(
                        self._first(event),
                        f"{self.what} holds more than one YAML document",
                        "keep one mapping between the two `---` lines",
                    )
                    return
            elif name == "MappingStartEvent":
                self._mapping(events)
            elif name in ("ScalarEvent", "SequenceStartEvent", "AliasEvent"):
                self._problem(
                    self._first(event),
                    f"{self.what} is not a mapping of keys to values",
                    "write one `key: value` per line, or a blank line above a `---` that is no front matter",
                )
                return

    def _mapping(self, events: Iterator[Any]) -> None:
        """Read the pairs of the top-level mapping."""
        for key in events:
            if type(key).__name__ == "MappingEndEvent":
                return
            self._judge(key)
            if type(key).__name__ != "ScalarEvent":
                self._skip(key, events)
                self._skip(next(events), events)
                continue
            entry = Entry(key.value, *self._inside(key))
            self.entries.append(entry)
            value = next(events)
            self._judge(value)
            self._value(entry, value, events, self._last(key))

    def _value(self, entry: Entry, value: Any, events: Iterator[Any], key_end: int) -> None:
        name = type(value).__name__
        if name == "ScalarEvent":
            plain = value.implicit[0]
            entry.value = "" if plain and value.value in _NULL else value.value
            behind = self._last(value)
            comment = _LOST.match(self.text, behind) if value.value else _COMMENT.match(self.text, key_end)
            entry.note = "comment" if comment and plain else ""
            entry.start, entry.end = self._inside(value)
            return
        start = self._first(value)
        if name == "SequenceStartEvent":
            words, end, entry.nested = self._sequence(events)
            entry.value = ", ".join(words)
        else:
            end = self._skip(value, events)
            # An alias is reported once, for all of them.
            entry.nested = name != "AliasEvent"
        entry.start, entry.end = self.start + start, self.start + len(self.text[:end].rstrip())

    def _sequence(self, events: Iterator[Any]) -> tuple[list[str], int, bool]:
        """The texts of a list, the index of its end, and whether it holds anything else."""
        words: list[str] = []
        nested = False
        for event in events:
            name = type(event).__name__
            if name == "SequenceEndEvent":
                return words, self._last(event), nested
            self._judge(event)
            if name == "ScalarEvent":
                # `[~]` says as little as `~` does.
                if not (event.implicit[0] and event.value in _NULL):
                    words.append(event.value)
            else:
                nested = nested or name != "AliasEvent"
                self._skip(event, events)
        return words, len(self.text), nested

    def _skip(self, event: Any, events: Iterator[Any]) -> int:
        """Pass over the rest of the node that *event* starts; the index of its end."""
        depth = 0
        while True:
            self._judge(event)
            name = type(event).__name__
            if name in ("MappingStartEvent", "SequenceStartEvent"):
                depth += 1
            elif name in ("MappingEndEvent", "SequenceEndEvent"):
                depth -= 1
            if depth <= 0:
                return self._last(event)
            event = next(events)

    def _judge(self, event: Any) -> None:
        """Report aliases and tags, once each: they have no place in metadata, and loading them can be an attack."""
        tag = getattr(event, "tag", None)
        if type(event).__name__ == "AliasEvent":
            kind, message = "alias", f"{self.what} holds an alias, `*{event.anchor}`"
            help = "write the value itself: aliases are not expanded"
        elif tag is not None and not _STANDARD_TAG.match(tag) and tag != "!":
            kind, message = "tag", f"{self.what} holds a tag, `{tag}`"
            help = "remove the tag: values are read as text"
        else:
            return
        if kind not in self._reported:
            self._reported.add(kind)
            self._problem(self._first(event), message, help, self._last(event))

    def _first(self, event: Any) -> int:
        return self.base + int(event.start_mark.index)

    def _last(self, event: Any) -> int:
        return self.base + int(event.end_mark.index)

    def _inside(self, event: Any) -> tuple[int, int]:
        """Offsets of a scalar's text, without tag, anchor and quotes; of the lines of a block scalar."""
        first, last = self._first(event), self._last(event)
        written = self.text[first:last].rstrip()
        last = first + len(written)
        if event.style in ("|", ">"):
            _, _, inner = written.partition("\n")
            first = last - len(inner.lstrip())
        elif event.style in ("'", '"'):
            first += written.index(event.style) + 1
            last -= 1
        elif (event.tag or event.anchor) and written.endswith(event.value):
            first = last - len(event.value)
        return self.start + first, self.start + last

    def _problem(self, first: int, message: str, help: str, last: int = 0) -> None:
        """Report a problem between two indexes of the text."""
        first = min(first, len(self.text))
        last = max(first, min(last or first + 1, len(self.text)))
        self.problems.append(HeaderProblem(self.source.span(self.start + first, self.start + last), message, help))

    def _help(self, index: int) -> str:
        """How to fix the YAML error at *index*."""
        char = self.text[index : index + 1]
        if char and char in "@`%":
            return f"put quotes around a value that starts with {char}"
        if char and char in "[{\"'":
            return f"close the {char}, or put quotes around the value"
        if char == "\t":
            return "write spaces instead of the tab"
        if char == ":":
            return "put quotes around a value that holds a colon and a space"
        return "put quotes around the value, or write one `key: value` per line"


# --- lists of mappings ------------------------------------------------------------------------------------------------

_MAX_ITEMS_TEXT = 200_000
"""Characters of a text that is read as a list of entries."""


class Scalar(NamedTuple):
    """A text, and its offsets in what was read."""

    text: str
    start: int
    end: int


class YamlProblem(Exception):  # noqa: N818 - an outcome of reading, which a rule reports
    """A list that cannot be read.

    :param help: the fix.
    :param start, end: offsets in what was read.
    """

    def __init__(self, message: str, help: str, start: int = 0, end: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.start = start
        self.end = end


def read_items(text: str, key: str, name: str, title: str) -> list[dict[str, Scalar]]:
    """The entries below *key* at the top of *text*: a list of mappings, or a mapping of names to titles or mappings.

    Of an entry, values that are texts are read, and those that are lists or mappings are left out.

    :param name, title: the keys under which the names and the titles of a mapping are returned.
    :raises YamlProblem: when there is no such list.
    """
    import yaml

    help = f"write a list: `{key}:`, and below it `- {name}: …`"
    if len(text) > _MAX_ITEMS_TEXT or sum(map(text.count, "[{")) > _MAX_DEPTH:
        raise YamlProblem(f"the block with `{key}` is too large to be read", "make it shorter")
    try:
        top = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.reader.ReaderError as error:
        message = f"the block with `{key}` holds a character that YAML does not allow"
        raise YamlProblem(message, "remove it", error.position, error.position) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = mark.index if mark else 0
        why = f"the block with `{key}` is not valid YAML: {error.problem or error.context}"
        raise YamlProblem(why, "correct it", place, place) from None
    except RecursionError:
        raise YamlProblem(f"the block with `{key}` is nested too deeply", help) from None
    if not isinstance(top, yaml.MappingNode):
        return []
    found = next((value for label, value in top.value if getattr(label, "value", None) == key), None)
    if found is None or (isinstance(found, yaml.ScalarNode) and found.value in _NULL):
        return []
    place = found.start_mark.index
    if isinstance(found, yaml.MappingNode):
        items = []
        for label, value in found.value:
            entry = _scalars(value) if isinstance(value, yaml.MappingNode) else _only(title, value)
            items.append({name: _scalar(label), **entry} if isinstance(label, yaml.ScalarNode) else entry)
        return [item for item in items if item]
    if not isinstance(found, yaml.SequenceNode):
        raise YamlProblem(f"`{key}` is no list", help, place, place)
    items = []
    for node in found.value:
        if not isinstance(node, yaml.MappingNode) or not (entry := _scalars(node)):
            at = node.start_mark.index
            raise YamlProblem(f"an entry of `{key}` has no keys", f"write `- {name}: …`", at, at)
        items.append(entry)
    return items


def _scalars(node: Any) -> dict[str, Scalar]:
    return {
        label.value: _scalar(value)
        for label, value in node.value
        if isinstance(label.value, str) and isinstance(value.value, str)
    }


def _only(name: str, node: Any) -> dict[str, Scalar]:
    return {name: _scalar(node)} if isinstance(node.value, str) else {}


def _scalar(node: Any) -> Scalar:
    return Scalar(node.value, node.start_mark.index, node.end_mark.index)

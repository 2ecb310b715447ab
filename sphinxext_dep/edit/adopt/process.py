"""The process as a survey finds it: fields and their types, statuses, categories.

The types of fields answer which values they read.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from sphinxext_dep.config.checks import QUERY_WORDS
from sphinxext_dep.edit.adopt.looks import FEW, Look, Vocabulary, letters_of, title_parts
from sphinxext_dep.edit.adopt.survey import Survey
from sphinxext_dep.fields import TYPES
from sphinxext_dep.fields.placeholders import bare
from sphinxext_dep.headers.base import Occurrence, is_file_wide
from sphinxext_dep.headers.page import read_field, read_page
from sphinxext_dep.headers.spellings import SPELLINGS
from sphinxext_dep.model.messages import closest, quoted
from sphinxext_dep.model.numbers import parse_number, title_number
from sphinxext_dep.model.proposal import RawField, State
from sphinxext_dep.model.schema import Field, Notation, Schema, Section, Status, StatusKind, fold, section_key
from sphinxext_dep.model.source import Source

QUESTION = "QUESTION:"
"""Begins a comment of the written file about what is for the project to decide."""

UNSTATED = "Unstated"
"""The status of pages that state none, until the project says what they are."""

MOST = 0.9
"""The share of values that a type has to read to be the type of a field."""

COMMON = 0.1
"""The share of pages from which on a finding is a habit of the project."""

MAX_WORDS = 15
"""Statuses, or categories, that a process can have; more are no closed list."""

MAX_FIELDS = 60
"""Fields that are described."""

_MAX_VALUES = 300
"""Values of a field that are tried."""


class Value(NamedTuple):
    """A field on a page."""

    look: Look
    raw: RawField

    @property
    def source(self) -> Source:
        """The text that it is in."""
        return self.look.source

    @property
    def place(self) -> str:
        """Its place: ``path:line``."""
        return f"{self.look.path}:{self.raw.span.line}"


class FoundField(msgspec.Struct):
    """A field of the process.

    :param labels: as the pages write them, with the number of pages, the most frequent first.
    """

    key: str
    labels: list[tuple[str, int]]
    values: list[Value]
    type: str = "text"
    many: bool = False
    notation: Notation = Notation.ISO
    notes: list[str] = []
    known: Field | None = None
    inverse: str = ""
    inverse_label: str = ""
    note: bool = False
    path: str = ""

    @property
    def label(self) -> str:
        """The most frequent label."""
        return self.labels[0][0] if self.labels else self.key.replace("-", " ").title()

    @property
    def pages(self) -> set[str]:
        """The paths of the pages that have it."""
        return {value.look.path for value in self.values}


class FoundWord(msgspec.Struct):
    """A status or a category.

    :param count: of pages.
    :param place: of the first.
    """

    name: str
    count: int
    place: str
    known: Status | None = None
    note: str = ""
    paths: list[str] = []
    with_note: int = 0
    pages: set[str] = set()

    @property
    def kind(self) -> StatusKind:
        """The kind that the word has in other processes; open where none has it."""
        return self.known.kind if self.known else StatusKind.OPEN

    @property
    def remarks(self) -> list[str]:
        """How many pages have it, and the question that is left."""
        remarks = [f"On {self.count} page{'s' * (self.count != 1)}."] if self.count else []
        if self.known is None and self.name != UNSTATED:
            remarks.append(f"{QUESTION} is it open, decided or closed? It is at {self.place} first.")
        return remarks


class Process:
    """The process as a survey finds it."""

    def __init__(self, found: Survey) -> None:
        self.found = found
        self.vocabulary: Vocabulary = found.vocabulary
        known = {fold(status.name): status for status in self.vocabulary.statuses.values()}
        statuses = {name: msgspec.structs.replace(status, name=name, note="") for name, status in known.items()}
        self.prefix, self.prefix_is_known = self._prefix()
        self.schema: Schema = msgspec.structs.replace(
            self.vocabulary.probe,
            prefix=self.prefix,
            statuses=statuses,
            default_status="",
            spellings=tuple(found.spellings),
        )
        # What is the title of many pages is a section: the pages have no title.
        headings = Counter(section_key(read_page(look.source, self.schema).proposal.title) for look in found.looks)
        shared = [key for key, count in headings.items() if key and count > max(2, COMMON * len(found.looks))]
        self.schema = msgspec.structs.replace(self.schema, sections={key: Section(name=key) for key in shared})
        self.fields = self._fields()
        for field in self.fields:
            self._type(field)
        self._add_unnamed()
        self._single()
        self._add_below_status()
        self._inverses()
        self.statuses, self.other_statuses = self._statuses()
        self.categories, self.other_categories = self._categories()

    # Numbers

    def _prefix(self) -> tuple[str, bool]:
        """The names of numbers, and whether the pages say so."""
        looks = self.found.looks
        titles = Counter(
            parts[0].upper() if parts[0].islower() else parts[0]
            for look in looks
            if (parts := title_parts(look.heading)) and (look.number in (None, parts[1]))
        )
        names = Counter(letters.upper() for look in looks if (letters := _letters(look.path)))
        values = Counter(
            parts[0]
            for look in looks
            for part in look.parts.values()
            for raw in part.fields
            if (parts := title_parts(raw.value)) and parts[1] == look.number and parts[0].isupper()
        )
        for counts in (titles, names, values):
            word, count = next(iter(counts.most_common(1)), ("", 0))
            if count * 3 > len(looks) and count > 1:
                return word, True
        for part in reversed(self.found.sources[0].split("/")[:-1]):
            if word := _acronym(part):
                return word, False
        return _acronym(self.found.root.resolve().name) or "Proposal", False

    # Fields

    def _fields(self) -> list[FoundField]:
        """The fields, in the order of the pages."""
        values: dict[str, list[Value]] = defaultdict(list)
        order: dict[str, list[int]] = defaultdict(list)
        for look in self.found.looks:
            for place, raw in enumerate(self._raw(look)):
                stem = _stem(raw.label)
                values[stem].append(Value(look, raw))
                order[stem].append(place)
        least = 1 if len(self.found.looks) < FEW else 2
        groups: list[FoundField] = []
        for stem, several in sorted(values.items(), key=lambda pair: -len(pair[1])):
            pages = {value.look.path for value in several}
            known = self.vocabulary.fields.get(stem) or self.vocabulary.fields.get(fold(several[0].raw.label))
            if not stem or (len(pages) < least and known is None) or len(groups) >= MAX_FIELDS:
                continue
            if known is None and len(pages) * 5 < len(self.found.looks) and self._is_slip(stem, groups):
                continue
            same = next((group for group in groups if self._is_same(group, known, pages)), None)
            labels = Counter(value.raw.label for value in several)
            if same is not None:
                same.labels += labels.most_common()
                same.values += several
            else:
                groups.append(FoundField(stem, labels.most_common(), list(several), known=known))
        groups.sort(key=lambda group: sum(places := order[group.key]) / len(places))
        self._name(groups)
        return groups

    def _raw(self, look: Look) -> Iterator[RawField]:
        """The fields of a page, in the spellings that the process has."""
        seen = set()
        for name in self.found.spellings:
            spelling = SPELLINGS[name]
            if name not in look.parts or spelling.names_no_field:
                continue
            part = spelling.read_all(look.source, look.outline, self.vocabulary.probe)
            for raw in part.fields:
                if spelling.occurrence is Occurrence.TEXT and not self._is_label(raw):
                    continue
                if not is_file_wide(raw.label) and (raw.label, raw.span) not in seen:
                    seen.add((raw.label, raw.span))
                    yield raw

    def _is_label(self, raw: RawField) -> bool:
        """True if a heading is a label: most are those of text."""
        field = self.vocabulary.fields.get(fold(raw.label))
        if field is None:
            return False
        limits = {"status": len(raw.value), "people": 500, "date": 40}
        return len(raw.value) <= limits.get(field.type, 80 if fold(raw.label) in _SUCCESSORS else -1)

    @staticmethod
    def _is_slip(stem: str, groups: Sequence[FoundField]) -> bool:
        """True if *stem* is a misspelled label of another field."""
        near = closest(stem, [group.key for group in groups])
        return near is not None and len(stem) > 4 and abs(len(near) - len(stem)) < 3 and near[0] == stem[0]

    @staticmethod
    def _is_same(group: FoundField, known: Field | None, pages: set[str]) -> bool:
        """True if two labels are those of one field: another process has both for it, and no page has both."""
        if known is None or group.known is None or known.key != group.known.key or known.type != group.known.type:
            return False
        return not group.pages & pages

    @staticmethod
    def _name(groups: Sequence[FoundField]) -> None:
        """Give each field the key that its label makes."""
        taken: set[str] = set()
        for place, group in enumerate(groups, 1):
            key = "-".join(re.findall(r"[a-z0-9]+", group.label.lower()))
            if not re.match(r"[a-z]", key) or key in taken or key in QUERY_WORDS:
                key = f"field-{place}"
            taken.add(key)
            group.key = key

    def _type(self, group: FoundField) -> None:
        """Let the types say which of them reads the values of a field."""
        known = group.known
        several = len(group.values) > len(group.pages)
        prior = known.type if known else "people" if self._are_people(group) else ""
        if prior == "title" and self._are_labels(group):
            return
        if self._is_number(group):
            group.type = "number"
            return
        if prior in ("status", "category", "title"):
            group.type = prior
            return
        if prior == "text":
            prior = ""
        candidates = [prior] if prior else ["date", "links", "references", "people"]
        for name in candidates:
            kind = TYPES[name]
            many = "many" in kind.keys
            share, wrong, counts, notation = self._fit(group, name)
            if name != "text" and counts and max(share, self._share_without_repeated(wrong, counts)) >= MOST:
                if not prior and name in ("people", "references") and not self._is_clear(group, name):
                    continue
                group.type = name
                group.many = many and (several or any(count > 1 for count in counts) or bool(known and known.many))
                group.notation = notation
                return
            if prior and name != "text" and counts:
                first = f"{quoted(wrong[0].raw.value)} ({wrong[0].place})"
                group.notes.append(
                    f"{QUESTION} {len(wrong)} of {len(counts)} values are not of the type {name}, such as {first}."
                )
            elif prior and name != "text":
                group.type, group.many = name, many and bool(known and known.many)
                if name in ("choice", "group"):
                    group.type, group.many = "text", False
        if known is None and "many" in TYPES["tags"].keys and several:
            group.type, group.many = "tags", True

    def _is_number(self, group: FoundField) -> bool:
        """True if the values are the numbers of the pages: those in their names, or those that the prefix labels."""
        if fold(self.prefix) == group.key and self._fit(group, "number")[0] >= MOST:
            return True
        same = [parse_number(bare(value.raw.value), self.prefix) == value.look.number for value in group.values]
        named = [value for value in group.values if value.look.number is not None]
        return len(named) > 1 and sum(same) >= MOST * len(group.values)

    def _are_people(self, group: FoundField) -> bool:
        """True if the last word of the label is what people are called: ``Original Author``, ``Champion``."""
        word = _stem(group.label).split()[-1:]
        known = self.vocabulary.fields.get(word[0]) if word else None
        return bool(word) and (word[0] in _PEOPLE or (known is not None and known.type == "people"))

    @staticmethod
    def _share_without_repeated(wrong: Sequence[Value], counts: Sequence[int]) -> float:
        """The share of the values that a type reads, without the words that several pages have in place of a value."""
        texts = Counter(" ".join(value.raw.value.split()) for value in wrong)
        repeated = sum(count for text, count in texts.items() if count > 1 and len(text) <= 30 and "/" not in text)
        if 2 * len(wrong) > len(counts):
            return 0.0
        return 1 - (len(wrong) - repeated) / (len(counts) - repeated)

    def _are_labels(self, group: FoundField) -> bool:
        """True if titles are nothing but numbers, ``ZEP0003``: the heading says more."""
        bare_ones = sum(not title_number(bare(value.raw.value), self.prefix)[1] for value in group.values)
        return bare_ones > COMMON * len(group.values)

    def _fit(self, group: FoundField, name: str) -> tuple[float, list[Value], list[int], Notation]:
        """How much of the values a type reads: the share, those that it does not, and the items of each."""
        kind = TYPES[name]
        field = Field(key="x", label="x", type=name, many="many" in kind.keys, pages="pages" in kind.keys)
        counts: list[int] = []
        wrong: list[Value] = []
        notations: dict[Notation, float] = defaultdict(float)
        for value in group.values[:_MAX_VALUES]:
            read = read_field(value.source, self.schema, field, value.raw)
            if read.state is not State.GIVEN:
                continue
            items = kind.items(read)
            fine = bool(items) and not any(getattr(item, "problem", "") for item in items)
            counts.append(len(items))
            if not fine:
                wrong.append(value)
            elif "notation" in kind.keys:
                for notation, weight in _notations(value, field, self.schema):
                    notations[notation] += weight
        share = 1 - len(wrong) / len(counts) if counts else 0.0
        return share, wrong, counts, max(notations, key=notations.__getitem__, default=Notation.ISO)

    def _is_clear(self, group: FoundField, name: str) -> bool:
        """True if values that nothing else calls people, or references, look like some."""
        kind = TYPES[name]
        field = Field(key="x", label="x", type=name, many=True)
        for value in group.values[:_MAX_VALUES]:
            for item in kind.items(read_field(value.source, self.schema, field, value.raw)):
                if name == "people" and not (item.handle or (item.url or "").startswith("mailto:")):
                    return False
                if name == "references" and fold(self.prefix) not in fold(item.text) and not item.pages:
                    return False
        return True

    def _add_unnamed(self) -> None:
        """Add the fields that no page names: an address below the title, a directory above that of the status."""
        if any(SPELLINGS[name].names_no_field for name in self.found.spellings):
            notes = ["The address below the title."]
            self.fields.append(FoundField("link", [("Link", 0)], [], type="links", many=True, notes=notes))
        if path := _directory_above(self.found.pages, self.found.status_directories):
            notes = [f"{QUESTION} what are the directories above those of the statuses?"]
            self.fields.append(FoundField("release", [("Release", 0)], [], path=path, notes=notes))

    def _add_below_status(self) -> None:
        """Add the relations that lines below a status state: ``Supersedes [7](0007-x.md)``."""
        status = next((field for field in self.fields if field.type == "status"), None)
        found: dict[str, FoundField] = {}
        for value in status.values if status else ():
            for line in value.raw.value.split("\n")[1:]:
                match = _BELOW_STATUS.match(line)
                known = self.vocabulary.fields.get(fold(match["label"])) if match else None
                if match is None or known is None or not TYPES[known.type].is_relation:
                    continue
                key = "-".join(known.key.split())
                field = next((one for one in self.fields if one.key == key), None) or found.setdefault(
                    key, FoundField(key, [], [], type=known.type, many=True, known=known, note=True)
                )
                stated = Value(value.look, msgspec.structs.replace(value.raw, value=line[match.end() :]))
                if self._is_clear(FoundField(key, [], [stated]), known.type) and field.type == known.type:
                    field.values.append(stated)
        self.fields += (field for field in found.values() if field.values)

    def _single(self) -> None:
        """Of the types that one field can have, give each to the field that most pages have."""
        for name, kind in TYPES.items():
            if not kind.is_single:
                continue
            fields = sorted((field for field in self.fields if field.type == name), key=lambda field: -len(field.pages))
            for field in fields[1:]:
                field.type = "text"
            if name == "status" and fields:
                for other in self.fields:
                    if other.key == "status" and other is not fields[0]:
                        other.key = "stated-status"
                fields[0].key = "status"
            if name == "number" and fields and len(fields[0].pages) * 2 < len(self.found.looks):
                fields[0].notes.append("not all pages state it; the others have it in their names")

    def _inverses(self) -> None:
        """Join the two sides of a relation."""
        relations = {field.key: field for field in self.fields if TYPES[field.type].is_relation}
        for key, field in relations.items():
            words = {fold(label) for label, _ in field.labels} | {fold(key)}
            for names, others in _PAIRS:
                if words & names and not field.inverse:
                    other = next(
                        (one for one in relations.values() if labels_of(one) & others and one is not field), None
                    )
                    if other is not None:
                        field.inverse, other.inverse = other.key, key
                    elif "by" in next(iter(others)):
                        field.inverse_label = next(iter(sorted(others))).title()

    # Words

    def _statuses(self) -> tuple[list[FoundWord], list[FoundWord]]:
        """The statuses, in the order of the process; and the words that are on a page or two."""
        field = next((field for field in self.fields if field.type == "status"), None)
        found: dict[str, FoundWord] = {}
        others: list[FoundWord] = []
        unknown: dict[str, FoundWord] = {}
        forms: dict[str, Counter[str]] = defaultdict(Counter)
        for value in field.values if field else ():
            if TYPES["status"].state(
                value.raw.value, Field(key="status", label="", type="status"), self.schema
            ) is not (State.GIVEN):
                continue
            text = bare(value.raw.value.strip().split("\n")[0].replace("**", "")).strip()
            word, rest = self._status_word(text, self.vocabulary.statuses)
            if not word:
                entry = unknown.setdefault(fold(text), FoundWord(text, 0, value.place))
                entry.count += 1
                continue
            forms[fold(word)][word] += 1
            entry = found.setdefault(
                fold(word), FoundWord(word, 0, value.place, known=self.vocabulary.statuses.get(fold(word)))
            )
            entry.count += 1
            entry.pages.add(value.look.path)
            if rest:
                entry.note = entry.note or rest
                entry.with_note += 1
        for key, entry in found.items():
            entry.name = forms[key].most_common(1)[0][0]
        for key, entry in sorted(unknown.items(), key=lambda item: (-item[1].count, len(item[0]))):
            # `In progress. See #4`: the word is one that other pages made usual.
            word, rest = self._status_word(entry.name, [one.name for one in found.values()])
            if word:
                found[fold(word)].count += entry.count
                found[fold(word)].note = found[fold(word)].note or rest
                continue
            is_short = (
                len(entry.name.split()) <= 3 and len(entry.name) <= 30 and not set(entry.name) & set(',"|<>[]{}`')
            )
            if is_short and entry.name and (entry.count > 1 or len(self.found.looks) < FEW) and not _near(key, found):
                found[key] = entry
            else:
                others.append(entry)
        if not field or not found:
            for word, globs in self.found.status_directories.items():
                found[fold(word)] = FoundWord(
                    word, 0, "", known=self.vocabulary.statuses.get(fold(word)), paths=list(globs)
                )
        order = _status_order(self.vocabulary)
        ordered = sorted(found.values(), key=lambda entry: order.get(fold(entry.name), (0, 0.5)))
        return ordered, others

    @staticmethod
    def _status_word(text: str, words: Iterable[str]) -> tuple[str, str]:
        """Which of *words* *text* begins with, as it is written, and what is behind it."""
        for word in sorted(words, key=len, reverse=True):
            if fold(text) == fold(word):
                return text, ""
            pattern = "[-_ ]+".join(map(re.escape, fold(word).split()))
            match = re.match(rf"{pattern}(?=[\s(:,;–—-]|\.(?:\s|$))", text, re.IGNORECASE)
            if match:
                return match[0], text[match.end() :].strip()
        return "", ""

    def _categories(self) -> tuple[list[FoundWord], list[FoundWord]]:
        """The categories, and the words that are on a page or two; none when the field has too many values."""
        field = next((field for field in self.fields if field.type == "category"), None)
        if field is None:
            return [], []
        counts: dict[str, FoundWord] = {}
        kind = TYPES["category"]
        for value in field.values:
            if kind.state(value.raw.value, Field(key="c", label="", type="category"), self.schema) is State.GIVEN:
                text = bare(value.raw.value)
                entry = counts.setdefault(fold(text), FoundWord(" ".join(text.split()), 0, value.place))
                entry.count += 1
        least = 1 if len(self.found.looks) < FEW else 2
        usual = [entry for entry in counts.values() if entry.count >= least and not set(entry.name) & set('",|')]
        rare = [entry for entry in counts.values() if entry not in usual]
        total = sum(entry.count for entry in counts.values())
        if not usual or len(usual) > MAX_WORDS or sum(entry.count for entry in usual) < MOST * total:
            several = any("," in entry.name for entry in counts.values())
            field.type, field.many = ("tags", True) if several else ("text", False)
            return [], []
        return sorted(usual, key=lambda entry: -entry.count), rare


_BELOW_STATUS = re.compile(r"[-*+ ]*(?P<label>[A-Z][a-z]+(?: by| on)?):?\s+(?=\S)")
"""The label of a relation in a line below a status."""

_DECISIONS = re.compile(r"(?i)(?:(?:architectur\w*|design)[-_ ])?decisions?(?:[-_ ]records?)?")
"""Names of directories for what is called ADRs nearly everywhere."""

_SUCCESSORS = frozenset(("replaced by", "replaces", "superseded by", "supersedes"))
"""Labels of relations that are headings in some projects."""

_PEOPLE = frozenset(
    ("arbiter", "champion", "contributor", "editor", "facilitator", "lead", "maintainer", "owner", "proposer",
     "reviewer", "shepherd", "sponsor", "steward")
)  # fmt: skip
"""Last words of labels for people."""

_PAIRS = (
    (frozenset({"replaces"}), frozenset({"replaced by"})),
    (frozenset({"replaced by"}), frozenset({"replaces"})),
    (frozenset({"supersedes"}), frozenset({"superseded by"})),
    (frozenset({"superseded by"}), frozenset({"supersedes"})),
    (frozenset({"requires", "depends on"}), frozenset({"required by"})),
    (frozenset({"extends"}), frozenset({"extended by"})),
    (frozenset({"amends"}), frozenset({"amended by"})),
)
"""Relations, by their labels, and what they are called from the other side."""


def _directory_above(pages: Sequence[str], statuses: Mapping[str, object]) -> str:
    """The glob for the directories above those that are called by statuses; empty when there are not several."""
    places = set()
    names = set()
    for page in pages:
        parts = page.split("/")[:-1]
        if len(parts) > 1 and parts[-1] in statuses:
            places.add("/".join(parts[:-2]))
            names.add(parts[-2])
    if len(places) != 1 or len(names) < 2:
        return ""
    return f"{places.pop()}/{{}}/*/*".lstrip("/")


def labels_of(field: FoundField) -> set[str]:
    """Everything that a field is called, folded."""
    return {fold(label) for label, _ in field.labels} | {fold(field.key)}


def _stem(label: str) -> str:
    """The common part of two labels that differ in number only: ``Author``, ``Authors``, ``Author(s)``."""
    word = re.sub(r"\s*(?:\(s\)|#)$", "", fold(label))
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us")) else word


def _letters(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return letters_of(name) or letters_of(folder.rpartition("/")[2])


def _acronym(word: str) -> str:
    """The name of proposals that a directory's name holds: ``RFC`` in ``rust-rfcs``, ``NEP`` in ``neps``."""
    if _DECISIONS.fullmatch(word):
        return "ADR"
    for match in reversed(list(re.finditer(r"[A-Za-z]+", word))):
        part = match[0]
        if re.fullmatch(r"(?i)rfcs?|adrs?|[a-z]{1,4}[ei]ps?", part) and len(part) > 2:
            return part.rstrip("s").rstrip("S").upper()
    return ""


def _notations(value: Value, field: Field, schema: Schema) -> Iterator[tuple[Notation, float]]:
    """The notations in which a day is written, with more weight for those that would write it so."""
    kind = TYPES[field.type]
    for notation in Notation:
        like = msgspec.structs.replace(field, notation=notation)
        read = read_field(value.source, schema, like, value.raw)
        if getattr(read.value, "canonical", False):
            written = kind.write_all(kind.items(read), like, schema)
            yield notation, 1.01 if written[:1].isdigit() == value.raw.value.strip()[:1].isdigit() else 1


def _near(word: str, known: Iterable[str]) -> bool:
    """True if *word* is most likely a misspelled one of *known*."""
    near = closest(word, known)
    return near is not None and abs(len(near) - len(word)) < 3 and near[:1] == word[:1]


def _status_order(vocabulary: Vocabulary) -> dict[str, tuple[int, float]]:
    """Folded status → its place in the life of a proposal, by the lifecycles of all shipped processes."""
    places: dict[str, list[float]] = defaultdict(list)
    for config in vocabulary.shipped.values():
        order = config.schema.status_order
        for place, name in enumerate(order):
            places[fold(name)].append(place / len(order))
    kinds = list(StatusKind)
    return {
        word: (kinds.index(status.kind), sum(found) / len(found) if (found := places.get(word)) else 0.5)
        for word, status in vocabulary.statuses.items()
    }

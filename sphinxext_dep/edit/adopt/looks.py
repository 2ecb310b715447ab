"""Pages that may be proposals, with their headers in every spelling; and the words that proposals are known by.

Nothing here reads a header: the spellings are tried, with the labels that the shipped processes use.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath

import msgspec

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.headers.base import Occurrence
from sphinxext_dep.headers.spellings import DIRECTIVE, SPELLINGS
from sphinxext_dep.markup import read_outline
from sphinxext_dep.model.config import Config
from sphinxext_dep.model.files import UnreadablePage, read_joined
from sphinxext_dep.model.numbers import file_number
from sphinxext_dep.model.proposal import Part
from sphinxext_dep.model.schema import Field, Schema, Status, StatusKind, fold
from sphinxext_dep.model.source import Outline, Source, decode

_GENERAL = frozenset(
    ("author", "authors", "category", "created", "date", "description", "number", "tags", "title", "type", "updated",
     "version", "name", "summary", "labels", "references", "implementation", "discussion", "related", "license")
)  # fmt: skip
"""Labels (folded) that other pages than proposals have as well."""

_LETTERS = re.compile(r"([A-Za-z]{2,12}?(?:-[A-Za-z]{2,6}?)?)[-_ ]?[0-9]")
_TITLE = re.compile(r"\[?([A-Za-z]{2,12}(?:-[A-Za-z]{2,6})?)[-\u2010\u2011\u2013\u2014\s]*#?0*([0-9]{1,6})\b(?=\W*\w)")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:\.[0-9]+)?")

FEW = 20
"""In fewer pages than these, a value of a single page counts."""


class Vocabulary:
    """The words of all shipped processes, and of the DEP process: what labels and statuses of proposals are called.

    :param shipped: by name, without the DEP process.
    """

    def __init__(self, shipped: Mapping[str, Config]) -> None:
        self.shipped: dict[str, Config] = {"dep": Config(Path(), None, DEFAULT), **shipped}
        self._schemas = [config.schema for config in self.shipped.values()]

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Folded label → the field that has it in most processes."""
        votes: dict[str, list[Field]] = defaultdict(list)
        for schema in self._schemas:
            for name, field in schema.field_names.items():
                votes[name].append(field)
        found: dict[str, Field] = {}
        for name, fields in votes.items():
            usual = Counter(field.type for field in fields).most_common(1)[0][0]
            found[name] = next(field for field in fields if field.type == usual)
        return found

    @cached_property
    def statuses(self) -> dict[str, Status]:
        """Folded status → its definition in the process where it has the most usual kind; its own names come first."""
        votes: dict[str, list[Status]] = defaultdict(list)
        for schema in self._schemas:
            for status in schema.statuses.values():
                votes[fold(status.name)].append(status)
        for schema in self._schemas:
            for word, status in (schema.status_names | schema.status_aliases).items():
                if word not in votes:
                    votes[word] = [msgspec.structs.replace(status, name=word)]
        found: dict[str, Status] = {}
        for word, statuses in votes.items():
            kind = Counter(status.kind for status in statuses).most_common(1)[0][0]
            found[word] = next(status for status in statuses if status.kind is kind)
        return found

    @cached_property
    def probe(self) -> Schema:
        """A schema with all labels, for trying spellings on pages."""
        fields = {}
        for name, field in self.fields.items():
            key = "-".join(re.findall(r"[a-z0-9]+", name)) or name
            fields[key] = msgspec.structs.replace(
                field, key=key, label=name, aliases=(), inverse="", inverse_label="", answers=""
            )
        status = Status(name="Stated", kind=StatusKind.OPEN)
        return msgspec.structs.replace(
            DEFAULT, fields=fields, statuses={status.name: status}, lifecycle=(), default_status=status.name,
            sections={}, spellings=(),
        )  # fmt: skip

    def is_status(self, label: str) -> bool:
        """True if *label* is that of a status."""
        field = self.fields.get(fold(label))
        return field is not None and field.type == "status"


class Look(msgspec.Struct):
    """A page that was looked at.

    :param parts: its header in each spelling that has a known label.
    :param strong: the spellings in which it looks like that of a proposal.
    :param number: the number in its name, or in that of its directory.
    :param heading: the text of its first heading.
    """

    source: Source
    outline: Outline
    parts: dict[str, Part]
    strong: tuple[str, ...]
    number: int | None
    heading: str

    @property
    def path(self) -> str:
        """Its path."""
        return self.source.path


def look_at(root: Path, paths: Iterable[str], vocabulary: Vocabulary, sidecar: str) -> Iterator[Look]:
    """Read pages; those that are no text are left out.

    :param sidecar: the name of a YAML file beside them.
    """
    for path in paths:
        try:
            folder = path.rpartition("/")[0]
            source = decode(path, read_joined(root / path, sidecar), f"{folder}/{sidecar}" if sidecar else "")
        except UnreadablePage:
            continue
        yield _look(source, vocabulary)


def only_main(looks: Iterable[Look]) -> list[Look]:
    """*looks*; of several pages beside one YAML file only the main one has it for its header."""
    found = list(looks)
    beside = defaultdict(list)
    for look in found:
        if any(SPELLINGS[name].in_other_file for name in look.strong):
            beside[look.path.rpartition("/")[0]].append(look)
    for several in beside.values():
        main = min(several, key=lambda look: (not is_readme(name_of(look.path)), look.path))
        for look in several:
            if look is not main:
                look.strong = tuple(name for name in look.strong if not SPELLINGS[name].in_other_file)
                look.parts = {name: part for name, part in look.parts.items() if not SPELLINGS[name].in_other_file}
    return found


def _look(source: Source, vocabulary: Vocabulary) -> Look:
    outline = read_outline(source)
    number = number_of(source.path)
    parts: dict[str, Part] = {}
    strong: list[str] = []
    for name, spelling in SPELLINGS.items():
        part = spelling.read(source, outline, vocabulary.probe)
        known = {fold(field.label) for field in part.fields} & vocabulary.fields.keys()
        if not known:
            continue
        parts[name] = part
        has_status = any(vocabulary.is_status(label) for label in known)
        if _is_strong(name, known, vocabulary, has_status=has_status, has_number=number is not None):
            strong.append(name)
    heading = outline.headings[0].text if outline.headings else ""
    return Look(source, outline, parts, tuple(strong), number, heading)


def _is_strong(spelling: str, known: set[str], vocabulary: Vocabulary, *, has_status: bool, has_number: bool) -> bool:
    """True if a header with the labels *known* is most likely that of a proposal."""
    occurrence = SPELLINGS[spelling].occurrence
    if occurrence is Occurrence.TEXT:
        people = sum(vocabulary.fields[label].type == "people" and label not in _GENERAL for label in known)
        return (has_status and has_number) or people > 1
    special = known - _GENERAL
    if has_number and any(vocabulary.fields[label].type == "number" for label in known):
        return len(known) > 1
    if has_status:
        return len(known) > 1 or has_number or spelling == DIRECTIVE
    return len(known) > 1 and has_number and (bool(special) or occurrence is Occurrence.HEADERS)


def letters_of(name: str) -> str:
    """The letters before the number in a name: ``pep`` in ``pep-0012.rst``."""
    match = _LETTERS.match(name)
    return match[1] if match and file_number(name, match[1])[0] is not None else ""


def number_of(path: str) -> int | None:
    """The number in the name of a file or of its directory."""
    folder, _, name = path.rpartition("/")
    above = folder.rpartition("/")[2]
    parts = (part for part in (name, above) if part and not _YEAR.fullmatch(part))
    numbers = (file_number(part, letters_of(part))[0] for part in parts)
    return next((number for number in numbers if number is not None), None)


def title_parts(heading: str) -> tuple[str, int] | None:
    """The letters and the number with which a title begins."""
    match = _TITLE.match(heading.strip("*_` "))
    return (match[1], int(match[2])) if match else None


def name_of(path: str) -> str:
    """The name of a file."""
    return path.rpartition("/")[2]


def is_readme(name: str) -> bool:
    """True if *name* says nothing: the directory of the file has the name of the proposal."""
    return PurePosixPath(name).stem.lower() in ("readme", "index", "proposal")

"""The configuration of a process that was found, as text, with what the pages do not say as a question in a comment.

All text of pages is quoted by the TOML writer, or is in a comment on one line.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import tomlkit

from sphinxext_dep.config.checks import FIXED_JSON_KEYS
from sphinxext_dep.edit.adopt.looks import Look, title_parts
from sphinxext_dep.edit.adopt.process import (
    COMMON,
    MAX_WORDS,
    MOST,
    QUESTION,
    UNSTATED,
    FoundField,
    FoundWord,
    Process,
    labels_of,
)
from sphinxext_dep.fields import TYPES
from sphinxext_dep.fields.placeholders import bare
from sphinxext_dep.headers.base import Occurrence
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.headers.spellings import DIRECTIVE, SPELLINGS, key_of
from sphinxext_dep.model.messages import quoted
from sphinxext_dep.model.schema import Notation, StatusKind, fold, section_key


class Habit(NamedTuple):
    """A rule that many pages break.

    :param severity: what the file says about it.
    """

    name: str
    severity: str
    remark: str


def comment_line(text: str) -> str:
    """*text* as a comment of TOML."""
    return f"{tomlkit.comment(clean(text)).as_string().rstrip()}\n"


def clean(text: str) -> str:
    """*text* of a page as a comment can hold it: on one line, without control characters."""
    line = " ".join(text.split())
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)


_PAUSED = {"deferred", "postponed", "on hold", "stagnant", "inactive", "parked"}
"""Statuses of proposals that may come back. Others that close a proposal are its last."""

_REPLACED = {"superseded", "superceded", "replaced", "obsoleted"}
"""Statuses of proposals whose place was taken."""

_SUCCESSION = {"replaces", "replaced by", "supersedes", "superseded by", "obsoletes", "obsoleted by"}
"""Labels of relations between a proposal and the one that takes its place."""


class Document:
    """A configuration as text."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.rules: list[Habit] = []
        self.dropped: set[tuple[str, str]] = set()

    def __str__(self) -> str:
        self._blocks: list[str] = []
        self._top()
        self._statuses()
        self._fields()
        self._categories()
        self._sections()
        self._rules()
        return "\n".join(self._blocks)

    def _add(self, values: Mapping[str, Any], *comments: str) -> None:
        self._blocks.append("".join(map(comment_line, comments)) + tomlkit.dumps(values))

    def _entry(self, table: str, name: str, values: Mapping[str, Any], *comments: str) -> None:
        if (table, name) not in self.dropped:
            self._add(
                {table: {name: {key: value for key, value in values.items() if value not in ("", [], None)}}}, *comments
            )

    def _top(self) -> None:
        process, found = self.process, self.process.found
        comments = [
            f"Written by `sphinx-dep init` for the {len(found.pages)} proposals that were found.",
            f"What the pages do not say is for you to decide: see the lines with `{QUESTION}`".replace(":`", "`."),
        ]
        comments += [
            f"{QUESTION} {count} page{'s' * (count > 1)} below {glob} look like proposals too. Do they belong here?"
            for glob, count in list(found.others.items())[:MAX_WORDS]
        ]
        self._add({"base": "empty"}, *comments)
        self._add(
            {"prefix": process.prefix},
            *([] if process.prefix_is_known else [f"{QUESTION} what is proposal 12 called? The pages do not say."]),
        )
        values: dict[str, Any] = {"sources": toml_list(found.sources), "exclude": toml_list(found.exclude)}
        if found.named_directories:
            values["layout"] = "directories"
        spellings = [name for name in found.spellings if name != DIRECTIVE and not SPELLINGS[name].in_other_file]
        counted = ", ".join(f"{count} in a {name}" for name, count in found.spellings.items())
        if spellings:
            values["spellings"] = toml_list([key_of(name) for name in spellings])
        if found.sidecar:
            values["sidecar"] = found.sidecar
        read = len(found.looks)
        self._add(values, f"Headers of {read} pages: {counted or 'none'}.")
        default = self._default_status()
        titles = self._titles()
        placeholders = self._placeholders()
        if titles:
            self._add(titles[0], *titles[1])
        if placeholders:
            self._add({"placeholders": toml_list(placeholders)}, "What stands on several pages where a value belongs.")
        if default:
            without = sum(not self._status_field_on(look) for look in found.looks)
            self._add(
                {"default-status": default}, f"{QUESTION} {without} of {read} pages state no status. What are they?"
            )
        lifecycle = [word.name for word in process.statuses if word.kind is not StatusKind.CLOSED]
        if lifecycle or default:
            self._add(
                {"lifecycle": toml_list(lifecycle or [default])}, "From the first status to the last; others leave it."
            )

    def _status_field_on(self, look: Look) -> bool:
        return any(field.type == "status" and look.path in field.pages for field in self.process.fields)

    def _default_status(self) -> str:
        process = self.process
        if process.found.status_directories and any(word.paths for word in process.statuses):
            return UNSTATED
        with_status = sum(self._status_field_on(look) for look in process.found.looks)
        return UNSTATED if with_status < MOST * len(process.found.looks) or not process.statuses else ""

    def _required(self) -> list[str]:
        """The fields that every page gives."""
        process = self.process
        pages = {look.path for look in process.found.looks}
        if self._default_status():
            return []
        required = ["status"]
        for field in process.fields:
            given = {value.look.path for value in field.values if bare(value.raw.value)}
            if field.key != "status" and given >= pages and field.type in ("people", "date", "category", "title"):
                required.append(field.key)
        return required

    def _statuses(self) -> None:
        process = self.process
        words = list(process.statuses)
        if default := self._default_status():
            words.append(FoundWord(default, 0, ""))
        required = self._required()
        kinds = {word.name: word.kind for word in words}
        for word in words:
            note = self._note(word)
            values = {
                "kind": str(word.kind),
                "colour": str(word.known.colour) if word.known else "",
                "next": toml_list(following(word.name, kinds)),
                "requires": toml_list([*required, *self._successor_required(word, note)]),
                "note": note,
                "paths": toml_list(word.paths),
            }
            self._entry("statuses", word.name, values, *word.remarks)
        for word in process.other_statuses[:MAX_WORDS]:
            self._blocks.append(
                comment_line(
                    f"{QUESTION} {quoted(word.name)} ({word.place}) is no status here. A slip, or another one?"
                )
            )

    def _successor_required(self, word: FoundWord, note: str) -> list[str]:
        """The relation to the successor, if every page with the status *word* states it."""
        folded = fold(word.name)
        names = {f"{folded} by"} | ({"superseded by", "replaced by"} if folded in _REPLACED else set())
        field = next((field for field in self.process.fields if names & labels_of(field)), None)
        if field is None or not TYPES[field.type].is_relation:
            return []
        if field.key == note:
            return [note] if word.with_note == word.count else []
        return [field.key] if word.pages <= field.pages else []

    def _note(self, word: FoundWord) -> str:
        """The key of the field that says what is behind a status."""
        if not word.note:
            return ""
        folded = fold(word.name)
        if folded in _REPLACED:
            relation = next(
                (
                    field.key
                    for field in self.process.fields
                    if TYPES[field.type].is_relation and f"{folded} by" in labels_of(field)
                ),
                "",
            )
            return relation or self._successor(f"{folded}-by")
        return self._extra_field("status-note", "text")

    def _successor(self, key: str) -> str:
        """The key of the field for the successors that statuses name: the other side of one that pages have."""
        self._extra_field(key, "references")
        own = next(field for field in self.process.fields if field.key == key)
        for other in self.process.fields:
            if fold(other.inverse_label) == fold(key.replace("-", " ")):
                other.inverse, other.inverse_label, own.inverse = key, "", other.key
                break
        return key

    def _extra_field(self, key: str, type: str) -> str:
        if all(field.key != key for field in self.process.fields):
            self.process.fields.append(FoundField(key, [], [], type=type, many=type == "references", note=True))
        return key

    def _fields(self) -> None:
        process = self.process
        if all(field.type != "status" for field in process.fields):
            process.fields.insert(0, FoundField("status", [], [], type="status"))
        total = len(process.found.looks)
        for field in process.fields:
            known = field.known
            values: dict[str, Any] = {}
            if field.label != field.key.replace("-", " ").title() or not field.labels:
                values["label"] = clean(field.label) if field.labels else ""
            if field.type != "text":
                values["type"] = field.type
            if field.many:
                values["many"] = True
            seen = {fold(field.key), fold(field.label)}
            aliases = []
            for label, _ in field.labels[1:]:
                if fold(label) not in seen:
                    seen.add(fold(label))
                    aliases.append(clean(label))
            values["aliases"] = toml_list(aliases)
            if field.notation is not Notation.ISO:
                values["notation"] = str(field.notation)
            values["path"] = field.path
            if TYPES[field.type].is_relation:
                values["inverse"] = field.inverse
                values["inverse-label"] = field.inverse_label
                if known is not None and known.pages:
                    values["pages"] = True
                # A replaced proposal is no unstable ground: that it is replaced is the point.
                replaces = {fold(field.key.replace("-", " ")), *labels_of(field)} & _SUCCESSION
                if replaces or (known is not None and not known.dependency):
                    values["dependency"] = False
            if not TYPES[field.type].is_single and field.key.replace("-", "_") in FIXED_JSON_KEYS:
                values["json"] = f"stated_{field.key.replace('-', '_')}"
            values["order"] = False
            comments = [f"On {len(field.pages)} of {total} pages."] if field.values else []
            if field.note:
                comments.append("What is said behind a status, or in a line below it.")
            comments += field.notes
            if choices := _choices(field):
                comments.append(f"{QUESTION} is it a choice of {choices}?")
            self._entry("fields", field.key, values, *comments)

    def _categories(self) -> None:
        for word in self.process.categories:
            self._entry("categories", word.name, {}, f"On {word.count} page{'s' * (word.count != 1)}.")
        for word in self.process.other_categories[:MAX_WORDS]:
            text = f"{QUESTION} {quoted(word.name)} ({word.place}) is no category here. A slip, or another one?"
            self._blocks.append(comment_line(text))

    def _sections(self) -> None:
        """The headings that many pages have, in their usual order."""
        places: dict[str, list[int]] = defaultdict(list)
        forms: dict[str, Counter[str]] = defaultdict(Counter)
        looks = self.process.found.looks
        labels = {fold(label) for field in self.process.fields for label, _ in field.labels}
        spellings = map(SPELLINGS.__getitem__, self.process.found.spellings)
        headings_are_labels = any(spelling.occurrence is Occurrence.TEXT for spelling in spellings)
        for look in looks:
            names = [section.name for section in read_page(look.source, self.process.schema).proposal.sections]
            for place, name in enumerate(names):
                if (key := section_key(name)) and not (headings_are_labels and key in labels):
                    places[key].append(place)
                    forms[key][re.sub(r"^\d+(?:\.\d+)*[.)]?\s+|:$", "", " ".join(name.split()))] += 1
        usual = [key for key, found in places.items() if len(found) * 5 >= 2 * len(looks)]
        for key in sorted(usual, key=lambda key: sum(places[key]) / len(places[key])):
            name = forms[key].most_common(1)[0][0]
            # What nearly all have, a new page has as well.
            values = {"limited": True} if len(places[key]) >= MOST * len(looks) else {}
            self._entry("sections", clean(name), values, f"On {len(places[key])} of {len(looks)} pages.")

    def _rules(self) -> None:
        if not self.rules:
            return
        lines = [comment_line("What so many pages break is a habit, and perhaps no fault."), "[rules]\n"]
        for habit in self.rules:
            lines.append(comment_line(habit.remark))
            lines.append(tomlkit.dumps({habit.name: habit.severity}))
        self._blocks.append("".join(lines))

    def _titles(self) -> tuple[dict[str, Any], list[str]]:
        """The rules on titles."""
        looks = self.process.found.looks
        title = next((field for field in self.process.fields if field.type == "title"), None)
        pages = [read_page(look.source, self.process.schema).proposal for look in looks]
        values: dict[str, Any] = {}
        comments: list[str] = []
        if title is not None:
            stated = {value.look.path: " ".join(value.raw.value.split()) for value in title.values}
            other = [look for look in looks if look.path in stated and not _agree(look, stated[look.path])]
            if len(other) > COMMON * len(looks):
                values["title-from-field"] = True
                comments.append(f"On {len(other)} pages the first heading is another than the title that is stated.")
        untitled = [page for page in pages if not page.title]
        if title is None and len(untitled) > 0.05 * len(looks):
            values["title-from-name"] = True
            comments.append(f"{len(untitled)} pages have no title.")
        longest = max((len(page.title) for page in pages), default=0)
        if longest > self.process.schema.title_max_length:
            values["title-max-length"] = (longest // 10 + 1) * 10
        return values, comments

    def _placeholders(self) -> list[str]:
        """Texts that are on several pages in place of a value that their type cannot read."""
        found: list[str] = []
        for field in self.process.fields:
            if field.type in ("text", "status", "category", "title", "tags", "choice"):
                continue
            _, wrong, _, _ = self.process._fit(field, field.type)
            counts = Counter(" ".join(value.raw.value.split()) for value in wrong)
            found += (text for text, count in counts.most_common(5) if count > 1 and 0 < len(text) <= 80)
        return list(dict.fromkeys(found))


def following(name: str, kinds: Mapping[str, StatusKind]) -> list[str]:
    """The statuses of all in *kinds* that may follow the one called *name*: a closed one is the last, or a pause."""
    if kinds[name] is StatusKind.CLOSED and fold(name) not in _PAUSED:
        return []
    return [other for other, kind in kinds.items() if other not in (name, UNSTATED) and _may_follow(kinds[name], kind)]


def _may_follow(kind: StatusKind, other: StatusKind) -> bool:
    """Whether a status of the kind *other* may follow one of *kind*."""
    return (
        other is StatusKind.OPEN
        if kind is StatusKind.CLOSED
        else kind is StatusKind.OPEN or other is not StatusKind.OPEN
    )


def _agree(look: Look, title: str) -> bool:
    parts = title_parts(look.heading)
    heading = look.heading if parts is None else re.sub(r"^\W*\w+\W*0*\d+\W*", "", look.heading)
    return fold(re.sub(r"[`*]", "", heading)) == fold(re.sub(r"[`*]", "", title)) or fold(look.heading) == fold(title)


def _choices(field: FoundField) -> str:
    """The words of a text field that has few; empty when it has many."""
    if field.type != "text" or field.known is not None:
        return ""
    counts = Counter(bare(value.raw.value) for value in field.values)
    words = [word for word in counts if word and len(word) <= 30 and word.isprintable()]
    if (
        1 < len(words) <= 6
        and len(words) == len([word for word in counts if word])
        and len(field.values) >= 4 * len(words)
    ):
        return ", ".join(quoted(word) for word in words)
    return ""


def toml_list(items: Iterable[str]) -> Any:
    """A list, on several lines when it is long."""
    array = tomlkit.array()
    array.extend(items)
    return array.multiline(True) if len(array) > 1 and sum(len(item) + 4 for item in array) > 90 else array

"""A configuration for proposals that are there, for ``sphinx-dep init``: survey, process, document, check.

The check itself says how many pages are read; what it finds on many pages is a question for the project, not a fault of
the pages.
"""

from __future__ import annotations

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import msgspec
import tomlkit

from sphinxext_dep.check.check import Checked, check_file, judge
from sphinxext_dep.check.rule import Registry
from sphinxext_dep.config.load import load_config
from sphinxext_dep.config.tables import ConfigErrors
from sphinxext_dep.edit.adopt.document import Document, Habit, clean, comment_line, following, toml_list
from sphinxext_dep.edit.adopt.process import COMMON, MAX_FIELDS, QUESTION, UNSTATED, Process, labels_of
from sphinxext_dep.edit.adopt.survey import Survey
from sphinxext_dep.fields import TYPES
from sphinxext_dep.headers.spellings import DIRECTIVE, SPELLINGS
from sphinxext_dep.model.config import Config
from sphinxext_dep.model.diagnostics import Diagnostic, Severity
from sphinxext_dep.model.files import find_pages, is_source
from sphinxext_dep.model.proposal import Proposal, State
from sphinxext_dep.model.schema import StatusKind, fold


class Adopted(msgspec.Struct):
    """A configuration for proposals that are there.

    :param text: of the file.
    :param example: the shipped process that it is, if it is one.
    :param config: the configuration, loaded.
    :param checked: the pages, read and judged with it.
    :param diagnostics: everything that the check reports.
    :param questions: how many there are in the text.
    """

    text: str
    example: str
    config: Config
    checked: list[Checked]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def questions(self) -> int:
        """How many questions are in the text."""
        return self.text.count(QUESTION)

    @property
    def unread(self) -> list[str]:
        """The paths of the pages of which no header, or no status, is read."""
        return [page.proposal.path for page in self.checked if not self._is_read(page.proposal)]

    def _is_read(self, proposal: Proposal) -> bool:
        schema = self.config.schema
        # The status that `init` makes up for pages that state none does not make a header of nothing.
        if proposal.header_span is None and (proposal.status == UNSTATED or not schema.header_is_optional):
            return False
        stated = proposal.fields.get(schema.status_field.key) if schema.status_field else None
        # What still holds the template's words states nothing.
        return proposal.status is not None or (stated is not None and stated.state is not State.GIVEN)


def adopt(found: Survey, rules: Registry) -> Adopted:
    """Write a configuration for *found*: that of a shipped process, if it is one, else its own."""
    process = Process(found)
    for name, example in _candidates(process):
        adopted = _check(_from_example(process, example), name, found, rules)
        same_prefix = fold(example.schema.prefix) == fold(process.prefix)
        # In a few pages of a process by this name, an error or two is no sign of another one.
        fits = (same_prefix and process.prefix_is_known) or not _has_habits(adopted, 2 if same_prefix else 0)
        if len(adopted.unread) <= COMMON * len(adopted.checked) and fits:
            return adopted
    document = Document(process)
    adopted = _check(document, "", found, rules)
    if habits := list(_habits(adopted, rules)):
        document.rules = habits
        adopted = _check(document, "", found, rules)
    return adopted


def _candidates(process: Process) -> list[tuple[str, Config]]:
    """The shipped processes that have the labels, statuses and spellings that were found; the most alike first."""
    found = process.found
    ranked = []
    spellings = {name for name in found.spellings if name != DIRECTIVE}
    for name, config in process.vocabulary.shipped.items():
        schema = config.schema
        known = sum(
            len(field.pages)
            for field in process.fields
            for label, _ in field.labels[:1]
            if fold(label) in schema.field_names
        )
        total = sum(len(field.pages) for field in process.fields if field.labels)
        words = schema.status_names | schema.status_aliases
        stated = sum(word.count for word in (*process.statuses, *process.other_statuses))
        states = sum(word.count for word in process.statuses if fold(word.name) in words)
        # The name of the process can be enough: words that it lacks are added to it.
        least = 0.5 if fold(schema.prefix) == fold(process.prefix) else 0.98
        fits_status = states >= least * stated if stated else bool(schema.default_status)
        beside = schema.sidecar if found.sidecar else ""
        reads = all(name in schema.spellings or (SPELLINGS[name].in_other_file and beside) for name in spellings)
        same_prefix = fold(schema.prefix) == fold(process.prefix)
        is_like_it = same_prefix or (len(process.fields) > 3 and (stated or not process.prefix_is_known))
        if reads and fits_status and total and known >= 0.95 * total and is_like_it:
            ranked.append((not same_prefix, -known / total, name, config))
    return [(name, config) for _, _, name, config in sorted(ranked, key=lambda item: item[:3])]


def _from_example(process: Process, example: Config) -> str:
    """The file of a shipped process, with the places and the prefix of this project."""
    found = process.found
    document = tomlkit.parse(example.file.read_text(encoding="utf-8") if example.file else "")
    theirs = [path for path in found.pages if is_source(path, example.schema)]
    is_same = fold(example.schema.prefix) == fold(process.prefix) or not process.prefix_is_known
    if not is_same:
        document["prefix"] = process.prefix
        for key in ("addresses", "conditions"):
            document.pop(key, None)
    strong = {look.path for look in found.looks if look.strong}
    if len(strong.intersection(theirs)) < 0.97 * len(strong):
        document["sources"] = toml_list(found.sources)
        document["exclude"] = toml_list(dict.fromkeys((*found.exclude, *example.schema.exclude)))
    _add_statuses(document, example, process)
    _require_less(document, example, process)
    text = tomlkit.dumps(document)
    lines = [
        f"Written by `sphinx-dep init` for the {len(found.pages)} proposals that were found.",
        f"They follow the process of {example.schema.prefix}s, which sphinxext_dep knows: its words are these.",
    ]
    if not process.prefix_is_known and example.schema.prefix != process.prefix:
        lines.append(f"{QUESTION} is proposal 12 called {example.schema.label(12)}? The pages do not say.")
    return "".join(map(comment_line, lines)) + f"\n{text}"


def _require_less(document: tomlkit.TOMLDocument, example: Config, process: Process) -> None:
    """Require of a status no field that most pages with it do not have, or no page at all has."""
    schema = example.schema
    having: dict[str, set[str]] = defaultdict(set)
    for found in process.fields:
        for label in labels_of(found) & schema.field_names.keys():
            having[schema.field_names[label].key] |= found.pages
    pages = {fold(word.name): word.pages for word in process.statuses}
    for name, entry in document.get("statuses", {}).items():
        mine = pages.get(fold(name), set())
        kept = [
            key
            for key in entry.get("requires", ())
            if schema.fields[key] is schema.status_field
            or TYPES[schema.fields[key].type].is_relation
            or (having[key] and 2 * len(having[key] & mine) >= len(mine))
        ]
        if len(kept) < len(entry.get("requires", ())):
            entry["requires"] = toml_list(kept)


def _add_statuses(document: tomlkit.TOMLDocument, example: Config, process: Process) -> None:
    """Add the statuses that many pages have and the example lacks."""
    schema = example.schema
    more = [word for word in process.statuses if fold(word.name) not in schema.status_names | schema.status_aliases]
    if not more:
        return
    kinds = {status.name: status.kind for status in schema.statuses.values()} | {word.name: word.kind for word in more}
    lifecycle = list(schema.lifecycle)
    statuses = document.setdefault("statuses", tomlkit.table(is_super_table=True))
    for status in schema.statuses.values():
        names = [word.name for word in more if word.name in following(status.name, kinds)]
        if names and status.next:
            # One that the base of the process defines is not in the file yet.
            statuses.setdefault(status.name, tomlkit.table())["next"] = toml_list([*status.next, *names])
    for word in more:
        first = schema.statuses[schema.lifecycle[0]] if schema.lifecycle else next(iter(schema.statuses.values()))
        entry = tomlkit.table()
        for remark in word.remarks:
            entry.add(tomlkit.comment(clean(remark)))
        values = {"kind": str(word.kind), "next": following(word.name, kinds), "requires": list(first.requires)}
        entry.update({key: toml_list(value) if isinstance(value, list) else value for key, value in values.items()})
        entry.add(tomlkit.nl())
        statuses[word.name] = entry
        if word.kind is not StatusKind.CLOSED:
            after = [place for place, name in enumerate(lifecycle) if kinds[name] is not StatusKind.DECIDED]
            is_open = word.kind is StatusKind.OPEN and after
            lifecycle.insert(after[-1] + 1 if is_open else len(lifecycle), word.name)
    document["lifecycle"] = toml_list(lifecycle)


def _check(document: Document | str, example: str, found: Survey, rules: Registry) -> Adopted:
    """Load the text, and check the pages with it; what the configuration does not take is left out."""
    for _ in range(MAX_FIELDS):
        text = str(document)
        try:
            config = _load(text, found.root, rules)
            break
        except ConfigErrors as errors:
            if isinstance(document, str) or not _drop(document, errors):
                raise
    else:
        raise AssertionError("what is wrong is dropped entry by entry")
    checked = []
    for path in find_pages(found.root, config.schema):
        page = check_file(found.root / path, path, config.schema, rules)
        if page is not None:
            checked.append(page)
    judged = judge(checked, config.schema, rules)
    return Adopted(text, example, config, checked, judged.diagnostics)


def _load(text: str, root: Path, rules: Registry) -> Config:
    """Load *text* as the configuration of the project in *root*."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "dep.toml"
        file.write_text(text, encoding="utf-8", newline="\n")
        config = load_config(file, root, rule_codes=rules.codes)
    return msgspec.structs.replace(config, root=root, file=root / "dep.toml")


def _drop(document: Document, errors: ConfigErrors) -> bool:
    """Leave out the entries that the configuration does not take; false when there is none."""
    before = len(document.dropped)
    for error in errors.errors:
        match = re.match(r'(\w+)\.(?:"((?:[^"\\]|\\.)*)"|([\w-]+))', error.key_path)
        if match:
            name = match[3] if match[2] is None else tomlkit.parse(f'x = "{match[2]}"')["x"]
            document.dropped.add((match[1], str(name)))
    return len(document.dropped) > before


def _has_habits(adopted: Adopted, few: int) -> bool:
    """True if the check finds errors on many of the pages, and on more than *few*."""
    errors = {item.path for item in adopted.diagnostics if item.severity is Severity.ERROR}
    return len(errors) > max(few, COMMON * len(adopted.checked))


def _habits(adopted: Adopted, rules: Registry) -> Iterator[Habit]:
    """The rules that many of the pages break that are read."""
    unread = set(adopted.unread)
    found: dict[str, list[Diagnostic]] = defaultdict(list)
    for item in adopted.diagnostics:
        if item.path not in unread and item.severity is not Severity.INFO:
            found[item.code].append(item)
    read = len(adopted.checked) - len(unread)
    for code, items in sorted(found.items()):
        pages = {item.path for item in items}
        if len(pages) > max(2, COMMON * read):
            is_error = any(item.severity is Severity.ERROR for item in items) and len(pages) * 2 < read
            severity = "warning" if is_error else "off"
            remark = (
                f"{QUESTION} on {len(pages)} of {read} pages, such as {items[0].path}:{items[0].line}. Is it a fault?"
            )
            yield Habit(rules.by_code[code].name, severity, remark)

"""Compare the facts that this package reads in real proposals with those of an independent reader.

    python bench/corpus_facts.py DIRECTORY --process sphinxext_dep/config/processes/pep.toml
    python bench/corpus_facts.py DIRECTORY --process dep.toml --markdown

DIRECTORY holds the proposals as the ``sources`` of the process name them. Corpora are never part of this repository.
The facts are those of ``sphinx-dep list --format json``; the diagnostics are those of ``sphinx-dep check``. Nothing of
the package is imported, and :mod:`independent_reader` shares none of its code. Where the two differ, one of them is
wrong: look at the page.
"""

from __future__ import annotations

import argparse
import collections
import json
import posixpath
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from independent_reader import (
    Header,
    Person,
    day,
    days,
    fold,
    is_nothing,
    number_in,
    people,
    plain_name,
    read,
    references,
    remark,
    squeezed,
    text_of,
    urls,
    without_number,
    word,
)

EXAMPLES = 5


@dataclass
class Tally:
    """How often the two readers say the same of one field."""

    agree: int = 0
    differ: list[str] = field(default_factory=list)


def main() -> int:
    """Compare, and print the figures; the exit code is 1 when anything differs or crashes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--process", type=Path, required=True, help="the process, a dep.toml")
    parser.add_argument("--examples", type=int, default=EXAMPLES, help="how many differences to print for each field")
    parser.add_argument("--markdown", action="store_true", help="print a row of a table instead")
    arguments = parser.parse_args()
    process = tomllib.loads(arguments.process.read_text(encoding="utf-8"))
    proposals, diagnostics, crashes = ask(arguments.directory, arguments.process)
    tallies = compare(arguments.directory, process, proposals)
    rules = collections.Counter(f"{item['code']} {item['severity']}" for item in diagnostics)
    if arguments.markdown:
        print(row(process, proposals, tallies, diagnostics, crashes))
    else:
        report(proposals, tallies, rules, crashes, arguments.examples)
    return int(bool(crashes or any(tally.differ for tally in tallies.values())))


def ask(directory: Path, process: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[str]]:
    """What the command line says: proposals, diagnostics, and what it wrote when it crashed."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        for entry in directory.resolve().iterdir():
            if entry.name != "dep.toml":
                (root / entry.name).symlink_to(entry)
        (root / "dep.toml").write_bytes(process.read_bytes())
        (root / "conf.py").touch()
        outputs, crashes = [], []
        for command in (["list", "--format", "json"], ["check", "--no-cache", "--output-format", "json"]):
            ran = subprocess.run(
                [sys.executable, "-m", "sphinxext_dep", *command], cwd=root, capture_output=True, text=True, check=False
            )
            if "Traceback" in ran.stderr or ran.returncode not in (0, 1):
                crashes.append(f"{' '.join(command)}: {ran.stderr[-2000:]}")
            outputs.append(json.loads(ran.stdout) if ran.stdout.strip() else {})
    return outputs[0].get("proposals", []), outputs[1].get("diagnostics", []), crashes


def compare(directory: Path, process: Mapping[str, Any], proposals: Iterable[Mapping[str, Any]]) -> dict[str, Tally]:
    """Compare every field of every proposal. Both readers saying nothing is no agreement, and not counted."""
    tallies: dict[str, Tally] = collections.defaultdict(Tally)
    corpus = Corpus(process, proposals)
    for proposal in proposals:
        header, title = read(directory / proposal["path"], process)
        for name, ours, theirs in facts(process, corpus, proposal, header, title):
            if ours == theirs:
                tallies[name].agree += bool(ours)
            else:
                tallies[name].differ.append(f"{proposal['path']}: {ours!r} here, {theirs!r} there")
    return dict(tallies)


def facts(
    process: Mapping[str, Any], corpus: Corpus, proposal: Mapping[str, Any], header: Header, heading: str
) -> Iterator[tuple[str, object, object]]:
    """Each fact's name, and what the two readers say."""
    placeholders = process.get("placeholders", ())
    fields = process.get("fields", {})
    notes = {entry.get("note") for entry in process.get("statuses", {}).values()}
    for key, entry in fields.items():
        names = (key, entry.get("label", key), *entry.get("aliases", ()))
        values = [value for name in dict.fromkeys(map(fold, names)) for value in header.get(name, ())]
        values += stated_below(header, names)
        if entry.get("type") != "people":
            values = [value for value in values if not is_nothing(value, placeholders)]
        ours = proposal.get(entry.get("json", key.replace("-", "_")))
        match entry.get("type", "text"):
            case "title":
                yield from titles(process, proposal, text_of(values[0]) if values else heading, stated=bool(values))
            case "number":
                stated = number_in(values[0], process.get("prefix", "DEP")) if values else None
                if stated is not None:
                    yield "number", proposal["number"], stated
            case "status":
                yield "status", proposal["status"], word(values, process["statuses"], process.get("default-status"))
            case "category":
                table = process.get("categories", {})
                # What names none is in the record as it was written, and reported.
                named = proposal["category"] if proposal["category"] in table else None
                yield "category", named, word(values, table, None)
            case "people":
                lines = (line for value in values for line in text_of(value, "\n").split("\n"))
                written = [line for line in lines if not is_nothing(line, placeholders)]
                if (there := people(written)) is not None:
                    yield "people", people_here(ours), there
            case "date" if entry.get("many"):
                here = [(item["date"], item["url"] or "") for item in ours or ()]
                yield "dates", here, [found for value in values for found in days(text_of(value, ", "))]
            case "date":
                yield "dates", ours, day(values[0]) if values else None
            case "links" if there := sorted(url for value in values for url in urls(text_of(value, ", "))):
                yield "links", sorted([ours] if isinstance(ours, str) else ours or ()), there
            case "references":
                yield "relations", *relations(corpus, proposal["path"], ours or (), values)
            case "text" if not values and key in notes and proposal["status"]:
                table = process["statuses"]
                status = " ".join(map(str, header.get("status", ())))
                there = remark(
                    status, [*table, *(alias for item in table.values() for alias in item.get("aliases", ()))]
                )
                has_note = table[proposal["status"]].get("note") == key
                yield "text", squeezed(ours or ""), squeezed(there) if has_note else ""
            case "text" if not values or (isinstance(values[0], str | int | float) and not isinstance(values[0], bool)):
                # What YAML nests is shown as it is written.
                # The markers of a list within a value are no words.
                shown = re.sub(r"^[ \t]*[-*+] ", "", ours or "", flags=re.MULTILINE)
                yield "text", squeezed(shown), squeezed(text_of(values[0], ", ")) if values else ""
    if not any(entry.get("type") == "title" for entry in fields.values()):
        yield from titles(process, proposal, heading, stated=False)
    in_name = re.match(
        r"(?:[A-Za-z]+-)?([0-9]{1,6})(?![0-9]|-[0-9]{1,2}-[0-9])", proposal_name(process, proposal["path"])
    )
    if in_name and not any(entry.get("type") == "number" for entry in fields.values()):
        yield "number", proposal["number"], int(in_name[1])


def stated_below(header: Header, names: Iterable[str]) -> list[str]:
    """The values of a field that lines below the status state: ``Amends [3. Names](0003-names.md)``."""
    lines = [line.strip() for value in header.get("status", ()) for line in str(value).split("\n")[1:]]
    labels = [re.escape(name.replace("-", " ")) for name in names]
    found = (re.match(rf"{label}:?\s+(?=\S)", line, re.IGNORECASE) for line in lines for label in labels)
    return [match.string[match.end() :] for match in found if match]


def titles(
    process: Mapping[str, Any], proposal: Mapping[str, Any], text: str, *, stated: bool
) -> Iterator[tuple[str, str, str]]:
    """The title, which is that of the file when the process says so and the page states none."""
    sections = {fold(name) for name in process.get("sections", {})}
    sections |= {fold(name) for entry in process.get("sections", {}).values() for name in entry.get("aliases", ())}
    found = without_number(text, process.get("prefix", "DEP"))
    if stated or (found and fold(found.rstrip(":")) not in sections):
        yield "title", squeezed(proposal["title"]), squeezed(found)
    elif process.get("title-from-name"):
        stem = PurePosixPath(proposal_name(process, proposal["path"])).stem
        words = re.sub(r"^[A-Za-z]+-(?=[0-9])|^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}-|^[0-9]+-", "", stem)
        words = re.sub(r"^[0-9]+(?:-|$)", "", words)
        if words:
            yield "title", proposal["title"].casefold(), re.sub(r"[-_]+", " ", words).casefold()


def relations(corpus: Corpus, path: str, items: Iterable[Any], values: Iterable[Any]) -> tuple[list[int], list[int]]:
    """The numbers of the proposals that a field names, as the two readers say; a path that leads to none has none."""
    here: set[int | None] = set()
    for item in items:
        # An item without text is stated by the other side.
        if item["text"] is not None:
            here.add(item["number"] if item["number"] is not None else corpus.number(item["text"], path))
    there = {corpus.number(text, path) for value in values for text in references(value)}
    return sorted(here - {None}), sorted(there - {None})


def people_here(value: object) -> list[Person]:
    """People of the command line's JSON, as the other reader has them."""
    items = value if isinstance(value, list) else [value] if value else []
    found = []
    for item in items:
        url = item["url"] or ""
        mail = url.removeprefix("mailto:") if url.startswith("mailto:") else ""
        handle = item["handle"] or ""
        name = item["name"].removeprefix(handle) if item["name"] != mail else ""
        found.append((plain_name(name, handle), handle.casefold(), mail))
    return sorted(found)


def proposal_name(process: Mapping[str, Any], path: str) -> str:
    """The file name, or that of its directory, that has the number."""
    parts = path.split("/")
    return parts[-2] if process.get("layout") == "directories" and len(parts) > 1 else parts[-1]


# --- references -------------------------------------------------------------------------------------------------------


class Corpus:
    """The proposals of a directory by their paths, for references that are paths or addresses."""

    def __init__(self, process: Mapping[str, Any], proposals: Iterable[Mapping[str, Any]]) -> None:
        self.addresses = process.get("addresses", ())
        self.numbers: dict[str, int | None] = {}
        for proposal in proposals:
            path = PurePosixPath(proposal["path"])
            folder = [path.parent] if process.get("layout") == "directories" else []
            for name in (path, path.with_suffix(""), *folder):
                self.numbers[str(name)] = proposal["number"]

    def number(self, text: str, path: str) -> int | None:
        """The number of the proposal that *text* names on the page *path*; ``None`` for a path that leads to none."""
        for address in self.addresses:
            text = re.sub(rf"^{re.escape(address)}/(?:(?:blob|tree)/[^/]+)?/?", "/", text)
        bare = re.sub(r"(?:/(?:README|index|kep)\.\w+)?[/#]*$", "", text)
        if not is_path(bare):
            match = re.search(r"(?<![0-9.])0*([0-9]{1,6})(?![0-9])", bare)
            return int(match[1]) if match else None
        for start in ("", posixpath.dirname(path)):
            name = posixpath.normpath(posixpath.join(start, bare.lstrip("/")))
            if name in self.numbers:
                return self.numbers[name]
        return int(match[1]) if (match := re.fullmatch(r"/([0-9]+)", bare)) else None


def is_path(text: str) -> bool:
    """True for a path or an address, false for a label such as ``PEP 12``."""
    return "/" in text or text.endswith((".md", ".rst", ".html"))


# --- output -----------------------------------------------------------------------------------------------------------


def report(
    proposals: list[Any], tallies: Mapping[str, Tally], rules: Mapping[str, int], crashes: list[str], examples: int
) -> None:
    """Print everything."""
    print(f"{len(proposals)} proposals")
    for name, tally in sorted(tallies.items()):
        print(f"{name}: {tally.agree} agree, {len(tally.differ)} differ")
        for line in tally.differ[:examples]:
            print(f"    {line}")
    agree, differ = totals(tallies)
    print(f"facts: {agree} of {agree + differ} agree, {percent(agree, differ)}")
    print("diagnostics:", ", ".join(f"{count} {rule}" for rule, count in sorted(rules.items())) or "none")
    print("crashes:", len(crashes), *crashes, sep="\n    " if crashes else " ")


def row(
    process: Mapping[str, Any],
    proposals: list[Any],
    tallies: Mapping[str, Tally],
    diagnostics: list[Any],
    crashes: list[str],
) -> str:
    """A row of the table in the documentation."""
    agree, differ = totals(tallies)
    errors = sum(item["severity"] == "error" for item in diagnostics)
    cells = (
        process.get("prefix", "DEP"),
        len(proposals),
        agree + differ,
        percent(agree, differ),
        errors,
        len(diagnostics) - errors,
        len(crashes),
    )
    return "| " + " | ".join(f"{cell:,}" if isinstance(cell, int) else cell for cell in cells) + " |"


def totals(tallies: Mapping[str, Tally]) -> tuple[int, int]:
    """How many facts agree and differ."""
    return sum(tally.agree for tally in tallies.values()), sum(len(tally.differ) for tally in tallies.values())


def percent(agree: int, differ: int) -> str:
    """The share of *agree*, rounded down so that 100 % is all."""
    return f"{int(1e4 * agree / (agree + differ)) / 100:.2f} %" if agree + differ else "–"


if __name__ == "__main__":
    raise SystemExit(main())

"""Compare the facts that this package reads in real proposals with those of an independent reader.

    python bench/corpus_facts.py DIRECTORY --process sphinxext_dep/config/processes/pep.toml
    python bench/corpus_facts.py DIRECTORY --process dep.toml --markdown

DIRECTORY holds the proposals as the ``sources`` of the process name them. Corpora are never part of this repository.
The facts are those of ``sphinx-dep list --format json``; the diagnostics are those of ``sphinx-dep check``. Nothing of
the package is imported, and the reader shares none of its code: :mod:`email.parser` reads preambles, docutils field
lists, PyYAML front matter and the YAML file beside a page; lists and blocks of labels, and the single values, are read
by a few regular expressions that know one form each. Where the two differ, one of them is wrong: look at the page.
"""

from __future__ import annotations

import argparse
import collections
import datetime
import email.parser
import fnmatch
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Header = dict[str, list[Any]]
"""Label, folded → the values that the header gives it: texts, or what YAML makes of them."""

EXAMPLES = 5
MAX_DAY = 31
NOTHING = re.compile(r"n\s*/\s*a|none|nil|not applicable|-+|na|tb[dac]|todo|unknown|\.\.\.|…|\?*|\[\]", re.IGNORECASE)
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


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
    for proposal in proposals:
        header, title = read(directory / proposal["path"], process)
        for name, ours, theirs in facts(process, proposal, header, title):
            if ours == theirs:
                tallies[name].agree += bool(ours)
            else:
                tallies[name].differ.append(f"{proposal['path']}: {ours!r} here, {theirs!r} there")
    return dict(tallies)


def facts(
    process: Mapping[str, Any], proposal: Mapping[str, Any], header: Header, heading: str
) -> Iterator[tuple[str, object, object]]:
    """Each fact's name, and what the two readers say."""
    prefix = process.get("prefix", "DEP")
    fields = process.get("fields", {})
    sections = {fold(name) for name, entry in process.get("sections", {}).items()}
    sections |= {fold(name) for entry in process.get("sections", {}).values() for name in entry.get("aliases", ())}
    for key, entry in fields.items():
        kind, label = entry.get("type", "text"), entry.get("label", key)
        names = (key, label, *entry.get("aliases", ()))
        values = [value for name in dict.fromkeys(map(fold, names)) for value in header.get(name, ())]
        values = [value for value in values if not is_nothing(value, process.get("placeholders", ()))]
        name = entry.get("json", key.replace("-", "_"))
        match kind:
            case "title":
                stated = without_number(text_of(values[0]), prefix) if values else heading
                # A page can begin with its first section, and have the words of its name for a title.
                if stated and (values or fold(stated) not in sections):
                    yield "title", squeezed(proposal["title"]), squeezed(stated)
            case "number":
                stated = number_in(values[0], prefix) if values else None
                if stated is not None:
                    yield "number", proposal["number"], stated
            case "status" | "category":
                table = process.get("statuses" if kind == "status" else "categories", {})
                yield (
                    kind,
                    proposal[kind],
                    word(values, table, process.get("default-status") if kind == "status" else None),
                )
            case "people":
                lines = (line for value in values for line in text_of(value, "\n").split("\n"))
                written = [line for line in lines if not is_nothing(line, process.get("placeholders", ()))]
                yield "people", people_here(proposal.get(name)), people_there(written)
            case "date":
                yield "dates", proposal.get(name), day(values[0]) if values else None
            case "links":
                ours = proposal.get(name) or []
                there = sorted(url for value in values for url in urls(text_of(value, ", ")))
                if there:
                    yield "links", sorted([ours] if isinstance(ours, str) else ours), there
            case "references":
                there = sorted({number for value in values for number in numbers(value)})
                # What names no proposal of the corpus is kept as it was written.
                # An item without text is stated by the other side.
                items = [item for item in proposal.get(name) or () if item["text"] is not None]
                named = (numbers(item["text"]) if item["number"] is None else [item["number"]] for item in items)
                ours = sorted({number for some in named for number in some})
                if there:
                    yield "relations", ours, there
            case "text" if not values and key in {entry.get("note") for entry in process.get("statuses", {}).values()}:
                status = " ".join(map(str, header.get("status", ())))
                note = re.search(r"\(([^()]*)\)", status) if proposal["status"] and proposal.get(name) else None
                yield "text", squeezed(proposal.get(name) or ""), squeezed(note[1]) if note else ""
            case "text" if not values or (isinstance(values[0], str | int | float) and not isinstance(values[0], bool)):
                # What YAML nests is shown as it is written.
                yield "text", squeezed(proposal.get(name) or ""), squeezed(text_of(values[0], ", ")) if values else ""
    has_title = any(entry.get("type") == "title" for entry in fields.values())
    if not has_title and fold(re.sub(r"^[0-9.]+\s+|:$", "", heading)) not in sections:
        yield "title", squeezed(proposal["title"]), squeezed(heading)
    in_name = re.match(r"(?:[A-Za-z]+-)?([0-9]{1,6})(?![0-9]|-[0-9]{2}-)", proposal_name(process, proposal["path"]))
    if in_name and not any(entry.get("type") == "number" for entry in fields.values()):
        yield "number", proposal["number"], int(in_name[1])


# --- headers ----------------------------------------------------------------------------------------------------------


def read(path: Path, process: Mapping[str, Any]) -> tuple[Header, str]:
    """The header of a page, and the text of its first heading without a number."""
    text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    spellings = process.get("spellings", ("block", "front-matter"))
    header: Header = {}
    body = text
    if sidecar := process.get("sidecar"):
        beside = path.with_name(sidecar)
        if beside.is_file():
            header = of_yaml(beside.read_text(encoding="utf-8"))
    if "front-matter" in spellings and (match := re.match(r"---\n(.*?\n)---\s*\n", text, re.DOTALL)):
        header, body = of_yaml(match[1]), text[match.end() :]
    if "preamble" in spellings:
        message = email.parser.HeaderParser().parsestr(text)
        for label, value in message.items():
            header.setdefault(fold(label), []).append(" ".join(value.split()) if "\n" in value else value)
        body = message.get_payload()
    if "field-list" in spellings:
        header = of_field_list(text)
    for spelling, pattern in (("bulleted-list", BULLET), ("block", BOLD), ("preamble", LINE)):
        if spelling in spellings and not header:
            header = of_lines(text, pattern)
    if "sections" in spellings:
        header |= of_sections(text) | header
    return header, without_number(first_heading(body, path.suffix), process.get("prefix", "DEP"))


def of_yaml(text: str) -> Header:
    """The mapping in *text*; empty when it is no YAML."""
    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {fold(str(key)): (value if isinstance(value, list) else [value]) for key, value in found.items()}


def of_field_list(text: str) -> Header:
    """The first field list of a reST page, as docutils parses it."""
    import docutils.core
    import docutils.nodes

    start = re.search(r"^:[^:\n`]+:(?:\s|$)", text, re.MULTILINE)
    if start is None:
        return {}
    end = re.compile(r"\n\n(?!:)|\Z").search(text, start.start())
    part = text[start.start() : end.start() if end else len(text)] + "\n"
    settings = {"report_level": 5, "docinfo_xform": False, "file_insertion_enabled": False, "_disable_config": True}
    tree = docutils.core.publish_doctree(part, settings_overrides=settings)
    header: Header = {}
    for node in tree.findall(docutils.nodes.field):
        header.setdefault(fold(node[0].astext()), []).append(node[1].rawsource or node[1].astext())
    return header


BULLET = re.compile(
    r"^[-*+][ \t]+(?:\*\*)?([^:\n*`\[]{1,40}?)(?:\*\*)?:(?:\*\*)?[ \t]*(.*(?:\n(?:[ \t]+\S.*|\s*[-*]? ?\[.*))*)",
    re.MULTILINE,
)
BOLD = re.compile(r"^\*\*([^:\n*]{1,40}?):?\*\*:?[ \t]*(.*(?:\n[ \t]+\S.*)*)", re.MULTILINE)
LINE = re.compile(r"^([A-Z][\w -]{1,30}):[ \t]*(.*)", re.MULTILINE)


def of_lines(text: str, pattern: re.Pattern[str]) -> Header:
    """The labels and values before the second heading."""
    headings = list(re.finditer(r"^#{1,6}\s", text, re.MULTILINE))
    first = pattern.search(text)
    later = [match.start() for match in headings if first and match.start() > first.start()]
    header: Header = {}
    for match in pattern.finditer(text[: later[0] if later else len(text)]):
        header.setdefault(fold(re.sub(r"\s*#$", "", match[1])), []).append(match[2].strip())
    return header


def of_sections(text: str) -> Header:
    """Every heading with the text up to the next."""
    parts = re.split(r"^#{1,6}[ \t]+(.*?)[ \t#]*$", text, flags=re.MULTILINE)
    return {
        fold(label.rstrip(":")): [body.strip()]
        for label, body in zip(parts[1::2], parts[2::2], strict=True)
        if body.strip()
    }


def first_heading(text: str, suffix: str) -> str:
    """The text of the first heading of a page."""
    if suffix == ".md":
        without_code = re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.MULTILINE | re.DOTALL)
        match = re.search(r"^ {0,3}#{1,6}[ \t]+(.*?)[ \t#]*$|^(\S.*)\n=+[ \t]*$", without_code, re.MULTILINE)
    else:
        match = re.search(r"^(?:([=#*-])\1{2,}\n)?[ \t]*(\S.*)\n([=#*-])\3{2,}[ \t]*$", text, re.MULTILINE)
        return match[2].strip() if match else ""
    return (match[1] or match[2] or "").strip() if match else ""


# --- values -----------------------------------------------------------------------------------------------------------


def fold(word: str) -> str:
    """Lower case, with one space for hyphens, underscores and spaces."""
    return " ".join(re.sub(r"[-_\s]+", " ", word).casefold().split())


def squeezed(text: str) -> str:
    """Text without markup characters, and with single spaces."""
    return " ".join(re.sub(r"[`*\\]|\[([^\]]*)\]\([^)]*\)", lambda match: match[1] or "", text or "").split())


def text_of(value: object, glue: str = " ") -> str:
    """A value as one text."""
    if isinstance(value, list):
        return glue.join(text_of(item) for item in value)
    if isinstance(value, dict):
        return glue.join(f"{key}: {text_of(item)}" for key, item in value.items())
    return str(value)


def is_nothing(value: object, placeholders: Iterable[str] = ()) -> bool:
    """True for ``N/A``, ``TBD`` and the like, and what the process has for them."""
    if isinstance(value, str) and any(fnmatch.fnmatchcase(fold(value), fold(words)) for words in placeholders):
        return True
    return value is None or value == [] or (isinstance(value, str) and bool(NOTHING.fullmatch(value.strip())))


def proposal_name(process: Mapping[str, Any], path: str) -> str:
    """The file name, or that of its directory, that has the number."""
    parts = path.split("/")
    return parts[-2] if process.get("layout") == "directories" and len(parts) > 1 else parts[-1]


def without_number(title: str, prefix: str) -> str:
    """A title without ``PEP 12:`` before it."""
    return re.sub(
        rf"^\s*\[?(?i:{re.escape(prefix)})[-–\s#]?(?:[0-9]+|N+|X+)\]?(?:\s*[:|–—-]+\s*|\s+)|^[0-9]+\.\s+", "", title
    )


def number_in(value: object, prefix: str) -> int | None:
    """The number in ``12``, ``PEP-12`` or ``[SE-0012](…)``."""
    match = re.match(rf"\[?(?:{re.escape(prefix)}[- ]?)?#?([0-9]+)", str(value), re.IGNORECASE)
    return int(match[1]) if match else None


def word(values: list[Any], table: Mapping[str, Any], default: object) -> object:
    """The entry of *table* that the value names, by its first words."""
    if not values:
        return default
    text = fold(re.sub(r"[*_`]{2,}|[*`]", "", str(values[0])))
    names = {fold(name): name for name in table}
    names |= {fold(alias): name for name, entry in table.items() for alias in entry.get("aliases", ())}
    exact = names.get(text)
    starts = (
        name
        for folded, name in sorted(names.items(), key=lambda pair: -len(pair[0]))
        if re.match(rf"{re.escape(folded)}\b", text)
    )
    return exact or next(starts, None)


def people_here(value: object) -> list[tuple[str, str, str]]:
    """People of the command line's JSON: name, handle, mail."""
    items = value if isinstance(value, list) else [value] if value else []
    people = []
    for item in items:
        url = item["url"] or ""
        mail = url.removeprefix("mailto:") if url.startswith("mailto:") else ""
        name = item["name"] if item["name"] not in (item["handle"], mail) else ""
        people.append((squeezed(name).casefold(), (item["handle"] or "").casefold(), mail))
    return sorted(people)


def people_there(values: list[Any]) -> list[tuple[str, str, str]]:
    """People in the value of a header: one for each item of a list, each part between commas, and each link."""
    people = []
    for value in values:
        text = text_of(value, ", ")
        text = re.sub(r"\[(@[^\]]+)\]\([^)]*\)", r"(\1)", text)
        for shown, url in re.findall(r"\[([^\]]+)\]\(([^)\s]+)\)", text):
            name, handle, _ = of_part(shown)
            people.append((name, handle or handle_of(url), url.removeprefix("mailto:") if "mailto:" in url else ""))
        text = re.sub(r"\[[^\]]+\]\([^)\s]+\)", "", text)
        # The suffix of a name is part of it, and the name of a group may hold *and*.
        for written in re.split(r",(?![^<(]*[>)])(?!\s*(?:Jr|Sr|Ph\.?D)\b)|;|\n|(?<!team )\band\b|&", text):
            part = re.sub(r"^[-*+]\s+|\s+\.$|\[\]$", "", written.strip()).strip("[]")
            if part and not is_nothing(part) and any(of_part(part)):
                people.append(of_part(part))
    named = ((name if name != handle else "", handle, mail) for name, handle, mail in people)
    return sorted((squeezed(name).casefold(), handle.casefold(), mail) for name, handle, mail in named)


def of_part(part: str) -> tuple[str, str, str]:
    """Name, handle and mail in ``Ada <ada@x.org>``, ``Ada (@ada)``, ``@ada`` or ``Ada``."""
    mail = re.search(r"<?([\w.+-]+(?:@|\s+at\s+)[\w-]+(?:\.[\w-]+)+)>?", part)
    rest = part.replace(mail[0], "") if mail else part
    handle = re.search(r"(?<!\w)@([\w./-]+)", rest)
    rest = rest.replace(handle[0], "") if handle else rest
    address = re.sub(r"\s+at\s+", "@", mail[1]) if mail else ""
    return re.sub(r"\(\s*\)|<\s*>", "", rest).strip(" ,()"), handle[1] if handle else "", address


def handle_of(url: str) -> str:
    """The handle in the address of a profile on GitHub."""
    match = re.fullmatch(r"https?://(?:www\.)?git(?:hub|lab)\.com/([\w.-]+)/?", url)
    return match[1] if match else ""


def day(value: object) -> str | None:
    """A day in ISO form: of YAML, ISO 8601, or with the month as a word."""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    text = str(value).strip().strip("()")
    if match := re.match(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})\b", text):
        iso = f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
        return iso if int(match[2]) <= len(MONTHS) and int(match[3]) <= MAX_DAY else None
    if match := re.match(r"([0-9]{4})/([0-9]{2})/([0-9]{2})$", text):
        return "-".join(match.groups())
    if (match := re.match(r"([0-9]{2})-([0-9]{2})-([0-9]{4})$", text)) and int(match[1]) > len(MONTHS):
        return f"{match[3]}-{match[2]}-{match[1]}"
    if match := re.match(r"([0-9]{1,2})[-. ]([A-Za-z]{3})[a-z]*[-., ]+([0-9]{4})", text):
        return f"{match[3]}-{MONTHS.index(match[2].lower()) + 1:02}-{int(match[1]):02}"
    if match := re.match(r"([A-Za-z]{3})[a-z]*\.? ([0-9]{1,2})[a-z]*,? ([0-9]{4})", text):
        return f"{match[3]}-{MONTHS.index(match[1].lower()) + 1:02}-{int(match[2]):02}"
    return None


def urls(text: str) -> list[str]:
    """The addresses in a value."""
    targets = re.findall(r"\]\((https?://[^)\s]+)\)", text)
    rest = re.sub(r"\]\((https?://[^)\s]+)\)", "]", text)
    return targets + [url.rstrip(".,;)]") for url in re.findall(r"https?://[^\s<>`,\"]+", rest)]


def numbers(value: object) -> list[int]:
    """The numbers of proposals in a value: in the last name of a path, or in the text."""
    found = []
    for part in re.split(r"[,;\n]|\s+and\s+", text_of(value, ", ")):
        target = re.sub(r"\[[^\]]*\]\(([^)]*)\)", r"\1", part)
        path = re.sub(r"(?:/(?:README|index)\.(?:md|rst|html))?[/#]*$", "", target.strip().strip("<>`"))
        name = path.rsplit("/", 1)[-1]
        if match := re.search(r"(?<![0-9.])0*([0-9]{1,6})(?![0-9])", name):
            found.append(int(match[1]))
    return found


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

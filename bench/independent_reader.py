"""Read headers of proposals without any code of this package, for :mod:`corpus_facts`.

:mod:`email.parser` reads preambles, docutils field lists, PyYAML front matter and the YAML file beside a page,
markdown-it finds the lists and the headings of Markdown. Single values are read by a few regular expressions.
"""

from __future__ import annotations

import datetime
import email.parser
import fnmatch
import functools
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt

Header = dict[str, list[Any]]
"""Label, folded → the values that the header gives it: texts, or what YAML makes of them."""

Person = tuple[str, str, str]
"""Name, folded, without markup; handle, folded; mail address. What is not stated is empty."""

MAX_DAY = 31
MIN_REPEATED = 2
NOTHING = re.compile(
    r"n\s*/\s*a(?: \(.*\))?|none|nil|\(?not applicable\)?|[-–—]+|na|\(?tb[dac]\)?|todo|unknown|\.\.\.|…|\?*|\[\]"
    r"|<[a-z][\w ,|-]*>(?: \(.*\))?",
    re.IGNORECASE,
)
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


# --- pages ------------------------------------------------------------------------------------------------------------


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
    if "fenced-field-list" in spellings and (match := FENCE.search(text)):
        header = {
            label: [re.sub(r"""^(["'])(.*)\1$""", r"\2", value).replace("<mailto:", "<") for value in values]
            for label, values in of_field_list(re.sub(r"^ ", "", match[1], flags=re.MULTILINE)).items()
        }
    if "html-table" in spellings and "<table" in text:
        header = of_html(text)
    if "bulleted-list" in spellings and not header:
        header = of_list(body) if path.suffix == ".md" else of_lines(text, BULLET)
    if "table" in spellings and not header:
        header = of_table(body)
    for spelling, pattern in (("block", BOLD), ("preamble", LINE)):
        if spelling in spellings and not header:
            header = of_lines(text, pattern)
    if "sections" in spellings:
        header |= of_sections(text) | header
    deepest = 1 if process.get("title-from-name") else 6
    heading = first_heading(body, path.suffix, deepest)
    if not heading and (match := re.match(r"---\ntitle: (.*)\n", text)):
        heading = match[1]
    return header, without_number(heading, process.get("prefix", "DEP"))


class _Loader(yaml.SafeLoader):
    """YAML without dates: a day that does not exist would make all of a file unreadable."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def of_yaml(text: str) -> Header:
    """The mapping in *text*; what is no YAML, such as a link of Markdown, is read line by line."""
    try:
        found = yaml.load(text, _Loader)
    except (yaml.YAMLError, ValueError):
        found = dict(re.findall(r"^([\w-]+):[ \t]*(.*\S)", text, re.MULTILINE))
    if not isinstance(found, dict):
        return {}
    return {fold(str(key)): (value if isinstance(value, list) else [value]) for key, value in found.items()}


def of_field_list(text: str) -> Header:
    """The first field lists of a reST page, as docutils parses them; blank lines can be between them."""
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


@functools.lru_cache(maxsize=8)
def _tokens(text: str) -> list[Any]:
    return MarkdownIt().enable("table").parse(text)


def of_list(text: str) -> Header:
    """The labels of the first lists of a Markdown page, up to the heading that follows."""
    lines = text.split("\n")
    header: Header = {}
    for token in _tokens(text):
        if token.type == "heading_open" and header:
            break
        if token.type == "list_item_open" and token.level == 1:
            first, last = token.map
            item = "\n".join(re.sub(r"^\[\^[^\]]+\]:.*", "", line) for line in lines[first:last])
            if match := re.match(r"\s*[-*+]\s+(?:\*\*)?([^:\n*`\[]{1,60}?)(?:\*\*)?\s*:(?:\*\*)?(?!//)", item):
                # Items of items are part of the value, their markers are not.
                value = re.sub(r"^\s+(?:[-*+] )?\s*", "", item[match.end() :], flags=re.MULTILINE)
                label = fold(re.sub(r"\s*#$", "", match[1]))
                header.setdefault(label, []).append(re.sub(r"<!--.*?-->", "", value, flags=re.DOTALL).strip())
    return header


def of_table(text: str) -> Header:
    """The rows of the first table of a Markdown page: a label and a value."""
    header: Header = {}
    row: list[str] = []
    for token in _tokens(text):
        match token.type:
            case "tr_open":
                row = []
            case "inline" if token.level > 1:
                row.append(token.content)
            case "tr_close" if row:
                header.setdefault(fold(row[0]), []).append(row[1] if row[1:] else "")
            case "table_close":
                break
    return header


FENCE = re.compile(r"^ *```\{(?:eval-rst|field-list)\} *\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def of_html(text: str) -> Header:
    """The rows of the first table in HTML, by Beautiful Soup."""
    from bs4 import BeautifulSoup

    table = BeautifulSoup(text[text.index("<table") :], "html.parser").table
    header: Header = {}
    label = ""
    # A row that is not closed holds the next.
    for row in table.find_all("tr") if table else ():
        cells = row.find_all(["td", "th"], recursive=False)
        if len(cells) > 1:
            # A row without a label goes on with the one above.
            label = fold(cells[0].get_text(" ")) or label
            for mark in cells[1].find_all("br"):
                mark.replace_with(", ")
            items = [item.get_text() for item in cells[1].find_all("li")] or [cells[1].get_text()]
            value = ", ".join(" ".join(html.unescape(item).split()) for item in items)
            header.setdefault(label, []).append(value)
    return header


BULLET = re.compile(
    r"^[-*+][ \t]+(?:\*\*)?([^:\n*`\[]{1,40}?)(?:\*\*)?:(?:\*\*)?[ \t]*(.*(?:\n[ \t]+\S.*)*)", re.MULTILINE
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
    """Every heading of a Markdown page with the text up to the next."""
    lines = text.split("\n")
    headings = [
        (token.map, inline.content)
        for token, inline in zip(_tokens(text), _tokens(text)[1:], strict=False)
        if token.type == "heading_open"
    ]
    ends = [place[0] for place, _ in headings[1:]] + [len(lines)]
    header: Header = {}
    for (place, label), end in zip(headings, ends, strict=False):
        if body := "\n".join(lines[place[1] : end]).strip():
            header.setdefault(fold(label.rstrip(":")), [body])
    return header


def first_heading(text: str, suffix: str, deepest: int = 6) -> str:
    """The text of the first heading of a page; with a *deepest* level, only when nothing is above it."""
    if suffix == ".md":
        tokens = _tokens(text)
        places = [place for place, token in enumerate(tokens) if token.type == "heading_open"]
        if not places or int(tokens[places[0]].tag[1:]) > deepest or (deepest == 1 and places[0] > 0):
            return ""
        return tokens[places[0] + 1].content.strip()
    match = re.search(r"^(?:([=#*-])\1{2,}\n)?[ \t]*(\S.*)\n([=#*-])\3{2,}[ \t]*$", text, re.MULTILINE)
    return match[2].strip() if match else ""


# --- words ------------------------------------------------------------------------------------------------------------


def fold(word: str) -> str:
    """Lower case, with one space for hyphens, underscores and spaces."""
    return " ".join(re.sub(r"[-_\s]+", " ", word).casefold().split())


def squeezed(text: str) -> str:
    """Text without markup characters, and with single spaces."""
    text = re.sub(r"<br ?/?>|&nbsp;|(?:^|(?<=\s))- (?=https?:)|,(?= https?:)", " ", re.sub(r"\\\s", "", text or ""))
    return " ".join(re.sub(r"[`*\\]|\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])", lambda match: match[1] or "", text).split())


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
    """The entry of *table* that the value names; only those with a note can have other words behind them."""
    if not values:
        return default
    text = fold(re.sub(r"[*_`]{2,}|[*`]", "", str(values[0]).split("\n")[0]))
    names = {fold(name): name for name in table}
    names |= {
        fold(alias): name
        for name, entry in table.items()
        for alias in (*entry.get("aliases", ()), *entry.get("synonyms", ()))
    }
    exact = names.get(text)
    starts = (
        name
        for folded, name in sorted(names.items(), key=lambda pair: -len(pair[0]))
        if "note" in table[name] and re.match(rf"{re.escape(folded)}\b", text)
    )
    return exact or next(starts, None)


def remark(status: str, names: Iterable[str]) -> str:
    """The words behind the name of a status, without the parentheses around the first of them."""
    text = " ".join(re.sub(r"\*\*", "", status).split())
    found = (re.match(rf"{re.escape(name)}\b[\s:–-]*", text, re.IGNORECASE) for name in sorted(names, key=len)[::-1])
    behind = next((text[match.end() :] for match in found if match), "")
    return re.sub(r"^\(([^()]*)\)", r"\1", re.sub(r"^(?:by|in)\b:?\s*", "", behind)).strip()


# --- people -----------------------------------------------------------------------------------------------------------


def people(values: list[Any]) -> list[Person] | None:
    """People in the value of a header: one for each item of a list, and each part between commas.

    ``None`` when it is not clear which words belong to which handle.
    """
    found: list[Person] = []
    for value in values:
        for line in text_of(value, "\n").split("\n"):
            for part in parts(line):
                text = re.sub(r"^[-*+]\s+|\s+\.$|\[\]$", "", part.strip())
                handles = re.findall(r"@[\w./-]+", text)
                if len(handles) >= MIN_REPEATED:
                    if re.sub(r"@[\w./-]+", "", text).strip():
                        return None
                    found += [("", handle[1:].casefold(), "") for handle in handles]
                elif re.fullmatch(r"et al\.?|others", text) and found:
                    continue  # they are not named
                elif text and not is_nothing(text) and any(person := of_part(text)):
                    found.append(person)
    return sorted(found)


def parts(line: str) -> Iterator[str]:
    """The parts between commas, semicolons, ``and`` and two links; what is in brackets stays together."""
    if re.fullmatch(r"[^,@]+, [^\s,@]+@[^\s,@]+", line.strip()):
        yield line
        return
    if re.fullmatch(r"\[[^\][]*\]", line.strip()):
        line = line.strip()[1:-1]
    depth, start = 0, 0
    for match in re.finditer(
        r"[<(\[]|[>)\]]|[,;](?!\s*(?:Jr|Sr|Ph\.?D)\b)|(?<!team)\s(?:and|&)\s|(?<=\))\s+(?=\[)", line
    ):
        if match[0] in "<([":
            depth += 1
        elif match[0] in ">)]":
            depth = max(0, depth - 1)
        elif not depth:
            yield line[start : match.start()]
            start = match.end()
    yield line[start:]


def of_part(part: str) -> Person:
    """Name, handle and mail in ``Ada <ada@x.org>``, ``Ada (@ada)``, ``[Ada](https://…)``, ``@ada`` or ``Ada``."""
    mail = handle = ""
    part = re.sub(r"^\s*\([^()]*\)\s+(?=\w)", "", part)
    # A remark with links, behind a link.
    part = re.sub(r"(?<=\))\s*\((?:[^()]*\[[^\]]*\]\([^)]*\)){2,}[^()]*\)", "", part)
    for shown, url in re.findall(r"\[([^\]]+)\]\(([^)\s]+)\)", part):
        mail = mail or (url.removeprefix("mailto:") if "mailto:" in url else "")
        handle = handle or handle_of(url)
        part = part.replace(f"[{shown}]({url})", f" {shown} ")
    part = re.sub(r"\[([^\]]*)\]", r"\1", part)
    if match := re.search(r"<?([\w.+-]+)(?:@|\s+at\s+)([\w-]+(?:\.[\w-]+)+)>?", part):
        mail = mail or f"{match[1]}@{match[2]}"
        part = part.replace(match[0], " ")
    if match := re.search(r"(?<!\w)@([\w./-]+)", part):
        handle = match[1]
        part = part.replace(match[0], " ")
    part = re.sub(r"“\s*”|^\s*[-–]\s|\(\s*\)|<\s*>", " ", part)
    return plain_name(part, handle), handle.casefold(), mail


def plain_name(text: str, handle: str = "") -> str:
    """A name in small letters, without what is left around it."""
    name = re.sub(r"\(\s+", "(", re.sub(r"\s+\)", ")", " ".join(squeezed(text).casefold().split()))).removesuffix(" .")
    name = name.strip(" ,;:–—-") if not name.endswith(("jr.", "sr.")) else name.strip(" ,;:")
    return "" if name == handle.casefold() else name


def handle_of(url: str) -> str:
    """The handle in the address of a profile on GitHub."""
    match = re.fullmatch(r"https?://(?:www\.)?git(?:hub|lab)\.com/([\w.-]+)/?", url)
    return match[1] if match else ""


# --- dates, links, numbers --------------------------------------------------------------------------------------------


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


def days(text: str) -> list[tuple[str | None, str]]:
    """The days in a list, each with the address that it may have, as in ```06-Jan-2024 <https://…>`__``."""
    found = re.findall(r"`([^`<]+?)\s+<([^>]+)>`__|([0-9A-Za-z][^,\n`]*)", text)
    return [(day(linked or bare), url) for linked, url, bare in found if not is_nothing(linked or bare)]


def urls(text: str) -> list[str]:
    """The addresses in a value."""
    targets = re.findall(r"\]\((https?://[^)\s]+)\)", text)
    rest = re.sub(r"\]\((https?://[^)\s]+)\)", "]", text)
    return targets + [url.rstrip(".,;)]") for url in re.findall(r"https?://[^\s<>`,\"]+", rest)]


def references(value: object) -> Iterator[str]:
    """The items of a list of references: the target of a link, else the text."""
    for part in re.split(r"[,;\n]|\s+and\s+", text_of(value, ", ")):
        text = re.sub(r"\[[^\]]*\]\(([^)]*)\)", r"\1", part).strip().strip("<>`\"'.* ")
        if text and not is_nothing(text):
            yield text

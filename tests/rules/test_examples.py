"""Each rule's docstring is its page in the reference, and its examples are true: the bad one is reported.

An example that is not a whole page is completed to a valid proposal around it: its fields replace the fields of that
proposal, its sections the sections, its title the title. A title with sections, or front matter, begin a whole page.
Its path is the last one in backticks before it, else ``deps/0003-retry.md``.
"""

from __future__ import annotations

import re

import pytest

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.model.schema import fold
from sphinxext_dep.rules import RULES

NOT_BY_TEXT = {"DEP001", "DEP003", "DEP006", "DEP007"} | {
    code
    for code, rule in RULES.by_code.items()
    if rule.scope in ("base", "attention", "unmerged") or code.startswith("DEP7")
}
TOML = {
    "DEP109": '[conditions.Drafts]\nwhen = "status:Draft"\nforbids = ["implementation"]\n',
    "DEP212": "[fields.target]\npattern = '[0-9]+[.][0-9]+'\n",
    "DEP211": '[conditions.Guidelines]\nwhen = "category:Guidelines"\nstatuses = ["Draft", "Approved"]\n',
    "DEP213": '[fields.needs]\nlabel = "Needs"\ntype = "version"\n',
    "DEP210": '[fields.risk]\nlabel = "Risk"\ntype = "choice"\nchoices = ["low", "medium", "high"]\n',
}

TITLE = "# Retry failed requests"
FIELDS = {
    "Status": "Draft",
    "Authors": "@octo",
    "Category": "Architecture",
    "Replaces": "N/A",
    "Replaced By": "N/A",
    "Sponsor": "@ada",
    "Required Reviewers": "@grace",
    "Review Date": "2026-12-01",
    "Pull Request": "https://github.com/org/repo/pull/15",
    "Implementation": "https://github.com/org/repo/issues/20",
}
SECTIONS = {
    "Summary": "Failed requests are sent again.",
    "Motivation": "Networks fail.",
    "Proposal": "Retry three times.",
    "Alternate Solutions": "N/A",
}

_FENCE = re.compile(r"^(?P<fence>`{3,})md\n(?P<text>.*?)^(?P=fence)$", re.DOTALL | re.MULTILINE)
_PATH = re.compile(r"`(deps/[^`]+)`")
_FIELD = re.compile(r"^\*\*(?P<label>.+?)\*\*.*$", re.MULTILINE)
_SECTION = re.compile(r"^# (?P<name>.+)\n(?P<body>(?:(?!# ).*\n?)*)", re.MULTILINE)


def merged(mine: list[tuple[str, str]], base: dict[str, str], order: list[str]) -> list[str]:
    """*mine* in its own order, with those of *base* that it lacks put where *order* has them."""
    result = list(mine)
    names = {name for name, _ in mine}
    rank = {name: place for place, name in enumerate(order)}
    for name, text in base.items():
        if name in names:
            continue
        later = [place for place, (other, _) in enumerate(result) if rank.get(other, len(rank)) > rank[name]]
        result.insert(later[0] if later else len(result), (name, text))
    return [text for _, text in result]


def completed(text: str) -> str:
    """The example as a whole page."""
    parts = [(match["name"].strip(), match[0]) for match in _SECTION.finditer(text)]
    titles = [part for part in parts if fold(part[0]) not in DEFAULT.section_names]
    sections = [(DEFAULT.section_names[fold(name)].name, part) for name, part in parts if (name, part) not in titles]
    head = text[: text.find(sections[0][1])] if sections else text
    fields = [
        (field.label if (field := DEFAULT.field_names.get(fold(match["label"]))) else match["label"], match[0])
        for match in _FIELD.finditer(head)
    ]
    if text.startswith("---") or (titles and (sections or "\n## " in text)):
        return text
    order = [field.label for field in DEFAULT.fields.values()]
    title = titles[0][1].splitlines()[0] if titles else TITLE
    rest = _FIELD.sub("", head).replace(title, "", 1)
    return "\n\n".join(
        [
            title,
            *merged(fields, {label: f"**{label}**: {value}" for label, value in FIELDS.items()}, order),
            rest.strip(),
            *merged(sections, {name: f"# {name}\n\n{body}" for name, body in SECTIONS.items()}, list(DEFAULT.sections)),
        ]
    )


def examples(doc: str) -> tuple[dict[str, str], dict[str, str]]:
    """The pages of the bad and of the good example."""
    example = doc[doc.index("## Example") :]
    bad, good = re.split(r"^Good", example, maxsplit=1, flags=re.MULTILINE)
    pages: list[dict[str, str]] = []
    for part in (bad, good):
        found, start = {}, 0
        for match in _FENCE.finditer(part):
            paths = _PATH.findall(part, start, match.start())
            found[paths[-1] if paths else "deps/0003-retry.md"] = completed(match["text"])
            start = match.end()
        pages.append(found)
    return pages[0], pages[1]


@pytest.mark.parametrize("rule", RULES.by_code.values(), ids=RULES.by_code)
def test_the_docstring_has_its_parts_in_order(rule):
    headings = re.findall(
        r"^## (.+)$", re.sub(r"^(`{3,})\w+\n.*?^\1$", "", rule.doc, flags=re.DOTALL | re.MULTILINE), re.MULTILINE
    )
    assert headings == ["What it does", "Why", "Example"]
    assert re.search(r"^Bad\b", rule.doc, re.MULTILINE)
    assert re.search(r"^Good\b", rule.doc, re.MULTILINE)
    summary = rule.doc.splitlines()[0]
    assert not summary.startswith(("Whether ", "What "))
    assert summary.endswith(".")


@pytest.mark.parametrize("code", [code for code in RULES.by_code if code not in NOT_BY_TEXT])
def test_the_bad_example_is_reported_and_the_good_one_is_not(code, check):
    bad, good = examples(RULES.by_code[code].doc)
    assert bad
    assert good
    assert code in {item.code for item in check(bad, TOML.get(code, ""))}
    assert check(good, TOML.get(code, "")) == ()


def test_codes_and_names_are_unique_and_well_formed():
    for code, rule in RULES.by_code.items():
        assert re.fullmatch(r"DEP[0-7]\d\d", code)
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
        assert RULES.find(code.lower()) is rule
        assert RULES.find(rule.name.upper()) is rule
    assert list(RULES.by_code) == sorted(RULES.by_code)

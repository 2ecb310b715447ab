"""The documentation is right: configurations load, queries can be read, options are documented, rules exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.config.load import load_config
from sphinxext_dep.query.parse import parse
from sphinxext_dep.rules import RULES
from sphinxext_dep.sphinx.components import index
from sphinxext_dep.sphinx.components.base import SIMPLE_FILTERS

ROOT = Path(__file__).parents[2]
CONFIGURATIONS = [
    pytest.param(text, id=f"{page.stem}-{number}")
    for page in sorted((ROOT / "docs").rglob("*.md"))
    for number, text in enumerate(
        re.findall(r"^```toml\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    )
]


@pytest.mark.parametrize("text", CONFIGURATIONS)
def test_configurations_in_the_documentation_are_valid(text: str, tmp_path: Path) -> None:
    file = tmp_path / "dep.toml"
    file.write_text(text, encoding="utf-8")
    for line in re.findall(r"^process(?:es)? = .+", text, re.MULTILINE):
        for number, name in enumerate(re.findall(r'"(.+?)"', line)):
            (tmp_path / name).parent.mkdir()
            (tmp_path / name).write_text(f'prefix = "P{number}"\n', encoding="utf-8")
    load_config(file, rule_codes=RULES.codes)


def test_there_are_configurations() -> None:
    assert len(CONFIGURATIONS) >= 6


@pytest.mark.parametrize(
    "page", ["README.md", *sorted(str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md"))]
)
def test_codes_in_the_documentation_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert set(re.findall(r"\bDEP\d{3}\b", text)) <= set(RULES.by_code)


@pytest.mark.parametrize("page", ["docs/how-to/own-process.md", "docs/how-to/adopt.md", "docs/how-to/ci.md"])
def test_pages_name_rules_that_exist(page: str) -> None:
    """``DEPnnn`` and a rule's name beside it belong together."""
    for code, name in re.findall(r"\[(DEP\d{3})\]\(#dep\d{3}\) ([a-z]+(?:-[a-z]+)+)", (ROOT / page).read_text("utf-8")):
        assert RULES.by_code[code].name == name


QUERIES = sorted(
    {
        query
        for page in (ROOT / "docs").rglob("*.md")
        for query in re.findall(r"^:filter: (.+)$", page.read_text("utf-8"), re.MULTILINE)
    }
    | {
        query
        for cell in re.findall(r"^\| (`.+?`) \|", (ROOT / "docs/reference/query.md").read_text("utf-8"), re.MULTILINE)
        for query in re.findall(r"`(.+?)`", cell)
    }
)


@pytest.mark.parametrize("query", QUERIES)
def test_queries_in_the_documentation_can_be_read(query: str) -> None:
    parse(query, DEFAULT)


def test_there_are_queries() -> None:
    assert len(QUERIES) >= 8


def test_every_option_of_the_index_is_documented() -> None:
    doc = index.DepIndexDirective.__doc__ or ""
    options = {*SIMPLE_FILTERS, "filter", *index.OPTIONS}
    assert {name for name in options if f":{name}:" not in doc} == set()


@pytest.mark.parametrize("name", ["site", "tests"])
def test_the_readme_has_the_commands_that_ci_runs(name: str) -> None:
    mark = re.escape(f"<!-- ci: {name} -->")
    assert re.search(rf"^{mark}\n```sh\n(?:.+\n)+```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)

"""Follow *Bring your own proposals* literally: its files, its commands, its output, its two edits."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from bs4 import BeautifulSoup

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "adopt.md"

_FILE = re.compile(
    r"^````\{code-block\} markdown\n:caption: (?P<name>[^\n]+)\n\n(?P<text>.*?)^````$", re.MULTILINE | re.DOTALL
)
_PYTHON = re.compile(r"^```python\n# docs/(?P<name>conf\.py)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_OUTPUT = re.compile(r"^```text\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (?P<words>sphinx-\w+ .*)$", re.MULTILINE)


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    modules = {"sphinx-dep": "sphinxext_dep", "sphinx-build": "sphinx"}
    command = [sys.executable, "-m", modules[words[0]], *words[1:]]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_three_commands_and_two_edits(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    (_, proposal), (index, by_hand), (_, registry) = ((match["name"], match["text"]) for match in _FILE.finditer(text))
    docs = tmp_path / "docs"
    (docs / "xeps").mkdir(parents=True)
    (docs / "conf.py").write_text('extensions = ["myst_parser"]\n', encoding="utf-8")
    (docs / "index.md").write_text(
        "# Docs\n\n```{toctree}\nxeps/index\nxeps/1-partners\nxeps/2-spaces\n```\n", encoding="utf-8"
    )
    pages = {
        "1-partners": proposal,
        "2-spaces": proposal.replace("1", "2", 3).replace("Partners", "Spaces").replace("Final", "Draft"),
    }
    for name, page in pages.items():
        (docs / "xeps" / f"{name}.md").write_text(page, encoding="utf-8")
    (tmp_path / index).write_text(by_hand, encoding="utf-8")
    init, build = (match["words"].split() for match in _COMMAND.finditer(text[: text.index("## Decide")]))

    assert run(tmp_path, *build).stderr == ""
    before = {file: file.read_bytes() for file in docs.rglob("*") if file.is_file()}
    said = run(tmp_path, *init)
    output = _OUTPUT.search(text)
    assert output is not None
    assert said.stdout.startswith(output["text"])
    assert {file: file.read_bytes() for file in docs.rglob("*") if file.is_file()} == before

    conf = _PYTHON.search(text)
    assert conf is not None
    (docs / conf["name"]).write_text(conf["text"], encoding="utf-8")
    (tmp_path / index).write_text(registry, encoding="utf-8")
    assert run(tmp_path, *build).stderr == ""
    soup = BeautifulSoup((tmp_path / "build/html/xeps/index.html").read_text(encoding="utf-8"), "html.parser")
    rows = [
        [cell.get_text(" ", strip=True) for cell in row.find_all("td")]
        for row in soup.select("table.dep-table tbody tr")
    ]
    assert rows == [["XEP-0002", "Spaces", "Draft"], ["XEP-0001", "Partners", "Final"]]
    page = BeautifulSoup((tmp_path / "build/html/xeps/2-spaces.html").read_text(encoding="utf-8"), "html.parser")
    header = page.select_one(".dep-header")
    assert header is not None
    assert "Draft" in header.get_text()

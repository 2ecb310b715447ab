"""Follow the tutorial literally: write its files, run its commands, look for its output."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"

_BLOCK = re.compile(
    r"""
    ^(?P<fence>`{3,})(?:\{code-block\}[ ]\w+\n:caption:[ ](?P<name>[^\n]+)\n(?::[^\n]*\n)*\n|console\n)
    (?P<text>.*?)
    ^(?P=fence)$
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)


def steps() -> Iterator[tuple[str, str]]:
    """Each block of the tutorial: a file's name and text, or ``console`` with the commands, or ``output``."""
    for block in _BLOCK.finditer(TUTORIAL.read_text(encoding="utf-8")):
        yield block["name"] or "console", block["text"]


def test_following_the_tutorial(tmp_path: Path) -> None:
    built: subprocess.CompletedProcess[str] | None = None
    builds = checks = 0
    broken = tmp_path
    for name, text in steps():
        match name:
            case "console" if "sphinx-build" in text:
                expected = 1 if text.endswith("$ echo $?\n1\n") else 0
                built = _build(tmp_path)
                builds += 1
                assert built.returncode == expected, built.stdout + built.stderr
                if expected:
                    # With nothing changed, it fails once more.
                    assert _build(tmp_path).returncode == expected
                else:
                    assert "WARNING" not in built.stderr
            case "console" if "sphinx-dep " in text:
                checks += 1
                checked = _run(tmp_path, "sphinxext_dep", "-C", "docs", "check")
                assert checked.returncode == 1
                assert "`Drafft` is not a status" in checked.stdout
            case "console":
                continue
            case "output":
                assert built is not None
                for line in text.splitlines():
                    assert line in built.stdout + built.stderr
            case _:
                file = tmp_path / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
                if "Drafft" in text:
                    broken = file
        if name == "docs/deps/0002-two-sizes.md" and "two buttons" in text:
            # "Write Draft again, and the build succeeds."
            broken.write_text(broken.read_text(encoding="utf-8").replace("Drafft", "Draft"), encoding="utf-8")
    assert (builds, checks) == (5, 1)
    catalog = json.loads((tmp_path / "build/html/deps.json").read_text(encoding="utf-8"))
    assert [(item["number"], item["status"]) for item in catalog["proposals"]] == [
        (1, "Replaced"),
        (2, "Approved"),
        (3, "Draft"),
    ]


def _build(root: Path) -> subprocess.CompletedProcess[str]:
    return _run(root, "sphinx", "docs", "build/html")


def _run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    whole = [sys.executable, "-m", *command]
    return subprocess.run(whole, cwd=root, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("language", ["python", "markdown"])
def test_the_tutorial_shows_whole_files(language: str) -> None:
    """A block without a name would not be tested."""
    fenced = re.findall(rf"^```{language}$", TUTORIAL.read_text(encoding="utf-8"), re.MULTILINE)
    assert fenced == []

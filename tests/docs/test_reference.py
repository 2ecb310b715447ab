"""The generated parts of the reference pages are those that the code gives."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs/reference").glob("*.md"))
BEGIN = re.compile(r"^<!-- generated: (.+) -->$", re.MULTILINE)


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / ".ci/reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_up_to_date(page: Path, reference: ModuleType) -> None:
    text = page.read_text(encoding="utf-8")
    assert text == reference.filled(text), "run python .ci/reference.py"


def test_every_part_is_in_a_page(reference: ModuleType) -> None:
    used = [name for page in PAGES for name in BEGIN.findall(page.read_text(encoding="utf-8"))]
    assert sorted(used) == sorted(reference.GENERATORS)


def test_a_stale_part_is_replaced(reference: ModuleType) -> None:
    page = "before\n\n<!-- generated: categories -->\nold\n<!-- end of generated -->\n\nafter\n"
    filled = reference.filled(page)
    assert "old" not in filled
    assert "| Process |" in filled
    assert filled.startswith("before\n\n<!-- generated: categories -->\n\n|")
    assert filled.endswith("|\n\n<!-- end of generated -->\n\nafter\n")


def test_a_part_without_an_end_does_not_take_the_next_one(reference: ModuleType) -> None:
    page = "<!-- generated: categories -->\n\ntext\n\n<!-- generated: sections -->\n<!-- end of generated -->\n"
    with pytest.raises(ValueError, match="is missing after `<!-- generated: categories -->`"):
        reference.filled(page)

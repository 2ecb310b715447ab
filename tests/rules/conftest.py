"""What the tests of the rules share: pages in, diagnostics out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from sphinxext_dep.check.check import check_source, judge
from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.config.load import load_config
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.source import Source
from sphinxext_dep.rules import RULES

Check = Callable[..., tuple[Diagnostic, ...]]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Judges pages, given by path, under a configuration, given as TOML."""

    def check(pages: Mapping[str, str], toml: str = "") -> tuple[Diagnostic, ...]:
        schema = DEFAULT
        if toml:
            file = tmp_path / "dep.toml"
            file.write_text(toml, encoding="utf-8")
            schema = load_config(file).schema
        checked = [check_source(Source(path, text), schema, RULES) for path, text in pages.items()]
        return judge([page for page in checked if page is not None], schema, RULES).diagnostics

    return check

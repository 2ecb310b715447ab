"""The registry: severities by status, unique codes, one rule for each role, and no code as a literal elsewhere."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import sphinxext_dep
from sphinxext_dep.check.rule import Registry, Role
from sphinxext_dep.config.dep_process import DEFAULT
from sphinxext_dep.config.load import load_config
from sphinxext_dep.model.config import Config
from sphinxext_dep.model.diagnostics import Severity
from sphinxext_dep.rules import RULES
from sphinxext_dep.rules.sections import missing_section

PACKAGE = Path(sphinxext_dep.__file__).parent


def literals(file: Path) -> list[str]:
    """Where *file* holds the code of a rule in a text that is no docstring."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docs = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        f"{file.relative_to(PACKAGE)}:{node.lineno}: {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docs
        and re.search(r"DEP[0-9]{3}", node.value)
    ]


FOLDERS = sorted(file.name for file in PACKAGE.iterdir() if file.is_dir() and file.name not in ("rules", "__pycache__"))


@pytest.mark.parametrize("folder", FOLDERS)
def test_codes_are_literals_only_where_the_rules_are(folder: str) -> None:
    assert [found for file in sorted((PACKAGE / folder).rglob("*.py")) for found in literals(file)] == []


def test_the_search_for_literals_finds_one() -> None:
    assert literals(PACKAGE / "rules" / "attention.py")


@pytest.mark.parametrize(
    ("rule", "status", "expected"),
    [
        (missing_section, "Draft", "info"),
        (missing_section, "Under Review", "error"),
        (missing_section, "Deferred", "error"),
        (missing_section, None, "error"),
    ],
    ids=lambda item: getattr(item, "name", item),
)
def test_default_severities_depend_on_the_kind_of_the_status(rule, status, expected) -> None:
    assert rule.severity_on(DEFAULT, status) == expected


def test_the_configuration_wins_over_the_severity_for_drafts(tmp_path: Path) -> None:
    def configured(toml: str) -> Config:
        file = tmp_path / "dep.toml"
        file.write_text(toml, encoding="utf-8")
        return load_config(file)

    schema = configured('[rules]\nDEP301 = "error"\n').schema
    assert missing_section.severity_on(schema, "Draft") is Severity.ERROR
    schema = configured('[rules.status.Draft]\nDEP301 = "warning"\n').schema
    assert missing_section.severity_on(schema, "Draft") is Severity.WARNING
    assert missing_section.severity_on(schema, "Approved") is Severity.ERROR


def test_a_draft_is_the_first_status_of_the_lifecycle_whatever_it_is_called(tmp_path: Path) -> None:
    file = tmp_path / "dep.toml"
    file.write_text('lifecycle = ["Idea"]\n[statuses.Idea]\nkind = "open"\n', encoding="utf-8")
    schema = load_config(file).schema
    assert missing_section.severity_on(schema, "Idea") is Severity.INFO


def test_two_rules_with_one_code_or_one_name_are_refused() -> None:
    registry = Registry()
    registry.page("DEP999", "one")(lambda page: ())
    with pytest.raises(ValueError, match="already registered"):
        registry.page("DEP999", "two")(lambda page: ())
    with pytest.raises(ValueError, match="already registered"):
        Registry(registry, registry)


@pytest.mark.parametrize("role", Role)
def test_every_role_has_one_rule(role: Role) -> None:
    assert [rule for rule in RULES.by_code.values() if rule.role is role] == [RULES.with_role(role)]


def test_the_first_status_of_a_process_without_drafts_is_no_draft(tmp_path: Path) -> None:
    file = tmp_path / "dep.toml"
    file.write_text('lifecycle = ["Active"]\n[statuses.Active]\nkind = "decided"\n', encoding="utf-8")
    assert missing_section.severity_on(load_config(file).schema, "Active") is Severity.ERROR

"""A project on the disk, and commands run in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from click.testing import CliRunner, Result

from sphinxext_dep.check.check import check_file
from sphinxext_dep.cli.commands import group
from sphinxext_dep.config.load import discover
from sphinxext_dep.edit.workspace import Workspace
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.files import find_pages
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.rules import RULES

BODY = """
# Summary

It works.

# Motivation

It did not.

# Proposal

Make it work.

# Alternate Solutions

None was found.
"""

DECIDED = """
**Status**: Approved

**Authors**: @octo

**Category**: Architecture

**Sponsor**: @ada

**Required Reviewers**: @grace

**Review Date**: 2026-01-31

**Pull Request**: https://forge.org/pull/1
"""

DRAFT = """
**Status**: Draft

**Authors**: @octo

**Category**: Architecture
"""


def page(title: str, header: str = DRAFT, body: str = BODY) -> str:
    return f"# {title}\n{header}{body}"


class Tree:
    """A project in a directory of its own."""

    def __init__(self, root: Path, pages: Mapping[str, str | bytes]) -> None:
        self.root = root
        self.write({"conf.py": "", **pages})

    def write(self, pages: Mapping[str, str | bytes]) -> None:
        for path, text in pages.items():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode() if isinstance(text, str) else text)

    def text(self, path: str) -> str:
        return (self.root / path).read_bytes().decode()

    @property
    def files(self) -> dict[str, bytes]:
        """Every file, with its content; what git keeps for itself left out."""
        found = (file for file in self.root.rglob("*") if file.is_file() and ".git" not in file.parts)
        return {file.relative_to(self.root).as_posix(): file.read_bytes() for file in found}

    def run(self, *args: str, input: str | None = None) -> Result:
        """Run a command here; its outcome, whatever it is."""
        before = Path.cwd()
        os.chdir(self.root)
        try:
            return CliRunner().invoke(group, args, input=input, prog_name="sphinx-dep")
        finally:
            os.chdir(before)

    def ok(self, *args: str, input: str | None = None) -> str:
        """Run a command that must succeed; what it printed."""
        result = self.run(*args, input=input)
        assert result.exit_code == 0, result.output
        return result.output

    def fails(self, *args: str, code: int = 1) -> str:
        """Run a command that must fail, with a message and without a trace on the disk; what it printed."""
        before = self.files
        result = self.run(*args)
        assert result.exit_code == code, result.output
        assert isinstance(result.exception, SystemExit)
        assert self.files == before
        return result.output

    @property
    def workspace(self) -> Workspace:
        config = discover(self.root, rule_codes=RULES.codes)
        paths = find_pages(config.root, config.schema)
        checked = (check_file(config.root / path, path, config.schema, RULES) for path in paths)
        return Workspace(config, RULES, [item for item in checked if item is not None])

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return self.workspace.judgement.diagnostics

    @property
    def codes(self) -> list[str]:
        return [item.code for item in self.diagnostics]

    def proposal(self, path: str) -> Proposal:
        return self.workspace.catalog.by_path[path]

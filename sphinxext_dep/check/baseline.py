"""The baseline: a file that lists what is wrong today, by proposal and rule, so that it is not reported.

A project can then check everything new from its first day. The file is JSON, one proposal a line, so that a diff shows
what was fixed::

    {
      "version": 1,
      "exemptions": {
        "deps/0001-first.md": ["DEP102", "DEP301"]
      }
    }
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from sphinxext_dep.check.check import Baseline, Exemption, can_be_exempt
from sphinxext_dep.config.tables import ConfigError, ConfigErrors
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.source import Source

DEFAULT_NAME = "dep-baseline.json"
"""The name of the file unless the configuration sets another; beside the proposals' root."""

_VERSION = 1


def read_baseline(file: Path, root: Path) -> Baseline:
    """The baseline in *file*; its proposals' paths are relative to *root*.

    :raises ConfigErrors: with what is wrong with the file.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise _errors(file, "", "there is no such file", "write it with sphinx-dep check --write-baseline") from None
    except OSError as error:
        raise _errors(file, "", f"cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise _errors(file, "", "is not UTF-8", "save it as UTF-8") from None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _errors(file, "", f"is not JSON: {error}", "write it anew with --write-baseline") from None
    if not isinstance(document, dict) or document.get("version") != _VERSION:
        raise _errors(file, "version", f"expected {_VERSION}", "write it anew with --write-baseline")
    entries = document.get("exemptions")
    if not isinstance(entries, dict):
        raise _errors(file, "exemptions", "expected an object: path → list of codes")
    path = name_of(file, root)
    source = Source(path, text)
    exemptions: list[Exemption] = []
    position = 0
    for proposal, codes in entries.items():
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            raise _errors(file, f"exemptions.{json.dumps(proposal)}", "expected a list of codes")
        position = _after(text, proposal, position)
        for code in codes:
            position = _after(text, code, position)
            # Just behind the closing quotation mark.
            start = max(0, position - len(code) - 1)
            exemptions.append(Exemption(proposal, code, source.span(start, start + len(code))))
    return Baseline(path, tuple(exemptions))


def baseline_text(found: Iterable[Diagnostic]) -> str:
    """A baseline, as text, that exempts everything in *found* that can be exempt."""
    codes: dict[str, set[str]] = {}
    for item in found:
        if can_be_exempt(item):
            codes.setdefault(item.path, set()).add(item.code)
    lines = (f"    {_quoted(path)}: {json.dumps(sorted(codes[path]))}" for path in sorted(codes))
    entries = ",\n".join(lines)
    inside = f"\n{entries}\n  " if entries else ""
    return f'{{\n  "version": {_VERSION},\n  "exemptions": {{{inside}}}\n}}\n'


def _quoted(path: str) -> str:
    """*path* in JSON, readable unless it holds bytes that are no text."""
    return json.dumps(path, ensure_ascii=any("\ud800" <= char <= "\udfff" for char in path))


def name_of(file: Path, root: Path) -> str:
    """How diagnostics name *file*: relative to *root*, with ``/``."""
    return Path(os.path.relpath(file, root)).as_posix()


def _after(text: str, word: str, position: int) -> int:
    """The offset behind the next *word* in quotation marks; *position* itself when it is written with escapes."""
    quoted = f'"{word}"'
    found = text.find(quoted, position)
    return found + len(quoted) if found >= 0 else position


def _errors(file: Path, key_path: str, message: str, help: str = "") -> ConfigErrors:
    return ConfigErrors([ConfigError(file, key_path, message, help)])

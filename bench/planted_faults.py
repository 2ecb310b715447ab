"""Plant the same faults for a process's own checker and for ``sphinx-dep check``, and compare what they find.

    python bench/planted_faults.py --check-peps PEPS/check-peps.py --eipw NODE_MODULES --kepctl PROGRAM

Nothing is downloaded: each checker is given by a path, and one that is not given is left out. ``check-peps.py`` is in
the repository of the PEPs. NODE_MODULES is the directory of npm that holds ``eipw-lint-js``. PROGRAM is given the path
of a ``kep.yaml`` and prints the errors of ``KEPHandler.Parse`` and ``KEPHandler.Validate``, the validation of
``kepctl``. Each fault is a change of a page that both find nothing wrong with; a fault is found when anything at all
is reported that was not reported for the page without it. The exit code is 1 when a fault is found by the checker,
missed here, and not among :data:`ON_PURPOSE`.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

PROCESSES = Path(__file__).parents[1] / "sphinxext_dep/config/processes"

PEP = """PEP: 9001
Title: Retry failed requests
Author: Ada Lovelace <ada@example.org>,
        Grace Hopper
Sponsor: Radia Perlman <radia@example.org>
PEP-Delegate: Barbara Liskov <barbara@example.org>
Discussions-To: https://discuss.python.org/t/retry/12345
Status: Accepted
Type: Standards Track
Topic: Packaging, Typing
Requires: 9002
Created: 05-Jan-2024
Python-Version: 3.14
Post-History: `06-Jan-2024 <https://discuss.python.org/t/retry/12345>`__
Replaces: 9002
Resolution: `07-Jan-2024 <https://discuss.python.org/t/retry/12345/9>`__


Abstract
========

Requests that fail are sent again.


Copyright
=========

This document is placed in the public domain.
"""
OTHER_PEP = re.sub(r"(?m)^(?:Requires|Replaces): .*\n", "", PEP).replace("9001", "9002")

EIP = """---
eip: 9001
title: Retry failed requests
description: Requests that fail are sent again, at most three times.
author: Ada Lovelace (@ada), Grace Hopper <grace@example.org>
discussions-to: https://ethereum-magicians.org/t/retry/12345
status: Draft
type: Standards Track
category: Core
created: 2025-01-05
requires: 9002
---

## Abstract

Requests that fail are sent again.

## Motivation

Networks lose packets.

## Specification

A client sends a request three times. It builds on [EIP-9002](./eip-9002.md).

## Rationale

Three is enough.

## Security Considerations

None are known.

## Copyright

Copyright and related rights waived via [CC0](../LICENSE.md).
"""
OTHER_EIP = (
    EIP.replace("requires: 9002\n", "").replace("9001", "9002").replace(" It builds on [EIP-9002](./eip-9002.md).", "")
)

KEP = """title: Retry failed requests
kep-number: 9001
authors:
  - "@ada"
owning-sig: sig-node
participating-sigs:
  - sig-storage
status: implementable
creation-date: 2025-01-05
reviewers:
  - "@grace"
approvers:
  - "@radia"
stage: alpha
latest-milestone: "v1.40"
milestone:
  alpha: "v1.40"
feature-gates:
  - name: Retry
    components:
      - kubelet
disable-supported: true
"""
README = """# KEP-9001: Retry failed requests

## Summary

Requests that fail are sent again.

## Motivation

Networks lose packets.

## Proposal

A client sends a request three times.

## Design Details

There is a counter.
"""

Fault = tuple[str, str, str]
"""Its description, a regular expression that matches a part of the page, and the text in place of that."""

PEP_FAULTS: list[Fault] = [
    ("no number", r"PEP: 9001\n", ""),
    ("a number that is none", "PEP: 9001", "PEP: 9oo1"),
    ("zeros before the number", "PEP: 9001", "PEP: 09001"),
    ("no title", "Title: .*", "Title:"),
    ("a title of 90 characters", "Title: .*", "Title: " + "abcdefghi " * 9),
    ("no author", r"Author: (?:.*\n)+?(?=Sponsor)", ""),
    ("an address without its end", r"ada@example.org>", "ada@example.org"),
    ("an address twice", r"<ada@example.org>", "<ada@example.org> <ada@example.com>"),
    ("no space before an address", r"Lovelace <", "Lovelace<"),
    ("a handle in place of a name", "Ada Lovelace <ada@example.org>", "@ada"),
    ("an address without a host", "<ada@example.org>", "<ada>"),
    ("a name with digits", "Grace Hopper", "Grace H0pper"),
    ("no comma between lines of authors", "org>,\n        Grace", "org>\n        Grace"),
    ("a sponsor that is a sentence", "Sponsor: .*", "Sponsor: we still have to find somebody for this"),
    ("two people in one address of the delegate", "PEP-Delegate: .*", "PEP-Delegate: Ada <a@x.org> <b@x.org>"),
    ("a discussion that is no address", "Discussions-To: .*", "Discussions-To: the mailing list"),
    ("a discussion elsewhere", "Discussions-To: .*", "Discussions-To: https://example.org/t/1"),
    ("a discussion that leads to a post", "Discussions-To: .*", "Discussions-To: https://discuss.python.org/t/a/1/2"),
    ("an address without a topic", "Discussions-To: .*", "Discussions-To: https://discuss.python.org/t/retry"),
    ("no status", "Status: .*\n", ""),
    ("a status that does not exist", "Status: Accepted", "Status: Aproved"),
    ("a status in small letters", "Status: Accepted", "Status: accepted"),
    ("no type", "Type: .*\n", ""),
    ("a type that does not exist", "Type: .*", "Type: Standard"),
    ("a topic that does not exist", "Topic: .*", "Topic: Networking"),
    ("a topic twice", "Topic: .*", "Topic: Typing, Typing"),
    ("a topic in small letters", "Topic: .*", "Topic: packaging"),
    ("topics out of order", "Topic: .*", "Topic: Typing, Packaging"),
    ("a reference with a prefix", "Requires: 9002", "Requires: PEP 9002"),
    ("a reference with zeros", "Requires: 9002", "Requires: 09002"),
    ("references without a space", "Replaces: 9002", "Replaces: 9002,9003"),
    ("a reference that is a word", "Replaces: 9002", "Replaces: retries"),
    ("no day", "Created: .*\n", ""),
    ("a day in ISO form", "Created: .*", "Created: 2024-01-05"),
    ("a day with one digit", "Created: .*", "Created: 5-Jan-2024"),
    ("a day that does not exist", "Created: .*", "Created: 32-Jan-2024"),
    ("a month in another language", "Created: .*", "Created: 05-Mai-2024"),
    ("a day in the future", "Created: .*", "Created: 05-Jan-2999"),
    ("a day before Python", "Created: .*", "Created: 05-Jan-1980"),
    ("a version that is a word", "Python-Version: .*", "Python-Version: next"),
    ("a version of one number", "Python-Version: .*", "Python-Version: 3"),
    ("a version with zeros", "Python-Version: .*", "Python-Version: 3.014"),
    ("a version of Python 9", "Python-Version: .*", "Python-Version: 9.1"),
    ("a post without its end", ">`__\nReplaces", ">`_\nReplaces"),
    ("a post with a day in ISO form", "`06-Jan-2024", "`2024-01-06"),
    ("a post elsewhere", r"(?<=06-Jan-2024 <)[^>]*", "https://example.org/t/1"),
    ("a resolution that is a word", "Resolution: .*", "Resolution: accepted"),
    ("a resolution elsewhere", "Resolution: .*", "Resolution: https://example.org/t/1"),
    ("a resolution without its end", ">`__\n\n\nAbstract", "\n\n\nAbstract"),
    ("a field that does not exist", "Type: ", "Kind: Feature\nType: "),
    ("a field twice", "Type: .*\n", "Type: Process\nType: Process\n"),
    ("no space behind a colon", "Status: ", "Status:"),
    ("fields out of order", r"(Status: .*\n)(Type: .*\n)", r"\2\1"),
    ("a link to the page of a PEP", "sent again", "sent again, see https://peps.python.org/pep-0008/"),
    ("a link to the page of an RFC", "sent again", "sent again, see https://www.rfc-editor.org/rfc/rfc2119"),
]

EIP_FAULTS: list[Fault] = [
    ("no number", "eip: 9001\n", ""),
    ("a number that is a word", "eip: 9001", "eip: many"),
    ("another number than the file", "eip: 9001", "eip: 9003"),
    ("no title", "title: .*\n", ""),
    ("a title of 60 characters", "title: .*", "title: " + "abcdefghi " * 6),
    ("a title with a colon", "title: .*", "title: Retry - of requests: failed ones"),
    ("a title with the word standard", "title: .*", "title: Standard for retries"),
    ("a title that names an EIP without its dash", "title: .*", "title: Retry as in EIP9002"),
    ("no description", "description: .*\n", ""),
    ("a description of 200 characters", "description: .*", "description: " + "abcdefghi " * 20),
    ("a description with a colon", "description: .*", "description: Requests - failed ones are repeated:x"),
    ("no author", "author: .*\n", ""),
    ("authors without a handle", r" \(@ada\)", ""),
    ("an author without an end", r"\(@ada\)", "(@ada"),
    ("an empty author", r"\(@ada\), ", "(@ada), , "),
    ("authors without a space", r"\(@ada\), ", "(@ada),"),
    ("no discussion", "discussions-to: .*\n", ""),
    ("a discussion that is no address", "discussions-to: .*", "discussions-to: the forum"),
    ("a discussion elsewhere", "discussions-to: .*", "discussions-to: https://example.org/t/1"),
    ("no status", "status: .*\n", ""),
    ("a status that does not exist", "status: .*", "status: Aproved"),
    ("a status in small letters", "status: Draft", "status: draft"),
    ("no type", "type: .*\n", ""),
    ("a type that does not exist", "type: .*", "type: Standards"),
    ("a standard without a category", "category: .*\n", ""),
    ("a category that does not exist", "category: .*", "category: Kernel"),
    ("a category of a process", "type: .*", "type: Meta"),
    ("no day", "created: .*\n", ""),
    ("a day in another form", "created: .*", "created: 05/01/2024"),
    ("a day that does not exist", "created: .*", "created: 2024-02-31"),
    ("a day with one digit", "created: .*", "created: 2024-1-5"),
    ("a reference that is a word", "requires: .*", "requires: retries"),
    ("a reference to itself", "requires: .*", "requires: 9001"),
    ("references out of order", "requires: .*", "requires: 9002, 20"),
    ("references without a space", "requires: .*", "requires: 20,9002"),
    ("a reference to what does not exist", "requires: .*", "requires: 9777"),
    ("a last call without a deadline", "status: Draft", "status: Last Call"),
    ("a deadline of a draft", "status: Draft", "status: Draft\nlast-call-deadline: 2024-05-01"),
    ("withdrawn without a reason", "status: Draft", "status: Withdrawn"),
    ("a field that does not exist", "type: ", "kind: Feature\ntype: "),
    ("a field twice", "type: .*\n", "type: Meta\ntype: Meta\n"),
    ("space around a value", "status: Draft", "status:  Draft "),
    ("fields out of order", r"(title: .*\n)(description: .*\n)", r"\2\1"),
    ("no front matter", r"---\n(?:.*\n)*?---\n", ""),
    ("a section is missing", r"## Specification\n\n.*\n\n", ""),
    ("a section that does not exist", "## Rationale", "## Reasons\n\nMany.\n\n## Rationale"),
    ("sections out of order", r"(## Motivation\n\n.*\n\n)(## Specification\n\n.*\n\n)", r"\2\1"),
    ("another license", "CC0", "MIT"),
    ("text above the first heading", "\n## Abstract", "\nText.\n\n## Abstract"),
    ("no space behind a heading's mark", "## Motivation", "##Motivation"),
    ("a comment of HTML", "Three is enough.", "Three is enough. <!-- really -->"),
    ("a link that is not relative", "./eip-9002.md", "https://eips.ethereum.org/EIPS/eip-9002"),
    ("the first mention is no link", r"\[EIP-9002\]\(./eip-9002.md\)", "EIP-9002"),
    ("a mention without its dash", "Networks lose packets.", "Networks lose packets, see EIP9002."),
]

KEP_FAULTS: list[Fault] = [
    ("no title", "title: .*\n", ""),
    ("no number", "kep-number: .*\n", ""),
    ("no authors", 'authors:\n  - "@ada"\n', ""),
    ("no group", "owning-sig: .*\n", ""),
    ("a group that does not exist", "owning-sig: .*", "owning-sig: sig-nodes"),
    ("a participating group that does not exist", "  - sig-storage", "  - sig-storages"),
    ("no approvers", 'approvers:\n  - "@radia"\n', ""),
    ("no status", "status: .*\n", ""),
    ("a status that does not exist", "status: .*", "status: aproved"),
    ("a status in capitals", "status: .*", "status: Implementable"),
    ("the statuses of the template", "status: .*", "status: provisional|implementable|implemented"),
    ("no stage", "stage: alpha\n", ""),
    ("a stage that does not exist", "stage: alpha", "stage: omega"),
    ("implemented, but not stable", "status: .*", "status: implemented"),
    ("a key that does not exist", "stage: alpha", "stages: alpha\nstage: alpha"),
    ("a key twice", "stage: alpha", "stage: alpha\nstage: beta"),
    ("a text in place of a list", 'authors:\n  - "@ada"', "authors: {name: ada}"),
    ("a key within a milestone that does not exist", '  alpha: "v1.40"', '  gamma: "v1.40"'),
    ("a switch that is a word", "disable-supported: true", "disable-supported: perhaps"),
    ("no YAML", "title: .*", "title: [Retry](x"),
    ("a day that does not exist", "creation-date: .*", "creation-date: 2024-14-05"),
    ("approvers to be found", '"@radia"', "TBD"),
]

ON_PURPOSE: dict[str, set[str]] = {
    "PEP": {"no space behind a colon", "a link to the page of a PEP", "a link to the page of an RFC"},
    "EIP": {
        "a title of 60 characters", "a title with the word standard", "authors without a handle",
        "a discussion elsewhere",
        "a field that does not exist", "space around a value", "a section that does not exist", "sections out of order",
        "no space behind a heading's mark", "a link that is not relative", "the first mention is no link",
        "a mention without its dash",
    },
    "KEP": {"a participating group that does not exist", "a key within a milestone that does not exist"},
}  # fmt: skip
"""Faults that a checker finds and the processes here do not, by the process: docs/explanation/measured.md says why."""


class Result(NamedTuple):
    """Whether the checker and ``sphinx-dep check`` find a fault."""

    fault: str
    there: bool
    here: bool


def main() -> int:
    """Compare, and print a line for each fault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check-peps", type=Path)
    parser.add_argument("--eipw", type=Path)
    parser.add_argument("--kepctl", type=Path)
    arguments = parser.parse_args()
    missed = 0
    if arguments.check_peps:
        files = {"peps/pep-9001.rst": PEP, "peps/pep-9002.rst": OTHER_PEP}
        missed += report("PEP", compare(files, PEP_FAULTS, "pep", lambda root: check_peps(arguments.check_peps, root)))
    if arguments.eipw:
        files = {"EIPS/eip-9001.md": EIP, "EIPS/eip-9002.md": OTHER_EIP, "LICENSE.md": "CC0\n"}
        missed += report("EIP", compare(files, EIP_FAULTS, "eip", lambda root: eipw(arguments.eipw, root)))
    if arguments.kepctl:
        folder = "keps/sig-node/9001-retry"
        files = {f"{folder}/kep.yaml": KEP, f"{folder}/README.md": README}
        found = compare(
            files, KEP_FAULTS, "kep", lambda root: lines_of([arguments.kepctl.resolve(), f"{folder}/kep.yaml"], root)
        )
        missed += report("KEP", found)
    return int(missed > 0)


def compare(
    files: dict[str, str], faults: Iterable[Fault], process: str, checker: Callable[[Path], set[str]]
) -> list[Result]:
    """Plant each fault in the first of *files*, and ask both."""
    page = next(iter(files))

    def ask(text: str) -> tuple[set[str], set[str]]:
        with tempfile.TemporaryDirectory() as temporary:
            root = Path(temporary)
            for name, content in (files | {page: text}).items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(content, encoding="utf-8")
            there = checker(root)
            shutil.copy(PROCESSES / f"{process}.toml", root / "dep.toml")
            (root / "conf.py").touch()
            return there, here(root)

    clean = ask(files[page])
    if any(clean):
        sys.exit(f"the page without a fault is not right: {clean}")
    results = []
    for name, pattern, replacement in faults:
        text, count = re.subn(pattern, replacement, files[page], count=1)
        if not count or text == files[page]:
            sys.exit(f"the fault {name!r} changes nothing")
        there, found = ask(text)
        results.append(Result(name, bool(there), bool(found)))
    return results


def here(root: Path) -> set[str]:
    """The codes of the diagnostics of ``sphinx-dep check``, those of every severity."""
    command = [sys.executable, "-m", "sphinxext_dep", "check", "--no-cache", "--output-format", "json"]
    ran = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return {item["code"] for item in json.loads(ran.stdout)["diagnostics"]}


def lines_of(command: list[object], root: Path) -> set[str]:
    """The lines that a checker prints."""
    ran = subprocess.run([str(part) for part in command], cwd=root, capture_output=True, text=True, check=False)
    if "Traceback" in ran.stderr:
        return {ran.stderr.splitlines()[-1]}
    return set(filter(None, ran.stdout.splitlines()))


def check_peps(program: Path, root: Path) -> set[str]:
    """The errors of ``check-peps.py``, which looks for the pages beside itself."""
    shutil.copy(program, root / program.name)
    return lines_of([sys.executable, root / program.name, "peps/pep-9001.rst"], root)


EIPW = """
const { lint } = require(process.argv[1] + "/eipw-lint-js");
lint([process.argv[2]]).then((found) => found.forEach((one) => console.log(one.id)));
"""


def eipw(modules: Path, root: Path) -> set[str]:
    """The lints of ``eipw`` that a page does not pass."""
    return lines_of(["node", "-e", EIPW, modules.resolve(), "EIPS/eip-9001.md"], root)


def report(process: str, results: list[Result]) -> int:
    """Print the results; how many are missed here that are not to be missed."""
    print(f"{process}: {len(results)} faults; the checker finds {sum(item.there for item in results)}, "
          f"sphinx-dep {sum(item.here for item in results)}")  # fmt: skip
    missed = 0
    for item in results:
        if item.there and not item.here:
            accepted = item.fault in ON_PURPOSE[process]
            missed += not accepted
            print(f"    found by the checker only{' (on purpose)' if accepted else ''}: {item.fault}")
        elif item.here and not item.there:
            print(f"    found here only: {item.fault}")
        elif not item.here:
            print(f"    found by neither: {item.fault}")
    return missed


if __name__ == "__main__":
    raise SystemExit(main())

"""The time that reading proposals on branches takes, in a repository with many of them.

A synthetic repository has merged proposals on ``main``, and pull requests that each add one. CPU seconds of this
process and of git are measured: the first reading, one with nothing moved, and one in which a single ref has moved.

    python bench/unmerged.py [REFS] [PROPOSALS]

On 2026-11-29, on a machine with two cores that did other work as well:

| refs | proposals | first | nothing moved | one ref moved |
|---|---|---|---|---|
| 500 | 250 | 0.46 s | 0.02 s | 0.08 s |
| 1000 | 500 | 0.94 s | 0.04 s | 0.14 s |
| 2000 | 1000 | 2.08 s | 0.09 s | 0.25 s |

Half of the time with nothing moved is git's, which reads 2,000 files of refs; it is the least of three readings.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sphinxext_dep.check.check import check_bytes
from sphinxext_dep.check.unmerged import Unmerged, read_unmerged
from sphinxext_dep.config.load import discover
from sphinxext_dep.rules import RULES

DAY = "2026-06-01"
START = 1_767_225_600
"""2026-01-01, in seconds since 1970."""

LIMITS = {"first": 3.0, "nothing moved": 0.1, "one ref moved": 0.3}
"""CPU seconds that 2,000 refs and 1,000 proposals may take."""

CONFIG = '[unmerged]\nrefs = ["refs/pull/*/head"]\nbase = "refs/heads/main"\nmax-age = 0\n'

PAGE = """# Proposal {number}

**Status**: {status}

**Authors**: @octo, Ada Lovelace

**Category**: Architecture

**Sponsor**: @sponsor{sponsor}

**Required Reviewers**: @a, @b

**Review Date**: 2026-12-01

**Pull Request**: https://example.org/pull/{number}

# Summary

Proposal {number} changes how requests are sent.

# Motivation

{text}

# Proposal

{text}

# Alternate Solutions

None was found.
"""


def page(number: int, status: str) -> bytes:
    """A page of a common length."""
    text = "A request that fails is sent again, and the client learns of it. " * 20
    return PAGE.format(number=number, status=status, sponsor=number % 20, text=text).encode()


def make_repository(top: Path, refs: int, proposals: int) -> None:
    """Write the repository with ``git fast-import``."""
    top.mkdir()
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=top, check=True)
    parts: list[bytes] = []

    def commit(ref: str, files: dict[str, bytes], start: str = "") -> None:
        when = START + len(parts)
        parts.append(f"commit {ref}\ncommitter Ada <ada@example.org> {when} +0000\ndata 1\nx\n".encode())
        if start:
            parts.append(f"from {start}\n".encode())
        for path, data in files.items():
            parts.append(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")

    commit("refs/heads/main", {"conf.py": b"", "dep.toml": CONFIG.encode()})
    for number in range(1, proposals + 1):
        commit("refs/heads/main", {f"deps/{number:04d}-proposal.md": page(number, "Approved")})
    for number in range(1, refs + 1):
        draft = page(number, "Under Review" if number % 2 else "Draft")
        commit(f"refs/pull/{number}/head", {f"deps/NNNN-draft-{number}.md": draft}, "refs/heads/main")
    subprocess.run(["git", "fast-import", "--quiet"], cwd=top, input=b"".join(parts), check=True)
    subprocess.run(["git", "checkout", "-q", "main"], cwd=top, check=True)


def move_one(top: Path) -> None:
    """Give one pull request another commit."""
    draft = page(1, "Draft") + b"\nMore.\n"
    head = f"commit refs/pull/1/head\ncommitter Ada <ada@example.org> {START + 10_000_000} +0000\ndata 1\nx\n"
    text = head + f"from refs/pull/1/head^0\nM 100644 inline deps/NNNN-draft-1.md\ndata {len(draft)}\n"
    subprocess.run(["git", "fast-import", "--quiet"], cwd=top, input=text.encode() + draft + b"\n", check=True)


def cpu() -> float:
    """CPU seconds of this process and of those that it has waited for."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def measured(work: Callable[[], Unmerged], drafts: int) -> float:
    """CPU seconds of *work*, which must find so many drafts."""
    before = cpu()
    found = work()
    after = cpu()
    assert not found.notes, found.notes
    assert len(found.drafts) == drafts, len(found.drafts)
    return after - before


def measure(refs: int, proposals: int) -> dict[str, float]:
    """CPU seconds of each reading."""
    with tempfile.TemporaryDirectory() as directory:
        top = Path(directory) / "repository"
        make_repository(top, refs, proposals)
        config = discover(top, rule_codes=RULES.codes)
        merged = []
        for file in sorted((top / "deps").iterdir()):
            checked = check_bytes(file.read_bytes(), f"deps/{file.name}", config.schema, RULES)
            assert checked is not None
            merged.append(checked)

        def read() -> Unmerged:
            return read_unmerged(config, merged, RULES, DAY, Path(directory) / "cache")

        times = {"first": measured(read, refs)}
        times["nothing moved"] = min(measured(read, refs) for _ in range(3))
        move_one(top)
        return times | {"one ref moved": measured(read, refs)}


def main() -> None:
    """Print a table, with growth, and fail when a limit is passed."""
    refs, proposals = (int(word) for word in (sys.argv[1:] or ["2000", "1000"]))
    print("| refs | proposals | " + " | ".join(LIMITS) + " |")
    print("|---|---|" + "---|" * len(LIMITS))
    times: dict[str, float] = {}
    for part in (4, 2, 1):
        times = measure(refs // part, proposals // part)
        print(
            f"| {refs // part} | {proposals // part} | " + " | ".join(f"{item:.2f} s" for item in times.values()) + " |"
        )
    wrong = [name for name, limit in LIMITS.items() if times[name] > limit]
    if wrong:
        sys.exit(f"slower than the limit: {', '.join(wrong)}")


if __name__ == "__main__":
    main()

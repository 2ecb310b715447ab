"""Measure how long git and the reading of its output take in a large repository.

    python bench/history.py --commits 50000 --proposals 1000

A repository is made with ``git fast-import``: every tenth commit is a merge, about every eighth touches a proposal, the
others one of 3,000 files of code. Measured is the processor time of the first reading, of the next one, and of one
after a commit; the time of git is included.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

sys.path.insert(0, str(Path(__file__).parent.parent))

from sphinxext_dep.config.load import discover
from sphinxext_dep.history.reading import GitHistory
from sphinxext_dep.model.files import find_pages
from sphinxext_dep.rules import RULES

STATUSES = ("Draft", "Under Review", "Approved", "Implemented")
WORDS = "Some words about the networks of the world and what they do. " * 40
BODY = "".join(f"\n## {name}\n\n{WORDS}\n" for name in ("Summary", "Motivation", "Proposal", "Alternate Solutions"))
CODE_FILES = 3000


class Maker:
    """Writes commits for ``git fast-import``."""

    def __init__(self, stream: IO[bytes], commits: int, proposals: int) -> None:
        self.stream = stream
        self.commits = commits
        self.proposals = proposals
        self.pick = random.Random(1)
        self.made: dict[int, tuple[int, int]] = {}

    def run(self) -> None:
        """Write them all."""
        when = 1_400_000_000
        side = b""
        for number in range(1, self.commits + 1):
            when += self.pick.randint(100, 9000)
            self.stream.write(
                b"commit refs/heads/main\nmark :%d\ncommitter A <a@example.org> %d +0000\n" % (number, when)
            )
            self.text(f"commit {number}")
            if number == 1:
                for code in range(CODE_FILES):
                    self.file(f"src/d{code % 50}/f{code}.py", f"x = {code}\n")
            elif number % 10 == 9 and number > 3:
                # A branch that left two commits ago.
                self.stream.write(b"from :%d\n" % (number - 3))
                side = self.change(number)
            elif number % 10 == 0 and number > 10:
                self.stream.write(b"from :%d\nmerge :%d\n%s" % (number - 2, number - 1, side))
            else:
                self.change(number)

    def change(self, number: int) -> bytes:
        """One file of a commit."""
        chance = self.pick.random()
        if not self.made or (chance < self.proposals / self.commits and len(self.made) < self.proposals):
            proposal = len(self.made) + 1
            self.made[proposal] = (0, number)
        elif chance < 0.12:
            proposal = self.pick.choice(list(self.made))
            self.made[proposal] = (min(3, self.made[proposal][0] + (self.pick.random() < 0.3)), number)
        else:
            code = self.pick.randrange(CODE_FILES)
            return self.file(f"src/d{code % 50}/f{code}.py", f"x = {number}\n")
        status = STATUSES[self.made[proposal][0]]
        head = f"# Proposal {proposal}\n\n**Status**: {status}\n\n**Authors**: @octo\n\n**Category**: Process\n"
        return self.file(f"docs/deps/{proposal:04d}-slug-{proposal}.md", f"{head}{BODY}\nEdit {number}.\n")

    def file(self, name: str, text: str) -> bytes:
        """The command that writes a file."""
        data = text.encode()
        command = f"M 100644 inline {name}\ndata {len(data)}\n".encode() + data + b"\n"
        self.stream.write(command)
        return command

    def text(self, text: str) -> None:
        """A message."""
        data = text.encode()
        self.stream.write(b"data %d\n%s\n" % (len(data), data))


def main() -> None:
    """Make the repository, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commits", type=int, default=50_000)
    parser.add_argument("--proposals", type=int, default=1000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder) / "repository"
        subprocess.run(["git", "init", "-q", "-b", "main", str(top)], check=True)
        importer = subprocess.Popen(["git", "fast-import", "--quiet"], cwd=top, stdin=subprocess.PIPE)
        assert importer.stdin is not None
        Maker(importer.stdin, arguments.commits, arguments.proposals).run()
        importer.stdin.close()
        importer.wait()
        subprocess.run(["git", "checkout", "-q", "main"], cwd=top, check=True)
        subprocess.run(["git", "gc", "-q"], cwd=top, check=True)
        (top / "docs" / "conf.py").touch()
        measure(top, Path(folder) / "kept")


def measure(top: Path, kept: Path) -> None:
    """Print what takes how long."""
    config = discover(top / "docs", rule_codes=RULES.codes)
    paths = find_pages(config.root, config.schema)
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    statuses = 0
    for what in ("first reading", "nothing committed since", "one commit later"):
        if what == "one commit later":
            subprocess.run(["git", *identity, "commit", "-q", "--allow-empty", "-m", "x"], cwd=top, check=True)
        started = spent()
        asked = GitHistory(config.root, paths, "bench", kept)
        key = asked.key
        looked = spent()
        history = asked.read(config.schema)
        ended = spent()
        assert key
        assert len(history.proposals) == len(paths)
        statuses = sum(len(past.statuses) for past in history.proposals.values())
        print(f"{what}: {looked - started:.3f} s to look, {ended - looked:.3f} s to read")
    print(f"{len(paths)} proposals, {statuses} statuses")


def spent() -> float:
    """Processor time of this process and of those that it waited for, in seconds."""
    return sum(os.times()[:4])


if __name__ == "__main__":
    main()

"""A git repository that tests write the past of, and git's own answers about it, asked another way."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

DAY = 86_400
START = 1_767_225_600
"""2026-01-01, at midnight in UTC."""


class Repo:
    """A repository; each commit is made a day after the one before."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.day = -1
        top.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, **environment: str) -> str:
        """What git prints."""
        when = f"@{START + max(self.day, 0) * DAY} +0000"
        identity = {"GIT_COMMITTER_DATE": when, "GIT_AUTHOR_DATE": "@1000000000 +0200"} | {
            f"GIT_{who}_{what}": value
            for who in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
        }
        done = subprocess.run(
            ["git", "-c", "commit.gpgsign=false", "-c", "merge.renames=true", "-c", "protocol.file.allow=always",
             *arguments],
            cwd=self.top, env=os.environ | identity | environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.strip()

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write files without committing them."""
        for name, content in files.items():
            file = self.top / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self, files: Mapping[str, str | bytes] | None = None) -> str:
        """Commit *files*, and whatever else was changed, on the next day; the commit's name."""
        self.write(files or {})
        self.day += 1
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", f"day {self.day}")
        return self.head

    def move(self, old: str, new: str) -> None:
        """Give a file another name."""
        (self.top / new).parent.mkdir(parents=True, exist_ok=True)
        self.git("mv", old, new)

    def merge(self, branch: str, files: Mapping[str, str | bytes] | None = None) -> str:
        """Merge *branch* on the next day; *files* settle what both changed."""
        self.day += 1
        try:
            self.git("merge", "-q", "--no-ff", "--no-commit", branch)
        except subprocess.CalledProcessError:
            assert files
        self.write(files or {})
        self.git("add", "-A")
        self.git("commit", "-q", "-m", f"day {self.day}: merge {branch}")
        return self.head

    @property
    def head(self) -> str:
        """The commit that is checked out."""
        return self.git("rev-parse", "HEAD")

    def followed(self, path: str) -> list[str]:
        """The days of the commits that ``git log --follow`` finds for one file, newest first."""
        lines = self.git("log", "--follow", "--format=%ct", "HEAD", "--", path).splitlines()
        return [datetime.fromtimestamp(int(line), UTC).date().isoformat() for line in lines]


def day(number: int) -> str:
    """The day of the commit with that number, from 0."""
    return datetime.fromtimestamp(START + number * DAY, UTC).date().isoformat()

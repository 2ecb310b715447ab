"""Measure ``sphinx-dep mentions`` beside ripgrep, over a tree of many small files.

    python bench/mentions.py --files 20000

Every tenth file names a proposal, and every twentieth holds words that look like one. Measured is the processor time of
the program and of what it starts, the least of several runs: *first* without a cache of the proposals' names, *next*
with it. ripgrep searches for the same numbers, and for the same numbers and pages. The program's modules are compiled
before, as pip compiles those that it installs.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

NUMBERS = r"\bDEP(?:[- ]|: ?)?#?[0-9]{1,6}\b"
PAGES = r"/[0-9]{1,6}-[\w.-]+"
PROPOSALS = (1, 2, 3, 14)
HEADER = "**Status**: Approved\n\n**Authors**: @octo\n\n**Category**: Architecture\n"


def write_tree(top: Path, files: int) -> None:
    """Write *files* parts of Python's own library, and commit them."""
    chance = random.Random(7)
    library = Path(sysconfig.get_path("stdlib"))
    texts = [file.read_bytes() for file in sorted(library.rglob("*.py"))[:800] if file.stat().st_size < 30_000]
    for number in range(files):
        text = chance.choice(texts)
        start = chance.randrange(max(1, len(text) - 2000))
        text = text[start : start + chance.randrange(500, 8000)]
        if number % 10 == 0:
            text += f"\n# see DEP-{chance.choice(PROPOSALS):04d}\n".encode()
        if number % 20 == 1:
            text += b"\n# codep-12 DEP-1234567 https://example.org/pull/123-foo\n"
        file = top / f"package{number // 500}" / f"module{number // 50 % 10}" / f"file{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text)
    (top / "deps").mkdir()
    for number in PROPOSALS:
        (top / f"deps/{number:04d}-p{number}.md").write_text(f"# P{number}\n\n{HEADER}", encoding="utf-8")
    (top / "dep.toml").write_text("", encoding="utf-8")
    # git packs so many files in the background, and would still write while the directory is removed.
    person = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "gc.auto=0", "-c", "maintenance.auto=false")
    for command in (("init", "-q"), ("add", "-A"), (*person, "commit", "-qm", "x")):
        subprocess.run(["git", *command], cwd=top, check=True)


def seconds(command: Sequence[str], top: Path, runs: int, before: Callable[[], None] = lambda: None) -> float:
    """The least processor time of *command* and what it starts."""
    found = []
    for _ in range(runs):
        before()
        start = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=top, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime)
    return min(found)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=8)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        top, cache = Path(directory, "tree"), Path(directory, "cache")
        top.mkdir()
        os.environ["SPHINX_DEP_CACHE_DIR"] = str(cache)
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(directory, "compiled"))
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        write_tree(top, given.files)

        def forget() -> None:
            for file in cache.glob("*"):
                file.unlink()

        command = [str(Path(sys.executable).with_name("sphinx-dep")), "mentions"]
        seconds(command, top, 1)
        print(f"{given.files:,} files; seconds of processor time, the least of {given.runs} runs")
        print(f"sphinx-dep mentions, first        {seconds(command, top, given.runs, forget):6.3f}")
        print(f"sphinx-dep mentions, next         {seconds(command, top, given.runs):6.3f}")
        print(f"rg, numbers                       {seconds(['rg', '-n', NUMBERS], top, given.runs):6.3f}")
        print(f"rg, numbers and pages             {seconds(['rg', '-n', f'{NUMBERS}|{PAGES}'], top, given.runs):6.3f}")


if __name__ == "__main__":
    main()

"""Fuzz the engine with libFuzzer, through atheris.

    pip install atheris
    python tests/fuzz/fuzz_engine.py markdown -max_total_time=600 -max_len=20000

The first argument is a target (``markdown``, ``rst``, ``query``, ``config``); the others are libFuzzer's. It starts
from the fixtures of the test suite, and keeps what it finds in a directory of its own. An input that breaks a promise
is written to ``crash-…``; add it to ``tests/fuzz/found/TARGET/``, where the suite tries it for ever after.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[2]))

with atheris.instrument_imports(include=["sphinxext_dep"]):
    from tests.fuzz.seeds import seeds
    from tests.fuzz.targets import TARGETS


def main() -> None:
    """Run the fuzzer until it finds something, or its time is up."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in TARGETS:
        sys.exit(f"usage: {sys.argv[0]} {'|'.join(TARGETS)} [libFuzzer's options]")
    with tempfile.TemporaryDirectory() as directory:
        for index, seed in enumerate(seeds(name)):
            (Path(directory) / f"{index:04d}").write_bytes(seed)
        atheris.Setup([sys.argv[0], directory, *sys.argv[2:]], TARGETS[name])
        atheris.Fuzz()


if __name__ == "__main__":
    main()

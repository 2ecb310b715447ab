"""Run the test of rebuilds for thousands of random edits, each compared with a clean build.

    python bench/rebuild_equivalence.py --steps 1000

Every step edits a project, may build one named file or a build that is killed or fails, then builds everything with one
of two builders on the same doctrees, in one process or two, and compares what was read, what was written and every
output file. The log in ``bench/results`` says which steps were taken. A difference ends its sequence and is logged
with the steps that led to it; the exit status is then 1.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.rebuild.machine import Rebuilds

LOG = Path(__file__).parent / "results" / "rebuild-equivalence.log"


def main() -> int:
    """Run until so many steps were taken, in sequences of up to 25."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1, help="of the first sequences; the next ones have the next")
    parser.add_argument("--seconds", type=int, default=0, help="start no sequence after so long; 0: no limit")
    parser.add_argument("--log", type=Path, default=LOG)
    arguments = parser.parse_args()
    arguments.log.parent.mkdir(exist_ok=True)
    steps = differences = 0
    started = time.monotonic()
    number = arguments.seed
    with arguments.log.open("a", encoding="utf-8", buffering=1) as log:

        def note(line: str) -> None:
            nonlocal steps
            steps += 1
            log.write(f"{steps:>5}  {line}\n")

        class Logged(Rebuilds):
            log = staticmethod(note)

        while steps < arguments.steps:
            if arguments.seconds and time.monotonic() - started > arguments.seconds:
                break
            log.write(f"sequences with seed {number}\n")
            try:
                run_state_machine_as_test(seed(number)(Logged), settings=_settings())
            except Exception:
                differences += 1
                log.write(f"DIFFERENCE\n{traceback.format_exc()}\n")
            number += 1
        spent = time.monotonic() - started
        said = f"{steps} steps, {differences} with a difference, {spent:.0f} s; seeds {arguments.seed} to {number - 1}"
        log.write(f"{said}\n")
    print(said)
    return 1 if differences else 0


def _settings() -> settings:
    return settings(
        max_examples=9,  # the first of them is the simplest there is
        stateful_step_count=25,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


if __name__ == "__main__":
    sys.exit(main())

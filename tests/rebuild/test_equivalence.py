"""After any edits, by any way of building, the output is what a clean build makes, and nothing was done in vain.

A short run; ``bench/rebuild_equivalence.py`` is the long one.
"""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

from tests.rebuild.machine import Rebuilds

TestRebuilds = Rebuilds.TestCase
TestRebuilds.settings = settings(
    max_examples=3,  # the first of them is the simplest there is
    stateful_step_count=8,
    deadline=None,
    derandomize=True,
    database=None,
    # A step takes a second; the steps that led to a difference are printed, and can be shortened by hand.
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)

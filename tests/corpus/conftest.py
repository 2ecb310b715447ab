"""Real proposals, where they are at hand: beside the repository, never in it."""

from __future__ import annotations

from pathlib import Path

import pytest

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The directory with real proposals."""
    if not CORPUS.is_dir():
        pytest.skip(f"no real proposals at {CORPUS}: they are not part of this repository")
    return CORPUS

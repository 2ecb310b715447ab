"""The style sheets and scripts that pages load: made from ``assets/``, and light."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STATIC = ROOT / "sphinxext_dep" / "static"


def test_they_are_current():
    pytest.importorskip("minify", reason="tdewolff-minify is not installed")
    done = subprocess.run(
        [sys.executable, ROOT / ".ci" / "assets.py", "--check"], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_they_are_light():
    data = [file.read_bytes() for file in STATIC.iterdir()]
    assert sum(map(len, data)) <= 36_000
    assert sum(len(gzip.compress(one, mtime=0)) for one in data) <= 12_000

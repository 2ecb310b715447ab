"""``sphinx-build -c conf src out``: the configuration beside ``conf.py`` is that of the build."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.sphinx.project import CONF, proposal


@pytest.mark.parametrize("settings", ['prefix = "JEP"', 'prefix = "JEP"\nsources = ["deps/**"]'])
def test_the_configuration_beside_conf_py(tmp_path: Path, settings: str) -> None:
    files = {
        "conf/conf.py": CONF,
        "conf/dep.toml": settings,
        "src/index.md": "# Docs\n\n```{dep-index}\n:toctree:\n```\n",
        "src/deps/0001-a.md": proposal(),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-c", "conf", "src", "out"]
    built = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    assert "JEP-0001" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")

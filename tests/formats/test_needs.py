"""The requirements that `sphinx-dep requirements --format needs` writes, in the hands of sphinx-needs."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys

from tests.cli.test_requirements import ONE, TWO
from tests.cli.tree import DECIDED, Tree, page
from tests.formats.conftest import missing

CONF = 'extensions = ["sphinx_needs"]\n'
INDEX = """Docs
====

.. needimport:: needs.json

.. needtable::
   :filter: "MUST" in tags
   :columns: id, title, status
   :style: table
"""


def test_sphinx_needs_imports_them(tmp_path):
    if importlib.util.find_spec("sphinx_needs") is None:
        missing("sphinx-needs is not installed: pip install -e '.[formats]'")
    tree = Tree(tmp_path, {"deps/0001-one.md": page("One", DECIDED, ONE), "deps/two.md": page("Two", body=TWO)})
    needs = tree.run("requirements", "--format", "needs", "--need-type", "spec").stdout
    docs = tmp_path / "other"
    docs.mkdir()
    for name, text in {"needs.json": needs, "conf.py": CONF, "index.rst": INDEX}.items():
        (docs / name).write_text(text, encoding="utf-8")
    build = [sys.executable, "-m", "sphinx", "-nW", "--keep-going", "-q", "-b", "html", str(docs), str(docs / "out")]
    done = subprocess.run(build, capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    shown = (docs / "out/index.html").read_text(encoding="utf-8")
    names = json.loads(needs)["versions"]["1"]["needs"]
    assert len(names) == 4
    assert all(name in shown for name in names)
    assert "REQ-1 Quick &amp; small" in shown

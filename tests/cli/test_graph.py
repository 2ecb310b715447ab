"""``sphinx-dep graph``"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.tree import DECIDED, DRAFT, Tree, page


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(
        tmp_path,
        {
            "deps/0001-one.md": page("One", f"{DECIDED}\n**Replaced By**: DEP-2\n"),
            "deps/0002-two.md": page('Two "2" & 1 < 3', f"{DECIDED}\n**Replaces**: DEP-1\n\n**Related**: three\n"),
            "deps/0000-three.md": page("Three", f"{DRAFT}\n**Extends**: DEP-2, DEP-99\n\n**Related**: DEP-2\n"),
            "deps/0004-four.md": page("Four"),
        },
    )


DOT = r"""digraph proposals {
  node [shape=box];
  "deps/0000-three.md" [label="three: Three"];
  "deps/0001-one.md" [label="DEP-0001: One"];
  "deps/0002-two.md" [label="DEP-0002: Two \"2\" & 1 < 3"];
  "deps/0000-three.md" -> "deps/0002-two.md" [label="extends"];
  "deps/0000-three.md" -> "deps/0002-two.md" [label="related", dir=none];
  "deps/0002-two.md" -> "deps/0001-one.md" [label="replaces"];
}
"""

MERMAID = """flowchart LR
  p0["three: Three"]
  p1["DEP-0001: One"]
  p2["DEP-0002: Two #34;2#34; #38; 1 #60; 3"]
  p0 -->|"extends"| p2
  p0 ---|"related"| p2
  p2 -->|"replaces"| p1
"""


def test_each_relation_is_drawn_once(tree: Tree) -> None:
    """Whichever side states it; a proposal without one is left out."""
    assert tree.ok("graph") == DOT
    assert tree.ok("graph", "--format", "mermaid") == MERMAID


def test_only_what_a_query_finds(tree: Tree) -> None:
    drawn = tree.ok("graph", "status:approved")
    assert "->" in drawn
    assert "three" not in drawn
    assert "there is no field 'nonsense'" in tree.fails("graph", "nonsense:1", code=2)


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz")
def test_graphviz_draws_it(tree: Tree) -> None:
    drawn = subprocess.run(["dot", "-Tplain"], input=tree.ok("graph"), capture_output=True, text=True, check=True)
    assert drawn.stdout.count("\nnode ") == 3
    assert drawn.stdout.count("\nedge ") == 3

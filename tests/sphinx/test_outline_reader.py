"""The outline that is read from a page's text has the headings that MyST and docutils find in it."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import Parser as RstParser
from hypothesis import given, settings
from hypothesis import strategies as st
from myst_parser.parsers.docutils_ import Parser as MystParser

from sphinxext_dep.markup import read_outline
from sphinxext_dep.model.source import Source

QUIET: dict[str, Any] = {"report_level": 5, "halt_level": 6, "warning_stream": False, "doctitle_xform": False}


def titles(tree: nodes.document) -> list[str]:
    """The titles of the sections, which are only at the top level, without the HTML in them."""
    for raw in list(tree.findall(nodes.raw)):
        raw.parent.remove(raw)
    return [" ".join(section[0].astext().split()) for section in tree.findall(nodes.section)]


def ours(path: str, text: str) -> list[str]:
    return [heading.text for heading in read_outline(Source(path, text)).headings]


MARKDOWN = """
# A
## B *c* `d`
### [E](https://example.org) \\* {code}`f`
Title\n===
Under\nlined\n---
> # quoted
- item
  # in an item
   ## Indented
    # code
\t# tab
```
~~~~
```{note}
::::{note}\n# inside\n::::
% comment
(target)=
+++ {"a": 1}
<!-- c
-->
<!-- c -->
<div>
</div>
text
| a | b |
|---|---|
| 1 | 2 |
***
é “x” — *y*
1. one
# x #
# é*b*
para <!-- in

\x20
```\t
---\t
""".replace("\\n", "\n")
LINES = [line for line in re.split(r"\n(?!===|---\n|lined|# inside|::::\n)", MARKDOWN) if line]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(["", *LINES]), max_size=14), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_myst(lines, newline, front_matter):
    text = newline.join((["---", "a: b", "---"] if front_matter else []) + lines)
    overrides = {**QUIET, "myst_enable_extensions": ["colon_fence"]}
    tree = publish_doctree(text, parser=MystParser(), settings_overrides=overrides)
    assert ours("page.md", text) == titles(tree)


BLOCKS = [
    "Title\n=====",
    "Over\n----",
    "Short\n----",
    "ab\n-",
    "A *b* ``c`` `d <e>`_ \\*\n-----------------------",
    "é “q” 再試\n----------",
    "1. enumerated\n=============",
    "text",
    "two\nlines\n-----",
    "- item\n------",
    ".. comment\n   more",
    ".. note:: x\n\n   Not\n   ---",
    "..\n\n   Not\n   ---",
    "..\n   Not\n   ---",
    ".. _target:",
    "literal::\n\n   Not\n   ---",
    "literal::\n\n> Not\n> ---",
    "::\n\n   Not\n   ---",
    "==== ====\na    b\n==== ====\nc    d\n==== ====",
    "+---+\n| a |\n+---+",
    "  Not\n  ---",
    ":field: x\n=========",
    "| line\n------",
    ">>> x\n-----",
    "term\n  definition",
    "----",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(BLOCKS), max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_rst(blocks, newline):
    text = "\n\n".join(blocks).replace("\n", newline) + newline
    tree = publish_doctree(text, parser=RstParser(), settings_overrides=QUIET)
    assert ours("page.rst", text) == titles(tree)


def test_rst_overline():
    text = "=====\nTitle\n=====\n\nSection\n=======\n\n------\n Deep\n------\n"
    tree = publish_doctree(text, parser=RstParser(), settings_overrides=QUIET)
    assert ours("page.rst", text) == titles(tree) == ["Title", "Section", "Deep"]
    assert [heading.level for heading in read_outline(Source("page.rst", text)).headings] == [1, 2, 3]

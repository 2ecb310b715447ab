"""A project that was not made for it: one word in ``conf.py`` and a directory, and nothing else in it changes.

The project has the extensions and the habits of a large documentation: two markups, an API reference, diagrams, pages
that look like proposals and are none, and warnings of its own that nobody mended.
"""

from __future__ import annotations

import json
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.sphinx.project import Built, Project, proposal, to_rst

SUFFIXES = {
    "list": '[".rst", ".md"]',
    "dict": '{".rst": "restructuredtext", ".md": "markdown"}',
    "dict with text files": '{".rst": "restructuredtext", ".txt": "restructuredtext", ".md": "markdown"}',
}
CONF = """
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "lib"))
project = "Stream server"
version = release = "1.4"
copyright = author = "The authors"
extensions = [
    "myst_parser",
    "sphinx_design",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "sphinx.ext.napoleon",
    "sphinxcontrib.mermaid",
]
source_suffix = [".rst", ".md"]
exclude_patterns = ["_build", "lib"]
myst_enable_extensions = ["colon_fence", "deflist", "html_image", "tasklist"]
myst_heading_anchors = 3
templates_path = ["_templates"]
html_theme = "alabaster"
html_static_path = ["_static"]
html_css_files = ["own.css"]
html_context = {"status": "a name that a template uses"}
"""
MODULE = '''\
"""Streams and what may go wrong with them."""


class Stream:
    """An open stream.

    Attributes:
        status: where it stands.
    """

    status: str = "open"

    def retry(self, times: int = 3) -> bool:
        """Send what failed again.

        Args:
            times: how often at most.

        Returns:
            Whether it arrived.
        """
        return times > 0
'''
PAGES: dict[str, str | bytes] = {
    "index.md": """\
# Stream server

::::{grid} 2
:::{grid-item-card} {octicon}`rocket` Begin
:link: guide/start
:link-type: doc
In five minutes.
:::
:::{grid-item-card} API
:link: api
:link-type: doc
Every name.
:::
::::

```{toctree}
:caption: Contents
:maxdepth: 2

guide/start
guide/looks-like-a-proposal
guide/old
guide/front
api
```
""",
    "guide/start.md": """\
(begin)=
# Begin

<img src="../_static/dot.png" alt="a dot" width="10px">

Stream
: What is sent piece by piece.

- [x] install it
- [ ] run it

````{tab-set}
```{tab-item} Linux
:sync: linux
Type `streams`.
```
```{tab-item} macOS
Type `streams` as well.
```
````

:::{dropdown} More
{bdg-success}`stable` and [the API](../api.rst), [the second part](#the-second-part), {any}`begin`,
{any}`streams.Stream`, {py:meth}`~streams.Stream.retry`.
:::

```{mermaid}
graph LR
  client --> server
```

## The second part

A link to [nowhere](#no-such-place), and to [a file](missing.md).

# A second title

In one page.
""",
    "guide/looks-like-a-proposal.md": """\
# Looks like a proposal

**Status**: Draft

**Authors**: nobody

**Sponsor**: [TBD]

# Summary

It lies elsewhere, so it is none. <!-- dep: ignore everything -->
""",
    "guide/old.rst": """\
Old page
========

:Status: Unheard of
:Author: somebody

.. mermaid::

   sequenceDiagram
      A->>B: hello

.. code-block:: nonsense

   what language is this?

See :doc:`start`, :any:`begin` and :class:`streams.Stream`.

Too short
===
""",
    "guide/front.md": """\
---
status: Draft
dep: 12
html_meta:
  description: A page with front matter
---
# Front matter

It is metadata of this project.
""",
    "api.rst": "API\n===\n\n.. automodule:: streams\n   :members:\n   :undoc-members:\n",
    "unlisted.md": "# Unlisted\n\nIn no toctree.\n",
    "lib/streams.py": MODULE,
    "_static/own.css": "h1 { color: teal }\n",
    "_static/dot.png": b"\x89PNG\r\n\x1a\n",
    "_templates/about.html": "<p>{{ status }}</p>\n",
}
FIELD_BLOCK = """\
# Say what failed

**Status**: Draft

**Authors**: [@octo](https://example.org/octo), Ada Lovelace

**Category**: Architecture

# Summary

- [x] thought of
- [ ] decided

Failure
: What {py:meth}`streams.Stream.retry` is for. See [](../guide/start.md).

# Motivation

```{mermaid}
graph TD
  client --> error
```

# Proposal

:::{tip}
Say it, <img src="../_static/dot.png" alt="a dot">.
:::

# Alternate Solutions

Silence.
"""
DEPS: dict[str, str | bytes] = {
    "deps/index.md": "---\norphan: true\n---\n# Proposals\n\n```{dep-index}\n:toctree:\n```\n",
    "deps/0001-say-what-failed.md": FIELD_BLOCK,
    "deps/0002-retry.rst": to_rst(proposal("Retry", extends="1")),
    "deps/0003-streams-end.md": proposal("Streams end", "Under Review", related="2", body="\n{dep}`1`\n"),
    "deps/NNNN-template.md": "---\norphan: true\n---\n# A template\n\n**Status**: Draft | Approved\n",
}
LOADED = CONF.replace('"sphinxcontrib.mermaid",', '"sphinxcontrib.mermaid", "sphinxext_dep",')
#: What may be new in the output: pages of the proposals' directory, the catalogue, style sheets, scripts.
ADDED = re.compile(
    r"(_sources/)?deps/|deps(\.schema)?\.json$|llms\.txt$|\.dep-stamps$|_static/sphinxext_dep\w*\.(css|js)$"
)
#: Files that speak of all pages of a site at once; each has its own comparison below.
OF_ALL_PAGES = {"searchindex.js", "objects.inv"}

Make = Callable[..., Project]


@pytest.fixture
def make(make_project: Make) -> Iterator[Make]:
    """Makes a project whose module is imported anew by each build."""

    path = list(sys.path)

    def forget() -> None:
        sys.modules.pop("streams", None)
        sys.path[:] = path

    def make(files: dict[str, str | bytes], conf: str, suffixes: str = SUFFIXES["list"]) -> Project:
        forget()
        return make_project(files, conf.replace('source_suffix = [".rst", ".md"]', f"source_suffix = {suffixes}"))

    yield make
    forget()


def output(built: Built) -> dict[str, bytes]:
    """Every output file by its path; none is left out for its kind."""
    return {
        file.relative_to(built.outdir).as_posix(): file.read_bytes()
        for file in sorted(built.outdir.rglob("*"))
        if file.is_file()
    }


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    """Files that are new, gone or different."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def search(built: Built) -> dict[str, set[str]]:
    """From a word, in a text or a title, to the pages of the project's own that the search finds by it."""
    index = search_index(built)
    found: dict[str, set[str]] = {}
    for kind in ("terms", "titleterms"):
        for word, pages in index[kind].items():
            names = {index["docnames"][page] for page in ([pages] if isinstance(pages, int) else pages)}
            found[f"{kind}:{word}"] = {name for name in names if not name.startswith("deps/")}
    return {word: names for word, names in found.items() if names}


def search_index(built: Built) -> dict[str, Any]:
    """What the search knows, without the list of the extensions that took part."""
    text = built.text("searchindex.js").removeprefix("Search.setIndex(").rstrip().removesuffix(")")
    index: dict[str, Any] = json.loads(text)
    del index["envversion"]
    return index


def inventory(built: Built) -> list[str]:
    """What other projects can link to, a line each, without what lies in the proposals' directory."""
    content = (built.outdir / "objects.inv").read_bytes().split(b"\n", 4)[4]
    lines = zlib.decompress(content).decode().splitlines()
    assert lines
    return [line for line in lines if not re.match(r".+? \S+:\S+ -?\d+ deps/", line)]


@pytest.mark.parametrize("suffixes", SUFFIXES.values(), ids=SUFFIXES)
def test_nothing_changes_but_what_is_added(make, suffixes):
    before = make(PAGES, CONF, suffixes).build()
    after = make(PAGES | DEPS, LOADED, suffixes).build()
    assert (before.status, after.status) == (0, 0)
    # The project's own faults are there, so that there is something to compare; not one is new, gone or moved.
    assert len(before.warnings) >= 5
    assert after.warnings == before.warnings
    assert after.read - before.read == {name.rpartition(".")[0] for name in DEPS}
    assert before.read <= after.read
    ours = {name for name in changed(output(before), output(after)) if not ADDED.match(name)}
    assert ours <= OF_ALL_PAGES
    assert search(after) == search(before)
    assert inventory(after) == inventory(before)
    assert [(entry["number"], entry["diagnostics"]) for entry in after.deps["proposals"]] == [(1, []), (2, []), (3, [])]


def test_without_a_proposal_only_the_empty_catalogue_is_added(make):
    before = make(PAGES, CONF).build()
    after = make(PAGES, LOADED).build()
    assert (after.status, after.warnings, after.read) == (0, before.warnings, before.read)
    assert {name for name in changed(output(before), output(after)) if not ADDED.match(name)} <= {"searchindex.js"}
    assert search_index(after) == search_index(before)
    assert after.deps["proposals"] == []


def test_a_project_with_no_other_extension_gets_none(make_project):
    """What this extension needs for its own pages is on its own pages, and not on every page of the site."""
    conf = 'extensions = ["myst_parser"]\nhtml_theme = "basic"\n'
    pages = {
        "index.md": "# Docs\n\n```{toctree}\nguide\nold\n```\n",
        "guide.md": "# Guide\n\nWords.\n",
        "old.rst": "Old\n===\n\n.. container:: box\n\n   In a box.\n",
    }
    before = make_project(pages, conf).build()
    cards = "---\norphan: true\n---\n# Proposals\n\n```{dep-index}\n:format: cards\n```\n"
    deps = {
        "deps/index.md": cards,
        "deps/0001-say-what-failed.md": "---\norphan: true\n---\n" + proposal("Say what failed"),
    }
    after = make_project({**pages, **deps}, conf.replace('"myst_parser"', '"myst_parser", "sphinxext_dep"')).build()
    assert (after.status, after.warnings) == (0, [])
    assert {name for name in changed(output(before), output(after)) if not ADDED.match(name)} <= OF_ALL_PAGES
    assert len(after.page("deps/index").select(".dep-cards > .dep-card")) == 1


def test_in_two_processes(make):
    before = make(PAGES, CONF).build(parallel=2)
    after = make(PAGES | DEPS, LOADED).build(parallel=2)
    assert (after.status, sorted(after.warnings)) == (0, sorted(before.warnings))
    ours = {name for name in changed(output(before), output(after)) if not ADDED.match(name)}
    assert ours <= OF_ALL_PAGES


@pytest.mark.parametrize("builder", ["dirhtml", "text"])
def test_other_builders(make, builder):
    before = make(PAGES, CONF).build(builder)
    after = make(PAGES | DEPS, LOADED).build(builder)
    assert after.warnings == before.warnings
    ours = {name for name in changed(output(before), output(after)) if not ADDED.match(name)}
    assert ours <= OF_ALL_PAGES


def test_the_navigation_gains_one_entry_when_the_table_is_listed(make):
    listed = {
        "index.md": str(PAGES["index.md"]).replace("\napi\n", "\napi\ndeps/index\n"),
        "deps/index.md": str(DEPS["deps/index.md"]).removeprefix("---\norphan: true\n---\n"),
    }
    before = make(PAGES, CONF).build()
    after = make(PAGES | DEPS | listed, LOADED).build()
    assert after.warnings == before.warnings
    for name in ("guide/start", "guide/looks-like-a-proposal", "guide/old", "guide/front", "api", "unlisted"):
        assert str(after.page(name)) == str(before.page(name))
    entries = after.page("index").select(".toctree-wrapper .toctree-l1")
    assert [entry.a.get_text() for entry in entries][-1] == "Proposals"
    assert [str(entry) for entry in entries[:-1]] == [
        str(entry) for entry in before.page("index").select(".toctree-wrapper .toctree-l1")
    ]


def test_a_faulty_proposal_adds_its_own_diagnostic_and_no_other(make):
    before = make(PAGES, CONF).build()
    faulty = {"deps/0004-faulty.md": proposal("Faulty", "Drift")}
    after = make(PAGES | DEPS | faulty, LOADED).build()
    assert after.status == 1
    added = [line for line in after.warnings if line not in before.warnings]
    assert len(added) == 1
    assert re.match(r"deps/0004-faulty\.md:4:10: ERROR: DEP201 ", added[0])
    assert [line for line in after.warnings if line not in added] == before.warnings


def test_it_can_be_added_to_and_taken_from_a_project_that_was_built_before(make):
    project = make(PAGES, CONF)
    before = project.build()
    plain = output(before)
    project.write({**DEPS, "conf.py": LOADED})
    sys.modules.pop("streams", None)
    assert project.build().warnings == before.warnings
    project.write({"conf.py": CONF})
    for name in DEPS:
        project.remove(name)
    sys.modules.pop("streams", None)
    after = project.build()
    assert after.warnings == before.warnings
    # Sphinx does not delete what a former build wrote; what it writes is as it was.
    ours = {name for name in changed(plain, output(after)) if not ADDED.match(name)}
    assert ours - {"environment.pickle"} == set()

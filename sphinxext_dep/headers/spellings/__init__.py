"""Headers: one module for each spelling reads, writes and edits it. :data:`SPELLINGS` lists them all.

A new spelling is a module that defines ``SPELLING``, an instance of a subclass of
:class:`~sphinxext_dep.headers.base.Spelling`, and one line in the table below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinxext_dep.headers.base import Spelling
    from sphinxext_dep.model.schema import Schema

_MODULES = {
    "directive": "directive",
    "block": "block",
    "front matter": "front_matter",
    "field list": "field_list",
    "fenced field list": "fence",
    "preamble": "preamble",
    "paragraphs": "paragraphs",
    "bulleted list": "bullets",
    "table": "table",
    "HTML table": "html_table",
    "sidecar file": "sidecar",
    "sections": "sections",
    "URL paragraph": "url_paragraph",
}
"""The module of each spelling. When two spellings of a page disagree, the one that comes first here counts."""

DIRECTIVE = "directive"
"""The spelling that every project reads."""

DEFAULT_SPELLINGS = (DIRECTIVE, "block", "front matter")
"""The spellings that a project reads unless its configuration says otherwise."""

UNMISTAKABLE = {"table": ("|", "= ")}
"""The spellings that a project which lists none reads as well where nothing else can be meant, each with texts of which
a page that has it holds one: most pages hold none, and are not looked at.
"""


class _Spellings(Mapping[str, "Spelling"]):
    """Every spelling by its name. Its module is imported when it is used: most projects use the default ones only."""

    def __init__(self) -> None:
        self._imported: dict[str, Spelling] = {}  # a page asks for its spellings again with every field

    def __getitem__(self, name: str) -> Spelling:
        if name not in self._imported:
            self._imported[name] = import_module(f"{__name__}.{_MODULES[name]}").SPELLING
        return self._imported[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


SPELLINGS: Mapping[str, Spelling] = _Spellings()


def key_of(name: str) -> str:
    """The word for the spelling *name* in the configuration and in options: ``front-matter``."""
    return name.lower().replace(" ", "-")


def asked_for(schema: Schema) -> list[Spelling]:
    """The spellings that the project reads only because its configuration lists them."""
    return [SPELLINGS[name] for name in schema.spellings if name not in DEFAULT_SPELLINGS]


def usual_spelling(schema: Schema) -> Spelling:
    """The spelling of a new header: see :func:`usual_spellings`."""
    return SPELLINGS["sidecar file"] if schema.sidecar else usual_spellings(schema)[0]


def usual_spellings(schema: Schema) -> list[Spelling]:
    """The spellings of new headers that the project asks for and commands can write; else the directive."""
    listed = asked_for(schema) if DIRECTIVE in schema.spellings else [SPELLINGS[name] for name in schema.spellings]
    return [spelling for spelling in listed if spelling.begins_pages] or [SPELLINGS[DIRECTIVE]]

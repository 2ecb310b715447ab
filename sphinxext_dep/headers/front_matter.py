"""YAML front matter as a header: which of its keys are fields, and whether they make a proposal of the page."""

from __future__ import annotations

import re

import msgspec

from sphinxext_dep.markup.markdown import front_matter_end, with_plain_newlines
from sphinxext_dep.markup.yaml import Entry, MappingReader, nested_problem, raw_field
from sphinxext_dep.model.header import HeaderProblem, Part, Spelling
from sphinxext_dep.model.schema import Field, Schema, fold
from sphinxext_dep.model.source import Source

_NOT_OURS = frozenset(
    (
        "author", "blogpost", "category", "created", "date", "description", "excerpt", "external", "file format",
        "html meta", "image", "jupytext", "kernelspec", "keywords", "language", "layout", "location", "myst", "mystnb",
        "no search", "nocomments", "orphan", "redirect", "slug", "static", "subject", "substitutions", "template",
        "theme", "title", "tocdepth", "version",
    )
)  # fmt: skip
"""Keys (folded) that Sphinx, MyST, notebooks and blogs give a meaning: never a misspelled field."""

_FIRST_KEY = re.compile(r"-{3,}[ \t]*\n\s*([\w-]+(?:[ \t][\w-]+)*)[ \t]*:(?:\s|\Z)")
_CLOSE = 2
"""How many slips (letters missing, wrong, too many or swapped) a misspelled key may have; half of that when short."""


class FrontMatter(msgspec.Struct, frozen=True):
    """What front matter contributes.

    :param part: its fields, if they count.
    :param is_header: whether it is a header by itself: with a status (however misspelled), or with a number and at
        least one more field. Else its fields count only beside another spelling, for a page's ``author:`` or ``tags:``
        do not make a proposal of it.
    :param unreadable: the problems of the YAML itself, which are also among those of *part*.
    """

    part: Part = Part()
    is_header: bool = False
    unreadable: tuple[HeaderProblem, ...] = ()


class _Match(msgspec.Struct):
    """An entry and the field that its key names or, when *near*, the one that it was meant to name."""

    entry: Entry
    field: Field
    near: bool = False


def read_front_matter(source: Source, schema: Schema) -> FrontMatter:
    """Read the front matter of a Markdown page."""
    if not source.text.startswith("---") or source.suffix == ".rst":
        return FrontMatter()
    text = with_plain_newlines(source.text)
    found = front_matter_end(text)
    if found is None:
        problems = _unclosed(source, text, schema)
        return FrontMatter(Part(problems=problems), unreadable=problems)
    closing, body_start = found
    reader = MappingReader(source, text.index("\n") + 1, closing)
    matches = _recognise(reader.read(), schema)
    exact = {match.field.key for match in matches if not match.near}
    number = schema.number_field
    is_header = any(match.field is schema.status_field for match in matches) or (
        number is not None and number.key in exact and len(exact) > 1
    )
    ours = [match.entry for match in matches if exact or is_header]
    end = len(text[:body_start].rstrip())
    part = Part(
        fields=tuple(raw_field(source, entry, Spelling.FRONT_MATTER) for entry in ours),
        span=source.span(0, end) if ours else None,
        problems=(*reader.problems, *(nested_problem(source, entry) for entry in ours if entry.nested)),
    )
    return FrontMatter(part, is_header, tuple(reader.problems))


def _recognise(entries: list[Entry], schema: Schema) -> list[_Match]:
    """The entries whose key names a field or, short of a slip or two, was meant to; in page order."""
    names = schema.field_names
    matches: list[_Match] = []
    choices: list[str] | None = None
    for entry in entries:
        name = fold(entry.key)
        field = names.get(name)
        if field is not None:
            matches.append(_Match(entry, field))
        elif name not in _NOT_OURS and 3 < len(name) < 40:
            # Only a stranger needs this library: most pages never load it.
            from rapidfuzz import process
            from rapidfuzz.distance import OSA

            choices = choices or [known for known in names if len(known) > 3]
            slips = _CLOSE if len(name) > 4 else _CLOSE // 2
            best = process.extractOne(name, choices, scorer=OSA.distance, score_cutoff=slips)
            if best is not None and (best[1] < 2 or best[0][0] == name[0]):  # `created` is not `related`
                matches.append(_Match(entry, names[best[0]], near=True))
    return matches


def _unclosed(source: Source, text: str, schema: Schema) -> tuple[HeaderProblem, ...]:
    """A page that starts like front matter with a field, but never ends it."""
    match = _FIRST_KEY.match(text)
    if match is None or fold(match[1]) not in schema.field_names:
        return ()
    return (
        HeaderProblem(
            source.span(0, 3),
            "the front matter is never closed",
            "write `---` on a line of its own behind its last key",
        ),
    )

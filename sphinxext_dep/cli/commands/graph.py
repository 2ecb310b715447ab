"""``graph``: the relations between proposals, as text that Graphviz or Mermaid draws."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

import click

from sphinxext_dep.check.check import today
from sphinxext_dep.cli.commands.listing import read_query
from sphinxext_dep.cli.output import one_line
from sphinxext_dep.cli.project import judge_project, no_proposals, note, open_config, read_history
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.schema import Field
from sphinxext_dep.query.columns import Context


class Edge(NamedTuple):
    """A relation between two proposals, named by their paths.

    :param directed: false for a relation that is its own inverse, such as *related*.
    """

    start: str
    label: str
    end: str
    directed: bool = True


@click.command()
@click.argument("query", default="")
@click.option("--format", "style", type=click.Choice(("dot", "mermaid")), default="dot", show_default=True)
def command(query: str, style: str) -> None:
    """Print the relations between proposals as a graph: all, or those among the proposals that a QUERY finds.

    Proposals without a relation are left out. `sphinx-dep graph | dot -Tsvg` draws it; GitHub and GitLab draw Mermaid
    in a Markdown file.
    """
    config = open_config()
    wanted = read_query(query, config.schema)
    judgement = judge_project(config)
    catalog = judgement.catalog
    if not catalog.proposals:
        note(no_proposals(config))
    context = Context(today(), judgement.invalid, lambda: read_history(config, catalog))
    paths = {proposal.path for proposal in catalog.proposals if wanted.matches(proposal, context)}
    edges = find_edges(catalog, paths)
    click.echo("\n".join(_dot(edges, catalog) if style == "dot" else _mermaid(edges, catalog)))


def find_edges(catalog: Catalog, paths: Collection[str]) -> list[Edge]:
    """The relations among the proposals *paths*, each once, whichever side states it; by path."""
    found: dict[Edge, None] = {}
    for proposal in catalog.proposals:
        for field in catalog.schema.relation_fields:
            for _reference, target in catalog.forward(proposal, field.key):
                if target is not None and proposal.path in paths and target.path in paths:
                    found[_edge(proposal.path, field, target.path, catalog)] = None
    return sorted(found)


def _edge(start: str, field: Field, end: str, catalog: Catalog) -> Edge:
    """The edge that *field* states. Of a relation and its inverse, the one that the process lists first is drawn."""
    if field.inverse == field.key:
        return Edge(min(start, end), field.label, max(start, end), directed=False)
    keys = [other.key for other in catalog.schema.relation_fields]
    if field.inverse in keys and keys.index(field.inverse) < keys.index(field.key):
        return Edge(end, catalog.schema.fields[field.inverse].label, start)
    return Edge(start, field.label, end)


def _nodes(edges: list[Edge], catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Path and text of every proposal in *edges*."""
    for path in sorted({path for edge in edges for path in (edge.start, edge.end)}):
        proposal = catalog.by_path[path]
        yield path, one_line(": ".join(filter(None, (catalog.label(proposal), proposal.title))))


def _dot(edges: list[Edge], catalog: Catalog) -> Iterator[str]:
    """*edges* in the language of Graphviz: https://graphviz.org/doc/info/lang.html."""

    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    yield "digraph proposals {"
    yield "  node [shape=box];"
    for path, text in _nodes(edges, catalog):
        yield f"  {quoted(path)} [label={quoted(text)}];"
    for edge in edges:
        direction = "" if edge.directed else ", dir=none"
        yield f"  {quoted(edge.start)} -> {quoted(edge.end)} [label={quoted(edge.label.lower())}{direction}];"
    yield "}"


def _mermaid(edges: list[Edge], catalog: Catalog) -> Iterator[str]:
    """*edges* as a flowchart of Mermaid: https://mermaid.js.org/syntax/flowchart.html."""

    def quoted(text: str) -> str:
        # Every other character may be syntax, of Mermaid or of the HTML that it makes; a code is only text.
        return '"' + "".join(char if char.isalnum() or char in " -_.,:" else f"#{ord(char)};" for char in text) + '"'

    names: dict[str, str] = {}
    yield "flowchart LR"
    for number, (path, text) in enumerate(_nodes(edges, catalog)):
        names[path] = f"p{number}"
        yield f"  p{number}[{quoted(text)}]"
    for edge in edges:
        arrow = "-->" if edge.directed else "---"
        yield f"  {names[edge.start]} {arrow}|{quoted(edge.label.lower())}| {names[edge.end]}"

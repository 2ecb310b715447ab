"""``show``: everything about one proposal."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import click

from sphinxext_dep.cli.output.cells import cell
from sphinxext_dep.cli.output.formats.colours import Colours
from sphinxext_dep.cli.output.plain import one_line
from sphinxext_dep.cli.output.tables import watched
from sphinxext_dep.cli.project import complete_proposal, file_of, find_proposal, judge_project, open_config
from sphinxext_dep.config import Config
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.publish.json_values import Entries

_SUMMARY_WIDTH = 88
"""Characters of a line of the summary: comfortable to read, and less than most terminals have."""


@click.command()
@click.argument("proposal", shell_complete=lambda _context, _parameter, incomplete: complete_proposal(incomplete))
@click.option("--format", "style", type=click.Choice(("text", "json")), default="text", show_default=True)
def command(proposal: str, style: str) -> None:
    """Show one PROPOSAL, named by its number, slug or file: its fields, relations, sections, and what is wrong."""
    config = open_config()
    judgement = judge_project(config)
    found = find_proposal(proposal, judgement, config)
    diagnostics = [item for item in judgement.diagnostics if item.path == found.path]
    if style == "json":
        entry = Entries(judgement, config.schema, lambda path: None).proposal(found, diagnostics)
        click.echo(json.dumps(entry, indent=1))
        return
    paint = Colours(watched() and not os.environ.get("NO_COLOR"))
    click.echo("\n".join(_lines(found, judgement.catalog, diagnostics, config, paint)))


def _lines(
    proposal: Proposal, catalog: Catalog, diagnostics: list[Diagnostic], config: Config, paint: Colours
) -> Iterator[str]:
    label = one_line(catalog.label(proposal))
    yield paint("bold", f"{label}: {one_line(proposal.title)}" if proposal.title else label)
    yield paint("dim", os.path.relpath(file_of(proposal.path, config)))
    yield ""
    rows = list(_rows(proposal, catalog))
    width = max((len(name) for name, _text in rows), default=0)
    for name, text in rows:
        yield f"{paint('bold', f'{name:<{width}}')}  {text}"
    if proposal.summary:
        import textwrap

        yield ""
        yield from textwrap.wrap(one_line(proposal.summary), _SUMMARY_WIDTH)
    yield ""
    for item in diagnostics:
        tint = {"error": "red", "warning": "yellow"}.get(item.severity.value, "blue")
        yield f"{paint(tint, item.severity.value)} {item.code} line {item.line}: {item.message}"
    if not diagnostics:
        yield paint("green", "Nothing is wrong with it.")


def _rows(proposal: Proposal, catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Label and value of every field that says something, relations that others state included."""
    schema = catalog.schema
    for field in schema.fields.values():
        text = cell(proposal, field.key, catalog)
        if text and field not in (schema.number_field, schema.title_field):
            yield field.label, text
        if field.inverse_label and (others := catalog.reverse(proposal, field.key)):
            yield field.inverse_label, ", ".join(map(catalog.label, others))
    for raw in proposal.extra:
        yield one_line(raw.label), one_line(raw.value)

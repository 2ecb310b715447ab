"""``requirements``: the numbered requirements of proposals, also for sphinx-needs."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import click

from sphinxext_dep.check.check import today
from sphinxext_dep.cli.commands.listing import read_query
from sphinxext_dep.cli.output import Group, comma_separated, markdown, one_line, print_table
from sphinxext_dep.cli.project import find_proposal, judge_project, no_proposals, note, open_config, read_history
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.proposal import LEVELS, Proposal, Requirement
from sphinxext_dep.publish.deps_json import in_order
from sphinxext_dep.query.columns import Context

VERSION = 1
"""Of the JSON; within one version keys are added, never removed, and never given another meaning."""

_HEAD = ("Requirement", "Title", "Level", "Proposal", "Status")
_NO_ID = re.compile(r"[^A-Z0-9]+")


class _Found(NamedTuple):
    proposal: Proposal
    item: Requirement


@click.command()
@click.argument("proposals", nargs=-1, metavar="[PROPOSAL]...")
@click.option(
    "--filter", "expression", metavar="EXPRESSION", default="", help="Only of proposals that this query finds."
)
@click.option(
    "--level", "levels", multiple=True, type=click.Choice(LEVELS), help="Only of this level; may be repeated."
)
@click.option(
    "--format", "style", type=click.Choice(("table", "json", "csv", "markdown", "needs")), default="table",
    show_default=True, help="'needs' is a needs.json, which sphinx-needs imports.",
)  # fmt: skip
@click.option(
    "--need-type", default="req", show_default=True, metavar="TYPE", help="With 'needs': the type that needs get."
)
def command(proposals: Sequence[str], expression: str, levels: Sequence[str], style: str, need_type: str) -> None:
    """List the requirements of proposals: headings such as 'REQ 1 Title', and YAML blocks 'requirements:'.

    PROPOSAL is a number, a slug or a file; without one, it is the requirements of all proposals.
    """
    config = open_config()
    wanted = read_query(expression, config.schema)
    judgement = judge_project(config)
    catalog = judgement.catalog
    if not catalog.proposals:
        note(no_proposals(config))
    context = Context(today(), judgement.invalid, lambda: read_history(config, catalog))
    named = [find_proposal(word, judgement, config) for word in proposals]
    found = [
        _Found(proposal, item)
        for proposal in named or in_order(catalog)
        if wanted.matches(proposal, context)
        for item in proposal.requirements
        if not levels or item.level in levels
    ]
    if style == "json":
        entries = [_entry(item, catalog) for item in found]
        click.echo(json.dumps({"version": VERSION, "requirements": entries}, indent=1, ensure_ascii=False))
    elif style == "needs":
        click.echo(json.dumps(_needs(found, catalog, need_type), indent=1, ensure_ascii=False))
    else:
        rows = [Group("", [_row(item, catalog) for item in found])]
        if style == "csv":
            click.echo(comma_separated(_HEAD, rows), nl=False)
        elif style == "markdown":
            click.echo(markdown(_HEAD, rows), nl=False)
        else:
            print_table(_HEAD, rows)


def _row(found: _Found, catalog: Catalog) -> list[str]:
    proposal, item = found
    status = proposal.status or proposal.status_raw
    return [one_line(text) for text in (item.id, item.title, item.level, catalog.label(proposal), status)]


def _entry(found: _Found, catalog: Catalog) -> dict[str, Any]:
    proposal, item = found
    return {
        "id": item.id,
        "number": item.number,
        "title": item.title or None,
        "level": item.level or None,
        "anchor": item.anchor if item.has_heading else None,
        "line": item.span.line,
        "label": catalog.label(proposal),
        "proposal": proposal.path,
        "status": proposal.status,
    }


def _needs(found: Sequence[_Found], catalog: Catalog, need_type: str) -> dict[str, Any]:
    """The requirements as a ``needs.json``.

    The level is a tag: other fields have to be declared in the project that imports them. Content is left out, since
    sphinx-needs would parse it as markup.

    https://sphinx-needs.readthedocs.io/en/latest/builders.html#needs
    """
    needs: dict[str, dict[str, Any]] = {}
    for proposal, item in found:
        base = name = _NO_ID.sub("_", f"{catalog.label(proposal)}_{item.id}".upper()).strip("_")
        # Ids with other letters than sphinx-needs allows, or that differ in marks only, can become the same.
        for count in itertools.count(2):
            if name not in needs:
                break
            name = f"{base}_{count}"
        needs[name] = {
            "id": name,
            "type": need_type,
            "title": one_line(f"{item.id} {item.title}".rstrip()),
            "status": proposal.status,
            "tags": [tag for tag in (item.level, catalog.label(proposal)) if tag],
            "content": "",
        }
    version = str(VERSION)
    return {
        "project": f"{catalog.schema.prefix} requirements",
        "current_version": version,
        "versions": {version: {"needs_amount": len(needs), "needs": needs}},
    }

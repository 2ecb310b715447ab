"""``list`` and ``query``: the catalog, with the filters, sorting and grouping of ``dep-index``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NoReturn, TypeVar

import click

from sphinxext_dep.check.attention import today
from sphinxext_dep.check.check import Judgement
from sphinxext_dep.cli.output.cells import cell, heading
from sphinxext_dep.cli.output.plain import one_line
from sphinxext_dep.cli.output.tables import Group, aligned, comma_separated, markdown, terminal, watched
from sphinxext_dep.cli.project import judge_project, open_config, read_history
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Colour, Schema
from sphinxext_dep.publish.json_values import Entries
from sphinxext_dep.query import (
    DEFAULT_ORDER,
    Context,
    Filter,
    QueryError,
    all_of,
    default_columns,
    group,
    match_option,
    parse,
    parse_columns,
    parse_group,
    parse_sort,
    sort,
)

Read = TypeVar("Read")

FORMATS = ("table", "json", "csv", "markdown")
FILTERS = ("status", "category", "author", "sponsor", "reviewer", "tag", "number")
"""Options that filter by one field, under the names that they have in ``dep-index``."""

PALETTE = {
    Colour.GREY: "bright_black",
    Colour.BLUE: "blue",
    Colour.GREEN: "green",
    Colour.TEAL: "cyan",
    Colour.PURPLE: "magenta",
    Colour.ORANGE: "dark_orange",
    Colour.RED: "red",
}
"""The colours of statuses, in a terminal."""

VERSION = 1
"""Of the JSON; within one version keys are added, never removed, and never given another meaning."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that both commands have."""
    options = [
        *(click.option(f"--{name}", metavar="VALUES", help=f"Only with one of these: {name}.") for name in FILTERS),
        click.option("--where", multiple=True, metavar="FIELD=VALUES", help="Only with one of these, for any field."),
        click.option("--sort", metavar="FIELDS", help="Sort by these fields; -field sorts it descending."),
        click.option("--group-by", metavar="FIELD", help="Group by a field."),
        click.option(
            "--columns",
            metavar="FIELDS",
            show_default="number, title, status, category, authors, as far as the process has them",
            help="What to show.",
        ),
        click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most so many."),
        click.option("--format", "style", type=click.Choice(FORMATS), default="table", show_default=True),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.command("list")
@click.option("--filter", "expression", metavar="EXPRESSION", default="", help="Only what this query finds.")
@_options
def list_command(expression: str, **options: Any) -> None:
    """List proposals: all of them, or those that every filter lets through.

    Several values of a filter are separated by commas; a proposal needs one of them.
    """
    _list(expression, **options)


# `-status:closed` is a query, and no option.
@click.command("query", context_settings={"ignore_unknown_options": True})
@click.argument("expression")
@_options
def query_command(expression: str, **options: Any) -> None:
    """List the proposals that a query finds, such as 'status:open author:@octo -has:sponsor'."""
    _list(expression, **options)


def _list(
    expression: str,
    *,
    where: Sequence[str],
    sort: str | None,
    group_by: str | None,
    columns: str | None,
    limit: int | None,
    style: str,
    **filters: str | None,
) -> None:
    config = open_config()
    schema = config.schema
    wanted = all_of(_filters(expression, where, filters, schema))
    order = _read("--sort", sort, lambda text: parse_sort(text, schema)) if sort else DEFAULT_ORDER
    by = _read("--group-by", group_by, lambda text: parse_group(text, schema)) if group_by else ""
    keys = _read("--columns", columns, lambda text: parse_columns(text, schema)) if columns else default_columns(schema)

    judgement = judge_project(config)
    context = Context(today(), judgement.invalid, lambda: read_history(config, judgement.catalog))
    chosen = [item for item in judgement.catalog.proposals if wanted.matches(item, context)]
    chosen = _sorted(chosen, order, schema, context)[:limit]
    groups = group(chosen, by, schema, context) if by else [("", chosen)]
    if style == "json":
        click.echo(_json(judgement, schema, groups, grouped=bool(by)))
        return
    head = [heading(key, judgement.catalog) for key in keys]
    rows = [
        Group(one_line(name), [[cell(item, key, judgement.catalog, context) for key in keys] for item in members])
        for name, members in groups
    ]
    if style == "csv":
        text = comma_separated(head, rows, heading(by, judgement.catalog) if by else "")
    elif style == "markdown":
        text = markdown(head, rows)
    elif watched():
        text = terminal(head, rows, {status.name: PALETTE[status.colour] for status in schema.statuses.values()})
    else:
        text = aligned(head, rows)
    click.echo(text, nl=False)


_sorted = sort
"""The name is taken by an option."""


def _filters(expression: str, where: Sequence[str], filters: dict[str, str | None], schema: Schema) -> Iterator[Filter]:
    yield _read("the query", expression, lambda text: parse(text, schema))
    for name, values in filters.items():
        if values is not None:
            yield _read(f"--{name}", values, partial(match_option, name, schema=schema))
    for condition in where:
        name, equals, values = condition.partition("=")
        if not equals:
            raise click.UsageError(f"--where {condition}: write a field, '=' and values, as in --where tags=cache")
        yield _read("--where", values, partial(match_option, name.strip(), schema=schema))


def _read(what: str, text: str | None, reader: Callable[[str], Read]) -> Read:
    """What *text* means.

    :raises click.UsageError: when it means nothing, with a marker below the place.
    """
    try:
        return reader(text or "")
    except QueryError as error:
        _complain(what, text or "", error)


def _complain(what: str, text: str, error: QueryError) -> NoReturn:
    line = one_line(text)
    lines = [f"{what}: {error.message}"]
    # Where the text was changed to be shown, a marker would be in the wrong place.
    if line == text:
        lines += [f"  {line}", f"  {' ' * error.start}{'^' * max(1, error.end - error.start)}"]
    if error.help:
        lines.append(f"  {error.help}")
    raise click.UsageError("\n".join(lines))


def _json(
    judgement: Judgement, schema: Schema, groups: Sequence[tuple[str, Sequence[Proposal]]], *, grouped: bool
) -> str:
    """The proposals with the keys that they have in ``deps.json``; a page that was not built has no URL."""
    found: dict[str, list[Diagnostic]] = {}
    for item in judgement.diagnostics:
        found.setdefault(item.path, []).append(item)
    entries = Entries(judgement, schema, lambda path: None)
    told = [
        {"heading": name, "proposals": [entries.proposal(item, found.get(item.path, ())) for item in members]}
        for name, members in groups
    ]
    document: dict[str, Any] = {"version": VERSION, "prefix": schema.prefix}
    document |= {"groups": told} if grouped else {"proposals": told[0]["proposals"]}
    return json.dumps(document, indent=1)

"""``list``, ``query`` and ``show``: proposals with the filters, sorting and grouping of ``dep-index``, or one alone."""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NoReturn, TypeVar

import click

from sphinxext_dep.check.check import Judgement, today
from sphinxext_dep.check.unmerged import Draft, Listing
from sphinxext_dep.cli.output import (
    Colours,
    Group,
    comma_separated,
    display_path,
    is_terminal,
    markdown,
    one_line,
    print_table,
)
from sphinxext_dep.cli.project import (
    complete_proposal,
    find_proposal,
    no_proposals,
    note,
    open_config,
    read_history,
)
from sphinxext_dep.cli.revisions import find_draft, judge_with_drafts, settings_of
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.config import Config
from sphinxext_dep.model.diagnostics import Diagnostic
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import Colour, Schema
from sphinxext_dep.publish.deps_json import Entries
from sphinxext_dep.query.columns import Context, column
from sphinxext_dep.query.filters import DEFAULT_ORDER, Filter, QueryError, all_of, group, sort
from sphinxext_dep.query.parse import default_columns, match_option, parse, parse_columns, parse_group, parse_sort

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

_SUMMARY_WIDTH = 88
"""Characters of a line of the summary: comfortable to read, and less than most terminals have."""

VERSION = 1
"""Of the JSON; within one version keys are added, never removed, and never given another meaning."""


UNMERGED = click.option(
    "--unmerged", is_flag=True, help="Also those on branches and pull requests that are not merged."
)
"""The option of every command that can show them."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that both commands have."""
    options = [
        *(click.option(f"--{name}", metavar="VALUES", help=f"Only with one of these: {name}.") for name in FILTERS),
        UNMERGED,
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
    unmerged: bool,
    **filters: str | None,
) -> None:
    config = open_config()
    schema = config.schema
    wanted = all_of(_filters(expression, where, filters, schema))
    order = _read("--sort", sort, lambda text: parse_sort(text, schema)) if sort else DEFAULT_ORDER
    by = _read("--group-by", group_by, lambda text: parse_group(text, schema)) if group_by else ""
    keys = _read("--columns", columns, lambda text: parse_columns(text, schema)) if columns else default_columns(schema)
    if unmerged and not columns:
        keys = (*keys, "ref")

    judgement, drafts = judge_with_drafts(config, unmerged=unmerged)
    everything = (*judgement.catalog.proposals, *drafts.proposals)
    if not everything:
        note(no_proposals(config))
    context = Context(today(), judgement.invalid, lambda: read_history(config, judgement.catalog), drafts.origins)
    chosen = [item for item in everything if wanted.matches(item, context)]
    chosen = _sorted(chosen, order, schema, context)[:limit]
    groups = group(chosen, by, schema, context) if by else [("", chosen)]
    if style == "json":
        click.echo(_json(judgement, drafts, config, groups, grouped=bool(by)))
        return

    def catalog_of(proposal: Proposal) -> Catalog:
        """What a draft says of a merged proposal must not be shown as if it were merged."""
        return (drafts.judgement if proposal.path in drafts.drafts else judgement).catalog

    head = [_heading(key, schema) for key in keys]
    rows = [
        Group(one_line(name), [[_cell(item, key, catalog_of(item), context) for key in keys] for item in members])
        for name, members in groups
    ]
    if style == "csv":
        click.echo(comma_separated(head, rows, _heading(by, schema) if by else ""), nl=False)
    elif style == "markdown":
        click.echo(markdown(head, rows), nl=False)
    elif everything:
        print_table(head, rows, {status.name: PALETTE[status.colour] for status in schema.statuses.values()})


def _heading(key: str, schema: Schema) -> str:
    return column(key, schema).label(schema)


def _cell(proposal: Proposal, key: str, catalog: Catalog, context: Context) -> str:
    """The value of the column *key* on one line."""
    return one_line(", ".join(column(key, catalog.schema).texts(proposal, catalog, context)))


_sorted = sort
"""The name is taken by an option."""


def _filters(expression: str, where: Sequence[str], filters: dict[str, str | None], schema: Schema) -> Iterator[Filter]:
    yield read_query(expression, schema)
    for name, values in filters.items():
        if values is not None:
            yield _read(f"--{name}", values, partial(match_option, name, schema=schema))
    for condition in where:
        name, equals, values = condition.partition("=")
        if not equals:
            raise click.UsageError(f"--where {condition}: write a field, '=' and values, as in --where tags=cache")
        yield _read("--where", values, partial(match_option, name.strip(), schema=schema))


def read_query(expression: str, schema: Schema) -> Filter:
    """The filter that a query means.

    :raises click.UsageError: when it is no query, with a marker below the place.
    """
    return _read("the query", expression, lambda text: parse(text, schema))


def _read(what: str, text: str | None, reader: Callable[[str], Read]) -> Read:
    """The meaning of *text*.

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
    judgement: Judgement,
    drafts: Listing,
    config: Config,
    groups: Sequence[tuple[str, Sequence[Proposal]]],
    *,
    grouped: bool,
) -> str:
    """The proposals with the keys that they have in ``deps.json``; a page that was not built has no URL."""
    schema = config.schema
    found: dict[str, list[Diagnostic]] = {}
    for item in judgement.diagnostics:
        found.setdefault(item.path, []).append(item)
    entries = Entries(judgement, schema, lambda path: None)
    others = Entries(drafts.judgement, schema, lambda path: None)

    def entry(proposal: Proposal) -> dict[str, Any]:
        draft = drafts.drafts.get(proposal.path)
        if draft is None:
            return entries.proposal(proposal, found.get(proposal.path, ()))
        return others.draft(proposal, draft, draft.url(settings_of(config)))

    told = [{"heading": name, "proposals": [entry(item) for item in members]} for name, members in groups]
    document: dict[str, Any] = {"version": VERSION, "prefix": schema.prefix}
    document |= {"groups": told} if grouped else {"proposals": told[0]["proposals"]}
    return json.dumps(document, indent=1)


@click.command("show")
@click.argument("proposal", shell_complete=lambda *args: complete_proposal(args[2]))
@click.option(
    "--unmerged", is_flag=True, help="One that is not merged: PROPOSAL may also be its pull request or branch."
)
@click.option("--format", "style", type=click.Choice(("text", "json")), default="text", show_default=True)
def show_command(proposal: str, style: str, *, unmerged: bool) -> None:
    """Show one PROPOSAL, named by its number, slug or file: its fields, relations, sections, and what is wrong."""
    config = open_config()
    judgement, drafts = judge_with_drafts(config, unmerged=unmerged)
    if unmerged:
        judgement = drafts.judgement
        found = find_draft(proposal, drafts)
    else:
        found = find_proposal(proposal, judgement, config)
    draft = drafts.drafts.get(found.path)
    diagnostics = [item for item in judgement.diagnostics if item.path == found.path]
    if style == "json":
        entries = Entries(judgement, config.schema, lambda path: None)
        url = draft.url(settings_of(config)) if draft is not None else ""
        entry = entries.proposal(found, diagnostics) if draft is None else entries.draft(found, draft, url)
        click.echo(json.dumps(entry, indent=1))
        return
    paint = Colours(is_terminal() and not os.environ.get("NO_COLOR"))
    place = display_path(config.root / found.path) if draft is None else one_line(draft.name)
    click.echo("\n".join(_lines(found, judgement.catalog, diagnostics, place, _state(draft), paint)))


def _state(draft: Draft | None) -> str:
    """How far a proposal is that is not merged; empty for one that is."""
    if draft is None:
        return ""
    state = f"Not merged: begun on {draft.begun}, last changed on {draft.changed}"
    state += f"; it changes {draft.changes}" if draft.changes else ""
    state += f"; and {len(draft.companions)} more pages" if draft.companions else ""
    state += f"; the same page is on {', '.join(draft.elsewhere)}" if draft.elsewhere else ""
    return one_line(state)


def _lines(
    proposal: Proposal, catalog: Catalog, diagnostics: list[Diagnostic], place: str, state: str, paint: Colours
) -> Iterator[str]:
    label = one_line(catalog.label(proposal))
    yield paint("bold", f"{label}: {one_line(proposal.title)}" if proposal.title else label)
    yield paint("dim", place)
    if state:
        yield paint("yellow", state)
    yield ""
    rows = list(_rows(proposal, catalog))
    width = max((len(name) for name, _text in rows), default=0)
    for name, text in rows:
        yield f"{paint('bold', f'{name:<{width}}')}  {text}"
    if proposal.summary:
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
        text = _cell(proposal, field.key, catalog, Context())
        if text and field not in (schema.number_field, schema.title_field):
            yield field.label, text
        if field.inverse_label and (others := catalog.reverse(proposal, field.key)):
            yield field.inverse_label, ", ".join(map(catalog.label, others))
    for raw in proposal.extra:
        yield one_line(raw.label), one_line(raw.value)

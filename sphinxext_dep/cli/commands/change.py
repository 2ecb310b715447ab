"""``status``, ``link``, ``supersede`` and ``convert``: changes to the header of a proposal."""

from __future__ import annotations

import click

from sphinxext_dep.cli.editing import (
    check_transition,
    complete_status,
    conclude,
    dry_run_option,
    failing,
    find_page,
    find_status,
    open_workspace,
    read_assignments,
    required_values,
    seen,
    with_banner,
    with_values,
)
from sphinxext_dep.cli.project import Failure, Impossible, complete_proposal, note, open_config
from sphinxext_dep.edit.convert import convert, not_restored
from sphinxext_dep.edit.relations import relate
from sphinxext_dep.edit.workspace import Workspace
from sphinxext_dep.headers import SPELLINGS, key_of
from sphinxext_dep.model.messages import closest
from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.schema import Field, Schema, Status, StatusKind, fold

_SPELLINGS = {key_of(name): spelling for name, spelling in SPELLINGS.items() if spelling.is_writable}

_MAX_SHOWN = 6
"""Differences that are listed: where every label has a colon of the other kind, the first few are enough."""


@click.command("status")
@click.argument("proposal", shell_complete=lambda *args: complete_proposal(args[2]))
@click.argument("status", shell_complete=lambda *args: complete_status(args[2]))
@click.option(
    "--set",
    "assignments",
    metavar="FIELD=VALUE",
    multiple=True,
    help="Give a field a value at the same time; `today` is today's date. May be repeated.",
)
@click.option("--force", is_flag=True, help="Even if the lifecycle does not allow it, or the page is invalid then.")
@dry_run_option
def status_command(proposal: str, status: str, assignments: tuple[str, ...], *, force: bool, dry_run: bool) -> None:
    """Give PROPOSAL (a number, a name or a file) another STATUS.

    The lifecycle of the configuration says which statuses may follow. Fields that the new status requires are asked for
    on a terminal, else taken from --set. If the page would be invalid with the new status, nothing is written. A status
    banner in the page says the new status, too.
    """
    workspace = open_workspace()
    schema = workspace.schema
    wanted = find_status(status, schema)
    given = read_assignments(assignments, schema)
    page = find_page(workspace, proposal)
    check_transition(page.proposal, wanted, schema, force=force)
    values = given if force else required_values(page, wanted, given)
    field = schema.status_field
    if field is not None and page.proposal.status_raw != wanted.name:
        values = {**values, field.key: wanted.name}
    unchanged = f"{seen(workspace, page)} is `{wanted.name}` already"
    after = with_banner(workspace, with_values(page, values))
    conclude(workspace, [after], dry_run=dry_run, force=force, unchanged=unchanged)


@click.command("link")
@click.argument("proposal", shell_complete=lambda *args: complete_proposal(args[2]))
@click.argument("relation", shell_complete=lambda *args: complete_relation(args[2]))
@click.argument("other", shell_complete=lambda *args: complete_proposal(args[2]))
@click.option("--note", default="", metavar="TEXT", help="What to say about it in parentheses, such as `partially`.")
@dry_run_option
def link_command(proposal: str, relation: str, other: str, note: str, *, dry_run: bool) -> None:
    """Say that PROPOSAL has RELATION (`extends`, `related`, `replaces` …) to OTHER.

    If the relation has another side, such as `replaced-by`, it is written on the page of OTHER: on both pages, or on
    neither. `sphinx-dep supersede` changes the status as well.
    """
    workspace = open_workspace()
    field, turned = find_relation(relation, workspace.schema)
    page, target = find_page(workspace, proposal), find_page(workspace, other)
    if page is target:
        raise Impossible(f"{seen(workspace, page)} cannot have a relation to itself")
    if turned:
        page, target = target, page
    with failing():
        refuse_another_note(workspace, page, field, target, note.strip())
        pages = relate(workspace.catalog, page, field, target, note.strip())
    unchanged = f"{seen(workspace, page)} and {seen(workspace, target)} say so already"
    conclude(workspace, pages, dry_run=dry_run, unchanged=unchanged)


def refuse_another_note(workspace: Workspace, page: Page, field: Field, target: Page, note: str) -> None:
    """Make sure that *note* is not lost: a reference that is there already keeps what it says.

    :raises Impossible: when it is there without the note.
    """
    inverse = workspace.schema.fields.get(field.inverse)
    for one, own, other in ((page, field, target), (target, inverse, page)):
        if not note or own is None:
            continue
        for reference, found in workspace.catalog.forward(one.proposal, own.key):
            said = reference.note or one.proposal.fields[own.key].qualifier
            if found is not None and found.path == other.source.path and said != note:
                raise Impossible(
                    f"{seen(workspace, one)}:{reference.span.line} names {reference.text} already, "
                    f"{f'with another note ({said})' if said else 'without a note'}",
                    f"write ({note}) behind it there, or take it out first",
                )


def complete_relation(incomplete: str) -> list[str]:
    """The relations that begin like *incomplete*, for the shell."""
    try:
        relations = open_config().schema.relation_fields
    except click.ClickException:
        return []
    return [field.key for field in relations if field.key.startswith(incomplete.lower())]


def find_relation(word: str, schema: Schema) -> tuple[Field, bool]:
    """The relation called *word*, and whether it is read from the other side, as ``extended-by`` is.

    :raises Impossible: when there is none.
    """
    field = schema.field_names.get(fold(word))
    if field is not None and field in schema.relation_fields:
        return field, False
    for other in schema.relation_fields:
        if fold(other.inverse_label) == fold(word) and not other.inverse:
            return other, True
    keys = [field.key for field in schema.relation_fields]
    near = closest(word, keys)
    raise Impossible(
        f"there is no relation '{word}'", f"did you mean '{near}'?" if near else f"there are {', '.join(keys)}"
    )


@click.command("supersede")
@click.argument("old", shell_complete=lambda *args: complete_proposal(args[2]))
@click.argument("new", shell_complete=lambda *args: complete_proposal(args[2]))
@click.option("--force", is_flag=True, help="Even if the lifecycle does not allow it, or a page is invalid then.")
@dry_run_option
def supersede_command(old: str, new: str, *, force: bool, dry_run: bool) -> None:
    """Let the proposal NEW take the place of OLD.

    Both pages say so then, and OLD gets the status that goes with it: all of it is written, or nothing.
    """
    workspace = open_workspace()
    schema = workspace.schema
    status, relation = _replacement(schema)
    page, successor = find_page(workspace, old), find_page(workspace, new)
    if page is successor:
        raise Impossible(f"{seen(workspace, page)} cannot take the place of itself")
    check_transition(page.proposal, status, schema, force=force)
    label, standing = workspace.catalog.label(successor.proposal), schema.statuses.get(successor.proposal.status or "")
    if standing is not None and standing.kind is StatusKind.CLOSED and not force:
        raise Failure(f"{label} is `{standing.name}`: it takes nobody's place", "--force says so nevertheless")
    if standing is not None and standing.kind is StatusKind.OPEN:
        note(f"{label} is only `{standing.name}`; until it is decided, nothing is in force")
    with failing():
        page, successor = relate(workspace.catalog, page, relation, successor)
    field = schema.status_field
    if field is not None and page.proposal.status != status.name:
        page = with_values(page, {field.key: status.name})
    page = with_banner(workspace, page)
    unchanged = f"{seen(workspace, page)} and {seen(workspace, successor)} say so already"
    conclude(workspace, [page, successor], dry_run=dry_run, force=force, unchanged=unchanged)


def _replacement(schema: Schema) -> tuple[Status, Field]:
    """The status of a proposal whose place was taken, and the relation that this status requires.

    :raises Impossible: when the process has none.
    """
    for status in schema.statuses.values():
        for field in schema.relation_fields:
            if field.key in status.requires and field.inverse not in ("", field.key):
                return status, field
    raise Impossible("this process has no status that requires a relation, as `Replaced` requires `Replaced By`")


@click.command("convert")
@click.argument("proposal", shell_complete=lambda *args: complete_proposal(args[2]))
@click.option("--to", "spelling", type=click.Choice(tuple(_SPELLINGS)), required=True, help="The spelling to write.")
@dry_run_option
def convert_command(proposal: str, spelling: str, *, dry_run: bool) -> None:
    """Write the header of PROPOSAL in another spelling.

    Values, unknown fields and comments are carried over; what cannot be is refused. A header written as sections
    (`## Status`) can be converted as well. What converting back would not restore to the last byte is named.
    """
    workspace = open_workspace()
    page = find_page(workspace, proposal)
    with failing():
        after = convert(page, _SPELLINGS[spelling])
    unchanged = f"the header of {seen(workspace, page)} is in this spelling already"
    # Where the header was no header, everything that is wrong in it comes to light now: it was wrong before.
    conclude(workspace, [after], dry_run=dry_run, force=not page.header.spans, unchanged=unchanged)
    if after is page:
        return
    lost = not_restored(page, after)
    if lost:
        more = f"\n  and {len(lost) - _MAX_SHOWN} more" if len(lost) > _MAX_SHOWN else ""
        lines = "".join(f"\n  {line}" for line in lost[:_MAX_SHOWN])
        note(f"converting it back would not restore every byte:{lines}{more}")

"""``sphinx-dep supersede``: a proposal takes the place of another."""

from __future__ import annotations

import click

from sphinxext_dep.cli.editing import Failure, conclude, dry_run_option, failing, find_page, note, open_workspace, seen
from sphinxext_dep.cli.errors import Impossible
from sphinxext_dep.cli.project import complete_proposal
from sphinxext_dep.cli.transition import check_transition, with_values
from sphinxext_dep.edit.relations import relate
from sphinxext_dep.model.schema import Field, Schema, Status, StatusKind


@click.command()
@click.argument("old", shell_complete=lambda *args: complete_proposal(args[2]))
@click.argument("new", shell_complete=lambda *args: complete_proposal(args[2]))
@click.option("--force", is_flag=True, help="Even if the lifecycle does not allow it, or a page is invalid then.")
@dry_run_option
def command(old: str, new: str, *, force: bool, dry_run: bool) -> None:
    """Let the proposal NEW take the place of OLD.

    Both pages say so then, and OLD gets the status that goes with it: all of it is written, or nothing.
    """
    workspace = open_workspace(dry_run=dry_run)
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

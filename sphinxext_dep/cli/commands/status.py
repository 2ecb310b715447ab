"""``sphinx-dep status``: a proposal takes another status."""

from __future__ import annotations

import click

from sphinxext_dep.cli.editing import conclude, dry_run_option, find_page, open_workspace, seen
from sphinxext_dep.cli.project import complete_proposal
from sphinxext_dep.cli.transition import (
    check_transition,
    complete_status,
    find_status,
    read_assignments,
    required_values,
    with_values,
)


@click.command()
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
def command(proposal: str, status: str, assignments: tuple[str, ...], *, force: bool, dry_run: bool) -> None:
    """Give PROPOSAL (a number, a name or a file) another STATUS.

    The lifecycle of the configuration says which statuses may follow. Fields that the new status requires are asked for
    on a terminal, else taken from --set. If the page would be invalid with the new status, nothing is written.
    """
    workspace = open_workspace(dry_run=dry_run)
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
    conclude(workspace, [with_values(page, values)], dry_run=dry_run, force=force, unchanged=unchanged)

"""``sphinx-dep convert``: a header in another spelling."""

from __future__ import annotations

import click

from sphinxext_dep.cli.editing import conclude, dry_run_option, failing, find_page, note, open_workspace, seen
from sphinxext_dep.cli.project import complete_proposal
from sphinxext_dep.edit.convert import convert, not_restored
from sphinxext_dep.headers import SPELLINGS, key_of

_SPELLINGS = {key_of(name): spelling for name, spelling in SPELLINGS.items() if spelling.is_writable}
_MAX_SHOWN = 6
"""Differences that are listed: where every label has a colon of the other kind, the first few say it all."""


@click.command()
@click.argument("proposal", shell_complete=lambda *args: complete_proposal(args[2]))
@click.option("--to", "spelling", type=click.Choice(tuple(_SPELLINGS)), required=True, help="The spelling to write.")
@dry_run_option
def command(proposal: str, spelling: str, *, dry_run: bool) -> None:
    """Write the header of PROPOSAL in another spelling.

    Values, unknown fields and comments are carried over; what cannot be is refused. A header written as sections
    (`## Status`) can be converted as well. What converting back would not restore to the last byte is named.
    """
    workspace = open_workspace(dry_run=dry_run)
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

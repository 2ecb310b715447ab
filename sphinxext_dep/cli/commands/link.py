"""``sphinx-dep link``: a relation between two proposals, written on both of their pages."""

from __future__ import annotations

import click

from sphinxext_dep.cli.editing import conclude, dry_run_option, failing, find_page, open_workspace, seen
from sphinxext_dep.cli.errors import Impossible
from sphinxext_dep.cli.project import complete_proposal, open_config
from sphinxext_dep.edit.relations import relate
from sphinxext_dep.edit.workspace import Workspace
from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.schema import Field, Schema, fold
from sphinxext_dep.model.suggest import closest


@click.command()
@click.argument("proposal", shell_complete=lambda *args: complete_proposal(args[2]))
@click.argument("relation", shell_complete=lambda *args: complete_relation(args[2]))
@click.argument("other", shell_complete=lambda *args: complete_proposal(args[2]))
@click.option("--note", default="", metavar="TEXT", help="What to say about it in parentheses, such as `partially`.")
@dry_run_option
def command(proposal: str, relation: str, other: str, note: str, *, dry_run: bool) -> None:
    """Say that PROPOSAL has RELATION (`extends`, `related`, `replaces` …) to OTHER.

    If the relation has another side, such as `replaced-by`, it is written on the page of OTHER: on both pages, or on
    neither. `sphinx-dep supersede` changes the status as well.
    """
    workspace = open_workspace(dry_run=dry_run)
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

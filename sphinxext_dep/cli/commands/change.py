"""``status``, ``link``, ``supersede`` and ``convert``: changes to the header of a proposal."""

from __future__ import annotations

from shlex import quote

import click

from sphinxext_dep.cli.editing import (
    check_transition,
    complete_status,
    conclude,
    dry_run_option,
    failing,
    find_page,
    find_status,
    on_terminal,
    open_workspace,
    read_assignments,
    required_values,
    seen,
    with_banner,
    with_values,
)
from sphinxext_dep.cli.moving import move, place_of
from sphinxext_dep.cli.output import display_path
from sphinxext_dep.cli.project import Failure, Impossible, complete_proposal, open_config
from sphinxext_dep.cli.project import note as show_note
from sphinxext_dep.edit.convert import convert, not_restored
from sphinxext_dep.edit.workspace import Workspace
from sphinxext_dep.fields.choice import with_words
from sphinxext_dep.headers.change import relate
from sphinxext_dep.headers.spellings import DIRECTIVE, SPELLINGS, key_of
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.messages import closest, listed, quoted
from sphinxext_dep.model.proposal import Page, Proposal
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
@click.option(
    "--supersede",
    is_flag=True,
    help="Also give the proposals that it replaces the status that goes with it, as `sphinx-dep supersede` does.",
)
@click.option("--force", is_flag=True, help="Even if the lifecycle does not allow it, or the page is invalid then.")
@dry_run_option
def status_command(
    proposal: str, status: str, assignments: tuple[str, ...], *, supersede: bool, force: bool, dry_run: bool
) -> None:
    """Give PROPOSAL (a number, a name or a file) another STATUS.

    The lifecycle of the configuration says which statuses may follow. Fields that the new status requires are asked for
    on a terminal, else taken from --set. If the page would be invalid with the new status, nothing is written. A status
    banner in the page says the new status, too. Where the directory says the status, the file moves to the other one;
    paths that lead to it are changed, and the `redirects` of the configuration get a line.

    With the status that puts it in force, a proposal takes the place of those that it replaces. On a terminal you are
    asked whether their pages shall say so; else --supersede does it.
    """
    workspace = open_workspace()
    schema = workspace.schema
    wanted = find_status(status, schema)
    given = read_assignments(assignments, workspace.catalog)
    page = find_page(workspace, proposal)
    check_transition(page.proposal, wanted, schema, force=force)
    values = given if force else required_values(page, wanted, given, workspace.catalog)
    if not force:
        _check_not_replaced(workspace, page, wanted)
    replaced = _in_its_place(workspace, page, wanted)
    if supersede:
        _check_superseding(workspace, page, wanted)
    elif replaced and not force:
        supersede = _asks_to_supersede(workspace, page, wanted, replaced)
    field = schema.status_field
    place = place_of(page, wanted)
    is_stated = any(schema.field_names.get(fold(raw.label)) is field for raw in page.header.fields)
    if field is not None and page.proposal.status_raw != wanted.name and (is_stated or place is None):
        value, lost = with_words(page.proposal.status_raw, wanted.name, schema)
        values = {**values, field.key: value}
        if lost:
            show_note(f"what was behind the old status is taken out: {quoted(lost)}")
    unchanged = f"{seen(workspace, page)} is `{wanted.name}` already"
    page = with_banner(workspace, with_values(page, values))
    others: list[Page] = []
    for old in replaced if supersede else ():
        other, page = _superseded(workspace, find_page(workspace, old.path), page, force=force)
        others.append(other)
    if place is not None:
        if others:
            raise Failure(
                "nothing was changed: the page would move, and others change with it", "use sphinx-dep supersede"
            )
        move(workspace, page, place, dry_run=dry_run, force=force)
        return
    conclude(workspace, [page, *others], dry_run=dry_run, force=force, unchanged=unchanged)


def _in_its_place(workspace: Workspace, page: Page, status: Status) -> list[Proposal]:
    """The proposals whose place *page* takes when it gets *status*, and whose pages do not say so yet."""
    schema, catalog = workspace.schema, workspace.catalog
    if schema.replacement is None or status.kind is not StatusKind.DECIDED:
        return []
    gone, relation = schema.replacement
    return [
        target
        for reference, target in catalog.forward(page.proposal, relation.inverse)
        if target is not None
        and target.path != page.source.path
        and not (reference.note or page.proposal.fields[relation.inverse].qualifier)
        and not (target.status == gone.name and catalog.names(target, relation.key, page.proposal))
        and (target.status == gone.name or schema.may_become(target.status, gone.name))
    ]


def _check_not_replaced(workspace: Workspace, page: Page, status: Status) -> None:
    """Make sure that *page*, put in force, is not one whose place another proposal has already.

    :raises Failure: when it is.
    """
    schema, catalog = workspace.schema, workspace.catalog
    if schema.replacement is None or status.kind is not StatusKind.DECIDED:
        return
    _, relation = schema.replacement
    for stated in catalog.relations:
        other, target = stated.proposal, stated.target
        is_it = target is not None and target.path == page.source.path
        if stated.field.key != relation.inverse or not is_it or stated.note:
            continue
        now = schema.statuses.get(other.status or "")
        before = schema.statuses.get(page.proposal.status or "")
        if now is not None and now.kind is StatusKind.DECIDED and before is not None and before.kind is not now.kind:
            old, new = catalog.label(page.proposal), catalog.label(other)
            raise Failure(
                f"{new}, which is `{now.name}`, replaces {old}: both cannot be in force",
                f"reject {old}, or take it out of `{stated.field.label}` in {display_path(workspace.file(other.path))}",
            )


def _check_superseding(workspace: Workspace, page: Page, status: Status) -> None:
    """Make sure that ``--supersede`` can mean something.

    :raises Impossible: when it cannot.
    """
    schema = workspace.schema
    _, relation = _replacement(schema)
    if status.kind is not StatusKind.DECIDED:
        raise Impossible(f"`{status.name}` puts nothing in force, so nothing is replaced", "leave --supersede out")
    if not relation.inverse:
        raise Impossible(f"no field says what a proposal replaces, only `{relation.label}`", "run sphinx-dep supersede")
    if not workspace.catalog.forward(page.proposal, relation.inverse):
        label, stated = workspace.catalog.label(page.proposal), schema.fields[relation.inverse].label
        raise Impossible(f"`{stated}` of {label} names no proposal", f"run sphinx-dep supersede OLD {label}")


def _asks_to_supersede(workspace: Workspace, page: Page, status: Status, replaced: list[Proposal]) -> bool:
    """Ask on a terminal whether the proposals in *replaced* shall say so, too.

    :raises Failure: without a terminal, or when the answer is no: the two would contradict each other.
    """
    label = workspace.catalog.label
    gone, _ = _replacement(workspace.schema)
    new, old = label(page.proposal), listed(map(label, replaced), last="and")
    standing = listed(dict.fromkeys(f"`{item.status}`" for item in replaced if item.status), last="and")
    is_or_are = "is" if len(replaced) == 1 else "are"
    fact = f"{new} replaces {old}, which {is_or_are} {standing}"
    if on_terminal() and click.confirm(f"{fact}. Give {old} the status `{gone.name}`, too?", err=True):
        return True
    command = f"sphinx-dep status {new} {quote(status.name)} --supersede"
    raise Failure(f"nothing was changed: {fact}", f"{command} gives {old} the status `{gone.name}`, too")


def _superseded(workspace: Workspace, page: Page, successor: Page, *, force: bool) -> tuple[Page, Page]:
    """*page* and *successor*, when the one has taken the place of the other and both say so.

    :raises Failure: when the lifecycle does not allow it, or a page cannot be changed.
    """
    schema = workspace.schema
    status, relation = _replacement(schema)
    check_transition(page.proposal, status, schema, force=force)
    field = schema.status_field
    with failing():
        if field is not None and _is_behind_status(workspace.catalog, page, status, relation):
            behind = f"{status.name} by {workspace.catalog.reference_to(successor.proposal, page.source.path)}"
            page, successor = relate(
                workspace.catalog, page, relation, successor, stating=with_values(page, {field.key: behind})
            )
            return with_banner(workspace, page), successor
        page, successor = relate(workspace.catalog, page, relation, successor)
    if field is not None and page.proposal.status != status.name:
        page = with_values(page, {field.key: status.name})
    return with_banner(workspace, page), successor


def _is_behind_status(catalog: Catalog, page: Page, status: Status, relation: Field) -> bool:
    """Whether the words behind *status* are to say who took the place of *page*: ``Superseded by ADR-7``.

    They do where the process reads them, and no page has a field of its own for it.
    """
    field = catalog.schema.status_field
    if status.note != relation.key or relation.key in page.proposal.fields or field is None:
        return False
    stated = (item for item in catalog.proposals if relation.key in item.fields and field.key in item.fields)
    return all(item.fields[relation.key].label_span == item.fields[field.key].label_span for item in stated)


@click.command("link")
@click.argument("proposal", shell_complete=lambda *args: complete_proposal(args[2]))
@click.argument("relation", shell_complete=lambda *args: complete_relation(args[2]))
@click.argument("other", shell_complete=lambda *args: complete_proposal(args[2]))
@click.option("--note", default="", metavar="TEXT", help="What to say about it in parentheses, such as `partially`.")
@dry_run_option
def link_command(proposal: str, relation: str, other: str, note: str, *, dry_run: bool) -> None:
    """Say that PROPOSAL has RELATION (`extends`, `related`, `replaces` …) to OTHER.

    If the relation has another side, such as `replaced-by`, it is written on the page of OTHER: on both pages, or on
    neither. That a proposal which is not decided replaces another one is written on its own page only; its decision,
    `sphinx-dep status PROPOSAL STATUS --supersede`, changes the other one and its status.
    """
    workspace = open_workspace()
    field, turned = find_relation(relation, workspace.schema)
    page, target = find_page(workspace, proposal), find_page(workspace, other)
    if page is target:
        raise Impossible(f"{seen(workspace, page)} cannot have a relation to itself")
    if turned:
        page, target = target, page
    remark = note.strip()
    only_one = not remark and _waits_for_a_decision(workspace, page, field, target)
    with failing():
        refuse_another_note(workspace, page, field, target, remark)
        pages = relate(workspace.catalog, page, field, target, remark)
    unchanged = f"{seen(workspace, page)} and {seen(workspace, target)} say so already"
    conclude(workspace, pages[:1] if only_one else pages, dry_run=dry_run, unchanged=unchanged)


def _waits_for_a_decision(workspace: Workspace, page: Page, field: Field, target: Page) -> bool:
    """Whether *target* is not to say yet that *page* takes its place: that is to be decided with *page*.

    :raises Failure: when it is decided already, or is asked of the wrong page: then both need another status.
    """
    schema, label = workspace.schema, workspace.catalog.label
    if schema.replacement is None or field.key not in (schema.replacement[1].key, schema.replacement[1].inverse):
        return False
    gone, relation = schema.replacement
    is_successor = field.key == relation.inverse
    new, old = (page, target) if is_successor else (target, page)
    if old.proposal.status == gone.name:
        return False
    status = schema.statuses.get(new.proposal.status or "")
    supersede = f"sphinx-dep supersede {label(old.proposal)} {label(new.proposal)}"
    if status is None or status.kind is StatusKind.DECIDED or not relation.inverse:
        if relation.inverse and not schema.may_become(old.proposal.status, gone.name):
            if is_successor:
                return True
            link = f"sphinx-dep link {label(new.proposal)} {relation.inverse} {label(old.proposal)}"
            raise Failure(
                f"`{old.proposal.status}` cannot become `{gone.name}`",
                f"{link} says it on the page of {label(new.proposal)} only",
            )
        raise Failure(f"{label(old.proposal)} is `{old.proposal.status}`: its status has to change, too", supersede)
    if not is_successor:
        link = f"sphinx-dep link {label(new.proposal)} {relation.inverse} {label(old.proposal)}"
        raise Failure(
            f"{label(new.proposal)} is `{status.name}`: until it is decided, it takes nobody's place",
            f"{link} says what it is meant to do",
        )
    if status.kind is StatusKind.OPEN:
        command = f"`sphinx-dep status {label(new.proposal)} STATUS --supersede`"
        show_note(f"{label(old.proposal)} says so when {label(new.proposal)} is decided: {command}")
    return True


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
    page, successor = find_page(workspace, old), find_page(workspace, new)
    if page is successor:
        raise Impossible(f"{seen(workspace, page)} cannot take the place of itself")
    check_transition(page.proposal, _replacement(schema)[0], schema, force=force)
    label, standing = workspace.catalog.label(successor.proposal), schema.statuses.get(successor.proposal.status or "")
    if standing is not None and standing.kind is StatusKind.CLOSED and not force:
        raise Failure(f"{label} is `{standing.name}`: it takes nobody's place", "--force says so nevertheless")
    if standing is not None and standing.kind is StatusKind.OPEN:
        show_note(f"{label} is only `{standing.name}`; until it is decided, nothing is in force")
    page, successor = _superseded(workspace, page, successor, force=force)
    unchanged = f"{seen(workspace, page)} and {seen(workspace, successor)} say so already"
    conclude(workspace, [page, successor], dry_run=dry_run, force=force, unchanged=unchanged)


def _replacement(schema: Schema) -> tuple[Status, Field]:
    """The status of a proposal whose place was taken, and the relation that this status requires.

    :raises Impossible: when the process has none.
    """
    if schema.replacement is not None:
        return schema.replacement
    help = "give the configuration such a relation and such a status"
    raise Impossible("this process has no status that requires a relation, as `Replaced` requires `Replaced By`", help)


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
    wanted = _SPELLINGS[spelling]
    if wanted.name not in (DIRECTIVE, *workspace.schema.spellings):
        raise Impossible(f"this project does not read a {wanted.name}", "add it to 'spellings' in the configuration")
    with failing():
        after = convert(page, wanted)
    unchanged = f"the header of {seen(workspace, page)} is in this spelling already"
    # Where the header was no header, everything that is wrong in it comes to light now: it was wrong before.
    conclude(workspace, [after], dry_run=dry_run, force=not page.header.spans, unchanged=unchanged)
    if after is page:
        return
    lost = not_restored(page, after)
    if lost:
        more = f"\n  and {len(lost) - _MAX_SHOWN} more" if len(lost) > _MAX_SHOWN else ""
        lines = "".join(f"\n  {line}" for line in lost[:_MAX_SHOWN])
        show_note(f"converting it back would not restore every byte:{lines}{more}")

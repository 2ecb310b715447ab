"""``sphinx-dep assign``: an unnumbered proposal gets a number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from os.path import relpath
from pathlib import PurePosixPath

import click

from sphinxext_dep.cli.editing import dry_run_option, failing, find_page, open_workspace
from sphinxext_dep.cli.moving import judge_move, renamed, texts_of, write_moved
from sphinxext_dep.cli.output import display_path
from sphinxext_dep.cli.project import Failure, Impossible, complete_proposal, note
from sphinxext_dep.cli.revisions import free_number, proposals_on_base
from sphinxext_dep.config.find import find_docs
from sphinxext_dep.edit.scaffold import title_lead
from sphinxext_dep.edit.workspace import Workspace
from sphinxext_dep.headers.change import edited_page, says, set_field
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.model.files import is_source
from sphinxext_dep.model.numbers import digits_of, numbered_name, parse_number, title_number
from sphinxext_dep.model.proposal import Page, Proposal
from sphinxext_dep.model.schema import Layout
from sphinxext_dep.model.source import Edit, Source, apply_edits

_DIGITS = re.compile(r"[0-9]+|[0NX]{2,}|[nx]{4,}")
_MAX_SHOWN = 10


@click.command()
@click.argument("proposal", shell_complete=lambda *args: complete_proposal(args[2]))
@click.option("--number", type=click.IntRange(min=0), help="By default the next that is free.")
@click.option(
    "--base", metavar="REV", help="Also look at the numbers of this git revision; by default the remote's main branch."
)
@dry_run_option
def command(proposal: str, number: int | None, base: str | None, *, dry_run: bool) -> None:
    """Give PROPOSAL the next free number, here and on the base branch.

    Its file gets the number in its name (with `git mv`, where git knows it), as do its header and title where they
    state one, and every path and relation that leads to it. A proposal whose number somebody else has as well gets
    another.
    """
    workspace = open_workspace()
    page = find_page(workspace, proposal)
    others = proposals_on_base(workspace, base)
    _refuse_numbered(page.proposal, workspace, others)
    chosen = free_number(workspace, others, number)
    if workspace.schema.layout is not Layout.FILES:
        raise Impossible("each proposal is in a directory of its own here", "rename the directory by hand")
    old = page.source.path
    prefix = workspace.schema.prefix
    names = [item.path for item in workspace.catalog.proposals if item.number is not None]
    digits = f"{chosen:0{digits_of(names, prefix)}d}"
    new = str(PurePosixPath(old).with_name(numbered_name(PurePosixPath(old).name, digits, prefix)))
    if not is_source(new, workspace.schema):
        raise Impossible(f"'sources' would not match {new}", "correct it first")
    if workspace.file(new).exists():
        raise Impossible(f"{display_path(workspace.file(new))} exists already")
    with failing():
        numbered = _numbered(page, chosen, new, _title_width(workspace))
        changes = _changes(workspace, page, numbered, chosen)
    judge_move(workspace, changes, old, new)
    if write_moved(workspace, changes, old, new, dry_run=dry_run):
        _warn(workspace, page.proposal)


def _refuse_numbered(proposal: Proposal, workspace: Workspace, others: Iterable[Proposal]) -> None:
    """A number is given once, unless two have the same.

    :raises Failure: when *proposal* has one to itself.
    """
    number = proposal.number
    if number is None:
        return
    shared = any(item.path != proposal.path for item in workspace.catalog.by_number.get(number, ()))
    if not shared and all(item.slug == proposal.slug for item in others if item.number == number):
        raise Failure(
            f"{display_path(workspace.file(proposal.path))} is {workspace.schema.label(number)} already",
            "a number is never given up or reused",
        )


def _title_width(workspace: Workspace) -> int:
    """The least digits of a number in the titles of the project: those of the newest proposal that shows it, else 4."""
    numbered = [item for item in workspace.catalog.proposals if item.number is not None and 0 < item.number < 1000]
    for proposal in reversed(numbered[-_MAX_SHOWN:]):
        if digits := _DIGITS.findall(title_lead(workspace.page(proposal.path))):
            return len(digits[-1]) if digits[-1].startswith("0") else 1
    return 4


def _numbered(page: Page, number: int, path: str, width: int) -> Page:
    """The page with the number in its header and in its title, where they have a place for one, under its new path.

    :param width: the least digits of the number in the title.
    :raises RefusedError: when it cannot be written there.
    """
    field = page.schema.number_field
    if field is not None and field.key in page.proposal.fields:
        page = edited_page(page, set_field(page, field, str(number)), (field.key,), says(field, str(number)))
    heading = next((item for item in page.outline.headings if item.span == page.proposal.title_span), None)
    text = page.source.text
    if heading is not None:
        lead = title_lead(page) or heading.text[: title_number(heading.text, page.schema.prefix)[2]]
        digits = list(_DIGITS.finditer(lead))
        if digits and text.startswith(lead, heading.span.start):
            start, end = (heading.span.start + place for place in digits[-1].span())
            text = apply_edits(page.source, [Edit(start, end, f"{number:0{width}d}")]).text
    return read_page(page.source.moved(path, text), page.schema)


def _changes(workspace: Workspace, page: Page, numbered: Page, number: int) -> list[tuple[Source, Source]]:
    """Every page that changes, as it is and as it will be; the proposal itself comes first, changed or not.

    :raises RefusedError: when a page cannot be edited.
    """
    old, new = page.source.path, numbered.source.path
    docs = relpath(find_docs(workspace.config.root), workspace.config.root).replace("\\", "/")
    itself = apply_edits(numbered.source, renamed(numbered.source.text, old, old, new, docs))
    changes = [(page.source, itself)]
    for source in texts_of(workspace.config):
        if source.path == old:
            continue
        relations = list(_relations(workspace, source.path, page.proposal, workspace.schema.label(number)))
        spans = [(edit.start, edit.end) for edit in relations]
        paths = [
            edit
            for edit in renamed(source.text, source.path, old, new, docs)
            if all(edit.end <= start or edit.start >= end for start, end in spans)
        ]
        if relations or paths:
            changes.append((source, apply_edits(source, [*relations, *paths])))
    return changes


def _relations(workspace: Workspace, path: str, target: Proposal, label: str) -> Iterator[Edit]:
    """The relations of one page that name *target* by its slug, or by a number that nobody else has here: from now on
    they name it by the number that it gets.
    """
    proposal = workspace.catalog.by_path.get(path)
    schema, number = workspace.schema, target.number
    is_sole = number is not None and len(workspace.catalog.by_number[number]) == 1
    for field in schema.relation_fields if proposal else ():
        for reference, found in workspace.catalog.forward(proposal, field.key) if proposal else ():
            if found is None or found.path != target.path:
                continue
            # A link or a file name is a path, and stays one.
            is_number = is_sole and parse_number(reference.text, schema.prefix) == number
            if is_number or reference.text.casefold() == target.slug:
                yield Edit(reference.span.start, reference.span.end, label)


def _warn(workspace: Workspace, proposal: Proposal) -> None:
    """Name the references by a number that was not this proposal's alone: which of the two was meant, nobody knows."""
    if proposal.number is None:
        return
    stating = [
        f"{display_path(workspace.file(other.path))}:{reference.span.line}"
        for field in workspace.schema.relation_fields
        for other in workspace.catalog.proposals
        for reference, _ in workspace.catalog.forward(other, field.key)
        if reference.key == str(proposal.number)
    ]
    if stating:
        more = f" and {len(stating) - _MAX_SHOWN} more" if len(stating) > _MAX_SHOWN else ""
        label = workspace.schema.label(proposal.number)
        note(f"check whom these mean with {label}: {', '.join(stating[:_MAX_SHOWN])}{more}")

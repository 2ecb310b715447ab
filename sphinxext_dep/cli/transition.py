"""A change of status: what the lifecycle allows, and the fields that the new status requires."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import click

from sphinxext_dep.check.attention import today
from sphinxext_dep.cli.editing import Failure, failing, note
from sphinxext_dep.cli.errors import Impossible
from sphinxext_dep.cli.project import open_config
from sphinxext_dep.fields import type_of
from sphinxext_dep.headers.change import edited_page, says, set_field
from sphinxext_dep.model.messages import listed, quoted
from sphinxext_dep.model.proposal import Page, Proposal
from sphinxext_dep.model.schema import Field, Schema, Status, fold
from sphinxext_dep.model.suggest import closest
from sphinxext_dep.model.values import State


def find_status(word: str, schema: Schema) -> Status:
    """The status called *word*, by its name or an alias, in any case.

    :raises Impossible: when there is none.
    """
    status = schema.status_names.get(fold(word)) or schema.status_aliases.get(fold(word))
    if status is None:
        near = closest(word, schema.statuses)
        every = ", ".join(schema.statuses)
        raise Impossible(f"there is no status '{word}'", f"did you mean '{near}'?" if near else f"there are {every}")
    return status


def complete_status(incomplete: str) -> list[str]:
    """The statuses that begin like *incomplete*, for the shell."""
    try:
        statuses = open_config().schema.statuses
    except click.ClickException:
        return []
    return [name for name in statuses if fold(name).startswith(fold(incomplete))]


def check_transition(proposal: Proposal, status: Status, schema: Schema, *, force: bool) -> None:
    """Make sure that the lifecycle lets *proposal* take *status*.

    :raises Failure: when it does not, and *force* is not given.
    """
    before = schema.statuses.get(proposal.status or "")
    if before is None:
        if proposal.status_raw:
            note(
                f"{quoted(proposal.status_raw)} is not a status: whether it may become `{status.name}` was not checked"
            )
        return
    if before is status or status.name in before.next or force:
        return
    allowed = listed(f"`{name}`" for name in before.next)
    mend = f"`{before.name}` may become {allowed}" if allowed else f"`{before.name}` is final"
    raise Failure(f"`{before.name}` cannot become `{status.name}`", f"{mend}; --force changes it nevertheless")


def read_assignments(words: Sequence[str], schema: Schema) -> dict[str, str]:
    """``key=value`` words as values by the key of their field; its label or an alias is as good as its key.

    :raises click.UsageError: for a field that there is not, and for one that only other commands may write.
    """
    values: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        field = schema.field_names.get(fold(name))
        if not equals:
            raise click.UsageError(f"'{word}' is not of the form field=value")
        if field is None:
            near = closest(name, schema.fields)
            raise click.UsageError(f"there is no field '{name}'" + (f"; did you mean '{near}'?" if near else ""))
        if type_of(field).is_relation and field.inverse:
            raise click.UsageError(f"'{name}' has two sides: use sphinx-dep link, which writes both")
        if field in (schema.status_field, schema.number_field):
            raise click.UsageError(f"'{name}' has a command of its own: sphinx-dep status, sphinx-dep assign")
        if len(value.splitlines()) > 1:
            raise click.UsageError(f"the value of '{name}' has more than one line")
        values[field.key] = type_of(field).expand(value.strip(), field, today())
    return values


def required_values(page: Page, status: Status, given: Mapping[str, str]) -> dict[str, str]:
    """The values in *given*, and those that *status* requires besides, which are asked for on a terminal.

    :raises Failure: when there is no terminal to ask on, or a relation is wanting.
    """
    schema = page.schema
    values = dict(given)
    lacking = [schema.fields[key] for key in status.requires if key in schema.fields and _lacks(page, key, given)]
    for field in lacking:
        if type_of(field).is_relation:
            how = "`sphinx-dep supersede` and `sphinx-dep link` write both sides" if field.inverse else "name it first"
            raise Failure(f"`{status.name}` requires `{field.label}`, and the page names no proposal there", how)
    if lacking and not on_terminal():
        names = listed((f"`{field.label}`" for field in lacking), last="and")
        options = " ".join(f"--set '{field.key}={type_of(field).sample(field, schema)}'" for field in lacking)
        raise Failure(f"`{status.name}` requires {names}", f"give {'it' if len(lacking) == 1 else 'them'}: {options}")
    for field in lacking:
        values |= read_assignments([f"{field.key}={ask(field, schema)}"], schema)
    return values


def on_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()


def ask(field: Field, schema: Schema, default: str | None = None) -> str:
    """Ask for the value of *field* on the terminal."""
    words = type_of(field).words(field, schema)
    hint = "" if words else f" ({field.description.rstrip('.')})" if field.description else ""
    answer = click.prompt(f"{field.label}{hint}", default=default, type=click.Choice(words) if words else str, err=True)
    return str(answer)


def with_values(page: Page, values: Mapping[str, str]) -> Page:
    """The page with its fields set, in the order of the schema.

    :raises Failure: when one cannot be set.
    """
    for key, field in page.schema.fields.items():
        if key in values:
            with failing():
                page = edited_page(page, set_field(page, field, values[key]), (key,), says(field, values[key]))
    return page


def _lacks(page: Page, key: str, given: Mapping[str, str]) -> bool:
    """Whether the page does not answer what a status requires of the field *key*."""
    field, value = page.schema.fields[key], page.proposal.fields.get(key)
    if key in given or field is page.schema.status_field:
        return False
    if value is None or value.state in (State.UNKNOWN, State.PLACEHOLDER):
        return True
    if type_of(field).is_relation:
        return not page.proposal.references(key)
    return value.state is State.NONE and not field.can_be_none

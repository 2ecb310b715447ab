"""Shared steps of the commands that edit proposals: they check an edit, then write it or print it as a diff."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath

import click

from sphinxext_dep.check.check import today
from sphinxext_dep.cli.output import display_message, display_path, to_terminal
from sphinxext_dep.cli.project import (
    Failure,
    Impossible,
    check_pages,
    find_proposal,
    note,
    open_config,
    path_of,
    read_pages,
)
from sphinxext_dep.edit.banners import in_step, says_more
from sphinxext_dep.edit.save import Change, SaveError, save
from sphinxext_dep.edit.workspace import Workspace
from sphinxext_dep.fields import type_of
from sphinxext_dep.headers.change import edited_page, says, set_field
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.config import Config
from sphinxext_dep.model.diagnostics import Diagnostic, Severity
from sphinxext_dep.model.files import find_pages
from sphinxext_dep.model.messages import closest, listed, quoted
from sphinxext_dep.model.proposal import Page, Proposal, State
from sphinxext_dep.model.schema import Field, Schema, Status, fold
from sphinxext_dep.model.source import RefusedError, Source, UnreadablePage, encode
from sphinxext_dep.query.parse import conditions_of
from sphinxext_dep.rules import RULES

dry_run_option = click.option("--dry-run", is_flag=True, help="Print what would change, as a diff, and write nothing.")

_MAX_SHOWN = 10
"""Diagnostics that an error lists: enough to see what is wrong, and the first line stays on the screen."""


@contextmanager
def failing() -> Iterator[None]:
    """Turn what keeps an edit from being made into an error of the command.

    :raises Failure: then.
    """
    try:
        yield
    except (RefusedError, UnreadablePage) as error:
        raise Failure(error.message, error.help) from None
    except SaveError as error:
        raise Failure(str(error)) from None


def open_workspace(config: Config | None = None) -> Workspace:
    """The proposals of the project.

    :param config: by default that of the working directory.
    """
    config = config or open_config()
    return Workspace(config, RULES, check_pages(config, read_pages(config)))


def find_page(workspace: Workspace, word: str) -> Page:
    """The page of the one proposal that *word* names.

    :raises Failure: when it cannot be read.
    """
    with failing():
        return workspace.page(find_proposal(word, workspace.judgement, workspace.config).path)


def seen(workspace: Workspace, page: Page) -> str:
    """The file of *page* as somebody in the working directory would write it."""
    return display_path(workspace.file(page.source.path))


def judge_edit(before: Workspace, after: Workspace, *, force: bool = False, quiet: bool = False) -> None:
    """Make sure that an edit makes nothing wrong that was not wrong before; warnings are shown.

    :param force: whether to go on with errors as well.
    :param quiet: whether warnings are expected, and not shown.
    :raises Failure: when there are errors.
    """
    new = after.new_diagnostics(before)
    errors = [item for item in new if item.severity is Severity.ERROR]
    if errors and not force:
        listed = "".join(f"\n  {_shown(item, before)}" for item in errors[:_MAX_SHOWN])
        more = f"\n  and {len(errors) - _MAX_SHOWN} more" if len(errors) > _MAX_SHOWN else ""
        count = "an error" if len(errors) == 1 else f"{len(errors)} errors"
        raise Failure(f"nothing was changed: it would lead to {count}{listed}{more}", "fix that first")
    for item in () if quiet else new[:_MAX_SHOWN]:
        note(_shown(item, before))


def _shown(item: Diagnostic, workspace: Workspace) -> str:
    text = f"{item.code} {item.message}{f' ({item.help})' if item.help else ''}"
    told = display_message(text, item.names, workspace.config.root)
    return f"{display_path(workspace.file(item.place))}:{item.line}: {told}"


def conclude(
    before: Workspace,
    pages: Iterable[Page],
    *,
    dry_run: bool,
    force: bool = False,
    unchanged: str = "nothing to change",
) -> Workspace:
    """Judge *pages* in place of those that are there; then write them, or print what would change.

    :param unchanged: what to say when they are the same.
    :returns: the project as it is then, or would be.
    :raises Failure: when nothing, or not everything, could be written.
    """
    changed = [page for page in pages if encode(page.source) != encode(before.page(page.source.path).source)]
    if not changed:
        click.echo(unchanged)
        return before
    after = before.with_pages(changed)
    judge_edit(before, after, force=force)
    write_pages(before, changed, dry_run=dry_run)
    return after


def write_pages(before: Workspace, pages: Iterable[Page], *, dry_run: bool) -> None:
    """Write *pages*, all or none, and name them; or print what would change.

    :raises Failure: when that fails.
    """
    if dry_run:
        click.echo(diff_pages(before, pages), nl=False)
        return
    save_pages(before, pages)
    for page in pages:
        click.echo(f"changed {seen(before, page)}")


def save_pages(before: Workspace, pages: Iterable[Page]) -> None:
    """Write *pages*, all or none.

    :raises Failure: when that fails.
    """
    old = {page.source.path: before.page(page.source.path).source for page in pages}
    write(
        before,
        [
            Change(before.file(path), encode(old[path]), encode(page.source))
            for page in pages
            if (path := page.source.path)
        ],
    )


def diff_pages(before: Workspace, pages: Iterable[Page]) -> str:
    """The changes that writing *pages* would make, as a unified diff."""
    return "".join(diff(before, before.page(page.source.path).source, page.source) for page in pages)


def write(workspace: Workspace, changes: list[Change]) -> None:
    """Save changed files, all or none.

    :raises Failure: when that fails.
    """
    if not _are_all(workspace):
        raise Failure("nothing was written: another program added or renamed proposals meanwhile; try again")
    with failing():
        save(workspace.config.root, changes)
    copied = {
        settings
        for change in changes
        if (settings := workspace.config.settings_for(path_of(change.file, workspace.config))) and settings.is_copy
    }
    for settings in copied:
        where = display_path(settings.directory)
        note(f"{where} is a copy of {settings.url or 'another repository'}: the next copy undoes this; change it there")


def _are_all(workspace: Workspace) -> bool:
    """Whether the proposals are those that were read: names and numbers were chosen in the light of all of them."""
    pages = set(find_pages(workspace.config.root, workspace.schema))
    # A page `index` may be none.
    return all(PurePosixPath(path).stem.lower() == "index" for path in pages ^ workspace.checked.keys())


def diff(workspace: Workspace, old: Source | None, new: Source) -> str:
    """The changes from *old* to *new*, as a unified diff that ``git apply`` takes in the working directory.

    :param old: ``None`` for a new file.
    """
    before, after = (_lines(encode(source).decode("utf-8") if source else "") for source in (old, new))
    was, now = (display_path(workspace.file(source.path)) if source else "" for source in (old, new))
    if old is not None and was == now and before == after:
        return ""
    # Each file begins with a line of git's own: behind a file that is only renamed, nothing else ends it.
    head = f"diff --git a/{was or now} b/{now}\n"
    if old is None:
        head += "new file mode 100644\n"
    elif was != now:
        head += f"rename from {was}\nrename to {now}\n"
    lines = difflib.unified_diff(before, after, f"a/{was}" if old else "/dev/null", f"b/{now}")
    return to_terminal(
        head + "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
    )


def _lines(text: str) -> list[str]:
    """The lines of *text* as a diff counts them: only a line feed ends one."""
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


# --- values of fields -------------------------------------------------------------------------------------------------


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
    help = f"`{before.name}` may become {allowed}" if allowed else f"`{before.name}` is final"
    raise Failure(f"`{before.name}` cannot become `{status.name}`", f"{help}; --force changes it nevertheless")


def like_others(text: str, field: Field, catalog: Catalog) -> str:
    """*text*, a value for *field*, as the other proposals write such values."""
    kind = type_of(field)
    like = [other.key for other in catalog.schema.fields.values() if type_of(other) is kind]
    values = (proposal.fields.get(key) for proposal in catalog.proposals for key in like)
    known = (value.raw for value in values if value is not None and value.state is State.GIVEN)
    return kind.as_neighbours(text, known, catalog.schema)


def read_assignments(words: Sequence[str], catalog: Catalog) -> dict[str, str]:
    """``key=value`` words as values by the key of their field; its label or an alias is as good as its key.

    Values are written as those of the other proposals are.

    :raises click.UsageError: for a field that there is not, and for one that only other commands may write.
    """
    schema = catalog.schema
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
        values[field.key] = like_others(type_of(field).expand(value.strip(), field, today()), field, catalog)
    return values


def required_values(page: Page, status: Status, given: Mapping[str, str], catalog: Catalog) -> dict[str, str]:
    """The values in *given*, and those that *status* requires besides, which are asked for on a terminal.

    :raises Failure: when there is no terminal to ask on, or a relation is wanting.
    """
    schema = page.schema
    values = dict(given)
    keys = list(status.requires)
    if schema.conditions and schema.status_field is not None:
        then = with_values(page, {schema.status_field.key: status.name}).proposal
        keys += [key for condition in conditions_of(then, schema) for key in condition.requires if key not in keys]
    lacking = [schema.fields[key] for key in keys if key in schema.fields and _lacks(page, key, given)]
    for field in lacking:
        if type_of(field).is_relation:
            label = schema.label_of(page.proposal.number, page.proposal.slug)
            how = f"sphinx-dep supersede {label} NEW writes both sides" if field.inverse else "name it first"
            raise Failure(f"`{status.name}` requires `{field.label}`, and the page names no proposal there", how)
    if lacking and not on_terminal():
        names = listed((f"`{field.label}`" for field in lacking), last="and")
        options = " ".join(f"--set '{field.key}={type_of(field).sample(field, schema)}'" for field in lacking)
        raise Failure(f"`{status.name}` requires {names}", f"give {'it' if len(lacking) == 1 else 'them'}: {options}")
    for field in lacking:
        values |= read_assignments([f"{field.key}={ask(field, schema)}"], catalog)
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


def with_banner(workspace: Workspace, page: Page) -> Page:
    """The page with status banners in step with its header.

    :raises Failure: when one cannot be changed.
    """
    with failing():
        after = in_step(page, workspace)
    if after is not page and (banner := says_more(after)):
        note(f"{seen(workspace, after)}:{banner.span.line}: see if the rest of the banner is still right")
    return after


def _lacks(page: Page, key: str, given: Mapping[str, str]) -> bool:
    """Whether the page does not answer what a status requires of the field *key*."""
    field, value = page.schema.fields[key], page.proposal.fields.get(key)
    others = [other.key for other in page.schema.alternatives.get(key, ())]
    if key in given or field is page.schema.status_field or any(other in given for other in others):
        return False
    if any(found.state is State.GIVEN for other in others if (found := page.proposal.fields.get(other))):
        return False
    if value is None or value.state in (State.UNKNOWN, State.PLACEHOLDER):
        return True
    if type_of(field).is_relation:
        return not page.proposal.references(key)
    return value.state is State.NONE and not field.can_be_none

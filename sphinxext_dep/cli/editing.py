"""What all editing commands share: the proposals, and writing only what was judged first."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO, Any

import click

from sphinxext_dep.check.tree import find_pages
from sphinxext_dep.cli.project import (
    as_seen_from_here,
    check_pages,
    find_proposal,
    open_config,
    read_pages,
    seen_from_here,
)
from sphinxext_dep.config import Config
from sphinxext_dep.edit.journal import WriteError
from sphinxext_dep.edit.recovery import recover, unfinished
from sphinxext_dep.edit.transaction import Move, Rename, Write, commit, plain_rename
from sphinxext_dep.edit.workspace import Workspace
from sphinxext_dep.model.diagnostics import Diagnostic, Severity
from sphinxext_dep.model.edit import RefusedError, encode
from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.source import Source, UnreadablePage
from sphinxext_dep.rules import RULES

dry_run_option = click.option("--dry-run", is_flag=True, help="Print what would change, as a diff, and write nothing.")

_MAX_SHOWN = 10
"""Diagnostics that an error lists: enough to see what is wrong, and the first line stays on the screen."""


class Failure(click.ClickException):
    """The command could not do what it was asked for, and wrote nothing, or says what it wrote. The exit code is 1.

    :param help: what to do about it; may be empty.
    """

    exit_code = 1

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message, and the help below it, to standard error."""
        click.echo(f"{click.style('error:', fg='red', bold=True)} {self.message}", file=file, err=file is None)
        if self.help:
            click.echo(f"  help: {self.help}", file=file, err=file is None)


@contextmanager
def failing() -> Iterator[None]:
    """Turn what keeps an edit from being made into an error of the command.

    :raises Failure: then.
    """
    try:
        yield
    except (RefusedError, UnreadablePage) as error:
        raise Failure(error.message, error.help) from None
    except WriteError as error:
        raise Failure(str(error)) from None


def open_workspace(config: Config | None = None, rename: Rename = plain_rename, *, dry_run: bool) -> Workspace:
    """The proposals of the project, once a change that was killed half-way is completed.

    :param config: by default that of the working directory.
    :param dry_run: whether nothing may be written: then such a change is only told.
    :raises Failure: when that cannot be done.
    """
    config = config or open_config()
    with failing():
        if said := unfinished(config.root) if dry_run else recover(config.root, rename):
            note(said)
    return Workspace(config, RULES, check_pages(config, read_pages(config)))


def find_page(workspace: Workspace, word: str) -> Page:
    """The page of the one proposal that *word* names.

    :raises Failure: when it cannot be read.
    """
    with failing():
        return workspace.page(find_proposal(word, workspace.judgement, workspace.config).path)


def seen(workspace: Workspace, page: Page) -> str:
    """The file of *page* as somebody in the working directory would write it."""
    return seen_from_here(workspace.file(page.source.path))


def note(text: str) -> None:
    """Say something that is no result: to standard error."""
    click.echo(f"{click.style('note:', bold=True)} {text}", err=True)


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
        raise Failure(f"nothing was changed: it would lead to {count}{listed}{more}", "mend that first")
    for item in () if quiet else new[:_MAX_SHOWN]:
        note(_shown(item, before))


def _shown(item: Diagnostic, workspace: Workspace) -> str:
    text = f"{item.code} {item.message}{f' ({item.help})' if item.help else ''}"
    told = as_seen_from_here(text, item.names, workspace.config.root)
    return f"{seen_from_here(workspace.file(item.place))}:{item.line}: {told}"


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
    changes = [(before.page(page.source.path).source, page.source) for page in pages]
    if changes:
        write(before, [Write(before.file(new.path), encode(old), encode(new)) for old, new in changes])


def diff_pages(before: Workspace, pages: Iterable[Page]) -> str:
    """What would change if *pages* were written, as a unified diff."""
    return "".join(diff(before, before.page(page.source.path).source, page.source) for page in pages)


def write(workspace: Workspace, writes: list[Write], move: Move | None = None, rename: Rename = plain_rename) -> None:
    """Write files, all or none.

    :raises Failure: when that fails.
    """
    with failing():
        commit(workspace.config.root, writes, move, rename, lambda: _are_all(workspace))


def _are_all(workspace: Workspace) -> bool:
    """Whether the proposals are those that were read: names and numbers were chosen in the light of all of them."""
    pages = set(find_pages(workspace.config.root, workspace.schema))
    # A page `index` may be none.
    return all(PurePosixPath(path).stem.lower() == "index" for path in pages ^ workspace.checked.keys())


def diff(workspace: Workspace, old: Source | None, new: Source) -> str:
    """What changes from *old* to *new*, as a unified diff that ``git apply`` takes in the working directory.

    :param old: ``None`` for a new file.
    """
    before, after = (_lines(encode(source).decode("utf-8") if source else "") for source in (old, new))
    was, now = (seen_from_here(workspace.file(source.path)) if source else "" for source in (old, new))
    if old is not None and was == now and before == after:
        return ""
    # Each file begins with a line of git's own: behind a file that is only renamed, nothing else ends it.
    head = f"diff --git a/{was or now} b/{now}\n"
    if old is None:
        head += "new file mode 100644\n"
    elif was != now:
        head += f"rename from {was}\nrename to {now}\n"
    lines = difflib.unified_diff(before, after, f"a/{was}" if old else "/dev/null", f"b/{now}")
    return head + "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """The lines of *text* as a diff counts them: only a line feed ends one."""
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines

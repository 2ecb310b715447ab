"""A proposal whose status is its directory moves to another one, and leaves behind what the project wants."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from os.path import relpath
from pathlib import PurePosixPath
from typing import NamedTuple

import click

from sphinxext_dep.cli.editing import diff, failing, write
from sphinxext_dep.cli.output import display_message, display_path
from sphinxext_dep.cli.project import Failure
from sphinxext_dep.config.find import find_docs
from sphinxext_dep.edit.save import Change
from sphinxext_dep.edit.workspace import Workspace
from sphinxext_dep.headers.page import read_page
from sphinxext_dep.model.config import Config
from sphinxext_dep.model.diagnostics import Severity
from sphinxext_dep.model.files import PAGE_SUFFIXES, find_pages, is_source, matches
from sphinxext_dep.model.proposal import Page
from sphinxext_dep.model.schema import Status
from sphinxext_dep.model.source import (
    Edit,
    Source,
    UnreadablePage,
    apply_edits,
    encode,
    newline_of,
    next_newline,
    read_source,
)


class _EveryPage(NamedTuple):
    """Globs that match every page of a project."""

    sources: tuple[str, ...] = ("**",)
    exclude: tuple[str, ...] = ()
    page_suffixes: tuple[str, ...] = PAGE_SUFFIXES


def texts_of(config: Config) -> Iterator[Source]:
    """Every page of the project, and its baseline, which names pages too."""
    globs = _EveryPage(page_suffixes=config.schema.page_suffixes)
    files = [(path, config.root / path) for path in find_pages(config.root, globs)]
    if config.baseline is not None and config.baseline.resolve().is_relative_to(config.root.resolve()):
        files.append((config.baseline.resolve().relative_to(config.root.resolve()).as_posix(), config.baseline))
    for path, file in files:
        try:
            yield read_source(file, path)
        except UnreadablePage:
            continue


def place_of(page: Page, status: Status) -> str | None:
    """The path that *page* has with *status*, where directories say the status; ``None`` if it stays where it is.

    The parts of the path that a glob leaves open are the same in both places: with ``specs/*/approved/*`` and
    ``specs/*/implemented/*`` the release stays.

    :raises Failure: when the status is that of a directory, and it cannot be told which.
    """
    path, schema = page.source.path, page.schema
    here = [glob for other in schema.statuses.values() for glob in other.paths if matches(path, (glob,))]
    if not here or not status.paths or matches(path, status.paths):
        return None
    for glob in status.paths:
        for old in here:
            new = _transposed(path, old, glob)
            if new is not None and matches(new, (glob,)) and is_source(new, schema):
                return new
    message = f"`{status.name}` is the status of {', '.join(f'`{glob}`' for glob in status.paths)}"
    raise Failure(f"{message}: where there {page.source.path} belongs cannot be told", "move the file by hand")


def _transposed(path: str, old: str, new: str) -> str | None:
    """*path*, which the glob *old* matches, as the glob *new* has it; ``None`` if they are not alike."""
    parts, before, behind = path.split("/"), old.split("/"), new.split("/")
    if len(parts) != len(before) or "**" in old or "**" in new:
        return None
    open_parts = [part for part, glob in zip(parts, before, strict=True) if _is_open(glob)]
    if sum(map(_is_open, behind)) != len(open_parts):
        return None
    return "/".join(open_parts.pop(0) if _is_open(glob) else glob for glob in behind)


def _is_open(part: str) -> bool:
    return any(mark in part for mark in "*?[")


def move(workspace: Workspace, page: Page, new: str, *, dry_run: bool, force: bool) -> None:
    """Move *page*, edited or not, to *new*; every path that leads to it is changed, and a redirect is left behind.

    :raises Failure: when something would be wrong then, or cannot be written.
    """
    old, config = page.source.path, workspace.config
    if workspace.file(new).exists():
        raise Failure(f"nothing was changed: {display_path(workspace.file(new))} exists already")
    docs = relpath(find_docs(config.root), config.root).replace("\\", "/")
    text = page.source.text

    def is_file(path: str) -> bool:
        suffixes = ("", *workspace.schema.page_suffixes)
        return not path.startswith("..") and any(workspace.file(f"{path}{suffix}").is_file() for suffix in suffixes)

    with failing():
        itself = apply_edits(page.source.moved(new, text), relocated(text, old, new, is_file))
        before = workspace.page(old).source
    changes: list[tuple[Source | None, Source]] = [(before, itself)]
    for source in texts_of(config):
        edits = [] if source.path == old else list(renamed(source.text, source.path, old, new, docs))
        if edits:
            changes.append((source, apply_edits(source, edits)))
    judge_move(workspace, changes, old, new, force=force)
    if workspace.schema.redirects:
        changes.append(_redirect(workspace, old, new))
    write_moved(workspace, changes, old, new, dry_run=dry_run)


def write_moved(
    workspace: Workspace, changes: Iterable[tuple[Source | None, Source]], old: str, new: str, *, dry_run: bool
) -> bool:
    """Write *changes*, of which that of the page *old* gives it the name *new*, or print them as a diff.

    :return: true if they were written.
    """
    if dry_run:
        for was, now in changes:
            click.echo(diff(workspace, was, now), nl=False)
        return False
    changes = list(changes)
    write(
        workspace,
        [
            Change(
                workspace.file(was.path if was else now.path),
                encode(was) if was else None,
                encode(now),
                workspace.file(new) if was and was.path == old else None,
            )
            for was, now in changes
        ],
    )
    click.echo(f"{display_path(workspace.file(old))} is now {display_path(workspace.file(new))}")
    for was, now in changes:
        if was is None or was.path != old:
            click.echo(f"{'changed' if was else 'created'} {display_path(workspace.file(now.path))}")
    return True


def judge_move(
    workspace: Workspace, changes: Iterable[tuple[Source | None, Source]], old: str, new: str, *, force: bool = False
) -> None:
    """Make sure that nothing becomes wrong when *changes* are made.

    :raises Failure: when something does, and *force* is not given.
    """
    pages = [read_page(now, workspace.schema) for was, now in changes if was and was.path in workspace.checked]
    after = workspace.without(old).with_pages(pages)
    wrong = [item for item in after.new_diagnostics(workspace, {new: old}) if item.severity is Severity.ERROR]
    if wrong and not force:
        item, root = wrong[0], workspace.config.root
        why = display_message(f"{item.code}: {item.message}", item.names, root)
        help = display_message(item.help, item.names, root)
        raise Failure(f"nothing was changed: then {display_path(root / item.path)} would have {why}", help)


def _redirect(workspace: Workspace, old: str, new: str) -> tuple[Source | None, Source]:
    """The file of redirects as it is, if it is there, and with a line for a page that moved from *old* to *new*."""
    folder = posixpath.commonpath((posixpath.dirname(old), posixpath.dirname(new)))
    path = posixpath.join(folder, workspace.schema.redirects)
    file = workspace.file(path)
    with failing():
        before = read_source(file, path) if file.exists() else None
    text = before.text if before else ""
    newline = newline_of(before) if before else "\n"
    # A redirect from the new place would take the page's own.
    back = posixpath.relpath(new, folder or ".")
    lines = [line for line in text.splitlines() if line.split(" ")[0] != back]
    lines.append(f"{posixpath.relpath(old, folder or '.')} {posixpath.relpath(new, posixpath.dirname(old) or '.')}")
    after = "".join(f"{line}{newline}" for line in lines)
    return before, before.moved(path, after) if before else Source(path, after)


# --- paths in pages ---------------------------------------------------------------------------------------------------
#
# Links, entries of tables of contents, includes and code are found as what they are to every markup, runs of characters
# that a path consists of, and followed from the page that they are in. What does not lead to the file from there is
# left alone, however much it looks like its name.

_LEAD = re.compile(r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(?P<path>[\w./~%-]*/)?\Z")
_BEFORE_TARGET = re.compile(r"(?:\]\(|<|[}:]`)\Z")
_MAX_LEAD = 500
"""Characters in front of a name that may belong to its path."""

_LINKS = ("project", "path", "doc", "dep")
"""Schemes of MyST behind which a path or a document stands, as in ``<project:deps/0000-x.md>``."""


def renamed(text: str, path: str, old: str, new: str, docs: str = ".") -> Iterator[Edit]:
    """The edits that make every path in *text* that leads to *old* lead to *new*.

    :param path: of the page whose text it is; relative to the root, as *old* and *new* are.
    :param docs: the directory that paths with a leading slash start from; relative to the root.
    """
    place = PurePosixPath(old)
    stem, new_stem = place.stem, PurePosixPath(new).stem
    suffix = rf"(?:{re.escape(place.suffix)}|\.html?)"
    name = re.compile(rf"(?<![\w.-]){re.escape(stem)}(?P<suffix>{suffix})?(?![\w/-]|\.\w)")
    # `cache` can be a word of the text; `0000-cache`, `cache.md` and `deps/cache` cannot.
    is_word = new_stem.endswith(stem)
    has_contents = "toctree" in text
    folder = posixpath.dirname(path)
    for match in name.finditer(text):
        lead = _LEAD.search(text, max(0, match.start() - _MAX_LEAD), match.start())
        if lead is None or (lead["scheme"] and lead["scheme"].lower() not in _LINKS):
            continue
        above = lead["path"] or ""
        if is_word and not (above or match["suffix"] or _is_target(text, *match.span(), has_contents=has_contents)):
            continue
        start = docs if above.startswith("/") else folder
        target = posixpath.normpath(posixpath.join(start, above.lstrip("/"), stem))
        if target != str(place.with_suffix("")):
            continue
        if PurePosixPath(new).parent == place.parent:
            yield Edit(match.start(), match.start() + len(stem), new_stem)
        else:
            shown = posixpath.relpath(posixpath.join(posixpath.dirname(new), new_stem), start)
            root = "/" if above.startswith("/") else ""
            yield Edit(match.start() - len(above), match.start() + len(stem), f"{root}{shown}")


_OWN = re.compile(r"(?:\]\(<?|<|`|::[ \t]+)(?P<path>(?![\w+.-]*:)[\w.~%-][\w./~%-]*)")


def relocated(text: str, old: str, new: str, is_file: Callable[[str], bool]) -> Iterator[Edit]:
    """The edits that keep the relative links of the page *old* when it is moved to *new*, in another directory.

    :param is_file: whether there is a file, or a page without its suffix, at a path relative to the root.
    """
    before, behind = posixpath.dirname(old), posixpath.dirname(new)
    for match in _OWN.finditer(text):
        target = posixpath.normpath(posixpath.join(before, match["path"]))
        if target != old and is_file(target):
            yield Edit(*match.span("path"), posixpath.relpath(target, behind))


def _is_target(text: str, start: int, end: int, *, has_contents: bool) -> bool:
    """Whether the word between two offsets stands where only the target of a link or an entry of a contents can."""
    if _BEFORE_TARGET.search(text, max(0, start - 2), start):
        return True
    if not has_contents:
        return False
    line = text[text.rfind("\n", 0, start) + 1 : start] + text[end : next_newline(text, end)]
    return not line.strip()

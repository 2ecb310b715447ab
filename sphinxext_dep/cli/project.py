"""The project that a command works on: its configuration and proposals, and the errors that end a command."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from sphinxext_dep.check.baseline import read_baseline
from sphinxext_dep.check.check import Baseline, Checked, Judgement, check_bytes, judge, unreadable
from sphinxext_dep.cli.output import display_path, lines
from sphinxext_dep.config.find import empty_submodule, find_docs, is_apart
from sphinxext_dep.config.load import discover, discover_all
from sphinxext_dep.config.tables import ConfigErrors
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.config import Config, schema_digest
from sphinxext_dep.model.files import find_pages, is_source, lead_of, read_joined
from sphinxext_dep.model.messages import closest
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.source import UnreadablePage
from sphinxext_dep.rules import RULES
from sphinxext_dep.version import __version__

if TYPE_CHECKING:
    from sphinxext_dep.history.reading import History

Item = TypeVar("Item")

PATIENCE = 1.0
"""Seconds after which a progress bar appears."""


class BadConfiguration(click.ClickException):
    """A configuration or baseline file is wrong. The exit code is 2.

    :param lines: what is wrong, each with its file, key path and fix.
    """

    exit_code = 2

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))

    def show(self, file: IO[Any] | None = None) -> None:
        """Print every line to standard error."""
        for line in self.lines:
            click.echo(f"{click.style('error:', fg='red', bold=True)} {lines(line)}", file=file, err=file is None)


class Impossible(click.ClickException):
    """The request does not fit this project. The exit code is 2.

    :param help: how to fix it; may be empty.
    """

    exit_code = 2

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(f"{message}; {help}" if help else message)


class Failure(click.ClickException):
    """The command could not do its work, and wrote nothing, or says what it wrote. The exit code is 1.

    :param help: how to fix it; may be empty.
    """

    exit_code = 1

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = lines(help)

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message, and the help below it, to standard error."""
        click.echo(f"{click.style('error:', fg='red', bold=True)} {self.message}", file=file, err=file is None)
        if self.help:
            click.echo(f"  help: {self.help}", file=file, err=file is None)


def note(text: str) -> None:
    """Print a remark to standard error."""
    click.echo(f"{click.style('note:', bold=True)} {lines(text)}", err=True)


def open_config(start: Path | None = None) -> Config:
    """The configuration of the project that *start* (by default the working directory) is in.

    :raises BadConfiguration: when it is wrong.
    """
    try:
        return discover(start or Path.cwd(), rule_codes=RULES.codes)
    except ConfigErrors as errors:
        raise BadConfiguration(map(str, errors.errors)) from None


def open_configs(start: Path) -> tuple[Config, ...]:
    """As :func:`open_config`, of all processes.

    :raises BadConfiguration: when it is wrong.
    """
    try:
        return discover_all(start, rule_codes=RULES.codes)
    except ConfigErrors as errors:
        raise BadConfiguration(map(str, errors.errors)) from None


def open_baseline(config: Config, file: Path | None = None) -> Baseline | None:
    """The baseline in *file*, else the one that the configuration names, if any.

    :raises BadConfiguration: when it cannot be read.
    """
    try:
        file = file or config.baseline
        return None if file is None else read_baseline(file, config.root)
    except ConfigErrors as errors:
        raise BadConfiguration(map(str, errors.errors)) from None


def read_pages(config: Config) -> Iterator[tuple[str, bytes | UnreadablePage]]:
    """Path and bytes of every page that ``sources`` matches, by path; shows progress when that takes long."""
    root = str(config.root)
    for path in progress(find_pages(config.root, config.schema), "Reading proposals"):
        try:
            yield path, read_joined(f"{root}/{path}", config.schema.sidecar)
        except UnreadablePage as error:
            yield path, error


def progress(items: Sequence[Item], label: str) -> Iterator[Item]:
    """*items*; when handing them out takes more than a second, a progress bar appears on a terminal."""
    started = time.monotonic()
    for index, item in enumerate(items):
        if time.monotonic() - started > PATIENCE and sys.stderr.isatty():
            with click.progressbar(length=len(items), label=label, file=sys.stderr) as bar:
                bar.update(index)
                for rest in items[index:]:
                    yield rest
                    bar.update(1)
            return
        yield item


def check_pages(config: Config, pages: Iterable[tuple[str, bytes | UnreadablePage]]) -> Iterator[Checked]:
    """Each of *pages* that is a proposal, read and judged by itself."""
    for path, data in pages:
        if isinstance(data, bytes):
            checked = check_bytes(data, path, config.schema, RULES)
            if checked is not None:
                yield checked
        else:
            yield unreadable(path, data, config.schema, RULES)


def judge_project(config: Config) -> Judgement:
    """All proposals of a project, judged as a build would judge them.

    :raises BadConfiguration: when the baseline cannot be read.
    """
    baseline = open_baseline(config)
    return judge(check_pages(config, read_pages(config)), config.schema, RULES, baseline=baseline)


def read_history(config: Config, catalog: Catalog) -> History:
    """The history of the proposals of *catalog*; cached in the user's cache directory.

    What git cannot say is noted: an empty cell or a list without hits would look as if there was nothing.
    """
    from sphinxext_dep.cli.cache import cache_directory
    from sphinxext_dep.history.reading import GitHistory

    name = hashlib.blake2b(bytes(config.root), digest_size=16).hexdigest()
    salt = f"{__version__}:{schema_digest(config.schema)}"
    own = [path for path in catalog.by_path if not config.is_copied(path)]
    asked = GitHistory(config.root, own, salt, cache_directory() / f"history-{name}")
    history = asked.read(config.schema)
    for text in history.notes:
        note(text)
    return history


def no_proposals(config: Config) -> str:
    """The remark that a project has no proposals.

    :raises Impossible: when there is no project either, or the proposals' submodule is not checked out: nothing must
        pass, or be emptied, because the proposals are not there.
    """
    if config.file is None and not (find_docs(config.root) / "conf.py").is_file():
        raise Impossible(
            f"there is no project in {config.root}: no conf.py, and no dep.toml or [tool.sphinxext-dep]",
            "name its directory with -C",
        )
    if config.file is not None and config.root == config.file.parent and is_apart(config.root):
        raise Impossible(
            f"no proposals are beside {config.file}, and which directory it is for is not clear",
            "move it into the directory of the pages, or into one above",
        )
    for lead in map(lead_of, config.schema.sources):
        if submodule := empty_submodule(config.root / lead):
            raise Impossible(
                f"the submodule '{submodule}' is not checked out", f"run git submodule update --init {submodule}"
            )
    return f"There are no proposals: no page below {config.root} matches {', '.join(config.schema.sources)}."


def path_of(file: Path, config: Config) -> str:
    """How diagnostics name *file*: relative to the project's root, with ``/``."""
    return Path(os.path.relpath(file.absolute(), config.root)).as_posix()


def find_proposal(word: str, judgement: Judgement, config: Config) -> Proposal:
    """The one proposal that *word* names: a number (``12``, ``DEP-0012``), a slug, or a file.

    :raises Impossible: when there is none, or more than one.
    """
    catalog = judgement.catalog
    file = Path(word)
    if file.is_file() and (proposal := catalog.by_path.get(path_of(file, config))) is not None:
        return proposal
    # As the JSON of `check` names it, and `deps.json`.
    if (proposal := catalog.by_path.get(word)) is not None:
        return proposal
    found = catalog.candidates(word)
    if len(found) == 1:
        return found[0]
    if found:
        files = ", ".join(display_path(config.root / item.path) for item in found)
        raise Impossible(f"'{word}' may be any of {files}", "name the file")
    if file.is_file():
        why = "it is an index" if is_source(path_of(file, config), config.schema) else "'sources' does not match it"
        raise Impossible(f"{word} is no proposal: {why}")
    known = [
        name
        for item in catalog.proposals
        for name in (catalog.label(item), item.slug, display_path(config.root / item.path))
        if name
    ]
    near = closest(word, known)
    raise Impossible(f"there is no proposal '{word}'", f"did you mean '{near}'?" if near else "see sphinx-dep list")


def complete_proposal(incomplete: str) -> list[str]:
    """The files of proposals, relative to the working directory, that begin like *incomplete*, for the shell."""
    try:
        config = open_config()
    except click.ClickException:
        return []
    paths = (os.path.relpath(config.root / path) for path in find_pages(config.root, config.schema))
    return [path for path in paths if path.startswith(incomplete)]

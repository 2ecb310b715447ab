"""The project that a command works on: its configuration, its proposals, and which of them is meant."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sphinxext_dep.check.baseline import Baseline, load_baseline, read_baseline
from sphinxext_dep.check.check import Checked, Judgement, check_bytes, judge, unreadable
from sphinxext_dep.check.tree import find_pages
from sphinxext_dep.cli.errors import BadConfiguration, Impossible
from sphinxext_dep.cli.output.progress import progress
from sphinxext_dep.config import Config, ConfigErrors, discover, is_source, schema_digest
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.files import read_joined
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.source import UnreadablePage
from sphinxext_dep.model.suggest import closest
from sphinxext_dep.rules import RULES
from sphinxext_dep.version import __version__

if TYPE_CHECKING:
    from sphinxext_dep.history import History


def seen_from_here(file: Path) -> str:
    """*file* as somebody in the working directory would write it, with ``/``."""
    return os.path.relpath(file).replace(os.sep, "/")


def as_seen_from_here(text: str, names: Iterable[str], root: Path) -> str:
    """*text*, such as the message of a diagnostic, with the files in it named as the working directory sees them.

    :param names: the paths in it, relative to *root*; they stand between backticks.
    """
    for name in names:
        text = text.replace(f"`{name}`", f"`{seen_from_here(root / name)}`")
    return text


def open_config(start: Path | None = None) -> Config:
    """The configuration of the project that *start* (by default the working directory) is in.

    :raises BadConfiguration: when it is wrong.
    """
    try:
        return discover(start or Path.cwd(), rule_codes=RULES.codes)
    except ConfigErrors as errors:
        raise BadConfiguration(map(str, errors.errors)) from None


def open_baseline(config: Config, file: Path | None = None) -> Baseline | None:
    """The baseline in *file*, else the one that the configuration names, if any.

    :raises BadConfiguration: when it cannot be read.
    """
    try:
        return load_baseline(config) if file is None else read_baseline(file, config.root)
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
    """What git knows of the proposals of *catalog*; kept in the user's cache folder."""
    from sphinxext_dep.cli.recall import cache_directory
    from sphinxext_dep.history import GitHistory

    name = hashlib.blake2b(bytes(config.root), digest_size=16).hexdigest()
    salt = f"{__version__}:{schema_digest(config.schema)}"
    asked = GitHistory(config.root, catalog.by_path, salt, cache_directory() / f"history-{name}")
    return asked.read(config.schema)


def path_of(file: Path, config: Config) -> str:
    """How diagnostics name *file*: relative to the project's root, with ``/``."""
    return Path(os.path.relpath(file.absolute(), config.root)).as_posix()


def file_of(path: str, config: Config) -> Path:
    """The file that diagnostics name *path*."""
    return config.root / path


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
        files = ", ".join(seen_from_here(config.root / item.path) for item in found)
        raise Impossible(f"'{word}' may be any of {files}", "name the file")
    if file.is_file():
        why = "it is an index" if is_source(path_of(file, config), config.schema) else "'sources' does not match it"
        raise Impossible(f"{word} is no proposal: {why}")
    known = [
        name
        for item in catalog.proposals
        for name in (catalog.label(item), item.slug, seen_from_here(config.root / item.path))
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
    shown = (os.path.relpath(config.root / path) for path in find_pages(config.root, config.schema))
    return [path for path in shown if path.startswith(incomplete)]

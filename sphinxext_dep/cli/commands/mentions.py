"""``mentions`` and ``check-message``: code, and messages of commits and pull requests, that name proposals."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

import click

from sphinxext_dep.cli.output.text import display_path, one_line
from sphinxext_dep.cli.project import Failure, judge_project, note, open_config
from sphinxext_dep.fields import type_of
from sphinxext_dep.history.git import GitError, run_git, work_tree
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.messages import listed, quoted
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.schema import StatusKind

VERSION = 1
"""Of the JSON; within one version keys are added, never removed, and never given another meaning."""

MAX_BYTES = 32_000_000
"""A larger file is no source code, and is left out with a note."""

_HEAD = 8_000
"""Bytes at the start of a file in which a NUL character shows that it is binary, as in git."""

_PAGE = rb"(?<=/)(?P<page>[0-9]{1,6}-[A-Za-z0-9_.-]{1,200})"
"""The last part of an address that may be the page of a proposal."""

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_NONE = re.compile(r"(?:n/?a|none)\.?", re.IGNORECASE)


class Mention(NamedTuple):
    """A place that names a proposal.

    :param column: in bytes, from 1.
    :param text: as it is written.
    :param problem: the reason why the proposal should not be named; empty when there is none.
    """

    file: Path
    line: int
    column: int
    text: str
    proposal: Proposal | None
    problem: str


@click.command()
@click.argument("paths", nargs=-1, metavar="PATH...", type=click.Path(exists=True, path_type=Path))
@click.option("--format", "style", type=click.Choice(("text", "json")), default="text", show_default=True)
def mentions_command(paths: Sequence[Path], style: str) -> None:
    """List the places in source code that name a proposal, such as 'DEP-0014', 'DEP: #14' or a link to its page.

    PATH is a file or a directory, by default the working directory. What git ignores is left out, and so are the
    proposals themselves. The exit code is 1 when a proposal does not exist, or is rejected or replaced.
    """
    config = open_config()
    catalog = judge_project(config).catalog
    pages = {os.path.realpath(config.root / item.path) for item in catalog.proposals}
    files = {file: None for path in paths or (Path(),) for file in _files(path)}
    found = [item for file in files if os.path.realpath(file) not in pages for item in _mentions(file, catalog)]
    if style == "json":
        click.echo(json.dumps({"version": VERSION, "mentions": [_json(item, catalog) for item in found]}, indent=1))
    else:
        for item in found:
            place = f"{one_line(display_path(item.file))}:{item.line}:{item.column}"
            said = f"error: {item.problem}" if item.problem else _described(item.proposal, catalog)
            click.echo(f"{place}: {one_line(said)}")
    wrong = sum(bool(item.problem) for item in found)
    note(f"{len(found)} mentions, {wrong} of them wrong")
    if wrong:
        raise SystemExit(1)


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--required", is_flag=True, help="Fail when the message names no proposal and does not say 'N/A'.")
def message_command(file: BinaryIO, required: bool) -> None:
    """Check the message of a commit or a pull request, in FILE or, with '-', from the standard input.

    Each line such as 'DEP: 14' or 'DEP: #14, DEP-15' must name proposals that are approved. 'DEP: N/A' passes, and so
    does a message without such a line.
    """
    catalog = judge_project(open_config()).catalog
    prefix = re.escape(catalog.schema.prefix)
    text = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), file.read(MAX_BYTES).decode("utf-8", "replace"))
    line_of = re.compile(rf"[ \t>*-]*{prefix}s?\**[ \t]*:[ \t*]*(.*?)[ \t]*", re.IGNORECASE)
    problems: list[str] = []
    is_answered = False
    for number, line in enumerate(text.splitlines(), 1):
        match = line_of.fullmatch(line)
        if match is None or not match[1]:
            continue
        is_answered = True
        if not _NONE.fullmatch(match[1]):
            problems += (f"line {number}: {problem}" for problem in _answer_problems(match[1], catalog))
    if required and not is_answered:
        label = catalog.schema.prefix
        raise Failure("the message names no proposal", f"add a line such as `{label}: 14`, or `{label}: N/A`")
    if problems:
        raise Failure("\n".join(map(one_line, problems)))


def _answer_problems(answer: str, catalog: Catalog) -> Iterator[str]:
    prefix = re.escape(catalog.schema.prefix)
    for word in re.split(r"[,;]|\band\b|\s(?=#|(?i:" + prefix + r"))", answer):
        if not word.strip():
            continue
        match = re.fullmatch(rf"\s*(?:(?i:{prefix})[-_ ]?)?#?([0-9]{{1,6}})\.?\s*", word)
        if match is None:
            yield f"{quoted(word.strip())} is not the number of a proposal"
            continue
        proposal, problem = _judged(int(match[1]), catalog)
        if problem:
            yield problem
        elif proposal is not None and _kind(proposal, catalog) is not StatusKind.DECIDED:
            yield f"{_described(proposal, catalog)} is not approved"


def _files(path: Path) -> Iterator[Path]:
    """The files at or below *path*, sorted, without those that git ignores and without symbolic links."""
    if path.is_file():
        yield path
        return
    top = work_tree(path.resolve())
    if top is not None:
        below = os.path.relpath(path.resolve(), top)
        try:
            data = run_git(top, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", below)
        except GitError as error:
            raise Failure(f"git cannot list the files of {display_path(path)}: {error.message}", error.help) from None
        names = {os.fsdecode(name) for name in data.split(b"\0") if name}
        found = (path / os.path.relpath(top / name, path.resolve()) for name in names)
    else:
        found = (Path(folder) / name for folder, _, names in os.walk(path) for name in names)
    yield from sorted(file for file in found if file.is_file() and not file.is_symlink())


def _mentions(file: Path, catalog: Catalog) -> Iterator[Mention]:
    """The mentions in *file*, in order."""
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise Failure(f"{display_path(file)} cannot be read: {error.strerror or error}") from None
    if len(data) > MAX_BYTES:
        note(f"{display_path(file)} is left out: it is larger than {MAX_BYTES:,} bytes")
        return
    if b"\0" in data[:_HEAD]:
        return
    line, position = 1, 0
    for match in _pattern(catalog.schema.prefix).finditer(data):
        if match["page"] is not None:
            proposal = _page(match["page"].decode(), catalog)
            if proposal is None:
                continue
            problem = _state_problem(proposal, catalog)
        else:
            proposal, problem = _judged(int(match["number"]), catalog)
        line += data.count(b"\n", position, match.start())
        position = match.start()
        column = position - data.rfind(b"\n", 0, position)
        yield Mention(file, line, column, match[0].decode(errors="replace"), proposal, problem)


def _pattern(prefix: str) -> re.Pattern[bytes]:
    """Words such as ``DEP-0014``, ``DEP: #14`` and ``DEP 14``, in the case of the process, and ends of addresses."""
    name = re.escape(prefix).encode()
    # `codep-12`, `DEP-1234567`, `DEP 14.5` and `DEP-14b` are something else.
    number = rb"(?<![\w-])" + name + rb"(?:[-_ ]|: ?)?#?(?P<number>[0-9]{1,6})(?![\w]|\.[0-9])"
    return re.compile((number + rb"|" if prefix else b"(?P<number>(?!))|") + _PAGE)


def _page(name: str, catalog: Catalog) -> Proposal | None:
    """The proposal whose page the end of an address, with or without a suffix, is."""
    stems = catalog.schema.derived.get(__name__)
    if stems is None or stems[0] is not catalog:
        known = {catalog.schema.without_suffix(catalog.schema.name_of(item.path)): item for item in catalog.proposals}
        stems = catalog.schema.derived[__name__] = (catalog, known)
    found: Proposal | None = stems[1].get(catalog.schema.without_suffix(name.removesuffix(".")))
    return found


def _judged(number: int, catalog: Catalog) -> tuple[Proposal | None, str]:
    """The proposal with *number*, if there is one, and what is wrong with naming it."""
    claimants = catalog.by_number.get(number, ())
    if not claimants:
        return None, f"there is no {catalog.schema.label(number)}"
    return claimants[0], _state_problem(claimants[0], catalog)


def _state_problem(proposal: Proposal, catalog: Catalog) -> str:
    """A sentence if the proposal is rejected or replaced for good; one that is deferred may be taken up again."""
    schema = catalog.schema
    status = schema.statuses.get(proposal.status or "")
    if status is None or status.kind is not StatusKind.CLOSED or status.next:
        return ""
    successors = [
        text
        for key in status.requires
        if (field := schema.fields.get(key)) is not None and type_of(field).is_relation
        for text in type_of(field).texts(proposal, field, catalog)
    ]
    by = f", by {listed(successors, last='and')}" if successors else ""
    return f"{_name(proposal, catalog)} is {status.name}{by}"


def _kind(proposal: Proposal, catalog: Catalog) -> StatusKind | None:
    return catalog.schema.statuses[proposal.status].kind if proposal.status else None


def _name(proposal: Proposal, catalog: Catalog) -> str:
    return f"{catalog.label(proposal)} {proposal.title}".rstrip()


def _described(proposal: Proposal | None, catalog: Catalog) -> str:
    if proposal is None:
        return ""
    return f"{_name(proposal, catalog)} ({proposal.status or proposal.status_raw or 'no status'})"


def _json(item: Mention, catalog: Catalog) -> dict[str, object]:
    return {
        "path": display_path(item.file),
        "line": item.line,
        "column": item.column,
        "text": item.text,
        "label": catalog.label(item.proposal) if item.proposal else None,
        "proposal": item.proposal.path if item.proposal else None,
        "status": item.proposal.status if item.proposal else None,
        "problem": item.problem or None,
    }

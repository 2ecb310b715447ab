"""``embed``: tables of proposals between two marks in Markdown files, such as a README."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import click

from sphinxext_dep.check.check import Judgement, today
from sphinxext_dep.cli.editing import failing
from sphinxext_dep.cli.output import display_path, escaped, one_line
from sphinxext_dep.cli.project import (
    Failure,
    Impossible,
    judge_project,
    no_proposals,
    note,
    open_config,
    read_history,
)
from sphinxext_dep.config.find import find_repository
from sphinxext_dep.edit.save import Change, save
from sphinxext_dep.history.repositories import ProposalRepositories
from sphinxext_dep.markup import read_outline
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.config import Config
from sphinxext_dep.model.files import Markup, read_bytes
from sphinxext_dep.model.proposal import Proposal
from sphinxext_dep.model.source import Source
from sphinxext_dep.query.columns import Context, column
from sphinxext_dep.query.filters import DEFAULT_ORDER, QueryError, sort
from sphinxext_dep.query.parse import default_columns, parse, parse_columns, parse_sort

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
_MARK = re.compile(r"(?P<lead>[ \t]*(?:>[ \t]*)*)<!--[ \t]*(?P<end>/)?dep-index\b(?P<rest>.*)")
_WORD = re.compile(r'(?:"[^"]*"|[^\s"]|")+')
_OPTIONS = ("columns", "sort", "limit")
_LINKED = ("number", "title")
"""The columns that link to the proposal."""


class _Region(NamedTuple):
    """The text between two marks.

    :param start: offset of its first character, behind the line of the opening mark.
    :param end: offset of the closing mark's line.
    :param line: the line of the opening mark, from 1.
    :param request: the text of the opening mark: a query, and options.
    :param newline: of the opening mark's line.
    :param lead: what its line begins with: the space or the marks of the list or quotation that the table belongs to.
    """

    start: int
    end: int
    line: int
    request: str
    newline: str
    lead: str


@click.command()
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--check", "check_only", is_flag=True, help="Write nothing; fail when a table is not up to date.")
def command(files: Sequence[Path], check_only: bool) -> None:
    """Write tables of proposals into Markdown files, such as a README.

    A table is between the lines '<!-- dep-index: QUERY -->' and '<!-- /dep-index -->', as in
    '<!-- dep-index: status:open columns:number,title sort:-number limit:10 -->'. Nothing outside the marks changes.
    """
    config = open_config()
    judgement = judge_project(config)
    if not judgement.catalog.proposals:
        note(no_proposals(config))
    context = Context(today(), judgement.invalid, lambda: read_history(config, judgement.catalog))
    changes = []
    for file in files:
        with failing():
            before = read_bytes(file)
        after = _embedded(file, before, partial(_table, file=file, config=config, judgement=judgement, context=context))
        if after != before:
            changes.append(Change(file, before, after))
    names = [display_path(change.file) for change in changes]
    if check_only and names:
        raise Failure(f"not up to date: {', '.join(names)}", f"run `sphinx-dep embed {' '.join(names)}`")
    with failing():
        save(Path(os.path.commonpath([config.root, *(file.resolve().parent for file in files)])), changes)
    for name in names:
        click.echo(f"Updated {name}")
    if not names:
        click.echo("Every table is up to date.")


def _embedded(file: Path, data: bytes, table: Callable[[_Region], str]) -> bytes:
    """The bytes of *file* with the text between each pair of marks replaced by that of *table*.

    :raises Impossible: when the file holds no pair of marks, or is no UTF-8.
    :raises Failure: when a mark is wrong.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Impossible(f"{display_path(file)}:{line}: the file is not UTF-8", "save it as UTF-8") from None
    position, parts = 0, []
    for region in _regions(text, display_path(file)):
        lines = (f"{region.lead}{line}".rstrip() for line in table(region).splitlines())
        body = "".join(f"{line}{region.newline}" for line in lines)
        parts += [text[position : region.start], body]
        position = region.end
    if not parts:
        raise Impossible(
            f"{display_path(file)} has no line '<!-- dep-index: … -->'", "add one, and '<!-- /dep-index -->' below it"
        )
    return "".join([*parts, text[position:]]).encode("utf-8")


def _regions(text: str, name: str) -> Iterator[_Region]:
    """The regions of a file, in order; marks in code blocks, as a forge sees them, are examples.

    :raises Failure: when a mark is not closed, is within another pair, closes nothing, or is not on one line.
    """
    opened: _Region | None = None
    # The forges know no colon fence.
    outline = read_outline(Source(name, text.replace(":::", "..."), markup=Markup.MARKDOWN))
    code = iter(outline.code)
    block = next(code, None)
    for number, line in enumerate(_LINE.finditer(text), 1):
        content, newline = line.groups()
        content = content.removeprefix("\ufeff") if number == 1 else content
        match = _MARK.match(content)
        if match is None:
            continue
        while block is not None and block.end <= line.start():
            block = next(code, None)
        if opened is None and block is not None and block.start < line.end():
            continue
        where = f"{name}:{number}"
        rest, arrow, behind = match["rest"].partition("-->")
        if not arrow or behind.strip():
            raise Failure(f"{where}: the mark is not a line of its own", "write all of it, `-->` included, on one line")
        if match["end"]:
            if rest.strip():
                raise Failure(f"{where}: the closing mark holds other text", "write `<!-- /dep-index -->`")
            if opened is None:
                raise Failure(f"{where}: the mark closes a table that is not opened", "remove it")
            yield opened._replace(end=line.start())
            opened = None
            continue
        if opened is not None:
            raise Failure(
                f"{where}: a table begins within the one of line {opened.line}",
                f"close that one with `<!-- /dep-index -->` above line {number}",
            )
        request = rest.strip()
        if request and not request.startswith(":"):
            raise Failure(f"{where}: there is no colon behind `dep-index`", "write `<!-- dep-index: … -->`")
        request = request.removeprefix(":").strip()
        opened = _Region(line.end(), line.end(), number, request, newline or "\n", match["lead"])
    if opened is not None:
        raise Failure(f"{name}:{opened.line}: the table is never closed", "write `<!-- /dep-index -->` below it")


def _table(region: _Region, file: Path, config: Config, judgement: Judgement, context: Context) -> str:
    """The lines between the marks of *region*, each with a line feed.

    :raises Failure: when the mark asks for something that there is not.
    """
    schema, catalog = config.schema, judgement.catalog
    query: list[str] = []
    options: dict[str, str] = {}
    where = f"{display_path(file)}:{region.line}"
    for word in _WORD.findall(region.request):
        name, colon, value = word.partition(":")
        if not colon or name not in _OPTIONS:
            query.append(word)
        elif name in options:
            raise Failure(f"{where}: `{name}` is given twice")
        elif not value or value.endswith(","):
            raise Failure(
                f"{where}: a space ends the value of `{name}`", "write it without, as in `columns:number,title`"
            )
        else:
            options[name] = value.strip('"')
    limit = options.get("limit", "")
    if "limit" in options and not re.fullmatch(r"[0-9]{1,6}", limit):
        raise Failure(f"{where}: `limit` is not a number", "as in `limit:10`")
    try:
        wanted = parse(" ".join(query), schema)
        order = parse_sort(options["sort"], schema) if "sort" in options else DEFAULT_ORDER
        keys = parse_columns(options["columns"], schema) if "columns" in options else default_columns(schema)
    except QueryError as error:
        raise Failure(f"{where}: {one_line(error.message)}", error.help) from None
    chosen = [item for item in catalog.proposals if wanted.matches(item, context)]
    chosen = sort(chosen, order, schema, context)[: int(limit) if limit else None]
    if not chosen:
        return "\n*No proposals.*\n\n"
    rows = [[column(key, schema).label(schema) for key in keys], ["---"] * len(keys)]
    repositories = ProposalRepositories(config)
    targets = [_target(item, file, config, repositories) for item in chosen]
    rows += [
        [_cell(item, key, catalog, context, target) for key in keys]
        for item, target in zip(chosen, targets, strict=True)
    ]
    return "".join(["\n", *(f"| {' | '.join(row)} |\n" for row in rows), "\n"])


def _cell(proposal: Proposal, key: str, catalog: Catalog, context: Context, target: str) -> str:
    """The value of the column *key* as the text of a cell."""
    found = column(key, catalog.schema)
    text = ", ".join(found.texts(proposal, catalog, context))
    if key == "number":
        text = text or catalog.label(proposal)
    # A character reference would become the character itself.
    text = escaped(one_line(text)).replace("&", "&amp;")
    return f"[{text}]({target})" if key in _LINKED and text else text


def _target(proposal: Proposal, file: Path, config: Config, repositories: ProposalRepositories) -> str:
    """The link from *file* to the page of *proposal*: forges show the source there.

    A forge has no files of a submodule below the repository that it is in, so that another repository's are linked
    where they are.
    """
    repository = repositories.of(proposal.path)
    if repository is not None and repository.forge is not None and repository.top != find_repository(file.parent)[0]:
        return repository.forge.file(repository.branch, repository.place.in_repository(proposal.path))
    path = os.path.relpath((config.root / proposal.path).resolve(), file.resolve().parent)
    return quote(path.replace(os.sep, "/"), safe="/._-")

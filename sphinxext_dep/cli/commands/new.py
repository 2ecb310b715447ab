"""``sphinx-dep new``: a proposal to be written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

import click

from sphinxext_dep.check.check import today
from sphinxext_dep.check.rule import Rule
from sphinxext_dep.cli.editing import (
    ask,
    diff,
    dry_run_option,
    failing,
    judge_edit,
    like_others,
    on_terminal,
    open_workspace,
    read_assignments,
    write,
)
from sphinxext_dep.cli.output import display_path
from sphinxext_dep.cli.project import Failure, Impossible, note
from sphinxext_dep.cli.revisions import free_number, proposals_on_base
from sphinxext_dep.edit.banners import as_neighbours, in_step
from sphinxext_dep.edit.save import Change
from sphinxext_dep.edit.scaffold import UNKNOWN, from_template, scaffold
from sphinxext_dep.edit.workspace import Workspace
from sphinxext_dep.fields import type_of
from sphinxext_dep.fields.date import TODAY
from sphinxext_dep.headers.base import Spelling
from sphinxext_dep.headers.spellings import DEFAULT_SPELLINGS, DIRECTIVE, SPELLINGS, key_of, usual_spellings
from sphinxext_dep.history.git import user_name
from sphinxext_dep.model.catalog import Catalog
from sphinxext_dep.model.config import Config
from sphinxext_dep.model.diagnostics import Severity
from sphinxext_dep.model.files import is_source, matches
from sphinxext_dep.model.messages import listed
from sphinxext_dep.model.numbers import UNNUMBERED, digits_of, file_lead, file_number, slug_of
from sphinxext_dep.model.proposal import Page, State
from sphinxext_dep.model.schema import Field, Layout, Schema, Status
from sphinxext_dep.model.source import encode, read_source
from sphinxext_dep.query.parse import conditions_of
from sphinxext_dep.rules.sections import template_text

LIMITED, COMPLETE = "limited", "complete"
_SPELLINGS = {key_of(name): spelling for name, spelling in SPELLINGS.items() if spelling.is_writable}
_SPECIAL = re.compile(r"[*?\[]")
_UNNUMBERED = re.compile(r"(?:[a-z]+[-_])?(?:n{2,}|x{2,}|0+[nx]|0{2,}(?![0-9]))", re.IGNORECASE)
"""A template that shows the place for a number: ``NNNN*``, ``0000-template.md``."""
_DAY_FIRST = re.compile(r"(?:19|20)[0-9]{2}([-_.]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12][0-9]|3[01])(?=[-_.])")


@click.command()
@click.argument("title")
@click.option("--author", "authors", multiple=True, metavar="NAME", help="By default whom git knows. May be repeated.")
@click.option("--category", default="", help="The kind of decision; by default it is asked for, or the first.")
@click.option(
    "--set", "assignments", metavar="FIELD=VALUE", multiple=True, help="Fill in another field. May be repeated."
)
@click.option(
    "--template",
    default=LIMITED,
    show_default=True,
    metavar="NAME",
    help="`limited` or `complete`, a template that the configuration names, or a file.",
)
@click.option("--spelling", type=click.Choice(tuple(_SPELLINGS)),
              help="How to write the header; by default as the project does, else as a directive. A template of the "
              "project has its own.")  # fmt: skip
@click.option(
    "--number",
    type=click.IntRange(min=0),
    help="By default none, which `sphinx-dep assign` gives, or the next, where the process requires one.",
)
@click.option(
    "--directory", "folder", type=click.Path(path_type=Path), help="Where to put it; by default where others are."
)
@click.option(
    "--suffix",
    metavar="SUFFIX",
    help="`.md`, `.rst` or another that the configuration names; by default that of most other proposals.",
)
@click.option("--edit", is_flag=True, help="Open it in $EDITOR.")
@dry_run_option
def command(
    title: str,
    authors: tuple[str, ...],
    category: str,
    assignments: tuple[str, ...],
    template: str,
    spelling: str | None,
    number: int | None,
    folder: Path | None,
    suffix: str | None,
    *,
    edit: bool,
    dry_run: bool,
) -> None:
    """Begin a proposal called TITLE.

    It is valid as it is, with the first status of the lifecycle, and its sections say what belongs into them. It has no
    number yet, so that it cannot clash with another; unless the process requires one from the first status on. Then it
    gets the next.
    """
    workspace = open_workspace()
    title = " ".join(title.split())
    source = _template(template, workspace.config)
    if suffix is not None and suffix not in workspace.schema.page_suffixes:
        known = listed((f"'{known}'" for known in workspace.schema.page_suffixes), last="or")
        raise Impossible(f"'{suffix}' is not a suffix of proposals", f"write {known}")
    suffix = suffix or (source.suffix.lower() if source else _usual_suffix(workspace))
    if number is not None:
        free_number(workspace, (), number)
    elif _wants_number(workspace):
        number = free_number(workspace, proposals_on_base(workspace))
    path = _path(workspace, title, number, folder, suffix)
    given = read_assignments(assignments, workspace.catalog)
    values = _values(workspace.catalog, authors, category, given, title=title, number=number)
    neighbour = _neighbour(workspace, path, values) if spelling is None else None
    values = _usual_values(workspace.catalog) | values if neighbour is not None else values

    def begun() -> Page:
        if source is not None:
            page = from_template(read_source(source, source.name), path, title, values, workspace.schema)
            return in_step(page, workspace)
        return scaffold(
            path,
            title,
            values,
            workspace.schema,
            _spelling(spelling, workspace, neighbour),
            complete=template == COMPLETE,
            hidden=_is_error(template_text, workspace.schema),
            banner=as_neighbours(workspace, path, _first(workspace.schema)),
            neighbour=neighbour,
            number=number,
        )

    with failing():
        page = begun()
        # What one condition requires can make another one hold.
        while wanted := [key for key in _conditional(page) if key not in values]:
            values |= {key: _value(workspace.schema.fields[key], workspace.catalog) for key in wanted}
            page = begun()
    # That its sections are still to be written goes without saying.
    judge_edit(workspace, workspace.with_pages([page]), quiet=True)
    file = workspace.file(path)
    if dry_run:
        click.echo(diff(workspace, None, page.source), nl=False)
        return
    _write(workspace, page, file)
    click.echo(f"created {display_path(file)}")
    if edit:
        click.edit(filename=str(file))


def _spelling(word: str | None, workspace: Workspace, neighbour: Page | None) -> Spelling | None:
    """The spelling that *word* means, or that of most other proposals among the project's own.

    It is ``None`` if only *neighbour* shows how to write one.

    :raises Impossible: when the project does not read it, or nothing shows how to write it.
    """
    schema = workspace.schema
    if word is None:
        if schema.spellings and not any(SPELLINGS[name].begins_pages for name in schema.spellings):
            if neighbour is not None:
                return None
            known = listed((f"a {name}" for name in schema.spellings), last="or")
            raise Impossible(f"a header in {known} is written by hand", "copy the project's template")
        counts = Counter(name for item in workspace.catalog.proposals for name in item.spellings)
        return max(usual_spellings(schema), key=lambda spelling: counts[spelling.name])
    spelling = _SPELLINGS[word]
    if spelling.name not in (DIRECTIVE, *schema.spellings):
        raise Impossible(f"this project does not read a {spelling.name}", "add it to 'spellings' in the configuration")
    return spelling


def _neighbour(workspace: Workspace, path: str, values: Mapping[str, str]) -> Page | None:
    """The proposal whose header is the pattern for the one at *path*; none where the usual spelling is to go.

    It has the spellings of most others, and the fewest fields that the new one does not have: a decided proposal says
    more than one that begins.
    """
    schema = workspace.schema
    markup = schema.markup_of(path)
    others = [page for page in workspace.catalog.proposals if page.spellings and schema.markup_of(page.path) is markup]
    usual, _ = Counter(frozenset(page.spellings) for page in others).most_common(1)[0] if others else (frozenset(), 0)
    if schema.spellings == DEFAULT_SPELLINGS and usual != {DIRECTIVE}:
        return None
    same = [page for page in others if frozenset(page.spellings) == usual]
    # Of those that are alike, the newest.
    best = min(reversed(same), key=lambda page: len(page.fields.keys() ^ values.keys()) + len(page.extra), default=None)
    return workspace.page(best.path) if best is not None else None


def _usual_values(catalog: Catalog) -> dict[str, str]:
    """The fields that every proposal states: with today's date, or not filled in."""
    values: dict[str, str] = {}
    for key, field in catalog.schema.fields.items():
        kind, stated = type_of(field), [page.fields.get(key) for page in catalog.proposals]
        is_written = all(value is not None and value.label_span != value.span for value in stated)
        if is_written and not (kind.is_single or kind.is_relation):
            day = kind.expand(TODAY, field, today())
            values[key] = like_others(day, field, catalog) if day != TODAY else UNKNOWN
    return values


def _write(workspace: Workspace, page: Page, file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(f"{file.parent} cannot be made: {error.strerror}") from None
    write(workspace, [Change(file, None, encode(page.source))])


def _template(word: str, config: Config) -> Path | None:
    """The file that ``--template`` means; ``None`` for one that is made from the sections.

    :raises Impossible: when there is none.
    """
    named = {file_number(file.name)[1].removesuffix("-template"): file for file in config.templates}
    file = named.get(word) or Path(word)
    if file.is_file():
        return file
    if word in named:
        raise Impossible(f"there is no template {file}", f"correct 'templates' in {config.file}")
    if word in (LIMITED, COMPLETE):
        return None
    known = listed(f"'{name}'" for name in dict.fromkeys((LIMITED, COMPLETE, *named)))
    raise Impossible(f"there is no template '{word}'", f"there are {known}, or name a file")


def _is_error(rule: Rule, schema: Schema) -> bool:
    """True if a finding of *rule* makes a new proposal invalid."""
    return rule.severity_on(schema, _first(schema).name) is Severity.ERROR


def _first(schema: Schema) -> Status:
    return schema.statuses[schema.lifecycle[0]] if schema.lifecycle else next(iter(schema.statuses.values()))


def _usual_suffix(workspace: Workspace) -> str:
    counts = Counter(workspace.schema.suffix_of(path) for path in workspace.checked)
    return counts.most_common(1)[0][0] if counts else ".md"


def _path(workspace: Workspace, title: str, number: int | None, folder: Path | None, suffix: str) -> str:
    """The path of a new proposal, relative to the root.

    :raises Impossible: when it would not be found there, or its place is taken.
    """
    schema, catalog = workspace.schema, workspace.catalog
    if schema.sidecar:
        raise Impossible(
            f"a proposal is a page and a {schema.sidecar} beside it here", "copy the project's template by hand"
        )
    slug = slug_of(title)
    if not slug:
        raise Impossible(f"'{title}' has no letters to make a file name of")
    if taken := catalog.by_slug.get(slug, ()):
        raise Impossible(f"{display_path(workspace.file(taken[0].path))} has this name already", "choose another title")
    where = _directory(workspace) if folder is None else _relative(folder, workspace)
    names = [schema.name_of(item.path) for item in catalog.proposals if item.number is not None]
    digits = UNNUMBERED if number is None else f"{number:0{digits_of(names, schema.prefix)}d}"
    first = f"{file_lead(names, schema.prefix)}{digits}"
    if number is None or not names or not all(_is_bare(name, schema.prefix) for name in names):
        first += f"-{slug}"
    shown = (first, slug) if number is not None or _has_numbers(workspace) else (slug,)
    if (day := _day_first(workspace)) and number is None:
        shown = (f"{day}-{slug}",)
    tried = [str(PurePosixPath(where, *_named(name, slug, suffix, schema))) for name in shown]
    if path := next((path for path in tried if is_source(path, schema)), ""):
        return path
    raise Impossible(f"'sources' would not match {tried[0]}", "choose another --directory")


def _has_numbers(workspace: Workspace) -> bool:
    """True if names of proposals begin with a number, or with the place for one; or if there is no proposal yet."""
    names = [workspace.schema.name_of(path) for path in workspace.checked]
    prefix = workspace.schema.prefix
    found = ((name, *file_number(name, prefix)) for name in names)
    return not names or any(number is not None or not name.lower().startswith(slug) for name, number, slug in found)


def _is_bare(name: str, prefix: str) -> bool:
    """True if the name of a file is a number and nothing else: ``pep-0012.rst``."""
    number, slug = file_number(name, prefix)
    return number is not None and name.lower().startswith(slug)


def _day_first(workspace: Workspace) -> str:
    """Today, as the names of most other proposals begin with a day; empty when they do not."""
    names = [workspace.schema.name_of(path) for path in workspace.checked]
    gaps = Counter(match[1] for name in names if (match := _DAY_FIRST.match(name)))
    return today().replace("-", gaps.most_common(1)[0][0]) if 2 * gaps.total() > len(names) else ""


def _named(name: str, slug: str, suffix: str, schema: Schema) -> tuple[str, ...]:
    """The parts of a path that *name* a proposal: its file, or its directory and the file in it."""
    if schema.layout is Layout.FILES:
        return (f"{name}{suffix}",)
    # `README.md`, where the globs say what every proposal's file is called; else `retry.md` in `0000-retry`.
    last = PurePosixPath(next(iter(schema.sources), "*")).name
    return (name, f"{slug}{suffix}" if _SPECIAL.search(last) else last)


def _directory(workspace: Workspace) -> str:
    """The directory of most proposals; without any, the one that the first glob of ``sources`` names."""
    above = 0 if workspace.schema.layout is Layout.FILES else 1
    paths = [path for path in workspace.checked if matches(path, _first(workspace.schema).paths)]
    paths = paths or list(workspace.checked)
    counts = Counter(str(PurePosixPath(path).parents[above]) for path in paths if path.count("/") >= above)
    if counts:
        return counts.most_common(1)[0][0]
    first = next(iter(workspace.schema.sources), "")
    parts = PurePosixPath(first).parts
    fixed = next((place for place, part in enumerate(parts) if _SPECIAL.search(part)), len(parts) - 1)
    return str(PurePosixPath(*parts[:fixed]))


def _relative(folder: Path, workspace: Workspace) -> str:
    place, root = folder.absolute(), workspace.config.root
    if not place.resolve().is_relative_to(root.resolve()):
        raise Impossible(f"{folder} is not below {root}")
    return place.resolve().relative_to(root.resolve()).as_posix()


def _values(
    catalog: Catalog, authors: tuple[str, ...], category: str, given: dict[str, str], *, title: str, number: int | None
) -> dict[str, str]:
    """The fields that a new proposal must have: given, known, asked for, or the first of those there are.

    :raises Failure: when one of them can only be asked for, and there is nobody to ask.
    """
    values, schema = dict(given), catalog.schema
    first = _first(schema)
    people, kind, status = schema.authors_field, schema.category_field, schema.status_field
    if status is not None and (status.key in first.requires or first.name != schema.default_status):
        values[status.key] = first.name
    if schema.title_field is not None:
        values[schema.title_field.key] = title
    if number is not None and (stated := schema.number_field) and stated.key in first.requires:
        values[stated.key] = str(number)
    if people is not None and people.key not in values:
        values[people.key] = like_others(", ".join(authors) or user_name(Path.cwd()), people, catalog)
    if kind is not None and category:
        values[kind.key] = category
    for field in (schema.fields[key] for key in first.requires if key in schema.fields):
        if not values.get(field.key):
            values[field.key] = _value(field, catalog)
    return {key: value for key, value in values.items() if value}


def _conditional(page: Page) -> Iterator[str]:
    """The keys of the fields that the conditions which hold for *page* require, and it does not state."""
    for condition in conditions_of(page.proposal, page.schema):
        for key in condition.requires:
            value = page.proposal.fields.get(key)
            if value is None or value.state in (State.UNKNOWN, State.PLACEHOLDER):
                yield key


def _value(field: Field, catalog: Catalog) -> str:
    return like_others(_answer(field, catalog.schema), field, catalog)


def _wants_number(workspace: Workspace) -> bool:
    """True if the process asks for a number from the first status on, or its proposals are counted.

    They are when most numbers are in use, and neither a page nor a template has a place for a number yet to be given.
    """
    schema = workspace.schema
    if schema.number_field is not None and schema.number_field.key in _first(schema).requires:
        return True
    numbers = {item.number for item in workspace.catalog.proposals}
    if not numbers or None in numbers or any(map(_UNNUMBERED.match, schema.exclude)):
        return False
    known = [number for number in numbers if number is not None]
    return 2 * len(known) > max(known) - min(known) + 1


def _answer(field: Field, schema: Schema) -> str:
    words = type_of(field).words(field, schema)
    if on_terminal():
        return ask(field, schema, default=words[0] if words else None)
    if (day := type_of(field).expand(TODAY, field, today())) != TODAY:
        return day
    if words:
        note(f"{field.label.lower()}: {words[0]}, the first of {listed(words, last='and')}")
        return words[0]
    how = "--author NAME" if field is schema.authors_field else f"--set {field.key}=…"
    raise Failure(f"a new proposal needs `{field.label}`", f"give it: {how}")

"""The work of ``check`` when its answer is not in the cache: read, check, fix, select, report."""

from __future__ import annotations

import os
import posixpath
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import click
import msgspec

from sphinxext_dep.check.baseline import DEFAULT_NAME, baseline_text
from sphinxext_dep.check.check import Baseline, can_be_exempt, judge
from sphinxext_dep.check.rule import Rule
from sphinxext_dep.cli.cache import Answer, Cache, Inputs, Request
from sphinxext_dep.cli.output import display_message, display_path
from sphinxext_dep.cli.output.formats import FORMATS, ORDER, Report, selected
from sphinxext_dep.cli.project import (
    Impossible,
    check_pages,
    no_proposals,
    open_baseline,
    open_configs,
    path_of,
    read_pages,
)
from sphinxext_dep.config.find import find_config, find_docs, start_of
from sphinxext_dep.edit.fix import Choice, NotFixed, Outcome, fix_all
from sphinxext_dep.model.config import Config
from sphinxext_dep.model.diagnostics import Diagnostic, Severity
from sphinxext_dep.model.messages import closest
from sphinxext_dep.model.source import UnreadablePage
from sphinxext_dep.rules import RULES

Pages = list[tuple[str, bytes | UnreadablePage]]

_FAMILY = re.compile(r"DEP\d{0,3}")


class Part(NamedTuple):
    """The result for the proposals of one process.

    :param shown: the diagnostics to report.
    :param proposals: the number of proposals.
    :param pages: path → bytes of all pages that were read.
    """

    config: Config
    shown: list[Diagnostic]
    proposals: int
    note: str
    pages: dict[str, bytes | UnreadablePage]


def check_project(request: Request, start: Path, cache: Cache | None) -> Answer:
    """Check the project that *start* is in: of several processes those that the paths, or else *start*, are in.

    :param cache: keeps the answer, of one process.
    :raises click.ClickException: when the request or the configuration is wrong.
    """
    select = find_codes(request.select) if request.select else None
    ignore = find_codes(request.ignore)
    configs = _configs(request, start)
    _refuse_other_projects(request.paths)
    parts: list[Part] = []
    done: list[Answer] = []
    for config in configs:
        found = _check_process(request, config, select, ignore, len(configs) == 1)
        if isinstance(found, Answer):
            done.append(found)
        else:
            parts.append(found)
    if done:
        return Answer(
            "".join(one.text for one in done), "".join(one.note for one in done), max(one.code for one in done)
        )
    part = parts[0] if len(parts) == 1 else _joined(parts)
    answer = _answer(request, part)
    if cache is not None and len(configs) == 1:
        config = configs[0]
        cache.save(Inputs.of(config, str(request.baseline or config.baseline or "")), part.pages.items(), answer)
    return answer


def _configs(request: Request, start: Path) -> list[Config]:
    """The processes to check: those that the paths of *request*, or else *start*, are in or around; else all."""
    found = open_configs(start)
    places = [Path(name).resolve() for name in request.paths] or [start.resolve()]
    near = [config for config in found if any(_is_near(place, config) for place in places)]
    chosen = near if near and len(found) > 1 else list(found)
    if len(chosen) > 1 and request.baseline:
        raise Impossible("--baseline names one file, and the configuration several processes", "choose one with -C")
    return chosen


def _is_near(place: Path, config: Config) -> bool:
    return place.is_relative_to(config.directory) or config.directory.is_relative_to(place)


def _check_process(
    request: Request, config: Config, select: frozenset[str] | None, ignore: frozenset[str], is_only: bool
) -> Part | Answer:
    """Check the proposals of one process; an answer where nothing is left to report.

    :param is_only: whether all paths of the request are about this process.
    """
    baseline = None if request.write_baseline else open_baseline(config, _file(request.baseline))
    base = request.base
    if request.ref:
        from sphinxext_dep.cli.revisions import pages_of_merge

        base, pages = pages_of_merge(config, request.ref, base)
    else:
        pages = list(read_pages(config))
    found, proposals = _check(request, base, config, baseline, pages)
    if request.write_baseline:
        return _write_baseline(request, config, found)
    names = [name for name in request.paths if is_only or _is_near(Path(name).resolve(), config)]
    paths, note = _proposals_among(names, config, proposals)
    if request.fix or request.diff:

        def choose(items: Iterable[Diagnostic]) -> list[Diagnostic]:
            return selected(items if baseline is None else baseline.apply(items, RULES, ())[0], select, ignore, paths)

        # What one fix brings to light is selected in the same way, so that a second run has nothing left to do.
        fixed = _fix(config, choose, diff=request.diff)
        if request.diff:
            return fixed._replace(code=0) if request.exit_zero else fixed
        note = fixed.note + note
        pages = list(read_pages(config))
        found, proposals = _check(request, base, config, baseline, pages)
    if not proposals:
        note += f"{no_proposals(config)}\n"
    return Part(config, selected(found, select, ignore, paths), len(proposals), note, dict(pages))


def _joined(parts: list[Part]) -> Part:
    """*parts* as one, with paths relative to the directory that is around all of them."""
    root = Path(os.path.commonpath([part.config.root for part in parts]))
    shown: list[Diagnostic] = []
    pages: dict[str, bytes | UnreadablePage] = {}
    for part in parts:
        lead = part.config.root.relative_to(root).as_posix()
        shown += (_below(lead, item) for item in part.shown)
        pages |= {posixpath.join(lead, path): data for path, data in part.pages.items()}
    note = "".join(part.note for part in parts)
    config = msgspec.structs.replace(parts[0].config, root=root)
    return Part(
        config, sorted(shown, key=lambda item: item.sort_key), sum(part.proposals for part in parts), note, pages
    )


def _below(lead: str, item: Diagnostic) -> Diagnostic:
    """*item* with paths that begin with the directory *lead*."""
    message, help = item.message, item.help
    for name in item.names:
        message, help = (text.replace(f"`{name}`", f"`{posixpath.join(lead, name)}`") for text in (message, help))
    return msgspec.structs.replace(
        item,
        message=message,
        help=help,
        names=tuple(posixpath.join(lead, name) for name in item.names),
        path=posixpath.join(lead, item.path),
        file=item.file and posixpath.join(lead, item.file),
    )


def _check(
    request: Request, revision: str | None, config: Config, baseline: Baseline | None, pages: Pages
) -> tuple[list[Diagnostic], Collection[str]]:
    """The diagnostics, and the paths of all proposals.

    :param revision: the git revision to compare with, if any.
    """
    checked = list(check_pages(config, pages))
    if revision:
        from sphinxext_dep.cli.revisions import Base

        # The pages of a merge are compared with the base itself.
        base = Base(config, revision, dict(pages), checked, revision if request.ref else "HEAD")
        judgement = judge(checked, config.schema, RULES, baseline=baseline, compare=base.compare)
        found = base.introduced(judgement, baseline) if request.new_only else list(judgement.diagnostics)
    else:
        judgement = judge(checked, config.schema, RULES, baseline=baseline)
        found = list(judgement.diagnostics)
    return found, judgement.catalog.by_path


def _answer(request: Request, part: Part) -> Answer:
    note = part.note
    gravest = min((ORDER[item.severity] for item in part.shown), default=len(ORDER))
    failed = gravest <= ORDER[Severity(request.fail_on)] and not request.exit_zero
    reported = [item for item in part.shown if ORDER[item.severity] <= ORDER[Severity(request.severity)]]
    report = Report(reported, part.proposals, part.config.root, part.pages if request.ref else {})
    text = FORMATS[request.output_format](report, colour=request.colour)
    if request.statistics:
        rows = "".join(f"{count:>6}  {code} {name} ({severity})\n" for count, code, name, severity in report.statistics)
        # A program reads the other formats: they stay as they are defined.
        if request.output_format == "text":
            text += rows
        else:
            note += rows
    return Answer(text, note, int(failed))


def _proposals_among(names: Collection[str], config: Config, proposals: Collection[str]) -> tuple[set[str] | None, str]:
    """The proposals that the files and directories *names* mean, ``None`` for all; and a note of those without any."""
    if not names:
        return None, ""
    paths: set[str] = set()
    note = ""
    schema = config.schema
    # A change of the file beside a page is a change of the proposal.
    beside = {schema.sidecar_of(path): path for path in proposals} if schema.sidecar else {}
    for name in names:
        path = path_of(Path(name), config)
        path = beside.get(path, path)
        if Path(name).is_dir():
            is_around = {".", ".."}.issuperset(path.split("/"))
            paths |= {item for item in proposals if is_around or item.startswith(f"{path}/")}
        else:
            paths.add(path)
            if path not in proposals:
                note += f"{name} is no proposal of this project.\n"
    return paths, note


def _refuse_other_projects(names: Iterable[str]) -> None:
    """Make sure that all paths are in one project: an answer has one configuration.

    :raises Impossible: naming the first path that is not in the project of the first.
    """
    first: tuple[str, Path | None] | None = None
    known: dict[Path, Path | None] = {}
    for name in names:
        directory = Path(name) if Path(name).is_dir() else Path(name).parent
        if directory not in known:
            known[directory] = find_config(find_docs(start_of(directory)))
        if first is None:
            first = (name, known[directory])
        elif known[directory] != first[1]:
            raise Impossible(f"{first[0]} and {name} are in different projects", "check each by itself")


def _write_baseline(request: Request, config: Config, found: list[Diagnostic]) -> Answer:
    from sphinxext_dep.edit.save import Change, SaveError, save
    from sphinxext_dep.history.git import work_tree

    file = (_file(request.baseline) or config.baseline or config.root / DEFAULT_NAME).absolute()
    before = file.read_bytes() if file.exists() else None
    # A configuration can come from a stranger's branch: it names files of the project only.
    home = file.parent if request.baseline else work_tree(config.root) or config.root
    try:
        save(home, [Change(file, before, baseline_text(found).encode())])
    except (SaveError, OSError) as error:
        raise Impossible(f"{file} cannot be written: {error}") from None
    exempt = {(item.path, item.code) for item in found if can_be_exempt(item)}
    pages = len({path for path, _code in exempt})
    text = f"Wrote {file}: {len(exempt)} exemptions for {pages} proposals.\n"
    if config.baseline is None:
        where = config.file or "dep.toml"
        text += f'Add baseline = "{file.name}" to {where}, so that the build reads it too.\n'
    return Answer(text, "", 0)


def _file(name: str | None) -> Path | None:
    return Path(name) if name else None


# --- fixing -----------------------------------------------------------------------------------------------------------


def _fix(config: Config, choose: Choice, *, diff: bool) -> Answer:
    """Fix all that has exactly one right answer; every other byte of every file stays.

    :param choose: selects the diagnostics to fix.
    :param diff: print what would change instead; then the exit code is 1 when something would.
    :raises Failure: when nothing, or not everything, could be written.
    """
    from sphinxext_dep.cli.editing import diff_pages, open_workspace, save_pages

    workspace = open_workspace(config)
    outcome = fix_all(workspace, choose)
    left = "".join(_not_fixed(item, config.root) for item in outcome.not_fixed)
    if not outcome.pages:
        return Answer("", f"{left}Nothing to fix.\n", 0)
    if diff:
        return Answer(diff_pages(workspace, outcome.pages), left, 1)
    save_pages(workspace, outcome.pages)
    return Answer("", "".join(_fixed(outcome, config.root)) + left, 0)


def _fixed(outcome: Outcome, root: Path) -> Iterator[str]:
    """A line for each page that was changed. A relation is fixed in another page than the one it was reported in."""
    codes: dict[str, Counter[str]] = {}
    for item in outcome.fixed:
        codes.setdefault(item.path, Counter())[item.code] += 1
    for page in outcome.pages:
        path = page.source.path
        counts = sorted(codes.get(path, Counter()).items())
        what = ", ".join(code if count == 1 else f"{code} ({count})" for code, count in counts)
        yield f"Fixed {display_path(root / path)}: {what or 'the other side of a relation'}\n"


def _not_fixed(left: NotFixed, root: Path) -> str:
    item = left.diagnostic
    why = display_message(f"{left.reason}{f' ({left.help})' if left.help else ''}", left.names, root)
    return f"{display_path(root / item.place)}:{item.line}: {item.code} is not fixed: {why}\n"


# --- rules as arguments -----------------------------------------------------------------------------------------------


def find_rule(word: str) -> Rule:
    """The rule with the code or the name *word*, in any case.

    :raises Impossible: when there is none.
    """
    if (rule := RULES.find(word)) is None:
        raise _unknown(word)
    return rule


def find_codes(words: str) -> frozenset[str]:
    """The codes that *words* name: codes, names, or beginnings of codes (``DEP4``), separated by commas.

    :raises click.UsageError: for a word that names no rule.
    """
    codes: set[str] = set()
    for word in filter(None, (part.strip() for part in words.split(","))):
        if (rule := RULES.find(word)) is not None:
            codes.add(rule.code)
            continue
        family = {code for code in RULES.by_code if code.startswith(word.upper())}
        if not family or not _FAMILY.fullmatch(word.upper()):
            raise click.UsageError(_unknown(word).message)
        codes |= family
    if words and not codes:
        raise click.UsageError(f"'{words}' names no rule")
    return frozenset(codes)


def complete_codes(incomplete: str) -> list[str]:
    """The codes and names that begin like the last of the words in *incomplete*, for the shell."""
    done, comma, last = incomplete.rpartition(",")
    return [f"{done}{comma}{word}" for word in RULES.codes() if word.lower().startswith(last.lower())]


def _unknown(word: str) -> Impossible:
    near = closest(word, RULES.codes())
    return Impossible(f"there is no rule '{word}'", f"did you mean '{near}'?" if near else "see sphinx-dep rules")

"""The work of ``check`` when its answer is not in the cache: read, check, fix, select, report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import click

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
    open_config,
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


def check_project(request: Request, start: Path, cache: Cache | None) -> Answer:
    """Check the project that *start* is in.

    :param cache: keeps the answer.
    :raises click.ClickException: when the request or the configuration is wrong.
    """
    select = find_codes(request.select) if request.select else None
    ignore = find_codes(request.ignore)
    config = open_config(start)
    _refuse_other_projects(request.paths)
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
    paths, note = _proposals_among(request.paths, config, proposals)
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
    shown = selected(found, select, ignore, paths)
    answer = _answer(request, config, shown, len(proposals), note, dict(pages) if request.ref else {})
    if cache is not None:
        cache.save(Inputs.of(config, str(request.baseline or config.baseline or "")), pages, answer)
    return answer


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


def _answer(
    request: Request,
    config: Config,
    found: list[Diagnostic],
    proposals: int,
    note: str,
    pages: Mapping[str, bytes | UnreadablePage],
) -> Answer:
    gravest = min((ORDER[item.severity] for item in found), default=len(ORDER))
    failed = gravest <= ORDER[Severity(request.fail_on)] and not request.exit_zero
    reported = [item for item in found if ORDER[item.severity] <= ORDER[Severity(request.severity)]]
    report = Report(reported, proposals, config.root, pages)
    text = FORMATS[request.output_format](report, colour=request.colour)
    if request.statistics:
        rows = "".join(f"{count:>6}  {code} {name} ({severity})\n" for count, code, name, severity in report.statistics)
        # A program reads the other formats: they stay as they are defined.
        if request.output_format == "text":
            text += rows
        else:
            note += rows
    if not proposals:
        note += f"{no_proposals(config)}\n"
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

    file = (_file(request.baseline) or config.baseline or config.root / DEFAULT_NAME).absolute()
    before = file.read_bytes() if file.exists() else None
    try:
        save(file.parent, [Change(file, before, baseline_text(found).encode())])
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

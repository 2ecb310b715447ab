"""The answer of ``check``: everything is read, judged and put into words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from sphinxext_dep.check.baseline import DEFAULT_NAME, Baseline, baseline_text, can_be_exempt
from sphinxext_dep.check.check import judge
from sphinxext_dep.cli.codes import find_codes
from sphinxext_dep.cli.errors import Impossible
from sphinxext_dep.cli.output.formats import writer
from sphinxext_dep.cli.output.report import WEIGHT, Report, chosen
from sphinxext_dep.cli.project import check_pages, open_baseline, open_config, path_of, read_pages
from sphinxext_dep.cli.recall import Answer, Seen
from sphinxext_dep.config import Config, find_config, find_docs
from sphinxext_dep.edit.journal import JOURNAL
from sphinxext_dep.model.diagnostics import Diagnostic, Severity
from sphinxext_dep.model.source import UnreadablePage
from sphinxext_dep.rules import RULES

if TYPE_CHECKING:
    from sphinxext_dep.cli.commands.check import Request
    from sphinxext_dep.cli.recall import Memory

Pages = list[tuple[str, bytes | UnreadablePage]]


def answer_to(request: Request, start: Path, memory: Memory | None) -> Answer:
    """Judge the project that *start* is in, and say what *request* asks for.

    :param memory: where to keep the answer.
    :raises click.ClickException: when the request or the configuration is wrong; nothing has been said then.
    """
    select = find_codes(request.select) if request.select else None
    ignore = find_codes(request.ignore)
    config = open_config(start)
    _refuse_other_projects(request.paths)
    baseline = None if request.write_baseline else open_baseline(config, _file(request.baseline))
    pages = list(read_pages(config))
    found, proposals = _judged(request, config, baseline, pages)
    if request.write_baseline:
        return _write_baseline(request, config, found)
    paths, strangers = _within(request.paths, config, proposals)
    wanted = chosen(found, select, ignore, paths)
    if request.fix or request.diff:
        from sphinxext_dep.cli import fix

        def choose(items: Iterable[Diagnostic]) -> list[Diagnostic]:
            return chosen(items if baseline is None else baseline.apply(items, RULES, ())[0], select, ignore, paths)

        # What one mend brings to light is chosen by the same words, so that a second run has nothing left to do.
        told = fix.run(config, choose, diff=request.diff)
        if request.diff:
            return told._replace(code=0) if request.exit_zero else told
        pages = list(read_pages(config))
        found, proposals = _judged(request, config, baseline, pages)
        wanted = chosen(found, select, ignore, paths)
        strangers = told.note + strangers
    answer = _worded(request, config, wanted, len(proposals), strangers)
    if (config.root / JOURNAL).exists() and (half := _half_done(config.root)):
        return answer._replace(note=f"{half}.\n{answer.note}")
    if memory is not None:
        file = request.baseline or config.baseline or ""
        seen = Seen(str(config.root), config.schema.sources, config.schema.exclude, str(file), config.schema.sidecar)
        memory.keep(seen, memory.stamp(seen, pages), answer)
    return answer


def _half_done(root: Path) -> str:
    """What a killed command left, in words: pages that contradict one another may do so because of it."""
    from sphinxext_dep.edit.recovery import unfinished

    return unfinished(root)


def _judged(
    request: Request, config: Config, baseline: Baseline | None, pages: Pages
) -> tuple[list[Diagnostic], Collection[str]]:
    """What is wrong, and the paths of all proposals."""
    checked = list(check_pages(config, pages))
    if request.base:
        from sphinxext_dep.cli.against import Against

        against = Against(config, request.base, dict(pages), checked)
        judgement = judge(checked, config.schema, RULES, baseline=baseline, compare=against.compare)
        found = against.introduced(judgement, baseline) if request.new_only else list(judgement.diagnostics)
    else:
        judgement = judge(checked, config.schema, RULES, baseline=baseline)
        found = list(judgement.diagnostics)
    return found, judgement.catalog.by_path


def _worded(request: Request, config: Config, wanted: list[Diagnostic], proposals: int, note: str) -> Answer:
    worst = min((WEIGHT[item.severity] for item in wanted), default=len(WEIGHT))
    failed = worst <= WEIGHT[Severity(request.fail_on)] and not request.exit_zero
    shown = [item for item in wanted if WEIGHT[item.severity] <= WEIGHT[Severity(request.severity)]]
    report = Report(shown, proposals, config.root)
    text = writer(request.output_format)(report, request.colour)
    if request.statistics:
        rows = "".join(f"{count:>6}  {code} {name} ({severity})\n" for count, code, name, severity in report.statistics)
        # What a program reads must stay what the format says.
        if request.output_format == "text":
            text += rows
        else:
            note += rows
    if not proposals:
        where = ", ".join(config.schema.sources)
        note += f"There are no proposals: no page below {config.root} matches {where}.\n"
    return Answer(text, note, int(failed))


def _within(given: Iterable[str], config: Config, proposals: Collection[str]) -> tuple[set[str] | None, str]:
    """The paths that are meant by *given*, ``None`` when it is empty; and a note of those that mean none."""
    names = tuple(given)
    if not names:
        return None, ""
    paths: set[str] = set()
    strangers: list[str] = []
    schema = config.schema
    # The file beside a page stands for the page: whoever changed it means the proposal.
    beside = {schema.sidecar_of(path): path for path in proposals} if schema.sidecar else {}
    for name in names:
        path = path_of(Path(name), config)
        path = beside.get(path, path)
        if Path(name).is_dir():
            below = {item for item in proposals if path == "." or item.startswith(f"{path}/")}
            paths |= below
        else:
            paths.add(path)
            if path not in proposals:
                strangers.append(name)
    return paths, "".join(f"{name} is no proposal of this project.\n" for name in strangers)


def _refuse_other_projects(names: Iterable[str]) -> None:
    """Complain when the paths belong to several projects: one answer has one configuration.

    :raises Impossible: naming the first path that does not belong to the project of the first.
    """
    first: tuple[str, Path | None] | None = None
    known: dict[Path, Path | None] = {}
    for name in names:
        directory = Path(name) if Path(name).is_dir() else Path(name).parent
        if directory not in known:
            known[directory] = find_config(find_docs(directory))
        if first is None:
            first = (name, known[directory])
        elif known[directory] != first[1]:
            raise Impossible(f"{first[0]} and {name} are in different projects", "check each by itself")


def _write_baseline(request: Request, config: Config, found: list[Diagnostic]) -> Answer:
    from sphinxext_dep.edit.journal import WriteError
    from sphinxext_dep.edit.transaction import Write, commit

    file = (_file(request.baseline) or config.baseline or config.root / DEFAULT_NAME).absolute()
    before = file.read_bytes() if file.exists() else None
    try:
        commit(file.parent, [Write(file, before, baseline_text(found).encode())])
    except (WriteError, OSError) as error:
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

"""``check``: every rule over every proposal."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from sphinxext_dep.cli.cache import Answer, Cache, Request
from sphinxext_dep.config.find import start_of

SEVERITIES = ("error", "warning", "info")

OUTPUT_FORMATS = ("text", "short", "json", "github", "sarif")
"""The names of :data:`~sphinxext_dep.cli.output.formats.FORMATS`, without its imports: a cached answer needs none."""


def _complete_codes(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from sphinxext_dep.cli.checking import complete_codes

    return complete_codes(incomplete)


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(exists=True))
@click.option(
    "--output-format", type=click.Choice(OUTPUT_FORMATS), default="text", show_default=True, help="How to report."
)
@click.option(
    "--select",
    default="",
    metavar="CODES",
    shell_complete=_complete_codes,
    help="Report these rules only: codes, names, or beginnings of codes such as DEP4, separated by commas.",
)
@click.option("--ignore", default="", metavar="CODES", shell_complete=_complete_codes, help="Report all but these.")
@click.option(
    "--severity", type=click.Choice(SEVERITIES), default="info", show_default=True, help="The least that is reported."
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES[:2]),
    default="error",
    show_default=True,
    help="The least that makes the exit code 1.",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option("--statistics", is_flag=True, help="Count what was found, by rule.")
@click.option(
    "--baseline",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Do not report what this file exempts; by default the one that the configuration names.",
)
@click.option(
    "--write-baseline", is_flag=True, help="Exempt all errors and warnings that are found now, and report nothing."
)
@click.option(
    "--base", metavar="REV", help="Also run the rules on what was changed since this git revision (family 5)."
)
@click.option(
    "--ref",
    metavar="REF",
    help="Judge what merging this branch or pull request (pull/52) would give, instead of the files here.",
)
@click.option("--new-only", is_flag=True, help="With --base or --ref: report only what was not there before.")
@click.option("--fix", is_flag=True, help="Fix what has exactly one right answer, then report what is left.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--no-cache", is_flag=True, help="Read everything, even if nothing has changed since the last time.")
def command(no_cache: bool, **options: Any) -> None:
    """Check proposals, as a build of the documentation would.

    All proposals are read and checked together. With PATHs (files or directories), only problems of those are
    reported.

    With --ref, the proposals are those that the base branch has after the merge: git's objects are read, and nothing is
    checked out. The base is the one that --base names, else the one of the configuration.

    Exits with 0 when all is valid, with 1 when something is not, and with 2 when the command or the configuration is
    wrong.
    """
    request = Request(colour=_wants_colour(), **options)
    _refuse_contradictions(request)
    start = start_of(Path(request.paths[0])) if request.paths else Path.cwd()
    cache = Cache(start, request) if request.is_cacheable and not no_cache else None
    answer = cache.load() if cache is not None else None
    if answer is None:
        from sphinxext_dep.cli.checking import check_project

        answer = check_project(request, start, cache)
    _exit_with(answer)


def _refuse_contradictions(request: Request) -> None:
    """Make sure that the options do not contradict one another.

    :raises click.UsageError: when they do.
    """
    if request.new_only and not (request.base or request.ref):
        raise click.UsageError("--new-only needs --base or --ref")
    # In CI, a variable that is not set must not turn rules off.
    if request.base == "":
        raise click.UsageError("--base is empty: name a git revision, such as origin/main")
    if request.ref == "":
        raise click.UsageError("--ref is empty: name a branch or a pull request, such as pull/52")
    if request.ref and (request.fix or request.diff or request.write_baseline):
        raise click.UsageError("--ref only reports: the files of another branch are not here")
    if request.write_baseline and (request.fix or request.diff or request.base or request.paths):
        raise click.UsageError("--write-baseline is for the whole project, and does nothing else")


def _wants_colour() -> bool:
    """True if standard output shows colours; see https://no-color.org and https://force-color.org."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


def _exit_with(answer: Answer) -> NoReturn:
    """Print *answer*, and exit with its code."""
    sys.stdout.write(answer.text)
    sys.stdout.flush()
    sys.stderr.write(answer.note)
    raise SystemExit(answer.code)

"""``check``: every rule over every proposal."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

import click

from sphinxext_dep.cli.output.formats import FORMATS
from sphinxext_dep.cli.recall import Answer, Memory

SEVERITIES = ("error", "warning", "info")


class Request(NamedTuple):
    """What was asked for; see the options of the command.

    :param colour: whether the text may hold colours.
    """

    paths: tuple[str, ...]
    output_format: str
    select: str
    ignore: str
    severity: str
    fail_on: str
    exit_zero: bool
    statistics: bool
    baseline: str | None
    write_baseline: bool
    base: str | None
    new_only: bool
    fix: bool
    diff: bool
    colour: bool

    @property
    def can_be_recalled(self) -> bool:
        """Whether the answer depends on the pages and the options alone."""
        return not (self.write_baseline or self.base or self.fix or self.diff)


def _complete_codes(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from sphinxext_dep.cli.codes import complete_codes

    return complete_codes(incomplete)


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(exists=True))
@click.option("--output-format", type=click.Choice(FORMATS), default="text", show_default=True, help="How to report.")
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
@click.option("--new-only", is_flag=True, help="With --base: report only what was not there before.")
@click.option("--fix", is_flag=True, help="Mend what has exactly one right answer, then report what is left.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--no-cache", is_flag=True, help="Read everything, even if nothing has changed since the last time.")
def command(no_cache: bool, **options: Any) -> None:
    """Check proposals, as a build of the documentation would.

    Every proposal is read and judged, together with all others. With PATHs (files or directories), only what is wrong
    there is reported.

    Exits with 0 when all is valid, with 1 when something is not, and with 2 when the command or the configuration is
    wrong.
    """
    request = Request(colour=_wants_colour(), **options)
    _refuse_nonsense(request)
    start = Path(request.paths[0]) if request.paths else Path.cwd()
    memory = None if no_cache or not request.can_be_recalled else Memory(start, request)
    answer = memory.recall() if memory is not None else None
    if answer is None:
        from sphinxext_dep.cli.answer import answer_to

        answer = answer_to(request, start, memory)
    _say(answer)


def _refuse_nonsense(request: Request) -> None:
    """Complain about options that contradict one another."""
    if request.new_only and not request.base:
        raise click.UsageError("--new-only needs --base: what is new is new against something")
    if request.base == "":
        # A variable of a CI that nobody set must not turn rules off.
        raise click.UsageError("--base is empty: name a git revision, such as origin/main")
    if request.write_baseline and (request.fix or request.diff or request.base or request.paths):
        raise click.UsageError("--write-baseline is for the whole project, and does nothing else")


def _wants_colour() -> bool:
    """Whether standard output shows colours; see https://no-color.org and https://force-color.org."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


def _say(answer: Answer) -> None:
    """Print *answer*, and exit as it says."""
    sys.stdout.write(answer.text)
    sys.stdout.flush()
    sys.stderr.write(answer.note)
    raise SystemExit(answer.code)

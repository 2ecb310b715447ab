"""``mentions`` and ``check-message``: code, and messages of commits and pull requests, that name proposals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import click

from sphinxext_dep.check.mentions import Name, Names
from sphinxext_dep.cli.mentions import FORMATS, NamesCache, run
from sphinxext_dep.cli.output import one_line
from sphinxext_dep.history.git import GitError

_MAX_MESSAGE = 4_000_000
"""Bytes of a message; more is no message."""

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SCISSORS = re.compile(r"^. -+ >8 -+[ \t]*\r?$", re.MULTILINE)
_NONE = re.compile(r"(?:n/?a|none)\.?(?:\s*[-\u2013\u2014(:].*)?", re.IGNORECASE)
_REMARK = re.compile(r"\([^()]*\)")
"""A remark, and the address of a link in Markdown."""


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--commits",
    metavar="RANGE",
    help="Search the messages of these commits, such as 'origin/main..' or 'HEAD'; files only when a PATH is given.",
)
@click.option("--format", "style", type=click.Choice(FORMATS), default="text", show_default=True)
def mentions_command(paths: Sequence[Path], commits: str | None, style: str) -> None:
    """List the places in source code that name a proposal, such as 'DEP-0014', 'DEP: #14' or a link to its page.

    PATH is a file or a directory; without one, it is the files that 'mentions' in the configuration names, else the
    working directory. What git ignores is left out, and so are the proposals themselves. The exit code is 1 when a
    proposal does not exist, or is rejected, withdrawn or replaced.
    """
    if commits == "":
        raise click.UsageError("--commits is empty: name a range, such as 'origin/main..'")
    try:
        code = run(read_names(), paths, commits or "", style)
    except GitError as error:
        from sphinxext_dep.cli.project import Impossible

        raise Impossible(error.message, error.help) from None
    raise SystemExit(code)


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--required", is_flag=True, help="Fail when the message names no proposal and does not say 'N/A'.")
def message_command(file: BinaryIO, required: bool) -> None:
    """Check the message of a commit or a pull request, in FILE or, with '-', from the standard input.

    Each line such as 'DEP: 14' or 'DEP: #14, DEP-15' must name proposals that are approved. 'DEP: N/A' passes, and so
    does a message without such a line.
    """
    from sphinxext_dep.cli.project import Failure

    names = read_names()
    text = file.read(_MAX_MESSAGE).decode("utf-8", "replace")
    # Behind the scissors of `git commit --verbose` is a diff, whatever it holds.
    text = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), _SCISSORS.split(text)[0])
    problems: list[str] = []
    is_answered = False
    for number, line in enumerate(text.splitlines(), 1):
        answer = _answer(line, names.prefix)
        is_answered = is_answered or bool(answer)
        if answer and not _NONE.fullmatch(answer):
            problems += (f"line {number}: {problem}" for problem in _answer_problems(answer, names))
    if required and not is_answered:
        fix = f"add a line such as `{names.prefix}: 14`, or `{names.prefix}: N/A`"
        raise Failure("the message names no proposal", fix)
    if problems:
        raise Failure("\n".join(map(one_line, problems)))


def _answer(line: str, prefix: str) -> str:
    """The text behind ``DEP:``; empty for any other line.

    ``deps: update lodash`` is one: in another case than the process writes it, only numbers are an answer.
    """
    line_of = rf"[ \t>*_-]*({re.escape(prefix)})s?[*_]*[ \t]*[:\uff1a](.*)"
    match = re.fullmatch(line_of, line, re.IGNORECASE) if prefix else None
    if match is None:
        return ""
    answer = match[2].strip(" \t*_")
    only_numbers = rf"(?:[\s,;&]|and|(?:{re.escape(prefix)}[-_ ]?)?#?[0-9]{{1,6}}\b)+|{_NONE.pattern}"
    is_meant = match[1] == prefix or re.fullmatch(only_numbers, answer, re.IGNORECASE)
    return answer if is_meant else ""


def _answer_problems(answer: str, names: Names) -> Iterator[str]:
    """What is wrong with the proposals that *answer* names; their titles, remarks and links may stand beside them."""
    from sphinxext_dep.model.messages import quoted

    prefix = re.escape(names.prefix)
    number = re.compile(rf"\W*(?:(?i:{prefix})[-_ ]?)?#?([0-9]{{1,6}})(?!\w|[-.]\w)")
    found: list[tuple[str, Name | None]] = []
    unread: list[str] = []
    for word in filter(
        str.strip, re.split(rf"[,;&]|\band\b|\s(?=#|(?i:{prefix})[-_ #]?[0-9])", _REMARK.sub("", answer))
    ):
        if match := number.match(word):
            found.append((names.label(int(match[1])), names.named(int(match[1]))))
        elif pages := [item.name for item in names.find(f"/{word.strip()}".encode())]:
            found += [(page.label, page) for page in pages if page is not None]
        else:
            unread.append(word)
    # Without a digit it is a part of a title.
    for word in unread:
        if not found or re.search("[0-9]", word):
            yield f"{quoted(word.strip())} is not the number of a proposal"
    for label, name in found:
        if name is None:
            yield f"there is no {label}"
        elif not name.is_decided:
            yield name.verdict.message if name.verdict else f"{name.words} is not approved"


def read_names() -> Names:
    """The proposals of the project that the working directory is in, by what texts call them; cached.

    :raises click.ClickException: when the configuration is wrong.
    """
    cache = NamesCache()
    if names := cache.load():
        return names
    from sphinxext_dep.cli.project import no_proposals, note, open_config

    config = open_config()
    names = cache.read(config)
    if not names.proposals:
        note(no_proposals(config))
    return names
